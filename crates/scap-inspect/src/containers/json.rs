//! The JSON of container events.

use super::{ContainerInfo, ContainerType, Limits, Mount, PortMapping, Probe, ProbeKind};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::net::Ipv4Addr;

/// Why the JSON of a container event was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerJsonError {
    /// More bytes than any runtime says about a container.
    TooLong {
        /// Bytes of the JSON.
        length: usize,
    },
    /// Not JSON, or cut short.
    NotJson {
        /// Column of the first byte that does not fit, from 1.
        column: usize,
    },
    /// No container in it, or one without an id.
    NoId,
}

impl fmt::Display for ContainerJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length } => {
                write!(f, "container metadata of {length} bytes is too long, {LONGEST} are the most")
            }
            Self::NotJson { column } => write!(f, "container metadata is no JSON from byte {column} on"),
            Self::NoId => f.write_str("container metadata without a container id"),
        }
    }
}

impl std::error::Error for ContainerJsonError {}

/// Parsed JSON takes up to some thirty times the memory of its text while it is looked at.
const LONGEST: usize = 4 << 20;

type Object = Map<String, Value>;

impl ContainerInfo {
    /// The metadata in the JSON of a container event, `{"container": {…}}` or the inner object alone.
    ///
    /// Any key may be missing, null or of another type than usual: it is then left out, the rest is kept. Bytes that
    /// are no UTF-8 become the replacement character.
    pub fn from_json(json: &[u8]) -> Result<Self, ContainerJsonError> {
        let json = json.split(|b| *b == 0).next().unwrap_or_default();
        if json.len() > LONGEST {
            return Err(ContainerJsonError::TooLong { length: json.len() });
        }
        let text = String::from_utf8_lossy(json);
        let parsed: Value =
            serde_json::from_str(&text).map_err(|error| ContainerJsonError::NotJson { column: error.column() })?;
        let outer = parsed.as_object().ok_or(ContainerJsonError::NoId)?;
        let container = outer.get("container").map_or(Some(outer), Value::as_object);
        container.and_then(read).ok_or(ContainerJsonError::NoId)
    }
}

fn read(from: &Object) -> Option<ContainerInfo> {
    let mut info = ContainerInfo {
        engine: from.get("type").and_then(engine),
        name: answered(from, "name"),
        image: answered(from, "image"),
        image_id: answered(from, "imageid"),
        image_repository: answered(from, "imagerepo"),
        image_tag: answered(from, "imagetag"),
        image_digest: answered(from, "imagedigest"),
        user: text(from, "User"),
        ip: text(from, "ip").filter(|ip| **ip != *"0.0.0.0"),
        cni_json: text(from, "cni_json"),
        mesos_task_id: text(from, "mesos_task_id"),
        pod_sandbox_id: text(from, "pod_sandbox_id"),
        privileged: flag(from, "privileged"),
        is_pod_sandbox: flag(from, "is_pod_sandbox"),
        host_pid: flag(from, "host_pid"),
        host_network: flag(from, "host_network"),
        host_ipc: flag(from, "host_ipc"),
        lookup_state: number(from, "lookup_state"),
        created_time: number(from, "created_time"),
        metadata_deadline: number(from, "metadata_deadline"),
        size: number(from, "size"),
        limits: limits(from),
        mounts: objects(from, "Mounts").map(mount).collect(),
        port_mappings: objects(from, "port_mappings").filter_map(port_mapping).collect(),
        labels: labels(from, "labels"),
        pod_sandbox_labels: labels(from, "pod_sandbox_labels"),
        env: texts(from, "env"),
        probes: probes(from),
        ..ContainerInfo::default()
    };
    info.set_id(text(from, "id"), text(from, "full_id")).then_some(info)
}

fn engine(value: &Value) -> Option<ContainerType> {
    ContainerType::from_number(value.as_i64()?)
}

fn limits(from: &Object) -> Limits {
    Limits {
        memory: number(from, "memory_limit"),
        swap: number(from, "swap_limit"),
        cpu_shares: number(from, "cpu_shares"),
        cpu_quota: number(from, "cpu_quota"),
        cpu_period: number(from, "cpu_period"),
        cpuset_cpu_count: number(from, "cpuset_cpu_count"),
    }
}

fn mount(from: &Object) -> Mount {
    let part = |key| text(from, key).unwrap_or_default();
    Mount {
        source: part("Source"),
        destination: part("Destination"),
        mode: part("Mode"),
        writable: flag(from, "RW").unwrap_or(false),
        propagation: part("Propagation"),
    }
}

