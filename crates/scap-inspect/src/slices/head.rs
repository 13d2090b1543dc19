//! What stands before the events of a slice: the machine, and its state as of the first of them.

use std::io;

use rustc_hash::FxHashSet;
use scap_format::compat;
use scap_format::event::{EventRef, OwnParams};
use scap_format::meta::{Group, SectionHeader, User, UserList};
use scap_format::writer::Writer;
use serde_json::Value;

use super::plan::Part;
use super::redact::Redaction;
use super::{Settings, State};
use crate::intern::StrId;
use crate::state::handover::name;
use crate::state::id;
use crate::state::listing::Listed;
use crate::state::threads::ThreadId;
use crate::store::bytes::Windows;
use crate::store::Store;

/// Events that only change the state.
pub(super) const STATE_ONLY: u32 = 1;

/// The blocks before the events of a part, and what they tell in numbers.
pub(super) fn head(store: &Store, part: &Part, settings: &Settings) -> io::Result<(Vec<u8>, State)> {
    let redaction = Redaction::of(settings);
    let how = |thread: ThreadId| part.needed.of(thread);
    let (mut threads, mut fds) = store.state.listing_of(part.as_of, how);
    let alone: FxHashSet<i64> = part
        .needed
        .threads
        .iter()
        .filter(|(_, how)| **how == Listed::Alone)
        .map(|(thread, _)| store.state.threads.get(*thread).tid)
        .collect();
    for thread in &mut threads {
        redaction.process(thread);
        if settings.scrub && alone.contains(&thread.tid) {
            thread.args.clear();
            thread.env.clear();
        }
        if settings.compat {
            thread.without_newer_fields();
        }
    }
    for list in &mut fds {
        list.fds.iter_mut().for_each(|entry| redaction.descriptor(entry));
        if settings.compat {
            compat::without_newer_kinds(list);
        }
    }
    let section = store.state.section_at(part.as_of);
    let users = users(store, part);
    let mut counts = State {
        processes: threads.iter().filter(|thread| thread.tid == thread.pid).count(),
        descriptors: fds.iter().map(|list| list.fds.len()).sum(),
        containers: 0,
        users: users.users.len(),
        interfaces: section.listed.len(),
    };
    let mut writer = Writer::new(Vec::new());
    writer.section(&SectionHeader::default())?;
    if let Some(machine) = &section.machine {
        writer.machine(machine)?;
    }
    writer.interfaces(&section.listed)?;
    writer.users(&users)?;
    writer.processes(&threads)?;
    for list in &fds {
        writer.fds(list)?;
    }
    let manner = store.manner_at(part.first());
    hand_over(&mut writer, part.ts, name::CAPTURE, 0, &manner.to_json())?;
    counts.containers = containers(store, part, &redaction, &mut writer)?;
    users_of_containers(store, part, &mut writer)?;
    beginnings(store, part, &redaction, &mut writer)?;
    let blocks = writer.into_inner();
    let told = Store::of_blocks(blocks.clone())?;
    let mut writer = Writer::new(blocks);
    for container in &part.containers {
        if let Some(said) = store.state.container_not_told(*container, &told.state) {
            hand_over(&mut writer, part.ts, name::CONTAINER, 0, &said)?;
        }
    }
    // Whose end comes once more still counts.
    let counted = part.as_of - u32::from(part.hidden.again);
    let mut all: Vec<(&ThreadId, &Listed)> = part.needed.threads.iter().collect();
    all.sort();
    for (thread, how) in all {
        if !store.state.threads.get(*thread).alive_at(part.as_of) {
            continue;
        }
        let texts = |text: &[u8]| redaction.text(text).into_owned();
        let there = (&told.state, told.events);
        let full = *how == Listed::WithDescriptors;
        if let Some(mut said) = store.state.not_told((part.as_of, counted), *thread, full, there, &texts) {
            if let Some(said) = said.as_object_mut().filter(|_| settings.scrub && !full) {
                said.remove("args");
                said.remove("env");
            }
            hand_over(&mut writer, part.ts, name::THREAD, 0, &said)?;
        }
    }
    Ok((writer.into_inner(), counts))
}

