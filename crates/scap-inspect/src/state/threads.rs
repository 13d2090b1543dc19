//! Threads: immutable versions, and instances that remember which version they had at any event.

mod stored;

use rustc_hash::FxHashMap;

use crate::intern::StrId;
use crate::state::fds::TableId;

/// Bits of [`ThreadVersion::flags`], as captures carry them.
#[allow(missing_docs, reason = "the names are the kernel's")]
pub mod clone_flags {
    pub const FILES: u32 = 1;
    pub const NEWPID: u32 = 0x40;
    pub const PARENT: u32 = 0x100;
    pub const THREAD: u32 = 0x2000;
    pub const INVERTED: u32 = 0x1_0000;
    pub const NAME_CHANGED: u32 = 0x2_0000;
    pub const ACTIVE: u32 = 0x8_0000;
    pub const PIPE_SRC: u32 = 0x20_0000;
    pub const PIPE_DST: u32 = 0x40_0000;
    pub const VFORK: u32 = 0x800_0000;
    pub const CHILD_IN_PIDNS: u32 = 0x2000_0000;
    pub const IS_MAIN_THREAD: u32 = 0x4000_0000;
}

/// Bits of [`ThreadVersion::exe_bits`].
pub mod exe_bits {
    /// The file may be written by the user who runs it.
    pub const WRITABLE: u8 = 1;
    /// It lies on an overlay's upper layer.
    pub const UPPER_LAYER: u8 = 2;
    /// It is a memory file.
    pub const MEMFD: u8 = 4;
    /// It lies on an overlay's lower layer.
    pub const LOWER_LAYER: u8 = 8;
}

/// What is known about a thread: a value that never changes once it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "facts that are independent of each other")]
pub struct ThreadVersion {
    /// The instance this is a version of.
    pub instance: ThreadId,
    /// Thread id in the initial namespace.
    pub tid: i64,
    /// Process id in the initial namespace; negative when unknown.
    pub pid: i64,
    /// Thread id of the parent; negative when unknown, 0 when it is in no table.
    pub ptid: i64,
    /// Ids as the thread sees them, -1 when unknown.
    pub vtid: i64,
    /// See `vtid`.
    pub vpid: i64,
    /// Session id, -1 when unknown.
    pub sid: i64,
    /// Process group as the thread sees it, -1 when unknown.
    pub vpgid: i64,
    /// Process group in the initial namespace, -1 when unknown.
    pub pgid: i64,
    /// Short name.
    pub comm: StrId,
    /// `argv[0]`.
    pub exe: StrId,
    /// Path of the executable.
    pub exepath: StrId,
    /// `argv[1..]`, each ended by NUL.
    pub args: StrId,
    /// Environment, each `NAME=value` ended by NUL; of main threads.
    pub env: StrId,
    /// Working directory, ends with `/`; of main threads.
    pub cwd: StrId,
    /// Root directory.
    pub root: StrId,
    /// Control groups, each `subsystem=path` ended by NUL.
    pub cgroups: StrId,
    /// Id of the container, empty on the host.
    pub container: StrId,
    /// Effective user.
    pub uid: u32,
    /// Effective group.
    pub gid: u32,
    /// Login user, all ones when unset.
    pub loginuid: u32,
    /// See [`clone_flags`].
    pub flags: u32,
    /// Controlling terminal, 0 for none.
    pub tty: u32,
    /// See [`exe_bits`].
    pub exe_bits: u8,
    /// Made up for an event of a thread that is in no table.
    pub placeholder: bool,
    /// In no table: only the thread id is known.
    pub nobody: bool,
    /// A process that is in no table, described by one of its threads.
    pub described: bool,
    /// Limit of open descriptors.
    pub fdlimit: i64,
    /// When the thread was cloned, 0 when it was there before the capture.
    pub clone_ts: u64,
    /// When it last executed a program.
    pub exec_ts: u64,
    /// When the first process of its pid namespace started, as recorded: see [`ThreadVersion::namespace_start`].
    pub pidns_start: u64,
    /// Capabilities: inheritable, permitted, effective.
    pub caps: [u64; 3],
    /// Inode of the executable.
    pub exe_ino: u64,
    /// Change time of that inode.
    pub exe_ctime: u64,
    /// Modification time of that inode.
    pub exe_mtime: u64,
    /// It reaps orphans (`PR_SET_CHILD_SUBREAPER`).
    pub reaper: bool,
}

