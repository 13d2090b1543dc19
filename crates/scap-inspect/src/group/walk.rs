//! Going over the events of a capture while it is read.

use std::time::{Duration, Instant};

use crate::query::select::{parts_from, Part};
use crate::store::{Capture, Store};

/// How far something has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupProgress {
    /// Number of the last event looked at.
    pub looked: u32,
    /// Everything was looked at, and nothing more will come.
    pub done: bool,
}

/// Parts looked at before the clock is.
const STRIDE: usize = 8;

/// Where a walk is.
#[derive(Debug, Default)]
pub struct Walk {
    progress: GroupProgress,
    /// What events were shown and kept when it was begun.
    began: Option<(bool, u32)>,
}

/// What grows with the events that are looked at.
pub trait Growing {
    /// Where it is.
    fn walk(&mut self) -> &mut Walk;

    /// Forgets all that was seen.
    fn forget(&mut self);

    /// Takes in the events of these parts.
    fn take(&mut self, store: &Store, parts: &[Part]);

    /// Looks at more events, at most so long.
    fn step(&mut self, capture: &Capture, budget: Duration) -> GroupProgress {
        let deadline = Instant::now() + budget;
        loop {
            let read = capture.progress();
            let store = capture.store();
            let moved = self.stride(&store, read.events);
            drop(store);
            let progress = &mut self.walk().progress;
            progress.done = !moved && read.done;
            if !moved || Instant::now() >= deadline {
                return *progress;
            }
        }
    }

    /// Looks at some of the events up to a number; false when there are none.
    fn stride(&mut self, store: &Store, last: u32) -> bool {
        let now = (store.has_enters, store.first);
        if self.walk().began != Some(now) {
            // Other events are shown, or the oldest were let go: nothing is told of these any more.
            self.forget();
            let progress = GroupProgress { looked: store.first.saturating_sub(1), done: false };
            *self.walk() = Walk { progress, began: Some(now) };
        }
        let parts = parts_from(store, self.walk().progress.looked + 1, last, STRIDE);
        self.take(store, &parts);
        let end = parts.last().and_then(|part| Some(store.chunks.get(part.chunk)?.number(part.end)));
        if let Some(end) = end {
            self.walk().progress.looked = end - 1;
        }
        end.is_some()
    }
}
