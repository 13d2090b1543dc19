//! What a capture's events say about threads, descriptors, users and containers.
//!
//! [`State::apply`] takes one event after the other and answers with the numbers that describe the machine at that
//! event: a [`Context`] (thread, process, ancestors) and a descriptor record. Nothing that was true is overwritten: a
//! change makes a new version, so any event can be looked at later as it was.
#![allow(
    clippy::cast_possible_truncation,
    reason = "events are counted in 32 bits, and so is what they make; parameters are as wide as their table row says"
)]

pub mod containers;
pub mod fds;
mod files;
pub(crate) mod id;
mod lifecycle;
pub(crate) use files::{open_flags, AT_FDCWD};
mod load;
mod sockets;
pub mod threads;
pub mod users;

use std::net::IpAddr;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use scap_format::event::{EventRef, Params};
use scap_format::tables::{event_info, EventFlags, EventInfo, Source};

use crate::convert::{program, Today};
use crate::intern::{StrId, Strings};
use containers::Containers;
use fds::{FdId, FdKind, FdRecord, FdRecords, FdTables, TableId};
use threads::{clone_flags, ThreadId, ThreadVersion, Threads, VersionId};
use users::Users;

/// The number of a context; 0 is an event without a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContextId(pub(crate) u32);

impl ContextId {
    /// No thread.
    pub const NONE: ContextId = ContextId(0);

    /// Whether the event has no thread.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The context at a position among all.
    pub fn at(position: usize) -> Self {
        ContextId(u32::try_from(position).unwrap_or(0))
    }

    /// Position among all contexts.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Who did it: everything about an event's thread, its process and their ancestors at that moment. Two events with the
/// same context agree in every field that is not about the event itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The thread.
    pub thread: VersionId,
    /// The main thread of its process; none when unknown.
    pub main: VersionId,
    /// The context of the parent process's main thread.
    pub parent: ContextId,
    /// Event number since which users and containers are as they are.
    pub world: u32,
}

/// What [`State::apply`] found out about an event.
#[derive(Clone, Copy, Debug)]
pub struct Applied {
    /// Who did it.
    pub context: ContextId,
    /// The event's descriptor.
    pub fd: FdId,
    /// For exits: the thread's last enter event (number), 0 when there was none. For switch events: the last one of
    /// that processor. For procinfo events: the last one of that thread.
    pub enter: u32,
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

/// [`Applied::errno`] of events that return nothing.
pub const NO_RESULT: u16 = u16::MAX;

/// The enter event a thread is in.
#[derive(Debug, Default)]
struct Pending {
    /// Its type in today's schema, 0 lengths and values in the file's form.
    event_type: u16,
    raw_type: u16,
    event: u32,
    valid: bool,
    wide: bool,
    lengths: Vec<u8>,
    values: Vec<u8>,
}

impl Pending {
    fn params(&self) -> Params<'_> {
        Params::new(&self.lengths, self.wide, &self.values)
    }

