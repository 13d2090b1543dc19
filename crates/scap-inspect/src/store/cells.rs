//! The columns of one chunk side by side in one mapping, 25 bytes an event.
//!
//! Reading a capture mostly waits for new memory, so a column is as narrow as nearly all its values. What does not fit
//! its cell stands in a table beside.

use bytemuck::{try_cast_slice, AnyBitPattern};
use rustc_hash::FxHashMap;

use super::columns::Row;
use super::kind::Kind;
use super::memory::Memory;
use super::shelf::{Shelf, COLUMNS};
use crate::index::stored::stored;
use crate::state::fds::FdId;
use crate::state::{ContextId, NO_RESULT};

/// Bytes of an event.
pub(crate) const WIDTH: usize = 25;
/// Events whose times are counted from the same one.
const SPAN: usize = 64;
/// How far before the first time of a span others may lie, ns.
const BEFORE: u64 = 1 << 31;

/// A column, by where its cells begin in the mapping, in bytes an event.
pub(super) mod column {
    pub(super) const TS: usize = 0;
    pub(super) const OFFSET: usize = 4;
    pub(in crate::store) const CONTEXT: usize = 8;
    pub(in crate::store) const FD: usize = 12;
    pub(in crate::store) const PARTNER: usize = 16;
    pub(super) const KIND: usize = 20;
    pub(super) const CPU: usize = 22;
    pub(super) const ERRNO: usize = 23;
    pub(super) const FLAGS: usize = 24;
    const ALL: [usize; super::COLUMNS] = [TS, OFFSET, CONTEXT, FD, PARTNER, KIND, CPU, ERRNO, FLAGS];

    /// All of them in their order, with the bytes of a cell.
    pub(in crate::store) fn all() -> impl Iterator<Item = (usize, usize)> {
        ALL.into_iter().map(|column| (column, place(column).1))
    }

    /// The place of a column among all, and bytes of its cells.
    #[inline]
    pub(super) const fn place(column: usize) -> (usize, usize) {
        match column {
            TS => (0, 4),
            OFFSET => (1, 4),
            CONTEXT => (2, 4),
            FD => (3, 4),
            PARTNER => (4, 4),
            KIND => (5, 2),
            CPU => (6, 1),
            ERRNO => (7, 1),
            _ => (8, 1),
        }
    }
}

/// A time that is in the table.
const RARE_TS: u32 = u32::MAX;
/// A processor that is in the table.
const RARE_CPU: u8 = u8::MAX;

/// Error numbers in a byte: those of programs as they are, then those the kernel restarts calls with, then these two.
mod errno {
    use std::ops::RangeInclusive;

    pub(super) const NONE: u8 = 254;
    pub(super) const RARE: u8 = 255;
    pub(super) const RESTARTS: RangeInclusive<u16> = 512..=517;
    /// Where the restarts begin; smaller numbers stand for themselves.
    pub(super) const FIRST_RESTART: u8 = 240;
}

/// Room for a fixed number of events and those that are in it.
#[derive(Debug)]
pub(super) struct Cells {
    columns: Columns,
    frame: Frame,
}

/// The cells themselves.
#[derive(Debug)]
enum Columns {
    /// In memory, with room for so many events.
    Here(Memory, usize),
    /// In an index; nothing can be put there.
    Shelved(Box<Shelf>),
}

/// What of the events is not in cells.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Added to the offsets.
    base: u64,
    len: usize,
    /// What the times of each span are counted from.
    starts: Vec<u64>,
    /// Values that are too large for their cell, by column and position.
    rare: FxHashMap<(usize, u32), u64>,
}

stored!(Frame { base, len, starts, rare });

impl Frame {
    pub(crate) const fn len(&self) -> usize {
        self.len
    }
}

impl Cells {
    /// Room for so many events, whose blocks lie behind this offset.
    pub(super) fn new(room: usize, base: u64) -> Self {
        Cells::within(Memory::small(room * WIDTH), room, base)
    }

