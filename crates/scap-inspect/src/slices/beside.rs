//! Events and their copies side by side: what a field is made of is compared, and the field is asked for only where that
//! is not the same, or was not asked for before.

use rustc_hash::FxHashMap;
use scap_format::event::{signed, unsigned, EventRef};
use scap_format::tables::{event_info, EventInfo, ParamType};

use super::asked::{Asked, Found, Made};
use super::compare::{Comparison, Difference};
use crate::clock::Zone;
use crate::fields::{poll_numbers, EventAt};
use crate::render::Scene;
use crate::state::fds::{FdId, FdRecord, TableId};
use crate::state::threads::{Memory, ThreadId};
use crate::state::{id, ContextId};
use crate::store::bytes::Windows;
use crate::store::columns::{flag, Row};
use crate::store::Store;

/// When something changed in a capture, between the first and the last event that is compared.
pub(super) struct Changes {
    first: u32,
    last: u32,
    /// Events from which on a thread was another, had another table, or was there or not.
    threads: Vec<u32>,
    /// Events from which on something else was known of a container.
    containers: Vec<u32>,
}

impl Changes {
    /// The changes between the first and the last of these events.
    pub(super) fn of(store: &Store, pairs: &[(u32, u32)], which: fn(&(u32, u32)) -> u32) -> Self {
        let (first, last) = (pairs.first().map_or(1, which), pairs.last().map_or(0, which));
        let within = |since: &u32| (first..=last).contains(since);
        let sorted = |mut all: Vec<u32>| {
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut threads = Vec::new();
        for thread in &store.state.threads.all {
            let versions = thread.versions.iter().map(|(since, _)| *since);
            let tables = thread.tables.iter().map(|(since, _)| *since);
            let counts = thread.counts.iter().map(|(since, _)| *since);
            threads.extend(versions.chain(tables).chain(counts).chain([thread.born, thread.gone]).filter(within));
        }
        let containers = &store.state.containers;
        let told = containers.ids().flat_map(|id| containers.changes(id)).filter(within).collect();
        Changes { first, last, threads: sorted(threads), containers: sorted(told) }
    }
}

/// How many of these came up to an event; events are asked for in ascending order.
#[derive(Debug, Default)]
struct Passed(usize);

impl Passed {
    fn until(&mut self, all: &[u32], n: u32) -> usize {
        while all.get(self.0).is_some_and(|since| *since <= n) {
            self.0 += 1;
        }
        self.0
    }
}

/// What is known of a context on the way.
struct Who {
    own: ThreadId,
    main: ThreadId,
    /// How many changes of threads there were when the tables were looked up.
    as_of: usize,
    tables: [Option<TableId>; 2],
    /// How far the history of its memory was passed.
    memory: usize,
}

/// What fields that are made of a moment depend on: while this stays, so do they.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moment {
    threads: usize,
    tables: [(Option<TableId>, usize); 2],
    /// The event's own descriptor, where it is one of the three that have names of their own.
    standard: FdId,
}

/// One of the two captures, passed through from event to event.
struct Side<'a> {
    changes: &'a Changes,
    windows: Windows,
    threads: Passed,
    containers: Passed,
    tables: FxHashMap<TableId, (Vec<u32>, Passed)>,
    who: FxHashMap<ContextId, Who>,
}

impl<'a> Side<'a> {
    fn new(changes: &'a Changes) -> Self {
        Side {
            changes,
            windows: Windows::default(),
            threads: Passed::default(),
            containers: Passed::default(),
            tables: FxHashMap::default(),
            who: FxHashMap::default(),
        }
    }

    /// What fields of the moment depend on, and the memory of the thread.
    fn moment(&mut self, store: &Store, n: u32, row: &Row) -> (Moment, Memory) {
        let mut moment = Moment { threads: self.threads.until(&self.changes.threads, n), ..Moment::default() };
        if row.context.is_none() {
            return (moment, Memory::default());
        }
        let state = &store.state;
        let who = self.who.entry(row.context).or_insert_with(|| {
            let own = state.thread(row.context).instance;
            let main = state.main(row.context).map_or(ThreadId::NONE, |main| main.instance);
            let memory = state.threads.get(own).memory.partition_point(|(since, _)| *since <= n);
            Who { own, main, as_of: usize::MAX, tables: [None; 2], memory }
        });
        let own = state.threads.get(who.own);
        if who.as_of != moment.threads {
            who.as_of = moment.threads;
            who.tables = [own.table_at(n), state.threads.get(who.main).table_at(n)];
        }
        moment.tables = who.tables.map(|table| {
            let Some(id) = table else { return (None, 0) };
            let (all, passed) = self.tables.entry(id).or_insert_with(|| {
                let mut all = state.tables.changed_in(id, self.changes.first, self.changes.last);
                all.sort_unstable();
                (all, Passed::default())
            });
            (table, passed.until(all, n))
        });
        if (0..=2).contains(&state.fds.get(row.fd).num) {
            moment.standard = row.fd;
        }
        while own.memory.get(who.memory).is_some_and(|(since, _)| *since <= n) {
            who.memory += 1;
        }
        let memory = who.memory.checked_sub(1).and_then(|at| own.memory.get(at));
        (moment, memory.map_or_else(Memory::default, |(_, memory)| *memory))
    }
}

