//! One event with everything that can be asked about it.

use std::borrow::Cow;

use scap_format::event::EventRef;
use scap_format::tables::{event_info, EventInfo};

use super::{Arg, Field};
use crate::clock::Zone;
use crate::containers::Container;
use crate::convert::{program, Today};
use crate::intern::StrId;
use crate::render::{FdLook, Scene};
use crate::state::fds::{FdId, FdKind, FdRecord};
use crate::state::threads::{Thread, ThreadVersion};
use crate::state::users::User;
use crate::state::{Context, ContextId};
use crate::store::bytes::Windows;
use crate::store::columns::{Chunk, Row};
use crate::store::Store;
use crate::value::Value;

/// A field with its argument, as filters and formats hold it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldRef {
    /// The field.
    pub field: Field,
    /// Its argument.
    pub arg: Option<Arg>,
}

/// An event as the store knows it. The bytes are there when they were asked for.
#[derive(Clone, Copy, Debug)]
pub struct EventAt<'a> {
    /// Where it is.
    pub store: &'a Store,
    /// Its number.
    pub n: u32,
    /// Its columns.
    pub row: Row,
    /// What its type is.
    pub info: &'static EventInfo,
    /// Its bytes.
    pub event: Option<EventRef<'a>>,
    /// The bytes of the enter event of the same call.
    pub enter: Option<EventRef<'a>>,
    /// The zone in which times are written.
    pub zone: &'a Zone,
    /// Time of the event printed before; else the one shown before counts.
    pub previous_ts: Option<u64>,
}

impl<'a> EventAt<'a> {
    /// The event of a row, without its bytes.
    pub fn new(store: &'a Store, n: u32, row: Row, zone: &'a Zone) -> Self {
        static UNKNOWN: &EventInfo = &scap_format::tables::EVENTS[17];
        let info = event_info(row.kind.event_type()).unwrap_or(UNKNOWN);
        EventAt { store, n, row, info, event: None, enter: None, zone, previous_ts: None }
    }

    /// The event with its bytes and those of its enter event; it stands at this position of the chunk.
    #[must_use]
    pub fn read(mut self, windows: &'a mut Windows, chunk: &Chunk, at: usize) -> Self {
        (self.event, self.enter) = windows.pair(self.store, chunk, at, &self.row);
        self
    }

    /// The event with its own bytes alone.
    #[must_use]
    pub(crate) fn read_alone(mut self, windows: &'a mut Windows, chunk: &Chunk, at: usize) -> Self {
        self.event = windows.event(self.store, chunk, at);
        self
    }

