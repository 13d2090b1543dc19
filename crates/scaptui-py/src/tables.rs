//! The core's tables as frozen rows.

use pyo3::prelude::*;
use scap_format::tables::{Category, EventFlags, EventInfo, Source, SyscallInfo, EVENTS, SYSCALLS};

/// One event type.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct EventType(&'static EventInfo);

/// The words for the flags of an event type, in the order they are shown.
const FLAG_WORDS: [(u16, &str); 9] = [
    (EventFlags::CREATES_FD, "creates-fd"),
    (EventFlags::DESTROYS_FD, "destroys-fd"),
    (EventFlags::USES_FD, "uses-fd"),
    (EventFlags::READS, "reads"),
    (EventFlags::WRITES, "writes"),
    (EventFlags::WAITS, "waits"),
    (EventFlags::STATE, "state"),
    (EventFlags::LARGE, "large"),
    (EventFlags::OLD, "old"),
];

#[pymethods]
impl EventType {
    #[getter]
    fn id(&self) -> u16 {
        self.0.id
    }
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name
    }
    #[getter]
    fn is_exit(&self) -> bool {
        self.0.is_exit()
    }
    #[getter]
    fn source(&self) -> &'static str {
        match self.0.source {
            Source::None => "none",
            Source::Syscall => "syscall",
            Source::Tracepoint => "tracepoint",
            Source::Meta => "meta",
            Source::Plugin => "plugin",
            Source::Iter => "iterator",
        }
    }
    #[getter]
    fn category(&self) -> &'static str {
        category_word(self.0.category)
    }
    #[getter]
    fn flags(&self) -> Vec<&'static str> {
        FLAG_WORDS.iter().filter(|(bit, _)| self.0.has(*bit)).map(|(_, word)| *word).collect()
    }
    #[getter]
    fn old(&self) -> bool {
        self.0.has(EventFlags::OLD)
    }
    #[getter]
    fn parameters(&self) -> Vec<(&'static str, String)> {
        self.0.params.iter().map(|p| (p.name, format!("{:?}", p.ty).to_lowercase())).collect()
    }
    fn __repr__(&self) -> String {
        format!("<EventType {} {}>", self.0.id, self.0.name)
    }
}

fn category_word(category: Category) -> &'static str {
    match category {
        Category::Unknown => "unknown",
        Category::Other => "other",
        Category::File => "file",
        Category::Net => "net",
        Category::Ipc => "IPC",
        Category::Memory => "memory",
        Category::Process => "process",
        Category::Sleep => "sleep",
        Category::System => "system",
        Category::Signal => "signal",
        Category::User => "user",
        Category::Time => "time",
        Category::Processing => "processing",
        Category::IoRead => "I/O read",
        Category::IoWrite => "I/O write",
        Category::IoOther => "I/O other",
        Category::Wait => "wait",
        Category::Scheduler => "scheduler",
        Category::Internal => "internal",
    }
}

/// Every event type a capture can hold, in the order of their numbers.
#[pyfunction]
pub(crate) fn event_types() -> Vec<EventType> {
    EVENTS.iter().filter(|info| !info.has(EventFlags::UNUSED)).map(EventType).collect()
}

/// The names of the system calls that this machine has.
#[pyfunction]
pub(crate) fn native_syscall_names() -> Vec<&'static str> {
    let number = |call: &SyscallInfo| if cfg!(target_arch = "aarch64") { call.aarch64 } else { call.x86_64 };
    SYSCALLS.iter().filter(|call| number(call) >= 0).map(|call| call.name).collect()
}

/// The names of all system calls, as generic events and `evt.type` use them.
#[pyfunction]
pub(crate) fn syscall_names() -> Vec<&'static str> {
    SYSCALLS.iter().map(|call| call.name).filter(|name| !name.is_empty()).collect()
}
