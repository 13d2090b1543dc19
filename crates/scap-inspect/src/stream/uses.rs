//! The calls on one open file.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use scap_format::tables::{event_info, EventFlags};

use super::holders::{find, table_of, Holder, OpenFile};
use super::{call_of, payload, record, who, End, Piece, Way};
use crate::state::fds::{Ends, FdId, FdKind, FdRecord, Role, TableId};
use crate::state::{id, ContextId};
use crate::store::bytes::Windows;
use crate::store::Store;
use crate::viewer::WOULD_BLOCK;

/// Calls without data that tell something of a stream.
const TOLD: [&str; 24] = [
    "open",
    "openat",
    "openat2",
    "creat",
    "socket",
    "socketpair",
    "pipe",
    "pipe2",
    "accept",
    "accept4",
    "connect",
    "bind",
    "listen",
    "shutdown",
    "close",
    "dup",
    "dup2",
    "dup3",
    "lseek",
    "ftruncate",
    "memfd_create",
    "splice",
    "copy_file_range",
    "open_by_handle_at",
];

/// Calls looked at on one core at a time.
const PART: usize = 1 << 10;

/// What a call is to a stream.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    /// It moves data.
    Moves(Way),
    /// It moves none, and is told.
    Tells,
}

/// Calls on one open file, in order.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub(super) pieces: Vec<Piece>,
    /// Descriptor records they had.
    pub(super) records: Vec<FdId>,
    first: Option<(u32, ContextId)>,
    last: u32,
}

impl Uses {
    /// Of a file; with `only` of its datagrams those between these two addresses.
    pub(super) fn of(store: &Store, file: &OpenFile, only: Option<Ends>) -> Self {
        let mut by_number: FxHashMap<(TableId, i64), Vec<&Holder>> = FxHashMap::default();
        for holder in &file.holders {
            by_number.entry((holder.table, holder.fd)).or_default().push(holder);
        }
        let numbers: FxHashSet<i64> = file.holders.iter().map(|holder| holder.fd).collect();
        let wanted = records_where(store, |record| numbers.contains(&record.num) && between(record, only));
        let hits = find_records(store, &wanted);
        let own = |(n, context, fd): &(u32, ContextId, FdId)| {
            let table = table_of(store, *context, *n)?;
            let holders = by_number.get(&(table, record(store, *fd).num))?;
            holders.iter().any(|holder| holder.has(*n)).then_some((*n, *context, *fd))
        };
        Uses::from_events(store, hits.iter().filter_map(own).collect(), file.opened, as_told)
    }

    /// Of events, in order; `role` decides what an event of a type is.
    pub(super) fn from_events(
        store: &Store,
        mut events: Vec<(u32, ContextId, FdId)>,
        opened: Option<u32>,
        role: fn(&Store, u32, FdId) -> Option<Deed>,
    ) -> Self {
        // A pipe's and a socket pair's event is about the second of two numbers.
        if let Some(row) = opened.and_then(|n| store.row(n)) {
            let n = opened.unwrap_or(0);
            if events.first().is_none_or(|first| first.0 > n) {
                events.insert(0, (n, row.context, row.fd));
            }
        }
        let parts: Vec<Vec<Piece>> = events
            .par_chunks(PART)
            .map(|part| {
                let mut windows = Windows::default();
                part.iter().filter_map(|event| piece(store, &mut windows, event, role)).collect()
            })
            .collect();
        let mut records: Vec<FdId> = events.iter().map(|(.., fd)| *fd).collect();
        records.sort_unstable();
        records.dedup();
        Uses {
            pieces: parts.concat(),
            records,
            first: events.first().map(|(n, context, _)| (*n, *context)),
            last: events.last().map_or(0, |(n, ..)| *n),
        }
    }

    /// Numbers of the first and the last event.
    pub(super) fn span(&self) -> (u32, u32) {
        (self.first.map_or(0, |first| first.0), self.last)
    }

    /// Whether this end is told before the other: a client, or the writer of a pipe.
    pub(super) fn is_first(&self, store: &Store, other: &Uses) -> bool {
        let role = |uses: &Uses| uses.records.iter().map(|id| record(store, *id).role).find(|role| *role != Role::None);
        let writes = |uses: &Uses| uses.pieces.iter().find_map(|piece| piece.way) == Some(Way::Out);
        let is_pipe = self.records.iter().any(|id| record(store, *id).kind == FdKind::Pipe);
        match (role(self), role(other)) {
            _ if is_pipe => writes(self) && !writes(other),
            (Some(Role::Client), Some(Role::Server) | None) | (None, Some(Role::Server)) => true,
            _ => false,
        }
    }

    /// What is said of the end.
    pub(super) fn end(&self, store: &Store, file: &OpenFile) -> End {
        let mut end = End { opened: file.opened.unwrap_or(0), closed: closed(store, file), ..End::default() };
        if let Some((first, context)) = self.first {
            let (thread, comm) = who(store, context);
            (end.pid, end.comm, end.first, end.last) = (thread.pid, comm, first, self.last);
        }
        let mut named = None;
        if let Some(holder) = file.holders.first() {
            end.fd = holder.fd;
            let at = holder.until.saturating_sub(1).min(store.events);
            named = Some(store.state.tables.at(holder.table, holder.fd, at)).filter(|record| !record.is_none());
        }
        // Who moved data tells more of an end than who opened it.
        if let Some(moving) = self.pieces.iter().find(|piece| piece.way.is_some()) {
            (end.pid, end.comm, end.fd) = (moving.pid, moving.comm.clone(), moving.fd);
        }
        let known = self.records.iter().copied().rfind(|id| record(store, *id).known());
        let last = record(store, named.or(known).unwrap_or(FdId::NONE));
        let (kind, name) = store.state.look(last);
        (end.kind, end.name) = (kind, name.to_vec());
        end.role = match last.role {
            Role::Client => "client",
            Role::Server => "server",
            Role::None => "",
        };
        end.l4 = last.transport().map_or("", crate::state::fds::L4::word);
        let tids: FxHashSet<i64> = self.pieces.iter().map(|piece| piece.tid).collect();
        end.tids = tids.into_iter().collect();
        end.tids.sort_unstable();
        for piece in &self.pieces {
            if let Some(way) = piece.way {
                let sum = &mut end.totals[way.index()];
                *sum = (sum.0 + piece.moved, sum.1 + piece.captured);
            }
        }
        end
    }
}

