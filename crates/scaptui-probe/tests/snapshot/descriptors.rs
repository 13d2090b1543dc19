//! Descriptors of made trees.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;

use scap_format::meta::{FdDetail, L4Proto, ProcessEntry};
use scaptui_probe::snapshot::{take, Options, Snapshot};

use super::tree::{bytes, fd, process, Tree};

#[test]
fn files_folders_and_fifos() {
    let tree = Tree::new();
    let file = tree.root.join("some\nfile");
    let fifo = tree.root.join("fifo");
    tree.file("some\nfile", "")
        .process(12)
        .link("proc/12/fd/0", bytes(&file))
        .file("proc/12/fdinfo/0", "pos:\t0\nflags:\t02002001\nmnt_id:\t26\n")
        .link("proc/12/fd/1", bytes(&tree.root))
        .link("proc/12/fd/2", bytes(&fifo));
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let snapshot = tree.take();
    let facts = fs::metadata(&file).unwrap();
    // Write only, append, close on exec.
    let FdDetail::File { open_flags, name, dev } = fd(&snapshot, 12, 0) else { panic!() };
    assert_eq!((*open_flags, name), (0x2 | 0x8 | 0x1000, &bytes(&file)));
    // 12 bits of major in the middle: the same as the system's number where both parts are small.
    assert_eq!(u64::from(dev.unwrap()), facts.dev());
    assert_eq!(snapshot.fds[0].fds[0].inode, facts.ino());
    assert_eq!(fd(&snapshot, 12, 1), &FdDetail::Directory { name: bytes(&tree.root) });
    assert_eq!(fd(&snapshot, 12, 2), &FdDetail::Fifo { name: bytes(&fifo) });
}

type Kind = fn(Vec<u8>) -> FdDetail;

#[test]
fn kinds_without_a_path() {
    let kinds: [(&str, Kind); 12] = [
        ("pipe:[77]", |name| FdDetail::Fifo { name }),
        ("anon_inode:[eventfd]", |name| FdDetail::Event { name }),
        ("anon_inode:[eventpoll]", |name| FdDetail::Epoll { name }),
        ("anon_inode:inotify", |name| FdDetail::Inotify { name }),
        ("anon_inode:[signalfd]", |name| FdDetail::Signal { name }),
        ("anon_inode:[timerfd]", |name| FdDetail::Timer { name }),
        ("anon_inode:bpf-map", |name| FdDetail::Bpf { name }),
        ("anon_inode:bpf_link", |name| FdDetail::Bpf { name }),
        ("anon_inode:[io_uring]", |name| FdDetail::IoUring { name }),
        ("anon_inode:[userfaultfd]", |name| FdDetail::Userfault { name }),
        ("anon_inode:[perf_event]", |name| FdDetail::Unsupported { name }),
        ("anon_inode:[pidfd]", |name| FdDetail::Pid { name }),
    ];
    let tree = Tree::new();
    tree.process(12);
    for (number, (link, _)) in kinds.iter().enumerate() {
        tree.link(&format!("proc/12/fd/{number}"), link);
    }
    tree.link("proc/12/fd/50", "pidfd:[9]").file("proc/12/fdinfo/50", "flags:\t02\nPid:\t4711\nNSpid:\t4711\n");
    tree.link("proc/12/fd/51", "/memfd:a b (deleted)");
    let mut snapshot = tree.take();
    for (number, (link, made)) in (0..).zip(&kinds) {
        assert_eq!(fd(&snapshot, 12, number), &made(link.as_bytes().to_vec()));
    }
    assert_eq!(fd(&snapshot, 12, 50), &FdDetail::Pid { name: b"/proc/4711".to_vec() });
    assert_eq!(fd(&snapshot, 12, 51), &FdDetail::Memory { name: b"a b".to_vec() });
    snapshot.without_newer_kinds();
    assert_eq!(fd(&snapshot, 12, 51), &FdDetail::Unsupported { name: b"a b".to_vec() });
    assert_eq!(fd(&snapshot, 12, 1), &FdDetail::Event { name: b"anon_inode:[eventfd]".to_vec() });
}

#[test]
fn more_descriptors_than_asked_for_are_counted() {
    let tree = Tree::new();
    tree.process(12);
    for number in 0..9 {
        tree.link(&format!("proc/12/fd/{number}"), "pipe:[77]");
    }
    let snapshot = take(&Options { max_fds: 5, ..tree.options() }).unwrap();
    assert_eq!((snapshot.fds[0].fds.len(), snapshot.report.fds, snapshot.report.fds_left_out), (5, 5, 4));
}

