//! The thread that reads and inflates ahead of the reader.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{channel, sync_channel, Receiver, Sender, SyncSender};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use super::error::looks_like;
use super::gzip::{Compressed, Span};
use super::keeper::{Keeper, Packing, Spanning};
use super::kept::Kept;
use super::{Compression, Handed, OpenError, Pieces, StreamFault};
use crate::blocks::{self, trailer_agrees, BlockKind, FRAME};
use crate::event_block::{Finder, Found};
use crate::meta::{SectionFault, SectionHeader};

/// Pieces the thread may be ahead by.
const AHEAD: usize = 3;
/// Bytes of a packed file that stay inflated until it has been read: whoever follows the reader finds them there.
const HOLD: usize = 32 << 20;
/// The same of a pipe, which may never end.
const HOLD_OF_A_PIPE: usize = 16 << 20;
/// How long to wait before asking an input again that had nothing.
const PAUSE: Duration = Duration::from_millis(20);

/// Counts the bytes read of the input.
pub(super) struct Counted<R> {
    bytes: R,
    position: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub(super) fn new(bytes: R, position: Arc<AtomicU64>) -> Self {
        Counted { bytes, position }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.bytes.read(into)?;
        self.position.fetch_add(u64::try_from(got).unwrap_or(0), Ordering::Relaxed);
        Ok(got)
    }
}

/// A file that may still grow: at its end it would block.
pub(super) struct Following {
    file: File,
}

impl Following {
    pub(super) fn new(file: File) -> Self {
        Following { file }
    }
}

impl Read for Following {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read(into)?;
        if got > 0 || into.is_empty() {
            return Ok(got);
        }
        if self.file.metadata()?.len() < self.file.stream_position()? {
            return Err(io::Error::other("the file became shorter while it was followed"));
        }
        Err(io::ErrorKind::WouldBlock.into())
    }
}

/// An input that is waited for where it would block.
pub(super) struct Waiting<R>(pub(super) R);

impl<R: Read> Read for Waiting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(into) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
                answer => return answer,
            }
        }
    }
}

/// What one read gave.
enum Got {
    Bytes,
    /// The piece has no more room.
    Full,
    Nothing,
    End,
    Fault(io::Error),
}

/// The thread's state, and before it starts that of the look at the first block.
pub(super) struct ReadAhead {
    stream: Box<dyn Read + Send>,
    position: Arc<AtomicU64>,
    compressed: bool,
    piece: usize,
    prompt: bool,
    follow: bool,
    buffer: Vec<u8>,
    filled: usize,
    keep: Option<Keep>,
    finder: Finder,
}

/// What is to be kept, for random access.
struct Keep {
    kept: Arc<Kept>,
    /// Where it can be inflated again.
    again: Option<(Compressed, Receiver<Span>)>,
}

impl ReadAhead {
    pub(super) fn new(
        stream: Box<dyn Read + Send>,
        position: Arc<AtomicU64>,
        piece: usize,
        prompt: bool,
        follow: bool,
    ) -> Self {
        let piece = piece.max(64);
        ReadAhead {
            stream,
            position,
            compressed: false,
            piece,
            prompt,
            follow,
            buffer: vec![0; piece],
            filled: 0,
            keep: None,
            finder: Finder::default(),
        }
    }

    /// Keeps what is read, for random access: as spans of an input where there are such.
    pub(super) fn keep(&mut self, again: Option<(Compressed, Receiver<Span>)>) -> Arc<Kept> {
        let kept = Arc::new(Kept::default());
        self.keep = Some(Keep { kept: Arc::clone(&kept), again });
        kept
    }

