//! Values written in a filter, and what they are for values of each type.

use std::cmp::Ordering;
use std::net::IpAddr;

use super::net::Net;
use crate::value::{Number, Value};

/// A literal as the filter's author typed it, or as the reader of the filter typed it by its field.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text; for a field whose type depends on the event it is read as whatever the value is.
    Text(Box<[u8]>),
    /// Bytes given in hex.
    Bytes(Box<[u8]>),
    /// An integer.
    Int(i128),
    /// A floating point number.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// An address.
    Ip(IpAddr),
    /// A network.
    Net(Net),
}

impl Literal {
    /// A text literal.
    pub fn text(text: &str) -> Self {
        Self::Text(text.as_bytes().into())
    }

    /// The literal as a value; a network is none.
    pub fn to_value(&self) -> Option<Value<'static>> {
        match self {
            Self::Text(text) => Some(Value::owned_text(text.to_vec())),
            Self::Bytes(bytes) => Some(Value::Bytes(bytes.to_vec().into())),
            Self::Int(value) => Number::Int(*value).into_value(),
            Self::Double(value) => Some(Value::Double(*value)),
            Self::Bool(value) => Some(Value::Bool(*value)),
            Self::Ip(address) => Some(Value::Ip(*address)),
            Self::Net(_) => None,
        }
    }
}

/// A literal read once as every type it can be, so that a comparison only looks at the type of the value.
#[derive(Clone, Debug)]
pub(super) struct Constant {
    /// As text; numbers in decimal.
    pub(super) text: Box<[u8]>,
    /// Whether it was written as text or bytes.
    pub(super) is_text: bool,
    pub(super) number: Option<Number>,
    pub(super) net: Option<Net>,
    pub(super) boolean: Option<bool>,
}

impl Constant {
    /// Reads a literal as all it can be.
    pub(super) fn new(literal: &Literal) -> Self {
        let text = match literal {
            Literal::Text(text) | Literal::Bytes(text) => text.clone(),
            Literal::Net(_) => Box::default(), // no field yields a network as text
            other => other.to_value().as_ref().and_then(Value::to_text).map(Into::into).unwrap_or_default(),
        };
        let (number, net, boolean) = match literal {
            Literal::Text(text) => (Number::parse(text), net(text), boolean(text)),
            Literal::Bytes(_) => (None, None, None),
            Literal::Int(value) => (Some(Number::Int(*value)), None, bit(*value)),
            Literal::Double(value) => (Some(Number::Double(*value)), None, None),
            Literal::Bool(value) => (Some(Number::Int(i128::from(*value))), None, Some(*value)),
            Literal::Ip(address) => (None, Some(Net::single(*address)), None),
            Literal::Net(net) => (None, Some(*net), None),
        };
        Self { text, is_text: matches!(literal, Literal::Text(_) | Literal::Bytes(_)), number, net, boolean }
    }

    /// Whether a single value equals the literal; for a network, whether it is inside. `None` when the literal
    /// cannot be read as what the value is, so that neither `=` nor `!=` holds.
    pub(super) fn equals(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Text(text) | Value::Bytes(text) => Some(**text == *self.text),
            Value::Bool(value) if self.boolean.is_some() => Some(self.boolean == Some(*value)),
            Value::Ip(address) => Some(self.net?.contains(*address)),
            Value::List(_) | Value::Any(_) | Value::Ends(_) => None,
            number => Some(number.as_number()?.compare(self.number?) == Some(Ordering::Equal)),
        }
    }

    /// How a single value stands to the literal; `None` when it does not.
    pub(super) fn order(&self, value: &Value) -> Option<Ordering> {
        match value {
            Value::Text(text) | Value::Bytes(text) => Some((**text).cmp(&*self.text)),
            Value::Bool(value) if self.boolean.is_some() => Some(value.cmp(&self.boolean?)),
            Value::Ip(address) => order_addresses(*address, self.net?.as_single()?),
            Value::List(_) | Value::Any(_) | Value::Ends(_) => None,
            number => number.as_number()?.compare(self.number?),
        }
    }
}

/// Two single values of an event against each other; `None` when their types do not meet. Text beside another type
/// is read as that type, as a literal would be.
pub(super) fn order_values(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left) | Value::Bytes(left), Value::Text(right) | Value::Bytes(right)) => Some(left.cmp(right)),
        (Value::Ip(left), Value::Ip(right)) => order_addresses(*left, *right),
        (Value::Text(text), other) => order_text(text, other),
        (other, Value::Text(text)) => order_text(text, other).map(Ordering::reverse),
        _ => left.as_number()?.compare(right.as_number()?),
    }
}

/// As [`order_values`], for `=`: addresses of different families are unequal where they have no order.
pub(super) fn equal_values(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Ip(left), Value::Ip(right)) => Some(left == right),
        (Value::Double(_), other) | (other, Value::Double(_)) if other.as_number().is_some() => {
            Some(order_values(left, right) == Some(Ordering::Equal)) // NaN is unequal to everything
        }
        _ => order_values(left, right).map(Ordering::is_eq),
    }
}

fn order_text(text: &[u8], other: &Value) -> Option<Ordering> {
    match other {
        Value::Bool(other) => Some(boolean(text)?.cmp(other)),
        Value::Ip(other) => order_addresses(net(text)?.as_single()?, *other),
        other => Number::parse(text)?.compare(other.as_number()?),
    }
}

fn order_addresses(left: IpAddr, right: IpAddr) -> Option<Ordering> {
    (left.is_ipv4() == right.is_ipv4()).then(|| left.cmp(&right))
}

fn net(text: &[u8]) -> Option<Net> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse().map(Net::single).ok().or_else(|| Net::parse(text))
}

fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"1" => Some(true),
        b"0" => Some(false),
        word if word.eq_ignore_ascii_case(b"true") => Some(true),
        word if word.eq_ignore_ascii_case(b"false") => Some(false),
        _ => None,
    }
}

fn bit(value: i128) -> Option<bool> {
    match value {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}
