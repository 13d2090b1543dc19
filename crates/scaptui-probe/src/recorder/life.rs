//! Parameters of the calls that make threads and execute programs.

use scap_format::meta::ProcessEntry;

use crate::recorder::context::{encode_device, memory_at, path, Context};
use crate::recorder::flags;
use crate::recorder::params::{number, Params};
use crate::recorder::record::{chunk, u32_at, u64_at, Record};

const CLONE: u16 = 223;
const VFORK: u16 = 227;
const CLONE3: u16 = 335;

/// What the kernel says of a thread: `struct task_info` of `bpf/records.h`.
#[derive(Clone, Copy)]
struct Task<'a>(&'a [u8]);

/// Offsets into it.
mod at {
    pub(super) const PARENT: usize = 0;
    pub(super) const VTID: usize = 4;
    pub(super) const VPID: usize = 8;
    pub(super) const VPGID: usize = 12;
    pub(super) const PGID: usize = 16;
    pub(super) const SID: usize = 20;
    pub(super) const UID: usize = 24;
    pub(super) const GID: usize = 28;
    pub(super) const LOGINUID: usize = 32;
    pub(super) const TTY: usize = 36;
    pub(super) const IN_PIDNS: usize = 40;
    pub(super) const EXE_FLAGS: usize = 44;
    pub(super) const FDLIMIT: usize = 48;
    pub(super) const MAJOR_FAULTS: usize = 56;
    pub(super) const MINOR_FAULTS: usize = 64;
    pub(super) const MEMORY: usize = 72;
    pub(super) const CAPABILITIES: usize = 96;
    pub(super) const EXE_INO: usize = 120;
    pub(super) const EXE_CTIME: usize = 128;
    pub(super) const EXE_MTIME: usize = 136;
    pub(super) const EXE_MODE: usize = 144;
    pub(super) const EXE_UID: usize = 148;
    pub(super) const EXE_GID: usize = 152;
    pub(super) const EXE_LINKS: usize = 156;
    pub(super) const PIDNS_START: usize = 160;
    pub(super) const COMM: usize = 168;
}

fn task<'a>(context: &Context<'a>) -> Option<Task<'a>> {
    context.bytes(chunk::TASK).filter(|bytes| bytes.len() >= at::COMM + 16).map(Task)
}

fn id(context: &Context<'_>, params: &mut Params, at: usize) {
    match task(context) {
        Some(task) => params.i64(i64::from(u32_at(task.0, at) as i32)),
        None => params.empty(),
    }
}

fn narrow(context: &Context<'_>, params: &mut Params, at: usize) {
    params.maybe_u32(task(context).map(|task| u32_at(task.0, at)));
}

fn wide(context: &Context<'_>, params: &mut Params, at: usize) {
    match task(context) {
        Some(task) => params.u64(u64_at(task.0, at)),
        None => params.empty(),
    }
}

/// A thread as its end tells of it.
pub(crate) fn ended(record: &Record<'_>) -> Option<ProcessEntry> {
    let chunks = record.chunks(0);
    let task = chunks.get(chunk::TASK).filter(|bytes| bytes.len() >= at::COMM + 16)?;
    let id = |at| i64::from(u32_at(task, at) as i32);
    let comm = task.get(at::COMM..)?.split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
    Some(ProcessEntry {
        tid: record.tid.into(),
        pid: record.pid.into(),
        ptid: id(at::PARENT),
        sid: id(at::SID),
        vpgid: id(at::VPGID),
        pgid: id(at::PGID),
        exe: comm.clone(),
        comm,
        fdlimit: u64_at(task, at::FDLIMIT) as i64,
        uid: u32_at(task, at::UID),
        gid: u32_at(task, at::GID),
        vtid: id(at::VTID),
        vpid: id(at::VPID),
        tty: encode_device(u32_at(task, at::TTY)),
        loginuid: u32_at(task, at::LOGINUID),
        cap_inheritable: u64_at(task, at::CAPABILITIES),
        cap_permitted: u64_at(task, at::CAPABILITIES + 8),
        cap_effective: u64_at(task, at::CAPABILITIES + 16),
        ..ProcessEntry::default()
    })
}

/// The command line: of an exec that failed, the one it was given.
fn command_line<'a>(context: &Context<'a>) -> Option<&'a [u8]> {
    context.bytes(chunk::ARGV).or_else(|| context.bytes(chunk::ARGUMENTS))
}

/// First argument and the others, each with its NUL.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|byte| *byte == 0).map_or(line.len(), |nul| nul + 1);
    line.split_at(end)
}

pub(crate) fn exe(context: &Context<'_>, params: &mut Params) {
    match command_line(context) {
        Some(line) => params.text(split(line).0),
        None => params.text(b""),
    }
}

pub(crate) fn args(context: &Context<'_>, params: &mut Params) {
    params.bytes(command_line(context).map_or(&[], |line| split(line).1));
}

pub(crate) fn tid(context: &Context<'_>, params: &mut Params) {
    params.i64(i64::from(context.record.tid));
}

pub(crate) fn pid(context: &Context<'_>, params: &mut Params) {
    params.i64(i64::from(context.record.pid));
}

pub(crate) fn ptid(context: &Context<'_>, params: &mut Params) {
    id(context, params, at::PARENT);
}

/// Readers take it from the process's own calls.
pub(crate) fn cwd(_: &Context<'_>, params: &mut Params) {
    params.text(b"");
}

pub(crate) fn fdlimit(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::FDLIMIT);
}

pub(crate) fn major_faults(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::MAJOR_FAULTS);
}

pub(crate) fn minor_faults(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::MINOR_FAULTS);
}

