//! The tables at the head of a capture: what was there before the first event.

use std::net::{IpAddr, SocketAddr};

use rustc_hash::FxHashSet;
use scap_format::meta::{FdDetail, FdEntry, FdList, L4Proto, ProcessEntry, UserList};

use super::fds::{bits, Ends, FdKind, FdRecord, Role, L4};
use super::files::open_flags;
use super::sockets::{connected_kind, connection_name, unmapped};
use super::threads::{clone_flags, exe_bits, Memory, ThreadId, ThreadVersion};
use super::users::User;
use super::{Section, State};

/// Descriptor records that are looked at for a connection that arrives with a message, the newest first.
const LOOKED_AT: usize = 4096;

impl State {
    /// Takes a user list; it replaces the one before. `n` is the number of the next event.
    pub fn load_users(&mut self, list: &UserList, n: u32) {
        self.users.clear_host(n);
        let host = crate::intern::StrId::EMPTY;
        for user in &list.users {
            let entry = User {
                gid: user.gid,
                name: self.strings.intern(&user.name),
                home: self.strings.intern(&user.home),
                shell: self.strings.intern(&user.shell),
            };
            self.users.set_user(host, user.uid, Some(entry), n);
        }
        for group in &list.groups {
            let name = self.strings.intern(&group.name);
            self.users.set_group(host, group.gid, Some(name), n);
        }
        self.new_world(n);
    }

    /// Takes a process list. `n` is the number of the next event.
    pub fn load_processes(&mut self, entries: &[ProcessEntry], n: u32) {
        for entry in entries {
            let before = self.threads.live(entry.tid);
            if !before.is_none() {
                self.threads.remove(before, n);
            }
            self.load_process(entry, n);
        }
    }

    fn load_process(&mut self, entry: &ProcessEntry, n: u32) {
        let is_main = entry.tid == entry.pid || entry.flags & clone_flags::IS_MAIN_THREAD != 0;
        let main_only = |text: &[u8]| if is_main { text.to_vec() } else { Vec::new() };
        let exepath = entry.exepath.strip_suffix(b" (deleted)").unwrap_or(&entry.exepath);
        let mut cwd = main_only(&entry.cwd);
        if !cwd.is_empty() && !cwd.ends_with(b"/") {
            cwd.push(b'/');
        }
        let cgroups = self.strings.intern(&entry.cgroups);
        let exe = [
            (entry.exe_writable, exe_bits::WRITABLE),
            (entry.exe_upper_layer, exe_bits::UPPER_LAYER),
            (entry.exe_from_memfd, exe_bits::MEMFD),
            (entry.exe_lower_layer, exe_bits::LOWER_LAYER),
        ];
        let version = ThreadVersion {
            pid: entry.pid,
            ptid: entry.ptid,
            vtid: entry.vtid,
            vpid: entry.vpid,
            sid: entry.sid,
            vpgid: entry.vpgid,
            pgid: entry.pgid,
            comm: self.strings.intern(&entry.comm),
            exe: self.strings.intern(&entry.exe),
            exepath: self.strings.intern(exepath),
            args: self.strings.intern(&entry.args),
            env: self.strings.intern(&main_only(&entry.env)),
            cwd: self.strings.intern(&cwd),
            root: self.strings.intern(&entry.root),
            cgroups,
            container: self.container_of(cgroups),
            uid: entry.uid,
            gid: entry.gid,
            loginuid: entry.loginuid,
            flags: entry.flags | clone_flags::ACTIVE,
            tty: entry.tty,
            exe_bits: exe.iter().filter(|(on, _)| *on).map(|(_, bit)| bit).sum(),
            placeholder: false,
            fdlimit: entry.fdlimit,
            pidns_start: entry.pidns_init_start_ts,
            caps: [entry.cap_inheritable, entry.cap_permitted, entry.cap_effective],
            exe_ino: entry.exe_ino,
            exe_ctime: entry.exe_ino_ctime,
            exe_mtime: entry.exe_ino_mtime,
            ..ThreadVersion::placeholder(entry.tid, self.unknown)
        };
        let thread = self.add_thread(version, n, None);
        if let Some(thread) = self.threads.get_mut(thread) {
            let memory = Memory {
                faults: (entry.pfmajor, entry.pfminor),
                size: (entry.vmsize_kb, entry.vmrss_kb, entry.vmswap_kb),
            };
            thread.memory.push((n, memory));
        }
    }

