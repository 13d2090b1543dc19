"""Which cells of a view have room on a screen, and how its lines look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from scaptui.views import units
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_middle,
    fit_start,
    pad_left,
    pad_right,
)
from scaptui.views.cells import width as cells_of
from scaptui.views.format import counted
from scaptui.views.names import named
from scaptui.views.units import Zone, clock, traffic
from scaptui.views.view_columns import NUMBERS, Column, Form, Key, View
from scaptui.views.view_query import Cell, Row, ViewTable
from scaptui.views.view_text import cell_text

GUTTER: Final = 4
WIDE: Final = 100
# The most cells of a column on narrow and on wide screens, unless there is room left. It takes what
# the widest value of all rows needs, so that nothing shifts while scrolling.
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
# Numbers in units have one width, whatever they are.
_IN_UNITS: Final = frozenset({"bytes", "memory", "latency", "time"})
# What takes all room that is left gets so many cells before others have theirs, half of a narrow
# screen at most.
_LEAST: Final = 40
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


def layout(view: View, width: int, sort: str, table: ViewTable | None = None) -> list[Placed]:
    """The cells that have room in so many; what rows are sorted by always has.

    Each takes what the rows of the table need. What is left goes to what is cut, the keys first.
    """
    stretches = _stretching(view)
    placed: list[Placed] = []
    needs: dict[int, int] = {}
    for place in view.shown:
        cell = view.cells[place]
        most = _most(cell, width, stretches)
        needs[place] = _needed(view, place, table, most, len(cell.name) + (cell.name == sort))
        placed.append(Placed(place, cell, min(needs[place], most)))
    while _room(placed, width) < 0:
        gives_way = _first_to_go(placed, view, {stretches, sort})
        if gives_way is None:
            break
        placed.remove(gives_way)
    keys = {key.name for key in view.keys}
    for each in sorted(placed, key=lambda p: (p.cell.name not in keys, p.cell.name != stretches)):
        widened = min(needs[each.place], each.width + max(0, _room(placed, width)))
        placed = _with_width(placed, each.cell.name, widened)
    return _with_width(placed, stretches, max(4, _room(placed, width) + _width(placed, stretches)))


def _with_width(placed: Sequence[Placed], name: str, width: int) -> list[Placed]:
    return [Placed(p.place, p.cell, width) if p.cell.name == name else p for p in placed]


def _width(placed: Sequence[Placed], name: str) -> int:
    return next(each.width for each in placed if each.cell.name == name)


def _room(placed: Sequence[Placed], width: int) -> int:
    return width - GUTTER - sum(each.width for each in placed) - (len(placed) - 1)


def _most(cell: Key | Column, width: int, stretches: str) -> int:
    """Cells of a column as long as others want room, too."""
    title = len(cell.name) + 1
    if cell.name == stretches:
        return max(title, min(_LEAST, width // 2) if cell.form in _FITS else _LEAST_TEXT)
    named = _NAMED_CELLS.get(cell.name)
    return max(title, _CELLS[cell.form][width >= WIDE] if named is None else named)


def _needed(view: View, place: int, table: ViewTable | None, most: int, title: int) -> int:
    """Cells of the title and of the widest value; where there are no rows yet, the most."""
    cell = view.cells[place]
    if table is None or not table.widest or cell.form in _IN_UNITS:
        return most
    value, total = table.widest[place], table.totals[place] if table.totals else None
    return max(title, cells_of(_plain(cell.form, value)), cells_of(_plain(cell.form, total)))


def _plain(form: Form, value: Cell) -> str:
    if isinstance(value, bytes):
        return told(value)
    return "" if value is None else units.counted(value) if form == "count" else str(value)


def told(value: bytes) -> str:
    """A text of a row; one that is empty stays blank."""
    return named(value) if value else ""


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
    text = told(value) if isinstance(value, bytes) else _number(each, value, zone)
    if each.is_right:
        return pad_left(text, each.width)
    fit = _FITS.get(form, fit_end)
    return pad_right(fit(text, each.width), each.width)


def fit_address(text: str, cells: int) -> str:
    """A connection without the beginnings of its addresses: ports tell one from another."""
    near, arrow, far = text.partition("->")
    room = cells - len(arrow)
    if not arrow or room < 2 or cells_of(text) <= cells:
        return fit_middle(text, cells)
    left = min(cells_of(near), max(room // 2, room - cells_of(far)))
    return f"{fit_start(near, left)}{arrow}{fit_start(far, room - left)}"


_FITS: Final[dict[Form, Callable[[str, int], str]]] = {"path": fit_middle, "address": fit_address}


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
