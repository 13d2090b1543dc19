"""k8s.*: the pod of a container, from labels the kubelet sets, and from cgroups."""

import pytest

from scaptui._core import Capture
from tests.core.asking import column, numbers, opened
from tests.core.building import Building
from tests.core.containers import DOCKER, ID, SANDBOX, cgroups, metadata

UID = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"
LABELS = {
    "io.kubernetes.container.name": "web",
    "io.kubernetes.pod.name": "web-7c5b7f6d9-x2x9l",
    "io.kubernetes.pod.namespace": "shop",
    "io.kubernetes.pod.uid": UID,
    "annotation.io.kubernetes.hash": "1",
    "version": "2",
}
ASKED = "evt.type=close"


def _inside(building: Building) -> None:
    building.process(7, "nginx", cgroups=cgroups(f"/kubepods/burstable/pod{UID}/{ID}"))


def _capture(building: Building) -> Capture:
    building.exit(7, "close", res=0, fd=3)
    return opened(building.close())


@pytest.fixture
def pod(building: Building) -> Capture:
    """A process of a pod whose container and sandbox are told."""
    _inside(building)
    told = {"app": "shop", "pod-template-hash": "7c5b7f6d9", "io.kubernetes.pod.name": "x"}
    building.happens(
        -1, "container",
        json=metadata(
            labels=LABELS, ip="10.1.2.3", pod_sandbox_id=SANDBOX, pod_sandbox_labels=told,
            cni_json='{"interfaces":[]}',
        ),
    )  # fmt: skip
    return _capture(building)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("k8s.pod.name", "web-7c5b7f6d9-x2x9l"),
        ("k8s.ns.name", "shop"),
        ("k8s.pod.uid", UID),
        ("k8s.pod.id", UID),
        ("k8s.pod.sandbox_id", "fedcba987654"),
        ("k8s.pod.full_sandbox_id", SANDBOX),
        ("k8s.pod.ip", "10.1.2.3"),
        ("k8s.pod.cni.json", '{"interfaces":[]}'),
        ("k8s.pod.label.app", "shop"),
        ("k8s.pod.label[pod-template-hash]", "7c5b7f6d9"),
        ("k8s.pod.label[none]", None),
        ("k8s.pod.labels", "app:shop, pod-template-hash:7c5b7f6d9"),
        ("container.labels", "version:2"),
        ("container.label[io.kubernetes.container.name]", "web"),
        # Only the cluster's API could tell these.
        ("k8s.deployment.name", None),
        ("k8s.rs.name", None),
        ("k8s.svc.name", None),
        ("k8s.ns.id", None),
    ],
)
def test_the_labels_of_a_container_tell_its_pod(pod: Capture, field: str, value: object) -> None:
    assert column(pod, field, ASKED) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "k8s.pod.name startswith web-",
        "k8s.ns.name in (default, shop)",
        "k8s.pod.label[app] = shop",
        "k8s.pod.labels contains app:shop",
        f'k8s.pod.uid == "{UID}"',
    ],
)
def test_events_are_selected_by_their_pod(pod: Capture, text: str) -> None:
    assert numbers(pod, text) == [2]


def test_the_cgroup_alone_tells_the_uid_of_the_pod(building: Building) -> None:
    _inside(building)
    capture = _capture(building)
    assert column(capture, "k8s.pod.uid") == [UID]
    assert column(capture, "k8s.pod.name") == [None]


def test_systemd_writes_the_uid_with_underscores(building: Building) -> None:
    slice_name = f"/kubepods.slice/kubepods-burstable-pod{UID.replace('-', '_')}.slice"
    building.process(7, cgroups=cgroups(f"{slice_name}/cri-containerd-{ID}.scope"))
    assert column(_capture(building), "k8s.pod.uid") == [UID]


def test_the_labels_of_the_pod_can_be_told_with_its_sandbox(building: Building) -> None:
    _inside(building)
    building.happens(-1, "container", json=metadata(labels=LABELS, pod_sandbox_id=SANDBOX))
    sandbox = metadata(SANDBOX, is_pod_sandbox=True, labels={"app": "shop"}, ip="10.9.9.9")
    building.happens(-1, "container", json=sandbox)
    capture = _capture(building)
    assert column(capture, "k8s.pod.label.app", ASKED) == ["shop"]
    assert column(capture, "k8s.pod.ip", ASKED) == ["10.9.9.9"]


def test_older_recorders_put_the_sandbox_into_a_label(building: Building) -> None:
    _inside(building)
    labels = {**LABELS, "io.kubernetes.sandbox.id": SANDBOX}
    building.happens(-1, "container", json=metadata(labels=labels))
    assert column(_capture(building), "k8s.pod.sandbox_id", ASKED) == ["fedcba987654"]


def test_the_kubelet_names_dockers_containers_after_the_pod(building: Building) -> None:
    _inside(building)
    name = f"k8s_nginx.28ee2ec4_nginx-3449338310-q9saj_default_{UID}_69b16510"
    building.happens(-1, "container", json=metadata(engine=DOCKER, name=name))
    capture = _capture(building)
    assert column(capture, "k8s.pod.name", ASKED) == ["nginx-3449338310-q9saj"]
    assert column(capture, "k8s.ns.name", ASKED) == ["default"]
    assert column(capture, "k8s.pod.uid", ASKED) == [UID]


def test_a_container_without_labels_is_in_no_pod(building: Building) -> None:
    building.process(7, cgroups=cgroups(f"/docker/{ID}"))
    building.happens(-1, "container", json=metadata(engine=DOCKER))
    capture = _capture(building)
    for field in ("name", "uid", "ip", "labels", "sandbox_id"):
        assert column(capture, f"k8s.pod.{field}", ASKED) == [None], field


def test_the_host_is_in_no_pod(building: Building) -> None:
    building.process(7)
    assert numbers(_capture(building), "k8s.pod.name exists or k8s.ns.name exists") == []
