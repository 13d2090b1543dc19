//! `/proc/PID/status`: a line for each fact. The name in it is escaped by the kernel, so no name makes a line.

use super::files::number;

/// What is taken of it; what is not there has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// Effective ids.
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) groups: Vec<u32>,
    /// Kilobytes: all, resident, swapped.
    pub(super) vm_kb: [u32; 3],
    /// Ids in the innermost pid namespace, where it is not the only one: thread, process, process group.
    pub(super) inner: Option<Inner>,
    /// Inheritable, permitted, effective.
    pub(super) caps: [u64; 3],
}

/// Ids in a pid namespace of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Inner {
    pub(super) tid: i64,
    pub(super) pid: i64,
    pub(super) pgid: i64,
}

impl Status {
    pub(super) fn parse(text: &[u8]) -> Self {
        let mut status = Status::default();
        let mut inner = Inner::default();
        let mut levels = 0;
        for line in text.split(|byte| *byte == b'\n') {
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let (key, values) = line.split_at(colon);
            let mut words = values.split(|b| matches!(b, b' ' | b'\t' | b':')).filter(|word| !word.is_empty());
            match key {
                // Real, effective, saved, of the file system.
                b"Uid" => status.uid = words.nth(1).and_then(number).unwrap_or_default(),
                b"Gid" => status.gid = words.nth(1).and_then(number).unwrap_or_default(),
                b"Groups" => status.groups = words.filter_map(number).collect(),
                b"VmSize" => status.vm_kb[0] = words.next().and_then(number).unwrap_or_default(),
                b"VmRSS" => status.vm_kb[1] = words.next().and_then(number).unwrap_or_default(),
                b"VmSwap" => status.vm_kb[2] = words.next().and_then(number).unwrap_or_default(),
                b"NStgid" => {
                    levels = words.clone().count();
                    inner.pid = words.next_back().and_then(number).unwrap_or_default();
                }
                b"NSpid" => inner.tid = words.next_back().and_then(number).unwrap_or_default(),
                b"NSpgid" => inner.pgid = words.next_back().and_then(number).unwrap_or_default(),
                b"CapInh" => status.caps[0] = words.next().map_or(0, hex),
                b"CapPrm" => status.caps[1] = words.next().map_or(0, hex),
                b"CapEff" => status.caps[2] = words.next().map_or(0, hex),
                _ => {}
            }
        }
        status.inner = (levels > 1).then_some(inner);
        status
    }
}

fn hex(text: &[u8]) -> u64 {
    std::str::from_utf8(text).ok().and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"Name:\tUid:\\n0 0\nUmask:\t0022\nNStgid:\t700\t12\nNSpid:\t701\t13\nNSpgid:\t700\t0\n\
        Uid:\t1000\t33\t1000\t1000\nGid:\t1000\t34\t1000\t1000\nGroups:\t4 27 1000 \nVmSize:\t  230104 kB\n\
        VmRSS:\t   10212 kB\nVmSwap:\t       8 kB\nCapInh:\t0000000000000001\nCapPrm:\t000001ffffffffff\n\
        CapEff:\t0000000000000400\n";

    #[test]
    fn effective_ids_sizes_capabilities_and_inner_ids() {
        let expected = Status {
            uid: 33,
            gid: 34,
            groups: vec![4, 27, 1000],
            vm_kb: [230_104, 10_212, 8],
            inner: Some(Inner { tid: 13, pid: 12, pgid: 0 }),
            caps: [1, 0x1ff_ffff_ffff, 0x400],
        };
        assert_eq!(Status::parse(TEXT), expected);
    }

    #[test]
    fn one_namespace_is_no_inner_one_and_anything_else_is_empty() {
        assert_eq!(Status::parse(b"NStgid:\t5\nNSpid:\t5\nNSpgid:\t5\n").inner, None);
        assert_eq!(Status::parse(b"Uid:\nVmSize: lots\n\nCapEff: zz\n:::"), Status::default());
    }
}
