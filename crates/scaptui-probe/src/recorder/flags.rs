//! Flags and commands as captures number them, from the kernel's numbers. What is equal in both is not here.

/// One flag or number: the kernel's, the capture's.
type Pair = (u64, u64);

/// The capture's bits of all the kernel's bits that are set.
fn bits(table: &[Pair], value: u64) -> u64 {
    table.iter().filter(|(kernel, _)| value & kernel == *kernel).fold(0, |sum, (_, capture)| sum | capture)
}

/// The capture's number for one of the kernel's.
fn one(table: &[Pair], value: u64, unknown: u64) -> u64 {
    table.iter().find(|(kernel, _)| *kernel == value & 0xFFFF_FFFF).map_or(unknown, |(_, capture)| *capture)
}

const O_CREAT: u64 = 0o100;
const O_TMPFILE: u64 = 0o20_000_000;
const O_CLOEXEC: u64 = 0o2_000_000;
const O_NONBLOCK: u64 = 0o4000;

#[cfg(target_arch = "x86_64")]
mod arch {
    pub(super) const O_DIRECT: u64 = 0o40_000;
    pub(super) const O_LARGEFILE: u64 = 0o100_000;
    pub(super) const O_DIRECTORY: u64 = 0o200_000;
}
#[cfg(target_arch = "aarch64")]
mod arch {
    pub(super) const O_DIRECTORY: u64 = 0o40_000;
    pub(super) const O_DIRECT: u64 = 0o200_000;
    pub(super) const O_LARGEFILE: u64 = 0o400_000;
}

const OPEN: &[Pair] = &[
    (O_CREAT, 0x4),
    (0o2000, 0x8),
    (0o10_000, 0x10),
    (0o200, 0x20),
    (O_NONBLOCK, 0x40),
    (0o4_010_000, 0x80),
    (0o1000, 0x100),
    (arch::O_DIRECT, 0x200),
    (arch::O_DIRECTORY, 0x400),
    (arch::O_LARGEFILE, 0x800),
    (O_CLOEXEC, 0x1000),
    (O_TMPFILE | arch::O_DIRECTORY, 0x2000),
];

/// Flags of open: reading, writing and both are 1, 2 and 3.
pub(crate) fn open(value: u64) -> u64 {
    let access = match value & 3 {
        0 => 1,
        1 => 2,
        2 => 3,
        _ => 0,
    };
    access | bits(OPEN, value)
}

/// Whether the mode of an open means something.
pub(crate) fn creates(value: u64) -> bool {
    value & O_CREAT != 0 || value & O_TMPFILE != 0
}

/// Flags of calls that make a descriptor without opening anything.
pub(crate) fn descriptor(value: u64) -> u64 {
    bits(&[(O_CLOEXEC, 0x1000), (O_NONBLOCK, 0x40), (arch::O_DIRECT, 0x200)], value)
}

/// `EPOLL_CLOEXEC`.
pub(crate) fn epoll_create(value: u64) -> u64 {
    bits(&[(O_CLOEXEC, 1)], value)
}

/// `PIDFD_NONBLOCK`.
pub(crate) fn pidfd_open(value: u64) -> u64 {
    bits(&[(O_NONBLOCK, 1)], value)
}

/// Flags of `delete_module`.
pub(crate) fn delete_module(value: u64) -> u64 {
    bits(&[(O_NONBLOCK, 2), (0o1000, 1)], value)
}

/// How openat2 may resolve.
pub(crate) fn resolve(value: u64) -> u64 {
    bits(&[(0x8, 0x1), (0x10, 0x2), (0x2, 0x4), (0x4, 0x8), (0x1, 0x10), (0x20, 0x20)], value)
}

/// Flags of fchownat: links are not followed, the path may be empty.
pub(crate) fn fchownat(value: u64) -> u64 {
    bits(&[(0x100, 0x400), (0x1000, 0x1000)], value)
}

/// Flags of execveat.
pub(crate) fn execveat(value: u64) -> u64 {
    bits(&[(0x1000, 1), (0x100, 2)], value)
}

/// Device numbers as the calls take them are those of captures.
pub(crate) fn device(value: u64) -> u64 {
    value & 0xFFFF_FFFF
}

/// Flags of mount without the magic of old programs.
pub(crate) fn mount(value: u64) -> u64 {
    if value & 0xFFFF_0000 == 0xC0ED_0000 {
        value & 0xFFFF
    } else {
        value
    }
}

