//! The other end of a connection, of two unix sockets or of a pipe, where it is in the capture too.

use rustc_hash::{FxHashMap, FxHashSet};

use super::holders::{table_of, OpenFile, Tracer};
use super::record;
use super::uses::{find_records, records_where, Uses};
use crate::clock::Zone;
use crate::fields::EventAt;
use crate::state::fds::{Ends, FdKind, FdRecord, Role, TableId, L4};
use crate::state::id;
use crate::store::bytes::Windows;
use crate::store::Store;

/// By what both ends are known to belong together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Tie {
    /// Both addresses of a connection, the smaller one first.
    Ip(Ends),
    /// Addresses of the two sockets in the kernel.
    Unix(u64, u64),
    /// The inode that both ends of a pipe share.
    Pipe(u64),
}

/// The ends of a stream: the own one, with all that was found of it, and the other one.
pub(super) struct Found {
    pub(super) own: (OpenFile, Uses),
    pub(super) other: Option<(OpenFile, Uses)>,
}

/// Finds the other end of an open file.
pub(super) fn find(store: &Store, tracer: &mut Tracer<'_>, own: OpenFile, uses: Uses) -> Found {
    if let Some(other) = twin(store, tracer, &own) {
        let uses_of_other = Uses::of(store, &other, None);
        return Found { own: (own, uses), other: Some((other, uses_of_other)) };
    }
    let Some(tie) = tie_of_all(store, &uses) else { return Found { own: (own, uses), other: None } };
    let candidates = tied(store, tracer, &own, &tie);
    let only = match tie {
        Tie::Ip(ends) => Some(ends),
        _ => None,
    };
    let with_uses = candidates.into_iter().map(|file| {
        let uses = Uses::of(store, &file, only);
        (file, uses)
    });
    if matches!(tie, Tie::Pipe(_)) {
        return of_pipe(store, own, uses, with_uses.collect());
    }
    let other = with_uses.min_by_key(|(_, other)| distance(store, &uses, other));
    Found { own: (own, uses), other }
}

/// The second of two numbers that one call made.
fn twin(store: &Store, tracer: &mut Tracer<'_>, own: &OpenFile) -> Option<OpenFile> {
    let opened = own.opened?;
    let row = store.row(opened)?;
    let is_pair = matches!(row.kind.event_type(), id::PIPE | id::PIPE2 | id::SOCKETPAIR);
    let root = own.holders.first().filter(|_| is_pair)?;
    let (chunk, at) = store.place(opened)?;
    let (mut windows, zone) = (Windows::default(), Zone::utc());
    let event = EventAt::new(store, opened, row, &zone).read(&mut windows, store.chunks.get(chunk)?, at);
    let today = event.today()?;
    let other = [today.int(1)?, today.int(2)?].into_iter().find(|number| *number != root.fd)?;
    Some(tracer.file(root.table, other, opened))
}

/// The one tie that all records of an end have; none where it talked to several.
fn tie_of_all(store: &Store, uses: &Uses) -> Option<Tie> {
    let ties: FxHashSet<Tie> = uses.records.iter().filter_map(|id| tie(store, record(store, *id))).collect();
    let mut ties = ties.into_iter();
    ties.next().filter(|_| ties.next().is_none())
}

fn tie(store: &Store, record: &FdRecord) -> Option<Tie> {
    match record.kind {
        FdKind::Ipv4 | FdKind::Ipv6 if matches!(record.l4, L4::Tcp | L4::Udp) => {
            let ends = record.ends.filter(|ends| ends.source.1 != 0 && ends.dest.1 != 0)?;
            let turned = ends.turned();
            Some(Tie::Ip(if ends.source <= turned.source { ends } else { turned }))
        }
        FdKind::Unix => {
            let (one, other) = addresses(store.state.strings.get(record.name))?;
            Some(Tie::Unix(one.min(other), one.max(other)))
        }
        FdKind::Pipe => (record.ino != 0).then_some(Tie::Pipe(record.ino)),
        _ => None,
    }
}

/// The two addresses in the name of a connected unix socket.
fn addresses(name: &[u8]) -> Option<(u64, u64)> {
    let pair = std::str::from_utf8(name.split(|byte| *byte == b' ').next()?).ok()?;
    let (one, other) = pair.split_once("->")?;
    let address = |text| u64::from_str_radix(text, 16).ok().filter(|address| *address != 0);
    Some((address(one)?, address(other)?))
}

/// Open files with this tie besides the own one.
fn tied(store: &Store, tracer: &mut Tracer<'_>, own: &OpenFile, wanted: &Tie) -> Vec<OpenFile> {
    let wanted = records_where(store, |record| tie(store, record).as_ref() == Some(wanted));
    let mut files: Vec<OpenFile> = Vec::new();
    let mut known: FxHashMap<(TableId, i64), Vec<usize>> = FxHashMap::default();
    for (n, context, fd) in find_records(store, &wanted) {
        let number = record(store, fd).num;
        let Some(table) = table_of(store, context, n) else { continue };
        let seen = known.entry((table, number)).or_default();
        if own.has(table, number, n) || seen.iter().any(|at| files[*at].has(table, number, n)) {
            continue;
        }
        let file = tracer.file(table, number, n);
        for holder in &file.holders {
            known.entry((holder.table, holder.fd)).or_default().push(files.len());
        }
        files.push(file);
    }
    files
}

/// Inherited ends of a pipe are one open file each, however many processes held them before the capture.
fn of_pipe(store: &Store, own: OpenFile, uses: Uses, candidates: Vec<(OpenFile, Uses)>) -> Found {
    let way = |uses: &Uses| uses.pieces.iter().find_map(|piece| piece.way);
    let Some(own_way) = way(&uses) else { return Found { own: (own, uses), other: None } };
    let (mut mine, mut theirs) = (own, OpenFile::default());
    let mut changed = false;
    for (file, uses) in candidates {
        match way(&uses) {
            Some(way) if way == own_way => {
                mine.holders.extend(file.holders);
                changed = true;
            }
            Some(_) => theirs.holders.extend(file.holders),
            None => {}
        }
    }
    let uses = if changed { Uses::of(store, &mine, None) } else { uses };
    let other = (!theirs.holders.is_empty()).then(|| {
        let uses = Uses::of(store, &theirs, None);
        (theirs, uses)
    });
    Found { own: (mine, uses), other }
}

/// How far a candidate is from being the other end: another role is nearer than the same, then events between.
fn distance(store: &Store, own: &Uses, other: &Uses) -> (bool, u32, u32) {
    let role = |uses: &Uses| uses.records.iter().map(|id| record(store, *id).role).find(|role| *role != Role::None);
    let same_role = role(own).is_some() && role(own) == role(other);
    let (own, other) = (own.span(), other.span());
    let gap = if own.1 < other.0 { other.0 - own.1 } else { own.0.saturating_sub(other.1) };
    (same_role, gap, own.0.abs_diff(other.0))
}
