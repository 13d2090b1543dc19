//! The columns of a chunk that lie in an index, fetched when they are first asked for.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::cells::column;
use super::memory::Memory;
use crate::index::stored::stored;

/// Columns of a chunk.
pub(crate) const COLUMNS: usize = 9;

/// Where the columns of a chunk lie in an index, one behind the other, and what they add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Offset of the first.
    pub(crate) start: u64,
    /// Events.
    pub(crate) len: u32,
    /// The hash of each.
    pub(crate) hashes: [u64; COLUMNS],
}

stored!(Place { start, len, hashes });

/// A column of a chunk that is read as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Bytes of all its cells.
    pub(crate) length: usize,
    column: usize,
}

/// The columns of a chunk of so many events, in their order.
pub(crate) fn columns_of(events: usize) -> impl Iterator<Item = Column> {
    column::all().map(move |(column, width)| Column { length: events * width, column })
}

/// The highest numbers that columns have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) context: u32,
    pub(crate) fd: u32,
    pub(crate) partner: u32,
}

impl Told {
    pub(crate) fn and(self, other: Self) -> Self {
        Told {
            context: self.context.max(other.context),
            fd: self.fd.max(other.fd),
            partner: self.partner.max(other.partner),
        }
    }
}

impl Column {
    /// What its cells tell.
    pub(crate) fn told(self, cells: &[u8]) -> Told {
        let highest = || {
            let words = cells.chunks_exact(4).filter_map(<[u8]>::first_chunk).map(|word| u32::from_ne_bytes(*word));
            words.fold(0, u32::max)
        };
        match self.column {
            column::CONTEXT => Told { context: highest(), ..Told::default() },
            column::FD => Told { fd: highest(), ..Told::default() },
            column::PARTNER => Told { partner: highest(), ..Told::default() },
            _ => Told::default(),
        }
    }
}

/// An index that columns are fetched from.
#[derive(Debug)]
pub(crate) struct Shelves {
    /// The file, which nobody changes once it has its name.
    pub(crate) file: File,
    /// Something was there when the index was opened, and is not any more.
    failed: AtomicBool,
}

impl Shelves {
    pub(crate) fn new(file: File) -> Self {
        Shelves { file, failed: AtomicBool::new(false) }
    }

    /// Whether a column could not be fetched: then events lack values.
    pub(crate) fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

/// The columns of one chunk.
#[derive(Debug)]
pub(super) struct Shelf {
    shelves: Arc<Shelves>,
    place: Place,
    fetched: [OnceLock<Memory>; COLUMNS],
}

impl Shelf {
    pub(super) fn new(shelves: Arc<Shelves>, place: Place) -> Self {
        Shelf { shelves, place, fetched: [const { OnceLock::new() }; COLUMNS] }
    }

    /// The cells of the column with this place among all, which are so wide and lie behind `before` bytes an event.
    #[inline]
    pub(super) fn column(&self, at: usize, before: usize, width: usize) -> &[u8] {
        let Some(fetched) = self.fetched.get(at) else { return &[] };
        let length = self.place.len as usize * width;
        let memory = fetched.get_or_init(|| self.fetch(at, before, length));
        memory.bytes().get(..length).unwrap_or_default()
    }

    #[cold]
    fn fetch(&self, at: usize, before: usize, length: usize) -> Memory {
        let start = self.place.start + (before * self.place.len as usize) as u64;
        let mut memory = Memory::small(length);
        let fetched = memory.bytes_mut().get_mut(..length).is_some_and(|room| {
            let read = self.shelves.file.read_exact_at(room, start).is_ok();
            read && self.place.hashes.get(at) == Some(&crate::index::hash(room))
        });
        if fetched {
            return memory;
        }
        self.shelves.failed.store(true, Ordering::Relaxed);
        Memory::small(0)
    }

    /// The cells of one event, in the order of columns, read where they lie.
    pub(super) fn cells_of(&self, at: usize) -> Option<Memory> {
        let mut memory = Memory::small(super::WIDTH);
        for (before, width) in column::all() {
            let cell = memory.bytes_mut().get_mut(before..before + width)?;
            let start = self.place.start + (before * self.place.len as usize + at * width) as u64;
            self.shelves.file.read_exact_at(cell, start).ok()?;
        }
        Some(memory)
    }

    /// Bytes fetched so far.
    pub(super) fn memory(&self) -> usize {
        self.fetched.iter().filter_map(OnceLock::get).map(|memory| memory.bytes().len()).sum()
    }
}
