//! What the kernel's programs send: the layouts of `bpf/records.h`.

/// A system call that returned.
pub(crate) const CALL: u8 = 0;
/// A system call that began, sent before it returns.
pub(crate) const ENTER: u8 = 1;
/// The end of a thread.
pub(crate) const EXIT: u8 = 2;
/// A delivered signal.
pub(crate) const SIGNAL: u8 = 3;
/// Another thread got the cpu.
pub(crate) const SWITCH: u8 = 4;
/// A page fault.
pub(crate) const FAULT: u8 = 5;

/// What a process executes.
pub(crate) const NAME: u8 = 6;

/// The call came through the 32-bit or x32 interface: its number means something else.
pub(crate) const FOREIGN: u8 = 1;
/// The process is not asked for: the event only changes state.
pub(crate) const OTHER: u8 = 4;

/// Numbers of chunks that are not one of the plan's operations.
pub(crate) mod chunk {
    pub(crate) const NAME: usize = 8;
    pub(crate) const CONTROL: usize = 9;
    pub(crate) const SOCKET: usize = 10;
    pub(crate) const FILE: usize = 11;
    pub(crate) const MEMORY: usize = 12;
    pub(crate) const TASK: usize = 13;
    pub(crate) const ARGUMENTS: usize = 14;
    pub(crate) const ENVIRONMENT: usize = 15;
    pub(crate) const PATH: usize = 16;
    pub(crate) const CGROUP: usize = 17;
    pub(crate) const QUEUE: usize = 18;
    pub(crate) const PAIR: usize = 19;
    pub(crate) const ARGV: usize = 20;
    pub(crate) const KINDS: usize = 21;
}

const HEAD: usize = 40;

/// A record: its head, its arguments and what it carries of memory, borrowed from the ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    /// Nanoseconds since boot.
    pub(crate) time: u64,
    /// When the call began, in nanoseconds since boot; 0 where unknown.
    pub(crate) enter: u64,
    /// The result, exit code or signal.
    pub(crate) ret: i64,
    pub(crate) tid: u32,
    pub(crate) pid: u32,
    pub(crate) nr: u16,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    /// Records of this cpu lost since the one before.
    pub(crate) lost: u16,
    pub(crate) cpu: u16,
    rest: &'a [u8],
}

impl<'a> Record<'a> {
    /// The record in these bytes; `None` when they are too few.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        let u64_at = |at: usize| u64_at(head, at);
        let u32_at = |at: usize| u32_at(head, at);
        Some(Record {
            time: u64_at(0),
            enter: u64_at(8),
            ret: u64_at(16) as i64,
            tid: u32_at(24),
            pid: u32_at(28),
            nr: u16::from_le_bytes([head[32], head[33]]),
            kind: head[34],
            flags: head[35],
            lost: u16_at(head, 36),
            cpu: u16_at(head, 38),
            rest,
        })
    }

    /// An argument of the call, 0 for those beyond the call's own.
    #[inline]
    pub(crate) fn argument(&self, index: usize, arguments: usize) -> u64 {
        if index >= arguments {
            return 0;
        }
        self.rest.get(index * 8..).and_then(|b| b.first_chunk::<8>()).map_or(0, |b| u64::from_le_bytes(*b))
    }

    /// What the record carries behind this many arguments.
    pub(crate) fn chunks(&self, arguments: usize) -> Chunks<'a> {
        let mut chunks = Chunks::default();
        let mut rest = self.rest.get(arguments * 8..).unwrap_or_default();
        while let Some((head, behind)) = rest.split_first_chunk::<4>() {
            let length = usize::from(u16::from_le_bytes([head[0], head[1]]));
            let (what, status) = (usize::from(head[2]), head[3]);
            let Some(bytes) = behind.get(..length) else { break };
            if what == chunk::CGROUP {
                chunks.cgroups.push(bytes);
            } else if let Some(place) = chunks.by_kind.get_mut(what) {
                *place = Some((status, bytes));
            }
            rest = behind.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
        chunks
    }
}

/// The chunks of a record.
#[derive(Debug, Default)]
pub(crate) struct Chunks<'a> {
    by_kind: [Option<(u8, &'a [u8])>; chunk::KINDS],
    /// Control groups: subsystem, then the path's components from the last to the first, each with a NUL.
    pub(crate) cgroups: Vec<&'a [u8]>,
}

impl<'a> Chunks<'a> {
    /// The bytes of a chunk; `None` when it is missing or its pointer was bad.
    #[inline]
    pub(crate) fn get(&self, what: usize) -> Option<&'a [u8]> {
        match self.by_kind.get(what) {
            Some(Some((0, bytes))) => Some(bytes),
            _ => None,
        }
    }
}

/// Little-endian numbers at an offset, 0 where the bytes end before.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk::<8>()).map_or(0, |b| u64::from_le_bytes(*b))
}

/// As [`u64_at`].
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk::<4>()).map_or(0, |b| u32::from_le_bytes(*b))
}

/// As [`u64_at`].
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|b| b.first_chunk::<2>()).map_or(0, |b| u16::from_le_bytes(*b))
}
