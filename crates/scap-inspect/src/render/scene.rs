//! What was true when an event happened, as far as its parameters speak of it.

use crate::clock::Zone;

/// How a descriptor looks in a parameter: `<4t>127.0.0.1:53214->127.0.0.1:80`.
#[derive(Clone, Copy, Debug)]
pub struct FdLook<'a> {
    /// `fd.typechar`.
    pub type_char: u8,
    /// First letter of the transport of an IP socket where it is known: `t`, `u`, `i`, `r`.
    pub l4_letter: Option<u8>,
    /// `fd.name`, which may be empty.
    pub name: &'a [u8],
}

/// Answers about the state at one event. `None` says that nothing is known.
pub trait Scene {
    /// The descriptor with this number in the event's thread.
    fn fd(&self, number: i64) -> Option<FdLook<'_>>;
    /// The command name of a thread.
    fn comm(&self, tid: i64) -> Option<&[u8]>;
    /// The working directory of the event's thread; `None` too where the event has no thread.
    fn cwd(&self) -> Option<&[u8]>;
    /// The name of a user.
    fn user(&self, uid: u32) -> Option<&[u8]>;
    /// The name of a group.
    fn group(&self, gid: u32) -> Option<&[u8]>;
    /// The zone in which times are written.
    fn zone(&self) -> &Zone;
}

/// A scene of which nothing is known but the zone: parameters print what they hold and no more.
#[derive(Clone, Copy, Debug)]
pub struct EmptyScene<'a>(
    /// The zone in which times are written.
    pub &'a Zone,
);

impl Scene for EmptyScene<'_> {
    fn fd(&self, _number: i64) -> Option<FdLook<'_>> {
        None
    }
    fn comm(&self, _tid: i64) -> Option<&[u8]> {
        None
    }
    fn cwd(&self) -> Option<&[u8]> {
        None
    }
    fn user(&self, _uid: u32) -> Option<&[u8]> {
        None
    }
    fn group(&self, _gid: u32) -> Option<&[u8]> {
        None
    }
    fn zone(&self) -> &Zone {
        self.0
    }
}