    fn keep(&mut self, event_type: u16, raw_type: u16, event: u32, params: &Params<'_>) {
        (self.event_type, self.raw_type, self.event, self.valid) = (event_type, raw_type, event, true);
        let (lengths, wide, values) = params.parts();
        self.wide = wide;
        self.lengths.clear();
        self.lengths.extend_from_slice(lengths);
        self.values.clear();
        self.values.extend_from_slice(values);
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

/// Facts of the machine the capture was made on.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// Number of processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Host name.
    pub host: Vec<u8>,
    /// Boot time, ns since the epoch; 0 when unknown.
    pub boot_ns: u64,
}

/// A network interface's addresses.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its name.
    pub name: Vec<u8>,
    /// Its address.
    pub address: IpAddr,
    /// Its netmask.
    pub netmask: IpAddr,
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
        let mut state = State { epoch: 1, loading: true, ..State::default() };
        state.unknown = state.strings.intern(b"<NA>");
        state.contexts.push(Context::default());
        state.live.push(Live::default());
        state
    }

    /// The context of a number.
    #[inline]
    pub fn context(&self, id: ContextId) -> &Context {
        self.contexts.get(id.index()).unwrap_or(&self.contexts[0])
    }

    /// How many contexts there are, the empty one included.
    pub fn context_count(&self) -> usize {
        self.contexts.len()
    }

    /// The version of a context's thread.
    #[inline]
    pub fn thread(&self, id: ContextId) -> &ThreadVersion {
        self.threads.version(self.context(id).thread)
    }

    /// The version of a context's main thread, `None` when unknown.
    pub fn main(&self, id: ContextId) -> Option<&ThreadVersion> {
        let main = self.context(id).main;
        (!main.is_none()).then(|| self.threads.version(main))
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
        if does(info.id) & does::META != 0 {
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

    /// The context of an event whose thread is in no table and gets no placeholder, such as the idle task's.
    fn nobody(&mut self, tid: i64) -> ContextId {
        if let Some(known) = self.nobodies.get(&tid) {
            return *known;
        }
        let nobody = ThreadVersion { nobody: true, ..ThreadVersion::placeholder(tid, self.unknown) };
        let thread = self.threads.keep(nobody);
        self.contexts.push(Context { thread, ..Context::default() });
        let context = ContextId(self.contexts.len() as u32 - 1);
        self.nobodies.insert(tid, context);
        context
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

    /// The main thread of a thread's process, none when it is in no table.
    pub(crate) fn main_of(&self, thread: ThreadId) -> ThreadId {
        let now = self.threads.now(thread);
        if now.is_main() {
            return thread;
        }
        if now.pid < 0 {
            ThreadId::NONE
        } else {
            self.threads.live(now.pid)
        }
    }

    /// Brings a thread's context up to date and returns it.
    fn refresh(&mut self, thread: ThreadId) -> ContextId {
        match self.live.get(thread.index()) {
            Some(live) if live.epoch == self.epoch => live.context,
            _ => self.renew(thread, 0),
        }
    }

    #[cold]
    fn renew(&mut self, thread: ThreadId, depth: u32) -> ContextId {
        /// Longer chains of ancestors are cut: a file may claim any, and loops.
        const DEEPEST: u32 = 256;
        let epoch = self.epoch;
        let Some(live) = self.live.get_mut(thread.index()) else { return ContextId::NONE };
        if live.epoch == epoch {
            return live.context;
        }
        // Set before the ancestors are asked: a loop of parents meets this thread again and ends here.
        live.epoch = epoch;
        let before = live.context;
        let main = self.main_of(thread);
        let version = self.threads.now(thread);
        let shares = version.flags & clone_flags::FILES != 0 && !version.is_main();
        let owner = if shares { main } else { thread };
        let table = self.threads.get(owner).tables.last().map(|t| t.1);
        let parent = if main.is_none() { None } else { Some(self.threads.now(main).ptid) };
        let parent = parent.filter(|ptid| *ptid > 0).map(|ptid| self.threads.live(ptid)).unwrap_or_default();
        let parent_main = if parent.is_none() { parent } else { self.main_of(parent) };
        let parent = if parent_main.is_none() || parent_main == main || depth > DEEPEST {
            ContextId::NONE
        } else {
            self.renew(parent_main, depth + 1)
        };
        let new = Context {
            thread: self.threads.get(thread).version(),
            main: self.threads.get(main).version(),
            parent,
            world: self.world,
        };
        let context = if !before.is_none() && *self.context(before) == new {
            before
        } else {
            self.contexts.push(new);
            ContextId(self.contexts.len() as u32 - 1)
        };
        if let Some(live) = self.live.get_mut(thread.index()) {
            (live.context, live.table, live.main) = (context, table, main);
        }
        context
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
        if does & does::FD == 0 || does & (does::ASIDE | does::UNSURE) != 0 {
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
        if does & does::FD != 0 && !(self.has_enters && does & does::ASIDE != 0) {
            let number = fd_number(&today, enter, self.is_self_contained);
            let unsure = self.has_enters && does & does::UNSURE != 0;
            applied.fd = if unsure { self.unknown_fd(number, info) } else { self.event_fd(thread, number, info) };
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
        threads::record(sums, n, sum + moved);
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
            threads::record(&mut thread.ran, n, total + event.ts.saturating_sub(ts));
        }
        before
    }

    /// The event number since which users and containers are what they are now.
    fn new_world(&mut self, n: u32) {
        self.world = n;
        self.touch();
    }
}

/// A system call that has returned, with all that its effects depend on.
struct Call<'a> {
    n: u32,
    ts: u64,
    thread: ThreadId,
    /// The exit in today's form.
    event: Today<'a>,
    /// The enter event of this call: its type of today and its parameters.
    enter: Option<(u16, Params<'a>)>,
    result: Option<i64>,
    fd: FdId,
}

/// Events nobody did: recorder and reader speak for themselves.
pub(crate) fn is_threadless(info: &EventInfo) -> bool {
    matches!(info.source, Source::Meta | Source::Plugin | Source::None)
}

/// Whether an event's first parameter is a result.
pub(crate) fn has_result(info: &EventInfo) -> bool {
    info.is_exit() && info.source == Source::Syscall && info.id != id::SYSCALL && !info.params.is_empty()
}

fn errno_of(result: i64) -> u16 {
    if result >= 0 {
        return 0;
    }
    u16::try_from(result.unsigned_abs()).unwrap_or(NO_RESULT - 1).min(NO_RESULT - 1)
}

/// What the engine does with an event type; decided once, asked for every event.
mod does {
    /// Its exit may change the state.
    pub(super) const EFFECTS: u8 = 1;
    /// Its first parameter is a result.
    pub(super) const RESULT: u8 = 2;
    /// It has to do with a descriptor.
    pub(super) const FD: u8 = 4;
    /// Nobody did it, or it does not count as its thread's last event.
    pub(super) const META: u8 = 8;
    /// It maps memory or takes the descriptor of a directory: in captures with enter events, readers have never taken
    /// that for the descriptor the call works on.
    pub(super) const ASIDE: u8 = 16;
    /// The same of `newfstatat`, whose descriptor counts as one that is not known.
    pub(super) const UNSURE: u8 = 32;
}

fn does(event_type: u16) -> u8 {
    static TABLE: OnceLock<Vec<u8>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let bits = |info: &EventInfo| {
            let memory = matches!(info.name, "mmap" | "mmap2");
            let aside = memory
                || matches!(info.name, "symlinkat" | "unlinkat" | "mkdirat" | "fchmodat" | "fchownat" | "mknodat");
            let effects = info.has(EventFlags::STATE | EventFlags::CREATES_FD | EventFlags::DESTROYS_FD)
                || info.has(EventFlags::READS | EventFlags::WRITES)
                || memory
                || matches!(info.name, "brk" | "munmap" | "close_range" | "getcwd" | "setrlimit" | "getrlimit")
                || matches!(info.name, "prlimit" | "setns" | "unshare");
            let fd = info.has(EventFlags::CREATES_FD | EventFlags::USES_FD | EventFlags::DESTROYS_FD);
            let meta = info.has(EventFlags::SKIP_RESET) || is_threadless(info);
            let flag = |on: bool, bit| if on { bit } else { 0 };
            flag(effects, does::EFFECTS)
                | flag(has_result(info), does::RESULT)
                | flag(fd, does::FD)
                | flag(meta, does::META)
                | flag(aside, does::ASIDE)
                | flag(info.name == "newfstatat", does::UNSURE)
        };
        scap_format::tables::EVENTS.iter().map(bits).collect()
    });
    table.get(usize::from(event_type)).copied().unwrap_or(0)
}

/// The number of the descriptor an exit works on, -1 when it names none. Of calls that were under way when the capture
/// began, captures of current recorders are read as saying 0.
fn fd_number(today: &Today<'_>, enter: Option<(u16, Params<'_>)>, is_self_contained: bool) -> i64 {
    let Some(info) = event_info(today.event_type) else { return -1 };
    if !info.has(EventFlags::USES_FD | EventFlags::DESTROYS_FD) {
        return -1;
    }
    let own = info.fd_param.and_then(|at| {
        let at = usize::from(at);
        if is_self_contained {
            today.int(at)
        } else {
            today.given_int(at)
        }
    });
    own.or_else(|| enter.and_then(|(_, params)| params.int(0))).unwrap_or(-1)
}

/// The type letter of a descriptor that is in no table, by the call that speaks of it.
fn guessed_letter(name: &str) -> u8 {
    match name {
        "open" | "openat" | "openat2" | "creat" | "open_by_handle_at" => b'f',
        "socket" | "accept" | "accept4" | "connect" => b'4',
        "pipe" | "pipe2" => b'p',
        "eventfd" | "eventfd2" => b'e',
        "signalfd" | "signalfd4" => b's',
        "timerfd_create" => b't',
        _ => b'o',
    }
}

#[cfg(test)]
mod tests;
