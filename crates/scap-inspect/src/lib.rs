//! Capture events to state, a columnar store and queries.
#![forbid(unsafe_code)]

pub mod clock;
pub mod containers;
mod convert;
pub mod doings;
pub mod escape;
pub mod fields;
pub mod group;
pub mod index;
pub mod intern;
pub mod path;
pub mod print;
pub mod query;
pub mod recording;
pub mod render;
pub mod slices;
pub mod state;
pub mod store;
pub mod stream;
pub mod summary;
pub mod syslog;
mod tally;
pub mod tree;
pub mod value;
pub mod viewer;
