//! Values as bytes of an index, and back.
//!
//! Taking trusts nothing: what is too short, or counts more than there is room for, is no value.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use scap_format::meta::{self, InterfaceAddress, MachineInfo};
use scap_format::reader::{Note, NoteKind};

/// The bytes that are left, and the highest number of each kind that was taken so far.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    bytes: &'a [u8],
    pub(crate) highest: Highest,
}

/// Of each kind of number that is a position elsewhere, one more than the highest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Highest {
    pub(crate) string: u32,
    pub(crate) record: u32,
    pub(crate) table: u32,
    pub(crate) thread: u32,
    pub(crate) version: u32,
    pub(crate) context: u32,
}

impl<'a> Source<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Source { bytes, highest: Highest::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*taken)
    }

    /// A count of values that take at least so many bytes each.
    fn count(&mut self, least: usize) -> Option<usize> {
        let count = usize::try_from(u64::take(self)?).ok()?;
        (count.checked_mul(least)? <= self.bytes.len()).then_some(count)
    }
}

/// A value that an index holds.
pub(crate) trait Stored: Sized {
    /// Bytes that any of these takes at least.
    const LEAST: usize;

    /// Puts it at the end of `out`.
    fn put(&self, out: &mut Vec<u8>);

    /// Takes the next one.
    fn take(from: &mut Source<'_>) -> Option<Self>;

    /// Puts many at the end of `out`.
    fn put_all(all: &[Self], out: &mut Vec<u8>) {
        for one in all {
            one.put(out);
        }
    }

    /// Takes so many; there are bytes for them.
    fn take_all(count: usize, from: &mut Source<'_>) -> Option<Vec<Self>> {
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(Self::take(from)?);
        }
        Some(all)
    }
}

/// The bytes of a value alone.
pub(crate) fn bytes_of(value: &impl Stored) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

/// The value that these bytes are, all of them.
pub(crate) fn whole<T: Stored>(bytes: &[u8]) -> Option<T> {
    let mut from = Source::new(bytes);
    T::take(&mut from).filter(|_| from.is_empty())
}

macro_rules! numbers {
    ($($number:ident)*) => {$(
        impl Stored for $number {
            const LEAST: usize = size_of::<$number>();
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn take(from: &mut Source<'_>) -> Option<Self> {
                from.array().map($number::from_le_bytes)
            }
        }
    )*};
}
numbers! { u16 u32 u64 i64 }

impl Stored for u8 {
    const LEAST: usize = 1;
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        from.array().map(|[byte]| byte)
    }
    fn put_all(all: &[Self], out: &mut Vec<u8>) {
        out.extend_from_slice(all);
    }
    fn take_all(count: usize, from: &mut Source<'_>) -> Option<Vec<Self>> {
        from.bytes(count).map(<[u8]>::to_vec)
    }
}

impl Stored for usize {
    const LEAST: usize = 8;
    fn put(&self, out: &mut Vec<u8>) {
        (*self as u64).put(out);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        usize::try_from(u64::take(from)?).ok()
    }
}

impl Stored for bool {
    const LEAST: usize = 1;
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        match u8::take(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: Stored> Stored for Option<T> {
    const LEAST: usize = 1;
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        if bool::take(from)? {
            T::take(from).map(Some)
        } else {
            Some(None)
        }
    }
}

impl<T: Stored> Stored for Vec<T> {
    const LEAST: usize = 8;
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        T::put_all(self, out);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        let count = from.count(T::LEAST)?;
        T::take_all(count, from)
    }
}

impl Stored for Box<[u8]> {
    const LEAST: usize = 8;
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        Vec::take(from).map(Vec::into_boxed_slice)
    }
}

impl Stored for String {
    const LEAST: usize = 8;
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self.as_bytes());
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        String::from_utf8(Vec::take(from)?).ok()
    }
}

impl Stored for Box<str> {
    const LEAST: usize = 8;
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self.as_bytes());
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        String::take(from).map(String::into_boxed_str)
    }
}

impl<T: Stored, const N: usize> Stored for [T; N] {
    const LEAST: usize = N * T::LEAST;
    fn put(&self, out: &mut Vec<u8>) {
        T::put_all(self, out);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        T::take_all(N, from)?.try_into().ok()
    }
}

macro_rules! tuples {
    ($(($($part:ident)*))*) => {$(
        impl<$($part: Stored),*> Stored for ($($part),*) {
            const LEAST: usize = 0 $(+ $part::LEAST)*;
            #[allow(non_snake_case, reason = "the parts are named as their types are")]
            fn put(&self, out: &mut Vec<u8>) {
                let ($($part),*) = self;
                $($part.put(out);)*
            }
            fn take(from: &mut Source<'_>) -> Option<Self> {
                Some(($($part::take(from)?),*))
            }
        }
    )*};
}
tuples! { (A B) (A B C) }

