//! Which fields of an event are compared with those of its copy, and what a difference in one means.

use rustc_hash::FxHashMap;
use scap_format::tables::event_info;

use super::compare::{Comparison, Difference, TOLD};
use super::redact::Redaction;
use super::Settings;
use crate::clock::Zone;
use crate::fields::{fields, Arg, Argument, EventAt, Field, FieldInfo, Scope};
use crate::value::Value;

/// Fields that number and time events by their neighbours: in a slice these are others.
const BY_PLACE: &[&str] = &[
    "evt.num",
    "evt.reltime",
    "evt.reltime.s",
    "evt.reltime.ns",
    "evt.deltatime",
    "evt.deltatime.s",
    "evt.deltatime.ns",
];
/// Fields that tell of processes besides the event's own.
const OF_OTHERS: &[&str] = &[
    "evt.args",
    "evt.info",
    "evt.arg",
    "proc.aargs",
    "proc.acmdline",
    "proc.aenv",
    "proc.is_container_healthcheck",
    "proc.is_container_liveness_probe",
    "proc.is_container_readiness_probe",
    "proc.pcmdline",
    "proc.sname",
    "proc.sid.exe",
    "proc.sid.exepath",
    "proc.vpgid.name",
    "proc.vpgid.exe",
    "proc.vpgid.exepath",
    "proc.pgid.name",
    "proc.pgid.exe",
    "proc.pgid.exepath",
];
/// Fields that are the names people look for.
const NAMES: &[Field] = &[Field::ProcName, Field::FdName, Field::ContainerId, Field::ContainerName, Field::UserName];
/// Those of them that tell who did it.
const OF_WHO: &[Field] = &[Field::ProcName, Field::ContainerId, Field::ContainerName, Field::UserName];

/// What the value of a field is made of, so that it need not be asked for where all of that is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Made {
    /// The context: see [`Scope::Thread`].
    Context,
    /// The descriptor's record: see [`Scope::Fd`].
    Record,
    /// The bytes of the event and of the beginning of its call, its columns and its descriptor's record.
    Bytes,
    /// That, and threads, descriptors, users and directories that parameters name.
    Named,
    /// The context and when the event was.
    Time,
    /// The context, how many threads its process had at that moment, and who led its groups.
    Moment,
    /// The context, the record, and what descriptors its process had at that moment.
    Open,
    /// What was last told of the thread's memory.
    Memory,
    /// The context and the record beside containers and interfaces.
    Place,
    /// How long threads ran, and what is listed of them.
    Rare,
    /// Anything: it is asked for each event.
    Anything,
}

impl Made {
    /// All there are.
    #[cfg(test)]
    pub(super) const ALL: [Made; 11] = [
        Made::Context,
        Made::Record,
        Made::Bytes,
        Made::Named,
        Made::Time,
        Made::Memory,
        Made::Moment,
        Made::Open,
        Made::Place,
        Made::Rare,
        Made::Anything,
    ];

