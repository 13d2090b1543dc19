//! The stream as a whole: its order, lives of processes, losses, ends.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::recording::{read, read_all, Event, Recording};

fn tid() -> i64 {
    // SAFETY: no memory is involved.
    unsafe { libc::syscall(libc::SYS_gettid) }
}

fn exit<'a>(events: &'a [Event], tid: i64, name: &str) -> &'a Event {
    events
        .iter()
        .find(|event| event.tid == tid && event.is_exit() && event.name() == name)
        .unwrap_or_else(|| panic!("no {name} of {tid}"))
}

#[test]
fn a_program_is_born_executes_and_dies() {
    let Some(recording) = Recording::start(&[]) else { return };
    let mut child =
        Command::new("/bin/sh").args(["-c", "exit 7"]).env_clear().env("MARK", "here").spawn().expect("a shell");
    let pid = i64::from(child.id());
    child.wait().expect("our child");
    let events = recording.finish();
    let exec = exit(&events, pid, "execve");
    let me = i64::from(std::process::id());
    for (name, value) in
        [("res", 0), ("tid", pid), ("pid", pid), ("ptid", me), ("uid", 0), ("gid", 0), ("vpgid", exec.int("pgid"))]
    {
        assert_eq!(exec.int(name), value, "{name}: {}", exec.line());
    }
    assert_eq!(exec.bytes("exe"), b"/bin/sh\0");
    assert_eq!(exec.bytes("args"), b"-c\0exit 7\0");
    assert_eq!(exec.bytes("env"), b"MARK=here\0");
    assert_eq!(exec.bytes("comm"), b"sh\0");
    assert_eq!(exec.bytes("filename"), b"/bin/sh\0");
    let shell = std::fs::canonicalize("/bin/sh").expect("a shell");
    assert_eq!(exec.bytes("trusted_exepath"), [shell.to_str().expect("plain").as_bytes(), b"\0"].concat());
    {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = std::fs::metadata(&shell).expect("a shell");
        let nanoseconds = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
        assert_eq!(exec.int("exe_ino"), i64::try_from(metadata.ino()).expect("an inode"));
        assert_eq!(exec.int("exe_ino_mtime"), nanoseconds);
    }
    // Control groups as the process itself would see them, subsystem by subsystem.
    let own = std::fs::read_to_string("/proc/self/cgroup").expect("proc");
    let groups: Vec<&[u8]> = exec.bytes("cgroups").split(|byte| *byte == 0).filter(|group| !group.is_empty()).collect();
    assert!(!groups.is_empty());
    for line in own.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (names, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        for name in names.split(',').filter(|name| matches!(*name, "cpuset" | "memory" | "pids" | "cpu")) {
            assert!(groups.contains(&format!("{name}={path}").as_bytes()), "{name}={path} in {}", exec.line());
        }
    }
    let died = events.iter().find(|event| event.tid == pid && event.name() == "procexit").expect("its end");
    assert_eq!(died.line(), "procexit status=1792 ret=7 sig=0 core=0 reaper_tid=0");
    let makes = |event: &&Event| event.is_exit() && (event.name().contains("clone") || event.name() == "vfork");
    let born = events.iter().filter(makes);
    let child_side = born.clone().find(|event| event.tid == pid && event.int("res") == 0).expect("the child's side");
    assert_eq!((child_side.int("ptid"), child_side.int("vtid")), (me, pid));
    assert!(born.clone().any(|event| event.int("res") == pid && event.int("pid") == me), "the parent's side");
}

#[test]
fn an_exec_that_fails_says_what_it_was_given() {
    let Some(recording) = Recording::start(&[]) else { return };
    assert!(Command::new("/nonexistent/program").arg("one").arg("two").spawn().is_err());
    let events = recording.finish();
    let failed = events
        .iter()
        .find(|event| {
            event.is_exit() && event.name() == "execve" && event.bytes("filename") == b"/nonexistent/program\0"
        })
        .expect("the exec");
    assert_eq!(failed.int("res"), -2);
    assert_eq!((failed.bytes("exe"), failed.bytes("args")), (&b"/nonexistent/program\0"[..], &b"one\0two\0"[..]));
}

