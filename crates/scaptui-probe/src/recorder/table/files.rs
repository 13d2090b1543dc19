//! Files, descriptors, directories, waiting for them.

use super::From::{Arg, Data, In, Map, MapIn, Nothing, Ret, Text, VectorData, VectorSize, With};
use super::{
    call, extra, fixed, fixed_out, given, given_structure, list, quota, read, text, text_out, traits, vector_read,
    vector_written, written, Call, From, RESULT,
};
use crate::recorder::context::Context;
use crate::recorder::flags;
use crate::recorder::params::{self, Params};

const OPENED: u8 = extra::FILE;

/// `O_CREAT` or `O_TMPFILE` give the mode a meaning.
fn mode_of(context: &Context<'_>, params: &mut Params, flags: u64, mode: u64) {
    let _ = context;
    params.u32(if flags::creates(flags) { (mode & 0o7777) as u32 } else { 0 });
}

fn open_mode(context: &Context<'_>, params: &mut Params) {
    mode_of(context, params, context.arg(1), context.arg(2));
}

fn openat_mode(context: &Context<'_>, params: &mut Params) {
    mode_of(context, params, context.arg(2), context.arg(3));
}

fn openat2_mode(context: &Context<'_>, params: &mut Params) {
    match context.bytes(1) {
        Some(how) => mode_of(context, params, params::number(how, 0, 8), params::number(how, 8, 8)),
        None => params.empty(),
    }
}

/// Flags, and on success what the file says of itself.
fn flags_with_file(context: &Context<'_>, params: &mut Params, flags: u64) {
    let mut flags = flags::open(flags);
    if let Some(file) = context.file() {
        flags |= file.flags();
    }
    params.u32(flags as u32);
}

fn open_flags(context: &Context<'_>, params: &mut Params) {
    flags_with_file(context, params, context.arg(1));
}

fn openat_flags(context: &Context<'_>, params: &mut Params) {
    flags_with_file(context, params, context.arg(2));
}

fn openat2_flags(context: &Context<'_>, params: &mut Params) {
    match context.bytes(1) {
        Some(how) => flags_with_file(context, params, params::number(how, 0, 8)),
        None => params.empty(),
    }
}

fn creat_flags(context: &Context<'_>, params: &mut Params) {
    params.u16(context.file().map_or(0, |file| file.creat_flags()));
}

fn device(context: &Context<'_>, params: &mut Params) {
    params.u32(context.file().map_or(0, |file| file.device()));
}

fn inode(context: &Context<'_>, params: &mut Params) {
    params.u64(context.file().map_or(0, |file| file.ino));
}

fn path_of_file(context: &Context<'_>, params: &mut Params) {
    match context.path() {
        Some(path) => params.text(&path),
        None => params.empty(),
    }
}

fn seconds(context: &Context<'_>, params: &mut Params, operation: usize) {
    match context.bytes(operation) {
        Some(time) => {
            let seconds = params::number(time, 0, 8);
            params.u64(seconds.wrapping_mul(1_000_000_000).wrapping_add(params::number(time, 8, 8)));
        }
        None => params.empty(),
    }
}

fn first_time(context: &Context<'_>, params: &mut Params) {
    seconds(context, params, 0);
}

fn second_time(context: &Context<'_>, params: &mut Params) {
    seconds(context, params, 1);
}

/// Descriptors with the events waited for at enter, those that happened at exit.
fn polled(context: &Context<'_>, params: &mut Params) {
    let Some(list) = context.bytes(0) else { return params.empty() };
    let at = if context.entering { 4 } else { 6 };
    let mut encoded = Vec::with_capacity(2 + list.len() / 8 * 10);
    encoded.extend_from_slice(&((list.len() / 8) as u16).to_le_bytes());
    for entry in list.chunks_exact(8) {
        let fd = i64::from(params::number(entry, 0, 4) as i32);
        encoded.extend_from_slice(&fd.to_le_bytes());
        encoded.extend_from_slice(&(flags::poll(params::number(entry, at, 2)) as u16).to_le_bytes());
    }
    params.bytes(&encoded);
}

/// The descriptors of a pipe are in memory.
const PIPE: &[From] = &[Ret, In(0, 0, 4), In(0, 4, 4), With(inode)];
const PIPE2: &[From] = &[Ret, In(0, 0, 4), In(0, 4, 4), With(inode), Map(1, flags::descriptor)];

/// A value of fsconfig: text, bytes or nothing, by its command.
fn fsconfig_bytes(context: &Context<'_>, params: &mut Params) {
    match context.bytes(1).filter(|_| context.arg(1) == 2) {
        Some(bytes) => params.bytes(bytes),
        None => params.empty(),
    }
}

fn fsconfig_text(context: &Context<'_>, params: &mut Params) {
    match context.bytes(2).filter(|_| matches!(context.arg(1), 1 | 3 | 4)) {
        Some(text) => params.text(text),
        None => params.empty(),
    }
}

