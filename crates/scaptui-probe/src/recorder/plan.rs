//! The table of calls made ready: for every number of this architecture what the kernel copies and what is written.

use std::collections::{HashMap, HashSet};

use scap_format::compat;
use scap_format::tables::{event_info, ParamType, Source, SyscallInfo, SYSCALLS};

use crate::recorder::table::{calls, traits, Call, From, Operation};

/// Numbers of calls the kernel's table has room for; the last stands for all beyond.
pub(crate) const CALLS: usize = 512;
const ROW: usize = 32;
/// The event of calls without one of their own.
pub(crate) const GENERIC: u16 = compat::GENERIC;

/// Bits of a row of the kernel's plan.
mod flag {
    pub(super) const WANTED: u8 = 1;
    pub(super) const NOW: u8 = 2;
    pub(super) const LIFE: u8 = 4;
    pub(super) const PLAIN: u8 = 8;
    pub(super) const PATH: u8 = 16;
    pub(super) const GIVEN: u8 = 32;
}

/// One parameter: where it comes from and how it is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Param {
    pub(crate) from: From,
    pub(crate) width: usize,
    /// Arguments are 32 bits wide with a sign.
    pub(crate) signed: bool,
    /// A path: while it is unknown, readers take the exit's for this text.
    pub(crate) is_path: bool,
}

/// What becomes of one call.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The event in the newest schema; decides what parameters mean.
    pub(crate) call: u16,
    /// The exit event that is written.
    pub(crate) exit: u16,
    pub(crate) params: Vec<Param>,
    pub(crate) enter: Vec<Param>,
    /// The newest calls have no enter event.
    pub(crate) has_enter: bool,
    /// Arguments the record has.
    pub(crate) arguments: usize,
    /// The code of generic events.
    pub(crate) code: u16,
    /// Asked for; else its events only change state.
    pub(crate) shown: bool,
    wanted: bool,
    operations: &'static [Operation],
    extra: u8,
    fd: u8,
    traits: u8,
}

/// Rows for all numbers.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) rows: Vec<Row>,
}

/// Which calls are recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Names of calls; all when empty.
    pub(crate) names: HashSet<String>,
    /// Write what sysdig 0.29 knows.
    pub(crate) compat: bool,
}

#[cfg(target_arch = "x86_64")]
fn number(call: &SyscallInfo) -> i16 {
    call.x86_64
}
#[cfg(target_arch = "aarch64")]
fn number(call: &SyscallInfo) -> i16 {
    call.aarch64
}

/// Whether a call of this name exists on this architecture.
pub(crate) fn is_known(name: &str) -> bool {
    SYSCALLS.iter().any(|call| call.name == name && number(call) >= 0)
}

impl Plan {
    /// The plan for what is wanted.
    pub(crate) fn new(wanted: &Wanted) -> Plan {
        let all = wanted.names.is_empty();
        let mut rows = vec![Row::generic(0, all); CALLS];
        let by_name: HashMap<&str, &Call> = calls().map(|call| (call.name, call)).collect();
        for (code, info) in SYSCALLS.iter().enumerate() {
            let Some(row) = usize::try_from(number(info)).ok().and_then(|number| rows.get_mut(number)) else {
                continue;
            };
            let shown = all || wanted.names.contains(info.name);
            let code = u16::try_from(code).unwrap_or(0);
            *row = Row::generic(if wanted.compat { compat::code(code) } else { code }, shown);
            if let Some(call) = by_name.get(info.name) {
                row.specific(call, wanted.compat);
                row.wanted = shown || changes_state(call.exit) || row.only_given();
            }
        }
        Plan { rows }
    }

    /// The row of a call's number.
    #[inline]
    pub(crate) fn row(&self, nr: u16) -> Option<&Row> {
        self.rows.get(usize::from(nr))
    }

    /// The rows as the kernel's programs read them: `struct plan` of `bpf/records.h`.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.rows.iter().flat_map(Row::to_bytes).collect()
    }
}

