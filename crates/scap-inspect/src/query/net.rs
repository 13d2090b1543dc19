//! Networks and the ranges of addresses they are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network, or one address when the prefix is as long as the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    address: IpAddr,
    prefix: u8,
}

impl Net {
    /// The network an address is in; `None` when the prefix is longer than the address.
    pub fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        (prefix <= width(address)).then_some(Self { address, prefix })
    }

    /// Reads `10.0.0.0/8` or `fd00::/8`; bits beyond the prefix mean nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Self::new(address.parse().ok()?, prefix.parse().ok()?)
    }

    /// The network that holds one address only.
    pub fn single(address: IpAddr) -> Self {
        Self { address, prefix: width(address) }
    }

    /// The address, when the network holds no other.
    pub fn as_single(&self) -> Option<IpAddr> {
        (self.prefix == width(self.address)).then_some(self.address)
    }

    /// Whether the address is inside. One of the other family never is.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.range(), address) {
            (Range::V4(low, high), IpAddr::V4(address)) => (low..=high).contains(&address.to_bits()),
            (Range::V6(low, high), IpAddr::V6(address)) => (low..=high).contains(&address.to_bits()),
            _ => false,
        }
    }

    /// The first and last address.
    pub fn range(&self) -> Range {
        match self.address {
            IpAddr::V4(address) => {
                let host = u32::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                Range::V4(address.to_bits() & !host, address.to_bits() | host)
            }
            IpAddr::V6(address) => {
                let host = u128::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                Range::V6(address.to_bits() & !host, address.to_bits() | host)
            }
        }
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() {
        32
    } else {
        128
    }
}

/// Addresses of one family, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// IPv4 addresses as numbers.
    V4(u32, u32),
    /// IPv6 addresses as numbers.
    V6(u128, u128),
}

/// A special-purpose block of the IANA registries.
pub(super) struct Special {
    name: &'static str,
    mask: u8,
}

impl Special {
    /// The block an address is in, the smallest when they nest.
    pub(super) fn of(address: IpAddr) -> Option<&'static Self> {
        let rows = match address {
            IpAddr::V4(_) => SPECIAL_V4,
            IpAddr::V6(_) => SPECIAL_V6,
        };
        let inside = rows.iter().filter(|(net, _)| net.contains(address));
        inside.max_by_key(|(net, _)| net.prefix).map(|(_, special)| special)
    }

    /// The registry's name for the block.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// What the registry says of the block, one bit each from the highest: 16 may be a source, 8 a destination,
    /// 4 is forwarded, 2 globally reachable, 1 reserved by protocol.
    pub(super) fn mask(&self) -> u8 {
        self.mask
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8, name: &'static str, mask: u8) -> (Net, Special) {
    (Net { address: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix }, Special { name, mask })
}

const fn v6(bits: u128, prefix: u8, name: &'static str, mask: u8) -> (Net, Special) {
    (Net { address: IpAddr::V6(Ipv6Addr::from_bits(bits)), prefix }, Special { name, mask })
}

/// IANA IPv4 Special-Purpose Address Registry (RFC 6890). Attributes that the registry marks N/A count as false.
const SPECIAL_V4: &[(Net, Special)] = &[
    v4(0, 0, 0, 0, 8, "This network", 0b1_0001),
    v4(0, 0, 0, 0, 32, "This host on this network", 0b1_0001),
    v4(10, 0, 0, 0, 8, "Private-Use", 0b1_1100),
    v4(100, 64, 0, 0, 10, "Shared Address Space", 0b1_1100),
    v4(127, 0, 0, 0, 8, "Loopback", 0b0_0001),
    v4(169, 254, 0, 0, 16, "Link Local", 0b1_1001),
    v4(172, 16, 0, 0, 12, "Private-Use", 0b1_1100),
    v4(192, 0, 0, 0, 24, "IETF Protocol Assignments", 0b0_0000),
    v4(192, 0, 0, 0, 29, "IPv4 Service Continuity Prefix", 0b1_1100),
    v4(192, 0, 0, 8, 32, "IPv4 dummy address", 0b1_0000),
    v4(192, 0, 0, 9, 32, "Port Control Protocol Anycast", 0b1_1110),
    v4(192, 0, 0, 10, 32, "Traversal Using Relays around NAT Anycast", 0b1_1110),
    v4(192, 0, 0, 170, 31, "NAT64/DNS64 Discovery", 0b0_0001),
    v4(192, 0, 2, 0, 24, "Documentation (TEST-NET-1)", 0b0_0000),
    v4(192, 31, 196, 0, 24, "AS112-v4", 0b1_1110),
    v4(192, 52, 193, 0, 24, "AMT", 0b1_1110),
    v4(192, 88, 99, 0, 24, "Deprecated (6to4 Relay Anycast)", 0b0_0000),
    v4(192, 168, 0, 0, 16, "Private-Use", 0b1_1100),
    v4(192, 175, 48, 0, 24, "Direct Delegation AS112 Service", 0b1_1110),
    v4(198, 18, 0, 0, 15, "Benchmarking", 0b1_1100),
    v4(198, 51, 100, 0, 24, "Documentation (TEST-NET-2)", 0b0_0000),
    v4(203, 0, 113, 0, 24, "Documentation (TEST-NET-3)", 0b0_0000),
    v4(240, 0, 0, 0, 4, "Reserved", 0b0_0001),
    v4(255, 255, 255, 255, 32, "Limited Broadcast", 0b0_1001),
];

