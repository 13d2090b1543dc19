//! Values of the `container.*` and `k8s.*` fields.

use super::pods::{list_labels, pod_labels};
use super::{short_id, ContainerInfo, ContainerType, Mount, ProbeKind};
use crate::fields::{Arg, Field};
use crate::query::Glob;
use crate::value::Value;

/// What id, name and type say outside containers.
const HOST: &str = "host";
/// What a probe field says when the container has none.
const NO_PROBE: &str = "NONE";

/// All that is known about the container of a thread at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Container<'a> {
    /// The shown id, empty on the host.
    pub id: &'a str,
    /// The whole id, where the cgroups told it.
    pub full_id: Option<&'a str>,
    /// What the cgroups took the runtime for.
    pub engine: Option<ContainerType>,
    /// Uid of the pod, where the cgroups told it.
    pub pod_uid: Option<&'a str>,
    /// The container's metadata, if it came.
    pub info: Option<&'a ContainerInfo>,
    /// Metadata of the pod's sandbox container ([`ContainerInfo::sandbox_short_id`]), if it came.
    pub sandbox: Option<&'a ContainerInfo>,
}

impl<'a> Container<'a> {
    /// The value of a `container.*` or `k8s.*` field.
    ///
    /// Nothing for fields of other classes, for `container.start_ts` and `container.duration`, which the thread's pid
    /// namespace tells, and for what only the cluster's API could tell.
    pub fn value(&self, field: Field, arg: Option<&Arg>) -> Option<Value<'a>> {
        if self.id.is_empty() {
            let named = matches!(field, Field::ContainerId | Field::ContainerName | Field::ContainerType);
            return named.then(|| Value::text(HOST));
        }
        let text = self.identity(field).or_else(|| self.image(field)).or_else(|| self.pod(field));
        text.map(Value::text)
            .or_else(|| self.flag(field).map(Value::Bool))
            .or_else(|| self.listed(field).map(Value::owned_text))
            .or_else(|| self.label(field, arg?).map(Value::text))
            .or_else(|| self.mount_part(field, arg?))
    }

    fn identity(&self, field: Field) -> Option<&'a str> {
        let info = self.info;
        match field {
            Field::ContainerId => Some(self.id),
            Field::ContainerFullId => info.and_then(|info| info.full_id.as_deref()).or(self.full_id),
            Field::ContainerName => info.and_then(|info| info.name.as_deref()).or_else(|| self.called_by_id()),
            Field::ContainerType => info.and_then(|info| info.engine).or(self.engine).map(ContainerType::name),
            Field::ContainerIp => info?.ip.as_deref(),
            Field::ContainerCniJson => info?.cni_json.as_deref(),
            _ => None,
        }
    }

    /// The name of containers that have no id but their name.
    fn called_by_id(&self) -> Option<&'a str> {
        use ContainerType as T;
        matches!(self.engine?, T::Lxc | T::LibvirtLxc | T::Bpm).then_some(self.id)
    }

    fn image(&self, field: Field) -> Option<&'a str> {
        let info = self.info?;
        match field {
            Field::ContainerImage => info.image.as_deref(),
            Field::ContainerImageId => info.image_id.as_deref(),
            Field::ContainerImageRepository => info.image_repository.as_deref(),
            Field::ContainerImageTag => info.image_tag.as_deref(),
            Field::ContainerImageDigest => info.image_digest.as_deref(),
            _ => None,
        }
    }

    fn flag(&self, field: Field) -> Option<bool> {
        let info = self.info?;
        match field {
            // The oldest recorders wrote nothing but id, type, name and image.
            Field::ContainerPrivileged => Some(info.privileged.unwrap_or(false)),
            Field::ContainerHostPid => info.host_pid,
            Field::ContainerHostNetwork => info.host_network,
            Field::ContainerHostIpc => info.host_ipc,
            _ => None,
        }
    }

    fn pod(&self, field: Field) -> Option<&'a str> {
        let info = self.info;
        match field {
            Field::K8sPodUid | Field::K8sPodId => info.and_then(ContainerInfo::pod_uid).or(self.pod_uid),
            Field::K8sPodName => info?.pod_name(),
            Field::K8sNsName => info?.pod_namespace(),
            Field::K8sPodFullSandboxId => info?.sandbox_id(),
            Field::K8sPodSandboxId => info?.sandbox_id().map(short_id),
            Field::K8sPodIp => self.of_pod(|info| info.ip.as_deref()),
            Field::K8sPodCniJson => self.of_pod(|info| info.cni_json.as_deref()),
            _ => None,
        }
    }

    /// Something that all containers of a pod share, from this container or from the sandbox.
    fn of_pod(&self, get: impl Fn(&'a ContainerInfo) -> Option<&'a str>) -> Option<&'a str> {
        let info = self.info?;
        info.pod_name()?;
        get(info).or_else(|| self.sandbox.and_then(get))
    }

    fn listed(&self, field: Field) -> Option<String> {
        let info = self.info?;
        let probe = |kind| Some(info.probe(kind).map_or_else(|| NO_PROBE.into(), super::Probe::command));
        match field {
            Field::ContainerMounts => Some(info.mounts.iter().map(Mount::describe).collect::<Vec<_>>().join(" ")),
            Field::ContainerLabels => list_labels(&info.labels),
            Field::K8sPodLabels => list_labels(pod_labels(info, self.sandbox)?),
            Field::ContainerHealthcheck => probe(ProbeKind::Healthcheck),
            Field::ContainerLivenessProbe => probe(ProbeKind::Liveness),
            Field::ContainerReadinessProbe => probe(ProbeKind::Readiness),
            _ => None,
        }
    }

    fn label(&self, field: Field, arg: &Arg) -> Option<&'a str> {
        let info = self.info?;
        let labels = match field {
            Field::ContainerLabel => Some(&info.labels),
            Field::K8sPodLabel => pod_labels(info, self.sandbox),
            _ => None,
        };
        let Arg::Name(name) = arg else { return None };
        labels?.get(name).map(|value| &**value)
    }

    fn mount_part(&self, field: Field, arg: &Arg) -> Option<Value<'a>> {
        let part: fn(&'a Mount) -> Value<'a> = match field {
            Field::ContainerMount => |mount| Value::owned_text(mount.describe()),
            Field::ContainerMountSource => |mount| Value::text(&*mount.source),
            Field::ContainerMountDest => |mount| Value::text(&*mount.destination),
            Field::ContainerMountMode => |mount| Value::text(&*mount.mode),
            Field::ContainerMountRdwr => |mount| Value::text(if mount.writable { "true" } else { "false" }),
            Field::ContainerMountPropagation => |mount| Value::text(&*mount.propagation),
            _ => return None,
        };
        // A source is looked up by where it appears, everything else by its source.
        let end: fn(&Mount) -> &str = match field {
            Field::ContainerMountSource => |mount| &mount.destination,
            _ => |mount| &mount.source,
        };
        let mounts = &self.info?.mounts;
        let mount = match arg {
            Arg::Index(at) => mounts.get(usize::try_from(*at).ok()?),
            Arg::Name(pattern) => {
                let glob = Glob::new(pattern.as_bytes(), false).ok()?;
                mounts.iter().find(|mount| glob.matches(end(mount).as_bytes()))
            }
            Arg::Time(_) => None,
        };
        mount.map(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{fields, lookup};

    const JSON: &str = r#"{"container":{"id":"697956520d89","type":0,"name":"taussig","image":"nginx",
        "imageid":"f68d","imagerepo":"nginx","imagetag":"latest","imagedigest":"sha256:96fb","ip":"10.1.2.3",
        "full_id":"697956520d891b5cb0e215093970c733549a3f745f52263c05b37f8a488994f3","privileged":false,
        "host_network":true,"pod_sandbox_id":"bbbbbbbbbbbbbbbbbbbb",
        "labels":{"io.kubernetes.pod.name":"web-7c9","io.kubernetes.pod.namespace":"default","app.kind":"front"},
        "Mounts":[{"Source":"/proc","Destination":"/host/proc","Mode":"ro","RW":false,"Propagation":"rslave"},
                  {"Source":"/var/data","Destination":"/data","Mode":"","RW":true,"Propagation":"rprivate"}],
        "ReadinessProbe":{"exe":"curl","args":["-f","localhost"]}}}"#;

    fn shown(container: &Container<'_>, text: &str) -> Option<String> {
        let (field, arg) = lookup(text).unwrap();
        let value = container.value(field, arg.as_ref())?;
        Some(String::from_utf8(value.to_text().unwrap().into_owned()).unwrap())
    }

    fn check(container: &Container<'_>, expected: &[(&str, Option<&str>)]) {
        for (text, value) in expected {
            assert_eq!(shown(container, text).as_deref(), *value, "{text}");
        }
    }

    #[test]
    fn a_container_with_metadata_shows_it() {
        let info = ContainerInfo::from_json(JSON.as_bytes()).unwrap();
        let container = Container { id: "697956520d89", info: Some(&info), ..Container::default() };
        check(
            &container,
            &[
                ("container.id", Some("697956520d89")),
                ("container.full_id", Some("697956520d891b5cb0e215093970c733549a3f745f52263c05b37f8a488994f3")),
                ("container.name", Some("taussig")),
                ("container.type", Some("docker")),
                ("container.image", Some("nginx")),
                ("container.image.id", Some("f68d")),
                ("container.image.repository", Some("nginx")),
                ("container.image.tag", Some("latest")),
                ("container.image.digest", Some("sha256:96fb")),
                ("container.ip", Some("10.1.2.3")),
                ("container.privileged", Some("false")),
                ("container.host_network", Some("true")),
                ("container.host_pid", None),
                ("container.healthcheck", Some("NONE")),
                ("container.readiness_probe", Some("curl -f localhost")),
                ("container.label.app.kind", Some("front")),
                ("container.label[io.kubernetes.pod.name]", Some("web-7c9")),
                ("container.label[none]", None),
                ("container.labels", Some("app.kind:front")),
                ("container.start_ts", None),
            ],
        );
    }

    #[test]
    fn mounts_are_chosen_by_position_or_by_their_other_end() {
        let info = ContainerInfo::from_json(JSON.as_bytes()).unwrap();
        let container = Container { id: "697956520d89", info: Some(&info), ..Container::default() };
        check(
            &container,
            &[
                ("container.mounts", Some("/proc:/host/proc:ro:false:rslave /var/data:/data::true:rprivate")),
                ("container.mount[0]", Some("/proc:/host/proc:ro:false:rslave")),
                ("container.mount[/var/*]", Some("/var/data:/data::true:rprivate")),
                ("container.mount[2]", None),
                ("container.mount.dest[/proc]", Some("/host/proc")),
                ("container.mount.source[/host/proc]", Some("/proc")),
                ("container.mount.source[/proc]", None),
                ("container.mount.mode[1]", Some("")),
                ("container.mount.rdwr[1]", Some("true")),
                ("container.mount.rdwr[/proc]", Some("false")),
                ("container.mount.propagation[0]", Some("rslave")),
            ],
        );
    }

    #[test]
    fn the_host_has_id_name_and_type_only() {
        for row in fields().iter().filter(|row| row.name.starts_with("container.") || row.name.starts_with("k8s.")) {
            let value = Container::default().value(row.field, None);
            let named = ["container.id", "container.name", "container.type"].contains(&row.name);
            assert_eq!(value, named.then(|| Value::text("host")), "{}", row.name);
        }
    }

    #[test]
    fn without_metadata_the_cgroups_tell_id_type_and_pod() {
        let engine = Some(ContainerType::Docker);
        let container = Container {
            id: "08c031af73cc",
            full_id: Some("08c031af73ccc0"),
            engine,
            pod_uid: Some("u1"),
            ..Container::default()
        };
        check(
            &container,
            &[
                ("container.id", Some("08c031af73cc")),
                ("container.full_id", Some("08c031af73ccc0")),
                ("container.type", Some("docker")),
                ("k8s.pod.uid", Some("u1")),
                ("container.name", None),
                ("container.image", None),
                ("container.privileged", None),
                ("container.healthcheck", None),
                ("container.mounts", None),
            ],
        );
    }

    #[test]
    fn a_container_without_an_id_is_called_by_its_name_before_it_was_told() {
        let name = |engine| {
            let container = Container { id: "web", engine: Some(engine), ..Container::default() };
            container.value(Field::ContainerName, None)
        };
        assert_eq!(name(ContainerType::Lxc), Some(Value::text("web")));
        assert_eq!(name(ContainerType::Bpm), Some(Value::text("web")));
        assert_eq!(name(ContainerType::Docker), None);
    }

    #[test]
    fn the_four_oldest_keys_give_defaults_for_the_rest() {
        let info = ContainerInfo::from_params(b"59fd49aa4072", 0, b"example2_lb_1", b"dockercloud/haproxy").unwrap();
        let container = Container { id: "59fd49aa4072", info: Some(&info), ..Container::default() };
        check(
            &container,
            &[
                ("container.name", Some("example2_lb_1")),
                ("container.image", Some("dockercloud/haproxy")),
                ("container.image.repository", None),
                ("container.image.tag", None),
                ("container.privileged", Some("false")),
                ("container.mounts", Some("")),
                ("container.healthcheck", Some("NONE")),
                ("container.liveness_probe", Some("NONE")),
            ],
        );
    }

    #[test]
    fn the_pod_is_known_from_the_container_and_its_sandbox() {
        let info = ContainerInfo::from_json(JSON.as_bytes()).unwrap();
        let sandbox = r#"{"id":"bbbbbbbbbbbb","labels":{"app":"web","tier":"front"},"cni_json":"{}","ip":"10.9.9.9"}"#;
        let sandbox = ContainerInfo::from_json(sandbox.as_bytes()).unwrap();
        assert_eq!(info.sandbox_short_id(), Some(&*sandbox.id));
        let container =
            Container { id: "697956520d89", info: Some(&info), sandbox: Some(&sandbox), ..Container::default() };
        check(
            &container,
            &[
                ("k8s.pod.name", Some("web-7c9")),
                ("k8s.ns.name", Some("default")),
                ("k8s.pod.label.app", Some("web")),
                ("k8s.pod.label[none]", None),
                ("k8s.pod.labels", Some("app:web, tier:front")),
                ("k8s.pod.sandbox_id", Some("bbbbbbbbbbbb")),
                ("k8s.pod.full_sandbox_id", Some("bbbbbbbbbbbbbbbbbbbb")),
                ("k8s.pod.ip", Some("10.1.2.3")),
                ("k8s.pod.cni.json", Some("{}")),
                ("k8s.pod.uid", None),
                ("k8s.deployment.name", None),
                ("k8s.svc.label.app", None),
            ],
        );
    }
}
