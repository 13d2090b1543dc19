//! Events from records.

use std::collections::{HashMap, HashSet};

use scap_format::event::{EventRef, Params as EventParams};
use scap_format::meta::{FdList, ProcessEntry, GIVEN_NAME};

use crate::recorder::context::Context;
use crate::recorder::given;
use crate::recorder::life;
use crate::recorder::params::Params;
use crate::recorder::plan::{Param, Plan, GENERIC};
use crate::recorder::record::{self, Given, Record};
use crate::recorder::table::From;

/// Event types that are no system call.
mod id {
    pub(super) const DROPS_BEGIN: u16 = 148;
    pub(super) const DROPS_END: u16 = 149;
    pub(super) const SWITCH: u16 = 152;
    pub(super) const PROCEXIT: u16 = 186;
    pub(super) const SIGNAL: u16 = 232;
    pub(super) const PAGE_FAULT: u16 = 290;
    pub(super) const ASYNC: u16 = 402;
}

/// Events that execute a program: what is executed is known when they begin.
const EXECVE: u16 = 293;
const EXECVEAT: u16 = 331;
/// Events that make a thread.
const CLONE: u16 = 223;
const FORK: u16 = 225;
const VFORK: u16 = 227;
const CLONE3: u16 = 335;
/// The block flag of events that only change state.
const STATE_ONLY: u32 = 1;
/// A native number with this bit is one of the 32-bit interface.
const FOREIGN_NUMBER: u16 = 0x8000;

/// Takes the events in the order in which they are made.
pub(crate) trait Events {
    /// One event; its time may be before that of an event given earlier.
    fn event(&mut self, event: &EventRef<'_>);
}

/// What the encoder is told once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Nanoseconds since the epoch when the kernel's clock of records stood at zero.
    pub(crate) boot: u64,
    /// Write enter events.
    pub(crate) enters: bool,
    pub(crate) compat: bool,
    /// Bytes of a page.
    pub(crate) page: u64,
}

/// Makes events from records.
#[derive(Debug)]
pub(crate) struct Encoder {
    plan: Plan,
    settings: Settings,
    params: Params,
    /// What processes are about to execute, and when that was told.
    executing: HashMap<u32, (u64, Vec<u8>)>,
    /// Time of the last record of each cpu.
    last: Vec<u64>,
    /// Threads that ended while the state of the machine was read; afterwards they are not kept.
    ended: Option<Vec<ProcessEntry>>,
    /// Threads whose beginning is an event.
    begun: HashSet<u32>,
}

/// Threads that came and went while the state of the machine was read.
#[derive(Debug)]
pub(crate) struct Meanwhile {
    /// Those that ended, as far as their ends tell. Rings are drained one after the other, so a beginning may have come
    /// behind its end.
    pub(crate) ended: Vec<ProcessEntry>,
    /// Those whose beginning is an event.
    pub(crate) begun: HashSet<u32>,
}

/// The head of an event.
#[derive(Clone, Copy)]
struct Head {
    ts: u64,
    tid: i64,
    cpu: u16,
    block_flags: u32,
}

impl Encoder {
    pub(crate) fn new(plan: Plan, settings: Settings) -> Self {
        Encoder {
            plan,
            settings,
            params: Params::new(settings.page),
            executing: HashMap::new(),
            last: Vec::new(),
            ended: Some(Vec::new()),
            begun: HashSet::new(),
        }
    }