impl ThreadVersion {
    /// When the first process of its pid namespace started, ns since the epoch; 0 when not known. Process lists have just
    /// that, clone events the time since the machine's start.
    pub fn namespace_start(&self, boot_ns: u64) -> u64 {
        const LONGEST_UPTIME_NS: u64 = 100_000_000_000_000_000;
        match self.pidns_start {
            0 => 0,
            start if start < LONGEST_UPTIME_NS => boot_ns.saturating_add(start),
            start => start,
        }
    }

    /// A thread about which nothing is known but its id.
    pub fn placeholder(tid: i64, unknown: StrId) -> Self {
        ThreadVersion {
            instance: ThreadId(0),
            tid,
            pid: -1,
            ptid: -1,
            vtid: -1,
            vpid: -1,
            sid: -1,
            vpgid: -1,
            pgid: -1,
            comm: unknown,
            exe: unknown,
            exepath: StrId::EMPTY,
            args: StrId::EMPTY,
            env: StrId::EMPTY,
            cwd: StrId::EMPTY,
            root: StrId::EMPTY,
            cgroups: StrId::EMPTY,
            container: StrId::EMPTY,
            uid: u32::MAX,
            gid: u32::MAX,
            loginuid: u32::MAX,
            flags: 0,
            tty: 0,
            exe_bits: 0,
            placeholder: true,
            nobody: false,
            described: false,
            fdlimit: -1,
            clone_ts: 0,
            exec_ts: 0,
            pidns_start: 0,
            caps: [0; 3],
            exe_ino: 0,
            exe_ctime: 0,
            exe_mtime: 0,
            reaper: false,
        }
    }

    /// Whether this is the process's first thread.
    pub const fn is_main(&self) -> bool {
        self.tid == self.pid || self.flags & clone_flags::IS_MAIN_THREAD != 0
    }

    /// Whether it belongs to no process that is known.
    pub const fn is_invalid(&self) -> bool {
        self.pid < 0 || self.ptid < 0
    }

    /// Whether it is in another pid namespace than the initial one.
    pub const fn in_pidns(&self) -> bool {
        self.flags & clone_flags::CHILD_IN_PIDNS != 0 || self.tid != self.vtid
    }
}

/// The number of a thread instance: one life of a thread id. 0 is nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadId(pub(crate) u32);

impl ThreadId {
    /// Nobody.
    pub const NONE: ThreadId = ThreadId(0);

    /// Whether this is nobody.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The instance at a position among all.
    pub fn at(position: usize) -> Self {
        ThreadId(u32::try_from(position).unwrap_or(0))
    }

    /// Position among all instances.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of a thread version; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(pub(crate) u32);

impl VersionId {
    /// None.
    pub const NONE: VersionId = VersionId(0);

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// How a process ended, as its exit event says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExitInfo {
    /// The raw wait status; the low seven bits are the signal.
    pub status: i64,
    /// Event number of the exit.
    pub event: u32,
}

/// Memory counters of a thread as an event reported them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Major and minor page faults so far.
    pub faults: (u64, u64),
    /// Virtual, resident and swapped memory, KiB.
    pub size: (u32, u32, u32),
}

/// One life of a thread id.
#[derive(Debug)]
pub struct Thread {
    /// The thread id.
    pub tid: i64,
    /// Version ids with the event each is valid from, ascending.
    pub versions: Vec<(u32, VersionId)>,
    /// Event from which it exists.
    pub born: u32,
    /// First event at which it no longer exists.
    pub gone: u32,
    /// Its exit, when one was seen.
    pub exit: Option<ExitInfo>,
    /// Descriptor tables with the event each is valid from, ascending.
    pub tables: Vec<(u32, TableId)>,
    /// Memory counters with the event each is valid from, ascending.
    pub memory: Vec<(u32, Memory)>,
    /// Nanoseconds it was seen running on a processor, with the switch event each total is valid from.
    pub ran: Vec<(u32, u64)>,
    /// For main threads: bytes read by the process so far, with the event each total is valid from.
    pub read: Vec<(u32, u64)>,
    /// Likewise written.
    pub written: Vec<(u32, u64)>,
    /// For main threads: number of live threads with the event each is valid from.
    pub counts: Vec<(u32, u32)>,
}

