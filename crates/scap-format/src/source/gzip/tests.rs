//! Beside the decoder that every other input goes through, and each span beside what the stream gave there.

use std::io::{self, BufReader, Read, Write};
use std::sync::mpsc::channel;
use std::sync::Arc;

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use proptest::collection::vec;
use proptest::prelude::*;

use super::stream::INPUT;
use super::*;

/// Bytes with repetitions far and near, `seed` decides which: what all levels and kinds of blocks occur for.
fn text(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap()
    };
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        match random() % 4 {
            0 => bytes.extend((0..random() % 2000).map(|_| byte(random()))),
            1 if bytes.len() > 300 => {
                let far = 1 + random() % bytes.len().min(WINDOW);
                let from = bytes.len() - far;
                bytes.extend_from_within(from..from + far.min(random() % 300));
            }
            2 => bytes.resize(bytes.len() + random() % 3000, byte(random())),
            _ => bytes.extend((0..random() % 800).map(|_| b"etaoin shrdlu"[random() % 13])),
        }
    }
    bytes.truncate(length);
    bytes
}

fn byte(number: usize) -> u8 {
    u8::try_from(number & 0xff).unwrap()
}

fn packed(bytes: &[u8], level: u32, flushes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    for part in bytes.chunks(bytes.len() / (flushes + 1) + 1) {
        encoder.write_all(part).unwrap();
        if flushes > 0 {
            encoder.flush().unwrap();
        }
    }
    encoder.finish().unwrap()
}

type Reading = (Vec<u8>, Option<(io::ErrorKind, String)>);

fn read_to_end(mut stream: impl Read, piece: usize) -> Reading {
    let mut all = Vec::new();
    let mut into = vec![0; piece];
    loop {
        match stream.read(&mut into) {
            Ok(0) => return (all, None),
            Ok(got) => all.extend_from_slice(&into[..got]),
            Err(error) => return (all, Some((error.kind(), error.to_string()))),
        }
    }
}

/// What the stream gives, and its spans.
fn marked(bytes: &[u8], input: usize, piece: usize, spacing: usize) -> (Reading, Vec<Span>) {
    let (spans, receiver) = channel();
    let stream = Gunzip::new(BufReader::with_capacity(input, bytes), spacing, spans);
    (read_to_end(stream, piece), receiver.iter().collect())
}

fn unmarked(bytes: &[u8], input: usize, piece: usize) -> Reading {
    read_to_end(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(input, bytes)), piece)
}

