"""Asks the core what a view shows, and makes filters of its rows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from scaptui._core import Capture, Filter, Grouping, GroupTable
from scaptui.capture.opening import BUDGET_MS, compile_filter, refusals
from scaptui.filter.core import understood
from scaptui.filter.quoting import quoted
from scaptui.filter.wire import wire
from scaptui.views.view_columns import Column, Key, View

Cell = int | bytes | None
"""A number (ns, bytes, a count), text as captured, or nothing."""
Order = tuple[tuple[str, bool], ...]
"""Names of cells, each with whether the greatest come first; the most important first."""

# What binds less than `and`, wherever it stands: brackets too many do no harm.
_LOOSE: Final = re.compile(r"\b(?:x?or)\b|\|\|", re.IGNORECASE)
_WHICH: Final = {"descriptors": "all", "sockets": "sockets", "listening": "listening"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a view.

    Attributes:
        cells: Its values, keys first.
        events: How many events it stands for.
        first: Number of the first of them, 0 where it stands for none.
        last: Number of the last.
    """

    cells: tuple[Cell, ...]
    events: int
    first: int
    last: int


def usual_order(view: View) -> Order:
    """The order in which a view's rows stand unless another is asked for."""
    return tuple((name, _descends(view, name)) for name in view.sort)


def ordered_by(view: View, name: str, *, inverted: bool = False) -> Order:
    """Rows by one cell, then as usual."""
    rest = tuple(each for each in usual_order(view) if each[0] != name)
    return ((name, _descends(view, name) != inverted), *rest)


def _descends(view: View, name: str) -> bool:
    cell = view.cells[view.place(name)]
    return isinstance(cell, Column) and cell.descends


class ViewQuery:
    """A view of the events a filter selects. It grows while the capture is read.

    Views of what exists as of an event are made anew for each table, as of event `at` or the end.
    """

    def __init__(
        self, capture: Capture, view: View, filter_text: str = "", at: int | None = None
    ) -> None:
        self.view = view
        self.done = False
        self.looked = 0
        """Number of the last event looked at."""
        self._capture = capture
        self._at = at
        self._selected = _filter(filter_text)
        self._grouping: Grouping | None = None
        both = joined((view.filter, filter_text))
        with refusals():
            if view.source == "events":
                self._grouping = Grouping(
                    capture,
                    [key.field for key in view.keys],
                    [(c.aggregate, c.field or None, _filter(c.among)) for c in view.columns],
                    _filter(both),
                )
            elif view.source == "requests":
                self._grouping = Grouping.of_requests(capture, _filter(both))

    def step(self, budget_ms: int, *, yields: bool = False) -> bool:
        """Look at more events, at most so long; True when there are no more."""
        if self._grouping is None:
            progress = self._capture.progress()
            self.looked, self.done = progress.events, progress.done
        else:
            self.looked, self.done = self._grouping.step(budget_ms, yields=yields)
        return self.done

    def finish(self) -> None:
        """Look at all events."""
        while not self.step(BUDGET_MS):
            if self._grouping is None:
                self._capture.wait(BUDGET_MS)

    def table(self, order: Order) -> "ViewTable":
        """What was found so far."""
        places = [(self.view.place(name), descends) for name, descends in order]
        with refusals():
            return ViewTable(self.view, self._table(places))

    def _table(self, order: list[tuple[int, bool]]) -> GroupTable:
        if self._grouping is not None:
            return self._grouping.table(order)
        if self.view.source == "threads":
            return GroupTable.of_threads(self._capture, self._selected, self._at, order)
        which = _WHICH[self.view.source]
        return GroupTable.of_descriptors(self._capture, self._selected, self._at, which, order)


class ViewTable:
    """The rows of a view as they were at one moment, in an order."""

    def __init__(self, view: View, table: GroupTable) -> None:
        self.view = view
        self._table = table
        self.totals: tuple[int | None, ...] = tuple(table.totals())

    def __len__(self) -> int:
        return len(self._table)

    @cached_property
    def widest(self) -> tuple[Cell, ...]:
        """In each cell the greatest number or the longest text of all rows; empty without rows."""
        return tuple(self._table.widest())

    def sort(self, order: Order) -> None:
        """Put the rows in another order."""
        self._table.sort([(self.view.place(name), descends) for name, descends in order])

    def rows(self, start: int, stop: int) -> list[Row]:
        """Rows [start, stop); short at the end."""
        found = []
        for at, cells in enumerate(self._table.rows(start, stop), start):
            events, first, last = self._table.events(at) or (0, 0, 0)
            found.append(Row(tuple(cells), events, first, last))
        return found

    def find(self, keys: Sequence[Cell]) -> int | None:
        """Where the row with these values of the keys stands."""
        return self._table.find(list(keys))


@lru_cache(maxsize=256)
def _filter(text: str) -> Filter | None:
    return compile_filter(wire(understood(text).expression)) if text else None


def joined(texts: Iterable[str]) -> str:
    """The filter that selects what all of these do."""
    present = [text for text in texts if text]
    return present[0] if len(present) == 1 else " and ".join(_bracketed(t) for t in present)


def _bracketed(text: str) -> str:
    return f"({text})" if _LOOSE.search(text) else text


def row_filter(view: View, row: Row) -> str:
    """The filter for the events behind a row, those that the view looks at."""
    looked_at = view.filter if view.source == "events" and not view.is_list else ""
    return joined((*clauses(view, row), looked_at))


def clauses(view: View, row: Row) -> tuple[str, ...]:
    """What the keys of a row say, as filters; for what exists, whose it is."""
    if view.source == "listening":
        port = row.cells[view.place("port")]
        return (clause(Key("port", "fd.sport"), port),)
    if view.source == "requests":
        is_answered = row.last != row.first
        return (f"evt.num in ({row.first}, {row.last})" if is_answered else f"evt.num={row.first}",)
    return tuple(clause(key, cell) for key, cell in zip(view.keys, row.cells, strict=False))


def clause(key: Key | Column, value: Cell) -> str:
    """A filter for a value of a cell: its field has it, or one that stands in for it."""
    fields = key.field.split("|")
    if value is None:
        return " and ".join(f"not {field} exists" for field in fields)
    text = str(value) if isinstance(value, int) else quoted(value)
    tests = [f"{field}={text}" for field in fields]
    return " or ".join(tests)


def label(view: View, row: Row) -> bytes:
    """What a row is called in the way down."""
    names = [cell for cell in row.cells[: len(view.keys)] if isinstance(cell, bytes)]
    if names:
        return names[0]
    return str(row.cells[0]).encode()
