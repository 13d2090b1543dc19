//! Values of `proc.*`, `thread.*`, `user.*` and `group.*`.

use std::borrow::Cow;

use super::lens::EventAt;
use super::{Arg, Field};
use crate::containers::ProbeKind;
use crate::intern::StrId;
use crate::state::fds::FdRecord;
use crate::state::id;
use crate::state::threads::{exe_bits, Memory, ThreadVersion};
use crate::value::Value;

/// The items of a NUL-separated list.
pub(crate) fn items(list: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    list.strip_suffix(b"\0").unwrap_or(list).split(|byte| *byte == 0).filter(move |_| !list.is_empty())
}

fn joined(list: &[u8]) -> Vec<u8> {
    let mut out = list.strip_suffix(b"\0").unwrap_or(list).to_vec();
    for byte in &mut out {
        if *byte == 0 {
            *byte = b' ';
        }
    }
    out
}

/// Time from the last change of the executable until `start`, when that is known.
fn after_ctime(thread: &ThreadVersion, start: u64) -> Option<Value<'static>> {
    let told = start != 0 && thread.exe_ctime != 0;
    start.checked_sub(thread.exe_ctime).filter(|_| told).map(Value::Uint)
}

/// Time from the start of the pid namespace until the executable was changed inside it.
fn after_ctime_in_namespace(thread: &ThreadVersion, start: u64) -> Option<Value<'static>> {
    let inside = start != 0 && thread.exe_ctime > start;
    inside.then(|| Value::Uint(thread.exe_ctime - start))
}