/// IANA IPv6 Special-Purpose Address Registry (RFC 6890).
const SPECIAL_V6: &[(Net, Special)] = &[
    v6(1, 128, "Loopback Address", 0b0_0001),
    v6(0, 128, "Unspecified Address", 0b1_0001),
    v6(0xffff << 32, 96, "IPv4-mapped Address", 0b0_0001),
    v6(0x0064_ff9b << 96, 96, "IPv4-IPv6 Translat.", 0b1_1110),
    v6(0x0064_ff9b_0001 << 80, 48, "IPv4-IPv6 Translat.", 0b1_1100),
    v6(0x0100 << 112, 64, "Discard-Only Address Block", 0b1_1100),
    v6(0x2001 << 112, 23, "IETF Protocol Assignments", 0b0_0000),
    v6(0x2001 << 112, 32, "TEREDO", 0b1_1100),
    v6(0x2001_0001 << 96 | 1, 128, "Port Control Protocol Anycast", 0b1_1110),
    v6(0x2001_0001 << 96 | 2, 128, "Traversal Using Relays around NAT Anycast", 0b1_1110),
    v6(0x2001_0002 << 96, 48, "Benchmarking", 0b1_1100),
    v6(0x2001_0003 << 96, 32, "AMT", 0b1_1110),
    v6(0x2001_0004_0112 << 80, 48, "AS112-v6", 0b1_1110),
    v6(0x2001_0010 << 96, 28, "Deprecated (previously ORCHID)", 0b0_0000),
    v6(0x2001_0020 << 96, 28, "ORCHIDv2", 0b1_1110),
    v6(0x2001_0030 << 96, 28, "Drone Remote ID Protocol Entity Tags (DETs) Prefix", 0b1_1110),
    v6(0x2001_0db8 << 96, 32, "Documentation", 0b0_0000),
    v6(0x2002 << 112, 16, "6to4", 0b1_1100),
    v6(0x2620_004f_8000 << 80, 48, "Direct Delegation AS112 Service", 0b1_1110),
    v6(0x3fff << 112, 20, "Documentation", 0b0_0000),
    v6(0x5f00 << 112, 16, "Segment Routing (SRv6) SIDs", 0b1_1100),
    v6(0xfc00 << 112, 7, "Unique-Local", 0b1_1100),
    v6(0xfe80 << 112, 10, "Link-Local Unicast", 0b1_1001),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_its_own_addresses_and_none_of_the_other_family() {
        let rows = [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("1.2.3.4/32", "1.2.3.4", true),
            ("1.2.3.4/32", "1.2.3.5", false),
            ("0.0.0.0/0", "::", false),
            ("::/0", "1.2.3.4", false),
            ("fd00::/8", "fdff::1", true),
            ("::1/128", "::2", false),
        ];
        for (net, address, expected) in rows {
            assert_eq!(Net::parse(net).unwrap().contains(ip(address)), expected, "{address} in {net}");
        }
    }

    #[test]
    fn what_is_not_a_network_is_refused() {
        for wrong in ["10.0.0.0", "10.0.0.0/33", "::/129", "/8", "10.0.0.0/", "10.0.0.0/+8", "10/8", "10.0.0.0/8/8"] {
            assert!(Net::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_smallest_special_block_names_an_address() {
        assert_eq!(Special::of(ip("192.0.0.9")).unwrap().name(), "Port Control Protocol Anycast");
        assert_eq!(Special::of(ip("192.0.0.200")).unwrap().name(), "IETF Protocol Assignments");
        assert_eq!(Special::of(ip("10.1.1.1")).unwrap().mask(), 0b1_1100);
        assert_eq!(Special::of(ip("2001:db8::1")).unwrap().name(), "Documentation");
        assert_eq!(Special::of(ip("::ffff:1.2.3.4")).unwrap().name(), "IPv4-mapped Address");
        assert!(Special::of(ip("8.8.8.8")).is_none());
    }
}
