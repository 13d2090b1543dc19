//! What sysdig 0.29.3 knows: its event types, how many parameters they had, and the codes it can print. Its descriptors have
//! no kinds that came later.

use crate::event::{EventRef, OwnParams};
use crate::meta::{FdDetail, FdList};
use crate::tables::{event_info, EventInfo, ParamInfo, ParamType, Source, SYSCALLS};

/// The exit event of a call without an event of its own.
pub const GENERIC: u16 = 1;

/// Newer events for which it has another, or none: those become generic events.
const FIRST_NEWER: u16 = 336;
const OTHERS: &[(u16, u16)] =
    &[(363, 125), (365, 125), (367, 125), (389, 249), (393, 61), (395, 139), (397, 63), (399, 127), (391, 259)];

/// Generic events with codes from here on make it crash.
const FIRST_CODE: u16 = 329;

/// How many parameters exit events had that have more now.
const PARAMS: &[(u16, u8)] = &[
    (1, 1),
    (3, 5),
    (5, 1),
    (7, 2),
    (9, 2),
    (19, 1),
    (21, 2),
    (23, 2),
    (25, 1),
    (31, 2),
    (35, 3),
    (37, 1),
    (43, 5),
    (49, 2),
    (51, 0),
    (53, 4),
    (55, 0),
    (59, 4),
    (63, 1),
    (65, 1),
    (71, 1),
    (79, 1),
    (81, 2),
    (87, 1),
    (97, 1),
    (113, 2),
    (115, 2),
    (117, 3),
    (119, 2),
    (121, 3),
    (123, 2),
    (127, 1),
    (129, 1),
    (131, 1),
    (133, 1),
    (135, 1),
    (137, 1),
    (139, 1),
    (141, 3),
    (143, 3),
    (145, 5),
    (151, 1),
    (159, 4),
    (161, 4),
    (165, 4),
    (167, 1),
    (169, 3),
    (171, 1),
    (189, 2),
    (191, 14),
    (193, 1),
    (195, 1),
    (199, 1),
    (201, 1),
    (223, 20),
    (225, 20),
    (227, 20),
    (237, 1),
    (239, 1),
    (241, 1),
    (243, 1),
    (251, 8),
    (253, 1),
    (255, 2),
    (257, 4),
    (263, 1),
    (265, 2),
    (277, 2),
    (285, 1),
    (293, 20),
    (295, 1),
    (299, 1),
    (307, 6),
    (327, 6),
    (329, 1),
    (331, 20),
    (333, 3),
    (335, 20),
    (186, 4),
];

/// The exit event to write for one of the newest schema.
pub fn event(exit: u16) -> u16 {
    match OTHERS.iter().find(|(newer, _)| *newer == exit) {
        Some((_, older)) => *older,
        None if exit >= FIRST_NEWER => GENERIC,
        None => exit,
    }
}

/// How many parameters an exit event may have.
pub fn params(exit: u16) -> usize {
    PARAMS.iter().find(|(known, _)| *known == exit).map_or(usize::MAX, |(_, count)| usize::from(*count))
}

/// The code to write in a generic event: of calls it does not know, that of an unknown call.
pub fn code(code: u16) -> u16 {
    if code >= FIRST_CODE {
        0
    } else {
        code
    }
}

/// Gives descriptors of kinds it does not know the kind of those it knows nothing about.
pub fn without_newer_kinds(list: &mut FdList) {
    for entry in &mut list.fds {
        if let FdDetail::Bpf { name }
        | FdDetail::Userfault { name }
        | FdDetail::IoUring { name }
        | FdDetail::Memory { name }
        | FdDetail::Pid { name } = &mut entry.detail
        {
            entry.detail = FdDetail::Unsupported { name: std::mem::take(name) };
        }
    }
}

/// The type and the parameters by which it knows an event; `None` for events it knows as they are, or passes over.
pub fn older_form(event: &EventRef<'_>) -> Option<(u16, OwnParams)> {
    let info = event_info(event.event_type).filter(|info| info.source == Source::Syscall)?;
    let exit = event.event_type | 1;
    let older = self::event(exit);
    let mut made = OwnParams::default();
    if older == GENERIC {
        let own = if exit == GENERIC { event.params.uint(0) } else { call_code(info) };
        let code = self::code(own.and_then(|own| u16::try_from(own).ok()).unwrap_or(0));
        made.push(&code.to_le_bytes());
        if !info.is_exit() {
            made.push(event.params.get(1).filter(|_| exit == GENERIC).unwrap_or(&[0; 2]));
        }
    } else if older != exit {
        let wanted = event_info(if info.is_exit() { older } else { older.saturating_sub(1) })?;
        let most = if info.is_exit() { params(older) } else { usize::MAX };
        project(wanted, most, info, event, &mut made);
    } else if info.is_exit() && event.params.len() > params(exit) {
        event.params.iter().take(params(exit)).for_each(|value| made.push(value));
    } else {
        return None;
    }
    Some((if info.is_exit() { older } else { older.saturating_sub(1) }, made))
}

