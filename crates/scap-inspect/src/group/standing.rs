//! Views of what there is, not of what happens: threads and open descriptors as of an event.

use std::net::IpAddr;

use rustc_hash::FxHashSet;

use super::table::{Cell, Table};
use crate::query::plan::Filter;
use crate::state::fds::FdRecord;
use crate::state::threads::{Thread, ThreadId, ThreadVersion};
use crate::state::ContextId;
use crate::store::Store;
use crate::tally::by_context;

/// Which descriptors are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Sockets of the IP families.
    Sockets,
    /// Those that listen.
    Listening,
}

/// The threads that exist when event `at` happens, or at the end, by their ids; with a filter those of processes with selected events.
/// Cells: thread id, process id, name, user, container, threads of the process, open descriptors, limit of
/// descriptors, virtual and resident memory in bytes, command line.
pub fn threads(store: &Store, filter: Option<&Filter>, at: Option<u32>) -> Table {
    let at = moment(store, at);
    let rows = alive(store, filter, at).map(|(thread, version)| {
        let memory = thread.memory_at(at);
        let main = store.state.threads.live_at(version.pid, at);
        let count = store.state.threads.get(main).count_at(at);
        let open = thread.table_at(at).map_or(0, |table| store.state.tables.open_at(table, at).len());
        let mut cells = who(store, version, at);
        cells.extend([
            Cell::Unsigned(u64::from(count)),
            Cell::Unsigned(open as u64),
            number(version.fdlimit),
            Cell::Unsigned(u64::from(memory.size.0) << 10),
            Cell::Unsigned(u64::from(memory.size.1) << 10),
            text(&command_line(store, version)),
        ]);
        (cells, 0, at)
    });
    Table::of(1, rows.collect())
}

/// The descriptors that are open when event `at` happens, or at the end, of processes by their ids; with a filter those of processes with
/// selected events. Threads that share the table of their process are not listed again.
/// Cells: thread id, number, process id, name, user, container, type, name of the descriptor, protocol, address and port
/// of the server's side, of the client's side, and whether it listens.
pub fn descriptors(store: &Store, filter: Option<&Filter>, at: Option<u32>, which: Which) -> Table {
    let at = moment(store, at);
    let mut rows = Vec::new();
    for (thread, version) in alive(store, filter, at) {
        let Some(table) = thread.table_at(at) else { continue };
        let main = store.state.threads.live_at(version.pid, at);
        let is_shared = !version.is_main() && store.state.threads.get(main).table_at(at) == Some(table);
        if is_shared {
            continue;
        }
        for (fd, record) in store.state.tables.open_at(table, at) {
            let record = store.state.fds.get(record);
            let wanted = match which {
                Which::All => true,
                Which::Sockets => record.kind.is_ip(),
                Which::Listening => record.kind.is_listening(),
            };
            if wanted {
                rows.push((descriptor(store, version, fd, record, at), 0, at));
            }
        }
    }
    Table::of(2, rows)
}

fn descriptor(store: &Store, version: &ThreadVersion, fd: i64, record: &FdRecord, at: u32) -> Vec<Cell> {
    let mut cells = who(store, version, at);
    cells.insert(1, number(fd));
    let (kind, name) = store.state.look(record);
    cells.push(text(kind.as_bytes()));
    cells.push(text(name));
    cells.push(if record.kind.is_ip() { text(record.l4.word().as_bytes()) } else { Cell::Absent });
    let end = |end: Option<(IpAddr, u16)>| match end {
        Some((address, port)) => [text(address.to_string().as_bytes()), Cell::Unsigned(port.into())],
        None => [Cell::Absent, Cell::Absent],
    };
    let ends = record.ends.filter(|_| record.kind.is_ip());
    cells.extend(end(ends.map(|ends| ends.dest)));
    cells.extend(end(ends.filter(|_| !record.kind.is_listening()).map(|ends| ends.source)));
    cells.push(Cell::Unsigned(record.kind.is_listening().into()));
    cells
}

/// Thread id, process id, name, user, container.
fn who(store: &Store, version: &ThreadVersion, at: u32) -> Vec<Cell> {
    let state = &store.state;
    let user = match state.users.user(version.container, version.uid, at) {
        Some(user) => text(state.strings.get(user.name)),
        None if version.uid == u32::MAX => Cell::Absent,
        None => text(version.uid.to_string().as_bytes()),
    };
    let container = state.containers.at(&state.strings, version.container, at);
    let container = container.info.and_then(|info| info.name.as_deref()).unwrap_or(container.id);
    vec![
        number(version.tid),
        number(version.pid),
        text(state.strings.get(version.comm)),
        user,
        text(container.as_bytes()),
    ]
}

fn alive<'a>(
    store: &'a Store,
    filter: Option<&Filter>,
    at: u32,
) -> impl Iterator<Item = (&'a Thread, &'a ThreadVersion)> {
    let wanted = filter.map(|filter| processes_of(store, filter));
    let mut alive: Vec<_> = (store.state.threads.all.iter().skip(1))
        .filter(|thread| thread.alive_at(at))
        .map(|thread| (thread, store.state.threads.version(thread.version_at(at))))
        .filter(|(_, version)| !(version.nobody || version.placeholder && version.pid < 0))
        .filter(|(_, version)| {
            let main = store.state.threads.live_at(version.pid, at);
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&main) || wanted.contains(&version.instance))
        })
        .collect();
    alive.sort_by_key(|(thread, _)| thread.tid);
    alive.into_iter()
}

/// Main threads of the processes that have selected events.
fn processes_of(store: &Store, filter: &Filter) -> FxHashSet<ThreadId> {
    let counts = by_context(store, filter, store.events);
    let contexts = (0..).map(ContextId).zip(counts).filter(|(context, (events, _))| !context.is_none() && *events > 0);
    contexts.map(|(context, _)| store.state.main(context).unwrap_or(store.state.thread(context)).instance).collect()
}

fn command_line(store: &Store, version: &ThreadVersion) -> Vec<u8> {
    let mut line = store.state.strings.get(version.comm).to_vec();
    for argument in crate::fields::items(store.state.strings.get(version.args)) {
        line.push(b' ');
        line.extend_from_slice(argument);
    }
    line
}

/// As of which event state is looked up: at the end, of one behind the last.
fn moment(store: &Store, at: Option<u32>) -> u32 {
    let end = store.events.saturating_add(1);
    at.map_or(end, |at| at.min(end))
}

fn number(number: i64) -> Cell {
    u64::try_from(number).map_or(Cell::Signed(number), Cell::Unsigned)
}

fn text(text: &[u8]) -> Cell {
    Cell::Text(text.into())
}
