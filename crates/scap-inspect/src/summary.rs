//! The facts of a capture, and counts of the events a filter selects, as one JSON text.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use scap_format::tables::{errno_name, event_info, EventFlags};
use serde_json::{json, Value as Json};

use crate::query::plan::Filter;
use crate::state::{id, ContextId, NO_RESULT};
use crate::store::bytes::Windows;
use crate::store::columns::{flag, Chunk, Kind};
use crate::store::Store;
use crate::tally::{sums_of_selected, ByContext};

#[derive(Default)]
struct OfKind {
    enter: u64,
    exit: u64,
    failed: u64,
    time_ns: u64,
}

/// What one core counts.
struct Desk {
    counts: Counts,
    contexts: ByContext,
    windows: Windows,
}

#[derive(Default)]
struct Counts {
    /// Events are counted, nothing else.
    brief: bool,
    selected: u64,
    exit: u64,
    span: Option<(u64, u64)>,
    cpus: BTreeMap<u16, u64>,
    /// By the kind of the exit event.
    kinds: FxHashMap<Kind, OfKind>,
    failures: FxHashMap<(Kind, u16, u32), u64>,
    longest: usize,
    cut: u64,
}

/// The summary of a capture as JSON text; the keys are those of the summary report.
///
/// A brief one counts events by type, process and container, and looks at nothing else of them.
pub fn summary(store: &Store, filter: Option<&Filter>, brief: bool) -> String {
    let all = Filter::all();
    let filter = filter.unwrap_or(&all);
    let desk = || Desk {
        counts: Counts { brief, ..Counts::default() },
        contexts: ByContext::none(store),
        windows: Windows::default(),
    };
    let desks = sums_of_selected(store, filter, (0, store.events), desk, |desk, chunk, at| {
        desk.contexts.count(chunk, at);
        desk.counts.take(store, chunk, at, &mut desk.windows);
    });
    let (sums, contexts): (Vec<Counts>, Vec<ByContext>) =
        desks.into_iter().map(|desk| (desk.counts, desk.contexts)).unzip();
    let counts = sums.into_iter().fold(Counts::default(), Counts::joined);
    let contexts = ByContext::joined(contexts);
    let (first, last) = counts.span.map_or((Json::Null, Json::Null), |(first, last)| (first.into(), last.into()));
    json!({
        "files": files(store),
        "machines": machines(store),
        "events": {
            "stored": store.events,
            "shown": store.shown(),
            "selected": counts.selected,
            "enter": counts.selected - counts.exit,
            "exit": counts.exit,
        },
        "first_ns": first,
        "last_ns": last,
        "cpus": counts.cpus.iter().map(|(cpu, events)| json!([cpu, events])).collect::<Vec<_>>(),
        "types": counts.types_json(),
        "processes": processes(store, &contexts),
        "failures": counts.failures_json(store),
        "containers": containers(store, &contexts),
        "payload": {"longest": counts.longest, "cut": counts.cut},
        "dropped": store.losses.lost(),
        "notes": store.notes.len(),
    })
    .to_string()
}

