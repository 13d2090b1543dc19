//! The border: module `scaptui._core`. Handles and frozen values cross it; there is no logic here.
#![forbid(unsafe_code)]

mod capture;
mod doings;
mod errors;
mod fields;
mod group;
mod index;
mod keeping;
mod printer;
mod recorder;
mod slices;
mod stream;
mod tables;
mod viewer;
mod writer;

/// Columns grow by megabytes: this one asks the kernel less often for them, and for larger pages, than the C library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The core of scaptui.
#[pyo3::pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::capture::{Capture, Filter, Note, ProcessRow, Progress};
    #[pymodule_export]
    use crate::doings::{doings_of, failures, steps_of, steps_of_each, threads_like, Doing, Step};
    #[pymodule_export]
    use crate::errors::CoreError;
    #[pymodule_export]
    use crate::fields::{fields, Field};
    #[pymodule_export]
    use crate::group::{GroupTable, Grouping, Spectrum};
    #[pymodule_export]
    use crate::index::{index_facts, write_index};
    #[pymodule_export]
    use crate::keeping::{event_key, find_events, Colouring};
    #[pymodule_export]
    use crate::printer::{settle_filter_zone, Printer};
    #[pymodule_export]
    use crate::recorder::{Recorded, Recorder};
    #[pymodule_export]
    use crate::slices::{Slice, SliceComparison, SliceReport};
    #[pymodule_export]
    use crate::stream::{streams_of, ListedStream, Stream, StreamEnd, StreamPiece};
    #[pymodule_export]
    use crate::tables::{event_types, native_syscall_names, syscall_names, EventType};
    #[pymodule_export]
    use crate::viewer::{Ancestor, Call, Descriptor, Event, Search, Selection, SelectionProgress};
    #[pymodule_export]
    use crate::writer::Writer;

    /// The version of the core, which is also the program's.
    #[pyfunction]
    fn version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// Whether the core was built with optimisation.
    #[pyfunction]
    fn optimised() -> bool {
        !cfg!(debug_assertions)
    }
}
