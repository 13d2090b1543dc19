//! Every layout the format has had.

use scap_format::meta::{FdDetail, L4Proto, ProcessEntry, SectionHeader};
use scap_format::tables::EVENTS;

use super::building::{block, read, section, small, uncounted, write, Event, Item};

/// A capture of the section header and one block.
fn reading(id: u32, body: &[u8]) -> Item {
    let reading = read(&[section(), block(id, body)].concat());
    assert_eq!(reading.notes, []);
    assert_eq!(reading.items.len(), 2, "{:?}", reading.items);
    reading.items[1].clone()
}

fn text(text: &[u8]) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_le_bytes(), text].concat()
}

#[test]
fn the_first_event_blocks_do_not_say_how_many_parameters_there_are() {
    for id in [0x204, 0x8010_ABCD] {
        let Item::Event(event) = reading(id, &uncounted(9, &[&5i64.to_le_bytes(), b"hello"])) else { panic!() };
        assert_eq!((event.tid, event.cpu, event.params[1].as_slice()), (42, 3, b"hello".as_slice()));
        assert_eq!(event.params.len(), 2);
    }
}

#[test]
fn the_first_event_blocks_with_flags_are_read() {
    let mut body = uncounted(9, &[&5i64.to_le_bytes(), b"hello"]);
    body.splice(2..2, 1u32.to_le_bytes());
    let Item::Event(event) = reading(0x208, &body) else { panic!() };
    assert_eq!((event.block_flags, event.params.len()), (1, 2));
}

#[test]
fn every_parameter_count_up_to_todays_is_recovered() {
    for info in EVENTS.iter().filter(|info| !matches!(info.id, 280 | 286 | 322 | 324 | 402)) {
        for count in 0..=info.params.len() {
            // Values of 0xff cannot pass for lengths.
            let params = vec![[0xffu8; 3].as_slice(); count];
            let Item::Event(event) = reading(0x204, &uncounted(info.id, &params)) else { panic!() };
            assert_eq!(event.params.len(), count, "event type {}", info.id);
        }
    }
}

#[test]
fn notifications_were_written_with_a_length_three_too_large() {
    for event_type in [280, 286] {
        let mut body = uncounted(event_type, &[b"id\0", b"text\0"]);
        let length = u32::from_le_bytes(body[18..22].try_into().unwrap()) + 3;
        body[18..22].copy_from_slice(&length.to_le_bytes());
        body.extend_from_slice(&[0; 3]);
        let Item::Event(event) = reading(0x204, &body) else { panic!() };
        assert_eq!(event.params, [b"id\0".to_vec(), b"text\0".to_vec()]);
    }
}

#[test]
fn lengths_take_four_bytes_when_the_event_type_says_so_whatever_the_block() {
    let mut body = vec![0, 0];
    body.extend_from_slice(&[0; 16]);
    body.extend_from_slice(&(26u32 + 4 + 2).to_le_bytes());
    body.extend_from_slice(&324u16.to_le_bytes());
    body.extend_from_slice(&1u32.to_le_bytes());
    body.extend_from_slice(&2u32.to_le_bytes());
    body.extend_from_slice(b"{}");
    for id in [0x216, 0x221] {
        let Item::Event(event) = reading(id, &body) else { panic!() };
        assert_eq!(event.params, [b"{}".to_vec()]);
    }
}

