//! Some sixty calls once each with known arguments: every parameter is compared.

use std::ffi::{CStr, CString};
use std::path::Path;

use super::recording::{Event, Recording};

/// The last error as captures have it.
fn failed() -> i64 {
    -i64::from(std::io::Error::last_os_error().raw_os_error().expect("an error"))
}

/// The result of a call, or its error below zero.
pub(super) fn result(value: impl Into<i64>) -> i64 {
    match value.into() {
        -1 => failed(),
        value => value,
    }
}

fn c(path: &Path) -> CString {
    CString::new(path.to_str().expect("plain names")).expect("no NUL")
}

pub(super) fn tid() -> i64 {
    // SAFETY: no memory is involved.
    unsafe { libc::syscall(libc::SYS_gettid) }
}

/// A folder that goes away with the test.
pub(super) struct Folder(pub(super) std::path::PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("scaptui-probe-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).expect("a folder");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Records the work of this thread; its expected lines must be among the exits, in their order.
pub(super) fn check(work: impl FnOnce() -> Vec<String>) {
    let Some(recording) = Recording::start(&["--pid", &std::process::id().to_string()]) else { return };
    let me = tid();
    let expected = work();
    let events = recording.finish();
    let lines: Vec<String> =
        events.iter().filter(|event| event.tid == me && event.is_exit()).map(Event::line).collect();
    let mut rest = lines.iter();
    for line in &expected {
        if !rest.any(|found| found == line) {
            let call = line.split(' ').next().unwrap_or_default();
            let same: Vec<&String> = lines.iter().filter(|found| found.split(' ').next() == Some(call)).collect();
            panic!("not recorded in its place:\n{line}\nrecorded of this call:\n{same:#?}");
        }
    }
}

/// Device and inode as captures have them.
fn device_and_inode(path: &Path) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(path).expect("it exists");
    (metadata.dev(), metadata.ino())
}

#[test]
#[allow(clippy::too_many_lines, reason = "one call after the other")]
fn files() {
    let folder = Folder::new("files");
    let path = folder.0.join("a");
    let name = c(&path);
    let text = path.display().to_string();
    let long = folder.0.join("x".repeat(200)).join("y".repeat(150));
    check(|| {
        let mut lines = Vec::new();
        let mut say = |line: String| lines.push(line);
        // SAFETY: every pointer is to memory that outlives its call, or bad on purpose.
        unsafe {
            let fd = libc::syscall(
                libc::SYS_openat,
                libc::AT_FDCWD,
                name.as_ptr(),
                libc::O_CREAT | libc::O_RDWR | libc::O_TRUNC | libc::O_CLOEXEC,
                0o640,
            );
            let (dev, ino) = device_and_inode(&path);
            say(format!(
                "openat fd={fd} dirfd=-100 name={text} flags={} mode=416 dev={dev} ino={ino}",
                0x3 | 0x4 | 0x100 | 0x1000 | 0x4000
            ));
            let missing =
                libc::syscall(libc::SYS_openat, libc::AT_FDCWD, c"/nonexistent/file".as_ptr(), libc::O_RDONLY, 0);
            say(format!("openat fd={} dirfd=-100 name=/nonexistent/file flags=1 mode=0 dev=0 ino=0", result(missing)));
            let fault =
                libc::syscall(libc::SYS_openat, libc::AT_FDCWD, 8usize as *const libc::c_char, libc::O_RDONLY, 0);
            say(format!("openat fd={} dirfd=-100 name=- flags=1 mode=0 dev=0 ino=0", result(fault)));
            let too_long = c(&long);
            let absent =
                libc::syscall(libc::SYS_openat, libc::AT_FDCWD, too_long.as_ptr(), libc::O_WRONLY | libc::O_APPEND, 0);
            say(format!("openat fd={} dirfd=-100 name={} flags=10 mode=0 dev=0 ino=0", result(absent), long.display()));
            let fd = libc::c_int::try_from(fd).expect("a descriptor");
            let data = b"hello\nworld";
            say(format!(
                "write res={} data=hello\\nworld fd={fd} size=11",
                result(libc::write(fd, data.as_ptr().cast(), 11) as i64)
            ));
            let many = vec![b'z'; 65_536];
            say(format!(
                "pwrite res={} data={} fd={fd} size=65536 pos=100",
                result(libc::pwrite(fd, many.as_ptr().cast(), many.len(), 100) as i64),
                "z".repeat(80)
            ));
            let mut buffer = [0u8; 64];
            say(format!(
                "pread res={} data=hello fd={fd} size=5 pos=0",
                result(libc::pread(fd, buffer.as_mut_ptr().cast(), 5, 0) as i64)
            ));
            say(format!("lseek res={} fd={fd} offset=6 whence=0", result(libc::lseek(fd, 6, libc::SEEK_SET))));
            say(format!(
                "read res={} data=world fd={fd} size=5",
                result(libc::read(fd, buffer.as_mut_ptr().cast(), 5) as i64)
            ));
            say(format!(
                "read res={} data=- fd={fd} size=5",
                result(libc::read(fd, 8usize as *mut libc::c_void, 5) as i64)
            ));
            let parts = [
                libc::iovec { iov_base: data.as_ptr() as *mut _, iov_len: 6 },
                libc::iovec { iov_base: many.as_ptr() as *mut _, iov_len: 100 },
            ];
            say(format!(
                "writev res={} data=hello\\n{} fd={fd} size=106",
                result(libc::writev(fd, parts.as_ptr(), 2) as i64),
                "z".repeat(74)
            ));
            let mut second = [0u8; 8];
            let parts = [
                libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: 3 },
                libc::iovec { iov_base: second.as_mut_ptr().cast(), iov_len: 8 },
            ];
            say(format!(
                "preadv res={} size=11 data=hello\\nworld fd={fd} pos=0",
                result(libc::preadv(fd, parts.as_ptr(), 2, 0) as i64)
            ));
            let stat = folder.0.join("none");
            let none = c(&stat);
            let mut status: libc::stat = std::mem::zeroed();
            let found = libc::syscall(
                libc::SYS_newfstatat,
                libc::AT_FDCWD,
                none.as_ptr(),
                &mut status,
                libc::AT_SYMLINK_NOFOLLOW,
            );
            say(format!("newfstatat res={} dirfd=-100 path={} flags=256", result(found), stat.display()));
            say(format!(
                "fcntl res={} fd={fd} cmd=2 arg=0",
                result(libc::syscall(libc::SYS_fcntl, fd, libc::F_GETFD, 0))
            ));
            let duplicate = libc::syscall(libc::SYS_fcntl, fd, libc::F_DUPFD_CLOEXEC, 100);
            say(format!("fcntl res={duplicate} fd={fd} cmd=26 arg=100"));
            say(format!("dup res={} oldfd={fd}", libc::dup(fd)));
            say(format!("dup2 res={} oldfd={fd} newfd=201", libc::syscall(libc::SYS_dup2, fd, 201)));
            say(format!("dup3 res={} oldfd={fd} newfd=202 flags={}", libc::dup3(fd, 202, libc::O_CLOEXEC), 0x1000));
            say(format!("dup3 res={} oldfd={fd} newfd=-1 flags=0", result(libc::dup3(fd, -1, 0))));
            say(format!("flock res={} fd={fd} operation=6", result(libc::flock(fd, libc::LOCK_EX | libc::LOCK_NB))));
            say(format!("fchmod res={} fd={fd} mode=384", result(libc::fchmod(fd, 0o600))));
            say(format!("fchown res={} fd={fd} uid=0 gid=0", result(libc::fchown(fd, 0, 0))));
            let other = folder.0.join("b");
            let other_name = c(&other);
            say(format!(
                "rename res={} oldpath={text} newpath={}",
                result(libc::syscall(libc::SYS_rename, name.as_ptr(), other_name.as_ptr())),
                other.display()
            ));
            say(format!(
                "linkat res={} olddir=-100 oldpath={} newdir=-100 newpath={text} flags=0",
                result(libc::linkat(libc::AT_FDCWD, other_name.as_ptr(), libc::AT_FDCWD, name.as_ptr(), 0)),
                other.display()
            ));
            say(format!(
                "unlinkat res={} dirfd=-100 name={text} flags=0",
                result(libc::unlinkat(libc::AT_FDCWD, name.as_ptr(), 0))
            ));
            say(format!(
                "symlink res={} target={} linkpath={text}",
                result(libc::syscall(libc::SYS_symlink, other_name.as_ptr(), name.as_ptr())),
                other.display()
            ));
            let inner = folder.0.join("d");
            let inner_name = c(&inner);
            say(format!(
                "mkdir res={} path={} mode=493",
                result(libc::syscall(libc::SYS_mkdir, inner_name.as_ptr(), 0o755)),
                inner.display()
            ));
            say(format!(
                "rmdir res={} path={}",
                result(libc::syscall(libc::SYS_rmdir, inner_name.as_ptr())),
                inner.display()
            ));
            say(format!(
                "chmod res={} filename={} mode=448",
                result(libc::syscall(libc::SYS_chmod, other_name.as_ptr(), 0o700)),
                other.display()
            ));
            say(format!(
                "access res={} name={} mode=4",
                result(libc::syscall(libc::SYS_access, other_name.as_ptr(), libc::R_OK)),
                other.display()
            ));
            say(format!("close res={} fd={fd}", result(libc::close(fd))));
            say(format!("close res={} fd=-5", result(libc::close(-5))));
            let how: [u64; 3] = [(libc::O_RDONLY | libc::O_CLOEXEC) as u64, 0, 0x08];
            let fd = libc::syscall(libc::SYS_openat2, libc::AT_FDCWD, c".".as_ptr(), how.as_ptr(), 24);
            let (dev, ino) = device_and_inode(Path::new("."));
            say(format!("openat2 fd={fd} dirfd=-100 name=. flags={} mode=0 resolve=1 dev={dev} ino={ino}", 0x1001));
            say(format!(
                "close_range res={} first={fd} last={fd} flags=0",
                result(libc::syscall(libc::SYS_close_range, fd, fd, 0))
            ));
            let mut pipe = [0; 2];
            let made = result(libc::pipe2(pipe.as_mut_ptr(), libc::O_CLOEXEC));
            status = std::mem::zeroed();
            libc::fstat(pipe[0], &mut status);
            say(format!("pipe2 res={made} fd1={} fd2={} ino={} flags=4096", pipe[0], pipe[1], status.st_ino));
            let mut polls = [
                libc::pollfd { fd: pipe[0], events: libc::POLLIN, revents: 0 },
                libc::pollfd { fd: pipe[1], events: libc::POLLOUT, revents: 0 },
            ];
            let ready = result(libc::syscall(libc::SYS_poll, polls.as_mut_ptr(), 2, 50));
            let list: Vec<u8> = [2, 0]
                .into_iter()
                .chain(i64::from(pipe[0]).to_le_bytes())
                .chain([0, 0])
                .chain(i64::from(pipe[1]).to_le_bytes())
                .chain([4, 0])
                .collect();
            say(format!("poll res={ready} fds={} timeout=50", list.escape_ascii()));
            say(format!("eventfd2 res={} flags=64 initval=7", libc::eventfd(7, libc::EFD_NONBLOCK)));
            say(format!("timerfd_create res={} clockid=1 flags=0", libc::timerfd_create(libc::CLOCK_MONOTONIC, 0)));
            say(format!("inotify_init1 res={} flags=4096", libc::inotify_init1(libc::IN_CLOEXEC)));
            say(format!("epoll_create1 res={} flags=1", libc::epoll_create1(libc::EPOLL_CLOEXEC)));
            say(format!(
                "memfd_create fd={} name=store flags=1",
                libc::memfd_create(c"store".as_ptr(), libc::MFD_CLOEXEC)
            ));
        }
        lines
    });
}

