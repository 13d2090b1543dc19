//! What the lists at the head of a capture have no room for, in events of our own: when a process was started, which end of a
//! connection a descriptor is, how many threads a process has. Other readers pass them over; with them our reader has the
//! very state in which another capture was at some event. And what recorders of ours tell of descriptors that come with messages.

use std::net::IpAddr;

use scap_format::event::EventRef;
use scap_format::meta::GIVEN_NAME;
use serde_json::{json, Map, Value};

use super::fds::{Ends, FdId, FdKind, FdRecord, Role, L4};
use super::threads::{record, ExitInfo, Memory, ThreadId, ThreadVersion};
use super::{id, MappedFiles, State};
use crate::index::stored::stored;
use crate::intern::StrId;

/// Names of the events: what stands here is about a thread, a processor, the capture as a whole.
pub(crate) mod name {
    pub(crate) const THREAD: &[u8] = b"scaptui.thread";
    pub(crate) const CONTAINER: &[u8] = b"scaptui.container";
    pub(crate) const SWITCH: &[u8] = b"scaptui.switch";
    pub(crate) const CAPTURE: &[u8] = b"scaptui.capture";
}

/// The name and content of an event that hands something over.
pub(crate) fn content<'a>(event: &EventRef<'a>) -> Option<(&'a [u8], &'a [u8])> {
    if event.event_type != id::ASYNC {
        return None;
    }
    let name = event.params.text(1).filter(|name| name.starts_with(b"scaptui."))?;
    Some((name, event.params.get(2)?))
}

/// What is known of a capture as a whole from an event on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// It holds enter events.
    pub(crate) has_enters: bool,
    /// Its exits say by themselves what they are about.
    pub(crate) is_self_contained: bool,
    /// What a file is to the call that maps it.
    pub(crate) mapped_files: MappedFiles,
}

stored!(Manner { has_enters, is_self_contained, mapped_files });

impl Manner {
    pub(crate) fn to_json(self) -> Value {
        json!({
            "enters": self.has_enters,
            "self_contained": self.is_self_contained,
            "mapped": self.mapped_files == MappedFiles::Descriptors,
        })
    }

    /// What an event says of its capture.
    pub(crate) fn of(event: &EventRef<'_>) -> Option<Self> {
        let (_, json) = content(event).filter(|(name, _)| *name == name::CAPTURE)?;
        let json: Value = serde_json::from_slice(json).ok()?;
        let is = |key: &str| json.get(key).and_then(Value::as_bool).unwrap_or(false);
        let mapped_files = if is("mapped") { MappedFiles::Descriptors } else { MappedFiles::Aside };
        Some(Manner { has_enters: is("enters"), is_self_contained: is("self_contained"), mapped_files })
    }
}

/// One field of a thread's version.
enum Part {
    Number(fn(&ThreadVersion) -> i64, fn(&mut ThreadVersion, i64)),
    Text(fn(&ThreadVersion) -> StrId, fn(&mut ThreadVersion, StrId)),
}

macro_rules! parts {
    (numbers { $($number:ident: $ty:ty),* } flags { $($flag:ident),* } texts { $($text:ident),* }) => {
        &[
            $((stringify!($number), Part::Number(|t| t.$number as i64, |t, value| t.$number = value as $ty)),)*
            $((stringify!($flag), Part::Number(|t| i64::from(t.$flag), |t, value| t.$flag = value != 0)),)*
            $((stringify!($text), Part::Text(|t| t.$text, |t, value| t.$text = value)),)*
        ]
    };
}

#[allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unnecessary_cast,
    clippy::cast_lossless,
    reason = "bits go there and back"
)]
static PARTS: &[(&str, Part)] = parts! {
    numbers {
        pid: i64, ptid: i64, vtid: i64, vpid: i64, sid: i64, vpgid: i64, pgid: i64, uid: u32, gid: u32, loginuid: u32,
        flags: u32, tty: u32, exe_bits: u8, fdlimit: i64, clone_ts: u64, exec_ts: u64, pidns_start: u64, exe_ino: u64,
        exe_ctime: u64, exe_mtime: u64
    }
    flags { placeholder, described, reaper }
    texts { comm, exe, exepath, args, env, cwd, root, cgroups }
};

