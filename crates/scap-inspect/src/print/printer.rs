//! Writing what a filter selects, on all cores, in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use scap_format::tables::{event_info, Source};

use super::line::Line;
use super::{Layout, Manner};
use crate::escape;
use crate::fields::EventAt;
use crate::query::plan::{reads, Filter, Reads};
use crate::query::select::{parts_from, Lent, Part, Selector};
use crate::store::bits::Bits;
use crate::store::bytes::Windows;
use crate::store::columns::Kind;
use crate::store::{Capture, Progress, Store};

/// Writes the events a filter selects, in order, while the capture is read.
#[derive(Debug)]
pub struct Printer {
    selector: Selector,
    layout: Layout,
    manner: Manner,
    desks: Lent<Desk>,
    /// Where tasks write to; kept, since memory that is new costs more than the writing.
    texts: Vec<Vec<u8>>,
    /// Number of the next event to look at.
    next: u32,
    /// What is selected and not written yet.
    waiting: VecDeque<Task>,
    previous_ts: Option<u64>,
    headed: bool,
    matched: u64,
    /// Those of them that are no enter events: current readers count, and they know none.
    counted: u64,
    done: bool,
}

/// What one core writes with.
#[derive(Debug, Default)]
struct Desk {
    windows: Windows,
    scratch: Vec<u8>,
}

/// Events one core writes, one after the other.
#[derive(Debug)]
struct Task {
    part: Part,
    /// Which of the part, and of others around it, are selected.
    picked: Arc<Bits>,
    /// How many of these are written.
    events: usize,
    previous_ts: Option<u64>,
    counted: u64,
}

impl Task {
    /// The positions of what is written, in the part's chunk.
    fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.picked.iter_from(self.part.start).take(self.events)
    }
}

/// Parts looked at before the clock is.
const STRIDE: usize = 16;
/// Events among which a core writes the selected ones at a time: what is read for them and written fits its cache.
const TASK: usize = 2048;
/// Selected events that are written before they are handed over.
const TURN: usize = 8 * TASK;
/// A piece of output ends when it is this long.
const PIECE: usize = 256 << 10;

impl Printer {
    /// A printer of the events that `filter` selects.
    pub fn new(filter: Filter, layout: Layout, manner: Manner) -> Self {
        Printer {
            selector: Selector::new(filter, manner.zone.clone()),
            layout,
            manner,
            desks: Lent::default(),
            texts: Vec::new(),
            next: 1,
            waiting: VecDeque::new(),
            previous_ts: None,
            headed: false,
            matched: 0,
            counted: 0,
            done: false,
        }
    }

    /// Whether all that can be written has been.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// How many events have been written.
    pub fn matched(&self) -> u64 {
        self.matched
    }

    /// Gives away the next pieces of output in order, working at most so long. Whoever takes them may be slow: nobody
    /// waits for the store meanwhile.
    ///
    /// # Errors
    /// That of the one who takes the pieces; then what was not taken is lost.
    pub fn step<E>(
        &mut self,
        capture: &Capture,
        budget: Duration,
        mut give: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let deadline = Instant::now() + budget;
        let mut given = 0;
        if !std::mem::replace(&mut self.headed, true) {
            let heading = self.heading();
            given += heading.len();
            give(&heading)?;
        }
        while !self.done && given < PIECE {
            // What is read meanwhile is for the next turn: whoever follows the reader step by step only keeps it waiting.
            let Progress { events: read, done: complete, .. } = capture.progress();
            let moved = self.turn(&capture.store(), read);
            for text in &mut self.texts {
                given += text.len();
                give(text)?;
                text.clear();
            }
            if self.left() == 0 || (!moved && complete) {
                self.done = true;
            }
            let now = Instant::now();
            if now >= deadline {
                break;
            }
            if !moved && !complete {
                if given > 0 {
                    break;
                }
                capture.wait_for_news(deadline - now);
            }
        }
        Ok(())
    }

