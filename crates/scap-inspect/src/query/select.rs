//! Asking a filter of many events at once, on all cores.

use parking_lot::Mutex;
use rayon::prelude::*;

use super::plan::{Asker, Filter};
use crate::clock::Zone;
use crate::store::bits::Bits;
use crate::store::columns::Chunk;
use crate::store::Store;

/// Events of one chunk, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which chunk.
    pub chunk: usize,
    /// The first position.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
}

/// Events of a part at most, when events are dealt out to cores.
const PART: usize = 1 << 13;

/// The next events as parts, from number `first` up to number `last`, at most `parts` of them.
pub fn parts_from(store: &Store, first: u32, last: u32, parts: usize) -> Vec<Part> {
    let mut found = Vec::new();
    let Some((mut chunk, mut start)) = store.place(first.max(store.first)) else { return found };
    let upto = |chunk: &Chunk| chunk.len().min((last + 1).saturating_sub(chunk.first) as usize);
    while let Some(length) = store.chunks.get(chunk).map(upto).filter(|_| found.len() < parts) {
        if length <= start {
            break;
        }
        let end = length.min(start + PART);
        found.push(Part { chunk, start, end });
        (chunk, start) = if end == length { (chunk + 1, 0) } else { (chunk, end) };
    }
    found
}

/// What is lent to one core at a time, so that what one turn learned is there in the next.
#[derive(Debug)]
pub struct Lent<T>(Mutex<Vec<T>>);

impl<T> Default for Lent<T> {
    fn default() -> Self {
        Lent(Mutex::new(Vec::new()))
    }
}

impl<T> Lent<T> {
    /// Works with one of them, a new one when all are in use.
    pub fn with<R>(&self, make: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let idle = self.0.lock().pop();
        let mut lent = idle.unwrap_or_else(make);
        let result = work(&mut lent);
        self.0.lock().push(lent);
        result
    }

    /// All of them, once none is in use.
    pub fn into_all(self) -> Vec<T> {
        self.0.into_inner()
    }

    /// Looks at all that are not in use.
    pub fn each(&self, look: impl FnMut(&T)) {
        self.0.lock().iter().for_each(look);
    }
}

/// A filter with what was found out about its tests.
#[derive(Debug)]
pub struct Selector {
    filter: Filter,
    zone: Zone,
    askers: Lent<Asker>,
}

impl Selector {
    /// Asks this filter; times are compared in `zone`.
    pub fn new(filter: Filter, zone: Zone) -> Self {
        Selector { filter, zone, askers: Lent::default() }
    }

    /// Whether events' bytes may have to be looked at: then events cost a hundred times more.
    pub fn reads_bytes(&self) -> bool {
        self.filter.reads_bytes()
    }

    /// The selected events of each part.
    pub fn select(&self, store: &Store, parts: &[Part]) -> Vec<Bits> {
        match parts {
            [] => Vec::new(),
            [part] => vec![self.part(store, *part)],
            parts => parts.par_iter().with_max_len(1).map(|part| self.part(store, *part)).collect(),
        }
    }

    /// Leaves the selected ones among some events of a chunk.
    pub fn leave(&self, store: &Store, chunk: usize, among: &mut Bits) {
        if let Some(chunk) = store.chunks.get(chunk) {
            self.askers.with(
                || Asker::new(&self.filter, self.zone.clone()),
                |asker| asker.select(&self.filter, store, chunk, among),
            );
        }
    }

    /// The selected events of one part.
    pub fn part(&self, store: &Store, part: Part) -> Bits {
        let mut among = Bits::range(part.start, part.end);
        self.leave(store, part.chunk, &mut among);
        among
    }
}
