//! Damage is passed over, named and counted; what lies around it is read.

use proptest::prelude::*;
use scap_format::reader::NoteKind;

use super::building::{block, read, section, small, try_read, uncounted, write, Event, Item};

fn event(number: u64) -> Item {
    Item::Event(Event::new(4, &[&3i64.to_le_bytes()]).at(number))
}

/// Ten events, and where each block starts.
fn ten() -> (Vec<u8>, Vec<usize>) {
    let mut items = small()[..1].to_vec();
    let mut starts = Vec::new();
    for number in 0..10 {
        starts.push(write(&items).len());
        items.push(event(number));
    }
    (write(&items), starts)
}

fn times(bytes: &[u8]) -> (Vec<u64>, Vec<(NoteKind, u64, String)>) {
    let reading = read(bytes);
    let notes = reading.notes.iter().map(|note| (note.kind, note.offset, note.text.clone())).collect();
    (reading.events().iter().map(|event| event.ts).collect(), notes)
}

#[test]
fn behind_a_wrong_length_the_next_block_is_found() {
    let (bytes, starts) = ten();
    for wrong in [0u32, 8, 13, 40, 56, 104, 5000, 0x00ff_ffff, 0x7fff_ffff, u32::MAX] {
        let mut bytes = bytes.clone();
        bytes[starts[3] + 4..starts[3] + 8].copy_from_slice(&wrong.to_le_bytes());
        let (times, notes) = times(&bytes);
        assert_eq!(times, [0, 1, 2, 4, 5, 6, 7, 8, 9], "length {wrong}");
        let [(kind, offset, text)] = notes.as_slice() else { panic!("length {wrong}: {notes:?}") };
        assert_eq!((*kind, *offset), (NoteKind::Damaged, starts[3] as u64));
        assert!(text.ends_with("52 bytes passed over"), "length {wrong}: {text}");
    }
}

#[test]
fn bytes_between_blocks_are_counted() {
    let (mut bytes, starts) = ten();
    bytes.splice(starts[5]..starts[5], [0xAA; 77]);
    let (times, notes) = times(&bytes);
    assert_eq!(times, (0..10).collect::<Vec<_>>());
    assert!(notes[0].2.ends_with("77 bytes passed over"), "{notes:?}");
}

#[test]
fn missing_bytes_cost_one_event() {
    let (bytes, starts) = ten();
    for missing in 1..40 {
        let mut bytes = bytes.clone();
        bytes.drain(starts[4] + 8..starts[4] + 8 + missing);
        let (times, notes) = times(&bytes);
        assert_eq!(times, [0, 1, 2, 3, 5, 6, 7, 8, 9], "{missing} bytes missing");
        assert_eq!(notes.len(), 1, "{missing} bytes missing: {notes:?}");
    }
}

#[test]
fn an_event_whose_only_fault_is_the_copy_of_its_length_is_read() {
    let (mut bytes, starts) = ten();
    bytes[starts[4] - 1] = 0xff;
    let (times, notes) = times(&bytes);
    assert_eq!(times.len(), 10);
    assert_eq!((notes.len(), notes[0].0), (1, NoteKind::WrongTrailer));
}

#[test]
fn damage_to_the_end_is_told_from_an_early_end() {
    let (mut bytes, starts) = ten();
    bytes.truncate(starts[7]);
    bytes.extend_from_slice(&[0xAA; 100]);
    let (times, notes) = times(&bytes);
    assert_eq!(times.len(), 7);
    assert_eq!(notes[0].0, NoteKind::Damaged);
    assert!(notes[0].2.ends_with("nothing in the last 100 bytes could be read"), "{notes:?}");
}

#[test]
fn blocks_of_unknown_types_are_passed_over_and_counted() {
    let events = write(&[event(1)]);
    let bytes = [section(), block(0x999, b"what"), events, block(0x999, b""), block(0x5, b"abc")].concat();
    let reading = read(&bytes);
    assert_eq!(reading.items.len(), 2);
    assert_eq!(reading.note(), "3 blocks of unknown types passed over: 0x5 (1), 0x999 (2)");
    assert_eq!(reading.notes[0].offset, 28);
}

#[test]
fn events_beyond_the_table_are_passed_over_and_counted() {
    let unknown = |event_type| write(&[Item::Event(Event::new(event_type, &[b"x"]))]);
    let bytes = [section(), unknown(454), write(&[event(1)]), unknown(60_000), unknown(454), unknown(454)].concat();
    let reading = read(&bytes);
    assert_eq!(reading.events().len(), 1);
    assert_eq!(reading.note(), "4 events of unknown types passed over: 454 (3), 60000 (1)");
}

#[test]
fn events_whose_lengths_contradict_each_other_are_passed_over() {
    // The parameter claims more bytes than the event has, in both layouts.
    let mut counted = write(&[event(1)]);
    counted[8 + 2 + 26] = 9;
    let mut bare = uncounted(4, &[&3i64.to_le_bytes()]);
    bare[2 + 22] = 9;
    let bytes = [section(), counted, block(0x204, &bare), write(&[event(2)])].concat();
    let reading = read(&bytes);
    assert_eq!(reading.events().len(), 1);
    assert_eq!(reading.note(), "2 events whose lengths contradict each other passed over");
}

