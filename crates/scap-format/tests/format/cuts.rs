//! A capture that was cut short gives every whole event before the cut, and says that it was cut.

use std::io::Read;

use scap_format::reader::NoteKind;
use scap_format::source::OpenError;

use super::building::{read, small, try_read, write, Item};

/// The capture and where each of its blocks ends.
fn with_ends() -> (Vec<u8>, Vec<usize>) {
    let items = small();
    let ends = (1..=items.len()).map(|n| write(&items[..n]).len()).collect();
    (write(&items), ends)
}

fn whole_blocks(ends: &[usize], bytes: usize) -> Vec<Item> {
    let whole = ends.iter().filter(|end| **end <= bytes).count();
    small()[..whole].to_vec()
}

#[test]
fn a_capture_cut_at_any_byte_keeps_the_blocks_before_it() {
    let (bytes, ends) = with_ends();
    for cut in ends[0]..=bytes.len() {
        let reading = read(&bytes[..cut]);
        assert_eq!(reading.items, whole_blocks(&ends, cut), "cut at {cut}");
        if ends.contains(&cut) {
            assert_eq!(reading.notes, [], "cut at {cut}");
            continue;
        }
        let start = ends.iter().rfind(|end| **end < cut).unwrap();
        assert_eq!(reading.notes.len(), 1, "cut at {cut}: {:?}", reading.notes);
        assert_eq!(reading.notes[0].kind, NoteKind::Truncated, "cut at {cut}");
        assert_eq!(reading.notes[0].offset, u64::try_from(*start).unwrap(), "cut at {cut}");
    }
}

#[test]
fn a_capture_cut_inside_its_first_block_is_refused() {
    let (bytes, ends) = with_ends();
    assert!(matches!(try_read(&[]), Err(OpenError::Empty { .. })));
    for cut in 1..ends[0] {
        let error = try_read(&bytes[..cut]).unwrap_err();
        assert!(matches!(error, OpenError::CutShort { bytes, .. } if bytes == cut), "cut at {cut}: {error:?}");
    }
}

#[test]
fn a_gzipped_capture_cut_at_any_byte_keeps_the_blocks_that_can_be_unpacked() {
    let (bytes, ends) = with_ends();
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(bytes.as_slice(), flate2::Compression::best()).read_to_end(&mut packed).unwrap();
    for cut in 1..packed.len() {
        let unpacked = unpack(&packed[..cut]);
        match try_read(&packed[..cut]) {
            Err(error) => assert!(unpacked < ends[0], "cut at {cut}: {error}"),
            Ok(reading) => {
                assert_eq!(reading.items, whole_blocks(&ends, unpacked), "cut at {cut}");
                assert_eq!(reading.notes.len(), 1, "cut at {cut}: {:?}", reading.notes);
                assert_eq!(reading.notes[0].kind, NoteKind::Truncated, "cut at {cut}");
            }
        }
    }
}

/// How many bytes can be unpacked.
fn unpack(packed: &[u8]) -> usize {
    let mut decoder = flate2::bufread::MultiGzDecoder::new(packed);
    let mut unpacked = 0;
    while let Ok(1) = decoder.read(&mut [0]) {
        unpacked += 1;
    }
    unpacked
}

#[test]
fn the_note_of_a_cut_says_how_much_is_missing() {
    let bytes = write(&small());
    let reading = read(&bytes[..bytes.len() - 3]);
    assert_eq!(reading.note(), "the capture ends inside a block: it needs 56 bytes, 53 are there");
}

#[test]
fn a_capture_without_events_is_fine() {
    let items = &small()[..6];
    let reading = read(&write(items));
    assert_eq!((reading.items.as_slice(), reading.notes.len()), (items, 0));
}
