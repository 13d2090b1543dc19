//! Rows of `/proc/PID/net/*`.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use scap_format::meta::{FdDetail, L4Proto};

use super::super::files::number;

/// What kind of socket; of an old kernel it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Protocol {
    Unix,
    Tcp4,
    Tcp6,
    Udp4,
    Udp6,
    Raw4,
    Raw6,
    Icmp4,
    Icmp6,
    Netlink,
    /// In no table.
    Other,
    /// May be in any.
    Unknown,
}

/// Tables and the sockets in them.
pub(super) const TABLES: [(Protocol, &str); 9] = [
    (Protocol::Unix, "unix"),
    (Protocol::Tcp4, "tcp"),
    (Protocol::Tcp6, "tcp6"),
    (Protocol::Udp4, "udp"),
    (Protocol::Udp6, "udp6"),
    (Protocol::Raw4, "raw"),
    (Protocol::Raw6, "raw6"),
    (Protocol::Icmp4, "icmp"),
    (Protocol::Icmp6, "icmp6"),
];

impl Protocol {
    /// By the kernel's name of it.
    pub(in super::super) fn of(name: &[u8]) -> Self {
        match name {
            b"" => Protocol::Unknown,
            b"TCP" => Protocol::Tcp4,
            b"TCPv6" => Protocol::Tcp6,
            b"UDP" => Protocol::Udp4,
            b"UDPv6" => Protocol::Udp6,
            b"RAW" => Protocol::Raw4,
            b"RAWv6" => Protocol::Raw6,
            b"PING" => Protocol::Icmp4,
            b"PINGv6" => Protocol::Icmp6,
            b"NETLINK" => Protocol::Netlink,
            name if name.starts_with(b"UNIX") => Protocol::Unix,
            _ => Protocol::Other,
        }
    }

    /// Whether a socket of this kind may be in the table of that one.
    pub(super) fn is(self, table: Protocol) -> bool {
        self == table || self == Protocol::Unknown
    }

    fn transport(self) -> L4Proto {
        match self {
            Protocol::Tcp4 | Protocol::Tcp6 => L4Proto::Tcp,
            Protocol::Udp4 | Protocol::Udp6 => L4Proto::Udp,
            Protocol::Raw4 | Protocol::Raw6 => L4Proto::Raw,
            Protocol::Icmp4 | Protocol::Icmp6 => L4Proto::Icmp,
            _ => L4Proto::Unknown,
        }
    }
}

/// What is known of a socket that is in no table; `None` where not even the protocol is.
pub(super) fn without_address(protocol: Protocol) -> Option<FdDetail> {
    let l4 = protocol.transport();
    let nowhere4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
    let nowhere6 = SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0);
    match protocol {
        Protocol::Unix => Some(FdDetail::Unix { source: 0, peer: 0, name: Vec::new() }),
        Protocol::Netlink => Some(FdDetail::Netlink { name: Vec::new() }),
        Protocol::Tcp4 | Protocol::Udp4 | Protocol::Raw4 | Protocol::Icmp4 => {
            Some(FdDetail::Ipv4Socket { source: nowhere4, dest: nowhere4, l4 })
        }
        Protocol::Tcp6 | Protocol::Udp6 | Protocol::Raw6 | Protocol::Icmp6 => {
            Some(FdDetail::Ipv6Socket { source: nowhere6, dest: nowhere6, l4 })
        }
        Protocol::Other | Protocol::Unknown => None,
    }
}

/// Inode and ends of a row of tcp, udp, raw or icmp. The heading and what is damaged are `None`.
///
/// A socket that has a port and no other end listens, as one does after bind.
pub(super) fn internet(line: &[u8], protocol: Protocol) -> Option<(u64, FdDetail)> {
    let mut words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (local, remote) = (words.nth(1)?, words.next()?);
    let inode = number::<u64>(words.nth(6)?).filter(|inode| *inode != 0)?;
    let l4 = protocol.transport();
    let has_ports = matches!(l4, L4Proto::Tcp | L4Proto::Udp);
    let listens = |address_is_nowhere: bool, own: u16, other: u16| address_is_nowhere && own != 0 && other == 0;
    let detail = if let Some((source, dest)) = v4(local, has_ports).zip(v4(remote, has_ports)) {
        if listens(dest.ip().is_unspecified(), source.port(), dest.port()) {
            FdDetail::Ipv4Listening { local: source, l4 }
        } else {
            FdDetail::Ipv4Socket { source, dest, l4 }
        }
    } else {
        let (source, dest) = (v6(local, has_ports)?, v6(remote, has_ports)?);
        if listens(dest.ip().is_unspecified(), source.port(), dest.port()) {
            FdDetail::Ipv6Listening { local: source, l4 }
        } else {
            FdDetail::Ipv6Socket { source, dest, l4 }
        }
    };
    Some((inode, detail))
}

