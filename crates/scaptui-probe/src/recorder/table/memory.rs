//! Memory and semaphores.

use super::From::{Arg, Map, Ret, With};
use super::{call, extra, list, Call};
use crate::recorder::context::Context;
use crate::recorder::flags;
use crate::recorder::params::{self, Params};

fn total(context: &Context<'_>, params: &mut Params) {
    params.pages(context.memory().map(|memory| memory.total));
}

fn resident(context: &Context<'_>, params: &mut Params) {
    params.pages(context.memory().map(|memory| memory.resident));
}

fn swapped(context: &Context<'_>, params: &mut Params) {
    params.pages(context.memory().map(|memory| memory.swapped));
}

/// One of the first two semaphore operations: number, change, flags.
fn semaphore(context: &Context<'_>, params: &mut Params, at: usize, flags: bool) {
    let value = context.bytes(0).map_or(0, |list| params::number(list, at, 2));
    params.u16(if flags { flags::semop(value) } else { value } as u16);
}

fn number_0(context: &Context<'_>, params: &mut Params) {
    semaphore(context, params, 0, false);
}
fn change_0(context: &Context<'_>, params: &mut Params) {
    semaphore(context, params, 2, false);
}
fn flags_0(context: &Context<'_>, params: &mut Params) {
    semaphore(context, params, 4, true);
}
fn number_1(context: &Context<'_>, params: &mut Params) {
    semaphore(context, params, 6, false);
}
fn change_1(context: &Context<'_>, params: &mut Params) {
    semaphore(context, params, 8, false);
}
fn flags_1(context: &Context<'_>, params: &mut Params) {
    semaphore(context, params, 10, true);
}

#[rustfmt::skip]
pub(super) static CALLS: &[Call] = &[
    call("brk", 159, &[], &[Ret, With(total), With(resident), With(swapped), Arg(0)]).extra(extra::MEMORY, 0),
    call("mmap", 161, &[], &[Ret, With(total), With(resident), With(swapped), Arg(0), Arg(1), Map(2, flags::protection), Map(3, flags::mmap), Arg(4), Arg(5)]).extra(extra::MEMORY, 0),
    call("munmap", 165, &[], &[Ret, With(total), With(resident), With(swapped), Arg(0), Arg(1)]).extra(extra::MEMORY, 0),
    call("mprotect", 329, &[], &[Ret, Arg(0), Arg(1), Map(2, flags::protection)]),
    call("mlock", 345, &[], &[Ret, Arg(0), Arg(1)]),
    call("mlock2", 371, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("munlock", 347, &[], &[Ret, Arg(0), Arg(1)]),
    call("mlockall", 349, &[], &[Ret, Arg(0)]),
    call("munlockall", 351, &[], &[Ret]),
    call("futex", 65, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("semop", 251, &[list(1, 2, 6)], &[Ret, Arg(2), With(number_0), With(change_0), With(flags_0), With(number_1), With(change_1), With(flags_1), Arg(0)]),
    call("semget", 263, &[], &[Ret, Arg(0), Arg(1), Map(2, flags::semget)]),
    call("semctl", 253, &[], &[Ret, Arg(0), Arg(1), Map(2, flags::semctl), Arg(3)]),
];
