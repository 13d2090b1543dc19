//! Blocks, in order, from the pieces of a stream.
//!
//! Damage never stops the reader before the end: what cannot be read is passed over, and noted.

mod notes;
#[cfg(test)]
mod tests;
mod window;

use crate::blocks::{self, length_limit, plausible_head, trailer_agrees, BlockKind, EventForm};
use crate::event::EventRef;
use crate::event_block::{self, Fault, Shape};
use crate::meta::{
    short_list_length, Faults, FdList, Interface, MachineInfo, ProcessEntry, SectionFault, SectionHeader, UserList,
};
use crate::source::Pieces;

pub use notes::{Note, NoteKind};

use notes::Notes;
use window::{Refill, Window};

/// What comes next in a capture.
#[derive(Debug)]
pub enum Next<'a> {
    /// A capture begins. Behind events this is another one, concatenated: all state starts anew.
    Section(SectionHeader),
    /// The machine.
    Machine(MachineInfo),
    /// The network interfaces; replaces an earlier list.
    Interfaces(Vec<Interface>),
    /// Users and groups; replaces an earlier list.
    Users(UserList),
    /// Threads; adds to earlier lists.
    Processes(Vec<ProcessEntry>),
    /// The descriptors of one thread; adds to earlier lists.
    Fds(FdList),
    /// An event.
    Event {
        /// Where its block starts in the uncompressed stream.
        offset: u64,
        /// The event, borrowed until the next call.
        event: EventRef<'a>,
    },
    /// A followed input has nothing new now: ask again.
    Idle,
    /// Nothing more comes; every further answer is the same.
    End,
}

/// What the cold path found.
enum Step {
    Event(Shape),
    Other(Next<'static>),
}

/// Reads a capture block by block.
#[derive(Debug)]
pub struct Reader {
    window: Window,
    notes: Notes,
    /// Set while a place is sought where blocks start again.
    lost: Option<Lost>,
    ended: bool,
}

/// Damage whose end has not been found yet.
#[derive(Debug)]
struct Lost {
    /// Where it starts in the stream.
    from: u64,
    why: String,
    /// The stream ended inside the block: there may be no damage at all, only an early end.
    cut: bool,
}

/// The shortest stretch to look at when blocks are sought again.
const SEEK_SPAN: usize = 64 << 10;
/// Blocks longer than this are not believed while blocks are sought.
const SEEK_LIMIT: usize = 64 << 20;

impl Reader {
    /// A reader of the stream.
    pub fn new(pieces: Pieces) -> Self {
        Reader { window: Window::new(pieces), notes: Notes::default(), lost: None, ended: false }
    }

    /// The next block. Blocks of unknown types, and events beyond our table, are passed over and noted.
    // Not an iterator: what it gives borrows from the reader.
    #[allow(clippy::should_implement_trait, reason = "a lending iterator has no trait")]
    #[inline]
    pub fn next(&mut self) -> Next<'_> {
        let shape = match self.window_event() {
            Some(shape) => shape,
            None => match self.step() {
                Step::Event(shape) => shape,
                Step::Other(next) => return next,
            },
        };
        let offset = self.window.offset();
        let block = self.window.take(shape.block_length);
        Next::Event { offset, event: shape.event(block) }
    }

    /// Hands over the events that come next, at most so many, with where each one's block starts in the uncompressed
    /// stream; says how many. It ends early, also with none, before all that is no ordinary event: [`Self::next`] says.
    #[inline]
    pub fn events(&mut self, most: u32, mut take: impl FnMut(u64, &EventRef<'_>)) -> u32 {
        let mut taken = 0;
        while taken < most && self.lost.is_none() {
            let Some((offset, event)) = self.window.take_found() else { break };
            take(offset, &event);
            taken += 1;
        }
        taken
    }

    /// From now on never waits: [`Next::Idle`] says that there is nothing yet, whatever the input is.
    #[must_use]
    pub fn without_waiting(mut self) -> Self {
        self.window.pieces().never_wait();
        self
    }

    /// Waits until there is something to read, at most so long; whether there is.
    pub fn wait(&mut self, budget: std::time::Duration) -> bool {
        self.window.pieces().wait(budget)
    }

    /// Bytes read of the input as it is on disk, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.window.position()
    }

