//! Processes, users, signals, limits, modules.

use super::From::{Arg, Data, In, Map, Ret, Text, VectorData, With};
use super::{call, extra, fixed, fixed_out, given, text, traits, vector_read, vector_written, Call, From};
use crate::recorder::context::Context;
use crate::recorder::flags;
use crate::recorder::life;
use crate::recorder::params::{self, Params};

/// Parameters of the calls that make a thread.
const CLONE: &[From] = &[
    Ret,
    With(life::exe),
    With(life::args),
    With(life::tid),
    With(life::pid),
    With(life::ptid),
    With(life::cwd),
    With(life::fdlimit),
    With(life::major_faults),
    With(life::minor_faults),
    With(life::total),
    With(life::resident),
    With(life::swapped),
    With(life::comm),
    With(life::cgroups),
    With(life::clone_flags),
    With(life::uid),
    With(life::gid),
    With(life::vtid),
    With(life::vpid),
    With(life::pidns_start),
];

/// Parameters of execve; execveat lacks the last.
const EXECVE: &[From] = &[
    Ret,
    With(life::exe),
    With(life::args),
    With(life::tid),
    With(life::pid),
    With(life::ptid),
    With(life::cwd),
    With(life::fdlimit),
    With(life::major_faults),
    With(life::minor_faults),
    With(life::total),
    With(life::resident),
    With(life::swapped),
    With(life::comm),
    With(life::cgroups),
    With(life::env),
    With(life::tty),
    With(life::vpgid),
    With(life::loginuid),
    With(life::exe_flags),
    With(life::cap_inheritable),
    With(life::cap_permitted),
    With(life::cap_effective),
    With(life::exe_ino),
    With(life::exe_ctime),
    With(life::exe_mtime),
    With(life::user),
    With(life::exepath),
    With(life::pgid),
    With(life::group),
    With(life::filename),
];
const EXECVEAT: &[From] = EXECVE.split_at(30).0;

/// Capabilities are stored in two halves: effective, permitted and inheritable of the low, then of the high bits.
fn capabilities(context: &Context<'_>, params: &mut Params, at: usize) {
    match context.bytes(0) {
        Some(sets) => params.u64(params::number(sets, at, 4) | params::number(sets, at + 12, 4) << 32),
        None => params.empty(),
    }
}

fn inheritable(context: &Context<'_>, params: &mut Params) {
    capabilities(context, params, 8);
}

fn permitted(context: &Context<'_>, params: &mut Params) {
    capabilities(context, params, 4);
}

fn effective(context: &Context<'_>, params: &mut Params) {
    capabilities(context, params, 0);
}

/// A limit; -1 where the call was not given one.
fn limit(context: &Context<'_>, params: &mut Params, operation: usize, at: usize) {
    params.u64(context.bytes(operation).map_or(u64::MAX, |limits| params::number(limits, at, 8)));
}

fn first_soft(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 0, 0);
}

fn first_hard(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 0, 8);
}

fn second_soft(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 1, 0);
}

fn second_hard(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 1, 8);
}

const PR_SET_NAME: u64 = 15;

fn prctl_text(context: &Context<'_>, params: &mut Params) {
    match context.bytes(0).filter(|_| context.arg(0) == PR_SET_NAME) {
        Some(name) => params.text(name),
        None => params.text(b""),
    }
}

fn prctl_number(context: &Context<'_>, params: &mut Params) {
    params.u64(if context.arg(0) == PR_SET_NAME { 0 } else { context.arg(1) });
}

/// A value that readers are told the type of: 0 for a number.
fn dynamic(params: &mut Params, value: u64) {
    let mut bytes = [0; 9];
    if let Some(place) = bytes.get_mut(1..) {
        place.copy_from_slice(&value.to_le_bytes());
    }
    params.bytes(&bytes);
}

fn dynamic_1(context: &Context<'_>, params: &mut Params) {
    dynamic(params, context.arg(1));
}

fn dynamic_2(context: &Context<'_>, params: &mut Params) {
    dynamic(params, context.arg(2));
}

fn dynamic_3(context: &Context<'_>, params: &mut Params) {
    dynamic(params, context.arg(3));
}

fn dynamic_4(context: &Context<'_>, params: &mut Params) {
    dynamic(params, context.arg(4));
}

/// What ptrace is given: a signal for requests that let the process run on.
fn ptrace_data(context: &Context<'_>, params: &mut Params) {
    match flags::ptrace(context.arg(0)) {
        0x8..=0xa | 0xc | 0xd => params.bytes(&[1, context.arg(3) as u8]),
        _ => dynamic(params, context.arg(3)),
    }
}

