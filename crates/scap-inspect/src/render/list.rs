//! The parameters of an event, as they are in the file or as today's schema has them.

use scap_format::event::{signed, Params};

use crate::convert::Today;

/// Parameters by position.
pub trait ParamList<'p> {
    /// The bytes of one, `None` beyond the last.
    fn nth(&self, index: usize) -> Option<&'p [u8]>;

    /// All in order.
    fn each(&self) -> impl Iterator<Item = &'p [u8]>;

    /// A signed number of the parameter's own length.
    fn int(&self, index: usize) -> Option<i64> {
        signed(self.nth(index)?)
    }
}

impl<'p> ParamList<'p> for Params<'p> {
    fn nth(&self, index: usize) -> Option<&'p [u8]> {
        self.get(index)
    }

    fn each(&self) -> impl Iterator<Item = &'p [u8]> {
        self.iter()
    }
}

impl<'p> ParamList<'p> for Today<'p> {
    fn nth(&self, index: usize) -> Option<&'p [u8]> {
        self.get(index)
    }

    fn each(&self) -> impl Iterator<Item = &'p [u8]> {
        // The file's own parameters are back to back; only completed ones have to be looked up one by one.
        let own = self.as_in_file();
        let completed = if own.is_some() { 0 } else { self.len() };
        own.into_iter().flat_map(|own| own.iter()).chain((0..completed).filter_map(|at| self.get(at)))
    }
}
