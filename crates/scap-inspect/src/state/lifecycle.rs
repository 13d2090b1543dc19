//! What events do to threads: clone, execve, exit, and the calls that change who a thread is.

use scap_format::event::{EventRef, Params};
use scap_format::tables::{EventFlags, EventInfo};

use super::fds::{bits, FdId};
use super::threads::{clone_flags as flag, ExitInfo, ThreadId, ThreadVersion};
use super::users::User;
use super::{id, Applied, Call, State, NO_RESULT};
use crate::containers::ContainerInfo;
use crate::convert::Today;
use crate::intern::StrId;
use crate::path;

/// A clone reported by parent and child at nearly the same time is one clone.
const SAME_CLONE_NS: u64 = 2_000_000_000;
const PR_SET_CHILD_SUBREAPER: u64 = 36;
const RLIMIT_NOFILE: u64 = 7;
const NEWUSER: u64 = 0x10_0000;
const ALL_CAPS: u64 = (1 << 41) - 1;

impl State {
    /// Effects of calls that change threads.
    pub(super) fn thread_effects(&mut self, call: &Call<'_>) {
        let event = &call.event;
        match event.event_type {
            id::CLONE | id::FORK | id::VFORK | id::CLONE3 => return self.clone_exit(call),
            id::EXECVE | id::EXECVEAT => return self.execve(call),
            id::BRK | id::MMAP | id::MMAP2 | id::MUNMAP => return self.memory_sizes(call),
            _ => {}
        }
        if call.result.is_none_or(|result| result < 0) {
            return;
        }
        let (thread, n) = (call.thread, call.n);
        let number = |at| event.uint(at).map(|v| v as u32);
        match event.event_type {
            // getcwd answers with the truth.
            id::CHDIR | id::GETCWD => self.chdir(call, event.text(1)),
            id::FCHDIR => {
                let name = self.fds.get(call.fd).name;
                let name = self.strings.get(name).to_vec();
                self.chdir(call, Some(&name));
            }
            id::CHROOT => {
                if let Some(root) = event.text(1) {
                    let root = self.absolute(thread, None, root);
                    let root = self.strings.intern(&root);
                    self.change(thread, n, |t| t.root = root);
                }
            }
            id::SETUID => self.set_ids(thread, n, number(1), None),
            id::SETGID => self.set_ids(thread, n, None, number(1)),
            id::SETRESUID | id::SETREUID => self.set_ids(thread, n, number(2), None),
            id::SETRESGID | id::SETREGID => self.set_ids(thread, n, None, number(2)),
            id::SETSID => {
                let sid = call.result.unwrap_or(-1);
                self.change(thread, n, |t| t.sid = sid);
            }
            id::GETRLIMIT | id::SETRLIMIT if event.uint(3) == Some(RLIMIT_NOFILE) => {
                self.set_fd_limit(thread, n, event.int(1));
            }
            id::PRLIMIT if event.uint(6) == Some(RLIMIT_NOFILE) => {
                let target = match event.int(5) {
                    None | Some(0) => thread,
                    Some(tid) => self.threads.live(tid),
                };
                self.set_fd_limit(target, n, event.int(1));
            }
            id::CAPSET => {
                let caps = [1, 2, 3].map(|at| event.uint(at).unwrap_or(0));
                self.change(thread, n, |t| t.caps = caps);
            }
            id::SETNS if event.uint(2).is_some_and(|f| f & NEWUSER != 0) => self.all_caps(thread, n),
            id::UNSHARE if event.uint(1).is_some_and(|f| f & NEWUSER != 0) => self.all_caps(thread, n),
            id::PRCTL if event.uint(1) == Some(PR_SET_CHILD_SUBREAPER) => {
                let on = event.int(3).unwrap_or(0) != 0;
                let main = self.main_of(thread);
                self.change(main, n, |t| t.reaper = on);
            }
            _ => {}
        }
    }