#[test]
fn threads_and_signals() {
    let Some(recording) = Recording::start(&[]) else { return };
    let me = i64::from(std::process::id());
    let thread = std::thread::spawn(tid).join().expect("a thread");
    let mut child =
        Command::new("/bin/sh").args(["-c", "trap : USR1; kill -USR1 $$; kill -TERM $$"]).spawn().expect("sh");
    let pid = i64::from(child.id());
    child.wait().expect("our child");
    let events = recording.finish();
    let born = events.iter().find(|event| event.tid == thread && event.is_exit() && event.name().contains("clone"));
    let born = born.expect("the thread's side");
    assert_eq!((born.int("res"), born.int("pid"), born.int("tid")), (0, me, thread));
    // Shares files, memory and signals, and is a thread.
    assert_eq!(born.int("flags") & 0xa801, 0xa801);
    let killed = events.iter().find(|event| event.tid == pid && event.name() == "procexit").expect("its end");
    assert_eq!(killed.line(), "procexit status=15 ret=0 sig=15 core=0 reaper_tid=0");
    let signals: Vec<String> =
        events.iter().filter(|event| event.tid == pid && event.name() == "signaldeliver").map(Event::line).collect();
    // Of a signal that ends a process the kernel delivers SIGKILL, from nobody.
    let expected =
        [format!("signaldeliver spid={pid} dpid={pid} sig=10"), format!("signaldeliver spid=0 dpid={pid} sig=9")];
    assert_eq!(signals, expected);
}

#[test]
fn a_call_that_waits_begins_before_it_ends_and_events_are_in_order() {
    let Some(recording) = Recording::start(&[]) else { return };
    let me = tid();
    // SAFETY: the structure outlives the call.
    unsafe {
        let time = libc::timespec { tv_sec: 0, tv_nsec: 50_000_000 };
        libc::syscall(libc::SYS_nanosleep, &time, std::ptr::null::<u8>());
    }
    let events = recording.finish();
    let at = events.iter().position(|event| event.tid == me && event.name() == "nanosleep" && !event.is_exit());
    let enter = &events[at.expect("the beginning")];
    let exit = exit(&events, me, "nanosleep");
    assert_eq!(enter.int("interval"), 50_000_000);
    let took = exit.ts - enter.ts;
    assert!((50_000_000..2_000_000_000).contains(&took), "{took}");
    let backwards = events.windows(2).filter(|pair| pair[1].ts < pair[0].ts).count();
    assert_eq!(backwards, 0, "of {}", events.len());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("now");
    let age = now.saturating_sub(Duration::from_nanos(exit.ts));
    assert!(age < Duration::from_secs(60), "{age:?}");
}

#[test]
fn every_enter_has_its_exit() {
    let Some(recording) = Recording::start(&["--pid", &std::process::id().to_string()]) else { return };
    let me = tid();
    for _ in 0..2000 {
        let _ = std::fs::metadata("/nonexistent");
    }
    let events = recording.finish();
    let mut open: Option<&Event> = None;
    let mut pairs = 0;
    for event in events.iter().filter(|event| event.tid == me && event.name() != "signaldeliver") {
        if event.is_exit() {
            if let Some(enter) = open.take() {
                assert_eq!(enter.kind + 1, event.kind, "{enter:?} {event:?}");
                pairs += 1;
            }
        } else {
            assert!(open.is_none(), "{open:?} has no exit before {event:?}");
            open = Some(event);
        }
    }
    assert!(pairs >= 2000, "{pairs}");
}

#[test]
fn what_is_lost_is_said_where_it_was_lost() {
    let Some(recording) = Recording::start(&["--buffer", "1", "--pid", &std::process::id().to_string()]) else {
        return;
    };
    recording.pause();
    for _ in 0..20_000 {
        // SAFETY: no memory is involved.
        unsafe { libc::syscall(libc::SYS_getppid) };
    }
    recording.go_on();
    std::thread::sleep(Duration::from_millis(200));
    // SAFETY: no memory is involved.
    unsafe { libc::syscall(libc::SYS_getppid) };
    let events = recording.finish();
    let drops: Vec<&Event> = events.iter().filter(|event| event.name() == "drop").collect();
    assert!(drops.len() >= 2 && drops.len() % 2 == 0, "{drops:?}");
    let lost: i64 = drops.iter().filter(|event| event.is_exit()).map(|event| event.int("ratio")).sum();
    let recorded = events.iter().filter(|event| event.tid == tid() && event.name() == "getppid" || event.kind == 1);
    let recorded = recorded.filter(|event| event.tid == tid() && event.int("ID") == 41).count();
    assert!(lost > 10_000, "{lost}");
    assert!(recorded + usize::try_from(lost).expect("a number") >= 20_001, "{recorded} {lost}");
}

