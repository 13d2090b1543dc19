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

    /// Replaces the oldest pieces by their compressed bytes, and gives them back.
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
    pub(super) fn start(kept: Arc<Kept>, spare: Spare) -> io::Result<Self> {
        let (pieces, receiver) = sync_channel(WAITING);
        let packer = Arc::clone(&kept);
        thread::Builder::new().name("pack".into()).spawn(move || pack_all(&packer, &receiver, &spare))?;
        Ok(Keeper { kept, pieces })
    }

    /// Keeps the next piece; waits when compression is far behind.
    pub(super) fn keep(&mut self, piece: &Arc<Vec<u8>>) {
        self.kept.add(piece);
        // Without the thread pieces stay as they are: larger, but readable.
        let _ = self.pieces.send(Arc::clone(piece));
    }
}

fn pack_all(kept: &Kept, pieces: &Receiver<Arc<Vec<u8>>>, spare: &Spare) {
    let mut waiting: Vec<Arc<Vec<u8>>> = Vec::new();
    let mut scratch = Vec::new();
    while let Ok(piece) = pieces.recv() {
        waiting.push(piece);
        if waiting.iter().map(|piece| piece.len()).sum::<usize>() >= TOGETHER {
            pack_together(kept, &mut waiting, &mut scratch, spare);
        }
    }
}

fn pack_together(kept: &Kept, waiting: &mut Vec<Arc<Vec<u8>>>, scratch: &mut Vec<u8>, spare: &Spare) {
    let joined;
    let plain: &[u8] = match waiting.as_slice() {
        [piece] => piece,
        pieces => {
            joined = pieces.iter().flat_map(|piece| piece.iter().copied()).collect::<Vec<u8>>();
            &joined
        }
    };
    scratch.resize(lz4_flex::block::get_maximum_output_size(plain.len()), 0);
    let Ok(packed) = lz4_flex::block::compress_into(plain, scratch) else { return };
    let done = kept.pack(waiting.len(), plain.len(), scratch.get(..packed).unwrap_or_default());
    drop(done);
    for piece in waiting.drain(..) {
        // Whoever is last to hold a piece gives its memory back.
        if let Some(buffer) = Arc::into_inner(piece).filter(|buffer| buffer.capacity() >= TOGETHER) {
            let _ = spare.send(buffer);
        }
    }
}
