//! A slice beside the capture it was taken from: every field of every event.

use std::path::Path;
use std::time::Duration;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use scap_format::source::Input;
use scap_format::tables::event_info;

use super::job::Watch;
use super::redact::Redaction;
use super::write::Stop;
use super::{Mark, Settings};
use crate::clock::Zone;
use crate::fields::{fields, Arg, Argument, EventAt, Field, FieldInfo, Scope};
use crate::store::bytes::Windows;
use crate::store::{Capture, OpenFlags, Store};
use crate::value::Value;
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
const TOLD: usize = 20;
/// Events compared before others may have the store.
const STRIDE: usize = 2048;

/// Fields that number and time events by their neighbours: in a slice these are others.
const BY_PLACE: &[&str] = &[
    "evt.num",
    "evt.reltime",
    "evt.reltime.s",
    "evt.reltime.ns",
    "evt.deltatime",
    "evt.deltatime.s",
    "evt.deltatime.ns",
];
/// Fields that tell of processes besides the event's own.
const OF_OTHERS: &[&str] = &[
    "evt.args",
    "evt.info",
    "evt.arg",
    "proc.aenv",
    "proc.sname",
    "proc.sid.exe",
    "proc.sid.exepath",
    "proc.vpgid.name",
    "proc.vpgid.exe",
    "proc.vpgid.exepath",
    "proc.pgid.name",
    "proc.pgid.exe",
    "proc.pgid.exepath",
];
/// Fields that are the names people look for.
const NAMES: &[Field] = &[Field::ProcName, Field::FdName, Field::ContainerId, Field::ContainerName, Field::UserName];

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
    let hiding = slice.hiding();
    let copies: Vec<u32> =
        (1..=slice.events).filter(|n| slice.row(*n).is_some_and(|row| row.flags & hiding == 0)).collect();
    let mut all = Comparison {
        surplus: i64::try_from(copies.len()).unwrap_or(i64::MAX) - i64::try_from(shown.len()).unwrap_or(i64::MAX),
        ..Comparison::default()
    };
    let pairs: Vec<(u32, u32)> = shown.iter().copied().zip(copies).collect();
    place(&slice, &pairs, marks);
    let asked = Asked { settings, redaction: Redaction::of(settings), zone: Zone::utc(), fields: compared() };
    for stride in pairs.chunks(STRIDE) {
        watch.tell(all.events, shown.len() as u64).ok_or(Stop::CalledOff)?;
        let store = capture.store();
        let some = |pairs: &[(u32, u32)]| asked.compare(&store, &slice, pairs);
        let found: Vec<Comparison> = stride.par_chunks(STRIDE / 8).map(some).collect();
        for part in found {
            all.add(part);
        }
    }
    Ok(all)
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

/// Fields that are compared, by what they depend on.
struct Fields {
    thread: Vec<&'static FieldInfo>,
    descriptor: Vec<&'static FieldInfo>,
    event: Vec<&'static FieldInfo>,
}

