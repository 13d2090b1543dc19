//! Tests of text and payload: substrings, prefixes, patterns.

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use super::glob::Glob;
use super::pmatch::PathTree;

/// A test of one text, compiled.
#[derive(Clone, Debug)]
pub(super) enum TextTest {
    /// Has the bytes somewhere.
    Contains(Box<Finder<'static>>),
    /// Has the text somewhere, ASCII letters in either case.
    ContainsAnyCase(CaseFinder),
    /// Starts with the bytes.
    StartsWith(Box<[u8]>),
    /// Ends with the bytes.
    EndsWith(Box<[u8]>),
    /// Fits the shell pattern.
    Glob(Glob),
    /// Fits the regular expression.
    Pattern(Pattern),
    /// Is one of the paths or below one.
    Paths(PathTree),
}

impl TextTest {
    /// Tests text, whose characters are what patterns count.
    pub(super) fn text(&self, text: &[u8]) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.matches_text(text),
            other => other.bytes(text),
        }
    }

    /// Tests payload, whose bytes are what regular expressions count.
    pub(super) fn bytes(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Contains(needle) => needle.find(bytes).is_some(),
            Self::ContainsAnyCase(needle) => needle.found_in(bytes),
            Self::StartsWith(prefix) => bytes.starts_with(prefix),
            Self::EndsWith(suffix) => bytes.ends_with(suffix),
            Self::Glob(glob) => glob.matches(bytes),
            Self::Pattern(pattern) => pattern.matches_bytes(bytes),
            Self::Paths(paths) => paths.covers(bytes),
        }
    }
}

/// Finds a text whatever the case of its ASCII letters.
#[derive(Clone, Debug)]
pub(super) struct CaseFinder {
    needle: Box<[u8]>,
    /// Where in the needle its rarest byte stands; only places where that is found are compared.
    probe: usize,
}

/// ASCII letters from rare to frequent in names, paths and English text.
const RARE_FIRST: &[u8] = b"zqxjkvwygbfhmpudclnortisae";

impl CaseFinder {
    /// Prepares the search.
    pub(super) fn new(needle: &[u8]) -> Self {
        let needle: Box<[u8]> = needle.to_ascii_lowercase().into();
        let probe = (0..needle.len()).min_by_key(|&at| frequency(needle[at])).unwrap_or(0);
        Self { needle, probe }
    }

    fn found_in(&self, text: &[u8]) -> bool {
        let Some(&probe) = self.needle.get(self.probe) else { return true };
        let length = self.needle.len();
        // The probe stands at `self.probe` for a match at the start and `after` before the end for one at the end.
        let after = length - self.probe - 1;
        let Some(window) = text.len().checked_sub(after).and_then(|end| text.get(self.probe..end)) else {
            return false;
        };
        let same = |at: usize| text.get(at..at + length).is_some_and(|part| part.eq_ignore_ascii_case(&self.needle));
        if probe.is_ascii_lowercase() {
            memchr::memchr2_iter(probe, probe.to_ascii_uppercase(), window).any(same)
        } else {
            memchr::memchr_iter(probe, window).any(same)
        }
    }
}

fn frequency(byte: u8) -> usize {
    match byte {
        b'/' | b'.' | b' ' | b'-' | b'_' | 0 => RARE_FIRST.len(),
        b'0'..=b'9' => 12,
        letter => RARE_FIRST.iter().position(|known| *known == letter).unwrap_or(0),
    }
}

/// A regular expression, for text and for payload.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    text: Regex,
    /// The expression over bytes instead of characters, where it has that reading.
    bytes: Regex,
}

/// Longest expression, deepest nesting and largest compiled program: together they keep a hostile expression to a
/// fraction of a second and a few megabytes. Matching is linear in the value in any case.
const LONGEST: usize = 4096;
const DEEPEST: u32 = 100;
const PROGRAM_BYTES: usize = 1 << 20;
const CACHE_BYTES: usize = 1 << 20;

impl Pattern {
    /// An expression for the whole value, case-sensitive. `^` and `$` in it also stand for the ends of lines, and
    /// `.` is no newline, as with RE2 in POSIX syntax.
    ///
    /// # Errors
    /// One line saying what is wrong with the expression.
    pub(super) fn whole(expression: &str) -> Result<Self, String> {
        // Alone first: "a)|(b" is no expression, though it would be one inside the group below.
        build(expression, Reading::Text, false)?;
        Self::new(&format!(r"\A(?:{expression})\z"), false)
    }

    /// An expression for any part of the value, upper and lower case alike. `^` and `$` are the ends of the value.
    ///
    /// # Errors
    /// One line saying what is wrong with the expression.
    pub(super) fn part(expression: &str) -> Result<Self, String> {
        Self::new(expression, true)
    }

