//! What system calls do to sockets: addresses, roles and names.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use scap_format::event::Params;

use super::fds::{bits, Ends, FdId, FdKind, FdRecord, Role, L4};
use super::threads::ThreadId;
use super::{id, Call, Interface, State};
use crate::intern::StrId;

const EINPROGRESS: i64 = -115;
const AF_UNIX: u64 = 1;
const AF_INET: u64 = 2;
const AF_INET6: u64 = 10;
const AF_NETLINK: u64 = 16;
/// `SOCK_CLOEXEC` in the type argument of socket calls.
const SOCK_CLOEXEC: u64 = 0o2_000_000;
/// `SO_ERROR` as recorders number socket options.
const SO_ERROR: u64 = 4;

/// Both addresses of a connection, as events carry them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tuple<'a> {
    Ip(Ends),
    Unix { source: u64, peer: u64, path: &'a [u8] },
}

/// One address, as events carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address<'a> {
    Ip(IpAddr, u16),
    Unix(&'a [u8]),
}

fn v4(bytes: &[u8]) -> Option<(IpAddr, u16)> {
    let (ip, port) = bytes.split_first_chunk::<4>()?;
    Some((IpAddr::V4(Ipv4Addr::from(*ip)), u16::from_le_bytes(*port.first_chunk()?)))
}

fn v6(bytes: &[u8]) -> Option<(IpAddr, u16)> {
    let (ip, port) = bytes.split_first_chunk::<16>()?;
    Some((IpAddr::V6(Ipv6Addr::from(*ip)), u16::from_le_bytes(*port.first_chunk()?)))
}

fn without_nul(path: &[u8]) -> &[u8] {
    path.split(|byte| *byte == 0).next().unwrap_or(path)
}

/// Reads a socket tuple parameter.
pub(crate) fn read_tuple(bytes: &[u8]) -> Option<Tuple<'_>> {
    let (family, rest) = bytes.split_first()?;
    match u64::from(*family) {
        AF_INET => Some(Tuple::Ip(Ends { source: v4(rest)?, dest: v4(rest.get(6..)?)? })),
        AF_INET6 => Some(Tuple::Ip(unmapped(Ends { source: v6(rest)?, dest: v6(rest.get(18..)?)? }))),
        AF_UNIX => {
            let (source, rest) = rest.split_first_chunk::<8>()?;
            let (peer, path) = rest.split_first_chunk::<8>()?;
            Some(Tuple::Unix {
                source: u64::from_le_bytes(*source),
                peer: u64::from_le_bytes(*peer),
                path: without_nul(path),
            })
        }
        _ => None,
    }
}

/// Reads a socket address parameter.
pub(crate) fn read_address(bytes: &[u8]) -> Option<Address<'_>> {
    let (family, rest) = bytes.split_first()?;
    match u64::from(*family) {
        AF_INET => v4(rest).map(|(ip, port)| Address::Ip(ip, port)),
        AF_INET6 => v6(rest).map(|(ip, port)| Address::Ip(ip, port)),
        AF_UNIX => Some(Address::Unix(without_nul(rest))),
        _ => None,
    }
}

/// A pair of IPv4-mapped addresses as IPv4; an unspecified address goes with either family.
pub(crate) fn unmapped(ends: Ends) -> Ends {
    let as_v4 = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => Some(ip),
        IpAddr::V6(ip) if ip.is_unspecified() => Some(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(ip) => ip.to_ipv4_mapped(),
    };
    let both_unspecified = ends.source.0.is_unspecified() && ends.dest.0.is_unspecified();
    match (as_v4(ends.source.0), as_v4(ends.dest.0)) {
        (Some(source), Some(dest)) if !both_unspecified => {
            Ends { source: (source.into(), ends.source.1), dest: (dest.into(), ends.dest.1) }
        }
        _ => ends,
    }
}

/// The kind of a connected socket of this address family.
pub(crate) const fn connected_kind(ip: &IpAddr) -> FdKind {
    match ip {
        IpAddr::V4(_) => FdKind::Ipv4,
        IpAddr::V6(_) => FdKind::Ipv6,
    }
}

