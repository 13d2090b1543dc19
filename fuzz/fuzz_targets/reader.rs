//! Any bytes: opened, read to the end, every event looked at and read again from its offset, and all again in a row.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scap_format::event::EventRef;
use scap_format::reader::{event_block_length, parse_event_block, Next, Reader};
use scap_format::source::{open, Input, OpenOptions};
use scap_format::writer::Writer;

fuzz_target!(|bytes: &[u8]| {
    let Ok(opened) = open(Input::Bytes(bytes.to_vec()), OpenOptions::default()) else { return };
    let mut reader = Reader::new(opened.pieces);
    let mut writer = Writer::new(std::io::sink());
    let mut raw = Vec::new();
    let mut one_by_one = Vec::new();
    loop {
        let written = match reader.next() {
            Next::Event { offset, event } => {
                let values: usize = event.params.iter().map(<[u8]>::len).sum();
                let each = (0..event.params.len()).filter_map(|i| event.params.get(i)).map(<[u8]>::len);
                assert_eq!(each.sum::<usize>(), values);
                one_by_one.push((offset, event.ts, values));
                let _ = (event.comment(), event.params.int(1), event.params.uint(0), event.params.text(2));
                raw.clear();
                opened.raw.append(offset, 8, &mut raw).expect("memory can be read");
                let length = event_block_length(&raw).expect("an event's block is an event block");
                raw.clear();
                opened.raw.append(offset, length, &mut raw).expect("memory can be read");
                let again = parse_event_block(&raw).expect("the same bytes are the same event");
                assert_eq!((again.ts, again.tid, again.params.len()), (event.ts, event.tid, event.params.len()));
                writer.event(&event)
            }
            Next::Section(section) => writer.section(&section),
            Next::Machine(machine) => writer.machine(&machine),
            Next::Interfaces(interfaces) => writer.interfaces(&interfaces),
            Next::Users(users) => writer.users(&users),
            Next::Processes(processes) => writer.processes(&processes),
            Next::Fds(fds) => writer.fds(&fds),
            Next::Idle => panic!("memory does not grow"),
            Next::End => break,
        };
        written.expect("what was read can be written");
    }
    assert!(reader.notes().len() < 200);
    assert_eq!(in_a_row(bytes), one_by_one);
});

fn in_a_row(bytes: &[u8]) -> Vec<(u64, u64, usize)> {
    let Ok(opened) = open(Input::Bytes(bytes.to_vec()), OpenOptions::default()) else { return Vec::new() };
    let mut reader = Reader::new(opened.pieces);
    let mut events = Vec::new();
    let mut take = |offset, event: &EventRef<'_>| {
        events.push((offset, event.ts, event.params.iter().map(<[u8]>::len).sum()));
    };
    loop {
        reader.events(4, &mut take);
        match reader.next() {
            Next::Event { offset, event } => take(offset, &event),
            Next::End => return events,
            _ => {}
        }
    }
}
