//! The .scap capture format: bytes to blocks to events, and back.
//!
//! Pure: no state of processes or descriptors, no unsafe code. Damage in a file is data, never a panic.
//!
//! ```no_run
//! use scap_format::reader::{Next, Reader};
//! use scap_format::source::{open, Input, OpenOptions};
//!
//! let opened = open(Input::File("trace.scap".into()), OpenOptions::default())?;
//! let mut reader = Reader::new(opened.pieces);
//! let mut events = 0;
//! loop {
//!     match reader.next() {
//!         Next::Event { .. } => events += 1,
//!         Next::End => break,
//!         _ => {}
//!     }
//! }
//! # Ok::<(), scap_format::source::OpenError>(())
//! ```
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod blocks;
pub mod compat;
pub mod event;
mod event_block;
pub mod meta;
pub mod packing;
pub mod reader;
pub mod source;
pub mod tables;
pub mod writer;
