//! Process lists: the threads that existed when the capture began.

use super::take::{entry, put_entry, put_text, Faults, Take};

/// A thread of the process list. Threads that are not main threads are listed too.
#[allow(clippy::struct_excessive_bools, reason = "they are independent facts, as in the file")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessEntry {
    /// Thread id.
    pub tid: i64,
    /// Process id: the main thread's id.
    pub pid: i64,
    /// Id of the parent process's main thread.
    pub ptid: i64,
    /// Session id, -1 where the capture does not say.
    pub sid: i64,
    /// Process group id in the thread's own pid namespace, -1 where the capture does not say.
    pub vpgid: i64,
    /// Short name of the thread.
    pub comm: Vec<u8>,
    /// First argument of the command line.
    pub exe: Vec<u8>,
    /// Path of the executable file.
    pub exepath: Vec<u8>,
    /// The other arguments, each ended by a NUL (the last NUL may be missing).
    pub args: Vec<u8>,
    /// Working directory.
    pub cwd: Vec<u8>,
    /// The most descriptors it may have.
    pub fdlimit: i64,
    /// `PPM_CL_` bits of clone.
    pub flags: u32,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Virtual memory in kilobytes.
    pub vmsize_kb: u32,
    /// Resident memory in kilobytes.
    pub vmrss_kb: u32,
    /// Swapped memory in kilobytes.
    pub vmswap_kb: u32,
    /// Major page faults so far.
    pub pfmajor: u64,
    /// Minor page faults so far.
    pub pfminor: u64,
    /// Environment, `NAME=value`, each ended by a NUL; cut at 4096 bytes.
    pub env: Vec<u8>,
    /// Thread id in its own pid namespace, -1 where the capture does not say.
    pub vtid: i64,
    /// Process id in its own pid namespace, -1 where the capture does not say.
    pub vpid: i64,
    /// Control groups, `subsystem=path`, each ended by a NUL.
    pub cgroups: Vec<u8>,
    /// Root directory.
    pub root: Vec<u8>,
    /// When the init process of its pid namespace started, in nanoseconds since the epoch.
    pub pidns_init_start_ts: u64,
    /// Controlling terminal.
    pub tty: u32,
    /// Login user id, `u32::MAX` where unset or unknown.
    pub loginuid: u32,
    /// Whether its user may write the executable file.
    pub exe_writable: bool,
    /// Inheritable capabilities.
    pub cap_inheritable: u64,
    /// Permitted capabilities.
    pub cap_permitted: u64,
    /// Effective capabilities.
    pub cap_effective: u64,
    /// Whether the executable is in the upper layer of an overlay file system.
    pub exe_upper_layer: bool,
    /// Inode of the executable.
    pub exe_ino: u64,
    /// When the executable's inode last changed, in nanoseconds since the epoch.
    pub exe_ino_ctime: u64,
    /// When the executable's contents last changed, in nanoseconds since the epoch.
    pub exe_ino_mtime: u64,
    /// Whether the executable is a memory file.
    pub exe_from_memfd: bool,
    /// Whether the executable is in the lower layer of an overlay file system.
    pub exe_lower_layer: bool,
    /// Process group id, -1 where the capture does not say.
    pub pgid: i64,
}

impl Default for ProcessEntry {
    fn default() -> Self {
        ProcessEntry {
            tid: 0,
            pid: 0,
            ptid: 0,
            sid: -1,
            vpgid: -1,
            comm: Vec::new(),
            exe: Vec::new(),
            exepath: Vec::new(),
            args: Vec::new(),
            cwd: Vec::new(),
            fdlimit: 0,
            flags: 0,
            uid: 0,
            gid: 0,
            vmsize_kb: 0,
            vmrss_kb: 0,
            vmswap_kb: 0,
            pfmajor: 0,
            pfminor: 0,
            env: Vec::new(),
            vtid: -1,
            vpid: -1,
            cgroups: Vec::new(),
            root: Vec::new(),
            pidns_init_start_ts: 0,
            tty: 0,
            loginuid: u32::MAX,
            exe_writable: false,
            cap_inheritable: 0,
            cap_permitted: 0,
            cap_effective: 0,
            exe_upper_layer: false,
            exe_ino: 0,
            exe_ino_ctime: 0,
            exe_ino_mtime: 0,
            exe_from_memfd: false,
            exe_lower_layer: false,
            pgid: -1,
        }
    }
}

/// The longest tail of recorders before libs 0.10: loginuid, `exe_writable` and three capability sets. Longer tails
/// start with two fields that were inserted before these.
const TAIL_WITHOUT_PIDNS: usize = 4 + 1 + 3 * 8;

/// Room that readers have for names and paths, and for arguments, environment and control groups.
const PATH: u16 = 1023;
const ARGS: u16 = 4096;

impl ProcessEntry {
    pub(crate) fn parse_list(body: &[u8], version: u8, faults: &mut Faults) -> Vec<Self> {
        let mut list = Take(body);
        let mut entries = Vec::new();
        if version >= 9 {
            while let Some(mut fields) = entry(&mut list, 4, faults) {
                match Self::parse(&mut fields, version) {
                    Some(mut process) => {
                        process.parse_tail(&mut fields);
                        entries.push(process);
                    }
                    None => faults.entries = faults.entries.saturating_add(1),
                }
            }
        } else {
            while list.left() >= 4 {
                let before = list.left();
                let Some(process) = Self::parse(&mut list, version) else {
                    faults.unread = faults.unread.saturating_add(before);
                    break;
                };
                entries.push(process);
            }
        }
        entries
    }