    /// Makes the events of a record.
    pub(crate) fn record(&mut self, record: Record<'_>, to: &mut impl Events) {
        let ts = self.settings.boot.wrapping_add(record.time);
        let cpu = record.cpu;
        let last = self.last_of(cpu, ts);
        let state_only = if record.flags & record::OTHER != 0 { STATE_ONLY } else { 0 };
        let head = Head { ts, tid: i64::from(record.tid), cpu, block_flags: state_only };
        if record.lost > 0 {
            self.drops(Head { block_flags: 0, ..head }, last, u32::from(record.lost), to);
        }
        match record.kind {
            record::CALL | record::ENTER => self.call(head, record, to),
            record::EXIT => self.exit(head, record, to),
            record::SIGNAL => {
                self.params.clear();
                self.params.i64(i64::from(record.argument(0, 1) as i32));
                self.params.i64(head.tid);
                self.params.bytes(&[record.ret as u8]);
                self.write(head, id::SIGNAL, to);
            }
            record::SWITCH => {
                self.params.clear();
                for index in 0..3 {
                    self.params.u64(record.argument(index, 6));
                }
                for index in 3..6 {
                    self.params.pages(Some(record.argument(index, 6)));
                }
                self.write(head, id::SWITCH, to);
            }
            record::NAME => {
                if let Some(name) = record.chunks(0).get(0) {
                    self.executing.insert(record.pid, (record.time, name.to_vec()));
                }
            }
            record::FAULT => {
                self.params.clear();
                self.params.u64(record.argument(0, 3));
                self.params.u64(record.argument(1, 3));
                self.params.u32(fault_flags(record.argument(2, 3)));
                self.write(head, id::PAGE_FAULT, to);
            }
            _ => {}
        }
    }

    /// Keeps a record's time; gives that of the one before on its cpu.
    fn last_of(&mut self, cpu: u16, ts: u64) -> u64 {
        let index = usize::from(cpu);
        if index >= self.last.len() {
            self.last.resize(index + 1, ts);
        }
        self.last.get_mut(index).map_or(ts, |last| std::mem::replace(last, ts))
    }

    /// Records were lost between two times: an event at each, the second with their number. Other recorders have what
    /// part they take there, which is never 0; a begin with 0 says that the end has a number.
    fn drops(&mut self, head: Head, before: u64, lost: u32, to: &mut impl Events) {
        let (first, end) = (before.saturating_add(1), head.ts.saturating_sub(1));
        for (event, ts, number) in [(id::DROPS_BEGIN, first.min(end), 0), (id::DROPS_END, end, lost)] {
            self.params.clear();
            self.params.u32(number);
            self.write(Head { ts, ..head }, event, to);
        }
    }

    /// Losses of a cpu that no later record told of.
    pub(crate) fn lost_at_end(&mut self, cpu: u16, ts: u64, lost: u32, to: &mut impl Events) {
        let began = self.last_of(cpu, ts);
        self.drops(Head { ts, tid: 0, cpu, block_flags: 0 }, began, lost, to);
    }

    /// What happened so far, while the state of the machine was read. Later ends and beginnings are not kept.
    pub(crate) fn meanwhile(&mut self) -> Meanwhile {
        Meanwhile { ended: self.ended.take().unwrap_or_default(), begun: std::mem::take(&mut self.begun) }
    }

    fn exit(&mut self, head: Head, record: Record<'_>, to: &mut impl Events) {
        if let Some(ended) = &mut self.ended {
            if !self.begun.contains(&record.tid) {
                ended.extend(life::ended(&record));
            }
        }
        if record.tid == record.pid {
            self.executing.remove(&record.pid);
        }
        let code = record.ret;
        let signal = (code & 0x7F) as u8;
        let dumped = u8::from(code & 0x80 != 0);
        self.params.clear();
        self.params.i64(code);
        self.params.i64(if signal == 0 { code >> 8 & 0xFF } else { 0 });
        self.params.bytes(&[signal]);
        self.params.bytes(&[dumped]);
        if !self.settings.compat {
            // The reader finds the reaper itself.
            self.params.i64(0);
        }
        self.write(head, id::PROCEXIT, to);
    }

    /// Whether a program was executed and what it is called has not been told yet. Rings are drained one after the other:
    /// where the thread changed its cpu meanwhile, the name may come behind.
    pub(crate) fn lacks_name(&self, record: &Record<'_>) -> bool {
        let executes = || self.plan.row(record.nr).is_some_and(|row| matches!(row.call, EXECVE | EXECVEAT));
        record.kind == record::CALL
            && record.flags & record::FOREIGN == 0
            && record.lost == 0
            && executes()
            && self.executing.get(&record.pid).is_none_or(|(told, _)| *told < record.enter)
    }

