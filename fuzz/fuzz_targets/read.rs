//! Any bytes: the reader ends, and what it hands over can be looked at.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenOptions};

fuzz_target!(|bytes: &[u8]| {
    let Ok(opened) = open(Input::Bytes(bytes.to_vec()), OpenOptions::default()) else {
        return;
    };
    let mut reader = Reader::new(opened.pieces);
    loop {
        match reader.next() {
            Next::Event { event, .. } => {
                let total: usize = event.params.iter().map(<[u8]>::len).sum();
                assert!(total <= bytes.len().saturating_mul(2_000), "more than any packing holds");
                let _ = (event.comment(), event.params.get(0), event.params.int(1), event.params.text(2));
            }
            Next::End => break,
            _ => {}
        }
    }
    let _ = reader.notes();
});
