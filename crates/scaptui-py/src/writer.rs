//! Writing captures from Python: the project's own samples, and tests.

use crate::errors::refuse;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use scap_format::event::{EventRef, Params};
use scap_format::meta::{
    FdDetail, FdEntry, FdList, Group, Interface, InterfaceAddress, L4Proto, MachineInfo, ProcessEntry, SectionHeader,
    User, UserList,
};
use scap_format::tables::{event_info, EventFlags};
use scap_format::writer;
use std::fs::File;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4, SocketAddrV6};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Writes a capture in the newest layout. It is kept in memory until `close`: samples are small.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Writer {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    machine: MachineInfo,
    interfaces: Vec<Interface>,
    users: UserList,
    processes: Vec<ProcessEntry>,
    fds: Vec<FdList>,
    /// Set by the first event: the tables stand before it.
    events: Option<writer::Writer<Vec<u8>>>,
    closed: bool,
}

#[pymethods]
impl Writer {
    #[new]
    fn new(path: PathBuf) -> Self {
        Writer { path, state: Mutex::default() }
    }

    #[pyo3(signature = (*, cpus, memory, host, boot_ns))]
    fn machine(&self, cpus: u32, memory: u64, host: &[u8], boot_ns: u64) -> PyResult<()> {
        self.table()?.machine =
            MachineInfo { cpus, memory_bytes: memory, hostname: host.to_vec(), boot_ts: boot_ns, ..Default::default() };
        Ok(())
    }

    #[pyo3(signature = (*, name, address, netmask))]
    fn interface(&self, name: &[u8], address: &str, netmask: &str) -> PyResult<()> {
        let address = match (ip(address)?, ip(netmask)?) {
            (IpAddr::V4(address), IpAddr::V4(netmask)) => {
                let broadcast = Ipv4Addr::from_bits(address.to_bits() | !netmask.to_bits());
                InterfaceAddress::V4 { address, netmask, broadcast }
            }
            (IpAddr::V6(address), IpAddr::V6(netmask)) => InterfaceAddress::V6 { address, netmask, broadcast: address },
            _ => return Err(refuse("address and netmask are of different families", "")),
        };
        self.table()?.interfaces.push(Interface { name: name.to_vec(), address, link_speed: Some(0) });
        Ok(())
    }

    #[pyo3(signature = (*, uid, gid, name, home, shell))]
    fn user(&self, uid: u32, gid: u32, name: &[u8], home: &[u8], shell: &[u8]) -> PyResult<()> {
        let user = User { uid, gid, name: name.to_vec(), home: home.to_vec(), shell: shell.to_vec() };
        self.table()?.users.users.push(user);
        Ok(())
    }

    #[pyo3(signature = (*, gid, name))]
    fn group(&self, gid: u32, name: &[u8]) -> PyResult<()> {
        self.table()?.users.groups.push(Group { gid, name: name.to_vec() });
        Ok(())
    }

    fn process(&self, entry: &Bound<'_, PyDict>) -> PyResult<()> {
        let process = process_entry(entry)?;
        self.table()?.processes.push(process);
        Ok(())
    }

    fn descriptor(&self, tid: i64, entry: &Bound<'_, PyDict>) -> PyResult<()> {
        let descriptor = fd_entry(entry)?;
        let mut table = self.table()?;
        match table.fds.iter_mut().find(|list| list.tid == tid) {
            Some(list) => list.fds.push(descriptor),
            None => table.fds.push(FdList { tid, fds: vec![descriptor] }),
        }
        Ok(())
    }

    #[pyo3(signature = (ts, tid, event_type, params, *, cpu = 0, flags = 0, comment = None))]
    #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value, reason = "an event has as many facts")]
    fn event(
        &self,
        ts: u64,
        tid: i64,
        event_type: u16,
        params: Vec<Vec<u8>>,
        cpu: u16,
        flags: u32,
        comment: Option<&[u8]>,
    ) -> PyResult<()> {
        let mut state = self.lock()?;
        let wide = event_info(event_type).is_some_and(|info| info.has(EventFlags::LARGE));
        let lengths = lengths(&params, wide).ok_or_else(|| refuse("a parameter is too long for its event type", ""))?;
        let values = params.concat();
        let event = EventRef {
            ts,
            tid,
            event_type,
            cpu,
            block_flags: flags,
            params: Params::new(&lengths, wide, &values),
            options: &[],
        };
        let events = state.begin().map_err(|error| self.failed(&error))?;
        match comment {
            Some(comment) => events.event_with_comment(&event, comment),
            None => events.event(&event),
        }
        .map_err(|error| self.failed(&error))
    }

