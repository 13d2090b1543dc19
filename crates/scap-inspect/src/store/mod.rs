//! Everything known about a capture: the state, the columns, and where the bytes are.

pub mod bits;
pub mod bytes;
mod capture;
mod cells;
pub mod columns;
mod kind;
mod losses;
mod memory;
mod shelf;
mod whole;

pub use capture::{Capture, OpenFlags, Progress};
pub(crate) use cells::{Frame, WIDTH};
pub use losses::{Loss, Losses};
pub(crate) use shelf::{columns_of, Place, Shelves, Told};

use scap_format::event::EventRef;
use scap_format::reader::{Note, NoteKind};
use scap_format::source::RawBytes;

use crate::index::stored::stored;
use crate::state::handover::Manner;
use crate::state::threads::latest;
use crate::state::{ContextId, MappedFiles, State};
use columns::{flag, proves_enter_events, proves_mapped_files, proves_self_contained, Chunk, Kind, Row, Visibility};
use memory::Reserve;
use shelf::Shelf;
use std::sync::Arc;

/// One file or stream a capture is read from.
#[derive(Clone, Debug)]
pub struct InputFacts {
    /// File name, `-` for standard input.
    pub name: String,
    /// Bytes on disk when it was opened; `None` of a pipe.
    pub size: Option<u64>,
    /// How it is compressed, in a word.
    pub compression: String,
    /// Comments of its section headers.
    pub comments: Vec<Vec<u8>>,
}

/// CPUs write their events beside each other: so far back is no clock that was set.
pub(crate) const JITTER_NS: u64 = 1_000_000_000;

/// Events after which memory for more is fetched ahead.
const RESERVE_FROM: u32 = 1 << 14;

/// The store: appended to by one reader, asked by many.
#[derive(Debug, Default)]
pub struct Store {
    /// Threads, descriptors, users, containers.
    pub state: State,
    /// The events.
    pub chunks: Vec<Chunk>,
    /// Where the bytes are, by input.
    pub raw: Vec<RawBytes>,
    /// What was opened.
    pub inputs: Vec<InputFacts>,
    /// What was damaged, unknown or passed over.
    pub notes: Vec<Note>,
    /// Time of the first event that is not bookkeeping.
    pub first_ts: Option<u64>,
    /// Number of events, hidden ones included.
    pub events: u32,
    /// Whether the capture holds enter events, not only exits.
    pub has_enters: bool,
    /// Whether exit events say by themselves what they are about, as those of current recorders do.
    pub is_self_contained: bool,
    /// Whether a clock was set back, or a later section is of an earlier time: events are in no order of time.
    pub turned_back: bool,
    /// Where the recorder told that it lost events.
    pub losses: Losses,
    /// Number of the oldest event that is kept.
    pub first: u32,
    /// Time of the oldest shown event that is kept, once older ones were let go.
    kept_since: Option<u64>,
    hidden: u32,
    extra_enters: u32,
    /// Times of the earliest and the latest event shown when it was read.
    extent: Option<(u64, u64)>,
    visibility: Visibility,
    /// Memory for the next chunk, once there were enough events to expect more.
    reserve: Option<Reserve>,
    /// What was known of the capture as a whole, with the event from which on.
    manners: Vec<(u32, Manner)>,
    /// Where columns are fetched from.
    shelves: Option<Arc<Shelves>>,
}

stored!(Store {
    state, notes, first_ts, events, has_enters, is_self_contained, turned_back, losses, first, hidden, extra_enters,
    extent, manners
} skips { chunks, raw, inputs, kept_since, visibility, reserve, shelves });

impl Store {
    /// An empty store.
    pub fn new() -> Self {
        Store { state: State::new(), first: 1, ..Store::default() }
    }

    /// Whether what came out of an index agrees with itself.
    pub(crate) fn is_sound(&self) -> bool {
        self.first == 1 && self.hidden.checked_add(self.extra_enters).is_some_and(|unseen| unseen <= self.events)
    }

    /// Gives a store that came out of an index its chunks, whose columns stay there.
    pub(crate) fn shelve(&mut self, frames: Vec<(u32, Frame)>, places: &[Place], shelves: &Arc<Shelves>) {
        let each = frames.into_iter().zip(places);
        self.chunks = each
            .map(|((first, frame), place)| Chunk::shelved(first, Shelf::new(Arc::clone(shelves), *place), frame))
            .collect();
        self.shelves = Some(Arc::clone(shelves));
    }