#[rustfmt::skip]
pub(super) static CALLS: &[Call] = &[
    call("clone", 223, &[], CLONE).extra(extra::CLONE, 0).traits(traits::LIFE),
    call("clone3", 335, &[fixed(0, 8)], CLONE).extra(extra::CLONE, 0).traits(traits::LIFE),
    call("fork", 225, &[], CLONE).extra(extra::CLONE, 0).traits(traits::LIFE),
    call("vfork", 227, &[], CLONE).extra(extra::CLONE, 0).traits(traits::LIFE),
    call("execve", 293, &[text(0)], EXECVE).extra(extra::EXEC, 1).enter(&[("filename", Text(0))]).traits(traits::NOW | traits::LIFE),
    call("execveat", 331, &[text(1)], EXECVEAT).extra(extra::EXEC, 2).enter(&[("dirfd", Arg(0)), ("pathname", Text(0)), ("flags", Map(4, flags::execveat))]).traits(traits::NOW | traits::LIFE),
    call("setns", 241, &[], &[Ret, Arg(0), Map(1, flags::clone)]),
    call("unshare", 285, &[], &[Ret, Map(0, flags::clone)]),
    call("setsid", 275, &[], &[Ret]).traits(traits::LIFE),
    call("setpgid", 295, &[], &[Ret, Arg(0), Arg(1)]).traits(traits::LIFE),
    call("kill", 129, &[], &[Ret, Arg(0), Arg(1)]),
    call("tkill", 131, &[], &[Ret, Arg(0), Arg(1)]),
    call("tgkill", 133, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("getuid", 203, &[], &[Ret]),
    call("geteuid", 205, &[], &[Ret]),
    call("getgid", 207, &[], &[Ret]),
    call("getegid", 209, &[], &[Ret]),
    call("getresuid", 211, &[fixed_out(0, 4), fixed_out(1, 4), fixed_out(2, 4)], &[Ret, In(0, 0, 4), In(1, 0, 4), In(2, 0, 4)]),
    call("getresgid", 213, &[fixed_out(0, 4), fixed_out(1, 4), fixed_out(2, 4)], &[Ret, In(0, 0, 4), In(1, 0, 4), In(2, 0, 4)]),
    call("setuid", 199, &[], &[Ret, Arg(0)]).traits(traits::LIFE),
    call("setgid", 201, &[], &[Ret, Arg(0)]).traits(traits::LIFE),
    call("setresuid", 193, &[], &[Ret, Arg(0), Arg(1), Arg(2)]).traits(traits::LIFE),
    call("setresgid", 195, &[], &[Ret, Arg(0), Arg(1), Arg(2)]).traits(traits::LIFE),
    call("setreuid", 427, &[], &[Ret, Arg(0), Arg(1)]).traits(traits::LIFE),
    call("setregid", 429, &[], &[Ret, Arg(0), Arg(1)]).traits(traits::LIFE),
    call("capset", 353, &[fixed(1, 24)], &[Ret, With(inheritable), With(permitted), With(effective)]),
    call("getrlimit", 141, &[fixed_out(1, 16)], &[Ret, With(first_soft), With(first_hard), Map(0, flags::rlimit)]),
    call("setrlimit", 143, &[fixed(1, 16)], &[Ret, With(first_soft), With(first_hard), Map(0, flags::rlimit)]),
    call("prlimit64", 145, &[fixed(2, 16), fixed_out(3, 16)], &[Ret, With(first_soft), With(first_hard), With(second_soft), With(second_hard), Arg(0), Map(1, flags::rlimit)]),
    call("prctl", 401, &[text(1)], &[Ret, Arg(0), With(prctl_text), With(prctl_number)]),
    call("ptrace", 169, &[], &[Ret, With(dynamic_2), With(ptrace_data), Map(0, flags::ptrace), Arg(1)]),
    call("seccomp", 299, &[], &[Ret, Arg(0), Arg(1)]),
    call("bpf", 369, &[], &[Ret, Arg(0)]),
    call("keyctl", 453, &[], &[Ret, Arg(0), With(dynamic_1), With(dynamic_2), With(dynamic_3), With(dynamic_4)]),
    call("pidfd_open", 409, &[], &[Ret, Arg(0), Map(1, flags::pidfd_open)]),
    call("pidfd_getfd", 407, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("process_vm_readv", 421, &[vector_read(1, 2)], &[Ret, Arg(0), VectorData(0)]),
    call("process_vm_writev", 423, &[vector_written(1, 2)], &[Ret, Arg(0), VectorData(0)]),
    call("init_module", 411, &[given(0, 1), text(2)], &[Ret, Data(0), Arg(1), Text(1)]),
    call("finit_module", 413, &[text(1)], &[Ret, Arg(0), Text(0), Arg(2)]),
    call("delete_module", 425, &[text(0)], &[Ret, Text(0), Map(1, flags::delete_module)]),
];
