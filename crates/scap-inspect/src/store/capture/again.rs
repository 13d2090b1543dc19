//! Opening a capture again by its index, and writing that.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use scap_format::reader::{Note, NoteKind};
use scap_format::source::{open, Compression, Input, OpenOptions, RawBytes};

use super::{empty_store, read_all, tell, Capture, InputFacts, OpenFlags, Shared};
use crate::index::{self, Found, Key};
use crate::store::Store;

/// A file that is read once and whole, and what it was when that began.
pub(super) struct Origin {
    path: PathBuf,
    metadata: Metadata,
}

impl Origin {
    pub(super) fn of(inputs: &[Input], flags: OpenFlags) -> Option<Self> {
        let [Input::File(path)] = inputs else { return None };
        if flags.follow || flags.keep.is_some() {
            return None;
        }
        let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
        Some(Origin { path: path.clone(), metadata })
    }

    /// The key of the file, if it is still what it was.
    fn key(&self) -> io::Result<Option<Key>> {
        let file = File::open(&self.path)?;
        let now = file.metadata()?;
        let same = now.len() == self.metadata.len() && now.modified()? == self.metadata.modified()?;
        if same {
            Key::of(&file)
        } else {
            Ok(None)
        }
    }
}

impl Capture {
    /// Opens a file by the index of it in this folder; `None` when there is none, it is then to be opened as any other. When
    /// the index turns out to be of no use, the file is read.
    pub fn open_again(path: &Path, folder: &Path) -> Option<Self> {
        let origin = Origin::of(&[Input::File(path.to_path_buf())], OpenFlags::default())?;
        let found = Found::of(path, folder)?;
        let mut store = Store::new();
        store.inputs.push(InputFacts {
            name: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            size: Some(found.size),
            compression: found.compression().to_owned(),
            comments: Vec::new(),
        });
        let shared = Shared { origin: Some(origin), ..Shared::new(store, Some(found.size)) };
        Some(Capture::begin(shared, |shared| load_or_read(found, shared)))
    }

    /// Writes an index of the capture into a folder; how many bytes it has. `None` for what gets none: what has not been
    /// read whole, is no single file that is plain or packed with gzip, was changed meanwhile, or was opened by an index.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_index(&self, folder: &Path) -> io::Result<Option<u64>> {
        let Some(origin) = self.shared.origin.as_ref().filter(|_| self.shared.whole.load(Ordering::Relaxed)) else {
            return Ok(None);
        };
        let store = self.store();
        // Of other packings all bytes would have to be in the index.
        let packings = [Compression::None, Compression::Gzip].map(|packing| packing.to_string());
        let fits = store.inputs.iter().all(|input| packings.contains(&input.compression));
        // What could not be read once may be read the next time.
        let readable = store.notes.iter().all(|note| note.kind != NoteKind::Unreadable);
        let places = store.raw.first().filter(|_| fits && readable).and_then(RawBytes::places);
        match places.zip(origin.key()?) {
            Some((places, key)) => {
                let path = std::path::absolute(&origin.path).unwrap_or_else(|_| origin.path.clone());
                index::write(&store, key, &places, path.as_os_str().as_bytes().to_vec(), folder).map(Some)
            }
            None => Ok(None),
        }
    }
}

fn load_or_read(found: Found, shared: &Shared) {
    let size = found.size;
    if let Some((mut store, comments)) = found.load() {
        let mut before = shared.store.write();
        store.inputs = std::mem::take(&mut before.inputs);
        store.inputs.iter_mut().for_each(|input| input.comments.clone_from(&comments));
        *before = store;
        drop(before);
        tell(shared, size, true);
        return;
    }
    let path = shared.origin.as_ref().map(|origin| origin.path.clone()).unwrap_or_default();
    match open(Input::File(path), OpenOptions::default()) {
        Ok(opened) => {
            let opened = vec![opened];
            *shared.store.write() = empty_store(&opened);
            read_all(opened, shared);
        }
        Err(error) => {
            let note = Note { kind: NoteKind::Unreadable, offset: 0, text: error.to_string() };
            shared.store.write().notes.push(note);
            tell(shared, 0, true);
        }
    }
}
