"""container.*: from the cgroups of a process at once, and from what runtimes tell later."""

import pytest

from scaptui._core import Capture
from tests.core.asking import column, lines, numbers, opened
from tests.core.building import Building
from tests.core.containers import DOCKER, ID, PODMAN, SANDBOX, cgroups, metadata

POD = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podu1.slice"
MOUNTS = [
    {"Source": "/srv", "Destination": "/www", "Mode": "ro", "RW": False, "Propagation": "private"},
    {"Source": "/run/a", "Destination": "/b", "Mode": "", "RW": True, "Propagation": "rslave"},
]


@pytest.mark.parametrize(
    ("path", "engine"),
    [
        (f"/docker/{ID}", "docker"),
        (f"/system.slice/docker-{ID}.scope", "docker"),
        (f"/machine.slice/libpod-{ID}.scope", "podman"),
        (f"/machine.slice/libpod-{ID}.scope/container", "podman"),
        (f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{ID}.scope", "podman"),
        (f"{POD}/cri-containerd-{ID}.scope", "containerd"),
        (f"/system.slice/containerd.service/kubepods:cri-containerd:{ID}", "containerd"),
        (f"/system.slice/nerdctl-{ID}.scope", "containerd"),
        (f"{POD}/crio-{ID}.scope", "cri-o"),
        (f"/kubepods/crio-{ID}", "cri-o"),
    ],
)
def test_the_cgroup_tells_the_id_and_the_runtime(
    building: Building, path: str, engine: str
) -> None:
    building.process(7, cgroups=cgroups(path))
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%container.id %container.full_id %container.type") == [
        f"0123456789ab {ID} {engine}"
    ]


@pytest.mark.parametrize(
    ("path", "name", "engine"),
    [
        ("/lxc/box", "box", "lxc"),
        ("/lxc.payload.box/init.scope", "box", "lxc"),
        ("/default/redis", "redis", "containerd"),
    ],
)
def test_runtimes_without_long_ids_have_names(
    building: Building, path: str, name: str, engine: str
) -> None:
    building.process(7, cgroups=cgroups(path))
    building.exit(7, "close", res=0, fd=3)
    assert lines(opened(building.close()), "%container.id %container.type") == [f"{name} {engine}"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/system.slice/sshd.service",
        "/user.slice/user-1000.slice/session-2.scope",
        f"/machine.slice/libpod-conmon-{ID}.scope",  # podman's own monitor, outside
        f"/docker/{ID[:-1]}",
        f"/docker/{ID[:-1]}g",
    ],
)
def test_other_cgroups_are_the_host(building: Building, path: str) -> None:
    building.process(7, cgroups=cgroups(path))
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%container.id %container.name %container.type") == ["host host host"]
    assert column(capture, "container.image") == [None]


def test_a_process_without_cgroups_is_on_the_host(building: Building) -> None:
    building.process(7)
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "container.id") == ["host"]


def test_a_container_is_known_by_id_before_its_runtime_tells_more(building: Building) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    building.exit(7, "close", res=0, fd=3)
    building.happens(-1, "container", json=metadata())
    building.exit(7, "close", res=0, fd=4)
    capture = opened(building.close())
    closes = "evt.type=close"
    assert column(capture, "container.id", closes) == ["0123456789ab"] * 2
    assert column(capture, "container.image", closes) == [None, "nginx"]


def test_the_runtime_knows_better_what_it_is_than_the_cgroup(building: Building) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    building.happens(-1, "container", json=metadata(engine=PODMAN))
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "container.type", "evt.type=close") == ["podman"]


@pytest.fixture
def told(building: Building) -> Capture:
    """A process in a container of which everything is told."""
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    text = metadata(
        engine=DOCKER, image="docker.io/library/nginx:1.27@sha256:96fb", imageid="f68d",
        imagerepo="docker.io/library/nginx", imagetag="1.27", imagedigest="sha256:96fb",
        privileged=True, ip="172.17.0.2", Mounts=MOUNTS, labels={"app": "shop", "tier": "front"},
        Healthcheck={"exe": "curl", "args": ["-f", "localhost"]},
    )  # fmt: skip
    building.happens(-1, "container", json=text)
    building.exit(7, "close", res=0, fd=3)
    return opened(building.close())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("container.name", "web"),
        ("container.type", "docker"),
        ("container.image", "docker.io/library/nginx:1.27@sha256:96fb"),
        ("container.image.id", "f68d"),
        ("container.image.repository", "docker.io/library/nginx"),
        ("container.image.tag", "1.27"),
        ("container.image.digest", "sha256:96fb"),
        ("container.privileged", True),
        ("container.ip", "172.17.0.2"),
        ("container.mounts", "/srv:/www:ro:false:private /run/a:/b::true:rslave"),
        ("container.mount[0]", "/srv:/www:ro:false:private"),
        ("container.mount.dest[/srv]", "/www"),
        ("container.mount.dest[/run/*]", "/b"),
        ("container.mount.source[/www]", "/srv"),
        ("container.mount.rdwr[1]", "true"),
        ("container.mount.mode[0]", "ro"),
        ("container.mount.propagation[1]", "rslave"),
        ("container.mount[2]", None),
        ("container.label[app]", "shop"),
        ("container.label.tier", "front"),
        ("container.label[none]", None),
        ("container.labels", "app:shop, tier:front"),
        ("container.healthcheck", "curl -f localhost"),
        ("container.liveness_probe", "NONE"),
        ("k8s.pod.name", None),
    ],
)
def test_what_the_runtime_tells_is_shown(told: Capture, field: str, value: object) -> None:
    assert column(told, field, "evt.type=close") == [value]


def test_events_are_selected_by_their_container(told: Capture) -> None:
    assert numbers(told, "container.image.repository endswith nginx") == [2]
    assert numbers(told, "container.id != host") == [2]


def test_a_container_event_has_no_container_of_its_own(building: Building) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    building.exit(7, "close", res=0, fd=3)
    building.happens(-1, "container", json=metadata())
    assert column(opened(building.close()), "container.id") == ["0123456789ab", None]


def test_container_events_before_all_others_are_state_and_not_shown(building: Building) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    building.happens(-1, "container", json=metadata())
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%evt.num %evt.type %container.name") == ["2 close web"]


def test_a_container_can_be_told_in_an_asynchronous_event(building: Building) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    text = metadata(name="late").encode() + b"\0"
    building.happens(-1, "asyncevent", plugin_id=0, name="container", data=text)
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "container.name", "evt.type=close") == ["late"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"container":null}', '{"container":{"id":7}}'])
def test_metadata_that_is_damaged_is_passed_over(building: Building, text: str) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    building.happens(-1, "container", json=text)
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "container.id", "evt.type=close") == ["0123456789ab"]


def test_a_container_can_be_told_anew(building: Building) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    for name in ("first", "second"):
        building.happens(-1, "container", json=metadata(name=name))
        building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "container.name", "evt.type=close") == ["first", "second"]


def test_a_process_moves_into_the_container_its_clone_names(building: Building) -> None:
    building.process(7, "runc")
    building.clone(7, 8, cgroups=cgroups(f"/docker/{ID}"))
    building.exit(8, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "container.id") == ["host", "0123456789ab", "0123456789ab"]


def test_a_program_that_starts_elsewhere_is_in_that_container(building: Building) -> None:
    building.process(7, "runc", cgroups=cgroups(f"/docker/{ID}"))
    building.exit(
        7, "execve", res=0, exe="sh", comm="sh", tid=7, pid=7, cgroups=cgroups(f"/docker/{SANDBOX}")
    )
    assert column(opened(building.close()), "container.id") == ["fedcba987654"]
