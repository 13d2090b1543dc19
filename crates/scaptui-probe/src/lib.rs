//! The capture helper of scaptui, as modules: what the program is made of.
//!
//! It loads programs into the kernel (`load`), takes a [`snapshot`] of the machine, and makes events (`encode`) from
//! the records the programs send (`record`), in the order of time (`reorder`).
#![deny(unsafe_code)]

pub mod check;
pub mod command;
pub mod snapshot;

mod compat;
mod context;
mod encode;
mod flags;
mod life;
mod load;
mod options;
mod params;
mod plan;
mod preamble;
mod record;
mod reorder;
mod run;
mod sink;
mod sockets;
mod status;
mod sys;
mod table;