/// The enter event that a recorder of its time would have written before this exit.
pub fn enter_of(event: &EventRef<'_>) -> Option<(u16, OwnParams)> {
    let info = event_info(event.event_type).filter(|info| info.is_exit() && info.source == Source::Syscall)?;
    let enter = self::event(event.event_type).checked_sub(1)?;
    let mut made = OwnParams::default();
    if enter.saturating_add(1) == GENERIC {
        let own = if event.event_type == GENERIC { event.params.uint(0) } else { call_code(info) };
        made.push(&code(own.and_then(|own| u16::try_from(own).ok()).unwrap_or(0)).to_le_bytes());
        made.push(event.params.get(1).filter(|_| event.event_type == GENERIC).unwrap_or(&[0; 2]));
    } else {
        project(event_info(enter)?, usize::MAX, info, event, &mut made);
    }
    Some((enter, made))
}

/// The place of a call's name among the calls.
fn call_code(info: &EventInfo) -> Option<u64> {
    SYSCALLS.iter().position(|call| call.name == info.name).and_then(|place| u64::try_from(place).ok())
}

/// Parameters of one event type out of those of another, by their names.
fn project(wanted: &EventInfo, most: usize, from: &EventInfo, event: &EventRef<'_>, into: &mut OwnParams) {
    for param in wanted.params.iter().take(most) {
        let names = [param.name, renamed(param.name)].into_iter();
        let values = names.filter_map(|name| event.params.get(from.param(name)?));
        let value = values.into_iter().find(|value| !value.is_empty());
        push_as(param, value, into);
    }
}

/// What an old parameter is called now, where its name changed.
fn renamed(old: &str) -> &str {
    match old {
        "fd" => "oldfd",
        // What was executed, where what was asked for is not told.
        "filename" => "trusted_exepath",
        other => other,
    }
}

/// A value as wide as its parameter; one that is not known is nothing, or zero.
fn push_as(param: &ParamInfo, value: Option<&[u8]>, into: &mut OwnParams) {
    match (param.ty.width(), value) {
        (Some(width), value) => {
            let mut bytes = value.unwrap_or_default().to_vec();
            bytes.resize(width, 0);
            into.push(&bytes);
        }
        (None, Some(value)) if !value.is_empty() => into.push(value),
        (None, _) if matches!(param.ty, ParamType::FsPath | ParamType::FsRelPath | ParamType::CharBuf) => {
            into.push(b"<NA>\0");
        }
        (None, _) => into.push(&[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(event_type: u16, params: &OwnParams) -> EventRef<'_> {
        EventRef { ts: 1, tid: 7, event_type, cpu: 0, block_flags: 0, params: params.as_params(), options: &[] }
    }

    fn made(values: &[&[u8]]) -> OwnParams {
        let mut params = OwnParams::default();
        for value in values {
            params.push(value);
        }
        params
    }

    fn values(made: &OwnParams) -> Vec<Vec<u8>> {
        made.as_params().iter().map(<[u8]>::to_vec).collect()
    }

    const FIVE: [u8; 8] = [5, 0, 0, 0, 0, 0, 0, 0];
    const NINE: [u8; 8] = [9, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn parameters_that_came_later_are_dropped() {
        let read = made(&[&FIVE, b"hello", &NINE, &[5, 0, 0, 0]]);
        let (older, kept) = older_form(&event(7, &read)).expect("a read has an older form");
        assert_eq!((older, values(&kept)), (7, vec![FIVE.to_vec(), b"hello".to_vec()]));
        assert!(older_form(&event(7, &kept)).is_none());
    }

    #[test]
    fn an_exit_tells_what_its_enter_event_would_have_told() {
        let read = made(&[&FIVE, b"hello", &NINE, &[5, 0, 0, 0]]);
        let (enter, told) = enter_of(&event(7, &read)).expect("a read begins");
        assert_eq!((enter, values(&told)), (6, vec![NINE.to_vec(), vec![5, 0, 0, 0]]));
    }

    #[test]
    fn a_newer_call_becomes_the_older_one_it_is_like() {
        let dup2 = made(&[&FIVE, &NINE, &FIVE]);
        let (older, kept) = older_form(&event(363, &dup2)).expect("dup2 is new");
        assert_eq!((older, values(&kept)), (125, vec![FIVE.to_vec()]));
        let (enter, told) = enter_of(&event(363, &dup2)).expect("dup2 begins");
        assert_eq!((enter, values(&told)), (124, vec![NINE.to_vec()]));
    }

    #[test]
    fn a_call_it_does_not_know_becomes_a_generic_one_that_it_can_print() {
        let (older, kept) = older_form(&event(409, &made(&[&FIVE, &NINE, &[0; 4]]))).expect("pidfd_open is new");
        assert_eq!(older, GENERIC);
        let code = u16::from_le_bytes(values(&kept)[0].as_slice().try_into().expect("two bytes"));
        assert!(code < FIRST_CODE);
        assert_eq!(values(&kept).len(), params(GENERIC));
    }

    #[test]
    fn what_nobody_did_stays_as_it_is() {
        assert!(older_form(&event(402, &made(&[&[0; 4], b"x\0", b"y"]))).is_none());
        assert!(enter_of(&event(186, &made(&[]))).is_none());
    }
}