    /// The notes, and that columns of an index which was sound when it was opened could not be fetched since.
    pub fn told(&self) -> Vec<Note> {
        let mut told = self.notes.clone();
        if self.shelves.as_ref().is_some_and(|shelves| shelves.failed()) {
            let text = "the index of the capture was changed while it was in use, events lack values: open it again";
            told.push(Note { kind: NoteKind::Unreadable, offset: 0, text: text.to_owned() });
        }
        told
    }

    /// How many events are kept and shown.
    pub fn shown(&self) -> u32 {
        let extra = if self.has_enters { 0 } else { self.extra_enters };
        self.events - (self.first - 1) - self.hidden - extra
    }

    /// The flag bits that keep an event from being shown.
    pub fn hiding(&self) -> u8 {
        if self.has_enters {
            flag::HIDDEN
        } else {
            flag::HIDDEN | flag::EXTRA_ENTER
        }
    }

    /// Appends an event.
    pub fn push(&mut self, input: u16, offset: u64, event: &EventRef<'_>) {
        let Some(n) = self.events.checked_add(1) else { return };
        if let Some(manner) = Manner::of(event) {
            self.take_manner(n, manner);
        }
        if !self.has_enters && proves_enter_events(event.event_type) {
            self.take_manner(n, Manner { has_enters: true, ..self.manner() });
        }
        if !self.is_self_contained && proves_self_contained(event) {
            self.take_manner(n, Manner { is_self_contained: true, ..self.manner() });
        }
        if self.state.mapped_files == MappedFiles::Aside && (self.is_self_contained || proves_mapped_files(event)) {
            self.take_manner(n, Manner { mapped_files: MappedFiles::Descriptors, ..self.manner() });
        }
        let applied = self.state.apply(n, event);
        let flags = self.visibility.flags(event, &applied);
        self.events = n;
        if flags & flag::HIDDEN != 0 {
            self.hidden += 1;
        } else if flags & flag::EXTRA_ENTER != 0 {
            self.extra_enters += 1;
        }
        if self.first_ts.is_none() && flags & flag::HIDDEN == 0 {
            self.first_ts = Some(event.ts);
        }
        self.losses.take(n, event);
        if flags & self.hiding() == 0 {
            let (earliest, latest) = self.extent.unwrap_or((event.ts, event.ts));
            self.turned_back |= event.ts.saturating_add(JITTER_NS) < latest;
            self.extent = Some((earliest.min(event.ts), latest.max(event.ts)));
        }
        if applied.paired {
            if let Some((chunk, at)) = self.place(applied.enter) {
                if let Some(chunk) = self.chunks.get_mut(chunk) {
                    chunk.set_exit(at, n);
                }
            }
        }
        let row = Row {
            ts: event.ts,
            offset,
            kind: Kind::of(event),
            cpu: event.cpu,
            context: applied.context,
            fd: applied.fd,
            partner: applied.enter,
            errno: applied.errno,
            flags,
        };
        self.append(input, offset, &row);
    }

