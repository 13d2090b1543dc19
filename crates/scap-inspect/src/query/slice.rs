//! Parts of a value by position.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::value::Value;

/// Which part: from `start`, counted from the end when negative, for `length` or up to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first position.
    pub start: i64,
    /// How many; `None` is all that follow.
    pub length: Option<u64>,
}

impl Span {
    /// The positions within a value of `total`; `None` unless there is at least one and all lie inside.
    fn within(self, total: usize) -> Option<(usize, usize)> {
        let distance = usize::try_from(self.start.unsigned_abs()).ok()?;
        let start = if self.start < 0 { total.checked_sub(distance)? } else { distance };
        let end = match self.length {
            Some(length) => start.checked_add(usize::try_from(length).ok()?)?,
            None => total,
        };
        (start < end && end <= total).then_some((start, end))
    }
}

/// The parts one after the other. Text is counted by character, payload by byte, an address is its bytes. A part
/// that is not inside the value makes the result absent, as do values that have no parts.
pub(super) fn slice<'a>(value: Value<'a>, spans: &[Span]) -> Option<Value<'a>> {
    match value {
        Value::Text(text) => slice_text(&text, spans).map(Value::Text),
        Value::Bytes(bytes) => cut(&bytes, spans, |total, span| span.within(total)).map(Value::Bytes),
        Value::Ip(IpAddr::V4(address)) => slice(Value::Bytes(Cow::Owned(address.octets().to_vec())), spans),
        Value::Ip(IpAddr::V6(address)) => slice(Value::Bytes(Cow::Owned(address.octets().to_vec())), spans),
        Value::List(_) | Value::Any(_) | Value::Ends(_) => value.map(|item| slice(item, spans)),
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_) => None,
    }
}

fn slice_text<'a>(text: &Cow<'a, [u8]>, spans: &[Span]) -> Option<Cow<'a, [u8]>> {
    if text.is_ascii() {
        return cut(text, spans, |total, span| span.within(total));
    }
    let starts = character_starts(text);
    let position = |at: usize| starts.get(at).copied().unwrap_or(text.len());
    let found: Vec<(usize, usize)> = spans
        .iter()
        .map(|span| span.within(starts.len()).map(|(start, end)| (position(start), position(end))))
        .collect::<Option<_>>()?;
    let mut found = found.into_iter();
    cut(text, spans, move |_, _| found.next())
}

/// Where characters start; each byte that is not UTF-8 is one.
fn character_starts(text: &[u8]) -> Vec<usize> {
    let mut starts = Vec::with_capacity(text.len());
    let mut at = 0;
    for chunk in text.utf8_chunks() {
        starts.extend(chunk.valid().char_indices().map(|(offset, _)| at + offset));
        at += chunk.valid().len();
        starts.extend(at..at + chunk.invalid().len());
        at += chunk.invalid().len();
    }
    starts
}

fn cut<'a>(
    bytes: &Cow<'a, [u8]>,
    spans: &[Span],
    mut place: impl FnMut(usize, Span) -> Option<(usize, usize)>,
) -> Option<Cow<'a, [u8]>> {
    if let ([span], Cow::Borrowed(bytes)) = (spans, bytes) {
        let (start, end) = place(bytes.len(), *span)?;
        return bytes.get(start..end).map(Cow::Borrowed);
    }
    let mut parts = Vec::new();
    for span in spans {
        let (start, end) = place(bytes.len(), *span)?;
        parts.extend_from_slice(bytes.get(start..end)?);
    }
    Some(Cow::Owned(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(value: Value<'static>, start: i64, length: Option<u64>) -> Option<Value<'static>> {
        slice(value, &[Span { start, length }])
    }

    #[test]
    fn parts_are_taken_from_either_end_and_only_inside_the_value() {
        let rows = [
            ("curl", 0, Some(2), Some("cu")),
            ("curl", 2, None, Some("rl")),
            ("curl", -2, None, Some("rl")),
            ("curl", -4, Some(1), Some("c")),
            ("curl", -5, Some(1), None),
            ("curl", 0, Some(4), Some("curl")),
            ("curl", 0, Some(5), None),
            ("curl", 4, None, None),
            ("", 0, None, None),
            ("äöü", 1, Some(1), Some("ö")),
            ("äöü", -1, None, Some("ü")),
            ("äöü", 2, Some(2), None),
            ("curl", i64::MIN, None, None),
            ("curl", 1, Some(u64::MAX), None),
        ];
        for (text, start, length, expected) in rows {
            assert_eq!(part(Value::text(text), start, length), expected.map(Value::text), "{text}[{start}:{length:?}]");
        }
    }

    #[test]
    fn payload_and_addresses_are_counted_by_byte() {
        assert_eq!(part(Value::bytes("äö"), 0, Some(1)), Some(Value::bytes(b"\xc3")));
        assert_eq!(part(Value::Ip("10.1.2.3".parse().unwrap()), 0, Some(2)), Some(Value::bytes(b"\x0a\x01")));
        assert_eq!(part(Value::Int(5), 0, Some(1)), None);
    }

    #[test]
    fn a_byte_that_is_not_utf8_counts_as_one_character() {
        assert_eq!(part(Value::text(b"\xff\xfea\xc3"), 2, Some(1)), Some(Value::text("a")));
        assert_eq!(part(Value::text(b"\xe2\x82x"), 2, Some(1)), Some(Value::text("x")));
    }

    #[test]
    fn several_parts_are_joined() {
        let spans = [Span { start: -1, length: None }, Span { start: 0, length: Some(2) }];
        assert_eq!(slice(Value::text("curl"), &spans), Some(Value::text("lcu")));
    }
}
