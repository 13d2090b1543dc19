//! What system calls do to descriptors that are not sockets.

use super::fds::{bits, FdId, FdKind, FdRecord};
use super::threads::{clone_flags, ThreadId};
use super::{id, Call, State};
use crate::path;

/// Open flags as recorders normalise them.
pub(crate) mod open_flags {
    pub(crate) const CREAT: u64 = 4;
    pub(crate) const DIRECTORY: u64 = 1024;
    pub(crate) const CLOEXEC: u64 = 4096;
    pub(crate) const TMPFILE: u64 = 8192;
    pub(crate) const CREATED: u64 = 0x4000;
    pub(crate) const UPPER_LAYER: u64 = 0x8000;
    pub(crate) const LOWER_LAYER: u64 = 0x1_0000;
}

/// The directory descriptor that stands for the working directory.
pub(crate) const AT_FDCWD: i64 = -100;

const F_DUPFD: u64 = 1;
const F_SETFD: u64 = 3;
const F_DUPFD_CLOEXEC: u64 = 26;
const CLOSE_RANGE_CLOEXEC: u64 = 4;
/// `O_CLOEXEC` as the kernel has it; some calls are recorded with the kernel's own flags.
const KERNEL_CLOEXEC: u64 = 0o2_000_000;

/// Where the parts of an open-like call stand among its parameters.
struct OpenForm {
    directory: Option<usize>,
    name: usize,
    flags: Option<usize>,
    dev: usize,
    ino: usize,
}

fn open_form(event_type: u16) -> Option<OpenForm> {
    let form = |directory, name, flags, dev, ino| Some(OpenForm { directory, name, flags, dev, ino });
    match event_type {
        id::OPEN => form(None, 1, Some(2), 4, 5),
        id::CREAT => form(None, 1, None, 3, 4),
        id::OPENAT => form(Some(1), 2, Some(3), 5, 6),
        id::OPENAT2 => form(Some(1), 2, Some(3), 6, 7),
        id::OPEN_BY_HANDLE_AT => form(None, 3, Some(2), 4, 5),
        _ => None,
    }
}

impl State {
    /// Effects on files and other descriptors; `None` when the call is none of these.
    pub(super) fn file_effects(&mut self, call: &Call<'_>) -> Option<FdId> {
        let event = &call.event;
        let done = call.result.is_some_and(|result| result >= 0);
        if let Some(form) = open_form(event.event_type) {
            return Some(self.open(call, &form));
        }
        let plain = |kind| FdRecord::new(call.result.unwrap_or(-1), kind);
        let record = match event.event_type {
            id::CLOSE => {
                if done {
                    self.close(call.thread, self.fds.get(call.fd).num, call.n + 1);
                }
                return Some(call.fd);
            }
            id::DUP | id::DUP2 | id::DUP3 => return Some(self.dup(call)),
            id::FCNTL => return Some(self.fcntl(call)),
            id::PIPE | id::PIPE2 => return Some(self.pipe(call)),
            id::CLOSE_RANGE => {
                self.close_range(call);
                return Some(call.fd);
            }
            id::PIDFD_GETFD => return Some(self.pidfd_getfd(call)),
            id::EVENTFD => plain(FdKind::Event),
            id::EVENTFD2 => with_cloexec(plain(FdKind::Event), event.uint(1)),
            id::SIGNALFD => plain(FdKind::Signal),
            id::SIGNALFD4 => with_cloexec(plain(FdKind::Signal), event.uint(1)),
            id::TIMERFD_CREATE => with_cloexec(plain(FdKind::Timer), event.uint(2)),
            id::INOTIFY_INIT => plain(FdKind::Inotify),
            id::INOTIFY_INIT1 => with_cloexec(plain(FdKind::Inotify), event.uint(1)),
            id::EPOLL_CREATE => plain(FdKind::EventPoll),
            id::EPOLL_CREATE1 => {
                let flags = event.uint(1).unwrap_or(0);
                plain(FdKind::EventPoll).with(bits::CLOEXEC, flags != 0)
            }
            id::BPF => plain(FdKind::Bpf),
            id::USERFAULTFD => with_cloexec(plain(FdKind::UserFault), event.uint(1)),
            id::IO_URING_SETUP => plain(FdKind::IoUring),
            id::MEMFD_CREATE => {
                let name = self.strings.intern(event.text(1).unwrap_or_default());
                FdRecord { name, raw_name: name, ..plain(FdKind::MemFd) }
            }
            id::PIDFD_OPEN => {
                let name = format!("/proc/{}", event.int(1).unwrap_or(-1));
                let name = self.strings.intern(name.as_bytes());
                FdRecord { name, raw_name: name, ..plain(FdKind::PidFd) }
            }
            _ => return None,
        };
        if !done {
            return Some(call.fd);
        }
        Some(self.set_fd(call.thread, record.num, record, call.n))
    }

