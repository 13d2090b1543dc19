//! A capture that is opened by its index answers as one that was read; an index that is damaged is not used.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use proptest::prelude::*;
use scap_format::source::Input;

use super::facts;
use super::stored::bytes_of;
use crate::store::bytes::Windows;
use crate::store::{Capture, OpenFlags};
use crate::summary::{facts as told_facts, summary};
use crate::tree::process_tree;

/// The capture that comes with the program.
const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/scaptui/demo/crashloop.scap.gz");

fn read(inputs: &[&Path]) -> Capture {
    let inputs = inputs.iter().map(|path| Input::File(path.to_path_buf())).collect();
    let capture = Capture::open(inputs, OpenFlags::default()).expect("opens");
    wait(&capture);
    capture
}

fn wait(capture: &Capture) {
    while !capture.wait(Duration::from_secs(1)).done {}
}

/// The bundled capture, unpacked.
fn unpacked() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let mut bytes = Vec::new();
        let capture = read(&[Path::new(BUNDLED)]);
        capture.store().raw[0].append(0, usize::MAX / 2, &mut bytes).expect("read");
        bytes
    })
}

/// A folder with a capture and one with indexes in it, which goes with this.
struct Place(PathBuf);

impl Place {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = std::env::temp_dir().join(format!("scaptui-index-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("index")).expect("made");
        fs::write(folder.join("a.scap"), bytes).expect("written");
        Place(folder)
    }

    fn capture(&self) -> PathBuf {
        self.0.join("a.scap")
    }

    fn indexes(&self) -> PathBuf {
        self.0.join("index")
    }

    /// Writes the index; where it is.
    fn write(&self) -> PathBuf {
        let capture = read(&[&self.capture()]);
        let bytes = capture.write_index(&self.indexes()).expect("written").expect("an index");
        let path = self.names().pop().expect("one");
        assert_eq!(fs::metadata(&path).expect("there").len(), bytes);
        path
    }

    fn names(&self) -> Vec<PathBuf> {
        fs::read_dir(self.indexes()).expect("listed").map(|entry| entry.expect("one").path()).collect()
    }

    /// By its index if there is one of use.
    fn again(&self) -> Option<Capture> {
        let again = Capture::open_again(&self.capture(), &self.indexes())?;
        wait(&again);
        Some(again)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything of two captures is the same.
fn assert_same(one: &Capture, other: &Capture) {
    assert_eq!(one.progress(), other.progress());
    let (one, other) = (one.store(), other.store());
    assert!(bytes_of(&*one) == bytes_of(&*other), "states differ");
    let (mut windows, mut others) = (Windows::default(), Windows::default());
    for n in 1..=one.events {
        let row = one.row(n).expect("a row");
        assert_eq!(Some(row), other.row(n));
        let ((chunk, at), (same, there)) = (one.place(n).expect("a place"), other.place(n).expect("a place"));
        let event = windows.event(&one, &one.chunks[chunk], at).expect("an event");
        let again = others.event(&other, &other.chunks[same], there).expect("an event");
        assert_eq!((event.ts, event.tid, event.params.parts()), (again.ts, again.tid, again.params.parts()));
    }
    assert_eq!(told_facts(&one), told_facts(&other));
    assert_eq!(summary(&one, None, false), summary(&other, None, false));
    assert_eq!(one.span(), other.span());
    for at in [Some(1), Some(one.events / 3), Some(one.events / 2), None] {
        let rows = |store| process_tree(store, None, at).iter().map(|row| format!("{row:?}")).collect::<Vec<_>>();
        assert_eq!(rows(&one), rows(&other));
    }
}

#[test]
fn a_capture_opened_again_is_the_one_that_was_read() {
    // One that ends inside a block has a note.
    for (name, length) in [("whole", unpacked().len()), ("cut", unpacked().len() / 2 + 3)] {
        let place = Place::new(name, &unpacked()[..length]);
        let index = place.write();
        let told = facts(&index).expect("read").expect("of use");
        let was_read = read(&[&place.capture()]);
        assert_eq!(
            (told.path, told.shown),
            (place.capture().into_os_string().into_encoded_bytes(), was_read.progress().shown)
        );
        assert_same(&place.again().expect("an index"), &was_read);
        assert_eq!(place.names(), [index]);
        // What came from an index is not written again.
        assert_eq!(place.again().expect("an index").write_index(&place.indexes()).expect("asked"), None);
    }
}

#[test]
fn a_packed_capture_opened_again_is_the_one_that_was_read() {
    let place = Place::new("packed", &fs::read(BUNDLED).expect("read"));
    place.write();
    assert_same(&place.again().expect("an index"), &read(&[&place.capture()]));
    // Cut short, it has a note and cannot be indexed: more may come of it.
    let bytes = fs::read(BUNDLED).expect("read");
    fs::write(place.capture(), &bytes[..bytes.len() / 2]).expect("written");
    let cut = read(&[&place.capture()]);
    if cut.write_index(&place.indexes()).expect("asked").is_some() {
        assert_same(&place.again().expect("an index"), &cut);
    }
}

#[test]
fn a_capture_without_events_has_an_index() {
    let place = Place::new("empty", &unpacked()[..unpacked().len()]);
    let first = place.write();
    fs::remove_file(first).expect("removed");
    // The first block alone.
    let length = u32::from_le_bytes(unpacked()[4..8].try_into().expect("four"));
    fs::write(place.capture(), &unpacked()[..length as usize]).expect("written");
    place.write();
    assert_same(&place.again().expect("an index"), &read(&[&place.capture()]));
}

#[test]
fn only_one_file_that_was_read_whole_has_an_index() {
    let place = Place::new("which", unpacked());
    let path = place.capture();
    let two = read(&[&path, &path]);
    assert_eq!(two.write_index(&place.indexes()).expect("asked"), None);
    let stopped = Capture::open(vec![Input::File(path.clone())], OpenFlags::default()).expect("opens");
    stopped.stop();
    let before = stopped.progress();
    if !before.done {
        wait(&stopped);
        if stopped.progress().bytes_read < unpacked().len() as u64 {
            assert_eq!(stopped.write_index(&place.indexes()).expect("asked"), None);
        }
    }
    let kept = Capture::open(vec![Input::File(path)], OpenFlags { follow: false, keep: Some(1 << 30) }).expect("opens");
    wait(&kept);
    assert_eq!(kept.write_index(&place.indexes()).expect("asked"), None);
    assert!(place.names().is_empty());
}

#[test]
fn one_that_cannot_be_written_leaves_nothing() {
    let place = Place::new("nowhere", unpacked());
    let capture = read(&[&place.capture()]);
    assert!(capture.write_index(&place.0.join("nowhere")).is_err());
    // A folder has the name that the index would have.
    let name = place.write();
    fs::remove_file(&name).expect("removed");
    fs::create_dir(&name).expect("made");
    assert!(capture.write_index(&place.indexes()).is_err());
    assert_eq!(place.names(), [name]);
}

#[test]
fn a_capture_that_was_changed_is_read() {
    let place = Place::new("changed", unpacked());
    let index = place.write();
    let file = File::options().write(true).open(place.capture()).expect("opened");
    let time = file.metadata().expect("there").modified().expect("a time");
    // An event's type, with size and time as they were: of an event that is looked at, in no part that is hashed.
    let changed = {
        let capture = read(&[&place.capture()]);
        let store = capture.store();
        let middle = 1 + (store.events - 1) * 31 / 63;
        store.row(middle).expect("a row").offset + 16
    };
    file.write_all_at(&[0xff], changed).expect("written");
    file.set_modified(time).expect("set");
    if let Some(again) = place.again() {
        assert_same(&again, &read(&[&place.capture()]));
    }
    assert!(!index.exists() || place.again().is_none());
    // Another time is another capture.
    place.write();
    file.set_modified(time + Duration::from_nanos(1)).expect("set");
    assert!(place.again().is_none());
}

#[test]
fn what_vanishes_under_an_open_capture_is_told() {
    let place = Place::new("vanished", unpacked());
    let index = place.write();
    let again = place.again().expect("an index");
    fs::write(&index, b"").expect("written");
    assert!(again.store().row(1).is_none());
    assert!(again.store().told().iter().any(|note| note.text.contains("open it again")));
    assert!(place.again().is_none());
    assert!(!index.exists());
}

/// A place with an index of a part of the bundled capture, the index, and what reading that part finds.
fn damaged(name: &str) -> (Place, PathBuf, Vec<u8>, Capture) {
    let place = Place::new(name, &unpacked()[..unpacked().len().min(400_000)]);
    let index = place.write();
    let bytes = fs::read(&index).expect("read");
    let capture = read(&[&place.capture()]);
    (place, index, bytes, capture)
}

#[test]
fn a_damaged_index_is_not_used() {
    let (place, index, bytes, capture) = damaged("damaged");
    let check = |bytes: &[u8], what: &str| {
        fs::write(&index, bytes).expect("written");
        let again = place.again();
        if let Some(again) = &again {
            assert!(bytes_of(&*again.store()) == bytes_of(&*capture.store()), "{what}");
        }
        assert!(!index.exists(), "{what} was used");
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    let strategy = (any::<prop::sample::Index>(), 1..=255u8, 0..3u8);
    runner
        .run(&strategy, |(at, flip, what)| {
            let at = at.index(bytes.len());
            let mut damaged = bytes.clone();
            match what {
                0 => damaged[at] ^= flip,
                1 => damaged.truncate(at),
                _ => damaged.extend_from_slice(&bytes[..=at.min(100)]),
            }
            check(&damaged, &format!("{at} {flip} {what}"));
            Ok(())
        })
        .expect("no damage is used");
    for at in 0..100 {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        check(&damaged, &format!("byte {at} of the head"));
    }
}

#[test]
fn no_run_of_bytes_is_taken_for_more_than_it_is() {
    let capture = read(&[Path::new(BUNDLED)]);
    let bytes = bytes_of(&*capture.store());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    runner
        .run(&(any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), |(at, byte, cut)| {
            let mut damaged = bytes.clone();
            let at = at.index(damaged.len());
            damaged[at] = byte;
            if cut {
                damaged.truncate(at);
            }
            let mut from = super::stored::Source::new(&damaged);
            let store = <crate::store::Store as super::stored::Stored>::take(&mut from);
            if let Some(store) = store.filter(|store| store.is_sound() && store.state.is_sound(&from.highest)) {
                // Whatever it is: asking it comes to an end.
                told_facts(&store);
                process_tree(&store, None, None);
            }
            Ok(())
        })
        .expect("nothing panics");
}
