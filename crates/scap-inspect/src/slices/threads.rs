//! Which threads events need to be told about: who did them, of whom those descend, and who else they name.

use rustc_hash::{FxHashMap, FxHashSet};
use scap_format::tables::{event_info, EventInfo, ParamType};

use crate::state::listing::Listed;
use crate::state::threads::{Thread, ThreadId, ThreadVersion};
use crate::state::ContextId;
use crate::store::bits::Bits;
use crate::store::bytes::Windows;
use crate::store::Store;

/// How much of each thread is needed; those that are not there are not.
#[derive(Debug, Default)]
pub(super) struct Needed {
    pub(super) threads: FxHashMap<ThreadId, Listed>,
    /// Users and groups that events name.
    pub(super) ids: FxHashSet<u32>,
}

impl Needed {
    pub(super) fn of(&self, thread: ThreadId) -> Listed {
        self.threads.get(&thread).copied().unwrap_or(Listed::Not)
    }

    pub(super) fn has(&self, thread: ThreadId) -> bool {
        self.threads.contains_key(&thread)
    }

    /// Those with descriptors.
    pub(super) fn is_full(&self, thread: ThreadId) -> bool {
        self.of(thread) == Listed::WithDescriptors
    }
}

/// Looks for the threads that events need.
pub(super) struct Search<'a> {
    store: &'a Store,
    /// The lists are as of this event.
    as_of: u32,
    last: u32,
    by_pid: FxHashMap<i64, Vec<ThreadId>>,
    needed: Needed,
    waiting: Vec<(ThreadId, Listed)>,
    /// Contexts that were taken in.
    contexts: Bits,
}

impl<'a> Search<'a> {
    pub(super) fn new(store: &'a Store, as_of: u32, last: u32) -> Self {
        let mut by_pid: FxHashMap<i64, Vec<ThreadId>> = FxHashMap::default();
        for (at, thread) in store.state.threads.all.iter().enumerate().skip(1) {
            if thread.born > last || thread.gone <= as_of {
                continue;
            }
            let mut pids: Vec<i64> =
                versions(store, thread, as_of, last).map(|(_, v)| v.pid).filter(|pid| *pid >= 0).collect();
            pids.dedup();
            for pid in pids {
                by_pid.entry(pid).or_default().push(ThreadId::at(at));
            }
        }
        let (needed, waiting) = (Needed::default(), Vec::new());
        Search { store, as_of, last, by_pid, needed, waiting, contexts: Bits::none(store.state.context_count()) }
    }

    /// Takes in an event that will be shown. `names` others: whom its arguments and its session name are needed too.
    pub(super) fn event(&mut self, n: u32, names: bool, windows: &mut Windows) {
        let Some((chunk_at, at)) = self.store.place(n) else { return };
        let Some((chunk, row)) = self.store.chunks.get(chunk_at).and_then(|chunk| Some((chunk, chunk.row(at)?))) else {
            return;
        };
        self.context(n, row.context, names);
        let Some(info) = event_info(row.kind.event_type()).filter(|info| tells_ids(info)) else { return };
        let Some(event) = windows.event(self.store, chunk, at) else { return };
        for (at, param) in info.params.iter().enumerate() {
            match param.ty {
                ParamType::Pid | ParamType::Pid32 if names => {
                    let tid = event.params.int(at).filter(|tid| *tid > 0);
                    let thread = tid.map_or(ThreadId::NONE, |tid| self.store.state.threads.live_at(tid, n));
                    self.want(thread, Listed::Alone);
                }
                ParamType::Uid | ParamType::Gid => {
                    self.needed.ids.extend(event.params.uint(at).and_then(|id| u32::try_from(id).ok()));
                }
                _ => {}
            }
        }
    }

    fn context(&mut self, n: u32, context: ContextId, names: bool) {
        if context.is_none() || !self.contexts.set(context.index()) {
            return;
        }
        let state = &self.store.state;
        let thread = state.thread(context);
        self.want(thread.instance, Listed::WithDescriptors);
        if let Some(main) = state.main(context) {
            self.want(main.instance, Listed::WithDescriptors);
        }
        let mut parent = state.context(context).parent;
        while !parent.is_none() {
            self.want(state.thread(parent).instance, Listed::Alone);
            parent = state.context(parent).parent;
        }
        if names {
            for leader in [thread.sid, thread.pgid, thread.vpgid] {
                self.want(state.threads.live_at(leader, n), Listed::Alone);
            }
        }
    }