fn port_mapping(from: &Object) -> Option<PortMapping> {
    let port = |key| number(from, key).and_then(|port| u16::try_from(port).ok());
    let host_ip = match from.get("HostIp") {
        Some(Value::String(ip)) => ip.parse().ok(),
        Some(ip) => ip.as_i64().and_then(|ip| u32::try_from(ip).ok()).map(Ipv4Addr::from),
        None => None,
    };
    Some(PortMapping {
        host_ip: host_ip.unwrap_or(Ipv4Addr::UNSPECIFIED),
        host_port: port("HostPort")?,
        container_port: port("ContainerPort")?,
    })
}

fn probes(from: &Object) -> Vec<Probe> {
    let kinds = [
        ("Healthcheck", ProbeKind::Healthcheck),
        ("LivenessProbe", ProbeKind::Liveness),
        ("ReadinessProbe", ProbeKind::Readiness),
    ];
    let probe = |(key, kind)| {
        let command = from.get(key)?.as_object()?;
        Some(Probe { kind, exe: text(command, "exe")?, args: texts(command, "args") })
    };
    kinds.into_iter().filter_map(probe).collect()
}

fn text(from: &Object, key: &str) -> Option<Box<str>> {
    from.get(key)?.as_str().filter(|text| !text.is_empty()).map(Box::from)
}

/// Text that a recorder fills in before the runtime has answered counts as missing: another event brings the answer.
fn answered(from: &Object, key: &str) -> Option<Box<str>> {
    text(from, key).filter(|text| **text != *"incomplete")
}

fn flag(from: &Object, key: &str) -> Option<bool> {
    from.get(key)?.as_bool()
}

/// Some recorders write times as text.
fn number(from: &Object, key: &str) -> Option<i64> {
    match from.get(key)? {
        Value::String(digits) => digits.parse().ok(),
        other => other.as_i64(),
    }
}

fn objects<'a>(from: &'a Object, key: &str) -> impl Iterator<Item = &'a Object> {
    from.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn texts(from: &Object, key: &str) -> Vec<Box<str>> {
    let items = from.get(key).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(Box::from).collect()
}

