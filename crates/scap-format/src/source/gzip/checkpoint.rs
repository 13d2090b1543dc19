//! Spans of a gzip file's inflated bytes, and inflating one again.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::Arc;

use flate2::Crc;
use zlib_rs::{Inflate, InflateFlush};

use super::stream::{Gunzip, WINDOW_BITS};

/// Compressed bytes read at a time.
const INPUT: usize = 64 << 10;
/// Bits of a byte that may belong to the block behind a checkpoint.
const BITS: u8 = 8;

/// Where inflating can begin: behind a block, or behind the header of a member.
#[derive(Debug, Default)]
pub(super) struct Checkpoint {
    /// Offset of the first byte of the file that the block before has no part of.
    input: u64,
    /// What can be referred to, packed with lz4, and how long it is.
    window: Box<[u8]>,
    window_length: usize,
}

impl Checkpoint {
    pub(super) fn new(input: u64, window: &[u8]) -> Self {
        Checkpoint { input, window: lz4_flex::block::compress(window).into(), window_length: window.len() }
    }

    pub(super) fn input(&self) -> u64 {
        self.input
    }
}

/// A stretch of the inflated bytes that can be inflated by itself.
#[derive(Debug)]
pub(in super::super) struct Span {
    pub(in super::super) start: u64,
    pub(in super::super) length: usize,
    checksum: u32,
    from: Checkpoint,
    /// How many bits of the byte before the checkpoint are the next block's; [`BITS`] when nobody has found out yet.
    ///
    /// The inflater does not tell. It never holds a whole byte at the end of a block, so there are eight possibilities,
    /// and the checksum tells which is right.
    bits: AtomicU8,
}

impl Span {
    pub(super) fn new(start: u64, length: usize, checksum: u32, from: Checkpoint) -> Self {
        Span { start, length, checksum, from, bits: AtomicU8::new(BITS) }
    }

    pub(in super::super) fn end(&self) -> u64 {
        self.start.saturating_add(u64::try_from(self.length).unwrap_or(u64::MAX))
    }

    /// Bytes of memory that it takes.
    pub(in super::super) fn memory(&self) -> usize {
        size_of::<Self>().saturating_add(self.from.window.len())
    }

    /// Puts all that is known of it at the end of `out`, as numbers of 64 bits and the packed window.
    pub(in super::super) fn put(&self, out: &mut Vec<u8>) {
        let Checkpoint { input, window, window_length } = &self.from;
        let wide = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        let bits = self.bits.load(Ordering::Relaxed);
        let checked = u64::from(self.checksum) << 8 | u64::from(bits);
        for number in [self.start, wide(self.length), checked, *input, wide(*window_length), wide(window.len())] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(window);
    }

    /// Takes what [`Span::put`] has put there.
    pub(in super::super) fn take(from: &mut &[u8]) -> Option<Self> {
        let mut number = || {
            let (taken, rest) = from.split_first_chunk()?;
            *from = rest;
            Some(u64::from_le_bytes(*taken))
        };
        let (start, length, checked, input) = (number()?, number()?, number()?, number()?);
        let (window_length, packed) = (usize::try_from(number()?).ok()?, usize::try_from(number()?).ok()?);
        let (window, rest) = from.split_at_checked(packed).filter(|_| window_length <= super::WINDOW)?;
        *from = rest;
        let [bits, ..] = checked.to_le_bytes();
        let from = Checkpoint { input, window: window.into(), window_length };
        let length = usize::try_from(length).ok()?;
        let checksum = u32::try_from(checked >> 8).ok()?;
        Some(Span { start, length, checksum, from, bits: AtomicU8::new(bits.min(BITS)) })
    }

    /// Inflates the span again.
    ///
    /// # Errors
    /// The file cannot be read, or what lies there now is something else.
    pub(in super::super) fn inflate(&self, file: &Compressed) -> io::Result<Vec<u8>> {
        let window = lz4_flex::block::decompress(&self.from.window, self.from.window_length);
        let window = window.map_err(io::Error::other)?;
        let mut bytes = vec![0; self.length];
        let known = self.bits.load(Ordering::Relaxed);
        let possible = if known < BITS { known..known.saturating_add(1) } else { 0..BITS };
        for bits in possible {
            if self.inflates(file, bits, &window, &mut bytes)? {
                self.bits.store(bits, Ordering::Relaxed);
                return Ok(bytes);
            }
        }
        Err(io::Error::other("the file has changed since it was read"))
    }

