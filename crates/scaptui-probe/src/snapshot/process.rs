//! One process with its threads.

use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{statx, AtFlags, StatxFlags};
use rustix::io::{Errno, Result};
use rustix::param::clock_ticks_per_second;
use rustix::path::DecInt;
use scap_format::meta::{FdList, ProcessEntry};

use super::cgroups::cgroups;
use super::files::{cut, folder, link, number, numbers, text, Scratch, ARGS, PATH};
use super::links::{inode, Link};
use super::mounts::{Layer, Mounts};
use super::namespaces::PidNamespaces;
use super::sockets::Sockets;
use super::stat::Stat;
use super::status::Status;
use super::{Options, Report};

/// What is true of every thread that is not the first: the kernel makes no others. `FILES` is what all programs do.
const THREAD_FLAGS: u32 = 0x1 | 0x800 | 0x2000 | 0x8000;
const CAP_DAC_OVERRIDE: u64 = 1 << 1;
/// How often threads are listed again while the kernel counts more than it named.
const LISTINGS: usize = 4;

/// Goes through /proc and collects.
pub(super) struct Walk<'o> {
    pub(super) options: &'o Options,
    pub(super) boot_ts: u64,
    pub(super) scratch: Scratch,
    pub(super) mounts: Mounts,
    pub(super) pid_namespaces: PidNamespaces,
    pub(super) sockets: Sockets,
    pub(super) processes: Vec<ProcessEntry>,
    pub(super) fds: Vec<FdList>,
    pub(super) report: Report,
    /// Kernel threads have the same credentials; those of the first that is met.
    pub(super) kernel: Option<Status>,
}

/// What is needed of a thread besides its entry.
struct Beside {
    threads: usize,
    is_kernel_thread: bool,
    is_zombie: bool,
    start_ts: u64,
    groups: Vec<u32>,
    /// In a pid namespace of its own.
    is_inner: bool,
}

impl<'o> Walk<'o> {
    /// Nothing yet.
    pub(super) fn new(options: &'o Options, boot_ts: u64) -> Self {
        Walk {
            options,
            boot_ts,
            scratch: Scratch::default(),
            mounts: Mounts::new(&options.root),
            pid_namespaces: PidNamespaces::new(boot_ts),
            sockets: Sockets::default(),
            processes: Vec::new(),
            fds: Vec::new(),
            report: Report::default(),
            kernel: None,
        }
    }

    /// Takes over what another found.
    pub(super) fn append(&mut self, mut other: Walk<'o>) {
        self.pid_namespaces.append(other.pid_namespaces, self.processes.len());
        self.sockets.append(other.sockets, self.fds.len());
        self.processes.append(&mut other.processes);
        self.fds.append(&mut other.fds);
        self.report += other.report;
    }
}

