//! What a capture's events say about threads, descriptors, users and containers.
//!
//! [`State::apply`] takes one event after the other and answers with the numbers that describe the machine at that
//! event: a [`Context`] (thread, process, ancestors) and a descriptor record. Nothing that was true is overwritten: a
//! change makes a new version, so any event can be looked at later as it was.
#![allow(
    clippy::cast_possible_truncation,
    reason = "events are counted in 32 bits, and so is what they make; parameters are as wide as their table row says"
)]

mod call;
mod carried;
mod clone;
pub mod containers;
mod context;
mod execve;
mod exit;
pub mod fds;
mod files;
pub(crate) mod handover;
pub(crate) mod id;
pub(crate) mod listing;
mod load;
mod meta;
mod section;
mod sockets;
pub mod threads;
pub mod users;
mod who;

use rustc_hash::FxHashMap;
use scap_format::event::{EventRef, Params};
use scap_format::tables::{event_info, EventFlags, EventInfo, Source};

use crate::convert::{program, Today};
use crate::index::stored::{stored, stored_words, Highest};
use crate::intern::{StrId, Strings};
use call::{does, errno_of, fd_number, guessed_letter, Call};
pub(crate) use call::{has_result, is_threadless};
pub use carried::{changes_state, transfers};
use containers::Containers;
pub use context::{Context, ContextId};
use fds::{FdId, FdKind, FdRecord, FdRecords, FdTables, TableId};
pub(crate) use files::{open_flags, AT_FDCWD};
pub use section::{Interface, Machine, Section};
use threads::{clone_flags, ThreadId, ThreadVersion, Threads};
use users::Users;

/// What [`State::apply`] found out about an event.
#[derive(Clone, Copy, Debug)]
pub struct Applied {
    /// Who did it.
    pub context: ContextId,
    /// For exits: the thread's last enter event (number), 0 when there was none. For switch events: the last one of
    /// that processor. For procinfo events: the last one of that thread.
    // Between the other two: copied together, they would be waited for.
    pub enter: u32,
    /// The event's descriptor.
    pub fd: FdId,
    /// Whether `enter` is the enter event of this very call.
    pub paired: bool,
    /// 0 for success, else the error number; [`NO_RESULT`] when the event has no result.
    pub errno: u16,
    /// The event changed its descriptor's name.
    pub renamed: bool,
}

impl Default for Applied {
    fn default() -> Self {
        Applied { context: ContextId::NONE, fd: FdId::NONE, enter: 0, paired: false, errno: NO_RESULT, renamed: false }
    }
}

/// A clone reported by parent and child at nearly the same time is one clone.
const SAME_CLONE_NS: u64 = 2_000_000_000;

/// [`Applied::errno`] of events that return nothing.
pub const NO_RESULT: u16 = u16::MAX;

/// The enter event a thread is in.
#[derive(Debug, Default)]
struct Pending {
    /// Its type in today's schema, 0 lengths and values in the file's form.
    event_type: u16,
    raw_type: u16,
    event: u32,
    /// Bytes of the lengths.
    lengths: u32,
    valid: bool,
    wide: bool,
    /// The lengths, then the values.
    bytes: Vec<u8>,
}

impl Pending {
    fn params(&self) -> Params<'_> {
        let (lengths, values) = self.bytes.split_at_checked(self.lengths as usize).unwrap_or_default();
        Params::new(lengths, self.wide, values)
    }

    fn keep(&mut self, event_type: u16, raw_type: u16, event: u32, params: &Params<'_>) {
        (self.event_type, self.raw_type, self.event, self.valid) = (event_type, raw_type, event, true);
        let (lengths, wide, values) = params.parts();
        (self.lengths, self.wide) = (lengths.len() as u32, wide);
        self.bytes.clear();
        self.bytes.extend_from_slice(lengths);
        self.bytes.extend_from_slice(values);
    }
}

/// What changes with nearly every event of a thread, and is of no use later.
#[derive(Debug, Default)]
struct Live {
    context: ContextId,
    epoch: u32,
    /// The descriptor table it uses; valid with `epoch`.
    table: Option<TableId>,
    main: ThreadId,
    pending: Pending,
    /// Number of its last procinfo event.
    procinfo: u32,
    /// Live threads of the process, on its main thread.
    threads: u32,
    exited: bool,
}

/// Whether the file that a call maps, and the directory it starts from, are the descriptor it works on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MappedFiles {
    /// As readers of old captures say.
    #[default]
    Aside,
    /// As current readers say.
    Descriptors,
}