fn between(record: &FdRecord, only: Option<Ends>) -> bool {
    only.is_none_or(|ends| record.ends.is_none_or(|own| own == ends || own.turned() == ends))
}

/// For each record whether it fits.
pub(super) fn records_where(store: &Store, fits: impl Fn(&FdRecord) -> bool) -> Vec<bool> {
    let id = |at| u32::try_from(at).map_or(FdId::NONE, FdId);
    (0..store.state.fds.len()).map(id).map(|id| !id.is_none() && fits(store.state.fds.get(id))).collect()
}

/// Shown events with these records.
pub(super) fn find_records(store: &Store, wanted: &[bool]) -> Vec<(u32, ContextId, FdId)> {
    let hiding = store.hiding();
    find(store, |chunk, at| {
        let fd = chunk.fds().get(at).copied().unwrap_or(0) as usize;
        wanted.get(fd).copied().unwrap_or(false) && chunk.flags().get(at).is_some_and(|flags| flags & hiding == 0)
    })
}

/// What an event is to a stream: data of a way, something to tell, or nothing.
fn as_told(store: &Store, n: u32, _: FdId) -> Option<Deed> {
    let row = store.row(n)?;
    let info = event_info(row.kind.event_type()).filter(|info| info.is_exit())?;
    let moves = info.has(EventFlags::READS | EventFlags::WRITES) && info.name != "copy_file_range";
    let is_write = info.has(EventFlags::WRITES) || info.name == "sendfile";
    if moves || info.name == "sendfile" {
        return match row.errno {
            0 => Some(Deed::Moves(if is_write { Way::Out } else { Way::In })),
            errno if WOULD_BLOCK.contains(&errno) => None,
            _ => Some(Deed::Tells),
        };
    }
    TOLD.contains(&info.name).then_some(Deed::Tells)
}

fn piece(
    store: &Store,
    windows: &mut Windows,
    (n, context, fd): &(u32, ContextId, FdId),
    role: fn(&Store, u32, FdId) -> Option<Deed>,
) -> Option<Piece> {
    let way = match role(store, *n, *fd)? {
        Deed::Moves(way) => Some(way),
        Deed::Tells => None,
    };
    let row = store.row(*n)?;
    let (thread, comm) = who(store, *context);
    let mut piece = Piece {
        event: *n,
        ts: row.ts,
        way,
        call: call_of(store, *n),
        errno: if row.errno == crate::state::NO_RESULT { 0 } else { row.errno },
        tid: thread.tid,
        pid: thread.pid,
        comm,
        fd: record(store, *fd).num,
        ..Piece::default()
    };
    if way.is_some() {
        piece.moved = moved(store, windows, *n);
        piece.captured = payload(store, windows, *n, |data| data.len() as u64).unwrap_or(0);
        if piece.moved == 0 {
            // The end of the data, or an empty datagram.
            piece.way = None;
        }
    }
    Some(piece)
}

fn moved(store: &Store, windows: &mut Windows, n: u32) -> u64 {
    let mut result = || {
        let (chunk, at) = store.place(n)?;
        let event = windows.event(store, store.chunks.get(chunk)?, at)?;
        event.params.int(0).and_then(|moved| u64::try_from(moved).ok())
    };
    result().unwrap_or(0)
}

/// The event that ended the last holder of a file, 0 where one is left.
fn closed(store: &Store, file: &OpenFile) -> u32 {
    let tables: FxHashSet<TableId> = file.holders.iter().map(|holder| holder.table).collect();
    let mut exits: FxHashMap<TableId, Option<u32>> = FxHashMap::default();
    for thread in store.state.threads.all.iter().skip(1) {
        let exit = thread.exit.filter(|_| thread.gone != u32::MAX).map(|exit| exit.event);
        for (_, table) in thread.tables.iter().filter(|(_, table)| tables.contains(table)) {
            let last = exits.entry(*table).or_insert(Some(0));
            *last = last.and_then(|last| Some(last.max(exit?)));
        }
    }
    let ends = file.holders.iter().map(|holder| ended(store, holder, &exits));
    ends.collect::<Option<Vec<u32>>>().and_then(|ends| ends.into_iter().max()).unwrap_or(0)
}

fn ended(store: &Store, holder: &Holder, exits: &FxHashMap<TableId, Option<u32>>) -> Option<u32> {
    if holder.until == u32::MAX {
        return exits.get(&holder.table).copied().flatten();
    }
    // A close shows its descriptor still: it takes effect with the event behind it.
    let before = holder.until.saturating_sub(1);
    let closes = store.row(before).is_some_and(|row| {
        row.kind.event_type() == id::CLOSE && row.errno == 0 && record(store, row.fd).num == holder.fd
    });
    Some(if closes { before } else { holder.until })
}