    fn set_ids(&mut self, thread: ThreadId, n: u32, uid: Option<u32>, gid: Option<u32>) {
        // All ones leaves an id as it is.
        let (uid, gid) = (uid.filter(|id| *id != u32::MAX), gid.filter(|id| *id != u32::MAX));
        self.change(thread, n, |t| {
            t.uid = uid.unwrap_or(t.uid);
            t.gid = gid.unwrap_or(t.gid);
        });
    }

    fn all_caps(&mut self, thread: ThreadId, n: u32) {
        self.change(thread, n, |t| t.caps = [ALL_CAPS; 3]);
    }

    fn set_fd_limit(&mut self, thread: ThreadId, n: u32, limit: Option<i64>) {
        let main = self.main_of(thread);
        // -1: the call did not set a new limit.
        if let Some(limit) = limit.filter(|limit| *limit != -1) {
            self.change(main, n, |t| t.fdlimit = limit);
        }
    }

    fn chdir(&mut self, call: &Call<'_>, to: Option<&[u8]>) {
        let Some(to) = to else { return };
        let mut cwd = Vec::new();
        path::join(&mut cwd, self.cwd_of(call.thread), to);
        if !cwd.ends_with(b"/") {
            cwd.push(b'/');
        }
        let cwd = self.strings.intern(&cwd);
        let main = self.main_of(call.thread);
        self.change(if main.is_none() { call.thread } else { main }, call.n, |t| t.cwd = cwd);
    }

    fn memory_sizes(&mut self, call: &Call<'_>) {
        let size = |at| call.event.uint(at).map(|v| v as u32);
        let Some(vm) = size(1) else { return };
        if let Some(thread) = self.threads.get_mut(call.thread) {
            let mut memory = thread.memory.last().map_or_else(Default::default, |m| m.1);
            memory.size = (vm, size(2).unwrap_or(0), size(3).unwrap_or(0));
            super::threads::record(&mut thread.memory, call.n, memory);
        }
    }

    /// The counters of clone and execve exits: faults P8-9, sizes P10-12.
    fn counters_of(&mut self, thread: ThreadId, n: u32, event: &Today<'_>) {
        let size = |at| event.uint(at).unwrap_or(0) as u32;
        let memory = super::threads::Memory {
            faults: (event.uint(8).unwrap_or(0), event.uint(9).unwrap_or(0)),
            size: (size(10), size(11), size(12)),
        };
        if let Some(thread) = self.threads.get_mut(thread) {
            super::threads::record(&mut thread.memory, n, memory);
        }
    }

    fn text(&mut self, event: &Today<'_>, at: usize) -> Option<StrId> {
        event.text(at).map(|text| self.strings.intern(text))
    }

    fn list(&mut self, event: &Today<'_>, at: usize) -> Option<StrId> {
        event.get(at).filter(|bytes| !bytes.is_empty()).map(|bytes| self.strings.intern(bytes))
    }

    /// The exit of a clone whose caller is in no table.
    pub(super) fn clone_exit_of_unknown(&mut self, n: u32, event: &EventRef<'_>) -> Option<ThreadId> {
        let today = Today::new(event.event_type, event.params, None);
        match today.int(0) {
            Some(0) => Some(self.clone_child(n, event.ts, event.tid, &today)),
            Some(result) if result > 0 => Some(self.repaired_caller(n, event.tid, &today)),
            _ => None,
        }
    }

    /// A thread in no table, described by its own clone's parameters.
    fn repaired_caller(&mut self, n: u32, tid: i64, event: &Today<'_>) -> ThreadId {
        let thread = self.placeholder(tid, n);
        self.repair(thread, n, event);
        thread
    }

