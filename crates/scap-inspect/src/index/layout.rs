//! What stands where in an index: a head of fixed length, columns, the run of bytes with all else, a directory.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use scap_format::source::Compression;

use super::stored::{bytes_of, stored, whole, Stored};
use super::{bytes_at, hash, Facts, Key};
use crate::store::columns::CHUNK;
use crate::store::{Place, WIDTH};

const MAGIC: [u8; 8] = *b"\x89scapidx";

/// Bytes of the head with its hash.
pub(super) const HEAD: u64 = (MAGIC.len() + Header::LEAST + 8) as u64;

/// A stretch of the file and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: u64,
    pub(super) length: u64,
    pub(super) hash: u64,
}

stored!(Part { start, length, hash });

impl Part {
    /// Its bytes, if they are what was written.
    pub(super) fn read(&self, file: &File) -> Option<Vec<u8>> {
        bytes_at(file, self.start, self.length).filter(|bytes| hash(bytes) == self.hash)
    }
}

/// The head.
#[derive(Debug)]
pub(super) struct Header {
    /// Which build wrote it.
    build: u64,
    pub(super) key: Key,
    directory: Part,
}

stored!(Header { build, key, directory });

/// Where all else is.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) facts: Facts,
    /// How the capture is compressed, in a word.
    pub(super) compression: String,
    pub(super) state: Part,
    pub(super) chunks: Vec<Place>,
}

stored!(Directory { facts, compression, state, chunks });

impl Directory {
    /// Whether reading a byte of the capture means unpacking many.
    pub(super) fn is_packed(&self) -> bool {
        self.compression != Compression::None.to_string()
    }
}

/// The build that this is: its version and the text it was made of.
fn build() -> u64 {
    const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("SCAP_INSPECT_SOURCES"));
    hash(BUILD.as_bytes())
}

pub(super) fn write_header(file: &File, key: Key, directory: Part) -> io::Result<()> {
    let header = bytes_of(&Header { build: build(), key, directory });
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&header);
    hash(&header).put(&mut bytes);
    file.write_all_at(&bytes, 0)
}

/// The head of an index that this build wrote.
pub(super) fn read_header(file: &File) -> Option<Header> {
    let bytes = bytes_at(file, 0, HEAD)?;
    let rest = bytes.strip_prefix(&MAGIC)?;
    let (header, hashed) = rest.split_at_checked(Header::LEAST)?;
    let header = whole::<Header>(header).filter(|_| whole(hashed) == Some(hash(header)))?;
    (header.build == build()).then_some(header)
}

/// The directory of an index of so many bytes; nothing unless all that it names lies within.
pub(super) fn read_directory(file: &File, header: &Header, length: u64) -> Option<Directory> {
    let Part { start, length: own, .. } = header.directory;
    if start.checked_add(own)? != length {
        return None;
    }
    let directory: Directory = whole(&header.directory.read(file)?)?;
    let within = |from: u64, length: u64| from.checked_add(length).is_some_and(|end| end <= start);
    let fits = |place: &Place| {
        place.len > 0 && place.len as usize <= CHUNK && within(place.start, u64::from(place.len) * WIDTH as u64)
    };
    let all = within(directory.state.start, directory.state.length) && directory.chunks.iter().all(fits);
    all.then_some(directory)
}
