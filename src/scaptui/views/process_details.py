"""What is known of one process as of an event, collected in steps."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scaptui._core import Call, Capture, Descriptor, Event, Filter, Selection
from scaptui.capture.opening import refusals
from scaptui.views.cells import shown
from scaptui.views.process_snapshot import Process, Snapshot, is_failure
from scaptui.views.units import Zone

# Rows of calls taken at once; a step ends after the first batch over its budget.
_BATCH: Final = 256
# The last failed calls that are kept.
_FAILURES: Final = 3
_POD_CONTAINERS: Final = 100


@dataclass(slots=True)
class Tally:
    """Calls of one name.

    Attributes:
        number: How many.
        failed: How many of them failed.
        time_ns: Time between enter and exit, of all together.
        timed: How many had an enter event.
    """

    number: int = 0
    failed: int = 0
    time_ns: int = 0
    timed: int = 0

    def add(self, call: Call) -> None:
        """Count one more."""
        self.number += 1
        self.failed += is_failure(call)
        if call.latency is not None:
            self.time_ns += call.latency
            self.timed += 1


@dataclass(slots=True)
class Known:
    """What was found of the process.

    Attributes:
        event: Its last event up to the moment; None before its first.
        fields: Fields of that event that are there.
        descriptors: Open then.
        names: Time and name, each time it took one.
        environment: Variables with their values, as captured.
        exit: The event of its end, of whenever.
        pod: How many containers of its pod are in the capture, and which of them its own is,
            from 1.
    """

    event: int | None = None
    fields: dict[str, str] = field(default_factory=dict)
    environment: tuple[bytes, ...] = ()
    descriptors: tuple[Descriptor, ...] = ()
    names: tuple[tuple[int, str], ...] = ()
    exit: Call | None = None
    pod: tuple[int, int] | None = None


_FIELDS: Final = (
    "proc.exepath",
    "proc.cwd",
    "proc.ppid",
    "user.name",
    "user.uid",
    "container.id",
    "container.name",
    "k8s.pod.uid",
    "k8s.pod.name",
)


class ProcessDetails:
    """One process as of a snapshot. `step` until it is done: each step makes more known."""

    def __init__(self, capture: Capture, snapshot: Snapshot, position: int, zone: Zone) -> None:
        self.snapshot = snapshot
        self.process: Process = snapshot.processes[position]
        self.zone = zone
        self.known = Known()
        self.calls: dict[str, Tally] = {}
        self.failures: list[Call] = []
        self.done = False
        self._capture = capture
        self._stages = self._collect()

    def step(self, budget_ms: int) -> bool:
        """Find out more for about so long; True when all is known.

        Raises:
            Refused: the core takes a question for wrong.
        """
        self._budget_ms = budget_ms
        with refusals():
            self.done = next(self._stages, None) is None
        return self.done

    def _collect(self) -> Iterator[str]:
        whose = "thread.tid" if self.process.stray else "proc.pid"
        own = Selection(self._capture, _all_of(_equals(whose, self.process.pid)))
        at = self.snapshot.at
        while not (progress := own.step(self._budget_ms)).done:
            if at is not None and progress.looked > at:
                break
            yield "its events"
        first = 0 if self.process.started is None else own.row_at(self.process.started)
        stop = own.progress().rows if at is None else _after(own, at)
        if stop > first:
            self._ask_event(own.number(stop - 1))
            yield "its last event"
            for start in range(first, stop, _BATCH):
                self._count(own.calls(start, min(stop, start + _BATCH)))
                yield "its calls"
        yield from self._find_exit()
        yield from self._look_at_pod()

    def _ask_event(self, number: int | None) -> None:
        if number is None:
            return
        event = Event(self._capture, number)
        texts = {name: event.text(name, self.zone.name) for name in (*_FIELDS, "proc.env")}
        environment = captured_words(texts.pop("proc.env") or b"")
        fields = {name: shown(text) for name, text in texts.items() if text is not None}
        names = tuple((ts, shown(name)) for ts, name in event.names())
        descriptors = tuple(event.descriptors())
        self.known = Known(number, fields, environment, descriptors, names)

    def _count(self, calls: list[Call]) -> None:
        for call in calls:
            self.calls.setdefault(call.name, Tally()).add(call)
            if is_failure(call):
                self.failures.append(call)
        del self.failures[:-_FAILURES]

    def _find_exit(self) -> Iterator[str]:
        pid = self.process.pid
        ends = Selection(
            self._capture, _all_of(_equals("thread.tid", pid), _equals("evt.type", "procexit"))
        )
        while not ends.step(self._budget_ms).done:
            yield "its end"
        row = ends.row_at(self.process.started or 0)
        found = ends.calls(row, row + 1)
        self.known.exit = found[0] if found else None

    def _look_at_pod(self) -> Iterator[str]:
        pod = self.known.fields.get("k8s.pod.uid")
        own = self.process.container
        if not pod or not own:
            return
        yield "its pod"
        by = "container.id" if shown(own) == self.known.fields.get("container.id") else ""
        of_pod = _all_of(_equals("k8s.pod.uid", pod))
        counts = self._capture.value_counts(
            by or "container.name", of_pod, _POD_CONTAINERS, self._budget_ms
        )
        yield "their order"
        ids = {value for value, _ in counts}
        order: dict[bytes, int] = {}
        for process in self._capture.processes(None, None):
            if process.container in ids:
                started = process.started or 0
                order[process.container] = min(started, order.get(process.container, started))
        in_order = sorted(order, key=lambda container: order[container])
        if own in order:
            self.known.pod = len(in_order), in_order.index(own) + 1

    @property
    def age_ns(self) -> int | None:
        """How long it had lived at the moment, or until it ended; None when nobody knows."""
        until = self.snapshot.ts
        if self.process.ended:
            until = self.known.exit.ts if self.known.exit else None
        if self.process.started is None or until is None:
            return None
        return max(0, until - self.process.started)


def captured_words(captured: bytes) -> tuple[bytes, ...]:
    """Captured words; a variable without a name in front continues the one before.

    The core joins variables with blanks, which their values may hold, too.
    """
    words: list[bytes] = []
    for word in captured.split(b" "):
        if re.match(rb"\w+=", word) or not words:
            words.append(word)
        else:
            words[-1] += b" " + word
    return tuple(word for word in words if word)


def _after(selection: Selection, number: int) -> int:
    """The first row behind an event."""
    row = selection.row(number)
    return row + 1 if selection.number(row) == number else row


def _equals(name: str, value: int | str) -> dict[str, object]:
    literal = {"int": value} if isinstance(value, int) else {"text": value}
    left = {"field": name, "arg": None}
    return {"test": {"left": left, "op": "eq", "right": {"value": literal}}}


def _all_of(*checks: dict[str, object]) -> Filter:
    return Filter(json.dumps({"and": checks} if len(checks) > 1 else checks[0]))
