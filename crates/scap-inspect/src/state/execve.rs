//! Threads become another program: execve.

use super::fds::{bits, FdId};
use super::threads::{clone_flags as flag, ThreadId};
use super::{id, Call, State};
use crate::intern::StrId;

impl State {
    pub(super) fn execve(&mut self, call: &Call<'_>) {
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
        match self.live.get(main.index()).map(|live| live.threads) {
            None | Some(1) => return,
            // Nothing was known of it before.
            Some(0) => return self.count_thread(thread, n),
            Some(_) => {}
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
}
