"""The column chooser: which fields the list shows, in which order and width.

The list above follows every change at once; `restore` brings back what was before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scaptui._core import Event, Field, fields
from scaptui.views.cells import (
    Line,
    Piece,
    crop_line,
    fit_end,
    fit_line,
    glimpse,
    pad_right,
    pane_heading,
)
from scaptui.views.event_list import EventListModel
from scaptui.views.event_rows import column_name

_GUTTER: Final = 3
_ON: Final = 4
_TYPE: Final = 9
_WIDTH: Final = 5
_WIDEST: Final = 120
_TITLES: Final = ("ON", "FIELD", "TYPE", "WIDTH", "HERE IN THE CURSOR'S ROW")
_NUMBERS: Final = frozenset({"int", "uint", "double", "port", "mode"})
# Text that tells a time of the clock.
_TIMES: Final = ("evt.time", "evt.datetime")
# Below so many cells values need the room that types would take.
_NARROW: Final = 60
# Columns of the list that are no single field.
_OWN: Final = {
    "INFO": "what the call is about: path, other end, signal, first bytes",
    "RESULT": "what the call returned: a number, an error, how a process ended",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A column there could be."""

    name: str
    kind: str
    doc: str


def _offers() -> list[Offer]:
    own = [Offer(name, "text", doc) for name, doc in _OWN.items()]
    shown = (f for f in fields() if f.argument != "required" and not f.filter_only and not f.hidden)
    return [*own, *(Offer(f.name, _kind(f), f.doc) for f in shown)]


def _kind(field: Field) -> str:
    if field.name.startswith(_TIMES):
        return "time"
    return "number" if field.kind in _NUMBERS else field.kind


