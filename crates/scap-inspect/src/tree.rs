//! The process tree as of an event.

use rustc_hash::FxHashMap;
use scap_format::tables::signal_name;

use crate::query::plan::Filter;
use crate::state::threads::{latest, Thread, ThreadId, ThreadVersion};
use crate::state::ContextId;
use crate::store::columns::Chunk;
use crate::store::Store;
use crate::tally::{by_context_after, sums_of_selected, ByContext};

/// One process of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessRow {
    /// Process id; the thread id where no process is known.
    pub pid: i64,
    /// Whether no process is known of the thread.
    pub stray: bool,
    /// Process id inside its namespace, -1 when unknown.
    pub vpid: i64,
    /// Position of the parent in the list.
    pub parent: Option<usize>,
    /// Number of the parent thread as the recorder told it, which may be in no table; 0 or less when unknown.
    pub ptid: i64,
    /// Ancestors above it in the list.
    pub depth: usize,
    /// Short name.
    pub name: Vec<u8>,
    /// Name and arguments.
    pub cmdline: Vec<u8>,
    /// User name, the number where it has none.
    pub user: Vec<u8>,
    /// Container name, else its id; empty on the host.
    pub container: Vec<u8>,
    /// Threads seen up to then.
    pub threads: u32,
    /// Selected events up to then.
    pub events: u64,
    /// Failed ones among them.
    pub failed: u64,
    /// How it ended, empty while it lives.
    pub ended: String,
    /// A number that stays the same for this process in every tree of the capture.
    pub thread: u32,
    /// When it was cloned, ns since the epoch; `None` when it was there before the capture.
    pub started: Option<u64>,
    /// Bytes that its selected calls read and wrote up to then.
    pub read_bytes: u64,
    /// See `read_bytes`.
    pub written_bytes: u64,
    /// Resident memory as last told, KiB.
    pub resident_kb: u32,
}

/// A process on its way into the tree.
struct Process {
    main: ThreadId,
    born: u32,
    parent: Option<usize>,
    threads: u32,
    events: u64,
    failed: u64,
    /// Bytes read, and bytes written.
    moved: (u64, u64),
}

/// The processes in drawing order: parents before children, siblings by age. With a filter only those with selected
/// events, and their ancestors.
pub fn process_tree(store: &Store, filter: Option<&Filter>, at: Option<u32>) -> Vec<ProcessRow> {
    // What a capture without events lists was there before its first event.
    let at = at.unwrap_or(store.events).min(store.events).max(u32::from(store.events == 0));
    let span = Span { since: 0, at, lingering: 0 };
    rows(store, collect(store, filter, span), filter.is_some(), at)
}

/// The processes that live at the end of what has been read, and those that ended behind event number `lingering`, in
/// the order of [`process_tree`]. Events, failures and bytes are those behind event number `since`.
pub fn live_tree(store: &Store, filter: Option<&Filter>, since: u32, lingering: u32) -> Vec<ProcessRow> {
    let span = Span { since, at: store.events.max(u32::from(store.events == 0)), lingering };
    rows(store, collect(store, filter, span), false, span.at)
}

/// Which part of a capture a tree is about, by numbers of events.
#[derive(Clone, Copy)]
struct Span {
    /// Events up to this one do not count.
    since: u32,
    /// The moment of the tree.
    at: u32,
    /// Processes that were gone up to this event are left out; 0 for none.
    lingering: u32,
}

fn rows(store: &Store, mut processes: Vec<Process>, filtered: bool, at: u32) -> Vec<ProcessRow> {
    let wanted = wanted(&processes, filtered);
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); processes.len()];
    let mut roots = Vec::new();
    break_loops(&mut processes);
    for (index, process) in processes.iter().enumerate() {
        match process.parent {
            Some(parent) => children[parent].push(index),
            None => roots.push(index),
        }
    }
    let age = |index: &usize| (processes[*index].born, processes[*index].main);
    roots.sort_by_key(age);
    for siblings in &mut children {
        siblings.sort_by_key(age);
    }
    let mut rows = Vec::new();
    let mut stack: Vec<(usize, Option<usize>, usize)> = roots.into_iter().rev().map(|root| (root, None, 0)).collect();
    while let Some((index, parent, depth)) = stack.pop() {
        if !wanted[index] {
            continue;
        }
        let position = rows.len();
        rows.push(row(store, &processes[index], parent, depth, at));
        stack.extend(children[index].iter().rev().map(|child| (*child, Some(position), depth + 1)));
    }
    rows
}

