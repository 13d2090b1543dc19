//! The uncompressed stream of an input that cannot be read twice: kept in memory, compressed.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::read_ahead::Spare;

/// Pieces that may wait for compression. More would only hold more memory.
const WAITING: usize = 4;
/// Small pieces of a pipe are compressed together, once they are this long.
const TOGETHER: usize = 256 << 10;
/// Unpacked pieces that are remembered: about one for each thread that asks.
const UNPACKED: usize = 8;

struct Packed {
    start: u64,
    length: usize,
    bytes: Arc<[u8]>,
}

struct Recent {
    start: u64,
    bytes: Arc<Vec<u8>>,
}

#[derive(Default)]
struct Stored {
    packed: Vec<Packed>,
    /// Behind the packed ones, not compressed yet.
    recent: VecDeque<Recent>,
    end: u64,
}

/// The stream so far.
#[derive(Default)]
pub(crate) struct Kept {
    stored: Mutex<Stored>,
    unpacked: Mutex<VecDeque<(u64, Arc<Vec<u8>>)>>,
}

/// A panic elsewhere leaves these structures whole: each change is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

enum Found {
    Plain(u64, Arc<Vec<u8>>),
    Packed { start: u64, length: usize, bytes: Arc<[u8]> },
}

impl Kept {
    /// The piece with this offset and where it starts, `None` beyond what was read.
    pub(super) fn piece(&self, offset: u64) -> io::Result<Option<(u64, Arc<Vec<u8>>)>> {
        let (start, length, bytes) = match self.find(offset) {
            None => return Ok(None),
            Some(Found::Plain(start, bytes)) => return Ok(Some((start, bytes))),
            Some(Found::Packed { start, length, bytes }) => (start, length, bytes),
        };
        let remembered = |unpacked: &mut VecDeque<(u64, Arc<Vec<u8>>)>| {
            let at = unpacked.iter().position(|(s, _)| *s == start)?;
            let piece = unpacked.remove(at)?;
            unpacked.push_back(piece.clone());
            Some(piece)
        };
        if let Some(piece) = remembered(&mut lock(&self.unpacked)) {
            return Ok(Some(piece));
        }
        let bytes = lz4_flex::block::decompress(&bytes, length).map_err(io::Error::other)?;
        let piece = (start, Arc::new(bytes));
        let mut unpacked = lock(&self.unpacked);
        if unpacked.len() >= UNPACKED {
            unpacked.pop_front();
        }
        unpacked.push_back(piece.clone());
        Ok(Some(piece))
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
        Some(Found::Packed { start: packed.start, length: packed.length, bytes: Arc::clone(&packed.bytes) })
    }

    /// Takes a piece that follows the ones before.
    fn add(&self, bytes: &Arc<Vec<u8>>) {
        let mut stored = lock(&self.stored);
        let start = stored.end;
        stored.end = start.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        stored.recent.push_back(Recent { start, bytes: Arc::clone(bytes) });
    }

    /// Replaces the oldest pieces by their compressed bytes, and gives them back: freeing takes long under a lock.
    fn pack(&self, pieces: usize, length: usize, bytes: &[u8]) -> Vec<Recent> {
        let bytes = Arc::from(bytes);
        let mut stored = lock(&self.stored);
        let done: Vec<Recent> = {
            let pieces = pieces.min(stored.recent.len());
            stored.recent.drain(..pieces).collect()
        };
        if let Some(first) = done.first() {
            stored.packed.push(Packed { start: first.start, length, bytes });
        }
        done
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let stored = lock(&self.stored);
        f.debug_struct("Kept").field("packed", &stored.packed.len()).field("end", &stored.end).finish_non_exhaustive()
    }
}

/// Compresses what is kept, in a thread of its own so that it does not hold up reading.
pub(super) struct Keeper {
    kept: Arc<Kept>,
    pieces: SyncSender<Arc<Vec<u8>>>,
}

impl Keeper {
    /// Starts the thread. While the stream is read it leaves the newest `hold` bytes as they are: compressing takes
    /// longer than inflating, and would compete for the processors with what the reader's user waits for.
    pub(super) fn start(kept: Arc<Kept>, spare: Spare, hold: usize) -> io::Result<Self> {
        let (pieces, receiver) = sync_channel(WAITING);
        let mut packer =
            Packer { kept: Arc::clone(&kept), waiting: VecDeque::new(), held: 0, scratch: Vec::new(), spare };
        thread::Builder::new().name("pack".into()).spawn(move || packer.run(&receiver, hold))?;
        Ok(Keeper { kept, pieces })
    }