/// Maps are put in the order of their keys: equal ones are equal bytes.
impl<K: Stored + Ord + Hash, V: Stored, S: BuildHasher + Default> Stored for std::collections::HashMap<K, V, S> {
    const LEAST: usize = 8;
    fn put(&self, out: &mut Vec<u8>) {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all.len().put(out);
        for (key, value) in all {
            key.put(out);
            value.put(out);
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        let count = from.count(K::LEAST + V::LEAST)?;
        let mut all = Self::with_capacity_and_hasher(count, S::default());
        for _ in 0..count {
            all.insert(K::take(from)?, V::take(from)?);
        }
        Some(all)
    }
}

impl<K: Stored + Ord, V: Stored> Stored for BTreeMap<K, V> {
    const LEAST: usize = 8;
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        let count = from.count(K::LEAST + V::LEAST)?;
        (0..count).map(|_| Some((K::take(from)?, V::take(from)?))).collect()
    }
}

impl Stored for Ipv4Addr {
    const LEAST: usize = 4;
    fn put(&self, out: &mut Vec<u8>) {
        self.octets().put(out);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        from.array::<4>().map(Ipv4Addr::from)
    }
}

impl Stored for Ipv6Addr {
    const LEAST: usize = 16;
    fn put(&self, out: &mut Vec<u8>) {
        self.octets().put(out);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        from.array::<16>().map(Ipv6Addr::from)
    }
}

impl Stored for IpAddr {
    const LEAST: usize = 5;
    fn put(&self, out: &mut Vec<u8>) {
        self.is_ipv6().put(out);
        match self {
            IpAddr::V4(address) => address.put(out),
            IpAddr::V6(address) => address.put(out),
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        if bool::take(from)? {
            Stored::take(from).map(IpAddr::V6)
        } else {
            Stored::take(from).map(IpAddr::V4)
        }
    }
}

/// How many bytes the part of a struct takes at least that this finds.
pub(crate) const fn least<S, T: Stored>(_part: fn(&S) -> &T) -> usize {
    T::LEAST
}

/// A struct whose fields are stored in this order; those behind `skips` are not, and begin as they do by default.
macro_rules! stored {
    ($type:ty { $($field:ident),* $(,)? } $(skips { $($skipped:ident),* $(,)? })?) => {
        impl $crate::index::stored::Stored for $type {
            const LEAST: usize = 0 $(+ $crate::index::stored::least(|all: &Self| &all.$field))*;
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field,)* $($($skipped: _,)*)? } = self;
                $($crate::index::stored::Stored::put($field, out);)*
            }
            fn take(from: &mut $crate::index::stored::Source<'_>) -> Option<Self> {
                Some(Self {
                    $($field: $crate::index::stored::Stored::take(from)?,)*
                    $($($skipped: Default::default(),)*)?
                })
            }
        }
    };
}

/// A number that is a position elsewhere, with the field of `Highest` that watches it.
macro_rules! stored_id {
    ($type:ident, $highest:ident) => {
        impl $crate::index::stored::Stored for $type {
            const LEAST: usize = 4;
            fn put(&self, out: &mut Vec<u8>) {
                self.0.put(out);
            }
            fn take(from: &mut $crate::index::stored::Source<'_>) -> Option<Self> {
                let id = u32::take(from)?;
                from.highest.$highest = from.highest.$highest.max(id.saturating_add(1));
                Some($type(id))
            }
        }
    };
}

/// An enum without values, by the place of its variants.
macro_rules! stored_words {
    ($type:ident { $($variant:ident),* $(,)? }) => {
        impl $crate::index::stored::Stored for $type {
            const LEAST: usize = 1;
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $($type::$variant => out.push($type::$variant as u8),)*
                }
            }
            fn take(from: &mut $crate::index::stored::Source<'_>) -> Option<Self> {
                let word = u8::take(from)?;
                $(if word == $type::$variant as u8 {
                    return Some($type::$variant);
                })*
                None
            }
        }
    };
}

pub(crate) use {stored, stored_id, stored_words};

stored!(MachineInfo { cpus, memory_bytes, max_pid, hostname, boot_ts, flags });
stored!(meta::Interface { name, address, link_speed });
stored!(Note { kind, offset, text });
stored_words!(NoteKind {
    Truncated,
    Damaged,
    WrongTrailer,
    UnknownBlock,
    UnknownEvent,
    MalformedEvent,
    UnknownFd,
    MalformedEntry,
    Unreadable
});

impl Stored for InterfaceAddress {
    const LEAST: usize = 13;
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            InterfaceAddress::V4 { address, netmask, broadcast } => {
                false.put(out);
                [*address, *netmask, *broadcast].put(out);
            }
            InterfaceAddress::V6 { address, netmask, broadcast } => {
                true.put(out);
                [*address, *netmask, *broadcast].put(out);
            }
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        if bool::take(from)? {
            let [address, netmask, broadcast] = Stored::take(from)?;
            Some(InterfaceAddress::V6 { address, netmask, broadcast })
        } else {
            let [address, netmask, broadcast] = Stored::take(from)?;
            Some(InterfaceAddress::V4 { address, netmask, broadcast })
        }
    }
}