/// The name of a connection: `source:port->dest:port`, without ports for protocols that have none.
pub(crate) fn connection_name(out: &mut Vec<u8>, ends: &Ends, l4: L4) {
    let Ends { source, dest } = ends;
    // Writing to a Vec cannot fail.
    let _ = match l4 {
        L4::Icmp | L4::Raw => write!(out, "{}->{}", source.0, dest.0),
        _ => write!(out, "{}:{}->{}:{}", source.0, source.1, dest.0, dest.1),
    };
}

/// The name of a pair of unix sockets.
pub(crate) fn unix_name(out: &mut Vec<u8>, source: u64, peer: u64, path: &[u8]) {
    let _ = write!(out, "{source:x}->{peer:x} ");
    out.extend_from_slice(path);
}

fn l4_of(kind: u64, protocol: u64) -> L4 {
    const RAW: u64 = 3;
    match (kind & 0xff, protocol) {
        (RAW, 1 | 6 | 17) | (_, 255) => L4::Raw,
        (_, 6) | (1, 0) => L4::Tcp,
        (_, 17) | (2, 0) => L4::Udp,
        (_, 1) => L4::Icmp,
        _ => L4::Unknown,
    }
}

/// The interface address to put for an unspecified one: of the same net as the other end, else the first real one.
fn specified(interfaces: &[Interface], ip: IpAddr, other: IpAddr) -> IpAddr {
    if !ip.is_unspecified() {
        return ip;
    }
    let family = |i: &&Interface| i.address.is_ipv4() == ip.is_ipv4();
    let found = interfaces
        .iter()
        .filter(family)
        .find(|i| i.address == other)
        .or_else(|| interfaces.iter().filter(family).find(|i| same_net(i, other)))
        .or_else(|| interfaces.iter().filter(family).find(|i| !i.address.is_loopback()));
    found.map_or(ip, |i| i.address)
}

fn same_net(interface: &Interface, other: IpAddr) -> bool {
    match (interface.address, interface.netmask, other) {
        (IpAddr::V4(a), IpAddr::V4(mask), IpAddr::V4(b)) => {
            u32::from(a) & u32::from(mask) == u32::from(b) & u32::from(mask)
        }
        (IpAddr::V6(a), IpAddr::V6(mask), IpAddr::V6(b)) => {
            u128::from(a) & u128::from(mask) == u128::from(b) & u128::from(mask)
        }
        _ => false,
    }
}

/// Which way the bytes of a data call go, and where its tuple stands.
struct Transfer {
    read: bool,
    tuple: usize,
}

fn transfer(event_type: u16) -> Option<Transfer> {
    let (read, tuple) = match event_type {
        id::SEND | id::SENDTO | id::SENDMSG | id::SENDMMSG => (false, 4),
        id::RECV | id::RECVMMSG => (true, 4),
        id::RECVFROM => (true, 2),
        id::RECVMSG => (true, 3),
        _ => return None,
    };
    Some(Transfer { read, tuple })
}

impl State {
    /// Effects on sockets; `None` when the call is none of these.
    pub(super) fn socket_effects(&mut self, call: &Call<'_>) -> Option<FdId> {
        if let Some(transfer) = transfer(call.event.event_type) {
            return Some(self.data_call(call, &transfer));
        }
        match call.event.event_type {
            id::SOCKET => Some(self.socket(call)),
            id::SOCKETPAIR => Some(self.socketpair(call)),
            id::BIND => Some(self.bind_socket(call)),
            id::CONNECT => Some(self.connect(call)),
            id::ACCEPT | id::ACCEPT4 => Some(self.accept(call)),
            id::GETSOCKOPT => Some(self.socket_error(call)),
            id::SHUTDOWN => Some(call.fd),
            _ => None,
        }
    }

