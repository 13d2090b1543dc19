//! Where captures come from: files, pipes, memory; packed or not; still growing or not.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
use scap_format::reader::{Next, NoteKind, Reader};
use scap_format::source::{open, Compression, Input, OpenError, OpenOptions};

use super::building::{item, read, read_on, section, small, try_read, write, Event, Item};

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("scap-format-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// In blocks as long as the stream.
fn gz(bytes: &[u8]) -> Vec<u8> {
    gz_of_level(bytes, 1)
}

fn gz_of_level(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::new(level)).read_to_end(&mut packed).unwrap();
    packed
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let info = FrameInfo::new().block_size(BlockSize::Max64KB).content_checksum(true);
    let mut frame = FrameEncoder::with_frame_info(info, Vec::new());
    frame.write_all(bytes).unwrap();
    frame.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

#[test]
fn packed_captures_are_known_by_their_first_bytes() {
    let plain = write(&small());
    let packed = [
        (Compression::None, plain.clone()),
        (Compression::Gzip, gz(&plain)),
        (Compression::Zstd, zst(&plain)),
        (Compression::Lz4, lz4(&plain)),
    ];
    for (compression, bytes) in packed {
        let size = bytes.len() as u64;
        let opened = open(Input::Bytes(bytes), OpenOptions::default()).unwrap();
        assert_eq!((opened.compression, opened.size), (compression, Some(size)));
        let mut reader = Reader::new(opened.pieces);
        let reading = read_on(&mut reader);
        assert_eq!((reading.items, reading.notes), (small(), vec![]), "{compression}");
        assert_eq!(reader.bytes_read(), size, "{compression}");
    }
}

#[test]
fn members_and_frames_one_behind_the_other_are_one_stream() {
    let plain = write(&small());
    for pack in [gz, zst, lz4] {
        // Cut inside a block: a member's end means nothing.
        let (a, b) = plain.split_at(plain.len() / 2);
        let packed = [pack(a), pack(b), pack(&plain)].concat();
        assert_eq!(read(&packed).items, [small(), small()].concat());
    }
}

#[test]
fn a_packed_capture_that_ends_early_gives_what_can_be_unpacked_and_one_note() {
    let events = (0..10_000).map(|ts| Item::Event(Event::new(4, &[&3i64.to_le_bytes()]).at(ts * 7919)));
    let plain = write(&small()[..1].iter().cloned().chain(events).collect::<Vec<_>>());
    for pack in [gz, lz4, zst] {
        let packed = pack(&plain);
        let reading = read(&packed[..packed.len() - 6]);
        assert_eq!(reading.notes.len(), 1, "{:?}", reading.notes);
        assert_eq!(reading.notes[0].kind, NoteKind::Truncated, "{:?}", reading.notes);
    }
    let packed = gz(&plain);
    assert_eq!(read(&packed[..packed.len() - 6]).events().len(), 10_000);
}

#[test]
fn a_wrong_checksum_is_noted_behind_the_events() {
    let mut packed = gz(&write(&small()));
    let checksum = packed.len() - 8;
    packed[checksum] ^= 1;
    let reading = read(&packed);
    assert_eq!(reading.items, small());
    assert_eq!(reading.notes[0].kind, NoteKind::Unreadable);
    assert!(reading.note().contains("checksum"), "{}", reading.note());
}

#[test]
fn what_cannot_be_opened_says_why_in_one_line_and_what_to_do() {
    let folder = Folder::new("errors");
    let mut foreign = section();
    foreign[4..12].copy_from_slice(&[0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d]);
    let mut newer = section();
    newer[12] = 2;
    let mut damaged = section();
    damaged[25] = 1;
    let mut packets = section();
    for (id, body) in [(1_u32, 8), (6, 20)] {
        let length = u32::to_le_bytes(body + 12);
        packets.extend(id.to_le_bytes().into_iter().chain(length));
        packets.resize(packets.len() + body as usize, 0);
        packets.extend(length);
    }
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("empty", vec![], "is empty"),
        ("text", b"PID COMMAND\n".to_vec(), "is not a capture: it is text"),
        ("pcap", vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0], "is not a capture: it is a packet capture (pcap)"),
        ("pcapng", packets, "is not a capture: it is a packet capture (pcapng)"),
        ("foreign", foreign, "was recorded on a machine with the other byte order"),
        ("newer", newer, "has format version 2; only version 1 is known"),
        ("damaged", damaged, "its two lengths differ"),
        ("cut", section()[..20].to_vec(), "ends inside its first block, after 20 bytes"),
        ("gzip", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], "cannot be unpacked as gzip"),
    ];
    for (name, bytes, expected) in cases {
        let error = open(Input::File(folder.file(name, &bytes)), OpenOptions::default()).unwrap_err();
        let line = error.to_string();
        assert!(line.contains(expected), "{name}: {line}");
        assert!(line.contains(name) && !line.contains('\n') && !error.hint().is_empty(), "{name}: {line}");
    }
    let missing = open(Input::File(folder.0.join("missing")), OpenOptions::default()).unwrap_err();
    assert!(matches!(missing, OpenError::NotFound { .. }));
    let directory = open(Input::File(folder.0.clone()), OpenOptions::default()).unwrap_err();
    assert!(matches!(directory, OpenError::Directory { .. }));
}

