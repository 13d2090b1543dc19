//! The container of a thread, told from its cgroups.

use super::{ContainerType, SHORT_ID};

/// A container as a cgroup path names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContainerRef {
    /// The id as shown: 12 hex digits, or the name of an lxc, libvirt or bpm container.
    pub id: Box<str>,
    /// The whole id where `id` is only its beginning.
    pub full_id: Option<Box<str>>,
    /// What most likely runs it. Paths do not tell Docker from runtimes that name their cgroups alike; the metadata
    /// of the container knows better.
    pub engine: ContainerType,
    /// Uid of the Kubernetes pod whose cgroup the container's lies in.
    pub pod_uid: Option<Box<str>>,
}

/// Hex digits of a whole container id.
const ID: usize = 64;
/// Longer names of `ctr` containers are taken for something else.
const LONGEST_CTR_ID: usize = 64;
/// Length of a Mesos container id and of a pod's uid, a UUID with its dashes.
const UUID: usize = 36;
/// Length of the uid of a pod that a node starts by itself.
const STATIC_POD_UID: usize = 32;

use ContainerType as T;

/// How the runtimes around runc name the last part of a cgroup path: what stands before and behind the 64 hex digits.
const NAMINGS: &[(ContainerType, &[u8], &[u8])] = &[
    (T::Podman, b"/libpod-", b".scope"),
    (T::Podman, b"/libpod-", b".scope/container"),
    (T::Podman, b"/libpod-", b""),
    (T::Podman, b"/libpod-payload-", b""),
    (T::Podman, b"/libpod-payload-", b".scope"),
    (T::Podman, b"/libpod-payload-", b".scope/container"),
    (T::Docker, b"/", b""),
    (T::Docker, b"/docker-", b".scope"),
    (T::CriO, b"/crio-", b""),
    (T::CriO, b"/crio-", b".scope"),
    (T::Containerd, b"/cri-containerd-", b".scope"),
    (T::Containerd, b":cri-containerd:", b""),
    (T::Containerd, b"/nerdctl-", b".scope"),
];

/// The container that a thread's cgroups belong to, `None` on the host.
///
/// `cgroups` is as in clone and execve events and in the process list: `subsystem=path` items, each ended by a NUL.
/// The first cgroup in which a runtime recognises itself decides. The one loose pattern, containerd's `ctr`, only
/// counts when no cgroup fits a runtime.
pub fn id_from_cgroups(cgroups: &[u8]) -> Option<ContainerRef> {
    let paths = || cgroups.split(|b| *b == 0).filter_map(path_of).filter(|path| path.len() > 1);
    paths().find_map(recognise).or_else(|| paths().find_map(ctr))
}

/// The path of `cpu=/a/b` or `name=systemd=/a/b`.
fn path_of(item: &[u8]) -> Option<&[u8]> {
    let start = item.iter().position(|b| *b == b'/')?;
    item[..start].contains(&b'=').then(|| &item[start..])
}

fn recognise(path: &[u8]) -> Option<ContainerRef> {
    runc(path).or_else(|| lxc(path)).or_else(|| libvirt(path)).or_else(|| mesos(path)).or_else(|| bpm(path))
}

fn runc(path: &[u8]) -> Option<ContainerRef> {
    // Nearly every host path ends here: its last 64 bytes are not all hex digits, with no suffix cut off.
    NAMINGS.iter().find_map(|(engine, before, behind)| {
        let rest = path.strip_suffix(*behind)?;
        let (front, id) = rest.split_at_checked(rest.len().checked_sub(ID)?)?;
        (front.ends_with(before) && id.iter().all(u8::is_ascii_hexdigit)).then(|| {
            let full = text(id);
            ContainerRef { id: full[..SHORT_ID].into(), full_id: Some(full), engine: *engine, pod_uid: pod_uid(front) }
        })
    })
}

/// `/lxc/NAME`, `/lxc.payload/NAME` and `/lxc.payload.NAME`, with whatever the container has made below.
fn lxc(path: &[u8]) -> Option<ContainerRef> {
    let marks: [&[u8]; 3] = [b"/lxc/", b"/lxc.payload/", b"/lxc.payload."];
    let (at, mark) = marks.iter().find_map(|mark| Some((find(path, mark)?, mark)))?;
    if path[..at].ends_with(b"/libvirt") {
        return None;
    }
    let name = path[at + mark.len()..].split(|b| *b == b'/').next()?;
    named(name, T::Lxc)
}