    /// What was damaged or passed over so far, in order. Counts in the texts may lag behind until the reader is idle
    /// or at the end.
    pub fn notes(&self) -> &[Note] {
        self.notes.list()
    }

    /// The hot path: a whole, sound event block of a usual type at the front of the window.
    #[inline]
    fn window_event(&self) -> Option<Shape> {
        const PLAIN: EventForm = EventForm { flags: false, counted: true, large: false };
        let rest = self.window.rest();
        let (id, length) = blocks::head(rest)?;
        let block = rest.get(..length)?;
        if !trailer_agrees(block) || self.lost.is_some() {
            return None;
        }
        match id {
            0x216 | 0x221 => Shape::of(block, PLAIN),
            0x217 | 0x222 => Shape::of(block, EventForm { flags: true, ..PLAIN }),
            0x204 => Shape::of(block, EventForm { counted: false, ..PLAIN }),
            0x208 => Shape::of(block, EventForm { counted: false, flags: true, ..PLAIN }),
            _ => return None,
        }
        .ok()
    }

    /// Everything else: lists, the ends of pieces, damage.
    #[cold]
    #[inline(never)]
    fn step(&mut self) -> Step {
        loop {
            if self.ended {
                return Step::Other(Next::End);
            }
            let found = if self.lost.is_some() { self.seek() } else { self.block() };
            match found {
                Found::Step(step) => return step,
                Found::Nothing => {}
                Found::Idle => {
                    self.notes.settle();
                    return Step::Other(Next::Idle);
                }
                Found::End => {
                    if let Some(fault) = self.window.fault() {
                        self.notes.stream_fault(&fault, self.window.offset());
                    }
                    self.notes.settle();
                    self.ended = true;
                }
            }
        }
    }

    /// The block at the front of the window.
    fn block(&mut self) -> Found {
        match self.window.refill(8) {
            Refill::Enough => {}
            Refill::Idle => return Found::Idle,
            Refill::End if self.window.rest().is_empty() => return Found::End,
            Refill::End => return self.cut_short(8),
        }
        let Some((id, length)) = blocks::head(self.window.rest()) else { return Found::End };
        let kind = blocks::kind(id);
        if length < blocks::FRAME || length > length_limit(kind) {
            return self.lose(format!("a block of type {id:#x} claims a length of {length} bytes"));
        }
        match self.window.refill(length) {
            Refill::Enough => {}
            Refill::Idle => return Found::Idle,
            Refill::End => return self.cut_short(length),
        }
        let block = self.window.rest().get(..length).unwrap_or_default();
        if trailer_agrees(block) {
            return self.whole_block(id, kind, length);
        }
        self.block_with_wrong_trailer(id, kind, length)
    }

    /// The stream ends inside a block of this many bytes. Its length may be what is wrong: blocks are sought behind it.
    fn cut_short(&mut self, needed: usize) -> Found {
        let there = self.window.rest().len();
        let why = format!("the capture ends inside a block: it needs {needed} bytes, {there} are there");
        self.lost = Some(Lost { from: self.window.offset(), why, cut: true });
        self.window.skip(1);
        Found::Nothing
    }

    fn lose(&mut self, why: String) -> Found {
        self.lost = Some(Lost { from: self.window.offset(), why, cut: false });
        self.window.skip(1);
        Found::Nothing
    }

