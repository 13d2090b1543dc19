"""Questions about a few processes of a capture, each answered by one pass of the core."""

from collections.abc import Iterable, Sequence
from typing import Final

from scaptui._core import Call, Capture, Selection
from scaptui.capture.opening import BUDGET_MS, compile_filter, refusals
from scaptui.filter.core import understood, vocabulary
from scaptui.filter.expression import Check, FieldRef, Integer, Set, conjunction
from scaptui.filter.wire import wire

# Rows fetched at once.
_WINDOW: Final = 4_096


class Rows:
    """The calls of some processes that a filter selects, in order."""

    def __init__(self, capture: Capture, text: str, pids: Iterable[int] = ()) -> None:
        terms = [understood(text).expression]
        numbers = tuple(Integer(pid) for pid in sorted(set(pids)))
        if numbers:
            row = vocabulary().fields["proc.pid"]
            terms.append(Check(FieldRef(row), "in", Set(numbers)))
        self._selection = Selection(capture, compile_filter(wire(conjunction(terms))))
        while not self._selection.step(BUDGET_MS).done:
            pass
        self.count = self._selection.progress().rows

    def between(self, start: int | None, end: int | None, most: int) -> list[Call]:
        """The last rows, at most so many, from one time to another, ns; both included."""
        begin = 0 if start is None else self._selection.row_at(start)
        stop = self.count if end is None else self._selection.row_at(end + 1)
        return self._selection.calls(max(begin, stop - most), stop)

    def first(self, start: int | None, end: int | None, most: int) -> list[Call]:
        """The first rows, at most so many, from one time to another, ns; both included."""
        begin = 0 if start is None else self._selection.row_at(start)
        stop = self.count if end is None else self._selection.row_at(end + 1)
        return self._selection.calls(begin, min(begin + most, stop))

    def all(self) -> Iterable[Call]:
        """Every row."""
        for start in range(0, self.count, _WINDOW):
            yield from self._selection.calls(start, start + _WINDOW)

    def texts(self, fields: Sequence[str]) -> Iterable[list[bytes | None]]:
        """Fields of every row as text, None where absent."""
        for start in range(0, self.count, _WINDOW):
            with refusals():
                window = self._selection.texts(start, start + _WINDOW, list(fields), "UTC")
            yield from window
