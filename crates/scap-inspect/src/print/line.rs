//! One event on its way out.

use super::cell::{holds_payload, is_always_plain};
use super::{write_cell, write_value, FieldRef, Item, Manner, Named, Template};
use crate::escape::{self, Policy};
use crate::fields::{EventAt, Field};
use crate::render::append;
use crate::value::Value;

/// One event on its way out.
pub(super) struct Line<'a> {
    pub(super) manner: &'a Manner,
    pub(super) event: &'a EventAt<'a>,
    /// For text that becomes a string of JSON.
    pub(super) scratch: &'a mut Vec<u8>,
    /// Which of the written events it is, from 1; enter events do not count.
    pub(super) count: u64,
}

impl Line<'_> {
    /// Appends the text of a field as captured; false, and nothing, where there is none.
    fn cell(&self, out: &mut Vec<u8>, field: &FieldRef) -> bool {
        if field.field == Field::UtilCnt {
            crate::render::number::unsigned(out, self.count);
            return true;
        }
        write_cell(out, self.event, field, self.manner.time, self.manner.style)
    }

    /// A cell stays on its line, unless it is payload that is written in lines.
    fn policy(&self, field: Field) -> Policy {
        if self.manner.style.data.is_in_lines() && holds_payload(field) {
            self.manner.policy
        } else {
            self.manner.policy.on_one_line()
        }
    }

    /// A line that lacks a field is not written, unless the format is lenient.
    pub(super) fn template(self, out: &mut Vec<u8>, template: &Template) -> bool {
        let start = out.len();
        for item in &template.items {
            match item {
                Item::Text(text) => append(out, text),
                Item::Field(field, width) => {
                    let cell = out.len();
                    if self.cell(out, field) {
                        if !is_always_plain(field.field) {
                            self.policy(field.field).apply(out, cell);
                        }
                    } else if template.lenient {
                        out.extend_from_slice(b"<NA>");
                    } else {
                        out.truncate(start);
                        return false;
                    }
                    if let Some(width) = width {
                        fit(out, cell, *width);
                    }
                }
            }
        }
        true
    }

    pub(super) fn tsv(self, out: &mut Vec<u8>, fields: &[Named]) -> bool {
        for (at, (_, field)) in fields.iter().enumerate() {
            if at > 0 {
                out.push(b'\t');
            }
            let start = out.len();
            if self.cell(out, field) {
                // A tab or line end inside a cell would move the columns.
                self.manner.policy.apply(out, start);
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

    pub(super) fn csv(self, out: &mut Vec<u8>, fields: &[Named]) -> bool {
        for (at, (_, field)) in fields.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            let start = out.len();
            if self.cell(out, field) {
                escape::csv_apply(out, start, self.manner.policy);
            } else {
                out.extend_from_slice(b"<NA>");
            }
        }
        true
    }

    pub(super) fn json(mut self, out: &mut Vec<u8>, fields: &[Named]) -> bool {
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
                    let mut text = std::mem::take(self.scratch);
                    text.clear();
                    self.cell(&mut text, field);
                    escape::json(out, &text);
                    *self.scratch = text;
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
