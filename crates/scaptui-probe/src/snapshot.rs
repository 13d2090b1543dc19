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
use std::path::PathBuf;

use rustix::fs::{openat, Mode, OFlags, CWD};
use scap_format::meta::{FdDetail, FdList, Interface, MachineInfo, ProcessEntry, SectionHeader, UserList};
use scap_format::writer::Writer;

use files::{numbers, Scratch};
use mounts::Mounts;
use namespaces::PidNamespaces;
use process::Walk;
use sockets::Sockets;

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
}

impl Default for Options {
    fn default() -> Self {
        Options { root: PathBuf::from("/"), no_env: false, exclude: Vec::new(), max_fds: 1 << 16 }
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
    let mut walk = Walk {
        options,
        boot_ts: machine.boot_ts,
        scratch,
        mounts: Mounts::new(&options.root),
        pid_namespaces: PidNamespaces::new(machine.boot_ts),
        sockets: Sockets::default(),
        processes: Vec::new(),
        fds: Vec::new(),
        report: Report::default(),
        kernel: None,
    };
    for pid in pids {
        if !excluded.contains(&pid) {
            walk.process(&proc, pid);
        }
    }
    let Walk { mut processes, mut fds, mut report, pid_namespaces, sockets, .. } = walk;
    pid_namespaces.fill(&mut processes);
    sockets.resolve(&proc, &mut fds, &mut report);
    Ok(Snapshot { machine, interfaces, users, processes, fds, report })
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
