//! The capture helper of scaptui, as modules: what the program is made of.

pub mod snapshot;
