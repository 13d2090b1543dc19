//! The Kubernetes pod of a container, as far as the capture knows it without asking the cluster.

use super::{short_id, ContainerInfo};
use std::collections::BTreeMap;

/// Labels the kubelet sets on every container of a pod.
const POD_NAME: &str = "io.kubernetes.pod.name";
const POD_NAMESPACE: &str = "io.kubernetes.pod.namespace";
const POD_UID: &str = "io.kubernetes.pod.uid";
/// Set by recorders that had no key of its own for the sandbox.
const SANDBOX_ID: &str = "io.kubernetes.sandbox.id";

/// Prefixes of labels that are bookkeeping and not shown in lists.
const INTERNAL: [&str; 2] = ["annotation.", "io.kubernetes."];

type Labels = BTreeMap<Box<str>, Box<str>>;

/// The parts of a container name that the kubelet makes under Docker: `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`.
struct KubeletName<'a> {
    pod: &'a str,
    namespace: &'a str,
    uid: &'a str,
}

impl<'a> KubeletName<'a> {
    fn parse(name: &'a str) -> Option<Self> {
        let mut parts = name.strip_prefix("k8s_")?.split('_');
        let (_container, pod, namespace, uid, _attempt) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let filled = ![pod, namespace, uid].iter().any(|part| part.is_empty());
        (parts.next().is_none() && filled).then_some(KubeletName { pod, namespace, uid })
    }
}

impl ContainerInfo {
    fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(|value| &**value)
    }

    fn kubelet_name(&self) -> Option<KubeletName<'_>> {
        KubeletName::parse(self.name.as_deref()?)
    }

    /// Name of the pod.
    pub fn pod_name(&self) -> Option<&str> {
        self.label(POD_NAME).or_else(|| self.kubelet_name().map(|name| name.pod))
    }

    /// Namespace of the pod.
    pub fn pod_namespace(&self) -> Option<&str> {
        self.label(POD_NAMESPACE).or_else(|| self.kubelet_name().map(|name| name.namespace))
    }

    /// Uid of the pod.
    pub fn pod_uid(&self) -> Option<&str> {
        self.label(POD_UID).or_else(|| self.kubelet_name().map(|name| name.uid))
    }

    /// Whole id of the pod's sandbox container, as far as it was recorded.
    pub fn sandbox_id(&self) -> Option<&str> {
        self.pod_sandbox_id.as_deref().or_else(|| self.label(SANDBOX_ID))
    }

    /// Id under which the pod's sandbox container is known, to look its metadata up.
    pub fn sandbox_short_id(&self) -> Option<&str> {
        self.sandbox_id().map(short_id)
    }
}

/// The pod's labels: recorded with the container, with its sandbox, or as the sandbox's own labels.
pub(super) fn pod_labels<'a>(info: &'a ContainerInfo, sandbox: Option<&'a ContainerInfo>) -> Option<&'a Labels> {
    let own = [&info.pod_sandbox_labels].into_iter();
    let of_sandbox = sandbox.into_iter().flat_map(|sandbox| [&sandbox.pod_sandbox_labels, &sandbox.labels]);
    own.chain(of_sandbox).find(|labels| !labels.is_empty())
}

/// `name:value, name:value`, without bookkeeping labels; only the name of a label without a value. Nothing when none
/// is left.
pub(super) fn list_labels(labels: &Labels) -> Option<String> {
    let shown = labels.iter().filter(|(name, _)| !INTERNAL.iter().any(|prefix| name.starts_with(prefix)));
    let items: Vec<String> = shown
        .map(|(name, value)| if value.is_empty() { name.to_string() } else { format!("{name}:{value}") })
        .collect();
    (!items.is_empty()).then(|| items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(items: &[(&str, &str)]) -> Labels {
        items.iter().map(|(name, value)| (Box::from(*name), Box::from(*value))).collect()
    }

    #[test]
    fn the_pod_is_named_by_labels() {
        let info = ContainerInfo {
            name: Some("k8s_web_other_ns_uid_0".into()),
            labels: labels(&[(POD_NAME, "web-7c9"), (POD_NAMESPACE, "default"), (POD_UID, "u1")]),
            ..ContainerInfo::default()
        };
        assert_eq!(
            (info.pod_name(), info.pod_namespace(), info.pod_uid()),
            (Some("web-7c9"), Some("default"), Some("u1"))
        );
    }

    #[test]
    fn without_labels_the_kubelets_container_name_tells_the_pod() {
        let name = "k8s_kubedns.a3fd53d2_kube-dns-v19-lbuxg_kube-system_5bbbb81f-9f29-11e7-a1ba-507b9d85a8c2_534848dd";
        let info = ContainerInfo { name: Some(name.into()), ..ContainerInfo::default() };
        assert_eq!(info.pod_name(), Some("kube-dns-v19-lbuxg"));
        assert_eq!(info.pod_namespace(), Some("kube-system"));
        assert_eq!(info.pod_uid(), Some("5bbbb81f-9f29-11e7-a1ba-507b9d85a8c2"));
    }

    #[test]
    fn other_container_names_tell_no_pod() {
        for name in ["web", "k8s_", "k8s_a_b_c_d", "k8s_a_b_c_d_e_f", "k8s_a__c_d_e", "xk8s_a_b_c_d_e"] {
            let info = ContainerInfo { name: Some(name.into()), ..ContainerInfo::default() };
            assert_eq!(info.pod_name(), None, "{name}");
        }
    }

    #[test]
    fn the_sandbox_is_named_by_its_key_or_by_the_older_label() {
        let id = "b".repeat(64);
        let new = ContainerInfo { pod_sandbox_id: Some(id.as_str().into()), ..ContainerInfo::default() };
        let old = ContainerInfo { labels: labels(&[(SANDBOX_ID, &id)]), ..ContainerInfo::default() };
        for info in [new, old] {
            assert_eq!((info.sandbox_id(), info.sandbox_short_id()), (Some(id.as_str()), Some("bbbbbbbbbbbb")));
        }
        assert_eq!(ContainerInfo::default().sandbox_id(), None);
    }

    #[test]
    fn pod_labels_come_from_the_container_before_its_sandbox() {
        let own = ContainerInfo { pod_sandbox_labels: labels(&[("app", "own")]), ..ContainerInfo::default() };
        let plain = ContainerInfo { labels: labels(&[("app", "container")]), ..ContainerInfo::default() };
        let sandbox = ContainerInfo { labels: labels(&[("app", "sandbox")]), ..ContainerInfo::default() };
        assert_eq!(pod_labels(&own, Some(&sandbox)), Some(&labels(&[("app", "own")])));
        assert_eq!(pod_labels(&plain, Some(&sandbox)), Some(&labels(&[("app", "sandbox")])));
        assert_eq!(pod_labels(&plain, None), None);
    }

    #[test]
    fn lists_leave_out_bookkeeping_labels() {
        let all = labels(&[("app", "web"), ("annotation.x", "1"), ("io.kubernetes.pod.name", "p"), ("flag", "")]);
        assert_eq!(list_labels(&all).as_deref(), Some("app:web, flag"));
        assert_eq!(list_labels(&labels(&[("annotation.x", "1")])), None);
    }
}
