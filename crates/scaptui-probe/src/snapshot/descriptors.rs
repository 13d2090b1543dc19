//! The descriptors of a process.

use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{getxattr, statx, AtFlags, FileType, StatxFlags};
use rustix::io::Errno;
use rustix::path::DecInt;
use scap_format::meta::{FdDetail, FdEntry, FdList};

use super::files::{cut, folder, link, numbers, text, Scratch, PATH};
use super::links::Link;
use super::mounts::{device, Layer};
use super::open_flags::{to_capture, LOWER_LAYER, UPPER_LAYER};
use super::process::{kept, Walk};
use super::sockets::Protocol;

/// Folders of a process: itself, its descriptors, and what is told of them.
struct Open<'d> {
    dir: BorrowedFd<'d>,
    fds: BorrowedFd<'d>,
    info: Option<BorrowedFd<'d>>,
}

impl Walk<'_> {
    /// Lists the descriptors of a process; sockets are found when all processes are read.
    pub(super) fn descriptors(&mut self, dir: BorrowedFd<'_>, pid: u32) {
        let mut list = FdList { tid: i64::from(pid), fds: Vec::new() };
        match folder(dir, c"fd") {
            Ok(fds) => self.list_fds(dir, fds.as_fd(), pid, &mut list.fds),
            Err(error) => {
                kept(Err(error), &mut self.report);
            }
        }
        self.report.fds += u64::try_from(list.fds.len()).unwrap_or_default();
        self.fds.push(list);
    }

    fn list_fds(&mut self, dir: BorrowedFd<'_>, fds: BorrowedFd<'_>, pid: u32, into: &mut Vec<FdEntry>) {
        let mut open = Vec::new();
        if numbers(fds, &mut self.scratch.entries, &mut open).is_err() {
            self.report.unreadable += 1;
        }
        let left_out = open.len().saturating_sub(self.options.max_fds);
        self.report.fds_left_out += u64::try_from(left_out).unwrap_or_default();
        open.truncate(self.options.max_fds);
        into.reserve_exact(open.len());
        let told = folder(dir, c"fdinfo").ok();
        let open_fds = Open { dir, fds, info: told.as_ref().map(AsFd::as_fd) };
        let mut namespace = None;
        for fd in open {
            let target = match link(fds, DecInt::new(fd), &mut self.scratch.link) {
                Ok(target) => target,
                // Closed meanwhile: its close is an event.
                Err(Errno::NOENT) => continue,
                // Then none of them may be read.
                Err(_) => {
                    self.report.unreadable += 1;
                    return;
                }
            };
            let name = cut(target, PATH);
            let found = match Link::of(target) {
                Link::Socket(inode) => {
                    let namespace =
                        *namespace.get_or_insert_with(|| self.namespace(dir, c"ns/net", b"net:[").unwrap_or_default());
                    let protocol = self.protocol(pid, fd);
                    self.sockets.want(inode, protocol, (self.fds.len(), into.len()), (namespace, pid));
                    Some((inode, FdDetail::Unsupported { name }))
                }
                Link::Pipe(inode) => Some((inode, FdDetail::Fifo { name })),
                Link::Memory(name) => {
                    let name = cut(name, PATH);
                    Some((inode(fds, fd), FdDetail::Memory { name }))
                }
                Link::Anonymous(kind) => {
                    let detail = anonymous(kind, name);
                    Some((0, self.with_pid(&open_fds, fd, detail)))
                }
                Link::Path => self.file(&open_fds, fd, name),
            };
            if let Some((inode, detail)) = found {
                into.push(FdEntry { fd: i64::from(fd), inode, detail });
            }
        }
    }

    /// Something with a path, or a namespace.
    fn file(&mut self, open: &Open<'_>, fd: u32, name: Vec<u8>) -> Option<(u64, FdDetail)> {
        // What is known of the file is enough: no file server is asked.
        let flags = AtFlags::NO_AUTOMOUNT | AtFlags::STATX_DONT_SYNC;
        let wanted = StatxFlags::TYPE | StatxFlags::INO | StatxFlags::MNT_ID;
        let file = statx(open.fds, DecInt::new(fd), flags, wanted).ok()?;
        let detail = match FileType::from_raw_mode(u32::from(file.stx_mode)) {
            FileType::Directory => FdDetail::Directory { name },
            FileType::Fifo => FdDetail::Fifo { name },
            _ => {
                let mount = self.mounts.get(file.stx_mnt_id, open.dir, &mut self.scratch);
                let dev = mount.map_or_else(|| device(file.stx_dev_major, file.stx_dev_minor), |mount| mount.dev);
                let layer = match self.mounts.layer(file.stx_mnt_id, &name) {
                    Some(Layer::Upper) => UPPER_LAYER,
                    Some(Layer::Lower) => LOWER_LAYER,
                    None => 0,
                };
                let flags = octal(self.info(open, fd, b"flags:")).map_or(0, to_capture);
                FdDetail::File { open_flags: flags | layer, name, dev: Some(dev) }
            }
        };
        Some((file.stx_ino, detail))
    }

    /// Descriptors of processes are named as the events that open one name them.
    fn with_pid(&mut self, open: &Open<'_>, fd: u32, detail: FdDetail) -> FdDetail {
        match detail {
            FdDetail::Pid { name } => {
                let pid = self.info(open, fd, b"Pid:");
                FdDetail::Pid { name: if pid.is_empty() { name } else { [b"/proc/", pid].concat() } }
            }
            other => other,
        }
    }

    /// A value of `fdinfo`, empty when it is not there.
    fn info(&mut self, open: &Open<'_>, fd: u32, key: &[u8]) -> &[u8] {
        let Scratch { text: room, .. } = &mut self.scratch;
        let Some(folder) = open.info else { return &[] };
        let info = kept(text(folder, DecInt::new(fd), room), &mut self.report);
        let value = info.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(key));
        value.unwrap_or_default().trim_ascii()
    }

    /// The protocol of a socket, which the kernel tells whatever namespace it is in.
    fn protocol(&self, pid: u32, fd: u32) -> Protocol {
        let path = self.options.root.join(format!("proc/{pid}/fd/{fd}"));
        let mut name = [0; 32];
        let length = getxattr(path, c"system.sockprotoname", &mut name).unwrap_or_default();
        let name = name.get(..length).unwrap_or_default();
        Protocol::of(name.split(|byte| *byte == 0).next().unwrap_or_default())
    }
}