    fn socket(&mut self, call: &Call<'_>) -> FdId {
        let Some(fd) = call.result.filter(|fd| *fd >= 0) else { return call.fd };
        let number = |at| call.event.uint(at).unwrap_or(0);
        let kind = match number(1) {
            AF_UNIX => FdKind::Unix,
            AF_INET => FdKind::Ipv4,
            AF_INET6 => FdKind::Ipv6,
            AF_NETLINK => FdKind::Netlink,
            _ => FdKind::Unknown,
        };
        let l4 = if kind.is_ip() { l4_of(number(2), number(3)) } else { L4::Unknown };
        let record = FdRecord { l4, ..FdRecord::new(fd, kind) };
        let record = record.with(bits::CLOEXEC, number(2) & SOCK_CLOEXEC != 0);
        self.set_fd(call.thread, fd, record, call.n)
    }

    fn socketpair(&mut self, call: &Call<'_>) -> FdId {
        let (Some(first), Some(second)) = (call.event.int(1), call.event.int(2)) else { return call.fd };
        if call.result.is_none_or(|result| result < 0) || first == second {
            return call.fd;
        }
        let cloexec = call.event.uint(6).unwrap_or(0) & SOCK_CLOEXEC != 0;
        let mut last = call.fd;
        for fd in [first, second] {
            // The two have no names; addresses of their own would only make streams look distinct.
            let record = FdRecord::new(fd, FdKind::Unix).with(bits::CLOEXEC, cloexec);
            last = self.set_fd(call.thread, fd, record, call.n);
        }
        last
    }

    fn accept(&mut self, call: &Call<'_>) -> FdId {
        let Some(fd) = call.result.filter(|fd| *fd >= 0) else {
            // A refused accept may still tell whose connection it was.
            return call.fd;
        };
        let mut name = Vec::new();
        let record = match call.event.get(1).and_then(read_tuple) {
            Some(Tuple::Ip(ends)) => {
                connection_name(&mut name, &ends, L4::Tcp);
                let kind = connected_kind(&ends.dest.0);
                FdRecord { role: Role::Server, l4: L4::Tcp, ends: Some(ends), ..FdRecord::new(fd, kind) }
            }
            Some(Tuple::Unix { source, peer, path }) => {
                unix_name(&mut name, source, peer, path);
                FdRecord { role: Role::Server, ..FdRecord::new(fd, FdKind::Unix) }
            }
            None => FdRecord::new(fd, FdKind::Unknown),
        };
        let name = self.strings.intern(&name);
        let cloexec = call.event.uint(5).is_some_and(|flags| flags & SOCK_CLOEXEC != 0);
        let record = FdRecord { name, ..record }.with(bits::CONNECTED, true).with(bits::CLOEXEC, cloexec);
        self.set_fd(call.thread, fd, record, call.n)
    }

    fn bind_socket(&mut self, call: &Call<'_>) -> FdId {
        let record = self.fds.get(call.fd).clone();
        if call.result != Some(0) || !record.known() {
            return call.fd;
        }
        let mut name = Vec::new();
        let record = match call.event.get(1).and_then(read_address) {
            Some(Address::Ip(ip, port)) => {
                let _ = write!(name, "{ip}:{port}");
                if port == 0 {
                    record
                } else {
                    let kind = if ip.is_ipv4() { FdKind::Ipv4Listen } else { FdKind::Ipv6Listen };
                    let nobody = if ip.is_ipv4() {
                        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
                    } else {
                        IpAddr::V6(Ipv6Addr::UNSPECIFIED)
                    };
                    let ends = Some(Ends { source: (nobody, 0), dest: (ip, port) });
                    FdRecord { kind, ends, role: Role::Server, ..record }
                }
            }
            Some(Address::Unix(path)) => {
                name.extend_from_slice(path);
                FdRecord { role: Role::Server, ..record }
            }
            None => return call.fd,
        };
        let name = self.strings.intern(&name);
        let record = FdRecord { name, ..record };
        self.set_fd(call.thread, record.num, record, call.n)
    }

