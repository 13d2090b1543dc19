"""What real captures tell of containers and pods: names, images, and uids in cgroups."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.asking import Asking
from tests.core.asking import column, opened
from tests.core.building import Building
from tests.core.containers import DOCKER, cgroups, metadata

# The pods whose containers the recorder of 502Error.scap told of: namespace and name.
PODS = {
    ("default", "nginx-3449338310-q9saj"),
    ("kube-system", "k8s-etcd-127.0.0.1"),
    ("kube-system", "k8s-master-127.0.0.1"),
    ("kube-system", "k8s-proxy-127.0.0.1"),
    ("kube-system", "kube-addon-manager-127.0.0.1"),
    ("kube-system", "kube-dns-v19-lbuxg"),
    ("kube-system", "kubernetes-dashboard-v1.4.0-jz6y3"),
}


def test_the_summary_lists_containers_of_pods_that_did_nothing(
    real: Callable[[str], Path],
) -> None:
    containers = Asking(real("502Error.scap")).summary()["containers"]
    of_pods = [row for row in containers if row["name"].startswith("k8s_")]
    assert len(of_pods) == 19
    assert {row["events"] for row in of_pods} == {0}
    assert "nginx" in {row["image"] for row in of_pods}


def test_the_names_of_these_containers_tell_their_pods(
    real: Callable[[str], Path], tmp_path: Path
) -> None:
    building = Building(tmp_path / "test.scap")
    containers = Asking(real("502Error.scap")).summary()["containers"]
    of_pods = [row for row in containers if row["name"].startswith("k8s_")]
    full = [row["id"].ljust(64, "0") for row in of_pods]
    for tid, long_id in enumerate(full, start=100):
        building.process(tid, cgroups=cgroups(f"/docker/{long_id}"))
    for row, long_id in zip(of_pods, full, strict=True):
        building.happens(-1, "container", json=metadata(long_id, DOCKER, name=row["name"]))
    for tid in range(100, 100 + len(full)):
        building.exit(tid, "close", res=0, fd=3)
    capture = opened(building.close())
    assert (
        set(zip(column(capture, "k8s.ns.name"), column(capture, "k8s.pod.name"), strict=True))
        == PODS
    )


def test_containers_that_are_of_no_pod_have_none(real: Callable[[str], Path]) -> None:
    assert Asking(real("502Error.scap")).count("k8s.pod.name exists") == 0


@pytest.mark.parametrize(
    ("name", "uid", "containers"),
    [
        ("crash.new.scap.gz", "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f", 4),
        ("crash.mid.scap.gz", "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f", 4),
        ("invalid-command.new.scap.gz", "7d1c0c52-6a3e-4a4e-8f0a-2f6f5c1f9c11", 1),
    ],
)
def test_restarts_of_a_pod_are_told_from_cgroups_alone(
    real: Callable[[str], Path], name: str, uid: str, containers: int
) -> None:
    seen = Counter(Asking(real(name)).values("%k8s.pod.uid %container.id", "container.id != host"))
    assert {line.split()[0] for line in seen} == {uid}
    assert len(seen) == containers


def test_a_container_that_was_told_in_full_has_image_and_tag(real: Callable[[str], Path]) -> None:
    asking = Asking(real("run_as_user_0_container.scap"))
    form = "%container.name %container.image.repository:%container.image.tag %container.privileged"
    assert Counter(asking.values(form, "container.id = 697956520d89")) == {
        "hopeful_taussig nginx:latest false": 461
    }
