//! Events in the order of time: those of several cpus come one ring after another, and a call's beginning comes with its
//! end. Events wait in buckets of a millisecond until nothing earlier can come.

use std::collections::VecDeque;
use std::io::{self, Write};

use scap_format::event::EventRef;
use scap_format::writer::Writer;

use crate::recorder::encode::Events;

/// A bucket holds 2^20 nanoseconds.
const SHIFT: u32 = 20;
/// Buckets beyond which an event goes to the last: a clock that jumped must not make us hold memory without end.
const BUCKETS: u64 = 1 << 14;

#[derive(Debug)]
struct Bucket {
    blocks: Writer<Vec<u8>>,
    /// Time, and where the block begins.
    entries: Vec<(u64, usize)>,
    in_order: bool,
}

impl Bucket {
    fn new() -> Self {
        Bucket { blocks: Writer::new(Vec::new()), entries: Vec::new(), in_order: true }
    }
}

/// The window in which events are sorted.
#[derive(Debug)]
pub(crate) struct Reorder {
    buckets: VecDeque<Bucket>,
    /// Number of the first bucket.
    first: u64,
    /// Events given so far.
    pub(crate) events: u64,
    /// Events that came when later ones had been written.
    pub(crate) late: u64,
    /// An event that could not be stored: it broke a rule of the format.
    pub(crate) refused: u64,
}

impl Events for Reorder {
    fn event(&mut self, event: &EventRef<'_>) {
        let number = event.ts >> SHIFT;
        if number < self.first {
            self.late += 1;
        }
        let index = usize::try_from(number.saturating_sub(self.first).min(BUCKETS)).unwrap_or(0);
        while self.buckets.len() <= index {
            self.buckets.push_back(Bucket::new());
        }
        let Some(bucket) = self.buckets.get_mut(index) else { return };
        let at = usize::try_from(bucket.blocks.written()).unwrap_or(usize::MAX);
        if bucket.blocks.event(event).is_err() {
            self.refused += 1;
            return;
        }
        bucket.in_order &= bucket.entries.last().is_none_or(|last| last.0 <= event.ts);
        bucket.entries.push((event.ts, at));
        self.events += 1;
    }
}

impl Reorder {
    /// Sorts events that happen from a time on.
    pub(crate) fn new(from: u64) -> Self {
        Reorder { buckets: VecDeque::new(), first: from >> SHIFT, events: 0, late: 0, refused: 0 }
    }

    /// Writes all events before a time, in order; those of one time as they came.
    pub(crate) fn release(&mut self, before: u64, to: &mut impl Write) -> io::Result<()> {
        let end = before >> SHIFT;
        while self.first < end {
            let Some(mut bucket) = self.buckets.pop_front() else {
                self.first = end;
                return Ok(());
            };
            self.first += 1;
            write(&mut bucket, to)?;
        }
        Ok(())
    }

    /// Writes what is left.
    pub(crate) fn finish(&mut self, to: &mut impl Write) -> io::Result<()> {
        while let Some(mut bucket) = self.buckets.pop_front() {
            self.first += 1;
            write(&mut bucket, to)?;
        }
        Ok(())
    }
}

fn write(bucket: &mut Bucket, to: &mut impl Write) -> io::Result<()> {
    let blocks = std::mem::replace(&mut bucket.blocks, Writer::new(Vec::new())).into_inner();
    if bucket.in_order {
        return to.write_all(&blocks);
    }
    let ends = bucket.entries.iter().skip(1).map(|entry| entry.1).chain([blocks.len()]);
    let mut places: Vec<(u64, usize, usize)> =
        bucket.entries.iter().zip(ends).map(|(entry, end)| (entry.0, entry.1, end)).collect();
    places.sort_by_key(|place| place.0);
    for (_, from, until) in places {
        to.write_all(blocks.get(from..until).unwrap_or_default())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use scap_format::event::Params;

    fn event(ts: u64, tid: i64) -> EventRef<'static> {
        EventRef { ts, tid, event_type: 38, cpu: 0, block_flags: 0, params: Params::EMPTY, options: &[] }
    }

    /// Times and threads of the blocks.
    fn read(bytes: &[u8]) -> Vec<(u64, i64)> {
        let number = |b: &[u8], at: usize| u64::from_le_bytes(*b[at..].first_chunk::<8>().expect("eight bytes"));
        bytes.chunks_exact(40).map(|block| (number(block, 10), number(block, 18) as i64)).collect()
    }

    #[test]
    fn events_leave_in_the_order_of_time() {
        let mut reorder = Reorder::new(0);
        let times = [5 << 20, (5 << 20) + 7, (5 << 20) + 3, 7 << 20, 6 << 20];
        for (tid, ts) in times.into_iter().enumerate() {
            reorder.event(&event(ts, tid as i64));
        }
        let mut out = Vec::new();
        reorder.release(7 << 20, &mut out).expect("memory");
        assert_eq!(read(&out), [(times[0], 0), (times[2], 2), (times[1], 1), (times[4], 4)]);
        out.clear();
        reorder.finish(&mut out).expect("memory");
        assert_eq!(read(&out), [(times[3], 3)]);
        assert_eq!((reorder.events, reorder.late), (5, 0));
    }

    #[test]
    fn what_comes_late_is_written_all_the_same() {
        let mut reorder = Reorder::new(0);
        reorder.event(&event(9 << 20, 1));
        let mut out = Vec::new();
        reorder.release(10 << 20, &mut out).expect("memory");
        reorder.event(&event(8 << 20, 2));
        reorder.finish(&mut out).expect("memory");
        assert_eq!(read(&out), [(9 << 20, 1), (8 << 20, 2)]);
        assert_eq!(reorder.late, 1);
    }

    #[test]
    fn a_clock_that_jumps_ahead_takes_no_memory() {
        let mut reorder = Reorder::new(0);
        reorder.event(&event(1 << 20, 1));
        reorder.event(&event(u64::MAX, 2));
        assert!(reorder.buckets.len() <= BUCKETS as usize + 1);
    }
}