/// A process entry as a version wrote it, without the length of version 9.
fn process(version: u8) -> Vec<u8> {
    let mut entry = Vec::new();
    for id in [70i64, 70, 1] {
        entry.extend_from_slice(&id.to_le_bytes());
    }
    if version >= 6 {
        entry.extend_from_slice(&60i64.to_le_bytes());
    }
    if version >= 8 {
        entry.extend_from_slice(&61i64.to_le_bytes());
    }
    entry.extend(text(b"sh"));
    entry.extend(text(b"/bin/sh"));
    if version >= 7 {
        entry.extend(text(b"/bin/dash"));
    }
    entry.extend(text(b"-c\0ls\0"));
    entry.extend(text(b"/tmp/"));
    entry.extend_from_slice(&1024i64.to_le_bytes());
    for number in [16u32, 1000, 1001] {
        entry.extend_from_slice(&number.to_le_bytes());
    }
    if version >= 2 {
        for kb in [10u32, 11, 12] {
            entry.extend_from_slice(&kb.to_le_bytes());
        }
        for faults in [13u64, 14] {
            entry.extend_from_slice(&faults.to_le_bytes());
        }
    }
    if version >= 3 {
        entry.extend(text(b"HOME=/root\0"));
    }
    if version >= 4 {
        for id in [2i64, 3] {
            entry.extend_from_slice(&id.to_le_bytes());
        }
        entry.extend(text(b"cpu=/\0"));
    }
    if version >= 5 {
        entry.extend(text(b"/jail"));
    }
    entry
}

/// What such an entry says.
fn expected(version: u8) -> ProcessEntry {
    let since = |first: u8, value: i64| if version >= first { value } else { -1 };
    let from = |first: u8, value: u64| if version >= first { value } else { 0 };
    let text = |first: u8, value: &[u8]| if version >= first { value.to_vec() } else { Vec::new() };
    let kb = |value: u32| if version >= 2 { value } else { 0 };
    ProcessEntry {
        tid: 70,
        pid: 70,
        ptid: 1,
        sid: since(6, 60),
        vpgid: since(8, 61),
        comm: b"sh".to_vec(),
        exe: b"/bin/sh".to_vec(),
        exepath: text(7, b"/bin/dash"),
        args: b"-c\0ls\0".to_vec(),
        cwd: b"/tmp/".to_vec(),
        fdlimit: 1024,
        flags: 16,
        uid: 1000,
        gid: 1001,
        vmsize_kb: kb(10),
        vmrss_kb: kb(11),
        vmswap_kb: kb(12),
        pfmajor: from(2, 13),
        pfminor: from(2, 14),
        env: text(3, b"HOME=/root\0"),
        vtid: since(4, 2),
        vpid: since(4, 3),
        cgroups: text(4, b"cpu=/\0"),
        root: text(5, b"/jail"),
        ..ProcessEntry::default()
    }
}

#[test]
fn process_lists_of_all_versions_without_entry_lengths_are_read() {
    const IDS: [(u8, &[u32]); 8] = [
        (1, &[0x202, 0x8000_ABCD]),
        (2, &[0x207, 0x8013_ABCD]),
        (3, &[0x209, 0x8014_ABCD]),
        (4, &[0x210]),
        (5, &[0x211]),
        (6, &[0x212]),
        (7, &[0x213]),
        (8, &[0x214]),
    ];
    for (version, ids) in IDS {
        for id in ids {
            let body = [process(version), process(version)].concat();
            assert_eq!(reading(*id, &body), Item::Processes(vec![expected(version), expected(version)]), "{id:#x}");
        }
    }
}

fn with_tail(tail: &[u8]) -> ProcessEntry {
    let fields = [process(9), tail.to_vec()].concat();
    let entry = [&u32::try_from(fields.len() + 4).unwrap().to_le_bytes(), fields.as_slice()].concat();
    let Item::Processes(list) = reading(0x215, &entry) else { panic!() };
    list[0].clone()
}

#[test]
fn a_process_entry_without_a_tail_has_the_defaults() {
    assert_eq!(with_tail(&[]), expected(9));
}

#[test]
fn a_tail_of_up_to_29_bytes_starts_with_the_login_user() {
    let tail =
        [&1234u32.to_le_bytes()[..], &[1], &5u64.to_le_bytes(), &6u64.to_le_bytes(), &7u64.to_le_bytes()].concat();
    assert_eq!(tail.len(), 29);
    for length in [4, 5, 29] {
        let process = with_tail(&tail[..length]);
        assert_eq!((process.loginuid, process.pidns_init_start_ts), (1234, 0));
        assert_eq!(process.exe_writable, length > 4);
        assert_eq!(process.cap_effective, if length == 29 { 7 } else { 0 });
    }
}

