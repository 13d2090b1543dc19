//! Payloads and other byte buffers as text.

use super::number;

/// How byte buffers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataStyle {
    /// A dot for every byte outside printable ASCII.
    #[default]
    Dots,
    /// Printable ASCII and line ends on a new line, the rest dropped.
    Ascii,
    /// Rows of 16 bytes in hexadecimal, from a new line on.
    Hex,
    /// As [`DataStyle::Hex`], with the text beside it.
    HexAscii,
    /// Base64 with padding.
    Base64,
}

impl DataStyle {
    /// Whether what is written begins new lines.
    pub fn is_in_lines(self) -> bool {
        matches!(self, DataStyle::Ascii | DataStyle::Hex | DataStyle::HexAscii)
    }
}

/// How event parameters are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// How byte buffers are written.
    pub data: DataStyle,
    /// Longest text of a byte buffer in [`DataStyle::Dots`]; a longer one is cut and ends in "...".
    pub cut: Option<usize>,
    /// Show all of `evt.buffer`, where lines of text otherwise show its beginning.
    pub whole: bool,
}

impl Style {
    /// Dots, cut at 80 characters: what an event line has room for.
    pub const LINE: Style = Style { data: DataStyle::Dots, cut: Some(80), whole: false };
    /// Dots, uncut.
    pub const WHOLE: Style = Style { data: DataStyle::Dots, cut: None, whole: true };
}

/// Appends a byte buffer; an empty one is "NULL" in every style.
pub fn bytes(out: &mut Vec<u8>, bytes: &[u8], style: Style) {
    if bytes.is_empty() {
        out.extend_from_slice(b"NULL");
        return;
    }
    match style.data {
        DataStyle::Dots => dots(out, bytes, style.cut),
        DataStyle::Ascii => ascii(out, bytes),
        DataStyle::Hex => rows(out, bytes, false),
        DataStyle::HexAscii => rows(out, bytes, true),
        DataStyle::Base64 => base64(out, bytes),
    }
}

const fn printable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e)
}

const fn dot(byte: u8) -> u8 {
    if printable(byte) {
        byte
    } else {
        b'.'
    }
}

fn dots(out: &mut Vec<u8>, bytes: &[u8], cut: Option<usize>) {
    match cut {
        Some(most) if bytes.len() > most => {
            out.extend(bytes[..most.saturating_sub(3)].iter().map(|byte| dot(*byte)));
            out.extend_from_slice(&b"..."[..most.min(3)]);
        }
        _ => out.extend(bytes.iter().map(|byte| dot(*byte))),
    }
}

fn ascii(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'\n');
    let mut before = 0;
    for &byte in bytes {
        match byte {
            b'\n' if before == b'\r' => {}
            b'\r' | b'\n' => out.push(b'\n'),
            byte if printable(byte) => out.push(byte),
            _ => {}
        }
        before = byte;
    }
}

/// "\n\t0x0000: 4745 5420 ..." and a line end; the text column starts at the same place in every row.
fn rows(out: &mut Vec<u8>, bytes: &[u8], with_text: bool) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (index, row) in bytes.chunks(16).enumerate() {
        out.extend_from_slice(b"\n\t0x");
        let offset = index * 16;
        for shift in [12, 8, 4] {
            if offset >> shift == 0 {
                out.push(b'0');
            }
        }
        number::lower_hex(out, offset as u64);
        out.push(b':');
        let start = out.len();
        for (at, byte) in row.iter().enumerate() {
            if at % 2 == 0 {
                out.push(b' ');
            }
            out.push(DIGITS[usize::from(byte >> 4)]);
            out.push(DIGITS[usize::from(byte & 15)]);
        }
        if with_text {
            out.resize(start + 42, b' ');
            out.extend(row.iter().map(|byte| dot(*byte)));
        }
    }
    out.push(b'\n');
}

/// Appends bytes in base64 with padding.
pub fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for index in 0..4 {
            let six = ALPHABET[(bits >> (18 - 6 * index) & 63) as usize];
            out.push(if index > group.len() { b'=' } else { six });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(data: DataStyle, input: &[u8]) -> String {
        let mut out = Vec::new();
        bytes(&mut out, input, Style { data, cut: None, whole: false });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn dots_stand_for_everything_that_is_not_printable_ascii() {
        assert_eq!(text(DataStyle::Dots, b"GET /\r\n\0\x7f\xc3\xa4~ "), "GET /......~ ");
    }

    #[test]
    fn a_cut_text_has_the_full_length_and_ends_in_three_dots() {
        let mut out = Vec::new();
        bytes(&mut out, &[b'x'; 81], Style::LINE);
        assert_eq!(out, [&[b'x'; 77][..], b"..."].concat());
        out.clear();
        bytes(&mut out, &[b'x'; 80], Style::LINE);
        assert_eq!(out, [b'x'; 80]);
    }

    #[test]
    fn an_empty_buffer_is_null_in_every_style() {
        for style in [DataStyle::Dots, DataStyle::Ascii, DataStyle::Hex, DataStyle::HexAscii, DataStyle::Base64] {
            assert_eq!(text(style, b""), "NULL");
        }
    }

    #[test]
    fn ascii_keeps_line_ends_once_and_drops_what_cannot_be_printed() {
        assert_eq!(text(DataStyle::Ascii, b"a\r\nb\nc\r\x01d\0"), "\na\nb\nc\nd");
    }

    #[test]
    fn hex_rows_hold_sixteen_bytes_in_pairs() {
        assert_eq!(
            text(DataStyle::Hex, b"localhost/bar\0abcd"),
            "\n\t0x0000: 6c6f 6361 6c68 6f73 742f 6261 7200 6162\n\t0x0010: 6364\n"
        );
    }

    #[test]
    fn the_text_beside_hex_rows_is_aligned() {
        assert_eq!(
            text(DataStyle::HexAscii, b"HTTP/1.0 502 Bad Gat\n"),
            "\n\t0x0000: 4854 5450 2f31 2e30 2035 3032 2042 6164  HTTP/1.0 502 Bad\
             \n\t0x0010: 2047 6174 0a                              Gat.\n"
        );
    }

    #[test]
    fn offsets_beyond_four_digits_grow() {
        let written = text(DataStyle::Hex, &vec![0; 0x10001]);
        assert!(written.contains("\n\t0xfff0:"));
        assert!(written.contains("\n\t0x10000: 00\n"));
    }

    #[test]
    fn base64_is_padded() {
        assert_eq!(text(DataStyle::Base64, b"localhost/bar\0"), "bG9jYWxob3N0L2JhcgA=");
        assert_eq!(text(DataStyle::Base64, b"abc"), "YWJj");
        assert_eq!(text(DataStyle::Base64, b"a\xff\xfe\xfd"), "Yf/+/Q==");
    }
}
