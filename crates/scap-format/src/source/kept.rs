//! The uncompressed stream of an input that cannot be read twice: kept compressed, in memory up to a bound, then in a
//! file that goes with the process.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::read_ahead::Spare;
use super::spill::Spill;

/// Pieces that may wait for compression. More would only hold more memory.
const WAITING: usize = 4;
/// Small pieces of a pipe are compressed together, once they are this long.
const TOGETHER: usize = 256 << 10;
/// Unpacked pieces that are remembered: about one for each thread that asks.
const UNPACKED: usize = 8;
/// Compressed bytes that are held in memory.
const IN_MEMORY: usize = 1 << 30;

struct Packed {
    start: u64,
    length: usize,
    bytes: Place,
}

/// Where compressed bytes are.
#[derive(Clone)]
enum Place {
    Memory(Arc<[u8]>),
    File { file: Arc<File>, at: u64, length: usize },
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
        }
    }
}

struct Recent {
    start: u64,
    bytes: Arc<Vec<u8>>,
}

#[derive(Default)]
struct Stored {
    packed: VecDeque<Packed>,
    /// Behind the packed ones, not compressed yet.
    recent: VecDeque<Recent>,
    end: u64,
    /// Compressed bytes in memory.
    in_memory: usize,
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
        let remembered = |unpacked: &mut VecDeque<(u64, Arc<Vec<u8>>)>| {
            let at = unpacked.iter().position(|(s, _)| *s == start)?;
            let piece = unpacked.remove(at)?;
            unpacked.push_back(piece.clone());
            Some(piece)
        };
        if let Some(piece) = remembered(&mut lock(&self.unpacked)) {
            return Ok(Some(piece));
        }
        let bytes = bytes.unpacked(length)?;
        let piece = (start, Arc::new(bytes));
        let mut unpacked = lock(&self.unpacked);
        if unpacked.len() >= UNPACKED {
            unpacked.pop_front();
        }
        unpacked.push_back(piece.clone());
        Ok(Some(piece))
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
            if let Place::Memory(bytes) = &packed.bytes {
                stored.in_memory = stored.in_memory.saturating_sub(bytes.len());
            }
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

    /// Takes a piece that follows the ones before.
    fn add(&self, bytes: &Arc<Vec<u8>>) {
        let mut stored = lock(&self.stored);
        let start = stored.end;
        stored.end = start.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        stored.recent.push_back(Recent { start, bytes: Arc::clone(bytes) });
    }

    /// Replaces the oldest pieces by their compressed bytes, and gives them back: freeing takes long under a lock.
    fn pack(&self, pieces: usize, length: usize, bytes: Place) -> Vec<Recent> {
        let mut stored = lock(&self.stored);
        let done: Vec<Recent> = {
            let pieces = pieces.min(stored.recent.len());
            stored.recent.drain(..pieces).collect()
        };
        if let Some(first) = done.first() {
            if let Place::Memory(bytes) = &bytes {
                stored.in_memory = stored.in_memory.saturating_add(bytes.len());
            }
            stored.packed.push_back(Packed { start: first.start, length, bytes });
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
        Self::within(kept, spare, hold, IN_MEMORY)
    }

    /// As `start`, with at most so many compressed bytes in memory.
    fn within(kept: Arc<Kept>, spare: Spare, hold: usize, memory: usize) -> io::Result<Self> {
        let (pieces, receiver) = sync_channel(WAITING);
        let mut packer = Packer {
            kept: Arc::clone(&kept),
            waiting: VecDeque::new(),
            held: 0,
            scratch: Vec::new(),
            spare,
            memory,
            spill: None,
        };
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
    /// Compressed bytes that memory may take.
    memory: usize,
    /// Where the others go.
    spill: Option<(Spill, Arc<File>)>,
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

    /// Puts the first bytes of the scratch away. Where no file can be had, memory has to do.
    fn put(&mut self, length: usize) -> Place {
        let bytes = self.scratch.get(..length).unwrap_or_default();
        if lock(&self.kept.stored).in_memory.saturating_add(length) > self.memory {
            if self.spill.is_none() {
                let spill = Spill::in_folder(&std::env::temp_dir());
                self.spill = spill.and_then(|spill| Ok((spill.reader()?, spill))).map(|(f, s)| (s, Arc::new(f))).ok();
            }
            if let Some((spill, file)) = &mut self.spill {
                if let Ok(at) = spill.add(bytes) {
                    return Place::File { file: Arc::clone(file), at, length };
                }
            }
        }
        Place::Memory(Arc::from(bytes))
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
        let place = self.put(packed);
        drop(self.kept.pack(pieces.len(), plain.len(), place));
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
        packed_within(lengths, usize::MAX)
    }

    fn packed_within(lengths: &[usize], memory: usize) -> (Arc<Kept>, Vec<u8>) {
        let kept = Arc::new(Kept::default());
        let mut keeper = Keeper::within(Arc::clone(&kept), channel().0, 0, memory).unwrap();
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

    fn assert_gives_back(kept: &Kept, all: &[u8]) {
        let mut at = 0;
        while let Some((start, piece)) = kept.piece(at as u64).unwrap() {
            let from = at - usize::try_from(start).unwrap();
            assert_eq!(piece[from..], all[at..at + piece.len() - from]);
            at += piece.len() - from;
        }
        assert_eq!(at, all.len());
    }

    #[test]
    fn packed_pieces_give_back_every_byte() {
        let (kept, all) = packed(&[1 << 20, 3, 500_000, 100, 77, 200_000, 1]);
        assert_gives_back(&kept, &all);
    }

    #[test]
    fn what_memory_does_not_take_is_read_from_a_file() {
        let (kept, all) = packed_within(&[1 << 20, 700_000, 1 << 20, 300_000], 10_000);
        let in_file = |stored: &Stored| stored.packed.iter().filter(|p| matches!(p.bytes, Place::File { .. })).count();
        assert!((1..4).contains(&in_file(&lock(&kept.stored))));
        assert_gives_back(&kept, &all);
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