const KINDS: [FdKind; 22] = [
    FdKind::Absent,
    FdKind::Unknown,
    FdKind::File,
    FdKind::Directory,
    FdKind::Ipv4,
    FdKind::Ipv6,
    FdKind::Ipv4Listen,
    FdKind::Ipv6Listen,
    FdKind::Pipe,
    FdKind::Unix,
    FdKind::Event,
    FdKind::Unsupported,
    FdKind::Signal,
    FdKind::EventPoll,
    FdKind::Inotify,
    FdKind::Timer,
    FdKind::Netlink,
    FdKind::Bpf,
    FdKind::UserFault,
    FdKind::IoUring,
    FdKind::MemFd,
    FdKind::PidFd,
];
const ROLES: [Role; 3] = [Role::None, Role::Client, Role::Server];
const PROTOCOLS: [L4; 6] = [L4::Unknown, L4::Na, L4::Tcp, L4::Udp, L4::Icmp, L4::Raw];

fn number_of<T: PartialEq>(all: &[T], value: &T) -> usize {
    all.iter().position(|other| other == value).unwrap_or(0)
}

/// Bytes as text of which each character is one of them.
fn as_text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn as_bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()
}

impl State {
    /// The control groups by which a container became known, as JSON, where `other` knows it by others or not at all.
    pub(crate) fn container_not_told(&self, id: StrId, other: &State) -> Option<Value> {
        let cgroups = self.container_first_known_by(id);
        let there = other.strings.find(self.strings.get(id));
        let told = there.map_or(&[][..], |id| other.container_first_known_by(id));
        (cgroups != told).then(|| json!({"cgroups": as_text(cgroups)}))
    }

    /// What `other`, as of its event `there`, does not know of a thread as it is here after event `n`, as JSON; `None` when
    /// it knows all. The threads of a process are those after event `counted`. Descriptors are compared where `descriptors` says so. `texts` is what becomes of each text.
    pub(crate) fn not_told(
        &self,
        (n, counted): (u32, u32),
        thread: ThreadId,
        descriptors: bool,
        (other, there): (&State, u32),
        texts: &dyn Fn(&[u8]) -> Vec<u8>,
    ) -> Option<Value> {
        let life = self.threads.get(thread);
        let version = self.threads.version(life.version_at(n));
        let known = other.threads.live_at(life.tid, there);
        let copy = other.threads.get(known);
        let blank = ThreadVersion::placeholder(life.tid, other.unknown);
        let told = if known.is_none() { &blank } else { other.threads.version(copy.version_at(there)) };
        let mut said = Map::new();
        for (key, part) in PARTS {
            match part {
                Part::Number(get, _) if get(version) != get(told) => {
                    said.insert((*key).into(), get(version).into());
                }
                Part::Text(get, _) => {
                    let text = texts(self.strings.get(get(version)));
                    if text != other.strings.get(get(told)) {
                        said.insert((*key).into(), as_text(&text).into());
                    }
                }
                Part::Number(..) => {}
            }
        }
        let memory = life.memory_at(n);
        if memory != copy.memory_at(there) {
            let Memory { faults, size } = memory;
            said.insert("memory".into(), json!([faults.0, faults.1, size.0, size.1, size.2]));
        }
        let ran = |life: &super::threads::Thread, n| super::threads::latest(&life.ran, n).unwrap_or(0);
        if ran(life, n) != ran(copy, there) {
            said.insert("ran".into(), ran(life, n).into());
        }
        if descriptors && version.is_main() && life.count_at(counted) != copy.count_at(there) {
            said.insert("threads".into(), life.count_at(counted).into());
        }
        if let Some(exit) = life.exit.filter(|exit| exit.event <= n) {
            said.insert("exited".into(), exit.status.into());
        }
        if descriptors {
            let fds = self.descriptors_not_told((n, thread), (other, there, known), texts);
            if !fds.is_empty() {
                said.insert("fds".into(), fds.into());
            }
        }
        if said.is_empty() && !known.is_none() {
            return None;
        }
        said.insert("tid".into(), life.tid.into());
        Some(said.into())
    }