    fn call(&mut self, mut head: Head, record: Record<'_>, to: &mut impl Events) {
        if record.flags & record::FOREIGN != 0 {
            return self.foreign(head, record, to);
        }
        let Some(row) = self.plan.row(record.nr) else { return };
        if !row.shown {
            head.block_flags = STATE_ONLY;
        }
        if row.exit == GENERIC {
            let code = row.code;
            return self.generic(head, record, code, record.nr, to);
        }
        let executes = matches!(row.call, EXECVE | EXECVEAT);
        let named = if executes && record.kind == record::CALL { self.executing.remove(&record.pid) } else { None };
        // What was told before the call began is of another one.
        let filename = named.filter(|(told, _)| *told >= record.enter).map(|(_, name)| name);
        let mut context = Context {
            record,
            chunks: record.chunks(row.arguments),
            arguments: row.arguments,
            event: row.call,
            entering: true,
            filename: filename.as_deref(),
        };
        if self.settings.enters && row.has_enter && (record.kind == record::ENTER || record.enter != 0) {
            make(&mut self.params, &row.enter, &context);
            let ts = self.settings.boot.wrapping_add(record.enter);
            write(&self.params, Head { ts, ..head }, row.exit - 1, to);
        }
        if record.kind == record::ENTER {
            if let Some(name) = context.bytes(0).filter(|_| executes) {
                self.executing.insert(record.pid, (record.time, name.to_vec()));
            }
            return;
        }
        if self.ended.is_some() && record.ret == 0 && matches!(row.call, CLONE | FORK | VFORK | CLONE3) {
            self.begun.insert(record.tid);
        }
        context.entering = false;
        // Of several messages each is an exit; the old schema has no parameters to tell them apart by.
        let messages = if self.settings.compat { 1 } else { context.chunks.messages().max(1) };
        for message in 0..messages {
            context.chunks.ask_about(message);
            make(&mut self.params, &row.params, &context);
            write(&self.params, head, row.exit, to);
        }
        if !context.chunks.given.is_empty() && !self.settings.compat {
            self.given(head, &context.chunks.given, to);
        }
    }

