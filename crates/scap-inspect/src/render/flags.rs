//! Names of flag masks, mode bits and enumeration values.

use scap_format::tables::FlagTable;

fn name(out: &mut Vec<u8>, start: usize, name: &str) {
    if out.len() > start {
        out.push(b'|');
    }
    super::append(out, name.as_bytes());
}

/// Appends the names of the set bits, joined by `|`.
///
/// The table is walked in order. An entry is taken when all its bits are among those that no earlier entry has
/// taken, so composite entries come before their parts; an entry of value 0 is taken only for a mask of 0. The walk
/// ends behind an entry that equals the whole mask. Bits without a name are not shown.
pub(super) fn mask(out: &mut Vec<u8>, table: &FlagTable, value: u32) {
    let start = out.len();
    let mut left = value;
    for &(text, bits) in table.0 {
        if taken(bits, value, left) {
            name(out, start, text);
            left &= !bits;
        }
        if bits == value {
            break;
        }
    }
}

/// Appends the names of mode bits: as [`mask`], but the entry that equals the whole mask is always named.
pub(super) fn mode(out: &mut Vec<u8>, table: &FlagTable, value: u32) {
    let start = out.len();
    let mut left = value;
    for &(text, bits) in table.0 {
        if bits == value {
            name(out, start, text);
            break;
        }
        if taken(bits, value, left) {
            name(out, start, text);
            left &= !bits;
        }
    }
}

#[inline]
fn taken(bits: u32, value: u32, left: u32) -> bool {
    if bits == 0 {
        value == 0
    } else {
        left & bits == bits
    }
}

/// Appends every name of exactly this value, joined by `|`: `AF_LOCAL` and `AF_UNIX` are one number.
pub(super) fn exact(out: &mut Vec<u8>, table: &FlagTable, value: u32) {
    let start = out.len();
    for &(text, number) in table.0 {
        if number == value {
            name(out, start, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scap_format::tables::flags;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = b"=(".to_vec();
        write(&mut out);
        String::from_utf8(out).unwrap().split_off(2)
    }

    #[test]
    fn composite_names_stand_for_their_bits() {
        let names = |value| text(|out| mask(out, &flags::FILE_FLAGS, value));
        assert_eq!(names(67), "O_NONBLOCK|O_RDWR");
        assert_eq!(names(4097), "O_RDONLY|O_CLOEXEC");
        assert_eq!(names(16646), "O_TRUNC|O_CREAT|O_WRONLY|O_F_CREATED");
        assert_eq!(names(3), "O_RDWR");
    }

    #[test]
    fn zero_has_its_own_name_and_only_then() {
        assert_eq!(text(|out| mask(out, &flags::FILE_FLAGS, 0)), "O_NONE");
        assert_eq!(text(|out| mask(out, &flags::FUTEX_OPERATIONS, 128)), "FUTEX_PRIVATE_FLAG");
        assert_eq!(text(|out| mask(out, &flags::FUTEX_OPERATIONS, 129)), "FUTEX_PRIVATE_FLAG|FUTEX_WAKE");
    }

    #[test]
    fn unknown_bits_are_not_shown() {
        assert_eq!(text(|out| mask(out, &flags::PROT_FLAGS, 0x4000_0000)), "");
        assert_eq!(text(|out| mask(out, &flags::PROT_FLAGS, 0x4000_0001)), "PROT_READ");
    }

    #[test]
    fn modes_name_their_bits_from_the_low_end() {
        let names = |value| text(|out| mode(out, &flags::CHMOD_MODE, value));
        assert_eq!(names(0o600), "S_IWUSR|S_IRUSR");
        assert_eq!(names(0o755), "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR");
    }

    #[test]
    fn an_enumeration_value_prints_all_its_names() {
        assert_eq!(text(|out| exact(out, &flags::SOCKET_FAMILIES, 1)), "AF_LOCAL|AF_UNIX");
        assert_eq!(text(|out| exact(out, &flags::SOCKET_FAMILIES, 16)), "AF_ROUTE|AF_NETLINK");
        assert_eq!(text(|out| exact(out, &flags::SOCKET_FAMILIES, 999)), "");
    }
}
