//! Processes of made trees.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use scap_format::meta::{Group, ProcessEntry, User};
use scaptui_probe::snapshot::{take, Options};

use super::tree::{bytes, process, stat, Tree};

const KERNEL_THREAD: u32 = 0x0020_0000;

#[test]
fn every_field_of_a_process() {
    let tree = Tree::new();
    let exe = tree.root.join("app/worker (1)");
    tree.file("app/worker (1)", "")
        .file("proc/12/stat", stat(12, b"wor) ker\n(", 1, 0))
        .file(
            "proc/12/status",
            "Name:\twor) ker\\n(\nUid:\t5\t1000\t5\t5\nGid:\t6\t1001\t6\t6\nGroups:\t\nNStgid:\t12\nNSpid:\t12\nNSpgid:\t3\n\
             VmSize:\t 230 kB\nVmRSS:\t 102 kB\nVmSwap:\t 8 kB\nCapInh:\t1\nCapPrm:\t6\nCapEff:\t4\n",
        )
        .file("proc/12/cmdline", b"/bin/wor\nker\0--name\0\0\xff\xfe\0")
        .file("proc/12/environ", b"A=1\0B=\xff\n\0")
        .file("proc/12/cgroup", "0::/system.slice/a b.service\n")
        .file("proc/12/limits", "Max open files            1024                 4096                 files     \n")
        .file("proc/12/loginuid", "1000")
        .link("proc/12/cwd", b"/srv/a\nb\xff (deleted)")
        .link("proc/12/root", "/jail")
        .link("proc/12/exe", bytes(&exe));
    fs::set_permissions(&exe, fs::Permissions::from_mode(0o755)).unwrap();
    let facts = fs::metadata(&exe).unwrap();
    let ns = |seconds: i64, part: i64| u64::try_from(seconds * 1_000_000_000 + part).unwrap();
    let snapshot = tree.take();
    let cgroup = "=/system.slice/a b.service\0";
    let expected = ProcessEntry {
        tid: 12,
        pid: 12,
        ptid: 2,
        pgid: 3,
        vpgid: 3,
        sid: 4,
        vtid: 12,
        vpid: 12,
        comm: b"wor) ker\n(".to_vec(),
        exe: b"/bin/wor\nker".to_vec(),
        exepath: bytes(&exe),
        args: b"--name\0\0\xff\xfe\0".to_vec(),
        env: b"A=1\0B=\xff\n\0".to_vec(),
        cwd: b"/srv/a\nb\xff (deleted)".to_vec(),
        root: b"/jail".to_vec(),
        cgroups: ["cpuset", "cpu", "cpuacct", "blkio", "memory"].map(|name| format!("{name}{cgroup}")).concat().into(),
        fdlimit: 1024,
        flags: 0,
        uid: 1000,
        gid: 1001,
        vmsize_kb: 230,
        vmrss_kb: 102,
        vmswap_kb: 8,
        pfminor: 5,
        pfmajor: 6,
        tty: 34816,
        loginuid: 1000,
        cap_inheritable: 1,
        cap_permitted: 6,
        cap_effective: 4,
        exe_ino: facts.ino(),
        exe_ino_ctime: ns(facts.ctime(), facts.ctime_nsec()),
        exe_ino_mtime: ns(facts.mtime(), facts.mtime_nsec()),
        pidns_init_start_ts: snapshot.machine.boot_ts,
        ..ProcessEntry::default()
    };
    assert_eq!(snapshot.processes, [expected]);
    assert_eq!(snapshot.report.unreadable, 0);
}

#[test]
fn an_executable_is_writable_by_its_mode_and_by_capability() {
    let tree = Tree::new();
    let exe = tree.root.join("exe");
    tree.file("exe", "");
    let owner = fs::metadata(&exe).unwrap();
    let other = owner.gid() + 1;
    // Mode of the file, uid, gid and groups of the process, its capabilities.
    let cases = [
        (0o755, owner.uid(), other, String::new(), 0, true),
        (0o555, owner.uid(), other, String::new(), 0, false),
        (0o555, owner.uid(), other, String::new(), 2, true),
        (0o775, owner.uid() + 1, other, String::new(), 0, false),
        (0o775, owner.uid() + 1, owner.gid(), String::new(), 0, true),
        (0o775, owner.uid() + 1, other, owner.gid().to_string(), 0, true),
        (0o757, owner.uid() + 1, other, String::new(), 0, true),
        // The owner's bits decide for the owner.
        (0o577, owner.uid(), owner.gid(), String::new(), 0, false),
    ];
    tree.process(12).link("proc/12/exe", bytes(&exe));
    for (mode, uid, gid, groups, caps, expected) in cases {
        fs::set_permissions(&exe, fs::Permissions::from_mode(mode)).unwrap();
        let status = format!("Uid:\t9\t{uid}\t9\t9\nGid:\t9\t{gid}\t9\t9\nGroups:\t{groups}\nCapEff:\t{caps:x}\n");
        tree.file("proc/12/status", status);
        assert_eq!(tree.take().processes[0].exe_writable, expected, "{mode:o} {uid} {gid} {groups:?} {caps}");
    }
}

