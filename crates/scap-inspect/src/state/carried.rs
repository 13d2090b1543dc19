//! A state that goes on from another one, without what that remembers of earlier events.

use scap_format::tables::{event_info, EventFlags, EventInfo};

use super::call::{does, is_threadless};
use super::State;

/// Whether events of this type change what is known about threads, descriptors, users or containers, beside counters
/// of bytes and of memory. Of a call this is said of both its events.
pub fn changes_state(event_type: u16) -> bool {
    let Some(info) = event_info(event_type) else { return false };
    if is_threadless(info) {
        return info.has(EventFlags::STATE) || event_type == super::id::ASYNC;
    }
    let counts = matches!(info.name, "brk" | "munmap" | "mmap" | "mmap2" | "getcwd" | "getrlimit");
    does(event_type | 1) & does::EFFECTS != 0 && !counts && !is_transfer(info) || ends_a_thread(event_type)
}

/// Whether events of this type move data: they change the state only where they tell the other end's address.
pub fn transfers(event_type: u16) -> bool {
    event_info(event_type).is_some_and(is_transfer)
}

fn is_transfer(info: &EventInfo) -> bool {
    info.has(EventFlags::READS | EventFlags::WRITES)
}

fn ends_a_thread(event_type: u16) -> bool {
    matches!(event_type, super::id::PROCEXIT | super::id::PROCEXIT_OLD)
}

impl State {
    /// Takes over from the state before what the lists at the head of a capture do not tell: what kind of capture it
    /// is, and the calls that threads are in.
    pub fn carry_over(&mut self, before: &mut State) {
        self.has_enters = before.has_enters;
        self.is_self_contained = before.is_self_contained;
        self.mapped_files = before.mapped_files;
        let threads: Vec<_> = before.threads.live_ids().collect();
        for thread in threads {
            let tid = before.threads.get(thread).tid;
            let Some(old) = before.live.get_mut(thread.index()).filter(|live| live.pending.valid) else { continue };
            let new = self.threads.live(tid);
            let Some(live) = self.live.get_mut(new.index()).filter(|_| !new.is_none()) else { continue };
            live.pending = std::mem::take(&mut old.pending);
            // Numbers begin anew.
            live.pending.event = 0;
        }
    }
}