    /// Which descriptors came with a message: an event that our reader applies and others pass over.
    fn given(&mut self, head: Head, given: &[Given<'_>], to: &mut impl Events) {
        let list = FdList { tid: head.tid, fds: given.iter().filter_map(given::entry).collect() };
        self.params.clear();
        self.params.u32(0);
        self.params.text(GIVEN_NAME);
        self.params.bytes(&list.to_body());
        self.write(Head { tid: -1, block_flags: STATE_ONLY, ..head }, id::ASYNC, to);
    }

    /// A call without an event of its own, or of another interface.
    fn generic(&mut self, head: Head, record: Record<'_>, code: u16, native: u16, to: &mut impl Events) {
        let boot = self.settings.boot;
        let is_enter = record.kind == record::ENTER;
        if self.settings.enters && (is_enter || record.enter != 0) {
            self.params.clear();
            self.params.u16(code);
            self.params.u16(native);
            self.write(Head { ts: boot.wrapping_add(record.enter), ..head }, GENERIC - 1, to);
        }
        if is_enter {
            return;
        }
        self.params.clear();
        self.params.u16(code);
        if !self.settings.compat {
            self.params.u16(native);
        }
        self.write(head, GENERIC, to);
    }

    fn foreign(&mut self, head: Head, record: Record<'_>, to: &mut impl Events) {
        self.generic(head, record, 0, record.nr | FOREIGN_NUMBER, to);
    }

    fn write(&self, head: Head, event: u16, to: &mut impl Events) {
        write(&self.params, head, event, to);
    }
}

#[inline]
fn write(params: &Params, head: Head, event_type: u16, to: &mut impl Events) {
    to.event(&EventRef {
        ts: head.ts,
        tid: head.tid,
        event_type,
        cpu: head.cpu,
        block_flags: head.block_flags,
        params: EventParams::new(&params.lengths, false, &params.values),
        options: &[],
    });
}

/// Makes the parameters of one event.
fn make(into: &mut Params, params: &[Param], context: &Context<'_>) {
    into.clear();
    for param in params {
        one(into, param, context);
    }
}

#[inline]
fn one(into: &mut Params, param: &Param, context: &Context<'_>) {
    let number = |into: &mut Params, operation: u8, at: u8, width: u8, map: fn(u64) -> u64| match context
        .bytes(usize::from(operation))
    {
        Some(bytes) => {
            let value = map(crate::recorder::params::number(bytes, usize::from(at), usize::from(width)));
            let value = if param.signed && width == 4 { sign(value) } else { value };
            into.low(value, param.width);
        }
        None => into.empty(),
    };
    match param.from {
        From::Ret if context.entering => into.empty(),
        From::Ret => into.low(context.record.ret as u64, param.width),
        From::Arg(index) => {
            let value = context.arg(usize::from(index));
            into.low(if param.signed { sign(value) } else { value }, param.width);
        }
        From::Map(index, map) => into.low(map(context.arg(usize::from(index))), param.width),
        From::Text(operation) => match context.bytes(usize::from(operation)) {
            Some(text) => into.text(text),
            None if context.entering && param.is_path => into.text(b"<NA>"),
            None => into.empty(),
        },
        From::Data(operation) => into.bytes(context.bytes(usize::from(operation)).unwrap_or_default()),
        From::In(operation, at, width) => number(into, operation, at, width, |value| value),
        From::MapIn(operation, at, width, map) => number(into, operation, at, width, map),
        From::VectorData(operation) => {
            into.bytes(context.bytes(usize::from(operation)).and_then(|bytes| bytes.get(8..)).unwrap_or_default());
        }
        From::VectorSize(operation) => match context.bytes(usize::from(operation)) {
            Some(bytes) => into.low(crate::recorder::params::number(bytes, 0, 8), param.width),
            None => into.empty(),
        },
        From::With(make) => make(context, into),
        From::Nothing => into.empty(),
    }
}

/// A 32-bit number with its sign, in 64 bits.
fn sign(value: u64) -> u64 {
    i64::from(value as i32) as u64
}

/// Bits of a page fault, from the processor's error code.
fn fault_flags(code: u64) -> u32 {
    let either = |bit: u64, set: u32, clear: u32| if code & bit != 0 { set } else { clear };
    either(1, 1, 2) | either(2, 4, 8) | either(4, 0x10, 0x20) | either(8, 0x40, 0) | either(16, 0x80, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::plan::Wanted;

    #[derive(Default)]
    struct Written(Vec<Vec<u8>>);

    impl Events for Written {
        fn event(&mut self, event: &EventRef<'_>) {
            self.0.push(event.params.parts().2.to_vec());
        }
    }

    fn record(kind: u8, nr: u16, (enter, time): (u64, u64), name: Option<&[u8]>) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend([time, enter, 0].into_iter().flat_map(u64::to_le_bytes));
        bytes.extend([7u32, 7].into_iter().flat_map(u32::to_le_bytes));
        bytes.extend(nr.to_le_bytes());
        bytes.extend([kind, 0, 0, 0, 0, 0]);
        if kind == record::CALL {
            bytes.extend([0; 24]);
        }
        if let Some(name) = name {
            bytes.extend([name.len() as u8, 0, 0, 0]);
            bytes.extend(name);
        }
        bytes
    }

    #[test]
    fn an_executed_program_waits_for_its_name() {
        let plan = Plan::new(&Wanted::default());
        let executes = |nr: &u16| plan.row(*nr).is_some_and(|row| row.call == EXECVE);
        let nr = (0..512).find(executes).expect("a number");
        let settings = Settings { boot: 0, enters: false, compat: false, page: 4096 };
        let mut encoder = Encoder::new(plan, settings);
        let mut written = Written::default();
        let mut told = |encoder: &mut Encoder, bytes: &[u8]| {
            let record = Record::parse(bytes).expect("a record");
            let lacks_name = encoder.lacks_name(&record);
            encoder.record(record, &mut written);
            lacks_name
        };
        assert!(!told(&mut encoder, &record(record::NAME, 0, (0, 15), Some(b"/bin/first"))));
        assert!(!told(&mut encoder, &record(record::CALL, nr, (10, 20), None)));
        // What is told of the first one behind it is not the name of the second.
        told(&mut encoder, &record(record::NAME, 0, (0, 15), Some(b"/bin/first")));
        assert!(told(&mut encoder, &record(record::CALL, nr, (30, 40), None)));
        let holds = |values: &Vec<u8>| values.windows(10).any(|bytes| bytes == b"/bin/first");
        assert_eq!(written.0.iter().map(holds).collect::<Vec<_>>(), [true, false]);
    }
}
