//! A slice beside the capture it was taken from: every field of every event.

use std::path::Path;
use std::time::Duration;

use rayon::prelude::*;
use scap_format::source::Input;

use super::asked::Asked;
use super::beside::Beside;
use super::job::Watch;
use super::sides::Changes;
use super::write::Stop;
use super::{Mark, Settings};
use crate::store::{Capture, OpenFlags, Store};
use crate::viewer::{event_key, find_keys};

/// A field that is not in the slice what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The event's number in the capture.
    pub event: u32,
    /// The field.
    pub field: String,
    /// Its value in the capture as text, `None` for none.
    pub before: Option<Vec<u8>>,
    /// Its value in the slice.
    pub after: Option<Vec<u8>>,
}

/// How a slice compares with the capture it was taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Events that both show.
    pub events: u64,
    /// Events of which every field is what it was.
    pub equal: u64,
    /// Events whose process, descriptor, container and user are what they were.
    pub same_names: u64,
    /// Names that were known and are not any more.
    pub lost: u64,
    /// Names that are others now.
    pub changed: u64,
    /// Events that differ only in what was to be left out or blanked.
    pub left_out: u64,
    /// The slice shows so many events more, or fewer when negative.
    pub surplus: i64,
    /// The first differences.
    pub differences: Vec<Difference>,
}

/// Differences that are told one by one.
pub(super) const TOLD: usize = 20;
/// Events compared before others may have the store.
const STRIDE: usize = 1 << 16;
/// Events compared by one thread at a time, at least.
const LEAST: usize = 256;

/// Opens a slice and compares it with the events it is to show; says where those that are marked are.
pub(super) fn compare(
    capture: &Capture,
    shown: &[u32],
    slice: &Path,
    settings: &Settings,
    watch: &Watch,
    marks: &mut [Mark],
) -> Result<Comparison, Stop> {
    let opened = Capture::open(vec![Input::File(slice.to_path_buf())], OpenFlags::default());
    let slice = opened.map_err(|error| Stop::Failed(std::io::Error::other(error.to_string())))?;
    while !slice.wait(Duration::from_millis(100)).done {
        watch.tell(0, shown.len() as u64).ok_or(Stop::CalledOff)?;
    }
    let slice = slice.store();
    compare_with(capture, shown, &slice, settings, watch, marks)
}

/// Compares with a slice that has been read.
pub(super) fn compare_with(
    capture: &Capture,
    shown: &[u32],
    slice: &Store,
    settings: &Settings,
    watch: &Watch,
    marks: &mut [Mark],
) -> Result<Comparison, Stop> {
    let copies = shown_in(slice);
    let mut all = Comparison {
        surplus: i64::try_from(copies.len()).unwrap_or(i64::MAX) - i64::try_from(shown.len()).unwrap_or(i64::MAX),
        ..Comparison::default()
    };
    let pairs: Vec<(u32, u32)> = shown.iter().copied().zip(copies).collect();
    place(slice, &pairs, marks);
    let asked = Asked::new(settings);
    let changes = (Changes::of(&capture.store(), &pairs, |pair| pair.0), Changes::of(slice, &pairs, |pair| pair.1));
    let mut threads: Vec<Beside> =
        (0..rayon::current_num_threads()).map(|_| Beside::new(&asked, &changes.0, &changes.1)).collect();
    for stride in pairs.chunks(STRIDE) {
        watch.tell(all.events, shown.len() as u64).ok_or(Stop::CalledOff)?;
        let store = capture.store();
        let each = stride.len().div_ceil(threads.len()).max(LEAST);
        let parts = threads.par_iter_mut().zip(stride.par_chunks(each));
        let found: Vec<Comparison> = parts.map(|(beside, pairs)| beside.compare(&store, slice, pairs)).collect();
        for part in found {
            all.add(part);
        }
    }
    Ok(all)
}

/// Numbers of the events that a capture shows.
pub(super) fn shown_in(store: &Store) -> Vec<u32> {
    let hiding = store.hiding();
    let numbered = store.chunks.iter().flat_map(|chunk| {
        let flags = chunk.flags().iter().enumerate();
        flags.filter(move |(_, flags)| **flags & hiding == 0).map(|(at, _)| chunk.number(at))
    });
    numbered.collect()
}

impl Comparison {
    fn add(&mut self, other: Comparison) {
        self.events += other.events;
        self.equal += other.equal;
        self.same_names += other.same_names;
        self.lost += other.lost;
        self.changed += other.changed;
        self.left_out += other.left_out;
        let room = TOLD.saturating_sub(self.differences.len());
        self.differences.extend(other.differences.into_iter().take(room));
    }
}

/// Says where marked events are in a slice, and which each is of those that are alike there.
fn place(slice: &Store, pairs: &[(u32, u32)], marks: &mut [Mark]) {
    for mark in &mut *marks {
        let at = pairs.partition_point(|(n, _)| *n < mark.event);
        mark.copy = pairs.get(at).filter(|(n, _)| *n == mark.event).map_or(0, |(_, copy)| *copy);
    }
    let mut placed: Vec<&mut Mark> = Vec::new();
    let mut keys = Vec::new();
    for mark in marks {
        if let Some((key, _)) = event_key(slice, mark.copy) {
            placed.push(mark);
            keys.push(key);
        }
    }
    for (at, n) in find_keys(slice, &keys, 1, slice.events) {
        if let Some(mark) = placed.get_mut(at).filter(|mark| n < mark.copy) {
            mark.nth += 1;
        }
    }
}