/// Protection of memory.
pub(crate) fn protection(value: u64) -> u64 {
    value & 0xF | bits(&[(0x100_0000, 0x10), (0x200_0000, 0x20), (0x10, 0x40)], value)
}

const MMAP: &[Pair] = &[
    (0x1, 0x1),
    (0x2, 0x2),
    (0x10, 0x4),
    (0x20, 0x8),
    (0x40, 0x10),
    (0x4000, 0x40),
    (0x8000, 0x80),
    (0x10_000, 0x100),
    (0x100, 0x200),
    (0x800, 0x400),
    (0x1000, 0x800),
    (0x2000, 0x4000),
];

/// Flags of mmap.
pub(crate) fn mmap(value: u64) -> u64 {
    bits(MMAP, value)
}

const CLONE: &[Pair] = &[
    (0x400, 0x1),
    (0x200, 0x2),
    (0x8000_0000, 0x4),
    (0x0800_0000, 0x8),
    (0x4000_0000, 0x10),
    (0x0002_0000, 0x20),
    (0x2000_0000, 0x40),
    (0x0400_0000, 0x80),
    (0x8000, 0x100),
    (0x0010_0000, 0x200),
    (0x2000, 0x400),
    (0x800, 0x800),
    (0x0004_0000, 0x1000),
    (0x0001_0000, 0x2000),
    (0x0080_0000, 0x4000),
    (0x100, 0x8000),
    (0x1000_0000, 0x0010_0000),
    (0x0020_0000, 0x0080_0000),
    (0x0100_0000, 0x0100_0000),
    (0x0008_0000, 0x0200_0000),
    (0x4000, 0x0800_0000),
    (0x0200_0000, 0x1000_0000),
];

/// Flags of clone, unshare and setns.
pub(crate) fn clone(value: u64) -> u64 {
    bits(CLONE, value)
}

/// Flags of vfork: the memory is shared and the parent waits.
pub(crate) const VFORK: u64 = 0x8000 | 0x0800_0000;
/// The child is in another pid namespace than the first.
pub(crate) const CHILD_IN_PIDNS: u64 = 0x2000_0000;

const FCNTL: &[Pair] = &[
    (0, 1),
    (1, 2),
    (2, 3),
    (3, 4),
    (4, 5),
    (5, 6),
    (6, 8),
    (7, 9),
    (8, 0xa),
    (9, 0xc),
    (10, 0xd),
    (11, 0xf),
    (15, 0x15),
    (16, 0x16),
    (36, 0x1e),
    (37, 0x1f),
    (38, 0x20),
    (1024, 0x17),
    (1025, 0x18),
    (1026, 0x1b),
    (1029, 0x19),
    (1030, 0x1a),
    (1031, 0x1c),
    (1032, 0x1d),
];

/// Commands of fcntl.
pub(crate) fn fcntl(value: u64) -> u64 {
    one(FCNTL, value, 0)
}

/// Limits; those beyond the table are unknown.
pub(crate) fn rlimit(value: u64) -> u64 {
    if value < 16 {
        value
    } else {
        0xFF
    }
}

const PTRACE: &[Pair] = &[
    (0, 1),
    (1, 2),
    (2, 3),
    (3, 4),
    (4, 5),
    (5, 6),
    (6, 7),
    (7, 8),
    (8, 9),
    (9, 0xa),
    (16, 0xb),
    (17, 0xc),
    (24, 0xd),
    (0x4200, 0xe),
    (0x4201, 0xf),
    (0x4202, 0x10),
    (0x4203, 0x11),
    (0x4204, 0x12),
    (0x4205, 0x13),
    (0x4206, 0x14),
    (0x4207, 0x15),
    (0x4208, 0x16),
    (0x4209, 0x17),
    (0x420a, 0x18),
    (0x420b, 0x19),
    (12, 0x1a),
    (13, 0x1b),
    (14, 0x1c),
    (15, 0x1d),
    (18, 0x1e),
    (19, 0x1f),
    (21, 0x20),
    (25, 0x21),
    (26, 0x22),
    (30, 0x23),
    (31, 0x24),
    (32, 0x25),
    (33, 0x26),
];

/// Requests of ptrace.
pub(crate) fn ptrace(value: u64) -> u64 {
    one(PTRACE, value, 0)
}