    fn descriptors_not_told(
        &self,
        (n, thread): (u32, ThreadId),
        (other, there, known): (&State, u32, ThreadId),
        texts: &dyn Fn(&[u8]) -> Vec<u8>,
    ) -> Vec<Value> {
        let Some(table) = self.threads.get(thread).table_at(n) else { return Vec::new() };
        let copy = other.threads.get(known).table_at(there);
        let told = |fd| copy.map_or(FdId::NONE, |copy| other.tables.at(copy, fd, there));
        let open = self.tables.open_at(table, n);
        let mut said = Vec::new();
        for (fd, record) in &open {
            let record = self.fds.get(*record);
            let name = texts(self.strings.get(record.name));
            let raw_name = texts(self.strings.get(record.raw_name));
            let told = told(*fd);
            let same = other.fds.get(told);
            let equal = FdRecord { name: same.name, raw_name: same.raw_name, ..record.clone() } == *same
                && name == other.strings.get(same.name)
                && raw_name == other.strings.get(same.raw_name);
            if told.is_none() || !equal {
                said.push(descriptor(*fd, record, &name, &raw_name));
            }
        }
        if let Some(copy) = copy {
            let closed = other.tables.open_at(copy, there).into_iter().map(|(fd, _)| fd);
            let closed = closed.filter(|fd| !open.iter().any(|(open, _)| open == fd));
            said.extend(closed.map(|fd| json!([fd])));
        }
        said
    }

    /// Takes what an event hands over; whether it does.
    pub(super) fn take_over(&mut self, n: u32, event: &EventRef<'_>) -> bool {
        let Some((name, json)) = content(event) else { return false };
        if name == GIVEN_NAME {
            self.take_given(n, json);
            return true;
        }
        let Ok(json) = serde_json::from_slice::<Value>(json) else { return true };
        match name {
            name::THREAD => self.take_thread(n, &json),
            name::SWITCH => self.take_switch(n, event, &json),
            name::CONTAINER => {
                let cgroups = json.get("cgroups").and_then(Value::as_str).map(as_bytes);
                self.container_known_by(&cgroups.unwrap_or_default());
            }
            _ => {}
        }
        true
    }

    fn take_switch(&mut self, n: u32, event: &EventRef<'_>, json: &Value) {
        self.last_switch.insert(event.cpu, (n, event.ts));
        let number = |key: &str| json.get(key).and_then(Value::as_i64);
        let (Some(tid), Some(ran)) = (number("tid"), json.get("ran").and_then(Value::as_u64)) else { return };
        let thread = self.threads.live(tid);
        if let Some(thread) = self.threads.get_mut(thread) {
            record(&mut thread.ran, n, ran);
        }
    }

    fn take_thread(&mut self, n: u32, json: &Value) {
        let Some(tid) = json.get("tid").and_then(Value::as_i64) else { return };
        let mut thread = self.threads.live(tid);
        if thread.is_none() {
            thread = self.placeholder(tid, n);
        }
        let mut texts = Vec::new();
        for (key, part) in PARTS {
            if let (Part::Text(_, set), Some(text)) = (part, json.get(*key).and_then(Value::as_str)) {
                texts.push((set, self.strings.intern(&as_bytes(text))));
            }
        }
        let cgroups = json.get("cgroups").and_then(Value::as_str);
        let container = cgroups.map(|_| self.strings.intern(&as_bytes(cgroups.unwrap_or_default())));
        let container = container.map(|cgroups| self.container_of(cgroups));
        let before = self.threads.now(thread).ptid;
        self.change(thread, n, |version| {
            for (key, part) in PARTS {
                if let (Part::Number(_, set), Some(number)) = (part, json.get(*key).and_then(Value::as_i64)) {
                    set(version, number);
                }
            }
            for (set, text) in texts {
                set(version, text);
            }
            version.container = container.unwrap_or(version.container);
        });
        let parent = self.threads.now(thread).ptid;
        if parent != before {
            self.add_child(parent, thread);
        }
        self.take_histories(n, thread, json);
        let fds = json.get("fds").and_then(Value::as_array);
        for fd in fds.into_iter().flatten() {
            self.take_descriptor(n, thread, fd);
        }
    }

