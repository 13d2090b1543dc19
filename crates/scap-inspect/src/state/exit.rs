//! Threads end: exits, and who adopts the children.

use scap_format::event::EventRef;

use super::threads::{ExitInfo, ThreadId, ThreadVersion};
use super::{State, SAME_CLONE_NS};

impl State {
    /// Takes a thread out of the table from event `since` on.
    pub(super) fn forget(&mut self, thread: ThreadId, since: u32) {
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
                // It does not count any more with its own last event.
                super::threads::record(&mut main.counts, n, left);
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
}
