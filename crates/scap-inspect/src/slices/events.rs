//! Which events a slice holds beside those it shows: what changes the state of threads it is about, and the beginnings of
//! calls.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::threads::{versions, Needed};
use crate::intern::StrId;
use crate::state::id;
use crate::state::listing::Listed;
use crate::state::threads::ThreadId;
use crate::store::bits::Bits;
use crate::store::columns::{flag, Row};
use crate::store::Store;

/// Events looked at by one thread at a time.
const STRIDE: usize = 1 << 14;

/// The events of a slice that are not shown.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// They stand before all others, though they happened before the lists were as they are.
    pub(super) before: Vec<u32>,
    /// Between the first event shown and the last, and maybe the one before them, ascending.
    pub(super) between: Vec<u32>,
    /// The first of these happens once more: the lists are as with it, and what it ends is gone only behind it.
    pub(super) again: bool,
}

struct Finder<'a> {
    store: &'a Store,
    needed: &'a Needed,
    shown: &'a [u32],
    first: u32,
    last: u32,
    /// The same, counted from the first.
    is_shown: Bits,
    /// Those that are not shown, counted from the first.
    between: Bits,
    before: FxHashSet<u32>,
}

/// Finds them for the events `shown`, ascending, of the section that begins with event `start`.
pub(super) fn hidden(store: &Store, needed: &Needed, shown: &[u32], containers: &[StrId], start: u32) -> Hidden {
    let (Some(&first), Some(&last)) = (shown.first(), shown.last()) else { return Hidden::default() };
    let length = (last - first) as usize + 1;
    let (mut is_shown, between) = (Bits::none(length), Bits::none(length));
    for n in shown {
        is_shown.set((n - first) as usize);
    }
    let mut finder = Finder { store, needed, shown, first, last, is_shown, between, before: FxHashSet::default() };
    let (calls, words) = rayon::join(|| finder.by_type(), || finder.by_memory());
    calls.into_iter().chain(words).for_each(|n| finder.add(n));
    finder.by_history();
    for container in containers {
        let changes: Vec<u32> = store.state.containers.changes(*container).collect();
        for n in changes {
            finder.add(n);
        }
    }
    for n in store.state.users.changes(&needed.ids) {
        finder.add(n);
    }
    finder.ends_of_children();
    let again = finder.again(start);
    let before_first = again.then(|| first.saturating_sub(1));
    finder.beginnings(before_first);
    let mut before: Vec<u32> = finder.before.iter().copied().collect();
    before.sort_unstable();
    Hidden { before, between: before_first.into_iter().chain(finder.between()).collect(), again }
}