fn collect(store: &Store, filter: Option<&Filter>, span: Span) -> Vec<Process> {
    let at = span.at;
    let threads = &store.state.threads;
    let (counts, chosen) = counted(store, filter, span);
    let mut by_thread: FxHashMap<ThreadId, (u64, u64)> = FxHashMap::default();
    for (context, (events, failed)) in counts.into_iter().enumerate().filter(|(_, count)| count.0 > 0) {
        let thread = store.state.thread(ContextId::at(context)).instance;
        let sum = by_thread.entry(thread).or_default();
        *sum = (sum.0 + events, sum.1 + failed);
    }
    let mut positions: FxHashMap<ThreadId, usize> = FxHashMap::default();
    let mut processes: Vec<Process> = Vec::new();
    let lingers = |thread: &Thread| {
        // A thread is gone with the event behind its exit, which may not have come yet.
        let exit = thread.exit.as_ref().map_or(u32::MAX, |exit| exit.event);
        span.lingering == 0 || exit.min(thread.gone.saturating_sub(1)) > span.lingering
    };
    let exists = |thread: &Thread| thread.born <= at && lingers(thread);
    for (id, _) in threads.all.iter().enumerate().skip(1).filter(|(_, thread)| exists(thread)) {
        let id = ThreadId::at(id);
        let (events, failed) = by_thread.get(&id).copied().unwrap_or_default();
        let version = version_at(store, id, at);
        if version.placeholder && events == 0 {
            continue;
        }
        let main = main_at(store, id, version, at);
        let index = *positions.entry(main).or_insert_with(|| {
            let born = threads.get(main).born;
            processes.push(Process { main, born, parent: None, threads: 0, events: 0, failed: 0, moved: (0, 0) });
            processes.len() - 1
        });
        let process = &mut processes[index];
        process.threads += 1;
        process.events += events;
        process.failed += failed;
    }
    for (index, process) in processes.iter_mut().enumerate() {
        let main = process.main;
        process.moved = match &chosen {
            Some(chosen) => chosen.get(&main).copied().unwrap_or_default(),
            None => (grown(&threads.get(main).read, span), grown(&threads.get(main).written, span)),
        };
        let moment = last_moment(store, main, at);
        let ptid = version_at(store, main, at).ptid;
        let parent = threads.live_at(ptid, moment);
        if ptid > 0 && !parent.is_none() {
            let parent = main_at(store, parent, version_at(store, parent, moment), moment);
            process.parent = positions.get(&parent).copied().filter(|parent| *parent != index);
        }
    }
    processes
}

/// By how much a sum grew in a part of the capture.
fn grown(history: &[(u32, u64)], span: Span) -> u64 {
    let before = if span.since == 0 { 0 } else { latest(history, span.since).unwrap_or(0) };
    latest(history, span.at).unwrap_or(0).saturating_sub(before)
}

/// By how much a sum grew with an event.
fn grown_with(history: &[(u32, u64)], event: u32) -> u64 {
    let Ok(at) = history.binary_search_by_key(&event, |(since, _)| *since) else { return 0 };
    let sum = |at| history.get(at).map_or(0, |(_, sum)| *sum);
    sum(at).saturating_sub(at.checked_sub(1).map_or(0, sum))
}

/// Bytes read and written by the main thread of who called.
type Moved = FxHashMap<ThreadId, (u64, u64)>;

/// Selected events by context, and of a filter the bytes that the calls it selects read and wrote. Of all events the
/// threads themselves have the sums.
fn counted(store: &Store, filter: Option<&Filter>, span: Span) -> (Vec<(u64, u64)>, Option<Moved>) {
    let Some(filter) = filter else { return (by_context_after(store, &Filter::all(), span.since, span.at), None) };
    let state = &store.state;
    let see = |(contexts, moved): &mut (ByContext, Moved), chunk: &Chunk, at: usize| {
        contexts.count(chunk, at);
        let context = ContextId(chunk.contexts().get(at).copied().unwrap_or(0));
        let main = state.main(context).unwrap_or_else(|| state.thread(context)).instance;
        let (thread, event) = (state.threads.get(main), chunk.number(at));
        add(moved, main, (grown_with(&thread.read, event), grown_with(&thread.written, event)));
    };
    let make = || (ByContext::none(store), Moved::default());
    let sums = sums_of_selected(store, filter, (span.since, span.at), make, see);
    let (contexts, parts): (Vec<_>, Vec<_>) = sums.into_iter().unzip();
    let mut moved = Moved::default();
    parts.into_iter().flatten().for_each(|(main, bytes)| add(&mut moved, main, bytes));
    (ByContext::joined(contexts), Some(moved))
}

