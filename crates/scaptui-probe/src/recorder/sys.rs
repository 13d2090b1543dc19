//! The system interface that the standard library lacks: the one place with unsafe code.
#![allow(unsafe_code, reason = "each call hands the kernel plain numbers or memory that outlives the call")]

use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);

extern "C" fn on_signal(_: libc::c_int) {
    STOP.store(true, Ordering::Relaxed);
}

/// Makes the signals that ask for an end set a flag; a closed pipe is told by the write that fails.
pub(crate) fn catch_signals() -> io::Result<()> {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: the handler only stores to an atomic; the structure is plain data, valid when zeroed.
        let failed = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_signal as extern "C" fn(libc::c_int) as libc::sighandler_t;
            libc::sigaction(signal, &raw const action, std::ptr::null_mut())
        };
        if failed != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Whether a signal asked for an end.
pub(crate) fn stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// Sleeps, until a signal comes or the reader of the descriptor closes its end: then `true`.
pub(crate) fn wait(reader: RawFd, time: Duration) -> bool {
    let mut poll = libc::pollfd { fd: reader, events: 0, revents: 0 };
    let milliseconds = libc::c_int::try_from(time.as_millis()).unwrap_or(libc::c_int::MAX);
    // SAFETY: one structure, as said, which outlives the call.
    let ready = unsafe { libc::poll(&raw mut poll, 1, milliseconds) };
    ready == 1 && poll.revents & (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0
}

/// Waits until the descriptor takes bytes, at most so long; also when its reader is gone.
pub(crate) fn writable(fd: RawFd, time: Duration) -> bool {
    let mut poll = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    let milliseconds = libc::c_int::try_from(time.as_millis()).unwrap_or(libc::c_int::MAX);
    // SAFETY: one structure, as said, which outlives the call.
    unsafe { libc::poll(&raw mut poll, 1, milliseconds) == 1 }
}

fn clock(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes one structure, which outlives the call.
    if unsafe { libc::clock_gettime(clock, &raw mut time) } != 0 {
        return 0;
    }
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// Nanoseconds since boot, suspended time included: the clock of records.
pub(crate) fn since_boot() -> u64 {
    clock(libc::CLOCK_BOOTTIME)
}

/// Nanoseconds since the epoch when the clock of records stood at zero. Of several measurements that with the least
/// between its readings counts.
pub(crate) fn boot_time() -> u64 {
    let measure = || {
        let before = since_boot();
        let now = clock(libc::CLOCK_REALTIME);
        let after = since_boot();
        (after.saturating_sub(before), now.saturating_sub(before.midpoint(after)))
    };
    (0..10).map(|_| measure()).min().map_or(0, |best| best.1)
}

/// Processor time this process has taken, in nanoseconds.
pub(crate) fn processor_time() -> u64 {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// Bytes of a page.
pub(crate) fn page_size() -> u64 {
    // SAFETY: no memory is involved.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// Numbers of cpus that may come to be: records name them.
pub(crate) fn cpus() -> u32 {
    // SAFETY: no memory is involved.
    u32::try_from(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_CONF) }).unwrap_or(1).max(1)
}

/// Nothing this process executes can gain privileges.
pub(crate) fn no_new_privileges() -> io::Result<()> {
    // SAFETY: no memory is involved.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Lets a program decide on each call this thread makes from now on; nothing may gain privileges before.
pub(crate) fn filter_calls(filter: &[libc::sock_filter]) -> io::Result<()> {
    let length = u16::try_from(filter.len()).map_err(io::Error::other)?;
    let program = libc::sock_fprog { len: length, filter: filter.as_ptr().cast_mut() };
    // SAFETY: the kernel copies the instructions, which outlive the call and are not changed.
    if unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// A version 3 header of capget and capset, and its two halves: effective, permitted, inheritable.
#[repr(C)]
struct CapabilityHeader {
    version: u32,
    pid: i32,
}
const VERSION_3: u32 = 0x2008_0522;

/// The effective capabilities of this thread, a bit for each.
pub(crate) fn capabilities() -> io::Result<u64> {
    let mut header = CapabilityHeader { version: VERSION_3, pid: 0 };
    let mut sets = [[0u32; 3]; 2];
    // SAFETY: both have the layout of the kernel's interface and outlive the call.
    if unsafe { libc::syscall(libc::SYS_capget, &mut header, &mut sets) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(u64::from(sets[0][0]) | u64::from(sets[1][0]) << 32)
}

/// Gives up all capabilities of this thread but one, which it keeps if it has it.
pub(crate) fn keep_capability(bit: u32) -> io::Result<()> {
    let header = CapabilityHeader { version: VERSION_3, pid: 0 };
    let keep = capabilities()? & 1 << bit;
    let (low, high) = (keep as u32, (keep >> 32) as u32);
    let sets = [[low, low, 0], [high, high, 0]];
    // SAFETY: both have the layout of the kernel's interface and outlive the call.
    if unsafe { libc::syscall(libc::SYS_capset, &header, &sets) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Lets this process lock memory without bound, which kernels before 5.11 count maps as.
pub(crate) fn unlimited_locked_memory() {
    let limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: one structure that outlives the call. A failure shows when maps are made.
    unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const limit) };
}

/// A descriptor that was inherited, as a file of its own: closing it leaves the inherited one open, which may be
/// standard error, where the reason of a failure is still to be told.
///
/// # Errors
/// It is not open.
pub(crate) fn inherited(fd: RawFd) -> io::Result<std::fs::File> {
    use std::os::fd::FromRawFd as _;
    // SAFETY: numbers are handed over; no memory is involved.
    let copy = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) };
    if copy < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: just made, and this is the only owner.
    Ok(unsafe { std::fs::File::from_raw_fd(copy) })
}