    fn close(&self) -> PyResult<()> {
        let mut state = self.lock()?;
        state.closed = true;
        self.save(&mut state).map_err(|error| self.failed(&error))
    }
}

impl Writer {
    fn lock(&self) -> PyResult<MutexGuard<'_, State>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(refuse("the writer is closed", ""));
        }
        Ok(state)
    }

    /// The tables, as long as they can still be added to.
    fn table(&self) -> PyResult<MutexGuard<'_, State>> {
        let state = self.lock()?;
        if state.events.is_some() {
            return Err(refuse("tables stand before the first event", ""));
        }
        Ok(state)
    }

    fn save(&self, state: &mut State) -> io::Result<()> {
        state.begin()?;
        let bytes = state.events.take().map(writer::Writer::into_inner).unwrap_or_default();
        let mut file = File::create(&self.path)?;
        if self.path.extension().is_some_and(|extension| extension == "gz") {
            let mut packed = writer::gzip(file);
            packed.write_all(&bytes)?;
            file = packed.finish()?;
        } else {
            file.write_all(&bytes)?;
        }
        file.flush()
    }

    fn failed(&self, error: &io::Error) -> PyErr {
        refuse(format!("cannot write {}: {error}", self.path.display()), "")
    }
}

impl State {
    /// The event stream; the first time, the tables are written before it.
    fn begin(&mut self) -> io::Result<&mut writer::Writer<Vec<u8>>> {
        let events = match self.events.take() {
            Some(events) => events,
            None => self.tables()?,
        };
        Ok(self.events.insert(events))
    }

    fn tables(&self) -> io::Result<writer::Writer<Vec<u8>>> {
        let mut to = writer::Writer::new(Vec::new());
        to.section(&SectionHeader::default())?;
        to.machine(&self.machine)?;
        to.interfaces(&self.interfaces)?;
        to.users(&self.users)?;
        to.processes(&self.processes)?;
        for list in &self.fds {
            to.fds(list)?;
        }
        Ok(to)
    }
}

/// The lengths as they stand before the values, `None` when one does not fit.
fn lengths(params: &[Vec<u8>], wide: bool) -> Option<Vec<u8>> {
    let mut lengths = Vec::new();
    for value in params {
        if wide {
            lengths.extend_from_slice(&u32::try_from(value.len()).ok()?.to_le_bytes());
        } else {
            lengths.extend_from_slice(&u16::try_from(value.len()).ok()?.to_le_bytes());
        }
    }
    Some(lengths)
}

fn ip(text: &str) -> PyResult<IpAddr> {
    text.parse().map_err(|_| refuse(format!("{text:?} is no IP address"), ""))
}

/// Sets fields of a struct from the entries of the same name, and refuses the names it does not know.
macro_rules! fill {
    ($target:ident, $entry:ident, { $($name:literal => $field:ident),* $(,)? }, lists { $($list:literal => $bytes:ident),* $(,)? }) => {
        for (key, value) in $entry.iter() {
            match key.extract::<&str>()? {
                $($name => $target.$field = value.extract()?,)*
                $($list => $target.$bytes = joined(&value)?,)*
                other => return Err(refuse(format!("there is no entry {other:?} in a process list"), "")),
            }
        }
    };
}

