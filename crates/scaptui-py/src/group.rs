//! Views: groups of events, and tables made of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use scap_inspect::fields::FieldRef;
use scap_inspect::group::standing::{self, Which};
use scap_inspect::group::{self, Aggregate, Cell, Column, Growing, Question, Tabled};
use scap_inspect::print::field_ref;
use scap_inspect::query::plan;
use scap_inspect::store;

use crate::capture::{Capture, Filter};
use crate::errors::refuse;
use crate::printer::zone;

/// What stands in a cell, as Python has it.
#[derive(IntoPyObject)]
enum Shown<'py> {
    Signed(i64),
    Unsigned(u64),
    Text(Bound<'py, PyBytes>),
    Absent(Option<u64>),
}

fn shown<'py>(py: Python<'py>, cell: &Cell) -> Shown<'py> {
    match cell {
        Cell::Signed(number) => Shown::Signed(*number),
        Cell::Unsigned(number) => Shown::Unsigned(*number),
        Cell::Text(text) => Shown::Text(PyBytes::new(py, text)),
        Cell::Absent => Shown::Absent(None),
    }
}

#[derive(FromPyObject)]
enum Given {
    Signed(i64),
    Unsigned(u64),
    Text(Vec<u8>),
}

impl Given {
    fn cell(given: Option<Self>) -> Cell {
        match given {
            None => Cell::Absent,
            Some(Given::Text(text)) => Cell::Text(text.into()),
            Some(Given::Unsigned(number)) => Cell::Unsigned(number),
            Some(Given::Signed(number)) => u64::try_from(number).map_or(Cell::Signed(number), Cell::Unsigned),
        }
    }
}

/// A field, and which others where an event lacks it, with bars between.
fn fields(names: &str) -> PyResult<Vec<FieldRef>> {
    names.split('|').map(|name| field_ref(name).map_err(|(message, hint)| refuse(message, hint))).collect()
}

/// Looks at more events, at most so long; with `yields` it ends early when the capture's reader is to pause.
fn step<T>(
    capture: &store::Capture,
    inner: &Mutex<T>,
    growing: impl Fn(&mut T) -> &mut dyn Growing,
    (budget_ms, yields): (u64, bool),
) -> (u32, bool) {
    let deadline = Instant::now() + Duration::from_millis(budget_ms);
    let mut before = None;
    loop {
        // Who wants a table does not wait for the whole budget.
        let mut locked = inner.lock();
        let progress = growing(&mut locked).step(capture, Duration::ZERO);
        MutexGuard::unlock_fair(locked);
        let is_over = Instant::now() >= deadline || (yields && capture.is_paused());
        if progress.done || before == Some(progress) || is_over {
            return (progress.looked, progress.done);
        }
        before = Some(progress);
    }
}

/// Events grouped by the values of fields; it grows while the capture is read.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Grouping {
    capture: Arc<store::Capture>,
    inner: Mutex<Box<dyn Asked>>,
}

/// What makes tables out of events.
trait Asked: Tabled + Send {}

impl<T: Tabled + Send> Asked for T {}

impl Grouping {
    fn of(capture: &Capture, asked: impl Asked + 'static) -> Self {
        Grouping { capture: Arc::clone(&capture.inner), inner: Mutex::new(Box::new(asked)) }
    }
}

#[pymethods]
impl Grouping {
    #[new]
    #[pyo3(signature = (capture, keys, columns, selected, zone = "local"))]
    fn new(
        capture: &Capture,
        keys: Vec<String>,
        columns: Vec<(String, Option<String>, Option<PyRef<'_, Filter>>)>,
        selected: Option<&Filter>,
        zone: &str,
    ) -> PyResult<Self> {
        let keys = keys.into_iter().map(|names| fields(&names)).collect::<PyResult<Vec<_>>>()?;
        let columns = columns.into_iter().map(|(word, name, among)| {
            let aggregate = Aggregate::from_word(&word)
                .ok_or_else(|| refuse(format!("there is no aggregate {word:?}"), Aggregate::WORDS.join(", ")))?;
            let fields = name.as_deref().map_or(Ok(Vec::new()), fields)?;
            if aggregate.needs_field() && fields.is_empty() {
                return Err(refuse(format!("{word} is of a field"), "name one"));
            }
            Ok(Column { aggregate, fields, among: among.map(|filter| filter.compiled.clone()) })
        });
        let question = Question { keys, columns: columns.collect::<PyResult<_>>()?, filter: Filter::or_all(selected) };
        Ok(Self::of(capture, group::Grouping::new(question, self::zone(zone)?)))
    }

    /// HTTP requests with their answers instead, among the events a filter selects.
    #[staticmethod]
    fn of_requests(capture: &Capture, selected: Option<&Filter>) -> Self {
        Self::of(capture, group::Requests::new(Filter::or_all(selected)))
    }

    /// Looks at more events, at most so long: the number of the last one, and whether no more will come.
    #[pyo3(signature = (budget_ms, *, yields = false))]
    fn step(&self, py: Python<'_>, budget_ms: u64, yields: bool) -> (u32, bool) {
        py.detach(|| step(&self.capture, &self.inner, |asked| &mut **asked, (budget_ms, yields)))
    }

    /// What was found so far, in the order of cells, each with whether the greatest come first.
    fn table(&self, py: Python<'_>, order: Vec<(usize, bool)>) -> GroupTable {
        GroupTable::new(py, order, || {
            let inner = self.inner.lock();
            inner.table(&self.capture.store())
        })
    }
}

/// Calls counted by steps of time and of latency; it grows while the capture is read.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Spectrum {
    capture: Arc<store::Capture>,
    inner: Mutex<group::Spectrum>,
}