#[rustfmt::skip]
pub(super) static CALLS: &[Call] = &[
    call("open", 3, &[text(0)], &[Ret, Text(0), With(open_flags), With(open_mode), With(device), With(inode)]).extra(OPENED, RESULT),
    call("openat", 307, &[text(1)], &[Ret, Arg(0), Text(0), With(openat_flags), With(openat_mode), With(device), With(inode)]).extra(OPENED, RESULT),
    call("openat2", 327, &[text(1), fixed(2, 24)], &[Ret, Arg(0), Text(0), With(openat2_flags), With(openat2_mode), MapIn(1, 16, 8, flags::resolve), With(device), With(inode)]).extra(OPENED, RESULT),
    call("creat", 59, &[text(0)], &[Ret, Text(0), Arg(1), With(device), With(inode), With(creat_flags)]).extra(OPENED, RESULT),
    call("open_by_handle_at", 337, &[], &[Ret, Arg(0), Map(2, flags::open), With(path_of_file), With(device), With(inode)]).extra(OPENED, RESULT).traits(traits::PATH),
    call("close", 5, &[], &[Ret, Arg(0)]),
    call("close_range", 451, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("read", 7, &[read(1)], &[Ret, Data(0), Arg(0), Arg(2)]),
    call("write", 9, &[written(1, 2)], &[Ret, Data(0), Arg(0), Arg(2)]),
    call("pread64", 113, &[read(1)], &[Ret, Data(0), Arg(0), Arg(2), Arg(3)]),
    call("pwrite64", 115, &[written(1, 2)], &[Ret, Data(0), Arg(0), Arg(2), Arg(3)]),
    call("readv", 117, &[vector_read(1, 2)], &[Ret, VectorSize(0), VectorData(0), Arg(0)]),
    call("writev", 119, &[vector_written(1, 2)], &[Ret, VectorData(0), Arg(0), VectorSize(0)]),
    call("preadv", 121, &[vector_read(1, 2)], &[Ret, VectorSize(0), VectorData(0), Arg(0), Arg(3)]),
    call("pwritev", 123, &[vector_written(1, 2)], &[Ret, VectorData(0), Arg(0), VectorSize(0), Arg(3)]),
    call("lseek", 87, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("stat", 67, &[text(0)], &[Ret, Text(0)]),
    call("lstat", 69, &[text(0)], &[Ret, Text(0)]),
    call("fstat", 71, &[], &[Ret, Arg(0)]),
    call("newfstatat", 419, &[text(1)], &[Ret, Arg(0), Text(0), Arg(3)]),
    call("access", 265, &[text(0)], &[Ret, Text(0), Arg(1)]),
    call("getcwd", 93, &[text_out(0)], &[Ret, Text(0)]),
    call("chdir", 95, &[text(0)], &[Ret, Text(0)]),
    call("fchdir", 97, &[], &[Ret, Arg(0)]),
    call("chroot", 267, &[text(0)], &[Ret, Text(0)]),
    call("mkdir", 277, &[text(0)], &[Ret, Text(0), Arg(1)]),
    call("mkdirat", 305, &[text(1)], &[Ret, Arg(0), Text(0), Arg(2)]),
    call("rmdir", 279, &[text(0)], &[Ret, Text(0)]),
    call("unlink", 301, &[text(0)], &[Ret, Text(0)]),
    call("unlinkat", 303, &[text(1)], &[Ret, Arg(0), Text(0), Arg(2)]),
    call("rename", 175, &[text(0), text(1)], &[Ret, Text(0), Text(1)]),
    call("renameat", 177, &[text(1), text(3)], &[Ret, Arg(0), Text(0), Arg(2), Text(1)]),
    call("renameat2", 319, &[text(1), text(3)], &[Ret, Arg(0), Text(0), Arg(2), Text(1), Arg(4)]),
    call("link", 309, &[text(0), text(1)], &[Ret, Text(0), Text(1)]),
    call("linkat", 311, &[text(1), text(3)], &[Ret, Arg(0), Text(0), Arg(2), Text(1), Arg(4)]),
    call("symlink", 179, &[text(0), text(1)], &[Ret, Text(0), Text(1)]),
    call("symlinkat", 181, &[text(0), text(2)], &[Ret, Text(0), Arg(1), Text(1)]),
    call("chmod", 315, &[text(0)], &[Ret, Text(0), Arg(1)]),
    call("fchmod", 317, &[], &[Ret, Arg(0), Arg(1)]),
    call("fchmodat", 313, &[text(1)], &[Ret, Arg(0), Text(0), Arg(2)]),
    call("chown", 379, &[text(0)], &[Ret, Text(0), Arg(1), Arg(2)]),
    call("lchown", 381, &[text(0)], &[Ret, Text(0), Arg(1), Arg(2)]),
    call("fchown", 383, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("fchownat", 385, &[text(1)], &[Ret, Arg(0), Text(0), Arg(2), Arg(3), Map(4, flags::fchownat)]),
    call("mknod", 415, &[text(0)], &[Ret, Text(0), Arg(1), Map(2, flags::device)]),
    call("mknodat", 417, &[text(1)], &[Ret, Arg(0), Text(0), Arg(2), Map(3, flags::device)]),
    call("dup", 367, &[], &[Ret, Arg(0)]).enter(&[("fd", Arg(0))]),
    call("dup2", 363, &[], &[Ret, Arg(0), Arg(1)]).enter(&[("fd", Arg(0))]),
    call("dup3", 365, &[], &[Ret, Arg(0), Arg(1), Map(2, flags::descriptor)]).enter(&[("fd", Arg(0))]),
    call("fcntl", 151, &[], &[Ret, Arg(0), Map(1, flags::fcntl), Arg(2)]),
    call("flock", 243, &[], &[Ret, Arg(0), Arg(1)]),
    call("ioctl", 171, &[], &[Ret, Arg(0), Arg(1), Arg(2)]),
    call("getdents", 237, &[], &[Ret, Arg(0)]),
    call("getdents64", 239, &[], &[Ret, Arg(0)]),
    call("pipe", 61, &[fixed_out(0, 8)], PIPE).extra(extra::PIPE, 0),
    call("pipe2", 393, &[fixed_out(0, 8)], PIPE2).extra(extra::PIPE, 0),
    call("eventfd", 63, &[], &[Ret, Arg(0), Nothing]),
    call("eventfd2", 397, &[], &[Ret, Map(1, flags::descriptor), Arg(0)]),
    call("signalfd", 127, &[fixed(1, 8)], &[Ret, Arg(0), In(0, 0, 4), Nothing]),
    call("signalfd4", 399, &[fixed(1, 8)], &[Ret, Map(3, flags::descriptor), Arg(0), In(0, 0, 4)]),
    call("timerfd_create", 137, &[], &[Ret, Arg(0), Arg(1)]),
    call("inotify_init", 139, &[], &[Ret, Nothing]),
    call("inotify_init1", 395, &[], &[Ret, Map(0, flags::descriptor)]),
    call("memfd_create", 405, &[text(0)], &[Ret, Text(0), Arg(1)]),
    call("userfaultfd", 321, &[], &[Ret, Map(0, flags::descriptor)]),
    call("epoll_create", 375, &[], &[Ret, Arg(0)]),
    call("epoll_create1", 377, &[], &[Ret, Map(0, flags::epoll_create)]),
    call("epoll_wait", 79, &[], &[Ret, Arg(2)]),
    call("poll", 81, &[list(0, 1, 8)], &[Ret, With(polled), Arg(2)]),
    call("ppoll", 255, &[list(0, 1, 8), fixed(2, 16), fixed(3, 8)], &[Ret, With(polled), With(second_time), In(2, 0, 4)]),
    call("select", 83, &[], &[Ret]),
    call("nanosleep", 135, &[fixed(0, 16)], &[Ret, With(first_time)]),
    call("sendfile", 189, &[fixed(2, 8)], &[Ret, In(0, 0, 8), Arg(0), Arg(1), Arg(3)]),
    call("splice", 167, &[], &[Ret, Arg(0), Arg(2), Arg(4), Arg(5)]),
    call("copy_file_range", 333, &[fixed(1, 8), fixed(3, 8)], &[Ret, Arg(2), In(1, 0, 8), Arg(0), In(0, 0, 8), Arg(4)]),
    call("mount", 257, &[text(0), text(1), text(2)], &[Ret, Text(0), Text(1), Text(2), Map(3, flags::mount)]),
    call("umount2", 391, &[text(0)], &[Ret, Text(0), Arg(1)]),
    call("quotactl", 191, &[text(1), text(3), given_structure(3, 72)], &[Ret, Text(0), With(quota::path), With(quota::hard_space), With(quota::soft_space), With(quota::space), With(quota::hard_inodes), With(quota::soft_inodes), With(quota::space_time), With(quota::inode_time), With(quota::space_grace), With(quota::inode_grace), With(quota::info_flags), With(quota::format_found), Map(0, flags::quota_command), Map(0, flags::quota_type), With(quota::id), With(quota::format_wanted)]),
    call("fsconfig", 373, &[text(2), given(3, 4), text(3)], &[Ret, Arg(0), Arg(1), Text(0), With(fsconfig_bytes), With(fsconfig_text), Arg(4)]),
    call("io_uring_setup", 339, &[fixed(1, 40)], &[Ret, Arg(0), In(0, 0, 4), In(0, 4, 4), MapIn(0, 8, 4, flags::io_uring_setup), In(0, 12, 4), In(0, 16, 4), In(0, 20, 4)]),
    call("io_uring_enter", 341, &[], &[Ret, Arg(0), Arg(1), Arg(2), Arg(3), Nothing]),
    call("io_uring_register", 343, &[], &[Ret, Arg(0), Arg(1), Arg(2), Arg(3)]),
];