    /// Takes the descriptors of one thread; a list of a thread that is in no table is passed over.
    pub fn load_fds(&mut self, list: &FdList) {
        let thread = self.threads.live(list.tid);
        if thread.is_none() {
            return;
        }
        for entry in &list.fds {
            let record = self.listed_fd(entry);
            self.loaded.push((thread, record));
        }
    }

    /// Takes the body of a list of descriptors that a thread got with a message.
    pub(super) fn take_given(&mut self, n: u32, body: &[u8]) {
        let Some(list) = FdList::from_body(body) else { return };
        let mut thread = self.threads.live(list.tid);
        if thread.is_none() {
            thread = self.placeholder(list.tid, n);
        }
        self.refresh(thread);
        for entry in &list.fds {
            let record = self.listed_fd(entry).with(bits::INHERITED, false);
            let record = match record.ends.filter(|_| record.is(bits::CONNECTED)) {
                Some(ends) => {
                    let is_server = self.is_servers(&ends);
                    self.with_side(record, is_server)
                }
                None => record,
            };
            self.set_fd(thread, entry.fd, record, n);
        }
    }

    /// Whether the first of these ends, ours, is the server's: as it was when the connection was made, or, where that was
    /// not seen of late, because servers have the lower ports.
    fn is_servers(&self, ends: &Ends) -> bool {
        let turned = ends.turned();
        let seen = self.fds.newest(LOOKED_AT).filter(|record| record.role != Role::None);
        let seen = seen.filter_map(|record| record.ends).find(|seen| *seen == *ends || *seen == turned);
        seen.map_or(ends.source.1 < ends.dest.1, |seen| seen == turned)
    }

    fn listed_fd(&mut self, entry: &FdEntry) -> FdRecord {
        let base = |kind| FdRecord { ino: entry.inode, ..FdRecord::new(entry.fd, kind) }.with(bits::INHERITED, true);
        let (kind, name) = match &entry.detail {
            FdDetail::File { open_flags: flags, name, dev } => {
                let name = self.strings.intern(name);
                let flags_wide = u64::from(*flags);
                return FdRecord { name, dev: dev.unwrap_or(0), open_flags: *flags, ..base(FdKind::File) }
                    .with(bits::CLOEXEC, flags_wide & open_flags::CLOEXEC != 0)
                    .with(bits::UPPER_LAYER, flags_wide & open_flags::UPPER_LAYER != 0)
                    .with(bits::LOWER_LAYER, flags_wide & open_flags::LOWER_LAYER != 0);
            }
            FdDetail::Unix { name, .. } => {
                let role = if name.is_empty() { Role::Client } else { Role::Server };
                return FdRecord { role, name: self.strings.intern(name), ..base(FdKind::Unix) };
            }
            FdDetail::Ipv4Socket { source, dest, l4 } => {
                return self.listed_socket(&base(FdKind::Ipv4), SocketAddr::V4(*source), SocketAddr::V4(*dest), *l4)
            }
            FdDetail::Ipv6Socket { source, dest, l4 } => {
                return self.listed_socket(&base(FdKind::Ipv6), SocketAddr::V6(*source), SocketAddr::V6(*dest), *l4)
            }
            FdDetail::Ipv4Listening { local, l4 } => {
                return self.listed_listener(&base(FdKind::Ipv4Listen), SocketAddr::V4(*local), *l4)
            }
            FdDetail::Ipv6Listening { local, l4 } => {
                return self.listed_listener(&base(FdKind::Ipv6Listen), SocketAddr::V6(*local), *l4)
            }
            FdDetail::Unknown => return base(FdKind::Unknown),
            FdDetail::Other { .. } => return base(FdKind::Unsupported),
            FdDetail::FileOld { name } => (FdKind::File, name),
            FdDetail::Directory { name } => (FdKind::Directory, name),
            FdDetail::Fifo { name } => (FdKind::Pipe, name),
            FdDetail::Event { name } => (FdKind::Event, name),
            FdDetail::Unsupported { name } => (FdKind::Unsupported, name),
            FdDetail::Signal { name } => (FdKind::Signal, name),
            FdDetail::Epoll { name } => (FdKind::EventPoll, name),
            FdDetail::Inotify { name } => (FdKind::Inotify, name),
            FdDetail::Timer { name } => (FdKind::Timer, name),
            FdDetail::Netlink { name } => (FdKind::Netlink, name),
            FdDetail::Bpf { name } => (FdKind::Bpf, name),
            FdDetail::Userfault { name } => (FdKind::UserFault, name),
            FdDetail::IoUring { name } => (FdKind::IoUring, name),
            FdDetail::Memory { name } => (FdKind::MemFd, name),
            FdDetail::Pid { name } => (FdKind::PidFd, name),
        };
        FdRecord { name: self.strings.intern(name), ..base(kind) }
    }

