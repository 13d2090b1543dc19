//! Calls on sockets: addresses, both ends, messages.

use super::calls::{check, result, tid, Folder};
use super::recording::{Event, Recording};

/// A tuple of two internet ends.
fn tuple(from: std::net::SocketAddr, to: std::net::SocketAddr) -> String {
    let mut bytes = vec![if from.is_ipv4() { 2 } else { 10 }];
    for end in [from, to] {
        match end.ip() {
            std::net::IpAddr::V4(ip) => bytes.extend_from_slice(&ip.octets()),
            std::net::IpAddr::V6(ip) => bytes.extend_from_slice(&ip.octets()),
        }
        bytes.extend_from_slice(&end.port().to_le_bytes());
    }
    bytes.escape_ascii().to_string()
}

#[test]
fn sockets() {
    use std::io::{Read as _, Write as _};
    use std::os::fd::AsRawFd as _;

    check(|| {
        let mut lines = Vec::new();
        for local in ["127.0.0.1:0", "[::1]:0"] {
            let listener = std::net::TcpListener::bind(local).expect("a listener");
            let server = listener.local_addr().expect("an address");
            let mut client = std::net::TcpStream::connect(server).expect("a connection");
            let (mut accepted, peer) = listener.accept().expect("a connection");
            let (there, here) = (accepted.as_raw_fd(), client.as_raw_fd());
            let address = {
                let mut bytes = vec![if server.is_ipv4() { 2 } else { 10 }];
                match server.ip() {
                    std::net::IpAddr::V4(ip) => bytes.extend_from_slice(&ip.octets()),
                    std::net::IpAddr::V6(ip) => bytes.extend_from_slice(&ip.octets()),
                }
                bytes.extend_from_slice(&server.port().to_le_bytes());
                bytes.escape_ascii().to_string()
            };
            lines.push(format!("listen res=0 fd={} backlog=128", listener.as_raw_fd()));
            lines.push(format!("connect res=0 tuple={} fd={here} addr={address}", tuple(peer, server)));
            lines.push(format!(
                "accept4 fd={there} tuple={} queuepct=0 queuelen=0 queuemax=128 flags=524288",
                tuple(peer, server)
            ));
            client.write_all(b"ping").expect("room");
            lines.push(format!("sendto res=4 data=ping fd={here} size=4 tuple={}", tuple(peer, server)));
            let mut buffer = [0; 16];
            let _ = accepted.read(&mut buffer).expect("data");
            lines.push(format!("recvfrom res=4 data=ping tuple={} fd={there} size=16", tuple(peer, server)));
        }
        let receiver = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let sender = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let to = receiver.local_addr().expect("an address");
        let from = sender.local_addr().expect("an address");
        sender.send_to(b"datagram", to).expect("sent");
        lines.push(format!("sendto res=8 data=datagram fd={} size=8 tuple={}", sender.as_raw_fd(), tuple(from, to)));
        let mut buffer = [0; 32];
        receiver.recv_from(&mut buffer).expect("received");
        lines.push(format!(
            "recvfrom res=8 data=datagram tuple={} fd={} size=32",
            tuple(from, to),
            receiver.as_raw_fd()
        ));
        lines
    });
}

#[test]
fn messages_and_pairs() {
    check(|| {
        let mut lines = Vec::new();
        let mut say = |line: String| lines.push(line);
        let mut pair = [0; 2];
        // SAFETY: every pointer is to memory that outlives its call.
        unsafe {
            libc::socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0, pair.as_mut_ptr());
            let mut parts = [
                libc::iovec { iov_base: c"one".as_ptr() as *mut _, iov_len: 3 },
                libc::iovec { iov_base: c"two".as_ptr() as *mut _, iov_len: 3 },
            ];
            let mut message: libc::msghdr = std::mem::zeroed();
            message.msg_iov = parts.as_mut_ptr();
            message.msg_iovlen = 2;
            assert_eq!(libc::sendmsg(pair[0], &message, 0), 6);
            let mut buffer = [0u8; 64];
            let mut parts = [libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: 64 }];
            message.msg_iov = parts.as_mut_ptr();
            message.msg_iovlen = 1;
            assert_eq!(libc::recvmsg(pair[1], &mut message, 0), 6);
            let one = 1i32;
            let set = libc::setsockopt(pair[0], libc::SOL_SOCKET, libc::SO_PASSCRED, std::ptr::addr_of!(one).cast(), 4);
            say(format!("setsockopt res={set} fd={} level=1 optname=16 val=0201000000 optlen=4", pair[0]));
            let mut kind = 0i32;
            let mut length = 4;
            let got = libc::getsockopt(
                pair[0],
                libc::SOL_SOCKET,
                libc::SO_TYPE,
                std::ptr::addr_of_mut!(kind).cast(),
                &mut length,
            );
            say(format!("getsockopt res={got} fd={} level=1 optname=3 val=0201000000 optlen=4", pair[0]));
            say(format!("shutdown res={} fd={} how=1", libc::shutdown(pair[0], libc::SHUT_WR), pair[0]));
            let fd = libc::socket(libc::AF_INET6, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
            say(format!("socket fd={fd} domain=10 type={} proto=0 flags=4096", libc::SOCK_DGRAM | libc::SOCK_CLOEXEC));
            let bound = libc::bind(fd, std::ptr::null(), 0);
            say(format!("bind res={} addr=- fd={fd}", result(bound)));
        }
        lines
    });
}