#[test]
fn threads_share_the_program_and_have_their_own_names() {
    let tree = Tree::new();
    tree.process(12)
        .file("proc/12/stat", stat(12, b"main", 3, 0))
        .file("proc/12/cmdline", "prog\0-x\0")
        .file("proc/12/environ", "A=1\0")
        .link("proc/12/cwd", "/srv")
        .file("proc/12/task/12/stat", stat(12, b"main", 3, 0))
        .file("proc/12/task/14/stat", stat(14, b"pool-1", 3, 0))
        .file("proc/12/task/14/status", "Uid:\t0\t33\t0\t0\nCapEff:\t8\n")
        // This one ends before it is read.
        .file("proc/12/task/15/comm", "");
    let snapshot = tree.take();
    let main = process(&snapshot, 12);
    assert_eq!((main.comm.as_slice(), main.flags, main.uid), (&b"main"[..], 0, 0));
    let thread = process(&snapshot, 14);
    let names = [&thread.comm, &thread.exe, &thread.args, &thread.cwd, &thread.env].map(Vec::as_slice);
    assert_eq!(names, [&b"pool-1"[..], b"prog", b"-x\0", b"", b""]);
    assert_eq!((thread.pid, thread.ptid, thread.uid, thread.cap_effective, thread.flags), (12, 2, 33, 8, 0xa801));
    assert_eq!(snapshot.processes.iter().map(|thread| thread.tid).collect::<Vec<_>>(), [12, 14]);
    let report = snapshot.report;
    assert_eq!((report.processes, report.threads, report.vanished), (1, 2, 1));
    // Descriptors belong to the process.
    assert_eq!(snapshot.fds.iter().map(|list| list.tid).collect::<Vec<_>>(), [12]);
}

#[test]
fn a_process_whose_first_thread_ended_is_read_by_another() {
    let tree = Tree::new();
    let zombie = String::from_utf8(stat(12, b"main", 2, 0)).unwrap().replace(") S ", ") Z ");
    tree.process(12)
        .file("proc/12/stat", zombie)
        .file("proc/12/task/12/stat", "")
        .file("proc/12/task/14/stat", stat(14, b"other", 2, 0))
        .file("proc/12/task/14/cmdline", "prog\0")
        .link("proc/12/task/14/cwd", "/srv")
        .link("proc/12/task/14/fd/0", "pipe:[77]");
    let snapshot = tree.take();
    let main = process(&snapshot, 12);
    assert_eq!((main.exe.as_slice(), main.cwd.as_slice()), (&b"prog"[..], &b"/srv"[..]));
    assert_eq!(snapshot.fds[0].fds.len(), 1);
}

#[test]
fn what_ended_is_passed_over_and_what_is_no_process_is_not_looked_at() {
    let tree = Tree::new();
    tree.process(12).file("proc/13/cmdline", "x").file("proc/self/stat", stat(9, b"x", 1, 0)).file("proc/14/stat", "");
    let snapshot = tree.take();
    assert_eq!(snapshot.processes.iter().map(|thread| thread.tid).collect::<Vec<_>>(), [12]);
    assert_eq!((snapshot.report.processes, snapshot.report.vanished, snapshot.report.unreadable), (1, 2, 0));
}

#[test]
fn what_cannot_be_read_is_left_empty_and_counted() {
    let tree = Tree::new();
    tree.process(12).file("proc/12/environ/x", "").file("proc/12/cmdline", "prog\0").file("proc/12/cwd", "no link");
    let snapshot = tree.take();
    let main = process(&snapshot, 12);
    assert_eq!((main.exe.as_slice(), main.env.as_slice(), main.cwd.as_slice()), (&b"prog"[..], &b""[..], &b""[..]));
    assert_eq!(snapshot.report.unreadable, 2);
}

#[test]
fn kernel_threads_have_no_program() {
    let tree = Tree::new();
    tree.file("proc/2/stat", stat(2, b"kthreadd", 1, KERNEL_THREAD))
        .file("proc/2/status", "CapEff:\t1ff\n")
        .file("proc/9/stat", stat(9, b"kworker/0:1H-events_highpri", 1, KERNEL_THREAD))
        .file("proc/9/cgroup", "0::/\n");
    let snapshot = tree.take();
    let worker = process(&snapshot, 9);
    assert_eq!(worker.comm, b"kworker/0:1H-events_highpri");
    assert_eq!((worker.cap_effective, worker.cwd.as_slice(), worker.exe.as_slice()), (0x1ff, &b"/"[..], &b""[..]));
    assert_eq!((snapshot.fds.len(), snapshot.report.unreadable), (0, 0));
}