/// `0100007F:0016`. Raw sockets have their protocol where others have a port.
fn v4(end: &[u8], has_ports: bool) -> Option<SocketAddrV4> {
    let (address, port) = end.split_at_checked(8)?;
    let address = Ipv4Addr::from(word(address)?.to_ne_bytes());
    Some(SocketAddrV4::new(address, port_of(port)? * u16::from(has_ports)))
}

/// Four words of the address as the processor has them, and the port.
fn v6(end: &[u8], has_ports: bool) -> Option<SocketAddrV6> {
    let (address, port) = end.split_at_checked(32)?;
    let mut octets = [0; 16];
    for (to, from) in octets.chunks_exact_mut(4).zip(address.chunks_exact(8)) {
        to.copy_from_slice(&word(from)?.to_ne_bytes());
    }
    Some(SocketAddrV6::new(Ipv6Addr::from(octets), port_of(port)? * u16::from(has_ports), 0, 0))
}

fn port_of(text: &[u8]) -> Option<u16> {
    u16::from_str_radix(std::str::from_utf8(text.strip_prefix(b":")?).ok()?, 16).ok()
}

fn word(text: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()
}

/// Inode, kernel address and path of a row of unix; the other end is not in it.
pub(super) fn unix(line: &[u8]) -> Option<(u64, FdDetail)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let source = u64::from_str_radix(std::str::from_utf8(line.get(..colon)?).ok()?, 16).ok()?;
    let mut rest = line.get(colon + 1..)?;
    let mut next = || {
        rest = rest.trim_ascii_start();
        let end = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = behind;
        Some(word).filter(|word| !word.is_empty())
    };
    // References, protocol, flags, type and state stand before the inode.
    for _ in 0..5 {
        next()?;
    }
    let inode = number(next()?)?;
    // One blank, then whatever the path is.
    let name = rest.get(1..).unwrap_or_default().to_vec();
    Some((inode, FdDetail::Unix { source, peer: 0, name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn rows_of_both_families() {
        let row =
            b"   0: 0100007F:0016 0200007F:A1B2 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 ff 20";
        let (source, dest) = ("127.0.0.1:22".parse().unwrap(), "127.0.0.2:41394".parse().unwrap());
        let expected = FdDetail::Ipv4Socket { source, dest, l4: L4Proto::Tcp };
        assert_eq!(internet(row, Protocol::Tcp4), Some((4711, expected)));

        let row =
            b" 1: B80D0120000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 12 1";
        let local = "[2001:db8::1]:8080".parse().unwrap();
        assert_eq!(internet(row, Protocol::Udp6), Some((12, FdDetail::Ipv6Listening { local, l4: L4Proto::Udp })));
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn a_raw_socket_has_no_port_and_does_not_listen() {
        let row = b"  1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000  0  0 99 2 0 0";
        let nowhere = "0.0.0.0:0".parse().unwrap();
        let expected = FdDetail::Ipv4Socket { source: nowhere, dest: nowhere, l4: L4Proto::Raw };
        assert_eq!(internet(row, Protocol::Raw4), Some((99, expected)));
    }

    #[test]
    fn headings_orphans_and_damage_are_none() {
        let heading =
            b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
        let orphan = b"   3: 0100007F:0016 0100007F:A1B2 06 0:0 03:00000F 00000000     0        0 0 3 0";
        for line in [&heading[..], orphan, b"", b"0: x y 1 2 3 4 5 6 7", b"0: 01:1 02:2 1 2 3 4 5 6 7"] {
            assert_eq!(internet(line, Protocol::Tcp4), None);
        }
        for line in [&b"Num       RefCount Protocol Flags    Type St Inode Path"[..], b"", b"ff:", b"ff: 1 2 3 4 5"] {
            assert_eq!(unix(line), None);
        }
    }

    #[test]
    fn a_unix_path_may_hold_blanks() {
        let line = b"ffff9b0c0a1b2c00: 00000002 00000000 00010000 0001 01    62  /run/a b  c";
        let expected = FdDetail::Unix { source: 0xffff_9b0c_0a1b_2c00, peer: 0, name: b" /run/a b  c".to_vec() };
        assert_eq!(unix(line), Some((62, expected)));
        let nameless = b"0000000000000000: 00000003 00000000 00000000 0001 03 19214";
        assert_eq!(unix(nameless), Some((19214, FdDetail::Unix { source: 0, peer: 0, name: Vec::new() })));
    }
}
