//! What the state engine makes of events, told as short stories of a machine with `init` (1) and a shell (7).

mod damage;
mod descriptors;
mod processes;
mod sockets;
mod who;

use scap_format::event::{EventRef, Params};
use scap_format::meta::{FdList, ProcessEntry};
use scap_format::tables::{EventFlags, EVENTS};

use super::fds::{FdId, FdRecord, TableId};
use super::threads::{ThreadId, ThreadVersion};
use super::*;

/// The shell whose doings are told.
const SHELL: i64 = 7;
const SECOND: u64 = 1_000_000_000;

/// The value of a parameter.
#[derive(Clone, Debug)]
enum Value {
    Number(i64),
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Bytes([text.as_bytes(), b"\0"].concat())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(bytes)
    }
}

/// Parameters by name; those of the table row that are not named are zero or empty.
macro_rules! with {
    ($($name:ident: $value:expr),* $(,)?) => { &[$((stringify!($name), Value::from($value))),*] };
}
use with;

/// An event as the engine took it.
#[derive(Clone, Copy, Debug)]
struct Seen {
    n: u32,
    applied: Applied,
}

/// A machine and what has happened on it so far.
struct Story {
    state: State,
    n: u32,
    ts: u64,
}

impl Story {
    /// `init` and a shell in /home, no descriptors.
    fn new() -> Self {
        let mut story = Story { state: State::new(), n: 0, ts: SECOND };
        story.state.load_processes(&[process(1, 0, "init"), process(SHELL, 1, "sh")], 1);
        story
    }

    fn with_descriptors(list: &FdList) -> Self {
        let mut story = Story::new();
        story.state.load_fds(list);
        story
    }

    /// An event of a thread; `params` by name.
    fn event(&mut self, tid: i64, id: u16, params: &[(&str, Value)]) -> Seen {
        self.event_of(tid, id, params, EVENTS[usize::from(id)].params.len())
    }

    /// An event with no more than the first `count` parameters of its table row, as older recorders wrote it.
    fn event_of(&mut self, tid: i64, id: u16, params: &[(&str, Value)], count: usize) -> Seen {
        let info = &EVENTS[usize::from(id)];
        for (name, _) in params {
            assert!(info.param(name).is_some_and(|at| at < count), "{} has no parameter {name}", info.name);
        }
        let wide = info.has(EventFlags::LARGE);
        let (mut lengths, mut values) = (Vec::new(), Vec::new());
        for row in info.params.iter().take(count) {
            let given = params.iter().find(|(name, _)| *name == row.name).map(|(_, value)| value);
            let number = if let Some(Value::Number(number)) = given { *number } else { 0 };
            let bytes = match given {
                Some(Value::Bytes(bytes)) => bytes.clone(),
                _ => row.ty.width().map(|width| i128::from(number).to_le_bytes()[..width].to_vec()).unwrap_or_default(),
            };
            let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
            lengths.extend_from_slice(if wide { &length } else { &length[..2] });
            values.extend(bytes);
        }
        self.n += 1;
        self.ts += 1000;
        let params = Params::new(&lengths, wide, &values);
        let event = EventRef { ts: self.ts, tid, event_type: id, cpu: 0, block_flags: 0, params, options: &[] };
        Seen { n: self.n, applied: self.state.apply(self.n, &event) }
    }

    fn open(&mut self, tid: i64, path: &str, fd: i64) -> Seen {
        self.event(tid, id::OPENAT, with! {fd: fd, dirfd: AT_FDCWD, name: path})
    }

    fn close(&mut self, tid: i64, fd: i64) -> Seen {
        self.event(tid, id::CLOSE, with! {fd: fd})
    }

    fn read(&mut self, tid: i64, fd: i64) -> Seen {
        self.event(tid, id::READ, with! {fd: fd})
    }

    /// The parent's side of a clone.
    fn clone_returns(&mut self, parent: i64, child: i64, flags: u32) -> Seen {
        let params = with! {res: child, tid: parent, pid: parent, ptid: 1i64, exe: "sh", comm: "sh", flags: flags,
        vtid: parent, vpid: parent};
        self.event(parent, id::CLONE, params)
    }

    /// The child's side of a clone.
    fn clone_begins(&mut self, parent: i64, child: i64, flags: u32) -> Seen {
        let thread = flags & clone_flags::THREAD != 0;
        let (pid, above) = if thread { (parent, 1) } else { (child, parent) };
        let params =
            with! {tid: child, pid: pid, ptid: above, exe: "sh", comm: "sh", flags: flags, vtid: child, vpid: pid};
        self.event(child, id::CLONE, params)
    }

    fn fork(&mut self, parent: i64, child: i64) -> Seen {
        self.clone_returns(parent, child, 0);
        self.clone_begins(parent, child, 0)
    }

    fn start_thread(&mut self, process: i64, tid: i64) -> Seen {
        let flags = clone_flags::THREAD | clone_flags::FILES;
        self.clone_returns(process, tid, flags);
        self.clone_begins(process, tid, flags)
    }

    fn execve(&mut self, tid: i64, pid: i64, comm: &str) -> Seen {
        self.event(tid, id::EXECVE, with! {tid: pid, pid: pid, ptid: 1i64, exe: comm, comm: comm, fdlimit: 1024i64})
    }

    fn exit(&mut self, tid: i64, reaper: i64) -> Seen {
        self.event(tid, id::PROCEXIT, with! {reaper_tid: reaper})
    }

    /// The thread that did it, as it was then.
    fn who(&self, seen: Seen) -> &ThreadVersion {
        self.state.thread(seen.applied.context)
    }

    fn comm(&self, seen: Seen) -> &str {
        self.text(self.who(seen).comm)
    }

    /// The descriptor it was about.
    fn fd(&self, seen: Seen) -> &FdRecord {
        self.state.fds.get(seen.applied.fd)
    }

    /// The name of the descriptor it was about.
    fn name(&self, seen: Seen) -> &str {
        self.text(self.fd(seen).name)
    }

    /// The life of a thread id that goes on now.
    fn live(&self, tid: i64) -> ThreadId {
        self.state.threads.live(tid)
    }

    fn now(&self, tid: i64) -> &ThreadVersion {
        self.state.threads.now(self.live(tid))
    }

    fn cwd(&self, tid: i64) -> &str {
        std::str::from_utf8(self.state.cwd_of(self.live(tid))).unwrap()
    }

    /// The numbers a process has open as of an event.
    fn open_at(&self, tid: i64, n: u32) -> Vec<i64> {
        let thread = self.state.threads.live_at(tid, n);
        let table: Option<TableId> = self.state.threads.get(thread).table_at(n);
        let open: Vec<(i64, FdId)> = table.map(|table| self.state.tables.open_at(table, n)).unwrap_or_default();
        open.into_iter().map(|(fd, _)| fd).collect()
    }

    fn text(&self, id: StrId) -> &str {
        std::str::from_utf8(self.state.strings.get(id)).unwrap()
    }
}

fn process(tid: i64, ptid: i64, comm: &str) -> ProcessEntry {
    ProcessEntry {
        tid,
        pid: tid,
        ptid,
        vtid: tid,
        vpid: tid,
        comm: comm.into(),
        exe: comm.into(),
        cwd: b"/home".to_vec(),
        ..ProcessEntry::default()
    }
}