/// `NAME.libvirt-lxc`, systemd's `machine-lxc\x2dNAME.scope`, and `/libvirt/lxc/NAME` of old versions.
fn libvirt(path: &[u8]) -> Option<ContainerRef> {
    if let Some(front) = path.strip_suffix(b".libvirt-lxc") {
        return named(front.rsplit(|b| *b == b'/').next()?, T::LibvirtLxc);
    }
    let mark = b"-lxc\\x2d";
    if let Some(at) = find(path, mark) {
        let rest = &path[at + mark.len()..];
        let rest = rest.strip_suffix(b"/libvirt").unwrap_or(rest);
        if let Some(name) = rest.strip_suffix(b".scope") {
            return named(name, T::LibvirtLxc);
        }
    }
    let mark = b"/libvirt/lxc/";
    let at = find(path, mark)?;
    named(&path[at + mark.len()..], T::LibvirtLxc)
}

/// `/mesos/UUID`.
fn mesos(path: &[u8]) -> Option<ContainerRef> {
    let mark = b"/mesos/";
    let id = &path[find(path, mark)? + mark.len()..];
    if is_uuid(id) {
        named(id, T::Mesos)
    } else {
        None
    }
}

/// `bpm-ID` of Cloud Foundry, also as `runc-bpm-ID.scope`.
fn bpm(path: &[u8]) -> Option<ContainerRef> {
    let last = path.rsplit(|b| *b == b'/').next()?;
    let mark = b"bpm-";
    let at = find(last, mark)?;
    if at > 0 && last[at - 1] != b'-' {
        return None;
    }
    let id = &last[at + mark.len()..];
    let id = id.strip_suffix(b".scope").unwrap_or(id);
    if is_systemd_unit(id) || !id.iter().all(|b| is_name_byte(*b)) {
        return None;
    }
    named(id, T::Bpm)
}

/// `/NAMESPACE/ID`, the whole path of a container started by containerd's `ctr`.
fn ctr(path: &[u8]) -> Option<ContainerRef> {
    let mut parts = path.strip_prefix(b"/")?.split(|b| *b == b'/');
    let (namespace, id) = (parts.next()?, parts.next()?);
    let fits = |part: &[u8]| !part.is_empty() && part.iter().all(|b| is_name_byte(*b));
    let host = is_systemd_unit(namespace) || is_systemd_unit(id) || HOST.contains(&namespace);
    if parts.next().is_some() || host || !fits(namespace) || !fits(id) || id.len() > LONGEST_CTR_ID {
        return None;
    }
    let full = text(id);
    let short = full.get(..SHORT_ID).unwrap_or(&full);
    Some(ContainerRef { id: short.into(), full_id: Some(full.clone()), engine: T::Containerd, pod_uid: None })
}

/// First parts of two-part paths that are no containerd namespaces: session managers, parents of other runtimes.
const HOST: &[&[u8]] = &[
    b"user",
    b"system",
    b"machine",
    b"lxc",
    b"lxc.payload",
    b"lxc.monitor",
    b"libvirt",
    b"mesos",
    b"docker",
    b"kubepods",
    b"init",
];

fn named(name: &[u8], engine: ContainerType) -> Option<ContainerRef> {
    (!name.is_empty()).then(|| ContainerRef { id: text(name), full_id: None, engine, pod_uid: None })
}

