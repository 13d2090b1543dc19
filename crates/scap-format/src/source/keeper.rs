//! What becomes of the pieces of the stream once they are handed over: packed with lz4, or to be inflated again.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::Arc;
use std::thread;

use super::gzip::{Compressed, Span};
use super::kept::{Kept, Place, Recent};
use super::read_ahead::Spare;
use super::spill::Spill;

/// Pieces that may wait for compression. More would only hold more memory.
const WAITING: usize = 4;
/// Small pieces of a pipe are compressed together, once they are this long.
const TOGETHER: usize = 256 << 10;
/// Compressed bytes that are held in memory.
const IN_MEMORY: usize = 1 << 30;
/// The longest span: so much may have to be inflated to read one byte of it.
const LONGEST: u64 = 8 << 20;

/// Keeps what is read.
pub(super) enum Keeper {
    Packing(Packing),
    Spanning(Spanning),
}

impl Keeper {
    /// Keeps the next piece.
    pub(super) fn keep(&mut self, piece: &Arc<Vec<u8>>) {
        match self {
            Keeper::Packing(packing) => packing.keep(piece),
            Keeper::Spanning(spanning) => spanning.keep(piece),
        }
    }
}

/// Compresses what is kept, in a thread of its own so that it does not hold up reading.
pub(super) struct Packing {
    kept: Arc<Kept>,
    pieces: SyncSender<Arc<Vec<u8>>>,
}

impl Packing {
    /// Starts the thread. While the stream is read it leaves the newest `hold` bytes as they are: compressing takes
    /// longer than inflating, and would compete for the processors with what the reader's user waits for.
    pub(super) fn start(kept: Arc<Kept>, spare: Spare, hold: usize) -> io::Result<Self> {
        Self::within(kept, spare, hold, IN_MEMORY)
    }

    /// As `start`, with at most so many compressed bytes in memory.
    fn within(kept: Arc<Kept>, spare: Spare, hold: usize, memory: usize) -> io::Result<Self> {
        let (pieces, receiver) = sync_channel(WAITING);
        let mut queue =
            Queue { packer: Packer::new(Arc::clone(&kept), memory), waiting: VecDeque::new(), held: 0, at: 0, spare };
        thread::Builder::new().name("pack".into()).spawn(move || queue.run(&receiver, hold))?;
        Ok(Packing { kept, pieces })
    }

    /// Waits when compression is far behind.
    fn keep(&mut self, piece: &Arc<Vec<u8>>) {
        self.kept.add(piece);
        // Without the thread pieces stay as they are: larger, but readable.
        let _ = self.pieces.send(Arc::clone(piece));
    }
}

/// What the thread has before it.
struct Queue {
    packer: Packer,
    waiting: VecDeque<Arc<Vec<u8>>>,
    /// Bytes in `waiting`.
    held: usize,
    /// Where they start.
    at: u64,
    spare: Spare,
}

impl Queue {
    fn run(&mut self, pieces: &Receiver<Arc<Vec<u8>>>, hold: usize) {
        while let Ok(piece) = pieces.recv() {
            self.held = self.held.saturating_add(piece.len());
            self.waiting.push_back(piece);
            while self.held > hold {
                self.pack_oldest();
            }
        }
        // When nobody can ask any more there is nothing to pack for.
        while !self.waiting.is_empty() && Arc::strong_count(&self.packer.kept) > 1 {
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
        self.packer.pack(self.at, plain);
        self.at = self.at.saturating_add(u64::try_from(length).unwrap_or(0));
        drop(self.packer.kept.release(self.at));
        for piece in pieces {
            give_back(piece, &self.spare);
        }
    }
}

/// Whoever is last to hold a piece gives its memory back.
fn give_back(piece: Arc<Vec<u8>>, spare: &Spare) {
    if let Some(buffer) = Arc::into_inner(piece).filter(|buffer| buffer.capacity() >= TOGETHER) {
        let _ = spare.send(buffer);
    }
}

/// Packs with lz4 and puts away what comes out.
struct Packer {
    kept: Arc<Kept>,
    scratch: Vec<u8>,
    /// Compressed bytes that memory may take.
    memory: usize,
    /// Where the others go.
    spill: Option<(Spill, Arc<File>)>,
}

impl Packer {
    fn new(kept: Arc<Kept>, memory: usize) -> Self {
        Packer { kept, scratch: Vec::new(), memory, spill: None }
    }