pub(crate) fn total(context: &Context<'_>, params: &mut Params) {
    params.pages(task(context).and_then(|task| memory_at(task.0, at::MEMORY)).map(|memory| memory.total));
}

pub(crate) fn resident(context: &Context<'_>, params: &mut Params) {
    params.pages(task(context).and_then(|task| memory_at(task.0, at::MEMORY)).map(|memory| memory.resident));
}

pub(crate) fn swapped(context: &Context<'_>, params: &mut Params) {
    params.pages(task(context).and_then(|task| memory_at(task.0, at::MEMORY)).map(|memory| memory.swapped));
}

pub(crate) fn comm(context: &Context<'_>, params: &mut Params) {
    match task(context).and_then(|task| task.0.get(at::COMM..at::COMM + 16)) {
        Some(comm) => params.text(comm.split(|byte| *byte == 0).next().unwrap_or_default()),
        None => params.empty(),
    }
}

/// `subsystem=path` with a NUL each.
pub(crate) fn cgroups(context: &Context<'_>, params: &mut Params) {
    let mut encoded = Vec::with_capacity(512);
    for group in &context.chunks.cgroups {
        let (name, components) = split(group);
        let name = name.strip_suffix(b"\0").unwrap_or(name);
        // As /proc calls it.
        encoded.extend_from_slice(if name == b"io" { b"blkio" } else { name });
        encoded.push(b'=');
        encoded.extend_from_slice(&path(components));
        encoded.push(0);
    }
    params.bytes(&encoded);
}

pub(crate) fn env(context: &Context<'_>, params: &mut Params) {
    params.bytes(context.bytes(chunk::ENVIRONMENT).unwrap_or_default());
}

/// By the call: its first argument, a structure it points to, or nothing.
pub(crate) fn clone_flags(context: &Context<'_>, params: &mut Params) {
    let mut flags = match context.event {
        CLONE => flags::clone(context.arg(0)),
        CLONE3 => flags::clone(context.bytes(0).map_or(0, |arguments| number(arguments, 0, 8))),
        VFORK => flags::VFORK,
        _ => 0,
    };
    if task(context).is_some_and(|task| u32_at(task.0, at::IN_PIDNS) != 0) {
        flags |= flags::CHILD_IN_PIDNS;
    }
    params.u32(flags as u32);
}

pub(crate) fn uid(context: &Context<'_>, params: &mut Params) {
    narrow(context, params, at::UID);
}

pub(crate) fn gid(context: &Context<'_>, params: &mut Params) {
    narrow(context, params, at::GID);
}

/// The user of a program that was executed.
pub(crate) fn user(context: &Context<'_>, params: &mut Params) {
    narrow(context, params, at::UID);
}

/// The group of a program that was executed.
pub(crate) fn group(context: &Context<'_>, params: &mut Params) {
    narrow(context, params, at::GID);
}

pub(crate) fn vtid(context: &Context<'_>, params: &mut Params) {
    id(context, params, at::VTID);
}

pub(crate) fn vpid(context: &Context<'_>, params: &mut Params) {
    id(context, params, at::VPID);
}

pub(crate) fn vpgid(context: &Context<'_>, params: &mut Params) {
    id(context, params, at::VPGID);
}

pub(crate) fn pgid(context: &Context<'_>, params: &mut Params) {
    id(context, params, at::PGID);
}

pub(crate) fn pidns_start(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::PIDNS_START);
}

pub(crate) fn tty(context: &Context<'_>, params: &mut Params) {
    params.maybe_u32(task(context).map(|task| encode_device(u32_at(task.0, at::TTY))));
}

pub(crate) fn loginuid(context: &Context<'_>, params: &mut Params) {
    narrow(context, params, at::LOGINUID);
}

/// 1 its user may write it, 2 and 8 upper and lower layer of an overlay, 4 a memory file.
pub(crate) fn exe_flags(context: &Context<'_>, params: &mut Params) {
    let Some(task) = task(context) else { return params.empty() };
    let get = |at| u32_at(task.0, at);
    let mode = get(at::EXE_MODE);
    let may_write = if get(at::UID) == 0 {
        true
    } else if get(at::UID) == get(at::EXE_UID) {
        mode & 0o200 != 0
    } else if get(at::GID) == get(at::EXE_GID) {
        mode & 0o020 != 0
    } else {
        mode & 0o002 != 0
    };
    let in_memory = get(at::EXE_LINKS) == 0 && context.path().is_some_and(|path| path.starts_with(b"/memfd:"));
    let layer = match get(at::EXE_FLAGS) {
        1 => 2,
        2 => 8,
        _ => 0,
    };
    params.u32(u32::from(may_write) | u32::from(in_memory) << 2 | layer);
}

pub(crate) fn cap_inheritable(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::CAPABILITIES);
}

pub(crate) fn cap_permitted(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::CAPABILITIES + 8);
}

pub(crate) fn cap_effective(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::CAPABILITIES + 16);
}

pub(crate) fn exe_ino(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::EXE_INO);
}

pub(crate) fn exe_ctime(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::EXE_CTIME);
}

pub(crate) fn exe_mtime(context: &Context<'_>, params: &mut Params) {
    wide(context, params, at::EXE_MTIME);
}

pub(crate) fn exepath(context: &Context<'_>, params: &mut Params) {
    match context.path() {
        Some(path) => params.text(&path),
        None => params.empty(),
    }
}

pub(crate) fn filename(context: &Context<'_>, params: &mut Params) {
    match context.bytes(0).or(context.filename) {
        Some(filename) => params.text(filename),
        None => params.empty(),
    }
}
