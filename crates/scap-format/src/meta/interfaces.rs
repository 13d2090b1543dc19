//! Interface lists: the network interfaces of the machine.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::take::{entry, put_entry, put_text, Faults, Take};
use crate::blocks::FRAME;

/// The addresses of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum InterfaceAddress {
    V4 { address: Ipv4Addr, netmask: Ipv4Addr, broadcast: Ipv4Addr },
    V6 { address: Ipv6Addr, netmask: Ipv6Addr, broadcast: Ipv6Addr },
}

/// A network interface; one with several addresses is listed several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name, such as `eth0`.
    pub name: Vec<u8>,
    /// Its addresses.
    pub address: InterfaceAddress,
    /// Bits per second, 0 where unknown; `None` in entries of the oldest kind.
    pub link_speed: Option<u64>,
}

const IPV4: u16 = 1;
const IPV6: u16 = 2;
const IPV4_NO_SPEED: u16 = 3;
const IPV6_NO_SPEED: u16 = 4;
/// Room that readers have for an interface's name.
const NAME: u16 = 1023;

impl Interface {
    pub(crate) fn parse_list(body: &[u8], version: u8, faults: &mut Faults) -> Vec<Self> {
        let mut list = Take(body);
        let mut interfaces = Vec::new();
        if version == 1 {
            while list.left() >= 4 {
                let before = list.left();
                let Some(interface) = Self::parse(&mut list) else {
                    faults.unread = faults.unread.saturating_add(before);
                    break;
                };
                interfaces.push(interface);
            }
        } else {
            while let Some(mut fields) = entry(&mut list, 0, faults) {
                match Self::parse(&mut fields) {
                    Some(interface) => interfaces.push(interface),
                    None => faults.entries = faults.entries.saturating_add(1),
                }
            }
        }
        interfaces
    }

    fn parse(fields: &mut Take<'_>) -> Option<Self> {
        let kind = fields.u16()?;
        let name_length = usize::from(fields.u16()?);
        let address = match kind {
            IPV4 | IPV4_NO_SPEED => {
                let mut ip = || fields.array::<4>().map(Ipv4Addr::from);
                InterfaceAddress::V4 { address: ip()?, netmask: ip()?, broadcast: ip()? }
            }
            IPV6 | IPV6_NO_SPEED => {
                let mut ip = || fields.array::<16>().map(Ipv6Addr::from);
                InterfaceAddress::V6 { address: ip()?, netmask: ip()?, broadcast: ip()? }
            }
            _ => return None,
        };
        let link_speed = if matches!(kind, IPV4 | IPV6) { Some(fields.u64()?) } else { None };
        let name = fields.bytes(name_length)?.to_vec();
        Some(Interface { name, address, link_speed })
    }

    pub(crate) fn put(&self, into: &mut Vec<u8>) {
        put_entry(into, 0, |into| {
            let kind = match (self.address, self.link_speed) {
                (InterfaceAddress::V4 { .. }, Some(_)) => IPV4,
                (InterfaceAddress::V4 { .. }, None) => IPV4_NO_SPEED,
                (InterfaceAddress::V6 { .. }, Some(_)) => IPV6,
                (InterfaceAddress::V6 { .. }, None) => IPV6_NO_SPEED,
            };
            into.extend_from_slice(&kind.to_le_bytes());
            // The name's length stands before the addresses, its bytes behind them.
            let mut name = Vec::new();
            put_text(&mut name, &self.name, NAME);
            let (length, name) = name.split_at_checked(2).unwrap_or_default();
            into.extend_from_slice(length);
            match self.address {
                InterfaceAddress::V4 { address, netmask, broadcast } => {
                    into.extend([address, netmask, broadcast].iter().flat_map(Ipv4Addr::octets));
                }
                InterfaceAddress::V6 { address, netmask, broadcast } => {
                    into.extend([address, netmask, broadcast].iter().flat_map(Ipv6Addr::octets));
                }
            }
            if let Some(speed) = self.link_speed {
                into.extend_from_slice(&speed.to_le_bytes());
            }
            into.extend_from_slice(name);
        });
    }
}

/// The true length of a version 2 interface list whose stated length forgets the four length bytes of each entry.
///
/// sysdig 0.29.3 writes such lists when it converts an older capture: the entries and the copy of the (wrong) length
/// lie behind the stated end. `bytes` starts with the block and may end anywhere behind it; `None` when this is not
/// such a list.
pub(crate) fn short_list_length(bytes: &[u8], stated: usize) -> Option<usize> {
    let mut list = Take(bytes.get(8..)?);
    let mut length = stated;
    loop {
        let mut fields = Take(list.length().and_then(|length| list.bytes(length))?);
        Interface::parse(&mut fields).filter(|_| fields.left() == 0)?;
        length = length.checked_add(4)?;
        let consumed = bytes.len().checked_sub(list.left())?;
        if consumed.next_multiple_of(4).checked_add(4)? == length {
            let block = bytes.get(..length)?;
            let trailer = block.last_chunk::<4>()?;
            let agrees = usize::try_from(u32::from_le_bytes(*trailer)).ok()? == stated;
            return (agrees && length >= FRAME).then_some(length);
        }
    }
}