    fn want(&mut self, thread: ThreadId, how: Listed) {
        if thread.is_none() {
            return;
        }
        let known = self.needed.threads.entry(thread).or_insert(Listed::Not);
        if *known == how || *known == Listed::WithDescriptors {
            return;
        }
        *known = how;
        self.waiting.push((thread, how));
    }

    /// All that are needed by those known so far.
    pub(super) fn finish(mut self) -> Needed {
        while let Some((thread, how)) = self.waiting.pop() {
            self.relatives(thread, how);
        }
        self.needed
    }

    /// The thread that did an event of a kind.
    fn maker(&self, n: u32, is_one: fn(&EventInfo) -> bool) -> ThreadId {
        let row = self.store.row(n).filter(|row| !row.context.is_none());
        let row = row.filter(|row| event_info(row.kind.event_type()).is_some_and(is_one));
        row.map_or(ThreadId::NONE, |row| self.store.state.thread(row.context).instance)
    }

    fn relatives(&mut self, thread: ThreadId, how: Listed) {
        let (state, as_of, last) = (&self.store.state, self.as_of, self.last);
        let life = state.threads.get(thread);
        let known: Vec<(u32, i64, i64)> =
            versions(self.store, life, as_of, last).map(|(since, v)| (since, v.pid, v.ptid)).collect();
        for (since, pid, ptid) in &known {
            let is_wanted = |mate: &ThreadId| how == Listed::WithDescriptors || state.threads.get(*mate).tid == *pid;
            let mates: Vec<ThreadId> = self.by_pid.get(pid).into_iter().flatten().copied().filter(is_wanted).collect();
            for mate in mates {
                self.want(mate, how);
            }
            if *ptid > 0 {
                let at = (*since).max(as_of);
                let parent = state.threads.live_at(*ptid, at);
                self.want(parent, Listed::Alone);
                let main =
                    state.threads.live_at(state.threads.version(state.threads.get(parent).version_at(at)).pid, at);
                self.want(main, Listed::Alone);
            }
        }
        for since in known.iter().map(|(since, ..)| *since).filter(|since| *since > as_of) {
            // What another thread did may be the only word there is on this one.
            self.want(self.maker(since, is_others_word), Listed::Alone);
            self.want(self.maker(since - 1, |info| info.name == "procexit"), Listed::Alone);
        }
        if life.born > as_of && how == Listed::WithDescriptors {
            // It began with the descriptors of whoever made it.
            if let Some((_, pid, ptid)) = known.first() {
                for source in [pid, ptid] {
                    self.want(state.threads.live_at(*source, life.born), Listed::WithDescriptors);
                }
            }
        }
    }
}

/// Versions of a thread between two events, each with the event from which on it is valid.
pub(super) fn versions<'a>(
    store: &'a Store,
    thread: &'a Thread,
    from: u32,
    to: u32,
) -> impl Iterator<Item = (u32, &'a ThreadVersion)> {
    let state = &store.state;
    let begin = thread.versions.partition_point(|(since, _)| *since <= from).saturating_sub(1);
    let between = thread.versions.iter().skip(begin).take_while(move |(since, _)| *since <= to.saturating_add(1));
    between.map(|(since, version)| (*since, state.threads.version(*version)))
}

/// Whether calls of a type tell about other threads than their own.
fn is_others_word(info: &EventInfo) -> bool {
    info.is_exit() && matches!(info.name, "clone" | "clone3" | "fork" | "vfork" | "prlimit")
}

/// Whether events of a type have parameters with ids of threads, users or groups.
fn tells_ids(info: &EventInfo) -> bool {
    let is_id = |ty| matches!(ty, ParamType::Pid | ParamType::Pid32 | ParamType::Uid | ParamType::Gid);
    info.params.iter().any(|param| is_id(param.ty))
}
