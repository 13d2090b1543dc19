//! `/proc/PID/stat`: one line of numbers behind a name that may hold anything.

use super::files::number;

/// What is taken of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat<'t> {
    pub(super) comm: &'t [u8],
    pub(super) ppid: i64,
    pub(super) pgrp: i64,
    pub(super) session: i64,
    pub(super) tty: u32,
    pub(super) is_kernel_thread: bool,
    pub(super) is_zombie: bool,
    pub(super) minor_faults: u64,
    pub(super) major_faults: u64,
    pub(super) threads: usize,
    /// When it started, in clock ticks since the machine did.
    pub(super) start_ticks: u64,
}

/// `PF_KTHREAD`
const KERNEL_THREAD: u32 = 0x0020_0000;

impl<'t> Stat<'t> {
    pub(super) fn parse(text: &'t [u8]) -> Option<Self> {
        let open = text.iter().position(|byte| *byte == b'(')?;
        // The name may hold brackets and line ends; nothing behind it does.
        let close = text.iter().rposition(|byte| *byte == b')')?;
        let comm = text.get(open + 1..close)?;
        let mut fields = text.get(close + 1..)?.split(u8::is_ascii_whitespace).filter(|f| !f.is_empty());
        // Fields are counted from 1 in the manual; the name is field 2.
        let mut next = 3;
        let mut field = |which: usize| {
            let found = fields.nth(which - next)?;
            next = which + 1;
            Some(found)
        };
        Some(Stat {
            comm,
            is_zombie: matches!(field(3)?, b"Z" | b"X"),
            ppid: number(field(4)?)?,
            pgrp: number(field(5)?)?,
            session: number(field(6)?)?,
            // Printed as a signed number.
            tty: u32::from_ne_bytes(number::<i32>(field(7)?)?.to_ne_bytes()),
            is_kernel_thread: number::<u32>(field(9)?)? & KERNEL_THREAD != 0,
            minor_faults: number(field(10)?)?,
            major_faults: number(field(12)?)?,
            threads: number(field(20)?)?,
            start_ticks: number(field(22)?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = " S 1 12 13 34817 12 4194304 1500 0 7 0 1 2 0 0 20 0 3 0 4711 1000 200\n";

    #[test]
    fn numbers_are_those_of_the_manual() {
        let text = format!("12 (worker){REST}");
        let expected = Stat {
            comm: b"worker",
            ppid: 1,
            pgrp: 12,
            session: 13,
            tty: 34817,
            is_kernel_thread: false,
            is_zombie: false,
            minor_faults: 1500,
            major_faults: 7,
            threads: 3,
            start_ticks: 4711,
        };
        assert_eq!(Stat::parse(text.as_bytes()), Some(expected));
    }

    #[test]
    fn a_name_cannot_pose_as_numbers() {
        for name in [&b"a) S 9 9 9"[..], b"(((", b"line\nend", b" ", b"", b"\xff\xfe) ("] {
            let text = [b"12 (", name, b")", REST.as_bytes()].concat();
            let stat = Stat::parse(&text).unwrap();
            assert_eq!((stat.comm, stat.ppid, stat.start_ticks), (name, 1, 4711));
        }
    }

    #[test]
    fn a_cut_line_is_none() {
        let text = format!("12 (worker){REST}");
        for end in 0..text.find("4711").unwrap() {
            assert_eq!(Stat::parse(&text.as_bytes()[..end]), None);
        }
    }
}
