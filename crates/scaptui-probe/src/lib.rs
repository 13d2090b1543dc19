//! The capture helper of scaptui, as modules: what the program is made of.
#![deny(unsafe_code)]

pub mod check;
pub mod command;
mod recorder;
pub mod snapshot;
