//! A view as rows of cells, in an order.

use std::cmp::Ordering;
use std::sync::Arc;

use super::fold::{Groups, Key, NONE};
use super::key::{cell, Interner};
use super::{Aggregate, Question};
use crate::clock::Zone;
use crate::fields::{EventAt, FieldRef};
use crate::query::plan::needs_bytes;
use crate::store::bytes::Windows;
use crate::store::Store;

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing: the events have no such value.
    Absent,
    /// A number below zero.
    Signed(i64),
    /// Any other.
    Unsigned(u64),
    /// Text as captured.
    Text(Arc<[u8]>),
}

impl Cell {
    fn number(number: i64) -> Self {
        u64::try_from(number).map_or(Cell::Signed(number), Cell::Unsigned)
    }

    /// Whether it holds a text.
    pub const fn is_text(&self) -> bool {
        matches!(self, Cell::Text(_))
    }
}

/// One row.
#[derive(Clone, Debug)]
struct Line {
    cells: Box<[Cell]>,
    events: u64,
    first: u32,
    last: u32,
}

/// Rows of a view: the keys' values, then the columns'.
#[derive(Debug)]
pub struct Table {
    keys: usize,
    lines: Vec<Line>,
    order: Vec<u32>,
    totals: Vec<Option<i64>>,
}

impl Table {
    pub(super) fn new(question: &Question, store: &Store, zone: &Zone, values: &Interner, mut groups: Groups) -> Self {
        let columns = question.columns.len();
        let keys = question.keys.len();
        let mut reader = Reader { store, zone, windows: Windows::default() };
        let totals = totals(question, &groups);
        let mut lines: Vec<Line> = Vec::with_capacity(groups.all.len());
        for (place, group) in groups.all.iter().enumerate() {
            let mut cells = Vec::with_capacity(keys + columns);
            cells.extend(key_cells(&group.key, keys, values));
            for (at, column) in question.columns.iter().enumerate() {
                let place = place * columns + at;
                let number = groups.numbers.get(place).copied().unwrap_or(NONE);
                cells.push(match column.aggregate {
                    Aggregate::First => reader.cell(group.first, &column.fields),
                    Aggregate::Last => reader.cell(group.last, &column.fields),
                    Aggregate::Distinct => {
                        Cell::Unsigned(groups.sets.remove(&place).map_or(0, |values| values.len() as u64))
                    }
                    _ if number == NONE => Cell::Absent,
                    _ => Cell::number(number),
                });
            }
            let (events, first, last) = (group.events, group.first, group.last);
            lines.push(Line { cells: cells.into(), events, first, last });
        }
        lines.sort_by_key(|line| line.first);
        let order = (0..).take(lines.len()).collect();
        Table { keys, lines, order, totals }
    }

    /// A table out of cells that were found elsewhere: each row with the numbers of its first and last event.
    pub fn of(keys: usize, rows: Vec<(Vec<Cell>, u32, u32)>) -> Self {
        let lines: Vec<Line> = (rows.into_iter())
            .map(|(cells, first, last)| Line { cells: cells.into(), events: 1, first, last })
            .collect();
        let order = (0..).take(lines.len()).collect();
        Table { keys, lines, order, totals: Vec::new() }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Sums of the columns over all rows, where a sum means something.
    pub fn totals(&self) -> &[Option<i64>] {
        &self.totals
    }

    /// Puts rows in the order of these columns, the first one first, each with whether the greatest come first. Rows
    /// that agree stand in the order of their keys, and what has no value behind all else.
    pub fn sort(&mut self, by: &[(usize, bool)]) {
        let lines = &self.lines;
        let keys = self.keys;
        let line = |place: &u32| lines.get(*place as usize);
        self.order.sort_by(|a, b| {
            let (Some(a), Some(b)) = (line(a), line(b)) else { return Ordering::Equal };
            let wanted =
                by.iter().map(|(column, descending)| compare(a.cells.get(*column), b.cells.get(*column), *descending));
            let ties = (0..keys).map(|key| compare(a.cells.get(key), b.cells.get(key), false));
            wanted.chain(ties).find(|order| order.is_ne()).unwrap_or_else(|| a.first.cmp(&b.first))
        });
    }

    /// In each place the greatest number or the longest text of all rows; nothing where there are no rows.
    pub fn widest(&self) -> Vec<Cell> {
        let extent = |cell: &Cell| match cell {
            Cell::Absent => (0, 0),
            Cell::Signed(number) => (1, number.unsigned_abs()),
            Cell::Unsigned(number) => (1, *number),
            Cell::Text(text) => (2, text.len() as u64),
        };
        let places = self.lines.first().map_or(0, |line| line.cells.len());
        let cells = |place: usize| self.lines.iter().filter_map(move |line| line.cells.get(place));
        (0..places).map(|place| cells(place).max_by_key(|cell| extent(cell)).cloned().unwrap_or(Cell::Absent)).collect()
    }

    /// The cells of a row.
    pub fn row(&self, at: usize) -> Option<&[Cell]> {
        self.line(at).map(|line| &*line.cells)
    }

    /// How many events a row stands for, and the numbers of the first and the last.
    pub fn events(&self, at: usize) -> Option<(u64, u32, u32)> {
        self.line(at).map(|line| (line.events, line.first, line.last))
    }

    /// Where the row with these values of the keys stands now.
    pub fn find(&self, keys: &[Cell]) -> Option<usize> {
        (0..self.len()).find(|at| self.row(*at).and_then(|row| row.get(..self.keys)) == Some(keys))
    }

    fn line(&self, at: usize) -> Option<&Line> {
        self.lines.get(*self.order.get(at)? as usize)
    }
}

fn compare(a: Option<&Cell>, b: Option<&Cell>, descending: bool) -> Ordering {
    let absent = |cell: Option<&Cell>| matches!(cell, None | Some(Cell::Absent));
    match (absent(a), absent(b)) {
        (false, false) if descending => b.cmp(&a),
        (false, false) => a.cmp(&b),
        (a, b) => a.cmp(&b),
    }
}

fn key_cells<'a>(key: &'a Key, keys: usize, values: &'a Interner) -> impl Iterator<Item = Cell> + 'a {
    key.iter().take(keys).map(|id| values.value(*id))
}

fn totals(question: &Question, groups: &Groups) -> Vec<Option<i64>> {
    let columns = question.columns.len();
    let total = |at: usize| groups.numbers.iter().skip(at).step_by(columns.max(1)).copied();
    let sums = question.columns.iter().enumerate().map(|(at, column)| match column.aggregate {
        Aggregate::Count | Aggregate::Failed | Aggregate::Sum => Some(total(at).fold(0, i64::saturating_add)),
        _ => None,
    });
    question.keys.iter().map(|_| None).chain(sums).collect()
}

/// Reads fields of single events.
struct Reader<'a> {
    store: &'a Store,
    zone: &'a Zone,
    windows: Windows,
}

impl Reader<'_> {
    fn cell(&mut self, n: u32, fields: &[FieldRef]) -> Cell {
        let Some((chunk, at)) = self.store.place(n) else { return Cell::Absent };
        let Some(chunk) = self.store.chunks.get(chunk) else { return Cell::Absent };
        let event = EventAt::new(self.store, n, chunk.row(at).unwrap_or_default(), self.zone);
        let mut found = Cell::Absent;
        for field in fields {
            found = if needs_bytes(field.field) {
                cell(&event.read(&mut self.windows, chunk, at), field)
            } else {
                cell(&event, field)
            };
            if found != Cell::Absent {
                break;
            }
        }
        found
    }
}
