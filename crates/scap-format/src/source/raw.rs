//! Random access to the uncompressed stream.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::kept::Kept;

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

    /// Replaces `into` by up to `length` bytes from `offset` on and says how many there were: fewer at the end of what
    /// has been read. To look at many events, ask for long spans: a call costs more than a block.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read_at(&self, offset: u64, length: usize, into: &mut Vec<u8>) -> io::Result<usize> {
        into.clear();
        match &self.0 {
            Kind::File(file) => read_file(file, offset, length, into),
            Kind::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let rest = bytes.get(start..).unwrap_or_default();
                into.extend_from_slice(rest.get(..length).unwrap_or(rest));
                Ok(into.len())
            }
            Kind::Kept(kept) => {
                while into.len() < length {
                    let at = offset.saturating_add(u64::try_from(into.len()).unwrap_or(0));
                    let Some((start, piece)) = kept.piece(at)? else { break };
                    let from = usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
                    let rest = piece.get(from..).filter(|rest| !rest.is_empty());
                    let Some(rest) = rest else { break };
                    into.extend_from_slice(rest.get(..length.saturating_sub(into.len())).unwrap_or(rest));
                }
                Ok(into.len())
            }
        }
    }
}

fn read_file(file: &File, offset: u64, length: usize, into: &mut Vec<u8>) -> io::Result<usize> {
    // A length that is not true must not make us allocate more than there is.
    let length = if length > 1 << 16 {
        let left = file.metadata()?.len().saturating_sub(offset);
        length.min(usize::try_from(left).unwrap_or(usize::MAX))
    } else {
        length
    };
    into.resize(length, 0);
    let mut got = 0usize;
    while let Some(room) = into.get_mut(got..).filter(|room| !room.is_empty()) {
        match file.read_at(room, offset.saturating_add(u64::try_from(got).unwrap_or(0))) {
            Ok(0) => break,
            Ok(bytes) => got = got.saturating_add(bytes),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    into.truncate(got);
    Ok(got)
}
