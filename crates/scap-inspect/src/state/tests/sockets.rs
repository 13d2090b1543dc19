//! Sockets: who is client and who server, and what a connection is called.

use std::net::IpAddr;

use super::fds::{FdKind, Role, L4};
use super::*;

const INET: i64 = 2;
const STREAM: i64 = 1;
const DATAGRAM: i64 = 2;

type End = ([u8; 4], u16);
const US: End = ([10, 0, 0, 1], 40000);
const THEM: End = ([10, 0, 0, 2], 80);
const NOBODY: End = ([0; 4], 0);

fn address((ip, port): End) -> Vec<u8> {
    [&[2][..], &ip, &port.to_le_bytes()].concat()
}

fn tuple(source: End, dest: End) -> Vec<u8> {
    [address(source), address(dest)[1..].to_vec()].concat()
}

impl Story {
    fn socket(&mut self, fd: i64, kind: i64) -> Seen {
        self.event(SHELL, id::SOCKET, with! {fd: fd, domain: INET, type: kind})
    }

    fn connect(&mut self, fd: i64, res: i64) -> Seen {
        self.event(SHELL, id::CONNECT, with! {res: res, fd: fd, tuple: tuple(US, THEM), addr: address(THEM)})
    }
}

#[test]
fn a_socket_has_no_role_before_it_is_connected() {
    let mut story = Story::new();
    let seen = story.socket(3, STREAM);
    assert_eq!((story.fd(seen).role, story.fd(seen).kind, story.name(seen)), (Role::None, FdKind::Ipv4, ""));
}

#[test]
fn who_connects_is_the_client() {
    let mut story = Story::new();
    story.socket(3, STREAM);
    let seen = story.connect(3, 0);
    assert_eq!((story.fd(seen).role, story.fd(seen).l4), (Role::Client, L4::Tcp));
    assert_eq!(story.name(seen), "10.0.0.1:40000->10.0.0.2:80");
    assert!(story.fd(seen).is(fds::bits::CONNECTED) && seen.applied.renamed);
}

#[test]
fn a_connection_in_progress_counts_as_one() {
    const IN_PROGRESS: i64 = -115;
    let mut story = Story::new();
    story.socket(3, STREAM);
    let seen = story.connect(3, IN_PROGRESS);
    assert!(story.fd(seen).is(fds::bits::CONNECTED));
    assert_eq!(story.name(seen), "10.0.0.1:40000->10.0.0.2:80");
}

#[test]
fn who_accepts_is_the_server_and_the_client_stands_first() {
    let mut story = Story::new();
    story.socket(3, STREAM);
    let bound = story.event(SHELL, id::BIND, with! {fd: 3i64, addr: address(THEM)});
    let seen = story.event(SHELL, id::ACCEPT, with! {fd: 4i64, tuple: tuple(US, THEM)});
    assert_eq!((story.name(bound), story.fd(bound).kind), ("10.0.0.2:80", FdKind::Ipv4Listen));
    assert_eq!((story.fd(seen).num, story.fd(seen).role), (4, Role::Server));
    assert_eq!(story.name(seen), "10.0.0.1:40000->10.0.0.2:80");
}

#[test]
fn a_datagram_socket_learns_its_ends_from_what_it_sends() {
    let mut story = Story::new();
    story.socket(3, DATAGRAM);
    let seen = story.event(SHELL, id::SENDTO, with! {res: 5i64, fd: 3i64, tuple: tuple(US, THEM)});
    assert_eq!((story.fd(seen).role, story.fd(seen).l4), (Role::Client, L4::Udp));
    assert_eq!(story.name(seen), "10.0.0.1:40000->10.0.0.2:80");
    let later = story.read(SHELL, 3);
    assert_eq!(story.name(later), "10.0.0.1:40000->10.0.0.2:80");
}

#[test]
fn who_receives_first_is_the_server() {
    let mut story = Story::new();
    story.socket(3, DATAGRAM);
    let seen = story.event(SHELL, id::RECVFROM, with! {res: 5i64, fd: 3i64, tuple: tuple(US, THEM)});
    assert_eq!(story.fd(seen).role, Role::Server);
    assert_eq!(story.name(seen), "10.0.0.1:40000->10.0.0.2:80");
}

#[test]
fn an_unspecified_address_of_ours_is_filled_in_from_the_interfaces() {
    let mut story = Story::new();
    let ip = |octets: [u8; 4]| IpAddr::from(octets);
    story.state.interfaces.push(Interface {
        name: b"eth0".to_vec(),
        address: ip([10, 0, 0, 9]),
        netmask: ip([255, 0, 0, 0]),
    });
    story.socket(3, DATAGRAM);
    let seen = story.event(SHELL, id::SENDTO, with! {res: 5i64, fd: 3i64, tuple: tuple(NOBODY, THEM)});
    assert_eq!(story.name(seen), "10.0.0.9:0->10.0.0.2:80");
}

#[test]
fn a_stream_keeps_its_ends_whatever_a_send_claims() {
    let mut story = Story::new();
    story.socket(3, STREAM);
    story.connect(3, 0);
    let other = ([1, 2, 3, 4], 5);
    let seen = story.event(SHELL, id::SENDTO, with! {res: 5i64, fd: 3i64, tuple: tuple(US, other)});
    assert_eq!(story.name(seen), "10.0.0.1:40000->10.0.0.2:80");
}

#[test]
fn a_unix_connection_is_called_after_its_sockets_and_path() {
    let mut story = Story::new();
    story.event(SHELL, id::SOCKET, with! {fd: 3i64, domain: 1i64, type: STREAM});
    let ends = [&[1][..], &0xaa_u64.to_le_bytes(), &0xbb_u64.to_le_bytes(), b"/run/x.sock\0"].concat();
    let seen = story.event(SHELL, id::CONNECT, with! {fd: 3i64, tuple: ends});
    assert_eq!((story.name(seen), story.fd(seen).role), ("aa->bb /run/x.sock", Role::Client));
}