#[test]
fn descriptors_of_unknown_types_keep_their_number_and_the_list_goes_on() {
    let entry = |number: i64, fd_type: u8, rest: &[u8]| {
        let fields = [&number.to_le_bytes()[..], &[0; 8], &[fd_type], rest].concat();
        [&u32::try_from(fields.len() + 4).unwrap().to_le_bytes(), fields.as_slice()].concat()
    };
    let list = [7i64.to_le_bytes().to_vec(), entry(3, 77, b"mystery"), entry(4, 7, b"\x04\0pipe")].concat();
    let reading = read(&[section(), block(0x218, &list)].concat());
    let Item::Fds(list) = &reading.items[1] else { panic!() };
    assert_eq!(list.fds.iter().map(|fd| fd.fd).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(reading.note(), "1 descriptor of unknown types: 77 (1)");
}

#[test]
fn an_entry_too_short_for_its_fields_is_passed_over_alone() {
    let good = write(&small()[4..5]);
    let good = &good[8..good.len() - 4];
    let bad = [&20u32.to_le_bytes()[..], &[0; 16]].concat();
    let reading = read(&[section(), block(0x215, &[&bad, good].concat())].concat());
    assert_eq!(reading.items[1], small()[4]);
    assert_eq!(reading.note(), "1 entry in lists too short for their fields passed over");
}

#[test]
fn a_list_whose_entry_runs_over_its_end_keeps_the_entries_before() {
    let good = write(&small()[4..5]);
    let good = &good[8..good.len() - 4];
    let bad = [&2000u32.to_le_bytes()[..], &[0; 16]].concat();
    let reading = read(&[section(), block(0x215, &[good, &bad].concat()), write(&[event(1)])].concat());
    assert_eq!((&reading.items[1], reading.events().len()), (&small()[4], 1));
    assert_eq!(reading.notes[0].kind, NoteKind::Damaged);
}

#[test]
fn a_concatenated_capture_of_the_other_byte_order_is_passed_over() {
    let mut foreign = section();
    foreign[8..12].reverse();
    let reading = read(&[section(), foreign, write(&[event(1)])].concat());
    assert_eq!(reading.events().len(), 1);
    assert!(reading.note().starts_with("a concatenated capture has the other byte order"), "{}", reading.note());
}

#[test]
fn a_file_full_of_damage_has_few_notes() {
    let mut bytes = section();
    for number in 0..5000 {
        bytes.extend_from_slice(&[0xAA; 12]);
        bytes.extend(write(&[event(number)]));
    }
    let reading = read(&bytes);
    assert_eq!((reading.events().len(), reading.notes.len()), (5000, 101));
    assert_eq!(reading.notes[100].text, "4900 further damaged places; 58800 bytes passed over");
}

/// A change to a capture's bytes.
#[derive(Clone, Debug)]
enum Change {
    Flip(usize, u8),
    Delete(usize, usize),
    Insert(usize, Vec<u8>),
    Number(usize, u32),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, bits)| Change::Flip(at, bits)),
        (any::<usize>(), 1..60usize).prop_map(|(at, length)| Change::Delete(at, length)),
        (any::<usize>(), proptest::collection::vec(any::<u8>(), 1..60))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<usize>(), prop_oneof![any::<u32>(), 0..200u32, Just(u32::MAX)])
            .prop_map(|(at, number)| Change::Number(at, number)),
    ];
    proptest::collection::vec(change, 1..6)
}

fn change(bytes: &mut Vec<u8>, change: &Change) {
    // The section header stays: damage in it is an error of opening.
    let place = |at: usize, bytes: &Vec<u8>| 28 + at % (bytes.len() - 28).max(1);
    match change {
        Change::Flip(at, bits) => {
            let at = place(*at, bytes).min(bytes.len() - 1);
            bytes[at] ^= bits;
        }
        Change::Delete(at, length) => {
            let at = place(*at, bytes);
            bytes.drain(at.min(bytes.len())..(at + length).min(bytes.len()));
        }
        Change::Insert(at, more) => {
            let at = place(*at, bytes).min(bytes.len());
            bytes.splice(at..at, more.iter().copied());
        }
        Change::Number(at, number) => {
            let at = place(*at, bytes) & !3;
            if let Some(four) = bytes.get_mut(at..at + 4) {
                four.copy_from_slice(&number.to_le_bytes());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_capture_is_read_to_its_end(changes in changes()) {
        let mut bytes = [write(&small()), block(0x204, &uncounted(9, &[&5i64.to_le_bytes(), b"hello"]))].concat();
        for one in &changes {
            change(&mut bytes, one);
        }
        let reading = read(&bytes);
        // No block is shorter than twelve bytes, no note stands for less than one byte.
        prop_assert!(reading.items.len() <= bytes.len() / 12);
        prop_assert!(reading.notes.len() <= bytes.len());
    }

    #[test]
    fn a_changed_packed_capture_is_read_to_its_end_or_refused(changes in changes()) {
        let mut bytes = zstd::encode_all(write(&small()).as_slice(), 1).unwrap();
        for one in &changes {
            change(&mut bytes, one);
        }
        if let Ok(reading) = try_read(&bytes) {
            prop_assert!(reading.notes.len() < 200);
        }
    }
}