impl Walk<'_> {
    /// Lists a process, its threads and descriptors.
    pub(super) fn process(&mut self, proc: impl AsFd, pid: u32) {
        let Ok(dir) = folder(proc, DecInt::new(pid)) else {
            self.report.vanished += 1;
            return;
        };
        let dir = dir.as_fd();
        let Some((mut main, beside)) = self.thread(dir, "", pid, pid) else { return };
        let mut tids = Vec::new();
        if beside.threads > 1 {
            self.list_threads(dir, beside.threads, &mut tids);
            tids.retain(|tid| *tid != pid);
        }
        // A first thread that ended has nothing any more that its process still has.
        let living = tids.first().filter(|_| beside.is_zombie).and_then(|tid| folder(dir, format!("task/{tid}")).ok());
        let source = living.as_ref().map_or(dir, AsFd::as_fd);
        if beside.is_kernel_thread {
            (main.cwd, main.root) = (b"/".to_vec(), b"/".to_vec());
        } else {
            self.program(source, &mut main, &beside.groups);
            self.limit_and_login(source, &mut main);
        }
        let namespace = beside.is_inner.then(|| self.namespace(source, c"ns/pid", b"pid:[")).flatten();
        self.report.processes += 1;
        let place = self.processes.len();
        self.add(main, namespace, beside.start_ts);
        for tid in tids {
            let Some((own, beside)) = self.thread(dir, &format!("task/{tid}/"), tid, pid) else { continue };
            let Some(main) = self.processes.get(place) else { continue };
            let entry = of_process(own, main);
            self.add(entry, namespace, beside.start_ts);
        }
        if !beside.is_kernel_thread {
            self.descriptors(source, pid);
        }
    }

    fn add(&mut self, entry: ProcessEntry, namespace: Option<u64>, start_ts: u64) {
        if let Some(namespace) = namespace {
            // Only the first thread of process 1 is what the namespace began with.
            let vpid = if entry.tid == entry.pid { entry.vpid } else { -1 };
            self.pid_namespaces.add(self.processes.len(), namespace, vpid, start_ts);
        }
        self.report.threads += 1;
        self.processes.push(entry);
    }

    /// Ids, sizes, credentials and control groups: what each thread has of its own.
    fn thread(&mut self, dir: BorrowedFd<'_>, prefix: &str, tid: u32, pid: u32) -> Option<(ProcessEntry, Beside)> {
        let Scratch { text: room, path, .. } = &mut self.scratch;
        let mut named = |name: &str| {
            path.clear();
            path.push_str(prefix);
            path.push_str(name);
            path.clone()
        };
        let Some(stat) = text(dir, named("stat"), room).ok().and_then(Stat::parse) else {
            self.report.vanished += 1;
            return None;
        };
        let (tid, pid) = (i64::from(tid), i64::from(pid));
        let tick_ns = 1_000_000_000 / u64::max(clock_ticks_per_second(), 1);
        let mut beside = Beside {
            threads: stat.threads,
            is_kernel_thread: stat.is_kernel_thread,
            is_zombie: stat.is_zombie,
            start_ts: self.boot_ts.saturating_add(stat.start_ticks.saturating_mul(tick_ns)),
            groups: Vec::new(),
            is_inner: false,
        };
        let mut entry = ProcessEntry {
            tid,
            pid,
            ptid: stat.ppid,
            sid: stat.session,
            pgid: stat.pgrp,
            vpgid: stat.pgrp,
            vtid: tid,
            vpid: pid,
            comm: stat.comm.to_vec(),
            tty: stat.tty,
            pfminor: stat.minor_faults,
            pfmajor: stat.major_faults,
            flags: if tid == pid { 0 } else { THREAD_FLAGS },
            ..ProcessEntry::default()
        };
        let known = self.kernel.as_ref().filter(|_| beside.is_kernel_thread).cloned();
        let status = known.unwrap_or_else(|| Status::parse(kept(text(dir, named("status"), room), &mut self.report)));
        (entry.uid, entry.gid) = (status.uid, status.gid);
        [entry.vmsize_kb, entry.vmrss_kb, entry.vmswap_kb] = status.vm_kb;
        [entry.cap_inheritable, entry.cap_permitted, entry.cap_effective] = status.caps;
        if let Some(inner) = status.inner {
            (entry.vtid, entry.vpid, entry.vpgid) = (inner.tid, inner.pid, inner.pgid);
            beside.is_inner = true;
        }
        if beside.is_kernel_thread {
            self.kernel.get_or_insert_with(|| status.clone());
        }
        beside.groups = status.groups;
        entry.cgroups = cgroups(kept(text(dir, named("cgroup"), room), &mut self.report));
        Some((entry, beside))
    }

    /// The kernel may stop naming threads when one ends meanwhile, so it is asked until it named as many as it counts.
    fn list_threads(&mut self, dir: BorrowedFd<'_>, count: usize, tids: &mut Vec<u32>) {
        for _ in 0..LISTINGS {
            let Ok(task) = folder(dir, c"task") else { return };
            let before = tids.len();
            // What was named before an error counts.
            let _ = numbers(task, &mut self.scratch.entries, tids);
            let named = tids.len().saturating_sub(before);
            tids.dedup();
            if named >= count {
                return;
            }
        }
    }

    /// The program: arguments, environment, executable and folders.
    fn program(&mut self, dir: BorrowedFd<'_>, entry: &mut ProcessEntry, groups: &[u32]) {
        let Scratch { text: room, .. } = &mut self.scratch;
        let command = kept(text(dir, c"cmdline", room.get_mut(..PATH + ARGS).unwrap_or_default()), &mut self.report);
        let first = command.iter().position(|byte| *byte == 0).unwrap_or(command.len());
        let (exe, args) = command.split_at(first);
        entry.exe = cut(exe, PATH);
        entry.args = cut(args.get(1..).unwrap_or_default(), ARGS);
        if !self.options.no_env {
            let room = room.get_mut(..ARGS).unwrap_or_default();
            entry.env = kept(text(dir, c"environ", room), &mut self.report).to_vec();
        }
        entry.cwd = cut(kept(link(dir, c"cwd", &mut self.scratch.link), &mut self.report), PATH);
        entry.root = cut(kept(link(dir, c"root", &mut self.scratch.link), &mut self.report), PATH);
        entry.exepath = cut(kept(link(dir, c"exe", &mut self.scratch.link), &mut self.report), PATH);
        entry.exe_from_memfd = matches!(Link::of(&entry.exepath), Link::Memory(_));
        if !entry.exepath.is_empty() {
            self.executable(dir, entry, groups);
        }
    }

    /// The file of the executable. What is known of it is enough: no file server is asked.
    fn executable(&mut self, dir: BorrowedFd<'_>, entry: &mut ProcessEntry, groups: &[u32]) {
        let flags = AtFlags::NO_AUTOMOUNT | AtFlags::STATX_DONT_SYNC;
        let Ok(file) = statx(dir, c"exe", flags, StatxFlags::BASIC_STATS | StatxFlags::MNT_ID) else { return };
        let ns = |seconds: i64, part: u32| {
            u64::try_from(seconds).unwrap_or_default().saturating_mul(1_000_000_000).saturating_add(part.into())
        };
        entry.exe_ino = file.stx_ino;
        entry.exe_ino_ctime = ns(file.stx_ctime.tv_sec, file.stx_ctime.tv_nsec);
        entry.exe_ino_mtime = ns(file.stx_mtime.tv_sec, file.stx_mtime.tv_nsec);
        let mount = self.mounts.get(file.stx_mnt_id, dir, &mut self.scratch);
        let read_only = mount.is_some_and(|mount| mount.read_only);
        entry.exe_writable = !read_only && may_write(entry, groups, &file);
        let layer = self.mounts.layer(file.stx_mnt_id, &entry.exepath);
        entry.exe_upper_layer = layer == Some(Layer::Upper);
        entry.exe_lower_layer = layer == Some(Layer::Lower);
    }

    fn limit_and_login(&mut self, dir: BorrowedFd<'_>, entry: &mut ProcessEntry) {
        let Scratch { text: room, .. } = &mut self.scratch;
        entry.fdlimit = open_files(kept(text(dir, c"limits", room), &mut self.report)).unwrap_or_default();
        // Kernels without auditing have no such file.
        let login = text(dir, c"loginuid", room).ok();
        entry.loginuid = login.and_then(|text| number(text.trim_ascii())).unwrap_or(u32::MAX);
    }

    /// The inode of a namespace.
    pub(super) fn namespace(&mut self, dir: BorrowedFd<'_>, path: &std::ffi::CStr, kind: &[u8]) -> Option<u64> {
        inode(kept(link(dir, path, &mut self.scratch.link), &mut self.report), kind)
    }
}

