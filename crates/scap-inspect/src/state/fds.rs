//! Descriptors: immutable records, and tables that remember which record a number had at any event.

mod stored;

use std::net::IpAddr;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::intern::StrId;
use std::hash::BuildHasher;

/// What a descriptor is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum FdKind {
    /// Nothing is known about it: not in the table at that moment.
    #[default]
    Absent,
    Unknown,
    File,
    Directory,
    Ipv4,
    Ipv6,
    Ipv4Listen,
    Ipv6Listen,
    Pipe,
    Unix,
    Event,
    Unsupported,
    Signal,
    EventPoll,
    Inotify,
    Timer,
    Netlink,
    Bpf,
    UserFault,
    IoUring,
    MemFd,
    PidFd,
}

impl FdKind {
    /// `fd.type`: empty where the word is unknown.
    pub const fn word(self) -> &'static str {
        match self {
            FdKind::Absent => "",
            FdKind::Unknown => "unknown",
            FdKind::File => "file",
            FdKind::Directory => "directory",
            FdKind::Ipv4 | FdKind::Ipv4Listen => "ipv4",
            FdKind::Ipv6 | FdKind::Ipv6Listen => "ipv6",
            FdKind::Pipe => "pipe",
            FdKind::Unix => "unix",
            FdKind::Event => "event",
            FdKind::Unsupported => "unsupported",
            FdKind::Signal => "signalfd",
            FdKind::EventPoll => "eventpoll",
            FdKind::Inotify => "inotify",
            FdKind::Timer => "timerfd",
            FdKind::Netlink => "netlink",
            FdKind::Bpf => "bpf",
            FdKind::UserFault => "userfaultfd",
            FdKind::IoUring => "io_uring",
            FdKind::MemFd => "memfd",
            FdKind::PidFd => "pidfd",
        }
    }

    /// `fd.typechar`.
    pub const fn letter(self) -> u8 {
        match self {
            FdKind::Absent | FdKind::Unknown => b'o',
            FdKind::File => b'f',
            FdKind::Directory => b'd',
            FdKind::Ipv4 | FdKind::Ipv4Listen => b'4',
            FdKind::Ipv6 | FdKind::Ipv6Listen => b'6',
            FdKind::Pipe => b'p',
            FdKind::Unix | FdKind::UserFault => b'u',
            FdKind::Event => b'e',
            FdKind::Unsupported => b'X',
            FdKind::Signal => b's',
            FdKind::EventPoll => b'l',
            FdKind::Inotify => b'i',
            FdKind::Timer => b't',
            FdKind::Netlink => b'n',
            FdKind::Bpf => b'b',
            FdKind::IoUring => b'r',
            FdKind::MemFd => b'm',
            FdKind::PidFd => b'P',
        }
    }

    /// A socket of the IP families, connected or listening.
    pub const fn is_ip(self) -> bool {
        matches!(self, FdKind::Ipv4 | FdKind::Ipv6 | FdKind::Ipv4Listen | FdKind::Ipv6Listen)
    }

    /// A socket that was given an address to listen on.
    pub const fn is_listening(self) -> bool {
        matches!(self, FdKind::Ipv4Listen | FdKind::Ipv6Listen)
    }

    /// A regular file or directory.
    pub const fn is_file(self) -> bool {
        matches!(self, FdKind::File | FdKind::Directory)
    }
}

/// Which end of a connection this side is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Role {
    #[default]
    None,
    Client,
    Server,
}

/// Layer-4 protocol of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum L4 {
    #[default]
    Unknown,
    Na,
    Tcp,
    Udp,
    Icmp,
    Raw,
}

impl L4 {
    /// `fd.l4proto`, `<NA>` when unknown.
    pub const fn word(self) -> &'static str {
        match self {
            L4::Unknown | L4::Na => "<NA>",
            L4::Tcp => "tcp",
            L4::Udp => "udp",
            L4::Icmp => "icmp",
            L4::Raw => "raw",
        }
    }
}

/// Both ends of a connection, client first once the roles are known. For listening sockets `dest` is the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ends {
    /// Source (client) address and port.
    pub source: (IpAddr, u16),
    /// Destination (server) address and port.
    pub dest: (IpAddr, u16),
}

impl Ends {
    /// The same connection seen from the other side.
    #[must_use]
    pub const fn turned(self) -> Self {
        Ends { source: self.dest, dest: self.source }
    }
}

