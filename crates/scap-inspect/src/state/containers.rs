//! Containers of the captured machine: which cgroups mean which, and their metadata as of any event.

use rustc_hash::FxHashMap;
use scap_format::event::EventRef;

use super::threads::{latest, record};
use super::State;
use crate::containers::{id_from_cgroups, Container, ContainerInfo, ContainerRef};
use crate::index::stored::stored;
use crate::intern::{StrId, Strings};

/// The event that told of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Its type.
    pub event_type: u16,
    /// When it happened, ns since the epoch.
    pub ts: u64,
    /// Its parameters.
    pub params: Vec<Box<[u8]>>,
}

impl Source {
    /// What an event tells.
    pub(super) fn of(event: &EventRef<'_>) -> Self {
        Source { event_type: event.event_type, ts: event.ts, params: event.params.iter().map(Into::into).collect() }
    }
}

/// What is known about containers, by shown id.
#[derive(Debug, Default)]
pub struct Containers {
    /// The container each set of control groups belongs to, empty for the host.
    of_cgroups: FxHashMap<StrId, StrId>,
    refs: FxHashMap<StrId, ContainerRef>,
    /// The control groups by which each became known.
    first: FxHashMap<StrId, StrId>,
    infos: Vec<ContainerInfo>,
    /// The event that told of each.
    sources: Vec<Source>,
    history: FxHashMap<StrId, Vec<(u32, Option<usize>)>>,
}

impl Containers {
    /// From an event on a container has this metadata; `None` removes it.
    pub fn set(&mut self, id: StrId, info: Option<(ContainerInfo, Source)>, since: u32) {
        let at = info.map(|(info, source)| {
            self.infos.push(info);
            self.sources.push(source);
            self.infos.len() - 1
        });
        record(self.history.entry(id).or_default(), since, at);
    }

    /// Ends all metadata with an event.
    pub fn clear(&mut self, since: u32) {
        for history in self.history.values_mut() {
            record(history, since, None);
        }
    }

    /// The metadata of a container as of an event.
    pub fn info(&self, id: StrId, event: u32) -> Option<&ContainerInfo> {
        let at = self.history.get(&id).and_then(|h| latest(h, event)).flatten()?;
        self.infos.get(at)
    }

    /// The event that told what is known of a container as of an event.
    pub fn source(&self, id: StrId, event: u32) -> Option<&Source> {
        let at = self.history.get(&id).and_then(|h| latest(h, event)).flatten()?;
        self.sources.get(at)
    }

    /// Numbers of the events from which on something else was known of a container.
    pub fn changes(&self, id: StrId) -> impl Iterator<Item = u32> + '_ {
        self.history.get(&id).into_iter().flatten().map(|(since, _)| *since)
    }

    /// Ids of all containers with metadata.
    pub fn ids(&self) -> impl Iterator<Item = StrId> + '_ {
        self.history.keys().copied()
    }

    /// All that is known about a container as of an event.
    pub fn at<'a>(&'a self, strings: &'a Strings, id: StrId, event: u32) -> Container<'a> {
        let text = std::str::from_utf8(strings.get(id)).unwrap_or_default();
        let found = self.refs.get(&id);
        let info = self.info(id, event);
        let sandbox = info
            .and_then(ContainerInfo::sandbox_short_id)
            .and_then(|short| strings.find(short.as_bytes()))
            .and_then(|short| self.info(short, event));
        Container {
            id: text,
            full_id: found.and_then(|found| found.full_id.as_deref()),
            engine: found.map(|found| found.engine),
            pod_uid: found.and_then(|found| found.pod_uid.as_deref()),
            info,
            sandbox,
        }
    }
}

impl State {
    /// A container is known by these control groups, whatever was seen before.
    pub(super) fn container_known_by(&mut self, cgroups: &[u8]) {
        let Some(found) = id_from_cgroups(cgroups) else { return };
        let (id, cgroups) = (self.strings.intern(found.id.as_bytes()), self.strings.intern(cgroups));
        self.containers.refs.insert(id, found);
        self.containers.first.insert(id, cgroups);
    }

    /// The control groups by which a container became known, empty where only its metadata is.
    pub(crate) fn container_first_known_by(&self, id: StrId) -> &[u8] {
        self.containers.first.get(&id).map_or(&[], |cgroups| self.strings.get(*cgroups))
    }

    /// The shown id of the container a set of control groups belongs to, empty for the host.
    pub(super) fn container_of(&mut self, cgroups: StrId) -> StrId {
        if let Some(known) = self.containers.of_cgroups.get(&cgroups) {
            return *known;
        }
        let found = id_from_cgroups(self.strings.get(cgroups));
        let id = found.map_or(StrId::EMPTY, |found| {
            let id = self.strings.intern(found.id.as_bytes());
            self.containers.refs.entry(id).or_insert(found);
            self.containers.first.entry(id).or_insert(cgroups);
            id
        });
        self.containers.of_cgroups.insert(cgroups, id);
        id
    }
}

stored!(Source { event_type, ts, params });
stored!(Containers { of_cgroups, refs, first, infos, sources, history });
