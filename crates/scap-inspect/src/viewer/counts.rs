//! How often each value of a field occurs among the events a filter selects.

use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::Windows;
use crate::clock::Zone;
use crate::fields::{EventAt, FieldRef, Scope};
use crate::print::write_value;
use crate::query::plan::{needs_bytes, Filter};
use crate::render::Style;
use crate::state::id;
use crate::store::columns::Chunk;
use crate::store::Store;
use crate::tally::sums_of_selected;

/// How many shown events a filter selects.
pub fn count(store: &Store, filter: Option<&Filter>) -> u64 {
    let all = Filter::all();
    sums_of_selected(store, filter.unwrap_or(&all), (0, store.events), || 0, |count, _, _| *count += 1)
        .into_iter()
        .sum()
}

/// How often, and the first event.
type Group = (u64, u32);
/// By what the field depends on.
type Groups = FxHashMap<u64, Group>;

fn add(groups: &mut Groups, key: u64, (times, first): Group) {
    let group = groups.entry(key).or_insert((0, first));
    *group = (group.0 + times, group.1.min(first));
}

/// The commonest values of a field among selected events, most frequent first; counting stops after `budget`.
pub fn value_counts(
    store: &Store,
    field: &FieldRef,
    filter: Option<&Filter>,
    limit: usize,
    budget: Duration,
) -> Vec<(Vec<u8>, u64)> {
    let deadline = Instant::now() + budget;
    let all = Filter::all();
    let zone = Zone::utc();
    // Events that agree in what the field depends on are counted together, and asked once.
    let scope = field.field.info().scope;
    let by_name = field.field == crate::fields::Field::EvtType;
    let key = |chunk: &Chunk, at: usize| {
        let row = chunk.row(at).unwrap_or_default();
        match scope {
            Scope::Thread => u64::from(row.context.0),
            Scope::Fd => u64::from(row.fd.0),
            Scope::Type => row.kind.index() as u64,
            Scope::Event if by_name && row.kind.event_type() != id::ASYNC => row.kind.exit().index() as u64,
            Scope::Event => u64::from(chunk.number(at)) | 1 << 40,
        }
    };
    let sums =
        sums_of_selected(store, filter.unwrap_or(&all), (0, store.events), Groups::default, |groups, chunk, at| {
            add(groups, key(chunk, at), (1, chunk.number(at)));
        });
    let groups = sums.into_iter().reduce(|mut groups, others| {
        for (key, group) in others {
            add(&mut groups, key, group);
        }
        groups
    });
    let mut windows = Windows::default();
    let mut counts: FxHashMap<Vec<u8>, u64> = FxHashMap::default();
    for (times, n) in groups.unwrap_or_default().into_values() {
        let value = if needs_bytes(field.field) {
            windows.event(store, n, &zone).and_then(|event| text(&event, field))
        } else {
            store.row(n).and_then(|row| text(&EventAt::new(store, n, row, &zone), field))
        };
        if let Some(value) = value {
            *counts.entry(value).or_default() += times;
        }
        if Instant::now() >= deadline {
            break;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(limit);
    counts
}

fn text(event: &EventAt<'_>, field: &FieldRef) -> Option<Vec<u8>> {
    let value = event.value(field.field, field.arg.as_ref())?;
    let mut out = Vec::new();
    write_value(&mut out, &value, field.field.info(), Style::WHOLE);
    Some(out)
}
