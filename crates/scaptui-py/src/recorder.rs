//! A stream into files.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use scap_format::packing::Packing;
use scap_inspect::recording::{self, FileLimits, Settings, State};

use crate::capture::Filter;
use crate::errors::refuse;

/// How far a recording has come. A snapshot.
#[pyclass(frozen, get_all, module = "scaptui._core")]
pub(crate) struct Recorded {
    state: &'static str,
    reason: String,
    begun: bool,
    events: u64,
    state_only: u64,
    bytes: u64,
}

impl From<recording::Progress> for Recorded {
    fn from(progress: recording::Progress) -> Self {
        let recording::Progress { state, events, state_only, bytes, begun } = progress;
        let (state, reason) = match state {
            State::Running => ("running", String::new()),
            State::Ended => ("ended", String::new()),
            State::FileFull => ("full", String::new()),
            State::Enough => ("enough", String::new()),
            State::NotACapture => ("no capture", String::new()),
            State::Failed(reason) => ("failed", reason),
        };
        Recorded { state, reason, begun, events, state_only, bytes }
    }
}

/// Writes the stream of a capture that comes through a descriptor into files.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Recorder {
    inner: Mutex<recording::Recorder>,
}

impl Recorder {
    fn with<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut recording::Recorder) -> R + Send) -> R {
        py.detach(|| work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// How output is compressed, by its name.
pub(crate) fn packing(name: &str) -> PyResult<Packing> {
    match name {
        "none" => Ok(Packing::None),
        "gzip" => Ok(Packing::Gzip),
        "zstd" => Ok(Packing::Zstd),
        other => Err(refuse(format!("there is no packing called {other:?}"), "use none, gzip or zstd")),
    }
}

#[pymethods]
impl Recorder {
    #[new]
    #[pyo3(signature = (source, packing, selected, *, rotates, max_events, old_kinds))]
    fn new(
        source: i32,
        packing: &str,
        selected: Option<&Filter>,
        rotates: bool,
        max_events: Option<u64>,
        old_kinds: bool,
    ) -> PyResult<Self> {
        let packing = self::packing(packing)?;
        let filter = selected.map(|filter| filter.compiled.clone());
        let settings = Settings { filter, rotates, max_events, old_kinds, packing };
        // The caller keeps its own.
        let source = File::open(format!("/proc/self/fd/{source}")).map_err(|error| refuse(error.to_string(), ""))?;
        let inner = recording::Recorder::new(source, settings).map_err(|error| refuse(error.to_string(), ""))?;
        Ok(Recorder { inner: Mutex::new(inner) })
    }

    /// Begins a new file, standard output for None, and ends the one before.
    #[pyo3(signature = (path, *, max_bytes, max_seconds))]
    fn begin(
        &self,
        py: Python<'_>,
        path: Option<PathBuf>,
        max_bytes: Option<u64>,
        max_seconds: Option<f64>,
    ) -> PyResult<()> {
        let time = max_seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let limits = FileLimits { bytes: max_bytes, time };
        self.with(py, move |recorder| recorder.begin(path.as_deref(), limits)).map_err(PyErr::from)
    }

    /// Takes what comes, for at most so long.
    fn step(&self, py: Python<'_>, budget_ms: u64) -> Recorded {
        self.with(py, |recorder| recorder.step(Duration::from_millis(budget_ms))).into()
    }

    /// Writes what waits and ends the file.
    fn finish(&self, py: Python<'_>) -> Recorded {
        self.with(py, recording::Recorder::finish).into()
    }
}
