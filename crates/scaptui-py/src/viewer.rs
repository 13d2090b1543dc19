//! What the viewer asks for: rows, searches, everything about one event.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use scap_inspect::clock::Zone;
use scap_inspect::print::field_ref;
use scap_inspect::store;
use scap_inspect::viewer::{self, Detail, What, Windows};

use crate::capture::{Capture, Filter};
use crate::errors::{no_event, refuse};
use crate::printer::zone;

fn bytes<'py>(py: Python<'py>, text: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, text)
}

/// One row of the event list: an event, with what its call was about.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Call(viewer::Call);

#[pymethods]
impl Call {
    #[getter]
    fn number(&self) -> u32 {
        self.0.number
    }
    #[getter]
    fn ts(&self) -> u64 {
        self.0.ts
    }
    #[getter]
    fn latency(&self) -> Option<u64> {
        self.0.latency
    }
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }
    #[getter]
    fn is_exit(&self) -> bool {
        self.0.is_exit
    }
    #[getter]
    fn partner(&self) -> Option<u32> {
        self.0.partner
    }
    #[getter]
    fn cpu(&self) -> u16 {
        self.0.cpu
    }
    #[getter]
    fn tid(&self) -> Option<i64> {
        self.0.tid
    }
    #[getter]
    fn pid(&self) -> Option<i64> {
        self.0.pid
    }
    #[getter]
    fn comm(&self) -> &[u8] {
        &self.0.comm
    }
    #[getter]
    fn container(&self) -> &[u8] {
        &self.0.container
    }
    #[getter]
    fn errno(&self) -> Option<u16> {
        self.0.errno
    }
    #[getter]
    fn error(&self) -> &str {
        &self.0.error
    }
    #[getter]
    fn result(&self) -> Option<i64> {
        self.0.result
    }
    #[getter]
    fn result_is_address(&self) -> bool {
        self.0.result_is_address
    }
    #[getter]
    fn fd(&self) -> Option<i64> {
        self.0.fd
    }
    #[getter]
    fn fd_kind(&self) -> &str {
        self.0.fd_kind
    }
    #[getter]
    fn fd_name(&self) -> &[u8] {
        &self.0.fd_name
    }
    #[getter]
    fn role(&self) -> &str {
        self.0.role
    }
    #[getter]
    fn is_read(&self) -> bool {
        self.0.is_read
    }
    #[getter]
    fn is_write(&self) -> bool {
        self.0.is_write
    }
    #[getter]
    fn data(&self) -> Option<&[u8]> {
        self.0.data.as_deref()
    }
    #[getter]
    fn path(&self) -> Option<&[u8]> {
        self.0.path.as_deref()
    }
    #[getter]
    fn target(&self) -> Option<&[u8]> {
        self.0.target.as_deref()
    }
    #[getter]
    fn exit_status(&self) -> Option<i64> {
        self.0.exit_status
    }
    #[getter]
    fn signal(&self) -> &str {
        &self.0.signal
    }
    #[getter]
    fn peer<'py>(&self, py: Python<'py>) -> Option<(i64, Bound<'py, PyBytes>)> {
        self.0.peer.as_ref().map(|(tid, comm)| (*tid, bytes(py, comm)))
    }
    #[getter]
    fn is_dropped_marker(&self) -> bool {
        self.0.is_dropped_marker
    }
    #[getter]
    fn lost(&self) -> Option<u32> {
        self.0.lost
    }
    #[getter]
    fn lost_for(&self) -> Option<u64> {
        self.0.lost_for
    }
}

/// How much of the capture a selection has looked at. A snapshot.
#[pyclass(frozen, get_all, module = "scaptui._core")]
pub(crate) struct SelectionProgress {
    looked: u32,
    events: u32,
    rows: u32,
    done: bool,
}

impl From<viewer::SelectionProgress> for SelectionProgress {
    fn from(progress: viewer::SelectionProgress) -> Self {
        let viewer::SelectionProgress { looked, events, rows, done } = progress;
        SelectionProgress { looked, events, rows, done }
    }
}

struct Rows {
    selection: viewer::Selection,
    windows: Windows,
    zone: Zone,
}

/// The events a filter selects, as rows in order; it grows while the capture is read.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Selection {
    capture: Arc<store::Capture>,
    rows: Arc<Mutex<Rows>>,
}

impl Selection {
    fn with<T: Send>(&self, py: Python<'_>, ask: impl FnOnce(&mut Rows, &store::Store) -> T + Send) -> T {
        py.detach(|| {
            let mut rows = self.rows.lock();
            ask(&mut rows, &self.capture.store())
        })
    }
}

#[pymethods]
impl Selection {
    #[new]
    #[pyo3(signature = (capture, selected, *, calls = true, switches = false, losses = false))]
    fn new(capture: &Capture, selected: Option<&Filter>, calls: bool, switches: bool, losses: bool) -> Self {
        let filter = Filter::or_all(selected);
        let switches = switches || selected.is_some_and(Filter::speaks_of_switches);
        let selection = viewer::Selection::new(filter, calls, switches).with_losses(losses);
        let rows = Rows { selection, windows: Windows::default(), zone: Zone::utc() };
        Selection { capture: Arc::clone(&capture.inner), rows: Arc::new(Mutex::new(rows)) }
    }