    /// In captures with enter events a socket is called after the path it is about to be connected with.
    pub(super) fn connect_begins(&mut self, n: u32, thread: ThreadId, fd: FdId, params: &Params<'_>) -> FdId {
        let record = self.fds.get(fd);
        let Some(Address::Unix(path)) = params.get(1).and_then(read_address) else { return fd };
        if !self.has_enters || !record.known() {
            return fd;
        }
        let record = FdRecord { name: self.strings.intern(path), ..record.clone() };
        self.set_fd(thread, record.num, record, n)
    }

    fn connect(&mut self, call: &Call<'_>) -> FdId {
        let record = self.fds.get(call.fd).clone();
        let result = call.result.unwrap_or(-1);
        let counts = result >= 0 || result == EINPROGRESS || self.has_enters;
        if !counts || !record.known() {
            return call.fd;
        }
        let mut tuple = call.event.get(1).and_then(read_tuple);
        let asked = call
            .enter
            .filter(|(ty, _)| *ty == id::CONNECT_ENTER)
            .and_then(|(_, params)| params.get(1))
            .and_then(read_address);
        let told = call.event.get(3).and_then(read_address);
        match (&mut tuple, asked.or(told)) {
            (Some(Tuple::Ip(ends)), Some(Address::Ip(ip, port))) => {
                let same = told.is_some_and(|told| told == Address::Ip(ends.dest.0, ends.dest.1));
                if same && asked.is_some() {
                    ends.dest = (ip, port);
                    *ends = unmapped(*ends);
                }
            }
            (None, Some(Address::Ip(ip, port))) => {
                let nobody = match ip {
                    IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                    IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
                };
                tuple = Some(Tuple::Ip(unmapped(Ends { source: (nobody, 0), dest: (ip, port) })));
            }
            _ => {}
        }
        let mut name = Vec::new();
        let record = match tuple {
            Some(Tuple::Ip(ends)) => {
                let serves = record.role == Role::Server;
                let ends = if serves && record.l4 == L4::Udp { ends.turned() } else { ends };
                connection_name(&mut name, &ends, record.l4);
                let role = if record.role == Role::None { Role::Client } else { record.role };
                FdRecord { kind: connected_kind(&ends.dest.0), ends: Some(ends), role, ..record }
            }
            Some(Tuple::Unix { source, peer, path }) => {
                unix_name(&mut name, source, peer, path);
                let role = if record.role == Role::None { Role::Client } else { record.role };
                FdRecord { role, ..record }
            }
            // The socket stays called after whom it was about to reach, but this call did not reach it.
            None if result < 0 && record.kind == FdKind::Unix && record.role == Role::None => {
                return self.fds.intern(FdRecord { name: StrId::EMPTY, ..record });
            }
            None => return call.fd,
        };
        let name = self.strings.intern(&name);
        let record = FdRecord { name, ..record }.with(bits::CONNECTED, result == 0 || result == EINPROGRESS);
        if result < 0 && result != EINPROGRESS {
            // Whom it tried to reach is said with this event; the socket itself is as it was.
            return self.fds.intern(record);
        }
        self.set_fd(call.thread, record.num, record, call.n)
    }

    /// `getsockopt(SO_ERROR)` tells whether a connection in progress came about.
    fn socket_error(&mut self, call: &Call<'_>) -> FdId {
        let record = self.fds.get(call.fd);
        let asks = call.event.uint(3) == Some(SO_ERROR) && call.result == Some(0);
        if !asks || !record.known() || !record.kind.is_ip() || record.is(bits::CONNECTED) {
            return call.fd;
        }
        let error = call.event.get(4).and_then(|value| scap_format::event::signed(value.get(1..)?));
        if error != Some(0) {
            return call.fd;
        }
        let record = record.clone().with(bits::CONNECTED, true);
        self.set_fd(call.thread, record.num, record, call.n)
    }

