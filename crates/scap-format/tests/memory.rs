//! However a capture lies about its lengths, reading it takes no more memory than a small multiple of its size.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use scap_format::meta::{FdDetail, FdEntry, FdList, ProcessEntry, SectionHeader};
use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenOptions};
use scap_format::writer::Writer;

/// Counts what is allocated.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(now, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Tests take turns: what one allocates would count for another.
static TURN: Mutex<()> = Mutex::new(());

/// Buffers of the read-ahead, whatever the capture.
const BUFFERS: usize = 8 << 20;

fn capture() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    writer.section(&SectionHeader::default()).unwrap();
    let process = ProcessEntry { comm: b"worker".to_vec(), env: vec![b'e'; 200], ..ProcessEntry::default() };
    let fd = |fd| FdEntry { fd, inode: 0, detail: FdDetail::Unknown };
    for tid in 0..200 {
        writer.processes(&vec![ProcessEntry { tid, ..process.clone() }; 5]).unwrap();
        writer.fds(&FdList { tid, fds: (0..50).map(fd).collect() }).unwrap();
    }
    writer.into_inner()
}

/// Reads to the end and says how much memory that took at most beside the capture, and how many notes there were.
fn most(bytes: Vec<u8>) -> (usize, usize) {
    let before = NOW.load(Ordering::Relaxed) - bytes.len();
    MOST.store(before, Ordering::Relaxed);
    let opened = open(Input::Bytes(bytes), OpenOptions::default()).unwrap();
    let mut reader = Reader::new(opened.pieces);
    while !matches!(reader.next(), Next::End) {}
    (MOST.load(Ordering::Relaxed) - before, reader.notes().len())
}

#[test]
fn lengths_that_lie_do_not_cost_memory() {
    let _turn = TURN.lock();
    let good = capture();
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap()
    };
    for round in 0..300 {
        let mut bytes = good.clone();
        for _ in 0..=round % 40 {
            let at = 28 + (random() % (bytes.len() - 32)) / 4 * 4;
            let lie = [u32::MAX, 0x3fff_fff0, 0x0010_0000, 0x0000_fff0, 0x0000_0218, 0x0000_0221][random() % 6];
            bytes[at..at + 4].copy_from_slice(&lie.to_le_bytes());
        }
        let size = bytes.len();
        let (most, notes) = most(bytes);
        assert!(most <= BUFFERS + 12 * size, "{most} bytes for a capture of {size}");
        assert!(notes <= 110, "{notes} notes");
    }
}

#[test]
fn what_a_small_file_inflates_to_is_not_held() {
    let _turn = TURN.lock();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&capture()[..28]).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..100 {
        packed.write_all(&zeros).unwrap();
    }
    let (most, notes) = most(packed.finish().unwrap());
    assert!(most <= 48 << 20, "{most} bytes");
    assert!(notes > 0);
}