#[test]
fn processes_and_memory() {
    check(|| {
        let mut lines = Vec::new();
        let mut say = |line: String| lines.push(line);
        // SAFETY: every pointer is to memory that outlives its call.
        unsafe {
            let me = std::process::id();
            say(format!("kill res={} pid={me} sig=0", result(libc::kill(i32::try_from(me).expect("a pid"), 0))));
            say(format!(
                "tgkill res={} pid={me} tid={} sig=0",
                result(libc::syscall(libc::SYS_tgkill, me, tid(), 0)),
                tid()
            ));
            let mut limit: libc::rlimit = std::mem::zeroed();
            let got = result(libc::syscall(libc::SYS_getrlimit, libc::RLIMIT_NOFILE, &mut limit));
            say(format!("getrlimit res={got} cur={} max={} resource=7", limit.rlim_cur as i64, limit.rlim_max as i64));
            let got = result(libc::prlimit(0, libc::RLIMIT_CORE, std::ptr::null(), &mut limit));
            say(format!(
                "prlimit res={got} newcur=-1 newmax=-1 oldcur={} oldmax={} pid=0 resource=4",
                limit.rlim_cur as i64, limit.rlim_max as i64
            ));
            say(format!(
                "prctl res={} option=15 arg2_str=renamed arg2_int=0",
                result(libc::prctl(libc::PR_SET_NAME, c"renamed".as_ptr()))
            ));
            say(format!("prctl res={} option=3 arg2_str= arg2_int=0", result(libc::prctl(libc::PR_GET_DUMPABLE, 0))));
            let uid = libc::getuid();
            say(format!("getuid uid={uid}"));
            let mut ids = [0u32; 3];
            libc::getresuid(&mut ids[0], &mut ids[1], &mut ids[2]);
            say(format!("getresuid res=0 ruid={} euid={} suid={}", ids[0], ids[1], ids[2]));
            say(format!("setpgid res={} pid=0 pgid=-1", result(libc::setpgid(0, -1))));
            let time = libc::timespec { tv_sec: 0, tv_nsec: 1000 };
            say(format!(
                "nanosleep res={} interval=1000",
                result(libc::syscall(libc::SYS_nanosleep, &time, std::ptr::null::<u8>()))
            ));
            let word = 5u32;
            say(format!(
                "futex res={} addr={} op=129 val=1",
                result(libc::syscall(libc::SYS_futex, &word, libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, 1, 0, 0, 0)),
                std::ptr::addr_of!(word) as usize
            ));
            let unshared = result(libc::unshare(libc::CLONE_FILES));
            say(format!("unshare res={unshared} flags=1"));
            let mut path = [0u8; 300];
            let length = result(libc::syscall(libc::SYS_getcwd, path.as_mut_ptr(), path.len()));
            let cwd = CStr::from_ptr(path.as_ptr().cast()).to_string_lossy().into_owned();
            say(format!("getcwd res={length} path={cwd}"));
            say(format!("chdir res={} path=/nonexistent", result(libc::chdir(c"/nonexistent".as_ptr()))));
            say(format!("seccomp res={} op=99 flags=1", result(libc::syscall(libc::SYS_seccomp, 99, 1, 0))));
            say(format!("semget res={} key=77 nsems=1 semflg=0", result(libc::semget(77, 1, 0))));
            say(format!(
                "umount2 res={} name=/nonexistent flags=2",
                result(libc::umount2(c"/nonexistent".as_ptr(), libc::MNT_DETACH))
            ));
            say(format!(
                "mount res={} dev=none dir=/nonexistent type=tmpfs flags=3",
                result(libc::mount(
                    c"none".as_ptr(),
                    c"/nonexistent".as_ptr(),
                    c"tmpfs".as_ptr(),
                    libc::MS_RDONLY | libc::MS_NOSUID,
                    std::ptr::null()
                ))
            ));
            say(format!(
                "ptrace res={} addr=000000000000000000 data=0100 request=12 pid=1",
                result(libc::ptrace(libc::PTRACE_DETACH, 1, 0, 0))
            ));
            // The number of getppid, which has no event of its own.
            libc::getppid();
            say("syscall ID=41 nativeID=110".to_owned());
        }
        lines
    });
}

