//! Field values as filters, columns and exports see them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;

/// What a field yields for one event. Text and bytes are as captured and need not be UTF-8.
///
/// A field without a value for an event is `None` where an `Option<Value>` is passed: every comparison with it is
/// false, `!=` included, and so is `exists`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// True or false; compared with numbers it is 1 or 0.
    Bool(bool),
    /// A signed number.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// A floating point number.
    Double(f64),
    /// Text: names, paths, command lines.
    Text(Cow<'a, [u8]>),
    /// Payload, where positions count bytes and not characters.
    Bytes(Cow<'a, [u8]>),
    /// An IPv4 or IPv6 address.
    Ip(IpAddr),
    /// A field with several values at once. `in` wants all of them in the set, `intersects` any.
    List(Vec<Value<'a>>),
    /// Candidates, such as all ancestors of a process: a test is true when it is for any of them.
    Any(Vec<Value<'a>>),
    /// Both ends of a connection: as `Any`, but `!=` has to hold for both. Empty for a descriptor that is known and
    /// is no connection: it exists, and every comparison with it is false.
    Ends(Vec<Value<'a>>),
}

impl<'a> Value<'a> {
    /// Borrowed text.
    pub fn text(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::Text(Cow::Borrowed(text.as_ref()))
    }

    /// Text made for this value.
    pub fn owned_text(text: impl Into<Vec<u8>>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }

    /// Borrowed payload.
    pub fn bytes(bytes: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::Bytes(Cow::Borrowed(bytes.as_ref()))
    }

    /// The bytes of text or payload.
    pub fn as_text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) | Self::Bytes(text) => Some(text),
            _ => None,
        }
    }

    /// The number of an integer or a bool, wide enough for both signednesses.
    pub fn as_int(&self) -> Option<i128> {
        match self {
            Self::Bool(value) => Some(i128::from(*value)),
            Self::Int(value) => Some(i128::from(*value)),
            Self::Uint(value) => Some(i128::from(*value)),
            _ => None,
        }
    }

    /// The number of an integer, a bool or a double.
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Double(value) => Some(Number::Double(*value)),
            other => other.as_int().map(Number::Int),
        }
    }

    /// The address of an address.
    pub fn as_ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(*address),
            _ => None,
        }
    }

    /// The elements of a value with several, or the value itself.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) | Self::Any(items) | Self::Ends(items) => items,
            single => std::slice::from_ref(single),
        }
    }

    /// Whether the value holds several.
    pub fn is_many(&self) -> bool {
        matches!(self, Self::List(_) | Self::Any(_) | Self::Ends(_))
    }

    /// What the test `exists` says of a present value: false only for an empty list or no candidates.
    pub fn exists(&self) -> bool {
        !matches!(self, Self::List(items) | Self::Any(items) if items.is_empty())
    }

    /// A single value as plain text: numbers in decimal, `true`/`false`, addresses as usually written.
    /// `None` for a value that holds several.
    pub fn to_text(&self) -> Option<Cow<'_, [u8]>> {
        let text = match self {
            Self::Text(text) | Self::Bytes(text) => return Some(Cow::Borrowed(text)),
            Self::Bool(true) => return Some(Cow::Borrowed(b"true")),
            Self::Bool(false) => return Some(Cow::Borrowed(b"false")),
            Self::Int(value) => value.to_string(),
            Self::Uint(value) => value.to_string(),
            Self::Double(value) => value.to_string(),
            Self::Ip(address) => address.to_string(),
            Self::List(_) | Self::Any(_) | Self::Ends(_) => return None,
        };
        Some(Cow::Owned(text.into_bytes()))
    }

    /// The same value without copying its text.
    pub fn by_ref(&self) -> Value<'_> {
        fn all<'r>(items: &'r [Value<'_>]) -> Vec<Value<'r>> {
            items.iter().map(Value::by_ref).collect()
        }
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Uint(value) => Value::Uint(*value),
            Self::Double(value) => Value::Double(*value),
            Self::Text(text) => Value::text(text),
            Self::Bytes(bytes) => Value::bytes(bytes),
            Self::Ip(address) => Value::Ip(*address),
            Self::List(items) => Value::List(all(items)),
            Self::Any(items) => Value::Any(all(items)),
            Self::Ends(items) => Value::Ends(all(items)),
        }
    }

    /// A value that borrows nothing.
    pub fn into_owned(self) -> Value<'static> {
        let all = |items: Vec<Self>| items.into_iter().map(Value::into_owned).collect();
        match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Uint(value) => Value::Uint(value),
            Self::Double(value) => Value::Double(value),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Ip(address) => Value::Ip(address),
            Self::List(items) => Value::List(all(items)),
            Self::Any(items) => Value::Any(all(items)),
            Self::Ends(items) => Value::Ends(all(items)),
        }
    }

    /// Applies `change` to a single value, or to each element of one that holds several; elements for which it
    /// yields nothing are left out.
    pub fn map(self, mut change: impl FnMut(Self) -> Option<Self>) -> Option<Self> {
        match self {
            Self::List(items) => Some(Self::List(items.into_iter().filter_map(change).collect())),
            Self::Any(items) => Some(Self::Any(items.into_iter().filter_map(change).collect())),
            Self::Ends(items) => Some(Self::Ends(items.into_iter().filter_map(change).collect())),
            single => change(single),
        }
    }
}

