//! What the runtime told the recorder about a container.

use super::{short_id, ContainerType, ImageName};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Metadata of one container. Anything may be missing: recorders differ, and runtimes answer late or not at all.
/// Text that is recorded but empty counts as missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerInfo {
    /// The id as shown, 12 characters of most runtimes.
    pub id: Box<str>,
    /// The whole id.
    pub full_id: Option<Box<str>>,
    /// What runs it.
    pub engine: Option<ContainerType>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// The image as given when the container was made.
    pub image: Option<Box<str>>,
    /// Id of the image in the local store.
    pub image_id: Option<Box<str>>,
    /// Image name without tag and digest.
    pub image_repository: Option<Box<str>>,
    /// Tag of the image.
    pub image_tag: Option<Box<str>>,
    /// Registry digest of the image.
    pub image_digest: Option<Box<str>>,
    /// User the container starts as, a name or a number.
    pub user: Option<Box<str>>,
    /// First IPv4 address, as text.
    pub ip: Option<Box<str>>,
    /// Result of the network set-up, JSON.
    pub cni_json: Option<Box<str>>,
    /// Mesos task.
    pub mesos_task_id: Option<Box<str>>,
    /// Whole id of the pod's sandbox container.
    pub pod_sandbox_id: Option<Box<str>>,
    /// Runs privileged.
    pub privileged: Option<bool>,
    /// Is a pod's sandbox itself.
    pub is_pod_sandbox: Option<bool>,
    /// Shares the host's pid namespace.
    pub host_pid: Option<bool>,
    /// Shares the host's network namespace.
    pub host_network: Option<bool>,
    /// Shares the host's IPC namespace.
    pub host_ipc: Option<bool>,
    /// How far the recorder's question to the runtime had come, as the recorder numbers it.
    pub lookup_state: Option<i64>,
    /// When it was made, seconds since the epoch.
    pub created_time: Option<i64>,
    /// Until when the recorder waited for the runtime, ns since the epoch.
    pub metadata_deadline: Option<i64>,
    /// Size of the writable layer in bytes.
    pub size: Option<i64>,
    /// What it may use.
    pub limits: Limits,
    /// Mounts in the runtime's order.
    pub mounts: Vec<Mount>,
    /// Ports reachable from outside.
    pub port_mappings: Vec<PortMapping>,
    /// Labels of the container.
    pub labels: BTreeMap<Box<str>, Box<str>>,
    /// Labels of the pod.
    pub pod_sandbox_labels: BTreeMap<Box<str>, Box<str>>,
    /// Environment, `NAME=value`.
    pub env: Vec<Box<str>>,
    /// Health check, liveness and readiness probe.
    pub probes: Vec<Probe>,
}

/// What a container may use; 0 mostly means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub memory: Option<i64>,
    /// Bytes, memory included.
    pub swap: Option<i64>,
    /// Weight, 1024 the usual.
    pub cpu_shares: Option<i64>,
    /// Microseconds of CPU in each period.
    pub cpu_quota: Option<i64>,
    /// Microseconds.
    pub cpu_period: Option<i64>,
    /// How many CPUs it is pinned to.
    pub cpuset_cpu_count: Option<i64>,
}

/// A mount of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// Path on the host.
    pub source: Box<str>,
    /// Path in the container.
    pub destination: Box<str>,
    /// Mode string, often empty.
    pub mode: Box<str>,
    /// Can be written to.
    pub writable: bool,
    /// Propagation, e.g. `rprivate`.
    pub propagation: Box<str>,
}

/// A port of the host that leads into a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortMapping {
    /// Address on the host, 0.0.0.0 for all.
    pub host_ip: Ipv4Addr,
    /// Port on the host.
    pub host_port: u16,
    /// Port in the container.
    pub container_port: u16,
}

/// Which of the three commands a [`Probe`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProbeKind {
    /// Docker's `HEALTHCHECK`.
    Healthcheck,
    /// Kubernetes restarts the container when it fails.
    Liveness,
    /// Kubernetes sends no requests while it fails.
    Readiness,
}

/// A command the runtime runs inside the container now and then to see whether it is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Which one.
    pub kind: ProbeKind,
    /// argv[0].
    pub exe: Box<str>,
    /// The arguments behind it.
    pub args: Vec<Box<str>>,
}

impl ContainerInfo {
    /// The metadata in the four parameters of the oldest container events; nothing when the id is empty.
    pub fn from_params(id: &[u8], engine: i64, name: &[u8], image: &[u8]) -> Option<Self> {
        let text = |bytes: &[u8]| (!bytes.is_empty()).then(|| Box::from(String::from_utf8_lossy(bytes)));
        let mut info = ContainerInfo {
            engine: ContainerType::from_number(engine),
            name: text(name),
            image: text(image),
            ..ContainerInfo::default()
        };
        info.set_id(text(id), None).then_some(info)
    }

