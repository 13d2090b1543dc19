//! Values of `evt.*`, `syscall.type` and `syslog.*`.

use std::borrow::Cow;

use scap_format::event::{charbuf, signed, unsigned};
use scap_format::tables::{
    errno_name, event_info, Category, EventFlags as F, EventInfo, ParamInfo, ParamType, PrintFormat, Source,
};

use super::lens::EventAt;
use super::{Arg, Field};
use crate::convert::Today;
use crate::render::{self, DataStyle, Style};
use crate::state::fds::FdKind;
use crate::state::threads::ThreadVersion;
use crate::state::{has_result, id, open_flags, NO_RESULT};
use crate::value::Value;
use crate::{clock, syslog};

/// Width of the scale of `evt.latency.quantized`.
const LATENCY_STEPS: u32 = 80;

/// The word of a category.
pub(super) const fn category_word(category: Category) -> &'static str {
    match category {
        Category::Unknown => "unknown",
        Category::Other => "other",
        Category::File => "file",
        Category::Net => "net",
        Category::Ipc => "IPC",
        Category::Memory => "memory",
        Category::Process => "process",
        Category::Sleep => "sleep",
        Category::System => "system",
        Category::Signal => "signal",
        Category::User => "user",
        Category::Time => "time",
        Category::Processing => "processing",
        Category::IoRead => "io_read",
        Category::IoWrite => "io_write",
        Category::IoOther => "io_other",
        Category::Wait => "wait",
        Category::Scheduler => "scheduler",
        Category::Internal => "internal",
    }
}

/// Values that depend on the event's type alone.
pub(super) fn type_value(field: Field, arg: Option<&Arg>, info: &EventInfo) -> Option<Value<'static>> {
    use Field as E;
    let has = |flags| Some(Value::Bool(info.has(flags)));
    match field {
        E::EvtDir => Some(Value::text(if info.is_exit() { "<" } else { ">" })),
        E::EvtIsIo => has(F::READS | F::WRITES),
        E::EvtIsIoRead => has(F::READS),
        E::EvtIsIoWrite => has(F::WRITES),
        E::EvtIsWait => has(F::WAITS),
        E::EvtIoDir if info.has(F::WRITES) => Some(Value::text("write")),
        E::EvtIoDir if info.has(F::READS) => Some(Value::text("read")),
        E::EvtIsAsync => Some(Value::Bool(info.source == Source::Meta)),
        E::EvtCount => Some(Value::Uint(1)),
        E::EvtCountExit => info.is_exit().then_some(Value::Uint(1)),
        E::EvtCountThreadinfo => Some(Value::Uint((info.id == id::PROCINFO).into())),
        E::EvtTypeIs => {
            let is = match arg? {
                Arg::Index(number) => *number == u32::from(info.id),
                Arg::Name(name) => **name == *info.name,
                Arg::Time(_) => false,
            };
            Some(Value::Uint(is.into()))
        }
        _ => None,
    }
}

