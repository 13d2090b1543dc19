//! What a slice is made of, section by section.

use std::net::IpAddr;

use rustc_hash::FxHashSet;

use super::events::{hidden, Hidden};
use super::threads::{versions, Needed, Search};
use super::Settings;
use crate::containers::ContainerInfo;
use crate::intern::StrId;
use crate::store::bytes::Windows;
use crate::store::Store;

/// The events of one section, and what they need.
#[derive(Debug)]
pub(super) struct Part {
    /// The lists at the head are as of this event.
    pub(super) as_of: u32,
    /// Time of the first event shown, ns.
    pub(super) ts: u64,
    /// The events shown, ascending, at least one.
    pub(super) shown: Vec<u32>,
    pub(super) hidden: Hidden,
    pub(super) needed: Needed,
    /// Containers whose metadata is needed, each once.
    pub(super) containers: Vec<StrId>,
}

impl Part {
    /// The first event shown.
    pub(super) fn first(&self) -> u32 {
        self.shown.first().copied().unwrap_or(1)
    }

    /// The last event shown.
    pub(super) fn last(&self) -> u32 {
        self.shown.last().copied().unwrap_or(1)
    }

    /// All events from the first one shown on, in order, with whether they are shown.
    pub(super) fn events(&self) -> Vec<(u32, bool)> {
        let shown = self.shown.iter().map(|n| (*n, true));
        let mut all: Vec<(u32, bool)> = shown.chain(self.hidden.between.iter().map(|n| (*n, false))).collect();
        all.sort_unstable();
        all
    }
}

/// Plans a slice that shows these events, ascending.
pub(super) fn plan(store: &Store, shown: &[u32], settings: &Settings) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = shown;
    let starts: Vec<u32> = store.state.sections.iter().map(|section| section.first.max(1)).collect();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(u32::MAX);
        let (own, behind) = rest.split_at(rest.partition_point(|n| *n < end));
        rest = behind;
        if !own.is_empty() {
            parts.push(part(store, own, *start, settings));
        }
    }
    parts
}

fn part(store: &Store, shown: &[u32], start: u32, settings: &Settings) -> Part {
    let first = shown.first().copied().unwrap_or(start);
    let last = shown.last().copied().unwrap_or(first);
    // The lists of a section are known with its first event.
    let as_of = first.saturating_sub(1).max(start);
    let mut windows = Windows::default();
    let mut search = Search::new(store, as_of, last);
    for &n in shown {
        search.event(n, !settings.scrub, &mut windows);
    }
    let mut needed = search.finish();
    let mut containers = FxHashSet::default();
    for thread in needed.threads.keys() {
        let life = store.state.threads.get(*thread);
        for (_, version) in versions(store, life, as_of, last) {
            needed.ids.extend([version.uid, version.gid, version.loginuid]);
            if needed.is_full(*thread) && !version.container.is_empty() {
                containers.insert(version.container);
            }
        }
    }
    let containers = with_others(store, containers, shown, (as_of, last));
    let hidden = hidden(store, &needed, shown, &containers, start);
    let ts = store.row(first).map_or(0, |row| row.ts);
    Part { as_of, ts, shown: shown.to_vec(), hidden, needed, containers }
}

/// With the containers that tell something about these: the sandbox of a pod, and those whose addresses are seen.
fn with_others(store: &Store, mut own: FxHashSet<StrId>, shown: &[u32], (from, to): (u32, u32)) -> Vec<StrId> {
    let state = &store.state;
    let known = |id: StrId| [from, to].into_iter().filter_map(move |n| state.containers.info(id, n));
    let sandboxes: Vec<StrId> = own
        .iter()
        .flat_map(|id| known(*id))
        .filter_map(ContainerInfo::sandbox_short_id)
        .filter_map(|id| state.strings.find(id.as_bytes()))
        .collect();
    if !own.is_empty() {
        let records: FxHashSet<u32> = shown.iter().filter_map(|n| store.row(*n)).map(|row| row.fd.0).collect();
        let ends = records.into_iter().filter_map(|fd| state.fds.get(crate::state::fds::FdId(fd)).ends);
        let addresses: FxHashSet<IpAddr> = ends.flat_map(|ends| [ends.source.0, ends.dest.0]).collect();
        let seen = |ip: &str| ip.parse().is_ok_and(|ip| addresses.contains(&ip));
        let others = state.containers.ids().filter(|id| known(*id).any(|info| info.ip.as_deref().is_some_and(seen)));
        own.extend(others);
    }
    own.extend(sandboxes);
    let mut all: Vec<StrId> = own.into_iter().collect();
    all.sort_unstable();
    all
}
