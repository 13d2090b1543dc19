//! Open captures, their progress, and what is asked of them as a whole.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use scap_format::source::Input;
use scap_inspect::print::field_ref;
use scap_inspect::query::plan;
use scap_inspect::store::{self, OpenFlags};
use scap_inspect::{summary, tree, viewer};

use crate::errors::refuse;

/// A compiled filter. `wire` is the typed expression as JSON text.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Filter {
    wire: String,
    pub(crate) compiled: plan::Filter,
}

impl Filter {
    /// The filter, or the one that selects every event.
    pub(crate) fn or_all(selected: Option<&Self>) -> plan::Filter {
        selected.map_or_else(plan::Filter::all, |filter| filter.compiled.clone())
    }

    /// Whether the filter names scheduler switches: then they are wanted as rows.
    pub(crate) fn speaks_of_switches(&self) -> bool {
        self.wire.contains("\"switch\"")
    }
}

#[pymethods]
impl Filter {
    #[new]
    fn new(wire: String) -> PyResult<Self> {
        let compiled = plan::Filter::new(&wire).map_err(|message| refuse(message, ""))?;
        Ok(Filter { wire, compiled })
    }
}

/// How far a capture has been read. A snapshot.
#[pyclass(frozen, get_all, module = "scaptui._core")]
pub(crate) struct Progress {
    first: u32,
    events: u32,
    shown: u32,
    bytes_read: u64,
    bytes_total: Option<u64>,
    done: bool,
}

impl From<store::Progress> for Progress {
    fn from(progress: store::Progress) -> Self {
        let store::Progress { first, events, shown, bytes_read, bytes_total, done } = progress;
        Progress { first, events, shown, bytes_read, bytes_total, done }
    }
}

/// Something damaged, unknown or passed over.
#[pyclass(frozen, get_all, module = "scaptui._core")]
pub(crate) struct Note {
    kind: String,
    offset: u64,
    text: String,
}

/// One process of the tree as of an event.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct ProcessRow(tree::ProcessRow);

#[pymethods]
impl ProcessRow {
    #[getter]
    fn pid(&self) -> i64 {
        self.0.pid
    }
    #[getter]
    fn stray(&self) -> bool {
        self.0.stray
    }

    #[getter]
    fn vpid(&self) -> i64 {
        self.0.vpid
    }
    #[getter]
    fn parent(&self) -> Option<usize> {
        self.0.parent
    }
    #[getter]
    fn ptid(&self) -> i64 {
        self.0.ptid
    }
    #[getter]
    fn depth(&self) -> usize {
        self.0.depth
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
    fn user(&self) -> &[u8] {
        &self.0.user
    }
    #[getter]
    fn container(&self) -> &[u8] {
        &self.0.container
    }
    #[getter]
    fn threads(&self) -> u32 {
        self.0.threads
    }
    #[getter]
    fn events(&self) -> u64 {
        self.0.events
    }
    #[getter]
    fn failed(&self) -> u64 {
        self.0.failed
    }
    #[getter]
    fn ended(&self) -> &str {
        &self.0.ended
    }
    #[getter]
    fn thread(&self) -> u32 {
        self.0.thread
    }
    #[getter]
    fn started(&self) -> Option<u64> {
        self.0.started
    }
    #[getter]
    fn read_bytes(&self) -> u64 {
        self.0.read_bytes
    }
    #[getter]
    fn written_bytes(&self) -> u64 {
        self.0.written_bytes
    }
    #[getter]
    fn resident_kb(&self) -> u32 {
        self.0.resident_kb
    }
}

/// An open capture; a background thread reads it.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Capture {
    pub(crate) inner: Arc<store::Capture>,
}

#[pymethods]
impl Capture {
    #[new]
    #[pyo3(signature = (paths, *, follow = false, keep = None, index = None))]
    fn new(
        py: Python<'_>,
        paths: Vec<PathBuf>,
        follow: bool,
        keep: Option<usize>,
        index: Option<PathBuf>,
    ) -> PyResult<Self> {
        if let ([path], Some(folder), false, None) = (paths.as_slice(), index, follow, keep) {
            if let Some(again) = py.detach(|| store::Capture::open_again(path, &folder)) {
                return Ok(Capture { inner: Arc::new(again) });
            }
        }
        let inputs: Vec<Input> = paths
            .into_iter()
            .map(|path| if path.as_os_str() == "-" { Input::Stdin } else { Input::File(path) })
            .collect();
        let opened = py.detach(|| store::Capture::open(inputs, OpenFlags { follow, keep }));
        let inner = opened.map_err(|error| refuse(error.to_string(), error.hint()))?;
        Ok(Capture { inner: Arc::new(inner) })
    }

