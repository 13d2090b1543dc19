//! Users and groups, on the host and inside containers, readable as of any event.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::index::stored::stored;
use crate::intern::StrId;
use crate::state::threads::{latest, record};

/// One user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Login name.
    pub name: StrId,
    /// Home directory.
    pub home: StrId,
    /// Login shell.
    pub shell: StrId,
    /// Id of the main group.
    pub gid: u32,
}

type History<T> = FxHashMap<(StrId, u32), Vec<(u32, Option<T>)>>;

fn end<T: PartialEq>(all: &mut History<T>, since: u32, which: impl Fn(StrId) -> bool) {
    for ((container, _), history) in all.iter_mut() {
        if which(*container) {
            record(history, since, None);
        }
    }
}

/// Users and groups by (container, id); the empty container is the host.
#[derive(Debug, Default)]
pub struct Users {
    users: History<User>,
    groups: History<StrId>,
}

fn find<T: Copy>(of: &History<T>, container: StrId, id: u32, event: u32) -> Option<T> {
    let at = |place| of.get(&(place, id)).and_then(|h| latest(h, event)).flatten();
    // Recorders list the users of few containers: what the host calls the id is better than nothing.
    at(container).or_else(|| at(StrId::EMPTY))
}

fn all_at<T: Copy>(of: &History<T>, event: u32) -> Vec<(StrId, u32, T)> {
    let mut all = Vec::new();
    for ((place, id), history) in of {
        if let Some(value) = latest(history, event).flatten() {
            all.push((*place, *id, value));
        }
    }
    all.sort_by_key(|(place, id, _)| (place.0, *id));
    all
}

impl Users {
    /// From an event on this id is this user; `None` removes it.
    pub fn set_user(&mut self, container: StrId, uid: u32, user: Option<User>, since: u32) {
        record(self.users.entry((container, uid)).or_default(), since, user);
    }

    /// From an event on this id is this group; `None` removes it.
    pub fn set_group(&mut self, container: StrId, gid: u32, name: Option<StrId>, since: u32) {
        record(self.groups.entry((container, gid)).or_default(), since, name);
    }

    /// Ends the host's users and groups with an event, as a second list replaces the first.
    pub fn clear_host(&mut self, since: u32) {
        end(&mut self.users, since, StrId::is_empty);
        end(&mut self.groups, since, StrId::is_empty);
    }

    /// Ends all users and groups with an event.
    pub fn clear(&mut self, since: u32) {
        end(&mut self.users, since, |_| true);
        end(&mut self.groups, since, |_| true);
    }

    /// All users known as of an event, with their container and id, in their order.
    pub fn users_at(&self, event: u32) -> Vec<(StrId, u32, User)> {
        all_at(&self.users, event)
    }

    /// All groups known as of an event, likewise.
    pub fn groups_at(&self, event: u32) -> Vec<(StrId, u32, StrId)> {
        all_at(&self.groups, event)
    }

    /// Numbers of the events from which on one of these users, or groups, was another one.
    pub fn changes(&self, ids: &FxHashSet<u32>) -> Vec<u32> {
        let users = self.users.iter().filter(|((_, id), _)| ids.contains(id));
        let groups = self.groups.iter().filter(|((_, id), _)| ids.contains(id));
        let users = users.flat_map(|(_, history)| history.iter().map(|(since, _)| *since));
        users.chain(groups.flat_map(|(_, history)| history.iter().map(|(since, _)| *since))).collect()
    }

    /// The user of an id as of an event.
    pub fn user(&self, container: StrId, uid: u32, event: u32) -> Option<User> {
        find(&self.users, container, uid, event)
    }

    /// The name of a group as of an event.
    pub fn group(&self, container: StrId, gid: u32, event: u32) -> Option<StrId> {
        find(&self.groups, container, gid, event)
    }
}

stored!(User { name, home, shell, gid });
stored!(Users { users, groups });
