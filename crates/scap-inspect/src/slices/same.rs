//! What is the same in two captures, whatever fields are made of it.

use rustc_hash::FxHashMap;
use scap_format::event::{signed, unsigned, EventRef};
use scap_format::tables::{event_info, EventInfo, ParamType};

use super::sides::Side;
use crate::fields::{poll_numbers, EventAt};
use crate::intern::StrId;
use crate::render::Scene;
use crate::state::fds::{FdId, FdRecord, TableId};
use crate::state::threads::{ThreadVersion, VersionId};
use crate::state::users::User;
use crate::state::ContextId;
use crate::store::columns::flag;
use crate::store::Store;

/// Whether all of a record is the same.
pub(super) fn same_record((store, old): (&Store, &FdRecord), (slice, new): (&Store, &FdRecord)) -> bool {
    let (own, other) = (&store.state.strings, &slice.state.strings);
    let FdRecord { num, kind, role, l4, bits, guessed, name: _, raw_name: _, dev, ino, ends, open_flags } = old;
    (*num, *kind, *role, *l4) == (new.num, new.kind, new.role, new.l4)
        && (*bits, *guessed, *dev, *ino) == (new.bits, new.guessed, new.dev, new.ino)
        && (*ends, *open_flags) == (new.ends, new.open_flags)
        && own.get(old.name) == other.get(new.name)
        && own.get(old.raw_name) == other.get(new.raw_name)
}

/// Whether the bytes of both calls and what stands in the columns are the same.
pub(super) fn same_bytes(before: &EventAt<'_>, after: &EventAt<'_>) -> bool {
    let same = |old: Option<EventRef<'_>>, new: Option<EventRef<'_>>| match (old, new) {
        (Some(old), Some(new)) => old.event_type == new.event_type && old.params.parts() == new.params.parts(),
        (old, new) => old.is_none() && new.is_none(),
    };
    let (old, new) = (&before.row, &after.row);
    before.event.is_some()
        && (old.ts, old.kind, old.cpu, old.errno) == (new.ts, new.kind, new.cpu, new.errno)
        && (old.flags ^ new.flags) & flag::RENAMED == 0
        && same(before.event, after.event)
        && same(before.enter, after.enter)
        && before.store.latency(old) == after.store.latency(new)
}

/// Whether all threads, descriptors, accounts and directories that the parameters name are the same; the bytes are.
pub(super) fn same_named(before: &EventAt<'_>, after: &EventAt<'_>) -> bool {
    let (Some(event), Some(today)) = (before.event, before.today()) else { return false };
    let value = |at: usize| today.get(at);
    let own = |at: usize| event.params.get(at);
    event_info(today.event_type).is_some_and(|info| same_looks(before, after, info, value))
        && (today.event_type == event.event_type || same_looks(before, after, before.info, own))
}

fn same_looks<'a>(
    before: &EventAt<'_>,
    after: &EventAt<'_>,
    info: &EventInfo,
    value: impl Fn(usize) -> Option<&'a [u8]>,
) -> bool {
    use ParamType as T;
    let id = |bytes: &[u8]| unsigned(bytes).and_then(|id| u32::try_from(id).ok());
    info.params.iter().enumerate().all(|(at, param)| {
        let Some(bytes) = value(at) else { return true };
        match param.ty {
            T::Fd | T::Fd32 => signed(bytes).is_none_or(|number| same_descriptor(before, after, number)),
            T::Pid | T::Pid32 => signed(bytes).is_none_or(|tid| before.comm(tid) == after.comm(tid)),
            T::Uid => id(bytes).is_none_or(|uid| before.user(uid) == after.user(uid)),
            T::Gid => id(bytes).is_none_or(|gid| before.group(gid) == after.group(gid)),
            T::FsPath | T::FsRelPath => before.cwd() == after.cwd(),
            T::FdList => poll_numbers(bytes).all(|number| same_descriptor(before, after, number)),
            T::Dyn => false,
            _ => true,
        }
    })
}