#[test]
fn a_file_without_read_permission_is_named_as_such() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("permission");
    let path = folder.file("secret.scap", &section());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&path).is_ok() {
        return; // root reads everything
    }
    let error = open(Input::File(path), OpenOptions::default()).unwrap_err();
    assert!(matches!(error, OpenError::Permission { .. }));
}

/// Reads a followed capture until this many blocks came.
fn follow(reader: &mut Reader, wanted: usize) -> Vec<Item> {
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut items = Vec::new();
    while items.len() < wanted {
        assert!(Instant::now() < deadline, "only {} of {wanted} blocks came", items.len());
        match reader.next() {
            Next::End => panic!("a followed capture does not end"),
            next => items.extend(item(next)),
        }
    }
    items
}

#[test]
fn a_growing_file_gives_whole_blocks_as_they_arrive() {
    let folder = Folder::new("follow");
    let bytes = write(&small());
    let path = folder.file("growing.scap", &bytes[..60]);
    let opened = open(Input::File(path.clone()), OpenOptions { follow: true }).unwrap();
    let mut reader = Reader::new(opened.pieces);
    let mut file = File::options().append(true).open(path).unwrap();
    assert_eq!(follow(&mut reader, 1), small()[..1]);
    assert!(matches!(reader.next(), Next::Idle));
    // Into the middle of a block, then to the end.
    file.write_all(&bytes[60..bytes.len() - 30]).unwrap();
    assert_eq!(follow(&mut reader, small().len() - 2), small()[1..small().len() - 1]);
    assert!(matches!(reader.next(), Next::Idle));
    file.write_all(&bytes[bytes.len() - 30..]).unwrap();
    assert_eq!(follow(&mut reader, 1), small()[small().len() - 1..]);
    assert!(matches!(reader.next(), Next::Idle));
    assert_eq!(reader.notes(), []);
}

#[test]
fn a_growing_packed_file_is_followed_too() {
    let bytes = write(&small());
    for (name, pack) in [("gz", gz as fn(&[u8]) -> Vec<u8>), ("zst", zst), ("lz4", lz4)] {
        let folder = Folder::new(&format!("follow-{name}"));
        let packed = [pack(&bytes), pack(&bytes)].concat();
        let half = pack(&bytes).len() + 9;
        let path = folder.file("growing", &packed[..half]);
        let opened = open(Input::File(path.clone()), OpenOptions { follow: true }).unwrap();
        let mut reader = Reader::new(opened.pieces);
        let first = if name == "lz4" { 0 } else { small().len() };
        let before = follow(&mut reader, first);
        File::options().append(true).open(path).unwrap().write_all(&packed[half..]).unwrap();
        let after = follow(&mut reader, 2 * small().len() - first);
        assert_eq!([before, after].concat(), [small(), small()].concat(), "{name}");
    }
}

#[test]
fn a_file_that_becomes_shorter_while_it_is_followed_ends_with_a_note() {
    let folder = Folder::new("shorter");
    let path = folder.file("growing.scap", &write(&small()));
    let opened = open(Input::File(path.clone()), OpenOptions { follow: true }).unwrap();
    let mut reader = Reader::new(opened.pieces);
    follow(&mut reader, small().len());
    File::options().write(true).open(path).unwrap().set_len(28).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !matches!(reader.next(), Next::End) {
        assert!(Instant::now() < deadline);
    }
    assert_eq!(reader.notes()[0].kind, NoteKind::Unreadable);
}

