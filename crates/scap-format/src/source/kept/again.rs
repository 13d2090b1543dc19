//! What has to be kept of a gzip file so that it can be read at any place without inflating all of it first.

use std::sync::{Arc, Mutex};

use super::super::gzip::{Compressed, Span};
use super::{lock, Kept, Packed, Place, Stored};

/// Packed bytes that are kept at most: of most files the last stretch alone is packed.
const PACKED: usize = 32 << 20;
/// A stretch is no longer than this: so much is held when a byte of it is read.
const LONGEST: usize = 64 << 20;

/// What stands before a stretch.
const SPAN: u8 = 1;
const PACKED_HERE: u8 = 2;

impl Kept {
    /// Where all bytes are that have been read; `None` where too many of them would have to be there themselves.
    pub(in super::super) fn to_bytes(&self) -> Option<Vec<u8>> {
        let stored = lock(&self.stored);
        let mut out = Vec::new();
        let mut here = 0usize;
        let mut end = 0;
        let mut pack = |start: u64, length: usize, packed: &[u8], out: &mut Vec<u8>| {
            out.push(PACKED_HERE);
            out.extend_from_slice(&start.to_le_bytes());
            for number in [length, packed.len()] {
                out.extend_from_slice(&u64::try_from(number).ok()?.to_le_bytes());
            }
            out.extend_from_slice(packed);
            here = here.saturating_add(packed.len());
            (here <= PACKED).then_some(())
        };
        for Packed { start, length, bytes } in &stored.packed {
            match bytes {
                Place::Input { span, .. } => {
                    out.push(SPAN);
                    span.put(&mut out);
                }
                Place::Memory(packed) => pack(*start, *length, packed, &mut out)?,
                Place::File { .. } => return None,
            }
            end = start.checked_add(u64::try_from(*length).ok()?)?;
        }
        for piece in stored.recent.iter().filter(|piece| piece.end() > end) {
            let from = usize::try_from(end.saturating_sub(piece.start)).ok()?;
            let rest = piece.bytes.get(from..)?;
            pack(piece.start.max(end), rest.len(), &lz4_flex::block::compress(rest), &mut out)?;
        }
        Some(out)
    }

    /// The stream whose bytes are where this says; `None` where it says nothing of the kind.
    pub(in super::super) fn from_bytes(input: &Compressed, bytes: &[u8]) -> Option<Self> {
        let mut from = bytes;
        let mut stored = Stored::default();
        while let Some((kind, rest)) = from.split_first() {
            from = rest;
            let (start, length, bytes) = match *kind {
                SPAN => {
                    let span = Span::take(&mut from)?;
                    (span.start, span.length, Place::Input { input: input.clone(), span: Arc::new(span) })
                }
                PACKED_HERE => packed(&mut from)?,
                _ => return None,
            };
            let end = start.checked_add(u64::try_from(length).ok()?)?;
            let follows = stored.packed.back().map_or(start == 0, |before| start > before.start && start <= stored.end);
            if !follows || end <= stored.end || length > LONGEST {
                return None;
            }
            stored.end = end;
            stored.in_memory = stored.in_memory.saturating_add(bytes.memory());
            stored.packed.push_back(Packed { start, length, bytes });
        }
        Some(Kept { stored: Mutex::new(stored), ..Kept::default() })
    }
}

/// A stretch that is packed here: where it starts, its length, and its bytes.
fn packed(from: &mut &[u8]) -> Option<(u64, usize, Place)> {
    let mut number = || {
        let (taken, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(u64::from_le_bytes(*taken))
    };
    let (start, length, packed) = (number()?, number()?, number()?);
    let (bytes, rest) = from.split_at_checked(usize::try_from(packed).ok()?)?;
    *from = rest;
    Some((start, usize::try_from(length).ok()?, Place::Memory(bytes.into())))
}
