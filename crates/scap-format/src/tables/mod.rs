//! What the numbers in a capture mean: event types, parameter types, flag names, system calls, conversions.

#![allow(clippy::unreadable_literal, reason = "bits are written as the kernel headers write them")]
#![allow(clippy::enum_glob_use, clippy::wildcard_imports, reason = "rows of tables are read as words, not as paths")]

mod conversions;
mod errno;
mod events;
pub mod flags;
mod syscalls;

pub use conversions::CONVERSIONS;
pub use errno::{ERRNO, SIGNALS};
pub use events::EVENTS;
pub use syscalls::SYSCALLS;

/// Where events of a type come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Not an event type.
    None,
    /// A system call's enter or exit.
    Syscall,
    /// A kernel tracepoint: scheduler switch, process exit, signal, page fault.
    Tracepoint,
    /// Made by the recorder or the reader: containers, users, drops.
    Meta,
    /// A plugin's event.
    Plugin,
    /// A kernel iterator's event.
    Iter,
}

/// What kind of work an event is about. I/O categories are refined by the kind of descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Category {
    Unknown,
    Other,
    File,
    Net,
    Ipc,
    Memory,
    Process,
    Sleep,
    System,
    Signal,
    User,
    Time,
    Processing,
    IoRead,
    IoWrite,
    IoOther,
    Wait,
    Scheduler,
    Internal,
}

/// Bits of [`EventInfo::flags`].
#[allow(non_snake_case, reason = "read as a namespace of bits")]
pub mod EventFlags {
    /// The exit creates a descriptor.
    pub const CREATES_FD: u16 = 1;
    /// The exit closes a descriptor.
    pub const DESTROYS_FD: u16 = 2;
    /// The call works on a descriptor.
    pub const USES_FD: u16 = 4;
    /// The call reads from its descriptor.
    pub const READS: u16 = 8;
    /// The call writes to its descriptor.
    pub const WRITES: u16 = 16;
    /// The event changes the state of threads or descriptors.
    pub const STATE: u16 = 32;
    /// The id is not an event.
    pub const UNUSED: u16 = 64;
    /// The call may wait.
    pub const WAITS: u16 = 128;
    /// The event does not interrupt an enter/exit pair of its thread.
    pub const SKIP_RESET: u16 = 256;
    /// Only old recorders wrote it.
    pub const OLD: u16 = 512;
    /// Parameter lengths take four bytes.
    pub const LARGE: u16 = 2048;
    /// Older files need [`super::CONVERSIONS`] to give today's parameters.
    pub const CONVERTED: u16 = 4096;
}

/// How a parameter is encoded and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the format's own")]
pub enum ParamType {
    None,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    CharBuf,
    ByteBuf,
    Errno,
    SockAddr,
    SockTuple,
    Fd,
    Pid,
    FdList,
    FsPath,
    SyscallId,
    SigType,
    RelTime,
    AbsTime,
    Port,
    L4Proto,
    SockFamily,
    Bool,
    Ipv4Addr,
    Dyn,
    Flags8,
    Flags16,
    Flags32,
    Uid,
    Gid,
    Double,
    SigSet,
    CharBufArray,
    CharBufPairArray,
    Ipv4Net,
    Ipv6Addr,
    Ipv6Net,
    IpAddr,
    IpNet,
    Mode,
    FsRelPath,
    EnumFlags8,
    EnumFlags16,
    EnumFlags32,
    Fd32,
    Pid32,
}

impl ParamType {
    /// Bytes on the wire, or `None` for types of variable length.
    pub const fn width(self) -> Option<usize> {
        use ParamType as T;
        match self {
            T::Int8 | T::Uint8 | T::SigType | T::L4Proto | T::SockFamily | T::Flags8 | T::EnumFlags8 => Some(1),
            T::Int16 | T::Uint16 | T::SyscallId | T::Port | T::Flags16 | T::EnumFlags16 => Some(2),
            T::Int32
            | T::Uint32
            | T::Bool
            | T::Ipv4Addr
            | T::Flags32
            | T::Uid
            | T::Gid
            | T::SigSet
            | T::Mode
            | T::EnumFlags32
            | T::Fd32
            | T::Pid32 => Some(4),
            T::Int64 | T::Uint64 | T::Errno | T::Fd | T::Pid | T::RelTime | T::AbsTime | T::Double => Some(8),
            T::Ipv6Addr => Some(16),
            _ => None,
        }
    }
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the format's own")]
pub enum PrintFormat {
    Na,
    Dec,
    Hex,
    PaddedDec,
    Id,
    Dir,
    Oct,
}

/// Names of the values of a flag or enumeration parameter, in the order in which they are tried.
#[derive(Debug)]
pub struct FlagTable(pub &'static [(&'static str, u32)]);

/// One reading of a parameter whose first byte selects its type.
#[derive(Clone, Copy, Debug)]
pub struct Alternative {
    /// Type of the value behind the selecting byte.
    pub ty: ParamType,
    /// How the value is written.
    pub format: PrintFormat,
}

const fn alt(ty: ParamType, format: PrintFormat) -> Alternative {
    Alternative { ty, format }
}

use ParamType as T;
use PrintFormat::{Dec, Hex, Na};

/// Readings of `setsockopt` and `getsockopt` values.
pub static SOCKOPT_VALUES: &[Alternative] =
    &[alt(T::ByteBuf, Hex), alt(T::Errno, Dec), alt(T::Uint32, Dec), alt(T::Uint64, Dec), alt(T::RelTime, Dec)];
