//! Flags of open files, from the kernel's numbers to those of captures.

use rustix::fs::OFlags;

/// Not a flag of open(2): the file of an overlay is the upper layer's.
pub(crate) const UPPER_LAYER: u32 = 0x8000;
/// The file of an overlay is a lower layer's.
pub(crate) const LOWER_LAYER: u32 = 0x1_0000;

/// What of `O_TMPFILE` and `O_SYNC` is theirs alone: `O_DIRECTORY` and `O_DSYNC` come with them.
const TMPFILE: u32 = 0o20_000_000;
const SYNC: u32 = 0o4_000_000;
const DSYNC: u32 = 0o10_000;
/// `O_LARGEFILE` of this processor: libc has it as 0 where every file is large.
const LARGEFILE: u32 = if cfg!(target_arch = "aarch64") { 0o400_000 } else { 0o100_000 };
/// The bits that say whether it is read or written.
const ACCESS: u32 = 3;

const BITS: [(u32, u32); 12] = [
    (OFlags::CREATE.bits(), 0x4),
    (OFlags::APPEND.bits(), 0x8),
    (DSYNC, 0x10),
    (OFlags::EXCL.bits(), 0x20),
    (OFlags::NONBLOCK.bits(), 0x40),
    (SYNC, 0x80),
    (OFlags::TRUNC.bits(), 0x100),
    (OFlags::DIRECT.bits(), 0x200),
    (OFlags::DIRECTORY.bits(), 0x400),
    (LARGEFILE, 0x800),
    (OFlags::CLOEXEC.bits(), 0x1000),
    (TMPFILE, 0x2000),
];

/// Flags as captures have them (`PPM_O_`).
pub(crate) fn to_capture(flags: u32) -> u32 {
    // Read only, write only, both: 0, 1, 2 there, two bits here.
    let access = (flags & ACCESS) + 1;
    BITS.iter().filter(|(kernel, _)| flags & kernel != 0).fold(access & 3, |sum, (_, bit)| sum | bit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_modes() {
        assert_eq!([0, 1, 2].map(to_capture), [1, 2, 3]);
    }

    #[test]
    fn single_flags() {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND | OFlags::CLOEXEC;
        assert_eq!(to_capture(flags.bits()), 0x2 | 0x4 | 0x8 | 0x1000);
        assert_eq!(to_capture(OFlags::SYNC.bits()), 0x1 | 0x10 | 0x80);
        assert_eq!(to_capture(DSYNC), 0x1 | 0x10);
        assert_eq!(to_capture((OFlags::TMPFILE | OFlags::RDWR).bits()), 0x3 | 0x400 | 0x2000);
        assert_eq!(to_capture(LARGEFILE), 0x1 | 0x800);
    }
}
