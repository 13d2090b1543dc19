//! Filters as JSON text: the form in which a filter that was read and typed elsewhere arrives.
//!
//! ```text
//! expr    = {"and": [expr...]} | {"or": [expr...]} | {"xor": [expr, expr]} | {"not": expr} | {"all": true}
//!         | {"test": {"left": operand, "op": NAME, "right": right, "quantifier": "oneof" | "anyof" | "allof"}}
//!         | {"exists": operand}
//! operand = {"field": NAME, "arg": TEXT or null} | {"call": FUNCTION, "args": [operand...]} | {"list": [operand...]}
//!         | {"slice": operand, "ranges": [[start, length or null]...]} | {"literal": literal}
//!         | {"arith": SIGN, "left": operand, "right": operand} | {"negate": operand}
//! right   = {"value": literal} | {"set": [literal | {"from": literal, "to": literal}...]} | {"operand": operand}
//! literal = {"text": TEXT} | {"hex": DIGITS} | {"int": N} | {"double": X} | {"bool": B} | {"ip": TEXT} | {"net": TEXT}
//! ```

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::arith::Arith;
use super::expr::{Expr, Operand, Test};
use super::literal::Literal;
use super::net::Net;
use super::ops::{Matcher, Op, Quantifier, Right};
use super::sets::Item;
use super::slice::Span;
use super::transform::Function;
use crate::value::Value;

/// Turns the names of fields into handles.
pub trait Resolve {
    /// A handle of a field.
    type Field;

    /// The field of a name, with what stood in its brackets.
    ///
    /// # Errors
    /// One line, when there is no such field or its argument is not one it takes.
    fn field(&self, name: &str, arg: Option<&str>) -> Result<Self::Field, String>;
}

/// Why a filter cannot be used, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError(String);

impl fmt::Display for WireError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for WireError {}

impl From<String> for WireError {
    fn from(text: String) -> Self {
        Self(text.replace(['\n', '\r'], " "))
    }
}

/// How deep brackets may nest in the text. A pair of brackets in a filter, with a `not`, an
/// `and` and an `or` of its own, is five of them.
const DEEPEST: usize = 1000;

/// Reads and compiles a filter.
///
/// # Errors
/// What is wrong, naming the field, operator or value it is about. No text makes it panic or exhaust the stack.
pub fn parse<R: Resolve>(text: &str, resolve: &R) -> Result<Expr<R::Field>, WireError> {
    if nesting(text) > DEEPEST {
        return Err(WireError("the filter nests too deep".to_owned()));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit(); // the limit above allows for more levels than its default of 128
    let json = Json::deserialize(&mut reader)
        .and_then(|json| reader.end().map(|()| json))
        .map_err(|error| WireError::from(format!("the filter is not JSON: {error}")))?;
    expr(&json, resolve).map_err(WireError::from)
}

/// The deepest nesting of brackets outside strings.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn expr<R: Resolve>(json: &Json, resolve: &R) -> Result<Expr<R::Field>, String> {
    let (key, value) = only_entry(json, "an expression")?;
    let parts = || array(value, key)?.iter().map(|part| expr(part, resolve)).collect::<Result<Vec<_>, _>>();
    match key {
        "and" => parts().map(Expr::And),
        "or" => parts().map(Expr::Or),
        "xor" => {
            let [left, right] = <[_; 2]>::try_from(parts()?).map_err(|_| "\"xor\" needs two parts".to_owned())?;
            Ok(Expr::Xor(Box::new(left), Box::new(right)))
        }
        "not" => Ok(Expr::Not(Box::new(expr(value, resolve)?))),
        "all" if *value == Json::Bool(true) => Ok(Expr::All),
        "all" => Err("\"all\" can only be true".to_owned()),
        "test" => test(value, resolve),
        "exists" => operand(value, resolve).map(Expr::Exists),
        other => Err(format!("{other:?} is no expression")),
    }
}

