//! Indexes: what was found out by reading a capture, kept for the next time.

use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use pyo3::prelude::*;
use scap_inspect::index;

use crate::capture::Capture;

/// Writes an index of a capture into a folder; how many bytes it has.
#[pyfunction]
pub(crate) fn write_index(py: Python<'_>, capture: &Capture, folder: PathBuf) -> PyResult<Option<u64>> {
    Ok(py.detach(move || capture.inner.write_index(&folder))?)
}

/// The path of an index's capture when it was written, and how many events it shows.
#[pyfunction]
pub(crate) fn index_facts(py: Python<'_>, path: PathBuf) -> PyResult<Option<(PathBuf, u32)>> {
    let facts = py.detach(move || index::facts(&path))?;
    Ok(facts.map(|facts| (std::ffi::OsStr::from_bytes(&facts.path).into(), facts.shown)))
}