/// Calls that must be seen for the names of processes and descriptors to stay right.
fn changes_state(exit: u16) -> bool {
    event_info(exit).is_some_and(|info| info.has(scap_format::tables::EventFlags::STATE))
        && !matches!(
            info_category(exit),
            Some(scap_format::tables::Category::IoRead | scap_format::tables::Category::IoWrite)
        )
}

fn info_category(exit: u16) -> Option<scap_format::tables::Category> {
    event_info(exit).map(|info| info.category)
}

impl Row {
    fn generic(code: u16, shown: bool) -> Row {
        Row {
            call: GENERIC,
            exit: GENERIC,
            params: Vec::new(),
            enter: Vec::new(),
            has_enter: true,
            arguments: 0,
            code,
            shown,
            wanted: shown,
            operations: &[],
            extra: 0,
            fd: 0,
            traits: 0,
        }
    }

    /// Gives the row a call's own event. Of an older schema's event, it has those parameters that still exist.
    fn specific(&mut self, call: &'static Call, is_compat: bool) {
        let exit = if is_compat { compat::event(call.exit) } else { call.exit };
        self.traits = call.traits;
        if exit == GENERIC {
            return;
        }
        let newest = named(call.exit, call.params);
        let most = if is_compat { compat::params(exit) } else { usize::MAX };
        self.call = call.exit;
        self.exit = exit;
        self.params = project(exit, &newest, most);
        let mut known = newest;
        known.extend(call.enter.iter().copied());
        self.enter = project(exit - 1, &known, usize::MAX);
        self.has_enter = event_info(exit - 1).is_some_and(|info| info.source == Source::Syscall);
        self.operations = call.operations;
        self.extra = call.extra;
        self.fd = call.fd;
        self.arguments = arguments(call);
    }

    /// Not asked for, but where it brings descriptors those must be known.
    fn only_given(&self) -> bool {
        !self.shown && self.traits & traits::GIVES != 0
    }

    fn to_bytes(&self) -> [u8; ROW] {
        let mut bytes = [0; ROW];
        let mut flags = 0;
        for (condition, flag) in [
            (self.wanted, flag::WANTED),
            (self.traits & traits::NOW != 0, flag::NOW),
            (self.traits & traits::LIFE != 0, flag::LIFE),
            (self.operations.is_empty() && self.extra == 0, flag::PLAIN),
            (self.traits & traits::PATH != 0, flag::PATH),
            (self.only_given(), flag::GIVEN),
        ] {
            flags |= if condition { flag } else { 0 };
        }
        let count = u8::try_from(self.operations.len()).unwrap_or(0);
        let arguments = u8::try_from(self.arguments).unwrap_or(0);
        let head = [flags, arguments, self.extra, self.fd, count, 0, 0, 0];
        let operations = self.operations.iter().flat_map(|operation| {
            let [low, high] = operation.size.to_le_bytes();
            [operation.copy, operation.argument, operation.length, operation.at_enter, low, high]
        });
        for (place, byte) in bytes.iter_mut().zip(head.into_iter().chain(operations)) {
            *place = byte;
        }
        bytes
    }
}

/// The parameters of an event by their names.
fn named(exit: u16, params: &[From]) -> Vec<(&'static str, From)> {
    let names = event_info(exit).map_or(&[][..], |info| info.params);
    names.iter().map(|param| param.name).zip(params.iter().copied()).collect()
}

