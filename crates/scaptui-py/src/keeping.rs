//! What bookmarks and colour rules ask of events.

use std::sync::Arc;

use pyo3::prelude::*;
use scap_inspect::store;
use scap_inspect::viewer::{self, EventKey};

use crate::capture::{Capture, Filter};

/// An event's time, thread, processor, type and whether it ends a call.
type Key = (u64, i64, u16, String, bool);

fn key(of: Key) -> EventKey {
    let (ts, tid, cpu, name, is_exit) = of;
    EventKey { ts, tid, cpu, name, is_exit }
}

/// The key of an event, and which input it is in; None without such an event.
#[pyfunction]
pub(crate) fn event_key(py: Python<'_>, capture: &Capture, number: u32) -> Option<(Key, u16)> {
    let found = py.detach(|| viewer::event_key(&capture.inner.store(), number));
    found.map(|(EventKey { ts, tid, cpu, name, is_exit }, input)| ((ts, tid, cpu, name, is_exit), input))
}

/// The shown events with these keys from number `first` up to `last`: position of the key, number of the event.
#[pyfunction]
pub(crate) fn find_events(
    py: Python<'_>,
    capture: &Capture,
    keys: Vec<Key>,
    first: u32,
    last: u32,
) -> Vec<(usize, u32)> {
    let keys: Vec<EventKey> = keys.into_iter().map(key).collect();
    py.detach(|| viewer::find_keys(&capture.inner.store(), &keys, first, last))
}

/// Filters in order, to be asked which is the first to select an event.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Colouring {
    capture: Arc<store::Capture>,
    inner: viewer::Colouring,
}

#[pymethods]
impl Colouring {
    #[new]
    fn new(capture: &Capture, filters: Vec<PyRef<'_, Filter>>) -> Self {
        let filters = filters.into_iter().map(|filter| filter.compiled.clone());
        Colouring { capture: Arc::clone(&capture.inner), inner: viewer::Colouring::new(filters) }
    }

    /// For each event number the position of the first filter that selects it, else None.
    fn first_of(&self, py: Python<'_>, numbers: Vec<u32>) -> Vec<Option<usize>> {
        py.detach(move || self.inner.first_of(&self.capture.store(), &numbers))
    }
}
