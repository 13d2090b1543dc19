//! What sysdig 0.29.3 knows: its event types, how many parameters they had, and the codes it can print.

use crate::recorder::plan::GENERIC;

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
pub(crate) fn event(exit: u16) -> u16 {
    match OTHERS.iter().find(|(newer, _)| *newer == exit) {
        Some((_, older)) => *older,
        None if exit >= FIRST_NEWER => GENERIC,
        None => exit,
    }
}

/// How many parameters an exit event may have.
pub(crate) fn params(exit: u16) -> usize {
    PARAMS.iter().find(|(known, _)| *known == exit).map_or(usize::MAX, |(_, count)| usize::from(*count))
}

/// The code to write in a generic event: of calls it does not know, that of an unknown call.
pub(crate) fn code(code: u16) -> u16 {
    if code >= FIRST_CODE {
        0
    } else {
        code
    }
}
