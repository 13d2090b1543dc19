"""Which of its pod's containers one is."""

from pathlib import Path

from scaptui.views.pods import Pods
from tests.views.listing import read


def test_containers_of_a_pod_are_counted_in_the_order_they_began(crashloop: Path) -> None:
    capture = read(crashloop)
    pod = capture.value_counts("k8s.pod.uid", None, 1, 1000)[0][0]
    pods = Pods(capture)
    assert not pods.is_known(pod)
    pods.find(pod)
    assert pods.is_known(pod)
    ids = [value for value, _ in capture.value_counts("container.id", None, 99, 1000)]
    places = sorted(place for value in ids if (place := pods.place(pod, value)))
    count = len(places)
    assert places == [(at + 1, count) for at in range(count)]
    assert count > 0


def test_a_container_of_another_pod_has_no_place(crashloop: Path) -> None:
    pods = Pods(read(crashloop))
    pods.find(b"no such pod")
    assert pods.place(b"no such pod", b"0123456789ab") is None
