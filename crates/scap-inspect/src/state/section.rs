//! What a section of a capture says of its machine before the first event.

use std::net::IpAddr;

use scap_format::meta::{self, InterfaceAddress, MachineInfo};

use super::State;
use crate::index::stored::stored;

/// Facts of the machine the capture was made on.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// Number of processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Host name.
    pub host: Vec<u8>,
    /// Boot time, ns since the epoch; 0 when unknown.
    pub boot_ns: u64,
}

/// A network interface's addresses.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its name.
    pub name: Vec<u8>,
    /// Its address.
    pub address: IpAddr,
    /// Its netmask.
    pub netmask: IpAddr,
}

/// One of the captures that were written one behind the other.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Number of its first event.
    pub first: u32,
    /// The machine as it is in the file; `None` where the file does not say.
    pub machine: Option<MachineInfo>,
    /// The interfaces as they are in the file.
    pub listed: Vec<meta::Interface>,
    /// Their addresses.
    pub interfaces: Vec<Interface>,
}

impl Section {
    /// When its machine started, ns since the epoch; 0 when unknown.
    pub fn boot_ns(&self) -> u64 {
        self.machine.as_ref().map_or(0, |machine| machine.boot_ts)
    }

    /// The name of its machine.
    pub fn host(&self) -> &[u8] {
        self.machine.as_ref().map_or(&[], |machine| &machine.hostname)
    }
}

impl State {
    /// The section an event is in.
    pub fn section_at(&self, event: u32) -> &Section {
        let at = self.sections.partition_point(|section| section.first <= event).saturating_sub(1);
        &self.sections[at.min(self.sections.len() - 1)]
    }

    /// Takes the machine info block.
    pub fn load_machine(&mut self, machine: MachineInfo) {
        self.machine = Machine {
            cpus: machine.cpus,
            memory: machine.memory_bytes,
            host: machine.hostname.clone(),
            boot_ns: machine.boot_ts,
        };
        self.machines.push(self.machine.clone());
        if let Some(section) = self.sections.last_mut() {
            section.machine = Some(machine);
        }
    }

    /// Takes an interface list; it replaces the one before.
    pub fn load_interfaces(&mut self, listed: Vec<meta::Interface>) {
        let read = |interface: &meta::Interface| {
            let (address, netmask) = match interface.address {
                InterfaceAddress::V4 { address, netmask, .. } => (IpAddr::V4(address), IpAddr::V4(netmask)),
                InterfaceAddress::V6 { address, netmask, .. } => (IpAddr::V6(address), IpAddr::V6(netmask)),
            };
            Interface { name: interface.name.clone(), address, netmask }
        };
        self.interfaces = listed.iter().map(read).collect();
        if let Some(section) = self.sections.last_mut() {
            section.interfaces.clone_from(&self.interfaces);
            section.listed = listed;
        }
    }
}

stored!(Machine { cpus, memory, host, boot_ns });
stored!(Interface { name, address, netmask });
stored!(Section { first, machine, listed, interfaces });
