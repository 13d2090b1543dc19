//! A text in what went through a stream, also where two calls share it.

use super::{Piece, Stream};
use crate::store::bytes::Windows;
use crate::store::Store;

/// Places of a text in one piece that are told at most.
const MOST: usize = 1_000;

impl Stream {
    /// The next piece, or the one before, in whose captured bytes a text begins, whatever the case of its letters; the
    /// start itself does not count. The text may end in later pieces of the same way.
    pub fn find(&self, store: &Store, text: &[u8], start: usize, backward: bool) -> Option<usize> {
        let text = text.to_ascii_lowercase();
        let mut windows = Windows::default();
        let mut begins = |piece: &usize| {
            let (own, bytes) = self.onward(store, &mut windows, *piece, text.len().saturating_sub(1));
            own > 0 && memchr::memmem::find(&bytes, &text).is_some()
        };
        if backward {
            (0..start.min(self.pieces.len())).rev().find(&mut begins)
        } else {
            (start.saturating_add(1)..self.pieces.len()).find(&mut begins)
        }
    }

    /// From which to before which byte of a piece a text stands, as far as it stands in this piece.
    pub fn matches(&self, store: &Store, windows: &mut Windows, piece: usize, text: &[u8]) -> Vec<(usize, usize)> {
        let text = text.to_ascii_lowercase();
        let Some(around) = text.len().checked_sub(1) else { return Vec::new() };
        let mut bytes = self.before(store, windows, piece, around);
        let begin = bytes.len();
        let (own, onward) = self.onward(store, windows, piece, around);
        bytes.extend(onward);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = bytes.get(from..).and_then(|rest| memchr::memmem::find(rest, &text)) {
            let place = from + at;
            let (first, stop) = (place.max(begin), (place + text.len()).min(begin + own));
            if first < stop && found.len() < MOST {
                found.push((first - begin, stop - begin));
            }
            from = place + 1;
        }
        found
    }

    /// How many bytes of a piece are captured, and these with so many of what came behind them the same way.
    fn onward(&self, store: &Store, windows: &mut Windows, piece: usize, more: usize) -> (usize, Vec<u8>) {
        let mut bytes = self.data(store, windows, piece).to_ascii_lowercase();
        let own = bytes.len();
        let mut at = piece;
        while let Some(next) = self.joins(at).then(|| self.beside(at, 1)).flatten() {
            if bytes.len() >= own + more {
                break;
            }
            bytes.extend(self.data(store, windows, next).to_ascii_lowercase());
            at = next;
        }
        bytes.truncate(own + more);
        (own, bytes)
    }

    /// The last bytes before a piece that came the same way.
    fn before(&self, store: &Store, windows: &mut Windows, piece: usize, most: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut at = piece;
        while let Some(last) = self.beside(at, -1).filter(|last| self.joins(*last)) {
            if bytes.len() >= most {
                break;
            }
            let mut earlier = self.data(store, windows, last).to_ascii_lowercase();
            earlier.append(&mut bytes);
            bytes = earlier;
            at = last;
        }
        bytes.split_off(bytes.len().saturating_sub(most))
    }

    /// Whether what comes behind a piece goes on where it ends: all of it is captured, and it is no datagram.
    fn joins(&self, piece: usize) -> bool {
        let is_whole = |piece: &Piece| piece.way.is_some() && piece.captured == piece.moved;
        self.pieces.get(piece).is_some_and(is_whole) && self.ends.iter().all(|end| end.l4 != "udp")
    }

    /// The next piece of the same way that moved bytes, or the one before.
    fn beside(&self, piece: usize, by: isize) -> Option<usize> {
        let way = self.pieces.get(piece)?.way?;
        let mut at = piece;
        loop {
            at = at.checked_add_signed(by)?;
            let beside = self.pieces.get(at)?;
            if beside.way == Some(way) && beside.moved > 0 {
                return Some(at);
            }
        }
    }
}
