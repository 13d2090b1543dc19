//! What an event is, in two bytes.

use scap_format::event::{EventRef, Params};
use scap_format::tables::SYSCALLS;

use crate::state::id;

/// The type of an event; of a generic event also the system call it stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(u16);

/// Above it: 2 x place in [`SYSCALLS`], and 1 for exits. No event type has such an id.
const CALLS: u16 = 0x8000;

impl Kind {
    /// The kind of an event.
    pub fn of(event: &EventRef<'_>) -> Self {
        if !matches!(event.event_type, id::SYSCALL_ENTER | id::SYSCALL) {
            return Kind(event.event_type & !CALLS);
        }
        let place = place(&event.params).and_then(|place| u16::try_from(place).ok()).filter(|place| *place < CALLS / 2);
        Kind(place.map_or(event.event_type, |place| CALLS | place << 1 | event.event_type & 1))
    }

    /// Event type id.
    pub const fn event_type(self) -> u16 {
        if self.0 & CALLS == 0 {
            self.0
        } else if self.is_enter() {
            id::SYSCALL_ENTER
        } else {
            id::SYSCALL
        }
    }

    /// Whether it is of the types that come before others.
    pub const fn is_enter(self) -> bool {
        self.0 & 1 == 0
    }

    /// The name of a generic event's system call, where that is known.
    pub fn call(self) -> Option<&'static str> {
        let place = (self.0 & CALLS != 0).then_some(usize::from((self.0 & !CALLS) >> 1))?;
        SYSCALLS.get(place).map(|call| call.name)
    }

    /// The kind of the exit event of the same call.
    #[must_use]
    pub const fn exit(self) -> Self {
        Kind(self.0 | 1)
    }

    /// As a number that [`Kind::from_bits`] takes back.
    pub(super) const fn bits(self) -> u16 {
        self.0
    }

    /// The kind with these [`Kind::bits`].
    pub(super) const fn from_bits(bits: u16) -> Self {
        Kind(bits)
    }

    /// As an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where the system call of a generic event stands in the table.
fn place(params: &Params<'_>) -> Option<usize> {
    let code = usize::try_from(params.uint(0)?).ok()?;
    if code != 0 && code < SYSCALLS.len() {
        return Some(code);
    }
    let native = i16::try_from(params.uint(1)?).ok()?;
    SYSCALLS.iter().position(|call| call.x86_64 == native)
}
