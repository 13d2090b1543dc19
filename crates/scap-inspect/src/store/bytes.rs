//! Events' bytes at random access: windows that move with the reader of a run of events.

use scap_format::event::EventRef;
use scap_format::reader::{event_block_length, parse_event_block};
use scap_format::tables::{event_info, EventInfo};

use super::columns::{flag, Chunk, Row};
use super::Store;
use crate::state::id;

/// Bytes read at once when events are read one after the other.
const RUN: usize = 256 << 10;
/// Bytes of what was read before that stay: enter events lie a little before their exits.
const BACK: usize = 64 << 10;
/// Bytes read for an event that stands alone.
const ALONE: usize = 4 << 10;

/// A stretch of an input's bytes.
#[derive(Debug, Default)]
struct Window {
    bytes: Vec<u8>,
    input: usize,
    start: u64,
}

/// The places where an event's bytes and those of its enter event are read.
#[derive(Debug, Default)]
pub struct Windows {
    own: Window,
    far: Window,
}

impl Windows {
    /// The event at a position of a chunk, `None` when its bytes cannot be read any more.
    pub fn event(&mut self, store: &Store, chunk: &Chunk, at: usize) -> Option<EventRef<'_>> {
        self.own.load(store, chunk, at)?;
        self.own.event(chunk, at)
    }

    /// The event, and the enter event of the same call (for procinfo events: the one before).
    pub fn pair(
        &mut self,
        store: &Store,
        chunk: &Chunk,
        at: usize,
        row: &Row,
    ) -> (Option<EventRef<'_>>, Option<EventRef<'_>>) {
        if self.own.load(store, chunk, at).is_none() {
            return (None, None);
        }
        let partner = enter_of(store, row);
        let is_near = partner.is_some_and(|(chunk, at)| self.own.event(chunk, at).is_some());
        if let Some((chunk, at)) = partner.filter(|_| !is_near) {
            // A failure leaves nothing there to be found.
            let _ = self.far.load(store, chunk, at);
        }
        let there = if is_near { &self.own } else { &self.far };
        (self.own.event(chunk, at), partner.and_then(|(chunk, at)| there.event(chunk, at)))
    }
}

fn enter_of<'a>(store: &'a Store, row: &Row) -> Option<(&'a Chunk, usize)> {
    let ty = row.kind.event_type();
    let paired = row.flags & flag::PAIRED != 0 && event_info(ty).is_some_and(EventInfo::is_exit);
    if !paired && ty != id::PROCINFO {
        return None;
    }
    let (chunk, at) = store.place(row.partner)?;
    Some((store.chunks.get(chunk)?, at))
}

impl Window {
    /// Sees to it that the event's block is here, `None` when it cannot be read.
    fn load(&mut self, store: &Store, chunk: &Chunk, at: usize) -> Option<()> {
        let (input, offset) = (usize::from(chunk.input), chunk.offset(at)?);
        if self.from(input, offset, 8).is_none() {
            let is_next = self.input == input && offset >= self.start && offset - self.start < 4 * RUN as u64;
            if is_next {
                self.advance(store, offset)?;
            } else {
                self.read(store, input, offset, ALONE)?;
            }
        }
        let length = event_block_length(self.from(input, offset, 8)?)?;
        if self.from(input, offset, length).is_none() {
            self.read(store, input, offset, length.max(ALONE))?;
        }
        Some(())
    }

    /// The event, where its whole block is here.
    fn event(&self, chunk: &Chunk, at: usize) -> Option<EventRef<'_>> {
        let (input, offset) = (usize::from(chunk.input), chunk.offset(at)?);
        let length = event_block_length(self.from(input, offset, 8)?)?;
        parse_event_block(self.from(input, offset, length)?.get(..length)?)
    }

    /// What is here from an offset on, at least so many bytes.
    fn from(&self, input: usize, offset: u64, least: usize) -> Option<&[u8]> {
        if input != self.input {
            return None;
        }
        let from = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.bytes.get(from..).filter(|rest| rest.len() >= least)
    }

    fn read(&mut self, store: &Store, input: usize, offset: u64, length: usize) -> Option<()> {
        (self.input, self.start) = (input, offset);
        self.bytes.clear();
        store.raw.get(input)?.append(offset, length, &mut self.bytes).ok().map(|_| ())
    }

    /// Reads on behind what is here, up to a run from `offset` on; the end of what was here stays.
    fn advance(&mut self, store: &Store, offset: u64) -> Option<()> {
        let keep = offset.saturating_sub(BACK as u64).max(self.start);
        let drop = usize::try_from(keep - self.start).unwrap_or(usize::MAX).min(self.bytes.len());
        self.bytes.drain(..drop);
        self.start += drop as u64;
        if self.bytes.is_empty() {
            self.start = keep;
        }
        let next = self.start + self.bytes.len() as u64;
        let length = usize::try_from(offset + RUN as u64 - next).ok()?;
        store.raw.get(self.input)?.append(next, length, &mut self.bytes).ok().map(|_| ())
    }
}