#[test]
fn files_of_an_overlay_are_of_its_upper_or_lower_layer() {
    let tree = Tree::new();
    let numbers = fs::read_to_string("/proc/self/mountinfo").unwrap();
    tree.file("merged/bin/new", "").file("merged/bin/old", "").file("upper dir/bin/new", "");
    // The number of the mount the folder is in, which the kernel would show as that of the overlay.
    let file =
        rustix::fs::statx(rustix::fs::CWD, &tree.root, rustix::fs::AtFlags::empty(), rustix::fs::StatxFlags::MNT_ID);
    let id = file.unwrap().stx_mnt_id;
    assert!(numbers.lines().any(|line| line.starts_with(&format!("{id} "))), "{id} in {numbers}");
    let merged = tree.root.join("merged");
    let at = merged.to_str().unwrap();
    tree.process(12)
        .file(
            "proc/12/mountinfo",
            format!("{id} 1 0:1027 / {at} rw - overlay overlay rw,lowerdir=/l,upperdir=/upper\\040dir,workdir=/w\n"),
        )
        .link("proc/12/ns/mnt", "mnt:[5]")
        .link("proc/12/exe", bytes(&merged.join("bin/new")))
        .link("proc/12/fd/0", bytes(&merged.join("bin/old")))
        .link("proc/12/fd/1", bytes(&merged.join("bin/new")));
    let snapshot = tree.take();
    let main = process(&snapshot, 12);
    assert_eq!((main.exe_upper_layer, main.exe_lower_layer), (true, false));
    let flags = [0, 1].map(|number| match fd(&snapshot, 12, number) {
        FdDetail::File { open_flags, dev, .. } => (*open_flags, *dev),
        other => panic!("{other:?}"),
    });
    // Minor 1027 is 0x403: its two lower digits stand at the end, the rest behind the major.
    assert_eq!(flags, [(0x1_0000, Some(0x40_0003)), (0x8000, Some(0x40_0003))]);
}

#[cfg(target_endian = "little")]
#[test]
fn sockets_of_every_network_namespace_read_once_each() {
    let tree = Tree::new();
    let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    let row =
        |ends: &str, inode: u32| format!("   0: {ends} 0A 00000000:00000000 00:00000000 00000000  0  0 {inode} 1\n");
    for (pid, namespace) in [(12, "net:[1]"), (13, "net:[1]"), (14, "net:[2]")] {
        tree.process(pid).link(&format!("proc/{pid}/ns/net"), namespace);
    }
    tree.link("proc/12/fd/3", "socket:[100]")
        .link("proc/12/fd/4", "socket:[101]")
        .link("proc/13/fd/3", "socket:[102]")
        // Made in the other namespace.
        .link("proc/13/fd/4", "socket:[200]")
        .link("proc/14/fd/3", "socket:[201]")
        .link("proc/14/fd/4", "socket:[999]")
        .file("proc/12/net/tcp", format!("{head}{}{}", row("0100007F:0050 00000000:0000", 100), row("x y", 101)))
        .file("proc/12/net/udp", format!("{head}{}", row("0100007F:0035 0200007F:C001", 101)))
        .file("proc/12/net/raw", format!("{head}{}", row("00000000:0001 00000000:0000", 102)))
        // Never read: its namespace was, through another process.
        .file("proc/13/net/tcp", format!("{head}{}", row("0500007F:0050 00000000:0000", 100)))
        .file(
            "proc/14/net/tcp6",
            format!(
                "{head}{}",
                row("00000000000000000000000001000000:1F90 B80D0120000000000000000002000000:C002", 200)
            ),
        )
        .file("proc/14/net/icmp6", format!("{head}{}", row(&format!("{0}:0007 {0}:0000", "0".repeat(32)), 201)));
    let snapshot = tree.take();
    let end = |text: &str| text.parse().unwrap();
    let nowhere = "0.0.0.0:0".parse().unwrap();
    let expected = [
        (12, 3, FdDetail::Ipv4Listening { local: end("127.0.0.1:80"), l4: L4Proto::Tcp }),
        (12, 4, FdDetail::Ipv4Socket { source: end("127.0.0.1:53"), dest: end("127.0.0.2:49153"), l4: L4Proto::Udp }),
        (13, 3, FdDetail::Ipv4Socket { source: nowhere, dest: nowhere, l4: L4Proto::Raw }),
        (
            13,
            4,
            FdDetail::Ipv6Socket {
                source: "[::1]:8080".parse().unwrap(),
                dest: "[2001:db8::2]:49154".parse().unwrap(),
                l4: L4Proto::Tcp,
            },
        ),
        (
            14,
            3,
            FdDetail::Ipv6Socket {
                source: "[::]:0".parse().unwrap(),
                dest: "[::]:0".parse().unwrap(),
                l4: L4Proto::Icmp,
            },
        ),
        (14, 4, FdDetail::Unsupported { name: b"socket:[999]".to_vec() }),
    ];
    for (pid, number, detail) in expected {
        assert_eq!(fd(&snapshot, pid, number), &detail, "{pid} {number}");
    }
    assert_eq!((snapshot.report.network_namespaces, snapshot.report.sockets_without_address), (2, 1));
    let inodes: Vec<u64> = snapshot.fds[0].fds.iter().map(|fd| fd.inode).collect();
    assert_eq!(inodes, [100, 101]);
}

