//! Puts the programs into the kernel. They leave it when [`Programs`] is dropped.

use std::os::unix::fs::MetadataExt as _;

use aya::maps::{Array, HashMap, MapData, RingBuf};
use aya::programs::{BtfTracePoint, ProgramError};
use aya::{Btf, Ebpf, EbpfError, EbpfLoader};

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

static OBJECT: &[u8] = aya::include_bytes_aligned!(concat!(env!("OUT_DIR"), "/probe.o"));

mod filter {
    pub(super) const PID: u32 = 1;
    pub(super) const COMM: u32 = 2;
    pub(super) const UID: u32 = 4;
    pub(super) const CGROUP: u32 = 8;
}

/// The programs, attached.
pub(crate) struct Programs {
    pub(crate) rings: Vec<RingBuf<MapData>>,
    /// Bytes of each ring.
    pub(crate) ring_size: u64,
    slots: Array<MapData, [u8; SLOT]>,
    /// Detaches when dropped.
    _loaded: Ebpf,
}

/// Names of the programs that are wanted, each with its tracepoint, in the order of attaching.
fn programs(options: &Options) -> Vec<(&'static str, &'static str)> {
    let mut programs = vec![("thread_exit", "sched_process_exit"), ("signal_deliver", "signal_deliver")];
    if cfg!(target_arch = "aarch64") {
        programs.push(("thread_begin", "sched_process_fork"));
        programs.push(("program_begin", "sched_process_exec"));
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
    let settings = settings(options)?;
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
    let mut ebpf = loader.load(OBJECT).map_err(|error| refused(&error))?;
    ask(&mut ebpf, options)?;
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
    let rings = names
        .iter()
        .map(|name| {
            let map = ebpf.take_map(name).ok_or_else(|| format!("the map {name} is missing"))?;
            RingBuf::try_from(map).map_err(|error| format!("a ring buffer cannot be mapped: {}", words(&error)))
        })
        .collect::<Result<_, String>>()?;
    let slots = ebpf.take_map("slots").and_then(|map| Array::try_from(map).ok()).ok_or("the map slots is missing")?;
    Ok(Programs { rings, ring_size, slots, _loaded: ebpf })
}

impl Programs {
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

/// `struct settings` of `bpf/records.h`.
fn settings(options: &Options) -> Result<Vec<u8>, String> {
    let mut filter = 0;
    for (asked, bit) in [
        (!options.pids.is_empty(), filter::PID),
        (!options.comms.is_empty(), filter::COMM),
        (!options.uids.is_empty(), filter::UID),
        (options.cgroup.is_some(), filter::CGROUP),
    ] {
        filter |= if asked { bit } else { 0 };
    }
    let pid = if let [pid] = options.pids[..] { pid } else { 0 };
    let cgroup = match &options.cgroup {
        Some(path) => {
            let path = std::path::Path::new("/sys/fs/cgroup").join(path.strip_prefix("/").unwrap_or(path));
            // The id of a control group is its directory's inode.
            std::fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.ino()
        }
        None => 0,
    };
    let mut bytes = Vec::with_capacity(56);
    for number in [std::process::id(), options.exclude, options.snaplen, filter, pid, 0] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&cgroup.to_le_bytes());
    bytes.extend_from_slice(&if let [name] = &options.comms[..] { comm(name) } else { [0; 16] });
    bytes.extend_from_slice(&u32::from(options.enters).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    Ok(bytes)
}

/// Tells the programs which processes, users and names are asked for.
fn ask(ebpf: &mut Ebpf, options: &Options) -> Result<(), String> {
    fill(ebpf, "pids", &options.pids)?;
    fill(ebpf, "uids", &options.uids)?;
    let comms: Vec<[u8; 16]> = options.comms.iter().map(|name| comm(name)).collect();
    fill(ebpf, "comms", &comms)
}

/// A thread's name as the kernel keeps it: 15 bytes and a NUL.
fn comm(name: &str) -> [u8; 16] {
    let mut comm = [0; 16];
    comm.iter_mut().zip(name.bytes().take(15)).for_each(|(to, from)| *to = from);
    comm
}

fn fill<K: aya::Pod>(ebpf: &mut Ebpf, name: &str, keys: &[K]) -> Result<(), String> {
    let map = ebpf.map_mut(name).ok_or_else(|| format!("the map {name} is missing"))?;
    let mut map: HashMap<_, K, u8> = map.try_into().map_err(|error| format!("the map {name}: {}", words(&error)))?;
    for key in keys {
        map.insert(key, 1, 0).map_err(|error| format!("more values of a filter than fit: {}", words(&error)))?;
    }
    Ok(())
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
fn words(error: &dyn std::error::Error) -> String {
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

    #[test]
    fn settings_are_laid_out_as_the_programs_read_them() {
        let options = Options { pids: vec![7], exclude: 9, snaplen: 80, ..Options::default() };
        let bytes = settings(&options).expect("settings");
        let numbers: Vec<u32> =
            bytes.chunks_exact(4).map(|b| u32::from_le_bytes(*b.first_chunk().expect("four"))).collect();
        assert_eq!(numbers, [std::process::id(), 9, 80, 1, 7, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    }
}
