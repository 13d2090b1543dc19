//! Sets of literals, looked up by the type of the value.

use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use super::literal::{Constant, Literal};
use super::net::Range;
use crate::value::{Number, Value};

/// A map with text as its key. The keys come from the filter's author, who gains nothing from collisions.
pub(super) type TextMap<T> = FxHashMap<Box<[u8]>, T>;

/// The right side of `in`: literals and ranges, ready for values of any type.
///
/// Every literal is entered under each type it can be read as, since the type of some fields is known only when
/// there is an event.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    texts: TextSet,
    text_ranges: Vec<TextRange>,
    ints: Vec<(i128, i128)>,
    /// Ranges with a bound that is no integer; compared one by one.
    doubles: Vec<(Number, Number)>,
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
    has_true: bool,
    has_false: bool,
}

/// The first and last of a run of texts in the order of their bytes.
type TextRange = (Box<[u8]>, Box<[u8]>);

/// One element of a set.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A single literal.
    One(Literal),
    /// Everything from one literal to another, both included.
    Range(Literal, Literal),
}

impl Set {
    /// Builds the set.
    ///
    /// # Errors
    /// One line, when a range has ends of different types or runs backwards.
    pub(super) fn new(items: &[Item]) -> Result<Self, String> {
        let mut set = Self::default();
        for item in items {
            match item {
                Item::One(literal) => set.add(&Constant::new(literal)),
                Item::Range(from, to) => set.add_range(&Constant::new(from), &Constant::new(to))?,
            }
        }
        merge(&mut set.ints, |high| high.checked_add(1));
        merge(&mut set.v4, |high| high.checked_add(1));
        merge(&mut set.v6, |high| high.checked_add(1));
        Ok(set)
    }

    fn add(&mut self, constant: &Constant) {
        self.texts.add(&constant.text);
        match constant.number {
            Some(Number::Int(value)) => self.ints.push((value, value)),
            Some(number @ Number::Double(_)) => self.doubles.push((number, number)),
            None => {}
        }
        if let Some(net) = constant.net {
            self.add_addresses(net.range());
        }
        match constant.boolean {
            Some(true) => self.has_true = true,
            Some(false) => self.has_false = true,
            None => {}
        }
    }

    fn add_range(&mut self, from: &Constant, to: &Constant) -> Result<(), String> {
        let mut usable = false;
        if let (Some(low), Some(high)) = (from.number, to.number) {
            if low.compare(high).is_some_and(std::cmp::Ordering::is_le) {
                usable = true;
                match (low, high) {
                    (Number::Int(low), Number::Int(high)) => self.ints.push((low, high)),
                    _ => self.doubles.push((low, high)),
                }
            }
        }
        if let (Some(low), Some(high)) = (from.net.and_then(|n| n.as_single()), to.net.and_then(|n| n.as_single())) {
            let range = match (low, high) {
                (IpAddr::V4(low), IpAddr::V4(high)) if low <= high => Some(Range::V4(low.to_bits(), high.to_bits())),
                (IpAddr::V6(low), IpAddr::V6(high)) if low <= high => Some(Range::V6(low.to_bits(), high.to_bits())),
                _ => None,
            };
            if let Some(range) = range {
                usable = true;
                self.add_addresses(range);
            }
        }
        if from.is_text && to.is_text && from.text <= to.text {
            usable = true;
            self.text_ranges.push((from.text.clone(), to.text.clone()));
        }
        if usable {
            return Ok(());
        }
        let (from, to) = (String::from_utf8_lossy(&from.text), String::from_utf8_lossy(&to.text));
        Err(format!("the range {from:?}..{to:?} runs backwards or mixes types"))
    }

    fn add_addresses(&mut self, range: Range) {
        match range {
            Range::V4(low, high) => self.v4.push((low, high)),
            Range::V6(low, high) => self.v6.push((low, high)),
        }
    }

    /// Whether a single value is in the set. Values that hold several are not.
    pub(super) fn has(&self, value: &Value) -> bool {
        match value {
            Value::Text(text) | Value::Bytes(text) => self.has_text(text),
            Value::Int(value) => self.has_int(i128::from(*value)),
            Value::Uint(value) => self.has_int(i128::from(*value)),
            Value::Bool(true) => self.has_true,
            Value::Bool(false) => self.has_false,
            Value::Double(value) => {
                let value = Number::Double(*value);
                self.ints.iter().any(|&(low, high)| between(value, Number::Int(low), Number::Int(high)))
                    || self.doubles.iter().any(|&(low, high)| between(value, low, high))
            }
            Value::Ip(IpAddr::V4(address)) => covers(&self.v4, address.to_bits()),
            Value::Ip(IpAddr::V6(address)) => covers(&self.v6, address.to_bits()),
            Value::List(_) | Value::Any(_) | Value::Ends(_) => false,
        }
    }

    /// Whether a text is in the set.
    pub(super) fn has_text(&self, text: &[u8]) -> bool {
        self.texts.has(text) || self.text_ranges.iter().any(|(low, high)| **low <= *text && *text <= **high)
    }

    /// Whether an integer is in the set.
    pub(super) fn has_int(&self, value: i128) -> bool {
        covers(&self.ints, value) || self.doubles.iter().any(|&(low, high)| between(Number::Int(value), low, high))
    }
}

fn between(value: Number, low: Number, high: Number) -> bool {
    value.compare(low).is_some_and(std::cmp::Ordering::is_ge)
        && value.compare(high).is_some_and(std::cmp::Ordering::is_le)
}