impl<'a> EventAt<'a> {
    /// Values about the event itself.
    pub(super) fn event_value(&self, field: Field, arg: Option<&Arg>) -> Option<Value<'a>> {
        use Field as E;
        match field {
            E::EvtNum => Some(Value::Uint(self.n.into())),
            E::EvtType => Some(self.type_name()),
            E::SyscallType => (self.info.source == Source::Syscall).then(|| self.type_name()),
            E::EvtAsynctype => (self.info.source == Source::Meta).then(|| self.type_name()),
            E::EvtSource => Some(Value::text("syscall")),
            E::EvtCpu => Some(Value::Int(self.cpu())),
            E::EvtCategory => Some(Value::text(self.category())),
            E::EvtFailed => self.failed().map(Value::Bool),
            E::EvtRes => self.result_text(),
            E::EvtRawres => self.result().map(Value::Int),
            E::EvtArgs | E::EvtInfo => Some(self.args_text()),
            E::EvtArg => self.arg_text(arg?),
            E::EvtRawarg => self.raw_arg(arg?),
            E::EvtBuffer => self.param("data").map(|(_, bytes)| Value::bytes(bytes)),
            E::EvtAbspath => self.abspath(arg),
            E::EvtHostname => Some(Value::text(self.store.state.section_at(self.n).host())),
            E::EvtIsSyslog => Some(Value::Bool(self.is_syslog())),
            E::EvtAround => {
                // Compared with a number of milliseconds: the distance in them, rounded up.
                let Some(Arg::Time(ts)) = arg else { return None };
                Some(Value::Uint(self.row.ts.abs_diff(*ts).div_ceil(1_000_000)))
            }
            E::EvtCountProcinfo => {
                let main = self.thread().is_some_and(ThreadVersion::is_main);
                Some(Value::Uint((self.info.id == id::PROCINFO && main).into()))
            }
            E::EvtPluginname | E::EvtPlugininfo => None,
            _ => self
                .time_value(field)
                .or_else(|| self.latency_value(field))
                .or_else(|| self.count_value(field))
                .or_else(|| self.length_value(field))
                .or_else(|| self.open_value(field))
                .or_else(|| self.syslog_value(field))
                .or_else(|| self.docker_value(field)),
        }
    }

    fn time_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as E;
        const SECOND: u64 = 1_000_000_000;
        let ts = self.row.ts;
        let relative = || ts.saturating_sub(self.store.first_ts.unwrap_or(ts));
        let delta = || ts.saturating_sub(self.previous());
        let text = |write: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::with_capacity(32);
            write(&mut out);
            Some(Value::owned_text(out))
        };
        match field {
            E::EvtRawtime => Some(Value::Uint(ts)),
            E::EvtRawtimeS => Some(Value::Uint(ts / SECOND)),
            E::EvtRawtimeNs => Some(Value::Uint(ts % SECOND)),
            E::EvtReltime => Some(Value::Uint(relative())),
            E::EvtReltimeS => Some(Value::Uint(relative() / SECOND)),
            E::EvtReltimeNs => Some(Value::Uint(relative() % SECOND)),
            E::EvtDeltatime => Some(Value::Uint(delta())),
            E::EvtDeltatimeS => Some(Value::Uint(delta() / SECOND)),
            E::EvtDeltatimeNs => Some(Value::Uint(delta() % SECOND)),
            E::EvtTime | E::EvtOutputtime => text(&|out| self.zone.time(out, ts)),
            E::EvtTimeS => text(&|out| self.zone.time_s(out, ts)),
            E::EvtTimeIso8601 => text(&|out| clock::iso8601(out, ts)),
            E::EvtDatetime => text(&|out| self.zone.datetime(out, ts)),
            E::EvtDatetimeS => text(&|out| self.zone.datetime_s(out, ts)),
            _ => None,
        }
    }

    /// Time of the event printed or shown before this one; this one's own for the first.
    fn previous(&self) -> u64 {
        if let Some(ts) = self.previous_ts {
            return ts;
        }
        let hiding = self.store.hiding();
        let mut n = self.n;
        while n > 1 {
            n -= 1;
            match self.store.row(n) {
                Some(row) if row.flags & hiding == 0 => return row.ts,
                Some(_) => {}
                None => break,
            }
        }
        self.row.ts
    }

    fn latency_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as E;
        const SECOND: u64 = 1_000_000_000;
        match field {
            E::EvtLatency => Some(Value::Uint(self.store.latency(&self.row))),
            E::EvtLatencyS => Some(Value::Uint(self.store.latency(&self.row) / SECOND)),
            E::EvtLatencyNs => Some(Value::Uint(self.store.latency(&self.row) % SECOND)),
            E::EvtLatencyHuman => {
                let mut out = Vec::new();
                clock::human(&mut out, self.store.latency(&self.row));
                Some(Value::owned_text(out))
            }
            E::EvtLatencyQuantized => {
                let latency = self.store.latency(&self.row);
                (latency != 0).then(|| Value::Uint(clock::quantized(latency, LATENCY_STEPS)))
            }
            E::EvtWaitLatency => {
                let waits = self.info.has(F::WAITS) && self.info.is_exit();
                waits.then(|| Value::Uint(self.store.latency(&self.row)))
            }
            _ => None,
        }
    }

    /// `evt.type`: generic events are named after their system call, async events after what happened.
    pub fn type_name(&self) -> Value<'a> {
        Value::Text(Cow::Borrowed(self.type_word()))
    }

    /// The text of [`EventAt::type_name`].
    pub(crate) fn type_word(&self) -> &'a [u8] {
        match self.info.id {
            id::SYSCALL_ENTER | id::SYSCALL => self.row.kind.call().unwrap_or("<unknown>").as_bytes(),
            id::ASYNC => self.event.and_then(|event| event.params.text(1)).unwrap_or(self.info.name.as_bytes()),
            _ => self.info.name.as_bytes(),
        }
    }

    /// `evt.cpu`.
    pub(crate) fn cpu(&self) -> i64 {
        i16::from_le_bytes(self.row.cpu.to_le_bytes()).into()
    }

    /// `evt.category`.
    pub fn category(&self) -> &'static str {
        let category = self.info.category;
        if !matches!(category, Category::IoRead | Category::IoWrite | Category::IoOther) {
            return category_word(category);
        }
        match self.known_fd().map(|record| record.kind) {
            Some(FdKind::File | FdKind::Directory) => "file",
            Some(kind) if kind.is_ip() => "net",
            Some(
                FdKind::Pipe | FdKind::Unix | FdKind::Event | FdKind::Signal | FdKind::Inotify | FdKind::UserFault,
            ) => "ipc",
            _ => "unknown",
        }
    }

    /// The event's result, when it is of a kind that has one.
    pub fn result(&self) -> Option<i64> {
        if !has_result(self.info) {
            return None;
        }
        self.event?.params.int(0)
    }

    /// `evt.failed`; in captures with enter events, what returns nothing has not failed.
    pub fn failed(&self) -> Option<bool> {
        match self.row.errno {
            NO_RESULT if self.exits_only() => None,
            NO_RESULT => Some(false),
            errno => Some(errno != 0),
        }
    }

    fn result_text(&self) -> Option<Value<'a>> {
        if self.row.errno == 0 {
            return Some(Value::text("SUCCESS"));
        }
        if self.row.errno == NO_RESULT {
            return None;
        }
        let error = i64::from(self.row.errno);
        let named = self.info.params.first().is_none_or(|param| param.ty != ParamType::Pid);
        Some(match errno_name(error).filter(|_| named) {
            Some(name) => Value::text(name),
            None => Value::owned_text((-error).to_string()),
        })
    }

    fn args_text(&self) -> Value<'a> {
        let mut out = Vec::new();
        self.write_args(&mut out, Style::default());
        Value::owned_text(out)
    }

    /// Appends `evt.args`.
    pub fn write_args(&self, out: &mut Vec<u8>, style: Style) {
        if let Some((info, params)) = self.spoken() {
            render::args(out, info, &params, self, style);
        }
    }

    /// The parameters by which the event speaks for itself. Exits of current recorders are completed from their enter
    /// event, those of old ones are left as they are: there, what a call was asked for stands on its enter event.
    pub(crate) fn spoken(&self) -> Option<(&'static EventInfo, Today<'a>)> {
        let event = self.event?;
        let completes = self.store.is_self_contained && self.info.is_exit();
        let spoken = if completes { self.today()? } else { Today::untouched(event.event_type, event.params) };
        Some((event_info(spoken.event_type)?, spoken))
    }

    fn arg_text(&self, arg: &Arg) -> Option<Value<'a>> {
        let mut out = Vec::new();
        self.write_arg(&mut out, arg, DataStyle::default()).then_some(Value::owned_text(out))
    }

    /// Appends `evt.arg`; false, and nothing, where the event does not hold it.
    pub fn write_arg(&self, out: &mut Vec<u8>, arg: &Arg, data: DataStyle) -> bool {
        let Some((info, params)) = self.spoken() else { return false };
        let style = Style { data, ..Style::default() };
        arg_index(info, arg).is_some_and(|at| render::arg(out, info, &params, at, self, style))
    }

    fn raw_arg(&self, arg: &Arg) -> Option<Value<'a>> {
        let (info, params) = self.spoken()?;
        let at = arg_index(info, arg)?;
        raw_value(info.params.get(at)?, params.get(at)?)
    }

    /// Whether a parameter is a number that is written in hexadecimal digits, as current readers do.
    pub(crate) fn is_hex(&self, arg: &Arg) -> bool {
        if !self.exits_only() {
            return false;
        }
        let param = self.spoken().and_then(|(info, _)| info.params.get(arg_index(info, arg)?));
        param.is_some_and(|param| param.format == PrintFormat::Hex)
    }

    fn count_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as E;
        if !matches!(
            field,
            E::EvtCountError
                | E::EvtCountErrorFile
                | E::EvtCountErrorNet
                | E::EvtCountErrorMemory
                | E::EvtCountErrorOther
        ) {
            return None;
        }
        let failed = self.row.errno != 0 && self.row.errno != NO_RESULT;
        if self.row.errno == NO_RESULT || (!failed && !self.exits_only()) {
            return None;
        }
        let class = self.error_class();
        let of_memory = field == E::EvtCountErrorMemory && self.info.category == Category::Memory;
        let counts = field == E::EvtCountError || field == class || of_memory;
        counts.then_some(Value::Uint(failed.into()))
    }

    /// What an error counts as: by the descriptor, else by the call.
    fn error_class(&self) -> Field {
        use Field as E;
        if let Some(record) = self.known_fd() {
            return match record.kind {
                FdKind::File | FdKind::Directory => E::EvtCountErrorFile,
                FdKind::Unix => E::EvtCountErrorNet,
                kind if kind.is_ip() => E::EvtCountErrorNet,
                _ => E::EvtCountErrorOther,
            };
        }
        match self.info.name {
            "open" | "creat" | "openat" | "openat2" | "open_by_handle_at" => E::EvtCountErrorFile,
            "accept" | "accept4" | "connect" => E::EvtCountErrorNet,
            _ if self.info.category == Category::Memory => E::EvtCountErrorMemory,
            _ => E::EvtCountErrorOther,
        }
    }

    fn length_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as E;
        let (kind, way): (fn(FdKind) -> bool, u16) = match field {
            E::EvtBuflen => (|_| true, 0),
            E::EvtBuflenIn => (|_| true, F::READS),
            E::EvtBuflenOut => (|_| true, F::WRITES),
            E::EvtBuflenFile => (|kind| kind == FdKind::File, 0),
            E::EvtBuflenFileIn => (|kind| kind == FdKind::File, F::READS),
            E::EvtBuflenFileOut => (|kind| kind == FdKind::File, F::WRITES),
            E::EvtBuflenNet => (FdKind::is_ip, 0),
            E::EvtBuflenNetIn => (FdKind::is_ip, F::READS),
            E::EvtBuflenNetOut => (FdKind::is_ip, F::WRITES),
            _ => return None,
        };
        let io = matches!(self.info.category, Category::IoRead | Category::IoWrite | Category::IoOther);
        let record = self.known_fd()?;
        if !io || !self.info.is_exit() || !kind(record.kind) || (way != 0 && !self.moves(way)) {
            return None;
        }
        self.result().and_then(|result| u64::try_from(result).ok()).map(Value::Uint)
    }

    /// Whether bytes go this way; `sendfile` and its kin write, though the type does not say so.
    fn moves(&self, way: u16) -> bool {
        self.info.has(way) || (way == F::WRITES && self.info.category == Category::IoWrite)
    }

    fn open_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as E;
        if !matches!(field, E::EvtIsOpenRead | E::EvtIsOpenWrite | E::EvtIsOpenCreate | E::EvtIsOpenExec) {
            return None;
        }
        Some(Value::Bool(self.opens(field).unwrap_or(false)))
    }

    fn opens(&self, field: Field) -> Option<bool> {
        use Field as E;
        const EXECUTABLE: u64 = 0o111;
        let today = self.today()?;
        let (flags, mode) = match today.event_type {
            id::OPEN => (2, Some(3)),
            id::OPENAT | id::OPENAT2 => (3, Some(4)),
            id::OPEN_BY_HANDLE_AT => (2, None),
            id::CREAT => {
                let mode = today.uint(2)?;
                return Some(field == E::EvtIsOpenExec && mode & EXECUTABLE != 0);
            }
            _ => return None,
        };
        let flags = today.uint(flags)?;
        let done = today.int(0).is_some_and(|fd| fd >= 0);
        Some(match field {
            E::EvtIsOpenRead => flags & 1 != 0,
            E::EvtIsOpenWrite => flags & 2 != 0,
            E::EvtIsOpenCreate => flags & open_flags::CREATED != 0 || (flags & open_flags::TMPFILE != 0 && done),
            _ => {
                let mode = mode.and_then(|at| today.uint(at)).unwrap_or(0);
                flags & (open_flags::TMPFILE | open_flags::CREAT) != 0 && mode & EXECUTABLE != 0
            }
        })
    }

    fn is_syslog(&self) -> bool {
        let to_log = |name: &[u8]| name.windows(8).any(|part| part == b"/dev/log");
        self.info.has(F::WRITES) && self.known_fd().is_some_and(|record| to_log(self.str(record.name)))
    }

    fn syslog_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as E;
        if !matches!(
            field,
            E::SyslogFacility | E::SyslogFacilityStr | E::SyslogSeverity | E::SyslogSeverityStr | E::SyslogMessage
        ) || !self.is_syslog()
            || self.failed() == Some(true)
        {
            return None;
        }
        let (_, data) = self.param("data")?;
        let message = syslog::decode(data)?;
        Some(match field {
            E::SyslogFacility => Value::Uint(message.facility.into()),
            E::SyslogSeverity => Value::Uint(message.severity.into()),
            E::SyslogSeverityStr => Value::text(message.severity_name()),
            E::SyslogFacilityStr => {
                let mut out = Vec::new();
                message.facility_text(&mut out);
                Value::owned_text(out)
            }
            _ => Value::text(message.message),
        })
    }

    /// Parts of the description of an infrastructure event, `Event:…; ID:…; Image:…; name:…`.
    fn docker_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as E;
        let (key, longest) = match field {
            E::EvtInfraDockerName => (&b"Event:"[..], usize::MAX),
            E::EvtInfraDockerContainerId => (&b"ID:"[..], 12),
            E::EvtInfraDockerContainerName => (&b"name:"[..], usize::MAX),
            E::EvtInfraDockerContainerImage => (&b"Image:"[..], usize::MAX),
            _ => return None,
        };
        if self.info.id != id::INFRA {
            return None;
        }
        let (_, description) = self.param("desc").or_else(|| self.param("description"))?;
        let description = charbuf(description)?;
        description.split(|byte| *byte == b';' || *byte == b'\n').find_map(|part| {
            let value = part.trim_ascii().strip_prefix(key)?.trim_ascii();
            Some(Value::text(value.get(..longest).unwrap_or(value)))
        })
    }
}