/// Bits of [`FdRecord::bits`].
pub mod bits {
    /// Closed by a successful execve.
    pub const CLOEXEC: u16 = 1;
    /// A socket with a peer.
    pub const CONNECTED: u16 = 2;
    /// On an overlay file system's upper layer.
    pub const UPPER_LAYER: u16 = 4;
    /// On an overlay file system's lower layer.
    pub const LOWER_LAYER: u16 = 8;
    /// Opened before the capture began.
    pub const INHERITED: u16 = 16;
    /// Of a descriptor that is in no table: an enter event speaks of it.
    pub const ENTER: u16 = 32;
    /// The number has become a copy of a descriptor that is in no table; the rest is what it was before.
    pub const REPLACED: u16 = 64;
}

/// What is known about a descriptor: a value that never changes once it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FdRecord {
    /// The descriptor number.
    pub num: i64,
    /// What it is; [`FdKind::Absent`] for a number that is in no table.
    pub kind: FdKind,
    /// This side's role in a connection.
    pub role: Role,
    /// Layer-4 protocol of IP sockets.
    pub l4: L4,
    /// See [`bits`].
    pub bits: u16,
    /// The type letter of a descriptor that is in no table, guessed from the call.
    pub guessed: u8,
    /// Path, tuple or name.
    pub name: StrId,
    /// The path as it was passed.
    pub raw_name: StrId,
    /// Device number.
    pub dev: u32,
    /// Inode number.
    pub ino: u64,
    /// Addresses of IP sockets.
    pub ends: Option<Ends>,
    /// Open flags as the recorder normalised them.
    pub open_flags: u32,
}

impl FdRecord {
    /// A record of this kind with everything else unset.
    pub fn new(num: i64, kind: FdKind) -> Self {
        FdRecord { num, kind, ..FdRecord::default() }
    }

    /// Whether the descriptor was in its process's table.
    pub const fn known(&self) -> bool {
        !matches!(self.kind, FdKind::Absent)
    }

    /// Whether any of the given [`bits`] is set.
    pub const fn is(&self, bit: u16) -> bool {
        self.bits & bit != 0
    }

    /// This record with bits set or cleared.
    #[must_use]
    pub fn with(mut self, bit: u16, on: bool) -> Self {
        if on {
            self.bits |= bit;
        } else {
            self.bits &= !bit;
        }
        self
    }

    /// The transport of an IP socket; none while it is not known which end this side is.
    pub const fn transport(&self) -> Option<L4> {
        let sure = !matches!(self.role, Role::None) || self.kind.is_listening() || matches!(self.l4, L4::Raw);
        if self.kind.is_ip() && sure && !matches!(self.l4, L4::Unknown | L4::Na) {
            Some(self.l4)
        } else {
            None
        }
    }

    /// `fd.typechar`.
    pub const fn letter(&self) -> u8 {
        if self.known() || self.guessed == 0 {
            self.kind.letter()
        } else {
            self.guessed
        }
    }
}

/// The number of a descriptor record; 0 is "the event has no descriptor".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FdId(pub(crate) u32);

impl FdId {
    /// No descriptor.
    pub const NONE: FdId = FdId(0);

    /// Whether there is no descriptor.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Position among all records.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// All descriptor records: equal ones are stored once.
#[derive(Debug)]
pub struct FdRecords {
    records: Vec<FdRecord>,
    index: HashTable<u32>,
}

impl Default for FdRecords {
    fn default() -> Self {
        FdRecords { records: vec![FdRecord::default()], index: HashTable::new() }
    }
}

fn hash(record: &FdRecord) -> u64 {
    FxBuildHasher.hash_one(record)
}

impl FdRecords {
    /// The number of this record.
    pub fn intern(&mut self, record: FdRecord) -> FdId {
        let FdRecords { records, index } = self;
        let hashed = hash(&record);
        if let Some(&found) = index.find(hashed, |&id| records.get(id as usize) == Some(&record)) {
            return FdId(found);
        }
        let Ok(id) = u32::try_from(records.len()) else { return FdId::NONE };
        records.push(record);
        index.insert_unique(hashed, id, |&id| records.get(id as usize).map_or(0, hash));
        FdId(id)
    }

    /// The records that were made last, the newest first.
    pub fn newest(&self, most: usize) -> impl Iterator<Item = &FdRecord> {
        self.records.iter().rev().take(most)
    }

