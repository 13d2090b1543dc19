//! Every parameter type, by tables: bytes on the wire, raw text, resolved text.
#![allow(clippy::cast_possible_truncation, reason = "test values are small, or random")]

use super::*;
use crate::clock::Zone;
use scap_format::event::Params;
use scap_format::tables::{event_info, flags, PrintFormat, EVENTS, KEYCTL_VALUES, SOCKOPT_VALUES};

/// A thread in /srv/demo with a file at 3, a connection at 4 and a pipe at 5; user 0 is root.
struct Desk(Zone);

impl Scene for Desk {
    fn fd(&self, number: i64) -> Option<FdLook<'_>> {
        let (type_char, l4_letter, name): (u8, Option<u8>, &[u8]) = match number {
            3 => (b'f', None, b"/etc/hosts"),
            4 => (b'4', Some(b't'), b"10.0.0.1:5->10.0.0.2:80"),
            5 => (b'p', None, b""),
            6 => (b'd', None, b"/var/log"),
            _ => return None,
        };
        Some(FdLook { type_char, l4_letter, name })
    }
    fn comm(&self, tid: i64) -> Option<&[u8]> {
        match tid {
            7 => Some(b"cat"),
            8 => Some(b"<NA>"),
            _ => None,
        }
    }
    fn cwd(&self) -> Option<&[u8]> {
        Some(b"/srv/demo/")
    }
    fn user(&self, uid: u32) -> Option<&[u8]> {
        (uid == 0).then_some(b"root")
    }
    fn group(&self, gid: u32) -> Option<&[u8]> {
        (gid == 0).then_some(b"wheel")
    }
    fn zone(&self) -> &Zone {
        &self.0
    }
}

fn param(ty: ParamType, format: PrintFormat) -> ParamInfo {
    ParamInfo { name: "p", ty, format, table: None, alternatives: &[], dirfd: None }
}

fn raw(param: &ParamInfo, bytes: &[u8]) -> String {
    let mut out = Vec::new();
    raw_text(&mut out, param, bytes, &Desk(Zone::utc()), Style::WHOLE);
    String::from_utf8(out).unwrap()
}

fn resolved(param: &ParamInfo, bytes: &[u8]) -> String {
    let mut out = Vec::new();
    resolved_text(&mut out, param, bytes, &Params::EMPTY, &Desk(Zone::utc()));
    String::from_utf8(out).unwrap()
}

/// Parameter lengths and values as they stand in an event.
fn event(values: &[&[u8]]) -> (Vec<u8>, Vec<u8>) {
    let lengths = values.iter().flat_map(|value| (value.len() as u16).to_le_bytes()).collect();
    (lengths, values.concat())
}

fn args_of(id: u16, scene: &impl Scene, values: &[&[u8]]) -> String {
    let (lengths, bytes) = event(values);
    let mut out = Vec::new();
    args(&mut out, event_info(id).unwrap(), &Params::new(&lengths, false, &bytes), scene, Style::LINE);
    String::from_utf8(out).unwrap()
}

fn i64le(value: i64) -> [u8; 8] {
    value.to_le_bytes()
}

use ParamType as T;
use PrintFormat::{Dec, Hex, Na, Oct, PaddedDec};

#[test]
fn numbers_follow_their_print_format() {
    let u32max = &[0xff; 4][..];
    for (ty, format, bytes, expected) in [
        (T::Uint32, Dec, u32max, "-1"),
        (T::Uint32, Hex, u32max, "FFFFFFFF"),
        (T::Int32, Hex, u32max, "FFFFFFFF"),
        (T::Uint32, Oct, &[0xb6, 1, 0, 0], "0666"),
        (T::Uint32, Oct, &[0; 4], "0"),
        (T::Uint8, Dec, &[200], "-56"),
        (T::Uint16, Dec, &[0xff, 0x7f], "32767"),
        (T::Int16, Dec, &[0xfe, 0xff], "-2"),
        (T::Uint64, Dec, &[0xff; 8], "-1"),
        (T::Uint64, Hex, &[0, 0xf0, 0xe6, 0x14, 0x1a, 0x7f, 0, 0], "7F1A14E6F000"),
        (T::Uint64, PaddedDec, &[7, 0, 0, 0, 0, 0, 0, 0], "000000007"),
        (T::Int8, Na, &[0x80], "-128"),
    ] {
        assert_eq!(raw(&param(ty, format), bytes), expected, "{ty:?} {format:?}");
    }
}

