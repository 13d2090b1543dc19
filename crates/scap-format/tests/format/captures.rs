//! Real captures: set `SCAPTUI_CAPTURES` to a folder of them.

use std::fs;
use std::path::PathBuf;

use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenOptions};
use scap_format::tables::event_info;
use scap_format::writer::Writer;

/// Captures whose numbers of event blocks are known.
const KNOWN: [(&str, usize); 4] = [
    ("502Error.scap", 22_381),
    ("curl_google.scap", 1536),
    ("curl_google_comments.scap", 1536),
    ("single_ipv6_conn.scap", 1728),
];

fn captures() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("SCAPTUI_CAPTURES") else { return Vec::new() };
    let is_capture = |path: &PathBuf| path.to_string_lossy().contains(".scap");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_capture).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no captures in SCAPTUI_CAPTURES");
    paths
}

#[test]
fn real_captures_are_read_to_the_end_and_every_parameter_has_its_types_width() {
    for path in captures() {
        let opened = open(Input::File(path.clone()), OpenOptions::default()).unwrap();
        let mut reader = Reader::new(opened.pieces);
        let mut events = 0;
        loop {
            match reader.next() {
                Next::Event { event, .. } => {
                    events += 1;
                    let info = event_info(event.event_type).unwrap();
                    for (param, value) in info.params.iter().zip(event.params.iter()) {
                        let width = param.ty.width().filter(|_| !value.is_empty());
                        assert!(
                            width.is_none_or(|w| w == value.len()),
                            "{}: {} {}",
                            path.display(),
                            info.name,
                            param.name
                        );
                    }
                }
                Next::End => break,
                _ => {}
            }
        }
        assert_eq!(reader.notes(), [], "{}", path.display());
        assert_eq!(Some(reader.bytes_read()), opened.size, "{}", path.display());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some((_, known)) = KNOWN.iter().find(|(known, _)| *known == name) {
            assert_eq!(events, *known, "{name}");
        }
    }
}

#[test]
fn real_captures_written_anew_read_the_same() {
    for path in captures() {
        let original = super::building::read(&fs::read(&path).unwrap());
        let mut writer = Writer::new(Vec::new());
        for item in &original.items {
            super::building::put(&mut writer, item).unwrap();
        }
        let copy = super::building::read(&writer.into_inner());
        assert!(copy.items == original.items, "{}", path.display());
    }
}
