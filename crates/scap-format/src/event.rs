//! One event as it stands in the file: header fields and parameters, borrowed from the block's bytes.

/// An event, borrowed from its block.
#[derive(Clone, Copy, Debug)]
pub struct EventRef<'a> {
    /// Nanoseconds since the epoch.
    pub ts: u64,
    /// Thread id; -1 or 0 in events without a thread.
    pub tid: i64,
    /// Event type id, the index into [`crate::tables::EVENTS`].
    pub event_type: u16,
    /// CPU the event was recorded on.
    pub cpu: u16,
    /// Block flags: 1 = change state only, do not show; 2 = tracer.
    pub block_flags: u32,
    /// The parameters.
    pub params: Params<'a>,
    /// Bytes of pcapng options behind the event, empty in nearly every file.
    pub options: &'a [u8],
}

impl<'a> EventRef<'a> {
    /// The first comment attached to the event (pcapng option 1).
    pub fn comment(&self) -> Option<&'a [u8]> {
        first_comment(self.options)
    }
}

/// The first comment among pcapng options: `{u16 code, u16 length, value padded to 4}`, code 0 ends.
pub(crate) fn first_comment(mut options: &[u8]) -> Option<&[u8]> {
    loop {
        let (code, rest) = options.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_le_bytes(*length));
        match u16::from_le_bytes(*code) {
            0 => return None,
            1 => return rest.get(..length),
            _ => options = rest.get(length.next_multiple_of(4)..)?,
        }
    }
}

/// The parameters of an event: lengths first, then the values back to back.
#[derive(Clone, Copy, Debug)]
pub struct Params<'a> {
    lengths: &'a [u8],
    values: &'a [u8],
    /// Bytes of a length, 2 or 4: a whole word, since copies of structures with a lone byte wait for it.
    width: usize,
}

impl<'a> Params<'a> {
    /// Parameters whose lengths take two bytes each, or four when `wide`. The lengths must fit into `values`;
    /// a value that does not is cut to what is there.
    pub fn new(lengths: &'a [u8], wide: bool, values: &'a [u8]) -> Self {
        Params { lengths, values, width: if wide { 4 } else { 2 } }
    }

    /// No parameters.
    pub const EMPTY: Params<'static> = Params { lengths: &[], values: &[], width: 2 };

    /// The bytes this is made of: lengths, whether they take four bytes each, values.
    pub fn parts(&self) -> (&'a [u8], bool, &'a [u8]) {
        (self.lengths, self.width == 4, self.values)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lengths.len() / self.width
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// The bytes of one parameter, `None` beyond the last; empty means that the value is unavailable.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        if self.width == 4 {
            return self.iter().nth(index);
        }
        let mut start = 0usize;
        let (before, at) = self.lengths.split_at_checked(index.checked_mul(2)?)?;
        for length in before.chunks_exact(2) {
            // Cannot overflow: `lengths` would have to be longer than memory.
            start += length.first_chunk::<2>().map_or(0, |l| usize::from(u16::from_le_bytes(*l)));
        }
        let length = usize::from(u16::from_le_bytes(*at.first_chunk::<2>()?));
        let value = self.values.get(start..)?;
        Some(value.get(..length).unwrap_or(value))
    }

    /// The parameters in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.values;
        self.lengths.chunks_exact(self.width).map(move |length| {
            let length = length.iter().rev().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
            let (value, behind) = rest.split_at(length.min(rest.len()));
            rest = behind;
            value
        })
    }

    /// A little-endian integer of the parameter's own length (up to 8 bytes), sign-extended.
    #[inline]
    pub fn int(&self, index: usize) -> Option<i64> {
        signed(self.get(index)?)
    }

    /// A little-endian integer of the parameter's own length (up to 8 bytes), zero-extended.
    #[inline]
    pub fn uint(&self, index: usize) -> Option<u64> {
        unsigned(self.get(index)?)
    }

    /// Text without its terminating NUL; `None` when absent, empty or the recorder's `(NULL)`.
    #[inline]
    pub fn text(&self, index: usize) -> Option<&'a [u8]> {
        charbuf(self.get(index)?)
    }
}

/// Parameters that are made, not read.
#[derive(Clone, Debug, Default)]
pub struct OwnParams {
    lengths: Vec<u8>,
    values: Vec<u8>,
}

impl OwnParams {
    /// Appends a value.
    pub fn push(&mut self, value: &[u8]) {
        self.lengths.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.values.extend_from_slice(value);
    }

    /// The parameters to write.
    pub fn as_params(&self) -> Params<'_> {
        Params::new(&self.lengths, true, &self.values)
    }
}

/// A little-endian integer of 1 to 8 bytes, sign-extended; `None` for other lengths.
#[inline]
pub fn signed(bytes: &[u8]) -> Option<i64> {
    match *bytes {
        [a] => Some(i64::from(i8::from_le_bytes([a]))),
        [a, b] => Some(i64::from(i16::from_le_bytes([a, b]))),
        [a, b, c, d] => Some(i64::from(i32::from_le_bytes([a, b, c, d]))),
        _ => bytes.try_into().ok().map(i64::from_le_bytes),
    }
}

/// A little-endian integer of 1, 2, 4 or 8 bytes, zero-extended; `None` for other lengths.
#[inline]
pub fn unsigned(bytes: &[u8]) -> Option<u64> {
    match *bytes {
        [a] => Some(u64::from(a)),
        [a, b] => Some(u64::from(u16::from_le_bytes([a, b]))),
        [a, b, c, d] => Some(u64::from(u32::from_le_bytes([a, b, c, d]))),
        _ => bytes.try_into().ok().map(u64::from_le_bytes),
    }
}

/// The text of a `CharBuf`: without its NUL; `None` when empty or `(NULL)`.
#[inline]
pub fn charbuf(bytes: &[u8]) -> Option<&[u8]> {
    if bytes.is_empty() || bytes == b"(NULL)\0" {
        return None;
    }
    Some(bytes.strip_suffix(b"\0").unwrap_or(bytes))
}