#[test]
fn a_number_is_read_in_the_width_it_has_in_the_file() {
    assert_eq!(raw(&param(T::Uint64, Dec), &[5, 0, 0, 0]), "5");
    assert_eq!(raw(&param(T::Fd, Dec), &[0x9c, 0xff, 0xff, 0xff]), "-100");
    assert_eq!(resolved(&param(T::Fd, Dec), &[0x9c, 0xff, 0xff, 0xff]), "AT_FDCWD");
    assert_eq!(raw(&param(T::Uint64, Dec), &[1, 2, 3]), "<NA>");
}

#[test]
fn an_empty_value_prints_as_its_type_prints_nothing() {
    for ty in [T::ByteBuf, T::SockTuple, T::FdList, T::CharBufArray, T::CharBufPairArray, T::Dyn] {
        assert_eq!(raw(&param(ty, Na), &[]), "NULL", "{ty:?}");
    }
    for ty in
        [T::Int32, T::CharBuf, T::FsPath, T::FsRelPath, T::Errno, T::SockAddr, T::Fd, T::Uid, T::Flags32, T::AbsTime]
    {
        assert_eq!(raw(&param(ty, Na), &[]), "<NA>", "{ty:?}");
    }
}

#[test]
fn text_without_a_value_is_not_the_same_as_empty_text() {
    let text = param(T::CharBuf, Na);
    assert_eq!(raw(&text, b"bash\0"), "bash");
    assert_eq!(raw(&text, b"\0"), "");
    assert_eq!(raw(&text, b"(NULL)\0"), "<NA>");
}

#[test]
fn results_name_their_error() {
    let result = param(T::Errno, Dec);
    for (value, number, name) in [(0, "0", ""), (832, "832", ""), (-2, "-2", "ENOENT"), (-600, "-600", "")] {
        assert_eq!((raw(&result, &i64le(value)), resolved(&result, &i64le(value))), (number.into(), name.into()));
    }
}

#[test]
fn descriptors_show_what_they_are() {
    let fd = param(T::Fd, Dec);
    for (value, expected) in [
        (3, "<f>/etc/hosts"),
        (4, "<4t>10.0.0.1:5->10.0.0.2:80"),
        (5, "<p>"),
        (9, ""),
        (-100, "AT_FDCWD"),
        (-1, "EPERM"),
        (-11, "EAGAIN"),
    ] {
        assert_eq!(resolved(&fd, &i64le(value)), expected);
        assert_eq!(raw(&fd, &i64le(value)), value.to_string());
    }
}

#[test]
fn threads_show_their_command() {
    let tid = param(T::Pid, Dec);
    assert_eq!(resolved(&tid, &i64le(7)), "cat");
    assert_eq!(resolved(&tid, &i64le(8)), "<NA>");
    assert_eq!(resolved(&tid, &i64le(9)), "");
    assert_eq!(raw(&tid, &i64le(-1)), "-1");
}

#[test]
fn accounts_show_their_name() {
    let (uid, gid) = (param(T::Uid, Dec), param(T::Gid, Dec));
    assert_eq!(resolved(&uid, &[0; 4]), "root");
    assert_eq!(resolved(&gid, &[0; 4]), "wheel");
    assert_eq!((raw(&uid, &[1, 0, 0, 0]), resolved(&uid, &[1, 0, 0, 0])), ("1".into(), "<NA>".into()));
    assert_eq!((raw(&gid, &[0xff; 4]), resolved(&gid, &[0xff; 4])), ("-1".into(), "<NONE>".into()));
}

#[test]
fn relative_paths_show_the_absolute_one() {
    let path = param(T::FsPath, Na);
    assert_eq!(resolved(&path, b"../etc/./x\0"), "/srv/etc/x");
    for same in [&b"/etc//x\0"[..], b"\0", b"", b"(NULL)\0"] {
        assert_eq!(resolved(&path, same), "");
    }
}

#[test]
fn paths_relative_to_a_descriptor_hang_below_it() {
    let unlinkat = 303;
    let scene = Desk(Zone::utc());
    let info = event_info(unlinkat).unwrap();
    assert_eq!(info.params[2].ty, T::FsRelPath);
    let unlink = |dirfd: i64, name: &[u8]| args_of(unlinkat, &scene, &[&i64le(0), &i64le(dirfd), name, &[0; 4]]);
    assert_eq!(unlink(6, b"messages\0"), "res=0 dirfd=6(<d>/var/log) name=messages(/var/log/messages) flags=0");
    assert_eq!(unlink(-100, b"x\0"), "res=0 dirfd=-100(AT_FDCWD) name=x(/srv/demo/x) flags=0");
    assert_eq!(unlink(77, b"x\0"), "res=0 dirfd=77 name=x flags=0");
    assert_eq!(unlink(6, b"/x\0"), "res=0 dirfd=6(<d>/var/log) name=/x flags=0");
}

