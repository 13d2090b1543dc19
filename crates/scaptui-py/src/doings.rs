//! What programs and threads did, for telling the unusual and for comparing.

use pyo3::prelude::*;
use scap_format::tables::errno_name;
use scap_inspect::doings;

use crate::capture::{Capture, Filter};

fn error(errno: u16) -> String {
    match errno {
        0 => String::new(),
        errno => errno_name(errno.into()).map_or_else(|| errno.to_string(), str::to_owned),
    }
}

/// Calls of a program that agree in what stays the same from run to run.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Doing(doings::Doing);

#[pymethods]
impl Doing {
    #[getter]
    fn program(&self) -> &[u8] {
        &self.0.program
    }
    #[getter]
    fn call(&self) -> &str {
        &self.0.call
    }
    #[getter]
    fn about(&self) -> &[u8] {
        &self.0.about
    }
    #[getter]
    fn error(&self) -> String {
        error(self.0.errno)
    }
    #[getter]
    fn count(&self) -> u64 {
        self.0.count
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
    fn processes(&self) -> u32 {
        self.0.processes
    }
    #[getter]
    fn of_processes(&self) -> u32 {
        self.0.of_processes
    }
    #[getter]
    fn ended_badly(&self) -> u32 {
        self.0.ended_badly
    }
    #[getter]
    fn went_well(&self) -> u32 {
        self.0.went_well
    }
    #[getter]
    fn programs(&self) -> u32 {
        self.0.programs
    }
}

/// One call of a thread.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Step(doings::Step);

#[pymethods]
impl Step {
    #[getter]
    fn event(&self) -> u32 {
        self.0.event
    }
    #[getter]
    fn call(&self) -> &str {
        &self.0.call
    }
    #[getter]
    fn about(&self) -> &[u8] {
        &self.0.about
    }
    #[getter]
    fn error(&self) -> String {
        error(self.0.errno)
    }
    #[getter]
    fn way(&self) -> &str {
        match self.0.writes {
            None => "",
            Some(false) => "read",
            Some(true) => "write",
        }
    }
    #[getter]
    fn moved(&self) -> u64 {
        self.0.moved
    }
    #[getter]
    fn data(&self) -> &[u8] {
        &self.0.data
    }
}

/// Selected calls that failed, grouped, by their first.
#[pyfunction]
pub(crate) fn failures(py: Python<'_>, capture: &Capture, selected: Option<&Filter>) -> Vec<Doing> {
    let filter = selected.map(|filter| &filter.compiled);
    py.detach(|| doings::failures(&capture.inner.store(), filter)).into_iter().map(Doing).collect()
}

/// All selected calls, grouped, by their first.
#[pyfunction(name = "doings")]
pub(crate) fn doings_of(py: Python<'_>, capture: &Capture, selected: Option<&Filter>) -> Vec<Doing> {
    let filter = selected.map(|filter| &filter.compiled);
    py.detach(|| doings::doings(&capture.inner.store(), filter)).into_iter().map(Doing).collect()
}

/// What the thread of an event did in events [first, last].
#[pyfunction]
pub(crate) fn steps_of(py: Python<'_>, capture: &Capture, event: u32, first: u32, last: u32) -> Vec<Step> {
    py.detach(|| doings::steps_of(&capture.inner.store(), event, first, last)).into_iter().map(Step).collect()
}

/// What each of the threads of some events did; nothing of those that took more than `most` steps.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "Python's list is taken as numbers")]
pub(crate) fn steps_of_each(py: Python<'_>, capture: &Capture, events: Vec<u32>, most: usize) -> Vec<Vec<Step>> {
    let each = py.detach(|| doings::steps_of_each(&capture.inner.store(), &events, most));
    each.into_iter().map(|steps| steps.into_iter().map(Step).collect()).collect()
}

/// The first event of each thread whose program has the name of that of an event.
#[pyfunction]
pub(crate) fn threads_like(py: Python<'_>, capture: &Capture, event: u32) -> Vec<u32> {
    py.detach(|| doings::threads_like(&capture.inner.store(), event))
}