fn labels(from: &Object, key: &str) -> BTreeMap<Box<str>, Box<str>> {
    let items = from.get(key).and_then(Value::as_object).into_iter().flatten();
    items.filter_map(|(name, value)| Some((name.as_str().into(), value.as_str()?.into()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"container": {
        "type": 0, "id": "32a1026ccb88", "name": "youthful_babbage", "image": "fedora:38", "imageid": "0ca0fed3",
        "imagerepo": "fedora", "imagetag": "38", "imagedigest": "sha256:b9ff", "User": "root", "cni_json": "",
        "full_id": "32a1026ccb88a551e2a38eb8f260b4700aefec7e8c007344057e58a9fa302374",
        "cpu_period": 100000, "cpu_quota": 0, "cpu_shares": 1024, "cpuset_cpu_count": 2, "memory_limit": 1073741824,
        "swap_limit": 0, "created_time": 1730971086, "env": ["A=1", "B=2"], "ip": "172.17.0.2", "privileged": true,
        "host_ipc": false, "host_network": true, "host_pid": false, "is_pod_sandbox": false, "lookup_state": 1,
        "labels": {"maintainer": "me", "bad": 3}, "pod_sandbox_labels": null, "size": -1, "metadata_deadline": 0,
        "pod_sandbox_id": "", "mesos_task_id": null,
        "Mounts": [{"Source": "/a", "Destination": "/b", "Mode": "", "RW": true, "Propagation": "rprivate"}],
        "port_mappings": [{"HostIp": 2130706433, "HostPort": 8080, "ContainerPort": 80}],
        "Healthcheck": {"exe": "curl", "args": ["-f", "localhost"]}, "LivenessProbe": {"exe": "true", "args": null}
    }}"#;

    #[test]
    fn every_key_is_read() {
        let info = ContainerInfo::from_json(WHOLE.as_bytes()).unwrap();
        assert_eq!((&*info.id, info.engine), ("32a1026ccb88", Some(ContainerType::Docker)));
        assert!(info.full_id.as_deref().is_some_and(|id| id.len() == 64));
        assert_eq!((info.name.as_deref(), info.image.as_deref()), (Some("youthful_babbage"), Some("fedora:38")));
        assert_eq!((info.image_repository.as_deref(), info.image_tag.as_deref()), (Some("fedora"), Some("38")));
        assert_eq!((info.image_id.as_deref(), info.image_digest.as_deref()), (Some("0ca0fed3"), Some("sha256:b9ff")));
        assert_eq!((info.privileged, info.host_network, info.host_pid), (Some(true), Some(true), Some(false)));
        assert_eq!((info.limits.memory, info.limits.cpu_shares), (Some(1 << 30), Some(1024)));
        assert_eq!((info.created_time, info.size), (Some(1_730_971_086), Some(-1)));
        assert_eq!(info.mounts[0].describe(), "/a:/b::true:rprivate");
        assert_eq!(info.port_mappings[0].host_ip, Ipv4Addr::LOCALHOST);
        assert_eq!((info.port_mappings[0].host_port, info.port_mappings[0].container_port), (8080, 80));
        assert_eq!(info.env.len(), 2);
        assert_eq!(info.probe(ProbeKind::Healthcheck).unwrap().command(), "curl -f localhost");
        assert_eq!(info.probe(ProbeKind::Liveness).unwrap().command(), "true");
        assert_eq!(info.probe(ProbeKind::Readiness), None);
    }

    #[test]
    fn empty_and_null_count_as_missing() {
        let info = ContainerInfo::from_json(WHOLE.as_bytes()).unwrap();
        assert_eq!((info.cni_json, info.pod_sandbox_id, info.mesos_task_id), (None, None, None));
        assert!(info.pod_sandbox_labels.is_empty());
        assert_eq!(info.labels.len(), 1);
    }

    #[test]
    fn what_the_runtime_has_not_answered_yet_counts_as_missing() {
        let json = br#"{"id":"a","name":"incomplete","image":"incomplete","imagetag":"incomplete","ip":"0.0.0.0"}"#;
        let info = ContainerInfo::from_json(json).unwrap();
        assert_eq!((info.name, info.image, info.image_tag, info.ip), (None, None, None, None));
    }

    #[test]
    fn the_wrapper_may_be_missing() {
        let json = br#"{"id":"59fd49aa4072","type":0,"name":"lb","image":"haproxy"}"#;
        let info = ContainerInfo::from_json(json).unwrap();
        assert_eq!(info.name.as_deref(), Some("lb"));
        assert_eq!(info.privileged, None);
    }

    #[test]
    fn the_text_ends_at_a_nul() {
        assert!(ContainerInfo::from_json(b"{\"id\":\"a\"}\0").is_ok());
    }

    #[test]
    fn a_whole_id_alone_gives_both() {
        let id = "a".repeat(64);
        let info = ContainerInfo::from_json(format!(r#"{{"full_id":"{id}"}}"#).as_bytes()).unwrap();
        assert_eq!((&*info.id, info.full_id.as_deref()), ("aaaaaaaaaaaa", Some(id.as_str())));
    }

    #[test]
    fn values_of_the_wrong_type_are_left_out_and_the_rest_is_kept() {
        let keys = [
            "type",
            "name",
            "image",
            "imageid",
            "imagerepo",
            "privileged",
            "Mounts",
            "port_mappings",
            "labels",
            "env",
            "memory_limit",
            "created_time",
            "Healthcheck",
            "LivenessProbe",
            "pod_sandbox_labels",
            "ip",
            "full_id",
        ];
        for key in keys {
            for wrong in [
                "null",
                "[]",
                "{}",
                "[[]]",
                "[{}]",
                "1e400",
                "-1",
                "1.5",
                "true",
                "\"x\"",
                "[1,\"a\"]",
                "99999999999999999999",
            ] {
                let json = format!(r#"{{"container":{{"id":"59fd49aa4072","{key}":{wrong}}}}}"#);
                match ContainerInfo::from_json(json.as_bytes()) {
                    Ok(info) => assert_eq!(&*info.id, "59fd49aa4072", "{json}"),
                    // Numbers beyond any range are no JSON to the parser.
                    Err(error) => assert!(wrong == "1e400" && matches!(error, ContainerJsonError::NotJson { .. })),
                }
            }
        }
    }

    #[test]
    fn json_without_a_container_is_an_error() {
        for json in [
            "{}",
            "[]",
            "1",
            "null",
            r#"{"container":null}"#,
            r#"{"container":[]}"#,
            r#"{"container":{"id":5}}"#,
            r#"{"id":""}"#,
        ] {
            assert_eq!(ContainerInfo::from_json(json.as_bytes()), Err(ContainerJsonError::NoId), "{json}");
        }
    }

    #[test]
    fn damaged_text_is_an_error_at_every_length() {
        for length in 0..WHOLE.len() {
            let cut = &WHOLE.as_bytes()[..length];
            assert!(matches!(ContainerInfo::from_json(cut), Err(ContainerJsonError::NotJson { .. })), "{length}");
        }
    }

    #[test]
    fn endless_nesting_and_endless_text_are_refused() {
        let nested = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        assert!(matches!(ContainerInfo::from_json(&nested), Err(ContainerJsonError::NotJson { .. })));
        let long = vec![b' '; LONGEST + 1];
        assert_eq!(ContainerInfo::from_json(&long), Err(ContainerJsonError::TooLong { length: LONGEST + 1 }));
    }

    #[test]
    fn bytes_that_are_no_utf8_are_replaced() {
        let info = ContainerInfo::from_json(b"{\"id\":\"a\",\"name\":\"w\xffb\"}").unwrap();
        assert_eq!(info.name.as_deref(), Some("w\u{fffd}b"));
    }
}
