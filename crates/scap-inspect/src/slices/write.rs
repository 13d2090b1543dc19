//! The blocks of a slice into a file.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use scap_format::compat;
use scap_format::event::EventRef;
use scap_format::writer::Writer;
use serde_json::json;

use super::head::{hand_over, head, STATE_ONLY};
use super::job::Watch;
use super::plan::Part;
use super::redact::{with_values, without_arguments, Redaction};
use super::threads::Needed;
use super::{Settings, State};
use crate::state::handover::{name, Manner};
use crate::state::id;
use crate::state::threads::latest;
use crate::store::bytes::Windows;
use crate::store::columns::{flag, Row};
use crate::store::{Capture, Store};

/// Events written before others may have the store.
const STRIDE: usize = 4096;

/// Why there is no file.
pub(super) enum Stop {
    CalledOff,
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Failed(error)
    }
}

/// Writes all parts. Gives what stands at the head of the first, and how many bytes there are before compression.
pub(super) fn write(
    capture: &Capture,
    parts: &[Part],
    settings: &Settings,
    watch: &Watch,
    to: impl Write,
) -> Result<(State, u64), Stop> {
    let mut writer = Writer::new(to);
    let mut counts = State::default();
    let all: usize = parts.iter().map(|part| part.shown.len() + part.hidden.between.len()).sum();
    let mut done = 0;
    for part in parts {
        let (blocks, told) = head(&capture.store(), part, settings)?;
        counts.add(&told);
        writer.blocks(&blocks)?;
        let manner = capture.store().manner_at(part.first());
        let redaction = Redaction::of(settings);
        let mut desk = Desk { settings, needed: &part.needed, redaction, manner, switches: Switches::default() };
        let mut windows = Windows::default();
        for events in part.events().chunks(STRIDE) {
            watch.tell(done as u64, all as u64).ok_or(Stop::CalledOff)?;
            let store = capture.store();
            for (n, is_shown) in events {
                desk.event(&store, *n, *is_shown, &mut windows, &mut writer)?;
            }
            done += events.len();
        }
    }
    let store = capture.store();
    let manner = store.manner_at(u32::MAX);
    if let Some(part) = parts.last().filter(|part| store.manner_at(part.last()) != manner) {
        // Readers see by the events behind those of the slice what kind of capture it is.
        hand_over(&mut writer, part.ts, name::CAPTURE, 0, &manner.to_json())?;
    }
    let bytes = writer.written();
    writer.flush()?;
    Ok((counts, bytes))
}

/// What was written so far of switches between threads.
#[derive(Default)]
struct Switches {
    /// The last one of each processor.
    last: FxHashMap<u16, u32>,
    /// How long each thread has run as the file tells it.
    ran: FxHashMap<i64, u64>,
}

struct Desk<'a> {
    settings: &'a Settings,
    needed: &'a Needed,
    redaction: Redaction,
    manner: Manner,
    switches: Switches,
}

impl Desk<'_> {
    fn event<W: Write>(
        &mut self,
        store: &Store,
        n: u32,
        is_shown: bool,
        windows: &mut Windows,
        writer: &mut Writer<W>,
    ) -> io::Result<()> {
        let Some((chunk, at)) = store.place(n) else { return Ok(()) };
        let Some(chunk) = store.chunks.get(chunk) else { return Ok(()) };
        let Some(row) = chunk.row(at) else { return Ok(()) };
        let Some(event) = windows.event(store, chunk, at) else {
            return Err(io::Error::other(format!("event {n} cannot be read again")));
        };
        let manner = store.manner_at(n);
        if manner != self.manner {
            self.manner = manner;
            hand_over(writer, row.ts, name::CAPTURE, 0, &manner.to_json())?;
        }
        if matches!(event.event_type, id::SWITCH | id::SWITCH_OLD) {
            self.switch(store, n, &row, event.tid, writer)?;
        }
        let block_flags = event.block_flags | if is_shown { 0 } else { STATE_ONLY };
        let options = if is_shown { event.options } else { &[] };
        let event = EventRef { block_flags, options, ..event };
        // What an ancestor executes is needed for its name alone.
        let is_others = self.settings.scrub && !is_shown && !row.context.is_none() && {
            let thread = store.state.thread(row.context).instance;
            !self.needed.is_full(thread)
        };
        let scrubbed = if is_others { Some(without_arguments(&event)) } else { None };
        let event = scrubbed.as_ref().map_or(event, |values| with_values(&event, values));
        if self.redaction.is_on() {
            let values = self.redaction.values(&event);
            self.put(store, &row, &with_values(&event, &values), writer)
        } else {
            self.put(store, &row, &event, writer)
        }
    }

    /// How long a thread held its processor is told from the switch before, and how long in all from all before.
    fn switch<W: Write>(
        &mut self,
        store: &Store,
        n: u32,
        row: &Row,
        tid: i64,
        writer: &mut Writer<W>,
    ) -> io::Result<()> {
        if row.context.is_none() {
            return Ok(());
        }
        let thread = store.state.threads.get(store.state.thread(row.context).instance);
        let ran_before = latest(&thread.ran, n.saturating_sub(1)).unwrap_or(0);
        let known = self.switches.last.get(&row.cpu) == Some(&row.partner)
            && self.switches.ran.get(&tid).copied().unwrap_or(0) == ran_before;
        if let Some(before) = store.row(row.partner).filter(|_| !known) {
            hand_over(writer, before.ts, name::SWITCH, row.cpu, &json!({"tid": tid, "ran": ran_before}))?;
        }
        self.switches.last.insert(row.cpu, n);
        self.switches.ran.insert(tid, latest(&thread.ran, n).unwrap_or(0));
        Ok(())
    }

    fn put<W: Write>(&self, store: &Store, row: &Row, event: &EventRef<'_>, writer: &mut Writer<W>) -> io::Result<()> {
        if !self.settings.compat {
            return writer.event(event);
        }
        // The child of a call that made it returns from one that it did not begin.
        let is_child =
            matches!(event.event_type, id::CLONE | id::FORK | id::VFORK | id::CLONE3) && event.params.int(0) == Some(0);
        let wants_enter = !store.has_enters && !is_child && row.flags & flag::PAIRED == 0;
        if let Some((event_type, params)) = compat::enter_of(event).filter(|_| wants_enter) {
            let block_flags = event.block_flags | STATE_ONLY;
            let params = params.as_params();
            writer.event(&EventRef { event_type, params, block_flags, options: &[], ..*event })?;
        }
        match compat::older_form(event) {
            Some((event_type, params)) => writer.event(&EventRef { event_type, params: params.as_params(), ..*event }),
            None => writer.event(event),
        }
    }
}