/// The first parameters of an event, each from the one of the same name.
fn project(event: u16, known: &[(&'static str, From)], most: usize) -> Vec<Param> {
    let Some(info) = event_info(event) else { return Vec::new() };
    let from = |name: &str| known.iter().rev().find(|known| known.0 == name).map_or(From::Nothing, |known| known.1);
    info.params
        .iter()
        .take(most)
        .map(|param| Param {
            from: from(param.name),
            width: param.ty.width().unwrap_or(8),
            signed: matches!(param.ty, ParamType::Fd | ParamType::Pid | ParamType::Errno | ParamType::Int64),
            is_path: matches!(param.ty, ParamType::FsPath | ParamType::FsRelPath),
        })
        .collect()
}

/// How many arguments the record needs.
fn arguments(call: &Call) -> usize {
    let used = |from: &From| match from {
        From::Arg(index) | From::Map(index, _) => usize::from(*index) + 1,
        // Functions may look at any.
        From::With(_) => 6,
        _ => 0,
    };
    call.params.iter().chain(call.enter.iter().map(|(_, from)| from)).map(used).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(plan: &'a Plan, name: &str) -> &'a Row {
        let info = SYSCALLS.iter().find(|call| call.name == name).expect("a call");
        plan.row(number(info).try_into().expect("a number")).expect("a row")
    }

    #[test]
    fn every_call_has_the_parameters_of_its_newest_event() {
        for call in calls() {
            let info = event_info(call.exit).expect(call.name);
            assert_eq!(call.params.len(), info.params.len(), "{}", call.name);
            assert!(SYSCALLS.iter().any(|known| known.name == call.name), "{}", call.name);
        }
    }

    #[test]
    fn every_parameter_of_an_enter_event_comes_from_somewhere() {
        let plan = Plan::new(&Wanted::default());
        let without: Vec<_> = plan
            .rows
            .iter()
            .filter(|row| row.call != GENERIC)
            .filter(|row| {
                let known = row.params.iter().filter(|param| matches!(param.from, From::Nothing)).count();
                row.enter.iter().filter(|param| matches!(param.from, From::Nothing)).count() > known
            })
            .map(|row| row.call)
            .collect();
        assert_eq!(without, Vec::<u16>::new());
    }

    #[test]
    fn operations_refer_to_arguments_and_fit() {
        for call in calls() {
            assert!(call.operations.len() <= 4, "{}", call.name);
            for operation in call.operations {
                assert!(operation.argument < 6, "{}", call.name);
            }
        }
    }

    #[test]
    fn calls_that_were_not_asked_for_come_only_for_state() {
        let names = ["getppid".to_owned()].into();
        let plan = Plan::new(&Wanted { names, compat: false });
        assert!(row(&plan, "getppid").shown && row(&plan, "getppid").wanted);
        assert!(!row(&plan, "openat").shown && row(&plan, "openat").wanted);
        assert!(!row(&plan, "read").wanted);
        assert!(!row(&plan, "getpid").wanted);
    }

    #[test]
    fn the_old_schema_has_the_old_events() {
        let plan = Plan::new(&Wanted { names: HashSet::new(), compat: true });
        assert_eq!((row(&plan, "dup2").exit, row(&plan, "dup2").params.len()), (125, 1));
        assert_eq!((row(&plan, "openat").exit, row(&plan, "openat").params.len()), (307, 6));
        assert_eq!((row(&plan, "rseq").exit, row(&plan, "rseq").code), (GENERIC, 0));
    }

    #[test]
    fn calls_without_an_enter_event_are_known() {
        let plan = Plan::new(&Wanted::default());
        let without: Vec<u16> = plan.rows.iter().filter(|row| !row.has_enter).map(|row| row.exit).collect();
        assert_eq!(without, [453, 451], "keyctl and close_range");
    }

    #[test]
    fn rows_are_laid_out_as_the_kernel_reads_them() {
        let plan = Plan::new(&Wanted::default());
        assert_eq!(row(&plan, "read").to_bytes()[..14], [1, 3, 0, 0, 1, 0, 0, 0, 2, 1, 6, 0, 0, 0]);
        assert_eq!(row(&plan, "getppid").to_bytes()[..5], [9, 0, 0, 0, 0]);
        assert_eq!(plan.to_bytes().len(), CALLS * ROW);
    }
}