    pub(super) fn close(&mut self, thread: ThreadId, fd: i64, since: u32) {
        if let Some(table) = self.table_of(thread) {
            if !self.tables.get(table, fd).is_none() {
                self.tables.set(table, fd, FdId::NONE, since);
            }
        }
    }

    /// The working directory of a thread's process, empty when unknown.
    pub(crate) fn cwd_of(&self, thread: ThreadId) -> &[u8] {
        let main = self.main_of(thread);
        let at = if main.is_none() { thread } else { main };
        self.strings.get(self.threads.now(at).cwd)
    }

    /// `name` relative to a directory descriptor of a thread, made absolute.
    pub(super) fn absolute(&mut self, thread: ThreadId, directory: Option<i64>, name: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let base: &[u8] = match directory {
            _ if name.starts_with(b"/") => b"",
            None | Some(AT_FDCWD) => self.cwd_of(thread),
            Some(fd) => {
                let known = self.known_fd(thread, fd);
                if known.is_none() {
                    b"<UNKNOWN>"
                } else {
                    self.scratch.clear();
                    let name = self.strings.get(self.fds.get(known).name);
                    self.scratch.extend_from_slice(name);
                    self.scratch.push(b'/');
                    &self.scratch
                }
            }
        };
        path::join(&mut out, base, name);
        out
    }

    fn open(&mut self, call: &Call<'_>, form: &OpenForm) -> FdId {
        let event = &call.event;
        // The enter event's name is what was asked for; the exit's may have been read after another thread changed it.
        let entered = call.enter.filter(|(ty, params)| *ty + 1 == event.event_type && params.len() >= 2);
        let enter_name = entered.and_then(|(_, params)| params.text(form.name - 1));
        let exit_name = event.text(form.name);
        let Some(name) = enter_name.or(exit_name) else {
            return self.unnamed_open(call);
        };
        let directory = form.directory.and_then(|at| {
            let entered = entered.filter(|_| enter_name.is_some()).and_then(|(_, params)| params.int(at - 1));
            entered.or_else(|| event.int(at))
        });
        let path = self.absolute(call.thread, directory, name);
        let path = self.strings.intern(&path);
        let raw_name = self.strings.intern(name);
        let Some(fd) = call.result.filter(|fd| *fd >= 0) else {
            let unknown = FdRecord { name: path, raw_name, guessed: b'f', ..FdRecord::new(-1, FdKind::Absent) };
            return self.fds.intern(unknown);
        };
        let flags = form.flags.and_then(|at| event.uint(at)).unwrap_or(0);
        let kind = if flags & open_flags::DIRECTORY != 0 { FdKind::Directory } else { FdKind::File };
        let record = FdRecord {
            name: path,
            raw_name,
            dev: event.uint(form.dev).unwrap_or(0) as u32,
            ino: event.uint(form.ino).unwrap_or(0),
            open_flags: flags as u32,
            ..FdRecord::new(fd, kind)
        };
        let creat = if event.event_type == id::CREAT { event.uint(5).unwrap_or(0) } else { 0 };
        let record = record
            .with(bits::CLOEXEC, flags & open_flags::CLOEXEC != 0)
            .with(bits::UPPER_LAYER, flags & open_flags::UPPER_LAYER != 0 || creat & 1 != 0)
            .with(bits::LOWER_LAYER, flags & open_flags::LOWER_LAYER != 0 || creat & 2 != 0);
        self.set_fd(call.thread, fd, record, call.n)
    }

    /// An open whose path the recorder could not read.
    fn unnamed_open(&mut self, call: &Call<'_>) -> FdId {
        match call.result {
            Some(fd) if fd >= 0 => {
                let record = FdRecord { name: self.unknown, raw_name: self.unknown, ..FdRecord::new(fd, FdKind::File) };
                self.set_fd(call.thread, fd, record, call.n)
            }
            _ => call.fd,
        }
    }

