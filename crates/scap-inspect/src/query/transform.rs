//! Functions of a filter: what may stand around a field.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::arith::absolute;
use super::getopt;
use super::literal::order_values;
use super::net::{Net, Special};
use crate::value::{Number, Value};

/// A function, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the table below say it")]
pub enum Function {
    ToLower,
    ToUpper,
    Base64,
    Basename,
    Len,
    Join,
    Concat,
    Getopt,
    Count,
    String,
    Vals,
    Dec,
    Hex,
    Float,
    Double,
    Max,
    Min,
    Abs,
    IpSpecialName,
    IpSpecialMask,
    IpLinkLocal,
    IpMulticast,
    IpPrivate,
    IpUniqueLocal,
}

/// Every function: name, fewest and most arguments.
pub const FUNCTIONS: &[(&str, Function, usize, usize)] = &[
    ("tolower", Function::ToLower, 1, 1),
    ("toupper", Function::ToUpper, 1, 1),
    ("b64", Function::Base64, 1, 1),
    ("basename", Function::Basename, 1, 1),
    ("len", Function::Len, 1, 1),
    ("join", Function::Join, 2, MOST),
    ("concat", Function::Concat, 1, MOST),
    ("getopt", Function::Getopt, 2, 3),
    ("count", Function::Count, 1, 1),
    ("string", Function::String, 1, 1),
    ("vals", Function::Vals, 1, 1),
    ("dec", Function::Dec, 1, 1),
    ("hex", Function::Hex, 1, 1),
    ("float", Function::Float, 1, 1),
    ("double", Function::Double, 1, 1),
    ("max", Function::Max, 1, MOST),
    ("min", Function::Min, 1, MOST),
    ("abs", Function::Abs, 1, 1),
    ("ip_special_name", Function::IpSpecialName, 1, 1),
    ("ip_special_mask", Function::IpSpecialMask, 1, 1),
    ("ip_linklocal", Function::IpLinkLocal, 1, 1),
    ("ip_multicast", Function::IpMulticast, 1, 1),
    ("ip_rfc1918", Function::IpPrivate, 1, 1),
    ("ip_ula", Function::IpUniqueLocal, 1, 1),
];

const MOST: usize = 256;

