//! What programs did, grouped by what stays the same from run to run: program, call, what it was about, error.

mod class;
mod steps;

pub use steps::{steps_of, steps_of_each, threads_like, Step};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use scap_format::tables::{event_info, ParamType};

use crate::clock::Zone;
use crate::fields::EventAt;
use crate::intern::StrId;
use crate::query::plan::Filter;
use crate::query::select::{parts_from, Selector};
use crate::state::fds::FdId;
use crate::state::threads::ThreadId;
use crate::state::{id, ContextId, NO_RESULT};
use crate::store::bytes::Windows;
use crate::store::columns::{Chunk, Kind};
use crate::store::Store;
use crate::viewer::{fd_name, path};
pub(crate) use class::{of_path, of_record};

/// A failure so long before a bad end may have led to it, ns.
const SOON_NS: u64 = 250_000_000;
/// Parts asked at once.
const PARTS: usize = 256;

/// One group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doing {
    /// Name of the program.
    pub program: Vec<u8>,
    /// Name of the call.
    pub call: String,
    /// Path or endpoint, without what differs from run to run; empty where it was about neither.
    pub about: Vec<u8>,
    /// 0 for success and for calls without a result.
    pub errno: u16,
    /// Calls.
    pub count: u64,
    /// Number of the first and of the last.
    pub first: u32,
    /// See `first`.
    pub last: u32,
    /// Processes that did it.
    pub processes: u32,
    /// Processes of this program, with selected events.
    pub of_processes: u32,
    /// Processes that ended badly soon after the last of these calls.
    pub ended_badly: u32,
    /// Processes that did it and did not end badly.
    pub went_well: u32,
    /// Programs that did the same.
    pub programs: u32,
}

/// Calls that failed, of those that the filter selects.
pub fn failures(store: &Store, filter: Option<&Filter>) -> Vec<Doing> {
    grouped(store, filter, |chunk, at| !matches!(chunk.errno(at), 0 | NO_RESULT))
}

/// All calls that the filter selects, by when they return.
pub fn doings(store: &Store, filter: Option<&Filter>) -> Vec<Doing> {
    grouped(store, filter, |chunk, at| !chunk.kind(at).is_enter())
}

/// What events have in common without a look at their bytes.
type Same = (u32, Kind, u32, u16);

#[derive(Clone, Copy)]
struct Sum {
    count: u64,
    first: u32,
    last: u32,
}

impl Sum {
    const fn one(n: u32) -> Self {
        Sum { count: 1, first: n, last: n }
    }

