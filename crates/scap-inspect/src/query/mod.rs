//! Filters: from their wire form to an answer for each event.
//!
//! [`wire::parse`] reads a filter into an [`Expr`] whose tests are compiled ([`Matcher`]); fields stay handles of the
//! caller's. What a literal means is decided by the type of the value it meets, so fields whose type depends on the
//! event need nothing special.

mod arith;
mod expr;
mod getopt;
mod glob;
mod hex;
mod literal;
mod net;
mod ops;
pub mod plan;
mod pmatch;
pub mod select;
mod sets;
mod slice;
mod text;
mod transform;
pub mod wire;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use arith::Arith;
pub use expr::{Expr, Get, Operand, Test};
pub use glob::Glob;
pub use literal::Literal;
pub use net::Net;
pub use ops::{Matcher, Op, Quantifier, Right, OPS};
pub use sets::Item;
pub use slice::Span;
pub use transform::{Function, FUNCTIONS};
