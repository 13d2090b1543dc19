//! Threads in an index.

use super::{ExitInfo, Memory, Thread, ThreadId, ThreadVersion, Threads, VersionId};
use crate::index::stored::{stored, stored_id};

stored_id!(ThreadId, thread);
stored_id!(VersionId, version);
stored!(ExitInfo { status, event });
stored!(Memory { faults, size });
stored!(Thread { tid, versions, born, gone, exit, tables, memory, ran, read, written, counts });
stored!(Threads { all, versions, by_tid });
stored!(ThreadVersion {
    instance,
    tid,
    pid,
    ptid,
    vtid,
    vpid,
    sid,
    vpgid,
    pgid,
    comm,
    exe,
    exepath,
    args,
    env,
    cwd,
    root,
    cgroups,
    container,
    uid,
    gid,
    loginuid,
    flags,
    tty,
    exe_bits,
    placeholder,
    nobody,
    described,
    fdlimit,
    clone_ts,
    exec_ts,
    pidns_start,
    caps,
    exe_ino,
    exe_ctime,
    exe_mtime,
    reaper
});
