//! The operators: a test compiled once and then asked for each event.

use std::cmp::Ordering;

use memchr::memmem::Finder;

use super::glob::Glob;
use super::literal::{equal_values, order_values, Constant, Literal};
use super::pmatch::PathTree;
use super::sets::{Item, Set};
use super::text::{CaseFinder, Pattern, TextTest};
use crate::value::{Number, Value};

/// What a test asks of its left side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the table below say it")]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    ContainsAnyCase,
    StartsWith,
    EndsWith,
    ContainsHex,
    StartsWithHex,
    Glob,
    GlobAnyCase,
    Regex,
    Matches,
    In,
    Intersects,
    PathMatch,
    AllEq,
    AnyNe,
}

/// Every operator with the name it has between the filter's reader and here.
pub const OPS: &[(&str, Op)] = &[
    ("eq", Op::Eq),
    ("ne", Op::Ne),
    ("lt", Op::Lt),
    ("le", Op::Le),
    ("gt", Op::Gt),
    ("ge", Op::Ge),
    ("contains", Op::Contains),
    ("icontains", Op::ContainsAnyCase),
    ("startswith", Op::StartsWith),
    ("endswith", Op::EndsWith),
    ("bcontains", Op::ContainsHex),
    ("bstartswith", Op::StartsWithHex),
    ("glob", Op::Glob),
    ("iglob", Op::GlobAnyCase),
    ("regex", Op::Regex),
    ("matches", Op::Matches),
    ("in", Op::In),
    ("intersects", Op::Intersects),
    ("pmatch", Op::PathMatch),
    ("all_eq", Op::AllEq),
    ("any_ne", Op::AnyNe),
];

impl Op {
    /// The operator of a name.
    pub fn named(name: &str) -> Option<Self> {
        OPS.iter().find(|(known, _)| *known == name).map(|(_, op)| *op)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        OPS.iter().find(|(_, op)| *op == self).map_or("", |(name, _)| name)
    }

    /// The operator that says the same with the sides exchanged, where there is one.
    pub fn mirrored(self) -> Option<Self> {
        match self {
            Self::Eq | Self::Ne | Self::AllEq | Self::AnyNe => Some(self),
            Self::Lt => Some(Self::Gt),
            Self::Le => Some(Self::Ge),
            Self::Gt => Some(Self::Lt),
            Self::Ge => Some(Self::Le),
            _ => None,
        }
    }

    /// Whether the right side is a set.
    pub fn takes_set(self) -> bool {
        matches!(self, Self::In | Self::Intersects | Self::PathMatch)
    }

    /// Whether every element of a left side with several has to satisfy the test; otherwise one is enough.
    fn wants_all(self, left: &Value) -> bool {
        match self {
            Self::AllEq => true,
            Self::Ne => matches!(left, Value::Ends(_) | Value::List(_)),
            Self::In => matches!(left, Value::List(_)),
            _ => false,
        }
    }

    /// Applies a test of single values to a value that may hold several. Without elements nothing holds.
    fn over(self, value: &Value, mut test: impl FnMut(&Value) -> bool) -> bool {
        match value {
            Value::List(items) | Value::Any(items) | Value::Ends(items) if self.wants_all(value) => {
                !items.is_empty() && items.iter().all(test)
            }
            Value::List(items) | Value::Any(items) | Value::Ends(items) => items.iter().any(test),
            single => test(single),
        }
    }
}

/// How many elements of the right side have to satisfy the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Exactly one.
    OneOf,
    /// At least one.
    AnyOf,
    /// Every one.
    AllOf,
}

impl Quantifier {
    /// The quantifier of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "oneof" => Some(Self::OneOf),
            "anyof" => Some(Self::AnyOf),
            "allof" => Some(Self::AllOf),
            _ => None,
        }
    }
}

/// What stands on the right of a test, before it is compiled.
#[derive(Clone, Debug, PartialEq)]
pub enum Right {
    /// One literal.
    Value(Literal),
    /// A set of literals and ranges.
    Set(Vec<Item>),
    /// Something that has another value for each event.
    Operand,
}

/// A test, compiled: expressions, searchers and sets are built once, and asking allocates nothing for text,
/// numbers and addresses.
#[derive(Clone, Debug)]
pub struct Matcher {
    op: Op,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Equal(Constant),
    Unequal(Constant),
    Order(Constant),
    Text(TextTest),
    Set(Set),
    /// One test for each element of the right side.
    Each(Vec<Matcher>, Quantifier),
    /// The right side comes with each event.
    Operand,
}