/// All that mean something beside each other. Those that want an argument are parts of others, but for the parameters.
fn compared() -> Fields {
    let means_something = |row: &&FieldInfo| {
        let needs =
            matches!(row.argument, Argument::Required(_)) && !matches!(row.field, Field::EvtArg | Field::EvtRawarg);
        !row.is_print_only() && !row.is_filter_only() && !needs && !BY_PLACE.contains(&row.name)
    };
    let of = |wanted: fn(Scope) -> bool| {
        fields().iter().filter(means_something).filter(|row| wanted(row.scope)).collect::<Vec<_>>()
    };
    Fields {
        thread: of(|scope| scope == Scope::Thread),
        descriptor: of(|scope| scope == Scope::Fd),
        event: of(|scope| matches!(scope, Scope::Event | Scope::Type)),
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

struct Asked<'a> {
    settings: &'a Settings,
    redaction: Redaction,
    zone: Zone,
    fields: Fields,
}

/// What differs in one event.
#[derive(Default)]
struct Found {
    differs: bool,
    left_out: bool,
    lost: u64,
    changed: u64,
    told: Vec<Difference>,
}

impl Asked<'_> {
    fn compare(&self, store: &Store, slice: &Store, pairs: &[(u32, u32)]) -> Comparison {
        let mut all = Comparison::default();
        let (mut own, mut other) = (Windows::default(), Windows::default());
        let (mut threads, mut descriptors) = (FxHashSet::default(), FxHashSet::default());
        for &(n, copy) in pairs {
            let (Some(before), Some(after)) =
                (event_at(store, n, &self.zone, &mut own), event_at(slice, copy, &self.zone, &mut other))
            else {
                continue;
            };
            let mut found = Found::default();
            let who = (before.row.context, after.row.context);
            if !threads.contains(&who) && self.agree(&self.fields.thread, &before, &after, &mut found) {
                threads.insert(who);
            }
            let what = (before.row.fd, after.row.fd);
            if !descriptors.contains(&what) && self.agree(&self.fields.descriptor, &before, &after, &mut found) {
                descriptors.insert(what);
            }
            self.agree(&self.fields.event, &before, &after, &mut found);
            all.events += 1;
            all.equal += u64::from(!found.differs && !found.left_out);
            all.left_out += u64::from(!found.differs && found.left_out);
            all.same_names += u64::from(found.lost + found.changed == 0);
            all.lost += found.lost;
            all.changed += found.changed;
            let room = TOLD.saturating_sub(all.differences.len());
            all.differences.extend(found.told.into_iter().take(room));
        }
        all
    }

    fn agree(&self, rows: &[&FieldInfo], before: &EventAt<'_>, after: &EventAt<'_>, found: &mut Found) -> bool {
        let mut agree = true;
        for row in rows {
            if matches!(row.field, Field::EvtArg | Field::EvtRawarg) {
                let count = event_info(before.row.kind.event_type()).map_or(0, |info| info.params.len());
                for at in 0..u32::try_from(count).unwrap_or(0) {
                    agree &= self.field(row, Some(&Arg::Index(at)), before, after, found);
                }
            } else {
                agree &= self.field(row, None, before, after, found);
            }
        }
        agree
    }

    fn field(
        &self,
        row: &FieldInfo,
        arg: Option<&Arg>,
        before: &EventAt<'_>,
        after: &EventAt<'_>,
        found: &mut Found,
    ) -> bool {
        let (old, new) = (before.value(row.field, arg), after.value(row.field, arg));
        if old == new {
            return true;
        }
        if self.is_left_out(row, old.as_ref(), new.as_ref()) {
            found.left_out = true;
            return false;
        }
        found.differs = true;
        if NAMES.contains(&row.field) {
            match (is_known(old.as_ref()), is_known(new.as_ref())) {
                (true, false) => found.lost += 1,
                (_, true) => found.changed += 1,
                (false, false) => {}
            }
        }
        if found.told.len() < TOLD {
            let field = match arg {
                Some(Arg::Index(at)) => format!("{}[{at}]", row.name),
                _ => row.name.to_owned(),
            };
            found.told.push(Difference { event: before.n, field, before: text(old), after: text(new) });
        }
        false
    }

    /// Whether a difference is what was asked for.
    fn is_left_out(&self, row: &FieldInfo, old: Option<&Value<'_>>, new: Option<&Value<'_>>) -> bool {
        if self.settings.scrub && OF_OTHERS.contains(&row.name) {
            return true;
        }
        // What is made of a blanked text may hold more or less than the text blanked afterwards.
        let is_text = |value: Option<&Value<'_>>| value.is_none_or(|v| v.items().iter().all(|v| v.as_text().is_some()));
        if self.settings.without_payload && row.name.starts_with("syslog.") {
            return true;
        }
        self.redaction.is_on() && is_text(old) && is_text(new) && {
            let blank = |value: Option<&Value<'_>>| blanked(&self.redaction, value);
            blank(old) == blank(new) || row.name.starts_with("evt.") || new.is_some_and(|v| holds_blanks(v))
        }
    }
}

fn blanked(redaction: &Redaction, value: Option<&Value<'_>>) -> Vec<Vec<u8>> {
    let items = value.into_iter().flat_map(Value::items);
    items.map(|item| redaction.text(item.as_text().unwrap_or_default()).into_owned()).collect()
}

fn holds_blanks(value: &Value<'_>) -> bool {
    value.items().iter().any(|item| item.as_text().is_some_and(|text| text.contains(&b'*')))
}

/// Whether a name says something.
fn is_known(value: Option<&Value<'_>>) -> bool {
    let text = value.and_then(Value::as_text).unwrap_or_default();
    !text.is_empty() && text != b"<NA>"
}

fn text(value: Option<Value<'_>>) -> Option<Vec<u8>> {
    value.map(|value| match value.to_text() {
        Some(text) => text.into_owned(),
        None => value.items().iter().filter_map(Value::to_text).collect::<Vec<_>>().join(&b' '),
    })
}

fn event_at<'a>(store: &'a Store, n: u32, zone: &'a Zone, windows: &'a mut Windows) -> Option<EventAt<'a>> {
    let (chunk, at) = store.place(n)?;
    let chunk = store.chunks.get(chunk)?;
    Some(EventAt::new(store, n, chunk.row(at)?, zone).read(windows, chunk, at))
}