    fn repair(&mut self, thread: ThreadId, n: u32, event: &Today<'_>) {
        let exe = self.text(event, 1);
        let comm = self.text(event, 13).or(exe);
        let args = self.list(event, 2);
        let ids = [4, 5, 18, 19].map(|at| event.int(at));
        self.change(thread, n, |t| {
            t.pid = ids[0].unwrap_or(t.pid);
            t.ptid = ids[1].unwrap_or(t.ptid);
            t.vtid = ids[2].unwrap_or(t.vtid);
            t.vpid = ids[3].unwrap_or(t.vpid);
            t.exe = exe.unwrap_or(t.exe);
            t.comm = comm.unwrap_or(t.comm);
            t.args = args.unwrap_or(t.args);
        });
    }

    fn clone_exit(&mut self, call: &Call<'_>) {
        match call.result {
            Some(0) => {
                let now = self.threads.now(call.thread);
                let young = now.clone_ts != 0 && call.ts.saturating_sub(now.clone_ts) < SAME_CLONE_NS;
                if now.placeholder || !young {
                    self.threads.remove(call.thread, call.n);
                    self.touch();
                    let child = self.clone_child(call.n, call.ts, self.threads.get(call.thread).tid, &call.event);
                    self.refresh(child);
                }
            }
            Some(child) if child > 0 => self.clone_parent(call, child),
            _ => {}
        }
    }

    fn clone_parent(&mut self, call: &Call<'_>, child: i64) {
        let event = &call.event;
        let flags = event.uint(15).unwrap_or(0) as u32;
        if self.threads.now(call.thread).is_invalid() {
            self.repair(call.thread, call.n, event);
        }
        let caller = self.threads.now(call.thread);
        let other_namespace = flags & (flag::CHILD_IN_PIDNS | flag::NEWPID | flag::PARENT) != 0
            || (caller.vtid != caller.tid && caller.vtid != -1);
        // A vfork's parent runs on only when the child has become another program or is gone.
        if other_namespace || flags & flag::VFORK != 0 || event.event_type == id::VFORK {
            return;
        }
        let caller_tid = caller.tid;
        if self
            .exits
            .get(&child)
            .is_some_and(|(parent, ts)| *parent == caller_tid && call.ts.saturating_sub(*ts) < SAME_CLONE_NS)
        {
            return;
        }
        let existing = self.threads.live(child);
        if !existing.is_none() {
            if self.threads.now(existing).flags & flag::INVERTED != 0 {
                return;
            }
            self.forget(existing, call.n);
        }
        let exe = self.text(event, 1).unwrap_or_default();
        let caller_main = self.main_of(call.thread);
        let mut version = self.threads.now(call.thread).clone();
        let is_thread = flags & flag::THREAD != 0;
        version.tid = child;
        version.flags = if is_thread { flags | flag::FILES } else { flags };
        if is_thread {
            version.env = StrId::EMPTY;
            version.cwd = StrId::EMPTY;
        } else {
            version.ptid = caller_tid;
            version.described = false;
            version.pid = child;
            version.exec_ts = 0;
            let main = self.threads.now(caller_main);
            (version.env, version.cwd, version.fdlimit) = (main.env, main.cwd, main.fdlimit);
            version.reaper = false;
        }
        (version.vtid, version.vpid) = (child, version.pid);
        version.placeholder = false;
        version.exe = exe;
        self.complete(&mut version, call.ts, event);
        let source = self.fresh_table(call.thread);
        let thread = self.add_thread(version, call.n, source);
        self.counters_of(thread, call.n, event);
        self.count_thread(thread, call.n);
    }

