cat > /tmp/framed.rs <<'E'
//! Usual events found ahead of the reader, in a thread that waits for the disk anyway.
//!
//! What is found is a hint: the reader takes it where it stands at that very place, and looks itself everywhere else. So
//! nothing here decides what is damaged, and a wrong guess costs time alone.

use super::{Shape, CPU_AT};
use crate::blocks::{head, kind, plausible_head, trailer_agrees, BlockKind, EventForm, FRAME};
use crate::event::EventRef;

/// Where the parts of a whole, sound event lie in a piece of the stream. Only of blocks whose parts two bytes can tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framed {
    /// Where the block begins in its piece.
    pub(crate) at: u32,
    length: u16,
    values_at: u16,
    event_end: u16,
    lengths_at: u8,
    wide: bool,
}

/// Where the event begins in a block that has flags; in others it is four bytes earlier.
const EVENT_AT: usize = CPU_AT + 6;

impl Framed {
    fn of(at: usize, shape: &Shape) -> Option<Framed> {
        Some(Framed {
            at: u32::try_from(at).ok()?,
            length: u16::try_from(shape.block_length).ok()?,
            values_at: u16::try_from(shape.values_at).ok()?,
            event_end: u16::try_from(shape.event_end).ok()?,
            lengths_at: u8::try_from(shape.lengths_at).ok()?,
            wide: shape.wide,
        })
    }
}
