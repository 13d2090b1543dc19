//! Random access to the uncompressed stream.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, PoisonError, RwLock};

use super::gzip::Compressed;
use super::kept::Kept;

/// A longer span may be one that a damaged block claims: the file is asked whether it has so much.
const TRUSTED: usize = 1 << 20;

/// Random access to the uncompressed stream, as far as it has been read.
///
/// A plain file is read where it lies, at positions (never mapped: a file that is cut under a mapping kills the
/// reader). A gzip file is inflated again from the nearest place where that can begin. Every other input is kept in
/// memory, compressed. Clones are cheap, and any thread may ask.
#[derive(Clone, Debug)]
pub struct RawBytes(Kind);

#[derive(Clone, Debug)]
enum Kind {
    File(Arc<File>),
    Memory(Arc<[u8]>),
    Kept(Arc<Kept>),
    Recent(Recent),
}

/// The newest bytes of a stream. Clones are one and the same.
#[derive(Clone, Debug, Default)]
pub struct Recent(Arc<RwLock<Stretch>>);

/// Bytes of a stream from `start` on, behind `gone` that are of no use any more.
#[derive(Debug, Default)]
struct Stretch {
    start: u64,
    gone: usize,
    bytes: Vec<u8>,
}

impl Stretch {
    fn get(&self, offset: u64, length: usize) -> &[u8] {
        let Some(from) = offset.checked_sub(self.start).and_then(|from| usize::try_from(from).ok()) else { return &[] };
        let rest = self.bytes.get(self.gone.saturating_add(from)..).unwrap_or_default();
        rest.get(..length).unwrap_or(rest)
    }
}

impl Recent {
    /// Takes the next bytes of the stream.
    pub fn push(&self, bytes: &[u8]) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).bytes.extend_from_slice(bytes);
    }

    /// Lets go of what lies before an offset.
    pub fn forget(&self, before: u64) {
        let mut stretch = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let more = before.checked_sub(stretch.start).and_then(|more| usize::try_from(more).ok()).unwrap_or(0);
        stretch.gone = stretch.gone.saturating_add(more).min(stretch.bytes.len());
        stretch.start = stretch.start.max(before);
        // Moving the rest is worth it only now and then.
        if stretch.gone > stretch.bytes.len() / 2 {
            let gone = std::mem::take(&mut stretch.gone);
            stretch.bytes.drain(..gone);
        }
    }

    fn held(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).bytes.len()
    }

    /// Hands the bytes of a range to `take`: fewer where they are gone or not there yet.
    pub fn with<R>(&self, range: Range<u64>, take: impl FnOnce(&[u8]) -> R) -> R {
        let stretch = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        take(stretch.get(range.start, length))
    }

    /// These bytes at random access.
    pub fn raw(&self) -> RawBytes {
        RawBytes(Kind::Recent(self.clone()))
    }
}

impl RawBytes {
    pub(super) fn file(file: Arc<File>) -> Self {
        RawBytes(Kind::File(file))
    }

    /// What has to be known to read a file again at any place, as bytes for [`RawBytes::again`]; none of a plain one.
    /// `None` of what is no file, and of a file most of which would have to be kept.
    pub fn places(&self) -> Option<Vec<u8>> {
        match &self.0 {
            Kind::File(_) => Some(Vec::new()),
            Kind::Kept(kept) => kept.to_bytes(),
            Kind::Memory(_) | Kind::Recent(_) => None,
        }
    }

    /// The bytes of a file that is what it was when these places were found in it; `None` where they are none.
    pub fn again(file: File, places: &[u8]) -> Option<Self> {
        let file = Arc::new(file);
        if places.is_empty() {
            return Some(RawBytes::file(file));
        }
        Kept::from_bytes(&Compressed::File(file), places).map(|kept| RawBytes::kept(Arc::new(kept)))
    }

    pub(super) fn memory(bytes: Arc<[u8]>) -> Self {
        RawBytes(Kind::Memory(bytes))
    }

    pub(super) fn kept(kept: Arc<Kept>) -> Self {
        RawBytes(Kind::Kept(kept))
    }

    /// Lets go of what lies before an offset: it will not be asked for again. A file keeps it.
    pub fn forget(&self, before: u64) {
        match &self.0 {
            Kind::Kept(kept) => kept.forget(before),
            Kind::Recent(recent) => recent.forget(before),
            Kind::File(_) | Kind::Memory(_) => {}
        }
    }

    /// Bytes held in memory.
    pub fn in_memory(&self) -> usize {
        match &self.0 {
            Kind::File(_) => 0,
            Kind::Memory(bytes) => bytes.len(),
            Kind::Kept(kept) => kept.memory(),
            Kind::Recent(recent) => recent.held(),
        }
    }

    /// Appends up to `length` bytes from `offset` on and says how many there were: fewer at the end of what has been
    /// read. To look at many events, ask for long spans: a call costs more than a block.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn append(&self, offset: u64, length: usize, into: &mut Vec<u8>) -> io::Result<usize> {
        let before = into.len();
        match &self.0 {
            Kind::File(file) => append_of_file(file, offset, length, into)?,
            Kind::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let rest = bytes.get(start..).unwrap_or_default();
                into.extend_from_slice(rest.get(..length).unwrap_or(rest));
            }
            Kind::Recent(recent) => {
                let end = offset.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
                recent.with(offset..end, |bytes| into.extend_from_slice(bytes));
            }
            Kind::Kept(kept) => {
                let mut left = length;
                while left > 0 {
                    let at = offset.saturating_add(u64::try_from(length.saturating_sub(left)).unwrap_or(0));
                    let Some((start, piece)) = kept.piece(at)? else { break };
                    let from = usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
                    let rest = piece.get(from..).filter(|rest| !rest.is_empty());
                    let Some(rest) = rest else { break };
                    let rest = rest.get(..left).unwrap_or(rest);
                    into.extend_from_slice(rest);
                    left = left.saturating_sub(rest.len());
                }
            }
        }
        Ok(into.len().saturating_sub(before))
    }
}

fn append_of_file(file: &File, offset: u64, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
    let before = into.len();
    // A length that is not true must not make us allocate more than there is.
    let length = if length > TRUSTED {
        let left = file.metadata()?.len().saturating_sub(offset);
        length.min(usize::try_from(left).unwrap_or(usize::MAX))
    } else {
        length
    };
    into.resize(before.saturating_add(length), 0);
    let mut got = 0usize;
    while let Some(room) = into.get_mut(before.saturating_add(got)..).filter(|room| !room.is_empty()) {
        match file.read_at(room, offset.saturating_add(u64::try_from(got).unwrap_or(0))) {
            Ok(0) => break,
            Ok(bytes) => got = got.saturating_add(bytes),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    into.truncate(before.saturating_add(got));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_stream_the_newest_bytes_are_there() {
        let recent = Recent::default();
        recent.push(b"0123456789");
        recent.forget(7);
        recent.push(b"abc");
        let raw = recent.raw();
        let read = |offset, length| {
            let mut bytes = Vec::new();
            raw.append(offset, length, &mut bytes).expect("memory");
            bytes
        };
        assert_eq!(read(8, 4), b"89ab");
        assert_eq!((read(12, 9), read(6, 1), read(13, 1)), (b"c".to_vec(), vec![], vec![]));
    }
}
