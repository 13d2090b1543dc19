//! Events as columns: one row an event, in chunks that are never moved.

use std::sync::LazyLock;

use scap_format::event::EventRef;
use scap_format::tables::{event_info, Category, EventFlags, EventInfo, Source, EVENTS};

use super::cells::{Cells, Frame, WIDTH};
pub use super::kind::Kind;
use super::memory::{Memory, Reserve};
use super::shelf::Shelf;

use crate::state::fds::FdId;
use crate::state::handover::content;
use crate::state::{id, Applied, ContextId};

/// Bits of [`Row::flags`].
pub mod flag {
    /// Not shown: bookkeeping of the recorder.
    pub const HIDDEN: u8 = 1;
    /// An enter event that recorders without enter events still write, against races of arguments; shown only in
    /// captures that hold all enter events.
    pub const EXTRA_ENTER: u8 = 2;
    /// `partner` is the other half of this very call.
    pub const PAIRED: u8 = 4;
    /// The event changed its descriptor's name.
    pub const RENAMED: u8 = 8;
}

/// Events a chunk holds at most.
pub const CHUNK: usize = 1 << 18;
/// Events the first chunk of an input holds: small captures take little memory.
const FIRST_CHUNK: usize = 1 << 15;

/// What is kept of an event beside its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// ns since the epoch.
    pub ts: u64,
    /// Offset of its block in the uncompressed stream.
    pub offset: u64,
    /// What it is.
    pub kind: Kind,
    /// Processor.
    pub cpu: u16,
    /// Who did it.
    pub context: ContextId,
    /// Its descriptor.
    pub fd: FdId,
    /// For exits the number of the thread's last enter event, for enter events that of the exit; 0 for none.
    pub partner: u32,
    /// 0 for success, else the error number; [`crate::state::NO_RESULT`] without a result.
    pub errno: u16,
    /// See [`flag`].
    pub flags: u8,
}

/// Up to [`CHUNK`] consecutive events of one input.
#[derive(Debug)]
pub struct Chunk {
    /// Number of its first event.
    pub first: u32,
    /// Which input its bytes are in.
    pub input: u16,
    cells: Cells,
}

impl Chunk {
    /// The first chunk of an input, whose first event has this number and lies at this offset.
    pub fn new(first: u32, input: u16, offset: u64) -> Self {
        Chunk { first, input, cells: Cells::new(FIRST_CHUNK, offset) }
    }

    /// A chunk behind others; it will probably be filled too. Its memory comes from the reserve, if that has some.
    pub(super) fn behind(first: u32, input: u16, offset: u64, reserve: Option<&Reserve>) -> Self {
        let bytes = Chunk::reserved();
        let memory = reserve.and_then(Reserve::take).unwrap_or_else(|| Memory::huge(bytes));
        Chunk { first, input, cells: Cells::within(memory, CHUNK, offset) }
    }

    /// A chunk of the only input whose columns lie in an index.
    pub(super) fn shelved(first: u32, shelf: Shelf, frame: Frame) -> Self {
        Chunk { first, input: 0, cells: Cells::shelved(shelf, frame) }
    }

    /// What of its events is not in columns.
    pub(crate) fn frame(&self) -> &Frame {
        self.cells.frame()
    }

    /// The bytes of its columns.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.all()
    }

    /// Bytes of memory for a chunk behind others.
    pub(super) const fn reserved() -> usize {
        CHUNK * WIDTH
    }

    /// Lets its events go; their numbers stay taken.
    pub fn empty(&mut self) {
        self.cells = Cells::new(0, 0);
    }

    /// How many events it holds.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The number of the event at a position.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "positions are below CHUNK")]
    pub const fn number(&self, at: usize) -> u32 {
        self.first.saturating_add(at as u32)
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.cells.len() == 0
    }

    /// Whether an event at this offset still goes in.
    pub fn has_room(&self, input: u16, offset: u64) -> bool {
        self.input == input && self.cells.has_room(offset)
    }

    /// Puts an event at the end; it must fit ([`Chunk::has_room`]).
    pub fn push(&mut self, row: &Row) {
        self.cells.push(row);
    }

    /// The row at a position.
    #[inline]
    pub fn row(&self, at: usize) -> Option<Row> {
        self.cells.row(at)
    }

    /// The row at a position, which alone is looked at.
    pub(crate) fn glance(&self, at: usize) -> Option<Row> {
        self.cells.glance(at)
    }

    /// When the event at a position was, ns since the epoch.
    #[inline]
    pub fn ts(&self, at: usize) -> Option<u64> {
        self.cells.ts(at)
    }

    /// What the event at a position is.
    #[inline]
    pub fn kind(&self, at: usize) -> Kind {
        self.cells.kind(at).unwrap_or_default()
    }

    /// The error number of the event at a position; see [`Row::errno`].
    #[inline]
    pub fn errno(&self, at: usize) -> u16 {
        self.cells.errno(at).unwrap_or(0)
    }

    /// Where an event's block lies in the uncompressed stream.
    #[inline]
    pub fn offset(&self, at: usize) -> Option<u64> {
        self.cells.offset(at)
    }

    /// Contexts of all its events.
    pub fn contexts(&self) -> &[u32] {
        self.cells.contexts()
    }

    /// Descriptor records of all its events.
    pub fn fds(&self) -> &[u32] {
        self.cells.fds()
    }

    /// [`flag`]s of all its events.
    pub fn flags(&self) -> &[u8] {
        self.cells.flags()
    }

    /// Tells an enter event which exit ended its call.
    pub fn set_exit(&mut self, at: usize, exit: u32) {
        self.cells.join(at, exit, flag::PAIRED);
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.cells.memory()
    }
}