/// What fields of a place are made of, on both sides.
type Place = [(ContextId, FdId, u32, usize); 2];

/// Both captures, passed through by one thread in ascending order, with what was found so far.
pub(super) struct Beside<'a> {
    asked: &'a Asked<'a>,
    before: Side<'a>,
    after: Side<'a>,
    contexts: FxHashMap<(ContextId, ContextId), Found>,
    records: FxHashMap<(FdId, FdId), (bool, Found)>,
    places: FxHashMap<Place, Found>,
    moments: FxHashMap<(ContextId, ContextId), (Moment, Moment, Found)>,
}

impl<'a> Beside<'a> {
    /// Before anything was compared.
    pub(super) fn new(asked: &'a Asked<'a>, before: &'a Changes, after: &'a Changes) -> Self {
        Beside {
            asked,
            before: Side::new(before),
            after: Side::new(after),
            contexts: FxHashMap::default(),
            records: FxHashMap::default(),
            places: FxHashMap::default(),
            moments: FxHashMap::default(),
        }
    }

    /// Compares events with their copies.
    pub(super) fn compare(&mut self, store: &Store, slice: &Store, pairs: &[(u32, u32)]) -> Comparison {
        let mut all = Comparison::default();
        let alike = store.has_enters == slice.has_enters && store.is_self_contained == slice.is_self_contained;
        let mut told = Vec::new();
        for &(n, copy) in pairs {
            let (mut own, mut other) =
                (std::mem::take(&mut self.before.windows), std::mem::take(&mut self.after.windows));
            let zone = &self.asked.zone;
            if let (Some(before), Some(after)) =
                (event_at(store, n, zone, &mut own), event_at(slice, copy, zone, &mut other))
            {
                self.event(&before, &after, alike, &mut told).count(&mut all);
            }
            (self.before.windows, self.after.windows) = (own, other);
        }
        all.differences = told;
        all
    }

    fn event(&mut self, before: &EventAt<'_>, after: &EventAt<'_>, alike: bool, told: &mut Vec<Difference>) -> Found {
        let asked = self.asked;
        let mut ask = |made| asked.agree(made, before, after, told);
        let mut all = Found::default();

        let who = (before.row.context, after.row.context);
        let context = known_or(&mut self.contexts, who, || ask(Made::Context));
        all.and(context);
        let what = (before.row.fd, after.row.fd);
        let is_same_record = || match (before.fd(), after.fd()) {
            (Some(old), Some(new)) => same_record((before, old), (after, new)),
            (old, new) => old.is_none() && new.is_none(),
        };
        let (same_record, record) = match self.records.get(&what) {
            Some((same, found)) if !found.differs => (*same, *found),
            known => {
                let found = (known.map_or_else(is_same_record, |known| known.0), ask(Made::Record));
                self.records.insert(what, found);
                found
            }
        };
        all.and(record);

        let same_bytes = alike && same_record && same_bytes(before, after);
        if !same_bytes {
            all.and(ask(Made::Bytes));
        }
        if !same_bytes || !same_named(before, after) {
            all.and(ask(Made::Named));
        }
        if context.differs || before.row.ts != after.row.ts {
            all.and(ask(Made::Time));
        }
        let (moments, memories) = {
            let (old, memory) = self.before.moment(before.store, before.n, &before.row);
            let (new, copied) = self.after.moment(after.store, after.n, &after.row);
            ((old, new), (memory, copied))
        };
        if memories.0 != memories.1 || context.differs {
            all.and(ask(Made::Memory));
        }
        let known = self.moments.get(&who).filter(|known| (known.0, known.1) == moments && !known.2.differs);
        let moment = known.map_or_else(|| ask(Made::Moment), |known| known.2);
        if known.is_none() {
            self.moments.insert(who, (moments.0, moments.1, moment));
        }
        all.and(moment);
        let side = |side: &mut Side<'_>, event: &EventAt<'_>| {
            let section = event.store.state.section_at(event.n).first;
            let containers = side.containers.until(&side.changes.containers, event.n);
            (event.row.context, event.row.fd, section, containers)
        };
        let place = [side(&mut self.before, before), side(&mut self.after, after)];
        all.and(known_or(&mut self.places, place, || ask(Made::Place)));
        if matches!(before.info.id, id::SWITCH | id::SWITCH_OLD | id::PROCINFO) || before.info.id != after.info.id {
            all.and(ask(Made::Rare));
        }
        if asked.asks_anything {
            all.and(ask(Made::Anything));
        }
        all
    }
}

