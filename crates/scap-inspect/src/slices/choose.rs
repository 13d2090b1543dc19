//! Which events a slice shows: those a filter selects between two events or times, and what happened around them.

use crate::clock::Zone;
use crate::query::select::{parts_from, Selector};
use crate::store::{Capture, Store};

use super::job::Watch;
use super::{Around, Settings};

/// Parts looked at before others may have the store.
const STRIDE: usize = 8;

/// Numbers of the events to show, ascending; `None` when it was called off. What is read meanwhile is not looked at.
pub(super) fn chosen(capture: &Capture, settings: &Settings, watch: &Watch) -> Option<Vec<u32>> {
    let selector = Selector::new(settings.filter.clone(), Zone::of_filters());
    let (first, last) = {
        let store = capture.store();
        let first = settings.from.unwrap_or(1).max(store.first);
        (first, settings.to.unwrap_or(u32::MAX).min(store.events))
    };
    let mut found = Vec::new();
    let mut next = first;
    while next <= last {
        watch.tell(u64::from(next - first), u64::from(last - first))?;
        let store = capture.store();
        // The oldest may have been let go meanwhile.
        let parts = parts_from(&store, next, last, STRIDE);
        let selected = selector.select(&store, &parts);
        let before = next;
        for (part, bits) in parts.iter().zip(&selected) {
            let Some(chunk) = store.chunks.get(part.chunk) else { continue };
            found.extend((part.start..part.end).filter(|at| bits.has(*at)).map(|at| chunk.number(at)));
            next = chunk.number(part.end);
        }
        if next == before {
            break;
        }
    }
    let store = capture.store();
    if let Some((from, to)) = settings.times {
        found.retain(|n| store.row(*n).is_some_and(|row| (from..=to).contains(&row.ts)));
    }
    Some(with_neighbours(&store, found, settings.around, (first, last)))
}

/// The same with the shown events around each of them, between two numbers.
fn with_neighbours(store: &Store, found: Vec<u32>, around: Around, (first, last): (u32, u32)) -> Vec<u32> {
    if around == Around::Nothing {
        return found;
    }
    let hiding = store.hiding();
    let is_shown = |n: &u32| store.row(*n).is_some_and(|row| row.flags & hiding == 0);
    let shown: Vec<u32> = (first..=last).filter(is_shown).collect();
    let ts = |place: usize| shown.get(place).and_then(|n| store.row(*n)).map_or(0, |row| row.ts);
    let mut all = Vec::new();
    // Up to here all is taken or passed over.
    let mut passed = 0;
    for n in found {
        let Ok(place) = shown.binary_search(&n) else { continue };
        let (mut from, mut end) = (place, place + 1);
        match around {
            Around::Nothing => {}
            Around::Events(count) => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                (from, end) = (place.saturating_sub(count), end.saturating_add(count).min(shown.len()));
            }
            Around::Time(ns) => {
                let near = |other: usize| ts(other).abs_diff(ts(place)) <= ns;
                while from > passed && near(from - 1) {
                    from -= 1;
                }
                end = end.max(passed);
                while end < shown.len() && near(end) {
                    end += 1;
                }
            }
        }
        all.extend(shown.get(from.max(passed)..end).unwrap_or_default());
        passed = passed.max(end);
    }
    all
}
