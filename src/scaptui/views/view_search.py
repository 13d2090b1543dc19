"""Finding a text in the rows of a view, a few rows a step."""

import time
from collections.abc import Sequence
from typing import Final, Literal

from scaptui.views.units import Zone
from scaptui.views.view_query import Cell, Row, ViewTable
from scaptui.views.view_text import cell_text

# Rows fetched from the core at once.
_WINDOW: Final = 256
Outcome = Literal["", "found", "wrapped"]
"""Nothing, a row before the end was come to, or one on the other side of it."""


class ViewSearch:
    """Looks for a text, in any case, in the cells that a view shows, those without room included.

    It begins behind the row `start` and goes on, or back, once around; `start` comes last.
    """

    def __init__(
        self, table: ViewTable, text: str, start: int, zone: Zone, *, backward: bool = False
    ) -> None:
        self.outcome: Outcome = ""
        self.keys: Sequence[Cell] = ()
        """Of the row that was found: it is known by them."""
        self._table = table
        self._text = text
        self._wanted = text.lower()
        self._zone = zone
        self._by = -1 if backward else 1
        self._start = start
        self._looked = 0

    @property
    def told(self) -> str:
        """What to say of it."""
        if self.outcome == "wrapped":
            return f"on from the {'first' if self._by > 0 else 'last'} row"
        return "" if self.outcome else f"no row has {self._text!r} in its cells"

    def step(self, budget_ms: int) -> bool:
        """Look at more rows, at most so long; True when a row was found or none has the text."""
        until = time.monotonic() + budget_ms / 1_000
        count = len(self._table)
        while self._looked < count:
            if self._look(count):
                return True
            if time.monotonic() > until:
                return self._looked >= count
        return True

    def _look(self, count: int) -> bool:
        """Look at the rows from where it stands to the end of a window, or of the table."""
        first = (self._start + self._by * (self._looked + 1)) % count
        many = min(_WINDOW, count - self._looked, count - first if self._by > 0 else first + 1)
        low = first if self._by > 0 else first - many + 1
        rows = self._table.rows(low, low + many)
        for step, row in enumerate(rows if self._by > 0 else reversed(rows)):
            if self._has(row):
                is_on = (first - self._start) * self._by + step > 0
                self.outcome = "found" if is_on else "wrapped"
                self.keys = row.cells[: len(self._table.view.keys)]
                return True
        self._looked += many
        return False

    def _has(self, row: Row) -> bool:
        view = self._table.view
        cells = ((view.cells[place].form, row.cells[place]) for place in view.shown)
        return any(self._wanted in cell_text(*cell, self._zone).lower() for cell in cells)
