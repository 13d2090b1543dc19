//! One call as parameters see it: its record and what the record carries.

use crate::recorder::record::{chunk, u32_at, u64_at, Chunks, Record};
use crate::recorder::sockets::Socket;
use crate::snapshot::{LOWER_LAYER, UPPER_LAYER};

/// What parameters are made from.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) record: Record<'a>,
    pub(crate) chunks: Chunks<'a>,
    /// How many arguments the record has.
    pub(crate) arguments: usize,
    /// The enter event is made, not the exit.
    pub(crate) entering: bool,
    /// What execve was asked to execute, from its beginning.
    pub(crate) filename: Option<&'a [u8]>,
    /// The exit event of the newest schema.
    pub(crate) event: u16,
}

/// Pages of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) total: u64,
    pub(crate) resident: u64,
    pub(crate) swapped: u64,
}

/// A file behind a descriptor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File {
    pub(crate) ino: u64,
    dev: u32,
    fmode: u32,
    layer: u32,
}

const FMODE_CREATED: u32 = 0x10_0000;
const F_CREATED: u64 = 0x4000;
/// The layer of an overlay, as `struct file_info` has it.
const UPPER: u32 = 1;
const LOWER: u32 = 2;

impl File {
    /// The device as user space and captures write it.
    pub(crate) fn device(&self) -> u32 {
        encode_device(self.dev)
    }

    /// What the open's flags say of the file itself: that it was made, and its layer of an overlay.
    pub(crate) fn flags(&self) -> u64 {
        let created = if self.fmode & FMODE_CREATED != 0 { F_CREATED } else { 0 };
        created | u64::from(layer_flag(self.layer))
    }

    /// The layer as the flags of creat say it.
    pub(crate) fn creat_flags(&self) -> u16 {
        match self.layer {
            UPPER => 1,
            LOWER => 2,
            _ => 0,
        }
    }
}

/// The flag of open files for a layer of an overlay.
pub(crate) fn layer_flag(layer: u32) -> u32 {
    match layer {
        UPPER => UPPER_LAYER,
        LOWER => LOWER_LAYER,
        _ => 0,
    }
}

/// A device from the kernel's own encoding: 12 bits major, 20 bits minor.
pub(crate) fn encode_device(dev: u32) -> u32 {
    let (major, minor) = (dev >> 20, dev & 0xF_FFFF);
    minor & 0xFF | major << 8 | (minor & !0xFF) << 12
}

impl<'a> Context<'a> {
    #[inline]
    pub(crate) fn arg(&self, index: usize) -> u64 {
        self.record.argument(index, self.arguments)
    }

    /// What an operation copied, or another chunk.
    pub(crate) fn bytes(&self, what: usize) -> Option<&'a [u8]> {
        self.chunks.get(what)
    }

    pub(crate) fn file(&self) -> Option<File> {
        let bytes = self.bytes(chunk::FILE)?;
        Some(File { ino: u64_at(bytes, 0), dev: u32_at(bytes, 8), fmode: u32_at(bytes, 20), layer: u32_at(bytes, 24) })
    }

    pub(crate) fn memory(&self) -> Option<Memory> {
        memory_at(self.bytes(chunk::MEMORY)?, 0)
    }

    pub(crate) fn socket(&self) -> Option<Socket<'a>> {
        Socket::parse(self.bytes(chunk::SOCKET)?)
    }

    /// Connections that wait to be accepted, and how many may.
    pub(crate) fn queue(&self) -> Option<(u32, u32)> {
        self.bytes(chunk::QUEUE).map(|bytes| (u32_at(bytes, 0), u32_at(bytes, 4)))
    }

    /// Kernel address of one of two sockets.
    pub(crate) fn pair(&self, index: usize) -> u64 {
        self.bytes(chunk::PAIR).map_or(0, |bytes| u64_at(bytes, index * 8))
    }

    /// The path that came with the record.
    pub(crate) fn path(&self) -> Option<Vec<u8>> {
        self.bytes(chunk::PATH).map(path)
    }
}

pub(crate) fn memory_at(bytes: &[u8], at: usize) -> Option<Memory> {
    bytes.get(at..at + 24)?;
    Some(Memory { total: u64_at(bytes, at), resident: u64_at(bytes, at + 8), swapped: u64_at(bytes, at + 16) })
}

/// A path from its components, the last first, each with a NUL.
pub(crate) fn path(components: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(components.len() + 1);
    let components = components.strip_suffix(b"\0").unwrap_or(components);
    for component in components.split(|byte| *byte == 0).rev().filter(|component| !component.is_empty()) {
        path.push(b'/');
        path.extend_from_slice(component);
    }
    if path.is_empty() {
        path.push(b'/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_turned_round() {
        assert_eq!(path(b"cat\0bin\0usr\0"), b"/usr/bin/cat");
        assert_eq!(path(b""), b"/");
    }

    #[test]
    fn devices_are_split_as_stat_has_them() {
        assert_eq!(encode_device(254 << 20 | 1), 0xfe01);
        assert_eq!(encode_device(8 << 20 | 0x12345), 0x1230_0845);
    }
}
