//! Groups and what is kept of each.

use rustc_hash::{FxHashMap, FxHashSet};

use super::key::Id;
use super::{Aggregate, Question};

/// Fields of a key at most.
pub(super) const KEYS: usize = 3;
/// Values of a group's key; those behind the last are no value.
pub(super) type Key = [Id; KEYS];
/// A number that no event had.
pub(super) const NONE: i64 = i64::MIN;

/// One group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub key: Key,
    /// How many events.
    pub events: u64,
    /// Numbers of the first and the last.
    pub first: u32,
    pub last: u32,
}

/// Groups in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Groups {
    places: FxHashMap<Key, usize>,
    pub all: Vec<Group>,
    /// A number for each group and column, group by group.
    pub numbers: Vec<i64>,
    /// Values of the columns that count them, likewise, by place of the number.
    pub sets: FxHashMap<usize, FxHashSet<Id>>,
}

impl Groups {
    /// The place of a group; a new one has nothing in it yet.
    #[inline]
    pub(super) fn place(&mut self, question: &Question, key: Key, n: u32) -> usize {
        let next = self.all.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.all.push(Group { key, events: 0, first: n, last: n });
            self.numbers.extend(question.columns.iter().map(|column| empty(column.aggregate)));
        }
        place
    }

    /// Takes in groups that were found elsewhere.
    pub(super) fn join(&mut self, question: &Question, other: &Groups) {
        let columns = question.columns.len();
        for (from, group) in other.all.iter().enumerate() {
            let to = self.place(question, group.key, group.first);
            if let Some(known) = self.all.get_mut(to) {
                known.events += group.events;
                known.first = known.first.min(group.first);
                known.last = known.last.max(group.last);
            }
            for (at, column) in question.columns.iter().enumerate() {
                let (to, from) = (to * columns + at, from * columns + at);
                if let (Some(number), Some(more)) = (self.numbers.get_mut(to), other.numbers.get(from)) {
                    *number = joined(column.aggregate, *number, *more);
                }
                if let Some(values) = other.sets.get(&from) {
                    self.sets.entry(to).or_default().extend(values);
                }
            }
        }
    }
}

/// What a column has before the first event.
const fn empty(aggregate: Aggregate) -> i64 {
    match aggregate {
        Aggregate::Min | Aggregate::Max => NONE,
        _ => 0,
    }
}

/// A column's number with another taken in.
#[inline]
pub(super) fn joined(aggregate: Aggregate, number: i64, more: i64) -> i64 {
    match aggregate {
        _ if more == NONE => number,
        Aggregate::Min | Aggregate::Max if number == NONE => more,
        Aggregate::Min => number.min(more),
        Aggregate::Max => number.max(more),
        _ => number.saturating_add(more),
    }
}
