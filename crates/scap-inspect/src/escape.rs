//! Captured text on its way out.
//!
//! Whoever was captured chose these bytes: a file name may clear the screen, turn the line around or look like a
//! formula. Every way out has its own rule, and printable ASCII passes all of them unchanged and fast.

use crate::render::number::lower_hex;

/// What may pass to an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// A screen: nothing passes that moves the cursor, is invisible or reorders text. Newline, tab and carriage
    /// return become `\n`, `\t`, `\r`; other control characters, and bytes that are not UTF-8, `\xNN`; invisible
    /// characters above U+009F `\u{NNNN}`.
    Terminal,
    /// A pipe or a file: newline and tab stay, and so do invisible characters and bytes that are not UTF-8. Other
    /// control characters (ESC, DEL, U+0080 to U+009F and stray bytes of that range) become `\xNN`, as what reads
    /// the pipe may be a terminal in the end.
    Pipe,
    /// As [`Policy::Pipe`], but newline becomes `\n`: who reads lines shall not be given one by a name.
    PipeLine,
    /// Everything as it is.
    Raw,
}

impl Policy {
    /// Appends captured text as the policy demands.
    #[inline]
    pub fn write(self, out: &mut Vec<u8>, text: &[u8]) {
        match self {
            Policy::Terminal => terminal(out, text),
            Policy::Pipe => pipe(out, text),
            Policy::PipeLine => pipe_line(out, text),
            Policy::Raw => out.extend_from_slice(text),
        }
    }

    /// Gives captured text that stands at the end of `out`, from `start` on, the form the policy demands.
    #[inline]
    pub fn apply(self, out: &mut Vec<u8>, start: usize) {
        if !self.passes(out.get(start..).unwrap_or_default()) {
            let text = out.split_off(start);
            self.write(out, &text);
        }
    }

    /// Whether the policy leaves this text as it is; it may also say no to some that it does.
    #[inline]
    fn passes(self, text: &[u8]) -> bool {
        match self {
            Policy::Terminal => is_plain(text),
            Policy::Pipe => all(text, |byte| is_plain_byte(byte) || byte == b'\n' || byte == b'\t'),
            Policy::PipeLine => all(text, |byte| is_plain_byte(byte) || byte == b'\t'),
            Policy::Raw => true,
        }
    }

    /// The policy for text that is to stay on one line.
    #[inline]
    #[must_use]
    pub fn on_one_line(self) -> Self {
        match self {
            Policy::Pipe => Policy::PipeLine,
            other => other,
        }
    }
}