    /// What a field that has something to compare is made of.
    #[allow(clippy::match_same_arms, reason = "fields stand beside their kin")]
    fn of(row: &FieldInfo) -> Made {
        use Field as F;
        match row.scope {
            Scope::Thread => return Made::Context,
            Scope::Fd => return Made::Record,
            Scope::Type => return Made::Bytes,
            Scope::Event => {}
        }
        match row.field {
            F::EvtArgs | F::EvtInfo | F::EvtArg | F::EvtRawarg | F::EvtAbspath => Made::Named,
            F::FsPathName
            | F::FsPathNameraw
            | F::FsPathSource
            | F::FsPathSourceraw
            | F::FsPathTarget
            | F::FsPathTargetraw => Made::Named,
            F::FdIsLowerLayer | F::FdIsUpperLayer => Made::Named,
            F::FdlistCips | F::FdlistCports | F::FdlistNames | F::FdlistNums | F::FdlistSips | F::FdlistSports => {
                Made::Named
            }
            F::ContainerDuration | F::ProcDuration | F::ProcPpidDuration => Made::Time,
            F::ProcFdlimit | F::ProcNchilds | F::ProcNthreads => Made::Moment,
            F::ProcFdopencount | F::ProcFdusage | F::FdTypes => Made::Open,
            F::ProcSname | F::ProcSidExe | F::ProcSidExepath => Made::Moment,
            F::ProcPgidName | F::ProcPgidExe | F::ProcPgidExepath => Made::Moment,
            F::ProcVpgidName | F::ProcVpgidExe | F::ProcVpgidExepath => Made::Moment,
            F::ProcStdinName | F::ProcStdinType | F::ProcStdoutName => Made::Open,
            F::ProcStdoutType | F::ProcStderrName | F::ProcStderrType => Made::Open,
            F::ProcVmrss | F::ProcVmsize | F::ProcVmswap => Made::Memory,
            F::ThreadPfmajor | F::ThreadPfminor => Made::Memory,
            F::ThreadVmrss | F::ThreadVmrssB | F::ThreadVmsize | F::ThreadVmsizeB => Made::Memory,
            F::EvtHostname | F::FdContainername | F::FdContainerdirectory | F::FdUid | F::FdIsServer => Made::Place,
            F::FdLip | F::FdLipName | F::FdLport | F::FdLproto => Made::Place,
            F::FdRip | F::FdRipName | F::FdRport | F::FdRproto => Made::Place,
            F::ThreadCpu | F::ThreadCpuSystem | F::ThreadCpuUser => Made::Rare,
            F::ThreadExectime | F::ThreadTotexectime | F::EvtCountProcinfo => Made::Rare,
            F::EvtAsynctype | F::EvtBuffer | F::EvtCategory | F::EvtCpu | F::EvtSource | F::EvtType => Made::Bytes,
            F::EvtBuflen | F::EvtBuflenIn | F::EvtBuflenOut => Made::Bytes,
            F::EvtBuflenFile | F::EvtBuflenFileIn | F::EvtBuflenFileOut => Made::Bytes,
            F::EvtBuflenNet | F::EvtBuflenNetIn | F::EvtBuflenNetOut => Made::Bytes,
            F::EvtCountError | F::EvtCountErrorFile | F::EvtCountErrorMemory => Made::Bytes,
            F::EvtCountErrorNet | F::EvtCountErrorOther => Made::Bytes,
            F::EvtDatetime | F::EvtDatetimeS | F::EvtTime | F::EvtTimeIso8601 | F::EvtTimeS => Made::Bytes,
            F::EvtRawtime | F::EvtRawtimeNs | F::EvtRawtimeS => Made::Bytes,
            F::EvtFailed | F::EvtRes | F::EvtRawres => Made::Bytes,
            F::EvtInfraDockerContainerId | F::EvtInfraDockerContainerImage => Made::Bytes,
            F::EvtInfraDockerContainerName | F::EvtInfraDockerName => Made::Bytes,
            F::EvtIsOpenCreate | F::EvtIsOpenExec | F::EvtIsOpenRead | F::EvtIsOpenWrite => Made::Bytes,
            F::EvtIsSyslog | F::SyscallType => Made::Bytes,
            F::SyslogFacility | F::SyslogFacilityStr | F::SyslogMessage => Made::Bytes,
            F::SyslogSeverity | F::SyslogSeverityStr => Made::Bytes,
            F::EvtLatency | F::EvtLatencyHuman | F::EvtLatencyNs | F::EvtLatencyQuantized => Made::Bytes,
            F::EvtLatencyS | F::EvtWaitLatency => Made::Bytes,
            F::EvtPlugininfo | F::EvtPluginname => Made::Bytes,
            F::FdConnected | F::FdNameChanged => Made::Bytes,
            _ => Made::Anything,
        }
    }
}

/// The fields that mean something beside each other. Those that want an argument are parts of others, but for the
/// parameters.
fn compared() -> impl Iterator<Item = &'static FieldInfo> {
    fields().iter().filter(|row| {
        let needs =
            matches!(row.argument, Argument::Required(_)) && !matches!(row.field, Field::EvtArg | Field::EvtRawarg);
        !row.is_print_only() && !row.is_filter_only() && !needs && !BY_PLACE.contains(&row.name)
    })
}

/// How some fields of an event compare with those of its copy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// One is not what it was.
    pub(super) differs: bool,
    /// One is not what it was, as it was asked for.
    left_out: bool,
    lost: u64,
    changed: u64,
}

impl Found {
    /// With what was found in other fields of the event.
    pub(super) fn and(&mut self, other: Found) {
        self.differs |= other.differs;
        self.left_out |= other.left_out;
        self.lost += other.lost;
        self.changed += other.changed;
    }

    /// Counts an event of which this was found.
    pub(super) fn count(self, all: &mut Comparison) {
        all.events += 1;
        all.equal += u64::from(!self.differs && !self.left_out);
        all.left_out += u64::from(!self.differs && self.left_out);
        all.same_names += u64::from(self.lost + self.changed == 0);
        all.lost += self.lost;
        all.changed += self.changed;
    }
}

/// What is asked of each event and its copy.
pub(super) struct Asked<'a> {
    settings: &'a Settings,
    redaction: Redaction,
    pub(super) zone: Zone,
    fields: FxHashMap<Made, Vec<&'static FieldInfo>>,
    /// Whether there are fields that are asked for each event.
    pub(super) asks_anything: bool,
}