impl Matcher {
    /// Compiles a test.
    ///
    /// # Errors
    /// One line, when the right side is not one for the operator, an expression is wrong or grows too large.
    pub fn new(op: Op, right: &Right, quantifier: Option<Quantifier>) -> Result<Self, String> {
        let kind = match (right, quantifier) {
            (Right::Operand, None) => match op {
                Op::Regex | Op::Matches | Op::PathMatch | Op::ContainsHex | Op::StartsWithHex => {
                    return Err(format!("{:?} needs a value that is written out", op.name()));
                }
                _ => Kind::Operand,
            },
            (Right::Value(_), None) if op.takes_set() => return Err(format!("{:?} needs a set", op.name())),
            (Right::Value(literal), None) => Self::against(op, literal)?,
            (Right::Set(items), None) => match op {
                Op::In | Op::Intersects => Kind::Set(Set::new(items)?),
                Op::PathMatch => Kind::Text(TextTest::Paths(paths(items)?)),
                _ => return Err(format!("{:?} needs one value, not a set", op.name())),
            },
            (_, Some(_)) if op.takes_set() => return Err(format!("{:?} takes no oneof, anyof or allof", op.name())),
            (Right::Set(items), Some(quantifier)) => {
                let each = |item: &Item| match item {
                    Item::One(literal) => Ok(Self { op, kind: Self::against(op, literal)? }),
                    Item::Range(..) => Err("oneof, anyof and allof take no ranges".to_owned()),
                };
                Kind::Each(items.iter().map(each).collect::<Result<_, _>>()?, quantifier)
            }
            (_, Some(_)) => return Err("oneof, anyof and allof need a list".to_owned()),
        };
        Ok(Self { op, kind })
    }

    fn against(op: Op, literal: &Literal) -> Result<Kind, String> {
        let constant = Constant::new(literal);
        let text = || constant.text.clone();
        let typed = || match std::str::from_utf8(&constant.text) {
            Ok(text) => Ok(text),
            Err(_) => Err("a regular expression has to be UTF-8".to_owned()),
        };
        Ok(match op {
            Op::Eq | Op::AllEq => Kind::Equal(constant),
            Op::Ne | Op::AnyNe => Kind::Unequal(constant),
            Op::Lt | Op::Le | Op::Gt | Op::Ge if constant.net.is_some_and(|net| net.as_single().is_none()) => {
                return Err("a network is neither less nor greater than an address".to_owned());
            }
            Op::Lt | Op::Le | Op::Gt | Op::Ge => Kind::Order(constant),
            _ if matches!(literal, Literal::Net(_)) => {
                return Err(format!("{:?} needs text, not a network", op.name()));
            }
            Op::Contains => Kind::Text(contains(&text())),
            Op::ContainsAnyCase => Kind::Text(TextTest::ContainsAnyCase(CaseFinder::new(&text()))),
            Op::StartsWith => Kind::Text(TextTest::StartsWith(text())),
            Op::EndsWith => Kind::Text(TextTest::EndsWith(text())),
            Op::ContainsHex => Kind::Text(contains(&hex_bytes(literal)?)),
            Op::StartsWithHex => Kind::Text(TextTest::StartsWith(hex_bytes(literal)?)),
            Op::Glob => Kind::Text(TextTest::Glob(Glob::new(&constant.text, false)?)),
            Op::GlobAnyCase => Kind::Text(TextTest::Glob(Glob::new(&constant.text, true)?)),
            Op::Regex => Kind::Text(TextTest::Pattern(Pattern::whole(typed()?)?)),
            Op::Matches => Kind::Text(TextTest::Pattern(Pattern::part(typed()?)?)),
            Op::In | Op::Intersects | Op::PathMatch => return Err(format!("{:?} needs a set", op.name())),
        })
    }

    /// The operator.
    pub fn op(&self) -> Op {
        self.op
    }

    /// Whether [`Matcher::matches`] looks at its right side.
    pub fn needs_right(&self) -> bool {
        matches!(self.kind, Kind::Operand)
    }

    /// Whether the left value satisfies the test. `right` is the right side's value for this event where
    /// [`Matcher::needs_right`], and not looked at otherwise. An absent value satisfies nothing.
    #[inline]
    pub fn matches(&self, left: Option<&Value>, right: Option<&Value>) -> bool {
        match (left, &self.kind) {
            (None, _) => false,
            (Some(Value::Text(text)), Kind::Equal(constant)) => **text == *constant.text,
            (Some(Value::Text(text)), Kind::Unequal(constant)) => **text != *constant.text,
            (Some(Value::Text(text)), Kind::Text(check)) => check.text(text),
            (Some(Value::Text(text)), Kind::Set(set)) => set.has_text(text),
            (Some(Value::Int(number)), _) if !self.is_odd_for_numbers() => self.integer((*number).into()),
            (Some(Value::Uint(number)), _) if !self.is_odd_for_numbers() => self.integer((*number).into()),
            (Some(left), _) => self.matches_any(left, right),
        }
    }

    /// Whether integers go the long way: as text, or with a right side of several or of the event.
    #[inline]
    fn is_odd_for_numbers(&self) -> bool {
        matches!(self.kind, Kind::Text(_) | Kind::Each(..) | Kind::Operand)
    }

    #[inline]
    fn integer(&self, number: i128) -> bool {
        let order = |constant: &Constant| Number::Int(number).compare(constant.number?);
        match &self.kind {
            Kind::Equal(constant) => order(constant) == Some(Ordering::Equal),
            Kind::Unequal(constant) => order(constant).is_some_and(Ordering::is_ne),
            Kind::Order(constant) => order(constant).is_some_and(|order| self.in_order(order)),
            Kind::Set(set) => set.has_int(number),
            Kind::Text(_) | Kind::Each(..) | Kind::Operand => false,
        }
    }