    /// A block whose copy of the length is not at its end.
    fn block_with_wrong_trailer(&mut self, id: u32, kind: Option<BlockKind>, length: usize) -> Found {
        if kind == Some(BlockKind::Interfaces(2)) {
            // Such lists are a few hundred bytes; the whole of it must be in view.
            if self.window.refill(length.saturating_mul(2).saturating_add(64)) == Refill::Idle {
                return Found::Idle;
            }
            if let Some(length) = short_list_length(self.window.rest(), length) {
                return self.whole_block(id, kind, length);
            }
        }
        let Some(next_is_there) = self.block_follows(length) else { return Found::Idle };
        let block = self.window.rest().get(..length).unwrap_or_default();
        let is_whole = match kind {
            Some(BlockKind::Event(form)) => Shape::of(block, form).is_ok_and(|shape| shape.fills_block()),
            known => known.is_some(),
        };
        if next_is_there && is_whole {
            // Readers of the format do not look at the copy behind events: only it is wrong.
            self.notes.count(NoteKind::WrongTrailer, id, self.window.offset());
            return self.whole_block(id, kind, length);
        }
        self.lose(format!("the block of {length} bytes does not repeat its length"))
    }

    /// A block that is there from end to end.
    fn whole_block(&mut self, id: u32, kind: Option<BlockKind>, length: usize) -> Found {
        let offset = self.window.offset();
        if let Some(BlockKind::Event(form)) = kind {
            return self.event_block(id, form, length);
        }
        let block = self.window.take(length);
        let body = block.get(8..length.saturating_sub(4)).unwrap_or_default();
        let mut faults = Faults::default();
        let next = match kind {
            Some(BlockKind::Section) => match SectionHeader::parse(body) {
                Ok(section) => Some(Next::Section(section)),
                Err(fault) => {
                    self.notes.damage(offset, section_fault(fault), length);
                    return Found::Nothing;
                }
            },
            Some(BlockKind::Machine) => MachineInfo::parse(body).map(Next::Machine),
            Some(BlockKind::Processes(version)) => {
                Some(Next::Processes(ProcessEntry::parse_list(body, version, &mut faults)))
            }
            Some(BlockKind::Fds(version)) => FdList::parse(body, version, &mut faults).map(Next::Fds),
            Some(BlockKind::Interfaces(version)) => {
                Some(Next::Interfaces(Interface::parse_list(body, version, &mut faults)))
            }
            Some(BlockKind::Users(version)) => Some(Next::Users(UserList::parse(body, version, &mut faults))),
            Some(BlockKind::Event(_)) | None => {
                self.notes.count(NoteKind::UnknownBlock, id, offset);
                return Found::Nothing;
            }
        };
        self.notes.list_faults(&faults, id, offset);
        let Some(next) = next else {
            self.notes.damage(offset, "a list is too short for its first field", length);
            return Found::Nothing;
        };
        Found::Step(Step::Other(next))
    }

    /// An event block that is there from end to end.
    fn event_block(&mut self, id: u32, form: EventForm, length: usize) -> Found {
        let offset = self.window.offset();
        let block = self.window.rest().get(..length).unwrap_or_default();
        match Shape::of(block, form) {
            Ok(shape) => return Found::Step(Step::Event(shape)),
            Err(Fault::UnknownType(event)) => self.notes.count(NoteKind::UnknownEvent, event.into(), offset),
            Err(Fault::Malformed) => {
                // In a row of blocks of one length, a few missing bytes put the next one's length where ours should
                // be repeated.
                match self.block_follows(length) {
                    None => return Found::Idle,
                    Some(false) => return self.lose("an event's lengths contradict each other".to_owned()),
                    Some(true) => self.notes.count(NoteKind::MalformedEvent, id, offset),
                }
            }
        }
        self.window.skip(length);
        Found::Nothing
    }

    /// Whether a block, or the end of the stream, follows the next `length` bytes; `None` when that is not known yet.
    fn block_follows(&mut self, length: usize) -> Option<bool> {
        if self.window.refill(length.saturating_add(8)) == Refill::Idle {
            return None;
        }
        let behind = self.window.rest().get(length..).unwrap_or_default();
        Some(behind.is_empty() || plausible_head(behind).is_some())
    }

