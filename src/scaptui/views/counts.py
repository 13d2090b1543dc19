"""How many events a filter selects, and which values a field has: what models ask of a capture."""

import time
from typing import Final, Protocol

from scaptui._core import Call, Capture, Event, Filter, Selection
from scaptui.capture.opening import compile_filter, refusals
from scaptui.errors import Refused
from scaptui.filter.expression import All, Expression, FieldRef
from scaptui.filter.wire import wire

# How long one look at the values of a field may take. It runs beside the screen, never in it.
VALUES_MS: Final = 400
# How long one step of a count that may be given up takes.
_STEP_MS: Final = 25


class Counts(Protocol):
    """Answers about the events read so far."""

    def count(self, expression: Expression) -> int:
        """How many shown events the expression selects."""

    def values(self, field: str, expression: Expression, limit: int) -> list[tuple[bytes, int]]:
        """The commonest values of a field among the selected events, most frequent first.

        A field whose values cannot be counted has none.
        """


class Evidence(Counts, Protocol):
    """Answers that are looked for within a time, and what single events say."""

    def count_within(self, expression: Expression, budget_ms: float) -> int | None:
        """As `count`, None when that takes longer."""

    def calls(self, expression: Expression, limit: int, budget_ms: float) -> list[Call] | None:
        """The first calls the expression selects, None when looking for them takes longer."""

    def text(self, number: int, field: str) -> bytes:
        """A field of an event, empty where it is absent."""


class CaptureCounts:
    """Answers out of a capture. They are kept until more of it has been read."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._read = -1
        self._filters: dict[str, Filter | None] = {}
        self._counts: dict[str, int] = {}
        self._values: dict[tuple[str, str, int], list[tuple[bytes, int]]] = {}

    def count(self, expression: Expression) -> int:
        """How many shown events the expression selects."""
        key = self._key(expression)
        if key not in self._counts:
            self._counts[key] = self._capture.count(self._filter(key))
        return self._counts[key]

    def values(self, field: str, expression: Expression, limit: int) -> list[tuple[bytes, int]]:
        """The commonest values of a field among the selected events, most frequent first."""
        text = self._key(expression)
        key = (field, text, limit)
        if key not in self._values:
            try:
                with refusals():
                    found = self._capture.value_counts(field, self._filter(text), limit, VALUES_MS)
            except Refused:
                found = []
            self._values[key] = found
        return self._values[key]

    def count_within(self, expression: Expression, budget_ms: float) -> int | None:
        """As `count`, None when that takes longer."""
        key = self._key(expression)
        if key not in self._counts:
            selected = self._selected(key, budget_ms, calls=False)
            if selected is None:
                return None
            self._counts[key] = selected.progress().events
        return self._counts[key]

    def calls(self, expression: Expression, limit: int, budget_ms: float) -> list[Call] | None:
        """The first calls the expression selects, None when looking for them takes longer."""
        selected = self._selected(self._key(expression), budget_ms, calls=True)
        return None if selected is None else selected.calls(0, limit)

    def text(self, number: int, field: str) -> bytes:
        """A field of an event, empty where it is absent."""
        return Event(self._capture, number).text(field) or b""

    def _selected(self, key: str, budget_ms: float, *, calls: bool) -> Selection | None:
        """A selection of all that has been read so far."""
        selection = Selection(self._capture, self._filter(key), calls=calls)
        until = time.monotonic() + budget_ms / 1_000
        newest = self._capture.progress().events
        while True:
            progress = selection.step(_STEP_MS)
            if progress.done or progress.looked >= newest:
                return selection
            if time.monotonic() >= until:
                return None

    def _key(self, expression: Expression) -> str:
        """The expression as the core takes it; empty for all events."""
        read = self._capture.progress().events
        if read != self._read:
            self._read = read
            self._counts.clear()
            self._values.clear()
        return "" if isinstance(expression, All) else wire(expression)

    def _filter(self, text: str) -> Filter | None:
        if text not in self._filters:
            self._filters[text] = compile_filter(text) if text else None
        return self._filters[text]


def field_text(field: FieldRef) -> str:
    """A field with its argument, as formats and the core's look-ups name it."""
    return field.name if field.argument is None else f"{field.name}[{field.argument}]"
