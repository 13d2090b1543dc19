//! What stands before the events: the machine, and the state of its processes.

use std::io::{self, Write};

use scap_format::meta::{MachineInfo, SectionHeader};
use scap_format::writer::Writer;

use crate::sys;

/// Writes everything before the first event.
pub(crate) fn write(to: &mut dyn Write, boot: u64) -> io::Result<()> {
    let hostname = std::fs::read("/proc/sys/kernel/hostname").unwrap_or_default();
    let max_pid = std::fs::read_to_string("/proc/sys/kernel/pid_max").unwrap_or_default();
    let mut writer = Writer::new(to);
    writer.section(&SectionHeader::default())?;
    writer.machine(&MachineInfo {
        cpus: sys::cpus(),
        max_pid: max_pid.trim().parse().unwrap_or(0),
        hostname: hostname.trim_ascii_end().to_vec(),
        boot_ts: boot,
        ..MachineInfo::default()
    })?;
    writer.processes(&[])
}
