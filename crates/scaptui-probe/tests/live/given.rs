//! Descriptors that travel with messages: what they are is told when they arrive.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd, RawFd};

use scap_format::meta::{FdDetail, FdEntry, FdList, L4Proto, GIVEN_NAME};

use super::calls::{tid, Folder};
use super::recording::{Event, Recording};

/// Sends descriptors through a socket and takes them from another; gives them as they arrive.
fn pass(from: RawFd, to: RawFd, fds: &[RawFd]) -> Vec<OwnedFd> {
    let room = fds.len() * 4;
    let bytes = u32::try_from(room).expect("few");
    // SAFETY: every pointer is to memory that outlives its call; what arrives is ours.
    unsafe {
        let mut out = libc::iovec { iov_base: c"x".as_ptr() as *mut _, iov_len: 1 };
        let mut control = vec![0u64; 64];
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_iov = &mut out;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = libc::CMSG_SPACE(bytes) as usize;
        let head = libc::CMSG_FIRSTHDR(&message);
        (*head).cmsg_level = libc::SOL_SOCKET;
        (*head).cmsg_type = libc::SCM_RIGHTS;
        (*head).cmsg_len = libc::CMSG_LEN(bytes) as usize;
        std::ptr::copy_nonoverlapping(fds.as_ptr().cast(), libc::CMSG_DATA(head), room);
        assert_eq!(libc::sendmsg(from, &message, 0), 1);
        let mut byte = 0u8;
        let mut back = libc::iovec { iov_base: std::ptr::addr_of_mut!(byte).cast(), iov_len: 1 };
        message.msg_iov = &mut back;
        control.fill(0);
        message.msg_controllen = control.len() * 8;
        assert_eq!(libc::recvmsg(to, &mut message, libc::MSG_CMSG_CLOEXEC), 1);
        let head = libc::CMSG_FIRSTHDR(&message);
        let data: *const RawFd = libc::CMSG_DATA(head).cast();
        (0..fds.len()).map(|at| OwnedFd::from_raw_fd(data.add(at).read_unaligned())).collect()
    }
}

fn lists(events: &[Event]) -> Vec<FdList> {
    let of_ours = |event: &&Event| event.kind == 402 && event.params[1].strip_suffix(b"\0") == Some(GIVEN_NAME);
    events.iter().filter(of_ours).map(|event| FdList::from_body(&event.params[2]).expect("a list")).collect()
}

fn v4(address: SocketAddr) -> SocketAddrV4 {
    let SocketAddr::V4(address) = address else { panic!("{address} is of another family") };
    address
}

#[test]
fn what_arrives_with_a_message_is_told_with_it() {
    let folder = Folder::new("given");
    let Some(recording) = Recording::start(&["--pid", &std::process::id().to_string()]) else { return };
    let (one, other) = std::os::unix::net::UnixStream::pair().expect("two sockets");
    let path = folder.0.join("file");
    let file = std::fs::File::create(&path).expect("a file");
    let directory = std::fs::File::open(&folder.0).expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("a connection");
    let (server, peer) = listener.accept().expect("a connection");
    let mut pipe = [0; 2];
    // SAFETY: the array outlives the call; the others take no memory but a name.
    let (event, memory) = unsafe {
        assert_eq!(libc::pipe2(pipe.as_mut_ptr(), libc::O_CLOEXEC), 0);
        (libc::eventfd(0, 0), libc::memfd_create(c"store".as_ptr(), 0))
    };
    let sent = [
        file.as_raw_fd(),
        directory.as_raw_fd(),
        listener.as_raw_fd(),
        server.as_raw_fd(),
        one.as_raw_fd(),
        pipe[0],
        event,
        memory,
    ];
    let arrived = pass(one.as_raw_fd(), other.as_raw_fd(), &sent);
    let told = lists(&recording.finish());
    drop(client);
    let [list] = &told[..] else { panic!("one message brought some: {told:?}") };
    assert_eq!(list.tid, tid());
    let numbers: Vec<i64> = list.fds.iter().map(|entry| entry.fd).collect();
    assert_eq!(numbers, arrived.iter().map(|fd| i64::from(fd.as_raw_fd())).collect::<Vec<_>>());
    let name = |path: &std::path::Path| path.to_str().expect("plain").as_bytes().to_vec();
    let details: Vec<&FdDetail> = list.fds.iter().map(|entry| &entry.detail).collect();
    let [FdDetail::File { open_flags, name: file_name, .. }, FdDetail::Directory { name: folder_name }, listening, connected, FdDetail::Unix { .. }, FdDetail::Fifo { name: pipe_name }, FdDetail::Event { name: event_name }, FdDetail::Memory { name: memory_name }] =
        &details[..]
    else {
        panic!("{details:?}")
    };
    assert_eq!((*open_flags & 3, file_name), (2, &name(&path)));
    assert_eq!(*folder_name, name(&folder.0));
    let (local, peer) = (v4(listener.local_addr().expect("bound")), v4(peer));
    assert_eq!(**listening, FdDetail::Ipv4Listening { local, l4: L4Proto::Tcp });
    assert_eq!(**connected, FdDetail::Ipv4Socket { source: local, dest: peer, l4: L4Proto::Tcp });
    let inode = list.fds.get(5).map(|entry: &FdEntry| entry.inode).expect("the pipe");
    assert_eq!(*pipe_name, format!("pipe:[{inode}]").into_bytes());
    assert_eq!((&event_name[..], &memory_name[..]), (&b"anon_inode:[eventfd]"[..], &b"store"[..]));
}

#[test]
fn what_arrives_is_told_where_messages_are_not_asked_for() {
    let me = std::process::id().to_string();
    let Some(recording) = Recording::start(&["--pid", &me, "--syscalls", "getppid"]) else { return };
    let (one, other) = std::os::unix::net::UnixStream::pair().expect("two sockets");
    let arrived = pass(one.as_raw_fd(), other.as_raw_fd(), &[0]);
    let mut byte = [0];
    (&one).write_all(b"y").expect("room");
    (&other).read_exact(&mut byte).expect("a byte");
    let events = recording.finish();
    let me = tid();
    assert_eq!(lists(&events).iter().map(|list| list.fds.len()).collect::<Vec<_>>(), [arrived.len()]);
    let messages = events.iter().filter(|event| event.tid == me && event.name() == "recvmsg");
    assert!(messages.clone().count() > 0 && messages.clone().all(|event| event.block_flags & 1 == 1));
    assert!(!events.iter().any(|event| event.tid == me && event.name() == "recvfrom"));
}
