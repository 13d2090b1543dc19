//! The events a filter selects as rows, growing while the capture is read.

use std::time::{Duration, Instant};

use crate::clock::Zone;
use crate::query::plan::Filter;
use crate::query::select::{parts_from, Part, Selector};
use crate::state::id;
use crate::store::bits::Bits;
use crate::store::columns::{flag, CHUNK};
use crate::store::{Capture, Store};

/// How much of the capture a selection has looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectionProgress {
    /// Events looked at.
    pub looked: u32,
    /// Events selected.
    pub events: u32,
    /// Rows.
    pub rows: u32,
    /// Everything was looked at, and nothing more will come.
    pub done: bool,
}

/// Parts looked at before the clock is, of filters that look at columns only and of others.
const STRIDE: usize = 8;
const STRIDE_OF_BYTES: usize = 2;
/// Events of a block.
const BLOCK: usize = 1 << 13;
/// Blocks of a chunk.
const BLOCKS: usize = CHUNK / BLOCK;
/// Captures with more events than this get strips of coarser blocks.
const EXACT_STRIP: u32 = 1 << 19;

/// A growing set of rows.
#[derive(Debug)]
pub struct Selection {
    selector: Selector,
    calls: bool,
    /// Scheduler switches are rows too.
    switches: bool,
    /// Losses are rows whatever is selected.
    losses: bool,
    /// Selected events and rows of each chunk.
    events: Vec<Bits>,
    rows: Vec<Bits>,
    /// Rows in each [`BLOCK`] of events, [`BLOCKS`] to a chunk: rows are counted off by these.
    row_counts: Vec<u32>,
    /// Chunks that are not kept any more.
    gone: usize,
    /// Selected enter events whose exit has not been read.
    waiting: Vec<u32>,
    progress: SelectionProgress,
    mode: Option<bool>,
}

impl Selection {
    /// The events that `filter` selects; with `calls` a call is one row, where it returned, and scheduler switches are
    /// rows only with `switches`: between the calls of a busy machine they hide what happens.
    pub fn new(filter: Filter, calls: bool, switches: bool) -> Self {
        Selection {
            selector: Selector::new(filter, Zone::of_filters()),
            calls,
            switches,
            losses: false,
            events: Vec::new(),
            rows: Vec::new(),
            row_counts: Vec::new(),
            gone: 0,
            waiting: Vec::new(),
            progress: SelectionProgress::default(),
            mode: None,
        }
    }

    /// The same with a row where events were lost, if wanted: whatever is asked for, something of it may be missing
    /// there.
    #[must_use]
    pub fn with_losses(self, losses: bool) -> Self {
        Selection { losses, ..self }
    }

    /// How far it has come.
    pub fn progress(&self) -> SelectionProgress {
        self.progress
    }

    /// Looks at more events, at most so long.
    pub fn step(&mut self, capture: &Capture, budget: Duration) -> SelectionProgress {
        let deadline = Instant::now() + budget;
        loop {
            // What is read meanwhile is for the next turn: whoever follows the reader step by step only keeps it waiting.
            let read = capture.progress();
            let store = capture.store();
            let moved = self.stride(&store, read.events);
            if !moved && read.done && !self.progress.done {
                self.settle(&store);
                self.progress.done = true;
            }
            drop(store);
            if !moved || Instant::now() >= deadline {
                return self.progress;
            }
        }
    }

    /// Looks at some of the events up to a number; false when there are none.
    fn stride(&mut self, store: &Store, last: u32) -> bool {
        if self.mode != Some(store.has_enters) {
            // Which events are shown depends on whether there are enter events: begin anew.
            if self.mode.is_some() {
                (self.events, self.rows, self.row_counts) = (Vec::new(), Vec::new(), Vec::new());
                self.waiting.clear();
                self.gone = 0;
                self.progress = SelectionProgress::default();
            }
            self.mode = Some(store.has_enters);
        }
        self.let_go(store);
        let stride = if self.selector.reads_bytes() { STRIDE_OF_BYTES } else { STRIDE };
        let parts = parts_from(store, self.progress.looked + 1, last, stride);
        let selected = self.selector.select(store, &parts);
        for (part, selected) in parts.iter().zip(&selected) {
            self.take(store, *part, selected);
        }
        !parts.is_empty()
    }

