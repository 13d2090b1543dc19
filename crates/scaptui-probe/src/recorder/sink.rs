//! Where the stream goes: standard output or a file, in whole blocks.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsRawFd as _, RawFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::recorder::sys;

/// How long a reader may take nothing while the probe wants to end.
const PATIENCE: Duration = Duration::from_secs(2);
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
            None => sys::inherited(1)?,
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

/// Writes it all. When an end is asked for, a reader who takes nothing is waited for no longer than [`PATIENCE`].
fn write_all(file: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let part = if sys::stopped() {
            if !sys::writable(file.as_raw_fd(), PATIENCE) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            // So much a pipe takes at once when it takes anything.
            bytes.get(..libc::PIPE_BUF).unwrap_or(bytes)
        } else {
            bytes
        };
        match file.write(part) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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
        let result = write_all(&mut self.file, &self.waiting);
        match result {
            Ok(()) => self.written += self.waiting.len() as u64,
            Err(_) if self.path.is_some() => self.file.set_len(self.written)?,
            Err(_) => {}
        }
        self.waiting.clear();
        result
    }
}
