//! Which of some filters, in order, is the first to select an event: asked of the events in view only.

use crate::clock::Zone;
use crate::query::plan::Filter;
use crate::query::select::Selector;
use crate::store::bits::Bits;
use crate::store::Store;

/// Filters in order, with what was found out about their tests.
#[derive(Debug)]
pub struct Colouring(Vec<Selector>);

impl Colouring {
    /// These filters, the first first.
    pub fn new(filters: impl IntoIterator<Item = Filter>) -> Self {
        Colouring(filters.into_iter().map(|filter| Selector::new(filter, Zone::of_filters())).collect())
    }

    /// For each event number the position of the first filter that selects it.
    pub fn first_of(&self, store: &Store, numbers: &[u32]) -> Vec<Option<usize>> {
        let mut found = vec![None; numbers.len()];
        let places: Vec<(usize, usize, usize)> = numbers
            .iter()
            .enumerate()
            .filter_map(|(asked, n)| store.place(*n).map(|(chunk, at)| (chunk, at, asked)))
            .collect();
        let mut chunks: Vec<usize> = places.iter().map(|(chunk, _, _)| *chunk).collect();
        chunks.sort_unstable();
        chunks.dedup();
        for chunk in chunks {
            let here: Vec<_> = places.iter().filter(|(of, _, _)| *of == chunk).collect();
            let mut left = Bits::default();
            for (_, at, _) in &here {
                left.set(*at);
            }
            for (place, selector) in self.0.iter().enumerate() {
                let mut hit = left.clone();
                selector.leave(store, chunk, &mut hit);
                for (_, _, asked) in here.iter().filter(|(_, at, _)| hit.has(*at)) {
                    if let Some(first) = found.get_mut(*asked) {
                        *first = Some(place);
                    }
                }
                left.remove(&hit);
            }
        }
        found
    }
}