    /// As [`Cells::new`], in memory for at least so many events.
    pub(super) fn within(memory: Memory, room: usize, base: u64) -> Self {
        let starts = Vec::with_capacity(room.div_ceil(SPAN));
        let frame = Frame { base, len: 0, starts, rare: FxHashMap::default() };
        Cells { columns: Columns::Here(memory, room), frame }
    }

    /// Those of an index.
    pub(super) fn shelved(shelf: Shelf, frame: Frame) -> Self {
        Cells { columns: Columns::Shelved(Box::new(shelf)), frame }
    }

    pub(super) const fn frame(&self) -> &Frame {
        &self.frame
    }

    pub(super) const fn len(&self) -> usize {
        self.frame.len
    }

    /// Whether an event whose block lies at this offset goes in.
    pub(super) fn has_room(&self, offset: u64) -> bool {
        let room = if let Columns::Here(_, room) = self.columns { room } else { 0 };
        self.frame.len < room && offset.checked_sub(self.frame.base).is_some_and(|from| u32::try_from(from).is_ok())
    }

    /// Puts an event at the end; [`Cells::has_room`] holds.
    #[allow(clippy::cast_possible_truncation, reason = "has_room has looked; the rest is compared before")]
    pub(super) fn push(&mut self, row: &Row) {
        let at = self.frame.len;
        if at % SPAN == 0 {
            self.frame.starts.push(row.ts.saturating_sub(BEFORE));
        }
        let start = self.frame.starts.last().copied().unwrap_or(0);
        let ts = match row.ts.checked_sub(start) {
            Some(passed) if passed < u64::from(RARE_TS) => passed as u32,
            _ => self.keep_rare(column::TS, row.ts, RARE_TS),
        };
        let cpu = match u8::try_from(row.cpu) {
            Ok(cpu) if cpu != RARE_CPU => cpu,
            _ => self.keep_rare(column::CPU, u64::from(row.cpu), RARE_CPU),
        };
        let errno = match row.errno {
            small if small < u16::from(errno::FIRST_RESTART) => small as u8,
            NO_RESULT => errno::NONE,
            restart if errno::RESTARTS.contains(&restart) => {
                errno::FIRST_RESTART + (restart - errno::RESTARTS.start()) as u8
            }
            rare => self.keep_rare(column::ERRNO, u64::from(rare), errno::RARE),
        };
        self.write(column::TS, at, ts.to_ne_bytes());
        self.write(column::OFFSET, at, ((row.offset - self.frame.base) as u32).to_ne_bytes());
        self.write(column::CONTEXT, at, row.context.0.to_ne_bytes());
        self.write(column::FD, at, row.fd.0.to_ne_bytes());
        self.write(column::PARTNER, at, row.partner.to_ne_bytes());
        self.write(column::KIND, at, row.kind.bits().to_ne_bytes());
        self.write(column::CPU, at, [cpu]);
        self.write(column::ERRNO, at, [errno]);
        self.write(column::FLAGS, at, [row.flags]);
        self.frame.len += 1;
    }

    fn keep_rare<T>(&mut self, column: usize, value: u64, sign: T) -> T {
        self.frame.rare.insert((column, position(self.frame.len)), value);
        sign
    }

    #[inline]
    fn write<const N: usize>(&mut self, column: usize, at: usize, value: [u8; N]) {
        let Columns::Here(memory, room) = &mut self.columns else { return };
        let begin = column * *room + at * N;
        let cell = memory.bytes_mut().get_mut(begin..).and_then(<[u8]>::first_chunk_mut);
        if let Some(cell) = cell {
            *cell = value;
        }
    }

    /// The cells of a column that are filled.
    #[inline]
    fn column<T: AnyBitPattern>(&self, column: usize) -> &[T] {
        let cells = self.bytes(column).get(..self.frame.len * size_of::<T>());
        cells.and_then(|bytes| try_cast_slice(bytes).ok()).unwrap_or_default()
    }