    /// Progress after at most this time, at once when reading is done.
    fn wait(&self, py: Python<'_>, budget_ms: u64) -> Progress {
        py.detach(|| self.inner.wait(Duration::from_millis(budget_ms))).into()
    }

    /// How far reading has come.
    fn progress(&self) -> Progress {
        self.inner.progress().into()
    }

    /// What was damaged, unknown or passed over.
    fn notes(&self, py: Python<'_>) -> Vec<Note> {
        let notes = py.detach(|| self.inner.store().told());
        notes
            .into_iter()
            .map(|note| Note { kind: note.kind.word().to_owned(), offset: note.offset, text: note.text })
            .collect()
    }

    /// Facts of the header and counts of the events the filter selects, as JSON text; a brief one leaves payloads out.
    #[pyo3(signature = (selected, *, brief = false))]
    fn summary(&self, py: Python<'_>, selected: Option<&Filter>, brief: bool) -> String {
        py.detach(|| summary::summary(&self.inner.store(), selected.map(|filter| &filter.compiled), brief))
    }

    /// The process tree in drawing order, as of event number `at` (None: the end).
    fn processes(&self, py: Python<'_>, selected: Option<&Filter>, at: Option<u32>) -> Vec<ProcessRow> {
        let rows = py.detach(|| tree::process_tree(&self.inner.store(), selected.map(|filter| &filter.compiled), at));
        rows.into_iter().map(ProcessRow).collect()
    }

    /// The processes that live at the end or ended behind event number `lingering`, in drawing order, with the numbers
    /// of events behind event number `since`.
    fn live_processes(&self, py: Python<'_>, selected: Option<&Filter>, since: u32, lingering: u32) -> Vec<ProcessRow> {
        let rows = py
            .detach(|| tree::live_tree(&self.inner.store(), selected.map(|filter| &filter.compiled), since, lingering));
        rows.into_iter().map(ProcessRow).collect()
    }

    /// The commonest values of a field among selected events, most frequent first.
    fn value_counts<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        selected: Option<&Filter>,
        limit: usize,
        budget_ms: u64,
    ) -> PyResult<Vec<(Bound<'py, PyBytes>, u64)>> {
        let field = field_ref(field).map_err(|(message, hint)| refuse(message, hint))?;
        let budget = Duration::from_millis(budget_ms);
        let counts = py.detach(|| {
            let filter = selected.map(|filter| &filter.compiled);
            viewer::value_counts(&self.inner.store(), &field, filter, limit, budget)
        });
        Ok(counts.into_iter().map(|(value, count)| (PyBytes::new(py, &value), count)).collect())
    }

    /// How many shown events a filter selects, of what has been read.
    fn count(&self, py: Python<'_>, selected: Option<&Filter>) -> u64 {
        py.detach(|| viewer::count(&self.inner.store(), selected.map(|filter| &filter.compiled)))
    }

    /// Whether an event of this number is shown.
    fn shown_number(&self, py: Python<'_>, number: u32) -> bool {
        py.detach(|| {
            let store = self.inner.store();
            store.row(number).is_some_and(|row| row.flags & store.hiding() == 0)
        })
    }

    /// Times of the first and the last shown event, ns.
    fn span(&self, py: Python<'_>) -> Option<(u64, u64)> {
        py.detach(|| self.inner.store().span())
    }

    /// What is known without a pass over the events, as JSON text.
    fn facts(&self, py: Python<'_>) -> String {
        py.detach(|| summary::facts(&self.inner.store()))
    }

    /// Lets reading pause for so long from now, because a picture is about to be made; 0 ends the pause.
    fn pause(&self, budget_ms: u64) {
        self.inner.pause(Duration::from_millis(budget_ms));
    }

    /// Stops reading; what was read stays.
    fn close(&self) {
        self.inner.stop();
    }
}
