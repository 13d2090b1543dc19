//! What the kernel leaves out when asked for less.

use std::process::Command;

use super::recording::{Event, Recording};

const STATE_ONLY: u32 = 1;

fn own_pid() -> String {
    std::process::id().to_string()
}

/// Runs a program that opens a file and ends.
fn cat(file: &str) -> i64 {
    let mut child = Command::new("cat").arg(file).stdout(std::process::Stdio::null()).spawn().expect("cat");
    let pid = i64::from(child.id());
    child.wait().expect("our child");
    pid
}

fn of(events: &[Event], tid: i64) -> Vec<&Event> {
    events.iter().filter(|event| event.tid == tid).collect()
}

#[test]
fn of_processes_not_asked_for_only_their_life_comes() {
    let Some(recording) = Recording::start(&["--pid", "1"]) else { return };
    let pid = cat("/etc/hostname");
    let events = recording.finish();
    let of_cat = of(&events, pid);
    let names: Vec<&str> = of_cat.iter().map(|event| event.name()).collect();
    assert!(names.contains(&"execve") && names.contains(&"procexit"), "{names:?}");
    assert!(!names.iter().any(|name| matches!(*name, "read" | "openat" | "close" | "mmap")), "{names:?}");
    assert!(of_cat.iter().all(|event| event.block_flags == STATE_ONLY), "{of_cat:?}");
}

#[test]
fn several_processes_users_and_names_are_told_apart() {
    for (arguments, asked) in [
        (["--comm", "cat"], true),
        (["--comm", "dog,cat"], true),
        (["--comm", "dog"], false),
        (["--uid", "0,7"], true),
        (["--uid", "4242"], false),
        (["--pid", "1,2"], false),
    ] {
        let Some(recording) = Recording::start(&arguments) else { return };
        let pid = cat("/etc/hostname");
        let events = recording.finish();
        let read = of(&events, pid).iter().any(|event| event.name() == "read" && event.block_flags == 0);
        assert_eq!(read, asked, "{arguments:?}");
    }
}

/// Gives the current thread another name; its number.
fn rename(name: &std::ffi::CStr) -> i64 {
    // SAFETY: the name is read, up to its end.
    unsafe {
        libc::prctl(libc::PR_SET_NAME, name.as_ptr());
        libc::syscall(libc::SYS_gettid)
    }
}

/// The threads that opened a file, in their order, each once, and whether it was asked for.
fn opened(events: &[Event], file: &str) -> Vec<(i64, bool)> {
    let file = [file.as_bytes(), b"\0"].concat();
    let opens =
        events.iter().filter(|event| event.name() == "openat" && event.is_exit() && event.bytes("name") == file);
    let mut opens: Vec<(i64, bool)> = opens.map(|event| (event.tid, event.block_flags == 0)).collect();
    opens.dedup();
    opens
}

#[test]
fn threads_are_asked_for_by_the_names_that_readers_have_for_them() {
    let renames = || rename(c"as-it-likes");
    let look = || drop(std::fs::read("/etc/hostname"));
    // Names that are listed: this thread's, and that of one which renamed itself before.
    let me = rename(c"as-it-begins");
    let (say, told) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let before = std::thread::spawn(move || {
        say.send(renames()).expect("somebody waits");
        let _ = gone.recv();
        let back = rename(c"as-it-begins");
        look();
        back
    });
    told.recv().expect("its number");
    let Some(recording) = Recording::start(&["--comm", "as-it-begins"]) else { return };
    // Before it is listed any thread may have the name.
    recording.wait_for_list();
    drop(go);
    let before = before.join().expect("our thread");
    let begun = std::thread::spawn(move || {
        let tid = renames();
        look();
        tid
    });
    let begun = begun.join().expect("our thread");
    renames();
    look();
    let later = std::thread::spawn(move || {
        look();
        rename(c"as-it-begins")
    });
    let later = later.join().expect("our thread");
    let events = recording.finish();
    let ours = [before, begun, me, later];
    let told: Vec<_> = opened(&events, "/etc/hostname").into_iter().filter(|(tid, _)| ours.contains(tid)).collect();
    assert_eq!(told, [(begun, true), (me, true)]);
}

