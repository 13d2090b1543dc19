//! Socket addresses, tuples and options as captures write them.

use crate::recorder::flags::SOL_SOCKET;
use crate::recorder::params::number;
use crate::recorder::record::{u16_at, u64_at};

pub(crate) const AF_UNIX: u16 = 1;
pub(crate) const AF_INET: u16 = 2;
pub(crate) const AF_INET6: u16 = 10;
/// Bytes of `struct socket_info`.
const INFO: usize = 64;

/// Which end comes first: the local one when data goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Out,
    In,
}

/// A socket address of the program: family, then address and port or path. `None` for families without an encoding.
pub(crate) fn address(bytes: &[u8]) -> Option<Vec<u8>> {
    let family = u16::from_le_bytes(*bytes.first_chunk()?);
    let mut encoded = vec![family as u8];
    match family {
        AF_INET | AF_INET6 => {
            let (ip, port) = ip(bytes)?;
            encoded.extend_from_slice(ip);
            encoded.extend_from_slice(&port.to_le_bytes());
        }
        AF_UNIX => {
            encoded.extend_from_slice(&unix_name(bytes.get(2..)?));
            encoded.push(0);
        }
        _ => {}
    }
    Some(encoded)
}

/// Address and port of an internet address.
fn ip(bytes: &[u8]) -> Option<(&[u8], u16)> {
    let port = u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?);
    match u16_at(bytes, 0) {
        AF_INET => Some((bytes.get(4..8)?, port)),
        AF_INET6 => Some((bytes.get(8..24)?, port)),
        _ => None,
    }
}

/// The path without what follows its end. Names that are no files begin with a NUL, which is written `@`.
fn unix_name(path: &[u8]) -> Vec<u8> {
    match path.split_first() {
        Some((0, [])) | None => Vec::new(),
        Some((0, name)) => {
            let name =
                name.iter().rposition(|byte| *byte != 0).map_or(&[][..], |last| name.get(..=last).unwrap_or(name));
            let mut named = vec![b'@'];
            named.extend(name.iter().map(|byte| if *byte == 0 { b'@' } else { *byte }));
            named
        }
        Some(_) => path.split(|byte| *byte == 0).next().unwrap_or_default().to_vec(),
    }
}

/// A socket of the kernel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Socket<'a> {
    info: &'a [u8],
    path: &'a [u8],
}

impl<'a> Socket<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (info, path) = bytes.split_at_checked(INFO)?;
        Some(Socket { info, path })
    }

    pub(crate) fn family(&self) -> u16 {
        u16_at(self.info, 0)
    }

    /// The kind: stream, datagram, raw.
    pub(crate) fn kind(&self) -> u16 {
        u16_at(self.info, 2)
    }

    pub(crate) fn protocol(&self) -> u16 {
        u16_at(self.info, 4)
    }

    /// The kernel's number of its state.
    pub(crate) fn state(&self) -> u16 {
        u16_at(self.info, 10)
    }

    pub(crate) fn local(&self) -> (&'a [u8], u16) {
        self.end(32, 6)
    }

    pub(crate) fn remote(&self) -> (&'a [u8], u16) {
        self.end(48, 8)
    }

    /// Kernel addresses of a unix socket and of the one it is connected to.
    pub(crate) fn unix_ends(&self) -> (u64, u64) {
        (u64_at(self.info, 16), u64_at(self.info, 24))
    }

    /// The path of a unix socket.
    pub(crate) fn path(&self) -> Vec<u8> {
        unix_name(self.path)
    }

    fn end(&self, at: usize, port_at: usize) -> (&'a [u8], u16) {
        let width = if self.family() == AF_INET { 4 } else { 16 };
        (self.info.get(at..at + width).unwrap_or_default(), u16_at(self.info, port_at))
    }

    /// Both ends. An address given with the call stands for a remote end that the socket does not have.
    pub(crate) fn tuple(&self, direction: Direction, named: Option<&[u8]>) -> Option<Vec<u8>> {
        let family = self.family();
        let mut encoded = Vec::with_capacity(64);
        encoded.push(family as u8);
        match family {
            AF_INET | AF_INET6 => {
                let local = self.local();
                let mut remote = self.remote();
                if let Some(named) = named.filter(|named| u16_at(named, 0) == family).and_then(ip) {
                    if remote.1 == 0 || direction == Direction::In {
                        remote = named;
                    }
                }
                let (from, to) = if direction == Direction::Out { (local, remote) } else { (remote, local) };
                for (ip, port) in [from, to] {
                    encoded.extend_from_slice(ip);
                    encoded.extend_from_slice(&port.to_le_bytes());
                }
            }
            AF_UNIX => {
                let (own, peer) = self.unix_ends();
                let (from, to) = if direction == Direction::Out { (peer, own) } else { (own, peer) };
                encoded.extend_from_slice(&from.to_le_bytes());
                encoded.extend_from_slice(&to.to_le_bytes());
                let path = named.filter(|named| u16_at(named, 0) == AF_UNIX).and_then(|named| named.get(2..));
                encoded.extend_from_slice(&unix_name(path.filter(|path| !path.is_empty()).unwrap_or(self.path)));
                encoded.push(0);
            }
            _ => return None,
        }
        Some(encoded)
    }
}