    pub(super) fn text(&self, id: StrId) -> Value<'a> {
        Value::Text(Cow::Borrowed(self.store.state.strings.get(id)))
    }

    pub(super) fn str(&self, id: StrId) -> &'a [u8] {
        self.store.state.strings.get(id)
    }

    pub(super) fn context(&self) -> &'a Context {
        self.store.state.context(self.row.context)
    }

    /// The thread's version, `None` for events nobody did.
    pub fn thread(&self) -> Option<&'a ThreadVersion> {
        self.thread_or_nobody().filter(|thread| !thread.nobody)
    }

    /// The thread's version, also when nothing but its id is known.
    pub(super) fn thread_or_nobody(&self) -> Option<&'a ThreadVersion> {
        (!self.row.context.is_none()).then(|| self.store.state.thread(self.row.context))
    }

    /// `thread.tid`.
    pub(crate) fn tid(&self) -> Option<i64> {
        self.thread_or_nobody().map(|thread| thread.tid)
    }

    /// `proc.name`.
    pub(crate) fn program(&self) -> Option<&'a [u8]> {
        self.thread().map(|thread| self.str(thread.comm))
    }

    /// The version of the process's main thread.
    pub fn main(&self) -> Option<&'a ThreadVersion> {
        self.store.state.main(self.row.context)
    }

    /// The main thread, or the thread itself when no main thread is known.
    pub(super) fn main_or_self(&self) -> Option<&'a ThreadVersion> {
        self.main().or(self.thread())
    }

    /// The main thread of the process `generations` up; 0 is the event's own thread.
    pub fn ancestor(&self, generations: u32) -> Option<&'a ThreadVersion> {
        if generations == 0 {
            return self.thread();
        }
        let mut context: ContextId = self.row.context;
        for _ in 0..generations {
            context = self.store.state.context(context).parent;
            if context.is_none() {
                return None;
            }
        }
        self.store.state.main(context).or(Some(self.store.state.thread(context)))
    }

    /// The main threads of all ancestors, the parent first.
    pub fn ancestors(&self) -> impl Iterator<Item = &'a ThreadVersion> + use<'a> {
        let state = &self.store.state;
        let first = state.context(self.row.context).parent;
        let next = |context: &ContextId| {
            let parent = state.context(*context).parent;
            (!parent.is_none()).then_some(parent)
        };
        std::iter::successors((!first.is_none()).then_some(first), next)
            .map(|context| state.main(context).unwrap_or_else(|| state.thread(context)))
    }

    /// The history of the event's thread.
    pub(super) fn history(&self) -> Option<&'a Thread> {
        self.thread().map(|thread| self.store.state.threads.get(thread.instance))
    }

    /// The history of the main thread of its process.
    pub(super) fn main_history(&self) -> Option<&'a Thread> {
        self.main().map(|main| self.store.state.threads.get(main.instance))
    }

    /// A thread by its id at the time of this event.
    pub(crate) fn thread_by_tid(&self, tid: i64) -> Option<&'a ThreadVersion> {
        let threads = &self.store.state.threads;
        let found = threads.live_at(tid, self.n);
        (!found.is_none()).then(|| threads.version(threads.get(found).version_at(self.n)))
    }

    /// A thread by its id as the event's own thread calls it, inside its pid namespace; also one that has just ended, as
    /// the sender of SIGCHLD has.
    pub(crate) fn neighbour(&self, id: i64) -> Option<&'a ThreadVersion> {
        let own = self.thread()?;
        let inside = own.in_pidns() && own.vtid != -1;
        if let Some(alive) = self.thread_by_tid(id).filter(|_| !inside) {
            return Some(alive);
        }
        let threads = &self.store.state.threads;
        let born = threads.all.iter().filter(|thread| thread.born <= self.n);
        let versions = born.map(|thread| (thread.gone, threads.version(thread.version_at(self.n))));
        let called_so = |t: &ThreadVersion| {
            if inside {
                t.vtid == id && t.in_pidns() && t.container == own.container
            } else {
                t.tid == id
            }
        };
        versions.filter(|(_, version)| called_so(version)).max_by_key(|(gone, _)| *gone).map(|(_, version)| version)
    }

    /// Whether the event's type has to do with descriptors.
    pub fn has_fd(&self) -> bool {
        !self.row.fd.is_none()
    }

    /// The record of the event's descriptor.
    pub fn fd(&self) -> Option<&'a FdRecord> {
        self.has_fd().then(|| self.store.state.fds.get(self.row.fd))
    }

    /// The record of the event's descriptor if its process had it.
    pub(super) fn known_fd(&self) -> Option<&'a FdRecord> {
        self.fd().filter(|record| record.known())
    }

    /// The record of any descriptor of the event's thread at the time of this event.
    pub fn fd_by_number(&self, number: i64) -> Option<&'a FdRecord> {
        let state = &self.store.state;
        if let Some(own) = self.known_fd().filter(|record| record.num == number) {
            return Some(own);
        }
        let thread = self.thread()?;
        let shares = thread.flags & crate::state::threads::clone_flags::FILES != 0 && !thread.is_main();
        let owner = if shares { self.main_history()? } else { self.history()? };
        let found = state.tables.at(owner.table_at(self.n)?, number, self.n);
        (found != FdId::NONE).then(|| state.fds.get(found))
    }

    /// The event in today's form, completed from its enter event.
    pub(crate) fn today(&self) -> Option<Today<'a>> {
        let enter = self.enter.map(|enter| {
            let today = program(enter.event_type, enter.params.len()).map_or(enter.event_type, |p| p.event_type);
            (today, enter.params)
        });
        self.event.map(|event| Today::new(event.event_type, event.params, enter))
    }

    /// A parameter's bytes by its name, as they are in the file.
    pub(super) fn param(&self, name: &str) -> Option<(usize, &'a [u8])> {
        let at = self.info.param(name)?;
        Some((at, self.event?.params.get(at)?))
    }

    /// The user of an id in the event's container.
    pub(crate) fn user_of(&self, uid: u32) -> Option<User> {
        let container = self.thread().map_or(StrId::EMPTY, |thread| thread.container);
        self.store.state.users.user(container, uid, self.context().world.max(1))
    }

    /// The name of a group in the event's container.
    pub(super) fn group_of(&self, gid: u32) -> Option<StrId> {
        let container = self.thread().map_or(StrId::EMPTY, |thread| thread.container);
        self.store.state.users.group(container, gid, self.context().world.max(1))
    }

    /// What is known about the event's container.
    pub fn container(&self) -> Option<Container<'a>> {
        let thread = self.thread()?;
        let state = &self.store.state;
        Some(state.containers.at(&state.strings, thread.container, self.context().world.max(1)))
    }

    /// Whether the capture holds exit events only.
    pub(super) fn exits_only(&self) -> bool {
        !self.store.has_enters
    }
}

impl Scene for EventAt<'_> {
    fn fd(&self, number: i64) -> Option<FdLook<'_>> {
        let record = self.fd_by_number(number)?;
        let l4_letter = record.transport().and_then(|l4| l4.word().bytes().next());
        let type_char = if record.kind == FdKind::Absent { b'o' } else { record.letter() };
        Some(FdLook { type_char, l4_letter, name: self.str(record.name) })
    }

    fn comm(&self, tid: i64) -> Option<&[u8]> {
        self.thread_by_tid(tid).map(|thread| self.str(thread.comm))
    }

    fn cwd(&self) -> Option<&[u8]> {
        self.main_or_self().map(|main| self.str(main.cwd))
    }

    fn user(&self, uid: u32) -> Option<&[u8]> {
        self.user_of(uid).map(|user| self.str(user.name))
    }

    fn group(&self, gid: u32) -> Option<&[u8]> {
        self.group_of(gid).map(|name| self.str(name))
    }

    fn zone(&self) -> &Zone {
        self.zone
    }
}
