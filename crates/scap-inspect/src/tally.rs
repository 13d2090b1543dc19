//! Counting what a filter selects.

use rayon::prelude::*;

use crate::clock::Zone;
use crate::query::plan::Filter;
use crate::query::select::{parts_from, Lent, Selector};
use crate::store::columns::Chunk;
use crate::store::Store;

/// Shows every selected event behind number `since` up to `last` to `see`, on all cores and in no order; each core
/// notes what it sees in a sum of its own, made by `make`. The sums of all cores.
pub(crate) fn sums_of_selected<T: Send>(
    store: &Store,
    filter: &Filter,
    (since, last): (u32, u32),
    make: impl Fn() -> T + Sync,
    see: impl Fn(&mut T, &Chunk, usize) + Sync,
) -> Vec<T> {
    let selector = Selector::new(filter.clone(), Zone::of_filters());
    let sums = Lent::default();
    let parts = parts_from(store, since.saturating_add(1), last, usize::MAX);
    parts.par_iter().with_max_len(1).for_each(|part| {
        let Some(chunk) = store.chunks.get(part.chunk) else { return };
        let selected = selector.part(store, *part);
        sums.with(&make, |sum| selected.iter_from(part.start).for_each(|at| see(sum, chunk, at)));
    });
    sums.into_all()
}

/// Selected events, and how many of them failed, by context.
#[derive(Debug)]
pub(crate) struct ByContext(Vec<(u32, u32)>);

impl ByContext {
    /// No event of any context that there is.
    pub(crate) fn none(store: &Store) -> Self {
        ByContext(vec![(0, 0); store.state.context_count()])
    }

    /// Counts an event.
    #[inline]
    pub(crate) fn count(&mut self, chunk: &Chunk, at: usize) {
        let context = chunk.contexts().get(at).copied().unwrap_or(0) as usize;
        let failed = !matches!(chunk.errno(at), 0 | crate::state::NO_RESULT);
        if let Some(count) = self.0.get_mut(context) {
            count.0 += 1;
            count.1 += u32::from(failed);
        }
    }

    /// What several counted together.
    pub(crate) fn joined(all: impl IntoIterator<Item = Self>) -> Vec<(u64, u64)> {
        let mut joined: Vec<(u64, u64)> = Vec::new();
        for ByContext(counts) in all {
            joined.resize(joined.len().max(counts.len()), (0, 0));
            for (sum, count) in joined.iter_mut().zip(counts) {
                sum.0 += u64::from(count.0);
                sum.1 += u64::from(count.1);
            }
        }
        joined
    }
}

/// Selected events of each context, and how many of them failed.
pub(crate) fn by_context(store: &Store, filter: &Filter, last: u32) -> Vec<(u64, u64)> {
    by_context_after(store, filter, 0, last)
}

/// As [`by_context`], of the events behind number `since`.
pub(crate) fn by_context_after(store: &Store, filter: &Filter, since: u32, last: u32) -> Vec<(u64, u64)> {
    let sums = sums_of_selected(store, filter, (since, last), || ByContext::none(store), ByContext::count);
    ByContext::joined(sums)
}
