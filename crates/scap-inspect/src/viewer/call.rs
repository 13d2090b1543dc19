//! An event as a row of the list: what its call was about.

use scap_format::tables::{errno_name, signal_name, EventFlags, ParamType, PrintFormat};

use crate::fields::{EventAt, Field};
use crate::render::{self, Style};
use crate::state::fds::{FdRecord, Role};
use crate::state::{id, NO_RESULT};
use crate::store::columns::flag;
use crate::value::Value;

/// Bytes of payload a row carries.
const PAYLOAD: usize = 256;
/// The event by which recorders say that events were lost.
const DROPS: [u16; 2] = [148, 149];

/// One row of the event list.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "documented where it crosses the border")]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, each of them a property at the border")]
pub struct Call {
    pub number: u32,
    pub ts: u64,
    pub latency: Option<u64>,
    pub name: String,
    pub is_exit: bool,
    pub partner: Option<u32>,
    pub cpu: u16,
    pub tid: Option<i64>,
    pub pid: Option<i64>,
    pub comm: Vec<u8>,
    pub container: Vec<u8>,
    pub errno: Option<u16>,
    pub error: String,
    pub result: Option<i64>,
    pub result_is_address: bool,
    pub fd: Option<i64>,
    pub fd_kind: &'static str,
    pub fd_name: Vec<u8>,
    pub role: &'static str,
    pub is_read: bool,
    pub is_write: bool,
    pub data: Option<Vec<u8>>,
    pub path: Option<Vec<u8>>,
    pub target: Option<Vec<u8>>,
    pub exit_status: Option<i64>,
    pub signal: String,
    pub peer: Option<(i64, Vec<u8>)>,
    pub is_dropped_marker: bool,
    pub lost: Option<u32>,
    pub lost_for: Option<u64>,
}

impl Call {
    /// What the list says of an event.
    pub fn of(event: &EventAt<'_>) -> Self {
        let row = event.row;
        let info = event.info;
        let paired = row.flags & flag::PAIRED != 0;
        let text = |value: Option<Value<'_>>| value.and_then(|v| v.as_text().map(<[u8]>::to_vec));
        let state = &event.store.state;
        // What the tables know of a number counts here, also where no reader takes it for the call's descriptor.
        let fd = event.fd().map(|record| event.fd_by_number(record.num).unwrap_or(record));
        let data = event.event.and_then(|e| e.params.get(info.param("data")?));
        let thread = event.thread();
        let loss = event.store.losses.ended_by(event.n);
        Call {
            number: event.n,
            ts: row.ts,
            latency: (info.is_exit() && paired).then(|| event.store.latency(&row)),
            name: text(Some(event.type_name())).map_or_else(String::new, |t| String::from_utf8_lossy(&t).into_owned()),
            is_exit: info.is_exit(),
            partner: paired.then_some(row.partner),
            cpu: row.cpu,
            tid: thread.map(|t| t.tid),
            pid: thread.map(|t| t.pid),
            comm: thread.map_or_else(Vec::new, |t| state.strings.get(t.comm).to_vec()),
            container: container(event),
            errno: (row.errno != NO_RESULT).then_some(row.errno),
            error: match row.errno {
                0 | NO_RESULT => String::new(),
                errno => errno_name(errno.into()).map_or_else(|| errno.to_string(), str::to_owned),
            },
            result: event.result(),
            result_is_address: info.params.first().is_some_and(|p| p.format == PrintFormat::Hex),
            fd: fd.map(|record| record.num),
            fd_kind: fd.map_or("", |record| state.look(record).0),
            fd_name: fd.map_or_else(Vec::new, |record| fd_name(event, record)),
            role: match fd.map(|record| record.role) {
                Some(Role::Client) => "client",
                Some(Role::Server) => "server",
                _ => "",
            },
            is_read: info.has(EventFlags::READS),
            is_write: info.has(EventFlags::WRITES),
            data: data.map(|bytes| bytes.get(..PAYLOAD).unwrap_or(bytes).to_vec()),
            path: path(event),
            target: text(event.value(Field::FsPathTarget, None)),
            exit_status: exit_status(event),
            signal: signal(event),
            peer: peer(event),
            is_dropped_marker: DROPS.contains(&row.kind.event_type()),
            lost: loss.and_then(|loss| loss.lost),
            lost_for: loss.and_then(|loss| loss.length),
        }
    }
}