    /// Sets both ids from whichever is there; false when neither is.
    pub(super) fn set_id(&mut self, id: Option<Box<str>>, full: Option<Box<str>>) -> bool {
        let whole = |id: &str| id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
        match (id, full) {
            (Some(id), None) if whole(&id) => (self.id, self.full_id) = (short_id(&id).into(), Some(id)),
            (Some(id), full) => (self.id, self.full_id) = (id, full),
            (None, Some(full)) => (self.id, self.full_id) = (short_id(&full).into(), Some(full)),
            (None, None) => return false,
        }
        true
    }

    /// The image name taken apart: what was recorded, else what the image's name says.
    ///
    /// The fields `container.image.*` show only what was recorded, as other readers do; this is for people.
    pub fn image_parts(&self) -> ImageName<'_> {
        let split = ImageName::split(self.image.as_deref().unwrap_or_default());
        ImageName {
            repository: self.image_repository.as_deref().unwrap_or(split.repository),
            tag: self.image_tag.as_deref().or(split.tag),
            digest: self.image_digest.as_deref().or(split.digest),
        }
    }

    /// The probe of one kind.
    pub fn probe(&self, kind: ProbeKind) -> Option<&Probe> {
        self.probes.iter().find(|probe| probe.kind == kind)
    }

    /// The probe that a process with this argv[0] and these arguments runs. Whether the process is one also depends
    /// on its ancestors: probes are not started by the container's own processes.
    pub fn matching_probe(&self, exe: &[u8], args: &[&[u8]]) -> Option<ProbeKind> {
        let same = |probe: &&Probe| {
            probe.exe.as_bytes() == exe && probe.args.iter().map(|arg| arg.as_bytes()).eq(args.iter().copied())
        };
        self.probes.iter().find(same).map(|probe| probe.kind)
    }
}

impl Mount {
    /// `source:destination:mode:rdwr:propagation`.
    pub fn describe(&self) -> String {
        let Mount { source, destination, mode, writable, propagation } = self;
        format!("{source}:{destination}:{mode}:{writable}:{propagation}")
    }
}

impl Probe {
    /// The command line.
    pub fn command(&self) -> String {
        let mut line = self.exe.to_string();
        for arg in &self.args {
            line.push(' ');
            line.push_str(arg);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "59fd49aa4072a728b5a4112da2d3fa2752056db5e497bb5821bfc6a0d9019471";

    #[test]
    fn four_parameters_make_a_container() {
        let info = ContainerInfo::from_params(b"59fd49aa4072", 0, b"lb", b"haproxy:2").unwrap();
        assert_eq!(
            (&*info.id, info.engine, info.name.as_deref()),
            ("59fd49aa4072", Some(ContainerType::Docker), Some("lb"))
        );
        assert_eq!(info.full_id, None);
        assert_eq!(ContainerInfo::from_params(b"", 0, b"lb", b"haproxy"), None);
    }

    #[test]
    fn a_whole_id_is_shortened_and_kept() {
        let info = ContainerInfo::from_params(FULL.as_bytes(), 7, b"", b"").unwrap();
        assert_eq!((&*info.id, info.full_id.as_deref(), info.name), ("59fd49aa4072", Some(FULL), None));
    }

    #[test]
    fn a_name_as_id_is_not_shortened() {
        let info = ContainerInfo::from_params(b"web-with-a-long-name", 1, b"", b"").unwrap();
        assert_eq!(&*info.id, "web-with-a-long-name");
    }

    #[test]
    fn image_parts_fall_back_on_the_name() {
        let mut info = ContainerInfo::from_params(b"59fd49aa4072", 0, b"", b"team/web:1.2").unwrap();
        assert_eq!(info.image_parts(), ImageName { repository: "team/web", tag: Some("1.2"), digest: None });
        info.image_tag = Some("latest".into());
        assert_eq!(info.image_parts().tag, Some("latest"));
    }

    #[test]
    fn a_probe_matches_by_its_whole_command() {
        let probe = Probe { kind: ProbeKind::Liveness, exe: "/bin/sh".into(), args: vec!["-c".into(), "true".into()] };
        let info = ContainerInfo { probes: vec![probe], ..ContainerInfo::default() };
        assert_eq!(info.matching_probe(b"/bin/sh", &[b"-c", b"true"]), Some(ProbeKind::Liveness));
        assert_eq!(info.matching_probe(b"/bin/sh", &[b"-c"]), None);
        assert_eq!(info.matching_probe(b"sh", &[b"-c", b"true"]), None);
    }
}