impl<'a> Asked<'a> {
    /// What is asked of a slice with these settings.
    pub(super) fn new(settings: &'a Settings) -> Self {
        let mut fields: FxHashMap<Made, Vec<&'static FieldInfo>> = FxHashMap::default();
        compared().for_each(|row| fields.entry(Made::of(row)).or_default().push(row));
        let asks_anything = fields.contains_key(&Made::Anything);
        Asked { settings, redaction: Redaction::of(settings), zone: Zone::utc(), fields, asks_anything }
    }

    /// Compares the fields that are made of something; tells the first that differ.
    pub(super) fn agree(
        &self,
        made: Made,
        before: &EventAt<'_>,
        after: &EventAt<'_>,
        told: &mut Vec<Difference>,
    ) -> Found {
        let mut found = Found::default();
        for row in self.fields.get(&made).into_iter().flatten() {
            if matches!(row.field, Field::EvtArg | Field::EvtRawarg) {
                let count = event_info(before.row.kind.event_type()).map_or(0, |info| info.params.len());
                for at in 0..u32::try_from(count).unwrap_or(0) {
                    self.field(row, Some(&Arg::Index(at)), (before, after), &mut found, told);
                }
            } else {
                self.field(row, None, (before, after), &mut found, told);
            }
        }
        found
    }

    fn field(
        &self,
        row: &FieldInfo,
        arg: Option<&Arg>,
        (before, after): (&EventAt<'_>, &EventAt<'_>),
        found: &mut Found,
        told: &mut Vec<Difference>,
    ) {
        let (old, new) = (before.value(row.field, arg), after.value(row.field, arg));
        if old == new {
            return;
        }
        if self.is_left_out(row, old.as_ref(), new.as_ref()) {
            found.left_out = true;
            return;
        }
        // Events of an older form tell less of themselves and of what they act on; who did it stays.
        let is_of_form = self.settings.compat && !OF_WHO.contains(&row.field);
        found.left_out |= is_of_form;
        found.differs |= !is_of_form;
        if NAMES.contains(&row.field) {
            match (is_known(old.as_ref()), is_known(new.as_ref())) {
                (true, false) => found.lost += 1,
                (_, true) => found.changed += 1,
                (false, false) => {}
            }
        }
        if !is_of_form && told.len() < TOLD {
            let field = match arg {
                Some(Arg::Index(at)) => format!("{}[{at}]", row.name),
                _ => row.name.to_owned(),
            };
            told.push(Difference { event: before.n, field, before: text(old), after: text(new) });
        }
    }

    /// Whether a difference is what was asked for.
    fn is_left_out(&self, row: &FieldInfo, old: Option<&Value<'_>>, new: Option<&Value<'_>>) -> bool {
        if self.settings.scrub && OF_OTHERS.contains(&row.name) {
            return true;
        }
        // What is made of a blanked text may hold more or less than the text blanked afterwards.
        let is_text = |value: Option<&Value<'_>>| value.is_none_or(|v| v.items().iter().all(|v| v.as_text().is_some()));
        if self.settings.without_payload && row.name.starts_with("syslog.") {
            return true;
        }
        self.redaction.is_on() && is_text(old) && is_text(new) && {
            let blank = |value: Option<&Value<'_>>| blanked(&self.redaction, value);
            blank(old) == blank(new) || row.name.starts_with("evt.") || new.is_some_and(|v| holds_blanks(v))
        }
    }
}

fn blanked(redaction: &Redaction, value: Option<&Value<'_>>) -> Vec<Vec<u8>> {
    let items = value.into_iter().flat_map(Value::items);
    items.map(|item| redaction.text(item.as_text().unwrap_or_default()).into_owned()).collect()
}

fn holds_blanks(value: &Value<'_>) -> bool {
    value.items().iter().any(|item| item.as_text().is_some_and(|text| text.contains(&b'*')))
}

/// Whether a name says something.
fn is_known(value: Option<&Value<'_>>) -> bool {
    let text = value.and_then(Value::as_text).unwrap_or_default();
    !text.is_empty() && text != b"<NA>"
}

fn text(value: Option<Value<'_>>) -> Option<Vec<u8>> {
    value.map(|value| match value.to_text() {
        Some(text) => text.into_owned(),
        None => value.items().iter().filter_map(Value::to_text).collect::<Vec<_>>().join(&b' '),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_field_it_is_known_what_it_is_made_of() {
        let unknown: Vec<&str> = compared().filter(|row| Made::of(row) == Made::Anything).map(|row| row.name).collect();
        assert_eq!(unknown, Vec::<&str>::new(), "these are asked for each event: say what they are made of");
    }
}
