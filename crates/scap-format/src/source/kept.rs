//! The uncompressed stream of an input that cannot be read as it lies: newest pieces as they are, older ones packed, or
//! as the place of a file where they can be inflated again.

mod again;

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::gzip::{Compressed, Span};

/// Unpacked pieces that are remembered: about one for each thread that asks.
const UNPACKED: usize = 8;
/// Their bytes, unless a single one has more.
const UNPACKED_BYTES: usize = 16 << 20;

struct Packed {
    start: u64,
    length: usize,
    bytes: Place,
}

/// Where compressed bytes are.
#[derive(Clone)]
pub(super) enum Place {
    /// Packed with lz4.
    Memory(Arc<[u8]>),
    /// Likewise.
    File { file: Arc<File>, at: u64, length: usize },
    /// In the input itself.
    Input { input: Compressed, span: Arc<Span> },
}

impl Place {
    fn unpacked(&self, length: usize) -> io::Result<Vec<u8>> {
        let unpack = |bytes: &[u8]| lz4_flex::block::decompress(bytes, length).map_err(io::Error::other);
        match self {
            Place::Memory(bytes) => unpack(bytes),
            Place::File { file, at, length: packed } => {
                let mut bytes = vec![0; *packed];
                file.read_exact_at(&mut bytes, *at)?;
                unpack(&bytes)
            }
            Place::Input { input, span } => span.inflate(input),
        }
    }

    /// Bytes of memory that it takes.
    fn memory(&self) -> usize {
        match self {
            Place::Memory(bytes) => bytes.len(),
            Place::File { .. } => 0,
            Place::Input { span, .. } => span.memory(),
        }
    }
}

/// A piece as it is.
#[derive(Clone)]
pub(super) struct Recent {
    pub(super) start: u64,
    pub(super) bytes: Arc<Vec<u8>>,
}

impl Recent {
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(u64::try_from(self.bytes.len()).unwrap_or(u64::MAX))
    }
}

/// What was unpacked last, the newest at the end.
#[derive(Default)]
struct Unpacked {
    pieces: VecDeque<Recent>,
    bytes: usize,
}

impl Unpacked {
    fn again(&mut self, start: u64) -> Option<Arc<Vec<u8>>> {
        let at = self.pieces.iter().position(|piece| piece.start == start)?;
        let piece = self.pieces.remove(at)?;
        let bytes = Arc::clone(&piece.bytes);
        self.pieces.push_back(piece);
        Some(bytes)
    }

    fn remember(&mut self, piece: Recent) {
        let length = piece.bytes.len();
        while self.pieces.len() >= UNPACKED || self.bytes.saturating_add(length) > UNPACKED_BYTES {
            let Some(oldest) = self.pieces.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.bytes.len());
        }
        self.bytes = self.bytes.saturating_add(length);
        self.pieces.push_back(piece);
    }
}

#[derive(Default)]
struct Stored {
    /// In the order of their starts; each goes on at least to where the next one starts.
    packed: VecDeque<Packed>,
    /// The newest pieces; the first of them may be among the packed ones too.
    recent: VecDeque<Recent>,
    end: u64,
    /// Bytes of memory that the packed ones take.
    in_memory: usize,
}

/// The stream so far.
#[derive(Default)]
pub(crate) struct Kept {
    stored: Mutex<Stored>,
    unpacked: Mutex<Unpacked>,
}

/// A panic elsewhere leaves these structures whole: each change is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

enum Found {
    Plain(u64, Arc<Vec<u8>>),
    Packed { start: u64, length: usize, bytes: Place },
}

impl Kept {
    /// The piece with this offset and where it starts, `None` beyond what was read.
    pub(super) fn piece(&self, offset: u64) -> io::Result<Option<(u64, Arc<Vec<u8>>)>> {
        let (start, length, bytes) = match self.find(offset) {
            None => return Ok(None),
            Some(Found::Plain(start, bytes)) => return Ok(Some((start, bytes))),
            Some(Found::Packed { start, length, bytes }) => (start, length, bytes),
        };
        if let Some(piece) = lock(&self.unpacked).again(start) {
            return Ok(Some((start, piece)));
        }
        let piece = Arc::new(bytes.unpacked(length)?);
        lock(&self.unpacked).remember(Recent { start, bytes: Arc::clone(&piece) });
        Ok(Some((start, piece)))
    }

