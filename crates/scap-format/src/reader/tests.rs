//! Where pieces of the stream end must not matter.

use super::{Next, Note, Reader};
use crate::event::{EventRef, Params};
use crate::meta::{FdDetail, FdEntry, FdList, MachineInfo, SectionHeader};
use crate::source::{open_in_pieces, Input, OpenOptions};
use crate::writer::Writer;

/// A capture with blocks of many lengths.
fn capture() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    writer.section(&SectionHeader::default()).unwrap();
    writer.machine(&MachineInfo::default()).unwrap();
    let fd = |fd| FdEntry { fd, inode: 1, detail: FdDetail::Directory { name: vec![b'd'; 50] } };
    writer.fds(&FdList { tid: 1, fds: (0..20).map(fd).collect() }).unwrap();
    for number in 0..200u8 {
        let value = vec![number; usize::from(number)];
        let lengths = [8, 0, number, 0];
        let values = [&[0; 8], value.as_slice()].concat();
        let params = Params::new(&lengths, false, &values);
        let (ts, block_flags) = (number.into(), u32::from(number % 3 == 0));
        let event = EventRef { ts, tid: 1, event_type: 9, cpu: 0, block_flags, params, options: &[] };
        writer.event(&event).unwrap();
    }
    writer.into_inner()
}

/// Everything a reader says, as text.
fn said(bytes: &[u8], piece: usize) -> (Vec<String>, Vec<Note>) {
    let opened = open_in_pieces(Input::Bytes(bytes.to_vec()), OpenOptions::default(), piece).unwrap();
    let mut reader = Reader::new(opened.pieces);
    let mut said = Vec::new();
    loop {
        match reader.next() {
            Next::End => break,
            next => said.push(format!("{next:?}")),
        }
    }
    let notes = reader.notes().to_vec();
    assert_eq!(
        said_in_a_row(bytes, piece).1,
        (said.clone(), notes.clone()),
        "events in a row, pieces of {piece} bytes"
    );
    (said, notes)
}

/// The same where events are taken in a row, and how many were.
fn said_in_a_row(bytes: &[u8], piece: usize) -> (u32, (Vec<String>, Vec<Note>)) {
    let opened = open_in_pieces(Input::Bytes(bytes.to_vec()), OpenOptions::default(), piece).unwrap();
    let mut reader = Reader::new(opened.pieces);
    let (mut said, mut in_a_row) = (Vec::new(), 0);
    loop {
        in_a_row += reader.events(7, |offset, event| {
            let event = *event;
            said.push(format!("{:?}", Next::Event { offset, event }));
        });
        match reader.next() {
            Next::End => return (in_a_row, (said, reader.notes().to_vec())),
            next => said.push(format!("{next:?}")),
        }
    }
}

#[test]
fn events_are_found_ahead() {
    let (in_a_row, _) = said_in_a_row(&capture(), 1 << 20);
    // Seven in a row, then one by itself; the lists before them are none.
    assert_eq!(in_a_row, 175);
    // Behind a joint of two pieces, too.
    let (in_a_row, _) = said_in_a_row(&capture(), 4096);
    assert!(in_a_row > 160, "{in_a_row}");
}

#[test]
fn events_are_found_behind_a_list_that_forgets_its_entry_lengths() {
    // One interface without a name, as sysdig 0.29.3 writes its length.
    let mut list = [0x219, 36, 24, 1].map(u32::to_le_bytes).concat();
    list.resize(36, 0);
    list.extend_from_slice(&36u32.to_le_bytes());
    let mut bytes = capture();
    bytes.splice(28..28, list);
    let (in_a_row, (said, notes)) = said_in_a_row(&bytes, 1 << 20);
    assert!(said[1].starts_with("Interfaces"), "{}", said[1]);
    assert_eq!((in_a_row, notes), (175, vec![]));
}

#[test]
fn where_pieces_end_does_not_matter() {
    let bytes = capture();
    let (expected, notes) = said(&bytes, 1 << 20);
    assert_eq!((expected.len(), notes.len()), (203, 0));
    for piece in (64..200).chain([1000, 1001, 4096]) {
        assert_eq!(said(&bytes, piece), (expected.clone(), vec![]), "pieces of {piece} bytes");
    }
}

#[test]
fn where_pieces_end_does_not_matter_for_damage() {
    let mut bytes = capture();
    bytes.splice(9000..9000, [0xAA; 123]);
    bytes.drain(15_000..15_041);
    bytes.truncate(bytes.len() - 50);
    let expected = said(&bytes, 1 << 20);
    assert_eq!(expected.1.len(), 3, "{:#?}", expected.1);
    for piece in (64..120).chain([1000, 1001, 4096]) {
        assert_eq!(said(&bytes, piece), expected, "pieces of {piece} bytes");
    }
}