    fn new(expression: &str, part: bool) -> Result<Self, String> {
        let text = build(expression, Reading::Text, part)?;
        let bytes = build(expression, Reading::Bytes, part).unwrap_or_else(|_| text.clone());
        Ok(Self { text, bytes })
    }

    fn matches_text(&self, text: &[u8]) -> bool {
        match String::from_utf8_lossy(text) {
            std::borrow::Cow::Borrowed(_) => self.text.is_match(text),
            std::borrow::Cow::Owned(mended) => self.text.is_match(mended.as_bytes()),
        }
    }

    fn matches_bytes(&self, bytes: &[u8]) -> bool {
        self.bytes.is_match(bytes)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Reading {
    Text,
    Bytes,
}

fn build(expression: &str, reading: Reading, part: bool) -> Result<Regex, String> {
    if expression.len() > LONGEST {
        return Err(format!("a regular expression of {} bytes is too long, {LONGEST} are the most", expression.len()));
    }
    RegexBuilder::new(expression)
        .unicode(reading == Reading::Text)
        .case_insensitive(part)
        .multi_line(!part)
        .nest_limit(DEEPEST)
        .size_limit(PROGRAM_BYTES)
        .dfa_size_limit(CACHE_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "the regular expression grows too large".to_owned(),
            other => {
                let text = other.to_string();
                let last = text.lines().last().unwrap_or_default().trim();
                format!("not a regular expression: {}", last.strip_prefix("error: ").unwrap_or(last))
            }
        })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_search_without_case_finds_every_place() {
        let rows = [
            ("", "", true),
            ("", "x", true),
            ("ng", "NGINX", true),
            ("nx", "NGINX", true),
            ("nginx", "nginx", true),
            ("nginx", "ngin", false),
            ("/LIB", "/usr/lib", true),
            (".so", "x.SO.1", true),
            ("a", "", false),
            ("É", "É", true),
            ("É", "é", false),
            ("aab", "aaaaAB", true),
        ];
        for (needle, text, expected) in rows {
            assert_eq!(CaseFinder::new(needle.as_bytes()).found_in(text.as_bytes()), expected, "{needle} in {text}");
        }
    }

    #[test]
    fn a_whole_expression_has_to_fit_the_whole_value() {
        let rows = [
            ("ng.nx", "nginx", true),
            ("ngi", "nginx", false),
            ("a|ab", "ab", true),
            ("NGINX", "nginx", false),
            ("[[:alpha:]]+", "nginx", true),
            ("a.b", "a\nb", false),
            ("a$\n^b", "a\nb", true),
            ("...", "äöü", true),
            ("", "", true),
            ("", "a", false),
        ];
        for (expression, text, expected) in rows {
            let pattern = Pattern::whole(expression).unwrap();
            assert_eq!(pattern.matches_text(text.as_bytes()), expected, "{expression} on {text:?}");
        }
    }

    #[test]
    fn a_partial_expression_ignores_case() {
        assert!(Pattern::part(r"\.SO").unwrap().matches_text(b"/lib/libc.so.6"));
        assert!(!Pattern::part(r"^so").unwrap().matches_text(b"a\nso"));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_one_character_of_text_and_one_byte_of_payload() {
        assert!(Pattern::whole("a.b").unwrap().matches_text(b"a\xffb"));
        let payload = Pattern::part(r"^\x16\x03[\x00-\x04].$").unwrap();
        assert!(payload.matches_bytes(b"\x16\x03\x01\xff"));
    }

    #[test]
    fn a_wrong_or_hostile_expression_is_an_error_soon() {
        let mut hostile = vec![
            "a{1000}{1000}{1000}".to_owned(),
            "(".repeat(3000) + &")".repeat(3000),
            "(".repeat(1000) + "a" + &")".repeat(1000),
            r"\w".repeat(2000),
            r"\pL{500}".repeat(500),
            "x".repeat(5000),
            "a)|(b".to_owned(),
            "*".to_owned(),
            "(?=a)".to_owned(),
        ];
        hostile.push("((((a*)*)*)*)*b{900}".repeat(100));
        for expression in hostile {
            let started = Instant::now();
            let error = Pattern::whole(&expression).expect_err(&expression);
            assert!(!error.contains('\n'), "{error}");
            assert!(started.elapsed() < Duration::from_secs(5), "{:?} for {expression:.40}", started.elapsed());
        }
        let pattern = Pattern::whole("(a*)*b").unwrap();
        assert!(!pattern.matches_text("a".repeat(60_000).as_bytes()));
    }
}