#[pymethods]
impl Spectrum {
    #[new]
    fn new(capture: &Capture, selected: Option<&Filter>, step_ns: u64, bounds: Vec<u64>) -> Self {
        let inner = group::Spectrum::new(Filter::or_all(selected), step_ns, bounds);
        Spectrum { capture: Arc::clone(&capture.inner), inner: Mutex::new(inner) }
    }

    /// As a grouping's.
    #[pyo3(signature = (budget_ms, *, yields = false))]
    fn step(&self, py: Python<'_>, budget_ms: u64, yields: bool) -> (u32, bool) {
        py.detach(|| step(&self.capture, &self.inner, |counted| counted, (budget_ms, yields)))
    }

    /// Steps of time with calls in them: when each begins, ns since the epoch, and its counts by step of latency.
    fn rows(&self, py: Python<'_>) -> Vec<(u64, Vec<u32>)> {
        py.detach(|| self.inner.lock().rows().map(|(begin, counts)| (begin, counts.clone())).collect())
    }
}

/// Rows of a view, in an order. It does not change by itself.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct GroupTable(Mutex<group::Table>);

impl GroupTable {
    fn new(py: Python<'_>, order: Vec<(usize, bool)>, make: impl FnOnce() -> group::Table + Send) -> Self {
        GroupTable(Mutex::new(py.detach(move || {
            let mut table = make();
            table.sort(&order);
            table
        })))
    }
}

#[pymethods]
impl GroupTable {
    /// The threads that exist when an event happens (None: at the end), with a filter those of processes with selected
    /// events.
    #[staticmethod]
    #[pyo3(signature = (capture, selected, at, order))]
    fn of_threads(
        py: Python<'_>,
        capture: &Capture,
        selected: Option<&Filter>,
        at: Option<u32>,
        order: Vec<(usize, bool)>,
    ) -> Self {
        let selected = selected.map(|filter| &filter.compiled);
        Self::new(py, order, || standing::threads(&capture.inner.store(), selected, at))
    }

    /// The descriptors that are open when an event happens likewise: "all", "sockets" or those that are "listening".
    #[staticmethod]
    #[pyo3(signature = (capture, selected, at, which, order))]
    fn of_descriptors(
        py: Python<'_>,
        capture: &Capture,
        selected: Option<&Filter>,
        at: Option<u32>,
        which: &str,
        order: Vec<(usize, bool)>,
    ) -> PyResult<Self> {
        let which = match which {
            "all" => Which::All,
            "sockets" => Which::Sockets,
            "listening" => Which::Listening,
            other => return Err(refuse(format!("there are no descriptors {other:?}"), "all, sockets or listening")),
        };
        let selected: Option<&plan::Filter> = selected.map(|filter| &filter.compiled);
        Ok(Self::new(py, order, || standing::descriptors(&capture.inner.store(), selected, at, which)))
    }

    fn __len__(&self) -> usize {
        self.0.lock().len()
    }

    /// Sums over all rows by cell; None where a sum means nothing.
    fn totals(&self) -> Vec<Option<i64>> {
        self.0.lock().totals().to_vec()
    }

    /// By cell the greatest number or the longest text of all rows; empty without rows.
    fn widest<'py>(&self, py: Python<'py>) -> Vec<Shown<'py>> {
        let widest = py.detach(|| self.0.lock().widest());
        widest.iter().map(|cell| shown(py, cell)).collect()
    }

    /// Puts the rows in another order.
    fn sort(&self, py: Python<'_>, order: Vec<(usize, bool)>) {
        py.detach(move || self.0.lock().sort(&order));
    }

    /// The cells of rows [start, stop), keys first; short at the end.
    fn rows<'py>(&self, py: Python<'py>, start: usize, stop: usize) -> Vec<Vec<Shown<'py>>> {
        let table = self.0.lock();
        let rows = (start..stop).map_while(|at| table.row(at));
        rows.map(|row| row.iter().map(|cell| shown(py, cell)).collect()).collect()
    }

    /// Events of a row: how many, the number of the first, that of the last.
    fn events(&self, row: usize) -> Option<(u64, u32, u32)> {
        self.0.lock().events(row)
    }

    /// Where the row with these values of the keys stands.
    fn find(&self, py: Python<'_>, keys: Vec<Option<Given>>) -> Option<usize> {
        let keys: Vec<Cell> = keys.into_iter().map(Given::cell).collect();
        py.detach(|| self.0.lock().find(&keys))
    }
}