    /// Rows of events that are not kept any more are none.
    fn let_go(&mut self, store: &Store) {
        let gone = store.place(store.first).map_or(0, |(chunk, _)| chunk);
        for chunk in self.gone..gone.min(self.rows.len()) {
            let blocks = self.row_counts.get_mut(chunk * BLOCKS..(chunk + 1) * BLOCKS).unwrap_or_default();
            self.progress.rows -= blocks.iter_mut().map(std::mem::take).sum::<u32>();
            self.progress.events -= self.events.get(chunk).map_or(0, |events| small(events.count()));
            if let (Some(rows), Some(events)) = (self.rows.get_mut(chunk), self.events.get_mut(chunk)) {
                (*rows, *events) = (Bits::default(), Bits::default());
            }
        }
        self.gone = self.gone.max(gone.min(self.rows.len()));
        self.progress.looked = self.progress.looked.max(store.first.saturating_sub(1));
    }

    /// Takes in what is selected of the next events.
    fn take(&mut self, store: &Store, part: Part, selected: &Bits) {
        let Some(chunk) = store.chunks.get(part.chunk) else { return };
        self.reach(part.chunk);
        self.progress.events += small(selected.count());
        for at in selected.iter_from(part.start) {
            let n = chunk.number(at);
            let row = chunk.row(at).unwrap_or_default();
            if self.calls && !self.switches && matches!(row.kind.event_type(), id::SWITCH | id::SWITCH_OLD) {
                continue;
            }
            let enters = self.calls && row.kind.is_enter();
            match (enters, row.flags & flag::PAIRED != 0) {
                (true, true) => self.add_row(store, row.partner),
                (true, false) if may_return(row.kind.event_type()) => self.waiting.push(n),
                _ => self.add_row(store, n),
            }
        }
        let (first, end) = (chunk.number(part.start), chunk.number(part.end));
        let losses = if self.losses { store.losses.ended() } else { &[] };
        let begin = losses.partition_point(|loss| loss.end < first);
        for loss in losses.iter().skip(begin).take_while(|loss| loss.end < end) {
            self.add_row(store, loss.end);
        }
        if let Some(events) = self.events.get_mut(part.chunk) {
            events.add(selected);
        }
        self.progress.looked = chunk.number(part.end) - 1;
        self.progress.done = false;
    }

    fn reach(&mut self, chunk: usize) {
        while self.rows.len() <= chunk {
            self.rows.push(Bits::default());
            self.events.push(Bits::default());
            self.row_counts.extend([0; BLOCKS]);
        }
    }

    fn add_row(&mut self, store: &Store, n: u32) {
        let Some((chunk, at)) = store.place(n) else { return };
        self.reach(chunk);
        if let (Some(rows), Some(count)) =
            (self.rows.get_mut(chunk), self.row_counts.get_mut(chunk * BLOCKS + at / BLOCK))
        {
            if rows.set(at) {
                *count += 1;
                self.progress.rows += 1;
            }
        }
    }

    /// Everything has been read: calls that never returned stand where they began.
    fn settle(&mut self, store: &Store) {
        for n in std::mem::take(&mut self.waiting) {
            let row = store.row(n).unwrap_or_default();
            self.add_row(store, if row.flags & flag::PAIRED != 0 { row.partner } else { n });
        }
    }

