"""The rows of the list as text, CSV or JSON lines, with whatever the columns had no room for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from scaptui._core import Call, Selection
from scaptui.escaping import csv_cell, decoded, one_line
from scaptui.views.cells import line_text, pad_left, pad_right, shown, width
from scaptui.views.event_rows import Column, ColumnSet, info, program, result
from scaptui.views.format import moment
from scaptui.views.units import Zone

RowKind = Literal["txt", "csv", "jsonl"]
KINDS: Final[tuple[RowKind, ...]] = get_args(RowKind)
Value = str | int | None

# Rows asked of the core at once.
_AT_ONCE: Final = 250
_RESULT_CELLS: Final = 24


class Rows(NamedTuple):
    """Rows as they stand in the list.

    Attributes:
        selection: What the filter selects.
        number: How many of its rows are meant: more may come.
        columns: The columns.
        zone: The zone of all times.
    """

    selection: Selection
    number: int
    columns: ColumnSet
    zone: Zone


def kind_of(path: Path) -> RowKind | None:
    """What a file's name says it is to hold; None when it says nothing."""
    ending = path.suffix.lower().removeprefix(".")
    ending = "jsonl" if ending in {"json", "ndjson"} else ending
    return next((kind for kind in KINDS if kind == ending), None)


def exported(rows: Rows, kind: RowKind) -> Iterator[bytes]:
    """The file, some rows at a time, the titles first."""
    if kind == "csv":
        yield _csv([name_of(column) for column in rows.columns.columns])
    elif kind == "txt":
        yield _text(rows.columns, [column.title for column in rows.columns.columns])
    for start in range(0, rows.number, _AT_ONCE):
        yield b"".join(_part(rows, kind, start, min(start + _AT_ONCE, rows.number)))


def name_of(column: Column) -> str:
    """The name of a column's values where no title stands above them."""
    named = {"result": "result", "info": "info", "time": "evt.datetime", "container": "container"}
    return named.get(column.part, column.field)


def _part(rows: Rows, kind: RowKind, start: int, stop: int) -> Iterator[bytes]:
    calls = rows.selection.calls(start, stop)
    texts: list[list[bytes | None]] = [[]] * len(calls)
    if rows.columns.fields:
        texts = rows.selection.texts(start, stop, rows.columns.fields, rows.zone.name)
    columns = rows.columns.columns
    for call, of_call in zip(calls, texts, strict=False):
        left = iter(of_call)
        captured = [
            next(left, None) if column.part in {"field", "arguments"} else None
            for column in columns
        ]
        values = [
            _value(call, column, text, rows.zone)
            for column, text in zip(columns, captured, strict=True)
        ]
        if kind == "jsonl":
            named = {name_of(column): value for column, value in zip(columns, values, strict=True)}
            yield json.dumps(named).encode() + b"\n"
        else:
            cells = ["" if value is None else one_line(str(value)) for value in values]
            yield _csv(cells) if kind == "csv" else _text(rows.columns, cells)


def _value(call: Call, column: Column, text: bytes | None, zone: Zone) -> Value:
    match column.part:
        case "number":
            return call.number
        case "time":
            return " ".join(moment(call.ts, zone.rules)[:2])
        case "process":
            return None if call.tid is None else decoded(call.comm) or program(call)
        case "tid":
            return call.tid
        case "container":
            return decoded(call.container) or "host"
        case "call":
            return call.name
        case "latency":
            return call.latency
        case "result":
            return result(call, _RESULT_CELLS).text or None
        case "info":
            return line_text(info(call)) or None
        case "arguments" | "field":
            return None if text is None else decoded(text)


def _csv(cells: list[str]) -> bytes:
    return (",".join(csv_cell(cell) for cell in cells) + "\n").encode("utf-8", "backslashreplace")


def _text(columns: ColumnSet, cells: list[str]) -> bytes:
    placed = []
    for column, cell in zip(columns.columns, cells, strict=True):
        room = max(column.cells or 0, width(cell))
        placed.append((pad_left if column.right else pad_right)(shown(cell), room))
    return (" ".join(placed).rstrip() + "\n").encode("utf-8", "backslashreplace")
