//! The file that is being written.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use scap_format::packing::{Packed, Packing};
use scap_format::reader::{block_sort, BlockSort};

/// Bytes that are collected before they are written.
const ENOUGH: usize = 64 << 10;
/// What the end of a compressed stream may take.
const TRAILER: u64 = 64;

/// A file, or standard output, that takes whole blocks.
#[derive(Debug)]
pub(super) struct Target {
    packed: Packed<File>,
    /// The same file, to cut off what a failed write left of a block; `None` of pipes and compressed files.
    plain: Option<File>,
    waiting: Vec<u8>,
    /// Bytes of whole blocks that were written.
    whole: u64,
    limit: Option<u64>,
    is_packed: bool,
}

impl Target {
    /// A new file that only its owner can read.
    pub(super) fn create(path: &Path, packing: Packing, limit: Option<u64>) -> io::Result<Self> {
        // Never an existing file, nor one behind a link.
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let plain = if packing == Packing::None { Some(file.try_clone()?) } else { None };
        Self::new(file, plain, packing, limit)
    }

    /// Standard output.
    pub(super) fn stdout(packing: Packing, limit: Option<u64>) -> io::Result<Self> {
        Self::new(File::from(io::stdout().as_fd().try_clone_to_owned()?), None, packing, limit)
    }

    fn new(file: File, plain: Option<File>, packing: Packing, limit: Option<u64>) -> io::Result<Self> {
        let packed = Packed::new(file, packing)?;
        let waiting = Vec::with_capacity(ENOUGH * 2);
        Ok(Target { packed, plain, waiting, whole: 0, limit, is_packed: packing != Packing::None })
    }

    /// Bytes of the file so far.
    pub(super) fn written(&self) -> u64 {
        if self.plain.is_some() {
            self.whole
        } else {
            self.packed.written()
        }
    }

    /// Events, those that are shown and the others, that were taken and surely did not get into a file that failed: of
    /// those a compressor was given, some may have.
    pub(super) fn lost(&self) -> (u64, u64) {
        let mut lost = (0, 0);
        if self.is_packed {
            return lost;
        }
        let mut rest = self.waiting.as_slice();
        while let Some((sort, length)) = block_sort(rest) {
            match sort {
                BlockSort::Event { state_only: false } => lost.0 += 1,
                BlockSort::Event { state_only: true } => lost.1 += 1,
                _ => {}
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        lost
    }

    /// Takes whole blocks.
    pub(super) fn write(&mut self, blocks: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(blocks);
        if self.waiting.len() >= ENOUGH {
            self.flush()?;
        }
        Ok(())
    }

    /// The blocks before the events were written whatever the limit is: the events have room for as much at least.
    pub(super) fn leave_room(&mut self) -> io::Result<()> {
        if let Some(limit) = self.limit {
            self.sync()?;
            self.limit = Some(limit.max(self.written() * 2));
        }
        Ok(())
    }

    /// Whether a block of this length still fits under the limit.
    pub(super) fn has_room(&mut self, length: u64) -> io::Result<bool> {
        let Some(limit) = self.limit else { return Ok(true) };
        let after = |bytes: u64| bytes.saturating_add(length).saturating_add(TRAILER);
        let waiting = self.waiting.len() as u64;
        if after(self.packed.written_at_most() + waiting) <= limit {
            return Ok(true);
        }
        if !self.is_packed {
            return Ok(false);
        }
        self.sync()?;
        // Close to the limit the compressor would be emptied for ever fewer events.
        Ok(after(self.written()) <= limit - limit / 64)
    }

    fn flush(&mut self) -> io::Result<()> {
        let before = self.packed.written();
        let result = self.packed.write_all(&self.waiting);
        if result.is_ok() {
            self.whole += self.waiting.len() as u64;
            self.waiting.clear();
        } else if let Some(file) = &self.plain {
            // What there was room for, but for the part of a block at its end.
            let there = usize::try_from(self.packed.written() - before).unwrap_or(0);
            let mut whole = 0;
            while let Some((_, length)) = self.waiting.get(whole..).and_then(block_sort) {
                if whole + length > there {
                    break;
                }
                whole += length;
            }
            self.waiting.drain(..whole);
            self.whole += whole as u64;
            file.set_len(self.whole)?;
        }
        result
    }

    /// From now on all that was taken can be read, whatever happens to us.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.packed.sync()
    }

    /// Ends the file. Gives its bytes.
    pub(super) fn finish(&mut self) -> io::Result<u64> {
        self.flush()?;
        self.packed.finish()
    }
}
