//! The parameters of one event while it is made.

/// Lengths and values, in the layout of the file.
#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) lengths: Vec<u8>,
    pub(crate) values: Vec<u8>,
    page_kb: u64,
}

/// The most bytes a parameter may have in events whose lengths take two bytes.
const MOST: usize = u16::MAX as usize;

impl Params {
    /// No parameters yet; pages have this many bytes.
    pub(crate) fn new(page: u64) -> Self {
        Params { lengths: Vec::with_capacity(64), values: Vec::with_capacity(4096), page_kb: page >> 10 }
    }

    pub(crate) fn clear(&mut self) {
        self.lengths.clear();
        self.values.clear();
    }

    fn length(&mut self, length: usize) {
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        self.lengths.extend_from_slice(&length.to_le_bytes());
    }

    /// Bytes, cut where they are more than fit.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..MOST).unwrap_or(bytes);
        self.values.extend_from_slice(bytes);
        self.length(bytes.len());
    }

    /// Text, with its NUL added where it lacks one.
    pub(crate) fn text(&mut self, text: &[u8]) {
        let text = text.strip_suffix(b"\0").unwrap_or(text);
        let text = text.get(..MOST - 1).unwrap_or(text);
        self.values.extend_from_slice(text);
        self.values.push(0);
        self.length(text.len() + 1);
    }

    /// A value that is not available.
    #[inline]
    pub(crate) fn empty(&mut self) {
        self.length(0);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn maybe_u32(&mut self, value: Option<u32>) {
        match value {
            Some(value) => self.u32(value),
            None => self.empty(),
        }
    }

    /// A number of pages, in kilobytes.
    pub(crate) fn pages(&mut self, pages: Option<u64>) {
        match pages {
            Some(pages) => self.u32(u32::try_from(pages.saturating_mul(self.page_kb)).unwrap_or(u32::MAX)),
            None => self.empty(),
        }
    }

    /// The lowest bytes of a number.
    #[inline]
    pub(crate) fn low(&mut self, value: u64, width: usize) {
        let bytes = value.to_le_bytes();
        self.bytes(bytes.get(..width).unwrap_or(&bytes));
    }
}

/// A little-endian number of so many bytes at an offset; bytes beyond the end are zeros.
pub(crate) fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let part = bytes.get(at..).unwrap_or_default();
    part.iter().take(width).rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_with_one_nul() {
        let mut params = Params::new(4096);
        params.text(b"a");
        params.text(b"b\0");
        assert_eq!(params.values, b"a\0b\0");
        assert_eq!(params.lengths, [2, 0, 2, 0]);
    }

    #[test]
    fn pages_become_kilobytes() {
        let mut params = Params::new(4096);
        params.pages(Some(3));
        params.pages(None);
        assert_eq!((&params.values[..], &params.lengths[..]), (&[12, 0, 0, 0][..], &[4, 0, 0, 0][..]));
    }

    #[test]
    fn numbers_stop_at_the_end() {
        assert_eq!(number(&[1, 2, 3], 1, 8), 0x0302);
    }
}
