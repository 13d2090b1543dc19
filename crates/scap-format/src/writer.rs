//! Writing captures in the newest layout, which every reader since 2018 understands.
//!
//! ```
//! use scap_format::meta::{MachineInfo, SectionHeader};
//! use scap_format::writer::{gzip, Writer};
//!
//! let mut writer = Writer::new(gzip(Vec::new()));
//! writer.section(&SectionHeader::default())?;
//! writer.machine(&MachineInfo { cpus: 4, ..MachineInfo::default() })?;
//! let file: Vec<u8> = writer.into_inner().finish()?;
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, Write};

use flate2::write::GzEncoder;

use crate::blocks::{newest, FRAME, SECTION};
use crate::event::EventRef;
use crate::event_block::is_wide;
use crate::meta::{put_option, BlockOption, FdList, Interface, MachineInfo, ProcessEntry, SectionHeader, UserList};

/// Readers refuse ordinary event blocks whose length without head is more than this.
const ORDINARY: usize = 64 << 10;
/// Lists are continued in another block of their kind beyond this many bytes.
const LIST: usize = 16 << 20;
/// Bytes of an event before its parameter lengths.
const EVENT_HEADER: usize = 26;

/// Writes a capture block by block. The caller keeps the order: section, machine, interfaces, users, processes,
/// descriptors, then events.
///
/// Texts longer than readers have room for are cut: names and paths to 1023 bytes, arguments, environments and control
/// groups to 4096, user names to 255. Every block is written in one call, so that a pipe's reader sees whole blocks.
#[derive(Debug)]
pub struct Writer<W: Write> {
    to: W,
    /// The block being made: its memory is used again.
    block: Vec<u8>,
    written: u64,
}

/// Packs what is written to it with gzip; call `finish` on it in the end. Pass [`Writer::new`] the result.
pub fn gzip<W: Write>(to: W) -> GzEncoder<W> {
    GzEncoder::new(to, flate2::Compression::fast())
}

impl<W: Write> Writer<W> {
    /// A writer of a capture.
    pub fn new(to: W) -> Self {
        Writer { to, block: Vec::new(), written: 0 }
    }

    /// Bytes written so far, before compression.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Hands what was written to the system.
    ///
    /// # Errors
    /// Writing failed.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// What was written to. Nothing is held back here; a compressor may still hold something.
    pub fn into_inner(self) -> W {
        self.to
    }

    /// Whole blocks as they are.
    ///
    /// # Errors
    /// Writing failed.
    pub fn blocks(&mut self, blocks: &[u8]) -> io::Result<()> {
        self.to.write_all(blocks)?;
        self.written = self.written.saturating_add(u64::try_from(blocks.len()).unwrap_or(0));
        Ok(())
    }

    /// The section header.
    ///
    /// # Errors
    /// As for every block: writing failed, or the block is longer than the format allows.
    pub fn section(&mut self, section: &SectionHeader) -> io::Result<()> {
        self.write_block(SECTION, |block| section.put(block))
    }

    /// The machine.
    pub fn machine(&mut self, machine: &MachineInfo) -> io::Result<()> {
        self.write_block(newest::MACHINE, |block| machine.put(block))
    }

    /// The network interfaces.
    pub fn interfaces(&mut self, interfaces: &[Interface]) -> io::Result<()> {
        self.write_block(newest::INTERFACES, |block| interfaces.iter().for_each(|interface| interface.put(block)))
    }

    /// Users and groups.
    pub fn users(&mut self, users: &UserList) -> io::Result<()> {
        self.write_block(newest::USERS, |block| users.put(block))
    }

    /// Threads. A very long list takes several blocks, which add up for every reader.
    pub fn processes(&mut self, mut processes: &[ProcessEntry]) -> io::Result<()> {
        loop {
            let mut done = 0usize;
            self.write_block(newest::PROCESSES, |block| {
                for process in processes {
                    process.put(block);
                    done = done.saturating_add(1);
                    if block.len() > LIST {
                        break;
                    }
                }
            })?;
            processes = processes.get(done..).unwrap_or_default();
            if processes.is_empty() {
                return Ok(());
            }
        }
    }

