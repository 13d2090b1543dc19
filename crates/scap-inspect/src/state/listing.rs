//! The state as of an event, in the lists that stand at the head of a capture: what a file needs that begins there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use rustc_hash::FxHashSet;
use scap_format::meta::{FdDetail, FdEntry, FdList, L4Proto, ProcessEntry};

use super::fds::{bits, Ends, FdKind, FdRecord, Role, L4};
use super::files::open_flags;
use super::threads::{clone_flags, exe_bits, Thread, ThreadId, ThreadVersion};
use super::State;

/// How much of a thread is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    /// Nothing.
    Not,
    /// Who it is.
    Alone,
    /// Also its descriptors.
    WithDescriptors,
}

impl State {
    /// Threads and their descriptors as they are after event `n`, by thread id. Threads of which nothing is known but
    /// the id are left out.
    pub fn listing(&self, n: u32) -> (Vec<ProcessEntry>, Vec<FdList>) {
        self.listing_of(n, |_| Listed::WithDescriptors)
    }

    /// The same of some threads.
    pub fn listing_of(&self, n: u32, how: impl Fn(ThreadId) -> Listed) -> (Vec<ProcessEntry>, Vec<FdList>) {
        let all = self.threads.all.iter().enumerate().skip(1).map(|(at, thread)| (how(ThreadId::at(at)), thread));
        let mut alive: Vec<(Listed, &Thread)> =
            all.filter(|(how, thread)| *how != Listed::Not && thread.alive_at(n)).collect();
        alive.sort_by_key(|(_, thread)| thread.tid);
        let mut threads = Vec::with_capacity(alive.len());
        let mut open = Vec::new();
        for (how, thread) in alive {
            let version = self.threads.version(thread.version_at(n));
            if version.placeholder && version.pid < 0 {
                continue;
            }
            threads.push(self.listed_thread(thread, version, n));
            let table = thread.table_at(n).filter(|_| how == Listed::WithDescriptors);
            if let Some(table) = table {
                open.push((thread.tid, self.tables.open_at(table, n)));
            }
        }
        let records = open.iter().flat_map(|(_, open)| open).map(|(_, record)| self.fds.get(*record));
        let listening: FxHashSet<u16> =
            records.filter(|r| r.kind.is_listening()).filter_map(|r| r.ends.map(|ends| ends.dest.1)).collect();
        let mut fds = Vec::new();
        for (tid, open) in open {
            let list = |(fd, record)| self.listed_descriptor(fd, self.fds.get(record), &listening);
            let open: Vec<FdEntry> = open.into_iter().filter_map(list).collect();
            if !open.is_empty() {
                fds.push(FdList { tid, fds: open });
            }
        }
        (threads, fds)
    }

    fn listed_thread(&self, thread: &Thread, version: &ThreadVersion, n: u32) -> ProcessEntry {
        let text = |id| self.strings.get(id).to_vec();
        let memory = thread.memory_at(n);
        let exe = |bit| version.exe_bits & bit != 0;
        ProcessEntry {
            tid: version.tid,
            pid: version.pid,
            ptid: version.ptid,
            sid: version.sid,
            vpgid: version.vpgid,
            comm: text(version.comm),
            exe: text(version.exe),
            exepath: text(version.exepath),
            args: text(version.args),
            cwd: text(version.cwd),
            fdlimit: version.fdlimit,
            flags: version.flags & !clone_flags::ACTIVE,
            uid: version.uid,
            gid: version.gid,
            vmsize_kb: memory.size.0,
            vmrss_kb: memory.size.1,
            vmswap_kb: memory.size.2,
            pfmajor: memory.faults.0,
            pfminor: memory.faults.1,
            env: text(version.env),
            vtid: version.vtid,
            vpid: version.vpid,
            cgroups: text(version.cgroups),
            root: text(version.root),
            pidns_init_start_ts: version.pidns_start,
            tty: version.tty,
            loginuid: version.loginuid,
            exe_writable: exe(exe_bits::WRITABLE),
            cap_inheritable: version.caps[0],
            cap_permitted: version.caps[1],
            cap_effective: version.caps[2],
            exe_upper_layer: exe(exe_bits::UPPER_LAYER),
            exe_ino: version.exe_ino,
            exe_ino_ctime: version.exe_ctime,
            exe_ino_mtime: version.exe_mtime,
            exe_from_memfd: exe(exe_bits::MEMFD),
            exe_lower_layer: exe(exe_bits::LOWER_LAYER),
            pgid: version.pgid,
        }
    }

