//! Short options of a command line, read as getopt(3) does.

use crate::value::Value;

/// The words of a command line: the elements of a list, or a text split at blanks.
pub(super) fn words(line: &Value) -> Option<Vec<Vec<u8>>> {
    match line {
        Value::Text(line) => {
            let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            Some(words.map(<[u8]>::to_vec).collect())
        }
        Value::List(items) => items.iter().map(|item| item.to_text().map(std::borrow::Cow::into_owned)).collect(),
        _ => None,
    }
}

/// The argument of the option `letter`; of its last occurrence, since that is the one programs heed. Empty for an
/// option without one; absent when the option is not on the line or lacks an argument it needs.
pub(super) fn option(words: &[Vec<u8>], known: &[u8], letter: &Value) -> Option<Value<'static>> {
    let letter = letter.to_text()?;
    let [letter] = *letter else { return None };
    let found = parse(words, known).into_iter().rev().find(|(option, _)| *option == letter)?;
    Some(Value::owned_text(found.1))
}

/// The letters of all options on the line, in order.
pub(super) fn letters(words: &[Vec<u8>], known: &[u8]) -> Value<'static> {
    Value::List(parse(words, known).into_iter().map(|(letter, _)| Value::owned_text([letter])).collect())
}

#[derive(Clone, Copy, PartialEq)]
enum Takes {
    Nothing,
    Argument,
    /// Only what is attached to the letter.
    Attached,
}

/// Every known option with its argument. Words that are no options are passed over wherever they stand, so that it
/// does not matter whether the list starts with the command; `--` ends the options. With a leading `+` in `known`
/// the first such word after the command ends them, too.
fn parse(words: &[Vec<u8>], known: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let posix = known.first() == Some(&b'+');
    let known = known.strip_prefix(b"+").or_else(|| known.strip_prefix(b"-")).unwrap_or(known);
    let mut found = Vec::new();
    let mut words = words.iter().enumerate();
    while let Some((position, word)) = words.next() {
        let mut rest = match word.as_slice() {
            b"--" => break,
            [b'-', letters @ ..] if !letters.is_empty() => letters,
            _ if posix && position > 0 => break,
            _ => continue,
        };
        while let [letter, after @ ..] = rest {
            rest = after;
            match takes(known, *letter) {
                None => {}
                Some(Takes::Nothing) => found.push((*letter, Vec::new())),
                Some(Takes::Argument) if after.is_empty() => {
                    if let Some((_, argument)) = words.next() {
                        found.push((*letter, argument.clone()));
                    }
                }
                Some(Takes::Argument | Takes::Attached) => {
                    found.push((*letter, after.to_vec()));
                    break;
                }
            }
        }
    }
    found
}

fn takes(known: &[u8], letter: u8) -> Option<Takes> {
    if letter == b':' {
        return None;
    }
    let at = memchr::memchr(letter, known)?;
    Some(match known.get(at + 1..) {
        Some([b':', b':', ..]) => Takes::Attached,
        Some([b':', ..]) => Takes::Argument,
        _ => Takes::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(line: &str, known: &str, letter: &str) -> Option<String> {
        let words = words(&Value::text(line)).unwrap();
        let found = option(&words, known.as_bytes(), &Value::text(letter));
        found.map(|value| String::from_utf8(value.as_text().unwrap().to_vec()).unwrap())
    }

    #[test]
    fn short_options_are_found_where_getopt_finds_them() {
        let rows = [
            ("nc -l -p 80", "lp:", "p", Some("80")),
            ("nc -l -p 80", "lp:", "l", Some("")),
            ("nc -lp80", "lp:", "p", Some("80")),
            ("nc -lp 80", "lp:", "p", Some("80")),
            ("-p 1 -p 2", "p:", "p", Some("2")),
            ("nc -p", "p:", "p", None),
            ("nc -x", "p:", "x", None),
            ("nc host -l", "l", "l", Some("")),
            ("nc host -l", "+l", "l", None),
            ("nc -l host", "+l", "l", Some("")),
            ("nc -- -l", "l", "l", None),
            ("nc - -l", "l", "l", Some("")),
            ("nc -o x", "o::", "o", Some("")),
            ("nc -ox", "o::", "o", Some("x")),
            ("nc -a:b", "ab", "b", Some("")),
            ("nc -p -l", "lp:", "l", None),
            ("nc -l", "l", "", None),
            ("", "l", "l", None),
        ];
        for (line, known, letter, expected) in rows {
            assert_eq!(get(line, known, letter).as_deref(), expected, "{line} {known} {letter}");
        }
    }

    #[test]
    fn without_a_letter_all_options_are_listed() {
        let words = words(&Value::text("tar -xzf a.tar")).unwrap();
        let expected = ["x", "z", "f"].map(Value::text).to_vec();
        assert_eq!(letters(&words, b"xzf:"), Value::List(expected));
    }
}
