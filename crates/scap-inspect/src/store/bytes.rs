//! Events' bytes at random access: a window that moves with the reader of a run of events.

use scap_format::event::EventRef;
use scap_format::reader::{event_block_length, parse_event_block};

use super::columns::Chunk;
use super::Store;

/// Bytes read at once when events are read one after the other.
const RUN: usize = 256 << 10;
/// Bytes read for an event that stands alone.
const ALONE: usize = 4 << 10;

/// A stretch of an input's bytes.
#[derive(Debug, Default)]
pub struct Window {
    bytes: Vec<u8>,
    input: usize,
    start: u64,
}

impl Window {
    /// The event at a position of a chunk, `None` when its bytes cannot be read any more.
    pub fn event(&mut self, store: &Store, chunk: &Chunk, at: usize) -> Option<EventRef<'_>> {
        let offset = chunk.row(at)?.offset;
        let input = usize::from(chunk.input);
        if !self.holds(input, offset) {
            let next = self.input == input && offset >= self.start && offset - self.start < 2 * RUN as u64;
            self.read(store, input, offset, if next { RUN } else { ALONE })?;
        }
        let from = usize::try_from(offset - self.start).ok()?;
        let length = event_block_length(self.bytes.get(from..)?)?;
        if self.bytes.len() - from < length {
            self.read(store, input, offset, length.max(ALONE))?;
        }
        let from = usize::try_from(offset - self.start).ok()?;
        parse_event_block(self.bytes.get(from..from + length)?)
    }

    /// Whether the head of a block at this offset is here.
    fn holds(&self, input: usize, offset: u64) -> bool {
        let end = self.start + self.bytes.len() as u64;
        self.input == input && self.start <= offset && offset + 8 <= end
    }

    fn read(&mut self, store: &Store, input: usize, offset: u64, length: usize) -> Option<()> {
        let raw = store.raw.get(input)?;
        (self.input, self.start) = (input, offset);
        self.bytes.clear();
        raw.read_at(offset, length, &mut self.bytes).ok().map(|_| ())
    }
}
