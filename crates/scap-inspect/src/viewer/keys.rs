//! What tells an event apart from the others of its capture, also in a slice of it, where it has another number.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Windows;
use crate::clock::Zone;
use crate::fields::EventAt;
use crate::store::columns::Chunk;
use crate::store::{Store, JITTER_NS};

/// When, where and by whom an event of a kind was made. Where a clock is coarse, several events have the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventKey {
    /// ns since the epoch.
    pub ts: u64,
    /// The thread as its block has it; -1 or 0 of events of no thread.
    pub tid: i64,
    /// The processor.
    pub cpu: u16,
    /// The call or event, as `evt.type` has it.
    pub name: String,
    /// Whether it ends a call.
    pub is_exit: bool,
}

impl EventKey {
    fn of(event: &EventAt<'_>) -> Self {
        let name = event.type_name();
        EventKey {
            ts: event.row.ts,
            tid: event.event.map_or(-1, |bytes| bytes.tid),
            cpu: event.row.cpu,
            name: String::from_utf8_lossy(name.as_text().unwrap_or_default()).into_owned(),
            is_exit: event.info.is_exit(),
        }
    }
}

/// The key of an event and which input it is in; `None` without such an event.
pub fn event_key(store: &Store, n: u32) -> Option<(EventKey, u16)> {
    let zone = Zone::utc();
    let key = EventKey::of(&Windows::default().event(store, n, &zone)?);
    let (chunk, _) = store.place(n)?;
    Some((key, store.chunks.get(chunk)?.input))
}

/// The shown events with these keys from number `first` up to `last`, in order: which key, and the event's number.
pub fn find_keys(store: &Store, keys: &[EventKey], first: u32, last: u32) -> Vec<(usize, u32)> {
    let mut wanted: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (at, key) in keys.iter().enumerate() {
        wanted.entry(key.ts).or_default().push(at);
    }
    let (Some(earliest), Some(latest)) = (wanted.keys().min(), wanted.keys().max()) else { return Vec::new() };
    let hiding = store.hiding();
    let has_time = |chunk: &Chunk| {
        let (Some(begin), Some(end)) = (chunk.ts(0), chunk.ts(chunk.len().wrapping_sub(1))) else { return false };
        store.turned_back || (begin.saturating_sub(JITTER_NS) <= *latest && *earliest <= end.saturating_add(JITTER_NS))
    };
    let at_these_times = |chunk: &Chunk| {
        let from = first.saturating_sub(chunk.first) as usize;
        let is_wanted = |at: &usize| {
            chunk.ts(*at).is_some_and(|ts| (earliest..=latest).contains(&&ts) && wanted.contains_key(&ts))
                && chunk.flags().get(*at).is_some_and(|flags| flags & hiding == 0)
        };
        let same = (from..chunk.len()).filter(is_wanted).map(|at| chunk.number(at));
        same.take_while(|n| *n <= last).collect::<Vec<_>>()
    };
    let of_time: Vec<u32> =
        store.chunks.par_iter().filter(|chunk| has_time(chunk)).flat_map_iter(at_these_times).collect();
    let zone = Zone::utc();
    let mut windows = Windows::default();
    let mut found = Vec::new();
    for n in of_time {
        let Some(here) = windows.event(store, n, &zone).map(|event| EventKey::of(&event)) else { continue };
        let alike = wanted.get(&here.ts).into_iter().flatten().filter(|at| keys.get(**at) == Some(&here));
        found.extend(alike.map(|at| (*at, n)));
    }
    found
}