    fn read_some(&mut self) -> Got {
        loop {
            let Some(room) = self.buffer.get_mut(self.filled..).filter(|room| !room.is_empty()) else {
                return Got::Full;
            };
            match self.stream.read(room) {
                Ok(0) => return Got::End,
                Ok(got) => {
                    self.filled = self.filled.saturating_add(got);
                    return Got::Bytes;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Got::Nothing,
                Err(error) => return Got::Fault(error),
            }
        }
    }

    /// Reads until the first block is there, and checks that it is a section header we can read.
    pub(super) fn read_first_block(&mut self, name: &str, compression: Compression) -> Result<(), OpenError> {
        self.compressed = compression != Compression::None;
        loop {
            let there = self.buffer.get(..self.filled).unwrap_or_default();
            if first_block(there, name)? {
                return Ok(());
            }
            match self.read_some() {
                Got::Bytes => {}
                // Only a header with megabytes of options is longer than a piece; its length is limited.
                Got::Full => self.buffer.resize(self.buffer.len().saturating_mul(2), 0),
                Got::Nothing if self.prompt => thread::sleep(PAUSE),
                Got::Nothing | Got::End if self.filled == 0 => return Err(OpenError::Empty { name: name.to_owned() }),
                Got::Nothing | Got::End => {
                    return Err(OpenError::CutShort { name: name.to_owned(), bytes: self.filled })
                }
                Got::Fault(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(OpenError::CutShort { name: name.to_owned(), bytes: self.filled })
                }
                Got::Fault(error) if self.compressed => {
                    return Err(OpenError::Compression {
                        name: name.to_owned(),
                        compression,
                        reason: error.to_string(),
                    })
                }
                Got::Fault(error) => return Err(OpenError::from_io(name, error)),
            }
        }
    }

    /// Starts the thread.
    pub(super) fn start(mut self) -> io::Result<Pieces> {
        let (handed, receiver) = sync_channel(AHEAD);
        let (spare, spares) = channel();
        let (spare_lists, lists) = channel();
        let alive = Arc::new(());
        let keeper = match self.keep.take() {
            Some(Keep { kept, again: Some((input, spans)) }) => {
                Some(Keeper::Spanning(Spanning::new(kept, spare.clone(), HOLD, input, spans)))
            }
            Some(Keep { kept, again: None }) => {
                let hold = if self.prompt { HOLD_OF_A_PIPE } else { HOLD };
                Some(Keeper::Packing(Packing::start(kept, spare.clone(), hold)?))
            }
            None => None,
        };
        let pieces = Pieces {
            receiver,
            spare,
            spare_lists,
            follow: self.follow,
            waiting: None,
            impatient: false,
            _alive: Arc::clone(&alive),
        };
        let thread = Thread { ahead: self, handed, spares, lists, keeper, alive: Arc::downgrade(&alive) };
        thread::Builder::new().name("read-ahead".into()).spawn(move || thread.run())?;
        Ok(pieces)
    }
}

/// Whether a whole first block is there and is one we can read.
fn first_block(there: &[u8], name: &str) -> Result<bool, OpenError> {
    let name = || name.to_owned();
    let section = blocks::SECTION.to_le_bytes();
    if !there.starts_with(&section) {
        // A few first bytes may be the start of one.
        return if section.starts_with(there) {
            Ok(false)
        } else {
            Err(OpenError::NotACapture { name: name(), looks_like: looks_like(there) })
        };
    }
    // The byte order is in the body: it decides how to read the length before it.
    let Some(magic) = there.get(FRAME - 4..FRAME) else { return Ok(false) };
    if magic == [0x1a, 0x2b, 0x3c, 0x4d] {
        return Err(OpenError::OtherByteOrder { name: name() });
    }
    if magic != [0x4d, 0x3c, 0x2b, 0x1a] {
        return Err(OpenError::NotACapture { name: name(), looks_like: "" });
    }
    let Some((_, length)) = blocks::head(there) else { return Ok(false) };
    if length > blocks::length_limit(Some(BlockKind::Section)) || length < FRAME {
        return Err(OpenError::Damaged { name: name(), what: format!("it claims a length of {length} bytes") });
    }
    let Some(block) = there.get(..length) else { return Ok(false) };
    if !trailer_agrees(block) {
        return Err(OpenError::Damaged { name: name(), what: "its two lengths differ".to_owned() });
    }
    let body = block.get(8..length.saturating_sub(4)).unwrap_or_default();
    match SectionHeader::parse(body) {
        Ok(_) if holds_packets(there.get(length..).unwrap_or_default()) => {
            Err(OpenError::NotACapture { name: name(), looks_like: ": it is a packet capture (pcapng)" })
        }
        Ok(_) => Ok(true),
        Err(SectionFault::Version(major)) => Err(OpenError::Version { name: name(), major }),
        Err(SectionFault::OtherByteOrder) => Err(OpenError::OtherByteOrder { name: name() }),
        Err(SectionFault::NotASection) => Err(OpenError::NotACapture { name: name(), looks_like: "" }),
        Err(SectionFault::Short) => {
            Err(OpenError::Damaged { name: name(), what: format!("it has only {length} bytes") })
        }
    }
}

/// Whether network packets come before any block of ours: such captures have the same frame.
fn holds_packets(mut rest: &[u8]) -> bool {
    const PACKETS: [u32; 3] = [2, 3, 6];
    const LAST_OF_THEIRS: u32 = 0xff;
    while let Some((id, length)) = blocks::head(rest) {
        if PACKETS.contains(&id) {
            return true;
        }
        match rest.get(length..) {
            Some(behind) if id <= LAST_OF_THEIRS && length >= FRAME => rest = behind,
            _ => return false,
        }
    }
    false
}

struct Thread {
    ahead: ReadAhead,
    handed: SyncSender<Handed>,
    spares: Receiver<Vec<u8>>,
    lists: Receiver<Vec<Found>>,
    keeper: Option<Keeper>,
    alive: Weak<()>,
}

impl Thread {
    fn run(mut self) {
        // The look at the first block may have taken all there is for now.
        if self.ahead.prompt && !self.hand_over() {
            return;
        }
        loop {
            let go_on = match self.ahead.read_some() {
                Got::Bytes => !self.ahead.prompt || self.hand_over(),
                Got::Full => self.hand_over(),
                Got::Nothing => {
                    if self.ahead.filled == 0 {
                        thread::sleep(PAUSE);
                    }
                    self.hand_over() && self.alive.strong_count() > 0
                }
                Got::End => {
                    if self.hand_over() {
                        self.keeper = None;
                        let _ = self.handed.send(Handed::End);
                    }
                    false
                }
                Got::Fault(error) => {
                    if self.hand_over() {
                        self.keeper = None;
                        let position = self.ahead.position.load(Ordering::Relaxed);
                        let fault = StreamFault { error, position, compressed: self.ahead.compressed };
                        let _ = self.handed.send(Handed::Fault(fault));
                    }
                    false
                }
            };
            if !go_on {
                return;
            }
        }
    }

