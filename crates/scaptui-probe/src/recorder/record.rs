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
    pub(crate) const MESSAGE: usize = 21;
    pub(crate) const GIVEN: usize = 22;
    pub(crate) const GIVEN_PATH: usize = 23;
    pub(crate) const GIVEN_SOCKET: usize = 24;
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
            chunks.take(what, status, bytes);
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
    /// Descriptors that came with messages.
    pub(crate) given: Vec<Given<'a>>,
    messages: Vec<Message<'a>>,
    /// The message that is asked about.
    message: usize,
}

/// A descriptor that came with a message: `struct given_info`, and what is known of its file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Given<'a> {
    pub(crate) info: &'a [u8],
    /// Its path, the last component first.
    pub(crate) path: &'a [u8],
    pub(crate) socket: Option<&'a [u8]>,
}

/// One of several messages of a call.
#[derive(Debug)]
struct Message<'a> {
    bytes: u32,
    by_kind: [Option<(u8, &'a [u8])>; chunk::SOCKET],
}

impl<'a> Chunks<'a> {
    fn take(&mut self, what: usize, status: u8, bytes: &'a [u8]) {
        match what {
            chunk::CGROUP => self.cgroups.push(bytes),
            chunk::MESSAGE => self.messages.push(Message { bytes: u32_at(bytes, 0), by_kind: [None; chunk::SOCKET] }),
            chunk::GIVEN => self.given.push(Given { info: bytes, ..Given::default() }),
            chunk::GIVEN_PATH | chunk::GIVEN_SOCKET => {
                if let Some(given) = self.given.last_mut() {
                    match what {
                        chunk::GIVEN_PATH => given.path = bytes,
                        _ => given.socket = Some(bytes),
                    }
                }
            }
            _ => {
                let of_message = self.messages.last_mut().and_then(|message| message.by_kind.get_mut(what));
                if let Some(place) = of_message.or(self.by_kind.get_mut(what)) {
                    *place = Some((status, bytes));
                }
            }
        }
    }

    /// How many messages the call moved, each with chunks of its own; 0 for calls that move none or one.
    pub(crate) fn messages(&self) -> usize {
        self.messages.len()
    }

    /// From now on chunks of messages are those of this one.
    pub(crate) fn ask_about(&mut self, message: usize) {
        self.message = message;
    }

    /// Bytes of the message that is asked about.
    pub(crate) fn message_bytes(&self) -> Option<u32> {
        self.messages.get(self.message).map(|message| message.bytes)
    }

    /// The bytes of a chunk; `None` when it is missing or its pointer was bad.
    #[inline]
    pub(crate) fn get(&self, what: usize) -> Option<&'a [u8]> {
        let of_message = self.messages.get(self.message).and_then(|message| message.by_kind.get(what));
        match of_message.or(self.by_kind.get(what)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn put(bytes: &mut Vec<u8>, what: usize, content: &[u8]) {
        bytes.extend_from_slice(&[content.len() as u8, 0, what as u8, 0]);
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }

    #[test]
    fn each_message_has_its_own_chunks_and_they_share_the_socket() {
        let mut bytes = vec![0; HEAD];
        for (length, text) in [(3u32, &b"one"[..]), (4, b"more")] {
            put(&mut bytes, chunk::MESSAGE, &length.to_le_bytes());
            put(&mut bytes, 0, text);
            put(&mut bytes, chunk::GIVEN, text);
            put(&mut bytes, chunk::GIVEN_PATH, b"a");
        }
        put(&mut bytes, chunk::SOCKET, b"socket");
        let mut chunks = Record::parse(&bytes).expect("a record").chunks(0);
        assert_eq!(chunks.messages(), 2);
        for (message, (length, text)) in [(3, &b"one"[..]), (4, b"more")].into_iter().enumerate() {
            chunks.ask_about(message);
            assert_eq!((chunks.message_bytes(), chunks.get(0)), (Some(length), Some(text)));
            assert_eq!(chunks.get(chunk::SOCKET), Some(&b"socket"[..]));
        }
        let given: Vec<_> = chunks.given.iter().map(|given| (given.info, given.path)).collect();
        assert_eq!(given, [(&b"one"[..], &b"a"[..]), (b"more", b"a")]);
    }
}
