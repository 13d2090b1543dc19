//! What a reader has to say about a capture: damage, and what it passed over.

use std::collections::BTreeMap;
use std::io;

use crate::meta::Faults;
use crate::source::StreamFault;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// The capture ends inside a block, or its compressed stream ends early.
    Truncated,
    /// Bytes that are no blocks were passed over.
    Damaged,
    /// Blocks do not repeat their length at their end; they were read all the same.
    WrongTrailer,
    /// Blocks of unknown types were passed over.
    UnknownBlock,
    /// Events of types beyond our table were passed over.
    UnknownEvent,
    /// Events whose lengths contradict each other were passed over.
    MalformedEvent,
    /// Descriptors of unknown types: only number and inode are known.
    UnknownFd,
    /// Entries of lists that could not be read.
    MalformedEntry,
    /// The input could not be read or unpacked to its end.
    Unreadable,
}

impl NoteKind {
    /// The kind in a word or two.
    pub const fn word(self) -> &'static str {
        match self {
            NoteKind::Truncated => "cut short",
            NoteKind::Damaged => "damaged",
            NoteKind::WrongTrailer => "wrong trailer",
            NoteKind::UnknownBlock => "unknown block",
            NoteKind::UnknownEvent => "unknown event",
            NoteKind::MalformedEvent => "malformed event",
            NoteKind::UnknownFd => "unknown descriptor",
            NoteKind::MalformedEntry => "malformed entry",
            NoteKind::Unreadable => "unreadable",
        }
    }
}

/// Something the reader of a capture should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// Where it is, or begins, in the uncompressed stream.
    pub offset: u64,
    /// One sentence, with numbers.
    pub text: String,
}

/// Places of damage that get a note of their own; a file that is nothing but damage must not make a million notes.
const PLACES: usize = 100;
/// Different numbers that are counted one by one.
const NUMBERS: usize = 1000;
/// Different numbers a text names.
const NAMED: usize = 6;

/// Occurrences of one kind, in one note.
#[derive(Debug)]
struct Tally {
    kind: NoteKind,
    /// Which note.
    at: usize,
    total: u64,
    by_number: BTreeMap<u32, u64>,
}

/// Places of damage beyond the first ones, in one note.
#[derive(Debug)]
struct Further {
    at: usize,
    places: u64,
    bytes: u64,
}

/// The notes so far.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    tallies: Vec<Tally>,
    places: usize,
    further: Option<Further>,
}

impl Notes {
    pub(super) fn list(&self) -> &[Note] {
        &self.list
    }

    fn push(&mut self, kind: NoteKind, offset: u64, text: String) -> usize {
        self.list.push(Note { kind, offset, text });
        self.list.len().saturating_sub(1)
    }

    /// Counts one occurrence of a kind, with the number (of a type) it is about.
    pub(super) fn count(&mut self, kind: NoteKind, number: u32, offset: u64) {
        self.count_many(kind, number, 1, offset);
    }

    fn count_many(&mut self, kind: NoteKind, number: u32, more: u64, offset: u64) {
        let known = self.tallies.iter().position(|tally| tally.kind == kind);
        let at = known.unwrap_or_else(|| {
            let note = self.push(kind, offset, String::new());
            self.tallies.push(Tally { kind, at: note, total: 0, by_number: BTreeMap::new() });
            self.tallies.len().saturating_sub(1)
        });
        let Some(tally) = self.tallies.get_mut(at) else { return };
        tally.total = tally.total.saturating_add(more);
        if tally.by_number.len() < NUMBERS || tally.by_number.contains_key(&number) {
            let count = tally.by_number.entry(number).or_default();
            *count = count.saturating_add(more);
        }
        // A text for each of a million occurrences would take longer than reading them.
        if tally.total.is_power_of_two() {
            if let Some(note) = self.list.get_mut(tally.at) {
                note.text = tally.text();
            }
        }
    }

    /// Brings all counts in texts up to date.
    pub(super) fn settle(&mut self) {
        for tally in &self.tallies {
            if let Some(note) = self.list.get_mut(tally.at) {
                note.text = tally.text();
            }
        }
        if let Some(further) = &self.further {
            if let Some(note) = self.list.get_mut(further.at) {
                note.text = further.text();
            }
        }
    }

    /// Damage of which this many bytes were passed over.
    pub(super) fn damage(&mut self, offset: u64, why: &str, skipped: usize) {
        self.place(offset, skipped, || format!("{why}; {} passed over", bytes(skipped)));
    }

