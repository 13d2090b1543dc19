//! Descriptors in an index.

use hashbrown::HashTable;

use super::{Change, Ends, FdId, FdKind, FdRecord, FdRecords, FdTables, Role, Table, TableId, L4};
use crate::index::stored::{stored, stored_id, stored_words, Source, Stored};

stored_id!(FdId, record);
stored_id!(TableId, table);
stored!(Ends { source, dest });
stored!(FdRecord { num, kind, role, l4, bits, guessed, name, raw_name, dev, ino, ends, open_flags });
stored!(Change { since, record });
stored!(Table { base, origin, depth, changes });
stored_words!(Role { None, Client, Server });
stored_words!(L4 { Unknown, Na, Tcp, Udp, Icmp, Raw });
stored_words!(FdKind {
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
    PidFd
});

/// What comes back is not added to: it is not known which records are equal.
impl Stored for FdRecords {
    const LEAST: usize = Vec::<FdRecord>::LEAST;

    fn put(&self, out: &mut Vec<u8>) {
        let FdRecords { records, index: _ } = self;
        records.put(out);
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        let records = Vec::take(from).filter(|records| !records.is_empty())?;
        Some(FdRecords { records, index: HashTable::new() })
    }
}

impl Stored for FdTables {
    const LEAST: usize = Vec::<Table>::LEAST + usize::LEAST;

    fn put(&self, out: &mut Vec<u8>) {
        let FdTables { tables, changes } = self;
        tables.put(out);
        changes.put(out);
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        let (tables, changes) = <(Vec<Table>, usize)>::take(from)?;
        // Whoever goes from a table to the one it is a copy of comes to an end.
        let earlier = |at: usize, of: Option<(TableId, u32)>| of.is_none_or(|(of, _)| (of.0 as usize) < at);
        let end = tables.iter().enumerate().all(|(at, table)| earlier(at, table.base) && earlier(at, table.origin));
        end.then_some(FdTables { tables, changes })
    }
}

impl FdTables {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.tables.len()
    }
}
