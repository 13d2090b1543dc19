//! A snapshot of this machine, written and read back.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Command, Stdio};

use rustix::event::{eventfd, EventfdFlags};
use rustix::fs::{memfd_create, MemfdFlags, OFlags};
use rustix::io::{fcntl_setfd, FdFlags};
use scap_format::meta::{FdDetail, Interface, L4Proto, MachineInfo, ProcessEntry, UserList};
use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenOptions};
use scap_format::writer::Writer;
use scaptui_probe::snapshot::{take, Options, Snapshot};

use super::tree::{bytes, fd, process, Tree};

/// A process that is ended when the test is.
struct Sleeper(Child);

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a reader makes of the snapshot as it is written.
fn read_back(snapshot: &Snapshot) -> Snapshot {
    let mut writer = Writer::new(Vec::new());
    snapshot.write(&mut writer).unwrap();
    let opened = open(Input::Bytes(writer.into_inner()), OpenOptions::default()).unwrap();
    let mut reader = Reader::new(opened.pieces);
    let mut read = Snapshot { report: snapshot.report, ..Snapshot::default() };
    loop {
        match reader.next() {
            Next::Section(_) => {}
            Next::Machine(machine) => read.machine = machine,
            Next::Interfaces(interfaces) => read.interfaces = interfaces,
            Next::Users(users) => read.users = users,
            Next::Processes(mut processes) => read.processes.append(&mut processes),
            Next::Fds(list) => read.fds.push(list),
            Next::End => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(reader.notes(), []);
    read
}

fn proc_number(path: &str) -> u64 {
    fs::read_to_string(path).unwrap().trim().parse().unwrap()
}

/// A value of `/proc/PID/status`.
fn status(pid: u32, key: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with(&format!("{key}:"))).unwrap();
    line[key.len() + 1..].trim().to_owned()
}

#[test]
fn a_child_is_told_field_by_field() {
    let tree = Tree::new();
    let cwd = tree.root.join("cwd (deleted)");
    fs::create_dir_all(&cwd).unwrap();
    let path = Command::new("sh").args(["-c", "command -v cat"]).output().unwrap().stdout;
    let cat = fs::canonicalize(String::from_utf8(path).unwrap().trim()).unwrap();
    let mut command = Command::new(&cat);
    command.arg("-").arg("/dev/null").env_clear().env("NAME", "a value").env("EMPTY", "").current_dir(&cwd);
    let mut child = Sleeper(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
    // When it answers it has all its memory, and waits.
    child.0.stdin.as_mut().unwrap().write_all(b"?").unwrap();
    child.0.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    let pid = child.0.id();
    let me = std::process::id();

    let snapshot = read_back(&take(&Options::default()).unwrap());
    let told = process(&snapshot, i64::from(pid));
    let parent = process(&snapshot, i64::from(me));
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let stat: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let number = |field: usize| stat[field - 3].parse::<i64>().unwrap();
    let kilobytes = |key: &str| status(pid, key).split(' ').next().unwrap().parse().unwrap();
    let capabilities = |key: &str| u64::from_str_radix(&status(pid, key), 16).unwrap();
    let ids = |key: &str| status(pid, key).split('\t').nth(1).unwrap().parse::<u32>().unwrap();
    let facts = fs::metadata(&cat).unwrap();
    let ns = |seconds: i64, part: i64| u64::try_from(seconds * 1_000_000_000 + part).unwrap();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let limit = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let expected = ProcessEntry {
        tid: i64::from(pid),
        pid: i64::from(pid),
        ptid: i64::from(me),
        sid: number(6),
        pgid: number(5),
        comm: b"cat".to_vec(),
        exe: bytes(&cat),
        exepath: bytes(&cat),
        args: b"-\0/dev/null\0".to_vec(),
        cwd: bytes(&cwd),
        root: b"/".to_vec(),
        fdlimit: limit.split_whitespace().nth(3).unwrap().parse().unwrap(),
        flags: 0,
        uid: ids("Uid"),
        gid: ids("Gid"),
        vmsize_kb: kilobytes("VmSize"),
        vmrss_kb: kilobytes("VmRSS"),
        vmswap_kb: kilobytes("VmSwap"),
        pfminor: u64::try_from(number(10)).unwrap(),
        pfmajor: u64::try_from(number(12)).unwrap(),
        vtid: status(pid, "NSpid").split('\t').next_back().unwrap().parse().unwrap(),
        vpid: status(pid, "NStgid").split('\t').next_back().unwrap().parse().unwrap(),
        vpgid: status(pid, "NSpgid").split('\t').next_back().unwrap().parse().unwrap(),
        tty: u32::try_from(number(7)).unwrap(),
        loginuid: fs::read_to_string("/proc/self/loginuid").map_or(u32::MAX, |text| text.trim().parse().unwrap()),
        cap_inheritable: capabilities("CapInh"),
        cap_permitted: capabilities("CapPrm"),
        cap_effective: capabilities("CapEff"),
        exe_ino: facts.ino(),
        exe_ino_ctime: ns(facts.ctime(), facts.ctime_nsec()),
        exe_ino_mtime: ns(facts.mtime(), facts.mtime_nsec()),
        // In the order the child got them, which is not ours to say; and what the machine decides.
        env: told.env.clone(),
        cgroups: told.cgroups.clone(),
        pidns_init_start_ts: told.pidns_init_start_ts,
        exe_writable: parent.cap_effective & 2 != 0 || (told.uid == facts.uid() && facts.mode() & 0o200 != 0),
        exe_upper_layer: told.exe_upper_layer,
        exe_lower_layer: told.exe_lower_layer,
        ..ProcessEntry::default()
    };
    assert_eq!(told, &expected);
    let mut env: Vec<&[u8]> = told.env.split_inclusive(|byte| *byte == 0).collect();
    env.sort_unstable();
    assert_eq!(env, [&b"EMPTY=\0"[..], b"NAME=a value\0"]);
    assert_eq!(told.cgroups, parent.cgroups);
    let own = fs::read_to_string("/proc/self/cgroup").unwrap();
    for item in told.cgroups.split(|byte| *byte == 0).filter(|item| !item.is_empty()) {
        let item = std::str::from_utf8(item).unwrap();
        let (_, path) = item.split_once("=/").unwrap_or_else(|| panic!("{item:?}"));
        assert!(own.lines().any(|line| line.ends_with(&format!(":/{path}"))), "{item} in {own}");
    }
}

/// Keeps a descriptor open in programs that are started.
fn inherited(fd: &impl AsFd) -> i64 {
    fcntl_setfd(fd, FdFlags::empty()).unwrap();
    i64::from(fd.as_fd().as_raw_fd())
}

#[test]
fn descriptors_of_a_child_are_told_one_by_one() {
    let tree = Tree::new();
    let path = tree.root.join("log \u{e4}");
    let file = File::options().append(true).create(true).open(&path).unwrap();
    let folder = File::open(&tree.root).unwrap();
    let gone = File::create(tree.root.join("gone")).unwrap();
    fs::remove_file(tree.root.join("gone")).unwrap();
    let (pipe_end, _other_end): (OwnedFd, OwnedFd) = rustix::pipe::pipe().unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).ok();
    let v6_client = v6.as_ref().map(|listener| TcpStream::connect(listener.local_addr().unwrap()).unwrap());
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let connected_udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    connected_udp.connect(udp.local_addr().unwrap()).unwrap();
    let unix_path = tree.root.join("socket with blank");
    let unix = UnixListener::bind(&unix_path).unwrap();
    let unix_client = UnixStream::connect(&unix_path).unwrap();
    let event = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    let epoll = rustix::event::epoll::create(rustix::event::epoll::CreateFlags::CLOEXEC).unwrap();
    let memory = memfd_create("my memory", MemfdFlags::CLOEXEC).unwrap();
    let inotify = rustix::fs::inotify::init(rustix::fs::inotify::CreateFlags::CLOEXEC).unwrap();
    let unbound = rustix::net::socket(rustix::net::AddressFamily::INET6, rustix::net::SocketType::STREAM, None).ok();
    let netlink = rustix::net::socket(rustix::net::AddressFamily::NETLINK, rustix::net::SocketType::RAW, None).unwrap();

    let v4 = |address: SocketAddr| if let SocketAddr::V4(address) = address { address } else { panic!("{address}") };
    let v6_of = |address: SocketAddr| if let SocketAddr::V6(address) = address { address } else { panic!("{address}") };
    let connection = |source, dest, l4| FdDetail::Ipv4Socket { source: v4(source), dest: v4(dest), l4 };
    let dev = u32::try_from(fs::metadata(&path).unwrap().dev()).unwrap();
    let open_file = |open_flags, name| FdDetail::File { open_flags, name, dev: Some(dev) };
    let facts = |file: &File| file.metadata().unwrap().ino();
    let link = |number: i64| bytes(&fs::read_link(format!("/proc/self/fd/{number}")).unwrap());
    let large = if cfg!(target_pointer_width = "64") { OFlags::empty() } else { OFlags::LARGEFILE };
    assert!(large.is_empty(), "the kernel of a 64-bit machine marks all files large");

    let mut expected = vec![
        (inherited(&file), Some(facts(&file)), open_file(0x2 | 0x8 | 0x800, bytes(&path))),
        (inherited(&folder), Some(facts(&folder)), FdDetail::Directory { name: bytes(&tree.root) }),
        (inherited(&gone), Some(facts(&gone)), open_file(0x2 | 0x800, bytes(&tree.root.join("gone (deleted)")))),
        (
            inherited(&listener),
            None,
            FdDetail::Ipv4Listening { local: v4(listener.local_addr().unwrap()), l4: L4Proto::Tcp },
        ),
        (
            inherited(&client),
            None,
            connection(client.local_addr().unwrap(), listener.local_addr().unwrap(), L4Proto::Tcp),
        ),
        (
            inherited(&server),
            None,
            connection(listener.local_addr().unwrap(), client.local_addr().unwrap(), L4Proto::Tcp),
        ),
        (inherited(&udp), None, FdDetail::Ipv4Listening { local: v4(udp.local_addr().unwrap()), l4: L4Proto::Udp }),
        (
            inherited(&connected_udp),
            None,
            connection(connected_udp.local_addr().unwrap(), udp.local_addr().unwrap(), L4Proto::Udp),
        ),
        (
            inherited(&memory),
            Some(rustix::fs::fstat(&memory).unwrap().st_ino),
            FdDetail::Memory { name: "my memory".into() },
        ),
        (inherited(&event), None, FdDetail::Event { name: link(inherited(&event)) }),
        (inherited(&epoll), None, FdDetail::Epoll { name: link(inherited(&epoll)) }),
        (inherited(&inotify), None, FdDetail::Inotify { name: link(inherited(&inotify)) }),
        (inherited(&pipe_end), None, FdDetail::Fifo { name: link(inherited(&pipe_end)) }),
        (inherited(&netlink), None, FdDetail::Netlink { name: Vec::new() }),
    ];
    if let (Some(listener), Some(client)) = (&v6, &v6_client) {
        let local = v6_of(listener.local_addr().unwrap());
        expected.push((inherited(listener), None, FdDetail::Ipv6Listening { local, l4: L4Proto::Tcp }));
        let source = v6_of(client.local_addr().unwrap());
        expected.push((inherited(client), None, FdDetail::Ipv6Socket { source, dest: local, l4: L4Proto::Tcp }));
    }
    if let Some(socket) = &unbound {
        let nowhere = "[::]:0".parse().unwrap();
        let detail = FdDetail::Ipv6Socket { source: nowhere, dest: nowhere, l4: L4Proto::Tcp };
        expected.push((inherited(socket), None, detail));
    }
    let unix_fds = [inherited(&unix), inherited(&unix_client)];
    let child = Sleeper(Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().unwrap());
    let tid = i64::from(child.0.id());

    let snapshot = read_back(&take(&Options::default()).unwrap());
    let list = snapshot.fds.iter().find(|list| list.tid == tid).unwrap();
    for (number, inode, detail) in expected {
        let entry = list.fds.iter().find(|fd| fd.fd == number).unwrap();
        assert_eq!(entry.detail, detail, "{number}");
        assert_eq!(inode.unwrap_or(entry.inode), entry.inode, "{number}: {detail:?}");
    }
    let names = unix_fds.map(|number| match fd(&snapshot, tid, number) {
        FdDetail::Unix { name, .. } => name.clone(),
        other => panic!("{other:?}"),
    });
    assert_eq!(names, [bytes(&unix_path), Vec::new()]);
    let FdDetail::File { open_flags, name, .. } = fd(&snapshot, tid, 0) else { panic!() };
    assert_eq!((*open_flags & 3, name.as_slice()), (1, &b"/dev/null"[..]));
}

#[test]
fn what_is_read_back_is_what_was_taken() {
    let taken = take(&Options::default()).unwrap();
    let read = read_back(&taken);
    assert_eq!(read.processes, taken.processes);
    assert_eq!(read.fds, taken.fds);
    assert_eq!((&read.users, &read.interfaces, &read.machine), (&taken.users, &taken.interfaces, &taken.machine));
    let report = taken.report;
    assert_eq!(u64::try_from(taken.processes.len()).unwrap(), report.threads);
    assert_eq!(taken.fds.iter().map(|list| list.fds.len()).sum::<usize>(), usize::try_from(report.fds).unwrap());
}

#[test]
fn machine_interfaces_and_users() {
    let Snapshot { machine, interfaces, users, .. } = take(&Options::default()).unwrap();
    let MachineInfo { cpus, memory_bytes, max_pid, hostname, boot_ts, .. } = machine;
    assert!(usize::try_from(cpus).unwrap() >= std::thread::available_parallelism().unwrap().get());
    assert!(memory_bytes > 1 << 24, "{memory_bytes}");
    assert_eq!(max_pid, proc_number("/proc/sys/kernel/pid_max"));
    assert_eq!(hostname, rustix::system::uname().nodename().to_bytes());
    let booted = fs::read_to_string("/proc/stat").unwrap();
    let booted = booted.lines().find_map(|line| line.strip_prefix("btime ")).unwrap().parse::<u64>().unwrap();
    assert!(boot_ts.abs_diff(booted * 1_000_000_000) < 3_000_000_000, "{boot_ts} {booted}");
    let addresses: Vec<String> = interfaces.iter().map(|Interface { address, .. }| format!("{address:?}")).collect();
    let loopback = addresses.iter().any(|address| address.contains("127.0.0.1, netmask: 255.0.0.0"));
    assert!(loopback || interfaces.is_empty(), "{addresses:?}");
    let UserList { users, groups } = users;
    assert!(users.iter().any(|user| user.uid == 0 && user.name == b"root"), "{users:?}");
    assert!(groups.iter().any(|group| group.gid == 0), "{groups:?}");
}

/// Listens in a network namespace of its own and says on which port, then waits.
const LISTENER: &str = "
import socket, sys
listener = socket.socket()
listener.bind(('0.0.0.0', 0))
listener.listen()
print(listener.getsockname()[1], listener.fileno(), flush=True)
sys.stdin.read()
";

#[test]
fn sockets_of_another_network_namespace_are_told() {
    let ours = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let inherited = inherited(&ours);
    let mut unshare = Command::new("unshare");
    unshare.args(["--net", "python3", "-c", LISTENER]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(child) = unshare.stderr(Stdio::piped()).spawn() else { return };
    let mut child = Sleeper(child);
    let mut said = String::new();
    BufReader::new(child.0.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
    let Some((port, number)) = said.trim().split_once(' ') else {
        // Its output has ended, so it has, too.
        let mut why = String::new();
        child.0.stderr.as_mut().unwrap().read_to_string(&mut why).unwrap();
        eprintln!("left out: {why}");
        return;
    };
    let snapshot = take(&Options::default()).unwrap();
    let tid = i64::from(child.0.id());
    let local = format!("0.0.0.0:{port}").parse().unwrap();
    let expected = FdDetail::Ipv4Listening { local, l4: L4Proto::Tcp };
    assert_eq!(fd(&snapshot, tid, number.parse().unwrap()), &expected);
    // One that was made in our namespace stays one of it.
    let SocketAddr::V4(local) = ours.local_addr().unwrap() else { panic!() };
    assert_eq!(fd(&snapshot, tid, inherited), &FdDetail::Ipv4Listening { local, l4: L4Proto::Tcp });
    assert!(snapshot.report.network_namespaces >= 2);
}

#[test]
fn threads_of_this_process_are_all_listed() {
    let barrier = std::sync::Barrier::new(41);
    std::thread::scope(|scope| {
        for number in 0..40 {
            let barrier = &barrier;
            let named = std::thread::Builder::new().name(format!("w) {number}"));
            named
                .spawn_scoped(scope, move || {
                    barrier.wait();
                    barrier.wait();
                })
                .unwrap();
        }
        barrier.wait();
        let snapshot = take(&Options::default());
        barrier.wait();
        let snapshot = snapshot.unwrap();
        let me = i64::from(std::process::id());
        let mut names: Vec<&[u8]> = snapshot
            .processes
            .iter()
            .filter(|thread| thread.pid == me && thread.comm.starts_with(b"w) "))
            .map(|thread| thread.comm.as_slice())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 40);
    });
}

#[test]
fn processes_that_come_and_go_do_no_harm() {
    let mut shell = Command::new("sh");
    let mut storm = Sleeper(shell.args(["-c", "while :; do true | true; done"]).stdin(Stdio::piped()).spawn().unwrap());
    for _ in 0..20 {
        let snapshot = take(&Options::default()).unwrap();
        assert!(snapshot.processes.iter().any(|process| process.tid == i64::from(storm.0.id())));
    }
    // A shell that still runs takes what is written to it.
    storm.0.stdin.as_mut().unwrap().write_all(b"x").unwrap();
}
