//! `/proc/PID/cgroup`: a line for each hierarchy, `number:controllers:path`.

use super::files::ARGS;

/// The controllers that events name too, in their order. Those of no hierarchy of their own are in the unified one.
const OF_EVENTS: [&[u8]; 5] = [b"cpuset", b"cpu", b"cpuacct", b"blkio", b"memory"];

/// `controller=path` for each controller, each ended by a NUL.
pub(super) fn cgroups(text: &[u8]) -> Vec<u8> {
    let hierarchies = || {
        text.split(|byte| *byte == b'\n').filter_map(|line| {
            let mut parts = line.splitn(3, |byte| *byte == b':').skip(1);
            Some((parts.next()?, parts.next()?))
        })
    };
    let controllers =
        || hierarchies().flat_map(|(names, path)| names.split(|byte| *byte == b',').map(move |name| (name, path)));
    let unified = hierarchies().find(|(names, _)| names.is_empty()).map(|(_, path)| path);
    let mut list = Vec::new();
    let mut put = |name: &[u8], path: &[u8]| {
        for part in [name, b"=", path, b"\0"] {
            list.extend_from_slice(part);
        }
    };
    for wanted in OF_EVENTS {
        let own = controllers().find(|(name, _)| *name == wanted).map(|(_, path)| path);
        if let Some(path) = own.or(unified) {
            put(wanted, path);
        }
    }
    for (name, path) in controllers() {
        if !name.is_empty() && !OF_EVENTS.contains(&name) {
            put(name, path);
        }
    }
    list.truncate(ARGS);
    list
}

#[cfg(test)]
mod tests {
    use super::cgroups;

    #[test]
    fn the_unified_hierarchy_has_all_controllers() {
        let expected = "cpuset=/a:b c\0cpu=/a:b c\0cpuacct=/a:b c\0blkio=/a:b c\0memory=/a:b c\0";
        assert_eq!(cgroups(b"0::/a:b c\n"), expected.as_bytes());
    }

    #[test]
    fn older_hierarchies_come_in_the_order_of_events_and_the_rest_behind() {
        let text = b"12:pids:/p\n5:cpu,cpuacct:/c\n4:memory:/m\n1:name=systemd:/s\n0::/u\n";
        let expected = "cpuset=/u\0cpu=/c\0cpuacct=/c\0blkio=/u\0memory=/m\0pids=/p\0name=systemd=/s\0";
        assert_eq!(cgroups(text), expected.as_bytes());
    }

    #[test]
    fn nothing_is_made_of_nothing_and_a_long_list_is_cut() {
        assert_eq!(cgroups(b""), b"");
        assert_eq!(cgroups(b"no colons\n1:only one"), b"");
        assert_eq!(cgroups([b"0::/", [b'x'; 5000].as_slice()].concat().as_slice()).len(), 4096);
    }
}
