//! What is written is read back.

use std::io::Read;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use proptest::collection::vec;
use proptest::prelude::*;
use scap_format::meta::{
    BlockOption, FdDetail, FdEntry, FdList, Group, Interface, InterfaceAddress, MachineInfo, ProcessEntry,
    SectionHeader, User, UserList,
};
use scap_format::reader::{event_block_length, parse_event_block, Next, Reader};
use scap_format::source::{open, Input, OpenOptions};
use scap_format::writer::{gzip, Writer};

use super::building::{block, owned, put, read, small, write, Event, Item};

fn text(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => vec(any::<u8>(), 0..20), 1 => vec(any::<u8>(), most - 1..=most)]
}

fn hostname() -> impl Strategy<Value = Vec<u8>> {
    vec(1..=255u8, 0..=128)
}

fn sections() -> impl Strategy<Value = SectionHeader> {
    let option = (1..=u16::MAX, text(300)).prop_map(|(code, value)| BlockOption { code, value });
    (any::<u16>(), any::<u64>(), vec(option, 0..3)).prop_map(|(minor, length, options)| SectionHeader {
        major: 1,
        minor,
        length,
        options,
    })
}

fn machines() -> impl Strategy<Value = MachineInfo> {
    (any::<u32>(), any::<[u64; 4]>(), hostname()).prop_map(
        |(cpus, [memory_bytes, max_pid, boot_ts, flags], hostname)| MachineInfo {
            cpus,
            memory_bytes,
            max_pid,
            hostname,
            boot_ts,
            flags,
        },
    )
}

fn interfaces() -> impl Strategy<Value = Interface> {
    let v4 = any::<[[u8; 4]; 3]>().prop_map(|ips| {
        let [address, netmask, broadcast] = ips.map(Ipv4Addr::from);
        InterfaceAddress::V4 { address, netmask, broadcast }
    });
    let v6 = any::<[[u8; 16]; 3]>().prop_map(|ips| {
        let [address, netmask, broadcast] = ips.map(Ipv6Addr::from);
        InterfaceAddress::V6 { address, netmask, broadcast }
    });
    (text(1023), prop_oneof![v4, v6], any::<Option<u64>>()).prop_map(|(name, address, link_speed)| Interface {
        name,
        address,
        link_speed,
    })
}

fn users() -> impl Strategy<Value = UserList> {
    let user = (any::<u32>(), any::<u32>(), text(255), text(255), text(255))
        .prop_map(|(uid, gid, name, home, shell)| User { uid, gid, name, home, shell });
    let group = (any::<u32>(), text(255)).prop_map(|(gid, name)| Group { gid, name });
    (vec(user, 0..4), vec(group, 0..4)).prop_map(|(users, groups)| UserList { users, groups })
}

fn processes() -> impl Strategy<Value = ProcessEntry> {
    let paths = [text(1023), text(1023), text(1023), text(1023), text(1023)];
    let lists = [text(4096), text(4096), text(4096)];
    let numbers = (any::<[i64; 9]>(), any::<[u32; 8]>(), any::<[u64; 9]>(), any::<[bool; 4]>());
    (paths, lists, numbers).prop_map(|([comm, exe, exepath, cwd, root], [args, env, cgroups], (i, n, l, b))| {
        ProcessEntry {
            tid: i[0],
            pid: i[1],
            ptid: i[2],
            sid: i[3],
            vpgid: i[4],
            comm,
            exe,
            exepath,
            args,
            cwd,
            fdlimit: i[5],
            flags: n[0],
            uid: n[1],
            gid: n[2],
            vmsize_kb: n[3],
            vmrss_kb: n[4],
            vmswap_kb: n[5],
            pfmajor: l[0],
            pfminor: l[1],
            env,
            vtid: i[6],
            vpid: i[7],
            cgroups,
            root,
            pidns_init_start_ts: l[2],
            tty: n[6],
            loginuid: n[7],
            exe_writable: b[0],
            cap_inheritable: l[3],
            cap_permitted: l[4],
            cap_effective: l[5],
            exe_upper_layer: b[1],
            exe_ino: l[6],
            exe_ino_ctime: l[7],
            exe_ino_mtime: l[8],
            exe_from_memfd: b[2],
            exe_lower_layer: b[3],
            pgid: i[8],
        }
    })
}