    fn take_histories(&mut self, n: u32, thread: ThreadId, json: &Value) {
        let numbers = json.get("memory").and_then(Value::as_array);
        let numbers = numbers.map(|numbers| numbers.iter().map(|v| v.as_u64().unwrap_or(0)).collect::<Vec<_>>());
        let threads = json.get("threads").and_then(Value::as_u64).map(|count| count as u32);
        let exited = json.get("exited").and_then(Value::as_i64);
        if let Some(live) = self.live.get_mut(thread.index()) {
            live.threads = threads.unwrap_or(live.threads);
            live.exited |= exited.is_some();
        }
        let Some(life) = self.threads.get_mut(thread) else { return };
        if let Some([major, minor, size, resident, swap]) = numbers.as_deref() {
            let size = (*size as u32, *resident as u32, *swap as u32);
            record(&mut life.memory, n, Memory { faults: (*major, *minor), size });
        }
        if let Some(ran) = json.get("ran").and_then(Value::as_u64) {
            record(&mut life.ran, n, ran);
        }
        if let Some(threads) = threads {
            record(&mut life.counts, n, threads);
        }
        if let Some(status) = exited {
            life.exit = Some(ExitInfo { status, event: n });
        }
    }

    fn take_descriptor(&mut self, n: u32, thread: ThreadId, json: &Value) {
        let Some(fd) = json.get(0).and_then(Value::as_i64) else { return };
        let Some(table) = self.fresh_table(thread) else { return };
        if json.get(1).is_none() {
            self.tables.set(table, fd, FdId::NONE, n);
            return;
        }
        let number = |at: usize| json.get(at).and_then(Value::as_u64).unwrap_or(0);
        let text = |at: usize| json.get(at).and_then(Value::as_str).map(as_bytes).unwrap_or_default();
        let small = |at: usize| number(at) as usize;
        let record = FdRecord {
            num: fd,
            kind: KINDS.get(small(1)).copied().unwrap_or_default(),
            role: ROLES.get(small(2)).copied().unwrap_or_default(),
            l4: PROTOCOLS.get(small(3)).copied().unwrap_or_default(),
            bits: number(4) as u16,
            guessed: number(5) as u8,
            name: self.strings.intern(&text(6)),
            raw_name: self.strings.intern(&text(7)),
            dev: number(8) as u32,
            ino: number(9),
            open_flags: number(10) as u32,
            ends: ends_from(json),
        };
        let record = self.fds.intern(record);
        self.tables.set(table, fd, record, n);
    }
}

fn descriptor(fd: i64, record: &FdRecord, name: &[u8], raw_name: &[u8]) -> Value {
    let mut said = vec![
        json!(fd),
        json!(number_of(&KINDS, &record.kind)),
        json!(number_of(&ROLES, &record.role)),
        json!(number_of(&PROTOCOLS, &record.l4)),
        json!(record.bits),
        json!(record.guessed),
        json!(as_text(name)),
        json!(as_text(raw_name)),
        json!(record.dev),
        json!(record.ino),
        json!(record.open_flags),
    ];
    if let Some(Ends { source, dest }) = record.ends {
        said.extend([json!(source.0), json!(source.1), json!(dest.0), json!(dest.1)]);
    }
    said.into()
}