#[test]
fn flags_print_decimal_and_names_whatever_the_format() {
    let open = ParamInfo { table: Some(&flags::FILE_FLAGS), ..param(T::Flags32, Hex) };
    assert_eq!(
        (raw(&open, &[1, 16, 0, 0]), resolved(&open, &[1, 16, 0, 0])),
        ("4097".into(), "O_RDONLY|O_CLOEXEC".into())
    );
    assert_eq!(raw(&open, &[0xff; 4]), "4294967295");
    let family = ParamInfo { table: Some(&flags::SOCKET_FAMILIES), ..param(T::EnumFlags32, Dec) };
    assert_eq!(resolved(&family, &[1, 0, 0, 0]), "AF_LOCAL|AF_UNIX");
    let mode = ParamInfo { table: Some(&flags::CHMOD_MODE), ..param(T::Mode, Oct) };
    assert_eq!(
        (raw(&mode, &[0x80, 1, 0, 0]), resolved(&mode, &[0x80, 1, 0, 0])),
        ("0600".into(), "S_IWUSR|S_IRUSR".into())
    );
}

#[test]
fn signals_and_system_calls_show_their_names() {
    let signal = param(T::SigType, Dec);
    assert_eq!((raw(&signal, &[17]), resolved(&signal, &[17])), ("17".into(), "SIGCHLD".into()));
    assert_eq!((raw(&signal, &[0]), resolved(&signal, &[0])), ("0".into(), String::new()));
    assert_eq!(raw(&param(T::SigSet, Hex), &[0b0101, 0, 0, 0]), "SIGHUP SIGQUIT");
    let call = param(T::SyscallId, Dec);
    let number = scap_format::tables::SYSCALLS.iter().position(|call| call.name == "futex").unwrap() as u16;
    assert_eq!(resolved(&call, &number.to_le_bytes()), "futex");
    assert_eq!(resolved(&call, &[0xff, 0xff]), "");
}

#[test]
fn times_are_nanoseconds_seconds_and_dates() {
    let interval = param(T::RelTime, Dec);
    let second = 1_000_000_000u64.to_le_bytes();
    assert_eq!((raw(&interval, &second), resolved(&interval, &second)), ("1000000000".into(), "1s".into()));
    assert_eq!(resolved(&interval, &[0; 8]), "0s");
    assert_eq!((raw(&interval, &[0xff; 8]), resolved(&interval, &[0xff; 8])), ("none".into(), String::new()));
    let date = param(T::AbsTime, Dec);
    assert_eq!(raw(&date, &1_745_016_456_147_483_648u64.to_le_bytes()), "2025-04-18 22:47:36.147483648");
    assert_eq!(raw(&date, &10_968_388_490_854_775_808u64.to_le_bytes()), "2317-07-29 22:34:50.854775808");
}

#[test]
fn field_types_that_events_do_not_carry_print_too() {
    assert_eq!(raw(&param(T::Bool, Na), &[1, 0, 0, 0]), "true");
    assert_eq!(raw(&param(T::Double, Na), &2.25f64.to_le_bytes()), "2.2");
    assert_eq!(raw(&param(T::Ipv4Addr, Na), &[10, 0, 0, 1]), "10.0.0.1");
    assert_eq!(raw(&param(T::IpAddr, Na), &[0; 16]), "::");
    assert_eq!(raw(&param(T::Port, Dec), &[0xff, 0xff]), "65535");
    assert_eq!(raw(&param(T::CharBufArray, Na), &[1; 8]), "NULL");
}

#[test]
fn polled_descriptors_show_type_and_flags() {
    let mut list = 4u16.to_le_bytes().to_vec();
    for (fd, flags) in [(3i64, 0x44i16), (5, 1), (9, 0x40), (-1, 0)] {
        list.extend(fd.to_le_bytes());
        list.extend(flags.to_le_bytes());
    }
    let fds = param(T::FdList, Dec);
    assert_eq!(raw(&fds, &list), "3:f44 5:p1 9:?40 18446744073709551615:?0");
    assert_eq!(raw(&fds, &list[..15]), "3:f44", "a list that ends early prints what is there");
    assert_eq!(raw(&fds, &[0, 0]), "");
    assert_eq!(raw(&fds, &[1]), "NULL");
}

