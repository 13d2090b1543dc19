//! Writing what a filter selects, on all cores, in order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use scap_format::tables::{event_info, Source};

use super::line::Line;
use super::{Layout, Manner};
use crate::escape;
use crate::fields::EventAt;
use crate::query::plan::{reads, Filter, Reads};
use crate::query::select::{parts_from, Lent, Selector};
use crate::store::bytes::Windows;
use crate::store::columns::{Chunk, Kind};
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
    /// Selected events that are not written yet: chunk and position.
    selected: VecDeque<(u32, u32)>,
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

/// Selected events one core writes, one after the other.
struct Task {
    events: Vec<(u32, u32)>,
    previous_ts: Option<u64>,
    counted: u64,
}

/// Parts looked at before the clock is.
const STRIDE: usize = 16;
/// Events a core writes at a time.
const TASK: usize = 4096;
/// Tasks dealt out at once.
const TASKS: usize = 4;
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
            texts: vec![Vec::new(); TASKS],
            next: 1,
            selected: VecDeque::new(),
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

    /// Appends the next piece of output, working at most so long.
    pub fn step(&mut self, capture: &Capture, out: &mut Vec<u8>, budget: Duration) {
        let deadline = Instant::now() + budget;
        if !std::mem::replace(&mut self.headed, true) {
            self.heading(out);
        }
        while !self.done && out.len() < PIECE {
            // What is read meanwhile is for the next turn: whoever follows the reader step by step only keeps it waiting.
            let Progress { events: read, done: complete, .. } = capture.progress();
            let store = capture.store();
            let moved = self.stride(&store, read, out);
            drop(store);
            if self.left() == 0 || (!moved && complete) {
                self.done = true;
            }
            let now = Instant::now();
            if now >= deadline {
                break;
            }
            if !moved && !complete {
                if !out.is_empty() {
                    break;
                }
                capture.wait_for_news(deadline - now);
            }
        }
    }

    /// How many more events are wanted.
    fn left(&self) -> usize {
        let left = self.manner.limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.matched));
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// Looks at some of the events up to number `last`; false when there were none to look at.
    fn stride(&mut self, store: &Store, last: u32, out: &mut Vec<u8>) -> bool {
        if self.selected.is_empty() {
            let parts = parts_from(store, self.next, last, STRIDE);
            let Some(end) = parts.last() else { return false };
            for (part, selected) in parts.iter().zip(self.selector.select(store, &parts)) {
                self.selected.extend(selected.iter_from(part.start).map(|at| (place(part.chunk), place(at))));
            }
            self.next = store.chunks.get(end.chunk).map_or(u32::MAX, |chunk| chunk.number(end.end));
        }
        let tasks: Vec<Task> = (0..TASKS).map_while(|_| self.task(store)).collect();
        let mut texts = std::mem::take(&mut self.texts);
        let write = |(task, text): (&Task, &mut Vec<u8>)| {
            self.desks.with(Desk::default, |desk| self.write(store, desk, task, text));
        };
        match tasks.as_slice() {
            [task] => write((task, out)),
            tasks => {
                tasks.par_iter().zip(&mut texts).with_max_len(1).for_each(write);
                for text in texts.iter_mut().take(tasks.len()) {
                    out.append(text);
                }
            }
        }
        self.texts = texts;
        true
    }

    /// The next events to write, and what is counted up to them.
    fn task(&mut self, store: &Store) -> Option<Task> {
        let length = self.selected.len().min(TASK).min(self.left());
        if length == 0 {
            return None;
        }
        let events: Vec<(u32, u32)> = self.selected.drain(..length).collect();
        let task = Task { events, previous_ts: self.previous_ts, counted: self.counted };
        for (chunk, at) in task.events.iter().filter_map(|event| found(store, *event)) {
            self.counted += counts(chunk.kind(at));
            self.previous_ts = chunk.ts(at);
        }
        self.matched += length as u64;
        Some(task)
    }

    fn write(&self, store: &Store, desk: &mut Desk, task: &Task, out: &mut Vec<u8>) {
        let Desk { windows, scratch } = desk;
        let Task { events, mut previous_ts, mut counted } = task;
        let reads = self.layout.fields().map(|field| reads(field.field, store)).max().unwrap_or(Reads::Nothing);
        for (chunk, at) in events.iter().filter_map(|event| found(store, *event)) {
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

    fn heading(&self, out: &mut Vec<u8>) {
        let (fields, by) = match &self.layout {
            Layout::Tsv(fields) => (fields, b'\t'),
            Layout::Csv(fields) => (fields, b','),
            Layout::Line(_) | Layout::JsonLines(_) => return,
        };
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                out.push(by);
            }
            escape::csv(out, field.to_string().as_bytes(), self.manner.policy);
        }
        out.push(b'\n');
    }
}

/// A chunk's number, or a position in one: both are small.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn found(store: &Store, (chunk, at): (u32, u32)) -> Option<(&Chunk, usize)> {
    Some((store.chunks.get(chunk as usize)?, at as usize))
}

/// 1 for events that are counted.
fn counts(kind: Kind) -> u64 {
    let enters = event_info(kind.event_type()).is_some_and(|info| info.source == Source::Syscall && !info.is_exit());
    u64::from(!enters)
}