fn test<R: Resolve>(json: &Json, resolve: &R) -> Result<Expr<R::Field>, String> {
    let entries = Entries::new(json, "a test", &["left", "op", "right", "quantifier"])?;
    let op = entries.text("op")?;
    let op = Op::named(op).ok_or_else(|| format!("no operator {op:?}"))?;
    let quantifier = match entries.optional("quantifier") {
        None => None,
        Some(name) => {
            let name = text(name, "a quantifier")?;
            Some(Quantifier::named(name).ok_or_else(|| format!("no quantifier {name:?}"))?)
        }
    };
    let left = Side::new(entries.get("left")?, resolve)?;
    let (key, value) = only_entry(entries.get("right")?, "the right side of a test")?;
    let name = |problem: String| match entries.get("left").ok().and_then(|left| left.get("field")?.as_str()) {
        Some(field) => format!("{field:?}: {problem}"),
        None => problem,
    };
    let fixed = |right: &Right| Matcher::new(op, right, quantifier).map_err(name);
    let (left, matcher, right) = match key {
        "value" => (left.operand()?, fixed(&Right::Value(literal(value)?))?, None),
        "set" => {
            let items = array(value, "set")?.iter().map(item).collect::<Result<_, _>>()?;
            (left.operand()?, fixed(&Right::Set(items))?, None)
        }
        "operand" => match (left, Side::new(value, resolve)?) {
            (left, Side::Literal(literal)) if !op.takes_set() => {
                (left.operand()?, fixed(&Right::Value(literal))?, None)
            }
            // With the literal on the right it is compiled, and read by the type of the value.
            (Side::Literal(literal), Side::Operand(right)) if op.mirrored().is_some() => {
                let op = op.mirrored().unwrap_or(op);
                (right, Matcher::new(op, &Right::Value(literal), quantifier)?, None)
            }
            (left, right) => (left.operand()?, fixed(&Right::Operand)?, Some(right.operand()?)),
        },
        other => return Err(format!("{other:?} is no right side of a test")),
    };
    Ok(Expr::Test(Box::new(Test { left, matcher, right })))
}

/// One side of a test, where literals are still as written.
enum Side<F> {
    Literal(Literal),
    Operand(Operand<F>),
}

impl<F> Side<F> {
    fn new<R: Resolve<Field = F>>(json: &Json, resolve: &R) -> Result<Self, String> {
        match json.get("literal") {
            Some(value) => {
                only_entry(json, "a literal")?;
                literal(value).map(Self::Literal)
            }
            None => operand(json, resolve).map(Self::Operand),
        }
    }

    fn operand(self) -> Result<Operand<F>, String> {
        match self {
            Self::Literal(literal) => value_of(&literal).map(Operand::Literal),
            Self::Operand(operand) => Ok(operand),
        }
    }
}

fn operand<R: Resolve>(json: &Json, resolve: &R) -> Result<Operand<R::Field>, String> {
    let kinds = ["field", "call", "list", "slice", "literal", "arith", "negate"];
    let Some(kind) = kinds.into_iter().find(|kind| json.get(kind).is_some()) else {
        return Err(format!("{} is no operand", brief(json)));
    };
    let operands =
        |json: &Json| array(json, kind)?.iter().map(|part| operand(part, resolve)).collect::<Result<Vec<_>, _>>();
    match kind {
        "field" => {
            let entries = Entries::new(json, "a field", &["field", "arg"])?;
            let arg = entries.optional("arg").map(|arg| text(arg, "the argument of a field")).transpose()?;
            resolve.field(entries.text("field")?, arg).map(Operand::Field)
        }
        "call" => {
            let entries = Entries::new(json, "a call", &["call", "args"])?;
            let args = array(entries.get("args")?, "args")?;
            let function = Function::named(entries.text("call")?, args.len())?;
            Ok(Operand::Call(function, operands(entries.get("args")?)?))
        }
        "list" => Ok(Operand::List(operands(only_entry(json, "a list")?.1)?)),
        "slice" => {
            let entries = Entries::new(json, "a slice", &["slice", "ranges"])?;
            let spans: Vec<Span> =
                array(entries.get("ranges")?, "ranges")?.iter().map(span).collect::<Result<_, _>>()?;
            if spans.is_empty() {
                return Err("a slice needs a range".to_owned());
            }
            Ok(Operand::Slice(Box::new(operand(entries.get("slice")?, resolve)?), spans))
        }
        "literal" => value_of(&literal(only_entry(json, "a literal")?.1)?).map(Operand::Literal),
        "arith" => {
            let entries = Entries::new(json, "arithmetic", &["arith", "left", "right"])?;
            let sign = entries.text("arith")?;
            let arith = Arith::signed(sign).ok_or_else(|| format!("no arithmetic {sign:?}"))?;
            let side = |key| operand(entries.get(key)?, resolve).map(Box::new);
            Ok(Operand::Arith(arith, side("left")?, side("right")?))
        }
        _ => Ok(Operand::Negate(Box::new(operand(only_entry(json, "a negation")?.1, resolve)?))),
    }
}