    fn copy_fd(&mut self, call: &Call<'_>, to: i64, cloexec: bool) -> FdId {
        let from = self.fds.get(call.fd);
        if !from.known() {
            // All reference readers keep what stood at that number before, and so do fields; people are told better.
            let before = self.fds.get(self.known_fd(call.thread, to));
            if before.known() && !before.is(bits::REPLACED) {
                let replaced = before.clone().with(bits::REPLACED, true);
                self.set_fd(call.thread, to, replaced, call.n);
            }
            return call.fd;
        }
        let copy = FdRecord { num: to, ..from.clone() }.with(bits::CLOEXEC, cloexec);
        self.set_fd(call.thread, to, copy, call.n)
    }

    fn dup(&mut self, call: &Call<'_>) -> FdId {
        let Some(to) = call.result.filter(|fd| *fd >= 0) else { return call.fd };
        let end_of_pipe = match to {
            0 => clone_flags::PIPE_DST,
            1 => clone_flags::PIPE_SRC,
            _ => 0,
        };
        if end_of_pipe != 0 {
            self.change(call.thread, call.n, |t| t.flags |= end_of_pipe);
            self.refresh(call.thread);
        }
        let cloexec = call.event.event_type == id::DUP3
            && call.event.uint(3).is_some_and(|flags| flags & (open_flags::CLOEXEC | KERNEL_CLOEXEC) != 0);
        self.copy_fd(call, to, cloexec)
    }

    fn fcntl(&mut self, call: &Call<'_>) -> FdId {
        let Some(result) = call.result.filter(|result| *result >= 0) else { return call.fd };
        match call.event.uint(2) {
            Some(F_DUPFD) => self.copy_fd(call, result, false),
            Some(F_DUPFD_CLOEXEC) => self.copy_fd(call, result, true),
            Some(F_SETFD) if self.fds.get(call.fd).known() => {
                let on = call.event.uint(3).unwrap_or(0) & 1 != 0;
                let record = self.fds.get(call.fd).clone().with(bits::CLOEXEC, on);
                self.set_fd(call.thread, record.num, record, call.n)
            }
            _ => call.fd,
        }
    }

    fn pipe(&mut self, call: &Call<'_>) -> FdId {
        if call.result.is_none_or(|result| result < 0) {
            return call.fd;
        }
        let flags = call.event.uint(4).unwrap_or(0);
        let mut last = call.fd;
        for at in [1, 2] {
            if let Some(fd) = call.event.int(at) {
                let record = FdRecord { ino: call.event.uint(3).unwrap_or(0), ..FdRecord::new(fd, FdKind::Pipe) };
                last = self.set_fd(call.thread, fd, with_cloexec(record, Some(flags)), call.n);
            }
        }
        last
    }

    fn close_range(&mut self, call: &Call<'_>) {
        if call.result != Some(0) {
            return;
        }
        let (Some(first), Some(last)) = (call.event.uint(1), call.event.uint(2)) else { return };
        let Some(table) = self.table_of(call.thread) else { return };
        let keep = call.event.uint(3).unwrap_or(0) & CLOSE_RANGE_CLOEXEC != 0;
        for (fd, record) in self.tables.open_at(table, call.n) {
            if u64::try_from(fd).is_ok_and(|fd| first <= fd && fd <= last) {
                if keep {
                    let record = self.fds.get(record).clone().with(bits::CLOEXEC, true);
                    self.set_fd(call.thread, fd, record, call.n);
                } else {
                    self.tables.set(table, fd, FdId::NONE, call.n);
                }
            }
        }
    }

    fn pidfd_getfd(&mut self, call: &Call<'_>) -> FdId {
        let Some(fd) = call.result.filter(|fd| *fd >= 0) else { return call.fd };
        let (Some(pidfd), Some(target)) = (call.event.int(1), call.event.int(2)) else { return call.fd };
        let process = self.known_fd(call.thread, pidfd);
        let name = self.strings.get(self.fds.get(process).name);
        let pid =
            name.strip_prefix(b"/proc/").and_then(|pid| std::str::from_utf8(pid).ok()).and_then(|p| p.parse().ok());
        let owner = pid.map(|pid: i64| self.threads.live(pid)).unwrap_or_default();
        if owner.is_none() {
            return call.fd;
        }
        self.fresh_table(owner);
        let found = self.known_fd(owner, target);
        if found.is_none() {
            return call.fd;
        }
        let record = FdRecord { num: fd, ..self.fds.get(found).clone() }.with(bits::CLOEXEC, true);
        self.set_fd(call.thread, fd, record, call.n)
    }
}

fn with_cloexec(record: FdRecord, flags: Option<u64>) -> FdRecord {
    let on = flags.is_some_and(|flags| flags & (open_flags::CLOEXEC | KERNEL_CLOEXEC) != 0);
    record.with(bits::CLOEXEC, on)
}
