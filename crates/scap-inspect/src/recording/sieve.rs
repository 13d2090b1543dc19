//! Which events of a stream go into the file, and what stands before them.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::time::{Duration, Instant};

use scap_format::compat;
use scap_format::event::EventRef;
use scap_format::reader::{block_sort, parse_event_block, BlockSort};
use scap_format::source::Recent;
use scap_format::tables::{event_info, Source};
use scap_format::writer::Writer;

use crate::clock::Zone;
use crate::query::plan::Filter;
use crate::query::select::{parts_from, Selector};
use crate::state::id;
use crate::store::columns::flag;
use crate::store::Store;

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is written as it is.
    Keep,
    /// It is written so that readers apply it and do not show it.
    StateOnly,
    /// It is left out.
    Drop,
}

/// An event that waits, for a later one may want it.
#[derive(Clone, Copy, Debug)]
struct Held {
    length: u32,
    verdict: Verdict,
    /// The file's reader would not show it, whatever the verdict.
    hidden: bool,
    since: Instant,
}

/// The next block to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// Bytes of the block.
    pub(super) length: u64,
    pub(super) verdict: Verdict,
    pub(super) hidden: bool,
}

/// How long events wait: the exit of a call that a filter selects keeps the call's enter event.
const HOLD: Duration = Duration::from_millis(100);
/// So many bytes of events wait at most.
const MOST: u64 = 32 << 20;
/// So many bytes before the newest event can be looked at again by tests.
const BACK: u64 = 16 << 20;
/// After so many events the state is made anew out of its lists, without its history.
const FOLD: u32 = 2_000_000;

/// The state that the events of a stream make, and those of them that wait.
pub(super) struct Sieve {
    store: Store,
    selector: Option<(Filter, Selector)>,
    /// What stood before the first event of the state.
    preamble: Vec<u8>,
    /// The blocks of it that are no lists of threads, as they came.
    machine: Vec<u8>,
    /// No kinds of descriptors that sysdig 0.29 does not know.
    old_kinds: bool,
    recent: Recent,
    /// Offset of the first event that waits.
    from: u64,
    /// Offset behind the last event.
    to: u64,
    held: VecDeque<Held>,
    /// The calls that threads are in as of the first event that waits: blocks by thread; of use for a next file only.
    begun: Option<HashMap<i64, Vec<u8>>>,
}

