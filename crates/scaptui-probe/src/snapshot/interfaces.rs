//! The addresses of network interfaces, asked of the kernel through netlink.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::CWD;
use rustix::io::Result;
use rustix::net::netdevice::index_to_name;
use rustix::net::{recv, send, socket_with, AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType};
use scap_format::meta::{Interface, InterfaceAddress};

use super::files::{number, text};
use super::Options;

/// The kernel fills at most 32 KiB at a time.
const ROOM: usize = 64 << 10;

/// `NETLINK_ROUTE` is protocol 0.
const ROUTE: Option<Protocol> = None;

const DONE: u16 = 3;
const NEW_ADDRESS: u16 = 20;
const GET_ADDRESS: u16 = 22;
/// A request for all there is.
const REQUEST_DUMP: u16 = 0x301;

/// All addresses; none when the kernel does not answer.
pub(super) fn read(options: &Options) -> Vec<Interface> {
    let mut interfaces = ask().unwrap_or_default();
    let folder = options.root.join("sys/class/net");
    for interface in &mut interfaces {
        // In megabits a second; an interface without a cable, or without speed, has an error or -1 there.
        let file = folder.join(std::ffi::OsStr::from_bytes(&interface.name)).join("speed");
        let speed = text(CWD, file, &mut [0; 32]).ok().and_then(|text| number::<u64>(text.trim_ascii()));
        interface.link_speed = Some(speed.unwrap_or_default().saturating_mul(1_000_000));
    }
    interfaces
}

fn ask() -> Result<Vec<Interface>> {
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, ROUTE)?;
    // Header: length, type, flags, number, sender; then the family (all) and padding.
    let mut request = Vec::with_capacity(24);
    request.extend_from_slice(&24u32.to_ne_bytes());
    request.extend_from_slice(&GET_ADDRESS.to_ne_bytes());
    request.extend_from_slice(&REQUEST_DUMP.to_ne_bytes());
    request.resize(24, 0);
    send(&socket, &request, SendFlags::empty())?;
    let mut room = vec![0; ROOM];
    let mut interfaces = Vec::new();
    loop {
        let (length, _) = recv(&socket, room.as_mut_slice(), RecvFlags::empty())?;
        let name = |index| index_to_name(&socket, index).map(String::into_bytes).unwrap_or_default();
        if length == 0 || messages(room.get(..length).unwrap_or_default(), &mut interfaces, name) {
            return Ok(interfaces);
        }
    }
}

/// Takes the addresses out of the kernel's messages. Whether these were the last.
fn messages(mut rest: &[u8], into: &mut Vec<Interface>, name: impl Fn(u32) -> Vec<u8>) -> bool {
    while let Some((length, kind)) = u32_at(rest, 0).zip(u16_at(rest, 4)) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let Some(body) = rest.get(16..length) else { return true };
        match kind {
            NEW_ADDRESS => into.extend(address(body, &name)),
            // The end, or an error: nothing else comes.
            0..=DONE => return true,
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    false
}

/// One address: family, prefix length, flags, scope, index of the interface, attributes.
fn address(body: &[u8], name: impl Fn(u32) -> Vec<u8>) -> Option<Interface> {
    const ADDRESS: u16 = 1;
    const LOCAL: u16 = 2;
    const LABEL: u16 = 3;
    const BROADCAST: u16 = 4;
    let (family, prefix, index) = (*body.first()?, u32::from(*body.get(1)?), u32_at(body, 4)?);
    let [mut peer, mut local, mut label, mut broadcast] = [None; 4];
    let mut rest = body.get(8..)?;
    while let Some((length, kind)) = u16_at(rest, 0).zip(u16_at(rest, 2)) {
        let length = usize::from(length);
        let Some(value) = rest.get(4..length) else { break };
        match kind {
            ADDRESS => peer = Some(value),
            LOCAL => local = Some(value),
            LABEL => label = value.split(|byte| *byte == 0).next(),
            BROADCAST => broadcast = Some(value),
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    // At one end of a line the address is the other end's.
    let own = local.or(peer)?;
    let address = match family {
        2 => InterfaceAddress::V4 {
            address: Ipv4Addr::from(*own.first_chunk::<4>()?),
            netmask: Ipv4Addr::from(u32::MAX.checked_shl(32u32.saturating_sub(prefix)).unwrap_or(0)),
            broadcast: broadcast.and_then(|b| b.first_chunk::<4>()).map_or(Ipv4Addr::UNSPECIFIED, |b| (*b).into()),
        },
        10 => InterfaceAddress::V6 {
            address: Ipv6Addr::from(*own.first_chunk::<16>()?),
            netmask: Ipv6Addr::from(u128::MAX.checked_shl(128u32.saturating_sub(prefix)).unwrap_or(0)),
            broadcast: Ipv6Addr::UNSPECIFIED,
        },
        _ => return None,
    };
    Some(Interface { name: label.map_or_else(|| name(index), <[u8]>::to_vec), address, link_speed: None })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len() + 4).unwrap();
        let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
        bytes.extend_from_slice(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 16).unwrap();
        [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &[0; 10], body].concat()
    }

    fn of_address(family: u8, prefix: u8, attributes: &[Vec<u8>]) -> Vec<u8> {
        message(NEW_ADDRESS, &[&[family, prefix, 0, 0][..], &7u32.to_ne_bytes(), &attributes.concat()].concat())
    }

    fn parsed(bytes: &[u8]) -> (Vec<Interface>, bool) {
        let mut interfaces = Vec::new();
        let last = messages(bytes, &mut interfaces, |index| format!("if{index}").into_bytes());
        (interfaces, last)
    }

    #[test]
    fn both_families_with_mask_and_name() {
        let v4 = [attribute(1, &[10, 0, 0, 2]), attribute(2, &[10, 0, 0, 1]), attribute(3, b"tun0\0")];
        let v6 = [attribute(1, &Ipv6Addr::LOCALHOST.octets())];
        let (interfaces, last) = parsed(&[of_address(2, 20, &v4), of_address(10, 128, &v6)].concat());
        let expected = [
            Interface {
                name: b"tun0".to_vec(),
                address: InterfaceAddress::V4 {
                    address: Ipv4Addr::new(10, 0, 0, 1),
                    netmask: Ipv4Addr::new(255, 255, 240, 0),
                    broadcast: Ipv4Addr::UNSPECIFIED,
                },
                link_speed: None,
            },
            Interface {
                name: b"if7".to_vec(),
                address: InterfaceAddress::V6 {
                    address: Ipv6Addr::LOCALHOST,
                    netmask: Ipv6Addr::from(u128::MAX),
                    broadcast: Ipv6Addr::UNSPECIFIED,
                },
                link_speed: None,
            },
        ];
        assert_eq!((interfaces.as_slice(), last), (&expected[..], false));
    }

    #[test]
    fn the_end_ends_and_damage_is_no_panic() {
        assert_eq!(parsed(&message(DONE, &[0; 4])), (Vec::new(), true));
        let whole = of_address(2, 0, &[attribute(1, &[10, 0, 0, 2]), attribute(4, &[1])]);
        assert_eq!(parsed(&whole).0.len(), 1);
        for end in 0..whole.len() {
            parsed(&whole[..end]);
        }
        assert!(parsed(&[0; 64]).1);
    }
}
