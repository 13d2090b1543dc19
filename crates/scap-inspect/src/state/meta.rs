//! What recorder and reader say for themselves: containers, users, groups, processor time.

use scap_format::event::{EventRef, Params};
use scap_format::tables::{EventFlags, EventInfo};

use super::containers::Source;
use super::users::User;
use super::{id, Applied, State, NO_RESULT};
use crate::containers::ContainerInfo;

impl State {
    /// Events of recorder and reader, and those that do not count as a thread's last event.
    pub(super) fn apply_meta(&mut self, n: u32, event: &EventRef<'_>, info: &EventInfo) -> Applied {
        let mut applied = Applied { errno: NO_RESULT, ..Applied::default() };
        if !super::is_threadless(info) || event.event_type == id::PROCINFO {
            let thread = self.threads.live(event.tid);
            if !thread.is_none() {
                if matches!(event.event_type, id::SWITCH | id::SWITCH_OLD) {
                    self.memory_counters(n, thread, &event.params, 1);
                }
                applied.context = self.refresh(thread);
                if event.event_type == id::PROCINFO {
                    if let Some(live) = self.live.get_mut(thread.index()) {
                        applied.enter = std::mem::replace(&mut live.procinfo, n);
                    }
                }
            }
            return applied;
        }
        if info.has(EventFlags::STATE) || event.event_type == id::ASYNC {
            self.meta_effects(n, event);
        }
        applied
    }

    fn meta_effects(&mut self, n: u32, event: &EventRef<'_>) {
        let params = &event.params;
        match event.event_type {
            id::CONTAINER => {
                let text = |at| params.text(at).unwrap_or_default();
                let engine = params.int(1).unwrap_or(-1);
                let info = ContainerInfo::from_params(text(0), engine, text(2), text(3));
                self.container_event(n, event, info, true);
            }
            id::CONTAINER_JSON | id::CONTAINER_JSON_2 => {
                let info = params.text(0).and_then(|json| ContainerInfo::from_json(json).ok());
                self.container_event(n, event, info, true);
            }
            id::ASYNC if self.take_over(n, event) => {}
            id::ASYNC => {
                let info = params.get(2).and_then(|json| ContainerInfo::from_json(json).ok());
                match params.text(1) {
                    Some(b"container") => self.container_event(n, event, info, true),
                    Some(b"container_removed") => self.container_event(n, event, info, false),
                    _ => {}
                }
            }
            id::USER_ADDED | id::USER_DELETED => self.user_event(n, params, event.event_type == id::USER_ADDED),
            id::GROUP_ADDED | id::GROUP_DELETED => self.group_event(n, params, event.event_type == id::GROUP_ADDED),
            _ => {}
        }
    }

    fn container_event(&mut self, n: u32, event: &EventRef<'_>, info: Option<ContainerInfo>, there: bool) {
        let Some(info) = info else { return };
        let id = self.strings.intern(info.id.as_bytes());
        self.containers.set(id, there.then(|| (info, Source::of(event))), n);
        self.new_world(n);
    }

    fn user_event(&mut self, n: u32, params: &Params<'_>, added: bool) {
        let Some(uid) = params.uint(0) else { return };
        let mut text = |at| params.text(at).map(|t| self.strings.intern(t)).unwrap_or_default();
        let gid = params.uint(1).unwrap_or(0) as u32;
        let (user, container) = (User { name: text(2), home: text(3), shell: text(4), gid }, text(5));
        self.users.set_user(container, uid as u32, added.then_some(user), n);
        self.new_world(n);
    }

    fn group_event(&mut self, n: u32, params: &Params<'_>, added: bool) {
        let Some(gid) = params.uint(0) else { return };
        let mut text = |at| params.text(at).map(|t| self.strings.intern(t)).unwrap_or_default();
        let (name, container) = (text(1), text(2));
        self.users.set_group(container, gid as u32, added.then_some(name), n);
        self.new_world(n);
    }
}
