//! How long calls took over time: counts by steps of time and of latency.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::walk::{Growing, Walk};
use crate::clock::Zone;
use crate::query::plan::{Asker, Filter};
use crate::query::select::{Lent, Part};
use crate::store::bits::Bits;
use crate::store::Store;

/// Counts of one step of time by step of latency.
type Counts = Vec<u32>;

/// A spectrogram in the making; it grows while the capture is read.
#[derive(Debug)]
pub struct Spectrum {
    filter: Filter,
    /// Length of a step of time, ns.
    step: u64,
    /// Where steps of latency begin, ns, ascending; what is shorter than the first is counted with it.
    bounds: Vec<u64>,
    askers: Lent<Asker>,
    rows: BTreeMap<u64, Counts>,
    walk: Walk,
}

impl Spectrum {
    /// Counts calls the filter selects.
    pub fn new(filter: Filter, step: u64, bounds: Vec<u64>) -> Self {
        Spectrum {
            filter,
            step: step.max(1),
            bounds,
            askers: Lent::default(),
            rows: BTreeMap::new(),
            walk: Walk::default(),
        }
    }

    fn counted(&self, store: &Store, part: Part) -> BTreeMap<u64, Counts> {
        let mut rows: BTreeMap<u64, Counts> = BTreeMap::new();
        let Some(chunk) = store.chunks.get(part.chunk) else { return rows };
        let mut selected = Bits::range(part.start, part.end);
        let make = || Asker::new(&self.filter, Zone::of_filters());
        self.askers.with(make, |asker| asker.select(&self.filter, store, chunk, &mut selected));
        for at in selected.iter_from(part.start) {
            let row = chunk.row(at).unwrap_or_default();
            let latency = store.latency(&row);
            if latency == 0 {
                continue;
            }
            let place = self.bounds.partition_point(|bound| *bound <= latency).saturating_sub(1);
            let counts = rows.entry(row.ts / self.step).or_insert_with(|| vec![0; self.bounds.len()]);
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        }
        rows
    }

    /// Steps of time with calls in them: when each begins, ns since the epoch, and its counts.
    pub fn rows(&self) -> impl Iterator<Item = (u64, &Counts)> {
        self.rows.iter().map(|(row, counts)| (row.saturating_mul(self.step), counts))
    }
}

impl Growing for Spectrum {
    fn walk(&mut self) -> &mut Walk {
        &mut self.walk
    }

    fn forget(&mut self) {
        self.askers = Lent::default();
        self.rows.clear();
    }

    fn take(&mut self, store: &Store, parts: &[Part]) {
        let found: Vec<BTreeMap<u64, Counts>> =
            parts.par_iter().with_max_len(1).map(|part| self.counted(store, *part)).collect();
        for (row, counts) in found.into_iter().flatten() {
            let known = self.rows.entry(row).or_insert_with(|| vec![0; self.bounds.len()]);
            known.iter_mut().zip(counts).for_each(|(known, more)| *known = known.saturating_add(more));
        }
    }
}