    /// Looks at more events, at most so long; one that `yields` ends early when the capture's reader is to pause.
    #[pyo3(signature = (budget_ms, *, yields = false))]
    fn step(&self, py: Python<'_>, budget_ms: u64, yields: bool) -> SelectionProgress {
        py.detach(|| {
            let deadline = Instant::now() + Duration::from_millis(budget_ms);
            loop {
                // Who wants to draw rows does not wait for the whole budget.
                let mut rows = self.rows.lock();
                let before = rows.selection.progress();
                let progress = rows.selection.step(&self.capture, Duration::ZERO);
                MutexGuard::unlock_fair(rows);
                let is_over = Instant::now() >= deadline || (yields && self.capture.is_paused());
                if progress.done || progress == before || is_over {
                    return progress;
                }
            }
        })
        .into()
    }

    /// How far it has come.
    fn progress(&self, py: Python<'_>) -> SelectionProgress {
        self.with(py, |rows, _| rows.selection.progress()).into()
    }

    /// Rows [start, stop); short at the end.
    fn calls(&self, py: Python<'_>, start: u32, stop: u32) -> Vec<Call> {
        self.with(py, |rows, store| {
            let Rows { selection, windows, zone } = rows;
            let numbers = (start..stop).map_while(|row| selection.number(store, row));
            numbers.filter_map(|n| windows.event(store, n, zone).map(|event| Call(viewer::Call::of(&event)))).collect()
        })
    }

    /// Fields of rows [start, stop) as text, None where absent.
    fn texts<'py>(
        &self,
        py: Python<'py>,
        start: u32,
        stop: u32,
        fields: Vec<String>,
        zone: &str,
    ) -> PyResult<Vec<Vec<Option<Bound<'py, PyBytes>>>>> {
        let fields = fields
            .into_iter()
            .map(|name| field_ref(&name).map_err(|(message, hint)| refuse(message, hint)))
            .collect::<PyResult<Vec<_>>>()?;
        let zone = self::zone(zone)?;
        let found = self.with(py, |rows, store| {
            let Rows { selection, windows, .. } = rows;
            let numbers: Vec<u32> = (start..stop).map_while(|row| selection.number(store, row)).collect();
            let mut found = Vec::with_capacity(numbers.len());
            for n in numbers {
                if let Some(detail) = Detail::new(store, n, windows, &zone) {
                    found.push(fields.iter().map(|field| detail.text(field)).collect::<Vec<_>>());
                }
            }
            found
        });
        let cell = |text: Option<Vec<u8>>| text.map(|text| bytes(py, &text));
        Ok(found.into_iter().map(|row| row.into_iter().map(cell).collect()).collect())
    }

    /// Event number of a row.
    fn number(&self, py: Python<'_>, row: u32) -> Option<u32> {
        self.with(py, |rows, store| rows.selection.number(store, row))
    }

    /// The row of an event, else of the next one after it; the number of rows when there is none.
    fn row(&self, py: Python<'_>, number: u32) -> u32 {
        self.with(py, |rows, store| rows.selection.row(store, number))
    }

    /// The first row at or after a time.
    fn row_at(&self, py: Python<'_>, ts: u64) -> u32 {
        self.with(py, |rows, store| rows.selection.row_at(store, ts))
    }

    /// Over the capture's time in so many cells: shown events, selected ones, bad exits.
    fn strip(&self, py: Python<'_>, cells: usize) -> Vec<(u32, u32, u32)> {
        self.with(py, |rows, store| rows.selection.strip(store, cells))
    }
}

/// Goes from a row to the next that fits, in steps; the start itself does not count.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Search {
    capture: Arc<store::Capture>,
    rows: Arc<Mutex<Rows>>,
    inner: Mutex<viewer::Search>,
}

#[pymethods]
impl Search {
    #[new]
    #[pyo3(signature = (selection, start, *, what, backward = false, text = ""))]
    fn new(selection: &Selection, start: u32, what: &str, backward: bool, text: &str) -> PyResult<Self> {
        let what = match what {
            "failure" => What::Failure,
            "thread" => What::Thread,
            "fd" => What::Fd,
            "text" => What::Text(text.to_owned()),
            other => {
                let hint = "use failure, thread, fd or text";
                return Err(refuse(format!("there is no search for {other:?}"), hint));
            }
        };
        Ok(Search {
            capture: Arc::clone(&selection.capture),
            rows: Arc::clone(&selection.rows),
            inner: Mutex::new(viewer::Search::new(what, start, backward)),
        })
    }