/// An event of our own.
pub(super) fn hand_over<W: io::Write>(
    writer: &mut Writer<W>,
    ts: u64,
    name: &[u8],
    cpu: u16,
    said: &Value,
) -> io::Result<()> {
    let mut params = OwnParams::default();
    params.push(&0u32.to_le_bytes());
    params.push(&[name, b"\0"].concat());
    params.push(said.to_string().as_bytes());
    state_only(writer, ts, id::ASYNC, cpu, &params)
}

fn state_only<W: io::Write>(
    writer: &mut Writer<W>,
    ts: u64,
    event_type: u16,
    cpu: u16,
    params: &OwnParams,
) -> io::Result<()> {
    let params = params.as_params();
    writer.event(&EventRef { ts, tid: -1, event_type, cpu, block_flags: STATE_ONLY, params, options: &[] })
}

/// The users and groups of the host that are needed.
fn users(store: &Store, part: &Part) -> UserList {
    let state = &store.state;
    let text = |id: StrId| state.strings.get(id).to_vec();
    let ours = |place: &StrId, id: &u32| place.is_empty() && part.needed.ids.contains(id);
    let users = state.users.users_at(part.as_of).into_iter().filter(|(place, uid, _)| ours(place, uid));
    let groups = state.users.groups_at(part.as_of).into_iter().filter(|(place, gid, _)| ours(place, gid));
    UserList {
        users: users
            .map(|(_, uid, user)| User {
                uid,
                gid: user.gid,
                name: text(user.name),
                home: text(user.home),
                shell: text(user.shell),
            })
            .collect(),
        groups: groups.map(|(_, gid, name)| Group { gid, name: text(name) }).collect(),
    }
}

/// Those of containers stand in events.
fn users_of_containers(store: &Store, part: &Part, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let state = &store.state;
    let text = |params: &mut OwnParams, id: StrId| params.push(&[state.strings.get(id), b"\0"].concat());
    let ours = |place: &StrId, id: &u32| part.containers.contains(place) && part.needed.ids.contains(id);
    for (place, uid, user) in state.users.users_at(part.as_of).into_iter().filter(|(place, uid, _)| ours(place, uid)) {
        let mut params = OwnParams::default();
        params.push(&uid.to_le_bytes());
        params.push(&user.gid.to_le_bytes());
        for id in [user.name, user.home, user.shell, place] {
            text(&mut params, id);
        }
        state_only(writer, part.ts, id::USER_ADDED, 0, &params)?;
    }
    for (place, gid, name) in state.users.groups_at(part.as_of).into_iter().filter(|(place, gid, _)| ours(place, gid)) {
        let mut params = OwnParams::default();
        params.push(&gid.to_le_bytes());
        for id in [name, place] {
            text(&mut params, id);
        }
        state_only(writer, part.ts, id::GROUP_ADDED, 0, &params)?;
    }
    Ok(())
}

/// What is known of containers; how many they are.
fn containers(store: &Store, part: &Part, redaction: &Redaction, writer: &mut Writer<Vec<u8>>) -> io::Result<usize> {
    let mut count = 0;
    for container in &part.containers {
        let Some(source) = store.state.containers.source(*container, part.as_of) else { continue };
        let mut params = OwnParams::default();
        source.params.iter().for_each(|value| params.push(&redaction.text(value)));
        state_only(writer, part.ts, source.event_type, 0, &params)?;
        count += 1;
    }
    Ok(count)
}

/// Calls that began before the first event of the slice.
fn beginnings(store: &Store, part: &Part, redaction: &Redaction, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let mut windows = Windows::default();
    for &n in &part.hidden.before {
        let Some((chunk, at)) = store.place(n) else { continue };
        let Some(chunk) = store.chunks.get(chunk) else { continue };
        let Some(event) = windows.event(store, chunk, at) else { continue };
        let values = if redaction.is_on() { redaction.values(&event) } else { event.params.parts().2.to_vec() };
        let event = super::redact::with_values(&event, &values);
        writer.event(&EventRef { block_flags: event.block_flags | STATE_ONLY, ..event })?;
    }
    Ok(())
}