    /// The child's own side of a clone: makes the child as its event describes it.
    fn clone_child(&mut self, n: u32, ts: u64, tid: i64, event: &Today<'_>) -> ThreadId {
        let flags = event.uint(15).unwrap_or(0) as u32;
        let (pid, parent) = (event.int(4).unwrap_or(tid), event.int(5).unwrap_or(-1));
        let is_thread = flags & flag::THREAD != 0;
        let source_tid = if is_thread { pid } else { parent };
        let mut source = self.threads.live(source_tid);
        if source.is_none() && source_tid > 0 && source_tid != tid {
            source = self.placeholder(source_tid, n);
        }
        if is_thread && !source.is_none() && self.threads.now(source).is_invalid() {
            let exe = self.text(event, 1);
            let comm = self.text(event, 13).or(exe);
            let (args, vpid) = (self.list(event, 2), event.int(19));
            self.change(source, n, |t| {
                t.described = true;
                (t.pid, t.ptid) = (pid, parent);
                t.vpid = vpid.unwrap_or(t.vpid);
                t.vtid = t.vpid;
                t.exe = exe.unwrap_or(t.exe);
                t.comm = comm.unwrap_or(t.comm);
                t.args = args.unwrap_or(t.args);
            });
        }
        let mut version = self.threads.now(source).clone();
        let main = self.main_of(source);
        let main = self.threads.now(if main.is_none() { source } else { main });
        (version.env, version.cwd) = if is_thread { (StrId::EMPTY, StrId::EMPTY) } else { (main.env, main.cwd) };
        (version.tid, version.pid, version.ptid) = (tid, pid, parent);
        version.described = false;
        (version.vtid, version.vpid) = (event.int(18).unwrap_or(tid), event.int(19).unwrap_or(-1));
        version.flags = flags | flag::INVERTED | if is_thread { flag::FILES } else { 0 };
        version.placeholder = false;
        if !is_thread {
            version.exec_ts = 0;
            version.reaper = false;
        }
        version.exe = self.text(event, 1).unwrap_or_default();
        version.pidns_start = match event.uint(20) {
            Some(start) if start > 0 => start.saturating_add(self.machine.boot_ns),
            _ => self.machine.boot_ns,
        };
        self.complete(&mut version, ts, event);
        let table = if source.is_none() { None } else { self.fresh_table(source) };
        let thread = self.add_thread(version, n, table);
        self.counters_of(thread, n, event);
        self.count_thread(thread, n);
        thread
    }

    /// What both sides of a clone say about the child.
    fn complete(&mut self, version: &mut ThreadVersion, ts: u64, event: &Today<'_>) {
        version.comm = self.text(event, 13).unwrap_or(version.exe);
        version.args = self.list(event, 2).unwrap_or_default();
        version.fdlimit = event.int(7).unwrap_or(version.fdlimit);
        version.uid = event.uint(16).map_or(version.uid, |v| v as u32);
        version.gid = event.uint(17).map_or(version.gid, |v| v as u32);
        version.cgroups = self.list(event, 14).unwrap_or(version.cgroups);
        version.container = self.container_of(version.cgroups);
        version.clone_ts = ts;
    }

    /// Counts a thread with its process.
    pub(super) fn count_thread(&mut self, thread: ThreadId, n: u32) {
        let main = self.main_of(thread);
        if main.is_none() {
            return;
        }
        let Some(live) = self.live.get_mut(main.index()) else { return };
        live.threads += 1;
        let count = live.threads;
        if let Some(main) = self.threads.get_mut(main) {
            super::threads::record(&mut main.counts, n, count);
        }
    }

