//! Threads begin: both sides of clone, fork and vfork.

use scap_format::event::EventRef;

use super::threads::{clone_flags as flag, ThreadId, ThreadVersion};
use super::{id, Call, State, SAME_CLONE_NS};
use crate::convert::Today;
use crate::intern::StrId;

impl State {
    /// The counters of clone and execve exits: faults P8-9, sizes P10-12.
    pub(super) fn counters_of(&mut self, thread: ThreadId, n: u32, event: &Today<'_>) {
        let size = |at| event.uint(at).unwrap_or(0) as u32;
        let memory = super::threads::Memory {
            faults: (event.uint(8).unwrap_or(0), event.uint(9).unwrap_or(0)),
            size: (size(10), size(11), size(12)),
        };
        if let Some(thread) = self.threads.get_mut(thread) {
            super::threads::record(&mut thread.memory, n, memory);
        }
    }

    pub(super) fn text(&mut self, event: &Today<'_>, at: usize) -> Option<StrId> {
        event.text(at).map(|text| self.strings.intern(text))
    }

    pub(super) fn list(&mut self, event: &Today<'_>, at: usize) -> Option<StrId> {
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

    pub(super) fn clone_exit(&mut self, call: &Call<'_>) {
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
            self.count_thread(call.thread, call.n);
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
            self.count_thread(source, n);
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
            Some(start) if start > 0 => start,
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
}
