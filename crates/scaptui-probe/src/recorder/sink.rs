//! Where the stream goes: standard output or a file, in whole blocks.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsRawFd as _, RawFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Bytes that are collected before they are written.
const ENOUGH: usize = 1 << 20;

/// Collects whole blocks and writes them.
#[derive(Debug)]
pub(crate) struct Sink {
    file: File,
    /// The file, where it is ours: what a failed write left of a block is cut off.
    path: Option<PathBuf>,
    waiting: Vec<u8>,
    /// Bytes written, all of whole blocks.
    pub(crate) written: u64,
}

impl Sink {
    /// A new file that only its owner can read, or standard output.
    pub(crate) fn new(path: Option<&Path>) -> io::Result<Sink> {
        let file = match path {
            Some(path) => {
                OpenOptions::new().write(true).create_new(true).mode(0o600).custom_flags(libc::O_NOFOLLOW).open(path)?
            }
            None => crate::recorder::sys::inherited(1)?,
        };
        Ok(Sink { file, path: path.map(Path::to_owned), waiting: Vec::with_capacity(ENOUGH * 2), written: 0 })
    }

    /// Takes a file away into which nothing was written.
    pub(crate) fn remove(&self) {
        if let Some(path) = &self.path {
            // The error that led here is the one to tell.
            let _ = std::fs::remove_file(path);
        }
    }

    /// The descriptor whose reader may go away.
    pub(crate) fn descriptor(&self) -> RawFd {
        if self.path.is_some() {
            -1
        } else {
            self.file.as_raw_fd()
        }
    }
}

impl Write for Sink {
    /// Takes whole blocks.
    fn write(&mut self, blocks: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(blocks);
        if self.waiting.len() >= ENOUGH {
            self.flush()?;
        }
        Ok(blocks.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let result = self.file.write_all(&self.waiting);
        match result {
            Ok(()) => self.written += self.waiting.len() as u64,
            Err(_) if self.path.is_some() => self.file.set_len(self.written)?,
            Err(_) => {}
        }
        self.waiting.clear();
        result
    }
}