    fn execve(&mut self, call: &Call<'_>) {
        if call.result != Some(0) {
            return;
        }
        let (thread, n, event) = (call.thread, call.n, &call.event);
        let exe = self.text(event, 1);
        let comm = self.text(event, 13).or(exe);
        let (args, cgroups, env) = (
            event.get(2).map(|_| self.list(event, 2).unwrap_or_default()),
            self.list(event, 14),
            event.get(15).map(|_| self.list(event, 15).unwrap_or_default()),
        );
        let exepath = self.exepath(call);
        let (pid, parent) = (event.int(4), event.int(5));
        let others_gone = self.threads.now(thread).pid;
        let container = cgroups.map(|cgroups| self.container_of(cgroups));
        let number = |at| event.uint(at);
        let boot = call.ts;
        let has_newest = event.len() > 19;
        self.change(thread, n, |t| {
            t.exe = exe.unwrap_or(t.exe);
            t.comm = comm.unwrap_or(t.comm);
            t.args = args.unwrap_or(t.args);
            t.cgroups = cgroups.unwrap_or(t.cgroups);
            t.container = container.unwrap_or(t.container);
            t.env = env.unwrap_or(t.env);
            if let Some(exepath) = exepath {
                t.exepath = exepath;
            }
            t.exec_ts = boot;
            if t.placeholder {
                t.ptid = parent.unwrap_or(t.ptid);
                if t.flags & flag::CHILD_IN_PIDNS == 0 {
                    (t.vtid, t.vpid) = (t.tid, pid.unwrap_or(t.tid));
                }
                t.placeholder = false;
            }
            t.pid = pid.unwrap_or(t.pid);
            t.fdlimit = event.int(7).unwrap_or(t.fdlimit);
            t.tty = number(16).map_or(t.tty, |v| v as u32);
            t.vpgid = event.int(17).unwrap_or(t.vpgid);
            t.loginuid = number(18).map_or(t.loginuid, |v| v as u32);
            if has_newest {
                if let Some(bits) = number(19) {
                    t.exe_bits = bits as u8;
                }
                for (cap, at) in t.caps.iter_mut().zip([20, 21, 22]) {
                    *cap = number(at).unwrap_or(*cap);
                }
                t.exe_ino = number(23).unwrap_or(t.exe_ino);
                t.exe_ctime = number(24).unwrap_or(t.exe_ctime);
                t.exe_mtime = number(25).unwrap_or(t.exe_mtime);
                t.uid = number(26).map_or(t.uid, |v| v as u32);
                t.pgid = event.int(28).unwrap_or(-1);
                t.gid = number(29).map_or(t.gid, |v| v as u32);
            }
            let keep = flag::PIPE_SRC | flag::PIPE_DST | flag::IS_MAIN_THREAD | flag::INVERTED | flag::CHILD_IN_PIDNS;
            t.flags = t.flags & keep | flag::ACTIVE | flag::NAME_CHANGED;
        });
        self.counters_of(thread, n, event);
        self.drop_other_threads(thread, others_gone, n);
        self.close_on_exec(thread, n);
    }

    /// Path of the program an execve started, `None` when nothing says so.
    fn exepath(&mut self, call: &Call<'_>) -> Option<StrId> {
        let event = &call.event;
        if let Some(path) = event.text(27) {
            return Some(self.strings.intern(path));
        }
        let (enter_type, params) = call.enter?;
        let (directory, name) = match enter_type {
            id::EXECVE_ENTER => (None, params.text(0)?),
            id::EXECVEAT_ENTER => {
                const EMPTY_PATH: u64 = 1;
                let directory = params.int(0);
                let empty = params.uint(2).is_some_and(|flags| flags & EMPTY_PATH != 0);
                match params.text(1) {
                    None if empty => {
                        let known = self.known_fd(call.thread, directory.unwrap_or(-1));
                        return Some(if known.is_none() { self.unknown } else { self.fds.get(known).name });
                    }
                    name => (directory, name?),
                }
            }
            _ => return None,
        };
        if name == b"<NA>" {
            return Some(self.unknown);
        }
        let path = self.absolute(call.thread, directory, name);
        Some(self.strings.intern(&path))
    }

    fn drop_other_threads(&mut self, thread: ThreadId, pid: i64, n: u32) {
        let tid = self.threads.get(thread).tid;
        let main = self.main_of(thread);
        if self.live.get(main.index()).is_none_or(|live| live.threads <= 1) {
            return;
        }
        let others: Vec<ThreadId> = self
            .threads
            .live_ids()
            .filter(|id| self.threads.now(*id).pid == pid && self.threads.get(*id).tid != tid)
            .collect();
        for other in others {
            self.forget(other, n);
        }
        if let Some(live) = self.live.get_mut(thread.index()) {
            live.threads = 1;
        }
        if let Some(thread) = self.threads.get_mut(thread) {
            super::threads::record(&mut thread.counts, n, 1);
        }
    }

