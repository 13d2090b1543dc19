//! Descriptors that came with a message over a unix socket, as the list of a thread has them.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use scap_format::meta::{FdDetail, FdEntry, L4Proto};

use crate::recorder::context::{encode_device, layer_flag, path};
use crate::recorder::record::{u32_at, u64_at, Given};
use crate::recorder::sockets::{Socket, AF_INET, AF_INET6, AF_UNIX};
use crate::snapshot::{anonymous, open_flags};

const AF_NETLINK: u16 = 16;
const SOCK_STREAM: u16 = 1;
const SOCK_RAW: u16 = 3;
const TCP_LISTEN: u16 = 10;

const FILE_TYPE: u32 = 0o170_000;
const DIRECTORY: u32 = 0o040_000;
const FIFO: u32 = 0o010_000;
const SOCKET: u32 = 0o140_000;

/// File systems of files that are in no directory.
const ANONYMOUS: u32 = 0x0904_1934;
const PIPES: u32 = 0x5049_5045;
const PROCESSES: u32 = 0x5049_4446;

/// Where `struct given_info` has its parts.
const FILE: usize = 8;

/// The descriptor as lists have it; `None` where the kernel told too little.
pub(crate) fn entry(given: &Given<'_>) -> Option<FdEntry> {
    let file = given.info.get(FILE..)?;
    let (inode, mode, magic) = (u64_at(file, 0), u32_at(file, 12), u32_at(file, 28));
    let name = path(given.path);
    let detail = match mode & FILE_TYPE {
        SOCKET => socket(Socket::parse(given.socket?)?, inode),
        FIFO if magic == PIPES => FdDetail::Fifo { name: numbered("pipe", inode) },
        FIFO => FdDetail::Fifo { name },
        DIRECTORY => FdDetail::Directory { name },
        _ if magic == PROCESSES => FdDetail::Pid { name: b"anon_inode:[pidfd]".to_vec() },
        _ if magic == ANONYMOUS => {
            let kind = name.strip_prefix(b"/").unwrap_or(&name);
            anonymous(kind, [b"anon_inode:", kind].concat())
        }
        _ => match name.strip_prefix(b"/memfd:").filter(|rest| !rest.contains(&b'/')) {
            Some(rest) => FdDetail::Memory { name: rest.to_vec() },
            None => FdDetail::File {
                open_flags: open_flags(u32_at(file, 16)) | layer_flag(u32_at(file, 24)),
                name,
                dev: Some(encode_device(u32_at(file, 8))),
            },
        },
    };
    let inode = if magic == ANONYMOUS || magic == PROCESSES { 0 } else { inode };
    Some(FdEntry { fd: i64::from(u32_at(given.info, 0) as i32), inode, detail })
}

fn numbered(kind: &str, inode: u64) -> Vec<u8> {
    format!("{kind}:[{inode}]").into_bytes()
}

fn socket(socket: Socket<'_>, inode: u64) -> FdDetail {
    let l4 = match (socket.protocol(), socket.kind()) {
        (_, SOCK_RAW) => L4Proto::Raw,
        (6, _) => L4Proto::Tcp,
        (17, _) => L4Proto::Udp,
        (1 | 58, _) => L4Proto::Icmp,
        _ => L4Proto::Unknown,
    };
    let is_listening = socket.kind() == SOCK_STREAM && socket.state() == TCP_LISTEN;
    let v4 = |(ip, port): (&[u8], u16)| {
        SocketAddrV4::new(ip.first_chunk::<4>().map_or(Ipv4Addr::UNSPECIFIED, |ip| Ipv4Addr::from(*ip)), port)
    };
    let v6 = |(ip, port): (&[u8], u16)| {
        let ip = ip.first_chunk::<16>().map_or(Ipv6Addr::UNSPECIFIED, |ip| Ipv6Addr::from(*ip));
        SocketAddrV6::new(ip, port, 0, 0)
    };
    match socket.family() {
        AF_INET if is_listening => FdDetail::Ipv4Listening { local: v4(socket.local()), l4 },
        AF_INET6 if is_listening => FdDetail::Ipv6Listening { local: v6(socket.local()), l4 },
        AF_INET => FdDetail::Ipv4Socket { source: v4(socket.local()), dest: v4(socket.remote()), l4 },
        AF_INET6 => FdDetail::Ipv6Socket { source: v6(socket.local()), dest: v6(socket.remote()), l4 },
        AF_UNIX => {
            let (source, peer) = socket.unix_ends();
            FdDetail::Unix { source, peer, name: socket.path() }
        }
        AF_NETLINK => FdDetail::Netlink { name: Vec::new() },
        _ => FdDetail::Unsupported { name: numbered("socket", inode) },
    }
}
