//! From a row to the next that fits, in steps.

use std::time::{Duration, Instant};

use super::selection::Selection;
use super::{Windows, WOULD_BLOCK};
use crate::clock::Zone;
use crate::fields::EventAt;
use crate::state::threads::ThreadId;
use crate::state::{id, NO_RESULT};
use crate::store::{Capture, Store};

/// What is sought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A call that failed, or a process that ended badly.
    Failure,
    /// The same thread.
    Thread,
    /// The same descriptor of the same process.
    Fd,
    /// A text in what the list says or in the payload, ignoring case.
    Text(String),
}

#[derive(Debug)]
enum Target {
    Failure,
    Thread(ThreadId),
    Fd(ThreadId, i64),
    Text(Vec<u8>),
    Nothing,
}

/// A search on its way.
#[derive(Debug)]
pub struct Search {
    what: Option<What>,
    target: Target,
    at: u32,
    backward: bool,
    done: bool,
    windows: Windows,
    zone: Zone,
}

/// Rows looked at before the clock is.
const STRIDE: u32 = 256;

impl Search {
    /// A search from a row, which itself does not count.
    pub fn new(what: What, start: u32, backward: bool) -> Self {
        Search {
            what: Some(what),
            target: Target::Nothing,
            at: start,
            backward,
            done: false,
            windows: Windows::default(),
            zone: Zone::utc(),
        }
    }

    /// Whether there is nothing more to look at.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Looks at more rows, at most so long; the row that fits ends the search.
    pub fn step(&mut self, capture: &Capture, selection: &Selection, budget: Duration) -> Option<u32> {
        let deadline = Instant::now() + budget;
        while !self.done {
            let store = capture.store();
            if let Some(what) = self.what.take() {
                self.target = aim(&store, selection, self.at, what, &self.zone);
            }
            for _ in 0..STRIDE {
                let next = if self.backward { self.at.checked_sub(1) } else { self.at.checked_add(1) };
                let found = next.filter(|row| *row < selection.progress().rows);
                let Some((row, n)) = found.and_then(|row| Some((row, selection.number(&store, row)?))) else {
                    self.done = true;
                    break;
                };
                self.at = row;
                if self.fits(&store, n) {
                    self.done = true;
                    return Some(row);
                }
            }
            drop(store);
            if Instant::now() >= deadline {
                break;
            }
        }
        None
    }

    fn fits(&mut self, store: &Store, n: u32) -> bool {
        let Some(row) = store.row(n) else { return false };
        let state = &store.state;
        match &self.target {
            Target::Nothing => false,
            Target::Failure => {
                let failed = row.errno != 0 && row.errno != NO_RESULT && !WOULD_BLOCK.contains(&row.errno);
                let ended = matches!(row.kind.event_type(), id::PROCEXIT | id::PROCEXIT_OLD);
                failed || (ended && ended_badly(store, n, row.context))
            }
            Target::Thread(thread) => state.thread(row.context).instance == *thread && !thread.is_none(),
            Target::Fd(main, number) => {
                state.fds.get(row.fd).num == *number
                    && !row.fd.is_none()
                    && state.main(row.context).is_some_and(|m| m.instance == *main)
            }
            Target::Text(text) => {
                let Some(event) = self.windows.event(store, n, &self.zone) else { return false };
                says(&event, text)
            }
        }
    }
}

fn ended_badly(store: &Store, n: u32, context: crate::state::ContextId) -> bool {
    let thread = store.state.threads.get(store.state.thread(context).instance);
    thread.exit.is_some_and(|exit| exit.event == n && exit.status != 0)
}

fn aim(store: &Store, selection: &Selection, row: u32, what: What, zone: &Zone) -> Target {
    let here = selection.number(store, row).and_then(|n| Some(EventAt::new(store, n, store.row(n)?, zone)));
    match (what, here) {
        (What::Failure, _) => Target::Failure,
        (What::Text(text), _) => Target::Text(text.to_lowercase().into_bytes()),
        (What::Thread, Some(event)) => event.thread().map_or(Target::Nothing, |thread| Target::Thread(thread.instance)),
        (What::Fd, Some(event)) => match (event.main(), event.fd()) {
            (Some(main), Some(fd)) if fd.num >= 0 => Target::Fd(main.instance, fd.num),
            _ => Target::Nothing,
        },
        (_, None) => Target::Nothing,
    }
}

/// Whether an event's line or payload holds a lower-case text.
fn says(event: &EventAt<'_>, text: &[u8]) -> bool {
    let mut line = Vec::new();
    if let Some(thread) = event.thread() {
        line.extend_from_slice(event.store.state.strings.get(thread.comm));
    }
    line.push(b' ');
    line.extend_from_slice(event.type_name().as_text().unwrap_or_default());
    line.push(b' ');
    if let Some(fd) = event.fd() {
        line.extend_from_slice(event.store.state.strings.get(fd.name));
        line.push(b' ');
    }
    event.write_args(&mut line, crate::render::Style::WHOLE);
    line.make_ascii_lowercase();
    memchr::memmem::find(&line, text).is_some()
}
