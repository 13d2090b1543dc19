//! Everything about one event.

use super::{Call, Windows};
use crate::clock::Zone;
use crate::fields::{EventAt, FieldRef};
use crate::print::{write_cell, TimeStyle};
use crate::render::{self, Style};
use crate::state::fds::bits;
use crate::store::Store;
use crate::tree::ended;

/// One open descriptor as of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Its number.
    pub number: i64,
    /// `fd.type`.
    pub kind: &'static str,
    /// `fd.name`.
    pub name: Vec<u8>,
    /// Opened before the capture began.
    pub inherited: bool,
}

/// The main thread of an ancestor process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestor {
    /// Process id.
    pub pid: i64,
    /// Short name.
    pub name: Vec<u8>,
    /// Name and arguments.
    pub cmdline: Vec<u8>,
    /// How it ends later, empty when it does not.
    pub ended: String,
}

/// Answers about one event of a store.
pub struct Detail<'a> {
    event: EventAt<'a>,
}

impl<'a> Detail<'a> {
    /// Of the event with this number.
    pub fn new(store: &'a Store, n: u32, windows: &'a mut Windows, zone: &'a Zone) -> Option<Self> {
        windows.event(store, n, zone).map(|event| Detail { event })
    }

    /// The row it makes in the list.
    pub fn call(&self) -> Call {
        Call::of(&self.event)
    }

    /// One field as it prints.
    pub fn text(&self, field: &FieldRef) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        write_cell(&mut out, &self.event, field, TimeStyle::Clock, Style::WHOLE).then_some(out)
    }

    /// Parameters: name, type, text with what it means.
    pub fn arguments(&self) -> Vec<(&'static str, String, Vec<u8>)> {
        let Some((info, params)) = self.event.spoken() else { return Vec::new() };
        let text = |at: usize| {
            let param = info.params.get(at)?;
            let bytes = params.get(at)?;
            let mut out = Vec::new();
            render::raw_text(&mut out, param, bytes, &self.event, Style::WHOLE);
            let open = out.len();
            out.extend_from_slice(b" (");
            render::resolved_text(&mut out, param, bytes, &params, &self.event);
            if out.len() == open + 2 {
                out.truncate(open);
            } else {
                out.push(b')');
            }
            Some((param.name, format!("{:?}", param.ty).to_lowercase(), out))
        };
        (0..params.len()).filter_map(text).collect()
    }

    /// Captured bytes and how many the call moved.
    pub fn payload(&self) -> Option<(Vec<u8>, Option<i64>)> {
        let data = self.event.event?.params.get(self.event.info.param("data")?)?;
        Some((data.to_vec(), self.event.result().filter(|result| *result >= 0)))
    }

    /// Descriptors its process has open.
    pub fn descriptors(&self) -> Vec<Descriptor> {
        let state = &self.event.store.state;
        let Some(main) = self.event.main() else { return Vec::new() };
        let n = self.event.n;
        let Some(table) = state.threads.get(main.instance).table_at(n) else { return Vec::new() };
        let descriptor = |(number, record)| {
            let record = state.fds.get(record);
            let (kind, name) = state.look(record);
            let inherited = record.is(bits::INHERITED | bits::REPLACED);
            Descriptor { number, kind, name: name.to_vec(), inherited }
        };
        state.tables.open_at(table, n).into_iter().map(descriptor).collect()
    }

    /// Its ancestors, the parent first; without a name the last one, when it is in no table.
    pub fn lineage(&self) -> Vec<Ancestor> {
        let store = self.event.store;
        let ancestor = |version: &'a crate::state::threads::ThreadVersion| Ancestor {
            pid: version.pid,
            name: store.state.strings.get(version.comm).to_vec(),
            cmdline: self.event.command_line(version).as_text().unwrap_or_default().to_vec(),
            ended: ended(store, version.instance, store.events),
        };
        let known: Vec<_> = self.event.ancestors().collect();
        // The chain ends at a parent that is in no table: of it the id is known.
        let oldest = known.last().copied().or(self.event.main());
        let unknown =
            oldest.map(|version| version.ptid).filter(|pid| *pid > 0 && self.event.thread_by_tid(*pid).is_none());
        let nameless = |pid| Ancestor { pid, name: Vec::new(), cmdline: Vec::new(), ended: String::new() };
        known.into_iter().map(ancestor).chain(unknown.map(nameless)).collect()
    }

    /// Names of its process so far, with the time from which it had each.
    pub fn names(&self) -> Vec<(u64, Vec<u8>)> {
        let store = self.event.store;
        let Some(main) = self.event.main() else { return Vec::new() };
        let thread = store.state.threads.get(main.instance);
        let mut names: Vec<(u64, Vec<u8>)> = Vec::new();
        for (since, version) in thread.versions.iter().take_while(|(since, _)| *since <= self.event.n) {
            let name = store.state.strings.get(store.state.threads.version(*version).comm);
            if names.last().is_none_or(|last| last.1 != name) {
                names.push((store.row(*since).map_or(0, |row| row.ts), name.to_vec()));
            }
        }
        names
    }

    /// The comment attached to it.
    pub fn comment(&self) -> Option<Vec<u8>> {
        self.event.event?.comment().map(<[u8]>::to_vec)
    }
}
