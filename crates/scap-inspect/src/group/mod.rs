//! Views: events grouped by the values of fields, with counts, sums and extremes of each group.
//!
//! Groups are kept by numbers: a key's value is found once for each context, descriptor record or kind of event where
//! the field allows that, and is a number from then on. Each core has groups of its own; they are joined when a table
//! is wanted. A view in which every event is a row of its own is the same, grouped by the event's number.

mod fold;
mod http;
mod key;
mod spectrum;
pub mod standing;
mod table;
mod walk;
mod worker;

pub use http::Requests;
pub use spectrum::Spectrum;
pub use table::{Cell, Table};
pub use walk::{GroupProgress, Growing};

use parking_lot::Mutex;
use rayon::prelude::*;

use crate::clock::Zone;
use crate::fields::FieldRef;
use crate::query::plan::Filter;
use crate::query::select::{Lent, Part};
use crate::store::Store;
use key::Interner;
use walk::Walk;
use worker::Worker;

/// What a column tells of a group's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// How many there are.
    Count,
    /// How many of them failed.
    Failed,
    /// The sum of a number.
    Sum,
    /// The least of a number.
    Min,
    /// The greatest of a number.
    Max,
    /// How many values a field has.
    Distinct,
    /// The value in the first event.
    First,
    /// The value in the last event.
    Last,
}

impl Aggregate {
    /// The words for them, in the order of their definition.
    pub const WORDS: [&str; 8] = ["count", "failed", "sum", "min", "max", "distinct", "first", "last"];

    /// By its word.
    pub fn from_word(word: &str) -> Option<Self> {
        use Aggregate as A;
        let all = [A::Count, A::Failed, A::Sum, A::Min, A::Max, A::Distinct, A::First, A::Last];
        Self::WORDS.iter().zip(all).find(|(known, _)| **known == word).map(|(_, aggregate)| aggregate)
    }

    /// Whether it needs a field.
    pub const fn needs_field(self) -> bool {
        !matches!(self, Aggregate::Count | Aggregate::Failed)
    }
}

/// One column of a view.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it tells.
    pub aggregate: Aggregate,
    /// Of which field, and which others where an event lacks it; none where the aggregate needs none.
    pub fields: Vec<FieldRef>,
    /// Of which of the group's events; `None` for all.
    pub among: Option<Filter>,
}

/// What a view asks.
#[derive(Clone, Debug)]
pub struct Question {
    /// Events with the same values here are one row; those without a value of the first are in none. Of each key: the
    /// field, and which others where an event lacks it.
    pub keys: Vec<Vec<FieldRef>>,
    /// What is told of each row.
    pub columns: Vec<Column>,
    /// Which events are looked at.
    pub filter: Filter,
}

/// What a table can be made of at any time.
pub trait Tabled: Growing {
    /// What was found so far, in the order of the events.
    fn table(&self, store: &Store) -> Table;
}

/// A view in the making: it grows while the capture is read.
#[derive(Debug)]
pub struct Grouping {
    question: Question,
    zone: Zone,
    values: Mutex<Interner>,
    workers: Lent<Worker>,
    walk: Walk,
}

impl Grouping {
    /// Begins to answer a question; texts of times are written in `zone`.
    pub fn new(question: Question, zone: Zone) -> Self {
        Grouping { question, zone, values: Mutex::default(), workers: Lent::default(), walk: Walk::default() }
    }
}

impl Growing for Grouping {
    fn walk(&mut self) -> &mut Walk {
        &mut self.walk
    }

    fn forget(&mut self) {
        self.workers = Lent::default();
    }

    fn take(&mut self, store: &Store, parts: &[Part]) {
        let Grouping { question, zone, values, workers, .. } = self;
        let (question, zone, values, workers) = (&*question, &*zone, &*values, &*workers);
        parts.par_iter().with_max_len(1).for_each(|part| {
            workers.with(|| Worker::new(question, zone), |worker| worker.take(question, store, values, *part));
        });
    }
}

impl Tabled for Grouping {
    fn table(&self, store: &Store) -> Table {
        let mut groups = fold::Groups::default();
        self.workers.each(|worker| groups.join(&self.question, worker.groups()));
        Table::new(&self.question, store, &self.zone, &self.values.lock(), groups)
    }
}
