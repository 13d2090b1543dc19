//! Addresses and connections as text.

use super::number;

const UNIX: u8 = 1;
const INET: u8 = 2;
const INET6: u8 = 10;

/// Appends an IPv4 address as a dotted quad.
pub fn ipv4(out: &mut Vec<u8>, address: [u8; 4]) {
    for (index, byte) in address.into_iter().enumerate() {
        if index > 0 {
            out.push(b'.');
        }
        number::unsigned(out, u64::from(byte));
    }
}

/// Appends an IPv6 address as C's `inet_ntop` prints it: the longest run of two or more zero groups as "::",
/// IPv4-mapped and IPv4-compatible addresses with a dotted quad at the end.
pub fn ipv6(out: &mut Vec<u8>, address: [u8; 16]) {
    let mut groups = [0u16; 8];
    for (group, pair) in groups.iter_mut().zip(address.chunks_exact(2)) {
        *group = u16::from(pair[0]) << 8 | u16::from(pair[1]);
    }
    let (start, length) = longest_zeros(&groups);
    let quad = start == 0 && (length == 6 || length == 5 && groups[5] == 0xffff);
    let mut index = 0;
    while index < 8 {
        if length > 1 && index == start {
            out.extend_from_slice(b"::");
            index += length;
            continue;
        }
        if index > 0 && (length < 2 || index != start + length) {
            out.push(b':');
        }
        if quad && index == 6 {
            ipv4(out, [address[12], address[13], address[14], address[15]]);
            return;
        }
        number::lower_hex(out, u64::from(groups[index]));
        index += 1;
    }
}

/// Start and length of the first of the longest runs of zero groups.
fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut run) = ((0, 0), (0, 0));
    for (index, group) in groups.iter().enumerate() {
        if *group != 0 {
            run = (index + 1, 0);
            continue;
        }
        run.1 += 1;
        if run.1 > best.1 {
            best = run;
        }
    }
    best
}

/// The IPv4 address inside an IPv4-mapped IPv6 address; the unspecified address counts as 0.0.0.0, as an end that
/// is not bound yet belongs to either family.
pub fn mapped_ipv4(address: &[u8; 16]) -> Option<[u8; 4]> {
    let tail = [address[12], address[13], address[14], address[15]];
    let mapped = address[..10] == [0; 10] && address[10..12] == [0xff; 2];
    (mapped || *address == [0; 16]).then_some(tail)
}

fn port(out: &mut Vec<u8>, bytes: [u8; 2]) {
    out.push(b':');
    number::unsigned(out, u64::from(u16::from_le_bytes(bytes)));
}

fn end4(out: &mut Vec<u8>, address: [u8; 4], at: [u8; 2]) {
    ipv4(out, address);
    port(out, at);
}

fn end6(out: &mut Vec<u8>, address: [u8; 16], at: [u8; 2]) {
    ipv6(out, address);
    port(out, at);
}

/// The address and the port at the start of `bytes`, and what follows.
fn split_end<const N: usize>(bytes: &[u8]) -> Option<([u8; N], [u8; 2], &[u8])> {
    let (address, rest) = bytes.split_first_chunk::<N>()?;
    let (port, rest) = rest.split_first_chunk::<2>()?;
    Some((*address, *port, rest))
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or(bytes)
}

/// Appends a socket address: family byte, then what the family has.
pub fn sockaddr(out: &mut Vec<u8>, bytes: &[u8]) {
    let Some((family, rest)) = bytes.split_first() else {
        out.extend_from_slice(b"<NA>");
        return;
    };
    match *family {
        INET => match split_end::<4>(rest) {
            Some((address, at, [])) => end4(out, address, at),
            _ => out.extend_from_slice(b"INVALID IPv4"),
        },
        INET6 => match split_end::<16>(rest) {
            Some((address, at, [])) => end6(out, address, at),
            _ => out.extend_from_slice(b"INVALID IPv6"),
        },
        UNIX if rest.is_empty() => out.extend_from_slice(b"INVALID PATH"),
        UNIX => out.extend_from_slice(until_nul(rest)),
        other => other_family(out, other),
    }
}

/// Appends a connection, "source->destination"; IPv6 ends that both hold IPv4 addresses print as those.
pub fn socktuple(out: &mut Vec<u8>, bytes: &[u8]) {
    let Some((family, rest)) = bytes.split_first() else {
        out.extend_from_slice(b"NULL");
        return;
    };
    match *family {
        INET => tuple4(out, rest),
        INET6 => tuple6(out, rest),
        UNIX => tuple_unix(out, rest),
        other => other_family(out, other),
    }
}

fn tuple4(out: &mut Vec<u8>, bytes: &[u8]) {
    let ends = split_end::<4>(bytes).and_then(|(from, at, rest)| Some((from, at, split_end::<4>(rest)?)));
    let Some((from, from_port, (to, to_port, []))) = ends else {
        out.extend_from_slice(b"INVALID IPv4");
        return;
    };
    end4(out, from, from_port);
    out.extend_from_slice(b"->");
    end4(out, to, to_port);
}

fn tuple6(out: &mut Vec<u8>, bytes: &[u8]) {
    let ends = split_end::<16>(bytes).and_then(|(from, at, rest)| Some((from, at, split_end::<16>(rest)?)));
    let Some((from, from_port, (to, to_port, []))) = ends else {
        out.extend_from_slice(b"INVALID IPv6");
        return;
    };
    if let (Some(from), Some(to)) = (mapped_ipv4(&from), mapped_ipv4(&to)) {
        end4(out, from, from_port);
        out.extend_from_slice(b"->");
        end4(out, to, to_port);
    } else {
        end6(out, from, from_port);
        out.extend_from_slice(b"->");
        end6(out, to, to_port);
    }
}

