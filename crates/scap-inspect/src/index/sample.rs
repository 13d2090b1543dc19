//! Whether an index tells of the capture: some of its events are compared with their blocks.

use scap_format::reader::{event_block_length, parse_event_block};

use crate::store::columns::{Kind, Row};
use crate::store::Store;

/// Events that are compared, spread evenly.
const EVENTS: u64 = 64;
/// Where for each of them half a megabyte has to be unpacked.
const PACKED_EVENTS: u64 = 6;
/// Bytes read for one at first.
const SOME: usize = 4 << 10;

/// Whether the events of a store stand where it says in the capture.
pub(super) fn agrees(store: &Store, is_packed: bool) -> bool {
    let last = u64::from(store.events);
    let events = if is_packed { PACKED_EVENTS } else { EVENTS };
    let numbers = (0..events).map(|at| 1 + last.saturating_sub(1) * at / (events - 1));
    let mut numbers: Vec<u32> = numbers.filter_map(|n| u32::try_from(n).ok()).filter(|n| *n <= store.events).collect();
    numbers.dedup();
    let mut bytes = Vec::new();
    numbers.into_iter().all(|n| stands(store, n, &mut bytes).is_some())
}

fn stands(store: &Store, n: u32, bytes: &mut Vec<u8>) -> Option<()> {
    let (chunk, at) = store.place(n)?;
    let row = store.chunks.get(chunk)?.glance(at)?;
    let raw = store.raw.first()?;
    bytes.clear();
    raw.append(row.offset, SOME, bytes).ok()?;
    let length = event_block_length(bytes)?;
    let end = row.offset.checked_add(length as u64)?;
    if length > bytes.len() {
        bytes.clear();
        raw.append(row.offset, length, bytes).ok()?;
    }
    // The next block begins where this one ends, or behind it.
    let next = store.place(n + 1).and_then(|(chunk, at)| store.chunks.get(chunk)?.glance(at));
    let event = parse_event_block(bytes.get(..length)?)?;
    let same = Row { ts: event.ts, kind: Kind::of(&event), cpu: event.cpu, ..row } == row;
    (same && next.is_none_or(|next| next.offset >= end)).then_some(())
}
