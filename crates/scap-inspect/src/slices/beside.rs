//! Events and their copies side by side: what a field is made of is compared, and the field is asked for only where that
//! is not the same, or was not asked for before.

use rustc_hash::FxHashMap;

use super::asked::{Asked, Found, Made};
use super::compare::{Comparison, Difference};
use super::same::{same_bytes, same_named, same_record, same_world, Table, Twins};
use super::sides::{Changes, Moment, Side};
use crate::clock::Zone;
use crate::fields::EventAt;
use crate::intern::StrId;
use crate::state::fds::FdId;
use crate::state::{id, ContextId};
use crate::store::bytes::Windows;
use crate::store::Store;

/// What fields of a place are made of, on both sides.
type Place = [(StrId, FdId, u32, usize); 2];

/// Both captures, passed through by one thread in ascending order, with what was found so far.
pub(super) struct Beside<'a> {
    asked: &'a Asked<'a>,
    before: Side<'a>,
    after: Side<'a>,
    contexts: FxHashMap<(ContextId, ContextId), Found>,
    records: FxHashMap<(FdId, FdId), (bool, Found)>,
    places: FxHashMap<Place, Found>,
    moments: FxHashMap<(ContextId, ContextId), (usize, usize, Found)>,
    opens: FxHashMap<(ContextId, ContextId), (Moment, Moment, Found)>,
    twins: Twins,
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
            opens: FxHashMap::default(),
            twins: Twins::default(),
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
        let same_threads = alike && self.twins.contexts(before.store, after.store, who);
        let context = known_or(&mut self.contexts, who, || {
            if same_threads && same_world(before, after) {
                Found::default()
            } else {
                ask(Made::Context)
            }
        });
        all.and(context);
        let what = (before.row.fd, after.row.fd);
        let compare_records = || match (before.fd(), after.fd()) {
            (Some(old), Some(new)) => same_record((before.store, old), (after.store, new)),
            (old, new) => old.is_none() && new.is_none(),
        };
        let (is_same_record, record) = match self.records.get(&what) {
            Some((same, found)) if !found.differs => (*same, *found),
            known => {
                let same = known.map_or_else(compare_records, |known| known.0);
                let found = if same { Found::default() } else { ask(Made::Record) };
                self.records.insert(what, (same, found));
                (same, found)
            }
        };
        all.and(record);

        let same_bytes = alike && is_same_record && same_bytes(before, after);
        if !same_bytes {
            all.and(ask(Made::Bytes));
        }
        if !same_bytes || !same_named(before, after) {
            all.and(ask(Made::Named));
        }
        if context.differs || before.row.ts != after.row.ts {
            all.and(ask(Made::Time));
        }
        let (old, count, memory) = self.before.moment(before.store, before.n, &before.row);
        let (new, counted, copied) = self.after.moment(after.store, after.n, &after.row);
        if memory != copied || context.differs {
            all.and(ask(Made::Memory));
        }
        let as_before = |known: &&(usize, usize, Found)| (known.0, known.1) == (old.threads, new.threads);
        let moment = match self.moments.get(&who).filter(as_before).filter(|known| !known.2.differs) {
            Some(known) => known.2,
            None if same_threads && count == counted && self.twins.leaders(before, after) => Found::default(),
            None => ask(Made::Moment),
        };
        self.moments.insert(who, (old.threads, new.threads, moment));
        all.and(moment);
        let as_before = |known: &&(Moment, Moment, Found)| (known.0, known.1) == (old, new);
        let known = self.opens.get(&who).filter(as_before).filter(|known| !known.2.differs).copied();
        let open = match known {
            Some(known) => known.2,
            None if same_threads && is_same_record && self.same_tables((before, &old), (after, &new)) => {
                Found::default()
            }
            None => ask(Made::Open),
        };
        self.opens.insert(who, (old, new, open));
        all.and(open);
        let side = |side: &mut Side<'_>, event: &EventAt<'_>| {
            let section = event.store.state.section_at(event.n).first;
            let container = event.thread().map_or(StrId::EMPTY, |thread| thread.container);
            (container, event.row.fd, section, side.containers(event.n))
        };
        let place = [side(&mut self.before, before), side(&mut self.after, after)];
        let known = self.places.get(&place).filter(|found| same_threads && !found.differs).copied();
        let found = known.unwrap_or_else(|| ask(Made::Place));
        if known.is_none() && same_threads {
            self.places.insert(place, found);
        }
        all.and(found);
        if matches!(before.info.id, id::SWITCH | id::SWITCH_OLD | id::PROCINFO) || before.info.id != after.info.id {
            all.and(ask(Made::Rare));
        }
        if asked.asks_anything {
            all.and(ask(Made::Anything));
        }
        all
    }

    /// Whether the thread and its process have the same descriptors on both sides.
    fn same_tables(&mut self, before: (&EventAt<'_>, &Moment), after: (&EventAt<'_>, &Moment)) -> bool {
        let (sides, twins) = ((&self.before, &self.after), &mut self.twins);
        let mut pairs = before.1.tables.iter().zip(&after.1.tables);
        pairs.all(|pair| match pair {
            (Some((id, changes)), Some((copied, copied_changes))) => {
                let (store, n, side) = (before.0.store, before.0.n, sides.0);
                let old = Table { store, side, n, id: *id, changes: *changes };
                let (store, n, side) = (after.0.store, after.0.n, sides.1);
                let new = Table { store, side, n, id: *copied, changes: *copied_changes };
                twins.tables(&old, &new)
            }
            (old, new) => old.is_none() && new.is_none(),
        })
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

/// An event with its bytes and those of its beginning.
pub(super) fn event_at<'a>(store: &'a Store, n: u32, zone: &'a Zone, windows: &'a mut Windows) -> Option<EventAt<'a>> {
    let (chunk, at) = store.place(n)?;
    let chunk = store.chunks.get(chunk)?;
    Some(EventAt::new(store, n, chunk.row(at)?, zone).read(windows, chunk, at))
}
