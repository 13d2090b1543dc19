//! A slice with a byte that is another one is told from a whole one, in every field that byte is part of.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use rustc_hash::FxHashSet;
use scap_format::event::EventRef;
use scap_format::packing::Packing;
use scap_format::source::Input;

use super::asked::{Asked, Found, Made};
use super::beside::event_at;
use super::compare::{compare_with, shown_in, Comparison, TOLD};
use super::job::Watch;
use super::write::Stop;
use super::{Around, Job, Output, Settings, Stage};
use crate::fields::Field;
use crate::query::plan::Filter;
use crate::store::bytes::Windows;
use crate::store::{Capture, OpenFlags};

/// The capture that comes with the program.
const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/scaptui/demo/crashloop.scap.gz");

fn settings(first: u32, last: u32) -> Settings {
    Settings {
        filter: Filter::all(),
        from: Some(first),
        to: Some(last),
        times: None,
        around: Around::Nothing,
        scrub: false,
        redact: None,
        without_payload: false,
        compat: false,
        marks: Vec::new(),
    }
}

fn open(path: &Path) -> Option<Arc<Capture>> {
    let capture = Capture::open(vec![Input::File(path.to_path_buf())], OpenFlags::default()).ok()?;
    while !capture.wait(Duration::from_secs(1)).done {}
    Some(Arc::new(capture))
}

/// A slice in a folder of its own, which goes with it.
struct Cut {
    capture: Arc<Capture>,
    settings: Settings,
    path: PathBuf,
    bytes: Vec<u8>,
    told: Comparison,
    shown: Vec<u32>,
}

impl Cut {
    fn of(capture: &Arc<Capture>, settings: Settings, name: &str) -> Cut {
        let path = std::env::temp_dir().join(format!("scaptui-{}-{name}.scap", std::process::id()));
        let output = Output { path: path.clone(), packing: Packing::None, replaces: true };
        let job = Job::begin(Arc::clone(capture), settings.clone(), Some(output)).unwrap();
        while !matches!(job.progress().stage, Stage::Done | Stage::Failed) {
            std::thread::yield_now();
        }
        let told = job.take_result().unwrap().unwrap().comparison.unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let shown = super::choose::chosen(capture, &settings, &Watch::default()).unwrap();
        Cut { capture: Arc::clone(capture), settings, path, bytes, told, shown }
    }

    /// What is found when the file holds something else; `None` where it is no capture any more.
    fn with(&self, bytes: &[u8]) -> Option<(Comparison, Comparison)> {
        std::fs::write(&self.path, bytes).unwrap();
        let copy = open(&self.path)?;
        let (slice, watch) = (copy.store(), Watch::default());
        let quick = match compare_with(&self.capture, &self.shown, &slice, &self.settings, &watch, &mut []) {
            Ok(comparison) => comparison,
            Err(Stop::CalledOff | Stop::Failed(_)) => return None,
        };
        // Every field of every event is asked for, whatever is the same.
        let (asked, store) = (Asked::new(&self.settings), self.capture.store());
        let mut thorough = Comparison { surplus: quick.surplus, ..Comparison::default() };
        let mut told = Vec::new();
        for (n, copy) in self.shown.iter().copied().zip(shown_in(&slice)) {
            let (mut own, mut other) = (Windows::default(), Windows::default());
            let (Some(before), Some(after)) =
                (event_at(&store, n, &asked.zone, &mut own), event_at(&slice, copy, &asked.zone, &mut other))
            else {
                continue;
            };
            let mut found = Found::default();
            for made in Made::ALL {
                found.and(asked.agree(made, &before, &after, &mut told));
            }
            found.count(&mut thorough);
        }
        thorough.differences = told;
        Some((quick, thorough))
    }

