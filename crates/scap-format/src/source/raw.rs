//! Random access to the uncompressed stream.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::kept::Kept;

/// A longer span may be one that a damaged block claims: the file is asked whether it has so much.
const TRUSTED: usize = 1 << 20;

/// Random access to the uncompressed stream, as far as it has been read.
///
/// A plain file is read where it lies, at positions (never mapped: a file that is cut under a mapping kills the
/// reader). Every other input is kept in memory, compressed. Clones are cheap, and any thread may ask.
#[derive(Clone, Debug)]
pub struct RawBytes(Kind);

#[derive(Clone, Debug)]
enum Kind {
    File(Arc<File>),
    Memory(Arc<[u8]>),
    Kept(Arc<Kept>),
}

impl RawBytes {
    pub(super) fn file(file: File) -> Self {
        RawBytes(Kind::File(Arc::new(file)))
    }

    pub(super) fn memory(bytes: Arc<[u8]>) -> Self {
        RawBytes(Kind::Memory(bytes))
    }

    pub(super) fn kept(kept: Arc<Kept>) -> Self {
        RawBytes(Kind::Kept(kept))
    }

    /// Lets go of what lies before an offset: it will not be asked for again. A file keeps it.
    pub fn forget(&self, before: u64) {
        if let Kind::Kept(kept) = &self.0 {
            kept.forget(before);
        }
    }

    /// Bytes held in memory.
    pub fn in_memory(&self) -> usize {
        match &self.0 {
            Kind::File(_) => 0,
            Kind::Memory(bytes) => bytes.len(),
            Kind::Kept(kept) => kept.memory(),
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
