//! Recording: the stream of a capture goes into files, as it is or sieved by a filter, each of them whole by itself.
//!
//! [`Recorder`] takes the stream from a descriptor in steps. What a filter drops, and what a file needs that begins
//! later, is known to the [`sieve`]: it holds the state that the events make, as a reader does.

mod recorder;
mod sieve;
mod target;

pub use recorder::{FileLimits, Progress, Recorder, Settings, State};