fn process_entry(entry: &Bound<'_, PyDict>) -> PyResult<ProcessEntry> {
    let mut process = ProcessEntry::default();
    fill!(process, entry, {
        "tid" => tid, "pid" => pid, "ptid" => ptid, "sid" => sid, "vpgid" => vpgid, "pgid" => pgid,
        "comm" => comm, "exe" => exe, "exepath" => exepath, "cwd" => cwd, "root" => root,
        "fdlimit" => fdlimit, "flags" => flags, "uid" => uid, "gid" => gid,
        "vmsize_kb" => vmsize_kb, "vmrss_kb" => vmrss_kb, "vmswap_kb" => vmswap_kb,
        "pfmajor" => pfmajor, "pfminor" => pfminor, "vtid" => vtid, "vpid" => vpid,
        "pidns_init_start_ts" => pidns_init_start_ts, "tty" => tty, "loginuid" => loginuid,
        "exe_ino" => exe_ino, "exe_ino_ctime" => exe_ino_ctime, "exe_ino_mtime" => exe_ino_mtime,
    }, lists { "args" => args, "env" => env, "cgroups" => cgroups });
    Ok(process)
}

/// Texts, each ended by a NUL.
fn joined(value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let texts: Vec<Vec<u8>> = value.extract()?;
    Ok(texts.into_iter().flat_map(|text| text.into_iter().chain([0])).collect())
}

fn fd_entry(entry: &Bound<'_, PyDict>) -> PyResult<FdEntry> {
    let number = |key: &str| -> PyResult<i64> { entry.get_item(key)?.map_or(Ok(0), |value| value.extract()) };
    let text = |key: &str| -> PyResult<String> { entry.get_item(key)?.map_or(Ok(String::new()), |v| v.extract()) };
    let narrow = |key: &str| -> PyResult<u16> { entry.get_item(key)?.map_or(Ok(0), |value| value.extract()) };
    let name: Vec<u8> = entry.get_item("name")?.map_or(Ok(Vec::new()), |value| value.extract())?;
    let l4 = match text("l4")?.as_str() {
        "tcp" => L4Proto::Tcp,
        "udp" => L4Proto::Udp,
        "icmp" => L4Proto::Icmp,
        "raw" => L4Proto::Raw,
        _ => L4Proto::Unknown,
    };
    let detail = match text("type")?.as_str() {
        "file" => FdDetail::File { open_flags: entry_u32(entry, "flags")?, name, dev: Some(0) },
        "directory" => FdDetail::Directory { name },
        "pipe" => FdDetail::Fifo { name },
        "eventpoll" => FdDetail::Epoll { name },
        "eventfd" => FdDetail::Event { name },
        "signalfd" => FdDetail::Signal { name },
        "timerfd" => FdDetail::Timer { name },
        "inotify" => FdDetail::Inotify { name },
        "unix" => FdDetail::Unix { source: entry_u64(entry, "source")?, peer: entry_u64(entry, "peer")?, name },
        "ip" => match (ip(&text("sip")?)?, ip(&text("dip")?)?) {
            (IpAddr::V4(source), IpAddr::V4(dest)) => FdDetail::Ipv4Socket {
                source: SocketAddrV4::new(source, narrow("sport")?),
                dest: SocketAddrV4::new(dest, narrow("dport")?),
                l4,
            },
            (IpAddr::V6(source), IpAddr::V6(dest)) => FdDetail::Ipv6Socket {
                source: SocketAddrV6::new(source, narrow("sport")?, 0, 0),
                dest: SocketAddrV6::new(dest, narrow("dport")?, 0, 0),
                l4,
            },
            _ => return Err(refuse("both ends of a socket must be of one family", "")),
        },
        "ip-listen" => match ip(&text("sip")?)? {
            IpAddr::V4(local) => FdDetail::Ipv4Listening { local: SocketAddrV4::new(local, narrow("sport")?), l4 },
            IpAddr::V6(local) => {
                FdDetail::Ipv6Listening { local: SocketAddrV6::new(local, narrow("sport")?, 0, 0), l4 }
            }
        },
        other => return Err(refuse(format!("there is no descriptor type {other:?}"), "")),
    };
    Ok(FdEntry { fd: number("fd")?, inode: entry_u64(entry, "ino")?, detail })
}

fn entry_u32(entry: &Bound<'_, PyDict>, key: &str) -> PyResult<u32> {
    entry.get_item(key)?.map_or(Ok(0), |value| value.extract())
}

fn entry_u64(entry: &Bound<'_, PyDict>, key: &str) -> PyResult<u64> {
    entry.get_item(key)?.map_or(Ok(0), |value| value.extract())
}