impl<'a> EventAt<'a> {
    /// Values about who did it.
    pub(super) fn process_value(&self, field: Field, arg: Option<&Arg>) -> Option<Value<'a>> {
        use Field as F;
        if field == F::ThreadTid {
            return self.tid().map(Value::Int);
        }
        let thread = self.thread()?;
        let main = self.main_or_self()?;
        let known = |id: i64| (id != -1).then_some(Value::Int(id));
        let told = |number: u64| (number != 0).then_some(Value::Uint(number));
        match field {
            F::ProcName => Some(self.text(thread.comm)),
            F::ProcPid => Some(Value::Int(thread.pid)),
            F::ProcVpid => known(thread.vpid),
            F::ProcPpid => self.parent_id(),
            F::ProcPvpid => known(self.ancestor(1)?.vpid),
            F::ProcExe => Some(self.text(thread.exe)),
            F::ProcExepath => Some(self.text(thread.exepath)),
            F::ProcArgs => self.args(thread, arg),
            F::ProcCmdnargs => Some(Value::Uint(items(self.str(thread.args)).count() as u64)),
            F::ProcCmdlenargs => Some(Value::Uint(items(self.str(thread.args)).map(|a| a.len() as u64).sum())),
            F::ProcCmdline => Some(self.command_line(thread)),
            F::ProcExeline => Some(self.exe_line(thread)),
            F::ProcCwd => Some(self.text(main.cwd)),
            F::ProcEnv => Some(self.environment(main, arg)),
            F::ProcSid => Some(Value::Int(thread.sid)),
            F::ProcVpgid => Some(Value::Int(thread.vpgid)),
            F::ProcPgid => Some(Value::Int(thread.pgid)),
            F::ProcTty => Some(Value::Uint(thread.tty.into())),
            F::ProcIsExeWritable => Some(Value::Bool(thread.exe_bits & exe_bits::WRITABLE != 0)),
            F::ProcIsExeUpperLayer => Some(Value::Bool(thread.exe_bits & exe_bits::UPPER_LAYER != 0)),
            F::ProcIsExeLowerLayer => Some(Value::Bool(thread.exe_bits & exe_bits::LOWER_LAYER != 0)),
            F::ProcIsExeFromMemfd => Some(Value::Bool(thread.exe_bits & exe_bits::MEMFD != 0)),
            F::ProcIsSidLeader => Some(Value::Bool(thread.sid == thread.vpid)),
            F::ProcIsVpgidLeader => Some(Value::Bool(thread.vpgid == thread.vpid)),
            F::ProcIsPgidLeader => Some(Value::Bool(thread.pgid == thread.pid)),
            F::ProcExeIno => told(thread.exe_ino),
            F::ProcExeInoCtime => told(thread.exe_ctime),
            F::ProcExeInoMtime => told(thread.exe_mtime),
            F::ProcExeInoCtimeDurationProcStart => after_ctime(thread, thread.clone_ts),
            F::ProcExeInoCtimeDurationPidnsStart => {
                after_ctime_in_namespace(thread, thread.namespace_start(self.store.state.section_at(self.n).boot_ns()))
            }
            F::ProcPidnsInitStartTs => told(thread.pidns_start),
            F::ProcPidTs => told(thread.clone_ts),
            F::ProcDuration => self.duration(thread),
            F::ProcPpidTs => Some(Value::Uint(self.ancestor(1)?.clone_ts)),
            F::ProcPpidDuration => self.duration(self.ancestor(1)?),
            F::ProcLoginshellid => self.login_shell(thread),
            F::ProcIsContainerHealthcheck => Some(self.runs_probe(thread, ProbeKind::Healthcheck)),
            F::ProcIsContainerLivenessProbe => Some(self.runs_probe(thread, ProbeKind::Liveness)),
            F::ProcIsContainerReadinessProbe => Some(self.runs_probe(thread, ProbeKind::Readiness)),
            _ => self
                .parent_value(field)
                .or_else(|| self.ancestor_value(field, arg))
                .or_else(|| self.leader_value(field))
                .or_else(|| self.counter_value(field))
                .or_else(|| self.thread_value(field, arg, thread)),
        }
    }

    /// The parent's id. Captures of old recorders give the recorded one also of processes they do not list, but not
    /// where only a thread of the process spoke of it.
    fn parent_id(&self) -> Option<Value<'a>> {
        match (self.ancestor(1), self.main()) {
            (Some(parent), _) => Some(Value::Int(parent.pid)),
            (None, _) if self.store.is_self_contained => None,
            (None, Some(main)) if !main.described => Some(Value::Int(main.ptid)),
            (None, _) => Some(Value::Int(-1)),
        }
    }

    fn parent_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as F;
        match field {
            F::ProcPname => Some(self.text(self.ancestor(1)?.comm)),
            F::ProcPexe => Some(self.text(self.ancestor(1)?.exe)),
            F::ProcPexepath => Some(self.text(self.ancestor(1)?.exepath)),
            F::ProcPcmdline => Some(self.command_line(self.ancestor(1)?)),
            _ => None,
        }
    }

    fn ancestor_value(&self, field: Field, arg: Option<&Arg>) -> Option<Value<'a>> {
        let value = |of: &'a ThreadVersion| self.ancestor_part(field, of);
        self.ancestor_part(field, self.thread()?)?;
        match arg {
            Some(Arg::Index(generations)) => value(self.ancestor(*generations)?),
            Some(Arg::Name(name)) if field == Field::ProcAenv => {
                let found = self.ancestors().find_map(|of| self.variable(of, name.as_bytes()));
                Some(found.unwrap_or_else(|| Value::text(b"")))
            }
            _ => {
                let all: Vec<Value<'a>> = self.ancestors().filter_map(value).collect();
                (!all.is_empty()).then_some(Value::Any(all))
            }
        }
    }

    fn ancestor_part(&self, field: Field, of: &'a ThreadVersion) -> Option<Value<'a>> {
        use Field as F;
        match field {
            F::ProcAname => Some(self.text(of.comm)),
            F::ProcAexe => Some(self.text(of.exe)),
            F::ProcAexepath => Some(self.text(of.exepath)),
            F::ProcAcmdline => Some(self.command_line(of)),
            F::ProcAargs => Some(Value::owned_text(joined(self.str(of.args)))),
            F::ProcAenv => Some(Value::owned_text(joined(self.str(of.env)))),
            F::ProcApid => Some(Value::Int(of.pid)),
            _ => None,
        }
    }

    fn args(&self, thread: &ThreadVersion, arg: Option<&Arg>) -> Option<Value<'a>> {
        let args = self.str(thread.args);
        match arg {
            Some(Arg::Index(at)) => items(args).nth(*at as usize).map(|arg| Value::Text(Cow::Borrowed(arg))),
            _ => Some(Value::owned_text(joined(args))),
        }
    }

    /// `comm arguments`.
    pub fn command_line(&self, thread: &ThreadVersion) -> Value<'a> {
        if thread.comm.is_empty() {
            Value::text(b"")
        } else {
            self.line(thread.comm, thread)
        }
    }

    /// The program an execve was asked for, also when it failed.
    pub(crate) fn asked_program(&self) -> Option<Vec<u8>> {
        let today = self.today()?;
        let entered = self.enter.and_then(|enter| match enter.event_type {
            292 => enter.params.text(0),
            330 => enter.params.text(1),
            _ => None,
        });
        // Where it failed the trusted path is that of the program that called.
        let succeeded = today.int(0) == Some(0);
        let trusted = || today.text(27).filter(|_| succeeded);
        let own = || today.text(30).or_else(trusted).or_else(|| today.text(1));
        entered.or_else(own).filter(|path| *path != b"<NA>").map(<[u8]>::to_vec)
    }

    fn line(&self, first: StrId, thread: &ThreadVersion) -> Value<'a> {
        let args = self.str(thread.args);
        if args.is_empty() {
            return self.text(first);
        }
        let mut line = self.str(first).to_vec();
        line.push(b' ');
        line.extend_from_slice(&joined(args));
        Value::owned_text(line)
    }

    /// `exe arguments`; the blank stands also where there are none, as other readers have it.
    fn exe_line(&self, thread: &ThreadVersion) -> Value<'a> {
        let mut line = self.str(thread.exe).to_vec();
        line.push(b' ');
        line.extend_from_slice(&joined(self.str(thread.args)));
        Value::owned_text(line)
    }

    fn environment(&self, main: &'a ThreadVersion, arg: Option<&Arg>) -> Value<'a> {
        match arg {
            Some(Arg::Name(name)) => self.variable(main, name.as_bytes()).unwrap_or_else(|| Value::text(b"")),
            Some(Arg::Index(number)) => {
                self.variable(main, number.to_string().as_bytes()).unwrap_or_else(|| Value::text(b""))
            }
            _ => Value::owned_text(joined(self.str(main.env))),
        }
    }

    fn variable(&self, of: &'a ThreadVersion, name: &[u8]) -> Option<Value<'a>> {
        let value = items(self.str(of.env)).find_map(|item| item.strip_prefix(name)?.strip_prefix(b"="))?;
        Some(Value::Text(Cow::Borrowed(value.trim_ascii_start().trim_ascii_end())))
    }

    fn duration(&self, thread: &ThreadVersion) -> Option<Value<'a>> {
        (thread.clone_ts != 0).then(|| Value::Uint(self.row.ts.saturating_sub(thread.clone_ts)))
    }

    /// The oldest shell among the process and its ancestors.
    fn login_shell(&self, thread: &ThreadVersion) -> Option<Value<'a>> {
        let is_shell = |t: &ThreadVersion| self.str(t.comm).ends_with(b"sh");
        let own = self.main_or_self().filter(|main| is_shell(main)).map(|_| thread.pid);
        let oldest = self.ancestors().filter(|t| is_shell(t)).last().map(|t| t.pid);
        oldest.or(own).map(Value::Int)
    }

    fn runs_probe(&self, thread: &ThreadVersion, kind: ProbeKind) -> Value<'a> {
        let Some(info) = self.container().and_then(|c| c.info) else { return Value::Bool(false) };
        let own_container = thread.container;
        let started_inside =
            self.ancestor(1).is_some_and(|parent| parent.container == own_container && parent.vpid == 1);
        let same = |t: &ThreadVersion| {
            let args: Vec<&[u8]> = items(self.str(t.args)).collect();
            info.matching_probe(self.str(t.exe), &args) == Some(kind)
        };
        let inherited = self.ancestors().take_while(|t| t.container == own_container).any(same);
        Value::Bool(!started_inside && (same(thread) || inherited))
    }

    fn leader_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as F;
        type Id = fn(&ThreadVersion) -> i64;
        let thread = self.thread()?;
        let (id, part): (Id, fn(&ThreadVersion) -> StrId) = match field {
            F::ProcSname => (|t| t.sid, |t| t.comm),
            F::ProcSidExe => (|t| t.sid, |t| t.exe),
            F::ProcSidExepath => (|t| t.sid, |t| t.exepath),
            F::ProcVpgidName => (|t| t.vpgid, |t| t.comm),
            F::ProcVpgidExe => (|t| t.vpgid, |t| t.exe),
            F::ProcVpgidExepath => (|t| t.vpgid, |t| t.exepath),
            F::ProcPgidName => (|t| t.pgid, |t| t.comm),
            F::ProcPgidExe => (|t| t.pgid, |t| t.exe),
            F::ProcPgidExepath => (|t| t.pgid, |t| t.exepath),
            _ => return None,
        };
        let wanted = id(thread);
        let leader = self.leader(thread, wanted, id);
        Some(leader.map_or_else(|| Value::text(b""), |leader| self.text(part(leader))))
    }

    fn leader(
        &self,
        thread: &'a ThreadVersion,
        wanted: i64,
        id: fn(&ThreadVersion) -> i64,
    ) -> Option<&'a ThreadVersion> {
        // Readers of captures with enter events take the oldest process that agrees for the leader.
        let oldest_counts = !self.exits_only();
        if wanted == -1 && !oldest_counts {
            return None;
        }
        if !thread.in_pidns() || thread.vtid == -1 {
            if let Some(leader) = self.thread_by_tid(wanted) {
                return Some(leader);
            }
        }
        let above = self.ancestors().take_while(|t| id(t) == wanted).last();
        if oldest_counts {
            above.or(Some(thread))
        } else {
            above
        }
    }

    fn counter_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as F;
        match field {
            F::ProcNthreads => Some(Value::Uint(self.thread_count())),
            F::ProcNchilds => Some(Value::Uint(self.thread_count().saturating_sub(1))),
            F::ProcFdlimit => Some(Value::Int(self.main().map_or(-1, |main| main.fdlimit))),
            F::ProcFdopencount => Some(Value::Uint(self.open_descriptors())),
            F::ProcFdusage => {
                let limit = self.main().map_or(0, |main| main.fdlimit);
                #[allow(clippy::cast_precision_loss, reason = "a percentage of descriptors")]
                let share = if limit > 0 { self.open_descriptors() as f64 * 100.0 / limit as f64 } else { 0.0 };
                Some(Value::Double(share))
            }
            F::ProcVmsize => Some(Value::Uint(self.memory()?.size.0.into())),
            F::ProcVmrss => Some(Value::Uint(self.memory()?.size.1.into())),
            F::ProcVmswap => Some(Value::Uint(self.memory()?.size.2.into())),
            F::ThreadPfmajor => Some(Value::Uint(self.memory()?.faults.0)),
            F::ThreadPfminor => Some(Value::Uint(self.memory()?.faults.1)),
            F::ThreadVmsize => Some(Value::Uint(self.main_size()?.0)),
            F::ThreadVmrss => Some(Value::Uint(self.main_size()?.1)),
            F::ThreadVmsizeB => Some(Value::Uint(self.main_size()?.0 * 1024)),
            F::ThreadVmrssB => Some(Value::Uint(self.main_size()?.1 * 1024)),
            F::ProcStdinName => self.standard(0).map(|fd| self.text(fd.name)),
            F::ProcStdoutName => self.standard(1).map(|fd| self.text(fd.name)),
            F::ProcStderrName => self.standard(2).map(|fd| self.text(fd.name)),
            F::ProcStdinType => self.standard(0).map(|fd| Value::text(fd.kind.word())),
            F::ProcStdoutType => self.standard(1).map(|fd| Value::text(fd.kind.word())),
            F::ProcStderrType => self.standard(2).map(|fd| Value::text(fd.kind.word())),
            _ => None,
        }
    }

    fn thread_count(&self) -> u64 {
        self.main_history().map_or(0, |main| main.count_at(self.n).into())
    }

    fn open_descriptors(&self) -> u64 {
        let table = self.main_history().and_then(|main| main.table_at(self.n));
        table.map_or(0, |table| self.store.state.tables.open_at(table, self.n).len() as u64)
    }

    fn memory(&self) -> Option<Memory> {
        Some(self.history()?.memory_at(self.n))
    }

    /// Sizes in KiB of main threads, 0 of others.
    fn main_size(&self) -> Option<(u64, u64)> {
        let size = self.memory()?.size;
        Some(if self.thread()?.is_main() { (size.0.into(), size.1.into()) } else { (0, 0) })
    }

    fn standard(&self, number: i64) -> Option<&'a FdRecord> {
        self.fd_by_number(number)
    }

    fn thread_value(&self, field: Field, arg: Option<&Arg>, thread: &'a ThreadVersion) -> Option<Value<'a>> {
        use Field as F;
        match field {
            F::ThreadVtid => (thread.vtid != -1).then_some(Value::Int(thread.vtid)),
            F::ThreadIsmain => Some(Value::Bool(thread.is_main())),
            F::ThreadNametid => {
                let mut text = self.str(thread.comm).to_vec();
                text.extend_from_slice(thread.tid.to_string().as_bytes());
                Some(Value::owned_text(text))
            }
            F::ThreadCgroups => Some(Value::owned_text(self.cgroups(thread).join(&b' '))),
            F::ThreadCgroup => {
                let Some(Arg::Name(name)) = arg else { return None };
                let mut prefix = name.as_bytes().to_vec();
                prefix.push(b'=');
                let found = self.cgroups(thread).into_iter().find_map(|g| Some(g.strip_prefix(&*prefix)?.to_vec()));
                found.map(Value::owned_text)
            }
            F::ThreadCapInheritable => Some(Value::owned_text(capabilities(thread.caps[0]))),
            F::ThreadCapPermitted => Some(Value::owned_text(capabilities(thread.caps[1]))),
            F::ThreadCapEffective => Some(Value::owned_text(capabilities(thread.caps[2]))),
            F::ThreadCpu => self.cpu_share(true, true),
            F::ThreadCpuUser => self.cpu_share(true, false),
            F::ThreadCpuSystem => self.cpu_share(false, true),
            F::ThreadExectime => Some(Value::Uint(self.slice_ns())),
            F::ThreadTotexectime => self.total_slices(),
            F::UserUid => Some(Value::Uint(thread.uid.into())),
            F::UserName => Some(self.user_name(thread.uid)),
            F::UserHomedir => Some(match self.user_of(thread.uid) {
                Some(user) => self.text(user.home),
                None => Value::text(if thread.uid == 0 { "/root" } else { "<NA>" }),
            }),
            F::UserShell => Some(self.user_of(thread.uid).map_or_else(|| Value::text("<NA>"), |u| self.text(u.shell))),
            F::UserLoginuid => Some(Value::Int(if thread.loginuid == u32::MAX { -1 } else { thread.loginuid.into() })),
            F::UserLoginname => Some(self.user_name(thread.loginuid)),
            F::GroupGid => Some(Value::Uint(thread.gid.into())),
            F::GroupName => Some(match self.group_of(thread.gid) {
                Some(name) => self.text(name),
                None => Value::text(if thread.gid == 0 { "root" } else { "<NA>" }),
            }),
            _ => None,
        }
    }

    fn user_name(&self, uid: u32) -> Value<'a> {
        match self.user_of(uid) {
            Some(user) => self.text(user.name),
            None => Value::text(if uid == 0 { "root" } else { "<NA>" }),
        }
    }

    /// Control groups as `subsystem=path` with the kernel's names; none when one is malformed.
    fn cgroups(&self, thread: &ThreadVersion) -> Vec<Vec<u8>> {
        let mut groups = Vec::new();
        for item in items(self.str(thread.cgroups)) {
            let Some(at) = item.iter().position(|byte| *byte == b'=') else { return Vec::new() };
            let (name, path) = item.split_at(at);
            let name = name.strip_suffix(b"_cgroup").unwrap_or(name);
            let name: &[u8] = match name {
                b"perf" => b"perf_event",
                b"mem" => b"memory",
                b"io" => b"blkio",
                name => name,
            };
            groups.push([name, path].concat());
        }
        groups
    }

    /// Percent of a processor since the last report of the same thread, of procinfo events.
    fn cpu_share(&self, user: bool, system: bool) -> Option<Value<'a>> {
        if self.info.id != id::PROCINFO {
            return None;
        }
        let ticks = |params: scap_format::event::Params<'_>| {
            let part = |on: bool, at| if on { params.uint(at).unwrap_or(0) } else { 0 };
            part(user, 0).saturating_add(part(system, 1))
        };
        let now = ticks(self.event?.params);
        let before = self.enter.map_or(now, |before| ticks(before.params));
        let percent = u8::try_from(now.saturating_sub(before)).unwrap_or(u8::MAX).min(100);
        Some(Value::Double(percent.into()))
    }

    /// How long the thread that a switch event takes off its processor had run.
    fn slice_ns(&self) -> u64 {
        if self.info.id != id::SWITCH {
            return 0;
        }
        let since = self.store.row(self.row.partner).map_or(self.row.ts, |before| before.ts);
        self.row.ts.saturating_sub(since)
    }

    fn total_slices(&self) -> Option<Value<'a>> {
        let history = self.history()?;
        let ran = crate::state::threads::latest(&history.ran, self.n).filter(|_| self.info.id == id::SWITCH);
        Some(Value::Uint(ran.unwrap_or(0)))
    }
}