#[test]
fn unix_sockets_have_both_ends_and_a_path() {
    let folder = Folder::new("unix");
    let path = folder.0.join("socket");
    let Some(recording) = Recording::start(&["--pid", &std::process::id().to_string()]) else { return };
    let me = tid();
    let listener = std::os::unix::net::UnixListener::bind(&path).expect("a listener");
    let client = std::os::unix::net::UnixStream::connect(&path).expect("a connection");
    let _accepted = listener.accept().expect("a connection");
    drop(client);
    let events = recording.finish();
    let exit = |name: &str| {
        events.iter().find(|event| event.tid == me && event.is_exit() && event.name() == name).expect(name)
    };
    let ends = |event: &Event| {
        let tuple = event.bytes("tuple");
        assert_eq!(tuple[0], 1);
        let text = tuple[17..].strip_suffix(b"\0").expect("a NUL").to_vec();
        (
            u64::from_le_bytes(*tuple[1..].first_chunk().expect("eight")),
            u64::from_le_bytes(*tuple[9..].first_chunk().expect("eight")),
            String::from_utf8(text).expect("a plain path"),
        )
    };
    let (connect, accept) = (ends(exit("connect")), ends(exit("accept4")));
    assert_eq!((connect.2.as_str(), accept.2.as_str()), (path.to_str().expect("plain"), path.to_str().expect("plain")));
    assert!(connect.0 != 0 && connect.1 != 0 && connect.0 != connect.1);
    // What one end calls its peer, the other calls itself.
    assert_eq!((connect.0, connect.1), (accept.0, accept.1));
    assert_eq!(exit("bind").bytes("addr"), [&[1][..], path.to_str().expect("plain").as_bytes(), &[0]].concat());
}

/// Two messages to two places with one call, taken with one.
#[test]
fn of_several_messages_each_is_an_event() {
    use std::os::fd::AsRawFd as _;

    check(|| {
        let sender = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let receiver = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let (from, to) = (sender.local_addr().expect("bound"), receiver.local_addr().expect("bound"));
        let mut lines = Vec::new();
        // SAFETY: every pointer is to memory that outlives its call.
        unsafe {
            let mut name: libc::sockaddr_in = std::mem::zeroed();
            name.sin_family = 2;
            name.sin_port = to.port().to_be();
            name.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
            let texts: [&[u8]; 3] = [b"first", b"", b"the third"];
            let mut parts = texts.map(|text| libc::iovec { iov_base: text.as_ptr() as *mut _, iov_len: text.len() });
            let mut messages: [libc::mmsghdr; 3] = std::mem::zeroed();
            for (message, part) in messages.iter_mut().zip(&mut parts) {
                message.msg_hdr.msg_name = std::ptr::addr_of_mut!(name).cast();
                message.msg_hdr.msg_namelen = 16;
                message.msg_hdr.msg_iov = part;
                message.msg_hdr.msg_iovlen = 1;
            }
            assert_eq!(libc::sendmmsg(sender.as_raw_fd(), messages.as_mut_ptr(), 3, 0), 3);
            for text in texts {
                let (length, data) =
                    (text.len(), if text.is_empty() { "-" } else { std::str::from_utf8(text).expect("plain") });
                lines.push(format!(
                    "sendmmsg res={length} fd={} size={length} data={data} tuple={}",
                    sender.as_raw_fd(),
                    tuple(from, to)
                ));
            }
            let mut room = [[0u8; 20]; 4];
            let mut parts = room.each_mut().map(|room| libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: 20 });
            let mut names: [libc::sockaddr_in; 4] = std::mem::zeroed();
            let mut messages: [libc::mmsghdr; 4] = std::mem::zeroed();
            for ((message, part), name) in messages.iter_mut().zip(&mut parts).zip(&mut names) {
                message.msg_hdr.msg_name = std::ptr::from_mut(name).cast();
                message.msg_hdr.msg_namelen = 16;
                message.msg_hdr.msg_iov = part;
                message.msg_hdr.msg_iovlen = 1;
            }
            let fd = receiver.as_raw_fd();
            let taken = libc::recvmmsg(fd, messages.as_mut_ptr(), 4, libc::MSG_DONTWAIT, std::ptr::null_mut());
            assert_eq!(taken, 3);
            for text in texts {
                let (length, data) =
                    (text.len(), if text.is_empty() { "-" } else { std::str::from_utf8(text).expect("plain") });
                lines.push(format!(
                    "recvmmsg res={length} fd={fd} size={length} data={data} tuple={} msgcontrol=-",
                    tuple(from, to)
                ));
            }
            let taken = libc::recvmmsg(fd, messages.as_mut_ptr(), 4, libc::MSG_DONTWAIT, std::ptr::null_mut());
            lines.push(format!(
                "recvmmsg res={} fd={fd} size=0 data=- tuple={} msgcontrol=-",
                result(taken),
                tuple("0.0.0.0:0".parse().expect("an address"), to)
            ));
        }
        lines
    });
}