fn value_of(literal: &Literal) -> Result<Value<'static>, String> {
    literal.to_value().ok_or_else(|| "a network can only stand beside an address that is compared with it".to_owned())
}

fn span(json: &Json) -> Result<Span, String> {
    let wrong = || format!("{} is no range of a slice", brief(json));
    let [start, length] = json.as_array().map(Vec::as_slice).ok_or_else(wrong)? else { return Err(wrong()) };
    let start = start.as_i64().ok_or_else(wrong)?;
    let length = match length {
        Json::Null => None,
        length => Some(length.as_u64().filter(|length| *length > 0).ok_or_else(wrong)?),
    };
    Ok(Span { start, length })
}

fn item(json: &Json) -> Result<Item, String> {
    if json.get("from").is_none() {
        return literal(json).map(Item::One);
    }
    let entries = Entries::new(json, "a range", &["from", "to"])?;
    Ok(Item::Range(literal(entries.get("from")?)?, literal(entries.get("to")?)?))
}

fn literal(json: &Json) -> Result<Literal, String> {
    let (kind, value) = only_entry(json, "a literal")?;
    let wrong = |what: &str| format!("{} is not {what}", brief(value));
    match kind {
        "text" => text(value, "text").map(Literal::text),
        "hex" => {
            let digits = text(value, "a run of hex digits")?;
            let bytes = super::hex::decode(digits.as_bytes()).ok_or_else(|| wrong("a run of hex digits in pairs"))?;
            Ok(Literal::Bytes(bytes.into()))
        }
        "int" => {
            let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
            number.map(Literal::Int).ok_or_else(|| wrong("an integer of 64 bits"))
        }
        "double" => value.as_f64().map(Literal::Double).ok_or_else(|| wrong("a number")),
        "bool" => value.as_bool().map(Literal::Bool).ok_or_else(|| wrong("true or false")),
        "ip" => {
            let address = value.as_str().and_then(|address| address.parse().ok());
            address.map(Literal::Ip).ok_or_else(|| wrong("an IP address"))
        }
        "net" => value.as_str().and_then(Net::parse).map(Literal::Net).ok_or_else(|| wrong("a network")),
        other => Err(format!("no type of literal {other:?}")),
    }
}

/// An object with none but known keys.
struct Entries<'j> {
    map: &'j Map<String, Json>,
    what: &'static str,
}

impl<'j> Entries<'j> {
    fn new(json: &'j Json, what: &'static str, keys: &[&str]) -> Result<Self, String> {
        let map = json.as_object().ok_or_else(|| format!("{} is not {what}", brief(json)))?;
        match map.keys().find(|key| !keys.contains(&key.as_str())) {
            Some(unknown) => Err(format!("{what} has no {unknown:?}")),
            None => Ok(Self { map, what }),
        }
    }

    fn get(&self, key: &str) -> Result<&'j Json, String> {
        self.map.get(key).ok_or_else(|| format!("{} without {key:?}", self.what))
    }

    fn optional(&self, key: &str) -> Option<&'j Json> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn text(&self, key: &str) -> Result<&'j str, String> {
        text(self.get(key)?, key)
    }
}

/// The key and value of an object with one entry.
fn only_entry<'j>(json: &'j Json, what: &str) -> Result<(&'j str, &'j Json), String> {
    let entries = json.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next());
    entries.map(|(key, value)| (key.as_str(), value)).ok_or_else(|| format!("{} is not {what}", brief(json)))
}

fn array<'j>(json: &'j Json, what: &str) -> Result<&'j [Json], String> {
    json.as_array().map(Vec::as_slice).ok_or_else(|| format!("{what:?} needs a list, not {}", brief(json)))
}

fn text<'j>(json: &'j Json, what: &str) -> Result<&'j str, String> {
    json.as_str().ok_or_else(|| format!("{} is not {what}", brief(json)))
}

/// JSON as it may stand in a message.
fn brief(json: &Json) -> String {
    let text = json.to_string();
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(57).chain("...".chars()).collect()
}
