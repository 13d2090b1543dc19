//! The machine.

use rustix::fs::CWD;
use rustix::time::{clock_gettime, ClockId, Timespec};
use scap_format::meta::MachineInfo;

use super::files::{lines, number, text, Scratch};
use super::Options;

/// What /proc says of it; what cannot be read is 0 or empty.
pub(super) fn read(options: &Options, scratch: &mut Scratch) -> MachineInfo {
    let proc = options.root.join("proc");
    let mut machine = MachineInfo { boot_ts: boot_ts(), ..MachineInfo::default() };
    let _ = lines(CWD, proc.join("stat"), &mut scratch.text, |line| {
        let cpu = line.strip_prefix(b"cpu").and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit);
        machine.cpus += u32::from(cpu);
    });
    let _ = lines(CWD, proc.join("meminfo"), &mut scratch.text, |line| {
        if let Some(rest) = line.strip_prefix(b"MemTotal:") {
            let kilobytes: u64 = word(rest).and_then(number).unwrap_or_default();
            machine.memory_bytes = kilobytes.saturating_mul(1024);
        }
    });
    let kernel = proc.join("sys/kernel");
    if let Ok(most) = text(CWD, kernel.join("pid_max"), &mut scratch.text) {
        machine.max_pid = word(most).and_then(number).unwrap_or_default();
    }
    if let Ok(name) = text(CWD, kernel.join("hostname"), &mut scratch.text) {
        machine.hostname = name.trim_ascii_end().to_vec();
    }
    machine
}

fn word(text: &[u8]) -> Option<&[u8]> {
    text.split(u8::is_ascii_whitespace).find(|word| !word.is_empty())
}

/// When the machine started, in nanoseconds since the epoch, by the clock as it is set now.
fn boot_ts() -> u64 {
    nanoseconds(clock_gettime(ClockId::Realtime)).saturating_sub(nanoseconds(clock_gettime(ClockId::Boottime)))
}

fn nanoseconds(time: Timespec) -> u64 {
    let part = |number: i64| u64::try_from(number).unwrap_or_default();
    part(time.tv_sec).saturating_mul(1_000_000_000).saturating_add(part(time.tv_nsec))
}