    /// The row found, else None: ask again unless `done`. With `yields` as a selection's.
    #[pyo3(signature = (budget_ms, *, yields = false))]
    fn step(&self, py: Python<'_>, budget_ms: u64, yields: bool) -> Option<u32> {
        py.detach(|| {
            let deadline = Instant::now() + Duration::from_millis(budget_ms);
            let mut inner = self.inner.lock();
            loop {
                let rows = self.rows.lock();
                let found = inner.step(&self.capture, &rows.selection, Duration::ZERO);
                MutexGuard::unlock_fair(rows);
                let is_over = Instant::now() >= deadline || (yields && self.capture.is_paused());
                if found.is_some() || inner.is_done() || is_over {
                    return found;
                }
            }
        })
    }

    /// Whether there is nothing more to look at.
    #[getter]
    fn done(&self) -> bool {
        self.inner.lock().is_done()
    }
}

/// One open descriptor of a process as of an event.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Descriptor(viewer::Descriptor);

#[pymethods]
impl Descriptor {
    #[getter]
    fn number(&self) -> i64 {
        self.0.number
    }
    #[getter]
    fn kind(&self) -> &str {
        self.0.kind
    }
    #[getter]
    fn name(&self) -> &[u8] {
        &self.0.name
    }
    #[getter]
    fn inherited(&self) -> bool {
        self.0.inherited
    }
}

/// The main thread of an ancestor process.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Ancestor(viewer::Ancestor);

#[pymethods]
impl Ancestor {
    #[getter]
    fn pid(&self) -> i64 {
        self.0.pid
    }
    #[getter]
    fn name(&self) -> &[u8] {
        &self.0.name
    }
    #[getter]
    fn cmdline(&self) -> &[u8] {
        &self.0.cmdline
    }
    #[getter]
    fn ended(&self) -> &str {
        &self.0.ended
    }
}

/// Everything about one event.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Event {
    capture: Arc<store::Capture>,
    number: u32,
    windows: Mutex<Windows>,
}

impl Event {
    fn ask<T: Send + Default>(&self, py: Python<'_>, zone: &Zone, ask: impl FnOnce(&Detail<'_>) -> T + Send) -> T {
        py.detach(|| {
            let mut windows = self.windows.lock();
            let store = self.capture.store();
            Detail::new(&store, self.number, &mut windows, zone).map(|detail| ask(&detail)).unwrap_or_default()
        })
    }
}

#[allow(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of Detail<'_> is general enough only as a closure"
)]
#[pymethods]
impl Event {
    #[new]
    fn new(capture: &Capture, number: u32) -> PyResult<Self> {
        if capture.inner.store().row(number).is_none() {
            return Err(no_event(&capture.inner, number));
        }
        Ok(Event { capture: Arc::clone(&capture.inner), number, windows: Mutex::default() })
    }

    /// The row it makes in the list.
    #[getter]
    fn call(&self, py: Python<'_>) -> Call {
        Call(self.ask(py, &Zone::utc(), |detail| detail.call()))
    }

    /// One field as it prints, None where absent.
    #[pyo3(signature = (field, zone = "local"))]
    fn text<'py>(&self, py: Python<'py>, field: &str, zone: &str) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let field = field_ref(field).map_err(|(message, hint)| refuse(message, hint))?;
        let zone = self::zone(zone)?;
        let text = self.ask(py, &zone, |detail| detail.text(&field));
        Ok(text.map(|text| bytes(py, &text)))
    }

    /// Parameters: name, type, text with what it means.
    fn arguments<'py>(&self, py: Python<'py>) -> Vec<(&'static str, String, Bound<'py, PyBytes>)> {
        let arguments = self.ask(py, &Zone::local(), |detail| detail.arguments());
        arguments.into_iter().map(|(name, kind, text)| (name, kind, bytes(py, &text))).collect()
    }

    /// Captured bytes and how many the call moved; None for events without payload.
    fn payload<'py>(&self, py: Python<'py>) -> Option<(Bound<'py, PyBytes>, Option<i64>)> {
        let payload = self.ask(py, &Zone::utc(), |detail| detail.payload());
        payload.map(|(data, moved)| (bytes(py, &data), moved))
    }

    /// Descriptors its process has open.
    fn descriptors(&self, py: Python<'_>) -> Vec<Descriptor> {
        self.ask(py, &Zone::utc(), |detail| detail.descriptors()).into_iter().map(Descriptor).collect()
    }

    /// Its ancestors, the parent first.
    fn lineage(&self, py: Python<'_>) -> Vec<Ancestor> {
        self.ask(py, &Zone::utc(), |detail| detail.lineage()).into_iter().map(Ancestor).collect()
    }

    /// Names of its process so far: time (ns) and name, the oldest first.
    fn names<'py>(&self, py: Python<'py>) -> Vec<(u64, Bound<'py, PyBytes>)> {
        let names = self.ask(py, &Zone::utc(), |detail| detail.names());
        names.into_iter().map(|(ts, name)| (ts, bytes(py, &name))).collect()
    }

    /// The comment attached to it.
    fn comment<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.ask(py, &Zone::utc(), |detail| detail.comment()).map(|comment| bytes(py, &comment))
    }
}
