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
    let selector = Selector::new(settings.filter.clone(), Zone::local());
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
    Some(with_neighbours(&store, &found, settings.around, last))
}

/// The same with the shown events around each of them.
fn with_neighbours(store: &Store, found: &[u32], around: Around, last: u32) -> Vec<u32> {
    let hiding = store.hiding();
    let is_shown = |n: &u32| store.row(*n).is_some_and(|row| row.flags & hiding == 0);
    let mut all = Vec::new();
    for &n in found {
        match around {
            Around::Nothing => {}
            Around::Events(count) => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                let known = all.last().copied().unwrap_or(0);
                all.extend((known + 1..n).rev().filter(is_shown).take(count));
                // What is taken twice is taken out below.
                all.extend((n + 1..=last.max(n)).filter(is_shown).take(count));
                all.sort_unstable();
            }
            Around::Time(ns) => {
                let Some(row) = store.row(n) else { continue };
                let near = |n: &u32| store.row(*n).is_some_and(|other| other.ts.abs_diff(row.ts) <= ns);
                let known = all.last().copied().unwrap_or(0);
                all.extend((known + 1..n).rev().take_while(near).filter(is_shown));
                all.extend((n.max(known) + 1..=last.max(n)).take_while(near).filter(is_shown));
                all.sort_unstable();
            }
        }
        all.push(n);
        if all.len() > 1 && all.get(all.len() - 2) > all.last() {
            all.sort_unstable();
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}