    fn matches_any(&self, left: &Value, right: Option<&Value>) -> bool {
        match &self.kind {
            Kind::Each(tests, quantifier) => {
                let mut fitting = tests.iter().filter(|test| test.matches(Some(left), right));
                match quantifier {
                    Quantifier::AnyOf => fitting.next().is_some(),
                    Quantifier::OneOf => fitting.next().is_some() && fitting.next().is_none(),
                    Quantifier::AllOf => !tests.is_empty() && fitting.count() == tests.len(),
                }
            }
            Kind::Operand => right.is_some_and(|right| self.matches_operand(left, right)),
            _ => self.op.over(left, |value| self.single(value)),
        }
    }

    /// As [`Matcher::matches`] for a text that is known to be there.
    #[inline]
    pub fn matches_text(&self, text: &[u8]) -> bool {
        match &self.kind {
            Kind::Equal(constant) => *text == *constant.text,
            Kind::Unequal(constant) => *text != *constant.text,
            Kind::Text(check) => check.text(text),
            Kind::Set(set) => set.has_text(text),
            _ => self.matches(Some(&Value::text(text)), None),
        }
    }

    /// As [`Matcher::matches`] for an integer that is known to be there.
    #[inline]
    pub fn matches_int(&self, number: i64) -> bool {
        self.matches(Some(&Value::Int(number)), None)
    }

    fn single(&self, value: &Value) -> bool {
        match &self.kind {
            Kind::Equal(constant) => constant.equals(value) == Some(true),
            Kind::Unequal(constant) => constant.equals(value) == Some(false),
            Kind::Order(constant) => constant.order(value).is_some_and(|order| self.in_order(order)),
            Kind::Set(set) => set.has(value),
            Kind::Text(check) => match value {
                Value::Text(text) => check.text(text),
                Value::Bytes(bytes) => check.bytes(bytes),
                other => other.to_text().is_some_and(|text| check.text(&text)),
            },
            Kind::Each(..) | Kind::Operand => false,
        }
    }

    fn in_order(&self, order: Ordering) -> bool {
        match self.op {
            Op::Lt => order.is_lt(),
            Op::Le => order.is_le(),
            Op::Gt => order.is_gt(),
            Op::Ge => order.is_ge(),
            _ => false,
        }
    }

    fn matches_operand(&self, left: &Value, right: &Value) -> bool {
        // `in` wants every element of the left side somewhere on the right, so only the left is quantified by it.
        let over_right = if self.op == Op::In { Op::Intersects } else { self.op };
        self.op.over(left, |left| over_right.over(right, |right| self.pair(left, right)))
    }

    fn pair(&self, left: &Value, right: &Value) -> bool {
        match self.op {
            Op::Eq | Op::AllEq | Op::In | Op::Intersects => equal_values(left, right) == Some(true),
            Op::Ne | Op::AnyNe => equal_values(left, right) == Some(false),
            Op::Lt | Op::Le | Op::Gt | Op::Ge => order_values(left, right).is_some_and(|order| self.in_order(order)),
            _ => {
                let (Some(left), Some(right)) = (left.to_text(), right.to_text()) else { return false };
                match self.op {
                    Op::Contains => memchr::memmem::find(&left, &right).is_some(),
                    Op::ContainsAnyCase => TextTest::ContainsAnyCase(CaseFinder::new(&right)).text(&left),
                    Op::StartsWith => left.starts_with(&right),
                    Op::EndsWith => left.ends_with(&right),
                    Op::Glob => Glob::new(&right, false).is_ok_and(|glob| glob.matches(&left)),
                    Op::GlobAnyCase => Glob::new(&right, true).is_ok_and(|glob| glob.matches(&left)),
                    _ => false,
                }
            }
        }
    }
}

fn contains(needle: &[u8]) -> TextTest {
    TextTest::Contains(Box::new(Finder::new(needle).into_owned()))
}

/// The bytes of a literal for `bcontains` and `bstartswith`: given as bytes, or as text in hex digits.
fn hex_bytes(literal: &Literal) -> Result<Box<[u8]>, String> {
    if let Literal::Bytes(bytes) = literal {
        return Ok(bytes.clone());
    }
    let digits = match literal {
        Literal::Text(text) => text.clone(),
        Literal::Int(_) => Constant::new(literal).text,
        _ => Box::default(),
    };
    match super::hex::decode(&digits) {
        Some(bytes) if !bytes.is_empty() => Ok(bytes.into()),
        _ => Err(format!("{:?} is not a run of hex digits in pairs", String::from_utf8_lossy(&digits))),
    }
}

fn paths(items: &[Item]) -> Result<PathTree, String> {
    let mut tree = PathTree::default();
    for item in items {
        match item {
            Item::One(Literal::Text(path) | Literal::Bytes(path)) => tree.add(path)?,
            Item::One(_) => return Err("\"pmatch\" needs paths".to_owned()),
            Item::Range(..) => return Err("\"pmatch\" takes no ranges".to_owned()),
        }
    }
    Ok(tree)
}
