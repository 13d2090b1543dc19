"""A view as text, CSV or JSON."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scaptui.escaping import csv_cell, decoded, one_line
from scaptui.views.cells import fit_end, fit_middle, pad_left, pad_right
from scaptui.views.units import Zone, clock, counted, latency, memory, traffic
from scaptui.views.view_columns import NUMBERS, Column, Form, Key
from scaptui.views.view_query import Cell, Row, ViewTable

# Rows fetched from the core at once.
_WINDOW: Final = 4_096
# Cells of a text in a row of text output, but for the last one.
_WIDEST: Final = 60


def cell_text(form: Form, value: Cell, zone: Zone) -> str:
    """A value as people read it, on one line."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return one_line(value)
    match form:
        case "bytes":
            return traffic(value)
        case "memory":
            return memory(value >> 10)
        case "latency":
            return latency(value) if value else "0"
        case "time":
            return clock(value, zone, 6)
        case "count":
            return counted(value)
    return str(value)


def rows_of(table: ViewTable, most: int | None) -> Iterator[Row]:
    """All rows in order, or the first so many."""
    count = len(table) if most is None else min(most, len(table))
    for start in range(0, count, _WINDOW):
        yield from table.rows(start, min(start + _WINDOW, count))


def as_text(table: ViewTable, most: int | None, zone: Zone) -> list[str]:
    """A heading, a line a row, and where it means something a line of totals of all rows."""
    view = table.view
    places = view.shown
    cells = [view.cells[place] for place in places]
    rows = list(rows_of(table, most))
    lines = [[_cut(cell_text(c.form, row.cells[p], zone), c) for p, c in zip(places, cells,
              strict=True)] for row in rows]  # fmt: skip
    totals = _totals(table, zone) if len(table) > 1 and not view.is_list else None
    head = [cell.name.upper() for cell in cells]
    every = [head, *lines, *([totals] if totals else [])]
    widths = [max(len(line[at]) for line in every) for at in range(len(cells))]
    return [
        " ".join(
            pad_left(text, width) if cell.form in NUMBERS else pad_right(text, width)
            for text, width, cell in zip(line, widths, cells, strict=True)
        ).rstrip()
        for line in every
    ]


def _cut(text: str, cell: Key | Column) -> str:
    fit = fit_middle if cell.form in {"path", "address"} else fit_end
    return fit(text, _WIDEST if isinstance(cell, Column) else 2 * _WIDEST)


def _totals(table: ViewTable, zone: Zone) -> list[str] | None:
    view = table.view
    if not any(total is not None for total in table.totals):
        return None
    places = view.shown
    line = [cell_text(view.cells[place].form, table.totals[place], zone) for place in places]
    named = next((at for at, place in enumerate(places) if table.totals[place] is None), None)
    if named is not None:
        line[named] = f"all {len(table):,}"
    return line


def as_csv(table: ViewTable, most: int | None) -> Iterable[str]:
    """A line of names, then a line a row; numbers are exact, times ns since the epoch."""
    yield ",".join(cell.name for cell in table.view.cells)
    for row in rows_of(table, most):
        yield ",".join("" if v is None else csv_cell(_plain(v)) for v in row.cells)


def _plain(value: int | bytes) -> str:
    return one_line(value) if isinstance(value, bytes) else str(value)


def as_json(table: ViewTable, most: int | None) -> str:
    """A list of objects; numbers are exact, times and latencies in ns."""
    return json.dumps(list(as_data(table, most)), indent=1)


def as_data(table: ViewTable, most: int | None) -> Iterator[dict[str, Any]]:
    """A row after the other, by the names of its cells."""
    names = [cell.name for cell in table.view.cells]
    for row in rows_of(table, most):
        values = (decoded(cell) if isinstance(cell, bytes) else cell for cell in row.cells)
        yield dict(zip(names, values, strict=True))