#[test]
fn a_name_goes_to_children_and_comes_back_with_a_program() {
    let Some(recording) = Recording::start(&["--comm", "sh"]) else { return };
    recording.wait_for_list();
    let script = "(read line < /etc/hostname; read line < /etc/passwd); exec env sh -c 'read line < /etc/group; exec cat /etc/shells'";
    let mut shell = Command::new("sh").args(["-c", script]).stdout(std::process::Stdio::null()).spawn().expect("sh");
    let pid = i64::from(shell.id());
    shell.wait().expect("our child");
    let events = recording.finish();
    let asked = |file: &str| {
        let ours = |(tid, _): &(i64, bool)| {
            *tid == pid
                || events.iter().any(|event| {
                    event.tid == *tid
                        && event.is_exit()
                        && ["clone", "fork", "vfork", "clone3"].contains(&event.name())
                        && event.int("ptid") == pid
                })
        };
        opened(&events, file).into_iter().filter(ours).map(|(tid, asked)| (tid == pid, asked)).collect::<Vec<_>>()
    };
    // The forked one, the shell that came after another program, and what it became.
    assert_eq!(asked("/etc/hostname"), [(false, true)]);
    assert_eq!(asked("/etc/passwd"), [(false, true)]);
    assert_eq!(asked("/etc/group"), [(true, true)]);
    assert_eq!(asked("/etc/shells"), []);
    // The shell begins to execute, whatever it becomes.
    let begins = events.iter().filter(|event| event.tid == pid && event.name() == "execve" && !event.is_exit());
    assert!(begins.filter(|event| event.block_flags == 0).count() >= 2);
}

#[test]
fn calls_asked_for_are_shown_and_what_state_needs_is_kept() {
    let Some(recording) = Recording::start(&["--syscalls", "read,getppid"]) else { return };
    let pid = cat("/etc/hostname");
    let events = recording.finish();
    let of_cat = of(&events, pid);
    let flags = |name: &str| -> Vec<u32> {
        of_cat.iter().filter(|event| event.name() == name && event.is_exit()).map(|event| event.block_flags).collect()
    };
    assert!(flags("read").len() > 2 && flags("read").iter().all(|flags| *flags == 0));
    assert!(!flags("openat").is_empty() && flags("openat").iter().all(|flags| *flags == STATE_ONLY));
    assert!(flags("write").is_empty() && flags("mprotect").is_empty());
}

#[test]
fn the_probe_and_one_other_process_are_left_out() {
    let Some(recording) = Recording::start(&["--exclude-pid", &own_pid()]) else { return };
    let probe = recording.pid();
    let _ = std::fs::read("/etc/hostname");
    let pid = cat("/etc/hostname");
    let events = recording.finish();
    assert!(!of(&events, pid).is_empty());
    // SAFETY: no memory is involved.
    let me = unsafe { libc::syscall(libc::SYS_gettid) };
    assert_eq!((of(&events, me).len(), of(&events, probe).len()), (0, 0));
}

#[test]
fn exits_alone_lack_nothing_but_the_enters() {
    let Some(recording) = Recording::start(&["--exit-only"]) else { return };
    let pid = cat("/etc/hostname");
    let events = recording.finish();
    let of_cat = of(&events, pid);
    let enters: Vec<String> = of_cat
        .iter()
        .filter(|event| !event.is_exit() && event.name() != "procexit")
        .map(|event| event.line())
        .collect();
    assert_eq!(enters, Vec::<String>::new());
    let exec = of_cat.iter().find(|event| event.name() == "execve" && event.int("res") == 0).expect("execve");
    assert!(exec.bytes("filename").ends_with(b"/cat\0"), "{}", exec.line());
    assert!(of_cat.iter().any(|event| event.name() == "openat" && event.bytes("name") == b"/etc/hostname\0"));
}