    /// Packs a stretch that starts at an offset of the stream.
    fn pack(&mut self, start: u64, plain: &[u8]) {
        self.scratch.resize(lz4_flex::block::get_maximum_output_size(plain.len()), 0);
        // The scratch is as long as it must be: this cannot fail.
        let Ok(packed) = lz4_flex::block::compress_into(plain, &mut self.scratch) else { return };
        let place = self.put(packed);
        self.kept.pack(start, plain.len(), place);
    }

    /// Puts the first bytes of the scratch away. Where no file can be had, memory has to do.
    fn put(&mut self, length: usize) -> Place {
        let bytes = self.scratch.get(..length).unwrap_or_default();
        if self.kept.packed_memory().saturating_add(length) > self.memory {
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
}

/// Keeps where spans of a gzip file can be inflated again. Only what is in none of them for long is packed.
pub(super) struct Spanning {
    packer: Packer,
    input: Compressed,
    spans: Receiver<Span>,
    /// The next one, when it goes on behind what has been handed over.
    next: Option<Span>,
    /// Up to where spans and packed pieces go without a gap.
    covered: u64,
    /// Newest bytes that stay as they are while the stream is read.
    hold: usize,
    /// Bytes that may have to be inflated again to read one of them.
    longest: u64,
    spare: Spare,
}

impl Spanning {
    pub(super) fn new(kept: Arc<Kept>, spare: Spare, hold: usize, input: Compressed, spans: Receiver<Span>) -> Self {
        let packer = Packer::new(kept, IN_MEMORY);
        Spanning { packer, input, spans, next: None, covered: 0, hold, longest: LONGEST, spare }
    }

    fn keep(&mut self, piece: &Arc<Vec<u8>>) {
        let end = self.packer.kept.add(piece);
        while let Some(span) = self.next.take().or_else(|| self.spans.try_recv().ok()) {
            if span.end() > end {
                self.next = Some(span);
                break;
            }
            self.take(span);
        }
        while end.saturating_sub(self.covered) > self.longest && self.pack_next() {}
        self.release(end.saturating_sub(u64::try_from(self.hold).unwrap_or(u64::MAX)));
    }

    /// Lets go of the pieces before an offset, as far as they can be had again.
    fn release(&self, before: u64) {
        for Recent { bytes, .. } in self.packer.kept.release(self.covered.min(before)) {
            give_back(bytes, &self.spare);
        }
    }

    fn take(&mut self, span: Span) {
        let end = span.end();
        if end <= self.covered {
            return;
        }
        if span.start <= self.covered && end.saturating_sub(span.start) <= self.longest {
            let (start, length) = (span.start, span.length);
            let place = Place::Input { input: self.input.clone(), span: Arc::new(span) };
            self.packer.kept.pack(start, length, place);
            self.covered = end;
        }
        while self.covered < end && self.pack_next() {}
    }

    /// Packs what follows in the next piece; whether there was one.
    fn pack_next(&mut self) -> bool {
        let Some(piece) = self.packer.kept.behind(self.covered) else { return false };
        let from = usize::try_from(self.covered.saturating_sub(piece.start)).unwrap_or(usize::MAX);
        self.packer.pack(self.covered.max(piece.start), piece.bytes.get(from..).unwrap_or_default());
        self.covered = piece.end();
        true
    }
}

impl Drop for Spanning {
    fn drop(&mut self) {
        self.release(u64::MAX);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read, Write};
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::super::gzip::Gunzip;
    use super::*;

    /// Keeps pieces of these lengths and gives their bytes, once all are packed.
    fn packed(lengths: &[usize]) -> (Arc<Kept>, Vec<u8>) {
        packed_within(lengths, usize::MAX)
    }

    fn packed_within(lengths: &[usize], memory: usize) -> (Arc<Kept>, Vec<u8>) {
        let kept = Arc::new(Kept::default());
        let mut keeper = Packing::within(Arc::clone(&kept), channel().0, 0, memory).unwrap();
        let mut all = Vec::new();
        for (number, length) in lengths.iter().enumerate() {
            let piece: Vec<u8> = (0..*length).map(|at| u8::try_from(at * number / 7 % 251).unwrap()).collect();
            all.extend_from_slice(&piece);
            keeper.keep(&Arc::new(piece));
        }
        drop(keeper);
        let deadline = Instant::now() + Duration::from_secs(20);
        while kept.has_recent() {
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
        let in_file = kept.places().iter().filter(|place| matches!(place, Place::File { .. })).count();
        assert!((1..4).contains(&in_file), "{in_file} of {}", kept.places().len());
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

    /// Inflates a file in pieces that are kept; behind each, and at the end, reads at these places.
    fn assert_reads_again(file: &[u8], [piece, spacing, hold, longest]: [usize; 4], places: &[Index]) -> Vec<Place> {
        let kept = Arc::new(Kept::default());
        let (spans, receiver) = channel();
        let input = Compressed::Memory(file.into());
        let mut keeper = Spanning::new(Arc::clone(&kept), channel().0, hold, input, receiver);
        keeper.longest = longest as u64;
        let mut stream = Gunzip::new(BufReader::with_capacity(5000, file), spacing, spans);
        let mut all = Vec::new();
        loop {
            let before = all.len();
            stream.by_ref().take(piece as u64).read_to_end(&mut all).unwrap();
            if all.len() == before {
                break;
            }
            keeper.keep(&Arc::new(all[before..].to_vec()));
            for place in places.iter().map(|place| place.index(all.len())) {
                let (start, piece) = kept.piece(place as u64).unwrap().unwrap();
                let start = usize::try_from(start).unwrap();
                assert!((start..start + piece.len()).contains(&place));
                assert!(piece[..] == all[start..start + piece.len()], "the piece at {start}");
            }
            assert!(kept.piece(all.len() as u64).unwrap().is_none());
            // Neither what is held nor what is packed grows with the stream.
            let newest = kept.memory() - kept.packed_memory();
            assert!(newest <= hold.max(longest) + 2 * piece, "{newest} bytes as they are");
        }
        drop(keeper);
        assert_gives_back(&kept, &all);
        let places = kept.to_bytes().unwrap();
        let input = Compressed::Memory(file.into());
        assert_gives_back(&Kept::from_bytes(&input, &places).unwrap(), &all);
        assert!(Kept::from_bytes(&input, &places[..places.len() - 1]).is_none());
        assert!(kept.memory() - kept.packed_memory() <= longest + 2 * piece);
        kept.places()
    }

    fn gz(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn words(length: usize, seed: usize) -> Vec<u8> {
        let word = |n: usize| format!("{} ", n.wrapping_mul(n).wrapping_mul(seed) % 977 * n % 10_007);
        (0..).flat_map(|n| word(n).into_bytes()).take(length).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_inflated_can_be_read_again_at_any_place_and_time(
            members in vec((1usize..150_000, any::<u16>(), 0u32..=9), 1..4),
            (piece, spacing) in (1000usize..40_000, 1usize..60_000),
            (hold, longest) in (0usize..100_000, 1usize..150_000),
            places in vec(any::<Index>(), 6),
        ) {
            let files = members.iter().map(|(length, seed, level)| gz(&words(*length, usize::from(*seed)), *level));
            assert_reads_again(&files.collect::<Vec<_>>().concat(), [piece, spacing, hold, longest], &places);
        }
    }

    #[test]
    fn a_block_that_is_too_long_is_packed_and_what_follows_is_not() {
        // Level 1 of very repetitive bytes makes blocks of megabytes.
        let file = [gz(&words(100_000, 1), 6), gz(&vec![7; 6_000_000], 1), gz(&words(400_000, 3), 6)].concat();
        let places = assert_reads_again(&file, [10_000, 20_000, 0, 90_000], &[]);
        let is_packed: Vec<bool> = places.iter().map(|place| matches!(place, Place::Memory(_))).collect();
        assert!(!is_packed[0] && is_packed.contains(&true) && !is_packed[is_packed.len() - 1], "{is_packed:?}");
    }
}
