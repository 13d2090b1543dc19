//! What one thread did, call by call, for comparing it with what another did.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use scap_format::tables::{event_info, EventFlags};

use super::{about_of, is_connect, of_record, speaks_of_path};
use crate::clock::Zone;
use crate::fields::EventAt;
use crate::state::threads::ThreadId;
use crate::state::{id, ContextId, NO_RESULT};
use crate::store::Store;
use crate::stream::find;
use crate::viewer::Windows;

/// Steps told at most.
const MOST: usize = 50_000;
/// Bytes of data told of a step at most.
const BYTES: usize = 4096;

/// One call of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The event in which it returned.
    pub event: u32,
    /// Its name.
    pub call: String,
    /// Path or endpoint, as in groups.
    pub about: Vec<u8>,
    /// 0 for success and for calls without a result.
    pub errno: u16,
    /// Whether data came in (`Some(false)`) or went out.
    pub writes: Option<bool>,
    /// Bytes that it moved.
    pub moved: u64,
    /// The captured ones.
    pub data: Vec<u8>,
}

/// What the thread of an event did from event `first` to event `last`.
pub fn steps_of(store: &Store, n: u32, first: u32, last: u32) -> Vec<Step> {
    let returned = returned(store, &[n], (first, last));
    returned.iter().flat_map(|events| steps(store, events.get(..MOST).unwrap_or(events))).collect()
}

/// What each of the threads of some events did, in the same order; nothing where it took more than `most` steps.
pub fn steps_of_each(store: &Store, events: &[u32], most: usize) -> Vec<Vec<Step>> {
    let returned = returned(store, events, (0, u32::MAX));
    let told = |events: &Vec<u32>| if events.len() <= most { steps(store, events) } else { Vec::new() };
    returned.par_iter().map(told).collect()
}

fn steps(store: &Store, events: &[u32]) -> Vec<Step> {
    let (mut windows, zone) = (Windows::default(), Zone::utc());
    events.iter().filter_map(|n| step(&windows.event(store, *n, &zone)?)).collect()
}

/// The events, of those from one up to another, in which calls of the threads of `ns` returned.
fn returned(store: &Store, ns: &[u32], (first, last): (u32, u32)) -> Vec<Vec<u32>> {
    let mut places: FxHashMap<ThreadId, Vec<usize>> = FxHashMap::default();
    for (place, row) in ns.iter().enumerate().filter_map(|(place, n)| Some((place, store.row(*n)?))) {
        places.entry(store.state.thread(row.context).instance).or_default().push(place);
    }
    let of = |context| places.get(&store.state.thread(context).instance);
    let own: Vec<bool> = (0..store.state.context_count()).map(|at| of(ContextId::at(at)).is_some()).collect();
    let hiding = store.hiding();
    let found = find(store, |chunk, at| {
        let kind = chunk.kind(at);
        let is_exit = !kind.is_enter() || matches!(kind.event_type(), id::PROCEXIT | id::PROCEXIT_OLD);
        let context = chunk.contexts().get(at).map_or(0, |context| *context as usize);
        is_exit
            && own.get(context).copied().unwrap_or(false)
            && (first..=last).contains(&chunk.number(at))
            && chunk.flags().get(at).is_some_and(|flags| flags & hiding == 0)
    });
    let mut returned = vec![Vec::new(); ns.len()];
    for (n, context, _) in found {
        for place in of(context).into_iter().flatten() {
            returned[*place].push(n);
        }
    }
    returned
}

fn step(event: &EventAt<'_>) -> Option<Step> {
    let info = event_info(event.row.kind.event_type())?;
    let record = event.store.state.fds.get(event.row.fd);
    let has_name = !record.name.is_empty() || !(speaks_of_path(event.row.kind) || is_connect(event.row.kind));
    let about = if has_name { of_record(event.store, record) } else { about_of(event) };
    let is_transfer = info.has(EventFlags::READS | EventFlags::WRITES) && event.row.errno == 0;
    let data = event.event.and_then(|event| event.params.get(info.param("data")?)).filter(|_| is_transfer);
    let moved = event.event.and_then(|event| event.params.int(0)).and_then(|moved| u64::try_from(moved).ok());
    Some(Step {
        event: event.n,
        call: event.row.kind.call().unwrap_or(info.name).to_owned(),
        about,
        errno: if event.row.errno == NO_RESULT { 0 } else { event.row.errno },
        writes: is_transfer.then(|| info.has(EventFlags::WRITES)),
        moved: moved.filter(|_| is_transfer).unwrap_or(0),
        data: data.map_or_else(Vec::new, |data| data.get(..BYTES).unwrap_or(data).to_vec()),
    })
}

/// The threads that did something, one event of each: those of the programs that `like` is of, or all.
pub fn threads_like(store: &Store, like: u32) -> Vec<u32> {
    let Some(row) = store.row(like) else { return Vec::new() };
    let comm = store.state.thread(row.context).comm;
    let own: Vec<bool> =
        (0..store.state.context_count()).map(|at| store.state.thread(ContextId::at(at)).comm == comm).collect();
    let hiding = store.hiding();
    let found = find(store, |chunk, at| {
        let context = chunk.contexts().get(at).map_or(0, |context| *context as usize);
        own.get(context).copied().unwrap_or(false) && chunk.flags().get(at).is_some_and(|flags| flags & hiding == 0)
    });
    let mut last: Vec<(ThreadId, u32)> = Vec::new();
    let mut seen = FxHashSet::default();
    for (n, context, _) in found {
        let thread = store.state.thread(context).instance;
        if seen.insert(thread) {
            last.push((thread, n));
        }
    }
    last.into_iter().map(|(_, n)| n).collect()
}