class ColumnChooser:
    """Rows of columns: those shown in their order, then all others."""

    def __init__(self, listed: EventListModel) -> None:
        self._listed = listed
        self._before = listed.chosen
        self._offers = {offer.name: offer for offer in _offers()}
        columns = listed.columns
        self._shown: list[tuple[str, int | None]] = [
            (column_name(column), column.cells) for column in columns.columns
        ]
        self._here: tuple[int, Event] | None = None
        self.cells, self.height = 80, 10
        self.top = self.cursor = 0

    @property
    def shown(self) -> Sequence[tuple[str, int | None]]:
        """Names and widths of the columns shown, in order."""
        return tuple(self._shown)

    def names(self) -> list[str]:
        """Names of all rows."""
        on = [name for name, _ in self._shown]
        return [*on, *(name for name in self._offers if name not in on)]

    def current(self) -> Offer:
        """The row under the cursor."""
        name = self.names()[self.cursor]
        return self._offers.get(name) or Offer(name, "text", "")

    def move(self, rows: int) -> bool:
        """Move the cursor; whether it moved."""
        last = len(self.names()) - 1
        return self._put(max(0, min(self.cursor + rows, last)))

    def toggle(self) -> None:
        """Show the column under the cursor, before the one that takes the rest, or hide it."""
        name = self.current().name
        if name == "evt.num":
            # The number is how events are told apart: it stays.
            return
        on = [shown for shown, _ in self._shown]
        if name in on:
            del self._shown[on.index(name)]
        else:
            open_end = bool(self._shown) and self._shown[-1][1] is None
            at = len(self._shown) - 1 if open_end else len(self._shown)
            self._shown.insert(at, (name, self._usual_width(name)))
        self._apply()
        self._put(self.names().index(name))

    def shift(self, places: int) -> None:
        """Move the column under the cursor left (negative) or right."""
        at, to = self.cursor, self.cursor + places
        # The number stays first, and what takes the rest stays last.
        last = len(self._shown) - (2 if self._shown[-1][1] is None else 1)
        if not 1 <= at <= last or not 1 <= to <= last:
            return
        self._shown.insert(to, self._shown.pop(at))
        self._apply()
        self._put(to)

    def widen(self, cells: int) -> None:
        """Make the column under the cursor wider, or narrower."""
        if self.cursor >= len(self._shown):
            return
        name, width = self._shown[self.cursor]
        if width is not None and name != "evt.num":
            self._shown[self.cursor] = (name, max(1, min(width + cells, _WIDEST)))
            self._apply()

    def find(self, text: str) -> bool:
        """Go to the next row whose name or description has the text; whether there is one."""
        names, sought = self.names(), text.casefold()
        for step in range(1, len(names) + 1):
            row = (self.cursor + step) % len(names)
            offer = self._offers.get(names[row])
            if sought in names[row].casefold() or (offer and sought in offer.doc.casefold()):
                self._put(row)
                return True
        return False

    def restore(self) -> None:
        """Bring back the columns there were before."""
        self._listed.chosen = self._before

    def resize(self, cells: int, height: int) -> None:
        """Give the pane another size."""
        self.cells, self.height = cells, max(1, height)
        self._put(self.cursor)

    def heading(self, *, focused: bool = False) -> Line:
        """The pane's first line."""
        state = f"{len(self._shown)} of {len(self._offers)} shown"
        return pane_heading("columns", state, self.cells, focused=focused)

    def titles(self) -> Line:
        """Titles over the rows."""
        on, field, kind, width, here = _TITLES
        names = f"{'':{_GUTTER}}{on:<{_ON}}{field:<{self._field}}"
        text = f"{names}{kind[: self._type]:<{self._type}}{width:>{_WIDTH}}  {here}"
        return crop_line((Piece(text, "heading", bold=True),), self.cells)

    def lines(self) -> list[Line]:
        """The rows of the window."""
        names = self.names()
        stop = min(len(names), self.top + self.height)
        return [self._line(row, names[row]) for row in range(self.top, stop)]

    def doc(self) -> Line:
        """The cursor line: what the field under the cursor means."""
        offer = self.current()
        text = fit_end(f" {offer.name}  {offer.doc}", self.cells)
        return fit_line((Piece(text),), self.cells)

    @property
    def _field(self) -> int:
        """Cells of the column with the names."""
        return 21 if self.cells < 100 else 33

    @property
    def _type(self) -> int:
        """Cells of the column with the types; a narrow pane has none."""
        return 0 if self.cells < _NARROW else _TYPE

    def _line(self, row: int, name: str) -> Line:
        offer = self._offers.get(name)
        place, width = "", ""
        if row < len(self._shown):
            cells = self._shown[row][1]
            place, width = str(row + 1), "rest" if cells is None else str(cells)
        elif offer:
            width = str(self._usual_width(name))
        here = self._value(name)
        room = self.cells - _GUTTER - _ON - self._field - self._type - _WIDTH - 2
        pieces: Line = (
            Piece(">  " if row == self.cursor else "   "),
            Piece(f"{place:<{_ON}}", "accent"),
            Piece(pad_right(fit_end(name, self._field - 1), self._field)),
            Piece(pad_right(offer.kind if offer else "text", self._type), "muted"),
            Piece(f"{width:>{_WIDTH}}  "),
            Piece(fit_end(here, room) if here else "-", "text" if here else "muted"),
        )
        line = fit_line(pieces, self.cells)
        if row == self.cursor:
            return tuple(piece._replace(role="selection") for piece in line)
        return line

    def _value(self, name: str) -> str:
        """What the column holds in the list's cursor row; empty when absent."""
        call = self._listed.current()
        if call is None or name in _OWN:
            return ""
        if self._here is None or self._here[0] != call.number:
            self._here = (call.number, Event(self._listed.capture, call.number))
        return glimpse(self._here[1].text(name, self._listed.zone.name) or b"")

    def _usual_width(self, name: str) -> int:
        offer = self._offers.get(name)
        usual = {"number": 8, "time": 15, "bool": 5, "ip": 15, "duration": 10}
        return max(usual.get(offer.kind if offer else "", 12), min(len(name), 12))

    def _put(self, row: int) -> bool:
        moved, self.cursor = row != self.cursor, row
        third = max(1, self.height // 3)
        if row < self.top:
            self.top = max(0, min(row, self.top - third))
        elif row >= self.top + self.height:
            self.top = max(row - self.height + 1, self.top + third)
        return moved

    def _apply(self) -> None:
        self._listed.chosen = tuple(self._shown)