    /// Hands over what has been read. `false` when nobody wants it any more.
    fn hand_over(&mut self) -> bool {
        let filled = std::mem::take(&mut self.ahead.filled);
        if filled == 0 {
            return true;
        }
        let piece = if filled < self.ahead.buffer.len() / 4 {
            // A few bytes of a pipe: a copy holds less memory than the buffer they came in.
            self.ahead.buffer.get(..filled).unwrap_or_default().to_vec()
        } else {
            // Fresh memory is zero already: only what comes back must be filled up.
            let wanted = self.ahead.piece;
            // Copies of the joint between two pieces come back too; they are too small to be of use.
            let mut spare =
                self.spares.try_iter().find(|spare| spare.capacity() >= wanted).unwrap_or_else(|| vec![0; wanted]);
            spare.resize(wanted, 0);
            let mut piece = std::mem::replace(&mut self.ahead.buffer, spare);
            piece.truncate(filled);
            piece
        };
        let bytes = Arc::new(piece);
        if let Some(keeper) = &mut self.keeper {
            keeper.keep(&bytes);
        }
        let mut found = self.lists.try_recv().unwrap_or_default();
        self.ahead.finder.find(&bytes, &mut found);
        let position = self.ahead.position.load(Ordering::Relaxed);
        self.handed.send(Handed::Piece { bytes, found, position }).is_ok()
    }
}

/// Buffers on their way back.
pub(super) type Spare = Sender<Vec<u8>>;