impl Thread {
    /// The version as of an event, the first one for events before its birth.
    pub fn version_at(&self, event: u32) -> VersionId {
        latest(&self.versions, event).or(self.versions.first().map(|v| v.1)).unwrap_or_default()
    }

    /// The newest version.
    pub fn version(&self) -> VersionId {
        self.versions.last().map_or(VersionId::NONE, |v| v.1)
    }

    /// The descriptor table as of an event.
    pub fn table_at(&self, event: u32) -> Option<TableId> {
        latest(&self.tables, event)
    }

    /// Memory counters as of an event.
    pub fn memory_at(&self, event: u32) -> Memory {
        latest(&self.memory, event).unwrap_or_default()
    }

    /// Live threads of this process as of an event.
    pub fn count_at(&self, event: u32) -> u32 {
        latest(&self.counts, event).unwrap_or(0)
    }

    /// Whether it exists at an event.
    pub const fn alive_at(&self, event: u32) -> bool {
        self.born <= event && event < self.gone
    }
}

/// The newest value valid at an event in a list of (valid from, value).
pub fn latest<T: Copy>(history: &[(u32, T)], event: u32) -> Option<T> {
    let known = history.partition_point(|(since, _)| *since <= event);
    known.checked_sub(1).and_then(|at| history.get(at)).map(|(_, value)| *value)
}

/// Puts a value valid from an event at the end of a history; a second value for one event replaces the first.
pub fn record<T: PartialEq>(history: &mut Vec<(u32, T)>, since: u32, value: T) {
    match history.last_mut() {
        Some(last) if last.0 >= since => last.1 = value,
        Some(last) if last.1 == value => {}
        _ => history.push((since, value)),
    }
}

/// All threads of a capture, readable as of any event.
#[derive(Debug)]
pub struct Threads {
    /// Instances; position 0 is nobody.
    pub all: Vec<Thread>,
    versions: Vec<ThreadVersion>,
    by_tid: FxHashMap<i64, Vec<(u32, ThreadId)>>,
}

impl Default for Threads {
    fn default() -> Self {
        let mut threads = Threads { all: Vec::new(), versions: Vec::new(), by_tid: FxHashMap::default() };
        threads.versions.push(ThreadVersion::placeholder(-1, StrId::EMPTY));
        threads.all.push(Thread {
            tid: -1,
            versions: Vec::new(),
            born: 0,
            gone: 0,
            exit: None,
            tables: Vec::new(),
            memory: Vec::new(),
            ran: Vec::new(),
            read: Vec::new(),
            written: Vec::new(),
            counts: Vec::new(),
        });
        threads
    }
}

impl Threads {
    /// The live instance of a thread id now.
    #[inline]
    pub fn live(&self, tid: i64) -> ThreadId {
        self.by_tid.get(&tid).and_then(|h| h.last()).map_or(ThreadId::NONE, |last| last.1)
    }

    /// The instance of a thread id as of an event.
    pub fn live_at(&self, tid: i64, event: u32) -> ThreadId {
        self.by_tid.get(&tid).and_then(|h| latest(h, event)).unwrap_or_default()
    }

    /// The instance.
    #[inline]
    pub fn get(&self, id: ThreadId) -> &Thread {
        self.all.get(id.index()).unwrap_or(&self.all[0])
    }

    /// The instance, to change.
    #[inline]
    pub fn get_mut(&mut self, id: ThreadId) -> Option<&mut Thread> {
        self.all.get_mut(id.index()).filter(|_| !id.is_none())
    }

