//! Byte strings stored once and named by a number, so that a record of a thread or descriptor is a few integers.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use crate::index::stored::{stored_id, Source, Stored};

/// The number of an interned string; 0 is the empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StrId(pub(crate) u32);

impl StrId {
    /// The empty string.
    pub const EMPTY: StrId = StrId(0);

    /// Whether this is the empty string.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// All strings of a capture's state, in one allocation.
#[derive(Debug)]
pub struct Strings {
    bytes: Vec<u8>,
    /// End of each string in `bytes`; string n starts where n - 1 ends.
    ends: Vec<u64>,
    index: HashTable<u32>,
}

impl Default for Strings {
    fn default() -> Self {
        Strings { bytes: Vec::new(), ends: vec![0], index: HashTable::new() }
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

impl Strings {
    /// The number of this string, which is kept from now on.
    pub fn intern(&mut self, text: &[u8]) -> StrId {
        if text.is_empty() {
            return StrId::EMPTY;
        }
        let hashed = hash(text);
        let Strings { bytes, ends, index } = self;
        if let Some(found) = index.find(hashed, |&id| span(bytes, ends, id) == text) {
            return StrId(*found);
        }
        let Ok(id) = u32::try_from(ends.len()) else { return StrId::EMPTY };
        bytes.extend_from_slice(text);
        ends.push(bytes.len() as u64);
        index.insert_unique(hashed, id, |&id| hash(span(bytes, ends, id)));
        StrId(id)
    }

    /// The number of a string that is already here.
    pub fn find(&self, text: &[u8]) -> Option<StrId> {
        if text.is_empty() {
            return Some(StrId::EMPTY);
        }
        self.index.find(hash(text), |&id| span(&self.bytes, &self.ends, id) == text).map(|&id| StrId(id))
    }

    /// The text of a number.
    #[inline]
    pub fn get(&self, id: StrId) -> &[u8] {
        span(&self.bytes, &self.ends, id.0)
    }

    /// How many there are, the empty one included.
    pub(crate) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Bytes held, index included.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 8 + self.index.capacity() * 5
    }
}

#[inline]
fn span<'a>(bytes: &'a [u8], ends: &[u64], id: u32) -> &'a [u8] {
    let id = id as usize;
    let start = id.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(id).copied().unwrap_or(start);
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    bytes.get(place(start)..place(end)).unwrap_or_default()
}

stored_id!(StrId, string);

impl Stored for Strings {
    const LEAST: usize = Vec::<u8>::LEAST + Vec::<u64>::LEAST;

    fn put(&self, out: &mut Vec<u8>) {
        let Strings { bytes, ends, index: _ } = self;
        bytes.put(out);
        ends.put(out);
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        let (bytes, ends) = <(Vec<u8>, Vec<u64>)>::take(from)?;
        let ascend = ends.first() == Some(&0) && ends.is_sorted() && ends.last() == Some(&(bytes.len() as u64));
        let count = u32::try_from(ends.len()).ok().filter(|_| ascend)?;
        let hashed = |id: &u32| hash(span(&bytes, &ends, *id));
        let mut index = HashTable::with_capacity(ends.len());
        for id in 1..count {
            index.insert_unique(hashed(&id), id, hashed);
        }
        Some(Strings { bytes, ends, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_gets_the_same_number() {
        let mut strings = Strings::default();
        let a = strings.intern(b"nginx");
        let b = strings.intern(b"curl");
        assert_ne!(a, b);
        assert_eq!(strings.intern(b"nginx"), a);
        assert_eq!(strings.get(a), b"nginx");
        assert_eq!(strings.get(b), b"curl");
        assert_eq!(strings.find(b"curl"), Some(b));
        assert_eq!(strings.find(b"bash"), None);
    }

    #[test]
    fn the_empty_string_is_number_zero() {
        let mut strings = Strings::default();
        assert_eq!(strings.intern(b""), StrId::EMPTY);
        assert_eq!(strings.get(StrId::EMPTY), b"");
    }
}