fn add(moved: &mut Moved, main: ThreadId, (read, written): (u64, u64)) {
    if read > 0 || written > 0 {
        let sum = moved.entry(main).or_default();
        *sum = (sum.0.saturating_add(read), sum.1.saturating_add(written));
    }
}

/// The last event at which a thread exists, not beyond `at`.
fn last_moment(store: &Store, thread: ThreadId, at: u32) -> u32 {
    let thread = store.state.threads.get(thread);
    at.min(thread.gone.saturating_sub(1)).max(thread.born)
}

fn version_at(store: &Store, thread: ThreadId, at: u32) -> &ThreadVersion {
    let moment = last_moment(store, thread, at);
    store.state.threads.version(store.state.threads.get(thread).version_at(moment))
}

fn main_at(store: &Store, thread: ThreadId, version: &ThreadVersion, at: u32) -> ThreadId {
    if version.is_main() || version.pid < 0 {
        return thread;
    }
    let main = store.state.threads.live_at(version.pid, last_moment(store, thread, at));
    if main.is_none() {
        thread
    } else {
        main
    }
}

/// Captures may claim that two processes are each other's ancestors.
fn break_loops(processes: &mut [Process]) {
    for start in 0..processes.len() {
        let mut at = start;
        let mut steps = 0;
        while let Some(parent) = processes[at].parent {
            steps += 1;
            if parent == start || steps > processes.len() {
                processes[at].parent = None;
                break;
            }
            at = parent;
        }
    }
}

fn wanted(processes: &[Process], filtered: bool) -> Vec<bool> {
    let mut wanted = vec![!filtered; processes.len()];
    for start in 0..processes.len() {
        if processes[start].events == 0 {
            continue;
        }
        let mut at = Some(start);
        let mut steps = 0;
        while let Some(index) = at.filter(|_| steps <= processes.len()) {
            wanted[index] = true;
            at = processes[index].parent;
            steps += 1;
        }
    }
    wanted
}

fn row(store: &Store, process: &Process, parent: Option<usize>, depth: usize, at: u32) -> ProcessRow {
    let state = &store.state;
    let version = version_at(store, process.main, at);
    let text = |id| state.strings.get(id).to_vec();
    let mut cmdline = text(version.comm);
    for arg in crate::fields::items(state.strings.get(version.args)) {
        cmdline.push(b' ');
        cmdline.extend_from_slice(arg);
    }
    let moment = last_moment(store, process.main, at);
    let thread = state.threads.get(process.main);
    let user = match state.users.user(version.container, version.uid, moment) {
        Some(user) => text(user.name),
        None if version.uid == u32::MAX => Vec::new(),
        None => version.uid.to_string().into_bytes(),
    };
    let container = state.containers.at(&state.strings, version.container, moment);
    let container = container.info.and_then(|info| info.name.as_deref()).unwrap_or(container.id);
    ProcessRow {
        pid: if version.pid < 0 { version.tid } else { version.pid },
        stray: version.pid < 0,
        vpid: version.vpid,
        parent,
        ptid: version.ptid,
        depth,
        name: text(version.comm),
        cmdline,
        user,
        container: container.as_bytes().to_vec(),
        threads: process.threads,
        events: process.events,
        failed: process.failed,
        ended: ended(store, process.main, at),
        thread: process.main.0,
        started: (version.clone_ts != 0).then_some(version.clone_ts),
        read_bytes: process.moved.0,
        written_bytes: process.moved.1,
        resident_kb: thread.memory_at(moment).size.1,
    }
}

/// How a process had ended as of an event, empty while it lives: "exit 1", "signal 11 SIGSEGV", "gone".
pub(crate) fn ended(store: &Store, main: ThreadId, at: u32) -> String {
    let thread = store.state.threads.get(main);
    match thread.exit {
        Some(exit) if exit.event <= at => match (exit.status & 0x7f, exit.status >> 8 & 0xff) {
            (0, code) => format!("exit {code}"),
            (signal, _) => {
                let name = u8::try_from(signal).ok().and_then(signal_name).unwrap_or_default();
                format!("signal {signal} {name}").trim_end().to_owned()
            }
        },
        _ if thread.gone <= at => "gone".to_owned(),
        _ => String::new(),
    }
}
