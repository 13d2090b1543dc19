//! What went through one descriptor.

use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use scap_inspect::store;
use scap_inspect::store::bytes::Windows;
use scap_inspect::stream::{self, Way};

use crate::capture::Capture;
use crate::errors::{no_event, refuse};

/// What one call did to a stream.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct StreamPiece(stream::Piece);

#[pymethods]
impl StreamPiece {
    #[getter]
    fn event(&self) -> u32 {
        self.0.event
    }
    #[getter]
    fn ts(&self) -> u64 {
        self.0.ts
    }
    #[getter]
    fn end(&self) -> usize {
        self.0.end
    }
    #[getter]
    fn way(&self) -> &str {
        match self.0.way {
            Some(Way::Out) => "out",
            Some(Way::In) => "in",
            None => "",
        }
    }
    #[getter]
    fn call(&self) -> &str {
        &self.0.call
    }
    #[getter]
    fn moved(&self) -> u64 {
        self.0.moved
    }
    #[getter]
    fn captured(&self) -> u64 {
        self.0.captured
    }
    #[getter]
    fn error(&self) -> String {
        match self.0.errno {
            0 => String::new(),
            errno => scap_format::tables::errno_name(errno.into()).map_or_else(|| errno.to_string(), str::to_owned),
        }
    }
    #[getter]
    fn tid(&self) -> i64 {
        self.0.tid
    }
    #[getter]
    fn pid(&self) -> i64 {
        self.0.pid
    }
    #[getter]
    fn comm(&self) -> &[u8] {
        &self.0.comm
    }
    #[getter]
    fn fd(&self) -> i64 {
        self.0.fd
    }
    #[getter]
    fn mirror(&self) -> u32 {
        self.0.mirror
    }
}

/// One side of a stream.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct StreamEnd(stream::End);

#[pymethods]
impl StreamEnd {
    #[getter]
    fn pid(&self) -> i64 {
        self.0.pid
    }
    #[getter]
    fn comm(&self) -> &[u8] {
        &self.0.comm
    }
    #[getter]
    fn fd(&self) -> i64 {
        self.0.fd
    }
    #[getter]
    fn tids(&self) -> Vec<i64> {
        self.0.tids.clone()
    }
    #[getter]
    fn first(&self) -> u32 {
        self.0.first
    }
    #[getter]
    fn last(&self) -> u32 {
        self.0.last
    }
    #[getter]
    fn opened(&self) -> u32 {
        self.0.opened
    }
    #[getter]
    fn closed(&self) -> u32 {
        self.0.closed
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
    fn role(&self) -> &str {
        self.0.role
    }
    #[getter]
    fn l4(&self) -> &str {
        self.0.l4
    }
    #[getter]
    fn written(&self) -> (u64, u64) {
        self.0.totals[0]
    }
    #[getter]
    fn read(&self) -> (u64, u64) {
        self.0.totals[1]
    }
}

/// A descriptor of a process over one life of its number.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct ListedStream(stream::Listed);

#[pymethods]
impl ListedStream {
    #[getter]
    fn fd(&self) -> i64 {
        self.0.fd
    }
    #[getter]
    fn first(&self) -> u32 {
        self.0.first
    }
    #[getter]
    fn last(&self) -> u32 {
        self.0.last
    }
    #[getter]
    fn opened(&self) -> u32 {
        self.0.opened
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
    fn calls(&self) -> u64 {
        self.0.calls
    }
}

/// What went through one open file, as far as the capture had been read.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Stream {
    capture: Arc<store::Capture>,
    inner: stream::Stream,
    windows: Mutex<Windows>,
}

impl Stream {
    fn wrap(capture: &Capture, inner: stream::Stream) -> Self {
        Stream { capture: Arc::clone(&capture.inner), inner, windows: Mutex::default() }
    }
}

#[pymethods]
impl Stream {
    #[new]
    #[pyo3(signature = (capture, event, fd = None))]
    fn new(py: Python<'_>, capture: &Capture, event: u32, fd: Option<i64>) -> PyResult<Self> {
        let found = py.detach(|| {
            let store = capture.inner.store();
            store.row(event).map(|_| stream::Stream::of(&store, event, fd))
        });
        match found {
            None => Err(no_event(&capture.inner, event)),
            Some(None) => {
                let hint = "take an event that reads, writes or connects, or name a descriptor of its process";
                Err(refuse(format!("event {event} works on no descriptor"), hint))
            }
            Some(Some(inner)) => Ok(Stream::wrap(capture, inner)),
        }
    }

    /// What a process and its descendants wrote to standard output and standard error.
    #[staticmethod]
    fn output(py: Python<'_>, capture: &Capture, thread: u32) -> Self {
        let inner = py.detach(|| stream::output_of(&capture.inner.store(), thread));
        Stream::wrap(capture, inner)
    }

    /// The own end, and the other one where it is in the capture.
    #[getter]
    fn ends(&self) -> Vec<StreamEnd> {
        self.inner.ends.iter().cloned().map(StreamEnd).collect()
    }

    /// Whose copy is shown of what went out and of what came in: 0 the own end's, 1 the other's.
    #[getter]
    fn shown(&self) -> (usize, usize) {
        (self.inner.shown[0], self.inner.shown[1])
    }

    /// How many pieces there are.
    #[getter]
    fn count(&self) -> usize {
        self.inner.pieces.len()
    }

    /// A byte a piece: 0 where it moved no data, 1 out, 2 in.
    #[getter]
    fn ways<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let way = |piece: &stream::Piece| match piece.way {
            None => 0,
            Some(Way::Out) => 1,
            Some(Way::In) => 2,
        };
        PyBytes::new(py, &self.inner.pieces.iter().map(way).collect::<Vec<u8>>())
    }

    /// Pieces [start, stop); short at the end.
    fn pieces(&self, start: usize, stop: usize) -> Vec<StreamPiece> {
        let pieces = self.inner.pieces.iter().skip(start).take(stop.saturating_sub(start));
        pieces.cloned().map(StreamPiece).collect()
    }

    /// Captured bytes of a piece.
    fn data<'py>(&self, py: Python<'py>, piece: usize) -> Bound<'py, PyBytes> {
        let data = py.detach(|| self.inner.data(&self.capture.store(), &mut self.windows.lock(), piece));
        PyBytes::new(py, &data)
    }

    /// The next piece in which a text begins, or the one before, in any case; the start does not count.
    #[pyo3(signature = (text, start, *, backward = false))]
    fn find(&self, py: Python<'_>, text: &[u8], start: usize, backward: bool) -> Option<usize> {
        py.detach(|| self.inner.find(&self.capture.store(), text, start, backward))
    }

    /// From which to before which byte of a piece a text stands, as far as it stands in this piece.
    fn matches(&self, py: Python<'_>, piece: usize, text: &[u8]) -> Vec<(usize, usize)> {
        py.detach(|| self.inner.matches(&self.capture.store(), &mut self.windows.lock(), piece, text))
    }
}

/// The descriptors over which the process of an event moved data, in the order in which they began to.
#[pyfunction]
pub(crate) fn streams_of(py: Python<'_>, capture: &Capture, event: u32) -> Vec<ListedStream> {
    let listed = py.detach(|| stream::streams_of(&capture.inner.store(), event));
    listed.into_iter().map(ListedStream).collect()
}