    fn listed_descriptor(&self, fd: i64, record: &FdRecord, listening: &FxHashSet<u16>) -> Option<FdEntry> {
        let name = self.strings.get(record.name).to_vec();
        let l4 = listed_l4(record.l4);
        let detail = match record.kind {
            FdKind::Absent => return None,
            FdKind::Unknown => FdDetail::Unknown,
            FdKind::File => {
                // What was set later stands where the flags of opening do.
                let closes = if record.is(bits::CLOEXEC) { open_flags::CLOEXEC as u32 } else { 0 };
                let open_flags = record.open_flags & !(open_flags::CLOEXEC as u32) | closes;
                FdDetail::File { open_flags, name, dev: Some(record.dev) }
            }
            FdKind::Directory => FdDetail::Directory { name },
            FdKind::Ipv4 | FdKind::Ipv6 => connection(record, l4, listening),
            FdKind::Ipv4Listen | FdKind::Ipv6Listen => listener(record, l4),
            FdKind::Pipe => FdDetail::Fifo { name },
            // The kernel's addresses of its ends are part of the name of a connection that was made since.
            FdKind::Unix => FdDetail::Unix { source: 0, peer: 0, name },
            FdKind::Event => FdDetail::Event { name },
            FdKind::Unsupported => FdDetail::Unsupported { name },
            FdKind::Signal => FdDetail::Signal { name },
            FdKind::EventPoll => FdDetail::Epoll { name },
            FdKind::Inotify => FdDetail::Inotify { name },
            FdKind::Timer => FdDetail::Timer { name },
            FdKind::Netlink => FdDetail::Netlink { name },
            FdKind::Bpf => FdDetail::Bpf { name },
            FdKind::UserFault => FdDetail::Userfault { name },
            FdKind::IoUring => FdDetail::IoUring { name },
            FdKind::MemFd => FdDetail::Memory { name },
            FdKind::PidFd => FdDetail::Pid { name },
        };
        Some(FdEntry { fd, inode: record.ino, detail })
    }
}

/// A connection as lists have it: this side first. Readers turn it where this side's port is one that is listened on; where
/// nobody on the list does, it stands as it should be called.
fn connection(record: &FdRecord, l4: L4Proto, listening: &FxHashSet<u16>) -> FdDetail {
    let nobody = Ends { source: (IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0), dest: (IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0) };
    let ends = record.ends.unwrap_or(nobody);
    let will_turn = record.kind == FdKind::Ipv4 && listening.contains(&ends.dest.1);
    let ends = if record.role == Role::Server && will_turn { ends.turned() } else { ends };
    match (ends.source, ends.dest) {
        ((IpAddr::V4(source), from), (IpAddr::V4(dest), to)) if record.kind == FdKind::Ipv4 => {
            FdDetail::Ipv4Socket { source: SocketAddrV4::new(source, from), dest: SocketAddrV4::new(dest, to), l4 }
        }
        ((source, from), (dest, to)) => FdDetail::Ipv6Socket {
            source: SocketAddrV6::new(wide(source), from, 0, 0),
            dest: SocketAddrV6::new(wide(dest), to, 0, 0),
            l4,
        },
    }
}

fn listener(record: &FdRecord, l4: L4Proto) -> FdDetail {
    match record.ends.map(|ends| ends.dest) {
        Some((IpAddr::V6(address), port)) => {
            FdDetail::Ipv6Listening { local: SocketAddrV6::new(address, port, 0, 0), l4 }
        }
        Some((IpAddr::V4(address), port)) => FdDetail::Ipv4Listening { local: SocketAddrV4::new(address, port), l4 },
        None => FdDetail::Ipv4Listening { local: SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0), l4 },
    }
}

fn wide(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv6Addr::UNSPECIFIED,
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

const fn listed_l4(l4: L4) -> L4Proto {
    match l4 {
        L4::Unknown => L4Proto::Unknown,
        L4::Na => L4Proto::NotApplicable,
        L4::Tcp => L4Proto::Tcp,
        L4::Udp => L4Proto::Udp,
        L4::Icmp => L4Proto::Icmp,
        L4::Raw => L4Proto::Raw,
    }
}