    /// Whether inflating gives the right bytes when so many bits of the byte before the checkpoint are the block's.
    fn inflates(&self, file: &Compressed, bits: u8, window: &[u8], into: &mut [u8]) -> io::Result<bool> {
        let offset = self.from.input.saturating_sub(u64::from(bits > 0));
        let mut bytes = BufReader::with_capacity(INPUT, At { file, offset });
        let mut raw = Inflate::new(false, WINDOW_BITS);
        let begin = || {
            if bits > 0 {
                let mut shared = [0];
                bytes.read_exact(&mut shared)?;
                let [shared] = shared;
                // What these literals are does not matter: the window that follows is behind them.
                let mut literals = [0; BITS as usize];
                let begun = raw.decompress(&up_to(shared, bits), &mut literals, InflateFlush::NoFlush);
                begun.map_err(|_| ErrorKind::InvalidInput)?;
            }
            raw.set_dictionary(window).map_err(|_| ErrorKind::InvalidInput)?;
            Gunzip::resume(bytes, raw).read_exact(into)
        };
        match begin() {
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::UnexpectedEof) => Ok(false),
            Err(error) => Err(error),
            Ok(()) => {
                let mut checksum = Crc::new();
                checksum.update(into);
                Ok(checksum.sum() == self.checksum)
            }
        }
    }
}

/// A deflate block without meaning that ends inside a byte whose last bits are those of another one.
///
/// It has fixed codes, as many literals of nine bits as put its end at the right place: at most ten bytes.
fn up_to(shared: u8, bits: u8) -> Vec<u8> {
    // A head (not the last block, fixed codes) has 3 bits, the end of a block 7.
    const HEAD: [u8; 3] = [0, 1, 0];
    const LITERAL: [u8; 9] = [1, 1, 0, 0, 1, 0, 0, 0, 0];
    const END: [u8; 7] = [0; 7];
    // 3 + 7 + 9 n bits are as many as come before the shared ones, modulo 8.
    let literals = (2 * BITS).saturating_sub(bits).saturating_sub(2) % BITS;
    let shared = (BITS.saturating_sub(bits)..BITS).map(|bit| shared >> bit & 1);
    let literals = LITERAL.iter().copied().cycle().take(LITERAL.len() * usize::from(literals));
    let all: Vec<u8> = HEAD.into_iter().chain(literals).chain(END).chain(shared).collect();
    all.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

/// The compressed bytes, to be read at any place.
#[derive(Clone, Debug)]
pub(in super::super) enum Compressed {
    File(Arc<File>),
    Memory(Arc<[u8]>),
}

/// Reads on from an offset.
struct At<'a> {
    file: &'a Compressed,
    offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = match self.file {
            Compressed::File(file) => file.read_at(into, self.offset)?,
            Compressed::Memory(bytes) => {
                let start = usize::try_from(self.offset).unwrap_or(usize::MAX);
                bytes.get(start..).unwrap_or_default().read(into)?
            }
        };
        self.offset = self.offset.saturating_add(u64::try_from(got).unwrap_or(0));
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_without_meaning_ends_where_the_shared_bits_begin() {
        // A last block with fixed codes and nothing in it: ten bits.
        const LAST: u16 = 0b011;
        for bits in 1..BITS {
            let [shared, ..] = (LAST << (BITS - bits)).to_le_bytes();
            // What the byte has of the block before is not looked at.
            let mut bytes = up_to(shared | 0xff >> bits, bits);
            assert!(bytes.len() <= 10);
            bytes.extend((LAST >> bits).to_le_bytes());
            let mut raw = Inflate::new(false, WINDOW_BITS);
            let status = raw.decompress(&bytes, &mut [0; BITS as usize], InflateFlush::NoFlush).unwrap();
            assert_eq!(
                (status, raw.total_out()),
                (zlib_rs::Status::StreamEnd, u64::from((14 - bits) % 8)),
                "{bits} bits"
            );
        }
    }
}