/// Decides which events are shown.
#[derive(Debug)]
pub struct Visibility {
    /// Still in the run of state events at the head of a section.
    leading: bool,
}

impl Default for Visibility {
    fn default() -> Self {
        Visibility { leading: true }
    }
}

/// Enter events that all recorders write.
const ALWAYS_ENTERED: [u16; 7] = [
    id::OPEN_ENTER,
    id::OPENAT_ENTER,
    id::OPENAT2_ENTER,
    id::CREAT_ENTER,
    id::CONNECT_ENTER,
    id::EXECVE_ENTER,
    id::EXECVEAT_ENTER,
];
/// Events that only carry state when they stand at the head.
const STATE_AT_HEAD: [u16; 8] = [
    id::CONTAINER,
    id::CONTAINER_JSON,
    id::CONTAINER_JSON_2,
    id::USER_ADDED,
    id::USER_DELETED,
    id::GROUP_ADDED,
    id::GROUP_DELETED,
    id::ASYNC,
];

impl Visibility {
    /// A new section begins.
    pub fn restart(&mut self) {
        self.leading = true;
    }

    /// The flags of an event that has just been applied.
    pub fn flags(&mut self, event: &EventRef<'_>, applied: &Applied) -> u8 {
        let mut flags = 0;
        if self.leading {
            // What a slice hands over stands before its own events, which all are shown.
            self.leading = STATE_AT_HEAD.contains(&event.event_type) && content(event).is_none();
        }
        let Some(of_type) = flags_of(event.event_type) else { return flag::HIDDEN };
        flags |= of_type;
        if self.leading || event.block_flags & 1 != 0 {
            flags |= flag::HIDDEN;
        }
        if applied.paired {
            flags |= flag::PAIRED;
        }
        if applied.renamed {
            flags |= flag::RENAMED;
        }
        flags
    }
}

/// The flags all events of a type have; `None` of an unknown type.
fn flags_of(event_type: u16) -> Option<u8> {
    static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let of = |info: &EventInfo| {
            let extra = !info.is_exit() && info.has(EventFlags::CONVERTED) && ALWAYS_ENTERED.contains(&info.id);
            let hidden = info.category == Category::Internal;
            (u8::from(hidden) * flag::HIDDEN) | (u8::from(extra) * flag::EXTRA_ENTER)
        };
        EVENTS.iter().map(of).collect()
    });
    TABLE.get(usize::from(event_type)).copied()
}

/// Whether this is an enter event that only recorders of pairs write.
pub fn proves_enter_events(event_type: u16) -> bool {
    event_info(event_type).is_some_and(|info| {
        let enters = !info.is_exit() && info.source == Source::Syscall;
        enters && info.has(EventFlags::OLD) && !ALWAYS_ENTERED.contains(&info.id)
    })
}

/// Whether this exit names its own descriptor, as old recorders left to the enter event: close, read, write.
pub fn proves_self_contained(event: &EventRef<'_>) -> bool {
    let own = match event.event_type {
        id::CLOSE => 1,
        id::READ | id::WRITE => 2,
        _ => return false,
    };
    event.params.len() > own
}

/// Whether this exit is one of recorders after which current readers take the file that a call maps, and the directory
/// it starts from, for its descriptor: with the group of a new program, or of a call no older recorder knew.
pub fn proves_mapped_files(event: &EventRef<'_>) -> bool {
    const WITHOUT_GROUP: usize = 29;
    match event.event_type {
        id::EXECVE => event.params.len() > WITHOUT_GROUP,
        id::NEWFSTATAT => true,
        _ => false,
    }
}