    /// The record of a number.
    #[inline]
    pub fn get(&self, id: FdId) -> &FdRecord {
        static NONE: FdRecord = FdRecord {
            num: -1,
            kind: FdKind::Absent,
            role: Role::None,
            l4: L4::Unknown,
            bits: 0,
            guessed: 0,
            name: StrId::EMPTY,
            raw_name: StrId::EMPTY,
            dev: 0,
            ino: 0,
            ends: None,
            open_flags: 0,
        };
        self.records.get(id.index()).unwrap_or(&NONE)
    }

    /// How many there are, the empty one included.
    #[allow(clippy::len_without_is_empty, reason = "there is always the empty one")]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.records.capacity() * size_of::<FdRecord>() + self.index.capacity() * 5
    }
}

/// The number of a descriptor table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableId(pub(crate) u32);

/// One change: from this event on the number has this record ([`FdId::NONE`]: it is closed).
#[derive(Clone, Copy, Debug)]
struct Change {
    since: u32,
    record: FdId,
}

/// One process's descriptors over its life. A forked table refers to its parent's as of the fork.
#[derive(Debug, Default)]
struct Table {
    base: Option<(TableId, u32)>,
    /// Whose copy it is and as of which event, also where it no longer refers to that table.
    origin: Option<(TableId, u32)>,
    depth: u8,
    changes: FxHashMap<i64, Vec<Change>>,
}

/// A chain of forks longer than this is flattened, so that a look-up stays short.
const DEEPEST: u8 = 6;

/// All descriptor tables of a capture, readable as of any event.
#[derive(Debug, Default)]
pub struct FdTables {
    tables: Vec<Table>,
    changes: usize,
}

impl FdTables {
    /// A new, empty table.
    pub fn create(&mut self) -> TableId {
        self.tables.push(Table::default());
        TableId(self.tables.len() as u32 - 1)
    }

    /// A copy of a table as it is before event `since`.
    pub fn fork(&mut self, from: TableId, since: u32) -> TableId {
        let depth = self.tables.get(from.0 as usize).map_or(0, |t| t.depth);
        if depth >= DEEPEST {
            let copy = self.create();
            for (fd, record) in self.open_at(from, since) {
                self.set(copy, fd, record, since);
            }
            if let Some(table) = self.tables.get_mut(copy.0 as usize) {
                table.origin = Some((from, since));
            }
            return copy;
        }
        let base = Some((from, since));
        self.tables.push(Table { base, origin: base, depth: depth + 1, changes: FxHashMap::default() });
        TableId(self.tables.len() as u32 - 1)
    }

    /// The record of a number now.
    #[inline]
    pub fn get(&self, table: TableId, fd: i64) -> FdId {
        let Some(own) = self.tables.get(table.0 as usize) else { return FdId::NONE };
        if let Some(last) = own.changes.get(&fd).and_then(|c| c.last()) {
            return last.record;
        }
        own.base.map_or(FdId::NONE, |(base, event)| self.at(base, fd, event))
    }

    /// The record of a number as of an event.
    pub fn at(&self, table: TableId, fd: i64, event: u32) -> FdId {
        let (mut table, mut event) = (table, event);
        loop {
            let Some(own) = self.tables.get(table.0 as usize) else { return FdId::NONE };
            if let Some(changes) = own.changes.get(&fd) {
                let known = changes.partition_point(|c| c.since <= event);
                if let Some(change) = known.checked_sub(1).and_then(|at| changes.get(at)) {
                    return change.record;
                }
            }
            match own.base {
                Some((base, forked)) => (table, event) = (base, event.min(forked)),
                None => return FdId::NONE,
            }
        }
    }

    /// From event `since` on the number has this record; [`FdId::NONE`] closes it. A record that it has already is noted,
    /// too: the number may have been opened anew, with its close lost.
    pub fn set(&mut self, table: TableId, fd: i64, record: FdId, since: u32) {
        let Some(own) = self.tables.get_mut(table.0 as usize) else { return };
        let changes = own.changes.entry(fd).or_default();
        match changes.last_mut() {
            Some(last) if last.since == since => last.record = record,
            Some(last) if last.record == record && record.is_none() => {}
            _ => {
                changes.push(Change { since, record });
                self.changes += 1;
            }
        }
    }