    /// A version.
    #[inline]
    pub fn version(&self, id: VersionId) -> &ThreadVersion {
        self.versions.get(id.0 as usize).unwrap_or(&self.versions[0])
    }

    /// How many versions there are, the empty one included.
    pub fn version_count(&self) -> usize {
        self.versions.len()
    }

    /// The newest version of an instance.
    #[inline]
    pub fn now(&self, id: ThreadId) -> &ThreadVersion {
        self.version(self.get(id).version())
    }

    /// A new instance whose first version this is, living from event `since`.
    pub fn create(&mut self, mut version: ThreadVersion, since: u32) -> ThreadId {
        let id = ThreadId(self.all.len() as u32);
        version.instance = id;
        let tid = version.tid;
        let first = self.keep(version);
        self.all.push(Thread {
            tid,
            versions: vec![(since, first)],
            born: since,
            gone: u32::MAX,
            exit: None,
            tables: Vec::new(),
            memory: Vec::new(),
            ran: Vec::new(),
            read: Vec::new(),
            written: Vec::new(),
            counts: Vec::new(),
        });
        let history = self.by_tid.entry(tid).or_default();
        match history.last_mut() {
            Some(last) if last.0 >= since => *last = (since, id),
            _ => history.push((since, id)),
        }
        id
    }

    /// Keeps a version that belongs to no instance.
    pub(super) fn keep(&mut self, version: ThreadVersion) -> VersionId {
        self.versions.push(version);
        VersionId(self.versions.len() as u32 - 1)
    }

    /// Gives an instance a changed version from event `since` on. Returns whether anything changed.
    pub fn change(&mut self, id: ThreadId, since: u32, change: impl FnOnce(&mut ThreadVersion)) -> bool {
        let old = self.now(id);
        let mut new = old.clone();
        change(&mut new);
        if new == *old || id.is_none() {
            return false;
        }
        let version = self.keep(new);
        if let Some(thread) = self.get_mut(id) {
            record(&mut thread.versions, since, version);
        }
        true
    }

    /// Ends an instance: from event `since` on its id is nobody's.
    pub fn remove(&mut self, id: ThreadId, since: u32) {
        let Some(thread) = self.get_mut(id) else { return };
        thread.gone = thread.gone.min(since);
        let tid = thread.tid;
        if let Some(history) = self.by_tid.get_mut(&tid) {
            if history.last().is_some_and(|last| last.1 == id) {
                match history.last_mut() {
                    Some(last) if last.0 >= since => last.1 = ThreadId::NONE,
                    _ => history.push((since, ThreadId::NONE)),
                }
            }
        }
    }

    /// Ids of all live instances now.
    pub fn live_ids(&self) -> impl Iterator<Item = ThreadId> + '_ {
        self.by_tid.values().filter_map(|h| h.last()).map(|last| last.1).filter(|id| !id.is_none())
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        self.versions.capacity() * size_of::<ThreadVersion>() + self.all.capacity() * size_of::<Thread>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(tid: i64) -> ThreadVersion {
        ThreadVersion { pid: tid, ptid: 1, ..ThreadVersion::placeholder(tid, StrId::EMPTY) }
    }

    #[test]
    fn a_reused_thread_id_is_another_instance() {
        let mut threads = Threads::default();
        let first = threads.create(thread(7), 1);
        threads.remove(first, 5);
        assert!(threads.live(7).is_none());
        let second = threads.create(thread(7), 9);
        assert_ne!(first, second);
        assert_eq!([4, 5, 9].map(|event| threads.live_at(7, event)), [first, ThreadId::NONE, second]);
    }

    #[test]
    fn a_change_makes_a_version_that_older_events_do_not_see() {
        let mut threads = Threads::default();
        let id = threads.create(thread(7), 1);
        assert!(threads.change(id, 10, |t| t.uid = 33));
        assert!(!threads.change(id, 11, |t| t.uid = 33));
        let at = |event| threads.version(threads.get(id).version_at(event)).uid;
        assert_eq!((at(9), at(10)), (u32::MAX, 33));
    }
}