impl Finder<'_> {
    fn is_shown(&self, n: u32) -> bool {
        n.checked_sub(self.first).is_some_and(|at| self.is_shown.has(at as usize))
    }

    fn is_between(&self, n: u32) -> bool {
        n.checked_sub(self.first).is_some_and(|at| self.between.has(at as usize))
    }

    /// Numbers of those between, ascending.
    fn between(&self) -> impl Iterator<Item = u32> + '_ {
        let numbers = self.first..=self.last;
        let at = |n: &u32| (*n - self.first) as usize;
        numbers.filter(move |n| self.between.has(at(n)))
    }

    /// The thread of a row.
    fn thread_of(&self, row: &Row) -> ThreadId {
        let state = &self.store.state;
        if row.context.is_none() {
            ThreadId::NONE
        } else {
            state.thread(row.context).instance
        }
    }

    fn add(&mut self, n: u32) {
        if (self.first..=self.last).contains(&n) && !self.is_shown(n) {
            self.between.set((n - self.first) as usize);
        }
    }

    /// Calls of the processes whose events are shown, that change what is known of them.
    fn by_type(&self) -> Vec<u32> {
        let changes = |n: &u32| {
            let Some(row) = self.store.row(*n) else { return false };
            let is_alone = matches!(row.kind.event_type(), id::PROCEXIT | id::PROCEXIT_OLD);
            (is_alone || !row.kind.is_enter())
                && self.store.readers_need(&row)
                && self.needed.is_full(self.thread_of(&row))
        };
        let starts: Vec<u32> = (self.first..=self.last).step_by(STRIDE).collect();
        let found: Vec<Vec<u32>> =
            starts.into_par_iter().map(|start| (start..=self.last).take(STRIDE).filter(changes).collect()).collect();
        found.concat()
    }

    /// What changed any thread that is needed, as it really came about.
    fn by_history(&mut self) {
        let state = &self.store.state;
        let mut causes = Vec::new();
        for (thread, how) in &self.needed.threads {
            let life = state.threads.get(*thread);
            causes.extend(versions(self.store, life, self.first, self.last).map(|(since, _)| since));
            causes.extend([life.born, life.gone]);
            causes.extend(life.exit.map(|exit| exit.event));
            if *how == Listed::WithDescriptors {
                let tables = life.tables.iter();
                for (_, table) in tables {
                    causes.extend(state.tables.changed_in(*table, self.first, self.last.saturating_add(1)));
                }
            }
        }
        causes.sort_unstable();
        causes.dedup();
        for since in causes {
            // What an event closes or ends is gone with the next one.
            for n in [since.saturating_sub(1), since] {
                let Some(row) = self.store.row(n) else { continue };
                let ours = self.needed.has(self.thread_of(&row)) || row.kind.event_type() == id::PRLIMIT;
                let begins = row.kind.is_enter()
                    && !matches!(row.kind.event_type(), id::PROCEXIT | id::PROCEXIT_OLD | id::CONNECT_ENTER);
                if ours && !begins {
                    self.add(n);
                }
            }
        }
    }

    /// The event right before, where it ended something: readers take that away only with the next one.
    fn again(&self, start: u32) -> bool {
        let n = self.first.saturating_sub(1);
        let Some(row) = self.store.row(n).filter(|_| n >= start) else { return false };
        let ends = matches!(row.kind.event_type(), id::CLOSE | id::PROCEXIT | id::PROCEXIT_OLD);
        ends && self.needed.has(self.thread_of(&row))
    }

    /// Whoever is born in the slice ends in it, too: an id that nobody has any more has no name.
    fn ends_of_children(&mut self) {
        let lives = self.store.state.threads.all.iter().skip(1);
        let born: Vec<u32> = lives
            .filter(|life| self.is_shown(life.born) || self.is_between(life.born))
            .filter_map(|life| life.exit.map(|exit| exit.event))
            .collect();
        for exit in born {
            self.add(exit);
        }
    }

    /// The last words on the memory of a thread before each event that is shown: on its size, and on its page faults.
    fn by_memory(&self) -> Vec<u32> {
        let state = &self.store.state;
        // How far the history of each thread was looked at, and where its faults became what they are.
        let mut places: FxHashMap<ThreadId, (usize, usize)> = FxHashMap::default();
        let mut all = Vec::new();
        for &n in self.shown {
            let Some(row) = self.store.row(n) else { continue };
            let thread = self.thread_of(&row);
            let memory = &state.threads.get(thread).memory;
            let (at, faults) = places.entry(thread).or_default();
            while let Some((_, next)) = memory.get(*at + 1).filter(|(since, _)| *since <= n) {
                if memory.get(*at).is_none_or(|(_, now)| now.faults != next.faults) {
                    *faults = *at + 1;
                }
                *at += 1;
            }
            let words = [*faults, *at].map(|at| memory.get(at).map(|(since, _)| *since));
            for since in words.into_iter().flatten() {
                if all.last() != Some(&since) {
                    all.push(since);
                }
            }
        }
        all
    }

    /// The enter events of all exits, and the samples of processor time before.
    fn beginnings(&mut self, again: Option<u32>) {
        let mut exits: Vec<u32> = self.shown.to_vec();
        exits.extend(self.between());
        exits.extend(again);
        let beginnings = |n: u32| {
            let row = self.store.row(n)?;
            let event_type = row.kind.event_type();
            let has_beginning = !row.kind.is_enter() || event_type == id::PROCINFO;
            if row.partner == 0 || !has_beginning {
                return None;
            }
            if row.flags & flag::PAIRED != 0 || event_type == id::PROCINFO {
                return Some((row.partner, None));
            }
            // The call that began there returned before: else this exit would be taken for its own.
            let enter = self.store.row(row.partner).filter(|enter| enter.flags & flag::PAIRED != 0);
            Some((row.partner, enter.map(|enter| enter.partner).filter(|exit| *exit < n)))
        };
        let parts = exits.par_chunks(STRIDE);
        let found: Vec<Vec<_>> = parts.map(|part| part.iter().filter_map(|n| beginnings(*n)).collect()).collect();
        for (enter, exit) in found.into_iter().flatten() {
            self.begin(enter);
            if let Some(exit) = exit {
                self.begin(exit);
            }
        }
    }

    fn begin(&mut self, n: u32) {
        if n >= self.first {
            self.add(n);
        } else if self.store.row(n).is_some() {
            self.before.insert(n);
        }
    }
}
