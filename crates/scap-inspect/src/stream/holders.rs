//! One open file through all descriptors that stand for it: copies by dup, in forked processes, of all threads.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use scap_format::tables::{event_info, EventFlags};

use crate::clock::Zone;
use crate::fields::EventAt;
use crate::state::fds::{bits, FdId, FdRecord, TableId};
use crate::state::threads::{clone_flags, ThreadId};
use crate::state::{id, ContextId};
use crate::store::bytes::Windows;
use crate::store::columns::Chunk;
use crate::store::Store;

/// A number in a descriptor table, from the event that opened it up to the first behind its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Holder {
    pub(crate) table: TableId,
    pub(crate) fd: i64,
    pub(crate) from: u32,
    /// `u32::MAX` where nothing is known to have ended it.
    pub(crate) until: u32,
}

impl Holder {
    pub(crate) const fn has(&self, n: u32) -> bool {
        self.from <= n && n < self.until
    }
}

/// How a life of a descriptor number begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    /// With an event.
    Event(u32),
    /// In the table this one was copied from.
    Fork(TableId, u32),
    /// Before the capture, or where nothing was seen of it.
    Before,
}

/// An open file: its holders, the first of them being the one that was opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenFile {
    pub(crate) holders: Vec<Holder>,
    /// The event that opened it, none where that was before the capture.
    pub(crate) opened: Option<u32>,
}

impl OpenFile {
    pub(crate) fn has(&self, table: TableId, fd: i64, n: u32) -> bool {
        self.holders.iter().any(|holder| holder.table == table && holder.fd == fd && holder.has(n))
    }
}

/// The table in which an event's descriptors are.
pub(crate) fn table_of(store: &Store, context: ContextId, n: u32) -> Option<TableId> {
    store.state.threads.get(owner_of(store, context)).table_at(n)
}

/// The thread that owns the table in which descriptors of a context are.
pub(crate) fn owner_of(store: &Store, context: ContextId) -> ThreadId {
    let thread = store.state.thread(context);
    let shares = thread.flags & clone_flags::FILES != 0 && !thread.is_main();
    match store.state.main(context) {
        Some(main) if shares => main.instance,
        _ => thread.instance,
    }
}

/// Finds open files; what it looked up once it remembers.
pub(crate) struct Tracer<'a> {
    store: &'a Store,
    copies: FxHashMap<TableId, Vec<(TableId, u32)>>,
    /// By table: events that may copy a descriptor within it.
    dups: FxHashMap<TableId, Vec<(u32, FdId)>>,
    windows: Windows,
    zone: Zone,
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        let mut copies: FxHashMap<TableId, Vec<(TableId, u32)>> = FxHashMap::default();
        for (copy, (of, since)) in store.state.tables.copies() {
            copies.entry(of).or_default().push((copy, since));
        }
        let mut dups: FxHashMap<TableId, Vec<(u32, FdId)>> = FxHashMap::default();
        for (n, context, fd) in find_kinds(store) {
            if let Some(table) = table_of(store, context, n) {
                dups.entry(table).or_default().push((n, fd));
            }
        }
        Tracer { store, copies, dups, windows: Windows::default(), zone: Zone::utc() }
    }

    /// The open file that a number stands for at an event.
    pub(crate) fn file(&mut self, table: TableId, fd: i64, n: u32) -> OpenFile {
        let (root, begun) = self.root(table, fd, n);
        let mut file = OpenFile { holders: Vec::new(), opened: None };
        if let Begun::Event(event) = begun {
            file.opened = Some(event);
        }
        let mut seen: FxHashSet<(TableId, i64, u32)> = FxHashSet::default();
        let mut queue = vec![root];
        while let Some(holder) = queue.pop() {
            if !seen.insert((holder.table, holder.fd, holder.from)) {
                continue;
            }
            file.holders.push(holder);
            for (copy, since) in self.copies.get(&holder.table).into_iter().flatten() {
                if holder.has(*since) {
                    queue.push(lifetime(self.store, *copy, holder.fd, *since).0);
                }
            }
            for to in self.dups_of(&holder) {
                queue.push(to);
            }
        }
        file
    }

    /// Goes back over forks and copies to the descriptor that was opened.
    fn root(&mut self, table: TableId, fd: i64, n: u32) -> (Holder, Begun) {
        let (mut holder, mut begun) = lifetime(self.store, table, fd, n);
        let mut seen = FxHashSet::default();
        while seen.insert(holder) {
            let before = match begun {
                Begun::Fork(from, since) => Some((from, holder.fd, since)),
                Begun::Event(event) => self.copied_from(event).map(|fd| (holder.table, fd, event)),
                Begun::Before => None,
            };
            let Some((table, fd, n)) = before.filter(|(_, fd, _)| *fd >= 0) else { break };
            if self.store.state.tables.at(table, fd, n).is_none() {
                break;
            }
            (holder, begun) = lifetime(self.store, table, fd, n);
        }
        (holder, begun)
    }

    /// Lives of numbers that are copies of this one in its own table.
    fn dups_of(&mut self, holder: &Holder) -> Vec<Holder> {
        let state = &self.store.state;
        let Some(dups) = self.dups.get(&holder.table) else { return Vec::new() };
        let start = dups.partition_point(|(n, _)| *n < holder.from);
        let within = dups.iter().skip(start).take_while(|(n, _)| *n < holder.until);
        let candidates: Vec<(u32, i64)> = within
            .filter_map(|(n, record)| {
                let (copy, own) = (state.fds.get(*record), state.fds.get(state.tables.at(holder.table, holder.fd, *n)));
                (copy.num != holder.fd && alike(copy, own)).then_some((*n, copy.num))
            })
            .collect();
        let mut found = Vec::new();
        for (n, to) in candidates {
            if self.copied_from(n) == Some(holder.fd) {
                found.push(lifetime(self.store, holder.table, to, n).0);
            }
        }
        found
    }

    /// The number of which an event made a copy, none when it made none.
    fn copied_from(&mut self, n: u32) -> Option<i64> {
        let row = self.store.row(n)?;
        if !copies(row.kind.event_type()) {
            return None;
        }
        let (chunk, at) = self.store.place(n)?;
        let chunk = self.store.chunks.get(chunk)?;
        let event = EventAt::new(self.store, n, row, &self.zone).read(&mut self.windows, chunk, at);
        let today = event.today()?;
        let from = today.given_int(1);
        match today.event_type {
            id::FCNTL => {
                const F_DUPFD: u64 = 1;
                const F_DUPFD_CLOEXEC: u64 = 26;
                let duplicates = matches!(today.uint(2), Some(F_DUPFD | F_DUPFD_CLOEXEC));
                from.filter(|_| duplicates && today.int(0).is_some_and(|to| to >= 0))
            }
            _ => from,
        }
    }
}

