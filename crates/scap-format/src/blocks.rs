//! The block types: one row for each, with both of its ids.
//!
//! Block = 8-byte header (u32 type, u32 total length), body, u32 copy of the length; the length is a multiple of four.
//! Source: falcosecurity/libs, `userspace/libscap/scap_savefile.h`.

/// Bytes of a block that are not body: type, length and the copy of the length.
pub(crate) const FRAME: usize = 12;

/// How an event block is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventForm {
    /// A u32 of flags stands behind the CPU number.
    pub(crate) flags: bool,
    /// The header states the number of parameters.
    pub(crate) counted: bool,
    /// The block may be longer than 64 KiB.
    pub(crate) large: bool,
}

/// What a block holds; the number is the version of its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Section,
    Machine,
    Processes(u8),
    Fds(u8),
    Interfaces(u8),
    Users(u8),
    Event(EventForm),
}

struct BlockType {
    id: u32,
    /// The id of 2014 and before, 0 where there was none.
    old_id: u32,
    kind: BlockKind,
}

const fn row(id: u32, old_id: u32, kind: BlockKind) -> BlockType {
    BlockType { id, old_id, kind }
}

const fn event(flags: bool, counted: bool, large: bool) -> BlockKind {
    BlockKind::Event(EventForm { flags, counted, large })
}

/// The id of a section header; it reads the same in both byte orders.
pub(crate) const SECTION: u32 = 0x0A0D_0D0A;
/// The ids that are written.
pub(crate) mod newest {
    pub(crate) const MACHINE: u32 = 0x201;
    pub(crate) const PROCESSES: u32 = 0x215;
    pub(crate) const EVENT: u32 = 0x216;
    pub(crate) const EVENT_FLAGS: u32 = 0x217;
    pub(crate) const FDS: u32 = 0x218;
    pub(crate) const INTERFACES: u32 = 0x219;
    pub(crate) const USERS: u32 = 0x220;
    pub(crate) const LARGE_EVENT: u32 = 0x221;
    pub(crate) const LARGE_EVENT_FLAGS: u32 = 0x222;
}

// Event blocks stand first: they are asked for most.
static BLOCKS: [BlockType; 23] = [
    row(newest::EVENT, 0, event(false, true, false)),
    row(0x204, 0x8010_ABCD, event(false, false, false)),
    row(newest::EVENT_FLAGS, 0, event(true, true, false)),
    row(0x208, 0, event(true, false, false)),
    row(newest::LARGE_EVENT, 0, event(false, true, true)),
    row(newest::LARGE_EVENT_FLAGS, 0, event(true, true, true)),
    row(SECTION, 0, BlockKind::Section),
    row(newest::MACHINE, 0x8002_ABCD, BlockKind::Machine),
    row(0x202, 0x8000_ABCD, BlockKind::Processes(1)),
    row(0x203, 0x8001_ABCD, BlockKind::Fds(1)),
    row(0x205, 0x8011_ABCD, BlockKind::Interfaces(1)),
    row(0x206, 0x8012_ABCD, BlockKind::Users(1)),
    row(0x207, 0x8013_ABCD, BlockKind::Processes(2)),
    row(0x209, 0x8014_ABCD, BlockKind::Processes(3)),
    row(0x210, 0, BlockKind::Processes(4)),
    row(0x211, 0, BlockKind::Processes(5)),
    row(0x212, 0, BlockKind::Processes(6)),
    row(0x213, 0, BlockKind::Processes(7)),
    row(0x214, 0, BlockKind::Processes(8)),
    row(newest::PROCESSES, 0, BlockKind::Processes(9)),
    row(newest::FDS, 0, BlockKind::Fds(2)),
    row(newest::INTERFACES, 0, BlockKind::Interfaces(2)),
    row(newest::USERS, 0, BlockKind::Users(2)),
];

/// What a block of this type holds; `None` for a type we do not know.
#[inline]
pub(crate) fn kind(id: u32) -> Option<BlockKind> {
    // Resynchronising asks at every byte: most answers are no, and must be quick.
    let known_range = id & 0xFFFF_FF00 == 0x200 || id & 0xFFE0_FFFF == 0x8000_ABCD || id == SECTION;
    if !known_range {
        return None;
    }
    BLOCKS.iter().find(|row| row.id == id || (row.old_id == id && id != 0)).map(|row| row.kind)
}

/// The longest total length we believe, in bytes. A lying length must not make us hold a whole file in memory.
pub(crate) fn length_limit(kind: Option<BlockKind>) -> usize {
    match kind {
        // Readers of the format refuse ordinary events above 64 KiB; twice that is generous.
        Some(BlockKind::Event(form)) if !form.large => 128 << 10,
        Some(BlockKind::Event(_)) => 256 << 20,
        Some(BlockKind::Machine) => 64 << 10,
        Some(BlockKind::Section) => 16 << 20,
        Some(_) | None => 1 << 30,
    }
}

/// Type and total length from the first eight bytes of a block.
#[inline]
pub(crate) fn head(bytes: &[u8]) -> Option<(u32, usize)> {
    let head = u64::from_le_bytes(*bytes.first_chunk::<8>()?);
    let (id, length) = (head & 0xFFFF_FFFF, head >> 32);
    Some((u32::try_from(id).unwrap_or(0), usize::try_from(length).unwrap_or(usize::MAX)))
}

/// Whether a known block of a believable length could start with these bytes.
pub(crate) fn plausible_head(bytes: &[u8]) -> Option<(BlockKind, usize)> {
    let (id, length) = head(bytes)?;
    let kind = kind(id)?;
    (length >= FRAME && length % 4 == 0 && length <= length_limit(Some(kind))).then_some((kind, length))
}

/// Whether the last four bytes of a whole block repeat its length.
#[inline]
pub(crate) fn trailer_agrees(block: &[u8]) -> bool {
    match (block.get(4..8), block.last_chunk::<4>()) {
        (Some(length), Some(trailer)) => length == trailer,
        _ => false,
    }
}
