//! Where events are missing, as recorders tell it: an event where a loss begins and one where it ends.

use scap_format::event::{unsigned, EventRef};

use crate::index::stored::stored;
use crate::state::id;

/// More losses than this are not listed one by one.
const MOST: usize = 1000;

/// A loss that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Number of the event that ends it.
    pub end: u32,
    /// Nanoseconds from its begin; `None` where no event tells that.
    pub length: Option<u64>,
    /// How many events; `None` of recorders that take samples and do not count what they leave out.
    pub lost: Option<u32>,
}

/// All losses of a capture.
#[derive(Debug, Default)]
pub struct Losses {
    ended: Vec<Loss>,
    times: Vec<u64>,
    lost: u64,
    /// Those that have begun: cpu, time, whether the end will have a count.
    open: Vec<(u16, u64, bool)>,
}

impl Losses {
    /// Takes an event if it tells of a loss.
    ///
    /// Recorders that sample say as `ratio` what part they take, at least 1. Ours loses for want of room: it begins a
    /// loss with 0, and its end has the number of events.
    pub(super) fn take(&mut self, n: u32, event: &EventRef<'_>) {
        let is_begin = match event.event_type {
            id::DROP_ENTER => true,
            id::DROP => false,
            _ => return,
        };
        if self.times.len() < 2 * MOST {
            self.times.push(event.ts);
        }
        let ratio = event.params.get(0).and_then(unsigned).and_then(|ratio| u32::try_from(ratio).ok());
        let began = self.open.iter().position(|(cpu, ..)| *cpu == event.cpu).map(|at| self.open.swap_remove(at));
        if is_begin {
            // One that never ended is one all the same.
            self.lost += u64::from(began.is_some());
            self.open.push((event.cpu, event.ts, ratio == Some(0)));
            return;
        }
        let lost = ratio.filter(|_| began.is_some_and(|(.., counted)| counted));
        self.lost += lost.map_or(1, u64::from);
        if self.ended.len() < MOST {
            let length = began.map(|(_, began, _)| event.ts.saturating_sub(began));
            self.ended.push(Loss { end: n, length, lost });
        }
    }

    /// How many events were lost; a loss whose number is not known counts as one.
    pub fn lost(&self) -> u64 {
        self.lost + self.open.len() as u64
    }

    /// Times of begins and ends, ns; of very many the first.
    pub fn times(&self) -> &[u64] {
        &self.times
    }

    /// Those that ended, in the order of their numbers; of very many the first.
    pub fn ended(&self) -> &[Loss] {
        &self.ended
    }

    /// The loss that the event of this number ends.
    pub fn ended_by(&self, n: u32) -> Option<Loss> {
        let at = self.ended.binary_search_by_key(&n, |loss| loss.end).ok()?;
        self.ended.get(at).copied()
    }
}

stored!(Loss { end, length, lost });
stored!(Losses { ended, times, lost, open });

#[cfg(test)]
mod tests {
    use scap_format::event::Params;

    use super::*;

    fn told(events: &[(u16, u16, u64, u32)]) -> Losses {
        let mut losses = Losses::default();
        for (n, (event_type, cpu, ts, ratio)) in (1..).zip(events) {
            let bytes = ratio.to_le_bytes();
            let event = EventRef {
                ts: *ts,
                tid: 7,
                event_type: *event_type,
                cpu: *cpu,
                block_flags: 0,
                params: Params::new(&[4, 0], false, &bytes),
                options: &[],
            };
            losses.take(n, &event);
        }
        losses
    }

    #[test]
    fn a_counted_loss_is_counted_once() {
        let losses = told(&[(148, 0, 10, 0), (148, 1, 11, 0), (149, 1, 40, 3), (149, 0, 50, 1180)]);
        assert_eq!(losses.lost(), 1183);
        assert_eq!(losses.times(), [10, 11, 40, 50]);
        let of_cpu_0 = Loss { end: 4, length: Some(40), lost: Some(1180) };
        assert_eq!((losses.ended_by(4), losses.ended_by(1)), (Some(of_cpu_0), None));
    }

    #[test]
    fn a_part_that_is_taken_is_no_number_of_events() {
        let losses = told(&[(148, 0, 10, 128), (149, 0, 50, 128), (149, 0, 60, 4)]);
        assert_eq!(losses.lost(), 2);
        assert_eq!(losses.ended().iter().map(|loss| loss.lost).collect::<Vec<_>>(), [None, None]);
    }

    #[test]
    fn one_that_does_not_end_is_one() {
        assert_eq!(told(&[(148, 0, 10, 0), (148, 0, 20, 0)]).lost(), 2);
    }
}