/// The state of the captured machine, as of every event so far.
#[derive(Debug, Default)]
pub struct State {
    /// Names, paths, arguments.
    pub strings: Strings,
    /// Descriptor records.
    pub fds: FdRecords,
    /// Descriptor tables.
    pub tables: FdTables,
    /// Threads.
    pub threads: Threads,
    /// Users and groups.
    pub users: Users,
    /// Containers.
    pub containers: Containers,
    /// Network interfaces.
    pub interfaces: Vec<Interface>,
    /// The machine.
    pub machine: Machine,
    /// The machines of all sections so far.
    pub machines: Vec<Machine>,
    /// The sections of the capture, at least one.
    pub sections: Vec<Section>,
    contexts: Vec<Context>,
    live: Vec<Live>,
    /// Grows with every change that can make a context stale.
    epoch: u32,
    world: u32,
    last: (i64, ThreadId),
    /// Children by the thread id of their parent; may hold some that are gone or have another parent now.
    children: FxHashMap<i64, Vec<ThreadId>>,
    /// Contexts of thread ids that are in no table.
    nobodies: FxHashMap<i64, ContextId>,
    /// The capture holds enter events, as far as is known now.
    pub has_enters: bool,
    /// Exit events say by themselves what they are about, as far as is known now.
    pub is_self_contained: bool,
    /// What a file is to the call that maps it in a capture with enter events.
    pub mapped_files: MappedFiles,
    /// Thread ids that ended lately: parent and time.
    exits: FxHashMap<i64, (i64, u64)>,
    /// Number and time of the last switch event of each processor.
    last_switch: FxHashMap<u16, (u32, u64)>,
    /// Descriptors of the lists at the head of the capture.
    loaded: Vec<(ThreadId, FdRecord)>,
    unknown: StrId,
    scratch: Vec<u8>,
    loading: bool,
}

impl State {
    /// An empty machine.
    pub fn new() -> Self {
        let mut state = State { epoch: 1, loading: true, sections: vec![Section::default()], ..State::default() };
        state.unknown = state.strings.intern(b"<NA>");
        state.contexts.push(Context::default());
        state.live.push(Live::default());
        state
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        self.strings.memory()
            + self.fds.memory()
            + self.tables.memory()
            + self.threads.memory()
            + self.contexts.capacity() * size_of::<Context>()
    }

    /// Takes event number `n` (from 1).
    pub fn apply(&mut self, n: u32, event: &EventRef<'_>) -> Applied {
        if self.loading {
            self.finish_loading(n);
        }
        let Some(info) = event_info(event.event_type) else { return Applied::default() };
        if does(event.event_type) & does::META != 0 {
            return self.apply_meta(n, event, info);
        }
        let Some(thread) = self.bind(n, event, info) else {
            return Applied { context: self.nobody(event.tid), ..Applied::default() };
        };
        if info.is_exit() {
            self.apply_exit(n, event, info, thread)
        } else {
            self.apply_enter(n, event, info, thread)
        }
    }

    /// The event's thread; a thread nobody spoke of gets a placeholder, except where the event itself makes or ends it.
    fn bind(&mut self, n: u32, event: &EventRef<'_>, info: &EventInfo) -> Option<ThreadId> {
        if self.last.0 == event.tid && !self.last.1.is_none() {
            return Some(self.last.1);
        }
        let found = self.threads.live(event.tid);
        if !found.is_none() {
            self.last = (event.tid, found);
            return Some(found);
        }
        match info.id {
            id::SWITCH | id::SWITCH_OLD | id::PROCEXIT | id::PROCEXIT_OLD => None,
            // Old clone, fork and vfork exits have smaller ids with the same names.
            _ if info.is_exit() && matches!(info.name, "clone" | "fork" | "vfork" | "clone3") => {
                self.clone_exit_of_unknown(n, event)
            }
            _ => Some(self.placeholder(event.tid, n)),
        }
    }

    fn placeholder(&mut self, tid: i64, since: u32) -> ThreadId {
        let version = ThreadVersion::placeholder(tid, self.unknown);
        self.add_thread(version, since, None)
    }

    /// A new thread instance with its own descriptor table, or a fork of another's.
    fn add_thread(&mut self, version: ThreadVersion, since: u32, fork_of: Option<TableId>) -> ThreadId {
        let shares = version.flags & clone_flags::FILES != 0 && !version.is_main();
        let ptid = version.ptid;
        let thread = self.threads.create(version, since);
        self.live.push(Live::default());
        self.add_child(ptid, thread);
        if !shares {
            let table = match fork_of {
                Some(from) => self.tables.fork(from, since),
                None => self.tables.create(),
            };
            if let Some(t) = self.threads.get_mut(thread) {
                t.tables.push((since, table));
            }
        }
        self.touch();
        thread
    }

    fn add_child(&mut self, parent: i64, child: ThreadId) {
        if parent <= 0 {
            return;
        }
        let threads = &self.threads;
        let children = self.children.entry(parent).or_default();
        // A parent that lives long has had many: those that are gone are let go of now and then.
        if children.len() >= 32 && children.len().is_power_of_two() {
            children.retain(|child| threads.get(*child).gone == u32::MAX);
        }
        children.push(child);
    }

