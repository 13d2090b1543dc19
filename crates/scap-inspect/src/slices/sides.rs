//! One of two captures that are compared, passed through from event to event: what changed up to where.

use rustc_hash::FxHashMap;

use crate::state::fds::{FdId, TableId};
use crate::state::threads::{Memory, ThreadId};
use crate::state::ContextId;
use crate::store::bytes::Windows;
use crate::store::columns::Row;
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
pub(super) struct Passed(usize);

impl Passed {
    fn until<T>(&mut self, all: &[T], since: impl Fn(&T) -> u32, n: u32) -> usize {
        while all.get(self.0).is_some_and(|one| since(one) <= n) {
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
    /// Threads of its process then.
    count: u32,
    /// How far the history of its memory was passed.
    memory: usize,
}

/// What fields that are made of a moment depend on: while this stays, so do they.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    /// How many changes of threads there were.
    pub(super) threads: usize,
    /// The tables of the thread and of its process, and how many changes each had.
    pub(super) tables: [Option<(TableId, usize)>; 2],
    /// The event's own descriptor, where it is one of the three that have names of their own.
    standard: FdId,
}

/// A number of a table had another record from an event on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    since: u32,
    pub(super) number: i64,
    pub(super) record: FdId,
}

/// One of the two captures, passed through from event to event.
pub(super) struct Side<'a> {
    changes: &'a Changes,
    pub(super) windows: Windows,
    threads: Passed,
    containers: Passed,
    tables: FxHashMap<TableId, (Vec<Set>, Passed)>,
    who: FxHashMap<ContextId, Who>,
}

impl<'a> Side<'a> {
    /// Before its first event.
    pub(super) fn new(changes: &'a Changes) -> Self {
        Side {
            changes,
            windows: Windows::default(),
            threads: Passed::default(),
            containers: Passed::default(),
            tables: FxHashMap::default(),
            who: FxHashMap::default(),
        }
    }

    /// What fields of the moment depend on, how many threads the process has, and the memory of the thread.
    pub(super) fn moment(&mut self, store: &Store, n: u32, row: &Row) -> (Moment, u32, Memory) {
        let threads = self.threads.until(&self.changes.threads, |since| *since, n);
        let mut moment = Moment { threads, ..Moment::default() };
        if row.context.is_none() {
            return (moment, 0, Memory::default());
        }
        let state = &store.state;
        let who = self.who.entry(row.context).or_insert_with(|| {
            let own = state.thread(row.context).instance;
            let main = state.main(row.context).map_or(ThreadId::NONE, |main| main.instance);
            let memory = state.threads.get(own).memory.partition_point(|(since, _)| *since <= n);
            Who { own, main, as_of: usize::MAX, tables: [None; 2], count: 0, memory }
        });
        let own = state.threads.get(who.own);
        if who.as_of != moment.threads {
            who.as_of = moment.threads;
            let main = state.threads.get(who.main);
            who.tables = [own.table_at(n), main.table_at(n)];
            who.count = main.count_at(n);
        }
        let (first, last) = (self.changes.first, self.changes.last);
        moment.tables = who.tables.map(|table| {
            let id = table?;
            let (all, passed) = self.tables.entry(id).or_insert_with(|| {
                let changes = state.tables.history(id, first, last);
                let all = changes.into_iter().map(|(since, number, record)| Set { since, number, record });
                (all.collect(), Passed::default())
            });
            Some((id, passed.until(all, |set| set.since, n)))
        });
        if (0..=2).contains(&state.fds.get(row.fd).num) {
            moment.standard = row.fd;
        }
        while own.memory.get(who.memory).is_some_and(|(since, _)| *since <= n) {
            who.memory += 1;
        }
        let memory = who.memory.checked_sub(1).and_then(|at| own.memory.get(at));
        (moment, who.count, memory.map_or_else(Memory::default, |(_, memory)| *memory))
    }

    /// How many changes of containers there were up to an event.
    pub(super) fn containers(&mut self, n: u32) -> usize {
        self.containers.until(&self.changes.containers, |since| *since, n)
    }

    /// The changes of a table from one of them up to another.
    pub(super) fn sets(&self, table: TableId, from: usize, to: usize) -> Option<&[Set]> {
        self.tables.get(&table)?.0.get(from..to)
    }
}