    /// Seeks the next place at which a block can start: known type, length repeated at its end, sound if an event.
    fn seek(&mut self) -> Found {
        loop {
            let refilled = self.window.refill(SEEK_SPAN);
            let rest = self.window.rest();
            let candidate =
                rest.windows(8).position(|head| plausible_head(head).is_some_and(|(_, length)| length <= SEEK_LIMIT));
            let Some(candidate) = candidate else {
                // Seven bytes may be the start of a head.
                self.window.skip(rest.len().saturating_sub(7));
                match refilled {
                    Refill::Enough => continue,
                    Refill::Idle => return Found::Idle,
                    Refill::End => return self.nothing_found(),
                }
            };
            self.window.skip(candidate);
            let Some((kind, length)) = plausible_head(self.window.rest()) else { continue };
            match self.window.refill(length) {
                Refill::Enough => {}
                Refill::Idle => return Found::Idle,
                Refill::End => {
                    self.window.skip(1);
                    continue;
                }
            }
            let block = self.window.rest().get(..length).unwrap_or_default();
            let sound = trailer_agrees(block)
                && match kind {
                    BlockKind::Event(form) => Shape::of(block, form).is_ok(),
                    BlockKind::Section => SectionHeader::parse(block.get(8..).unwrap_or_default()).is_ok(),
                    _ => true,
                };
            if sound {
                self.found_again();
                return Found::Nothing;
            }
            self.window.skip(1);
        }
    }

    fn found_again(&mut self) {
        let at = self.window.offset();
        if let Some(lost) = self.lost.take() {
            let skipped = usize::try_from(at.saturating_sub(lost.from)).unwrap_or(usize::MAX);
            self.notes.damage(lost.from, &lost.why, skipped);
        }
    }

    /// The stream ended before blocks started again.
    fn nothing_found(&mut self) -> Found {
        self.window.skip(usize::MAX);
        // Where unpacking failed its reason is the better note.
        if let Some(lost) = self.lost.take() {
            let skipped = usize::try_from(self.window.offset().saturating_sub(lost.from)).unwrap_or(usize::MAX);
            match (lost.cut, self.window.has_fault()) {
                (true, true) => {}
                (true, false) => self.notes.cut(lost.from, &lost.why),
                (false, _) => self.notes.damage_to_the_end(lost.from, &lost.why, skipped),
            }
        }
        Found::End
    }
}

/// What one look at the window gave.
enum Found {
    Step(Step),
    /// Something was passed over.
    Nothing,
    Idle,
    End,
}

fn section_fault(fault: SectionFault) -> &'static str {
    match fault {
        SectionFault::Short | SectionFault::NotASection => "a section header is damaged",
        SectionFault::OtherByteOrder => "a concatenated capture has the other byte order",
        SectionFault::Version(_) => "a concatenated capture has a newer format version",
    }
}

/// The total length of an event block from its first eight bytes; `None` when it is no event block.
pub fn event_block_length(head: &[u8]) -> Option<usize> {
    event_block::form(head)?;
    blocks::head(head).map(|(_, length)| length)
}

/// What a block is to those who pass blocks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockSort {
    /// An event; with [`crate::event::EventRef::block_flags`] bit 0 one that only changes the state.
    Event {
        /// Whether that bit is set.
        state_only: bool,
    },
    /// A list of threads or descriptors.
    Threads,
    /// A section header, the machine, interfaces, users.
    Machine,
}

/// What the block is that starts with these bytes, and its total length. `None` when no block can start so, or when
/// there are fewer than 14 bytes.
pub fn block_sort(head: &[u8]) -> Option<(BlockSort, usize)> {
    let (kind, length) = blocks::plausible_head(head)?;
    let sort = match kind {
        BlockKind::Event(form) => {
            let state_only = form.flags && head.get(10)? & 1 != 0;
            BlockSort::Event { state_only }
        }
        BlockKind::Processes(_) | BlockKind::Fds(_) => BlockSort::Threads,
        _ => BlockSort::Machine,
    };
    Some((sort, length))
}

/// The event of a block that starts `block`, which may be longer; `None` when it is no sound event.
pub fn parse_event_block(block: &[u8]) -> Option<EventRef<'_>> {
    let form = event_block::form(block)?;
    let (_, length) = blocks::head(block)?;
    let block = block.get(..length)?;
    Some(Shape::of(block, form).ok()?.event(block))
}