/// Appends text for a screen: [`Policy::Terminal`].
pub fn terminal(out: &mut Vec<u8>, text: &[u8]) {
    if is_plain(text) {
        out.extend_from_slice(text);
        return;
    }
    for chunk in text.utf8_chunks() {
        runs(out, chunk.valid(), |out, character| match character {
            '\n' => out.extend_from_slice(b"\\n"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\r' => out.extend_from_slice(b"\\r"),
            control if control.is_control() => hex_byte(out, control as u8),
            hidden if is_invisible(hidden) => {
                out.extend_from_slice(b"\\u{");
                lower_hex(out, u64::from(u32::from(hidden)));
                out.push(b'}');
            }
            visible => push(out, visible),
        });
        chunk.invalid().iter().for_each(|byte| hex_byte(out, *byte));
    }
}

/// Appends text for a pipe: [`Policy::Pipe`].
pub fn pipe(out: &mut Vec<u8>, text: &[u8]) {
    pipe_with(out, text, pipe_character);
}

/// Appends text for one line in a pipe: [`Policy::PipeLine`].
pub fn pipe_line(out: &mut Vec<u8>, text: &[u8]) {
    pipe_with(out, text, |out, character| match character {
        '\n' => out.extend_from_slice(b"\\n"),
        other => pipe_character(out, other),
    });
}

fn pipe_with(out: &mut Vec<u8>, text: &[u8], special: impl Fn(&mut Vec<u8>, char) + Copy) {
    if is_plain(text) {
        out.extend_from_slice(text);
        return;
    }
    for chunk in text.utf8_chunks() {
        runs(out, chunk.valid(), special);
        for byte in chunk.invalid() {
            match byte {
                0x80..=0x9f => hex_byte(out, *byte),
                _ => out.push(*byte),
            }
        }
    }
}

fn pipe_character(out: &mut Vec<u8>, character: char) {
    match character {
        '\n' | '\t' => out.push(character as u8),
        control if control.is_control() => hex_byte(out, control as u8),
        other => push(out, other),
    }
}

/// Appends one field of comma-separated values.
///
/// Text with a comma, a quote, a line end or a blank at either end is quoted, quotes doubled. Text that a
/// spreadsheet would take for a formula, as it begins with `=`, `+`, `-`, `@`, a tab or a carriage return, gets an
/// apostrophe in front; plain numbers such as `-2` or `+0.5` do not. What else may pass is the policy's to say.
pub fn csv(out: &mut Vec<u8>, text: &[u8], policy: Policy) {
    let start = out.len();
    out.extend_from_slice(text);
    csv_apply(out, start, policy);
}

/// Makes a field of comma-separated values, as [`csv`] does, of the captured text at the end of `out` from `start` on.
pub fn csv_apply(out: &mut Vec<u8>, start: usize, policy: Policy) {
    let text = out.get(start..).unwrap_or_default();
    if matches!(text.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')) && !is_number(text) {
        out.insert(start, b'\'');
    }
    policy.apply(out, start);
    let field = out.get(start..).unwrap_or_default();
    let edge = |byte: Option<&u8>| byte == Some(&b' ');
    let quoted = field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        || edge(field.first())
        || edge(field.last());
    if quoted {
        quote(out, start);
    }
}

/// Puts what `out` holds from `start` on into quotes, in place.
fn quote(out: &mut Vec<u8>, start: usize) {
    let inner: usize = out[start..].iter().map(|byte| usize::from(*byte == b'"')).sum();
    let (mut from, mut to) = (out.len(), out.len() + inner + 2);
    out.resize(to, b'"');
    // Backwards, so that every byte is read before its place is written; the closing quote is there already.
    to -= 1;
    while from > start {
        from -= 1;
        to -= 1;
        let byte = out[from];
        out[to] = byte;
        if byte == b'"' {
            to -= 1;
            out[to] = b'"';
        }
    }
    out[start] = b'"';
}

fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let mut parts = digits.splitn(2, |byte| *byte == b'.');
    parts.all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit))
}

/// Appends a JSON string with its quotes.
///
/// JSON is text: each run of bytes that is not UTF-8 becomes one U+FFFD, as in any lossy decoding. Control and
/// invisible characters are `\uNNNN` escapes, which keep them and keep the screen safe.
pub fn json(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        runs_but(out, chunk.valid(), |byte| is_plain_byte(byte) && byte != b'"' && byte != b'\\', json_character);
        if !chunk.invalid().is_empty() {
            out.extend_from_slice(b"\\ufffd");
        }
    }
    out.push(b'"');
}

fn json_character(out: &mut Vec<u8>, character: char) {
    match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        hidden if hidden.is_control() || is_invisible(hidden) => {
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(b"\\u");
                for shift in [12, 8, 4, 0] {
                    out.push(hex_digit((*unit >> shift & 15).to_le_bytes()[0]));
                }
            }
        }
        visible => push(out, visible),
    }
}

/// Whether a character has no look of its own: formatting marks, reordering marks, zero-width blanks, tags, fillers,
/// and the line and paragraph separators. Variation selectors stay, as emoji are written with them.
pub fn is_invisible(character: char) -> bool {
    matches!(u32::from(character),
        0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
        | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfeff | 0xffa0
        | 0xfff0..=0xfffb | 0x110bd | 0x110cd | 0x13430..=0x1343f | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff | 0x600..=0x605 | 0x6dd | 0x70f | 0x890 | 0x891 | 0x8e2)
}

const fn is_plain_byte(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e)
}

/// Whether all is printable ASCII: nearly all text is, and needs no more than this look.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    all(text, is_plain_byte)
}