/// Sorts ranges and joins those that touch, so that one look-up finds the only one that can hold a value.
fn merge<T: Ord + Copy>(ranges: &mut Vec<(T, T)>, next: impl Fn(T) -> Option<T>) {
    ranges.sort_unstable();
    ranges.dedup_by(|&mut (low, high), &mut (_, ref mut until)| {
        let touches = next(*until).is_none_or(|next| low <= next);
        if touches {
            *until = high.max(*until);
        }
        touches
    });
}

fn covers<T: Ord + Copy>(ranges: &[(T, T)], value: T) -> bool {
    let at = ranges.partition_point(|&(_, high)| high < value);
    ranges.get(at).is_some_and(|&(low, _)| low <= value)
}

/// Texts, found without allocation. Most values differ from all of them in length, and most sets are short.
#[derive(Clone, Debug, Default)]
struct TextSet {
    /// One bit for each length that occurs, the last for all from 63 on.
    lengths: u64,
    few: Vec<Box<[u8]>>,
    /// Holds everything instead of `few` once that is past [`FEW`].
    many: FxHashSet<Box<[u8]>>,
}

/// Up to here comparing with each is quicker than a hash.
const FEW: usize = 8;

impl TextSet {
    fn add(&mut self, text: &[u8]) {
        self.lengths |= length_bit(text);
        if self.has(text) {
            return;
        }
        if self.many.is_empty() && self.few.len() < FEW {
            self.few.push(text.into());
        } else {
            self.many.extend(self.few.drain(..));
            self.many.insert(text.into());
        }
    }

    fn has(&self, text: &[u8]) -> bool {
        if self.lengths & length_bit(text) == 0 {
            return false;
        }
        if self.many.is_empty() {
            self.few.iter().any(|known| **known == *text)
        } else {
            self.many.contains(text)
        }
    }
}

fn length_bit(text: &[u8]) -> u64 {
    1 << text.len().min(63)
}

#[cfg(test)]
mod tests {
    use super::super::net::Net;
    use super::*;

    fn text(text: &str) -> Item {
        Item::One(Literal::text(text))
    }

    fn ints(low: i128, high: i128) -> Item {
        Item::Range(Literal::Int(low), Literal::Int(high))
    }

    #[test]
    fn long_sets_find_what_short_ones_do() {
        for size in [1, 8, 9, 500] {
            let items: Vec<Item> = (0..size).map(|n| text(&format!("name-{n}"))).collect();
            let set = Set::new(&items).unwrap();
            for n in 0..size {
                assert!(set.has_text(format!("name-{n}").as_bytes()), "{n} of {size}");
            }
            assert!(!set.has_text(b"name-x") && !set.has_text(b"") && !set.has_text(b"name-1000"));
        }
    }

    #[test]
    fn ranges_that_touch_or_overlap_are_joined() {
        let set = Set::new(&[ints(5, 9), ints(1, 2), ints(3, 3), ints(8, 20), ints(i128::MAX, i128::MAX)]).unwrap();
        assert_eq!(set.ints, vec![(1, 3), (5, 20), (i128::MAX, i128::MAX)]);
        for (value, expected) in [(0, false), (1, true), (3, true), (4, false), (20, true), (21, false)] {
            assert_eq!(set.has(&Value::Int(value)), expected, "{value}");
        }
    }

    #[test]
    fn a_double_falls_into_ranges_of_integers_and_the_other_way_round() {
        let set = Set::new(&[ints(1, 3), Item::Range(Literal::Double(4.5), Literal::Int(6))]).unwrap();
        assert!(set.has(&Value::Double(2.5)) && set.has(&Value::Int(5)) && set.has(&Value::Uint(6)));
        assert!(!set.has(&Value::Double(3.5)) && !set.has(&Value::Int(4)) && !set.has(&Value::Double(f64::NAN)));
    }

    #[test]
    fn addresses_are_found_in_networks_and_ranges_of_their_family() {
        let address = |text: &str| Literal::Ip(text.parse().unwrap());
        let items = [
            Item::One(Literal::Net(Net::parse("10.0.0.0/8").unwrap())),
            Item::Range(address("1.0.0.1"), address("1.0.0.9")),
            Item::One(address("::1")),
        ];
        let set = Set::new(&items).unwrap();
        for (text, expected) in
            [("10.2.3.4", true), ("1.0.0.5", true), ("1.0.0.10", false), ("::1", true), ("::2", false)]
        {
            assert_eq!(set.has(&Value::Ip(text.parse().unwrap())), expected, "{text}");
        }
    }

    #[test]
    fn ranges_of_text_go_by_bytes_and_ranges_of_typed_numbers_by_number() {
        let set = Set::new(&[Item::Range(Literal::text("9"), Literal::text("10"))]).unwrap();
        assert!(set.has(&Value::Int(9)) && set.has(&Value::Int(10)) && !set.has(&Value::Int(11)));
        assert!(!set.has_text(b"9"));
        let set = Set::new(&[Item::Range(Literal::text("b"), Literal::text("d"))]).unwrap();
        assert!(set.has_text(b"cat") && set.has_text(b"d") && !set.has_text(b"dog"));
    }

    #[test]
    fn a_range_that_holds_nothing_is_refused() {
        assert!(Set::new(&[ints(2, 1)]).is_err());
        assert!(Set::new(&[Item::Range(Literal::Int(1), Literal::text("x"))]).is_err());
        assert!(Set::new(&[Item::Range(Literal::Ip("::1".parse().unwrap()), Literal::Ip("1.1.1.1".parse().unwrap()))])
            .is_err());
    }
}