    /// Event number of a row.
    pub fn number(&self, store: &Store, row: u32) -> Option<u32> {
        let mut left = row;
        for (block, count) in self.row_counts.iter().enumerate() {
            if left < *count {
                let (chunk, start) = (block / BLOCKS, block % BLOCKS * BLOCK);
                let position = self.rows.get(chunk)?.select_from(start, left as usize)?;
                return Some(store.chunks.get(chunk)?.number(position));
            }
            left -= count;
        }
        None
    }

    /// The row of an event, else of the next one behind it.
    pub fn row(&self, store: &Store, n: u32) -> u32 {
        let Some((chunk, at)) = store.place(n) else { return if n < store.first { 0 } else { self.progress.rows } };
        let before: u32 = self.row_counts.iter().take(chunk * BLOCKS + at / BLOCK).sum();
        before + self.rows.get(chunk).map_or(0, |rows| small(rows.count_in(at - at % BLOCK, at)))
    }

    /// The first row at or after a time; where clocks were set back, that with the earliest such time.
    pub fn row_at(&self, store: &Store, ts: u64) -> u32 {
        if store.turned_back {
            return self.earliest_from(store, ts).map_or(self.progress.rows, |n| self.row(store, n));
        }
        let (mut low, mut high) = (0, self.progress.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            let earlier = self.number(store, middle).and_then(|n| store.row(n)).is_some_and(|row| row.ts < ts);
            if earlier {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Among rows in any order of time, the event number of the earliest at or after one.
    fn earliest_from(&self, store: &Store, ts: u64) -> Option<u32> {
        let chunks = self.rows.iter().zip(&store.chunks);
        let rows = chunks.flat_map(|(rows, chunk)| rows.iter_from(0).map(move |at| (chunk.ts(at), chunk.number(at))));
        let later = rows.filter_map(|(time, n)| Some((time?, n))).filter(|(time, _)| *time >= ts);
        later.min().map(|(_, n)| n)
    }

    /// Over the capture's time in so many cells: events shown, events selected, processes that ended badly.
    pub fn strip(&self, store: &Store, cells: usize) -> Vec<(u32, u32, u32)> {
        let mut strip = vec![(0, 0, 0); cells];
        let Some((first, last)) = store.span().filter(|_| cells > 0) else { return strip };
        let width = u128::from(last.saturating_sub(first).max(1));
        let cell = |ts: u64| {
            let share = u128::from(ts.saturating_sub(first)) * cells as u128 / width;
            usize::try_from(share).unwrap_or(cells).min(cells - 1)
        };
        let coarse = if store.events > EXACT_STRIP { 64 } else { 1 };
        let hiding = store.hiding();
        for (at_chunk, chunk) in store.chunks.iter().enumerate() {
            let selected = self.events.get(at_chunk);
            let mut at = 0;
            while at < chunk.len() {
                let end = (at + coarse).min(chunk.len());
                let place = cell(chunk.ts(at).unwrap_or(first));
                let shown = chunk.flags().get(at..end).map_or(0, |f| f.iter().filter(|f| *f & hiding == 0).count());
                let hits = selected.map_or(0, |bits| bits.count_in(at, end));
                if let Some(cell) = strip.get_mut(place) {
                    cell.0 += small(shown);
                    cell.1 += small(hits);
                }
                at = end;
            }
        }
        for thread in &store.state.threads.all {
            let Some(exit) = thread.exit.filter(|exit| exit.status != 0) else { continue };
            let main = store.state.threads.version(thread.version()).is_main();
            let Some(row) = store.row(exit.event).filter(|_| main) else { continue };
            if let Some(cell) = strip.get_mut(cell(row.ts)) {
                cell.2 += 1;
            }
        }
        strip
    }
}

/// A number of positions of one chunk.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Whether an exit event may still come for an enter event of this type.
fn may_return(event_type: u16) -> bool {
    scap_format::tables::event_info(event_type).is_some_and(|info| {
        info.source == scap_format::tables::Source::Syscall && !matches!(info.name, "exit" | "exit_group")
    })
}