    fn close_on_exec(&mut self, thread: ThreadId, n: u32) {
        let Some(table) = self.fresh_table(thread) else { return };
        for (fd, record) in self.tables.open_at(table, n) {
            if self.fds.get(record).is(bits::CLOEXEC) {
                self.tables.set(table, fd, FdId::NONE, n);
            }
        }
    }

    /// Takes a thread out of the table from event `since` on.
    fn forget(&mut self, thread: ThreadId, since: u32) {
        self.threads.remove(thread, since);
        if let Some(live) = self.live.get_mut(thread.index()) {
            *live = super::Live { context: live.context, threads: live.threads, ..super::Live::default() };
        }
        self.touch();
    }

    /// A process exit: what it says is kept, the thread is gone with the next event.
    pub(super) fn process_exit(&mut self, n: u32, event: &EventRef<'_>, thread: ThreadId) {
        const REMEMBERED: usize = 4096;
        let status = event.params.int(0).unwrap_or(0);
        let reaper = event.params.int(4).filter(|tid| *tid > 0);
        if let Some(t) = self.threads.get_mut(thread) {
            t.exit = Some(ExitInfo { status, event: n });
        }
        let now = self.threads.now(thread).clone();
        if self.exits.len() > REMEMBERED {
            let horizon = event.ts.saturating_sub(SAME_CLONE_NS);
            self.exits.retain(|_, (_, ts)| *ts > horizon);
        }
        self.exits.insert(now.tid, (now.ptid, event.ts));
        self.adopt_children(thread, &now, reaper, n + 1);
        let main = self.main_of(thread);
        let mut left = 0;
        if let Some(live) = self.live.get_mut(main.index()).filter(|_| !main.is_none()) {
            live.threads = live.threads.saturating_sub(1);
            left = live.threads;
            live.exited |= main == thread;
            let gone = live.exited;
            if let Some(main) = self.threads.get_mut(main) {
                super::threads::record(&mut main.counts, n + 1, left);
            }
            if main != thread {
                self.forget(thread, n + 1);
                if left == 0 && gone {
                    self.forget(main, n + 1);
                }
                return;
            }
        }
        // A main thread stays in the table until the last thread of its process is gone.
        if left == 0 {
            self.forget(thread, n + 1);
        }
    }

    /// Children of an exiting thread get a new parent.
    fn adopt_children(&mut self, thread: ThreadId, dead: &ThreadVersion, reaper: Option<i64>, since: u32) {
        let children: Vec<ThreadId> = self.children.get(&dead.tid).cloned().unwrap_or_default();
        let orphans: Vec<ThreadId> = children
            .into_iter()
            .filter(|child| {
                let t = self.threads.get(*child);
                t.gone == u32::MAX && self.threads.now(*child).ptid == dead.tid
            })
            .collect();
        self.children.remove(&dead.tid);
        if orphans.is_empty() {
            return;
        }
        let heir = self.heir(thread, dead, reaper, since);
        for orphan in orphans {
            self.change(orphan, since, |t| t.ptid = heir);
            self.add_child(heir, orphan);
        }
    }

