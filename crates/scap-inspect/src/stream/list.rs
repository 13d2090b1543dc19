//! The streams of a process.

use rustc_hash::FxHashMap;

use super::holders::{find, life, owner_of, table_of, Holder};
use super::record;
use crate::state::fds::{FdId, TableId};
use crate::state::ContextId;
use crate::store::Store;
use scap_format::tables::{event_info, EventFlags};

/// A descriptor of a process over one life of its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The number.
    pub fd: i64,
    /// The first and the last call that moved data.
    pub first: u32,
    /// See `first`.
    pub last: u32,
    /// The event from which the number stands for this, 0 where that was before the capture.
    pub opened: u32,
    /// `fd.type` and `fd.name` with the last of them.
    pub kind: &'static str,
    /// See `kind`.
    pub name: Vec<u8>,
    /// How many calls moved data.
    pub calls: u64,
}

/// The descriptors over which the process of an event moved data, in the order in which they began to.
pub fn streams_of(store: &Store, n: u32) -> Vec<Listed> {
    let Some(row) = store.row(n) else { return Vec::new() };
    let owner = owner_of(store, row.context);
    let hiding = store.hiding();
    let moves: Vec<bool> = (0..=u16::MAX >> 1)
        .map(|id| {
            event_info(id).is_some_and(|info| {
                info.is_exit() && (info.has(EventFlags::READS | EventFlags::WRITES) || info.name == "sendfile")
            })
        })
        .collect();
    let own: Vec<bool> =
        (0..store.state.context_count()).map(|at| owner_of(store, ContextId::at(at)) == owner).collect();
    let found = find(store, |chunk, at| {
        let context = chunk.contexts().get(at).map_or(0, |context| *context as usize);
        own.get(context).copied().unwrap_or(false)
            && chunk.errno(at) == 0
            && chunk.flags().get(at).is_some_and(|flags| flags & hiding == 0)
            && moves.get(usize::from(chunk.kind(at).event_type())).copied().unwrap_or(false)
    });
    let mut lives: FxHashMap<(TableId, i64), (Holder, usize)> = FxHashMap::default();
    let mut listed: Vec<(Listed, FdId)> = Vec::new();
    let mut table_known: Option<(ContextId, Option<TableId>)> = None;
    for (n, context, fd) in found {
        let number = record(store, fd).num;
        // Neighbours are most often of one context, and a table is seldom changed for another.
        let table = match table_known {
            Some((of, table)) if of == context => table,
            _ => table_of(store, context, n),
        };
        table_known = Some((context, table));
        let Some(table) = table.filter(|_| number >= 0) else { continue };
        let at = match lives.get(&(table, number)) {
            Some((life, at)) if life.has(n) => *at,
            _ => {
                let life = life(store, table, number, n);
                lives.insert((table, number), (life, listed.len()));
                listed.push((Listed { fd: number, first: n, opened: life.from, ..Listed::default() }, fd));
                listed.len() - 1
            }
        };
        if let Some((entry, last)) = listed.get_mut(at) {
            entry.last = n;
            entry.calls += 1;
            *last = fd;
        }
    }
    let told = |(entry, last): (Listed, FdId)| {
        let (kind, name) = store.state.look(record(store, last));
        Listed { kind, name: name.to_vec(), ..entry }
    };
    listed.into_iter().map(told).collect()
}
