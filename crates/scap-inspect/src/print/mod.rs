//! Events as text: lines of a format, tables, JSON lines.

mod cell;
mod template;

use std::time::{Duration, Instant};

pub use cell::{write_cell, write_value, TimeStyle};
pub use template::{field_ref, Item, Template, TemplateError};

use crate::clock::Zone;
use crate::escape::{self, Policy};
use crate::fields::{EventAt, Field, FieldRef};
use crate::query::plan::{enter_of, Asker, Filter};
use crate::render::Style;
use crate::store::bits::Bits;
use crate::store::bytes::Window;
use crate::store::{Capture, Store};
use crate::value::Value;

/// What is written for each event.
#[derive(Clone, Debug)]
pub enum Layout {
    /// A line of a format.
    Line(Template),
    /// Columns separated by tabs, with a heading.
    Tsv(Vec<FieldRef>),
    /// Columns separated by commas, with a heading.
    Csv(Vec<FieldRef>),
    /// A JSON object a line, keyed by what was asked for.
    JsonLines(Vec<(String, FieldRef)>),
}

/// How it is written.
#[derive(Clone, Debug)]
pub struct Manner {
    /// How `evt.outputtime` is shown.
    pub time: TimeStyle,
    /// The zone of times.
    pub zone: Zone,
    /// What may pass of captured text.
    pub policy: Policy,
    /// How buffers are written.
    pub style: Style,
    /// Stop after so many events.
    pub limit: Option<u64>,
}

/// Writes the events a filter selects, in order, while the capture is read.
#[derive(Debug)]
pub struct Printer {
    filter: Filter,
    asker: Asker,
    layout: Layout,
    manner: Manner,
    /// Chunk and position of the next event to look at.
    chunk: usize,
    at: usize,
    /// Selected positions of the chunk at hand, and how many of the chunk have been looked at.
    selected: Bits,
    looked: usize,
    previous_ts: Option<u64>,
    window: Window,
    enter: Window,
    scratch: Vec<u8>,
    headed: bool,
    matched: u64,
    /// Those of them that are no enter events.
    counted: u64,
    done: bool,
}

/// Events looked at before the clock is.
const STRIDE: usize = 512;
/// A piece of output ends when it is this long.
const PIECE: usize = 256 << 10;

impl Printer {
    /// A printer of the events that `filter` selects.
    pub fn new(filter: Filter, layout: Layout, manner: Manner) -> Self {
        let asker = Asker::new(&filter, manner.zone.clone());
        Printer {
            filter,
            asker,
            layout,
            manner,
            chunk: 0,
            at: 0,
            selected: Bits::default(),
            looked: 0,
            previous_ts: None,
            window: Window::default(),
            enter: Window::default(),
            scratch: Vec::new(),
            headed: false,
            matched: 0,
            counted: 0,
            done: false,
        }
    }

    /// Whether all that can be written has been.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// How many events have been written.
    pub fn matched(&self) -> u64 {
        self.matched
    }

    /// Appends the next piece of output, working at most so long.
    pub fn step(&mut self, capture: &Capture, out: &mut Vec<u8>, budget: Duration) {
        let deadline = Instant::now() + budget;
        if !std::mem::replace(&mut self.headed, true) {
            self.heading(out);
        }
        while !self.done && out.len() < PIECE {
            // Asked before the store is: what is read between the two is for the next turn.
            let complete = capture.progress().done;
            let store = capture.store();
            let moved = self.stride(&store, out);
            drop(store);
            if self.manner.limit.is_some_and(|limit| self.matched >= limit) || (!moved && complete) {
                self.done = true;
            }
            let now = Instant::now();
            if now >= deadline {
                break;
            }
            if !moved && !complete {
                if !out.is_empty() {
                    break;
                }
                capture.wait_for_news(deadline - now);
            }
        }
    }

    /// Looks at some events; false when there were none to look at.
    fn stride(&mut self, store: &Store, out: &mut Vec<u8>) -> bool {
        let Some(chunk) = store.chunks.get(self.chunk) else { return false };
        if self.at == self.looked {
            if self.looked >= chunk.len() {
                if store.chunks.len() > self.chunk + 1 {
                    (self.chunk, self.at, self.looked) = (self.chunk + 1, 0, 0);
                    return true;
                }
                return false;
            }
            let mut among = Bits::range(self.looked, chunk.len());
            self.asker.select(&self.filter, store, chunk, &mut among);
            self.looked = chunk.len();
            self.selected = among;
        }
        let end = self.looked;
        let selected = std::mem::take(&mut self.selected);
        let mut next = end;
        for (written, at) in selected.iter_from(self.at).enumerate() {
            if written == STRIDE || self.manner.limit.is_some_and(|limit| self.matched >= limit) {
                next = at;
                break;
            }
            self.write_event(store, at, out);
        }
        self.selected = selected;
        self.at = next;
        true
    }

    fn write_event(&mut self, store: &Store, at: usize, out: &mut Vec<u8>) {
        let Some(chunk) = store.chunks.get(self.chunk) else { return };
        let Some(row) = chunk.row(at) else { return };
        let mut event = EventAt::new(store, chunk.number(at), row, &self.manner.zone);
        event.event = self.window.event(store, chunk, at);
        event.enter = enter_of(store, &event, &mut self.enter);
        event.previous_ts = Some(self.previous_ts.unwrap_or(row.ts));
        // Current readers count, and they know no enter events.
        let enters = event.info.source == scap_format::tables::Source::Syscall && !event.info.is_exit();
        self.counted += u64::from(!enters);
        let line = Line { manner: &self.manner, event: &event, scratch: &mut self.scratch, count: self.counted };
        let written = match &self.layout {
            Layout::Line(template) => line.template(out, template),
            Layout::Tsv(fields) => line.tsv(out, fields),
            Layout::Csv(fields) => line.csv(out, fields),
            Layout::JsonLines(fields) => line.json(out, fields),
        };
        if written {
            out.push(b'\n');
        }
        self.previous_ts = Some(row.ts);
        self.matched += 1;
    }

