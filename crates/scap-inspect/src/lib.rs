//! Capture events to state, a columnar store and queries.
#![forbid(unsafe_code)]

pub mod fields;