#[test]
fn sizes_come_with_calls_on_memory() {
    let Some(recording) = Recording::start(&["--pid", &std::process::id().to_string()]) else { return };
    let me = tid();
    // SAFETY: new memory, which is given back.
    let at = unsafe {
        let at = libc::mmap(
            std::ptr::null_mut(),
            8192,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        libc::mprotect(at, 4096, libc::PROT_READ);
        libc::munmap(at, 8192);
        at as i64
    };
    let events = recording.finish();
    let of = |name: &str, addr: i64| {
        events
            .iter()
            .find(|event| event.tid == me && event.is_exit() && event.name() == name && event.int("addr") == addr)
            .unwrap_or_else(|| panic!("no {name} at {addr:x}"))
    };
    let map = events
        .iter()
        .find(|event| event.tid == me && event.name() == "mmap" && event.is_exit() && event.int("res") == at);
    let map = map.expect("the mmap");
    for (name, value) in [("addr", 0), ("length", 8192), ("prot", 3), ("flags", 0xa), ("fd", -1), ("offset", 0)] {
        assert_eq!(map.int(name), value, "{name}");
    }
    assert!(map.int("vm_size") > map.int("vm_rss") && map.int("vm_rss") > 500, "{}", map.line());
    assert_eq!(of("mprotect", at).line(), format!("mprotect res=0 addr={at} length=4096 prot=1"));
    let unmap = of("munmap", at);
    assert_eq!((unmap.int("res"), unmap.int("length")), (0, 8192));
    assert!(unmap.int("vm_size") < map.int("vm_size"));
}

/// A call through the 32-bit interface.
#[cfg(target_arch = "x86_64")]
fn of_32_bits(number: i64) -> i64 {
    let mut value = number;
    // SAFETY: the kernel keeps all registers but the result; the calls made here touch no memory.
    unsafe { std::arch::asm!("int 0x80", inout("rax") value, out("r8") _, out("r9") _, out("r10") _, out("r11") _) };
    value
}

#[cfg(target_arch = "x86_64")]
#[test]
fn calls_of_the_32_bit_interface_are_marked_and_its_forks_are_forks() {
    let Some(recording) = Recording::start(&["--pid", &std::process::id().to_string()]) else { return };
    let me = tid();
    // getpid there is writev here; 2 is fork.
    let pid = of_32_bits(20);
    let child = of_32_bits(2);
    if child == 0 {
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(0) };
    }
    let events = recording.finish();
    if pid < 0 {
        return;
    }
    // SAFETY: our own child.
    unsafe { libc::waitpid(i32::try_from(child).expect("a pid"), std::ptr::null_mut(), 0) };
    let own: Vec<&Event> = events.iter().filter(|event| event.tid == me && event.is_exit()).collect();
    let marked = own.iter().find(|event| event.kind == 1 && event.bytes("nativeID") == [20, 0x80]);
    assert_eq!(marked.expect("the marked call").int("ID"), 0);
    assert!(!own.iter().any(|event| event.name() == "writev"));
    let fork = own.iter().find(|event| event.name() == "fork").expect("the fork");
    assert_eq!((fork.int("res"), fork.int("pid")), (child, i64::from(std::process::id())));
}
