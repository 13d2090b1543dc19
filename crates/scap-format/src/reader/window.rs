//! The stretch of the stream that is looked at: a piece, or the joint of two.

use std::sync::Arc;

use crate::event::EventRef;
use crate::event_block::Found;
use crate::source::{Handed, Pieces, StreamFault};

/// Whether as much is in view as was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refill {
    Enough,
    /// Not yet: the input may still grow.
    Idle,
    /// No: the stream ends before.
    End,
}

/// The stretch of the stream in view. Blocks are borrowed from it; only what straddles two pieces is copied.
#[derive(Debug)]
pub(super) struct Window {
    bytes: Arc<Vec<u8>>,
    at: usize,
    /// The events of `bytes` that were found ahead, of which the first so many have been passed.
    found: Vec<Found>,
    passed: usize,
    /// Offset of `bytes` in the stream.
    start: u64,
    /// Whether `bytes` is a copy, which may be extended.
    joint: bool,
    /// The next piece, whose first bytes may have been copied into the joint already.
    front: Option<Front>,
    pieces: Pieces,
    position: u64,
    fault: Option<StreamFault>,
    ended: bool,
}

/// A piece that is not in view yet.
#[derive(Debug)]
struct Front {
    bytes: Arc<Vec<u8>>,
    at: usize,
    found: Vec<Found>,
}

impl Window {
    pub(super) fn new(pieces: Pieces) -> Self {
        Window {
            bytes: Arc::default(),
            at: 0,
            found: Vec::new(),
            passed: 0,
            start: 0,
            joint: true,
            front: None,
            pieces,
            position: 0,
            fault: None,
            ended: false,
        }
    }

    /// The pieces behind the window.
    pub(super) fn pieces(&mut self) -> &mut Pieces {
        &mut self.pieces
    }

    /// What is in view and not yet taken.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Where that starts in the stream.
    #[inline]
    pub(super) fn offset(&self) -> u64 {
        self.start.saturating_add(self.at as u64)
    }

    /// Bytes read of the input.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Takes this many bytes, or what there is.
    #[inline]
    pub(super) fn take(&mut self, length: usize) -> &[u8] {
        let from = self.at;
        self.skip(length);
        self.bytes.get(from..self.at).unwrap_or_default()
    }

    /// Passes over this many bytes, or what there is.
    #[inline]
    pub(super) fn skip(&mut self, length: usize) {
        self.at = self.at.saturating_add(length).min(self.bytes.len());
    }

    /// Takes the event that begins here, if it was found ahead: where its block starts in the stream, and what it is.
    #[inline]
    pub(super) fn take_found(&mut self) -> Option<(u64, EventRef<'_>)> {
        while self.found.get(self.passed)?.at() < self.at {
            self.passed += 1;
        }
        let found = self.found.get(self.passed).filter(|found| found.at() == self.at)?;
        let behind = self.at.checked_add(found.block_length())?;
        let event = found.event(self.bytes.get(self.at..behind)?)?;
        let offset = self.start.saturating_add(self.at as u64);
        self.passed += 1;
        self.at = behind;
        Some((offset, event))
    }

    pub(super) fn has_fault(&self) -> bool {
        self.fault.is_some()
    }

    /// Why the stream ended early; once.
    pub(super) fn fault(&mut self) -> Option<StreamFault> {
        self.fault.take()
    }

    /// Brings at least `needed` bytes into view, if there are as many.
    pub(super) fn refill(&mut self, needed: usize) -> Refill {
        while self.rest().is_empty() {
            match self.next_piece() {
                Refill::Enough => {}
                short => return short,
            }
        }
        if self.rest().len() >= needed {
            return Refill::Enough;
        }
        self.join(needed)
    }

    /// Makes the next piece the window. Nothing of the current one is left.
    fn next_piece(&mut self) -> Refill {
        let answer = self.fetch();
        if let Some(front) = self.front.take() {
            // The window starts where its first byte would be, also when that one was copied before.
            self.start = self.offset().saturating_sub(front.at as u64);
            self.at = front.at;
            let found = std::mem::replace(&mut self.found, front.found);
            self.passed = 0;
            self.joint = false;
            let read = std::mem::replace(&mut self.bytes, front.bytes);
            self.pieces.recycle(read, found);
        }
        answer
    }

    /// Copies what is left, and from the next pieces as much as is needed, into one stretch.
    fn join(&mut self, needed: usize) -> Refill {
        if self.ended && self.front.is_none() {
            return Refill::End;
        }
        let mut joint = self.start_joint();
        let answer = loop {
            let missing = needed.saturating_sub(joint.len());
            if missing == 0 {
                break Refill::Enough;
            }
            match self.fetch() {
                Refill::Enough => {}
                short => break short,
            }
            let Some(mut front) = self.front.take() else { continue };
            let rest = front.bytes.get(front.at..).unwrap_or_default();
            let taken = missing.min(rest.len());
            joint.extend_from_slice(rest.get(..taken).unwrap_or_default());
            if taken < rest.len() {
                front.at = front.at.saturating_add(taken);
                self.front = Some(front);
            } else {
                self.pieces.recycle(front.bytes, front.found);
            }
        };
        self.bytes = Arc::new(joint);
        answer
    }

    /// The bytes that are left, as a stretch that can grow; the window is empty until it is put back.
    fn start_joint(&mut self) -> Vec<u8> {
        self.start = self.offset();
        let found = std::mem::take(&mut self.found);
        let at = std::mem::take(&mut self.at);
        let bytes = std::mem::take(&mut self.bytes);
        let was_joint = std::mem::replace(&mut self.joint, true);
        if was_joint {
            let mut joint = Arc::unwrap_or_clone(bytes);
            joint.drain(..at.min(joint.len()));
            return joint;
        }
        let joint = bytes.get(at..).unwrap_or_default().to_vec();
        self.pieces.recycle(bytes, found);
        joint
    }

    /// Makes sure that there is a next piece.
    fn fetch(&mut self) -> Refill {
        if self.front.is_some() {
            return Refill::Enough;
        }
        if self.ended {
            return Refill::End;
        }
        match self.pieces.next() {
            Handed::Piece { bytes, found, position } => {
                self.position = position;
                self.front = Some(Front { bytes, at: 0, found });
                Refill::Enough
            }
            Handed::Idle => Refill::Idle,
            Handed::Fault(fault) => {
                self.position = fault.position;
                self.fault = Some(fault);
                self.ended = true;
                Refill::End
            }
            Handed::End => {
                self.ended = true;
                Refill::End
            }
        }
    }
}
