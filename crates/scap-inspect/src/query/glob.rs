//! Shell patterns as `fnmatch` without flags reads them: `*` also crosses `/`.

use memchr::memmem::Finder;

/// A compiled pattern: segments between the `*`s.
///
/// Characters are UTF-8 where the bytes are, and single bytes elsewhere, so `?` is one character of a name in any
/// script and still matches names that are not UTF-8.
#[derive(Clone, Debug)]
pub struct Glob {
    /// What stands before the first `*`, between them and after the last; a single segment has no `*`.
    segments: Vec<Segment>,
    ignore_case: bool,
    /// The pattern ends in a lone backslash, which matches nothing.
    never: bool,
}

#[derive(Clone, Debug)]
struct Segment {
    pieces: Vec<Piece>,
    /// Set when the pieces are plain characters compared as they are.
    literal: Option<Finder<'static>>,
}

#[derive(Clone, Debug)]
enum Piece {
    Char(u32),
    AnyChar,
    Class(Class),
}

/// A bracket expression.
#[derive(Clone, Debug, Default)]
struct Class {
    negated: bool,
    ranges: Vec<(u32, u32)>,
    named: Vec<fn(char) -> bool>,
}

/// Longer patterns are refused: matching costs the length of the pattern times that of the value.
const LONGEST: usize = 4096;

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// One line, when the pattern is too long.
    pub fn new(pattern: &[u8], ignore_case: bool) -> Result<Self, String> {
        if pattern.len() > LONGEST {
            return Err(format!("a glob pattern of {} bytes is too long, {LONGEST} are the most", pattern.len()));
        }
        let mut segments = Vec::new();
        let mut pieces = Vec::new();
        let mut literal = Some(Vec::new());
        let mut never = false;
        let mut rest = pattern;
        while let Some((character, length)) = next_char(rest) {
            let (this, after) = rest.split_at(length);
            rest = after;
            if character == u32::from(b'*') {
                segments.push(Segment::new(std::mem::take(&mut pieces), literal.take(), ignore_case));
                literal = Some(Vec::new());
                continue;
            }
            let mut plain = this;
            let piece = match this {
                b"?" => Piece::AnyChar,
                b"[" => match Class::parse(rest, ignore_case) {
                    Some((class, after)) => {
                        rest = after;
                        Piece::Class(class)
                    }
                    None => Piece::Char(character),
                },
                b"\\" => {
                    let Some((escaped, length)) = next_char(rest) else {
                        never = true;
                        break;
                    };
                    (plain, rest) = rest.split_at(length);
                    Piece::Char(escaped)
                }
                _ => Piece::Char(character),
            };
            match (&piece, &mut literal) {
                (Piece::Char(_), Some(literal)) => literal.extend_from_slice(plain),
                _ => literal = None,
            }
            pieces.push(match piece {
                Piece::Char(character) if ignore_case => Piece::Char(lower(character)),
                other => other,
            });
        }
        segments.push(Segment::new(pieces, literal, ignore_case));
        Ok(Self { segments, ignore_case, never })
    }

    /// Whether the whole of `text` fits the pattern.
    pub fn matches(&self, text: &[u8]) -> bool {
        if self.never {
            return false;
        }
        let Some((first, others)) = self.segments.split_first() else { return text.is_empty() };
        let Some(rest) = first.after_prefix(text, self.ignore_case) else { return false };
        let Some((last, middle)) = others.split_last() else { return rest.is_empty() };
        let mut rest = rest;
        for segment in middle {
            match segment.after_first(rest, self.ignore_case) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        last.ends(rest, self.ignore_case)
    }
}

impl Segment {
    fn new(pieces: Vec<Piece>, literal: Option<Vec<u8>>, ignore_case: bool) -> Self {
        let literal = literal.filter(|_| !ignore_case).map(|bytes| Finder::new(&bytes).into_owned());
        Self { pieces, literal }
    }