fn same_descriptor(before: &EventAt<'_>, after: &EventAt<'_>, number: i64) -> bool {
    let is_own = |event: &EventAt<'_>| event.fd().is_some_and(|record| record.known() && record.num == number);
    if is_own(before) && is_own(after) {
        // The records of both were compared.
        return true;
    }
    match (before.fd_by_number(number), after.fd_by_number(number)) {
        (Some(old), Some(new)) => same_record((before.store, old), (after.store, new)),
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// Whether users, groups and container of the threads are the same.
pub(super) fn same_world(before: &EventAt<'_>, after: &EventAt<'_>) -> bool {
    let (Some(old), Some(new)) = (before.thread(), after.thread()) else { return false };
    let user = |uid: u32, same_as: u32| match (before.user_of(uid), after.user_of(same_as)) {
        (Some(old), Some(new)) => {
            let User { name, home, shell, gid } = old;
            gid == new.gid
                && [(name, new.name), (home, new.home), (shell, new.shell)]
                    .iter()
                    .all(|(old, new)| before.store.state.strings.get(*old) == after.store.state.strings.get(*new))
        }
        (old, new) => old.is_none() && new.is_none(),
    };
    let boot = |event: &EventAt<'_>| event.store.state.section_at(event.n).boot_ns();
    user(old.uid, new.uid)
        && user(old.loginuid, new.loginuid)
        && before.group(old.gid) == after.group(new.gid)
        && before.container() == after.container()
        && boot(before) == boot(after)
}

/// Versions, contexts and tables of both captures that were found to be the same, or not to be.
#[derive(Default)]
pub(super) struct Twins {
    versions: FxHashMap<(VersionId, VersionId), bool>,
    contexts: FxHashMap<(ContextId, ContextId), bool>,
    tables: FxHashMap<(TableId, TableId), (usize, usize, bool)>,
}

impl Twins {
    /// Whether threads, processes and ancestors of two contexts are the same.
    pub(super) fn contexts(&mut self, store: &Store, slice: &Store, (old, new): (ContextId, ContextId)) -> bool {
        if old.is_none() || new.is_none() {
            return old.is_none() && new.is_none();
        }
        if let Some(same) = self.contexts.get(&(old, new)) {
            return *same;
        }
        let (before, after) = (store.state.context(old), slice.state.context(new));
        let same = self.versions(store, slice, (before.thread, after.thread))
            && self.versions(store, slice, (before.main, after.main))
            && self.contexts(store, slice, (before.parent, after.parent));
        self.contexts.insert((old, new), same);
        same
    }

    fn versions(&mut self, store: &Store, slice: &Store, (old, new): (VersionId, VersionId)) -> bool {
        if old.is_none() || new.is_none() {
            return old.is_none() && new.is_none();
        }
        *self.versions.entry((old, new)).or_insert_with(|| {
            same_version((store, store.state.threads.version(old)), (slice, slice.state.threads.version(new)))
        })
    }

    /// Whether the leaders of the threads' groups and sessions are the same.
    pub(super) fn leaders(&mut self, before: &EventAt<'_>, after: &EventAt<'_>) -> bool {
        let (Some(old), Some(new)) = (before.thread(), after.thread()) else { return false };
        let version = |event: &EventAt<'_>, tid: i64| {
            let threads = &event.store.state.threads;
            let found = threads.live_at(tid, event.n);
            if found.is_none() {
                VersionId::NONE
            } else {
                threads.get(found).version_at(event.n)
            }
        };
        let mut pairs = [(old.sid, new.sid), (old.pgid, new.pgid), (old.vpgid, new.vpgid)].into_iter();
        pairs.all(|(old, new)| self.versions(before.store, after.store, (version(before, old), version(after, new))))
    }

    /// Whether two tables hold the same at two events.
    pub(super) fn tables(&mut self, before: &Table<'_, '_>, after: &Table<'_, '_>) -> bool {
        let key = (before.id, after.id);
        let record = |old: FdId, new: FdId| {
            old.is_none() == new.is_none()
                && same_record(
                    (before.store, before.store.state.fds.get(old)),
                    (after.store, after.store.state.fds.get(new)),
                )
        };
        let known = self.tables.get(&key).copied();
        if let Some((_, _, same)) = known.filter(|(old, new, _)| (*old, *new) == (before.changes, after.changes)) {
            return same;
        }
        // What was the same and changed in the same way is the same.
        let followed = known.filter(|known| known.2).is_some_and(|(from, copied_from, _)| {
            let old = before.side.sets(before.id, from, before.changes);
            let new = after.side.sets(after.id, copied_from, after.changes);
            old.zip(new).is_some_and(|(old, new)| {
                let mut pairs = old.iter().zip(new);
                old.len() == new.len()
                    && pairs.all(|(old, new)| old.number == new.number && record(old.record, new.record))
            })
        });
        let same = followed || {
            let (old, new) = (before.open(), after.open());
            let mut pairs = old.iter().zip(&new);
            old.len() == new.len() && pairs.all(|(old, new)| old.0 == new.0 && record(old.1, new.1))
        };
        self.tables.insert(key, (before.changes, after.changes, same));
        same
    }
}

/// A table of descriptors at an event.
pub(super) struct Table<'a, 'b> {
    pub(super) store: &'a Store,
    pub(super) side: &'a Side<'b>,
    pub(super) n: u32,
    pub(super) id: TableId,
    /// How many changes it had.
    pub(super) changes: usize,
}

impl Table<'_, '_> {
    fn open(&self) -> Vec<(i64, FdId)> {
        self.store.state.tables.open_at(self.id, self.n)
    }
}

/// Whether all that is known about two threads is the same.
fn same_version((store, old): (&Store, &ThreadVersion), (slice, new): (&Store, &ThreadVersion)) -> bool {
    let text = |old: StrId, new: StrId| store.state.strings.get(old) == slice.state.strings.get(new);
    let ThreadVersion { comm, exe, exepath, args, env, cwd, root, cgroups, container, .. } = *old;
    // All but the texts, which each capture numbers in its own way.
    let renamed = ThreadVersion {
        instance: old.instance,
        comm,
        exe,
        exepath,
        args,
        env,
        cwd,
        root,
        cgroups,
        container,
        ..new.clone()
    };
    renamed == *old
        && text(comm, new.comm)
        && text(exe, new.exe)
        && text(exepath, new.exepath)
        && text(args, new.args)
        && text(env, new.env)
        && text(cwd, new.cwd)
        && text(root, new.root)
        && text(cgroups, new.cgroups)
        && text(container, new.container)
}
