//! Slices of a capture.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use scap_inspect::slices::{self, Around, Job, Output, Settings, Stage};

use crate::capture::{Capture, Filter};
use crate::errors::refuse;
use crate::recorder::packing;

/// What became of a slice, or would.
#[pyclass(frozen, get_all, module = "scaptui._core")]
pub(crate) struct SliceReport {
    events: u64,
    hidden: u64,
    processes: usize,
    descriptors: usize,
    containers: usize,
    users: usize,
    interfaces: usize,
    bytes: u64,
    unpacked: u64,
    marks: Vec<(u32, u32, u32)>,
    compared: Option<Py<SliceComparison>>,
}

/// Event number, field, value before and after.
type Difference = (u32, String, Option<Py<PyBytes>>, Option<Py<PyBytes>>);

/// How a slice compares with its capture.
#[pyclass(frozen, get_all, module = "scaptui._core")]
pub(crate) struct SliceComparison {
    events: u64,
    equal: u64,
    same_names: u64,
    lost: u64,
    changed: u64,
    left_out: u64,
    surplus: i64,
    differences: Vec<Difference>,
}

/// A slice being made on a thread of its own.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Slice {
    job: Job,
}

#[pymethods]
impl Slice {
    #[new]
    #[pyo3(signature = (capture, selected, path, *, packing = "none", replaces = false, first = None, last = None,
                        times = None, around_events = 0, around_ns = 0, scrub = false, redact = None,
                        without_payload = false, compat = false, marks = Vec::new()))]
    #[allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools, reason = "Python names each of them")]
    fn new(
        capture: &Capture,
        selected: Option<&Filter>,
        path: Option<PathBuf>,
        packing: &str,
        replaces: bool,
        first: Option<u32>,
        last: Option<u32>,
        times: Option<(u64, u64)>,
        around_events: u32,
        around_ns: u64,
        scrub: bool,
        redact: Option<&str>,
        without_payload: bool,
        compat: bool,
        marks: Vec<u32>,
    ) -> PyResult<Self> {
        let packing = self::packing(packing)?;
        let around = match (around_events, around_ns) {
            (0, 0) => Around::Nothing,
            (0, ns) => Around::Time(ns),
            (events, _) => Around::Events(events),
        };
        let redact = redact.map(slices::pattern).transpose().map_err(|message| refuse(message, ""))?;
        let filter = Filter::or_all(selected);
        let settings =
            Settings { filter, from: first, to: last, times, around, scrub, redact, without_payload, compat, marks };
        let output = path.map(|path| Output { path, packing, replaces });
        let job = Job::begin(Arc::clone(&capture.inner), settings, output)?;
        Ok(Slice { job })
    }

    /// What is being done, and how many events of how many.
    fn progress(&self) -> (&'static str, u64, u64) {
        let progress = self.job.progress();
        let stage = match progress.stage {
            Stage::Choosing => "choosing",
            Stage::Planning => "planning",
            Stage::Writing => "writing",
            Stage::Comparing => "comparing",
            Stage::Done => "done",
            Stage::CalledOff => "called off",
            Stage::Failed => "failed",
        };
        (stage, progress.done, progress.of)
    }

    /// What became of it, once; None before it is done and when it was called off.
    fn report(&self, py: Python<'_>) -> PyResult<Option<SliceReport>> {
        match self.job.take_result() {
            None => Ok(None),
            Some(report) => SliceReport::new(py, report?).map(Some),
        }
    }

    /// Calls it off; what was written of it is deleted.
    fn call_off(&self) {
        self.job.call_off();
    }
}

impl SliceReport {
    fn new(py: Python<'_>, report: slices::Report) -> PyResult<Self> {
        let slices::Report { events, hidden, state, bytes, unpacked, marks, comparison } = report;
        let slices::State { processes, descriptors, containers, users, interfaces } = state;
        let compared = comparison.map(|comparison| Py::new(py, SliceComparison::new(py, comparison))).transpose()?;
        Ok(SliceReport {
            events,
            hidden,
            processes,
            descriptors,
            containers,
            users,
            interfaces,
            bytes,
            unpacked,
            marks: marks.into_iter().map(|mark| (mark.event, mark.copy, mark.nth)).collect(),
            compared,
        })
    }
}

impl SliceComparison {
    fn new(py: Python<'_>, comparison: slices::Comparison) -> Self {
        let slices::Comparison { events, equal, same_names, lost, changed, left_out, surplus, differences } =
            comparison;
        let bytes = |value: Option<Vec<u8>>| value.map(|value| PyBytes::new(py, &value).unbind());
        let differences = differences
            .into_iter()
            .map(|found| (found.event, found.field, bytes(found.before), bytes(found.after)))
            .collect();
        SliceComparison { events, equal, same_names, lost, changed, left_out, surplus, differences }
    }
}