#[test]
fn a_longer_tail_starts_with_the_pid_namespace() {
    let mut tail = [&99u64.to_le_bytes()[..], &34816u32.to_le_bytes(), &1234u32.to_le_bytes(), &[1]].concat();
    (5..8u64).for_each(|set| tail.extend_from_slice(&set.to_le_bytes()));
    tail.push(1);
    (8..11u64).for_each(|number| tail.extend_from_slice(&number.to_le_bytes()));
    assert_eq!(tail.len(), 66);
    tail.extend_from_slice(&[1, 1]);
    tail.extend_from_slice(&70i64.to_le_bytes());
    // Fields that we do not know yet.
    tail.extend_from_slice(&[0xee; 5]);
    for (length, memfd, lower, pgid) in
        [(67, true, false, -1), (68, true, true, -1), (76, true, true, 70), (81, true, true, 70)]
    {
        let process = with_tail(&tail[..length]);
        assert_eq!((process.pidns_init_start_ts, process.tty, process.loginuid), (99, 34816, 1234));
        assert_eq!((process.exe_ino, process.exe_ino_mtime, process.exe_upper_layer), (8, 10, true));
        assert_eq!((process.exe_from_memfd, process.exe_lower_layer, process.pgid), (memfd, lower, pgid), "{length}");
    }
}

/// Head of a descriptor entry: number, inode, type.
fn fd(number: i64, fd_type: u8, rest: &[u8]) -> Vec<u8> {
    [&number.to_le_bytes()[..], &5u64.to_le_bytes(), &[fd_type], rest].concat()
}

#[test]
fn descriptor_lists_without_entry_lengths_are_read() {
    let tuple = [&[10, 0, 0, 1, 10, 0, 0, 2][..], &4000u16.to_le_bytes(), &80u16.to_le_bytes(), &[2]].concat();
    let body = [
        7i64.to_le_bytes().to_vec(),
        fd(0, 1, &text(b"/dev/null")),
        fd(1, 16, &[&2u32.to_le_bytes()[..], &text(b"/tmp/x")].concat()),
        fd(2, 3, &tuple),
        fd(3, 8, &[&1u64.to_le_bytes()[..], &2u64.to_le_bytes(), &text(b"/run/s")].concat()),
    ]
    .concat();
    for id in [0x203, 0x8001_ABCD] {
        let Item::Fds(list) = reading(id, &body) else { panic!() };
        let details: Vec<FdDetail> = list.fds.iter().map(|fd| fd.detail.clone()).collect();
        assert_eq!(list.tid, 7);
        assert_eq!(
            details,
            [
                FdDetail::FileOld { name: b"/dev/null".to_vec() },
                FdDetail::File { open_flags: 2, name: b"/tmp/x".to_vec(), dev: None },
                FdDetail::Ipv4Socket {
                    source: "10.0.0.1:4000".parse().unwrap(),
                    dest: "10.0.0.2:80".parse().unwrap(),
                    l4: L4Proto::Tcp
                },
                FdDetail::Unix { source: 1, peer: 2, name: b"/run/s".to_vec() },
            ]
        );
    }
}