impl Function {
    /// The function of a name.
    ///
    /// # Errors
    /// One line, when there is none or it does not take so many arguments.
    pub fn named(name: &str, arguments: usize) -> Result<Self, String> {
        let Some((_, function, fewest, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            return Err(format!("no function {name:?}"));
        };
        if arguments < *fewest {
            return Err(format!("{name:?} needs {fewest} arguments, not {arguments}"));
        }
        if arguments > *most {
            return Err(format!("{name:?} takes {most} arguments, not {arguments}"));
        }
        Ok(*function)
    }

    /// The result; absent when the arguments are, or are not what the function works on.
    pub fn apply(self, arguments: Vec<Option<Value<'_>>>) -> Option<Value<'_>> {
        match self {
            Self::Concat => texts(arguments.into_iter().map(|argument| argument.filter(|value| !value.is_many())))
                .map(|texts| Value::owned_text(texts.concat())),
            Self::Join => {
                let mut arguments = arguments.into_iter();
                let separator = arguments.next()??;
                let joined = texts(arguments)?.join(&*separator.to_text()?);
                Some(Value::owned_text(joined))
            }
            Self::Getopt => {
                let mut arguments = arguments.into_iter();
                let words = getopt::words(&arguments.next()??)?;
                let known = arguments.next()??.to_text()?.into_owned();
                match arguments.next() {
                    Some(letter) => getopt::option(&words, &known, &letter?),
                    None => Some(getopt::letters(&words, &known)),
                }
            }
            Self::Max => extreme(arguments, Ordering::Greater),
            Self::Min => extreme(arguments, Ordering::Less),
            _ => self.apply_one(arguments.into_iter().next()??),
        }
    }

    /// As [`Function::apply`] for the functions of one argument.
    pub fn apply_one(self, argument: Value<'_>) -> Option<Value<'_>> {
        match self {
            Self::Len => length(argument),
            Self::Count => Some(Value::Uint(argument.items().len() as u64)),
            Self::Join | Self::Concat | Self::Getopt | Self::Max | Self::Min => self.apply(vec![Some(argument)]),
            _ => argument.map(|value| self.single(value)),
        }
    }

    /// The functions that work on one value at a time.
    fn single(self, value: Value<'_>) -> Option<Value<'_>> {
        match self {
            Self::ToLower => change_case(value, u8::is_ascii_uppercase, <[u8]>::make_ascii_lowercase),
            Self::ToUpper => change_case(value, u8::is_ascii_lowercase, <[u8]>::make_ascii_uppercase),
            Self::Base64 => decode_base64(value.as_text()?).map(Value::owned_text),
            Self::Basename => basename(value),
            Self::String | Self::Vals => value.to_text().map(|text| Value::owned_text(text.into_owned())),
            Self::Dec => value.as_int().map(|number| Value::owned_text(number.to_string())),
            Self::Hex => hex(&value),
            #[allow(clippy::cast_possible_truncation, reason = "single precision is what is asked for")]
            Self::Float => to_double(&value).map(|number| Value::Double(f64::from(number as f32))),
            Self::Double => to_double(&value).map(Value::Double),
            Self::Abs => absolute(&value),
            Self::IpSpecialName => Special::of(value.as_ip()?).map(|block| Value::text(block.name())),
            Self::IpSpecialMask => Special::of(value.as_ip()?).map(|block| Value::Uint(block.mask().into())),
            Self::IpLinkLocal => within(&value, &["169.254.0.0/16", "fe80::/10"]),
            Self::IpMulticast => within(&value, &["224.0.0.0/4", "ff00::/8"]),
            Self::IpPrivate => within(&value, &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]),
            Self::IpUniqueLocal => within(&value, &["fc00::/7"]),
            Self::Len | Self::Join | Self::Concat | Self::Getopt | Self::Count | Self::Max | Self::Min => None,
        }
    }
}

/// Bytes of text or payload, elements of a list.
fn length(value: Value<'_>) -> Option<Value<'_>> {
    match value {
        Value::Text(text) | Value::Bytes(text) => Some(Value::Uint(text.len() as u64)),
        Value::List(items) => Some(Value::Uint(items.len() as u64)),
        Value::Any(_) | Value::Ends(_) => value.map(length),
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::Ip(_) => None,
    }
}

fn change_case<'a>(value: Value<'a>, other: fn(&u8) -> bool, change: fn(&mut [u8])) -> Option<Value<'a>> {
    let changed = |mut text: Cow<'a, [u8]>| {
        if text.iter().any(other) {
            change(text.to_mut());
        }
        text
    };
    match value {
        Value::Text(text) => Some(Value::Text(changed(text))),
        Value::Bytes(bytes) => Some(Value::Bytes(changed(bytes))),
        _ => None,
    }
}

/// What follows the last slash.
fn basename(value: Value<'_>) -> Option<Value<'_>> {
    let Value::Text(text) = value else { return None };
    let start = memchr::memrchr(b'/', &text).map_or(0, |slash| slash + 1);
    Some(Value::Text(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(start..)?),
        Cow::Owned(mut text) => Cow::Owned(text.split_off(start)),
    }))
}

/// Integers with `0x`; negative ones as the 64 bits they are.
fn hex(value: &Value) -> Option<Value<'static>> {
    let text = match value {
        Value::Int(number) => format!("{number:#x}"),
        Value::Uint(number) => format!("{number:#x}"),
        _ => return None,
    };
    Some(Value::owned_text(text))
}

fn to_double(value: &Value) -> Option<f64> {
    match value {
        Value::Text(text) => Number::parse(text),
        other => other.as_number(),
    }
    .map(Number::to_double)
}

fn within(value: &Value, nets: &[&str]) -> Option<Value<'static>> {
    let address = value.as_ip()?;
    Some(Value::Bool(nets.iter().filter_map(|net| Net::parse(net)).any(|net| net.contains(address))))
}

