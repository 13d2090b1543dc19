//! Contexts: who did an event, as a number that many events share.

use super::threads::{clone_flags, ThreadId, ThreadVersion, VersionId};
use super::State;
use crate::index::stored::{stored, stored_id};

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

impl State {
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

    /// The context of an event whose thread is in no table and gets no placeholder, such as the idle task's.
    pub(super) fn nobody(&mut self, tid: i64) -> ContextId {
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
    pub(super) fn refresh(&mut self, thread: ThreadId) -> ContextId {
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
}

stored_id!(ContextId, context);
stored!(Context { thread, main, parent, world });
