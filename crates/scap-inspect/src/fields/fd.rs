//! Values of `fd.*` and `fdlist.*`.

use std::borrow::Cow;
use std::net::IpAddr;

use super::lens::EventAt;
use super::{Arg, Field};
use crate::path;
use crate::render::Scene;
use crate::state::fds::{bits, Ends, FdKind, FdRecord, Role, L4};
use crate::store::columns::flag;
use crate::value::Value;

fn of_version(ip: IpAddr, arg: Option<&Arg>) -> Option<Value<'static>> {
    let wanted = match arg {
        Some(Arg::Name(version)) if &**version == "v4" => ip.is_ipv4(),
        Some(Arg::Name(version)) if &**version == "v6" => ip.is_ipv6(),
        _ => true,
    };
    wanted.then_some(Value::Ip(ip))
}

fn port(number: u16) -> Value<'static> {
    Value::Uint(number.into())
}

fn service(number: u16) -> Value<'static> {
    Value::owned_text(number.to_string())
}

impl<'a> EventAt<'a> {
    /// Values about the event's descriptor.
    pub(super) fn fd_value(&self, field: Field, arg: Option<&Arg>) -> Option<Value<'a>> {
        use Field as F;
        if matches!(field, F::FdIsUpperLayer | F::FdIsLowerLayer) && self.known_fd().is_none() {
            return self.is_on_layer(field);
        }
        let record = self.fd()?;
        match field {
            F::FdNum => return Some(Value::Int(record.num)),
            F::FdName => {
                // What an enter event will be about is not known yet; an exit's unknown descriptor has an empty name.
                let nameless = record.name.is_empty() && is_yet_unknown(record);
                return (!nameless).then(|| self.text(record.name));
            }
            F::FdTypechar => return Some(Value::owned_text([self.fd_letter(record)])),
            F::FdDirectory => return self.directory(record),
            F::FdUid => {
                let tid = self.thread().map_or(-1, |thread| thread.tid);
                return Some(Value::owned_text(format!("{tid}{}", record.num)));
            }
            F::FdTypes => return self.open_types(arg),
            F::FdNameraw => {
                let nameless = record.raw_name.is_empty() && is_yet_unknown(record);
                return (!nameless).then(|| collapsed(self.str(record.raw_name)));
            }
            F::FdContainername => return Some(self.in_container(self.str(record.name))),
            F::FdContainerdirectory => {
                let directory = self.directory(record)?;
                return Some(self.in_container(directory.as_text()?));
            }
            _ => {}
        }
        let record = self.known_fd()?;
        match field {
            F::FdType => Some(Value::text(record.kind.word())).filter(|_| !record.kind.word().is_empty()),
            F::FdFilename => {
                (record.kind == FdKind::File).then(|| Value::text(path::file_name_of(self.str(record.name))))
            }
            F::FdDev => Some(Value::Uint(record.dev.into())),
            // As the kernel encodes device numbers for programs: 12 bits of major between 8 and 12 bits of minor.
            F::FdDevMajor => Some(Value::Uint((record.dev >> 8 & 0xfff).into())),
            F::FdDevMinor => Some(Value::Uint((record.dev & 0xff | record.dev >> 12 & 0xf_ff00).into())),
            F::FdIno => Some(Value::Uint(record.ino)),
            F::FdIsUpperLayer | F::FdIsLowerLayer => Some(on_layer(field, record)),
            F::FdNameChanged => Some(Value::Bool(self.row.flags & flag::RENAMED != 0 && self.came_about())),
            F::FdSockfamily => match record.kind {
                FdKind::Unix => Some(Value::text("unix")),
                kind => kind.is_ip().then_some(Value::text("ip")),
            },
            F::FdL4proto => record.kind.is_ip().then(|| Value::text(record.transport().map_or("<NA>", L4::word))),
            F::FdConnected => Some(Value::Bool(is_connected(record))),
            F::FdIsServer => Some(Value::Bool(self.is_server(record))),
            _ => self.end_value(field, arg, record),
        }
    }

    /// The layer also where the call has its descriptor among its arguments only, as `mmap` in captures with enter events.
    fn is_on_layer(&self, field: Field) -> Option<Value<'a>> {
        let today = self.today().filter(|_| self.info.is_exit())?;
        let info = scap_format::tables::event_info(today.event_type)?;
        let number = today.int(info.param("fd").or_else(|| info.param("dirfd"))?)?;
        self.fd_by_number(number).map(|record| on_layer(field, record))
    }

    /// Whether the call did what it was asked for, or is about to.
    fn came_about(&self) -> bool {
        const EINPROGRESS: u16 = 115;
        matches!(self.row.errno, 0 | EINPROGRESS | crate::state::NO_RESULT)
    }

    fn fd_letter(&self, record: &FdRecord) -> u8 {
        let failed_open = !record.known() && record.guessed == b'f';
        // Current readers do not guess for failed opens.
        if failed_open && self.exits_only() {
            b'o'
        } else {
            record.letter()
        }
    }

    fn directory(&self, record: &FdRecord) -> Option<Value<'a>> {
        let name = self.str(record.name);
        match record.kind {
            FdKind::Directory => Some(Value::text(name)),
            FdKind::File => Some(Value::text(parent(name))),
            FdKind::Absent if !name.is_empty() || !record.is(bits::ENTER) => Some(Value::text(parent(name))),
            _ => None,
        }
    }

    fn in_container(&self, text: &[u8]) -> Value<'a> {
        let id = self.thread().map_or(&b""[..], |thread| self.str(thread.container));
        Value::owned_text([id, b":", text].concat())
    }

    fn open_types(&self, arg: Option<&Arg>) -> Option<Value<'a>> {
        if let Some(Arg::Index(number)) = arg {
            let record = self.fd_by_number((*number).into())?;
            return Some(Value::List(vec![Value::text(record.kind.word())]));
        }
        let table = self.main_history()?.table_at(self.n)?;
        let mut words: Vec<&'static str> = self
            .store
            .state
            .tables
            .open_at(table, self.n)
            .into_iter()
            .map(|(_, record)| self.store.state.fds.get(record).kind.word())
            .collect();
        words.sort_unstable();
        words.dedup();
        Some(Value::List(words.into_iter().map(Value::text).collect()))
    }

    /// Whether an address is one of this machine's, or of the event's container.
    fn is_local(&self, ip: IpAddr) -> bool {
        let interfaces = &self.store.state.section_at(self.n).interfaces;
        let container = self.thread().is_some_and(|thread| !thread.container.is_empty());
        match ip {
            IpAddr::V4(_) => {
                interfaces.iter().any(|i| i.address == ip) || (container && self.is_containers_address(ip))
            }
            IpAddr::V6(v6) => {
                let net = |ip: std::net::Ipv6Addr| u128::from(ip) >> 64;
                !container && interfaces.iter().any(|i| matches!(i.address, IpAddr::V6(own) if net(own) == net(v6)))
            }
        }
    }

    fn is_containers_address(&self, ip: IpAddr) -> bool {
        let text = ip.to_string();
        let own = self.container().and_then(|c| c.info).and_then(|info| info.ip.as_deref());
        if let Some(own) = own.filter(|ip| *ip != "0.0.0.0") {
            return own == text;
        }
        let containers = &self.store.state.containers;
        let has_it = |id| containers.info(id, self.n).and_then(|info| info.ip.as_deref()) == Some(text.as_str());
        containers.ids().any(has_it)
    }

    fn is_server(&self, record: &FdRecord) -> bool {
        match (record.kind, record.ends) {
            (FdKind::Ipv4Listen | FdKind::Ipv6Listen, _) => true,
            (FdKind::Ipv4 | FdKind::Ipv6, Some(ends)) => self.is_local(ends.dest.0),
            (FdKind::Ipv6, None) => self.is_local(IpAddr::from([0; 16])),
            _ => false,
        }
    }

    fn end_value(&self, field: Field, arg: Option<&Arg>, record: &'a FdRecord) -> Option<Value<'a>> {
        use Field as F;
        if matches!(field, F::FdIp | F::FdNet | F::FdPort | F::FdProto) {
            return Some(both_ends(field, arg, record));
        }
        if record.kind == FdKind::Unix && record.role != Role::None && matches!(field, F::FdCproto | F::FdSproto) {
            return Some(Value::text(b""));
        }
        let ends = record.ends?;
        let listening = record.kind.is_listening();
        if listening {
            return match field {
                F::FdSport => Some(port(ends.dest.1)),
                // A service is that of a connection.
                F::FdSproto | F::FdCproto => Some(Value::text(b"")),
                // A listener known from the list at the head has not been seen serving.
                F::FdSip | F::FdSnet if record.role == Role::None => None,
                F::FdSip => of_version(ends.dest.0, arg),
                F::FdSnet => Some(Value::Ip(ends.dest.0)),
                _ => None,
            };
        }
        if record.role == Role::None && !matches!(field, F::FdLip | F::FdLport | F::FdRip | F::FdRport) {
            return None;
        }
        let (local, remote) = self.sides(&ends);
        let (end, what) = match field {
            F::FdCip => (ends.source, Part::Ip),
            F::FdCnet => (ends.source, Part::Net),
            F::FdCport => (ends.source, Part::Port),
            F::FdCproto => (ends.source, Part::Service),
            F::FdSip => (ends.dest, Part::Ip),
            F::FdSnet => (ends.dest, Part::Net),
            F::FdSport => (ends.dest, Part::Port),
            F::FdSproto => (ends.dest, Part::Service),
            F::FdLip => (local, Part::Ip),
            F::FdLnet => (local, Part::Net),
            F::FdLport => (local, Part::Port),
            F::FdLproto => (local, Part::Service),
            F::FdRip => (remote, Part::Ip),
            F::FdRnet => (remote, Part::Net),
            F::FdRport => (remote, Part::Port),
            F::FdRproto => (remote, Part::Service),
            // Host names would come from the reader's resolver, which knows nothing of the captured machine.
            _ => return None,
        };
        match what {
            Part::Ip => of_version(end.0, arg),
            Part::Net => Some(Value::Ip(end.0)),
            Part::Port => Some(port(end.1)),
            Part::Service => Some(service(end.1)),
        }
    }

    /// The end on this machine, and the other.
    fn sides(&self, ends: &Ends) -> ((IpAddr, u16), (IpAddr, u16)) {
        if self.is_local(ends.source.0) {
            (ends.source, ends.dest)
        } else {
            (ends.dest, ends.source)
        }
    }

    /// Values about all the descriptors a poll names; nothing when none of them has one.
    pub(super) fn fdlist_value(&self, field: Field) -> Option<Value<'a>> {
        let (_, list) = self.param("fds")?;
        let items: Vec<Vec<u8>> = poll_numbers(list).filter_map(|number| self.fdlist_item(field, number)).collect();
        (!items.is_empty()).then(|| Value::owned_text(items.join(&b',')))
    }

    /// What one descriptor of a poll adds to a list. Numbers and names keep their places, addresses are of sockets only.
    fn fdlist_item(&self, field: Field, number: i64) -> Option<Vec<u8>> {
        use Field as F;
        let record = self.fd_by_number(number);
        let name = || record.map(|record| self.str(record.name)).filter(|name| !name.is_empty());
        let ends = || record.and_then(|record| record.ends);
        let connected = || record.filter(|record| !record.kind.is_listening()).and(ends());
        match field {
            F::FdlistNums => Some(number.to_string().into_bytes()),
            F::FdlistNames => Some(name().unwrap_or(b"<NA>").to_vec()),
            F::FdlistCips => connected().map(|ends| ends.source.0.to_string().into_bytes()),
            F::FdlistSips => ends().map(|ends| ends.dest.0.to_string().into_bytes()),
            F::FdlistCports => connected().map(|ends| ends.source.1.to_string().into_bytes()),
            F::FdlistSports => ends().map(|ends| ends.dest.1.to_string().into_bytes()),
            _ => None,
        }
    }

    /// The path of a descriptor of the event's thread.
    pub(super) fn fd_path(&self, number: i64) -> Option<&'a [u8]> {
        self.fd_by_number(number).map(|record| self.str(record.name))
    }

    /// The working directory of the event's process.
    pub(super) fn working_directory(&self) -> &[u8] {
        self.cwd().unwrap_or_default()
    }
}