    /// Something changed that contexts are made of.
    fn touch(&mut self) {
        self.epoch = self.epoch.wrapping_add(1).max(1);
        self.last = (0, ThreadId::NONE);
    }

    fn change(&mut self, thread: ThreadId, since: u32, change: impl FnOnce(&mut ThreadVersion)) {
        if self.threads.change(thread, since, change) {
            self.touch();
        }
    }

    fn table_of(&self, thread: ThreadId) -> Option<TableId> {
        self.live.get(thread.index()).and_then(|l| l.table)
    }

    /// The descriptor table of a thread that may not have had an event since the last change.
    fn fresh_table(&mut self, thread: ThreadId) -> Option<TableId> {
        self.refresh(thread);
        self.table_of(thread)
    }

    /// The record of a thread's descriptor now: [`FdId::NONE`] when its table does not have it.
    fn known_fd(&self, thread: ThreadId, fd: i64) -> FdId {
        self.table_of(thread).map_or(FdId::NONE, |table| self.tables.get(table, fd))
    }

    /// The record of an event's descriptor, made up when no table has it.
    fn event_fd(&mut self, thread: ThreadId, fd: i64, info: &EventInfo) -> FdId {
        let known = self.known_fd(thread, fd);
        if known.is_none() {
            self.unknown_fd(fd, info)
        } else {
            known
        }
    }

    /// What a descriptor is (`fd.type`) and its name, both empty where the capture does not know any more.
    ///
    /// Fields go on to say what was at its number before, as those of other readers do.
    pub fn look(&self, record: &FdRecord) -> (&'static str, &[u8]) {
        if record.is(fds::bits::REPLACED) {
            return ("", b"");
        }
        (record.kind.word(), self.strings.get(record.name))
    }

    fn unknown_fd(&mut self, fd: i64, info: &EventInfo) -> FdId {
        let unknown = FdRecord { guessed: guessed_letter(info.name), ..FdRecord::new(fd, FdKind::Absent) };
        self.fds.intern(unknown.with(fds::bits::ENTER, !info.is_exit()))
    }

    fn set_fd(&mut self, thread: ThreadId, fd: i64, record: FdRecord, since: u32) -> FdId {
        let id = self.fds.intern(record);
        if let Some(table) = self.table_of(thread) {
            self.tables.set(table, fd, id, since);
        }
        id
    }

    fn apply_enter(&mut self, n: u32, event: &EventRef<'_>, info: &EventInfo, thread: ThreadId) -> Applied {
        let mut context = self.refresh(thread);
        match info.id {
            id::SWITCH | id::SWITCH_OLD => {
                self.memory_counters(n, thread, &event.params, 1);
                let enter = self.switched_out(n, event, thread);
                return Applied { context, enter, ..Applied::default() };
            }
            id::PROCEXIT | id::PROCEXIT_OLD => {
                self.process_exit(n, event, thread);
            }
            // The comment of the thread's version is final here: an enter event changes nothing.
            _ => context = self.refresh(thread),
        }
        let mut fd = FdId::NONE;
        let does = does(info.id);
        if does & does::FD == 0 || does & does::ASIDE != 0 {
            // No descriptor.
        } else if info.has(EventFlags::USES_FD) {
            let number = event.params.int(usize::from(info.fd_param.unwrap_or(0))).unwrap_or(-1);
            fd = self.event_fd(thread, number, info);
            if info.id == id::CONNECT_ENTER {
                fd = self.connect_begins(n, thread, fd, &event.params);
            }
        } else {
            fd = self.event_fd(thread, -1, info);
        }
        let today = program(event.event_type, event.params.len()).map_or(event.event_type, |p| p.event_type);
        if info.source == Source::Syscall || info.source == Source::Tracepoint {
            if let Some(live) = self.live.get_mut(thread.index()) {
                live.pending.keep(today, event.event_type, n, &event.params);
            }
        }
        Applied { context, fd, ..Applied::default() }
    }