/// Names of the capabilities in a set, lowest bit first.
fn capabilities(set: u64) -> Vec<u8> {
    const NAMES: [&str; 41] = [
        "CAP_CHOWN",
        "CAP_DAC_OVERRIDE",
        "CAP_DAC_READ_SEARCH",
        "CAP_FOWNER",
        "CAP_FSETID",
        "CAP_KILL",
        "CAP_SETGID",
        "CAP_SETUID",
        "CAP_SETPCAP",
        "CAP_LINUX_IMMUTABLE",
        "CAP_NET_BIND_SERVICE",
        "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN",
        "CAP_NET_RAW",
        "CAP_IPC_LOCK",
        "CAP_IPC_OWNER",
        "CAP_SYS_MODULE",
        "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT",
        "CAP_SYS_PTRACE",
        "CAP_SYS_PACCT",
        "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT",
        "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE",
        "CAP_SYS_TIME",
        "CAP_SYS_TTY_CONFIG",
        "CAP_MKNOD",
        "CAP_LEASE",
        "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL",
        "CAP_SETFCAP",
        "CAP_MAC_OVERRIDE",
        "CAP_MAC_ADMIN",
        "CAP_SYSLOG",
        "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND",
        "CAP_AUDIT_READ",
        "CAP_PERFMON",
        "CAP_BPF",
        "CAP_CHECKPOINT_RESTORE",
    ];
    let names: Vec<&str> = NAMES.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, n)| *n).collect();
    names.join(" ").into_bytes()
}
