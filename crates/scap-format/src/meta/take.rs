//! Taking numbers and texts off the front of a body, and putting them behind one.

use std::collections::BTreeMap;

/// What could not be read of a list.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Entries whose fields do not fit into their stated length.
    pub(crate) entries: u64,
    /// Bytes behind an entry from which no next entry can be found.
    pub(crate) unread: usize,
    /// Descriptor types we do not know, and how many entries had them.
    pub(crate) fd_types: BTreeMap<u8, u64>,
}

/// The rest of a body. Every method takes from its front and answers `None` when too little is left.
#[derive(Clone, Copy)]
pub(crate) struct Take<'a>(pub(crate) &'a [u8]);

impl<'a> Take<'a> {
    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A u32 as a length.
    pub(crate) fn length(&mut self) -> Option<usize> {
        self.u32().and_then(|length| usize::try_from(length).ok())
    }

    /// A u16 length and as many bytes.
    pub(crate) fn text(&mut self) -> Option<Vec<u8>> {
        let length = self.u16()?;
        self.bytes(usize::from(length)).map(<[u8]>::to_vec)
    }
}

/// The next entry of a list in which every entry starts with its length, `None` at the list's end.
///
/// `own` are the bytes of the length that it counts itself: 4 or 0.
pub(crate) fn entry<'a>(list: &mut Take<'a>, own: usize, faults: &mut Faults) -> Option<Take<'a>> {
    // Lists end in up to three bytes of padding.
    if list.left() < 4 {
        return None;
    }
    let before = list.left();
    let body = list.length().and_then(|length| length.checked_sub(own)).and_then(|length| list.bytes(length));
    if body.is_none() {
        faults.unread = faults.unread.saturating_add(before);
        list.0 = &[];
    }
    body.map(Take)
}

/// Appends a u16 length and the text, cut to `most` bytes, which is what readers of the format have room for.
pub(crate) fn put_text(into: &mut Vec<u8>, text: &[u8], most: u16) {
    let text = text.get(..usize::from(most)).unwrap_or(text);
    let length = u16::try_from(text.len()).unwrap_or(most);
    into.extend_from_slice(&length.to_le_bytes());
    into.extend_from_slice(text);
}

/// Appends an entry that starts with its own length; `own` as for [`entry`].
pub(crate) fn put_entry(into: &mut Vec<u8>, own: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = into.len();
    into.extend_from_slice(&[0; 4]);
    let body = into.len();
    fill(into);
    let length = u32::try_from(into.len().saturating_sub(body)).unwrap_or(u32::MAX).saturating_add(own);
    if let Some(place) = into.get_mut(start..body) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}
