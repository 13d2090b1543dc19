//! Counting what a filter selects, chunk by chunk.

use crate::clock::Zone;
use crate::query::plan::{Asker, Filter};
use crate::store::bits::Bits;
use crate::store::columns::Chunk;
use crate::store::Store;

/// Shows every selected event up to number `last` to `see`: its chunk and position.
pub(crate) fn each_selected(store: &Store, filter: &Filter, last: u32, mut see: impl FnMut(&Chunk, usize)) {
    let mut asker = Asker::new(filter, Zone::utc());
    for chunk in &store.chunks {
        if chunk.first > last {
            return;
        }
        let end = chunk.len().min((last - chunk.first) as usize + 1);
        let mut among = Bits::range(0, end);
        asker.select(filter, store, chunk, &mut among);
        among.iter_from(0).for_each(|at| see(chunk, at));
    }
}

/// Selected events of each context, and how many of them failed.
pub(crate) fn by_context(store: &Store, filter: &Filter, last: u32) -> Vec<(u64, u64)> {
    let mut counts = vec![(0, 0); store.state.context_count()];
    each_selected(store, filter, last, |chunk, at| {
        let context = chunk.context.get(at).copied().unwrap_or(0) as usize;
        let failed = chunk.errno.get(at).is_some_and(|errno| *errno != 0 && *errno != crate::state::NO_RESULT);
        if let Some(count) = counts.get_mut(context) {
            count.0 += 1;
            count.1 += u64::from(failed);
        }
    });
    counts
}