/// All arguments as text, the elements of lists one by one; absent when one is.
fn texts<'a>(arguments: impl IntoIterator<Item = Option<Value<'a>>>) -> Option<Vec<Vec<u8>>> {
    let mut texts = Vec::new();
    for argument in arguments {
        for item in argument?.items() {
            texts.push(item.to_text()?.into_owned());
        }
    }
    Some(texts)
}

/// The least or greatest of all present arguments and their elements; absent when two do not compare.
fn extreme<'a>(arguments: Vec<Option<Value<'a>>>, wanted: Ordering) -> Option<Value<'a>> {
    let mut best: Option<Value<'a>> = None;
    for argument in arguments.into_iter().flatten() {
        let items = match argument {
            Value::List(items) | Value::Any(items) | Value::Ends(items) => items,
            single => vec![single],
        };
        for item in items {
            let better = match &best {
                Some(best) => order_values(&item, best)? == wanted,
                None => true,
            };
            if better {
                best = Some(item);
            }
        }
    }
    best
}

/// Decodes base64 in the standard alphabet, with or without padding.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 || padding > 0 && text.len() % 4 != 0 {
        return None;
    }
    let digits = text.get(..text.len() - padding)?;
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let mut word = 0_u32;
        for digit in group {
            word = word << 6 | base64_digit(*digit)?;
        }
        let decoded = match group.len() {
            4 => 3,
            3 => 2,
            2 => 1,
            _ => return None, // six bits are less than a byte
        };
        let left_out = 4 - u32::try_from(group.len()).ok()?;
        let [_, whole @ ..] = (word << (6 * left_out)).to_be_bytes();
        bytes.extend_from_slice(whole.get(..decoded)?);
    }
    Some(bytes)
}