fn details() -> impl Strategy<Value = FdDetail> {
    let v4 = || any::<([u8; 4], u16)>().prop_map(|(ip, port)| SocketAddrV4::new(ip.into(), port));
    let v6 = || any::<([u8; 16], u16)>().prop_map(|(ip, port)| SocketAddrV6::new(ip.into(), port, 0, 0));
    let named = (text(1023), 0..15usize).prop_map(|(name, kind)| match kind {
        0 => FdDetail::FileOld { name },
        1 => FdDetail::Directory { name },
        2 => FdDetail::Fifo { name },
        3 => FdDetail::Event { name },
        4 => FdDetail::Unsupported { name },
        5 => FdDetail::Signal { name },
        6 => FdDetail::Epoll { name },
        7 => FdDetail::Inotify { name },
        8 => FdDetail::Timer { name },
        9 => FdDetail::Netlink { name },
        10 => FdDetail::Bpf { name },
        11 => FdDetail::Userfault { name },
        12 => FdDetail::IoUring { name },
        13 => FdDetail::Memory { name },
        _ => FdDetail::Pid { name },
    });
    prop_oneof![
        3 => named,
        1 => Just(FdDetail::Unknown),
        1 => (any::<u32>(), text(1023), any::<Option<u32>>())
            .prop_map(|(open_flags, name, dev)| FdDetail::File { open_flags, name, dev }),
        1 => (v4(), v4(), any::<u8>())
            .prop_map(|(source, dest, l4)| FdDetail::Ipv4Socket { source, dest, l4: l4.into() }),
        1 => (v6(), v6(), any::<u8>())
            .prop_map(|(source, dest, l4)| FdDetail::Ipv6Socket { source, dest, l4: l4.into() }),
        1 => (v4(), any::<u8>()).prop_map(|(local, l4)| FdDetail::Ipv4Listening { local, l4: l4.into() }),
        1 => (v6(), any::<u8>()).prop_map(|(local, l4)| FdDetail::Ipv6Listening { local, l4: l4.into() }),
        1 => (any::<u64>(), any::<u64>(), text(1023))
            .prop_map(|(source, peer, name)| FdDetail::Unix { source, peer, name }),
    ]
}

fn fds() -> impl Strategy<Value = FdList> {
    let fd = (any::<i64>(), any::<u64>(), details()).prop_map(|(fd, inode, detail)| FdEntry { fd, inode, detail });
    (any::<i64>(), vec(fd, 0..5)).prop_map(|(tid, fds)| FdList { tid, fds })
}

