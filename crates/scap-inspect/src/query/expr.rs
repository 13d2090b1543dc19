//! A filter as a tree, asked for one event at a time.

use super::arith::{negate, Arith};
use super::ops::Matcher;
use super::slice::{slice, Span};
use super::transform::Function;
use crate::value::Value;

/// A filter. `F` is whatever stands for a field: a handle that the caller can turn into a value for an event.
#[derive(Clone, Debug)]
pub enum Expr<F> {
    /// Every part holds; true without parts.
    And(Vec<Expr<F>>),
    /// Some part holds; false without parts.
    Or(Vec<Expr<F>>),
    /// One of the two holds and the other does not.
    Xor(Box<Expr<F>>, Box<Expr<F>>),
    /// The part does not hold. There are two truth values: a test of an absent value is false, its `not` true.
    Not(Box<Expr<F>>),
    /// Holds for every event.
    All,
    /// A comparison.
    Test(Box<Test<F>>),
    /// The value is there; for arithmetic, it is not zero; for a function that answers yes or no, it says yes.
    Exists(Operand<F>),
}

/// A comparison of the left side with what the matcher holds, or with `right`.
#[derive(Clone, Debug)]
pub struct Test<F> {
    /// What is tested.
    pub left: Operand<F>,
    /// The compiled operator, with its right side unless that differs from event to event.
    pub matcher: Matcher,
    /// The right side where it differs from event to event.
    pub right: Option<Operand<F>>,
}

/// Something that has a value for an event.
#[derive(Clone, Debug)]
pub enum Operand<F> {
    /// A field.
    Field(F),
    /// The same value for each event.
    Literal(Value<'static>),
    /// A function and its arguments.
    Call(Function, Vec<Operand<F>>),
    /// Several values as one list.
    List(Vec<Operand<F>>),
    /// Parts of a value by position, one after the other.
    Slice(Box<Operand<F>>, Vec<Span>),
    /// Two numbers.
    Arith(Arith, Box<Operand<F>>, Box<Operand<F>>),
    /// A number with its sign changed.
    Negate(Box<Operand<F>>),
}

/// Yields the value of a field for the event at hand.
pub type Get<'g, 'a, F> = &'g dyn Fn(&F) -> Option<Value<'a>>;

impl<F> Expr<F> {
    /// Whether the filter selects the event that `get` reads. Parts that no longer matter are not asked.
    pub fn matches<'a>(&'a self, get: Get<'_, 'a, F>) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.matches(get)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(get)),
            Self::Xor(left, right) => left.matches(get) != right.matches(get),
            Self::Not(part) => !part.matches(get),
            Self::All => true,
            Self::Test(test) => test.matches(get),
            Self::Exists(operand) => operand.exists(get),
        }
    }

    /// Shows every field that the filter reads to `see`, as often as it is written.
    pub fn visit_fields<'s>(&'s self, see: &mut dyn FnMut(&'s F)) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.visit_fields(see)),
            Self::Xor(left, right) => {
                left.visit_fields(see);
                right.visit_fields(see);
            }
            Self::Not(part) => part.visit_fields(see),
            Self::All => {}
            Self::Test(test) => test.visit_fields(see),
            Self::Exists(operand) => operand.visit_fields(see),
        }
    }
}

impl<F> Test<F> {
    /// Whether the comparison holds for the event that `get` reads.
    pub fn matches<'a>(&'a self, get: Get<'_, 'a, F>) -> bool {
        let Some(left) = self.left.value(get) else { return false };
        match &self.right {
            None => self.matcher.matches(Some(&left), None),
            Some(right) => self.matcher.matches(Some(&left), right.value(get).as_ref()),
        }
    }

    /// Shows every field that the comparison reads to `see`.
    pub fn visit_fields<'s>(&'s self, see: &mut dyn FnMut(&'s F)) {
        self.left.visit_fields(see);
        if let Some(right) = &self.right {
            right.visit_fields(see);
        }
    }

    /// The field, when the comparison is of a bare field with something fixed: then the matcher can be asked for
    /// each distinct value of the field, and for no event.
    pub fn plain_field(&self) -> Option<&F> {
        match (&self.left, &self.right) {
            (Operand::Field(field), None) => Some(field),
            _ => None,
        }
    }
}

impl<F> Operand<F> {
    /// The value for the event that `get` reads. A bare field or literal costs no allocation.
    pub fn value<'a>(&'a self, get: Get<'_, 'a, F>) -> Option<Value<'a>> {
        match self {
            Self::Field(field) => get(field),
            Self::Literal(value) => Some(value.by_ref()),
            Self::Call(function, arguments) => match arguments.as_slice() {
                [argument] => function.apply_one(argument.value(get)?),
                several => function.apply(several.iter().map(|argument| argument.value(get)).collect()),
            },
            Self::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    match item.value(get)? {
                        Value::List(inner) | Value::Any(inner) | Value::Ends(inner) => values.extend(inner),
                        single => values.push(single),
                    }
                }
                Some(Value::List(values))
            }
            Self::Slice(operand, spans) => slice(operand.value(get)?, spans),
            Self::Arith(arith, left, right) => arith.apply(&left.value(get)?, &right.value(get)?),
            Self::Negate(operand) => negate(&operand.value(get)?),
        }
    }

    /// Whether the operand on its own holds for the event that `get` reads.
    pub fn exists<'a>(&'a self, get: Get<'_, 'a, F>) -> bool {
        let Some(value) = self.value(get) else { return false };
        match self {
            Self::Arith(..) | Self::Negate(_) => match &value {
                Value::Double(number) => *number != 0.0,
                other => other.as_int() != Some(0),
            },
            // `ip_multicast(fd.cip)` alone asks whether the address is one.
            Self::Call(..) => value.exists() && value.items().iter().any(|item| *item != Value::Bool(false)),
            Self::Field(_) | Self::Literal(_) | Self::List(_) | Self::Slice(..) => value.exists(),
        }
    }

    /// Shows every field that the operand reads to `see`.
    pub fn visit_fields<'s>(&'s self, see: &mut dyn FnMut(&'s F)) {
        match self {
            Self::Field(field) => see(field),
            Self::Literal(_) => {}
            Self::Call(_, operands) | Self::List(operands) => {
                for operand in operands {
                    operand.visit_fields(see);
                }
            }
            Self::Slice(operand, _) | Self::Negate(operand) => operand.visit_fields(see),
            Self::Arith(_, left, right) => {
                left.visit_fields(see);
                right.visit_fields(see);
            }
        }
    }
}
