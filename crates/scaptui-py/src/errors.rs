//! Errors as Python sees them: one class, whose arguments are a message and what to do about it.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

pyo3::create_exception!(
    scaptui._core,
    CoreError,
    PyException,
    "A refused request. `args` is (message, hint); both are one line, and the hint may be empty."
);

/// A `CoreError` to raise.
pub(crate) fn refuse(message: impl Into<String>, hint: impl Into<String>) -> PyErr {
    CoreError::new_err((message.into(), hint.into()))
}