fn tuple_unix(out: &mut Vec<u8>, bytes: &[u8]) {
    let ends = bytes.split_first_chunk::<8>().and_then(|(from, rest)| Some((from, rest.split_first_chunk::<8>()?)));
    let Some((from, (to, path))) = ends else {
        out.extend_from_slice(b"INVALID PATH");
        return;
    };
    number::lower_hex(out, u64::from_le_bytes(*from));
    out.extend_from_slice(b"->");
    number::lower_hex(out, u64::from_le_bytes(*to));
    out.push(b' ');
    out.extend_from_slice(until_nul(path));
}

fn other_family(out: &mut Vec<u8>, family: u8) {
    out.extend_from_slice(b"family ");
    number::unsigned(out, u64::from(family));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn v6(address: &str) -> String {
        text(|out| ipv6(out, address.parse::<Ipv6Addr>().unwrap().octets()))
    }

    #[test]
    fn ipv6_addresses_are_shortened_as_inet_ntop_does() {
        for same in [
            "::",
            "::1",
            "1::",
            "2001:db8::4",
            "2001:4860:4860::8888",
            "2600:1f18:262c:6542:9aa6:df7a:9a47:d29e",
            "1:0:2:0:3:0:4:0",
            "1:0:0:2::3",
            "0:1:2:3:4:5:6:7",
            "::ffff:10.0.0.1",
            "fe80::1:0:0:1",
            "1:2:3:4:5:6::",
        ] {
            assert_eq!(v6(same), same);
        }
        assert_eq!(v6("::10.0.0.1"), "::10.0.0.1");
        assert_eq!(v6("0:0:1:0:0:1:0:0"), "::1:0:0:1:0:0");
    }

    #[test]
    fn every_single_zero_pattern_parses_back_to_the_same_address() {
        for mask in 0..256u32 {
            let mut octets = [0u8; 16];
            for group in 0..8 {
                octets[group * 2 + 1] = u8::from(mask >> group & 1 == 1) * 7;
            }
            let written = text(|out| ipv6(out, octets));
            assert_eq!(written.parse::<Ipv6Addr>().unwrap().octets(), octets, "{written}");
        }
    }

    #[test]
    fn socket_addresses_print_by_family() {
        let address = |bytes: &[u8]| text(|out| sockaddr(out, bytes));
        assert_eq!(address(&[2, 127, 0, 0, 1, 0xa1, 0x46]), "127.0.0.1:18081");
        let mut six = vec![10];
        six.extend("2001:db8::3".parse::<Ipv6Addr>().unwrap().octets());
        six.extend(1234u16.to_le_bytes());
        assert_eq!(address(&six), "2001:db8::3:1234");
        assert_eq!(address(b"\x01/var/run/nscd/socket\0"), "/var/run/nscd/socket");
        assert_eq!(address(&[16, 1, 2, 3]), "family 16");
    }

    #[test]
    fn addresses_of_a_wrong_length_are_called_invalid() {
        let address = |bytes: &[u8]| text(|out| sockaddr(out, bytes));
        assert_eq!(address(&[2, 127, 0]), "INVALID IPv4");
        assert_eq!(address(&[2, 127, 0, 0, 1, 0, 0, 9]), "INVALID IPv4");
        assert_eq!(address(&[10]), "INVALID IPv6");
        assert_eq!(address(&[1]), "INVALID PATH");
        assert_eq!(address(&[]), "<NA>");
    }

    #[test]
    fn connections_print_source_first() {
        let tuple = |bytes: &[u8]| text(|out| socktuple(out, bytes));
        assert_eq!(tuple(&[2, 192, 168, 0, 1, 0x92, 0xad, 192, 168, 0, 3, 80, 0]), "192.168.0.1:44434->192.168.0.3:80");
        assert_eq!(tuple(&[]), "NULL");
        assert_eq!(tuple(&[2, 1]), "INVALID IPv4");
        assert_eq!(tuple(&[17]), "family 17");
    }

    #[test]
    fn a_connection_of_mapped_addresses_prints_as_ipv4() {
        let six = |from: &str, to: &str| {
            let mut bytes = vec![10];
            bytes.extend(from.parse::<Ipv6Addr>().unwrap().octets());
            bytes.extend(5u16.to_le_bytes());
            bytes.extend(to.parse::<Ipv6Addr>().unwrap().octets());
            bytes.extend(80u16.to_le_bytes());
            text(|out| socktuple(out, &bytes))
        };
        assert_eq!(six("::ffff:10.0.0.1", "::ffff:10.0.0.2"), "10.0.0.1:5->10.0.0.2:80");
        assert_eq!(six("::", "::ffff:10.0.0.2"), "0.0.0.0:5->10.0.0.2:80");
        assert_eq!(six("::ffff:10.0.0.1", "2001:db8::1"), "::ffff:10.0.0.1:5->2001:db8::1:80");
    }

    #[test]
    fn unix_connections_print_kernel_addresses_and_path() {
        let mut bytes = vec![1];
        bytes.extend(0u64.to_le_bytes());
        bytes.extend(0xffff_8edc_fda0_6800u64.to_le_bytes());
        bytes.extend(b"/var/run/nscd/socket\0");
        assert_eq!(text(|out| socktuple(out, &bytes)), "0->ffff8edcfda06800 /var/run/nscd/socket");
        bytes.truncate(10);
        assert_eq!(text(|out| socktuple(out, &bytes)), "INVALID PATH");
    }
}