    fn heir(&mut self, thread: ThreadId, dead: &ThreadVersion, reaper: Option<i64>, since: u32) -> i64 {
        if let Some(tid) = reaper {
            if self.threads.live(tid).is_none() {
                self.placeholder(tid, since);
            }
            return tid;
        }
        let sibling = self
            .threads
            .live_ids()
            .filter(|id| *id != thread && dead.pid >= 0 && self.threads.now(*id).pid == dead.pid)
            .find(|id| self.live.get(id.index()).is_some_and(|live| !live.exited));
        if let Some(sibling) = sibling {
            return self.threads.get(sibling).tid;
        }
        let mut at = dead.ptid;
        for _ in 0..64 {
            let parent = self.threads.live(at);
            if at <= 0 || parent.is_none() {
                return 0;
            }
            let main = self.main_of(parent);
            let version = self.threads.now(if main.is_none() { parent } else { main });
            let reaps = version.pid == 1 || version.vpid == 1 || version.reaper;
            if reaps && version.in_pidns() == dead.in_pidns() {
                return version.tid;
            }
            at = version.ptid;
        }
        0
    }

    /// Events of recorder and reader, and those that do not count as a thread's last event.
    pub(super) fn apply_meta(&mut self, n: u32, event: &EventRef<'_>, info: &EventInfo) -> Applied {
        let mut applied = Applied { errno: NO_RESULT, ..Applied::default() };
        if !super::is_threadless(info) || event.event_type == id::PROCINFO {
            let thread = self.threads.live(event.tid);
            if !thread.is_none() {
                if matches!(event.event_type, id::SWITCH | id::SWITCH_OLD) {
                    self.memory_counters(n, thread, &event.params, 1);
                }
                applied.context = self.refresh(thread);
                if event.event_type == id::PROCINFO {
                    if let Some(live) = self.live.get_mut(thread.index()) {
                        applied.enter = std::mem::replace(&mut live.procinfo, n);
                    }
                }
            }
            return applied;
        }
        if info.has(EventFlags::STATE) || event.event_type == id::ASYNC {
            self.meta_effects(n, event);
        }
        applied
    }

    fn meta_effects(&mut self, n: u32, event: &EventRef<'_>) {
        let params = &event.params;
        match event.event_type {
            id::CONTAINER => {
                let text = |at| params.text(at).unwrap_or_default();
                let engine = params.int(1).unwrap_or(-1);
                let info = ContainerInfo::from_params(text(0), engine, text(2), text(3));
                self.container_event(n, info, true);
            }
            id::CONTAINER_JSON | id::CONTAINER_JSON_2 => {
                let info = params.text(0).and_then(|json| ContainerInfo::from_json(json).ok());
                self.container_event(n, info, true);
            }
            id::ASYNC => {
                let info = params.get(2).and_then(|json| ContainerInfo::from_json(json).ok());
                match params.text(1) {
                    Some(b"container") => self.container_event(n, info, true),
                    Some(b"container_removed") => self.container_event(n, info, false),
                    _ => {}
                }
            }
            id::USER_ADDED | id::USER_DELETED => self.user_event(n, params, event.event_type == id::USER_ADDED),
            id::GROUP_ADDED | id::GROUP_DELETED => self.group_event(n, params, event.event_type == id::GROUP_ADDED),
            _ => {}
        }
    }

    fn container_event(&mut self, n: u32, info: Option<ContainerInfo>, there: bool) {
        let Some(info) = info else { return };
        let id = self.strings.intern(info.id.as_bytes());
        self.containers.set(id, there.then_some(info), n);
        self.new_world(n);
    }

    fn user_event(&mut self, n: u32, params: &Params<'_>, added: bool) {
        let Some(uid) = params.uint(0) else { return };
        let mut text = |at| params.text(at).map(|t| self.strings.intern(t)).unwrap_or_default();
        let (user, container) = (User { name: text(2), home: text(3), shell: text(4) }, text(5));
        self.users.set_user(container, uid as u32, added.then_some(user), n);
        self.new_world(n);
    }

    fn group_event(&mut self, n: u32, params: &Params<'_>, added: bool) {
        let Some(gid) = params.uint(0) else { return };
        let mut text = |at| params.text(at).map(|t| self.strings.intern(t)).unwrap_or_default();
        let (name, container) = (text(1), text(2));
        self.users.set_group(container, gid as u32, added.then_some(name), n);
        self.new_world(n);
    }
}