/// Whether all bytes pass, for tests that are a few comparisons.
#[inline]
fn all(text: &[u8], passes: impl Fn(u8) -> bool + Copy) -> bool {
    // Without a branch per byte, so that the compiler looks at a block at once; the last one overlaps the one before.
    if let Some(last) = text.last_chunk::<16>() {
        let mut blocks = text.chunks_exact(16);
        return blocks.all(|block| block_passes(block, passes)) && block_passes(last, passes);
    }
    match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => block_passes(first, passes) & block_passes(last, passes),
        _ => text.iter().all(|byte| passes(*byte)),
    }
}

#[inline]
fn block_passes(block: &[u8], passes: impl Fn(u8) -> bool) -> bool {
    block.iter().fold(true, |all, byte| all & passes(*byte))
}

/// Appends printable ASCII as it is and gives every other character to `special`.
fn runs(out: &mut Vec<u8>, text: &str, special: impl Fn(&mut Vec<u8>, char)) {
    runs_but(out, text, is_plain_byte, special);
}

/// Appends the characters of one `plain` byte as they are and gives the others to `special`.
fn runs_but(out: &mut Vec<u8>, text: &str, plain: impl Fn(u8) -> bool, special: impl Fn(&mut Vec<u8>, char)) {
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.bytes().position(|byte| !plain(byte)).unwrap_or(rest.len());
        let (before, behind) = rest.split_at(run);
        out.extend_from_slice(before.as_bytes());
        let mut characters = behind.chars();
        if let Some(character) = characters.next() {
            special(out, character);
        }
        rest = characters.as_str();
    }
}

fn push(out: &mut Vec<u8>, character: char) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn hex_byte(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(&[b'\\', b'x', hex_digit(byte >> 4), hex_digit(byte & 15)]);
}

