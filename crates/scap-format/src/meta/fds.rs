//! Descriptor lists: what the descriptors of one thread were when the capture began.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use super::take::{entry, put_entry, put_text, Faults, Take};

/// The transport of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum L4Proto {
    Unknown,
    NotApplicable,
    Tcp,
    Udp,
    Icmp,
    Raw,
    Other(u8),
}

impl From<u8> for L4Proto {
    fn from(number: u8) -> Self {
        match number {
            0 => L4Proto::Unknown,
            1 => L4Proto::NotApplicable,
            2 => L4Proto::Tcp,
            3 => L4Proto::Udp,
            4 => L4Proto::Icmp,
            5 => L4Proto::Raw,
            other => L4Proto::Other(other),
        }
    }
}

impl From<L4Proto> for u8 {
    fn from(proto: L4Proto) -> Self {
        match proto {
            L4Proto::Unknown => 0,
            L4Proto::NotApplicable => 1,
            L4Proto::Tcp => 2,
            L4Proto::Udp => 3,
            L4Proto::Icmp => 4,
            L4Proto::Raw => 5,
            L4Proto::Other(other) => other,
        }
    }
}

/// What a descriptor refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum FdDetail {
    /// The recorder did not know.
    Unknown,
    /// A file as captures before 2017 list it: without open flags.
    FileOld {
        name: Vec<u8>,
    },
    /// A file; `open_flags` are `PPM_O_` bits. The device is missing in older captures.
    File {
        open_flags: u32,
        name: Vec<u8>,
        dev: Option<u32>,
    },
    Directory {
        name: Vec<u8>,
    },
    Ipv4Socket {
        source: SocketAddrV4,
        dest: SocketAddrV4,
        l4: L4Proto,
    },
    Ipv6Socket {
        source: SocketAddrV6,
        dest: SocketAddrV6,
        l4: L4Proto,
    },
    Ipv4Listening {
        local: SocketAddrV4,
        l4: L4Proto,
    },
    Ipv6Listening {
        local: SocketAddrV6,
        l4: L4Proto,
    },
    /// The kernel addresses of both ends, and the path where it has one.
    Unix {
        source: u64,
        peer: u64,
        name: Vec<u8>,
    },
    Fifo {
        name: Vec<u8>,
    },
    Event {
        name: Vec<u8>,
    },
    /// A kind the recorder does not support.
    Unsupported {
        name: Vec<u8>,
    },
    Signal {
        name: Vec<u8>,
    },
    Epoll {
        name: Vec<u8>,
    },
    Inotify {
        name: Vec<u8>,
    },
    Timer {
        name: Vec<u8>,
    },
    Netlink {
        name: Vec<u8>,
    },
    Bpf {
        name: Vec<u8>,
    },
    Userfault {
        name: Vec<u8>,
    },
    IoUring {
        name: Vec<u8>,
    },
    Memory {
        name: Vec<u8>,
    },
    Pid {
        name: Vec<u8>,
    },
    /// A type beyond those above, as it stands in the file.
    Other {
        fd_type: u8,
        bytes: Vec<u8>,
    },
}

/// Kinds that are a type number and a name, in both directions.
macro_rules! named {
    ($($number:literal => $variant:ident),* $(,)?) => {
        impl FdDetail {
            fn from_name(fd_type: u8, name: Vec<u8>) -> Option<Self> {
                match fd_type {
                    $($number => Some(FdDetail::$variant { name }),)*
                    _ => None,
                }
            }

            /// Type number and name, for the kinds that have no more than that.
            fn as_name(&self) -> Option<(u8, &[u8])> {
                match self {
                    $(FdDetail::$variant { name } => Some(($number, name)),)*
                    _ => None,
                }
            }

            fn is_named(fd_type: u8) -> bool {
                matches!(fd_type, $($number)|*)
            }
        }
    };
}

named! {
    1 => FileOld, 2 => Directory, 7 => Fifo, 9 => Event, 10 => Unsupported, 11 => Signal, 12 => Epoll, 13 => Inotify,
    14 => Timer, 15 => Netlink, 17 => Bpf, 18 => Userfault, 19 => IoUring, 20 => Memory, 21 => Pid,
}

const IPV4_SOCKET: u8 = 3;
const IPV6_SOCKET: u8 = 4;
const IPV4_LISTENING: u8 = 5;
const IPV6_LISTENING: u8 = 6;
const UNIX: u8 = 8;
const FILE: u8 = 16;
/// Room that readers have for a name.
const NAME: u16 = 1023;

/// The name of events of our own whose data is the body of a list: descriptors that a thread got with a message.
pub const GIVEN_NAME: &[u8] = b"scaptui.given";

/// A descriptor of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FdEntry {
    /// The descriptor's number.
    pub fd: i64,
    /// Inode, 0 where unknown.
    pub inode: u64,
    /// What it refers to.
    pub detail: FdDetail,
}

/// The descriptors of one thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FdList {
    /// The thread.
    pub tid: i64,
    /// Its descriptors, in file order.
    pub fds: Vec<FdEntry>,
}

impl FdList {
    pub(crate) fn parse(body: &[u8], version: u8, faults: &mut Faults) -> Option<Self> {
        let mut list = Take(body);
        let tid = list.i64()?;
        let mut fds = Vec::new();
        if version == 1 {
            while list.left() >= 4 {
                let before = list.left();
                let fd = FdEntry::parse(&mut list, version, faults);
                // Without a length nothing behind an entry of an unknown type can be found.
                let Some(fd) = fd.filter(|fd| !matches!(fd.detail, FdDetail::Other { .. })) else {
                    faults.unread = faults.unread.saturating_add(before);
                    break;
                };
                fds.push(fd);
            }
        } else {
            while let Some(mut fields) = entry(&mut list, 4, faults) {
                match FdEntry::parse(&mut fields, version, faults) {
                    Some(fd) => fds.push(fd),
                    None => faults.entries = faults.entries.saturating_add(1),
                }
            }
        }
        Some(FdList { tid, fds })
    }