#[test]
fn events_of_a_pipe_come_before_it_is_full_and_can_be_read_again() {
    let folder = Folder::new("pipe");
    let path = folder.0.join("pipe");
    if !Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()) {
        return;
    }
    let (bytes, to) = (write(&small()), path.clone());
    let writer = thread::spawn(move || {
        let mut pipe = File::options().write(true).open(to).unwrap();
        pipe.write_all(&bytes).unwrap();
        pipe
    });
    let opened = open(Input::File(path), OpenOptions::default()).unwrap();
    assert_eq!(opened.size, None);
    let mut reader = Reader::new(opened.pieces);
    let mut items = Vec::new();
    // The pipe stays open: all must come without its end.
    while items.len() < small().len() {
        items.extend(item(reader.next()));
    }
    assert_eq!(items, small());
    let mut raw = Vec::new();
    assert_eq!(opened.raw.append(0, 28, &mut raw).unwrap(), 28);
    assert_eq!(raw, section());
    drop(writer.join().unwrap());
    assert!(matches!(reader.next(), Next::End));
}

#[test]
fn a_long_packed_stream_can_be_read_at_any_place() {
    let events = (0..60_000u64).map(|n| Item::Event(Event::new(4, &[&n.wrapping_mul(n).to_le_bytes()]).at(n)));
    let plain = write(&small()[..1].iter().cloned().chain(events).collect::<Vec<_>>());
    assert!(plain.len() > 2 << 20);
    let folder = Folder::new("any-place");
    for (name, packed) in
        [("fast", gz(&plain)), ("usual", gz_of_level(&plain, 6)), ("zst", zst(&plain)), ("lz4", lz4(&plain))]
    {
        for input in [Input::File(folder.file(name, &packed)), Input::Bytes(packed)] {
            let opened = open(input, OpenOptions::default()).unwrap();
            let mut reader = Reader::new(opened.pieces);
            assert_eq!(read_on(&mut reader).events().len(), 60_000);
            let mut raw = Vec::new();
            for (offset, length) in
                [(0, 100), ((1 << 20) - 50, 100), (123_456, 1 << 20), (plain.len() - 10, 100), (plain.len(), 1)]
            {
                let end = (offset + length).min(plain.len());
                raw.clear();
                assert_eq!(opened.raw.append(offset as u64, length, &mut raw).unwrap(), end - offset);
                assert_eq!(raw, plain[offset..end]);
            }
        }
    }
}

#[test]
fn a_packed_file_that_is_replaced_while_it_is_open_is_not_taken_for_what_was_read() {
    let events = |from: u64| {
        (0..90_000u64)
            .map(move |n| Item::Event(Event::new(4, &[&(n * n).to_le_bytes()]).at(from + n)))
            .collect::<Vec<_>>()
    };
    let capture = |from| gz_of_level(&write(&[&small()[..1], &events(from)].concat()), 6);
    let folder = Folder::new("replaced");
    let path = folder.file("packed.scap.gz", &capture(0));
    let opened = open(Input::File(path.clone()), OpenOptions::default()).unwrap();
    let mut reader = Reader::new(opened.pieces);
    assert_eq!(read_on(&mut reader).events().len(), 90_000);
    let mut raw = Vec::new();
    // One is remembered, another was never asked for.
    assert_eq!(opened.raw.append(100, 50, &mut raw).unwrap(), 50);
    let whole = fs::read(&path).unwrap();
    for other in [capture(1), whole[..whole.len() / 9].to_vec(), vec![]] {
        fs::write(&path, other).unwrap();
        let error = opened.raw.append(2 << 20, 50, &mut raw).unwrap_err();
        assert!(error.to_string().contains("has changed"), "{error}");
        assert_eq!(raw.len(), 50);
    }
    fs::write(&path, whole).unwrap();
    assert_eq!(opened.raw.append(2 << 20, 50, &mut raw).unwrap(), 50);
}

#[test]
fn a_reader_that_is_dropped_early_leaves_no_thread_behind() {
    let threads = || fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    let plain = gz(&vec![write(&small()); 5000].concat());
    let folder = Folder::new("dropped");
    let path = folder.file("growing.scap", &plain);
    for _ in 0..50 {
        let opened = open(Input::File(path.clone()), OpenOptions { follow: true }).unwrap();
        let mut reader = Reader::new(opened.pieces);
        let first = std::iter::from_fn(|| Some(matches!(reader.next(), Next::Idle))).take_while(|idle| *idle).count();
        assert!(first < 500, "it stayed idle");
    }
    // Other tests run beside this one, with a few threads each.
    let deadline = Instant::now() + Duration::from_secs(20);
    while threads() > 60 {
        assert!(Instant::now() < deadline, "{} threads", threads());
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn bytes_in_memory_that_are_no_capture_are_refused() {
    assert!(matches!(try_read(b"\x0a\x0d\x0d\x0b"), Err(OpenError::NotACapture { .. })));
}
