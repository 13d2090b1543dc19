//! Events' bytes at random access: windows that move with the reader of a run of events.

use scap_format::event::EventRef;
use scap_format::reader::{event_block_length, parse_event_block};
use scap_format::tables::{event_info, EventInfo};

use super::columns::{flag, Chunk, Row};
use super::Store;
use crate::state::id;

/// Bytes read at once when events are read one after the other.
const RUN: usize = 128 << 10;
/// Bytes of what was read before that stay: enter events lie a little before their exits.
const BACK: u64 = 64 << 10;
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
        let begin = self.own.load(store, chunk, at, 0)?;
        self.own.event(begin)
    }

    /// The event, and the enter event of the same call (for procinfo events: the one before).
    pub fn pair(
        &mut self,
        store: &Store,
        chunk: &Chunk,
        at: usize,
        row: &Row,
    ) -> (Option<EventRef<'_>>, Option<EventRef<'_>>) {
        let Some(begin) = self.own.load(store, chunk, at, BACK) else { return (None, None) };
        let enter = enter_of(store, row).and_then(|(chunk, at)| {
            if let Some(near) = self.own.find(chunk, at) {
                return self.own.event(near);
            }
            let begin = self.far.load(store, chunk, at, BACK)?;
            self.far.event(begin)
        });
        (self.own.event(begin), enter)
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
    /// Sees to it that the event's block is here and says where it begins, `None` when it cannot be read. Where the
    /// window moves on, so many bytes before the event stay.
    #[inline]
    fn load(&mut self, store: &Store, chunk: &Chunk, at: usize, back: u64) -> Option<usize> {
        match self.find(chunk, at) {
            Some(begin) => Some(begin),
            None => self.fetch(store, chunk, at, back),
        }
    }

    fn fetch(&mut self, store: &Store, chunk: &Chunk, at: usize, back: u64) -> Option<usize> {
        let (input, offset) = (usize::from(chunk.input), chunk.offset(at)?);
        if self.from(input, offset, 8).is_none() {
            let is_next = self.input == input && offset >= self.start && offset - self.start < 4 * RUN as u64;
            if is_next {
                self.advance(store, offset, back)?;
            } else {
                self.read(store, input, offset, ALONE)?;
            }
        }
        let length = event_block_length(self.from(input, offset, 8)?)?;
        if self.from(input, offset, length).is_none() {
            self.read(store, input, offset, length.max(ALONE))?;
        }
        self.find(chunk, at)
    }

    /// Where the event's block begins, if the whole of it is here.
    #[inline]
    fn find(&self, chunk: &Chunk, at: usize) -> Option<usize> {
        let rest = self.from(usize::from(chunk.input), chunk.offset(at)?, 8)?;
        (event_block_length(rest)? <= rest.len()).then(|| self.bytes.len() - rest.len())
    }

    /// The event whose block begins here.
    #[inline]
    fn event(&self, begin: usize) -> Option<EventRef<'_>> {
        parse_event_block(self.bytes.get(begin..)?)
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

    /// Reads on behind what is here, up to a run from `offset` on; of what was here the last `back` bytes stay.
    fn advance(&mut self, store: &Store, offset: u64, back: u64) -> Option<()> {
        let keep = offset.saturating_sub(back).max(self.start);
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
