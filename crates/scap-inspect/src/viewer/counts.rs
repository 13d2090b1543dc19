//! How often each value of a field occurs among the events a filter selects.

use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use scap_format::tables::ParamType;

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
use crate::value::Value;

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

/// The commonest values of a field among selected events, most frequent first; counting stops after `budget`. Of a field
/// with several values in one event each is counted, as a filter asks for each.
pub fn value_counts(
    store: &Store,
    field: &FieldRef,
    filter: Option<&Filter>,
    limit: usize,
    budget: Duration,
) -> Vec<(Vec<u8>, u64)> {
    let deadline = Instant::now() + budget;
    let all = Filter::all();
    let zone = Zone::of_filters();
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
        let values = if needs_bytes(field.field) {
            windows.event(store, n, &zone).map(|event| texts(&event, field))
        } else {
            store.row(n).map(|row| texts(&EventAt::new(store, n, row, &zone), field))
        };
        for value in values.unwrap_or_default() {
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

/// The values of a field, each once, as a filter finds them again: numbers in decimal and not rounded, and an
/// address that is compared with networks as one of its own.
fn texts(event: &EventAt<'_>, field: &FieldRef) -> Vec<Vec<u8>> {
    let Some(value) = event.value(field.field, field.arg.as_ref()) else { return Vec::new() };
    let info = field.field.info();
    let text = |value: &Value<'_>| {
        let mut out = Vec::new();
        match value {
            Value::Int(_) | Value::Uint(_) | Value::Double(_) => {
                out.extend_from_slice(&value.to_text().unwrap_or_default());
            }
            Value::Ip(ip) if info.ty == ParamType::IpNet => {
                let bits = if ip.is_ipv4() { 32 } else { 128 };
                out.extend_from_slice(format!("{ip}/{bits}").as_bytes());
            }
            other => write_value(&mut out, other, info, Style::WHOLE),
        }
        out
    };
    let mut texts: Vec<_> = value.items().iter().map(text).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