fn container(event: &EventAt<'_>) -> Vec<u8> {
    match event.container() {
        Some(container) if !container.id.is_empty() => {
            let name = container.info.and_then(|info| info.name.as_deref());
            name.unwrap_or(container.id).as_bytes().to_vec()
        }
        _ => Vec::new(),
    }
}

/// The name of the call's descriptor; of a connection that could not be made, where it should have gone.
pub(crate) fn fd_name(event: &EventAt<'_>, record: &FdRecord) -> Vec<u8> {
    let (_, name) = event.store.state.look(record);
    if !name.is_empty() || event.info.name != "connect" {
        return name.to_vec();
    }
    let mut out = Vec::new();
    if let Some((info, params)) = event.spoken() {
        if let Some(at) = info.param("addr").filter(|at| params.get(*at).is_some()) {
            render::arg(&mut out, info, &params, at, event, Style::default());
        }
    }
    if out == b"<NA>" || out == b"NULL" {
        out.clear();
    }
    out
}

/// The path a call works on: resolved where it succeeded, else as it was asked for.
pub(crate) fn path(event: &EventAt<'_>) -> Option<Vec<u8>> {
    let known = event.value(Field::FsPathName, None).or_else(|| event.value(Field::FsPathSource, None));
    if let Some(text) = known.as_ref().and_then(Value::as_text) {
        return Some(text.to_vec());
    }
    if let Some(record) = event.fd().filter(|record| !record.known() && !record.name.is_empty()) {
        return Some(event.store.state.strings.get(record.name).to_vec());
    }
    if event.info.name == "execve" || event.info.name == "execveat" {
        return event.asked_program();
    }
    let (info, params) = event.spoken()?;
    let at = info.params.iter().position(|p| matches!(p.ty, ParamType::FsPath | ParamType::FsRelPath))?;
    params.text(at)?;
    let mut out = Vec::new();
    render::arg(&mut out, info, &params, at, event, Style::default());
    (!out.is_empty() && out != b"<NA>").then_some(out)
}

fn exit_status(event: &EventAt<'_>) -> Option<i64> {
    matches!(event.info.id, id::PROCEXIT | id::PROCEXIT_OLD).then(|| event.event?.params.int(0)).flatten()
}

fn signal(event: &EventAt<'_>) -> String {
    let number = || {
        let today = event.today()?;
        let info = scap_format::tables::event_info(today.event_type)?;
        let at = info.params.iter().position(|p| p.ty == ParamType::SigType && p.name == "sig")?;
        today.uint(at)
    };
    if matches!(event.info.id, id::PROCEXIT | id::PROCEXIT_OLD) {
        return String::new();
    }
    let number = number().and_then(|number| u8::try_from(number).ok());
    number.and_then(signal_name).unwrap_or_default().to_owned()
}

/// The other thread: a signal's sender or receiver, a clone's child.
fn peer(event: &EventAt<'_>) -> Option<(i64, Vec<u8>)> {
    let today = event.today()?;
    let info = scap_format::tables::event_info(today.event_type)?;
    let tid = match info.name {
        "signaldeliver" => today.int(info.param("spid")?)?,
        "kill" | "tkill" => today.int(info.param("pid").or_else(|| info.param("tid"))?)?,
        "tgkill" => today.int(info.param("tid")?)?,
        "clone" | "clone3" | "fork" | "vfork" if info.is_exit() => today.int(0).filter(|child| *child > 0)?,
        _ => return None,
    };
    let other = if info.name == "signaldeliver" || info.name.ends_with("kill") {
        event.neighbour(tid)
    } else {
        event.thread_by_tid(tid)
    };
    match other {
        Some(other) => Some((other.tid, event.store.state.strings.get(other.comm).to_vec())),
        None => Some((tid, Vec::new())),
    }
}