    /// What is there from the begin of a column on.
    #[inline]
    fn bytes(&self, column: usize) -> &[u8] {
        match &self.columns {
            Columns::Here(memory, room) => memory.bytes().get(column * room..).unwrap_or_default(),
            Columns::Shelved(there) => {
                let (place, width) = column::place(column);
                there.column(place, column, width)
            }
        }
    }

    /// The bytes of each column.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u8]> {
        column::all().map(|(column, width)| self.bytes(column).get(..self.frame.len * width).unwrap_or_default())
    }

    #[inline]
    fn cell<const N: usize>(&self, column: usize, at: usize) -> Option<[u8; N]> {
        let bytes = self.bytes(column).get(at * N..).filter(|_| at < self.frame.len)?;
        bytes.first_chunk().copied()
    }

    fn word(&self, column: usize, at: usize) -> Option<u32> {
        self.cell(column, at).map(u32::from_ne_bytes)
    }

    fn rare(&self, column: usize, at: usize) -> Option<u64> {
        self.frame.rare.get(&(column, position(at))).copied()
    }

    #[inline]
    pub(super) fn ts(&self, at: usize) -> Option<u64> {
        match self.word(column::TS, at)? {
            RARE_TS => self.rare(column::TS, at),
            passed => self.frame.starts.get(at / SPAN).map(|start| start.saturating_add(u64::from(passed))),
        }
    }

    #[inline]
    pub(super) fn offset(&self, at: usize) -> Option<u64> {
        self.word(column::OFFSET, at).map(|offset| self.frame.base.saturating_add(u64::from(offset)))
    }

    #[inline]
    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.cell(column::KIND, at).map(u16::from_ne_bytes).map(Kind::from_bits)
    }

    #[inline]
    pub(super) fn errno(&self, at: usize) -> Option<u16> {
        let [errno] = self.cell(column::ERRNO, at)?;
        match errno {
            errno::RARE => self.rare(column::ERRNO, at).and_then(|errno| u16::try_from(errno).ok()),
            errno::NONE => Some(NO_RESULT),
            restart if restart >= errno::FIRST_RESTART => {
                Some(errno::RESTARTS.start() + u16::from(restart - errno::FIRST_RESTART))
            }
            small => Some(u16::from(small)),
        }
    }

    #[inline]
    fn cpu(&self, at: usize) -> Option<u16> {
        match self.cell(column::CPU, at)? {
            [RARE_CPU] => self.rare(column::CPU, at).and_then(|cpu| u16::try_from(cpu).ok()),
            [cpu] => Some(u16::from(cpu)),
        }
    }

    #[inline]
    pub(super) fn row(&self, at: usize) -> Option<Row> {
        let [flags] = self.cell(column::FLAGS, at)?;
        Some(Row {
            ts: self.ts(at)?,
            offset: self.offset(at)?,
            kind: self.kind(at)?,
            cpu: self.cpu(at)?,
            context: ContextId(self.word(column::CONTEXT, at)?),
            fd: FdId(self.word(column::FD, at)?),
            partner: self.word(column::PARTNER, at)?,
            errno: self.errno(at)?,
            flags,
        })
    }

    /// The row of an event; its column is not fetched for it.
    pub(super) fn glance(&self, at: usize) -> Option<Row> {
        let Columns::Shelved(there) = &self.columns else { return self.row(at) };
        let Frame { base, starts, rare, .. } = &self.frame;
        let starts = starts.get(at / SPAN).copied().into_iter().collect();
        let rare = column::all().filter_map(|(column, _)| Some(((column, 0), *rare.get(&(column, position(at)))?)));
        let frame = Frame { base: *base, len: 1, starts, rare: rare.collect() };
        Cells { columns: Columns::Here(there.cells_of(at)?, 1), frame }.row(0)
    }

    pub(super) fn contexts(&self) -> &[u32] {
        self.column(column::CONTEXT)
    }

    pub(super) fn fds(&self) -> &[u32] {
        self.column(column::FD)
    }

    pub(super) fn flags(&self) -> &[u8] {
        self.column(column::FLAGS)
    }

    /// Gives an event another partner and more flags.
    pub(super) fn join(&mut self, at: usize, partner: u32, flags: u8) {
        let Some([before]) = self.cell(column::FLAGS, at) else { return };
        self.write(column::PARTNER, at, partner.to_ne_bytes());
        self.write(column::FLAGS, at, [before | flags]);
    }

    /// Bytes in use: pages nobody has written to take none.
    pub(super) fn memory(&self) -> usize {
        let Frame { len, starts, rare, .. } = &self.frame;
        let columns = match &self.columns {
            Columns::Here(..) => len * WIDTH,
            Columns::Shelved(there) => there.memory(),
        };
        columns + starts.capacity() * 8 + rare.capacity() * size_of::<((usize, u32), u64)>()
    }
}