    fn heading(&self, out: &mut Vec<u8>) {
        let (fields, by) = match &self.layout {
            Layout::Tsv(fields) => (fields, b'\t'),
            Layout::Csv(fields) => (fields, b','),
            Layout::Line(_) | Layout::JsonLines(_) => return,
        };
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                out.push(by);
            }
            escape::csv(out, field.to_string().as_bytes(), self.manner.policy);
        }
        out.push(b'\n');
    }
}

/// One event on its way out.
struct Line<'a> {
    manner: &'a Manner,
    event: &'a EventAt<'a>,
    scratch: &'a mut Vec<u8>,
    /// Which of the written events it is, from 1; enter events do not count.
    count: u64,
}

impl Line<'_> {
    /// Puts the text of a field into `scratch`; false where there is none.
    fn cell(&mut self, field: &FieldRef) -> bool {
        self.scratch.clear();
        if field.field == Field::UtilCnt {
            crate::render::number::unsigned(self.scratch, self.count);
            return true;
        }
        write_cell(self.scratch, self.event, field, self.manner.time, self.manner.style)
    }

    /// A line that lacks a field is not written, unless the format is lenient.
    fn template(mut self, out: &mut Vec<u8>, template: &Template) -> bool {
        let start = out.len();
        for item in &template.items {
            match item {
                Item::Text(text) => out.extend_from_slice(text),
                Item::Field(field, width) => {
                    if !self.cell(field) {
                        if !template.lenient {
                            out.truncate(start);
                            return false;
                        }
                        self.scratch.extend_from_slice(b"<NA>");
                    }
                    let cell = out.len();
                    self.manner.policy.write(out, self.scratch);
                    if let Some(width) = width {
                        fit(out, cell, *width);
                    }
                }
            }
        }
        true
    }

    fn tsv(mut self, out: &mut Vec<u8>, fields: &[FieldRef]) -> bool {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                out.push(b'\t');
            }
            if self.cell(field) {
                // A tab or line end inside a cell would move the columns.
                let start = out.len();
                self.manner.policy.write(out, self.scratch);
                if out[start..].iter().any(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b'\\')) {
                    let cell = out.split_off(start);
                    for byte in cell {
                        match byte {
                            b'\t' => out.extend_from_slice(b"\\t"),
                            b'\n' => out.extend_from_slice(b"\\n"),
                            b'\r' => out.extend_from_slice(b"\\r"),
                            b'\\' => out.extend_from_slice(b"\\\\"),
                            other => out.push(other),
                        }
                    }
                }
            } else {
                out.extend_from_slice(b"<NA>");
            }
        }
        true
    }

    fn csv(mut self, out: &mut Vec<u8>, fields: &[FieldRef]) -> bool {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            if self.cell(field) {
                escape::csv(out, self.scratch, self.manner.policy);
            } else {
                out.extend_from_slice(b"<NA>");
            }
        }
        true
    }

    fn json(mut self, out: &mut Vec<u8>, fields: &[(String, FieldRef)]) -> bool {
        out.push(b'{');
        for (at, (name, field)) in fields.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            escape::json(out, name.as_bytes());
            out.push(b':');
            let value = match field.field {
                Field::EvtOutputtime | Field::EvtArgs | Field::EvtInfo => None,
                Field::UtilCnt => Some(Some(Value::Uint(self.count))),
                _ => Some(self.event.value(field.field, field.arg.as_ref())),
            };
            match value {
                None => {
                    self.cell(field);
                    escape::json(out, self.scratch);
                }
                Some(None) => out.extend_from_slice(b"null"),
                Some(Some(value)) => self.json_value(out, &value, field),
            }
        }
        out.push(b'}');
        true
    }

    fn json_value(&mut self, out: &mut Vec<u8>, value: &Value<'_>, field: &FieldRef) {
        match value {
            Value::Bool(_) | Value::Int(_) | Value::Uint(_) => match value.to_text() {
                Some(text) => out.extend_from_slice(&text),
                None => out.extend_from_slice(b"null"),
            },
            Value::Double(number) if number.is_finite() => out.extend_from_slice(format!("{number}").as_bytes()),
            Value::List(values) | Value::Any(values) | Value::Ends(values) => {
                out.push(b'[');
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    self.json_value(out, value, field);
                }
                out.push(b']');
            }
            other => {
                self.scratch.clear();
                write_value(self.scratch, other, field.field.info(), self.manner.style);
                escape::json(out, self.scratch);
            }
        }
    }
}

/// Pads or cuts the text from `start` on to a width in characters.
fn fit(out: &mut Vec<u8>, start: usize, width: usize) {
    let mut characters = 0;
    let mut end = start;
    while end < out.len() && characters < width {
        characters += 1;
        end += 1;
        while out.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end += 1;
        }
    }
    out.truncate(end);
    out.resize(end + width - characters, b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_padded_or_cut_to_its_width() {
        for (text, width, expected) in [("curl", 6, "curl  "), ("dockercloud", 6, "docker"), ("žluťoučký", 4, "žluť")]
        {
            let mut out = b"|".to_vec();
            out.extend_from_slice(text.as_bytes());
            fit(&mut out, 1, width);
            assert_eq!(out, format!("|{expected}").into_bytes());
        }
    }
}
