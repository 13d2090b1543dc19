//! Calls with a structure whose meaning depends on what is asked, and masks.

use super::calls::{check, result};

const SET_INFO: libc::c_int = 0x80_0006;
const SET_QUOTA: libc::c_int = 0x80_0008;
const QUOTA_ON: libc::c_int = 0x80_0002;
const GET_QUOTA: libc::c_int = 0x80_0007;

fn command(command: libc::c_int, kind: libc::c_int) -> libc::c_int {
    command << 8 | kind
}

/// There are no quotas on `/nonexistent`: what is given is recorded, what is asked for is not there.
#[test]
fn quotas_that_are_given_are_told_and_those_that_are_not_found_are_not() {
    check(|| {
        let mut lines = Vec::new();
        // SAFETY: every pointer is to memory that outlives its call.
        unsafe {
            let mut limits: libc::dqblk = std::mem::zeroed();
            limits.dqb_bhardlimit = 11;
            limits.dqb_bsoftlimit = 12;
            limits.dqb_curspace = 13;
            limits.dqb_ihardlimit = 14;
            limits.dqb_isoftlimit = 15;
            limits.dqb_btime = 16;
            limits.dqb_itime = 17;
            // Limits of space and the time for inodes count.
            limits.dqb_valid = 1 | 32;
            let special = c"/nonexistent".as_ptr();
            let call = |what, kind, id, at: *mut libc::c_void| {
                result(libc::quotactl(command(what, kind), special, id, at.cast()))
            };
            let at = std::ptr::addr_of_mut!(limits).cast();
            let head = |res| format!("quotactl res={res} special=/nonexistent");
            let none = "dqb_bhardlimit=0 dqb_bsoftlimit=0 dqb_curspace=0 dqb_ihardlimit=0 dqb_isoftlimit=0 dqb_btime=0 dqb_itime=0";
            let no_info = "dqi_bgrace=0 dqi_igrace=0 dqi_flags=0 quota_fmt_out=1";
            lines.push(format!(
                "{} quotafilepath=- dqb_bhardlimit=11 dqb_bsoftlimit=12 dqb_curspace=0 dqb_ihardlimit=0 dqb_isoftlimit=0 dqb_btime=0 dqb_itime=17 {no_info} cmd=64 type=1 id=7 quota_fmt=1",
                head(call(SET_QUOTA, 0, 7, at))
            ));
            lines.push(format!(
                "{} quotafilepath=- {none} {no_info} cmd=32 type=2 id=8 quota_fmt=1",
                head(call(GET_QUOTA, 1, 8, at))
            ));
            // Two times, flags, which of them count.
            let info = [21u64, 22, 1 | 7 << 32];
            lines.push(format!(
                "{} quotafilepath=- {none} dqi_bgrace=21 dqi_igrace=22 dqi_flags=1 quota_fmt_out=1 cmd=16 type=1 id=0 quota_fmt=1",
                head(call(SET_INFO, 0, 0, info.as_ptr() as *mut _))
            ));
            lines.push(format!(
                "{} quotafilepath=/aquota.user {none} {no_info} cmd=1 type=1 id=0 quota_fmt=4",
                head(call(QUOTA_ON, 0, 2, c"/aquota.user".as_ptr() as *mut _))
            ));
        }
        lines
    });
}

#[test]
fn the_signals_of_a_descriptor_are_told() {
    check(|| {
        let mask = 1u64 << 9 | 1 << 14;
        // SAFETY: the mask outlives the call.
        let fd = unsafe { libc::syscall(libc::SYS_signalfd4, -1, &mask, 8, libc::SFD_CLOEXEC) };
        vec![format!("signalfd4 res={fd} flags=4096 fd=-1 mask={mask}")]
    });
}