    fn data_call(&mut self, call: &Call<'_>, transfer: &Transfer) -> FdId {
        if call.result.is_none_or(|result| result < 0) {
            return call.fd;
        }
        let Some(tuple) = call.event.get(transfer.tuple).and_then(read_tuple) else { return call.fd };
        let mut record = self.fds.get(call.fd).clone();
        if !record.known() {
            match tuple {
                Tuple::Ip(ends) if !transfer.read && record.num >= 0 => {
                    let kind = connected_kind(&ends.dest.0);
                    record = FdRecord { l4: L4::Udp, ..FdRecord::new(record.num, kind) };
                }
                _ => return call.fd,
            }
        }
        if !record.name.is_empty() && record.l4 == L4::Tcp {
            return call.fd;
        }
        match tuple {
            Tuple::Ip(ends) => self.learn_ends(call, &record, ends, transfer.read),
            Tuple::Unix { source, peer, path } => {
                if record.kind != FdKind::Unix {
                    return call.fd;
                }
                let mut name = Vec::new();
                unix_name(&mut name, source, peer, path);
                let name = self.strings.intern(&name);
                let record = FdRecord { name, ..record };
                self.set_fd(call.thread, record.num, record, call.n)
            }
        }
    }

    fn learn_ends(&mut self, call: &Call<'_>, record: &FdRecord, seen: Ends, read: bool) -> FdId {
        if !record.kind.is_ip() && record.kind != FdKind::Unknown {
            return call.fd;
        }
        if !record.kind.is_listening() && record.ends.is_some_and(|known| known == seen || known.turned() == seen) {
            return call.fd;
        }
        let mut ends = Ends {
            source: (specified(&self.interfaces, seen.source.0, seen.dest.0), seen.source.1),
            dest: (specified(&self.interfaces, seen.dest.0, seen.source.0), seen.dest.1),
        };
        let role = match record.role {
            // A server usually begins with a read, a client with a write.
            Role::None if read => Role::Server,
            Role::None => Role::Client,
            role => role,
        };
        let turned = if read { role == Role::Client } else { role == Role::Server };
        if turned {
            ends = ends.turned();
        }
        if !record.kind.is_listening() && record.ends == Some(ends) {
            return call.fd;
        }
        let l4 = if record.l4 == L4::Unknown { L4::Udp } else { record.l4 };
        let mut name = Vec::new();
        connection_name(&mut name, &ends, l4);
        let name = self.strings.intern(&name);
        let kind = connected_kind(&ends.dest.0);
        let record = FdRecord { kind, l4, role, name, ends: Some(ends), ..record.clone() };
        self.set_fd(call.thread, record.num, record, call.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_tuple_of_mapped_addresses_is_ipv4() {
        let mut bytes = vec![10u8];
        for (address, port) in [("::ffff:10.0.0.1", 4000u16), ("::ffff:10.0.0.2", 80)] {
            let IpAddr::V6(v6) = ip(address) else { unreachable!() };
            bytes.extend(v6.octets());
            bytes.extend(port.to_le_bytes());
        }
        let ends = Ends { source: (ip("10.0.0.1"), 4000), dest: (ip("10.0.0.2"), 80) };
        assert_eq!(read_tuple(&bytes), Some(Tuple::Ip(ends)));
    }

    #[test]
    fn a_short_tuple_is_no_tuple() {
        assert_eq!(read_tuple(&[2, 127, 0, 0, 1]), None);
        assert_eq!(read_tuple(&[]), None);
        assert_eq!(read_address(&[10, 0]), None);
    }

    #[test]
    fn an_unspecified_end_becomes_an_interface_of_the_same_net() {
        let interface = |address, netmask| Interface { name: vec![], address: ip(address), netmask: ip(netmask) };
        let interfaces = [interface("127.0.0.1", "255.0.0.0"), interface("10.1.0.5", "255.255.0.0")];
        assert_eq!(specified(&interfaces, ip("0.0.0.0"), ip("10.1.2.3")), ip("10.1.0.5"));
        assert_eq!(specified(&interfaces, ip("0.0.0.0"), ip("8.8.8.8")), ip("10.1.0.5"));
        assert_eq!(specified(&interfaces, ip("0.0.0.0"), ip("127.0.0.1")), ip("127.0.0.1"));
        assert_eq!(specified(&interfaces, ip("1.2.3.4"), ip("8.8.8.8")), ip("1.2.3.4"));
    }
}