fn base64_digit(byte: u8) -> Option<u32> {
    let digit = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(digit.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, arguments: &[Value<'static>]) -> Option<Value<'static>> {
        let function = Function::named(name, arguments.len()).unwrap();
        function.apply(arguments.iter().cloned().map(Some).collect())
    }

    fn text(text: &'static str) -> Value<'static> {
        Value::text(text)
    }

    fn ip(text: &str) -> Value<'static> {
        Value::Ip(text.parse().unwrap())
    }

    fn list(items: &[&'static str]) -> Value<'static> {
        Value::List(items.iter().map(|item| text(item)).collect())
    }

    #[test]
    fn functions_of_one_value_give_what_they_are_named_for() {
        let rows = [
            ("tolower", text("NGiNX É"), Some(text("nginx É"))),
            ("toupper", text("nginx"), Some(text("NGINX"))),
            ("tolower", list(&["A", "b"]), Some(list(&["a", "b"]))),
            ("tolower", Value::Int(1), None),
            ("b64", text("aGVsbG8="), Some(text("hello"))),
            ("b64", text("aGVsbG8"), Some(text("hello"))),
            ("b64", text("aGk"), Some(text("hi"))),
            ("b64", text("aA=="), Some(text("h"))),
            ("b64", text(""), Some(text(""))),
            ("b64", text("aGVs\nbG8"), None),
            ("b64", text("aGVsb"), None),
            ("b64", text("a==="), None),
            ("b64", text("aGVsbG8=="), None),
            ("b64", text("aG=s"), None),
            ("basename", text("/usr/bin/curl"), Some(text("curl"))),
            ("basename", text("/usr/bin/"), Some(text(""))),
            ("basename", text("curl"), Some(text("curl"))),
            ("len", text("äb"), Some(Value::Uint(3))),
            ("len", Value::bytes(b"\xff\xff"), Some(Value::Uint(2))),
            ("len", list(&["a", "b", "c"]), Some(Value::Uint(3))),
            ("len", Value::Int(12), None),
            ("count", text("abc"), Some(Value::Uint(1))),
            ("count", list(&["a", "b"]), Some(Value::Uint(2))),
            ("string", Value::Int(-5), Some(text("-5"))),
            ("string", ip("::1"), Some(text("::1"))),
            ("vals", Value::Bool(true), Some(text("true"))),
            ("dec", Value::Uint(u64::MAX), Some(text("18446744073709551615"))),
            ("hex", Value::Uint(255), Some(text("0xff"))),
            ("hex", Value::Int(-1), Some(text("0xffffffffffffffff"))),
            ("hex", text("255"), None),
            ("double", Value::Int(2), Some(Value::Double(2.0))),
            ("double", text("2.5"), Some(Value::Double(2.5))),
            ("float", Value::Double(0.1), Some(Value::Double(f64::from(0.1_f32)))),
            ("abs", Value::Int(-3), Some(Value::Int(3))),
            ("ip_special_name", ip("127.0.0.1"), Some(text("Loopback"))),
            ("ip_special_name", ip("8.8.8.8"), None),
            ("ip_special_mask", ip("127.0.0.1"), Some(Value::Uint(1))),
            ("ip_linklocal", ip("169.254.1.1"), Some(Value::Bool(true))),
            ("ip_linklocal", ip("fe80::1"), Some(Value::Bool(true))),
            ("ip_multicast", ip("239.1.1.1"), Some(Value::Bool(true))),
            ("ip_rfc1918", ip("172.31.0.1"), Some(Value::Bool(true))),
            ("ip_rfc1918", ip("172.32.0.1"), Some(Value::Bool(false))),
            ("ip_rfc1918", text("10.0.0.1"), None),
            ("ip_ula", ip("fd12::1"), Some(Value::Bool(true))),
        ];
        for (name, argument, expected) in rows {
            assert_eq!(call(name, std::slice::from_ref(&argument)), expected, "{name}({argument:?})");
        }
    }

    #[test]
    fn functions_of_several_values_join_and_choose() {
        let rows = [
            ("join", vec![text(","), list(&["a", "b"])], Some(text("a,b"))),
            ("join", vec![text("-"), text("a"), Value::Int(1), list(&["b"])], Some(text("a-1-b"))),
            ("join", vec![text(","), list(&[])], Some(text(""))),
            ("concat", vec![text("a"), text(""), text("b")], Some(text("ab"))),
            ("concat", vec![text("a"), list(&["b"])], None),
            ("max", vec![Value::Int(3), Value::Uint(u64::MAX), Value::Double(0.5)], Some(Value::Uint(u64::MAX))),
            ("min", vec![Value::Int(3), Value::Double(0.5)], Some(Value::Double(0.5))),
            ("max", vec![list(&["b", "c", "a"])], Some(text("c"))),
            ("max", vec![ip("1.1.1.1"), Value::Int(1)], None),
        ];
        for (name, arguments, expected) in rows {
            assert_eq!(call(name, &arguments), expected, "{name}{arguments:?}");
        }
    }

    #[test]
    fn an_absent_argument_makes_the_result_absent_but_is_no_candidate_for_an_extreme() {
        let absent_and_one = || vec![None, Some(Value::Int(1))];
        assert_eq!(Function::Concat.apply(absent_and_one()), None);
        assert_eq!(Function::Join.apply(vec![Some(text(",")), None]), None);
        assert_eq!(Function::Max.apply(absent_and_one()), Some(Value::Int(1)));
        assert_eq!(Function::Max.apply(vec![None]), None);
        assert_eq!(Function::Len.apply(vec![None]), None);
    }

    #[test]
    fn every_function_is_found_by_name_and_counts_its_arguments() {
        for (name, function, fewest, most) in FUNCTIONS {
            assert_eq!(Function::named(name, *fewest).unwrap(), *function);
            assert!(Function::named(name, fewest - 1).is_err());
            assert!(Function::named(name, most + 1).is_err());
        }
        assert!(Function::named("nosuch", 1).unwrap_err().contains("nosuch"));
    }

    #[test]
    fn text_that_is_in_the_right_case_is_not_copied() {
        let Some(Value::Text(result)) = Function::ToLower.apply_one(Value::text("curl")) else { panic!() };
        assert!(matches!(result, Cow::Borrowed(_)));
    }
}