    /// Damage behind which nothing could be read.
    pub(super) fn damage_to_the_end(&mut self, offset: u64, why: &str, skipped: usize) {
        let text = || format!("{why}; nothing in the last {} could be read", bytes(skipped));
        self.place(offset, skipped, text);
    }

    fn place(&mut self, offset: u64, skipped: usize, text: impl FnOnce() -> String) {
        if self.places < PLACES {
            self.places = self.places.saturating_add(1);
            self.push(NoteKind::Damaged, offset, text());
            return;
        }
        let skipped = u64::try_from(skipped).unwrap_or(u64::MAX);
        if let Some(further) = &mut self.further {
            further.places = further.places.saturating_add(1);
            further.bytes = further.bytes.saturating_add(skipped);
        } else {
            let at = self.push(NoteKind::Damaged, offset, String::new());
            self.further = Some(Further { at, places: 1, bytes: skipped });
        }
    }

    /// The stream ends inside a block.
    pub(super) fn cut(&mut self, offset: u64, why: &str) {
        self.push(NoteKind::Truncated, offset, why.to_owned());
    }

    /// The input could not be read or unpacked to its end.
    pub(super) fn stream_fault(&mut self, fault: &StreamFault, offset: u64) {
        let StreamFault { error, position, compressed } = fault;
        let (kind, text) = match (compressed, error.kind()) {
            (true, io::ErrorKind::UnexpectedEof) => {
                (NoteKind::Truncated, format!("the compressed file ends early, after {position} bytes of it"))
            }
            (true, _) => (
                NoteKind::Unreadable,
                format!("the compressed file is damaged within its first {position} bytes: {error}"),
            ),
            (false, _) => {
                (NoteKind::Unreadable, format!("the file cannot be read any further than byte {position}: {error}"))
            }
        };
        self.push(kind, offset, text);
    }

    /// What could not be read of a list.
    pub(super) fn list_faults(&mut self, faults: &Faults, block: u32, offset: u64) {
        for (fd_type, count) in &faults.fd_types {
            self.count_many(NoteKind::UnknownFd, u32::from(*fd_type), *count, offset);
        }
        if faults.entries > 0 {
            self.count_many(NoteKind::MalformedEntry, block, faults.entries, offset);
        }
        if faults.unread > 0 {
            self.damage(offset, "a list is damaged", faults.unread);
        }
    }
}

impl Tally {
    fn text(&self) -> String {
        let Tally { kind, total, .. } = self;
        let what = |one: &str, many: &str| format!("{total} {}", if *total == 1 { one } else { many });
        let numbers = self.numbers();
        match kind {
            NoteKind::UnknownEvent => {
                format!("{} of unknown types passed over: {numbers}", what("event", "events"))
            }
            NoteKind::UnknownBlock => {
                format!("{} of unknown types passed over: {numbers}", what("block", "blocks"))
            }
            NoteKind::UnknownFd => {
                format!("{} of unknown types: {numbers}", what("descriptor", "descriptors"))
            }
            NoteKind::MalformedEvent => {
                format!("{} whose lengths contradict each other passed over", what("event", "events"))
            }
            NoteKind::MalformedEntry => {
                format!("{} in lists too short for their fields passed over", what("entry", "entries"))
            }
            NoteKind::WrongTrailer => {
                format!("{} without the copy of the length at the end, read all the same", what("block", "blocks"))
            }
            NoteKind::Truncated | NoteKind::Damaged | NoteKind::Unreadable => what("place", "places"),
        }
    }

    /// `460 (3), 470 (1)`, the first few.
    fn numbers(&self) -> String {
        let one = |(number, count): (&u32, &u64)| match self.kind {
            NoteKind::UnknownBlock => format!("{number:#x} ({count})"),
            _ => format!("{number} ({count})"),
        };
        let named: Vec<String> = self.by_number.iter().take(NAMED).map(one).collect();
        let others = self.by_number.len().saturating_sub(named.len());
        match others {
            0 => named.join(", "),
            _ if self.by_number.len() >= NUMBERS => format!("{} and many more", named.join(", ")),
            others => format!("{} and {others} more", named.join(", ")),
        }
    }
}

impl Further {
    fn text(&self) -> String {
        let Further { places, bytes, .. } = self;
        format!("{places} further damaged places; {bytes} bytes passed over")
    }
}

fn bytes(count: usize) -> String {
    if count == 1 {
        "1 byte".to_owned()
    } else {
        format!("{count} bytes")
    }
}
