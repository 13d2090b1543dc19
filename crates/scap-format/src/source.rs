//! Where a capture's bytes come from: a file, standard input or memory, plain or compressed.

mod compression;
mod error;
mod gzip;
mod keeper;
mod kept;
mod pieces;
mod raw;
mod read_ahead;
mod spill;

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::channel;
use std::sync::Arc;

pub use compression::Compression;
pub use error::OpenError;
pub use pieces::Pieces;
pub use raw::{RawBytes, Recent};

pub(crate) use pieces::{Handed, StreamFault};

use gzip::Compressed;
use read_ahead::{Counted, Following, ReadAhead};

/// What to open.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file, or a named pipe.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes in memory.
    Bytes(Vec<u8>),
}

/// How to open it.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenOptions {
    /// The input may still grow: where it ends now the reader answers
    /// [`Next::Idle`](crate::reader::Next::Idle) instead of ending.
    pub follow: bool,
}

/// An open capture.
#[derive(Debug)]
pub struct Opened {
    /// The uncompressed stream, in order.
    pub pieces: Pieces,
    /// The uncompressed stream, at any place that has been read.
    pub raw: RawBytes,
    /// How the input is compressed.
    pub compression: Compression,
    /// Bytes on disk when it was opened; `None` for pipes.
    pub size: Option<u64>,
    /// What to call it: the file's name, `standard input` or `memory`.
    pub name: String,
}

/// Bytes of a piece of the stream.
const PIECE: usize = 1 << 20;
/// Inflated bytes after which a span of a gzip file ends with the next block. Blocks of usual files are about as long.
const SPAN: usize = 512 << 10;

/// Opens a capture and reads its first block.
///
/// # Errors
/// The input cannot be read, or does not start with a whole section header of a version and byte order we read.
/// Damage behind that is not an error: the reader notes it.
pub fn open(input: Input, options: OpenOptions) -> Result<Opened, OpenError> {
    open_in_pieces(input, options, PIECE)
}

/// As [`open`], with pieces of this many bytes.
pub(crate) fn open_in_pieces(input: Input, options: OpenOptions, piece: usize) -> Result<Opened, OpenError> {
    match input {
        Input::File(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let shown = path.to_string_lossy().into_owned();
            let failed = |error| OpenError::from_io(&shown, error);
            let file = File::open(&path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            if metadata.is_dir() {
                return Err(OpenError::Directory { name: shown });
            }
            if !metadata.is_file() {
                let stream = Stream { name, shown, bytes: Box::new(file), prompt: true, follow: options.follow };
                return stream.open(None, RawKind::Kept, piece);
            }
            let raw = RawKind::File(Arc::new(file.try_clone().map_err(failed)?));
            let bytes: Box<dyn Read + Send> =
                if options.follow { Box::new(Following::new(file)) } else { Box::new(file) };
            let stream = Stream { name, shown, bytes, prompt: false, follow: options.follow };
            stream.open(Some(metadata.len()), raw, piece)
        }
        Input::Stdin => {
            let name = "standard input".to_owned();
            let stream = Stream {
                shown: name.clone(),
                name,
                bytes: Box::new(std::io::stdin()),
                prompt: true,
                follow: options.follow,
            };
            stream.open(None, RawKind::Kept, piece)
        }
        Input::Bytes(bytes) => {
            let name = "memory".to_owned();
            let bytes: Arc<[u8]> = bytes.into();
            let size = u64::try_from(bytes.len()).ok();
            let raw = RawKind::Memory(Arc::clone(&bytes));
            // Bytes in memory do not grow: following them would never end.
            let stream =
                Stream { shown: name.clone(), name, bytes: Box::new(Cursor::new(bytes)), prompt: false, follow: false };
            stream.open(size, raw, piece)
        }
    }
}

/// Where the bytes of the input can be read again.
enum RawKind {
    File(Arc<File>),
    Memory(Arc<[u8]>),
    Kept,
}

impl RawKind {
    fn again(&self) -> Option<Compressed> {
        match self {
            RawKind::File(file) => Some(Compressed::File(Arc::clone(file))),
            RawKind::Memory(bytes) => Some(Compressed::Memory(Arc::clone(bytes))),
            RawKind::Kept => None,
        }
    }
}

struct Stream {
    name: String,
    /// The name as error messages have it: with the path.
    shown: String,
    bytes: Box<dyn Read + Send>,
    /// Hand over what arrives at once instead of filling whole pieces.
    prompt: bool,
    follow: bool,
}

impl Stream {
    fn open(mut self, size: Option<u64>, raw: RawKind, piece: usize) -> Result<Opened, OpenError> {
        let first =
            compression::first_bytes(&mut self.bytes).map_err(|error| OpenError::from_io(&self.shown, error))?;
        if first.is_empty() {
            return Err(OpenError::Empty { name: self.shown });
        }
        let compression = Compression::of(&first);
        let position = Arc::new(AtomicU64::new(0));
        let bytes = Counted::new(Cursor::new(first).chain(self.bytes), Arc::clone(&position));
        let again = raw.again().filter(|_| compression == Compression::Gzip && !self.follow);
        let (decoder, again) = if let Some(input) = again {
            let (spans, receiver) = channel();
            (compression::gunzip(bytes, piece.min(SPAN), spans), Some((input, receiver)))
        } else {
            let decoder = compression.decoder(bytes, self.follow);
            (decoder.map_err(|error| OpenError::from_io(&self.shown, error))?, None)
        };
        // A decoder that waits for its input must not keep back what it has.
        let prompt = self.prompt || (self.follow && compression.waits());
        // A small file needs no large buffers; one byte more than it has shows its end.
        let whole = size.filter(|_| compression == Compression::None && !self.follow);
        let whole = whole.and_then(|size| usize::try_from(size).ok()).map_or(piece, |size| size.saturating_add(1));
        let piece = piece.min(whole);
        let mut ahead = ReadAhead::new(decoder, position, piece, prompt, self.follow);
        ahead.read_first_block(&self.shown, compression)?;
        let raw = match raw {
            RawKind::File(file) if compression == Compression::None => RawBytes::file(file),
            RawKind::Memory(bytes) if compression == Compression::None => RawBytes::memory(bytes),
            _ => RawBytes::kept(ahead.keep(again)),
        };
        let pieces = ahead.start().map_err(|error| OpenError::from_io(&self.shown, error))?;
        Ok(Opened { pieces, raw, compression, size, name: self.name })
    }
}
