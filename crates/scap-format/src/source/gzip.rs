//! Gzip that can be begun again in the middle: what is inflated is not kept, but the places where inflating can go on.
//!
//! At the end of a deflate block all that a decoder remembers are the 32 KiB before it and where the next bit lies.
//! About every 512 KiB such a *checkpoint* is kept; the stretch up to the next one is a *span*, which is inflated from the
//! file again when it is asked for. Sources: RFC 1951 (deflate), RFC 1952 (gzip).

mod checkpoint;
mod member;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use checkpoint::{Compressed, Span};
pub(super) use stream::Gunzip;

/// How far back deflate refers.
const WINDOW: usize = 32 << 10;