    fn append(&mut self, input: u16, offset: u64, row: &Row) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.has_room(input, offset) => chunk.push(row),
            last => {
                let n = self.events;
                let mut chunk = match last {
                    Some(last) if last.input == input => Chunk::behind(n, input, offset, self.reserve.as_ref()),
                    _ => Chunk::new(n, input, offset),
                };
                chunk.push(row);
                self.chunks.push(chunk);
            }
        }
        if self.reserve.is_none() && self.events == RESERVE_FROM {
            self.reserve = Some(Reserve::begin(Chunk::reserved()));
        }
    }

    /// Nothing more will come.
    pub fn end(&mut self) {
        self.reserve = None;
    }

    fn manner(&self) -> Manner {
        Manner {
            has_enters: self.has_enters,
            is_self_contained: self.is_self_contained,
            mapped_files: self.state.mapped_files,
        }
    }

    /// From event `n` on this is known of the capture, and all that was known before.
    fn take_manner(&mut self, n: u32, manner: Manner) {
        let before = self.manner();
        self.has_enters |= manner.has_enters;
        self.is_self_contained |= manner.is_self_contained;
        (self.state.has_enters, self.state.is_self_contained) = (self.has_enters, self.is_self_contained);
        if manner.mapped_files == MappedFiles::Descriptors {
            self.state.mapped_files = manner.mapped_files;
        }
        if self.manner() != before {
            self.manners.push((n, self.manner()));
        }
    }

    /// What was known of the capture with an event.
    pub(crate) fn manner_at(&self, n: u32) -> Manner {
        latest(&self.manners, n).unwrap_or_default()
    }

    /// A new section begins; the machine of the one before is gone.
    pub fn restart(&mut self) {
        self.state.restart(self.events + 1);
        self.visibility.restart();
    }

    /// Chunk and position of an event number.
    #[inline]
    pub fn place(&self, n: u32) -> Option<(usize, usize)> {
        if n < self.first || n > self.events {
            return None;
        }
        // Mostly it is asked for an event that came lately.
        let newest = self.chunks.len().checked_sub(1)?;
        let chunk = match self.chunks.get(newest) {
            Some(chunk) if chunk.first <= n => newest,
            _ => self.chunks.partition_point(|c| c.first <= n).checked_sub(1)?,
        };
        Some((chunk, (n - self.chunks.get(chunk)?.first) as usize))
    }

    /// The row of an event number.
    pub fn row(&self, n: u32) -> Option<Row> {
        let (chunk, at) = self.place(n)?;
        self.chunks.get(chunk)?.row(at)
    }

    /// Nanoseconds between a call's enter event and this exit; 0 when no enter event was seen.
    pub fn latency(&self, row: &Row) -> u64 {
        if row.kind.is_enter() {
            return 0;
        }
        self.row(row.partner).map_or(0, |enter| row.ts.saturating_sub(enter.ts))
    }

    /// Times of the earliest and the latest shown event: the first and the last, where no clock was set.
    pub fn span(&self) -> Option<(u64, u64)> {
        let hiding = self.hiding();
        let shown = |chunk: &Chunk, at: &usize| chunk.flags().get(*at).is_some_and(|flags| flags & hiding == 0);
        let last = self.chunks.iter().rev().find_map(|chunk| {
            let at = (0..chunk.len()).rev().find(|at| shown(chunk, at))?;
            chunk.ts(at)
        })?;
        let first = self.kept_since.or(self.first_ts).unwrap_or(last);
        if self.kept_since.is_some() {
            return Some((first.min(last), last));
        }
        let (earliest, latest) = self.extent.unwrap_or((first, last));
        Some((earliest.min(first), latest.max(last)))
    }

    /// Lets the oldest events go until what is kept takes at most so many bytes; the newest chunks always stay. Whether
    /// any went.
    pub fn trim(&mut self, keep: usize) -> bool {
        let before = self.first;
        while self.memory() + self.raw.iter().map(RawBytes::in_memory).sum::<usize>() > keep {
            let kept = self.chunks.iter().position(|chunk| !chunk.is_empty()).unwrap_or(0);
            let [oldest, next, _, ..] = self.chunks.get_mut(kept..).unwrap_or_default() else { break };
            let hidden = |flag: u8| small(oldest.flags().iter().filter(|flags| **flags & flag != 0).count());
            let (bookkeeping, extra) = (hidden(flag::HIDDEN), hidden(flag::EXTRA_ENTER));
            self.hidden -= bookkeeping;
            self.extra_enters -= extra;
            self.first = next.first;
            if let Some(raw) = self.raw.get(usize::from(next.input)) {
                raw.forget(next.offset(0).unwrap_or(0));
            }
            oldest.empty();
            let hiding = self.hiding();
            let shown = |chunk: &Chunk| {
                let at = chunk.flags().iter().position(|flags| flags & hiding == 0)?;
                chunk.ts(at)
            };
            self.kept_since = self.chunks.iter().find_map(shown);
        }
        self.first != before
    }

    /// Bytes held beside the raw bytes.
    pub fn memory(&self) -> usize {
        self.state.memory() + self.chunks.iter().map(Chunk::memory).sum::<usize>()
    }

    /// The event number since which users and containers are as a context sees them.
    pub fn world(&self, context: ContextId) -> u32 {
        self.state.context(context).world
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