    /// The body of a block that lists these, in the newest layout.
    pub fn to_body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        self.put(&mut body);
        body
    }

    /// What [`FdList::to_body`] made; `None` when there is not even a thread.
    pub fn from_body(body: &[u8]) -> Option<Self> {
        FdList::parse(body, 2, &mut Faults::default())
    }

    pub(crate) fn put(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.tid.to_le_bytes());
        for fd in &self.fds {
            put_entry(into, 4, |into| fd.put(into));
        }
    }
}

impl FdEntry {
    fn parse(fields: &mut Take<'_>, version: u8, faults: &mut Faults) -> Option<Self> {
        let fd = fields.i64()?;
        let inode = fields.u64()?;
        let fd_type = fields.u8()?;
        let detail = match fd_type {
            0 => FdDetail::Unknown,
            IPV4_SOCKET => {
                let (from, to) = (fields.array::<4>()?, fields.array::<4>()?);
                let source = SocketAddrV4::new(Ipv4Addr::from(from), fields.u16()?);
                let dest = SocketAddrV4::new(Ipv4Addr::from(to), fields.u16()?);
                FdDetail::Ipv4Socket { source, dest, l4: fields.u8()?.into() }
            }
            IPV6_SOCKET => {
                let (from, to) = (fields.array::<16>()?, fields.array::<16>()?);
                let source = SocketAddrV6::new(Ipv6Addr::from(from), fields.u16()?, 0, 0);
                let dest = SocketAddrV6::new(Ipv6Addr::from(to), fields.u16()?, 0, 0);
                FdDetail::Ipv6Socket { source, dest, l4: fields.u8()?.into() }
            }
            IPV4_LISTENING => {
                let local = SocketAddrV4::new(Ipv4Addr::from(fields.array::<4>()?), fields.u16()?);
                FdDetail::Ipv4Listening { local, l4: fields.u8()?.into() }
            }
            IPV6_LISTENING => {
                let local = SocketAddrV6::new(Ipv6Addr::from(fields.array::<16>()?), fields.u16()?, 0, 0);
                FdDetail::Ipv6Listening { local, l4: fields.u8()?.into() }
            }
            UNIX => FdDetail::Unix { source: fields.u64()?, peer: fields.u64()?, name: fields.text()? },
            FILE => {
                let (open_flags, name) = (fields.u32()?, fields.text()?);
                let dev = if version >= 2 { fields.u32() } else { None };
                FdDetail::File { open_flags, name, dev }
            }
            fd_type if FdDetail::is_named(fd_type) => FdDetail::from_name(fd_type, fields.text()?)?,
            fd_type => {
                let count = faults.fd_types.entry(fd_type).or_default();
                *count = count.saturating_add(1);
                FdDetail::Other { fd_type, bytes: if version >= 2 { fields.0.to_vec() } else { Vec::new() } }
            }
        };
        Some(FdEntry { fd, inode, detail })
    }

    fn put(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.fd.to_le_bytes());
        into.extend_from_slice(&self.inode.to_le_bytes());
        if let Some((fd_type, name)) = self.detail.as_name() {
            into.push(fd_type);
            put_text(into, name, NAME);
            return;
        }
        match &self.detail {
            FdDetail::Ipv4Socket { source, dest, l4 } => {
                into.push(IPV4_SOCKET);
                into.extend_from_slice(&source.ip().octets());
                into.extend_from_slice(&dest.ip().octets());
                put_ports(into, &[source.port(), dest.port()], *l4);
            }
            FdDetail::Ipv6Socket { source, dest, l4 } => {
                into.push(IPV6_SOCKET);
                into.extend_from_slice(&source.ip().octets());
                into.extend_from_slice(&dest.ip().octets());
                put_ports(into, &[source.port(), dest.port()], *l4);
            }
            FdDetail::Ipv4Listening { local, l4 } => {
                into.push(IPV4_LISTENING);
                into.extend_from_slice(&local.ip().octets());
                put_ports(into, &[local.port()], *l4);
            }
            FdDetail::Ipv6Listening { local, l4 } => {
                into.push(IPV6_LISTENING);
                into.extend_from_slice(&local.ip().octets());
                put_ports(into, &[local.port()], *l4);
            }
            FdDetail::Unix { source, peer, name } => {
                into.push(UNIX);
                into.extend_from_slice(&source.to_le_bytes());
                into.extend_from_slice(&peer.to_le_bytes());
                put_text(into, name, NAME);
            }
            FdDetail::File { open_flags, name, dev } => {
                into.push(FILE);
                into.extend_from_slice(&open_flags.to_le_bytes());
                put_text(into, name, NAME);
                if let Some(dev) = dev {
                    into.extend_from_slice(&dev.to_le_bytes());
                }
            }
            FdDetail::Other { fd_type, bytes } => {
                into.push(*fd_type);
                into.extend_from_slice(bytes);
            }
            // Everything else has a name and is done above.
            _ => into.push(0),
        }
    }
}

fn put_ports(into: &mut Vec<u8>, ports: &[u16], l4: L4Proto) {
    for port in ports {
        into.extend_from_slice(&port.to_le_bytes());
    }
    into.push(l4.into());
}