/// The uid in `/kubepods/burstable/podUID/` or `/kubepods-burstable-podUID.slice/`, where systemd wants `_` for `-`.
/// Pods that a node starts by itself have 32 hex digits for a uid.
fn pod_uid(front: &[u8]) -> Option<Box<str>> {
    let rest = &front[find(front, b"kubepods")?..];
    let start = find(rest, b"/pod").or_else(|| find(rest, b"-pod"))? + b"/pod".len();
    let end = rest[start..].iter().position(|b| matches!(b, b'/' | b'.' | b':')).map_or(rest.len(), |at| start + at);
    let uid: Vec<u8> = rest[start..end].iter().map(|b| if *b == b'_' { b'-' } else { *b }).collect();
    let digits = uid.len() == STATIC_POD_UID && uid.iter().all(u8::is_ascii_hexdigit);
    (digits || is_uuid(&uid)).then(|| text(&uid))
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == UUID
        && text.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_systemd_unit(part: &[u8]) -> bool {
    part.ends_with(b".service") || part.ends_with(b".slice") || part.ends_with(b".scope")
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn text(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "59fd49aa4072a728b5a4112da2d3fa2752056db5e497bb5821bfc6a0d9019471";

    fn of(path: &str) -> Option<ContainerRef> {
        id_from_cgroups(format!("cpuset={path}\0").as_bytes())
    }

    #[test]
    fn runtimes_around_runc_are_told_by_how_they_name_their_cgroups() {
        let cases = [
            (format!("/libpod_parent/libpod-{FULL}"), T::Podman),
            (format!("/machine.slice/libpod-{FULL}.scope"), T::Podman),
            (
                format!("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{FULL}.scope/container"),
                T::Podman,
            ),
            (format!("/system.slice/nginx.service/libpod-payload-{FULL}"), T::Podman),
            (format!("/system.slice/libpod-payload-{FULL}.scope"), T::Podman),
            (format!("/system.slice/libpod-payload-{FULL}.scope/container"), T::Podman),
            (format!("/docker/{FULL}"), T::Docker),
            (format!("/{FULL}"), T::Docker),
            (format!("/kubepods/besteffort/pod1/{FULL}"), T::Docker),
            (format!("/system.slice/docker-{FULL}.scope"), T::Docker),
            (format!("/kubepods.slice/crio-{FULL}"), T::CriO),
            (format!("/kubepods.slice/crio-{FULL}.scope"), T::CriO),
            (format!("/kubepods.slice/cri-containerd-{FULL}.scope"), T::Containerd),
            (format!("/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:{FULL}"), T::Containerd),
            (format!("/system.slice/nerdctl-{FULL}.scope"), T::Containerd),
        ];
        for (path, engine) in cases {
            let found = of(&path).unwrap_or_else(|| panic!("{path}"));
            assert_eq!((&*found.id, found.full_id.as_deref(), found.engine), ("59fd49aa4072", Some(FULL), engine));
        }
    }

    #[test]
    fn an_id_has_exactly_64_hex_digits_at_the_right_place() {
        for path in [
            format!("/docker/{}", &FULL[1..]),
            format!("/docker/{FULL}0"),
            format!("/docker/g{}", &FULL[1..]),
            format!("/docker/{FULL}/init/scope"),
            format!("/system.slice/docker-{FULL}.service"),
            format!("/system.slice/rocker-{FULL}.scope"),
            format!("/system.slice/libpod-conmon-{FULL}.scope"),
            format!("/system.slice/{FULL}.scope"),
            format!("/x/crio-conmon-{FULL}.scope"),
            format!("/x/nerdctl-{FULL}"),
            format!("/x/cri-containerd-{FULL}"),
        ] {
            assert_eq!(of(&path), None, "{path}");
        }
    }

    #[test]
    fn the_pod_is_read_from_both_ways_to_write_its_cgroup() {
        let uid = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f";
        let plain = of(&format!("/kubepods/burstable/pod{uid}/{FULL}")).unwrap();
        assert_eq!(plain.pod_uid.as_deref(), Some(uid));
        let systemd =
            format!("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{}.slice", uid.replace('-', "_"));
        let found = of(&format!("{systemd}/cri-containerd-{FULL}.scope")).unwrap();
        assert_eq!(found.pod_uid.as_deref(), Some(uid));
        let own = of(&format!("/kubepods/podc6a443fd7470d526a9d9fbded1a75153/{FULL}")).unwrap();
        assert_eq!(own.pod_uid.as_deref(), Some("c6a443fd7470d526a9d9fbded1a75153"));
        assert_eq!(of(&format!("/kubepods/podx/{FULL}")).unwrap().pod_uid, None);
        assert_eq!(of(&format!("/docker/{FULL}")).unwrap().pod_uid, None);
    }

    #[test]
    fn lxc_names_are_kept_whole() {
        for (path, name) in [
            ("/lxc/web", "web"),
            ("/lxc/web-with-a-long-name/system.slice/nginx.service", "web-with-a-long-name"),
            ("/lxc.payload/web", "web"),
            ("/lxc.payload.web/init.scope", "web"),
        ] {
            let found = of(path).unwrap_or_else(|| panic!("{path}"));
            assert_eq!((&*found.id, found.engine), (name, T::Lxc), "{path}");
        }
    }

    #[test]
    fn a_path_about_lxc_is_not_a_container() {
        for path in ["/lxc/", "/lxc.payload.", "/lxc.monitor.web", "/lxcfs/x/y", "/system.slice/lxc.service"] {
            assert_eq!(of(path), None, "{path}");
        }
    }

    #[test]
    fn libvirt_containers_are_told_by_three_generations_of_names() {
        for (path, name) in [
            ("/machine/web.libvirt-lxc", "web"),
            ("/machine.slice/machine-lxc\\x2d2293906\\x2dweb.scope", "2293906\\x2dweb"),
            ("/machine.slice/machine-lxc\\x2dweb.scope/libvirt", "web"),
            ("/libvirt/lxc/web", "web"),
        ] {
            let found = of(path).unwrap_or_else(|| panic!("{path}"));
            assert_eq!((&*found.id, found.engine), (name, T::LibvirtLxc), "{path}");
        }
        for path in ["/machine/.libvirt-lxc", "/machine.slice/machine-qemu\\x2dweb.scope", "/libvirt/lxc/"] {
            assert_eq!(of(path), None, "{path}");
        }
    }

    #[test]
    fn mesos_ids_are_uuids() {
        let found = of("/mesos/3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f").unwrap();
        assert_eq!((&*found.id, found.engine), ("3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f", T::Mesos));
        assert_eq!(of("/mesos/agent"), None);
    }

    #[test]
    fn bpm_ids_have_letters_digits_and_three_signs() {
        let found = of("/system.slice/runc-bpm-nats.job_1.scope").unwrap();
        assert_eq!((&*found.id, found.engine), ("nats.job_1", T::Bpm));
        assert_eq!(&*of("/x/y/bpm-nats").unwrap().id, "nats");
        for path in ["/x/y/bpm-", "/x/y/bpm-na ts", "/x/y/kbpm-nats", "/system.slice/bpm-nats.service"] {
            assert_eq!(of(path), None, "{path}");
        }
    }

    #[test]
    fn a_ctr_container_is_a_path_of_namespace_and_id() {
        let found = of("/default/redis").unwrap();
        assert_eq!((&*found.id, found.engine), ("redis", T::Containerd));
        let found = of("/my-ns/a-long-container-name").unwrap();
        assert_eq!((&*found.id, found.full_id.as_deref()), ("a-long-conta", Some("a-long-container-name")));
    }

    #[test]
    fn host_paths_are_no_ctr_containers() {
        let long = format!("/default/{}", "x".repeat(65));
        for path in [
            "/",
            "",
            "/redis",
            "/default/",
            "//redis",
            "/default/redis/x",
            "/user/bencer/0",
            "/user/1000.user",
            "/system.slice/x",
            "/user.slice/user-1000.slice",
            "/system.slice/docker.service",
            "/x/session-3.scope",
            "/docker/buildx",
            "/default/re dis",
            &long,
        ] {
            assert_eq!(of(path), None, "{path}");
        }
    }

    #[test]
    fn the_first_cgroup_of_a_runtime_decides_and_a_loose_match_waits_for_all_others() {
        let other = "c78a447010cdad299a9d96cbb8992702ab02fd7fad81816371b2ae986896d318";
        let cgroups = format!("cpuset=/\0cpu=/foo/bar\0memory=/docker/{FULL}\0pids=/docker/{other}\0");
        let found = id_from_cgroups(cgroups.as_bytes()).unwrap();
        assert_eq!(found.full_id.as_deref(), Some(FULL));
    }

    #[test]
    fn a_named_hierarchy_and_a_missing_last_nul_are_understood() {
        let cgroups = format!("cpuset=/\0name=systemd=/docker/{FULL}");
        assert_eq!(id_from_cgroups(cgroups.as_bytes()).unwrap().full_id.as_deref(), Some(FULL));
    }

    #[test]
    fn the_host_has_no_container() {
        let cgroups =
            b"cpuset=/\0cpu=/user.slice\0memory=/user/bencer/0\0pids=/user.slice/user-1000.slice/user@1000.service\0";
        assert_eq!(id_from_cgroups(cgroups), None);
        assert_eq!(id_from_cgroups(b""), None);
    }

    #[test]
    fn odd_bytes_are_no_container_and_no_panic() {
        for cgroups in [&b"\0\0\0"[..], b"=", b"/", b"=/", b"noequals/x/y", b"a=/\xff\xfe/\xff", b"a=/lxc/\xff\0"] {
            let found = id_from_cgroups(cgroups);
            assert!(found.is_none_or(|found| &*found.id == "\u{fffd}"), "{cgroups:?}");
        }
    }
}
