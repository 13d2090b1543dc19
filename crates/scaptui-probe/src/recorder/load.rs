//! Puts the programs into the kernel. They leave it when [`Programs`] is dropped.

use std::io;

use aya::maps::{Array, HashMap, MapData, MapError, RingBuf};
use aya::programs::{BtfTracePoint, ProgramError};
use aya::{Btf, Ebpf, EbpfError, EbpfLoader};
use scap_format::meta::ProcessEntry;

use crate::recorder::asked;
use crate::recorder::options::Options;
use crate::recorder::plan::Plan;
use crate::recorder::sys;

/// Rings the programs choose from, as in `bpf/rings.h`.
pub(crate) const RINGS: u32 = 16;
/// The least size of a ring.
const LEAST: u64 = 64 << 10;
/// Bytes of `struct slot` of `bpf/rings.h`, and where the number of lost records stands.
const SLOT: usize = 64;
const LOST_AT: usize = 28;

/// `BPF_NOEXIST`: what stands in a map already stays.
const NOT_YET: u64 = 1;

static OBJECT: &[u8] = aya::include_bytes_aligned!(concat!(env!("OUT_DIR"), "/probe.o"));

/// The programs, attached.
pub(crate) struct Programs {
    pub(crate) rings: Vec<RingBuf<MapData>>,
    /// Bytes of each ring.
    pub(crate) ring_size: u64,
    slots: Array<MapData, [u8; SLOT]>,
    named: HashMap<MapData, u32, u8>,
    /// Detaches when dropped.
    _loaded: Ebpf,
}

/// Names of the programs that are wanted, each with its tracepoint, in the order of attaching.
fn programs(options: &Options) -> Vec<(&'static str, &'static str)> {
    let mut programs = vec![("thread_exit", "sched_process_exit"), ("signal_deliver", "signal_deliver")];
    if !options.comms.is_empty() {
        // A thread has its name before anything is told of it, and until its end is told.
        programs.push(("name_begins", "sched_process_fork"));
        programs.push(("name_changes", "sched_process_exec"));
        programs.push(("name_ends", "sched_process_exit"));
    }
    if cfg!(target_arch = "aarch64") {
        programs.push(("thread_begin", "sched_process_fork"));
        programs.push(("program_begin", "sched_process_exec"));
    }
    if options.follow {
        // The end of a process is told before it is forgotten.
        programs.push(("child_begins", "sched_process_fork"));
        programs.push(("child_ends", "sched_process_exit"));
    }
    if options.switches {
        programs.push(("record_switch", "sched_switch"));
    }
    if options.page_faults && cfg!(target_arch = "x86_64") {
        programs.push(("page_fault_user", "page_fault_user"));
        programs.push(("page_fault_kernel", "page_fault_kernel"));
    }
    if options.enters {
        programs.push(("sched_switch", "sched_switch"));
        programs.push(("sys_exit", "sys_exit"));
        programs.push(("sys_enter", "sys_enter"));
    } else {
        programs.push(("program_name", "sched_process_exec"));
        programs.push(("sys_exit", "sys_exit"));
    }
    programs
}

/// Loads and attaches all that the options ask for.
///
/// # Errors
/// A sentence: what is missing, or the kernel's own words.
pub(crate) fn load(options: &Options, plan: &Plan) -> Result<Programs, String> {
    check_capabilities()?;
    let btf = Btf::from_sys_fs().map_err(|error| {
        format!(
            "the kernel does not describe its types (/sys/kernel/btf/vmlinux: {error}); it needs CONFIG_DEBUG_INFO_BTF"
        )
    })?;
    sys::unlimited_locked_memory();
    let cpus = sys::cpus();
    let rings = cpus.min(RINGS);
    let ring_size = ring_size(options.buffer, rings);
    let plans = plan.to_bytes();
    let settings = asked::settings(options)?;
    let names: Vec<String> = (0..rings).map(|ring| format!("ring_{ring}")).collect();
    let mut loader = EbpfLoader::new();
    loader
        .btf(Some(&btf))
        .set_global("plans", plans.as_slice(), true)
        .set_global("settings", settings.as_slice(), true)
        .set_max_entries("slots", cpus)
        .set_max_entries("scratches", cpus);
    let ring_bytes = u32::try_from(ring_size).map_err(|_| "--buffer is too large for the kernel".to_owned())?;
    for name in &names {
        loader.set_max_entries(name, ring_bytes);
    }
    if options.follow {
        loader.set_max_entries("pids", asked::FOLLOWED);
    }
    if !options.comms.is_empty() {
        loader.set_max_entries("named", asked::NAMED);
    }
    let mut ebpf = loader.load(OBJECT).map_err(|error| refused(&error))?;
    asked::ask(&mut ebpf, options)?;
    for (name, tracepoint) in programs(options) {
        let program: &mut BtfTracePoint = ebpf
            .program_mut(name)
            .and_then(|program| program.try_into().ok())
            .ok_or_else(|| format!("the program {name} is missing"))?;
        program.load(tracepoint, &btf).map_err(|error| unloadable(name, &error))?;
    }
    for (name, tracepoint) in programs(options) {
        let program: &mut BtfTracePoint = ebpf
            .program_mut(name)
            .and_then(|program| program.try_into().ok())
            .ok_or_else(|| format!("the program {name} is missing"))?;
        program.attach().map_err(|error| format!("the tracepoint {tracepoint} cannot be used: {}", words(&error)))?;
    }
    if options.follow {
        asked::ask_for_started(&mut ebpf, options)?;
    }
    let rings = names
        .iter()
        .map(|name| {
            let map = ebpf.take_map(name).ok_or_else(|| format!("the map {name} is missing"))?;
            RingBuf::try_from(map).map_err(|error| format!("a ring buffer cannot be mapped: {}", words(&error)))
        })
        .collect::<Result<_, String>>()?;
    let slots = ebpf.take_map("slots").and_then(|map| Array::try_from(map).ok()).ok_or("the map slots is missing")?;
    let decided =
        ebpf.take_map("named").and_then(|map| HashMap::try_from(map).ok()).ok_or("the map named is missing")?;
    Ok(Programs { rings, ring_size, slots, named: decided, _loaded: ebpf })
}

