//! What lies around the deflate stream of a gzip member. Source: RFC 1952.

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::Crc;

/// Has a checksum of the header.
const HEADER_CHECKSUM: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
/// Flags that nobody has given a meaning.
const RESERVED: u8 = 0xe0;
/// Longer names and comments are no names.
const TEXT: usize = u16::MAX as usize;

/// Passes over the header of a member.
pub(super) fn pass_header(bytes: &mut impl BufRead) -> io::Result<()> {
    let mut header = Header { bytes, checksum: Crc::new() };
    let [0x1f, 0x8b, 8, flags, ..] = header.take::<10>()? else { return Err(invalid("invalid gzip header")) };
    if flags & RESERVED != 0 {
        return Err(invalid("invalid gzip header"));
    }
    if flags & EXTRA != 0 {
        for _ in 0..u16::from_le_bytes(header.take()?) {
            header.take::<1>()?;
        }
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            header.pass_text()?;
        }
    }
    if flags & HEADER_CHECKSUM != 0 {
        // The lower half of the sum.
        let [low, high, ..] = header.checksum.sum().to_le_bytes();
        if header.take()? != [low, high] {
            return Err(mismatch());
        }
    }
    Ok(())
}

struct Header<'a, R> {
    bytes: &'a mut R,
    checksum: Crc,
}

impl<R: BufRead> Header<'_, R> {
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let taken = take(self.bytes)?;
        self.checksum.update(&taken);
        Ok(taken)
    }

    /// Passes over a text and the zero behind it.
    fn pass_text(&mut self) -> io::Result<()> {
        for _ in 0..=TEXT {
            if self.take()? == [0] {
                return Ok(());
            }
        }
        Err(invalid("gzip header field too long"))
    }
}

/// Takes the trailer: the checksum of the member's bytes and how many they are, modulo 2^32.
pub(super) fn trailer(bytes: &mut impl BufRead) -> io::Result<(u32, u32)> {
    let (checksum, length) = (take(bytes)?, take(bytes)?);
    Ok((u32::from_le_bytes(checksum), u32::from_le_bytes(length)))
}

fn take<const N: usize>(bytes: &mut impl Read) -> io::Result<[u8; N]> {
    let mut taken = [0; N];
    match bytes.read_exact(&mut taken) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(ErrorKind::UnexpectedEof.into()),
        read => read.map(|()| taken),
    }
}

pub(super) fn mismatch() -> io::Error {
    invalid("corrupt gzip stream does not have a matching checksum")
}

pub(super) fn invalid(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, what)
}