    /// All open numbers with their records as of an event, in ascending order.
    pub fn open_at(&self, table: TableId, event: u32) -> Vec<(i64, FdId)> {
        let mut found: FxHashMap<i64, FdId> = FxHashMap::default();
        let (mut table, mut event) = (table, event);
        while let Some(own) = self.tables.get(table.0 as usize) {
            for (&fd, changes) in &own.changes {
                let known = changes.partition_point(|c| c.since <= event);
                if let Some(change) = known.checked_sub(1).and_then(|at| changes.get(at)) {
                    found.entry(fd).or_insert(change.record);
                }
            }
            match own.base {
                Some((base, forked)) => (table, event) = (base, event.min(forked)),
                None => break,
            }
        }
        let mut open: Vec<_> = found.into_iter().filter(|(_, record)| !record.is_none()).collect();
        open.sort_unstable_by_key(|(fd, _)| *fd);
        open
    }

    /// Numbers of the events, from one up to another, from which on a number of this table has another record.
    pub fn changed_in(&self, table: TableId, from: u32, to: u32) -> Vec<u32> {
        let Some(own) = self.tables.get(table.0 as usize) else { return Vec::new() };
        let changes = own.changes.values().flatten().map(|change| change.since);
        changes.filter(|since| (from..=to).contains(since)).collect()
    }

    /// What a table itself knows, from one event up to another: (valid from event, number, record), by event and number.
    pub fn history(&self, table: TableId, from: u32, to: u32) -> Vec<(u32, i64, FdId)> {
        let Some(own) = self.tables.get(table.0 as usize) else { return Vec::new() };
        let each = own.changes.iter().flat_map(|(fd, changes)| changes.iter().map(|c| (c.since, *fd, c.record)));
        let mut all: Vec<_> = each.filter(|(since, ..)| (from..=to).contains(since)).collect();
        all.sort_unstable_by_key(|(since, fd, _)| (*since, *fd));
        all
    }

    /// What a table itself knows of a number: (valid from event, record), ascending; [`FdId::NONE`] is closed.
    pub fn changes(&self, table: TableId, fd: i64) -> impl Iterator<Item = (u32, FdId)> + '_ {
        let changes = self.tables.get(table.0 as usize).and_then(|own| own.changes.get(&fd));
        changes.into_iter().flatten().map(|change| (change.since, change.record))
    }

    /// The table that a table was copied from when its process was forked, and the event as of which.
    pub fn origin(&self, table: TableId) -> Option<(TableId, u32)> {
        self.tables.get(table.0 as usize).and_then(|own| own.origin)
    }

    /// All tables that are copies, with what they are copies of.
    pub fn copies(&self) -> impl Iterator<Item = (TableId, (TableId, u32))> + '_ {
        let origins = self.tables.iter().enumerate();
        origins.filter_map(|(at, table)| Some((TableId(u32::try_from(at).ok()?), table.origin?)))
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        self.tables.capacity() * size_of::<Table>() + self.changes * 24
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_records_are_stored_once() {
        let mut records = FdRecords::default();
        let a = records.intern(FdRecord::new(3, FdKind::File));
        assert_eq!(records.intern(FdRecord::new(3, FdKind::File)), a);
        assert_ne!(records.intern(FdRecord::new(4, FdKind::File)), a);
        assert_eq!(records.len(), 3);
    }

    #[test]
    fn a_table_is_readable_as_of_any_event() {
        let mut tables = FdTables::default();
        let table = tables.create();
        tables.set(table, 3, FdId(7), 10);
        tables.set(table, 3, FdId::NONE, 20);
        tables.set(table, 3, FdId(8), 30);
        assert_eq!([5, 10, 19, 20, 30].map(|event| tables.at(table, 3, event).0), [0, 7, 7, 0, 8]);
        assert_eq!(tables.get(table, 3), FdId(8));
    }

    #[test]
    fn a_forked_table_keeps_what_its_parent_had_then() {
        let mut tables = FdTables::default();
        let parent = tables.create();
        tables.set(parent, 3, FdId(7), 1);
        let child = tables.fork(parent, 10);
        tables.set(parent, 3, FdId::NONE, 11);
        assert_eq!(tables.get(child, 3), FdId(7));
        tables.set(child, 3, FdId::NONE, 12);
        assert_eq!(tables.get(child, 3), FdId::NONE);
        assert_eq!(tables.open_at(child, 11), [(3, FdId(7))]);
        assert!(tables.open_at(child, 12).is_empty());
    }

    #[test]
    fn a_long_chain_of_forks_is_flattened() {
        let mut tables = FdTables::default();
        let mut table = tables.create();
        tables.set(table, 0, FdId(1), 0);
        for event in 1..40 {
            table = tables.fork(table, event);
            assert_eq!(tables.get(table, 0), FdId(1));
        }
        assert!(tables.tables.iter().all(|t| t.depth <= DEEPEST));
    }
}
