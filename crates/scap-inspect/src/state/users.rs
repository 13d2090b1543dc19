//! Users and groups, on the host and inside containers, readable as of any event.

use rustc_hash::FxHashMap;

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

    /// The user of an id as of an event.
    pub fn user(&self, container: StrId, uid: u32, event: u32) -> Option<User> {
        find(&self.users, container, uid, event)
    }

    /// The name of a group as of an event.
    pub fn group(&self, container: StrId, gid: u32, event: u32) -> Option<StrId> {
        find(&self.groups, container, gid, event)
    }
}