    fn apply_exit(&mut self, n: u32, event: &EventRef<'_>, info: &EventInfo, thread: ThreadId) -> Applied {
        self.refresh(thread);
        let Some(live) = self.live.get_mut(thread.index()) else { return Applied::default() };
        let mut pending = std::mem::take(&mut live.pending);
        let paired = pending.valid && pending.raw_type == event.event_type.wrapping_sub(1);
        let enter = paired.then(|| (pending.event_type, pending.params()));
        let today = Today::new(event.event_type, event.params, enter);
        let does = does(info.id);
        let result = if does & does::RESULT == 0 { None } else { event.params.int(0) };
        let mut applied =
            Applied { enter: pending.event, paired, errno: result.map_or(NO_RESULT, errno_of), ..Applied::default() };
        let aside = does & does::ASIDE != 0 && self.has_enters && self.mapped_files == MappedFiles::Aside;
        if does & does::FD != 0 && !aside {
            let number = fd_number(&today, enter, self.is_self_contained);
            applied.fd = self.event_fd(thread, number, info);
        }
        if does & does::EFFECTS != 0 {
            let call = Call { n, ts: event.ts, thread, event: today, enter, result, fd: applied.fd };
            let (fd, renamed) = self.exit_effects(&call);
            (applied.fd, applied.renamed) = (fd, renamed);
        }
        applied.context = self.refresh(thread);
        if info.has(EventFlags::READS | EventFlags::WRITES) {
            self.count_bytes(n, thread, info, result, applied.fd);
        }
        pending.valid = false;
        if let Some(live) = self.live.get_mut(thread.index()) {
            live.pending = pending;
        }
        applied
    }

    /// Adds what a call read or wrote to its process's sums.
    fn count_bytes(&mut self, n: u32, thread: ThreadId, info: &EventInfo, result: Option<i64>, fd: FdId) {
        let Some(moved) = result.and_then(|moved| u64::try_from(moved).ok()).filter(|moved| *moved > 0) else { return };
        let main = self.live.get(thread.index()).map_or(thread, |live| live.main);
        if !self.fds.get(fd).known() {
            return;
        }
        let Some(main) = self.threads.get_mut(main) else { return };
        let sums = if info.has(EventFlags::WRITES) { &mut main.written } else { &mut main.read };
        let sum = sums.last().map_or(0, |sum| sum.1);
        threads::record(sums, n, sum.saturating_add(moved));
    }

    fn exit_effects(&mut self, call: &Call<'_>) -> (FdId, bool) {
        let before = call.fd;
        let after = self.file_effects(call).or_else(|| self.socket_effects(call));
        if after.is_none() {
            self.thread_effects(call);
        }
        let after = after.unwrap_or(before);
        let name = self.fds.get(after).name;
        // A copy of a descriptor brings its name along.
        let copied = matches!(call.event.event_type, id::FCNTL | id::DUP2 | id::DUP3 | id::DUP | id::PIDFD_GETFD);
        let renamed = after != before && !copied && self.fds.get(after).known() && name != self.fds.get(before).name;
        (after, renamed)
    }

    /// Memory counters from five parameters: faults (two), sizes (three), in KiB.
    fn memory_counters(&mut self, n: u32, thread: ThreadId, params: &Params<'_>, first: usize) {
        let Some(major) = params.uint(first) else { return };
        let size = |at| params.uint(first + at).unwrap_or(0) as u32;
        let memory =
            threads::Memory { faults: (major, params.uint(first + 1).unwrap_or(0)), size: (size(2), size(3), size(4)) };
        if let Some(thread) = self.threads.get_mut(thread) {
            threads::record(&mut thread.memory, n, memory);
        }
    }

    /// Counts the time a thread ran until it was taken off its processor; returns the switch event before.
    fn switched_out(&mut self, n: u32, event: &EventRef<'_>, thread: ThreadId) -> u32 {
        let Some((before, ts)) = self.last_switch.insert(event.cpu, (n, event.ts)) else { return 0 };
        if let Some(thread) = self.threads.get_mut(thread) {
            let total = thread.ran.last().map_or(0, |ran| ran.1);
            let total = total.saturating_add(event.ts.saturating_sub(ts));
            threads::record(&mut thread.ran, n, total);
        }
        before
    }

    /// The event number since which users and containers are what they are now.
    fn new_world(&mut self, n: u32) {
        self.world = n;
        self.touch();
    }
}

stored_words!(MappedFiles { Aside, Descriptors });
stored!(State {
    strings, fds, tables, threads, users, containers, interfaces, machine, machines, sections, contexts, has_enters,
    is_self_contained, mapped_files, unknown
} skips { live, epoch, world, last, children, nobodies, exits, last_switch, loaded, scratch, loading });

impl State {
    /// Whether a state that comes from an index can be asked: all numbers that are positions have something there, and
    /// from context to parent one comes to an end.
    pub(crate) fn is_sound(&self, highest: &Highest) -> bool {
        let within = |count: usize, highest: u32| count >= highest.max(1) as usize;
        within(self.strings.count(), highest.string)
            && within(self.fds.len(), highest.record)
            && self.tables.count() >= highest.table as usize
            && within(self.threads.all.len(), highest.thread)
            && within(self.threads.version_count(), highest.version)
            && within(self.contexts.len(), highest.context)
            && !self.sections.is_empty()
            && self.contexts.iter().enumerate().skip(1).all(|(at, context)| context.parent.index() < at)
    }
}

#[cfg(test)]
mod tests;
