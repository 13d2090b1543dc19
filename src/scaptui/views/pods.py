"""Which of its pod's containers one is: a pod that restarts has several, one after the other."""

import json
from typing import Final

from scaptui._core import Capture, Filter, Selection

# Containers of a pod that are told apart.
_MOST: Final = 32
# How long looking for all of them, and for the first event of each, may take, in milliseconds.
_VALUES_MS: Final = 400
_STEP_MS: Final = 50


class Pods:
    """Places of containers in their pods. `find` looks at many events, beside the screen."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._found: dict[bytes, tuple[bytes, ...]] = {}

    def is_known(self, pod: bytes) -> bool:
        """Whether the pod's containers have been found."""
        return pod in self._found

    def place(self, pod: bytes, container: bytes) -> tuple[int, int] | None:
        """The container's place among the pod's, from 1, and how many there are."""
        ids = self._found.get(pod, ())
        return (ids.index(container) + 1, len(ids)) if container in ids else None

    def find(self, pod: bytes) -> None:
        """Find the pod's containers, in the order in which they did something."""
        among = _equals("k8s.pod.uid", pod)
        values = self._capture.value_counts("container.id", among, _MOST, _VALUES_MS)
        ids = [value for value, _ in values]
        self._found[pod] = tuple(sorted(ids, key=self._first_event))

    def _first_event(self, container: bytes) -> int:
        found = Selection(self._capture, _equals("container.id", container), calls=False)
        while not (progress := found.step(_STEP_MS)).done and not progress.rows:
            continue
        return found.number(0) or 0


def _equals(field: str, value: bytes) -> Filter:
    left = {"field": field, "arg": None}
    literal = {"text": value.decode("utf-8", "surrogateescape")}
    return Filter(json.dumps({"test": {"left": left, "op": "eq", "right": {"value": literal}}}))