    /// How many more events are wanted.
    fn left(&self) -> usize {
        let left = self.manner.limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.matched));
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// Writes some of the events up to number `last` into the texts; false when there were none to look at.
    fn turn(&mut self, store: &Store, last: u32) -> bool {
        if self.waiting.is_empty() && !self.select(store, last) {
            return false;
        }
        let (mut tasks, mut events) = (Vec::new(), 0);
        while let Some(task) = self.waiting.pop_front() {
            events += task.events;
            tasks.push(task);
            if events >= TURN {
                break;
            }
        }
        self.matched += events as u64;
        let mut texts = std::mem::take(&mut self.texts);
        texts.resize_with(tasks.len().max(texts.len()), Vec::new);
        let write = |(task, text): (&Task, &mut Vec<u8>)| {
            self.desks.with(Desk::default, |desk| self.write(store, desk, task, text));
        };
        match tasks.as_slice() {
            [] => {}
            [task] => texts.iter_mut().take(1).for_each(|text| write((task, text))),
            tasks => tasks.par_iter().zip(&mut texts).with_max_len(1).for_each(write),
        }
        self.texts = texts;
        true
    }

    /// Asks the filter of the next events, up to number `last`; false when there are none.
    fn select(&mut self, store: &Store, last: u32) -> bool {
        let parts = parts_from(store, self.next, last, STRIDE);
        let Some(end) = parts.last() else { return false };
        self.next = store.chunks.get(end.chunk).map_or(u32::MAX, |chunk| chunk.number(end.end));
        let mut left = self.left();
        for (part, picked) in parts.iter().zip(self.selector.select(store, &parts)) {
            if picked.count() == 0 {
                continue;
            }
            let picked = Arc::new(picked);
            for part in divided(*part) {
                let events = picked.count_in(part.start, part.end).min(left);
                if events > 0 {
                    left -= events;
                    self.wait(store, part, &picked, events);
                }
            }
        }
        true
    }

    /// Puts so many selected events of a part behind what waits to be written.
    fn wait(&mut self, store: &Store, part: Part, picked: &Arc<Bits>, events: usize) {
        let (previous_ts, counted) = (self.previous_ts, self.counted);
        let task = Task { part, picked: Arc::clone(picked), events, previous_ts, counted };
        let looks_back = self.layout.looks_back(self.manner.time);
        if let Some(chunk) = store.chunks.get(part.chunk).filter(|_| looks_back) {
            for at in task.places() {
                self.counted += counts(chunk.kind(at));
                self.previous_ts = chunk.ts(at);
            }
        }
        self.waiting.push_back(task);
    }

    fn write(&self, store: &Store, desk: &mut Desk, task: &Task, out: &mut Vec<u8>) {
        let Desk { windows, scratch } = desk;
        let (mut previous_ts, mut counted) = (task.previous_ts, task.counted);
        let reads = self.layout.fields().map(|field| reads(field.field, store)).max().unwrap_or(Reads::Nothing);
        let Some(chunk) = store.chunks.get(task.part.chunk) else { return };
        for at in task.places() {
            let Some(row) = chunk.row(at) else { continue };
            let mut event = EventAt::new(store, chunk.number(at), row, &self.manner.zone);
            match reads {
                Reads::Nothing => {}
                Reads::Own => event.event = windows.event(store, chunk, at),
                Reads::Pair => (event.event, event.enter) = windows.pair(store, chunk, at, &row),
            }
            event.previous_ts = Some(previous_ts.unwrap_or(row.ts));
            counted += counts(row.kind);
            let line = Line { manner: &self.manner, event: &event, scratch, count: counted };
            let written = match &self.layout {
                Layout::Line(template) => line.template(out, template),
                Layout::Tsv(fields) => line.tsv(out, fields),
                Layout::Csv(fields) => line.csv(out, fields),
                Layout::JsonLines(fields) => line.json(out, fields),
            };
            if written {
                out.push(b'\n');
            }
            previous_ts = Some(row.ts);
        }
    }

    fn heading(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let (fields, by) = match &self.layout {
            Layout::Tsv(fields) => (fields, b'\t'),
            Layout::Csv(fields) => (fields, b','),
            Layout::Line(_) | Layout::JsonLines(_) => return out,
        };
        for (at, (name, _)) in fields.iter().enumerate() {
            if at > 0 {
                out.push(by);
            }
            escape::csv(&mut out, name.as_bytes(), self.manner.policy);
        }
        out.push(b'\n');
        out
    }
}

/// A part as pieces for tasks.
fn divided(part: Part) -> impl Iterator<Item = Part> {
    (part.start..part.end).step_by(TASK).map(move |start| Part { start, end: part.end.min(start + TASK), ..part })
}

/// 1 for events that are counted.
fn counts(kind: Kind) -> u64 {
    let enters = event_info(kind.event_type()).is_some_and(|info| info.source == Source::Syscall && !info.is_exit());
    u64::from(!enters)
}