fn events() -> impl Strategy<Value = Event> {
    let value = prop_oneof![8 => vec(any::<u8>(), 0..12), 1 => vec(any::<u8>(), 60_000..=65_535)];
    // The large ones among the types must be tried too.
    let event_type = prop_oneof![6 => 0..454u16, 1 => Just(322u16), 1 => Just(324), 1 => Just(402)];
    let comment = proptest::option::weighted(0.2, text(300));
    (any::<u64>(), any::<i64>(), event_type, any::<u16>(), 0..3u32, vec(value, 0..7), comment).prop_map(
        |(ts, tid, event_type, cpu, block_flags, params, comment)| Event {
            ts,
            tid,
            event_type,
            cpu,
            block_flags,
            params,
            comment,
        },
    )
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = prop_oneof![
        1 => sections().prop_map(Item::Section),
        1 => machines().prop_map(Item::Machine),
        1 => vec(interfaces(), 0..4).prop_map(Item::Interfaces),
        1 => users().prop_map(Item::Users),
        1 => vec(processes(), 0..3).prop_map(Item::Processes),
        1 => fds().prop_map(Item::Fds),
        4 => events().prop_map(Item::Event),
    ];
    (sections(), vec(item, 0..12)).prop_map(|(section, mut items)| {
        items.insert(0, Item::Section(section));
        items
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(items in items()) {
        let reading = read(&write(&items));
        prop_assert_eq!(reading.items, items);
        prop_assert_eq!(reading.notes, vec![]);
    }
}

#[test]
fn what_is_written_with_gzip_is_read_back() {
    let mut writer = Writer::new(gzip(Vec::new()));
    for item in small() {
        put(&mut writer, &item).unwrap();
    }
    let packed = writer.into_inner().finish().unwrap();
    assert_eq!(packed[..2], [0x1f, 0x8b]);
    assert_eq!(read(&packed).items, small());
}

#[test]
fn events_longer_than_64_kib_are_written_as_large_blocks() {
    let event = Event::new(9, &[&8i64.to_le_bytes(), &vec![b'x'; 65_535]]);
    let bytes = write(&[Item::Section(SectionHeader::default()), Item::Event(event.clone())]);
    assert_eq!(bytes[28..32], 0x221u32.to_le_bytes());
    assert_eq!(read(&bytes).items[1], Item::Event(event));
}

#[test]
fn a_parameter_too_long_for_its_type_is_refused_and_nothing_is_written() {
    let mut writer = Writer::new(Vec::new());
    let event = Event::new(324, &[&vec![b'x'; 70_000]]);
    put(&mut writer, &Item::Event(event)).unwrap();
    let written = writer.written();
    // A wide value cannot be said of a narrow type through `Item`: the same lengths under another type.
    let bytes = writer.into_inner();
    let mut narrow = parse_event_block(&bytes).unwrap();
    narrow.event_type = 9;
    let mut writer = Writer::new(Vec::new());
    assert!(writer.event(&narrow).is_err());
    assert!(written > 70_000 && writer.written() == 0);
}

#[test]
fn texts_are_cut_to_what_readers_have_room_for() {
    let long = ProcessEntry { comm: vec![b'x'; 5000], args: vec![b'y'; 5000], ..ProcessEntry::default() };
    let items = read(&write(&[Item::Section(SectionHeader::default()), Item::Processes(vec![long])])).items;
    let Item::Processes(list) = &items[1] else { panic!("{items:?}") };
    assert_eq!((list[0].comm.len(), list[0].args.len()), (1023, 4096));
}

#[test]
fn a_very_long_process_list_is_continued_in_another_block() {
    let process = ProcessEntry { env: vec![b'e'; 4096], args: vec![b'a'; 4096], ..ProcessEntry::default() };
    let bytes = write(&[Item::Section(SectionHeader::default()), Item::Processes(vec![process; 2100])]);
    let reading = read(&bytes);
    let lengths: Vec<usize> =
        reading.items[1..].iter().map(|item| if let Item::Processes(list) = item { list.len() } else { 0 }).collect();
    assert_eq!((lengths.len(), lengths.iter().sum::<usize>()), (2, 2100));
}

#[test]
fn an_event_can_be_read_again_from_its_offset() {
    for packed in [false, true] {
        let mut bytes = write(&small());
        if packed {
            let mut gz = Vec::new();
            flate2::read::GzEncoder::new(bytes.as_slice(), flate2::Compression::fast()).read_to_end(&mut gz).unwrap();
            bytes = gz;
        }
        let opened = open(Input::Bytes(bytes), OpenOptions::default()).unwrap();
        let mut reader = Reader::new(opened.pieces);
        let mut raw = Vec::new();
        let mut events = 0;
        loop {
            match reader.next() {
                Next::Event { offset, event } => {
                    raw.clear();
                    assert_eq!(opened.raw.append(offset, 8, &mut raw).unwrap(), 8);
                    let length = event_block_length(&raw).unwrap();
                    raw.clear();
                    assert_eq!(opened.raw.append(offset, length, &mut raw).unwrap(), length);
                    assert_eq!(owned(&parse_event_block(&raw).unwrap()), owned(&event));
                    events += 1;
                }
                Next::End => break,
                _ => {}
            }
        }
        assert_eq!(events, 4);
        assert_eq!(opened.raw.append(u64::MAX - 3, 8, &mut raw).unwrap(), 0);
    }
}

#[test]
fn only_event_blocks_have_an_event_block_length() {
    assert_eq!(event_block_length(&block(0x216, &[0; 30])), Some(44));
    assert_eq!(event_block_length(&block(0x215, &[0; 30])), None);
    assert_eq!(event_block_length(&[0x16, 2, 0]), None);
}
