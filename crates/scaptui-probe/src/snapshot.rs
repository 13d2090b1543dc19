//! What was there before the first event: the machine, its interfaces, users, processes and descriptors, out of /proc.
//!
//! Attach first, take the snapshot then, and release events last: a process that is in neither does not exist, because
//! whatever begins after attaching is an event, and whatever was there before is listed until it ends, which is an
//! event too. A process that ends while it is read is passed over; what may not be read is left empty. Both are counted.
//!
//! ```no_run
//! use scap_format::writer::Writer;
//! use scaptui_probe::snapshot::{take, Options};
//!
//! let snapshot = take(&Options::default())?;
//! snapshot.write(&mut Writer::new(std::io::stdout()))?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod cgroups;
mod descriptors;
mod files;
mod interfaces;
mod links;
mod machine;
mod mounts;
mod namespaces;
mod open_flags;
mod process;
mod sockets;
mod stat;
mod status;
mod users;

use std::collections::HashSet;
use std::io::{self, Write};
use std::num::NonZero;
use std::ops::AddAssign;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::fd::OwnedFd;
use rustix::fs::{openat, Mode, OFlags, CWD};
use scap_format::meta::{FdDetail, FdList, Interface, MachineInfo, ProcessEntry, SectionHeader, UserList};
use scap_format::writer::Writer;

use files::{numbers, Scratch};
use process::Walk;

pub(crate) use descriptors::anonymous;
pub(crate) use open_flags::{to_capture as open_flags, LOWER_LAYER, UPPER_LAYER};

/// More threads than this only wait for the kernel's locks.
const MOST_WORKERS: usize = 4;
/// Processes a thread takes at a time.
const AT_A_TIME: usize = 16;

/// What to take.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where `proc`, `sys` and `etc` are: `/`, or where a container has the host's.
    pub root: PathBuf,
    /// Leaves environments out.
    pub no_env: bool,
    /// Processes that are left out: the recorder itself and its viewer.
    pub exclude: Vec<u32>,
    /// Descriptors read of one process; more are counted.
    pub max_fds: usize,
    /// Threads that read at the same time, at least one. Events wait as long as this takes.
    pub workers: usize,
}

impl Default for Options {
    fn default() -> Self {
        let cpus = thread::available_parallelism().map_or(1, NonZero::get);
        let (root, workers) = (PathBuf::from("/"), cpus.min(MOST_WORKERS));
        Options { root, no_env: false, exclude: Vec::new(), max_fds: 1 << 16, workers }
    }
}

/// How much was read, and what was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Processes listed.
    pub processes: u64,
    /// Threads listed, main threads included.
    pub threads: u64,
    /// Descriptors listed.
    pub fds: u64,
    /// Processes and threads that ended while they were read.
    pub vanished: u64,
    /// Files and links of /proc that could not be read though their process was there.
    pub unreadable: u64,
    /// Descriptors beyond [`Options::max_fds`].
    pub fds_left_out: u64,
    /// Network namespaces whose sockets were read.
    pub network_namespaces: u64,
    /// Sockets of which only the protocol is known, or not even that: in no table, as unbound ones are.
    pub sockets_without_address: u64,
}

impl AddAssign for Report {
    fn add_assign(&mut self, other: Report) {
        self.processes += other.processes;
        self.threads += other.threads;
        self.fds += other.fds;
        self.vanished += other.vanished;
        self.unreadable += other.unreadable;
        self.fds_left_out += other.fds_left_out;
        self.network_namespaces += other.network_namespaces;
        self.sockets_without_address += other.sockets_without_address;
    }
}

/// Everything that stands before the first event of a capture.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The machine.
    pub machine: MachineInfo,
    /// The addresses of its network interfaces, in the namespace of this process.
    pub interfaces: Vec<Interface>,
    /// Its users and groups.
    pub users: UserList,
    /// Its threads, each process's main thread before the others.
    pub processes: Vec<ProcessEntry>,
    /// The descriptors of each process.
    pub fds: Vec<FdList>,
    /// How much was read.
    pub report: Report,
}

/// Reads it all.
///
/// # Errors
/// The list of processes cannot be read. Everything smaller is left empty and counted.
pub fn take(options: &Options) -> io::Result<Snapshot> {
    let mut scratch = Scratch::default();
    let machine = machine::read(options, &mut scratch);
    let interfaces = interfaces::read(options);
    let users = users::read(options);
    let proc =
        openat(CWD, options.root.join("proc"), OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let mut pids = Vec::new();
    numbers(&proc, &mut scratch.entries, &mut pids)?;
    let excluded: HashSet<u32> = options.exclude.iter().copied().collect();
    pids.retain(|pid| !excluded.contains(pid));
    let walk = walk_all(&proc, &pids, || Walk::new(options, machine.boot_ts));
    let Walk { mut processes, mut fds, mut report, pid_namespaces, sockets, .. } = walk;
    pid_namespaces.fill(&mut processes);
    sockets.resolve(&proc, &mut fds, &mut report);
    // Readers see a process before its other threads, whoever of us read it first.
    processes.sort_by_key(|process| (process.pid, process.tid != process.pid, process.tid));
    fds.sort_by_key(|list| list.tid);
    Ok(Snapshot { machine, interfaces, users, processes, fds, report })
}

/// Walks through the processes with as many threads as are asked for, each of which takes some at a time.
fn walk_all<'o>(proc: &OwnedFd, pids: &[u32], new: impl Fn() -> Walk<'o> + Sync) -> Walk<'o> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut walk = new();
        loop {
            let from = next.fetch_add(AT_A_TIME, Ordering::Relaxed);
            let Some(rest) = pids.get(from..).filter(|rest| !rest.is_empty()) else { return walk };
            for pid in rest.iter().take(AT_A_TIME) {
                walk.process(proc, *pid);
            }
        }
    };
    thread::scope(|scope| {
        let worth_it = pids.len() / AT_A_TIME;
        let mut all = new();
        let others = all.options.workers.min(worth_it).saturating_sub(1);
        let others: Vec<_> = (0..others).map(|_| scope.spawn(work)).collect();
        all.append(work());
        for other in others {
            match other.join() {
                Ok(walk) => all.append(walk),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

impl Snapshot {
    /// Puts kinds of descriptors that readers of 2022 refuse the whole capture for among the unsupported ones.
    pub fn without_newer_kinds(&mut self) {
        for entry in self.fds.iter_mut().flat_map(|list| &mut list.fds) {
            let (FdDetail::Bpf { name }
            | FdDetail::Userfault { name }
            | FdDetail::IoUring { name }
            | FdDetail::Memory { name }
            | FdDetail::Pid { name }) = &mut entry.detail
            else {
                continue;
            };
            entry.detail = FdDetail::Unsupported { name: std::mem::take(name) };
        }
    }

    /// Writes a section with everything in it.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        writer.section(&SectionHeader::default())?;
        writer.machine(&self.machine)?;
        writer.interfaces(&self.interfaces)?;
        writer.users(&self.users)?;
        writer.processes(&self.processes)?;
        self.fds.iter().try_for_each(|list| writer.fds(list))
    }
}
