//! What the recording may do once it is under way: take from its rings, write, wait and end.
//!
//! Everything is open by then, so nothing has to be opened, executed, connected to or looked into any more. These calls
//! fail from then on; what is harmless is not listed, so that another C library's ways to wait or to get memory work.

use std::io;

use libc::{
    sock_filter, BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW,
    SECCOMP_RET_ERRNO,
};

use crate::recorder::sys;

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xC000_00B7;
/// Numbers from here on are those of the x32 interface; nowhere else are there any.
const OTHER_INTERFACE: u32 = 0x4000_0000;
/// Offsets into what the filter is given.
const NUMBER: u32 = 0;
const ARCHITECTURE_AT: u32 = 4;
const FIRST_ARGUMENT: u32 = 16;
/// The one command of `bpf` that is left: a look at how many records were lost.
const MAP_LOOKUP_ELEM: u32 = 1;

const REFUSED: &[libc::c_long] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_open_by_handle_at,
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_kill,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_perf_event_open,
    libc::SYS_io_uring_setup,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
];

/// Confines this thread. A kernel without seccomp is no reason not to record.
pub(crate) fn confine() {
    let _: io::Result<()> = sys::filter_calls(&filter());
}

/// Refuses the calls listed, and those of other interfaces, with `EPERM`.
fn filter() -> Vec<sock_filter> {
    let load = |at| instruction(BPF_LD | BPF_W | BPF_ABS, at, 0, 0);
    let is = |value, yes, no| instruction(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no);
    let calls = REFUSED.len();
    // How far it is from the first of the calls to the end that refuses.
    let refuse = |behind: usize| u8::try_from(calls + 4 - behind).unwrap_or(u8::MAX);
    let mut filter = vec![
        load(ARCHITECTURE_AT),
        is(ARCHITECTURE, 0, refuse(0) + 2),
        load(NUMBER),
        instruction(BPF_JMP | BPF_JGE | BPF_K, OTHER_INTERFACE, refuse(0), 0),
    ];
    filter.extend(REFUSED.iter().enumerate().map(|(at, call)| is(*call as u32, refuse(at + 1), 0)));
    filter.extend([
        is(libc::SYS_bpf as u32, 0, 2),
        load(FIRST_ARGUMENT),
        is(MAP_LOOKUP_ELEM, 0, 1),
        instruction(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0),
        instruction(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | libc::EPERM as u32, 0, 0),
    ]);
    filter
}

fn instruction(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code: code as u16, jt, jf, k }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the filter answers to a call.
    fn answer(number: libc::c_long, architecture: u32, argument: u32) -> u32 {
        let filter = filter();
        let (mut at, mut value) = (0, 0);
        loop {
            let step = filter.get(at).expect("an end before the end");
            at += 1;
            let jump = |condition: bool| usize::from(if condition { step.jt } else { step.jf });
            match u32::from(step.code) & 0xF7 {
                code if code == BPF_RET | BPF_K => return step.k,
                code if code == BPF_JMP | BPF_JEQ | BPF_K => at += jump(value == step.k),
                code if code == BPF_JMP | BPF_JGE | BPF_K => at += jump(value >= step.k),
                _ => {
                    value = match step.k {
                        NUMBER => number as u32,
                        ARCHITECTURE_AT => architecture,
                        _ => argument,
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_listed_is_refused_and_nothing_else() {
        let refused = SECCOMP_RET_ERRNO | libc::EPERM as u32;
        for call in REFUSED {
            assert_eq!(answer(*call, ARCHITECTURE, 0), refused, "{call}");
        }
        for call in [libc::SYS_write, libc::SYS_read, libc::SYS_ppoll, libc::SYS_mmap, libc::SYS_exit_group] {
            assert_eq!(answer(call, ARCHITECTURE, 0), SECCOMP_RET_ALLOW, "{call}");
            assert_eq!(answer(call, 0x4000_0003, 0), refused, "{call} of 32 bits");
        }
        assert_eq!(answer(libc::SYS_bpf, ARCHITECTURE, MAP_LOOKUP_ELEM), SECCOMP_RET_ALLOW);
        assert_eq!(answer(libc::SYS_bpf, ARCHITECTURE, 5), refused, "loading a program");
        assert_eq!(answer(0x4000_0001, ARCHITECTURE, 0), refused, "write of x32");
    }
}