    fn add(&mut self, other: Sum) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

#[derive(Default)]
struct Gathered {
    same: FxHashMap<Same, Sum>,
    /// Events whose path stands in their bytes.
    with_bytes: Vec<u32>,
}

type Key = (StrId, Kind, Vec<u8>, u16);

#[derive(Default)]
struct Group {
    sum: Option<Sum>,
    /// By process: its last such call.
    processes: FxHashMap<ThreadId, u32>,
}

fn grouped(store: &Store, filter: Option<&Filter>, fits: impl Fn(&Chunk, usize) -> bool + Sync) -> Vec<Doing> {
    let mut gathered = Gathered::default();
    let mut seen: FxHashSet<(StrId, ThreadId)> = FxHashSet::default();
    let parts = each_part(store, filter, |chunk, positions| {
        let mut found = Gathered::default();
        let mut contexts: FxHashSet<u32> = FxHashSet::default();
        for at in positions {
            contexts.insert(chunk.contexts().get(at).copied().unwrap_or(0));
            if fits(chunk, at) {
                take(store, &mut found, chunk, at);
            }
        }
        (found, contexts)
    });
    for (found, contexts) in parts {
        for (same, sum) in found.same {
            gathered.same.entry(same).and_modify(|all| all.add(sum)).or_insert(sum);
        }
        gathered.with_bytes.extend(found.with_bytes);
        seen.extend(contexts.into_iter().map(|context| program(store, ContextId::at(context as usize))));
    }
    let mut groups: FxHashMap<Key, Group> = FxHashMap::default();
    let mut put = |context: ContextId, kind: Kind, about: Vec<u8>, errno: u16, sum: Sum| {
        let (comm, process) = program(store, context);
        let group = groups.entry((comm, kind, about, errno)).or_default();
        match &mut group.sum {
            Some(all) => all.add(sum),
            none => *none = Some(sum),
        }
        let last = group.processes.entry(process).or_default();
        *last = (*last).max(sum.last);
    };
    for ((context, kind, fd, errno), sum) in gathered.same {
        let about = of_record(store, store.state.fds.get(FdId(fd)));
        put(ContextId::at(context as usize), kind, about, errno, sum);
    }
    for (n, about) in paths(store, &gathered.with_bytes) {
        let Some(row) = store.row(n) else { continue };
        put(row.context, row.kind, about, row.errno, Sum::one(n));
    }
    told(store, &groups, &seen)
}

/// Asks of all cores what `see` makes of the selected events of each part, in order.
fn each_part<T: Send>(
    store: &Store,
    filter: Option<&Filter>,
    see: impl Fn(&Chunk, Box<dyn Iterator<Item = usize> + '_>) -> T + Sync,
) -> Vec<T> {
    let all = Filter::all();
    let selector = Selector::new(filter.unwrap_or(&all).clone(), Zone::of_filters());
    let mut made = Vec::new();
    let mut next = store.first;
    loop {
        let parts = parts_from(store, next, store.events, PARTS);
        let Some(last) = parts.last() else { return made };
        let selected = selector.select(store, &parts);
        let look = |(part, selected): (&crate::query::select::Part, &crate::store::bits::Bits)| {
            let chunk = store.chunks.get(part.chunk)?;
            Some(see(chunk, Box::new(selected.iter_from(part.start).take_while(|at| *at < part.end))))
        };
        made.extend(parts.par_iter().zip(selected.par_iter()).filter_map(look).collect::<Vec<T>>());
        next = store.chunks.get(last.chunk).map_or(u32::MAX, |chunk| chunk.number(last.end));
    }
}

fn take(store: &Store, found: &mut Gathered, chunk: &Chunk, at: usize) {
    let Some(row) = chunk.row(at) else { return };
    let n = chunk.number(at);
    let named = !store.state.fds.get(row.fd).name.is_empty();
    if !named && (speaks_of_path(row.kind) || is_connect(row.kind)) {
        found.with_bytes.push(n);
        return;
    }
    let errno = if row.errno == NO_RESULT { 0 } else { row.errno };
    let same = (u32::try_from(row.context.index()).unwrap_or(0), row.kind, row.fd.0, errno);
    found.same.entry(same).and_modify(|sum| sum.add(Sum::one(n))).or_insert_with(|| Sum::one(n));
}

/// Whether events of a kind carry a path.
fn speaks_of_path(kind: Kind) -> bool {
    event_info(kind.event_type()).is_some_and(|info| {
        let is_path = |ty| matches!(ty, ParamType::FsPath | ParamType::FsRelPath);
        info.params.iter().any(|param| is_path(param.ty)) || info.name.starts_with("execve")
    })
}

/// Whether an event is an attempt to connect: of one that failed the descriptor may not tell whom it was to reach.
fn is_connect(kind: Kind) -> bool {
    kind.event_type() == id::CONNECT
}

/// What an event is about, by its bytes where its descriptor does not tell.
fn about_of(event: &EventAt<'_>) -> Vec<u8> {
    let record = event.store.state.fds.get(event.row.fd);
    if is_connect(event.row.kind) {
        let name = fd_name(event, record);
        return match record.kind {
            _ if name.starts_with(b"/") => of_path(&name),
            // Of an attempt that failed the address it was made to is all there is.
            kind if kind.is_ip() && record.ends.is_none() && !name.is_empty() => {
                [record.transport().unwrap_or(record.l4).word().as_bytes(), b" to ", &name].concat()
            }
            _ => of_record(event.store, record),
        };
    }
    path(event).map_or_else(|| of_record(event.store, record), |path| of_path(&path))
}

/// What events with paths are about.
fn paths(store: &Store, events: &[u32]) -> Vec<(u32, Vec<u8>)> {
    const PART: usize = 1 << 10;
    let zone = Zone::utc();
    let look = |part: &[u32]| {
        let mut windows = Windows::default();
        let about = |n: &u32| {
            let (chunk, at) = store.place(*n)?;
            let chunk = store.chunks.get(chunk)?;
            let event = EventAt::new(store, *n, chunk.row(at)?, &zone).read(&mut windows, chunk, at);
            Some((*n, about_of(&event)))
        };
        part.iter().filter_map(about).collect::<Vec<_>>()
    };
    events.par_chunks(PART).map(look).collect::<Vec<_>>().concat()
}

/// The name of the program and the process of a context.
fn program(store: &Store, context: ContextId) -> (StrId, ThreadId) {
    let thread = store.state.thread(context);
    (thread.comm, store.state.main(context).map_or(thread.instance, |main| main.instance))
}

fn told(store: &Store, groups: &FxHashMap<Key, Group>, seen: &FxHashSet<(StrId, ThreadId)>) -> Vec<Doing> {
    let mut of_program: FxHashMap<StrId, u32> = FxHashMap::default();
    for (comm, _) in seen {
        *of_program.entry(*comm).or_default() += 1;
    }
    let mut programs: FxHashMap<(Kind, &[u8], u16), u32> = FxHashMap::default();
    for (_, kind, about, errno) in groups.keys() {
        *programs.entry((*kind, about, *errno)).or_default() += 1;
    }
    let doing = |((comm, kind, about, errno), group): (&Key, &Group)| {
        let sum = group.sum?;
        let badly = group.processes.iter().filter(|(process, last)| ends_badly(store, **process, **last)).count();
        let well = group.processes.keys().filter(|process| bad_end(store, **process).is_none()).count();
        let call = kind.call().or_else(|| event_info(kind.event_type()).map(|info| info.name));
        Some(Doing {
            program: store.state.strings.get(*comm).to_vec(),
            call: call.unwrap_or_default().to_owned(),
            about: about.clone(),
            errno: *errno,
            count: sum.count,
            first: sum.first,
            last: sum.last,
            processes: count(group.processes.len()),
            of_processes: of_program.get(comm).copied().unwrap_or(0),
            ended_badly: count(badly),
            went_well: count(well),
            programs: programs.get(&(*kind, about.as_slice(), *errno)).copied().unwrap_or(0),
        })
    };
    let mut told: Vec<Doing> = groups.iter().filter_map(doing).collect();
    told.sort_by_key(|doing| doing.first);
    told
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

/// The event and time of a bad end of a process.
fn bad_end(store: &Store, process: ThreadId) -> Option<(u32, u64)> {
    let exit = store.state.threads.get(process).exit.filter(|exit| exit.status != 0)?;
    Some((exit.event, store.row(exit.event)?.ts))
}

fn ends_badly(store: &Store, process: ThreadId, last: u32) -> bool {
    let at = store.row(last).map_or(0, |row| row.ts);
    bad_end(store, process).is_some_and(|(event, ts)| event >= last && ts.saturating_sub(at) <= SOON_NS)
}
