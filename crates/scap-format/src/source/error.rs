//! Why a capture cannot be opened.

use std::io;

use thiserror::Error;

use super::Compression;

/// Why a capture cannot be opened: one line, and [`OpenError::hint`] says what to do.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "the messages are the documentation")]
pub enum OpenError {
    #[error("'{name}' does not exist")]
    NotFound { name: String },
    #[error("no permission to read '{name}'")]
    Permission { name: String },
    #[error("'{name}' is a directory")]
    Directory { name: String },
    #[error("'{name}' is empty")]
    Empty { name: String },
    #[error("'{name}' is not a capture{looks_like}")]
    NotACapture { name: String, looks_like: &'static str },
    #[error("'{name}' was recorded on a machine with the other byte order")]
    OtherByteOrder { name: String },
    #[error("'{name}' has format version {major}; only version 1 is known")]
    Version { name: String, major: u16 },
    #[error("'{name}' ends inside its first block, after {bytes} bytes")]
    CutShort { name: String, bytes: usize },
    #[error("the first block of '{name}' is damaged: {what}")]
    Damaged { name: String, what: String },
    #[error("'{name}' cannot be unpacked as {compression}: {reason}")]
    Compression { name: String, compression: Compression, reason: String },
    #[error("cannot read '{name}': {source}")]
    Io { name: String, source: io::Error },
}

impl OpenError {
    /// What to do about it: one line.
    pub fn hint(&self) -> &'static str {
        match self {
            OpenError::NotFound { .. } => "check the path",
            OpenError::Permission { .. } => {
                "captures made by root are readable by root only: change the file's owner or mode"
            }
            OpenError::Directory { .. } => "name a capture inside it",
            OpenError::Empty { .. } => "the recorder has not written anything yet, or failed",
            OpenError::NotACapture { .. } => "captures are made by scaptui, sysdig, Falco or Stratoshark",
            OpenError::OtherByteOrder { .. } => "no known tool reads such captures; record on a little-endian machine",
            OpenError::Version { .. } => "a newer scaptui may read it",
            OpenError::CutShort { .. } => "the recorder was stopped at once, or the copy is incomplete: copy it again",
            OpenError::Damaged { .. } | OpenError::Compression { .. } => "the copy may be damaged: copy it again",
            OpenError::Io { .. } => "check the disk or the network mount",
        }
    }

    pub(crate) fn from_io(name: &str, error: io::Error) -> Self {
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => OpenError::NotFound { name },
            io::ErrorKind::PermissionDenied => OpenError::Permission { name },
            io::ErrorKind::IsADirectory => OpenError::Directory { name },
            _ => OpenError::Io { name, source: error },
        }
    }
}

/// What a file that is no capture looks like, as the end of the sentence "... is not a capture".
pub(crate) fn looks_like(bytes: &[u8]) -> &'static str {
    const KNOWN: [(&[u8], &str); 8] = [
        (b"\xd4\xc3\xb2\xa1", ": it is a packet capture (pcap)"),
        (b"\xa1\xb2\xc3\xd4", ": it is a packet capture (pcap)"),
        (b"\x4d\x3c\xb2\xa1", ": it is a packet capture (pcap)"),
        (b"\x7fELF", ": it is a program or core dump"),
        (b"PERFILE2", ": it is perf's data"),
        (b"PK\x03\x04", ": it is a zip archive"),
        (b"\xfd7zXZ", ": it is packed with xz"),
        (b"BZh", ": it is packed with bzip2"),
    ];
    if let Some((_, what)) = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return what;
    }
    let start = bytes.get(..512).unwrap_or(bytes);
    let printable = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..);
    // The last letter may be cut.
    let is_utf8 = std::str::from_utf8(start).map_or_else(|error| error.error_len().is_none(), |_| true);
    if !start.is_empty() && is_utf8 && start.iter().all(printable) {
        ": it is text"
    } else {
        ""
    }
}
