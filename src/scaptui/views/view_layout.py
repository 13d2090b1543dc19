"""Which cells of a view have room on a screen, and how its lines look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_middle,
    glimpse,
    pad_left,
    pad_right,
)
from scaptui.views.format import counted
from scaptui.views.units import Zone, clock, traffic
from scaptui.views.view_columns import NUMBERS, Column, Form, Key, View
from scaptui.views.view_query import Cell, Row
from scaptui.views.view_text import cell_text

GUTTER: Final = 4
WIDE: Final = 100
# Cells of a column on narrow and on wide screens. Fixed, so that nothing shifts while scrolling.
_CELLS: Final[dict[Form, tuple[int, int]]] = {
    "count": (6, 9),
    "bytes": (5, 6),
    "memory": (5, 6),
    "latency": (5, 6),
    "time": (12, 15),
    "id": (7, 8),
    "text": (9, 15),
    "path": (24, 40),
    "address": (20, 34),
}
_NAMED_CELLS: Final = {"num": 9, "command": 40, "container": 12, "image": 24, "side": 6, "proto": 5}
# What takes all room that is left needs so many cells before others have theirs.
_LEAST: Final[dict[Form, int]] = {"path": 26, "address": 26}
_LEAST_TEXT: Final = 14
_ROLES: Final[dict[Form, Role]] = {"path": "path", "address": "address", "time": "muted"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with its room.

    Attributes:
        place: Where it stands among a row's cells.
        cell: The key or column.
        width: Its width in cells.
    """

    place: int
    cell: Key | Column
    width: int

    @property
    def is_right(self) -> bool:
        """Whether it stands right, as numbers do."""
        return self.cell.form in NUMBERS


def layout(view: View, width: int, sort: str) -> list[Placed]:
    """The cells that have room in so many; what rows are sorted by always has."""
    shown = [(place, view.cells[place]) for place in view.shown]
    stretches = _stretching(view)
    wide = width >= WIDE
    placed = [
        Placed(place, cell, 0 if cell.name == stretches else _width(cell, wide=wide))
        for place, cell in shown
    ]
    least = next((_LEAST.get(c.form, _LEAST_TEXT) for _, c in shown if c.name == stretches), 0)
    while (room := _room(placed, width)) < least:
        gives_way = _first_to_go(placed, view, {stretches, sort})
        if gives_way is None:
            break
        placed.remove(gives_way)
    return [
        Placed(p.place, p.cell, max(4, room)) if p.cell.name == stretches else p for p in placed
    ]


def _room(placed: Sequence[Placed], width: int) -> int:
    return width - GUTTER - sum(each.width for each in placed) - (len(placed) - 1)


def _width(cell: Key | Column, *, wide: bool) -> int:
    named = _NAMED_CELLS.get(cell.name)
    cells = named if named is not None else _CELLS[cell.form][wide]
    return max(cells, len(cell.name) + 1)


def _stretching(view: View) -> str:
    """The cell that takes all room that is left: a path, a command, the name of the row."""
    cells = [view.cells[place] for place in view.shown]
    for cell in cells:
        if cell.form in {"path", "address"} and cell.name not in {"server", "client"}:
            return cell.name
    texts = [cell.name for cell in cells if cell.form == "text"]
    for name in ("command", "message"):
        if name in texts:
            return name
    return texts[0] if texts else cells[0].name


def _first_to_go(placed: Sequence[Placed], view: View, stay: set[str]) -> Placed | None:
    """What gives way: texts from the right, then numbers; the first key and failures last."""
    keys = set() if view.is_list else {view.cells[view.shown[0]].name}
    free = [p for p in reversed(placed) if p.cell.name not in stay | keys]
    texts = [p for p in free if not p.is_right]
    others = [p for p in free if p.is_right and p.cell.name != "fail"]
    return next(iter([*texts, *others, *free]), None)


def heading(placed: Sequence[Placed], sort: str, *, descends: bool) -> Line:
    """The line of titles; that of the column rows are sorted by is bold, with the direction."""
    pieces = [Piece(" " * GUTTER)]
    for at, each in enumerate(placed):
        is_sorted = each.cell.name == sort
        sign = ("↓" if descends else "↑") if is_sorted else ""
        title = each.cell.name.upper().replace("-", " ") + sign
        pad = pad_left if each.is_right else pad_right
        blank = " " if at < len(placed) - 1 else ""
        pieces.append(Piece(pad(title, each.width) + blank, "heading", bold=is_sorted))
    return tuple(pieces)


def row_line(placed: Sequence[Placed], row: Row, zone: Zone, *, is_here: bool) -> Line:
    """A row; failures are marked in the gutter and in their column."""
    fails = any(
        each.cell.name == "fail" and row.cells[each.place] not in {0, None} for each in placed
    )
    pieces = [Piece("> " if is_here else "  "), Piece("! " if fails else "  ", "failed")]
    for at, each in enumerate(placed):
        value = row.cells[each.place]
        role: Role = _ROLES.get(each.cell.form, "text")
        if each.cell.name == "fail" and value:
            role = "failed"
        if each.cell.name in {"error", "result"} and value != b"SUCCESS":
            role = "failed"
        blank = " " if at < len(placed) - 1 else ""
        pieces.append(Piece(_fitted(each, value, zone) + blank, role))
    return tuple(pieces)


def _fitted(each: Placed, value: Cell, zone: Zone) -> str:
    form = each.cell.form
    if form == "time" and isinstance(value, int):
        return pad_left(clock(value, zone, 3 if each.width < 15 else 6), each.width)
    text = glimpse(value) if isinstance(value, bytes) else _number(each, value, zone)
    if each.is_right:
        return pad_left(text, each.width)
    fit = fit_middle if form in {"path", "address"} else fit_end
    return pad_right(fit(text, each.width), each.width)


def _number(each: Placed, value: int | None, zone: Zone) -> str:
    """A number; a count that is too long goes to the next unit."""
    text = cell_text(each.cell.form, value, zone)
    if value is None or each.cell.form != "count" or len(text) <= each.width:
        return text
    return traffic(value)


def totals_line(
    placed: Sequence[Placed], totals: Sequence[int | None], shown: int, rows: int, zone: Zone
) -> Line:
    """The last line: sums over all rows, those that are not on the screen included."""
    pieces = [Piece(" " * GUTTER)]
    room = 0
    summed: list[str] = []
    for at, each in enumerate(placed):
        total = totals[each.place] if each.place < len(totals) else None
        if total is None and not summed:
            room += each.width + 1
            continue
        text = _number(each, total, zone)
        blank = " " if at < len(placed) - 1 else ""
        summed.append(pad_left(text, each.width) + blank)
    said = counted(rows, "row")
    if shown < rows:
        said = f"{shown:,} of {rows:,} rows"
        if len(said) + len(" shown") < room:
            said += " shown"
        elif len(said) >= room:
            said = f"{shown:,}/{rows:,}"
    pieces.append(Piece(pad_right(fit_end(said, max(0, room - 1)), room), "muted"))
    pieces.append(Piece("".join(summed), bold=True))
    return tuple(pieces)
