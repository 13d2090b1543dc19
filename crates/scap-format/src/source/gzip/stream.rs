//! Inflating the members of a gzip file, one behind the other, as one stream.

use std::io::{self, BufRead, ErrorKind, Read};
use std::sync::mpsc::Sender;

use flate2::Crc;
use zlib_rs::{Inflate, InflateFlush, Status};

use super::checkpoint::{Checkpoint, Span};
use super::{member, WINDOW};

/// Compressed bytes after which a span ends, however little came out of them.
pub(super) const INPUT: u64 = 4 << 20;
/// The binary logarithm of the window.
pub(super) const WINDOW_BITS: u8 = 15;

/// The inflated bytes of a gzip file.
pub(in super::super) struct Gunzip<R> {
    bytes: Taken<R>,
    raw: Inflate,
    stage: Stage,
    /// Nobody who began in the middle knows what a member's checksum is up to there.
    marking: Option<Marking>,
}

#[derive(Clone, Copy)]
enum Stage {
    Header,
    Body,
    Trailer,
    /// Behind a member: another one or the end.
    Between,
    End,
}

impl<R: BufRead> Gunzip<R> {
    /// Inflates from the beginning of a file. About every `spacing` inflated bytes the span before is sent.
    pub(in super::super) fn new(bytes: R, spacing: usize, spans: Sender<Span>) -> Self {
        Gunzip {
            bytes: Taken { bytes, count: 0 },
            raw: Inflate::new(false, WINDOW_BITS),
            stage: Stage::Header,
            marking: Some(Marking::new(spacing, spans)),
        }
    }

    /// Goes on inside a member, with an inflater that knows what came before.
    pub(super) fn resume(bytes: R, raw: Inflate) -> Self {
        Gunzip { bytes: Taken { bytes, count: 0 }, raw, stage: Stage::Body, marking: None }
    }

    fn step(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stage = match self.stage {
                Stage::Header => {
                    member::pass_header(&mut self.bytes)?;
                    self.raw.reset(false);
                    if let Some(marking) = &mut self.marking {
                        marking.member_begins(self.bytes.count);
                    }
                    Stage::Body
                }
                Stage::Body => match self.inflate(into)? {
                    0 => Stage::Trailer,
                    made => return Ok(made),
                },
                Stage::Trailer => {
                    let said = member::trailer(&mut self.bytes)?;
                    if self.marking.as_mut().is_some_and(|marking| marking.member_ends() != said) {
                        return Err(member::mismatch());
                    }
                    Stage::Between
                }
                Stage::Between if self.bytes.more()?.is_empty() => Stage::End,
                Stage::Between => Stage::Header,
                Stage::End => return Ok(0),
            }
        }
    }

    /// Inflates what one look at the input gives; 0 at the end of the member.
    fn inflate(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let from = self.bytes.count;
            let input = self.bytes.more()?;
            let at_end = input.is_empty();
            let (mut used, mut made) = (0usize, 0usize);
            let mut stood_still = false;
            let ended = loop {
                let given = input.get(used..).unwrap_or_default();
                let room = into.get_mut(made..).unwrap_or_default();
                let before = (self.raw.total_in(), self.raw.total_out());
                let due = self.marking.as_ref().is_some_and(|marking| marking.is_due(from.saturating_add(count(used))));
                let flush = if due { InflateFlush::Block } else { InflateFlush::NoFlush };
                let status = self.raw.decompress(given, room, flush);
                let status = status.map_err(|_| member::invalid("corrupt deflate stream"))?;
                let took = length(self.raw.total_in().saturating_sub(before.0));
                let gave = length(self.raw.total_out().saturating_sub(before.1));
                if let Some(marking) = &mut self.marking {
                    marking.pass(room.get(..gave).unwrap_or_default());
                }
                (used, made) = (used.saturating_add(took), made.saturating_add(gave));
                if status == Status::StreamEnd {
                    break true;
                }
                if used >= input.len() || made >= into.len() {
                    break false;
                }
                // Input and room were left over: it stopped at the end of a block.
                let stands_still = took == 0 && gave == 0;
                if let Some(marking) = self.marking.as_mut().filter(|_| due && !stands_still) {
                    marking.mark(from.saturating_add(count(used)), into.get(..made).unwrap_or_default());
                }
                if stands_still && stood_still {
                    return Err(member::invalid("corrupt deflate stream"));
                }
                stood_still = stands_still;
            };
            self.bytes.consume(used);
            if made > 0 {
                if let Some(marking) = &mut self.marking {
                    marking.window.pass(into.get(..made).unwrap_or_default());
                }
                return Ok(made);
            }
            if ended {
                return Ok(0);
            }
            if at_end {
                return Err(io::Error::new(ErrorKind::UnexpectedEof, "incomplete deflate stream"));
            }
        }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        self.step(into).inspect_err(|_| self.stage = Stage::End)
    }
}

