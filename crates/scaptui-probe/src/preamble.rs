//! What stands before the events: the machine, and the state of its processes.

use std::io;

use scap_format::meta::{MachineInfo, SectionHeader};
use scap_format::writer::Writer;

use crate::options::Options;
use crate::sys;

/// Everything before the first event, as blocks.
pub(crate) fn make(_options: &Options, boot: u64) -> io::Result<Vec<u8>> {
    let hostname = std::fs::read("/proc/sys/kernel/hostname").unwrap_or_default();
    let max_pid = std::fs::read_to_string("/proc/sys/kernel/pid_max").unwrap_or_default();
    let mut writer = Writer::new(Vec::new());
    writer.section(&SectionHeader::default())?;
    writer.machine(&MachineInfo {
        cpus: sys::cpus(),
        max_pid: max_pid.trim().parse().unwrap_or(0),
        hostname: hostname.trim_ascii_end().to_vec(),
        boot_ts: boot,
        ..MachineInfo::default()
    })?;
    writer.processes(&[])?;
    Ok(writer.into_inner())
}
