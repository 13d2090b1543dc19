//! Machine info: one block near the start of a capture.

use super::take::Take;

const HOSTNAME: usize = 128;

/// The machine a capture was made on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineInfo {
    /// Number of CPUs.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// The largest process id.
    pub max_pid: u64,
    /// The host's name, at most 128 bytes.
    pub hostname: Vec<u8>,
    /// When the machine started, in nanoseconds since the epoch; 0 where the recorder did not say.
    pub boot_ts: u64,
    /// Flags of newer recorders, 0 before.
    pub flags: u64,
}

impl MachineInfo {
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let mut body = Take(body);
        let (cpus, memory_bytes, max_pid) = (body.u32()?, body.u64()?, body.u64()?);
        let hostname = body.bytes(HOSTNAME)?;
        let hostname = hostname.split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
        let boot_ts = body.u64().unwrap_or(0);
        let flags = body.u64().unwrap_or(0);
        Some(MachineInfo { cpus, memory_bytes, max_pid, hostname, boot_ts, flags })
    }

    pub(crate) fn put(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.cpus.to_le_bytes());
        into.extend_from_slice(&self.memory_bytes.to_le_bytes());
        into.extend_from_slice(&self.max_pid.to_le_bytes());
        let hostname = self.hostname.get(..HOSTNAME).unwrap_or(&self.hostname);
        into.extend_from_slice(hostname);
        into.resize(into.len().saturating_add(HOSTNAME.saturating_sub(hostname.len())), 0);
        into.extend_from_slice(&self.boot_ts.to_le_bytes());
        into.extend_from_slice(&self.flags.to_le_bytes());
        into.extend_from_slice(&[0; 16]);
    }
}