fn arg_index(info: &EventInfo, arg: &Arg) -> Option<usize> {
    match arg {
        Arg::Index(at) => Some(*at as usize),
        Arg::Name(name) => info.param(name),
        Arg::Time(_) => None,
    }
}

/// A parameter in its own type.
pub(crate) fn raw_value<'a>(param: &ParamInfo, bytes: &'a [u8]) -> Option<Value<'a>> {
    use ParamType as T;
    match param.ty {
        T::CharBuf | T::FsPath | T::FsRelPath => charbuf(bytes).map(Value::text),
        T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::Errno | T::Fd | T::Pid | T::Fd32 | T::Pid32 => {
            signed(bytes).map(Value::Int)
        }
        T::Dyn => {
            let (which, value) = bytes.split_first()?;
            let alternative = param.alternatives.get(usize::from(*which))?;
            let param = ParamInfo { ty: alternative.ty, alternatives: &[], ..*param };
            raw_value(&param, value)
        }
        T::Ipv4Addr => bytes.first_chunk::<4>().map(|ip| Value::Ip((*ip).into())),
        T::Ipv6Addr => bytes.first_chunk::<16>().map(|ip| Value::Ip((*ip).into())),
        T::ByteBuf | T::SockAddr | T::SockTuple | T::FdList => Some(Value::bytes(bytes)),
        _ => unsigned(bytes).map(Value::Uint),
    }
}
