//! Counting what a filter selects.

use crate::clock::Zone;
use crate::query::plan::Filter;
use crate::query::select::{parts_from, Selector};
use crate::store::columns::Chunk;
use crate::store::Store;

/// Parts asked at once.
const PARTS: usize = 64;

/// Shows every selected event up to number `last` to `see`, in order: its chunk and position.
pub(crate) fn each_selected(store: &Store, filter: &Filter, last: u32, see: impl FnMut(&Chunk, usize)) {
    each_selected_after(store, filter, 0, last, see);
}

/// As [`each_selected`], of the events behind number `since`.
fn each_selected_after(store: &Store, filter: &Filter, since: u32, last: u32, mut see: impl FnMut(&Chunk, usize)) {
    let selector = Selector::new(filter.clone(), Zone::utc());
    let mut next = since.saturating_add(1);
    loop {
        let parts = parts_from(store, next, last, PARTS);
        for (part, selected) in parts.iter().zip(selector.select(store, &parts)) {
            let Some(chunk) = store.chunks.get(part.chunk) else { return };
            selected.iter_from(part.start).for_each(|at| see(chunk, at));
            next = chunk.number(part.end);
        }
        if parts.is_empty() {
            return;
        }
    }
}

/// Selected events of each context, and how many of them failed.
pub(crate) fn by_context(store: &Store, filter: &Filter, last: u32) -> Vec<(u64, u64)> {
    by_context_after(store, filter, 0, last)
}

/// As [`by_context`], of the events behind number `since`.
pub(crate) fn by_context_after(store: &Store, filter: &Filter, since: u32, last: u32) -> Vec<(u64, u64)> {
    let mut counts = vec![(0, 0); store.state.context_count()];
    each_selected_after(store, filter, since, last, |chunk, at| {
        let context = chunk.contexts().get(at).copied().unwrap_or(0) as usize;
        let failed = !matches!(chunk.errno(at), 0 | crate::state::NO_RESULT);
        if let Some(count) = counts.get_mut(context) {
            count.0 += 1;
            count.1 += u64::from(failed);
        }
    });
    counts
}