/// What was read; empty and counted when it may not be read, empty when the process has ended or never had it.
pub(super) fn kept<'b>(read: Result<&'b [u8]>, report: &mut Report) -> &'b [u8] {
    match read {
        Ok(text) => text,
        Err(Errno::NOENT | Errno::SRCH) => &[],
        Err(_) => {
            report.unreadable += 1;
            &[]
        }
    }
}

/// A thread, with what it shares with the first one. Environment and working directory are read of that one.
fn of_process(own: ProcessEntry, main: &ProcessEntry) -> ProcessEntry {
    ProcessEntry {
        exe: main.exe.clone(),
        exepath: main.exepath.clone(),
        args: main.args.clone(),
        root: main.root.clone(),
        fdlimit: main.fdlimit,
        loginuid: main.loginuid,
        exe_writable: main.exe_writable,
        exe_upper_layer: main.exe_upper_layer,
        exe_lower_layer: main.exe_lower_layer,
        exe_from_memfd: main.exe_from_memfd,
        exe_ino: main.exe_ino,
        exe_ino_ctime: main.exe_ino_ctime,
        exe_ino_mtime: main.exe_ino_mtime,
        ..own
    }
}

/// Whether the user of a process may write a file, by its mode.
fn may_write(entry: &ProcessEntry, groups: &[u32], file: &rustix::fs::Statx) -> bool {
    const OWNER: u16 = 0o200;
    const GROUP: u16 = 0o020;
    const OTHERS: u16 = 0o002;
    let bit = if entry.uid == file.stx_uid {
        OWNER
    } else if entry.gid == file.stx_gid || groups.contains(&file.stx_gid) {
        GROUP
    } else {
        OTHERS
    };
    file.stx_mode & bit != 0 || entry.cap_effective & CAP_DAC_OVERRIDE != 0
}

/// The soft limit of descriptors; -1 where there is none.
fn open_files(limits: &[u8]) -> Option<i64> {
    let line = limits.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"Max open files"))?;
    let soft = line.split(|byte| *byte == b' ').find(|word| !word.is_empty())?;
    if soft == b"unlimited" {
        Some(-1)
    } else {
        number(soft)
    }
}

#[cfg(test)]
mod tests {
    use super::open_files;

    #[test]
    fn the_soft_limit_of_descriptors() {
        let text = b"Limit   Soft Limit  Hard Limit  Units\nMax processes  7  8  processes\nMax open files            1024      4096       files \n";
        assert_eq!(open_files(text), Some(1024));
        assert_eq!(open_files(b"Max open files  unlimited unlimited files"), Some(-1));
        assert_eq!(open_files(b""), None);
    }
}