#[test]
fn sysdig_reads_the_old_schema_to_its_end() {
    let Some(recording) = Recording::start(&["--compat", "0.29"]) else { return };
    let mut child =
        Command::new("/bin/sh").args(["-c", "cat /etc/hostname; ls / >/dev/null"]).stdout(Stdio::null()).spawn();
    child.as_mut().expect("a shell").wait().expect("our child");
    let path = recording.into_file();
    let events = read(path.clone());
    assert!(events.iter().all(|event| event.kind < 336));
    let Ok(output) = Command::new("sysdig").env("TZ", "UTC").arg("-r").arg(&path).output() else {
        #[allow(clippy::print_stderr, reason = "says why")]
        {
            eprintln!("left out: sysdig is not installed");
        }
        return;
    };
    std::fs::remove_file(&path).expect("our file");
    assert!(output.status.success(), "{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).lines().count();
    // It hides nothing of what is written here but losses.
    let shown = events.iter().filter(|event| event.name() != "drop").count();
    assert!(lines >= shown, "{lines} lines of {shown} events");
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    if Recording::start(&[]).is_none() {
        return;
    }
    let mut probe = Command::new(env!("CARGO_BIN_EXE_scaptui-probe"))
        .args(["--pid", "1"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the probe");
    let mut stdout = probe.stdout.take().expect("it is piped");
    let mut head = [0; 8];
    stdout.read_exact(&mut head).expect("a stream");
    assert_eq!(head[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
    drop(stdout);
    let began = Instant::now();
    while probe.try_wait().expect("our child").is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "it goes on without a reader");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(probe.wait().expect("our child").success());
}

#[test]
fn a_reader_that_takes_nothing_does_not_keep_it() {
    if Recording::start(&[]).is_none() {
        return;
    }
    let mut probe =
        Command::new(env!("CARGO_BIN_EXE_scaptui-probe")).stdout(Stdio::piped()).spawn().expect("the probe");
    let stdout = probe.stdout.take().expect("it is piped");
    // More than a pipe holds.
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(1) {
        let _ = std::fs::metadata("/nonexistent");
    }
    // SAFETY: a signal to our own child, which has not been waited for.
    unsafe { libc::kill(i32::try_from(probe.id()).expect("a pid"), libc::SIGTERM) };
    let began = Instant::now();
    while probe.try_wait().expect("our child").is_none() {
        assert!(began.elapsed() < Duration::from_secs(30), "it waits for its reader");
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(stdout);
}

#[test]
fn what_it_cannot_do_is_said() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_scaptui-probe")).args(arguments).output().expect("the probe");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (status, said) = run(&["--nonsense"]);
    assert_eq!((status, said.lines().count()), (Some(2), 1));
    assert!(said.contains("--nonsense is no option"), "{said}");
    let (status, said) = run(&["-o", "/etc/hostname"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("/etc/hostname: File exists"), "{said}");
}

/// Processes come and go all the time while the probe starts: of each that ends, its beginning is an event or it is
/// listed.
#[test]
fn nothing_is_lost_between_the_state_before_and_the_first_event() {
    let script = "i=0; while [ $i -lt 400 ]; do /bin/true; i=$((i+1)); done";
    let mut busy: Vec<_> =
        (0..2).map(|_| Command::new("/bin/sh").args(["-c", script]).spawn().expect("a shell")).collect();
    let recording = Recording::start(&[]);
    for shell in &mut busy {
        shell.wait().expect("our child");
    }
    let Some(recording) = recording else { return };
    let path = recording.into_file();
    let (mut known, events) = read_all(path.clone());
    std::fs::remove_file(&path).expect("our file");
    assert!(known.contains(&i64::from(std::process::id())));
    let mut ends = 0;
    for event in &events {
        if event.is_exit() && matches!(event.name(), "clone" | "clone3" | "fork" | "vfork") {
            let is_new = known.insert(event.int("tid"));
            // Of one that begins the state before does not tell.
            assert!(is_new || event.int("res") != 0, "{} is listed and begins", event.tid);
        }
        if event.name() == "procexit" {
            ends += 1;
            assert!(known.remove(&event.tid), "{} ends and never began", event.tid);
        }
    }
    assert!(ends > 100, "{ends}");
}

#[test]
fn under_way_it_may_do_little_and_keeps_one_capability_at_most() {
    let Some(recording) = Recording::start(&[]) else { return };
    let path = format!("/proc/{}/status", recording.pid());
    let fact = |name: &str| -> String {
        let status = std::fs::read_to_string(&path).expect("it runs");
        let line = status.lines().find(|line| line.starts_with(name)).expect(name);
        line.split_whitespace().last().expect("a value").to_owned()
    };
    let until = Instant::now() + Duration::from_secs(10);
    while fact("Seccomp:") != "2" {
        assert!(Instant::now() < until, "never confined");
        std::thread::sleep(Duration::from_millis(10));
    }
    let capabilities = u64::from_str_radix(&fact("CapEff:"), 16).expect("a number");
    assert_eq!(capabilities & !(1 << 39), 0, "{capabilities:x}");
    assert_eq!(fact("NoNewPrivs:"), "1");
    assert!(recording.finish().len() > 2);
}
