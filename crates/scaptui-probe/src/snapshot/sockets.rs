//! Sockets in every network namespace, out of the tables of a process in it: no namespace is entered.
//!
//! Only sockets that somebody holds are kept of a table, so its length does not matter.

use std::collections::{BTreeMap, HashMap};

use rustix::fd::AsFd;
use scap_format::meta::{FdDetail, FdList};

use super::files::{lines, PATH};
use super::Report;

mod tables;

pub(super) use tables::Protocol;
use tables::{internet, unix, without_address, TABLES};

/// Processes kept of a namespace, for when one ends before it is asked.
const ASKED: usize = 8;
/// A row of a table is at most a path longer than its numbers.
const LINE: usize = 64 << 10;

/// Sockets that processes hold.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    wanted: HashMap<u64, Socket>,
    /// Who holds which: place of the list, place in it, inode.
    held: Vec<(usize, usize, u64)>,
    /// In the order of their inodes: the machine's own is the oldest, and has most of what is handed to others.
    namespaces: BTreeMap<u64, Namespace>,
}

#[derive(Debug)]
struct Socket {
    protocol: Protocol,
    found: Option<FdDetail>,
}

#[derive(Debug, Default)]
struct Namespace {
    pids: Vec<u32>,
    /// Sockets that its processes hold. Most are its own.
    inodes: Vec<u64>,
}

impl Sockets {
    /// A socket at a place of the lists; the namespace is that of the process, which need not be the socket's.
    pub(super) fn want(&mut self, inode: u64, protocol: Protocol, at: (usize, usize), of: (u64, u32)) {
        self.wanted.entry(inode).or_insert(Socket { protocol, found: None });
        self.held.push((at.0, at.1, inode));
        let namespace = self.namespace(of.0);
        namespace.inodes.push(inode);
        if namespace.pids.last() != Some(&of.1) {
            namespace.pids.push(of.1);
        }
        namespace.pids.truncate(ASKED);
    }

    /// Takes over those of another list, which will stand behind this many lists.
    pub(super) fn append(&mut self, other: Self, behind: usize) {
        for (inode, socket) in other.wanted {
            self.wanted.entry(inode).or_insert(socket);
        }
        self.held.extend(other.held.into_iter().map(|(list, place, inode)| (list + behind, place, inode)));
        for (inode, theirs) in other.namespaces {
            let namespace = self.namespace(inode);
            namespace.pids.extend(theirs.pids);
            namespace.pids.truncate(ASKED);
            namespace.inodes.extend(theirs.inodes);
        }
    }

    fn namespace(&mut self, inode: u64) -> &mut Namespace {
        self.namespaces.entry(inode).or_default()
    }

    /// Reads the tables and tells the lists what their sockets are.
    pub(super) fn resolve(mut self, proc: impl AsFd, lists: &mut [FdList], report: &mut Report) {
        let mut room = vec![0; LINE];
        for namespace in std::mem::take(&mut self.namespaces).into_values() {
            if self.read(&proc, &namespace, &mut room) {
                report.network_namespaces += 1;
            }
        }
        for (list, place, inode) in self.held {
            let Some(entry) = lists.get_mut(list).and_then(|list| list.fds.get_mut(place)) else { continue };
            let Some(socket) = self.wanted.get(&inode) else { continue };
            if let Some(found) = &socket.found {
                entry.detail = found.clone();
            } else {
                report.sockets_without_address += 1;
                if let Some(detail) = without_address(socket.protocol) {
                    entry.detail = detail;
                }
            }
        }
    }

    /// Whether a process of the namespace had a table that was wanted.
    fn read(&mut self, proc: impl AsFd, namespace: &Namespace, room: &mut [u8]) -> bool {
        for pid in &namespace.pids {
            let mut any = false;
            for (table, name) in TABLES {
                if self.wants(namespace, table) {
                    let path = format!("{pid}/net/{name}");
                    any |= lines(&proc, path, room, |line| self.row(line, table)).is_ok();
                }
            }
            if any {
                return true;
            }
        }
        false
    }

    /// The kernel takes milliseconds for a table, so it is read only where it may tell something.
    ///
    /// That of unix sockets is quick, and is read even when all are found: a false row may have found them.
    fn wants(&self, namespace: &Namespace, table: Protocol) -> bool {
        let sockets = namespace.inodes.iter().filter_map(|inode| self.wanted.get(inode));
        let mut of_table = sockets.filter(|socket| socket.protocol.is(table));
        of_table.any(|socket| socket.found.is_none() || table == Protocol::Unix)
    }

    fn row(&mut self, line: &[u8], protocol: Protocol) {
        let row = match protocol {
            Protocol::Unix => unix(line),
            _ => internet(line, protocol),
        };
        let Some((inode, mut detail)) = row else { return };
        let Some(socket) = self.wanted.get_mut(&inode) else { return };
        if !socket.protocol.is(protocol) {
            return;
        }
        if let (Some(FdDetail::Unix { name, .. }), FdDetail::Unix { name: second, .. }) = (&socket.found, &mut detail) {
            // A path may hold a line end, and behind it what looks like a row. Of two rows one is false.
            if name != second {
                second.clear();
            }
        }
        if let FdDetail::Unix { name, .. } = &mut detail {
            name.truncate(PATH);
        }
        socket.found = Some(detail);
    }
}
