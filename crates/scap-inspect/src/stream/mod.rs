//! What went through one open file: chunks of data in order, by whichever thread, each byte once.
//!
//! A stream is that of an open file from its opening to its last close, not that of a number: a number that is used
//! again is another stream, and a number that another process inherited is the same. Where the other end of a
//! connection, of a pair of unix sockets or of a pipe is in the capture too, both are joined.

mod holders;
mod lines;
mod list;
mod matches;
mod output;
mod peer;
mod uses;

pub use list::{streams_of, Listed};
pub use output::output_of;

use crate::clock::Zone;
use crate::fields::EventAt;
use crate::state::fds::{FdId, FdRecord};
use crate::state::threads::ThreadVersion;
use crate::state::ContextId;
use crate::store::bytes::Windows;
use crate::store::Store;
pub(crate) use holders::find;
use holders::{table_of, OpenFile, Tracer};
use uses::Uses;

/// Which of the two ways data go: from the first end, or to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Way {
    /// What the first end wrote.
    #[default]
    Out,
    /// What the first end read.
    In,
}

impl Way {
    const fn index(self) -> usize {
        self as usize
    }

    const fn turned(self) -> Self {
        match self {
            Way::Out => Way::In,
            Way::In => Way::Out,
        }
    }
}

/// What one call did to a stream.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// The exit event.
    pub event: u32,
    /// Its time, ns since the epoch.
    pub ts: u64,
    /// Whose call it was: that of the first end or of the second.
    pub end: usize,
    /// Which way its data went; `None` of calls that move none.
    pub way: Option<Way>,
    /// Name of the call.
    pub call: String,
    /// Bytes that it moved.
    pub moved: u64,
    /// How many of them are in the capture.
    pub captured: u64,
    /// 0 unless it failed.
    pub errno: u16,
    /// Thread, process, name and descriptor.
    pub tid: i64,
    /// See `tid`.
    pub pid: i64,
    /// See `tid`.
    pub comm: Vec<u8>,
    /// See `tid`.
    pub fd: i64,
    /// The event by which the other end had moved the last of these bytes; 0 where that is not known.
    pub mirror: u32,
}

/// One side of a stream.
#[derive(Clone, Debug, Default)]
pub struct End {
    /// Process of the first event that used it.
    pub pid: i64,
    /// Its name.
    pub comm: Vec<u8>,
    /// Descriptor number of that event.
    pub fd: i64,
    /// Numbers of threads that used it.
    pub tids: Vec<i64>,
    /// The first event that used it.
    pub first: u32,
    /// The last one.
    pub last: u32,
    /// The event that opened it, 0 where that was before the capture.
    pub opened: u32,
    /// The event that ended its last descriptor, 0 where it stays open.
    pub closed: u32,
    /// `fd.type` and `fd.name` as they were last, client or server, and the protocol.
    pub kind: &'static str,
    /// See `kind`.
    pub name: Vec<u8>,
    /// See `kind`.
    pub role: &'static str,
    /// See `kind`.
    pub l4: &'static str,
    /// Bytes moved and captured: written, read.
    pub totals: [(u64, u64); 2],
}

/// A stream as far as the capture had been read.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// The own end, and the other one where it is in the capture: then a client stands before its server, and who wrote
    /// into a pipe before who read.
    pub ends: Vec<End>,
    /// Calls in order. Of data that both ends captured one copy is here.
    pub pieces: Vec<Piece>,
    /// For each [`Way`] whose copy is shown: 0 the own end's, 1 the other's.
    pub shown: [usize; 2],
}

impl Stream {
    /// The stream of the descriptor that an event works on, or of another number of its process as of that event.
    ///
    /// `None` when there is no such event or it has no descriptor.
    pub fn of(store: &Store, n: u32, fd: Option<i64>) -> Option<Self> {
        let row = store.row(n)?;
        let number = match fd {
            Some(fd) => fd,
            None => number_of(store, n)?,
        };
        let table = table_of(store, row.context, n)?;
        let mut tracer = Tracer::new(store);
        let own = tracer.file(table, number, n);
        let uses = Uses::of(store, &own, None);
        let found = peer::find(store, &mut tracer, own, uses);
        Some(match found.other {
            Some(other) if other.1.is_first(store, &found.own.1) => joined(store, other, Some(found.own)),
            other => joined(store, found.own, other),
        })
    }