/// What is known without decoding events, as JSON text: the inputs, the machines, the notes, what is recorded.
pub fn facts(store: &Store) -> String {
    let notes: Vec<Json> = store
        .told()
        .iter()
        .map(|note| json!({"kind": note.kind.word(), "offset": note.offset, "text": note.text}))
        .collect();
    json!({
        "files": files(store),
        "machines": machines(store),
        "notes": notes,
        "has_enters": store.has_enters,
        "dropped": store.losses.lost(),
        "losses": store.losses.times(),
        "comments": store.inputs.iter().flat_map(|i| &i.comments).map(|comment| lossy(comment)).collect::<Vec<_>>(),
    })
    .to_string()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn files(store: &Store) -> Vec<Json> {
    let one = |input: &crate::store::InputFacts| json!({"name": input.name, "size": input.size, "compression": input.compression});
    store.inputs.iter().map(one).collect()
}

fn machines(store: &Store) -> Vec<Json> {
    let one = |machine: &crate::state::Machine| {
        let boot = (machine.boot_ns != 0).then_some(machine.boot_ns);
        json!({"host": lossy(&machine.host), "cpus": machine.cpus, "memory": machine.memory, "boot_ns": boot})
    };
    store.state.machines.iter().map(one).collect()
}

impl OfKind {
    fn add(&mut self, other: &OfKind) {
        self.enter += other.enter;
        self.exit += other.exit;
        self.failed += other.failed;
        // Times of a damaged file can be anything.
        self.time_ns = self.time_ns.saturating_add(other.time_ns);
    }
}

impl Counts {
    /// What both counted.
    fn joined(mut self, other: Counts) -> Counts {
        self.selected += other.selected;
        self.exit += other.exit;
        self.span = match (self.span, other.span) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
        other.cpus.into_iter().for_each(|(cpu, events)| *self.cpus.entry(cpu).or_default() += events);
        other.kinds.iter().for_each(|(kind, counts)| self.kinds.entry(*kind).or_default().add(counts));
        other.failures.into_iter().for_each(|(what, times)| *self.failures.entry(what).or_default() += times);
        self.longest = self.longest.max(other.longest);
        self.cut += other.cut;
        self
    }

    fn take(&mut self, store: &Store, chunk: &Chunk, at: usize, windows: &mut Windows) {
        let event_kind = chunk.kind(at);
        let Some(info) = event_info(event_kind.event_type()) else { return };
        let kind = self.kinds.entry(event_kind.exit()).or_default();
        self.selected += 1;
        self.exit += u64::from(info.is_exit());
        *(if info.is_exit() { &mut kind.exit } else { &mut kind.enter }) += 1;
        if self.brief {
            return;
        }
        let Some(row) = chunk.row(at) else { return };
        let (first, last) = self.span.unwrap_or((row.ts, row.ts));
        self.span = Some((first.min(row.ts), last.max(row.ts)));
        *self.cpus.entry(row.cpu).or_default() += 1;
        let failed = row.errno != 0 && row.errno != NO_RESULT;
        if info.is_exit() {
            // Where events were lost, the enter event before may be another call's.
            let took = if row.flags & flag::PAIRED == 0 { 0 } else { store.latency(&row) };
            kind.time_ns = kind.time_ns.saturating_add(took);
        }
        kind.failed += u64::from(failed);
        if failed {
            *self.failures.entry((row.kind, row.errno, row.context.0)).or_default() += 1;
        }
        if info.is_exit() && row.errno == 0 && info.has(EventFlags::READS | EventFlags::WRITES) {
            self.payload(store, chunk, at, info, windows);
        }
    }

    fn payload(
        &mut self,
        store: &Store,
        chunk: &Chunk,
        at: usize,
        info: &scap_format::tables::EventInfo,
        windows: &mut Windows,
    ) {
        let Some(data) = info.param("data") else { return };
        let Some(event) = windows.event(store, chunk, at) else { return };
        let (Some(result), Some(data)) = (event.params.int(0), event.params.get(data)) else { return };
        self.longest = self.longest.max(data.len());
        self.cut += u64::from(!data.is_empty() && (data.len() as u64) < result.unsigned_abs());
    }

    fn types_json(&self) -> Vec<Json> {
        let mut by_name: BTreeMap<&str, OfKind> = BTreeMap::new();
        for (kind, counts) in &self.kinds {
            by_name.entry(type_name(*kind)).or_default().add(counts);
        }
        let mut rows: Vec<(&str, OfKind)> = by_name.into_iter().collect();
        rows.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.enter + kind.exit));
        rows.iter()
            .map(|(name, kind)| {
                json!({"name": name, "enter": kind.enter, "exit": kind.exit, "failed": kind.failed,
                       "time_ns": kind.time_ns})
            })
            .collect()
    }

    fn failures_json(&self, store: &Store) -> Vec<Json> {
        let mut rows: BTreeMap<(&str, String, String), u64> = BTreeMap::new();
        for ((ty, errno, context), count) in &self.failures {
            let error = errno_name((*errno).into()).map_or_else(|| errno.to_string(), str::to_owned);
            let process = lossy(store.state.strings.get(store.state.thread(ContextId(*context)).comm));
            *rows.entry((type_name(*ty), error, process)).or_default() += count;
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        rows.iter()
            .map(
                |((ty, error, process), count)| json!({"type": ty, "error": error, "process": process, "count": count}),
            )
            .collect()
    }
}

/// An event type's name; unused partners of enter-only events have none of their own.
fn type_name(kind: Kind) -> &'static str {
    let name = |id| event_info(id).map_or("unknown", |info| info.name);
    let id = kind.event_type();
    match name(id) {
        _ if matches!(id, id::SYSCALL_ENTER | id::SYSCALL) => kind.call().unwrap_or("unknown"),
        "NA" => name(id & !1),
        known => known,
    }
}

fn processes(store: &Store, contexts: &[(u64, u64)]) -> Vec<Json> {
    #[derive(Default)]
    struct Sum {
        events: u64,
        failed: u64,
        pids: BTreeSet<i64>,
        threads: BTreeSet<u32>,
    }
    let mut by_name: BTreeMap<&[u8], Sum> = BTreeMap::new();
    for (context, (events, failed)) in contexts.iter().enumerate().skip(1).filter(|(_, count)| count.0 > 0) {
        let thread = store.state.thread(ContextId::at(context));
        let sum = by_name.entry(store.state.strings.get(thread.comm)).or_default();
        sum.events += events;
        sum.failed += failed;
        sum.pids.insert(thread.pid);
        sum.threads.insert(thread.instance.0);
    }
    let mut rows: Vec<(&[u8], Sum)> = by_name.into_iter().collect();
    rows.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.events));
    rows.iter()
        .map(|(name, sum)| {
            json!({"name": lossy(name), "events": sum.events, "failed": sum.failed, "pids": sum.pids.len(),
                   "threads": sum.threads.len()})
        })
        .collect()
}

fn containers(store: &Store, contexts: &[(u64, u64)]) -> Vec<Json> {
    let state = &store.state;
    let mut events: FxHashMap<crate::intern::StrId, u64> = FxHashMap::default();
    for (context, (count, _)) in contexts.iter().enumerate().filter(|(_, count)| count.0 > 0) {
        let id = state.thread(ContextId::at(context)).container;
        if !id.is_empty() {
            *events.entry(id).or_default() += count;
        }
    }
    let mut ids: BTreeSet<_> = state.containers.ids().collect();
    ids.extend(events.keys().copied());
    let mut rows: Vec<(u64, Json)> = ids
        .into_iter()
        .map(|id| {
            let count = events.get(&id).copied().unwrap_or(0);
            let info = state.containers.info(id, store.events);
            let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
            let name = text(info.and_then(|info| info.name.as_deref()));
            let image = text(info.and_then(|info| info.image.as_deref()));
            let row = json!({"id": lossy(state.strings.get(id)), "name": name, "image": image, "events": count});
            (count, row)
        })
        .collect();
    rows.sort_by_key(|(count, row)| (std::cmp::Reverse(*count), row["name"].to_string()));
    rows.into_iter().map(|(_, row)| row).collect()
}