    /// The fields every entry of this version has.
    fn parse(fields: &mut Take<'_>, version: u8) -> Option<Self> {
        let mut process =
            ProcessEntry { tid: fields.i64()?, pid: fields.i64()?, ptid: fields.i64()?, ..ProcessEntry::default() };
        if version >= 6 {
            process.sid = fields.i64()?;
        }
        if version >= 8 {
            process.vpgid = fields.i64()?;
        }
        process.comm = fields.text()?;
        process.exe = fields.text()?;
        if version >= 7 {
            process.exepath = fields.text()?;
        }
        process.args = fields.text()?;
        process.cwd = fields.text()?;
        process.fdlimit = fields.i64()?;
        process.flags = fields.u32()?;
        process.uid = fields.u32()?;
        process.gid = fields.u32()?;
        if version >= 2 {
            process.vmsize_kb = fields.u32()?;
            process.vmrss_kb = fields.u32()?;
            process.vmswap_kb = fields.u32()?;
            process.pfmajor = fields.u64()?;
            process.pfminor = fields.u64()?;
        }
        if version >= 3 {
            process.env = fields.text()?;
        }
        if version >= 4 {
            process.vtid = fields.i64()?;
            process.vpid = fields.i64()?;
            process.cgroups = fields.text()?;
        }
        if version >= 5 {
            process.root = fields.text()?;
        }
        Some(process)
    }

    /// The fields that were appended since the version was frozen, as many as are there.
    fn parse_tail(&mut self, fields: &mut Take<'_>) {
        let flag = |byte: u8| byte != 0;
        let mut tail = || {
            if fields.left() > TAIL_WITHOUT_PIDNS {
                self.pidns_init_start_ts = fields.u64()?;
                self.tty = fields.u32()?;
            }
            self.loginuid = fields.u32()?;
            self.exe_writable = flag(fields.u8()?);
            self.cap_inheritable = fields.u64()?;
            self.cap_permitted = fields.u64()?;
            self.cap_effective = fields.u64()?;
            self.exe_upper_layer = flag(fields.u8()?);
            self.exe_ino = fields.u64()?;
            self.exe_ino_ctime = fields.u64()?;
            self.exe_ino_mtime = fields.u64()?;
            self.exe_from_memfd = flag(fields.u8()?);
            self.exe_lower_layer = flag(fields.u8()?);
            self.pgid = fields.i64()?;
            Some(())
        };
        // A tail that ends early is an older one.
        let _ = tail();
    }

    pub(crate) fn put(&self, into: &mut Vec<u8>) {
        put_entry(into, 4, |into| {
            for id in [self.tid, self.pid, self.ptid, self.sid, self.vpgid] {
                into.extend_from_slice(&id.to_le_bytes());
            }
            put_text(into, &self.comm, PATH);
            put_text(into, &self.exe, PATH);
            put_text(into, &self.exepath, PATH);
            put_text(into, &self.args, ARGS);
            put_text(into, &self.cwd, PATH);
            into.extend_from_slice(&self.fdlimit.to_le_bytes());
            for number in [self.flags, self.uid, self.gid, self.vmsize_kb, self.vmrss_kb, self.vmswap_kb] {
                into.extend_from_slice(&number.to_le_bytes());
            }
            into.extend_from_slice(&self.pfmajor.to_le_bytes());
            into.extend_from_slice(&self.pfminor.to_le_bytes());
            put_text(into, &self.env, ARGS);
            into.extend_from_slice(&self.vtid.to_le_bytes());
            into.extend_from_slice(&self.vpid.to_le_bytes());
            put_text(into, &self.cgroups, ARGS);
            put_text(into, &self.root, PATH);
            self.put_tail(into);
        });
    }

    /// Whether nothing but the oldest fields of the tail say something. Readers of their time, who take any tail for such
    /// a one, then understand it.
    fn has_old_tail(&self) -> bool {
        let bits = self.cap_inheritable | self.cap_permitted | self.cap_effective;
        let exe = self.exe_ino | self.exe_ino_ctime | self.exe_ino_mtime;
        let flags = self.exe_upper_layer || self.exe_from_memfd || self.exe_lower_layer;
        self.pidns_init_start_ts == 0 && self.tty == 0 && bits == 0 && exe == 0 && !flags && self.pgid == -1
    }

    /// Leaves what only readers after sysdig 0.29 know.
    pub fn without_newer_fields(&mut self) {
        (self.pidns_init_start_ts, self.tty, self.pgid) = (0, 0, -1);
        (self.cap_inheritable, self.cap_permitted, self.cap_effective) = (0, 0, 0);
        (self.exe_ino, self.exe_ino_ctime, self.exe_ino_mtime) = (0, 0, 0);
        (self.exe_upper_layer, self.exe_from_memfd, self.exe_lower_layer) = (false, false, false);
    }

    fn put_tail(&self, into: &mut Vec<u8>) {
        if self.has_old_tail() {
            into.extend_from_slice(&self.loginuid.to_le_bytes());
            into.push(u8::from(self.exe_writable));
            return;
        }
        into.extend_from_slice(&self.pidns_init_start_ts.to_le_bytes());
        into.extend_from_slice(&self.tty.to_le_bytes());
        into.extend_from_slice(&self.loginuid.to_le_bytes());
        into.push(u8::from(self.exe_writable));
        for set in [self.cap_inheritable, self.cap_permitted, self.cap_effective] {
            into.extend_from_slice(&set.to_le_bytes());
        }
        into.push(u8::from(self.exe_upper_layer));
        for number in [self.exe_ino, self.exe_ino_ctime, self.exe_ino_mtime] {
            into.extend_from_slice(&number.to_le_bytes());
        }
        into.push(u8::from(self.exe_from_memfd));
        into.push(u8::from(self.exe_lower_layer));
        into.extend_from_slice(&self.pgid.to_le_bytes());
    }
}