    /// Captured bytes of a piece.
    pub fn data(&self, store: &Store, windows: &mut Windows, piece: usize) -> Vec<u8> {
        let Some(piece) = self.pieces.get(piece).filter(|piece| piece.way.is_some()) else { return Vec::new() };
        payload(store, windows, piece.event, <[u8]>::to_vec).unwrap_or_default()
    }
}

/// The number of the descriptor that an event works on, negative ones left out.
fn number_of(store: &Store, n: u32) -> Option<i64> {
    let row = store.row(n)?;
    let number = store.state.fds.get(row.fd).num;
    (!row.fd.is_none() && number >= 0).then_some(number)
}

/// Shows the payload of an event, none when it has none or its bytes are gone.
fn payload<T>(store: &Store, windows: &mut Windows, n: u32, see: impl FnOnce(&[u8]) -> T) -> Option<T> {
    let (chunk, at) = store.place(n)?;
    let chunk = store.chunks.get(chunk)?;
    let event = windows.event(store, chunk, at)?;
    let info = scap_format::tables::event_info(event.event_type)?;
    let data = event.params.get(info.param("data")?)?;
    let result = event.params.int(0).and_then(|moved| usize::try_from(moved).ok()).unwrap_or(0);
    Some(see(data.get(..result).unwrap_or(data)))
}

fn joined(store: &Store, (file, uses): (OpenFile, Uses), other: Option<(OpenFile, Uses)>) -> Stream {
    let mut ends = vec![uses.end(store, &file)];
    let mut both = vec![uses.pieces];
    if let Some((file, uses)) = other {
        ends.push(uses.end(store, &file));
        // What the other end reads is what the own one wrote.
        let turned = uses.pieces.into_iter().map(|piece| Piece { end: 1, way: piece.way.map(Way::turned), ..piece });
        both.push(turned.collect());
    }
    let shown = [Way::Out, Way::In].map(|way| better(&ends, way));
    lines::mirror(&mut both);
    let kept = both.into_iter().flatten().filter(|piece| piece.way.is_none_or(|way| shown[way.index()] == piece.end));
    let mut pieces: Vec<Piece> = kept.collect();
    pieces.sort_by_key(|piece| piece.event);
    Stream { ends, pieces, shown }
}

/// Whose copy of the data of one way is shown: that with more captured bytes, of equal ones the sender's.
fn better(ends: &[End], way: Way) -> usize {
    let [own, other] = ends else { return 0 };
    let (own, other) = (own.totals[way.index()], other.totals[way.turned().index()]);
    let sender = way.index();
    match (own.1.cmp(&other.1), own.0.cmp(&other.0)) {
        (std::cmp::Ordering::Equal, std::cmp::Ordering::Equal) => sender,
        (std::cmp::Ordering::Equal, moved) => usize::from(moved.is_lt()),
        (captured, _) => usize::from(captured.is_lt()),
    }
}

/// The thread of an event and its name.
fn who(store: &Store, context: ContextId) -> (&ThreadVersion, Vec<u8>) {
    let thread = store.state.thread(context);
    (thread, store.state.strings.get(thread.comm).to_vec())
}

fn record(store: &Store, fd: FdId) -> &FdRecord {
    store.state.fds.get(fd)
}

/// Name of the call of an event.
fn call_of(store: &Store, n: u32) -> String {
    let zone = Zone::utc();
    let name = store.row(n).and_then(|row| {
        let event = EventAt::new(store, n, row, &zone);
        row.kind.call().map(str::to_owned).or(Some(event.info.name.to_owned()))
    });
    name.unwrap_or_default()
}