const fn hex_digit(value: u8) -> u8 {
    b"0123456789abcdef"[(value & 15) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: fn(&mut Vec<u8>, &[u8]), text: &[u8]) -> Vec<u8> {
        let mut out = b"|".to_vec();
        write(&mut out, text);
        out.split_off(1)
    }

    #[test]
    fn printable_text_of_any_script_passes_everywhere() {
        for text in ["", "GET / HTTP/1.1 \\x1b", "Grüße, 世界 ✓ ❤\u{fe0f}", "0123456789abcdef0123456789abcde"] {
            for policy in [Policy::Terminal, Policy::Pipe, Policy::PipeLine, Policy::Raw] {
                let mut out = Vec::new();
                policy.write(&mut out, text.as_bytes());
                assert_eq!(out, text.as_bytes());
                policy.apply(&mut out, 0);
                assert_eq!(out, text.as_bytes());
            }
        }
    }

    #[test]
    fn no_control_character_reaches_a_terminal() {
        assert_eq!(written(terminal, b"a\x1b[2Jb\n\t\r\0\x7f"), br"a\x1b[2Jb\n\t\r\x00\x7f");
        assert_eq!(written(terminal, "x\u{9b}31m".as_bytes()), br"x\x9b31m");
    }

    #[test]
    fn text_cannot_turn_itself_around_or_hide_on_a_terminal() {
        assert_eq!(written(terminal, "gpj\u{202e}exe".as_bytes()), br"gpj\u{202e}exe");
        assert_eq!(written(terminal, "a\u{200b}b\u{2066}\u{feff}".as_bytes()), br"a\u{200b}b\u{2066}\u{feff}");
        assert_eq!(written(terminal, "\u{e0041}".as_bytes()), br"\u{e0041}");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown_as_bytes_on_a_terminal() {
        assert_eq!(written(terminal, b"caf\xe9 \xc3\xa9 \xe4\xb8"), b"caf\\xe9 \xc3\xa9 \\xe4\\xb8");
    }

    #[test]
    fn a_pipe_keeps_lines_and_foreign_bytes_but_no_control_sequences() {
        assert_eq!(written(pipe, b"a\n\tb\x1b[0m\r\x07"), b"a\n\tb\\x1b[0m\\x0d\\x07");
        assert_eq!(written(pipe, b"caf\xe9\x9b31m \xc2\x9b"), b"caf\xe9\\x9b31m \\x9b");
        assert_eq!(written(pipe, "a\u{202e}b".as_bytes()), "a\u{202e}b".as_bytes());
    }

    #[test]
    fn a_line_in_a_pipe_ends_where_it_is_to_end() {
        assert_eq!(written(pipe_line, b"a\n\tb\x1b[0m\r"), b"a\\n\tb\\x1b[0m\\x0d");
        assert_eq!([Policy::Pipe.on_one_line(), Policy::Raw.on_one_line()], [Policy::PipeLine, Policy::Raw]);
    }

    #[test]
    fn whatever_comes_in_no_control_byte_goes_out() {
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                let text = [b'a', first, second, b'z'];
                let out = written(terminal, &text);
                assert!(std::str::from_utf8(&out).unwrap().chars().all(|c| !c.is_control() && !is_invisible(c)));
                let out = written(pipe, &text);
                assert!(out.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\n' | b'\t')));
                assert!(!String::from_utf8_lossy(&out).chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c)));
                let out = written(json, &text);
                assert!(std::str::from_utf8(&out).unwrap().chars().all(|c| !c.is_control()));
            }
        }
    }

    #[test]
    fn text_in_its_place_gets_the_same_form_as_text_that_is_appended() {
        for length in 0..40 {
            for (at, odd) in
                (0..length).flat_map(|at| [b'\n', b'\t', b'\r', 0x1b, 0x7f, 0x9b, 0xff].map(|odd| (at, odd)))
            {
                let mut text = vec![b'a'; length];
                text[at] = odd;
                for policy in [Policy::Terminal, Policy::Pipe, Policy::PipeLine, Policy::Raw] {
                    let (mut appended, mut in_place) = (b"\x1b|".to_vec(), b"\x1b|".to_vec());
                    policy.write(&mut appended, &text);
                    in_place.extend_from_slice(&text);
                    policy.apply(&mut in_place, 2);
                    assert_eq!(in_place, appended);
                }
            }
        }
    }

    fn csv(out: &mut Vec<u8>, text: &[u8]) {
        super::csv(out, text, Policy::Pipe);
    }

    #[test]
    fn csv_on_a_terminal_holds_nothing_that_moves_the_cursor_or_hides() {
        let on_terminal = |out: &mut Vec<u8>, text: &[u8]| super::csv(out, text, Policy::Terminal);
        assert_eq!(written(on_terminal, "a\tb\u{202e},\r\n".as_bytes()), br#""a\tb\u{202e},\r\n""#);
        assert_eq!(written(on_terminal, b"\t=1"), br"'\t=1");
    }

    #[test]
    fn csv_fields_are_quoted_only_where_they_must_be() {
        assert_eq!(written(csv, b"plain text"), b"plain text");
        assert_eq!(written(csv, b""), b"");
        assert_eq!(written(csv, b"a,b"), b"\"a,b\"");
        assert_eq!(written(csv, b"say \"hi\""), b"\"say \"\"hi\"\"\"");
        assert_eq!(written(csv, b"\""), b"\"\"\"\"");
        assert_eq!(written(csv, b"two\nlines"), b"\"two\nlines\"");
        assert_eq!(written(csv, b" edge"), b"\" edge\"");
        assert_eq!(written(csv, b"\x1b,"), b"\"\\x1b,\"");
    }

    #[test]
    fn csv_fields_are_never_formulas() {
        assert_eq!(written(csv, b"=cmd|' /C calc'!A0"), b"'=cmd|' /C calc'!A0");
        assert_eq!(written(csv, b"@SUM(1,2)"), b"\"'@SUM(1,2)\"");
        assert_eq!(written(csv, b"-2+3"), b"'-2+3");
        assert_eq!(written(csv, b"+"), b"'+");
        assert_eq!(written(csv, b"\t=1"), b"'\t=1");
    }

    #[test]
    fn csv_numbers_stay_numbers() {
        for number in [&b"-2"[..], b"+0.5", b"-100", b"12"] {
            assert_eq!(written(csv, number), number);
        }
    }

    #[test]
    fn json_strings_escape_what_json_and_screens_need() {
        assert_eq!(written(json, b"a\"b\\c\n\x1b"), br#""a\"b\\c\n\u001b""#);
        assert_eq!(
            written(json, "ü\u{202e}\u{e0041}\u{9b}".as_bytes()),
            "\"ü\\u202e\\udb40\\udc41\\u009b\"".as_bytes()
        );
        assert_eq!(written(json, b"a\xff\xfeb"), br#""a\ufffd\ufffdb""#);
    }
}