const SO_ERROR: u64 = 4;
const TIMES: [u64; 4] = [20, 21, 66, 67];
const SO_COOKIE: u64 = 57;
/// Options of the socket level whose value is one 32-bit number.
const NUMBERS: [u64; 26] =
    [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 18, 19, 29, 30, 32, 33, 34, 36, 38, 39, 40, 42, 43];

/// The value of a socket option: the first byte tells how to read the rest.
pub(crate) fn option(level: u64, name: u64, value: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(9);
    match name {
        _ if level != SOL_SOCKET || value.len() < 4 => {}
        SO_ERROR => {
            encoded.push(1);
            encoded.extend_from_slice(&(-i64::from(number(value, 0, 4) as i32)).to_le_bytes());
        }
        SO_COOKIE if value.len() >= 8 => {
            encoded.push(3);
            encoded.extend_from_slice(&number(value, 0, 8).to_le_bytes());
        }
        name if TIMES.contains(&name) && value.len() >= 16 => {
            encoded.push(4);
            let time =
                number(value, 0, 8).wrapping_mul(1_000_000_000).wrapping_add(number(value, 8, 8).wrapping_mul(1000));
            encoded.extend_from_slice(&time.to_le_bytes());
        }
        name if NUMBERS.contains(&name) => {
            encoded.push(2);
            encoded.extend_from_slice(value.get(..4).unwrap_or_default());
        }
        _ => {}
    }
    if encoded.is_empty() {
        encoded.push(0);
        encoded.extend_from_slice(value);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internet_addresses_have_the_port_in_host_order() {
        let mut sockaddr = vec![2, 0, 0x1f, 0x90, 127, 0, 0, 1];
        sockaddr.resize(16, 0);
        assert_eq!(address(&sockaddr), Some(vec![2, 127, 0, 0, 1, 0x90, 0x1f]));
    }

    #[test]
    fn unix_addresses_end_with_their_path() {
        assert_eq!(address(b"\x01\0/tmp/a\0rest"), Some(b"\x01/tmp/a\0".to_vec()));
        assert_eq!(address(b"\x01\0\0name"), Some(b"\x01@name\0".to_vec()));
        assert_eq!(address(b"\x01\0"), Some(b"\x01\0".to_vec()));
    }

    #[test]
    fn half_an_address_is_none() {
        assert_eq!(address(&[]), None);
        assert_eq!(address(&[2, 0, 0x1f]), None);
        assert_eq!(address(&[2, 0, 0x1f, 0x90, 127]), None);
    }

    #[test]
    fn what_is_received_goes_from_the_sender_to_us() {
        let mut info = vec![0; INFO];
        info[0] = 2;
        info[6..8].copy_from_slice(&80u16.to_le_bytes());
        info[32..36].copy_from_slice(&[10, 0, 0, 1]);
        let socket = Socket::parse(&info)
            .map(|socket| socket.tuple(Direction::In, Some(&[2, 0, 0x1f, 0x90, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0])));
        assert_eq!(socket, Some(Some(vec![2, 10, 0, 0, 2, 0x90, 0x1f, 10, 0, 0, 1, 80, 0])));
    }

    #[test]
    fn options_tell_their_type() {
        assert_eq!(option(1, 2, &[1, 0, 0, 0]), [2, 1, 0, 0, 0]);
        assert_eq!(option(1, 4, &[111, 0, 0, 0]), [1, 0x91, 255, 255, 255, 255, 255, 255, 255]);
        assert_eq!(option(6, 1, &[1, 0, 0, 0]), [0, 1, 0, 0, 0]);
    }
}