#[allow(clippy::cast_possible_truncation, reason = "positions are below the room of a chunk")]
const fn position(at: usize) -> u32 {
    at as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: u64 = 1 << 40;

    fn rows() -> impl Strategy<Value = Row> {
        let cpu = prop_oneof![0..300u16, any::<u16>()];
        let errno = prop_oneof![0..140u16, 230..260u16, 500..530u16, Just(NO_RESULT), any::<u16>()];
        let ts = prop_oneof![5_000_000_000..5_000_100_000u64, 0..20_000_000_000u64, any::<u64>()];
        let ids = (any::<u32>(), any::<u32>(), any::<u32>(), any::<u16>());
        (ts, 0..u64::from(u32::MAX), cpu, errno, ids, any::<u8>()).prop_map(|(ts, offset, cpu, errno, ids, flags)| {
            Row {
                ts,
                offset: BASE + offset,
                kind: Kind::from_bits(ids.3),
                cpu,
                context: ContextId(ids.0),
                fd: FdId(ids.1),
                partner: ids.2,
                errno,
                flags,
            }
        })
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_were(rows in prop::collection::vec(rows(), 1..200), huge in any::<bool>()) {
            let memory = if huge { Memory::huge(rows.len() * WIDTH) } else { Memory::small(rows.len() * WIDTH) };
            let mut cells = Cells::within(memory, rows.len(), BASE);
            for row in &rows {
                prop_assert!(cells.has_room(row.offset));
                cells.push(row);
            }
            prop_assert!(!cells.has_room(BASE));
            for (at, row) in rows.iter().enumerate() {
                prop_assert_eq!(cells.row(at), Some(*row));
            }
            prop_assert_eq!(cells.row(rows.len()), None);
            let flags: Vec<u8> = rows.iter().map(|row| row.flags).collect();
            prop_assert_eq!(cells.flags(), &flags[..]);
            let contexts: Vec<u32> = rows.iter().map(|row| row.context.0).collect();
            prop_assert_eq!(cells.contexts(), &contexts[..]);
        }
    }

    #[test]
    fn an_offset_out_of_reach_has_no_room() {
        let cells = Cells::new(4, BASE);
        assert!(cells.has_room(BASE + u64::from(u32::MAX)));
        assert!(!cells.has_room(BASE + (1 << 32)));
        assert!(!cells.has_room(BASE - 1));
        assert!(!Cells::new(0, BASE).has_room(BASE));
    }

    #[test]
    fn joining_keeps_the_flags_there_are() {
        let mut cells = Cells::new(2, 0);
        cells.push(&Row { flags: 1, partner: 7, ..Row::default() });
        cells.join(0, 9, 4);
        cells.join(1, 9, 4);
        assert_eq!(cells.row(0), Some(Row { flags: 5, partner: 9, ..Row::default() }));
    }
}