#[test]
fn interface_lists_without_entry_lengths_are_read_with_and_without_speed() {
    let v4 = [&1u16.to_le_bytes()[..], &2u16.to_le_bytes(), &[127; 12], &9u64.to_le_bytes(), b"lo"].concat();
    let old_v4 = [&3u16.to_le_bytes()[..], &4u16.to_le_bytes(), &[10; 12], b"eth0"].concat();
    let v6 = [&2u16.to_le_bytes()[..], &2u16.to_le_bytes(), &[1; 48], &9u64.to_le_bytes(), b"lo"].concat();
    let old_v6 = [&4u16.to_le_bytes()[..], &2u16.to_le_bytes(), &[1; 48], b"lo"].concat();
    for id in [0x205, 0x8011_ABCD] {
        let body = [v4.as_slice(), &old_v4, &v6, &old_v6].concat();
        let Item::Interfaces(list) = reading(id, &body) else { panic!() };
        let seen: Vec<_> = list.iter().map(|i| (i.name.as_slice(), i.link_speed)).collect();
        assert_eq!(seen, [(&b"lo"[..], Some(9)), (b"eth0", None), (b"lo", Some(9)), (b"lo", None)]);
    }
}

#[test]
fn user_lists_without_entry_lengths_are_read() {
    let user = [&[0][..], &0u32.to_le_bytes(), &1u32.to_le_bytes(), &text(b"root"), &text(b"/root"), &text(b"/bin/sh")];
    let group = [&[1][..], &1u32.to_le_bytes(), &text(b"daemon")];
    for id in [0x206, 0x8012_ABCD] {
        let Item::Users(list) = reading(id, &[user.concat(), group.concat()].concat()) else { panic!() };
        assert_eq!((list.users[0].gid, list.users[0].home.as_slice()), (1, b"/root".as_slice()));
        assert_eq!((list.groups[0].gid, list.groups[0].name.as_slice()), (1, b"daemon".as_slice()));
    }
}

#[test]
fn machine_info_has_an_older_id_too() {
    let Item::Machine(machine) = small()[1].clone() else { panic!() };
    let bytes = write(&small()[..2]);
    let body = &bytes[28 + 8..bytes.len() - 4];
    assert_eq!(reading(0x8002_ABCD, body), Item::Machine(machine));
}

/// sysdig 0.29.3 states the length that the list has without the length of each entry.
#[test]
fn an_interface_list_that_forgets_its_entry_lengths_is_read_completely() {
    for names in [vec![&b"lo"[..]], vec![b"lo", b"eth0", b"docker0", b"veth1"]] {
        let mut body = Vec::new();
        for name in &names {
            body.extend_from_slice(&u32::try_from(24 + name.len()).unwrap().to_le_bytes());
            body.extend_from_slice(&1u16.to_le_bytes());
            body.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
            body.extend_from_slice(&[0; 20]);
            body.extend_from_slice(name);
        }
        let mut list = block(0x219, &body);
        let short = u32::try_from(list.len() - 4 * names.len()).unwrap().to_le_bytes();
        let end = list.len() - 4;
        list[4..8].copy_from_slice(&short);
        list[end..].copy_from_slice(&short);
        let reading = read(&[section(), list, write(&small()[1..])].concat());
        let Item::Interfaces(interfaces) = &reading.items[1] else { panic!("{:?}", reading.items) };
        assert_eq!(interfaces.iter().map(|i| i.name.as_slice()).collect::<Vec<_>>(), names);
        assert_eq!((reading.items[2..].to_vec(), reading.notes), (small()[1..].to_vec(), vec![]));
    }
}

#[test]
fn captures_one_behind_the_other_are_one_stream_of_sections() {
    let bytes = [write(&small()), write(&small())].concat();
    assert_eq!(read(&bytes).items, [small(), small()].concat());
}

#[test]
fn comments_of_sections_and_events_are_found() {
    let section = SectionHeader {
        options: vec![scap_format::meta::BlockOption { code: 1, value: b"night run".to_vec() }],
        ..SectionHeader::default()
    };
    assert_eq!(section.comment(), Some(&b"night run"[..]));
    let event = Event { comment: Some(b"here it fails".to_vec()), ..Event::new(4, &[&3i64.to_le_bytes()]) };
    let items = [Item::Section(section), Item::Event(event)];
    assert_eq!(read(&write(&items)).items, items);
}