    /// The descriptors of one thread.
    pub fn fds(&mut self, list: &FdList) -> io::Result<()> {
        self.write_block(newest::FDS, |block| list.put(block))
    }

    /// An event, with the options it has.
    ///
    /// # Errors
    /// Besides those of every block: a parameter is longer than 65,535 bytes and its event type does not allow that.
    pub fn event(&mut self, event: &EventRef<'_>) -> io::Result<()> {
        self.write_event(event, &[])
    }

    /// An event with a comment before the options it has.
    ///
    /// # Errors
    /// As for [`Writer::event`].
    pub fn event_with_comment(&mut self, event: &EventRef<'_>, comment: &[u8]) -> io::Result<()> {
        let mut option = Vec::new();
        put_option(&mut option, BlockOption::COMMENT, comment);
        if event.options.is_empty() {
            option.extend_from_slice(&[0; 4]);
        }
        self.write_event(event, &option)
    }

    fn write_event(&mut self, event: &EventRef<'_>, options: &[u8]) -> io::Result<()> {
        let wide = is_wide(event.event_type);
        let params = event.params;
        let too_long = || io::Error::new(io::ErrorKind::InvalidInput, "a parameter is too long for its event type");
        let values: usize = params.iter().map(<[u8]>::len).fold(0, usize::saturating_add);
        let lengths = params.len().saturating_mul(if wide { 4 } else { 2 });
        let length = EVENT_HEADER.saturating_add(lengths).saturating_add(values);
        if !wide && params.iter().any(|value| value.len() > usize::from(u16::MAX)) {
            return Err(too_long());
        }
        let has_flags = event.block_flags != 0;
        let extra = options.len().saturating_add(event.options.len()).saturating_add(if has_flags { 6 } else { 2 });
        // Readers compare the block without its type and length; the trailer and padding are part of it.
        let is_large = length.saturating_add(extra).saturating_add(8) > ORDINARY;
        let id = match (is_large, has_flags) {
            (false, false) => newest::EVENT,
            (false, true) => newest::EVENT_FLAGS,
            (true, false) => newest::LARGE_EVENT,
            (true, true) => newest::LARGE_EVENT_FLAGS,
        };
        let length = u32::try_from(length).map_err(|_| too_long())?;
        let count = u32::try_from(params.len()).map_err(|_| too_long())?;
        self.write_block(id, |block| {
            block.extend_from_slice(&event.cpu.to_le_bytes());
            if has_flags {
                block.extend_from_slice(&event.block_flags.to_le_bytes());
            }
            block.extend_from_slice(&event.ts.to_le_bytes());
            block.extend_from_slice(&event.tid.to_le_bytes());
            block.extend_from_slice(&length.to_le_bytes());
            block.extend_from_slice(&event.event_type.to_le_bytes());
            block.extend_from_slice(&count.to_le_bytes());
            for value in params.iter() {
                // Lengths were looked at above: they fit.
                if wide {
                    block.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
                } else {
                    block.extend_from_slice(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes());
                }
            }
            for value in params.iter() {
                block.extend_from_slice(value);
            }
            if !(options.is_empty() && event.options.is_empty()) {
                pad(block);
                block.extend_from_slice(options);
                block.extend_from_slice(event.options);
            }
        })
    }

    /// Makes a block around the body and writes it.
    fn write_block(&mut self, id: u32, body: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let block = &mut self.block;
        block.clear();
        block.extend_from_slice(&id.to_le_bytes());
        block.extend_from_slice(&[0; 4]);
        body(block);
        pad(block);
        let length = block.len().saturating_add(FRAME - 8);
        let length = u32::try_from(length)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a block of more than 4 GiB"))?
            .to_le_bytes();
        if let Some(place) = block.get_mut(4..8) {
            place.copy_from_slice(&length);
        }
        block.extend_from_slice(&length);
        self.to.write_all(block)?;
        self.written = self.written.saturating_add(u64::try_from(block.len()).unwrap_or(0));
        Ok(())
    }
}

/// Blocks and options start at multiples of four, counted from the block's start.
fn pad(block: &mut Vec<u8>) {
    block.resize(block.len().next_multiple_of(4), 0);
}