/// Ends spans where inflating can begin again, and sums up what is in them.
///
/// What an error takes back may have been sent already: spans count only as far as the stream has been handed over.
struct Marking {
    spacing: u64,
    spans: Sender<Span>,
    /// Inflated bytes so far.
    at: u64,
    /// Where the open span starts, and what it is inflated from.
    start: u64,
    from: Checkpoint,
    window: Window,
    member: Crc,
    span: Crc,
    /// Behind what `member` and `span` have.
    rest: Crc,
}

impl Marking {
    fn new(spacing: usize, spans: Sender<Span>) -> Self {
        Marking {
            spacing: count(spacing),
            spans,
            at: 0,
            start: 0,
            from: Checkpoint::default(),
            window: Window::default(),
            member: Crc::new(),
            span: Crc::new(),
            rest: Crc::new(),
        }
    }

    fn is_due(&self, input: u64) -> bool {
        self.at.saturating_sub(self.start) >= self.spacing || input.saturating_sub(self.from.input()) >= INPUT
    }

    fn pass(&mut self, made: &[u8]) {
        self.rest.update(made);
        self.at = self.at.saturating_add(count(made.len()));
    }

    fn settle(&mut self) {
        self.member.combine(&self.rest);
        self.span.combine(&self.rest);
        self.rest.reset();
    }

    /// The deflate stream of a member begins at an offset of the file.
    fn member_begins(&mut self, input: u64) {
        self.member.reset();
        self.window.bytes.clear();
        // A mark where the member before ended was none: no block follows there.
        if self.at == self.start || self.is_due(input) {
            self.mark(input, &[]);
        }
    }

    fn member_ends(&mut self) -> (u32, u32) {
        self.settle();
        (self.member.sum(), self.member.amount())
    }

    /// Ends the span: up to an offset of the file its bytes have been taken. `newest` is not in the window yet.
    fn mark(&mut self, input: u64, newest: &[u8]) {
        let from = Checkpoint::new(input, &self.window.with(newest));
        let from = std::mem::replace(&mut self.from, from);
        self.settle();
        if self.at > self.start {
            let length = length(self.at.saturating_sub(self.start));
            // Nobody may want to read anything again.
            let _ = self.spans.send(Span::new(self.start, length, self.span.sum(), from));
        }
        self.start = self.at;
        self.span.reset();
    }
}

/// The newest bytes of a member.
#[derive(Default)]
struct Window {
    bytes: Vec<u8>,
}

impl Window {
    fn pass(&mut self, made: &[u8]) {
        let newest = last(made, WINDOW);
        // Many short pieces are not to move all that is there each time.
        if self.bytes.len().saturating_add(newest.len()) > 4 * WINDOW {
            let keep = WINDOW.saturating_sub(newest.len());
            self.bytes.drain(..self.bytes.len().saturating_sub(keep));
        }
        self.bytes.extend_from_slice(newest);
    }

    /// What can be referred to behind these bytes.
    fn with(&self, newest: &[u8]) -> Vec<u8> {
        let newest = last(newest, WINDOW);
        [last(&self.bytes, WINDOW.saturating_sub(newest.len())), newest].concat()
    }
}

fn last(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(length)..).unwrap_or_default()
}

/// Counts what is taken of the input.
struct Taken<R> {
    bytes: R,
    count: u64,
}

impl<R: BufRead> Taken<R> {
    /// What is there to be taken; nothing only at the end.
    fn more(&mut self) -> io::Result<&[u8]> {
        while let Err(error) = self.bytes.fill_buf() {
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
        }
        self.bytes.fill_buf()
    }
}

impl<R: BufRead> Read for Taken<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.bytes.read(into)?;
        self.count = self.count.saturating_add(count(got));
        Ok(got)
    }
}

impl<R: BufRead> BufRead for Taken<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.bytes.fill_buf()
    }

    fn consume(&mut self, taken: usize) {
        self.bytes.consume(taken);
        self.count = self.count.saturating_add(count(taken));
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn length(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