/// A number of any kind, compared exactly with any other: 2^53 + 1 is not 2^53 as a double.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// An integer; every `i64` and `u64` fits.
    Int(i128),
    /// A floating point number.
    Double(f64),
}

/// The first doubles that no `i128` reaches, 2^127 on either side.
const INT_LIMIT: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;

impl Number {
    /// Which of the two is greater; `None` when one of them is not a number.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Some(left.cmp(&right)),
            (Self::Double(left), Self::Double(right)) => left.partial_cmp(&right),
            (Self::Int(left), Self::Double(right)) => compare_int_double(left, right),
            (Self::Double(left), Self::Int(right)) => compare_int_double(right, left).map(Ordering::reverse),
        }
    }

    /// Reads a number as people type it: decimal, where leading zeros mean nothing, `0x` and hex digits, or with a
    /// fraction or exponent.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if !digits.as_bytes().first()?.is_ascii_digit() {
            return None; // also keeps out "inf" and "nan"
        }
        let sign = |value: i128| Self::Int(if negative { -value } else { value });
        if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            let all_digits = !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
            return if all_digits { i128::from_str_radix(hex, 16).ok().map(sign) } else { None };
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return digits.parse().ok().map(sign);
        }
        text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Self::Double)
    }

    /// The number as a field value; `None` when it is too large for one.
    pub fn into_value(self) -> Option<Value<'static>> {
        match self {
            Self::Int(value) => {
                i64::try_from(value).map(Value::Int).or_else(|_| u64::try_from(value).map(Value::Uint)).ok()
            }
            Self::Double(value) => value.is_finite().then_some(Value::Double(value)),
        }
    }

    /// The nearest double.
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub fn to_double(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Double(value) => value,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Some(Ordering::Equal)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the double is whole and within the limits")]
fn compare_int_double(left: i128, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    if right >= INT_LIMIT {
        return Some(Ordering::Less);
    }
    if right < -INT_LIMIT {
        return Some(Ordering::Greater);
    }
    let whole = left.cmp(&(right.trunc() as i128));
    Some(whole.then_with(|| 0.0_f64.partial_cmp(&right.fract()).unwrap_or(Ordering::Equal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(value: i128) -> Number {
        Number::Int(value)
    }

    #[test]
    fn integers_and_doubles_are_compared_exactly() {
        let two_to_53 = 9_007_199_254_740_992;
        assert_eq!(int(two_to_53 + 1).compare(Number::Double(9_007_199_254_740_992.0)), Some(Ordering::Greater));
        assert_eq!(int(two_to_53), Number::Double(9_007_199_254_740_992.0));
        assert_eq!(
            int(i128::from(u64::MAX)).compare(Number::Double(18_446_744_073_709_551_616.0)),
            Some(Ordering::Less)
        );
        assert_eq!(int(1).compare(Number::Double(1.5)), Some(Ordering::Less));
        assert_eq!(int(-1).compare(Number::Double(-1.5)), Some(Ordering::Greater));
        assert_eq!(int(0).compare(Number::Double(-0.5)), Some(Ordering::Greater));
        assert_eq!(int(i128::MAX).compare(Number::Double(f64::INFINITY)), Some(Ordering::Less));
        assert_eq!(int(i128::MIN).compare(Number::Double(-INT_LIMIT)), Some(Ordering::Equal));
        assert_eq!(int(0).compare(Number::Double(f64::NAN)), None);
    }

    #[test]
    fn typed_numbers_are_read_as_people_mean_them() {
        assert_eq!(Number::parse(b"010"), Some(int(10)));
        assert_eq!(Number::parse(b"0x10"), Some(int(16)));
        assert_eq!(Number::parse(b"-7"), Some(int(-7)));
        assert_eq!(Number::parse(b"+7"), Some(int(7)));
        assert_eq!(Number::parse(b"18446744073709551615"), Some(int(i128::from(u64::MAX))));
        assert_eq!(Number::parse(b"1.5"), Some(Number::Double(1.5)));
        assert_eq!(Number::parse(b"1e3"), Some(int(1000)));
        for wrong in ["", "-", "+", "inf", "nan", "0x", "0x-1", "0x+1", "12a", "--1", "1 ", " 1", "1e999", "٣"] {
            assert!(Number::parse(wrong.as_bytes()).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn an_empty_list_does_not_exist_but_a_descriptor_without_ends_does() {
        assert!(!Value::List(vec![]).exists());
        assert!(!Value::Any(vec![]).exists());
        assert!(Value::Ends(vec![]).exists());
        assert!(Value::text("").exists());
    }
}
