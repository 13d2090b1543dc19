//! Self-contained slices: the events somebody wants to keep, with exactly what readers need to know about them.
//!
//! A slice begins with the state as of its first event, of the threads its events are about; what changes that state later
//! stands between its events, flagged so that readers apply it and do not show it. [`Job`] writes one, opens it again and
//! compares every field of every event.

mod asked;
mod beside;
mod choose;
mod compare;
mod events;
mod file;
mod head;
mod job;
mod plan;
mod redact;
mod same;
mod sides;
#[cfg(test)]
mod tests;
mod threads;
mod write;

pub use compare::{Comparison, Difference};
pub use file::Output;
pub use job::{Job, Progress, Stage};

use regex::bytes::Regex;

use crate::query::plan::Filter;

/// What is shown around each event that a filter selects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Around {
    /// Nothing.
    #[default]
    Nothing,
    /// So many events before and after.
    Events(u32),
    /// What happened within so many nanoseconds.
    Time(u64),
}

/// What a slice is to hold.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The events it shows.
    pub filter: Filter,
    /// The first event number that is looked at.
    pub from: Option<u32>,
    /// The last event number that is looked at.
    pub to: Option<u32>,
    /// The first and the last time that is looked at, ns since the epoch.
    pub times: Option<(u64, u64)>,
    /// What else it shows.
    pub around: Around,
    /// No process but those with events and their ancestors, and of ancestors no environment.
    pub scrub: bool,
    /// What is blanked in payload and texts.
    pub redact: Option<Regex>,
    /// All payload of reads and writes is blanked.
    pub without_payload: bool,
    /// Only what sysdig 0.29 can read.
    pub compat: bool,
    /// Events of which is told where they are in the slice.
    pub marks: Vec<u32>,
}

/// An event somebody marked, of those a slice shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its number in the capture.
    pub event: u32,
    /// Its number in the slice; 0 where none was written.
    pub copy: u32,
    /// Which it is in the slice of the events that have its key, from 0.
    pub nth: u32,
}

/// The pattern of what is blanked.
///
/// # Errors
/// One line: why it is none.
pub fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| {
        let told = error.to_string();
        let last = told.lines().last().unwrap_or_default();
        format!("{text:?} is no regular expression: {}", last.trim_start_matches("error: "))
    })
}

/// How much state a slice begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Processes, ancestors included.
    pub processes: usize,
    /// Their descriptors.
    pub descriptors: usize,
    /// Containers with metadata.
    pub containers: usize,
    /// Users.
    pub users: usize,
    /// Network interfaces.
    pub interfaces: usize,
}

impl State {
    fn add(&mut self, other: &State) {
        self.processes += other.processes;
        self.descriptors += other.descriptors;
        self.containers += other.containers;
        self.users += other.users;
        self.interfaces += other.interfaces;
    }
}

/// What became of a slice, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events that are shown.
    pub events: u64,
    /// Events that are there for the state alone.
    pub hidden: u64,
    /// What it begins with.
    pub state: State,
    /// Bytes of the file; 0 when there is none.
    pub bytes: u64,
    /// Bytes before compression; about so many when there is no file.
    pub unpacked: u64,
    /// Those of the marked events that are shown, in the order they were asked for.
    pub marks: Vec<Mark>,
    /// How the file compares with the capture.
    pub comparison: Option<Comparison>,
}