/// Events of poll.
pub(crate) fn poll(value: u64) -> u64 {
    value & 7
        | bits(
            &[
                (0x2000, 0x8),
                (0x8, 0x10),
                (0x10, 0x20),
                (0x20, 0x40),
                (0x40, 0x80),
                (0x80, 0x100),
                (0x100, 0x200),
                (0x200, 0x400),
            ],
            value,
        )
}

/// Flags of semaphore operations.
pub(crate) fn semop(value: u64) -> u64 {
    bits(&[(0o4000, 1), (0x1000, 2)], value)
}

/// Flags of semget, beside the mode.
pub(crate) fn semget(value: u64) -> u64 {
    value & 0o777 | bits(&[(0o1000, 0x2000), (0o2000, 0x4000)], value)
}

/// Commands of semctl.
pub(crate) fn semctl(value: u64) -> u64 {
    one(
        &[
            (2, 0x1),
            (1, 0x2),
            (0, 0x4),
            (3, 0x8),
            (19, 0x10),
            (18, 0x20),
            (13, 0x40),
            (14, 0x80),
            (11, 0x100),
            (12, 0x200),
            (15, 0x400),
            (17, 0x800),
            (16, 0x1000),
        ],
        value,
        0,
    )
}

const QUOTA: &[Pair] = &[
    (0x80_0001, 0x80),
    (0x80_0002, 0x1),
    (0x80_0003, 0x2),
    (0x80_0004, 0x4),
    (0x80_0005, 0x8),
    (0x80_0006, 0x10),
    (0x80_0007, 0x20),
    (0x80_0008, 0x40),
    (0x5801, 0x100),
    (0x5802, 0x200),
    (0x5803, 0x400),
    (0x5804, 0x800),
    (0x5805, 0x1000),
    (0x5806, 0x2000),
    (0x5807, 0x4000),
];

/// The command in quotactl's first argument.
pub(crate) fn quota_command(value: u64) -> u64 {
    one(QUOTA, (value & 0xFFFF_FFFF) >> 8, 0)
}

/// The type in quotactl's first argument.
pub(crate) fn quota_type(value: u64) -> u64 {
    one(&[(0, 1), (1, 2)], value & 0xFF, 0)
}

/// A format of quota files, where there is one.
pub(crate) fn quota_format(value: Option<u64>) -> u8 {
    value.map_or(1, |value| one(&[(1, 2), (2, 4), (4, 8)], value & 0xFFFF_FFFF, 1) as u8)
}

/// Flags of `io_uring_setup`: captures have one bit between the second and the third.
pub(crate) fn io_uring_setup(value: u64) -> u64 {
    value & 3 | (value & 0x7C) << 1
}

pub(crate) const SOL_SOCKET: u64 = 1;
const SOL_TCP: u64 = 6;

/// Levels of socket options.
pub(crate) fn socket_level(value: u64) -> u64 {
    one(&[(SOL_SOCKET, 1), (SOL_TCP, 2)], value, 0)
}

/// Options of the socket level; of other levels none is known.
pub(crate) fn socket_option(level: u64, value: u64) -> u64 {
    match value & 0xFFFF_FFFF {
        _ if level & 0xFFFF_FFFF != SOL_SOCKET => 0,
        1..=0x35 => value & 0xFF,
        57 => 0x35,
        63 => 0x1d,
        64 => 0x23,
        65 => 0x25,
        66 => 0x14,
        67 => 0x15,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_open_have_an_access_mode_and_bits() {
        assert_eq!(open(0), 1);
        assert_eq!(open(1 | O_CREAT | 0o1000 | O_CLOEXEC), 0x2 | 0x4 | 0x100 | 0x1000);
        assert_eq!(open(2 | O_TMPFILE | arch::O_DIRECTORY), 0x3 | 0x400 | 0x2000);
    }

    #[test]
    fn synchronous_is_two_bits_of_the_kernel() {
        assert_eq!(open(0o10_000) & 0x90, 0x10);
        assert_eq!(open(0o4_010_000) & 0x90, 0x90);
    }

    #[test]
    fn threads_have_the_flags_of_captures() {
        // What pthread_create passes.
        assert_eq!(
            clone(0x003d_0f00),
            0x0200_0000 | 0x0080_0000 | 0x200 | 0x1000 | 0x2000 | 0x800 | 0x1 | 0x2 | 0x8000
        );
    }

    #[test]
    fn unknown_commands_are_none() {
        assert_eq!(fcntl(999), 0);
        assert_eq!(fcntl(1030), 0x1a);
        assert_eq!(rlimit(99), 0xFF);
    }
}