#[test]
fn a_path_of_a_unix_socket_cannot_name_another() {
    let tree = Tree::new();
    tree.process(12).link("proc/12/ns/net", "net:[1]");
    for (number, inode) in [(3, 62), (4, 63), (5, 64)] {
        tree.link(&format!("proc/12/fd/{number}"), format!("socket:[{inode}]"));
    }
    // The path of the first holds a line end and what looks like the row of the second.
    tree.file(
        "proc/12/net/unix",
        "Num       RefCount Protocol Flags    Type St Inode Path\n\
         00000000000000aa: 00000002 00000000 00010000 0001 01    62 /tmp/x\n\
         00000000000000bb: 00000002 00000000 00010000 0001 01    63 /run/fake\n\
         00000000000000cc: 00000002 00000000 00010000 0001 01    63 /run/true\n\
         00000000000000dd: 00000002 00000000 00010000 0001 01    64 @abstract name\n",
    );
    let snapshot = tree.take();
    let unix = |source, name: &str| FdDetail::Unix { source, peer: 0, name: name.into() };
    assert_eq!(fd(&snapshot, 12, 3), &unix(0xaa, "/tmp/x"));
    assert_eq!(fd(&snapshot, 12, 4), &unix(0xcc, ""));
    assert_eq!(fd(&snapshot, 12, 5), &unix(0xdd, "@abstract name"));
}

#[test]
fn another_process_of_a_namespace_is_asked_when_the_first_has_ended() {
    let tree = Tree::new();
    for pid in [12, 13] {
        tree.process(pid).link(&format!("proc/{pid}/ns/net"), "net:[1]");
        tree.link(&format!("proc/{pid}/fd/3"), "socket:[62]");
    }
    tree.file("proc/13/net/unix", "00000000000000aa: 00000002 00000000 00010000 0001 01    62 /run/x\n");
    let expected = FdDetail::Unix { source: 0xaa, peer: 0, name: b"/run/x".to_vec() };
    assert_eq!(fd(&tree.take(), 12, 3), &expected);
}

#[test]
fn however_many_threads_read_the_snapshot_is_the_same() {
    let tree = Tree::new();
    for pid in 100..300 {
        tree.process(pid).link(&format!("proc/{pid}/ns/net"), format!("net:[{}]", pid % 7));
        tree.link(&format!("proc/{pid}/ns/pid"), format!("pid:[{}]", pid % 5));
        let inner = if pid < 105 { 1 } else { pid };
        tree.file(&format!("proc/{pid}/status"), format!("NStgid:\t{pid}\t{inner}\nNSpid:\t{pid}\t{inner}\n"));
        tree.link(&format!("proc/{pid}/fd/1"), format!("pipe:[{pid}]"));
        tree.link(&format!("proc/{pid}/fd/2"), format!("socket:[{}]", 1000 + pid / 2));
        let row = |inode| format!("00000000000000aa: 1 0 10000 1 01 {inode} /run/{inode}\n");
        tree.file(&format!("proc/{pid}/net/unix"), (1000..1150).map(row).collect::<String>());
    }
    let with = |workers| take(&Options { workers, ..tree.options() }).unwrap();
    let (one, several) = (with(1), with(4));
    assert_eq!(one.processes.len(), 200);
    // The times a machine started differ by what the clock does between two readings.
    let starts = |snapshot: &Snapshot| {
        let boot = snapshot.machine.boot_ts;
        snapshot.processes.iter().map(|process| process.pidns_init_start_ts - boot).collect::<Vec<_>>()
    };
    assert_eq!(starts(&one), starts(&several));
    let rest = |snapshot: &Snapshot| {
        let same = |process: &ProcessEntry| ProcessEntry { pidns_init_start_ts: 0, ..process.clone() };
        (snapshot.processes.iter().map(same).collect::<Vec<_>>(), snapshot.fds.clone(), snapshot.report)
    };
    assert_eq!(rest(&one), rest(&several));
    assert_eq!(fd(&several, 299, 2), &FdDetail::Unix { source: 0xaa, peer: 0, name: b"/run/1149".to_vec() });
}