#[test]
fn data_is_cut_to_the_snap_length() {
    let data: Vec<u8> = (0..65_536u32).map(|number| b'a' + u8::try_from(number % 26).expect("a letter")).collect();
    for snaplen in [0, 4, 65_000] {
        let Some(recording) = Recording::start(&["--snaplen", &snaplen.to_string(), "--pid", &own_pid()]) else {
            return;
        };
        std::fs::write("/dev/null", &data).expect("the null device");
        let parts = [std::io::IoSlice::new(&data[..10]), std::io::IoSlice::new(&data)];
        let mut null = std::fs::File::options().write(true).open("/dev/null").expect("the null device");
        std::io::Write::write_vectored(&mut null, &parts).expect("the null device");
        let events = recording.finish();
        let of = |name: &str, size: i64| {
            events.iter().find(|event| event.name() == name && event.is_exit() && event.int("res") == size).expect(name)
        };
        assert_eq!(of("write", 65_536).bytes("data"), &data[..snaplen]);
        let both = [&data[..10], &data].concat();
        assert_eq!(of("writev", 65_546).bytes("data"), &both[..snaplen]);
    }
}

#[test]
fn one_control_group_is_told_from_the_others() {
    // The unified hierarchy, alone or beside the old ones.
    let top = ["", "unified"].map(|name| std::path::Path::new("/sys/fs/cgroup").join(name));
    let Some(top) = top.into_iter().find(|top| top.join("cgroup.controllers").exists()) else {
        return;
    };
    let group = top.join(format!("scaptui-probe-{}", std::process::id()));
    if let Err(error) = std::fs::create_dir(&group) {
        #[allow(clippy::print_stderr, reason = "says why")]
        {
            eprintln!("left out: {}: {error}", group.display());
        }
        return;
    }
    let asked = group.strip_prefix("/sys/fs/cgroup").expect("below it").to_str().expect("plain").to_owned();
    let recording = Recording::start(&["--cgroup", &asked]);
    let script = format!("echo $$ > {}/cgroup.procs && exec cat /etc/hostname", group.display());
    let mut inside =
        Command::new("/bin/sh").args(["-c", &script]).stdout(std::process::Stdio::null()).spawn().expect("sh");
    let inside_pid = i64::from(inside.id());
    assert!(inside.wait().expect("our child").success());
    // A group below it belongs to it.
    let below = group.join("below");
    std::fs::create_dir(&below).expect("a group");
    let script = format!("echo $$ > {}/cgroup.procs && exec cat /etc/hostname", below.display());
    let mut deeper =
        Command::new("/bin/sh").args(["-c", &script]).stdout(std::process::Stdio::null()).spawn().expect("sh");
    let deeper_pid = i64::from(deeper.id());
    assert!(deeper.wait().expect("our child").success());
    std::fs::remove_dir(&below).expect("our group");
    let outside = cat("/etc/hostname");
    std::fs::remove_dir(&group).expect("our group");
    let Some(recording) = recording else { return };
    let events = recording.finish();
    let reads = |pid: i64| of(&events, pid).iter().filter(|event| event.name() == "read" && event.is_exit()).count();
    assert!(reads(inside_pid) > 2 && reads(deeper_pid) > 2, "{} {}", reads(inside_pid), reads(deeper_pid));
    assert_eq!(reads(outside), 0);
}