    /// What follows the segment when `text` starts with it.
    fn after_prefix<'t>(&self, text: &'t [u8], ignore_case: bool) -> Option<&'t [u8]> {
        if let Some(literal) = &self.literal {
            return text.strip_prefix(literal.needle());
        }
        let mut rest = text;
        for piece in &self.pieces {
            let (character, length) = next_char(rest)?;
            let fits = match piece {
                Piece::AnyChar => true,
                Piece::Char(wanted) => *wanted == if ignore_case { lower(character) } else { character },
                Piece::Class(class) => class.has(character, ignore_case),
            };
            if !fits {
                return None;
            }
            rest = rest.get(length..)?;
        }
        Some(rest)
    }

    /// What follows the leftmost place the segment is found at. Taking the leftmost loses nothing, since a `*`
    /// follows and can take the rest.
    fn after_first<'t>(&self, text: &'t [u8], ignore_case: bool) -> Option<&'t [u8]> {
        if let Some(literal) = &self.literal {
            let at = literal.find(text)?;
            return text.get(at.checked_add(literal.needle().len())?..);
        }
        let mut rest = text;
        loop {
            if let Some(after) = self.after_prefix(rest, ignore_case) {
                return Some(after);
            }
            let (_, length) = next_char(rest)?;
            rest = rest.get(length..)?;
        }
    }

    /// Whether `text` ends with the segment.
    fn ends(&self, text: &[u8], ignore_case: bool) -> bool {
        if let Some(literal) = &self.literal {
            return text.ends_with(literal.needle());
        }
        let mut rest = text;
        loop {
            if self.after_prefix(rest, ignore_case).is_some_and(<[u8]>::is_empty) {
                return true;
            }
            match next_char(rest) {
                Some((_, length)) => rest = rest.get(length..).unwrap_or_default(),
                None => return false,
            }
        }
    }
}

impl Class {
    /// Reads what follows a `[`; `None` when no `]` closes it, and the bracket is an ordinary character.
    fn parse(text: &[u8], ignore_case: bool) -> Option<(Self, &[u8])> {
        let mut class = Self::default();
        let mut rest = text;
        if let [b'!' | b'^', after @ ..] = rest {
            class.negated = true;
            rest = after;
        }
        let mut first = true;
        loop {
            match rest {
                [b']', after @ ..] if !first => return Some((class, after)),
                [b'[', b':', after @ ..] => {
                    let end = memchr::memmem::find(after, b":]")?;
                    let (name, after) = after.split_at(end);
                    class.named.push(named_class(name, ignore_case)?);
                    rest = after.get(2..)?;
                }
                _ => {
                    let (low, after) = class_char(rest)?;
                    rest = after;
                    let mut high = low;
                    if let [b'-', after @ ..] = rest {
                        if after.first() != Some(&b']') {
                            (high, rest) = class_char(after)?;
                        }
                    }
                    class.ranges.push((low, high));
                }
            }
            first = false;
        }
    }

    fn has(&self, character: u32, ignore_case: bool) -> bool {
        let within = |c: u32| {
            self.ranges.iter().any(|&(low, high)| low <= c && c <= high)
                || char::from_u32(c).is_some_and(|c| self.named.iter().any(|test| test(c)))
        };
        let found = within(character) || ignore_case && (within(lower(character)) || within(upper(character)));
        found != self.negated
    }
}

/// One character of a bracket expression, after its backslash if it has one.
fn class_char(text: &[u8]) -> Option<(u32, &[u8])> {
    let text = text.strip_prefix(b"\\").unwrap_or(text);
    let (character, length) = next_char(text)?;
    Some((character, text.get(length..)?))
}