    /// Fields that differ when each place where this stands holds that.
    fn changed(&self, text: &[u8], other: &[u8]) -> FxHashSet<String> {
        assert_eq!(text.len(), other.len());
        let mut bytes = self.bytes.clone();
        let places: Vec<usize> =
            (0..bytes.len().saturating_sub(text.len())).filter(|at| bytes[*at..].starts_with(text)).collect();
        assert!(!places.is_empty(), "{:?} is not in the slice", String::from_utf8_lossy(text));
        for at in places {
            bytes[at..at + text.len()].copy_from_slice(other);
        }
        let (quick, thorough) = self.with(&bytes).unwrap();
        assert_same(&quick, &thorough);
        assert!(quick.equal < quick.events);
        quick.differences.into_iter().map(|difference| difference.field).collect()
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn assert_same(quick: &Comparison, thorough: &Comparison) {
    let facts = |of: &Comparison| (of.events, of.equal, of.left_out, of.same_names, of.lost, of.changed, of.surplus);
    assert_eq!(facts(quick), facts(thorough), "{:?} beside {:?}", quick.differences, thorough.differences);
    if quick.differences.len() >= TOLD {
        // Which of them are told is another matter: they are asked for in another order.
        return;
    }
    let fields = |of: &Comparison| -> FxHashSet<(u32, String)> {
        of.differences.iter().map(|difference| (difference.event, difference.field.clone())).collect()
    };
    assert_eq!(fields(quick), fields(thorough));
}

/// The first event for which something holds, with what it gave.
fn first_of<T>(capture: &Capture, what: impl Fn(&crate::fields::EventAt<'_>, &EventRef<'_>) -> Option<T>) -> (u32, T) {
    let (store, zone) = (capture.store(), crate::clock::Zone::utc());
    let found = (1..=store.events).find_map(|n| {
        let mut windows = Windows::default();
        let event = event_at(&store, n, &zone, &mut windows)?;
        Some((n, what(&event, event.event.as_ref()?)?))
    });
    found.unwrap()
}

fn text(event: &crate::fields::EventAt<'_>, field: Field) -> Option<Vec<u8>> {
    event.value(field, None)?.as_text().map(<[u8]>::to_vec)
}

/// The same with its last letter another one.
fn other(text: &[u8]) -> Vec<u8> {
    let mut other = text.to_vec();
    if let Some(last) = other.iter_mut().rfind(|byte| byte.is_ascii_alphanumeric()) {
        *last = if *last == b'x' { b'y' } else { b'x' };
    }
    other
}

fn around(capture: &Arc<Capture>, n: u32, name: &str) -> Cut {
    Cut::of(capture, settings(n.saturating_sub(3), n + 40), name)
}

#[test]
fn a_whole_slice_has_every_field() {
    let capture = open(Path::new(BUNDLED)).unwrap();
    let cut = Cut::of(&capture, settings(1, u32::MAX), "whole");
    let (quick, thorough) = cut.with(&cut.bytes).unwrap();
    assert_same(&quick, &thorough);
    assert_eq!(quick, cut.told);
    assert_eq!((quick.equal, quick.surplus), (quick.events, 0));
    assert!(quick.events > 1000);
}

#[test]
fn a_wrong_name_is_found() {
    let capture = open(Path::new(BUNDLED)).unwrap();
    let (n, name) = first_of(&capture, |event, _| text(event, Field::ProcName).filter(|name| name.len() > 4));
    assert!(around(&capture, n, "name").changed(&name, &other(&name)).contains("proc.name"));
}

#[test]
fn a_wrong_ancestor_is_found() {
    let capture = open(Path::new(BUNDLED)).unwrap();
    let (n, name) = first_of(&capture, |event, _| {
        let own = text(event, Field::ProcName)?;
        text(event, Field::ProcPname).filter(|name| name.len() > 4 && *name != own)
    });
    let fields = around(&capture, n, "ancestor").changed(&name, &other(&name));
    assert!(fields.contains("proc.pname") && fields.contains("proc.aname"), "{fields:?}");
}

#[test]
fn a_wrong_environment_and_a_wrong_directory_are_found() {
    let capture = open(Path::new(BUNDLED)).unwrap();
    let (n, variable) = first_of(&capture, |event, _| {
        let all = text(event, Field::ProcEnv)?;
        all.split(|byte| *byte == b' ').find(|one| one.len() > 8).map(<[u8]>::to_vec)
    });
    assert!(around(&capture, n, "environment").changed(&variable, &other(&variable)).contains("proc.env"));
    // As a list of processes holds the root directory: its length, then the text.
    assert!(around(&capture, n, "directory").changed(b"\x01\0/", b"\x01\0!").contains("proc.cwd"));
}

#[test]
fn a_changed_byte_of_payload_is_found() {
    let capture = open(Path::new(BUNDLED)).unwrap();
    let (n, data) = first_of(&capture, |event, _| {
        let data = event.value(Field::EvtBuffer, None)?.to_text()?.into_owned();
        (data.len() > 12 && data.iter().any(u8::is_ascii_alphanumeric)).then_some(data)
    });
    let fields = around(&capture, n, "payload").changed(&data, &other(&data));
    assert!(fields.contains("evt.buffer") && fields.contains("evt.args"), "{fields:?}");
}

#[test]
fn a_wrong_time_is_found() {
    let capture = open(Path::new(BUNDLED)).unwrap();
    let (n, ts) = first_of(&capture, |event, _| (event.n > 500).then_some(event.row.ts));
    let fields = around(&capture, n, "time").changed(&ts.to_le_bytes(), &(ts + 1).to_le_bytes());
    assert!(fields.contains("evt.rawtime") && fields.contains("evt.time"), "{fields:?}");
}

#[test]
fn a_lost_descriptor_is_found() {
    let capture = open(Path::new(BUNDLED)).unwrap();
    // Of a file that is opened the name goes with the event: it is read in the next ones.
    let (n, name) = first_of(&capture, |event, bytes| {
        let is_opened = event.info.name.starts_with("openat") && bytes.params.int(0).is_some_and(|fd| fd > 2);
        text(event, Field::FdName).filter(|name| is_opened && name.len() > 6)
    });
    let cut = around(&capture, n, "descriptor");
    let fields = cut.changed(&name, &other(&name));
    assert!(fields.contains("fd.name") && fields.contains("evt.args"), "{fields:?}");
    // The list of descriptors at the head becomes one that no reader knows.
    let mut bytes = cut.bytes.clone();
    let lists: Vec<usize> =
        blocks(&bytes).into_iter().filter(|(_, kind)| is_fd_list(*kind)).map(|(at, _)| at).collect();
    assert!(!lists.is_empty());
    for at in lists {
        bytes[at..at + 4].copy_from_slice(&0x7fff_u32.to_le_bytes());
    }
    let (quick, thorough) = cut.with(&bytes).unwrap();
    assert_same(&quick, &thorough);
    assert!(quick.equal < quick.events);
}

/// Where each block begins, and its type.
fn blocks(bytes: &[u8]) -> Vec<(usize, u32)> {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map(u32::from_le_bytes);
    let mut found = Vec::new();
    let mut at = 0;
    while let (Some(kind), Some(length)) = (word(at), word(at + 4)) {
        found.push((at, kind));
        at += (length as usize).max(12);
    }
    found
}

/// Lists of descriptors, whatever their version.
fn is_fd_list(kind: u32) -> bool {
    matches!(kind, 0x203 | 0x20c | 0x218)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_byte_changes_is_found_as_when_every_field_is_asked_for(
        from in 1..6000u32,
        length in 1..120u32,
        places in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 1..4),
        redacts in any::<bool>(),
        scrubs in any::<bool>(),
    ) {
        let capture = open(Path::new(BUNDLED)).unwrap();
        let mut wanted = settings(from, from + length);
        wanted.scrub = scrubs;
        wanted.redact = redacts.then(|| super::pattern("e[a-z]").unwrap());
        if super::choose::chosen(&capture, &wanted, &Watch::default()).unwrap().is_empty() {
            return Ok(());
        }
        let cut = Cut::of(&capture, wanted, "byte");
        let mut bytes = cut.bytes.clone();
        for (at, by) in places {
            let at = at.index(bytes.len());
            bytes[at] ^= by;
        }
        if let Some((quick, thorough)) = cut.with(&bytes) {
            assert_same(&quick, &thorough);
        }
    }
}
