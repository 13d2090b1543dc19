//! Opening an index, and the checks that come before it is used.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use scap_format::source::RawBytes;

use super::layout::{read_directory, read_header, Directory};
use super::sample::agrees;
use super::stored::{Source, Stored};
use super::{hash, Key};
use crate::store::{columns_of, Frame, Place, Shelves, Store, Told};

/// An index that seems to be of a capture.
pub(crate) struct Found {
    path: PathBuf,
    file: File,
    directory: Directory,
    capture: File,
    /// Bytes of the capture.
    pub(crate) size: u64,
}

/// What of a store is not in columns.
struct Rest {
    store: Store,
    frames: Vec<(u32, Frame)>,
    comments: Vec<Vec<u8>>,
    raw: RawBytes,
}

impl Found {
    /// How the capture is compressed, in a word.
    pub(crate) fn compression(&self) -> &str {
        &self.directory.compression
    }

    /// The index of a capture in a folder, if there is one that this build wrote. One that is of no use is removed.
    pub(crate) fn of(capture: &Path, folder: &Path) -> Option<Self> {
        let capture = File::open(capture).ok()?;
        let key = Key::of(&capture).ok()??;
        let path = folder.join(key.name());
        let file = File::open(&path).ok()?;
        let length = file.metadata().ok()?.len();
        let header = read_header(&file).filter(|header| header.key == key);
        let Some(directory) = header.and_then(|header| read_directory(&file, &header, length)) else {
            remove(&path);
            return None;
        };
        Some(Found { path, file, directory, capture, size: key.size() })
    }

    /// The store of the capture as it was after reading, with the comments of its sections. An index that is not as it was
    /// written, or does not agree with the capture, is removed.
    pub(crate) fn load(self) -> Option<(Store, Vec<Vec<u8>>)> {
        // When it was used last: the oldest go first.
        let _ = self.file.set_modified(SystemTime::now());
        let Found { path, file, directory, capture, .. } = self;
        let loaded = checked(file, &directory, capture);
        if loaded.is_none() {
            remove(&path);
        }
        loaded
    }
}

fn remove(path: &Path) {
    // Where it cannot be removed it is found out again the next time.
    let _ = fs::remove_file(path);
}

fn checked(file: File, directory: &Directory, capture: File) -> Option<(Store, Vec<Vec<u8>>)> {
    let (rest, told) = rayon::join(
        || rest(&directory.state.read(&file)?, capture).filter(|rest| fit(rest, directory)),
        || directory.chunks.par_iter().map_init(Vec::new, |room, place| whole(&file, place, room)).collect(),
    );
    let (Rest { mut store, frames, comments, raw }, told): (_, Option<Vec<Told>>) = (rest?, told);
    let told = told?.into_iter().fold(Told::default(), Told::and);
    let within = |highest: u32, count: usize| (highest as usize) < count;
    let sound = within(told.context, store.state.context_count())
        && within(told.fd, store.state.fds.len())
        && told.partner <= store.events;
    if !sound {
        return None;
    }
    let shelves = Arc::new(Shelves::new(file));
    store.shelve(frames, &directory.chunks, &shelves);
    store.raw.push(raw);
    agrees(&store, directory.is_packed()).then_some((store, comments))
}

/// All that is not in columns.
fn rest(bytes: &[u8], capture: File) -> Option<Rest> {
    let mut from = Source::new(bytes);
    let (store, frames, comments) = <(Store, Vec<(u32, Frame)>, Vec<Vec<u8>>)>::take(&mut from)?;
    let raw = RawBytes::again(capture, &Vec::take(&mut from)?)?;
    let sound = from.is_empty() && store.is_sound() && store.state.is_sound(&from.highest);
    sound.then_some(Rest { store, frames, comments, raw })
}

/// Whether the frames are those of the chunks, and these hold all events.
fn fit(rest: &Rest, directory: &Directory) -> bool {
    let mut next = 1u32;
    let follows = rest.frames.iter().zip(&directory.chunks).all(|((first, frame), place)| {
        let is_next = *first == next && frame.len() == place.len as usize;
        next = next.saturating_add(place.len);
        is_next
    });
    follows && rest.frames.len() == directory.chunks.len() && next.checked_sub(1) == Some(rest.store.events)
}

/// What the columns of a chunk tell, if they are as they were written.
fn whole(file: &File, place: &Place, room: &mut Vec<u8>) -> Option<Told> {
    let mut told = Told::default();
    let mut start = place.start;
    for (column, hashed) in columns_of(place.len as usize).zip(&place.hashes) {
        room.resize(column.length, 0);
        file.read_exact_at(room, start).ok()?;
        if hash(room) != *hashed {
            return None;
        }
        start += column.length as u64;
        told = told.and(column.told(room));
    }
    Some(told)
}
