//! Capture events to state, a columnar store and queries.
#![forbid(unsafe_code)]

pub mod clock;
pub mod escape;
pub mod fields;
pub mod path;
pub mod query;
pub mod render;
pub mod syslog;
pub mod value;
