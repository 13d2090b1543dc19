//! When the pid namespaces began: with their process 1.

use std::collections::HashMap;

use scap_format::meta::ProcessEntry;

/// Namespaces by inode, and who is in them.
#[derive(Debug)]
pub(super) struct PidNamespaces {
    boot_ts: u64,
    started: HashMap<u64, u64>,
    /// Place in the process list, and namespace.
    members: Vec<(usize, u64)>,
}

impl PidNamespaces {
    pub(super) fn new(boot_ts: u64) -> Self {
        PidNamespaces { boot_ts, started: HashMap::new(), members: Vec::new() }
    }

    /// A thread that will stand at this place of the list; `start_ts` in nanoseconds since the epoch.
    pub(super) fn add(&mut self, place: usize, namespace: u64, vpid: i64, start_ts: u64) {
        if vpid == 1 {
            self.started.insert(namespace, start_ts);
        }
        self.members.push((place, namespace));
    }

    /// Takes over those of another list, which will stand behind this many entries.
    pub(super) fn append(&mut self, other: Self, behind: usize) {
        self.started.extend(other.started);
        self.members.extend(other.members.into_iter().map(|(place, namespace)| (place + behind, namespace)));
    }

    /// Tells each thread when its namespace began: with the machine, for those in none of their own.
    pub(super) fn fill(self, processes: &mut [ProcessEntry]) {
        for process in &mut *processes {
            process.pidns_init_start_ts = self.boot_ts;
        }
        for (place, namespace) in self.members {
            if let Some(process) = processes.get_mut(place) {
                process.pidns_init_start_ts = self.started.get(&namespace).copied().unwrap_or_default();
            }
        }
    }
}
