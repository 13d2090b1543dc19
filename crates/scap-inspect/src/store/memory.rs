//! Memory for columns, fetched ahead.
//!
//! The first touch of a page costs more than all that is done with an event: the kernel clears it, and in a virtual machine
//! the host may have to find it first. So a thread of its own touches the memory that will be needed next.
//!
//! Huge pages are the quickest to get, a fourth of what small ones take, except in a virtual machine that tells its host of
//! free ones: the host takes those away, and to have them back takes six times as long as small ones. Which it is, the first ones show.

use std::sync::mpsc::{sync_channel, Receiver};
use std::time::Duration;

use memmap2::{Advice, MmapMut};
use parking_lot::Mutex;
use rustix::thread::disable_transparent_huge_pages;
use rustix::time::{clock_gettime, ClockId};

/// Size of a huge page.
const HUGE: usize = 2 << 20;
/// A huge page that takes longer than this to be had, ns, takes longer than small ones of its size.
const SLOW: u64 = 1_500_000;

/// Memory of zeros: a mapping, or the heap where no mapping is to be had.
#[derive(Debug)]
pub(super) enum Memory {
    Mapped(MmapMut),
    Heap(Vec<u32>),
}

impl Memory {
    /// So many bytes, taken from the system as they are touched.
    pub(super) fn small(bytes: usize) -> Self {
        Memory::mapped(bytes, bytes)
    }

    /// At least so many bytes that will be used whole, in huge pages where the kernel has some.
    pub(super) fn huge(bytes: usize) -> Self {
        // Only mappings of whole huge pages begin where such a page may begin.
        let memory = Memory::mapped(bytes, bytes.next_multiple_of(HUGE));
        if let Memory::Mapped(map) = &memory {
            // Refused by kernels without them; small pages do too.
            let _ = map.advise_range(Advice::HugePage, 0, bytes / HUGE * HUGE);
        }
        memory
    }

    fn mapped(bytes: usize, length: usize) -> Self {
        let map = if bytes == 0 { None } else { MmapMut::map_anon(length).ok() };
        map.map_or_else(|| Memory::Heap(vec![0; bytes.div_ceil(4)]), Memory::Mapped)
    }

    /// Takes the first so many bytes from the system now. Gives huge pages up, in the whole process, where they are slow.
    fn touch(&self, bytes: usize) {
        let Memory::Mapped(map) = self else { return };
        let begun = worked();
        // Unknown to kernels before 5.14: then they are taken as they are touched.
        let _ = map.advise_range(Advice::PopulateWrite, 0, bytes);
        let pages = u64::try_from(bytes / HUGE).unwrap_or(u64::MAX);
        if worked().saturating_sub(begun) > Duration::from_nanos(SLOW.saturating_mul(pages)) {
            // Where that is refused it stays slow.
            let _ = disable_transparent_huge_pages(true);
        }
    }

    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Memory::Mapped(map) => map,
            Memory::Heap(words) => bytemuck::cast_slice(words),
        }
    }

    #[inline]
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Memory::Mapped(map) => map,
            Memory::Heap(words) => bytemuck::cast_slice_mut(words),
        }
    }
}

/// One memory of a fixed size in reserve, made by a thread that ends with this.
#[derive(Debug)]
pub(super) struct Reserve(Option<Mutex<Receiver<Memory>>>);

impl Reserve {
    /// Begins to make it.
    pub(super) fn begin(bytes: usize) -> Self {
        let (give, take) = sync_channel(0);
        let make = move || loop {
            let memory = Memory::huge(bytes);
            memory.touch(bytes);
            if give.send(memory).is_err() {
                return;
            }
        };
        let thread = std::thread::Builder::new().name("memory".into()).spawn(make);
        Reserve(thread.is_ok().then(|| Mutex::new(take)))
    }

    /// What is ready; the next is begun then.
    pub(super) fn take(&self) -> Option<Memory> {
        self.0.as_ref()?.lock().try_recv().ok()
    }
}

/// Processor time of this thread: other threads do not make it look slow.
fn worked() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_reserve_is_made_again_and_again() {
        let reserve = Reserve::begin(HUGE + 100);
        for _ in 0..3 {
            let begun = Instant::now();
            let memory = loop {
                if let Some(memory) = reserve.take() {
                    break memory;
                }
                assert!(begun.elapsed() < Duration::from_secs(60), "no memory was made");
                std::thread::yield_now();
            };
            assert!(memory.bytes().len() >= HUGE + 100);
            assert!(memory.bytes().iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn no_memory_is_none() {
        assert!(Memory::small(0).bytes().is_empty());
        assert!(Memory::huge(0).bytes().is_empty());
    }
}