#[test]
fn control_groups_made_later_are_asked_for_too() {
    use std::os::unix::fs::MetadataExt as _;

    let top = ["", "unified"].map(|name| std::path::Path::new("/sys/fs/cgroup").join(name));
    let Some(top) = top.into_iter().find(|top| top.join("cgroup.controllers").exists()) else {
        return;
    };
    let made = ["old", "asked", "new"].map(|name| top.join(format!("scaptui-{name}-{}", std::process::id())));
    let [old, asked, new] = &made;
    if std::fs::create_dir(old).is_err() {
        return;
    }
    std::fs::create_dir(asked).expect("a group");
    let newest = std::fs::metadata(asked).expect("our group").ino();
    let path = asked.strip_prefix("/sys/fs/cgroup").expect("below it").to_str().expect("plain").to_owned();
    let recording = Recording::start(&["--cgroup", &path, "--newest-cgroup", &newest.to_string()]);
    std::fs::create_dir(new).expect("a group");
    let pids = made.each_ref().map(|group| {
        let script = format!("echo $$ > {}/cgroup.procs && exec cat /etc/hostname", group.display());
        let mut inside =
            Command::new("/bin/sh").args(["-c", &script]).stdout(std::process::Stdio::null()).spawn().expect("sh");
        let pid = i64::from(inside.id());
        assert!(inside.wait().expect("our child").success());
        std::fs::remove_dir(group).expect("our group");
        pid
    });
    let Some(recording) = recording else { return };
    let events = recording.finish();
    let reads =
        pids.map(|pid| of(&events, pid).iter().filter(|event| event.name() == "read" && event.is_exit()).count());
    assert!(reads[0] == 0 && reads[1] > 2 && reads[2] > 2, "{reads:?}");
}

#[test]
fn switches_and_page_faults_come_when_asked_for() {
    let Some(recording) = Recording::start(&["--switches", "--page-faults"]) else { return };
    let pid = cat("/etc/hostname");
    std::thread::sleep(std::time::Duration::from_millis(20));
    let events = recording.finish();
    let switched = events.iter().find(|event| event.name() == "switch" && event.int("vm_size") > 0).expect("a switch");
    assert!(switched.int("next") >= 0 && switched.int("vm_size") >= switched.int("vm_rss"), "{}", switched.line());
    if cfg!(target_arch = "x86_64") {
        let of_cat = of(&events, pid);
        let faults: Vec<_> = of_cat.iter().filter(|event| event.name() == "page_fault").collect();
        assert!(faults.len() > 10);
        // Written to a page that is not there, from user space.
        assert!(faults.iter().any(|event| event.int("error") == 2 | 4 | 0x10), "{faults:?}");
    }
}

#[test]
fn a_process_is_followed_to_those_it_starts_and_had_started() {
    let mut shell = Command::new("/bin/sh")
        .args(["-c", "exec 3<&0; (read line <&3; cat /etc/hostname) & read line; sh -c 'cat /etc/hostname'; wait"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("sh");
    std::thread::sleep(std::time::Duration::from_millis(200));
    let recording = Recording::start(&["--pid", &shell.id().to_string(), "--follow"]);
    drop(shell.stdin.take());
    let stranger = cat("/etc/hostname");
    assert!(shell.wait().expect("our child").success());
    let Some(recording) = recording else { return };
    let events = recording.finish();
    let is_shown = |event: &&Event| event.block_flags == 0 && event.is_exit();
    let opened = |event: &&Event| event.name() == "openat" && event.bytes("name") == b"/etc/hostname\0";
    let readers: std::collections::HashSet<i64> =
        events.iter().filter(is_shown).filter(opened).map(|event| event.tid).collect();
    // One that was there before, and one that is started later by a shell of its own.
    assert_eq!(readers.len(), 2, "{readers:?}");
    assert!(!readers.contains(&stranger));
    let ended: Vec<u32> = events
        .iter()
        .filter(|event| event.name() == "procexit" && readers.contains(&event.tid))
        .map(|event| event.block_flags)
        .collect();
    assert_eq!(ended, [0, 0]);
}

#[test]
fn a_control_group_that_has_gone_is_said_and_new_ones_are_recorded() {
    if Recording::start(&[]).is_none() {
        return;
    }
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_scaptui-probe"))
            .args(["--for", "0.1", "--cgroup", "/gone/scope"])
            .args(arguments)
            .output()
            .expect("the probe");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let gone = "scaptui-probe: the control group /gone/scope has gone: recording what is in new ones\n";
    assert_eq!(run(&["--newest-cgroup", "1"]), (Some(0), gone.to_owned()));
    let none = "scaptui-probe: there is no control group /gone/scope below /sys/fs/cgroup\n";
    assert_eq!(run(&[]), (Some(2), none.to_owned()));
}