/// What was found before, where that was no difference: those are told of each event.
fn known_or<K: Eq + std::hash::Hash>(known: &mut FxHashMap<K, Found>, key: K, ask: impl FnOnce() -> Found) -> Found {
    match known.get(&key) {
        Some(found) if !found.differs => *found,
        _ => {
            let found = ask();
            known.insert(key, found);
            found
        }
    }
}

fn event_at<'a>(store: &'a Store, n: u32, zone: &'a Zone, windows: &'a mut Windows) -> Option<EventAt<'a>> {
    let (chunk, at) = store.place(n)?;
    let chunk = store.chunks.get(chunk)?;
    Some(EventAt::new(store, n, chunk.row(at)?, zone).read(windows, chunk, at))
}

/// Whether all of a record is the same.
fn same_record((before, old): (&EventAt<'_>, &FdRecord), (after, new): (&EventAt<'_>, &FdRecord)) -> bool {
    let (own, other) = (&before.store.state.strings, &after.store.state.strings);
    let FdRecord { num, kind, role, l4, bits, guessed, name: _, raw_name: _, dev, ino, ends, open_flags } = old;
    (*num, *kind, *role, *l4) == (new.num, new.kind, new.role, new.l4)
        && (*bits, *guessed, *dev, *ino) == (new.bits, new.guessed, new.dev, new.ino)
        && (*ends, *open_flags) == (new.ends, new.open_flags)
        && own.get(old.name) == other.get(new.name)
        && own.get(old.raw_name) == other.get(new.raw_name)
}

/// Whether the bytes of both calls and what stands in the columns are the same.
fn same_bytes(before: &EventAt<'_>, after: &EventAt<'_>) -> bool {
    let same = |old: Option<EventRef<'_>>, new: Option<EventRef<'_>>| match (old, new) {
        (Some(old), Some(new)) => old.event_type == new.event_type && old.params.parts() == new.params.parts(),
        (old, new) => old.is_none() && new.is_none(),
    };
    let (old, new) = (&before.row, &after.row);
    before.event.is_some()
        && (old.ts, old.kind, old.cpu, old.errno) == (new.ts, new.kind, new.cpu, new.errno)
        && (old.flags ^ new.flags) & flag::RENAMED == 0
        && same(before.event, after.event)
        && same(before.enter, after.enter)
        && before.store.latency(old) == after.store.latency(new)
}

/// Whether all threads, descriptors, accounts and directories that the parameters name are the same; the bytes are.
fn same_named(before: &EventAt<'_>, after: &EventAt<'_>) -> bool {
    let (Some(event), Some(today)) = (before.event, before.today()) else { return false };
    let value = |at: usize| today.get(at);
    let own = |at: usize| event.params.get(at);
    event_info(today.event_type).is_some_and(|info| same_looks(before, after, info, value))
        && (today.event_type == event.event_type || same_looks(before, after, before.info, own))
}

fn same_looks<'a>(
    before: &EventAt<'_>,
    after: &EventAt<'_>,
    info: &EventInfo,
    value: impl Fn(usize) -> Option<&'a [u8]>,
) -> bool {
    use ParamType as T;
    let id = |bytes: &[u8]| unsigned(bytes).and_then(|id| u32::try_from(id).ok());
    info.params.iter().enumerate().all(|(at, param)| {
        let Some(bytes) = value(at) else { return true };
        match param.ty {
            T::Fd | T::Fd32 => signed(bytes).is_none_or(|number| same_descriptor(before, after, number)),
            T::Pid | T::Pid32 => signed(bytes).is_none_or(|tid| before.comm(tid) == after.comm(tid)),
            T::Uid => id(bytes).is_none_or(|uid| before.user(uid) == after.user(uid)),
            T::Gid => id(bytes).is_none_or(|gid| before.group(gid) == after.group(gid)),
            T::FsPath | T::FsRelPath => before.cwd() == after.cwd(),
            T::FdList => poll_numbers(bytes).all(|number| same_descriptor(before, after, number)),
            T::Dyn => false,
            _ => true,
        }
    })
}

fn same_descriptor(before: &EventAt<'_>, after: &EventAt<'_>, number: i64) -> bool {
    let is_own = |event: &EventAt<'_>| event.fd().is_some_and(|record| record.known() && record.num == number);
    if is_own(before) && is_own(after) {
        // The records of both were compared.
        return true;
    }
    match (before.fd_by_number(number), after.fd_by_number(number)) {
        (Some(old), Some(new)) => same_record((before, old), (after, new)),
        (old, new) => old.is_none() && new.is_none(),
    }
}