/// Readings of `ptrace` values.
pub static PTRACE_VALUES: &[Alternative] = &[alt(T::Uint64, Hex), alt(T::SigType, Dec)];
/// Readings of `bpf` results.
pub static BPF_VALUES: &[Alternative] = &[alt(T::Fd, Dec), alt(T::Errno, Dec)];
/// Readings of `keyctl` results.
pub static KEYCTL_VALUES: &[Alternative] = &[alt(T::Int64, Dec), alt(T::CharBuf, Na)];

/// One parameter of an event type.
#[derive(Clone, Copy, Debug)]
pub struct ParamInfo {
    /// The name, as in `evt.arg.NAME`.
    pub name: &'static str,
    /// Encoding and meaning.
    pub ty: ParamType,
    /// How numbers are written.
    pub format: PrintFormat,
    /// Names of flag or enumeration values.
    pub table: Option<&'static FlagTable>,
    /// For [`ParamType::Dyn`]: the readings the first byte selects from.
    pub alternatives: &'static [Alternative],
    /// For [`ParamType::FsRelPath`]: index of the parameter with the directory's descriptor.
    pub dirfd: Option<u8>,
}

impl ParamInfo {
    const fn new(name: &'static str, ty: ParamType, format: PrintFormat) -> Self {
        ParamInfo { name, ty, format, table: None, alternatives: &[], dirfd: None }
    }
    const fn table(mut self, table: &'static FlagTable) -> Self {
        self.table = Some(table);
        self
    }
    const fn alternatives(mut self, alternatives: &'static [Alternative]) -> Self {
        self.alternatives = alternatives;
        self
    }
    const fn dirfd(mut self, index: u8) -> Self {
        self.dirfd = Some(index);
        self
    }
}

/// One event type.
#[derive(Clone, Copy, Debug)]
pub struct EventInfo {
    /// Number in the file; enter events are even, their exits one more.
    pub id: u16,
    /// `evt.type`.
    pub name: &'static str,
    /// Who makes it.
    pub source: Source,
    /// What it is about.
    pub category: Category,
    /// [`EventFlags`] bits.
    pub flags: u16,
    /// Parameters of the newest schema; a file may hold fewer.
    pub params: &'static [ParamInfo],
    /// Index of the parameter that is the event's own descriptor.
    pub fd_param: Option<u8>,
}

impl EventInfo {
    const fn new(
        id: u16,
        name: &'static str,
        source: Source,
        category: Category,
        flags: u16,
        params: &'static [ParamInfo],
    ) -> Self {
        EventInfo { id, name, source, category, flags, params, fd_param: None }
    }
    const fn unused(id: u16) -> Self {
        EventInfo::new(id, "NA", Source::None, Category::Unknown, EventFlags::UNUSED, &[])
    }
    const fn fd_param(mut self, index: u8) -> Self {
        self.fd_param = Some(index);
        self
    }
    /// Whether the id is an exit event (odd).
    pub const fn is_exit(&self) -> bool {
        self.id & 1 == 1
    }
    /// Whether any of the given [`EventFlags`] bits is set.
    pub const fn has(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }
    /// Position of the parameter with this name.
    pub fn param(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|p| p.name == name)
    }
}

/// The row of an event type id, `None` beyond the table.
pub fn event_info(id: u16) -> Option<&'static EventInfo> {
    EVENTS.get(usize::from(id))
}

/// A system call as generic events name it.
#[derive(Clone, Copy, Debug)]
pub struct SyscallInfo {
    /// The call's name.
    pub name: &'static str,
    /// Number on `x86_64`, -1 where there is none.
    pub x86_64: i16,
    /// Number on `aarch64`, -1 where there is none.
    pub aarch64: i16,
    /// What the call is about.
    pub category: Category,
}

/// Where a parameter of a converted event comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// This event's own parameter.
    Own(u8),
    /// The thread's pending enter event (type one less), else the type's default.
    EnterOrDefault(u8),
    /// The thread's pending enter event (type one less), else nothing.
    EnterOrEmpty(u8),
    /// The type's default: zeros, all ones for user and group ids, nothing for variable types.
    Default,
    /// Nothing.
    Empty,
    /// Container JSON made from the four parameters of an old container event.
    ContainerJson,
}

/// What happens to an event of an old schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// Kept as the thread's pending enter event.
    Store,
    /// Complete as it is.
    Pass,
    /// Complete as it is, and kept as the thread's pending enter event.
    StoreAndPass,
    /// Gets these parameters behind its own.
    Append(&'static [Fill]),
    /// Becomes another type with exactly these parameters.
    Become(u16, &'static [Fill]),
}

/// One row of [`CONVERSIONS`].
#[derive(Clone, Copy, Debug)]
pub struct ConversionRule {
    /// Event type in the file.
    pub event_type: u16,
    /// Number of parameters in the file.
    pub params: u8,
    /// What to do.
    pub conversion: Conversion,
}

/// The rule for an event type with this many parameters.
pub fn conversion(event_type: u16, params: u32) -> Option<Conversion> {
    let params = u8::try_from(params).ok()?;
    let at = CONVERSIONS.binary_search_by_key(&(event_type, params), |r| (r.event_type, r.params)).ok()?;
    CONVERSIONS.get(at).map(|r| r.conversion)
}

/// The error name of a result such as -2, "ENOENT"; the sign does not matter.
pub fn errno_name(number: i64) -> Option<&'static str> {
    let number = u16::try_from(number.unsigned_abs()).ok()?;
    let at = ERRNO.binary_search_by_key(&number, |e| e.0).ok()?;
    ERRNO.get(at).map(|e| e.1)
}

/// The name of a signal number, "SIGTERM".
pub fn signal_name(number: u8) -> Option<&'static str> {
    let at = SIGNALS.binary_search_by_key(&number, |s| s.0).ok()?;
    SIGNALS.get(at).map(|s| s.1)
}