    /// Lets go of what lies before an offset, as far as it is compressed.
    pub(super) fn forget(&self, before: u64) {
        let mut gone = Vec::new();
        let mut stored = lock(&self.stored);
        while let Some(packed) = stored.packed.front() {
            if packed.start.saturating_add(u64::try_from(packed.length).unwrap_or(u64::MAX)) > before {
                break;
            }
            let Some(packed) = stored.packed.pop_front() else { break };
            stored.in_memory = stored.in_memory.saturating_sub(packed.bytes.memory());
            gone.push(packed);
        }
        // Freeing takes long under a lock.
        drop(stored);
    }

    /// Bytes held in memory.
    pub(super) fn memory(&self) -> usize {
        let stored = lock(&self.stored);
        let recent = stored.recent.iter().map(|recent| recent.bytes.len()).sum::<usize>();
        stored.in_memory.saturating_add(recent)
    }

    fn find(&self, offset: u64) -> Option<Found> {
        let stored = lock(&self.stored);
        if offset >= stored.end {
            return None;
        }
        if stored.recent.front().is_some_and(|recent| recent.start <= offset) {
            let at = stored.recent.partition_point(|recent| recent.start <= offset).checked_sub(1)?;
            return stored.recent.get(at).map(|r| Found::Plain(r.start, Arc::clone(&r.bytes)));
        }
        let at = stored.packed.partition_point(|packed| packed.start <= offset).checked_sub(1)?;
        let packed = stored.packed.get(at)?;
        Some(Found::Packed { start: packed.start, length: packed.length, bytes: packed.bytes.clone() })
    }

    /// Bytes of memory that what is packed takes.
    pub(super) fn packed_memory(&self) -> usize {
        lock(&self.stored).in_memory
    }

    /// Takes a piece that follows the ones before; returns where it ends.
    pub(super) fn add(&self, bytes: &Arc<Vec<u8>>) -> u64 {
        let mut stored = lock(&self.stored);
        let start = stored.end;
        stored.end = start.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        stored.recent.push_back(Recent { start, bytes: Arc::clone(bytes) });
        stored.end
    }

    #[cfg(test)]
    pub(super) fn has_recent(&self) -> bool {
        !lock(&self.stored).recent.is_empty()
    }

    /// Where the packed stretches are.
    #[cfg(test)]
    pub(super) fn places(&self) -> Vec<Place> {
        lock(&self.stored).packed.iter().map(|packed| packed.bytes.clone()).collect()
    }

    /// The first piece that goes on behind an offset.
    pub(super) fn behind(&self, offset: u64) -> Option<Recent> {
        lock(&self.stored).recent.iter().find(|recent| recent.end() > offset).cloned()
    }

    /// Takes a stretch that is packed. It starts behind the start of the one before, and not behind its end.
    pub(super) fn pack(&self, start: u64, length: usize, bytes: Place) {
        let mut stored = lock(&self.stored);
        stored.in_memory = stored.in_memory.saturating_add(bytes.memory());
        stored.packed.push_back(Packed { start, length, bytes });
    }

    /// Lets go of the pieces before an offset, which are packed, and gives them back: freeing takes long under a lock.
    pub(super) fn release(&self, before: u64) -> Vec<Recent> {
        let mut stored = lock(&self.stored);
        let done = stored.recent.partition_point(|recent| recent.end() <= before);
        stored.recent.drain(..done).collect()
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let stored = lock(&self.stored);
        f.debug_struct("Kept").field("packed", &stored.packed.len()).field("end", &stored.end).finish_non_exhaustive()
    }
}
