//! What is known of a system call when it returns, and what the engine does with each event type.

use std::sync::OnceLock;

use scap_format::event::Params;
use scap_format::tables::{event_info, EventFlags, EventInfo, Source};

use super::fds::FdId;
use super::threads::ThreadId;
use super::{id, NO_RESULT};
use crate::convert::Today;

/// A system call that has returned, with all that its effects depend on.
pub(super) struct Call<'a> {
    pub(super) n: u32,
    pub(super) ts: u64,
    pub(super) thread: ThreadId,
    /// The exit in today's form.
    pub(super) event: Today<'a>,
    /// The enter event of this call: its type of today and its parameters.
    pub(super) enter: Option<(u16, Params<'a>)>,
    pub(super) result: Option<i64>,
    pub(super) fd: FdId,
}

/// Events nobody did: recorder and reader speak for themselves.
pub(crate) fn is_threadless(info: &EventInfo) -> bool {
    matches!(info.source, Source::Meta | Source::Plugin | Source::None)
}

/// Whether an event's first parameter is a result.
pub(crate) fn has_result(info: &EventInfo) -> bool {
    info.is_exit() && info.source == Source::Syscall && info.id != id::SYSCALL && !info.params.is_empty()
}

pub(super) fn errno_of(result: i64) -> u16 {
    if result >= 0 {
        return 0;
    }
    u16::try_from(result.unsigned_abs()).unwrap_or(NO_RESULT - 1).min(NO_RESULT - 1)
}

/// What the engine does with an event type; decided once, asked for every event.
pub(super) mod does {
    /// Its exit may change the state.
    pub(in crate::state) const EFFECTS: u8 = 1;
    /// Its first parameter is a result.
    pub(in crate::state) const RESULT: u8 = 2;
    /// It has to do with a descriptor.
    pub(in crate::state) const FD: u8 = 4;
    /// Nobody did it, or it does not count as its thread's last event.
    pub(in crate::state) const META: u8 = 8;
    /// It maps memory or takes the descriptor of a directory. The enter event is not about it, nor is the exit in
    /// captures whose exits do not name it.
    pub(in crate::state) const ASIDE: u8 = 16;
}

#[inline]
pub(super) fn does(event_type: u16) -> u8 {
    static TABLE: OnceLock<Vec<u8>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let bits = |info: &EventInfo| {
            let memory = matches!(info.name, "mmap" | "mmap2");
            let aside = memory
                || matches!(info.name, "symlinkat" | "unlinkat" | "mkdirat" | "fchmodat" | "fchownat" | "mknodat")
                || info.name == "newfstatat";
            let effects = info.has(EventFlags::STATE | EventFlags::CREATES_FD | EventFlags::DESTROYS_FD)
                || info.has(EventFlags::READS | EventFlags::WRITES)
                || memory
                || matches!(info.name, "brk" | "munmap" | "close_range" | "getcwd" | "setrlimit" | "getrlimit")
                || matches!(info.name, "prlimit" | "setns" | "unshare");
            let fd = info.has(EventFlags::CREATES_FD | EventFlags::USES_FD | EventFlags::DESTROYS_FD);
            let meta = info.has(EventFlags::SKIP_RESET) || is_threadless(info);
            let flag = |on: bool, bit| if on { bit } else { 0 };
            flag(effects, does::EFFECTS)
                | flag(has_result(info), does::RESULT)
                | flag(fd, does::FD)
                | flag(meta, does::META)
                | flag(aside, does::ASIDE)
        };
        scap_format::tables::EVENTS.iter().map(bits).collect()
    });
    table.get(usize::from(event_type)).copied().unwrap_or(0)
}

/// The number of the descriptor an exit works on, -1 when it names none. Of calls that were under way when the capture
/// began, captures of current recorders are read as saying 0.
pub(super) fn fd_number(today: &Today<'_>, enter: Option<(u16, Params<'_>)>, is_self_contained: bool) -> i64 {
    let Some(info) = event_info(today.event_type) else { return -1 };
    if !info.has(EventFlags::USES_FD | EventFlags::DESTROYS_FD) {
        return -1;
    }
    let own = info.fd_param.and_then(|at| {
        let at = usize::from(at);
        if is_self_contained {
            today.int(at)
        } else {
            today.given_int(at)
        }
    });
    own.or_else(|| enter.and_then(|(_, params)| params.int(0))).unwrap_or(-1)
}

/// The type letter of a descriptor that is in no table, by the call that speaks of it.
pub(super) fn guessed_letter(name: &str) -> u8 {
    match name {
        "open" | "openat" | "openat2" | "creat" | "open_by_handle_at" => b'f',
        "socket" | "accept" | "accept4" | "connect" => b'4',
        "pipe" | "pipe2" => b'p',
        "eventfd" | "eventfd2" => b'e',
        "signalfd" | "signalfd4" => b's',
        "timerfd_create" => b't',
        _ => b'o',
    }
}