/// The life of a number that an event falls into.
pub(crate) fn life(store: &Store, table: TableId, fd: i64, n: u32) -> Holder {
    lifetime(store, table, fd, n).0
}

/// As [`life`], and how it began; also a life of which nothing is known.
fn lifetime(store: &Store, table: TableId, fd: i64, n: u32) -> (Holder, Begun) {
    let state = &store.state;
    let origin = state.tables.origin(table);
    let mut last = origin.map_or(FdId::NONE, |(from, since)| state.tables.at(from, fd, since));
    let mut begun = match origin {
        Some((from, since)) if !last.is_none() => Begun::Fork(from, since),
        _ => Begun::Before,
    };
    let mut holder = Holder { table, fd, from: origin.map_or(0, |(_, since)| since), until: u32::MAX };
    for (since, record) in state.tables.changes(table, fd) {
        let begins = last.is_none() || record.is_none() || is_another(store, since, last, record);
        if begins && since > n {
            holder.until = since;
            break;
        }
        if begins {
            holder.from = since;
            let kind = store.row(since).map_or(0, |row| row.kind.event_type());
            let inherited = state.fds.get(record).is(bits::INHERITED) && !creates(kind);
            let unseen = record.is_none() || inherited || state.fds.get(record).is(bits::REPLACED);
            begun = if unseen { Begun::Before } else { Begun::Event(since) };
            if inherited {
                holder.from = 0;
            }
        }
        last = record;
    }
    (holder, begun)
}

/// Whether an event put another open file in the place of one.
fn is_another(store: &Store, since: u32, before: FdId, after: FdId) -> bool {
    let Some(row) = store.row(since) else { return false };
    match row.kind.event_type() {
        id::FCNTL => !alike(store.state.fds.get(before), store.state.fds.get(after)),
        kind => creates(kind),
    }
}

/// Whether calls of this type, besides fcntl, put a new open file or a copy of one into a table.
fn creates(event_type: u16) -> bool {
    event_info(event_type).is_some_and(|info| info.has(EventFlags::CREATES_FD))
}

/// Whether calls of this type may copy a descriptor within a table.
fn copies(event_type: u16) -> bool {
    event_info(event_type).is_some_and(|info| info.is_exit() && matches!(info.name, "dup" | "dup2" | "dup3" | "fcntl"))
}

/// Whether two records may be of one open file.
fn alike(a: &FdRecord, b: &FdRecord) -> bool {
    (a.kind, a.name, a.ino, a.dev, a.ends) == (b.kind, b.name, b.ino, b.dev, b.ends)
}

/// Events that may copy a descriptor: number, context, record of the copy.
fn find_kinds(store: &Store) -> Vec<(u32, ContextId, FdId)> {
    let wanted: Vec<bool> = (0..=u16::MAX >> 1).map(copies).collect();
    find(store, |chunk, at| {
        let kind = usize::from(chunk.kind(at).event_type());
        wanted.get(kind).copied().unwrap_or(false) && chunk.errno(at) == 0
    })
}

/// Events that fit, in order: number, context, record. Asked of all cores.
pub(crate) fn find(store: &Store, fits: impl Fn(&Chunk, usize) -> bool + Sync) -> Vec<(u32, ContextId, FdId)> {
    const PART: usize = 1 << 15;
    let mut parts = Vec::new();
    for chunk in &store.chunks {
        let starts = (0..chunk.len()).step_by(PART);
        parts.extend(starts.map(|start| (chunk, start, chunk.len().min(start + PART))));
    }
    let look = |(chunk, start, end): &(&Chunk, usize, usize)| {
        let mut found = Vec::new();
        for at in *start..*end {
            if fits(chunk, at) {
                let context = chunk.contexts().get(at).map_or(0, |context| *context as usize);
                let fd = chunk.fds().get(at).copied().unwrap_or(0);
                found.push((chunk.number(at), ContextId::at(context), FdId(fd)));
            }
        }
        found
    };
    parts.par_iter().map(look).collect::<Vec<_>>().concat()
}
