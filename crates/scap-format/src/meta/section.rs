//! The section header: the first block of a capture, and of each capture concatenated behind it.

use super::take::Take;

const MAGIC: u32 = 0x1A2B_3C4D;
/// The major version every known capture has.
const MAJOR: u16 = 1;
/// The minor version recorders have written since 2018.
const MINOR: u16 = 2;

/// A pcapng option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockOption {
    /// 1 is a comment; 2, 3 and 4 of a section header are hardware, operating system and application.
    pub code: u16,
    /// The value, without padding.
    pub value: Vec<u8>,
}

impl BlockOption {
    /// The code of a comment.
    pub const COMMENT: u16 = 1;
}

/// The header of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionHeader {
    /// Major version: always 1.
    pub major: u16,
    /// Minor version: 0 until about 2018, then 2. Readers do not care.
    pub minor: u16,
    /// Length of the section in bytes, `u64::MAX` where it was not known, which is always.
    pub length: u64,
    /// Comments and the like; empty in nearly every capture.
    pub options: Vec<BlockOption>,
}

impl Default for SectionHeader {
    fn default() -> Self {
        SectionHeader { major: MAJOR, minor: MINOR, length: u64::MAX, options: Vec::new() }
    }
}

/// Why a section cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionFault {
    Short,
    NotASection,
    OtherByteOrder,
    Version(u16),
}

impl SectionHeader {
    /// The first comment.
    pub fn comment(&self) -> Option<&[u8]> {
        self.options.iter().find(|o| o.code == BlockOption::COMMENT).map(|o| o.value.as_slice())
    }

    pub(crate) fn parse(body: &[u8]) -> Result<Self, SectionFault> {
        let mut body = Take(body);
        match body.u32().ok_or(SectionFault::Short)? {
            MAGIC => {}
            magic if magic.swap_bytes() == MAGIC => return Err(SectionFault::OtherByteOrder),
            _ => return Err(SectionFault::NotASection),
        }
        let mut rest = || Some((body.u16()?, body.u16()?, body.u64()?));
        let (major, minor, length) = rest().ok_or(SectionFault::Short)?;
        if major > MAJOR {
            return Err(SectionFault::Version(major));
        }
        Ok(SectionHeader { major, minor, length, options: options(body) })
    }

    pub(crate) fn put(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&MAGIC.to_le_bytes());
        into.extend_from_slice(&self.major.to_le_bytes());
        into.extend_from_slice(&self.minor.to_le_bytes());
        into.extend_from_slice(&self.length.to_le_bytes());
        for option in &self.options {
            put_option(into, option.code, &option.value);
        }
        if !self.options.is_empty() {
            into.extend_from_slice(&[0; 4]);
        }
    }
}

/// Options up to the one that ends them, or to the first that does not fit.
fn options(mut rest: Take<'_>) -> Vec<BlockOption> {
    let mut options = Vec::new();
    let mut one = || {
        let code = rest.u16().filter(|code| *code != 0)?;
        let value = rest.text()?;
        let padding = value.len().next_multiple_of(4).saturating_sub(value.len());
        // The last value may stand at the very end, unpadded.
        rest.bytes(padding.min(rest.left()))?;
        Some(BlockOption { code, value })
    };
    while let Some(option) = one() {
        options.push(option);
    }
    options
}

/// Appends one option with its padding, counted from the option's start.
pub(crate) fn put_option(into: &mut Vec<u8>, code: u16, value: &[u8]) {
    into.extend_from_slice(&code.to_le_bytes());
    let start = into.len();
    super::take::put_text(into, value, u16::MAX);
    // The length took two bytes that belong to the head, not to the value.
    let written = into.len().saturating_sub(start).saturating_sub(2);
    into.resize(into.len().saturating_add(written.next_multiple_of(4).saturating_sub(written)), 0);
}