#[test]
fn a_dynamic_value_prints_as_the_type_it_selects() {
    let value = ParamInfo { alternatives: SOCKOPT_VALUES, ..param(T::Dyn, Dec) };
    assert_eq!(raw(&value, &[0, b'<', 0, 0, 0]), "<...");
    assert_eq!(raw(&value, &[2, 1, 0, 0, 0]), "1");
    let refused = [&[1][..], &i64le(-111)].concat();
    assert_eq!((raw(&value, &refused), resolved(&value, &refused)), ("-111".into(), "ECONNREFUSED".into()));
    let timeout = [&[4][..], &1_500_000_000u64.to_le_bytes()].concat();
    assert_eq!((raw(&value, &timeout), resolved(&value, &timeout)), ("1500000000".into(), "1.5s".into()));
    let key = ParamInfo { alternatives: KEYCTL_VALUES, ..param(T::Dyn, Na) };
    assert_eq!(raw(&key, b"\x01user;0\0"), "user;0");
}

#[test]
fn a_dynamic_value_that_selects_nothing_is_null() {
    let value = ParamInfo { alternatives: SOCKOPT_VALUES, ..param(T::Dyn, Dec) };
    assert_eq!((raw(&value, &[9, 1, 2]), resolved(&value, &[9, 1, 2])), ("NULL".into(), String::new()));
    assert_eq!(raw(&value, &[1]), "<NA>");
    assert_eq!(raw(&value, &[0]), "NULL");
}

#[test]
fn arguments_are_joined_by_a_blank_and_nothing_follows_the_last() {
    let scene = Desk(Zone::utc());
    assert_eq!(
        args_of(7, &scene, &[&i64le(5), b"a\nb\0c", &i64le(3), &[0, 16, 0, 0]]),
        "res=5 data=a.b.c fd=3(<f>/etc/hosts) size=4096"
    );
}

#[test]
fn only_parameters_in_the_event_are_printed() {
    let scene = Desk(Zone::utc());
    assert_eq!(args_of(7, &scene, &[&i64le(-11), b""]), "res=-11(EAGAIN) data=NULL");
    assert_eq!(args_of(7, &scene, &[]), "");
    assert_eq!(args_of(5, &scene, &[&i64le(0), &i64le(3), b"more", b"yet"]), "res=0 fd=3(<f>/etc/hosts)");
}

#[test]
fn generic_events_print_no_arguments_but_give_them_by_index() {
    let scene = Desk(Zone::utc());
    assert_eq!(args_of(1, &scene, &[&[3, 0], &[0, 0]]), "");
    let (lengths, values) = event(&[&[3, 0], &[0, 0]]);
    let mut out = Vec::new();
    assert!(arg(&mut out, event_info(1).unwrap(), &Params::new(&lengths, false, &values), 0, &scene, Style::WHOLE));
    assert_eq!(out, scap_format::tables::SYSCALLS[3].name.as_bytes());
}

#[test]
fn one_argument_is_its_resolved_text_or_else_the_raw_one() {
    let scene = Desk(Zone::utc());
    let (lengths, values) = event(&[&i64le(5), b"data", &i64le(3)]);
    let params = Params::new(&lengths, false, &values);
    let get = |index| {
        let mut out = Vec::new();
        let found = arg(&mut out, event_info(7).unwrap(), &params, index, &scene, Style::WHOLE);
        found.then(|| String::from_utf8(out).unwrap())
    };
    assert_eq!(get(0).as_deref(), Some("5"));
    assert_eq!(get(2).as_deref(), Some("<f>/etc/hosts"));
    assert_eq!(get(3), None);
}

#[test]
fn with_an_empty_scene_arguments_hold_what_the_event_holds() {
    let zone = Zone::utc();
    assert_eq!(args_of(5, &EmptyScene(&zone), &[&i64le(-9), &i64le(3)]), "res=-9(EBADF) fd=3");
}

#[test]
fn no_bytes_of_any_length_in_any_event_break_the_printing() {
    let scene = Desk(Zone::utc());
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut out = Vec::new();
    for info in &EVENTS {
        for style in [
            Style::LINE,
            Style { data: DataStyle::HexAscii, cut: Some(1), whole: false },
            Style { data: DataStyle::Dots, cut: Some(0), whole: false },
        ] {
            for _ in 0..20 {
                let count = next() as usize % (info.params.len() + 2);
                let lengths: Vec<u8> = (0..count).flat_map(|_| ((next() % 45) as u16).to_le_bytes()).collect();
                let small = next() % 3 == 0;
                let values: Vec<u8> = (0..next() as usize % 400)
                    .map(|_| if small { (next() % 12) as u8 } else { next() as u8 })
                    .collect();
                let params = Params::new(&lengths, false, &values);
                out.clear();
                args(&mut out, info, &params, &scene, style);
                for index in 0..=count {
                    arg(&mut out, info, &params, index, &scene, style);
                }
                assert!(out.len() < 60_000);
            }
        }
    }
}
