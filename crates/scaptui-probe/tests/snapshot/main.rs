//! Snapshots of made trees of /proc, and of this machine.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod descriptors;
mod machine;
mod processes;
mod sysdig;
mod tree;