enum Part {
    Ip,
    Net,
    Port,
    Service,
}

/// A descriptor of an enter event that its process was not seen to have.
fn is_yet_unknown(record: &FdRecord) -> bool {
    !record.known() && record.is(bits::ENTER)
}

fn on_layer(field: Field, record: &FdRecord) -> Value<'static> {
    let layer = if field == Field::FdIsUpperLayer { bits::UPPER_LAYER } else { bits::LOWER_LAYER };
    Value::Bool(record.is(layer))
}

fn is_connected(record: &FdRecord) -> bool {
    matches!(record.kind, FdKind::Ipv4 | FdKind::Ipv6 | FdKind::Unix) && record.is(bits::CONNECTED)
}

fn both_ends(field: Field, arg: Option<&Arg>, record: &FdRecord) -> Value<'static> {
    let Some(ends) = record.ends.filter(|_| record.kind.is_ip()) else { return Value::Ends(Vec::new()) };
    let places = if record.kind.is_listening() { vec![ends.dest] } else { vec![ends.source, ends.dest] };
    let values = places.into_iter().filter_map(|(ip, number)| match field {
        Field::FdPort | Field::FdProto => Some(port(number)),
        Field::FdIp => of_version(ip, arg),
        _ => Some(Value::Ip(ip)),
    });
    Value::Ends(values.collect())
}

/// Numbers in a poll's list: u16 count, then i64 number and i16 flags each.
pub(crate) fn poll_numbers(list: &[u8]) -> impl Iterator<Item = i64> + '_ {
    let (count, rest) = list.split_first_chunk::<2>().map_or((0, list), |(c, r)| (u16::from_le_bytes(*c), r));
    rest.chunks_exact(10).take(count.into()).filter_map(|item| item.first_chunk::<8>().map(|n| i64::from_le_bytes(*n)))
}

/// Everything before the last slash; "/" without one.
fn parent(name: &[u8]) -> &[u8] {
    match name.iter().rposition(|byte| *byte == b'/') {
        None | Some(0) => b"/",
        Some(at) => &name[..at],
    }
}

/// A path with repeated slashes written once.
fn collapsed(raw: &[u8]) -> Value<'_> {
    if !raw.windows(2).any(|pair| pair == b"//") {
        return Value::Text(Cow::Borrowed(raw));
    }
    let mut out: Vec<u8> = Vec::with_capacity(raw.len());
    for &byte in raw {
        if byte != b'/' || out.last() != Some(&b'/') {
            out.push(byte);
        }
    }
    Value::owned_text(out)
}