fn ends_from(json: &Value) -> Option<Ends> {
    let end = |at: usize| {
        let ip: IpAddr = json.get(at)?.as_str()?.parse().ok()?;
        Some((ip, u16::try_from(json.get(at + 1)?.as_u64()?).ok()?))
    };
    Some(Ends { source: end(11)?, dest: end(13)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use scap_format::event::OwnParams;

    fn told(state: &mut State, n: u32, name: &[u8], json: &str) {
        let mut params = OwnParams::default();
        params.push(&[0; 4]);
        params.push(&[name, b"\0"].concat());
        params.push(json.as_bytes());
        let params = params.as_params();
        state.apply(
            n,
            &EventRef { ts: 5, tid: -1, event_type: id::ASYNC, cpu: 0, block_flags: 1, params, options: &[] },
        );
    }

    #[test]
    fn a_thread_is_handed_over_as_it_was() {
        let mut first = State::new();
        told(
            &mut first,
            1,
            name::THREAD,
            r#"{"tid": 7, "pid": 7, "ptid": 1, "comm": "shÿ", "clone_ts": 12, "memory": [1, 2, 3, 4, 5], "threads": 3,
                "fds": [[3, 4, 2, 2, 3, 0, "a->b", "", 0, 9, 1, "10.0.0.1", 5, "10.0.0.2", 80]]}"#,
        );
        let thread = first.threads.live(7);
        let copy = |text: &[u8]| text.to_vec();
        let said = first.not_told((1, 1), thread, true, (&State::new(), 0), &copy).expect("nobody knew of it");
        let mut second = State::new();
        told(&mut second, 1, name::THREAD, &said.to_string());
        assert_eq!(first.not_told((1, 1), thread, true, (&second, 1), &copy), None);
        let version = second.threads.now(second.threads.live(7));
        assert_eq!((version.clone_ts, second.strings.get(version.comm)), (12, &b"sh\xff"[..]));
        let table = second.threads.get(second.threads.live(7)).table_at(1).expect("a table");
        let record = second.fds.get(second.tables.at(table, 3, 1));
        assert_eq!(
            (record.kind, record.role, record.ends.map(|ends| ends.dest.1)),
            (FdKind::Ipv4, Role::Server, Some(80))
        );
    }

    #[test]
    fn what_is_no_handover_changes_nothing_and_breaks_nothing() {
        let mut state = State::new();
        for (n, json) in (1..).zip([
            "",
            "[]",
            "{}",
            r#"{"tid": "seven"}"#,
            r#"{"tid": 7, "fds": 5, "memory": [1], "threads": -1, "exited": "x", "comm": 4, "pid": 1e99}"#,
            r#"{"tid": 7, "fds": [[], [3, 99, 99, 99, -1, 1e9, null], ["3"], [4, 4, 0, 0, 0, 0, "", "", 0, 0, 0, "x", 1, "y"]]}"#,
            r#"{"tid": 9223372036854775807, "ptid": 9223372036854775807, "clone_ts": -1}"#,
        ]) {
            for name in [name::THREAD, name::SWITCH, name::CONTAINER, name::CAPTURE, GIVEN_NAME, b"scaptui.other"] {
                told(&mut state, n, name, json);
            }
        }
        assert_eq!(state.threads.now(state.threads.live(7)).pid, -1);
    }

    #[test]
    fn descriptors_that_came_with_a_message_are_those_of_their_thread() {
        use scap_format::meta::{FdDetail, FdEntry, FdList, L4Proto};

        let mut state = State::new();
        told(
            &mut state,
            1,
            name::THREAD,
            r#"{"tid": 8, "fds": [[3, 4, 2, 2, 3, 0, "a", "", 0, 9, 1, "10.0.0.2", 50, "10.0.0.1", 90]]}"#,
        );
        let entry = |fd, detail| FdEntry { fd, inode: 9, detail };
        let file = FdDetail::File { open_flags: 1, name: b"/etc/a".to_vec(), dev: Some(5) };
        let (here, there) = ("10.0.0.1:80".parse().expect("an end"), "10.0.0.2:5000".parse().expect("an end"));
        let socket = FdDetail::Ipv4Socket { source: here, dest: there, l4: L4Proto::Tcp };
        let (here, there) = ("10.0.0.1:90".parse().expect("an end"), "10.0.0.2:50".parse().expect("an end"));
        let accepted = FdDetail::Ipv4Socket { source: here, dest: there, l4: L4Proto::Tcp };
        let list = FdList { tid: 7, fds: vec![entry(4, file), entry(5, socket), entry(6, accepted)] };
        let mut params = OwnParams::default();
        params.push(&[0; 4]);
        params.push(&[GIVEN_NAME, b"\0"].concat());
        params.push(&list.to_body());
        let params = params.as_params();
        let event = EventRef { ts: 5, tid: -1, event_type: id::ASYNC, cpu: 0, block_flags: 1, params, options: &[] };
        state.apply(3, &event);
        let table = state.threads.get(state.threads.live(7)).table_at(3).expect("a table");
        let name = |fd| {
            let record = state.fds.get(state.tables.at(table, fd, 3));
            (String::from_utf8_lossy(state.strings.get(record.name)).into_owned(), record.role)
        };
        assert_eq!(name(4), ("/etc/a".to_owned(), Role::None));
        assert_eq!(name(5), ("10.0.0.2:5000->10.0.0.1:80".to_owned(), Role::Server));
        assert_eq!(name(6), ("10.0.0.2:50->10.0.0.1:90".to_owned(), Role::Server));
        assert!(state.tables.at(table, 4, 2).is_none());
    }
}
