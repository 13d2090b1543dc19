//! Events found ahead of the reader, by the thread that reads ahead and has time for it.
//!
//! What is found is a hint: the reader takes it where it stands at that very place, and looks itself everywhere else. So
//! nothing here decides what is damaged, and a wrong guess costs no more than time.

use super::Shape;
use crate::blocks::{head, length_limit, trailer_agrees, BlockKind, FRAME};
use crate::event::EventRef;
use crate::meta::short_list_length;

/// Where the parts of a whole, sound event lie in a piece of the stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Where its block begins in the piece.
    at: u32,
    block_length: u16,
    values_at: u16,
    event_end: u16,
    event_at: u8,
    lengths_at: u8,
    wide: bool,
}

impl Found {
    /// The event at `at`; `None` where these few bytes cannot tell its parts.
    #[inline]
    fn of(at: usize, shape: &Shape) -> Option<Self> {
        Some(Found {
            at: u32::try_from(at).ok()?,
            block_length: u16::try_from(shape.block_length).ok()?,
            values_at: u16::try_from(shape.values_at).ok()?,
            event_end: u16::try_from(shape.event_end).ok()?,
            event_at: u8::try_from(shape.event_at).ok()?,
            lengths_at: u8::try_from(shape.lengths_at).ok()?,
            wide: shape.wide,
        })
    }

    /// Where its block begins in the piece.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        // Fits wherever a piece does.
        self.at as usize
    }

    /// Total length of its block.
    #[inline]
    pub(crate) fn block_length(&self) -> usize {
        usize::from(self.block_length)
    }

    /// The event, borrowed from the block it was found in.
    #[inline]
    pub(crate) fn event<'a>(&self, block: &'a [u8]) -> Option<EventRef<'a>> {
        let event_at = usize::from(self.event_at);
        let header = block.get(event_at..)?.first_chunk::<22>()?;
        let mut shape = Shape::new(block, event_at, header);
        shape.wide = self.wide;
        shape.lengths_at = usize::from(self.lengths_at);
        shape.values_at = usize::from(self.values_at);
        shape.event_end = usize::from(self.event_end);
        Some(shape.event(block))
    }
}

/// Finds the events of a stream that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    /// First bytes of a block whose head straddles two pieces.
    begun: Vec<u8>,
    /// Bytes of the next piece that belong to a block begun before it.
    rest: usize,
    /// Where blocks begin is not known any more. The reader finds out, we do not.
    lost: bool,
}

impl Finder {
    /// Appends the events that lie whole in the next piece.
    pub(crate) fn find(&mut self, piece: &[u8], found: &mut Vec<Found>) {
        if let Some(first) = self.first_block(piece) {
            self.walk(piece, first, found);
        }
    }

    /// Where the first block begins that lies in no earlier piece.
    fn first_block(&mut self, piece: &[u8]) -> Option<usize> {
        if self.lost {
            return None;
        }
        let mut at = self.rest;
        if !self.begun.is_empty() {
            let missing = 8usize.saturating_sub(self.begun.len());
            let known = self.begun.len();
            self.begun.extend_from_slice(piece.get(..missing).unwrap_or(piece));
            let (_, length) = head(&self.begun)?;
            self.begun.clear();
            self.lost = length < FRAME;
            at = length.saturating_sub(known);
        }
        self.rest = at.saturating_sub(piece.len());
        (at <= piece.len() && !self.lost).then_some(at)
    }

    fn walk(&mut self, piece: &[u8], first: usize, found: &mut Vec<Found>) {
        let mut at = first;
        while let Some(rest) = piece.get(at..) {
            let Some((id, mut length)) = head(rest) else {
                self.begun.extend_from_slice(rest);
                return;
            };
            let kind = crate::blocks::kind(id);
            if length < FRAME || length > length_limit(kind) {
                self.lost = true;
                return;
            }
            let Some(block) = rest.get(..length) else {
                self.rest = length - rest.len();
                return;
            };
            match kind {
                Some(BlockKind::Event(form)) if !form.large && trailer_agrees(block) => {
                    found.extend(Shape::of(block, form).ok().and_then(|shape| Found::of(at, &shape)));
                }
                Some(BlockKind::Interfaces(2)) if !trailer_agrees(block) => {
                    length = short_list_length(rest, length).unwrap_or(length);
                }
                _ => {}
            }
            at = at.saturating_add(length);
        }
    }
}