    fn listed_socket(&mut self, base: &FdRecord, source: SocketAddr, dest: SocketAddr, l4: L4Proto) -> FdRecord {
        let l4 = l4_of(l4);
        let ends = Ends { source: (source.ip(), source.port()), dest: (dest.ip(), dest.port()) };
        let ends = unmapped(ends);
        let mut name = Vec::new();
        connection_name(&mut name, &ends, l4);
        let name = self.strings.intern(&name);
        FdRecord { kind: connected_kind(&ends.dest.0), l4, name, ends: Some(ends), ..base.clone() }
            .with(bits::CONNECTED, l4 == L4::Tcp)
    }

    fn listed_listener(&mut self, base: &FdRecord, local: SocketAddr, l4: L4Proto) -> FdRecord {
        let nobody = match local {
            SocketAddr::V4(_) => IpAddr::from([0; 4]),
            SocketAddr::V6(_) => IpAddr::from([0; 16]),
        };
        let ends = Ends { source: (nobody, 0), dest: (local.ip(), local.port()) };
        let name = format!("{}:{}", local.ip(), local.port());
        FdRecord { l4: l4_of(l4), name: self.strings.intern(name.as_bytes()), ends: Some(ends), ..base.clone() }
    }

    /// The tables are complete: who is server of which connection, and how many threads has each process?
    pub(super) fn finish_loading(&mut self, n: u32) {
        self.loading = false;
        let loaded = std::mem::take(&mut self.loaded);
        let listening: FxHashSet<u16> = loaded
            .iter()
            .filter(|(_, record)| record.kind.is_listening())
            .filter_map(|(_, record)| record.ends.map(|ends| ends.dest.1))
            .collect();
        for (thread, record) in loaded {
            let record = self.with_role(record, &listening);
            self.refresh(thread);
            let fd = record.num;
            self.set_fd(thread, fd, record, n);
        }
        let threads: Vec<ThreadId> = self.threads.live_ids().collect();
        for thread in threads {
            self.count_thread(thread, n);
        }
    }

    fn with_role(&mut self, record: FdRecord, listening: &FxHashSet<u16>) -> FdRecord {
        let Some(ends) = record.ends.filter(|_| record.kind == FdKind::Ipv4) else { return record };
        self.with_side(record, listening.contains(&ends.source.1))
    }

    /// The record of a connection whose first end is ours, as the server's or the client's.
    fn with_side(&mut self, mut record: FdRecord, is_server: bool) -> FdRecord {
        record.role = Role::Client;
        if let Some(ends) = record.ends.filter(|_| is_server) {
            let ends = ends.turned();
            let mut name = Vec::new();
            connection_name(&mut name, &ends, record.l4);
            record.role = Role::Server;
            record.ends = Some(ends);
            record.name = self.strings.intern(&name);
        }
        record
    }

    /// A new section begins with event `n`: nothing of the old machine is left.
    pub fn restart(&mut self, n: u32) {
        let live: Vec<ThreadId> = self.threads.live_ids().collect();
        for thread in live {
            self.threads.remove(thread, n);
        }
        self.live.iter_mut().for_each(|live| *live = super::Live { context: live.context, ..super::Live::default() });
        self.users.clear(n);
        self.containers.clear(n);
        self.interfaces.clear();
        match self.sections.last_mut() {
            // Nothing happened in it.
            Some(last) if last.first == n => *last = Section { first: n, ..Section::default() },
            _ => self.sections.push(Section { first: n, ..Section::default() }),
        }
        self.children.clear();
        self.exits.clear();
        self.last_switch.clear();
        self.loading = true;
        self.new_world(n);
    }
}

const fn l4_of(proto: L4Proto) -> L4 {
    match proto {
        L4Proto::Tcp => L4::Tcp,
        L4Proto::Udp => L4::Udp,
        L4Proto::Icmp => L4::Icmp,
        L4Proto::Raw => L4::Raw,
        L4Proto::NotApplicable => L4::Na,
        L4Proto::Unknown | L4Proto::Other(_) => L4::Unknown,
    }
}
