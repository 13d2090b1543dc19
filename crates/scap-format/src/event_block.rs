//! Event blocks: where the parts of an event lie in its block.

mod ahead;

use crate::blocks::{head, kind, BlockKind, EventForm};
use crate::event::{EventRef, Params};
use crate::tables::{EventFlags, EVENTS};

pub(crate) use ahead::{Finder, Found};

const TYPES: usize = EVENTS.len();

/// For each event type whether its parameter lengths take four bytes.
#[allow(clippy::indexing_slicing, reason = "evaluated while compiling, where there is no get()")]
static WIDE: [bool; TYPES] = {
    let mut wide = [false; TYPES];
    let mut id = 0;
    while id < TYPES {
        wide[id] = EVENTS[id].flags & EventFlags::LARGE != 0;
        id += 1;
    }
    wide
};

/// Whether the lengths of this type's parameters take four bytes; the block's own type does not matter.
#[inline]
pub(crate) fn is_wide(event_type: u16) -> bool {
    WIDE.get(usize::from(event_type)).copied().unwrap_or(false)
}

/// Why a block is not an event we can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The type is beyond our table: written by a newer recorder.
    UnknownType(u16),
    /// Lengths inside the event contradict each other.
    Malformed,
}

/// The header of an event and where its parts lie, as offsets into the block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    ts: u64,
    tid: i64,
    event_type: u16,
    cpu: u16,
    block_flags: u32,
    wide: bool,
    event_at: usize,
    lengths_at: usize,
    values_at: usize,
    event_end: usize,
    /// Total length of the block.
    pub(crate) block_length: usize,
}

/// CPU, then flags where there are any.
const CPU_AT: usize = 8;

impl Shape {
    /// The parts of a whole block of the given form.
    #[inline]
    pub(crate) fn of(block: &[u8], form: EventForm) -> Result<Shape, Fault> {
        match form {
            EventForm { flags: false, counted: true, .. } => Self::counted(block, CPU_AT + 2),
            EventForm { flags: true, counted: true, .. } => Self::counted(block, CPU_AT + 6),
            EventForm { flags: false, counted: false, .. } => Self::uncounted(block, CPU_AT + 2),
            EventForm { flags: true, counted: false, .. } => Self::uncounted(block, CPU_AT + 6),
        }
    }

    /// An event that states its number of parameters: ts u64, tid i64, length u32, type u16, count u32.
    #[inline]
    fn counted(block: &[u8], event_at: usize) -> Result<Shape, Fault> {
        let mut shape = Self::header(block, event_at)?;
        let count_at = event_at + 22;
        let count = block.get(count_at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Fault::Malformed)?;
        let count = usize::try_from(u32::from_le_bytes(*count)).map_err(|_| Fault::Malformed)?;
        shape.lengths_at = event_at + 26;
        let lengths = count.checked_mul(if shape.wide { 4 } else { 2 }).ok_or(Fault::Malformed)?;
        shape.values_at = shape.lengths_at.checked_add(lengths).ok_or(Fault::Malformed)?;
        let lengths = block.get(shape.lengths_at..shape.values_at).ok_or(Fault::Malformed)?;
        let room = shape.event_end.checked_sub(shape.values_at).ok_or(Fault::Malformed)?;
        if sum_of_lengths(lengths, shape.wide) > room {
            return Err(Fault::Malformed);
        }
        Ok(shape)
    }

    /// An event without that number: the one for which lengths and values fill the event exactly.
    #[inline]
    fn uncounted(block: &[u8], event_at: usize) -> Result<Shape, Fault> {
        let mut shape = Self::header(block, event_at)?;
        // Recorders wrote notification and infrastructure events with a length that is three too large.
        if matches!(shape.event_type, 280 | 286) {
            shape.event_end = shape.event_end.checked_sub(3).ok_or(Fault::Malformed)?;
        }
        shape.lengths_at = event_at + 22;
        let body = block.get(shape.lengths_at..shape.event_end).ok_or(Fault::Malformed)?;
        let most = EVENTS.get(usize::from(shape.event_type)).map_or(0, |info| info.params.len());
        let width = if shape.wide { 4 } else { 2 };
        // Each length more takes room itself, so at most one number of them fills the event.
        let mut filled = 0usize;
        for count in 0..=most {
            // Cannot overflow: no row of the table has more than a few dozen parameters.
            let lengths = count * width;
            if filled.saturating_add(lengths) == body.len() {
                shape.values_at = shape.lengths_at + lengths;
                return Ok(shape);
            }
            let Some(length) = body.get(lengths..).and_then(|rest| length(rest, shape.wide)) else { break };
            filled = filled.saturating_add(length);
            if filled > body.len() {
                break;
            }
        }
        Err(Fault::Malformed)
    }

