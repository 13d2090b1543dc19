//! Compressed captures: told apart by their first bytes, inflated as streams.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::sync::mpsc::Sender;

use super::gzip::{Gunzip, Span};
use super::read_ahead::Waiting;

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Compression {
    None,
    Gzip,
    Zstd,
    Lz4,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compression::None => "plain",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Lz4 => "lz4",
        })
    }
}

/// Compressed bytes read at a time.
const INPUT: usize = 256 << 10;

impl Compression {
    /// The compression that starts with these bytes.
    pub(crate) fn of(first: &[u8]) -> Self {
        match first {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            [0x04, 0x22, 0x4d, 0x18, ..] => Compression::Lz4,
            _ => Compression::None,
        }
    }

    /// Whether the decoder of a followed input waits: this one cannot be asked again once its input had nothing.
    pub(crate) fn waits(self) -> bool {
        self == Compression::Lz4
    }

    /// The uncompressed bytes; several members or frames one behind the other are one stream.
    pub(crate) fn decoder<R: Read + Send + 'static>(self, bytes: R, follow: bool) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Compression::None => Box::new(bytes),
            Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(INPUT, bytes))),
            Compression::Zstd => {
                Box::new(zstd::stream::read::Decoder::with_buffer(BufReader::with_capacity(INPUT, bytes))?)
            }
            Compression::Lz4 if follow => Box::new(Lz4Frames::new(BufReader::with_capacity(INPUT, Waiting(bytes)))),
            Compression::Lz4 => Box::new(Lz4Frames::new(BufReader::with_capacity(INPUT, bytes))),
        })
    }
}

/// The inflated bytes of a gzip file that can be read again. About every `spacing` of them the span before is sent.
pub(super) fn gunzip<R>(bytes: R, spacing: usize, spans: Sender<Span>) -> Box<dyn Read + Send>
where
    R: Read + Send + 'static,
{
    Box::new(Gunzip::new(BufReader::with_capacity(INPUT, bytes), spacing, spans))
}

/// Lz4 frames one behind the other.
///
/// The decoder answers 0 at the end of a frame, and also where its input ends inside one: only having seen the
/// input's end tells them apart.
struct Lz4Frames<R: Read> {
    frames: lz4_flex::frame::FrameDecoder<SeesEnd<R>>,
    between_frames: bool,
}

impl<R: Read> Lz4Frames<R> {
    fn new(bytes: R) -> Self {
        let bytes = SeesEnd { bytes, ended: false };
        Lz4Frames { frames: lz4_flex::frame::FrameDecoder::new(bytes), between_frames: true }
    }
}

impl<R: Read> Read for Lz4Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let got = self.frames.read(into)?;
            if got > 0 || into.is_empty() {
                self.between_frames = false;
                return Ok(got);
            }
            match (self.frames.get_ref().ended, self.between_frames) {
                (false, _) => self.between_frames = true,
                (true, true) => return Ok(0),
                (true, false) => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}

/// Remembers that the input has ended.
struct SeesEnd<R> {
    bytes: R,
    ended: bool,
}

impl<R: Read> Read for SeesEnd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.bytes.read(into)?;
        self.ended |= got == 0 && !into.is_empty();
        Ok(got)
    }
}

/// The first bytes of a stream, enough to tell its compression.
pub(crate) fn first_bytes(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut first = vec![0; 4];
    let mut got = 0usize;
    while let Some(room) = first.get_mut(got..).filter(|room| !room.is_empty()) {
        match stream.read(room) {
            Ok(0) => break,
            Ok(bytes) => got = got.saturating_add(bytes),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    first.truncate(got);
    Ok(first)
}
