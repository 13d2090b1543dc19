//! Containers: which one a thread runs in, and what the capture knows about it.
//!
//! The id comes from the thread's cgroups ([`id_from_cgroups`]) and is there from the first event on. Names, images,
//! mounts and labels come later and only if the recorder could ask the runtime: as JSON in events of their own
//! ([`ContainerInfo`]). [`Container`] puts both together and gives the values of the `container.*` and `k8s.*` fields.

mod cgroups;
mod fields;
mod image;
mod info;
mod json;
mod pods;

pub use cgroups::{id_from_cgroups, ContainerRef};
pub use fields::Container;
pub use image::ImageName;
pub use info::{ContainerInfo, Limits, Mount, PortMapping, Probe, ProbeKind};
pub use json::ContainerJsonError;

use crate::index::stored::{stored, stored_words};

/// What runs a container. The numbers are those of container events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum ContainerType {
    Docker = 0,
    Lxc = 1,
    LibvirtLxc = 2,
    Mesos = 3,
    Rkt = 4,
    Custom = 5,
    /// A runtime behind the Kubernetes runtime interface that did not say which it is.
    Cri = 6,
    Containerd = 7,
    CriO = 8,
    Bpm = 9,
    /// Set by hand in the recorder's configuration.
    Static = 10,
    Podman = 11,
}

impl ContainerType {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Docker, "docker"),
        (Self::Lxc, "lxc"),
        (Self::LibvirtLxc, "libvirt-lxc"),
        (Self::Mesos, "mesos"),
        (Self::Rkt, "rkt"),
        (Self::Custom, "custom"),
        (Self::Cri, "cri"),
        (Self::Containerd, "containerd"),
        (Self::CriO, "cri-o"),
        (Self::Bpm, "bpm"),
        (Self::Static, "static"),
        (Self::Podman, "podman"),
    ];

    /// The type with this number in container events.
    pub fn from_number(number: i64) -> Option<Self> {
        let at = usize::try_from(number).ok()?;
        Self::ALL.get(at).map(|(kind, _)| *kind)
    }

    /// As `container.type` shows it.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// Characters of an id that are shown, as by `docker ps`.
const SHORT_ID: usize = 12;

/// The shown part of a long id.
fn short_id(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

stored!(ContainerRef { id, full_id, engine, pod_uid });
stored!(Limits { memory, swap, cpu_shares, cpu_quota, cpu_period, cpuset_cpu_count });
stored!(Mount { source, destination, mode, writable, propagation });
stored!(PortMapping { host_ip, host_port, container_port });
stored!(Probe { kind, exe, args });
stored!(ContainerInfo {
    id,
    full_id,
    engine,
    name,
    image,
    image_id,
    image_repository,
    image_tag,
    image_digest,
    user,
    ip,
    cni_json,
    mesos_task_id,
    pod_sandbox_id,
    privileged,
    is_pod_sandbox,
    host_pid,
    host_network,
    host_ipc,
    lookup_state,
    created_time,
    metadata_deadline,
    size,
    limits,
    mounts,
    port_mappings,
    labels,
    pod_sandbox_labels,
    env,
    probes
});
stored_words!(ProbeKind { Healthcheck, Liveness, Readiness });
stored_words!(ContainerType {
    Docker,
    Lxc,
    LibvirtLxc,
    Mesos,
    Rkt,
    Custom,
    Cri,
    Containerd,
    CriO,
    Bpm,
    Static,
    Podman
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_by_their_number() {
        for (number, (kind, name)) in (0..).zip(ContainerType::ALL) {
            assert_eq!(kind as i64, number);
            assert_eq!(ContainerType::from_number(number), Some(kind));
            assert_eq!(kind.name(), name);
        }
        assert_eq!(ContainerType::from_number(12), None);
        assert_eq!(ContainerType::from_number(-1), None);
    }

    #[test]
    fn an_id_is_never_cut_inside_a_character() {
        assert_eq!(short_id("59fd49aa4072a728"), "59fd49aa4072");
        assert_eq!(short_id("web"), "web");
        assert_eq!(short_id("éééééééé"), "éééééé");
        assert_eq!(short_id("aéééééééé"), "aéééééééé");
    }
}