    /// The fields both headers share.
    #[inline]
    fn header(block: &[u8], event_at: usize) -> Result<Shape, Fault> {
        let event = block.get(event_at..).ok_or(Fault::Malformed)?;
        let h = event.first_chunk::<22>().ok_or(Fault::Malformed)?;
        let length = usize::try_from(u32::from_le_bytes([h[16], h[17], h[18], h[19]])).unwrap_or(usize::MAX);
        // The copy of the block's length is not part of the event.
        if length > event.len().saturating_sub(4) {
            return Err(Fault::Malformed);
        }
        let mut shape = Self::new(block, event_at, h);
        let Some(wide) = WIDE.get(usize::from(shape.event_type)).copied() else {
            return Err(Fault::UnknownType(shape.event_type));
        };
        shape.wide = wide;
        shape.event_end = event_at + length;
        Ok(shape)
    }

    /// What both headers say, of a block in which there is room for them; where the parts lie is still open.
    #[inline]
    fn new(block: &[u8], event_at: usize, h: &[u8; 22]) -> Shape {
        let cpu = block.get(CPU_AT..).and_then(|rest| rest.first_chunk::<2>()).copied().unwrap_or_default();
        Shape {
            ts: u64::from_le_bytes([h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]]),
            tid: i64::from_le_bytes([h[8], h[9], h[10], h[11], h[12], h[13], h[14], h[15]]),
            event_type: u16::from_le_bytes([h[20], h[21]]),
            cpu: u16::from_le_bytes(cpu),
            block_flags: if event_at == CPU_AT + 2 { 0 } else { block_flags(block) },
            wide: false,
            event_at,
            lengths_at: 0,
            values_at: 0,
            event_end: 0,
            block_length: block.len(),
        }
    }

    /// The event, borrowed from the block this shape was made of.
    #[inline]
    pub(crate) fn event<'a>(&self, block: &'a [u8]) -> EventRef<'a> {
        let lengths = block.get(self.lengths_at..self.values_at).unwrap_or_default();
        let values = block.get(self.values_at..self.event_end).unwrap_or_default();
        let options = block.get(self.padded_end()..self.block_length.saturating_sub(4)).unwrap_or_default();
        EventRef {
            ts: self.ts,
            tid: self.tid,
            event_type: self.event_type,
            cpu: self.cpu,
            block_flags: self.block_flags,
            params: Params::new(lengths, self.wide, values),
            options,
        }
    }

    /// Whether nothing but padding stands between the event and the end of its block.
    pub(crate) fn fills_block(&self) -> bool {
        self.padded_end().checked_add(4) == Some(self.block_length)
    }

    #[inline]
    fn padded_end(&self) -> usize {
        self.event_end.saturating_add(3) & !3
    }
}

#[inline]
fn block_flags(block: &[u8]) -> u32 {
    block.get(CPU_AT + 2..).and_then(|rest| rest.first_chunk::<4>()).map_or(0, |flags| u32::from_le_bytes(*flags))
}

/// The length that stands first.
#[inline]
fn length(bytes: &[u8], wide: bool) -> Option<usize> {
    if wide {
        bytes.first_chunk().map(|length| usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX))
    } else {
        bytes.first_chunk().map(|length| usize::from(u16::from_le_bytes(*length)))
    }
}

#[inline]
fn sum_of_lengths(lengths: &[u8], wide: bool) -> usize {
    if wide {
        lengths.chunks_exact(4).fold(0usize, |sum, length| {
            let length = length.first_chunk::<4>().map_or(0, |l| u32::from_le_bytes(*l));
            sum.saturating_add(usize::try_from(length).unwrap_or(usize::MAX))
        })
    } else {
        // Cannot overflow: at most 2^31 lengths below 2^16.
        lengths.chunks_exact(2).map(|l| l.first_chunk::<2>().map_or(0, |l| usize::from(u16::from_le_bytes(*l)))).sum()
    }
}

/// The form of a whole event block, from its first bytes.
pub(crate) fn form(block: &[u8]) -> Option<EventForm> {
    match kind(head(block)?.0)? {
        BlockKind::Event(form) => Some(form),
        _ => None,
    }
}
