//! What system calls change about who a thread is: users, directories, limits, memory.

use super::threads::ThreadId;
use super::{id, Call, State};
use crate::path;

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
}