/// Checks that the spans follow each other and give what the stream gave, whatever order they are asked in.
fn assert_spans_give(all: &[u8], spans: &[Span], file: &[u8]) {
    let file = Compressed::Memory(file.into());
    let mut end = 0;
    for span in spans {
        assert_eq!(span.start, end);
        end = span.end();
    }
    // A failing call may have sent some that nobody gets bytes of.
    let whole = |span: &&Span| span.end() <= all.len() as u64;
    for span in spans.iter().rev().filter(whole).chain(spans.iter().filter(whole)) {
        let start = usize::try_from(span.start).unwrap();
        assert!(span.inflate(&file).unwrap() == all[start..start + span.length], "the span at {start}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_of_whole_files_give_every_byte_again(
        members in vec((0usize..400_000, any::<u64>(), 0u32..=9, 0usize..40), 1..4),
        spacing in 1usize..100_000,
        piece in 1000usize..200_000,
    ) {
        let texts: Vec<Vec<u8>> = members.iter().map(|(length, seed, ..)| text(*length, *seed)).collect();
        let files = texts.iter().zip(&members).map(|(text, (_, _, level, flushes))| packed(text, *level, *flushes));
        let file = files.collect::<Vec<_>>().concat();
        let ((all, error), spans) = marked(&file, 70_000, piece, spacing);
        prop_assert!(all == texts.concat());
        prop_assert_eq!(error, None);
        assert_spans_give(&all, &spans, &file);
    }

    #[test]
    fn damaged_and_cut_files_give_what_another_decoder_gives(
        members in vec((0usize..20_000, any::<u64>(), 0u32..=9), 1..4),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        garbage in vec(any::<u8>(), 0..20),
        (input, piece, spacing) in (1usize..3000, 1usize..3000, 1usize..3000),
    ) {
        let files = members.iter().map(|(length, seed, level)| packed(&text(*length, *seed), *level, 0));
        let mut file = files.collect::<Vec<_>>().concat();
        if garbage.len() > 10 {
            file.extend_from_slice(&garbage);
        } else if garbage.len() > 5 {
            file.truncate(cut.index(file.len()));
        }
        for (at, byte) in damage {
            if !file.is_empty() {
                let at = at.index(file.len());
                file[at] = byte;
            }
        }
        let (reading, spans) = marked(&file, input, piece, spacing);
        prop_assert_eq!(&reading.1, &unmarked(&file, input, piece).1);
        prop_assert!(reading.0 == unmarked(&file, input, piece).0);
        assert_spans_give(&reading.0, &spans, &file);
    }

    #[test]
    fn headers_are_passed_over_as_by_another_decoder(
        extra in prop::option::of(vec(any::<u8>(), 0..300)),
        name in prop::option::of("[a-z]{0,40}"),
        comment in prop::option::of("[a-z ]{0,40}"),
        damage in prop::option::of((0usize..40, any::<u8>())),
        summed: bool,
    ) {
        let mut header = GzBuilder::new();
        header = if let Some(extra) = extra { header.extra(extra) } else { header };
        header = if let Some(name) = name { header.filename(name) } else { header };
        header = if let Some(comment) = comment { header.comment(comment) } else { header };
        let mut encoder = header.write(Vec::new(), Compression::fast());
        encoder.write_all(b"something").unwrap();
        let mut file = encoder.finish().unwrap();
        if summed {
            // Without the body and the trailer there is the header.
            let body = packed(b"something", 1, 0).len() - 10;
            file[3] |= 2;
            let length = file.len() - body;
            let mut sum = flate2::Crc::new();
            sum.update(&file[..length]);
            let sum = sum.sum().to_le_bytes();
            file.splice(length..length, sum[..2].iter().copied());
        }
        if let Some((at, byte)) = damage {
            file[at % 20] = byte;
        }
        // A field that is longer than the buffer would pass by it in one of them, and the rest come in other portions.
        prop_assert_eq!(marked(&file, 301, 100, 10).0, unmarked(&file, 301, 100));
    }
}

#[test]
fn a_header_without_end_is_refused() {
    for flag in [1 << 3, 1 << 4] {
        let mut file = vec![0x1f, 0x8b, 8, flag, 0, 0, 0, 0, 0, 0];
        file.resize(100_000, b'x');
        let reading = marked(&file, 1000, 1000, 1000).0;
        assert_eq!(reading.1.as_ref().unwrap().1, "gzip header field too long");
        assert_eq!(reading, unmarked(&file, 1000, 1000));
    }
}

#[test]
fn much_input_of_which_nothing_comes_does_not_have_to_be_read_for_a_span() {
    // Stored blocks of no bytes, between two that have some.
    let empty = [0, 0, 0, 0xff, 0xff];
    let (some, last) = ([0, 3, 0, 0xfc, 0xff, b'a', b'b', b'c'], [1, 2, 0, 0xfd, 0xff, b'd', b'e']);
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];
    file.extend(some);
    let much = empty.repeat(usize::try_from(INPUT).unwrap() / 4);
    file.extend(&much);
    file.extend(some);
    file.extend(&much);
    file.extend(last);
    let mut sum = flate2::Crc::new();
    sum.update(b"abcabcde");
    file.extend(sum.sum().to_le_bytes());
    file.extend(8u32.to_le_bytes());
    let ((all, error), spans) = marked(&file, 100_000, 1000, 1000);
    assert_eq!((all.as_slice(), error), (b"abcabcde".as_slice(), None));
    assert_eq!(spans.iter().map(|span| span.start).collect::<Vec<_>>(), [0, 3]);
    assert_spans_give(&all, &spans, &file);
}

#[test]
fn a_span_of_a_file_that_is_another_one_now_is_refused() {
    let all = text(300_000, 5);
    let file = packed(&all, 6, 0);
    let (_, spans) = marked(&file, 70_000, 70_000, 50_000);
    let span = &spans[2];
    let mut other = file.clone();
    let middle = file.len() / 2;
    other[middle..].fill(7);
    for other in [other, file[..middle].to_vec(), vec![], packed(&text(300_000, 6), 6, 0)] {
        let other = Compressed::Memory(other.into());
        let refused = |span: &Span| span.inflate(&other).is_err_and(|e| e.to_string().contains("has changed"));
        // Whether or not it has been inflated before.
        assert!(refused(span) && spans.last().is_some_and(refused));
        span.inflate(&Compressed::Memory(Arc::from(file.as_slice()))).unwrap();
        assert!(refused(span));
    }
}