impl Programs {
    /// Tells the programs which of the threads that are listed have a name that is asked for. Until then they send what any
    /// of them does: readers give the name in the list to all that a thread did before it was looked at.
    pub(crate) fn name(&mut self, threads: &[ProcessEntry], options: &Options) -> io::Result<()> {
        let asked = |comm: &[u8]| options.comms.iter().any(|name| name.as_bytes() == comm);
        for thread in threads {
            let Ok(tid) = u32::try_from(thread.tid) else { continue };
            match self.named.insert(tid, u8::from(asked(&thread.comm)), NOT_YET) {
                Ok(()) => {}
                // What it executed since has told its name; of a thread that does not fit all is sent.
                Err(MapError::SyscallError(error))
                    if matches!(error.io_error.raw_os_error(), Some(libc::EEXIST | libc::E2BIG)) => {}
                Err(error) => return Err(io::Error::other(words(&error))),
            }
        }
        Ok(())
    }

    /// Records of each cpu that were lost and not yet told of by a later one.
    pub(crate) fn untold(&self) -> Vec<(u16, u32)> {
        (0..self.slots.len())
            .filter_map(|cpu| {
                let slot = self.slots.get(&cpu, 0).ok()?;
                let lost = crate::recorder::record::u32_at(&slot, LOST_AT);
                (lost > 0).then_some((u16::try_from(cpu).unwrap_or(u16::MAX), lost))
            })
            .collect()
    }
}

/// Each ring's part of the memory, as the kernel wants it: a power of two.
fn ring_size(total: u64, rings: u32) -> u64 {
    let each = (total / u64::from(rings)).max(LEAST);
    1 << each.ilog2()
}

const CAP_DAC_READ_SEARCH: u32 = 2;
const CAP_SYS_PTRACE: u32 = 19;
const CAP_SYS_ADMIN: u32 = 21;
const CAP_PERFMON: u32 = 38;
pub(crate) const CAP_BPF: u32 = 39;

/// Says which capabilities are missing, before the kernel only says no.
fn check_capabilities() -> Result<(), String> {
    let have = sys::capabilities().map_err(|error| format!("capabilities cannot be read: {error}"))?;
    let has = |bit: u32| have & 1 << bit != 0;
    let missing: Vec<&str> = [
        (CAP_BPF, "CAP_BPF"),
        (CAP_PERFMON, "CAP_PERFMON"),
        (CAP_SYS_PTRACE, "CAP_SYS_PTRACE"),
        (CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH"),
    ]
    .into_iter()
    .filter(|(bit, _)| !(has(*bit) || *bit >= CAP_PERFMON && has(CAP_SYS_ADMIN)))
    .map(|(_, name)| name)
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("recording needs {}, which this process lacks; run it as root", missing.join(", ")))
}

/// The innermost reason of an error: the kernel's own words.
pub(crate) fn words(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn refused(error: &EbpfError) -> String {
    match error {
        EbpfError::ParseError(_) | EbpfError::BtfError(_) => {
            format!("the programs do not fit this kernel: {error}: {}", words(error))
        }
        _ => format!("the kernel does not take the programs: {error}: {}", words(error)),
    }
}

/// The end of what the verifier says is the reason.
fn unloadable(name: &str, error: &ProgramError) -> String {
    match error {
        ProgramError::LoadError { io_error, verifier_log } => {
            let log = verifier_log.to_string();
            let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
            let end = lines.get(lines.len().saturating_sub(3)..).unwrap_or_default().join("; ");
            format!("the kernel does not take the program {name}: {io_error}: {end}")
        }
        other => format!("the kernel does not take the program {name}: {}", words(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_powers_of_two_within_the_memory() {
        assert_eq!(ring_size(64 << 20, 2), 32 << 20);
        assert_eq!(ring_size(64 << 20, 3), 16 << 20);
        assert_eq!(ring_size(1, 2), LEAST);
    }
}