fn inode(fds: impl AsFd, fd: u32) -> u64 {
    statx(fds, DecInt::new(fd), AtFlags::STATX_DONT_SYNC, StatxFlags::INO).map_or(0, |file| file.stx_ino)
}

/// What is in no directory, by the kind the kernel names it by, with or without brackets.
pub(crate) fn anonymous(kind: &[u8], name: Vec<u8>) -> FdDetail {
    let kind = kind.strip_prefix(b"[").unwrap_or(kind);
    match kind.strip_suffix(b"]").unwrap_or(kind) {
        b"eventfd" => FdDetail::Event { name },
        b"eventpoll" => FdDetail::Epoll { name },
        b"inotify" => FdDetail::Inotify { name },
        b"signalfd" => FdDetail::Signal { name },
        b"timerfd" => FdDetail::Timer { name },
        b"io_uring" => FdDetail::IoUring { name },
        b"userfaultfd" => FdDetail::Userfault { name },
        b"pidfd" => FdDetail::Pid { name },
        // Maps, programs, links, iterators, tokens.
        kind if kind.starts_with(b"bpf") || kind == b"btf" => FdDetail::Bpf { name },
        _ => FdDetail::Unsupported { name },
    }
}

fn octal(text: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(text).ok()?, 8).ok()
}
