//! Arithmetic on field values.

use std::net::IpAddr;

use crate::value::{Number, Value};

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Arith {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// The bits set in both; of integers or of addresses of one family.
    Mask,
}

impl Arith {
    /// The operator of a sign.
    pub fn signed(sign: &str) -> Option<Self> {
        match sign {
            "+" => Some(Self::Add),
            "-" => Some(Self::Subtract),
            "*" => Some(Self::Multiply),
            "/" => Some(Self::Divide),
            "%" => Some(Self::Remainder),
            "&" => Some(Self::Mask),
            _ => None,
        }
    }

    /// The result; absent for values that are no numbers, a division by zero, and results that fit neither 64-bit
    /// integer. Integers divide towards zero.
    pub fn apply(self, left: &Value, right: &Value) -> Option<Value<'static>> {
        match (self, left, right) {
            (Self::Mask, Value::Ip(IpAddr::V4(left)), Value::Ip(IpAddr::V4(right))) => {
                Some(Value::Ip((*left & *right).into()))
            }
            (Self::Mask, Value::Ip(IpAddr::V6(left)), Value::Ip(IpAddr::V6(right))) => {
                Some(Value::Ip((*left & *right).into()))
            }
            _ => self.numbers(left.as_number()?, right.as_number()?)?.into_value(),
        }
    }

    fn numbers(self, left: Number, right: Number) -> Option<Number> {
        if let (Number::Int(left), Number::Int(right)) = (left, right) {
            let result = match self {
                Self::Add => left.checked_add(right),
                Self::Subtract => left.checked_sub(right),
                Self::Multiply => left.checked_mul(right),
                Self::Divide => left.checked_div(right),
                Self::Remainder => left.checked_rem(right),
                Self::Mask => Some(left & right),
            };
            return result.map(Number::Int);
        }
        let (left, right) = (left.to_double(), right.to_double());
        let result = match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Remainder => left % right,
            Self::Mask => return None,
        };
        Some(Number::Double(result))
    }
}

/// The value with its sign changed.
pub(super) fn negate(value: &Value) -> Option<Value<'static>> {
    match value.as_number()? {
        Number::Int(value) => value.checked_neg().map(Number::Int)?.into_value(),
        Number::Double(value) => Number::Double(-value).into_value(),
    }
}

/// The value without its sign.
pub(super) fn absolute(value: &Value) -> Option<Value<'static>> {
    match value.as_number()? {
        Number::Int(value) => value.checked_abs().map(Number::Int)?.into_value(),
        Number::Double(value) => Number::Double(value.abs()).into_value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_exact_or_absent() {
        use Value::{Double, Int, Uint};
        let rows = [
            ("+", Int(2), Uint(3), Some(Int(5))),
            ("+", Int(i64::MAX), Int(1), Some(Uint(1 << 63))),
            ("+", Uint(u64::MAX), Int(1), None),
            ("-", Uint(0), Int(1), Some(Int(-1))),
            ("-", Int(i64::MIN), Int(1), None),
            ("*", Uint(u64::MAX), Uint(u64::MAX), None),
            ("*", Int(-3), Double(0.5), Some(Double(-1.5))),
            ("/", Int(-7), Int(2), Some(Int(-3))),
            ("/", Int(7), Int(0), None),
            ("/", Double(7.0), Int(0), None),
            ("/", Int(7), Double(2.0), Some(Double(3.5))),
            ("%", Int(-7), Int(3), Some(Int(-1))),
            ("%", Int(7), Int(0), None),
            ("&", Int(0x1f), Int(0xf0), Some(Int(0x10))),
            ("&", Int(-1), Uint(u64::MAX), Some(Uint(u64::MAX))),
            ("&", Double(1.0), Int(1), None),
            ("+", Value::text("1"), Int(1), None),
            ("+", Value::Bool(true), Int(1), Some(Int(2))),
        ];
        for (sign, left, right, expected) in rows {
            assert_eq!(Arith::signed(sign).unwrap().apply(&left, &right), expected, "{left:?} {sign} {right:?}");
        }
        assert_eq!(negate(&Int(i64::MIN)), Some(Uint(1 << 63)));
        assert_eq!(negate(&Uint(u64::MAX)), None);
        assert_eq!(absolute(&Int(i64::MIN)), Some(Uint(1 << 63)));
    }

    #[test]
    fn addresses_are_masked_within_their_family() {
        let ip = |text: &str| Value::Ip(text.parse().unwrap());
        assert_eq!(Arith::Mask.apply(&ip("10.1.2.3"), &ip("255.255.0.0")), Some(ip("10.1.0.0")));
        assert_eq!(Arith::Mask.apply(&ip("10.1.2.3"), &ip("::1")), None);
    }
}