    /// Keeps the next piece; waits when compression is far behind.
    pub(super) fn keep(&mut self, piece: &Arc<Vec<u8>>) {
        self.kept.add(piece);
        // Without the thread pieces stay as they are: larger, but readable.
        let _ = self.pieces.send(Arc::clone(piece));
    }
}

struct Packer {
    kept: Arc<Kept>,
    waiting: VecDeque<Arc<Vec<u8>>>,
    /// Bytes in `waiting`.
    held: usize,
    scratch: Vec<u8>,
    spare: Spare,
}

impl Packer {
    fn run(&mut self, pieces: &Receiver<Arc<Vec<u8>>>, hold: usize) {
        while let Ok(piece) = pieces.recv() {
            self.held = self.held.saturating_add(piece.len());
            self.waiting.push_back(piece);
            while self.held > hold {
                self.pack_oldest();
            }
        }
        // When nobody can ask any more there is nothing to pack for.
        while !self.waiting.is_empty() && Arc::strong_count(&self.kept) > 1 {
            self.pack_oldest();
        }
    }

    /// Packs the oldest piece, or as many small ones as make up one.
    fn pack_oldest(&mut self) {
        let mut pieces = Vec::new();
        let mut length = 0usize;
        while length < TOGETHER {
            let Some(piece) = self.waiting.pop_front() else { break };
            length = length.saturating_add(piece.len());
            pieces.push(piece);
        }
        self.held = self.held.saturating_sub(length);
        let joined;
        let plain: &[u8] = if let [piece] = pieces.as_slice() {
            piece
        } else {
            joined = pieces.iter().flat_map(|piece| piece.iter().copied()).collect::<Vec<u8>>();
            &joined
        };
        self.scratch.resize(lz4_flex::block::get_maximum_output_size(plain.len()), 0);
        // The scratch is as long as it must be: this cannot fail.
        let Ok(packed) = lz4_flex::block::compress_into(plain, &mut self.scratch) else { return };
        let packed = self.scratch.get(..packed).unwrap_or_default();
        drop(self.kept.pack(pieces.len(), plain.len(), packed));
        for piece in pieces {
            // Whoever is last to hold a piece gives its memory back.
            if let Some(buffer) = Arc::into_inner(piece).filter(|buffer| buffer.capacity() >= TOGETHER) {
                let _ = self.spare.send(buffer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    use super::*;

    /// Keeps pieces of these lengths and gives their bytes, once all are packed.
    fn packed(lengths: &[usize]) -> (Arc<Kept>, Vec<u8>) {
        let kept = Arc::new(Kept::default());
        let mut keeper = Keeper::start(Arc::clone(&kept), channel().0, 0).unwrap();
        let mut all = Vec::new();
        for (number, length) in lengths.iter().enumerate() {
            let piece: Vec<u8> = (0..*length).map(|at| u8::try_from(at * number / 7 % 251).unwrap()).collect();
            all.extend_from_slice(&piece);
            keeper.keep(&Arc::new(piece));
        }
        drop(keeper);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !lock(&kept.stored).recent.is_empty() {
            assert!(Instant::now() < deadline);
            thread::sleep(Duration::from_millis(1));
        }
        (kept, all)
    }

    #[test]
    fn packed_pieces_give_back_every_byte() {
        let (kept, all) = packed(&[1 << 20, 3, 500_000, 100, 77, 200_000, 1]);
        let mut at = 0;
        while let Some((start, piece)) = kept.piece(at as u64).unwrap() {
            let from = at - usize::try_from(start).unwrap();
            assert_eq!(piece[from..], all[at..at + piece.len() - from]);
            at += piece.len() - from;
        }
        assert_eq!(at, all.len());
    }

    #[test]
    fn what_was_unpacked_last_is_remembered() {
        let (kept, _) = packed(&[1 << 20; 12]);
        let (_, first) = kept.piece(5).unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &kept.piece(1000).unwrap().unwrap().1));
        (0..12).for_each(|n| drop(kept.piece(n << 20)));
        assert!(!Arc::ptr_eq(&first, &kept.piece(5).unwrap().unwrap().1));
    }
}