impl Sieve {
    /// A sieve behind these blocks, which stand before the first event. With `rotates` there may be a next file.
    ///
    /// # Errors
    /// They are no head of a capture.
    pub(super) fn new(preamble: &[u8], filter: Option<Filter>, old_kinds: bool, rotates: bool) -> io::Result<Self> {
        let mut machine = Vec::new();
        let mut rest = preamble;
        while let Some((sort, length)) = block_sort(rest) {
            let (block, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            if sort == BlockSort::Machine {
                machine.extend_from_slice(block);
            }
            rest = behind;
        }
        let recent = Recent::default();
        let store = loaded(preamble, &recent)?;
        let selector = filter.map(|filter| (filter.clone(), Selector::new(filter, Zone::of_filters())));
        let held = VecDeque::new();
        let preamble = preamble.to_vec();
        let begun = rotates.then(HashMap::new);
        Ok(Sieve { store, selector, preamble, machine, old_kinds, recent, from: 0, to: 0, held, begun })
    }

    /// Takes whole event blocks.
    pub(super) fn take(&mut self, blocks: &[u8], now: Instant) {
        let first = self.store.events + 1;
        let mut rest = blocks;
        while let Some((_, length)) = block_sort(rest) {
            let (block, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = behind;
            // The recorder writes no events that are not in our table.
            let Some(event) = parse_event_block(block) else { continue };
            self.recent.push(block);
            self.store.push(0, self.to, &event);
            self.hold(block, &event, now);
            self.to += block.len() as u64;
        }
        self.judge(first);
        if self.selector.is_none() {
            // Nobody asks about events again.
            self.store.chunks.clear();
        }
    }

    fn hold(&mut self, block: &[u8], event: &EventRef<'_>, now: Instant) {
        let hidden = event.block_flags & 1 != 0;
        let verdict = if self.selector.is_none() || matches!(event.event_type, id::DROP | id::DROP_ENTER) {
            Verdict::Keep
        } else {
            let row = self.store.row(self.store.events).unwrap_or_default();
            match self.store.readers_need(&row) {
                true if hidden => Verdict::Keep,
                true => Verdict::StateOnly,
                false => Verdict::Drop,
            }
        };
        self.held.push_back(Held { length: u32::try_from(block.len()).unwrap_or(0), verdict, hidden, since: now });
    }

    /// Keeps what the filter selects from event `first` on, and the enter events of selected exits.
    fn judge(&mut self, first: u32) {
        let Some((_, selector)) = &self.selector else { return };
        let parts = parts_from(&self.store, first, self.store.events, usize::MAX);
        let selected = selector.select(&self.store, &parts);
        // The number of the first event that waits.
        let Some(front) = (self.store.events + 1).checked_sub(u32::try_from(self.held.len()).unwrap_or(u32::MAX))
        else {
            return;
        };
        for (part, bits) in parts.iter().zip(&selected) {
            let Some(chunk) = self.store.chunks.get(part.chunk) else { continue };
            for at in (part.start..part.end).filter(|at| bits.has(*at)) {
                let waiting = |n: u32| n.checked_sub(front).and_then(|place| usize::try_from(place).ok());
                if let Some(held) = waiting(chunk.number(at)).and_then(|place| self.held.get_mut(place)) {
                    held.verdict = Verdict::Keep;
                }
                let Some(row) = chunk.row(at).filter(|row| row.flags & flag::PAIRED != 0 && !row.kind.is_enter())
                else {
                    continue;
                };
                let enter = waiting(row.partner).and_then(|place| self.held.get_mut(place));
                if let Some(enter) = enter.filter(|enter| enter.verdict == Verdict::Drop) {
                    enter.verdict = if enter.hidden { Verdict::Keep } else { Verdict::StateOnly };
                }
            }
        }
    }

    /// The next event that has waited long enough; `all` of them have at the end.
    pub(super) fn next(&self, now: Instant, all: bool) -> Option<Offer> {
        let held = self.held.front()?;
        let wait = if self.selector.is_some() { HOLD } else { Duration::ZERO };
        let due = all || now.duration_since(held.since) >= wait || self.to - self.from > MOST;
        due.then_some(Offer { length: u64::from(held.length), verdict: held.verdict, hidden: held.hidden })
    }

    /// Hands the block of the next event to `write`, then lets go of it.
    pub(super) fn pass(&mut self, write: impl FnOnce(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let Some(held) = self.held.pop_front() else { return Ok(()) };
        let end = self.from + u64::from(held.length);
        if let Some(begun) = &mut self.begun {
            self.recent.with(self.from..end, |block| follow(begun, block));
        }
        let written = match held.verdict {
            Verdict::Keep => self.recent.with(self.from..end, write),
            Verdict::StateOnly => self.recent.with(self.from..end, |block| write(&as_state_only(block)?)),
            Verdict::Drop => Ok(()),
        };
        self.from = end;
        written
    }

    /// Lets go of memory that is of no use any more.
    ///
    /// # Errors
    /// Never for a state that came of a capture.
    pub(super) fn tidy(&mut self) -> io::Result<()> {
        let back = if self.selector.is_some() { BACK } else { 0 };
        self.recent.forget(self.from.min(self.to.saturating_sub(back)));
        if self.store.events >= FOLD {
            self.begin_anew()?;
        }
        Ok(())
    }

    /// The head of a file that begins with the next event that waits; the state has no history from there on.
    ///
    /// # Errors
    /// Never for a state that came of a capture.
    pub(super) fn begin_anew(&mut self) -> io::Result<Vec<u8>> {
        let waiting = u32::try_from(self.held.len()).unwrap_or(u32::MAX);
        let preamble = match self.store.events.saturating_sub(waiting) {
            0 => self.preamble.clone(),
            passed => self.preamble_behind(passed)?,
        };
        let mut before = std::mem::replace(&mut self.store, loaded(&preamble, &self.recent)?);
        self.store.has_enters = before.has_enters;
        self.store.is_self_contained = before.is_self_contained;
        self.store.first_ts = before.first_ts;
        self.store.state.carry_over(&mut before.state);
        if let Some((filter, selector)) = &mut self.selector {
            // What it found out was about the numbers of the state before.
            *selector = Selector::new(filter.clone(), Zone::of_filters());
        }
        let (recent, mut offset) = (self.recent.clone(), self.from);
        for held in &self.held {
            let end = offset + u64::from(held.length);
            let store = &mut self.store;
            recent.with(offset..end, |block| {
                if let Some(event) = parse_event_block(block) {
                    store.push(0, offset, &event);
                }
            });
            offset = end;
        }
        self.preamble.clone_from(&preamble);
        self.with_begun(preamble)
    }

    /// Behind these blocks the beginnings of the calls that threads are in, which change the state only.
    fn with_begun(&self, head: Vec<u8>) -> io::Result<Vec<u8>> {
        let begun = self.begun.iter().flatten().filter_map(|(_, block)| parse_event_block(block));
        let mut begun: Vec<EventRef<'_>> = begun.collect();
        begun.sort_unstable_by_key(|event| event.ts);
        let mut writer = Writer::new(head);
        for event in begun {
            writer.event(&EventRef { block_flags: event.block_flags | 1, ..event })?;
        }
        Ok(writer.into_inner())
    }

    /// What stands at the head of a file that begins behind event `n`.
    fn preamble_behind(&self, n: u32) -> io::Result<Vec<u8>> {
        let (threads, mut fds) = self.store.state.listing(n);
        if self.old_kinds {
            fds.iter_mut().for_each(compat::without_newer_kinds);
        }
        let mut writer = Writer::new(self.machine.clone());
        writer.processes(&threads)?;
        for list in &fds {
            writer.fds(list)?;
        }
        Ok(writer.into_inner())
    }
}

/// Keeps the beginning of a call until its end has passed, too.
fn follow(begun: &mut HashMap<i64, Vec<u8>>, block: &[u8]) {
    let Some(event) = parse_event_block(block) else { return };
    let Some(info) = event_info(event.event_type) else { return };
    let is_call = info.source == Source::Syscall;
    if is_call && info.is_exit() || matches!(event.event_type, id::PROCEXIT | id::PROCEXIT_OLD) {
        begun.remove(&event.tid);
    } else if is_call {
        let kept = begun.entry(event.tid).or_default();
        kept.clear();
        kept.extend_from_slice(block);
    }
}

/// A store that knows what stands before the first event.
fn loaded(preamble: &[u8], recent: &Recent) -> io::Result<Store> {
    let mut store = Store::of_blocks(preamble.to_vec())?;
    store.raw.push(recent.raw());
    Ok(store)
}

/// The block of the same event with the flag that readers apply it and do not show it.
fn as_state_only(block: &[u8]) -> io::Result<Vec<u8>> {
    let event = parse_event_block(block).ok_or(io::ErrorKind::InvalidData)?;
    let mut writer = Writer::new(Vec::with_capacity(block.len() + 4));
    writer.event(&EventRef { block_flags: event.block_flags | 1, ..event })?;
    Ok(writer.into_inner())
}