#[test]
fn environments_and_processes_are_left_out_when_asked() {
    let tree = Tree::new();
    tree.process(12).file("proc/12/environ", "SECRET=1\0").process(13).process(14);
    let snapshot = take(&Options { no_env: true, exclude: vec![13, 99], ..tree.options() }).unwrap();
    assert_eq!(snapshot.processes.iter().map(|thread| thread.tid).collect::<Vec<_>>(), [12, 14]);
    assert_eq!(process(&snapshot, 12).env, b"");
    assert_eq!(process(&tree.take(), 12).env, b"SECRET=1\0");
}

#[test]
fn long_texts_are_cut_to_what_readers_have_room_for() {
    let tree = Tree::new();
    let long = vec![b'x'; 9000];
    tree.process(12)
        .file("proc/12/cmdline", [b"prog\0", long.as_slice()].concat())
        .file("proc/12/environ", &long)
        .process(13)
        .file("proc/13/cmdline", &long);
    let snapshot = tree.take();
    let main = process(&snapshot, 12);
    assert_eq!((main.exe.len(), main.args.len(), main.env.len()), (4, 4096, 4096));
    assert_eq!(process(&snapshot, 13).exe.len(), 1023);
}

#[test]
fn inner_ids_and_the_start_of_a_pid_namespace() {
    let tree = Tree::new();
    let status = |pid: u32, inner: u32| format!("NStgid:\t{pid}\t{inner}\nNSpid:\t{pid}\t{inner}\nNSpgid:\t{pid}\t1\n");
    for (pid, inner, namespace) in
        [(50, 7, "pid:[100]"), (60, 1, "pid:[100]"), (70, 1, "pid:[200]"), (80, 5, "pid:[300]")]
    {
        tree.process(pid).file(&format!("proc/{pid}/status"), status(pid, inner));
        tree.link(&format!("proc/{pid}/ns/pid"), namespace);
    }
    let later = String::from_utf8(stat(70, b"init", 1, 0)).unwrap().replace(" 900 ", " 1000 ");
    tree.file("proc/70/stat", later).process(90);
    let snapshot = tree.take();
    let boot = snapshot.machine.boot_ts;
    let started = [50, 60, 70, 80, 90].map(|tid| process(&snapshot, tid).pidns_init_start_ts);
    // A hundred ticks a second. Of the namespace of 80 nobody is process 1 here.
    assert_eq!(started, [boot + 9_000_000_000, boot + 9_000_000_000, boot + 10_000_000_000, 0, boot]);
    let inner = process(&snapshot, 50);
    assert_eq!((inner.vtid, inner.vpid, inner.vpgid, inner.pgid), (7, 7, 1, 3));
}

#[test]
fn machine_and_users() {
    let tree = Tree::new();
    tree.file("proc/stat", "cpu  1 2 3\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\ncpus 1\n")
        .file("proc/meminfo", "MemTotal:        2048 kB\nMemFree: 1 kB\n")
        .file("proc/sys/kernel/pid_max", "4194304\n")
        .file("proc/sys/kernel/hostname", "web-1\n")
        .file("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n\n+:::::\nbad line\nme:x:1000:1000::/home/me:/bin/sh")
        .file("etc/group", "root:x:0:\nstaff:x:50:me,root\n");
    let snapshot = tree.take();
    let machine = &snapshot.machine;
    assert_eq!((machine.cpus, machine.memory_bytes, machine.max_pid), (2, 2 << 20, 4_194_304));
    assert_eq!(machine.hostname, b"web-1");
    let user = |uid, name: &str, home: &str, shell: &str| User {
        uid,
        gid: uid,
        name: name.into(),
        home: home.into(),
        shell: shell.into(),
    };
    let expected = [user(0, "root", "/root", "/bin/bash"), user(1000, "me", "/home/me", "/bin/sh")];
    assert_eq!(snapshot.users.users, expected);
    let group = |gid, name: &str| Group { gid, name: name.into() };
    assert_eq!(snapshot.users.groups, [group(0, "root"), group(50, "staff")]);
}

#[test]
fn without_proc_there_is_no_snapshot() {
    let tree = Tree::new();
    fs::remove_dir_all(tree.root.join("proc")).unwrap();
    assert_eq!(take(&tree.options()).unwrap_err().kind(), std::io::ErrorKind::NotFound);
}