fn named_class(name: &[u8], ignore_case: bool) -> Option<fn(char) -> bool> {
    Some(match name {
        b"upper" | b"lower" if ignore_case => char::is_alphabetic,
        b"alpha" => char::is_alphabetic,
        b"alnum" => char::is_alphanumeric,
        b"upper" => char::is_uppercase,
        b"lower" => char::is_lowercase,
        b"space" => char::is_whitespace,
        b"cntrl" => char::is_control,
        b"digit" => |c| c.is_ascii_digit(),
        b"xdigit" => |c| c.is_ascii_hexdigit(),
        b"punct" => |c| c.is_ascii_punctuation(),
        b"blank" => |c| c == ' ' || c == '\t',
        b"print" => |c| !c.is_control(),
        b"graph" => |c| !c.is_control() && !c.is_whitespace(),
        _ => return None,
    })
}

/// The first character of `text` and its length in bytes. A byte that is not UTF-8 is a character of its own, beyond
/// the last of Unicode.
fn next_char(text: &[u8]) -> Option<(u32, usize)> {
    let first = *text.first()?;
    let length = match first {
        0..=0x7f => return Some((u32::from(first), 1)),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let decoded = text.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(|s| s.chars().next());
    Some(decoded.map_or((0x11_0000 + u32::from(first), 1), |c| (u32::from(c), length)))
}

fn lower(character: u32) -> u32 {
    if (0x41..=0x5a).contains(&character) {
        character + 0x20
    } else {
        character
    }
}

fn upper(character: u32) -> u32 {
    if (0x61..=0x7a).contains(&character) {
        character - 0x20
    } else {
        character
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        Glob::new(pattern.as_bytes(), false).unwrap().matches(text.as_bytes())
    }

    #[test]
    fn patterns_match_as_fnmatch_without_flags() {
        let rows = [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "a/b", true),
            ("/usr/lib/*.so*", "/usr/lib/x86_64/libc.so.6", true),
            ("/usr/lib/*.so", "/usr/lib/x86_64/libc.so.6", false),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
            ("*ab*ab", "ab", false),
            ("*ab*ab", "abab", true),
            ("*.log", "x.log.log", true),
            ("?", "é", true),
            ("?", "", false),
            ("a?c", "a/c", true),
            ("*?", "", false),
            ("*?b", "aab", true),
            ("[abc]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("[!a-c]x", "dx", true),
            ("[^a-c]x", "dx", true),
            ("[!a-c]x", "x", false),
            ("[]a]", "]", true),
            ("[!]a]", "]", false),
            ("[a-]", "-", true),
            ("[", "[", true),
            ("[a", "[a", true),
            ("[a*", "[abc", true),
            ("[\\]]", "]", true),
            ("[[:digit:]]*", "7up", true),
            ("[![:digit:]]", "7", false),
            ("[à-ü]", "é", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("\\?\\[", "?[", true),
            ("a\\", "a\\", false),
            ("cu*", "Curl", false),
            ("*[0-9]*x", "a1b2x", true),
            ("*[0-9]", "ab12", true),
        ];
        for (pattern, text, expected) in rows {
            assert_eq!(fits(pattern, text), expected, "{pattern:?} on {text:?}");
        }
    }

    #[test]
    fn case_is_ignored_in_characters_and_classes() {
        let rows = [("CU*", "curl", true), ("[A-C]x", "bX", true), ("[!a]", "A", false), ("É", "é", false)];
        for (pattern, text, expected) in rows {
            assert_eq!(Glob::new(pattern.as_bytes(), true).unwrap().matches(text.as_bytes()), expected, "{pattern:?}");
        }
    }

    #[test]
    fn a_byte_that_is_not_utf8_is_one_character() {
        assert!(Glob::new(b"a?b", false).unwrap().matches(b"a\xffb"));
        assert!(Glob::new(b"a\xffb*", false).unwrap().matches(b"a\xffbc"));
        assert!(!Glob::new(b"a\xff", false).unwrap().matches("aÿ".as_bytes()));
    }

    #[test]
    fn many_stars_do_not_blow_up() {
        let pattern = "*a".repeat(2000) + "b";
        let text = "a".repeat(60_000);
        assert!(!fits(&pattern, &text));
        assert!(Glob::new(&[b'*'; 5000], false).is_err());
    }
}
