//! The .scap capture format: bytes to blocks to events, and back.
//!
//! Pure: no state of processes or descriptors, no unsafe code. Damage in a file is data, never a panic.
#![forbid(unsafe_code)]

pub mod event;
pub mod tables;
