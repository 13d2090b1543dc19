//! Errors as Python sees them: one class, whose arguments are a message and what to do about it.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use scap_inspect::store;

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

/// The error for a number that no event has.
pub(crate) fn no_event(capture: &store::Capture, number: u32) -> PyErr {
    let (first, last) = {
        let store = capture.store();
        (store.first, store.events)
    };
    let hint = if first > last { "it has none so far".to_owned() } else { format!("they are {first} to {last}") };
    refuse(format!("there is no event {number}"), hint)
}
