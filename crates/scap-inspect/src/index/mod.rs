//! What was found out by reading a capture, kept in a file so that opening it again need not read it.
//!
//! An index holds the store as it is after reading: the columns as they are in memory, and all else as one run of bytes
//! ([`stored`]). It is of one build of the core and of one capture, known by size, time and a hash of parts ([`Key`]).
//! Before it is used every byte is compared with its hash, every number that is a position with what is there, and some
//! events with their blocks in the capture. Columns are fetched, and compared once more, when they are first asked for.

mod key;
mod layout;
mod load;
mod sample;
pub(crate) mod stored;
mod write;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use twox_hash::XxHash3_64;

pub use key::Key;
pub(crate) use load::Found;
pub(crate) use write::write;

use layout::{read_directory, read_header};

/// How names of indexes end.
pub const ENDING: &str = ".index";

/// What an index tells about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The path of the capture when it was written.
    pub path: Vec<u8>,
    /// How many events it shows.
    pub shown: u32,
}

stored::stored!(Facts { path, shown });

/// What an index tells about itself; `None` when this build cannot use it. What it holds is not looked at.
///
/// # Errors
/// The file cannot be read.
pub fn facts(path: &Path) -> io::Result<Option<Facts>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let header = read_header(&file);
    Ok(header.and_then(|header| read_directory(&file, &header, length)).map(|directory| directory.facts))
}

/// The hash of some bytes.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// So many bytes of a file; nothing where there are fewer.
fn bytes_at(file: &File, start: u64, length: u64) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    file.read_exact_at(&mut bytes, start).ok()?;
    Some(bytes)
}
