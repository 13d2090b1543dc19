"""Questions to the core about a capture."""

import json
from pathlib import Path
from typing import Any

from scaptui._core import Capture, Filter, Printer, ProcessRow
from scaptui.filter.core import understood
from scaptui.filter.wire import wire

PATIENCE_MS = 10_000


def opened(*paths: Path) -> Capture:
    """A capture that has been read to its end."""
    capture = Capture([str(path) for path in paths])
    assert capture.wait(PATIENCE_MS).done
    return capture


def compiled(text: str) -> Filter | None:
    """A filter; an empty text selects all."""
    return Filter(wire(understood(text).expression)) if text else None


def printed(capture: Capture, form: str, text: str = "", **how: Any) -> bytes:
    """What the printer writes of the events a filter selects."""
    printer = Printer(capture, compiled(text), form, **{"zone": "UTC", **how})
    pieces = []
    while not printer.done:
        pieces.append(printer.step(PATIENCE_MS))
    return b"".join(pieces)


def lines(capture: Capture, form: str, text: str = "", **how: Any) -> list[str]:
    """A line of text for each event a filter selects."""
    return printed(capture, form, text, **how).decode("utf-8", "surrogateescape").splitlines()


def column(capture: Capture, field: str, text: str = "") -> list[Any]:
    """A field's value in each event a filter selects; None where it is absent."""
    rows = printed(capture, field, text, kind="jsonl").splitlines()
    return [json.loads(row)[field] for row in rows]


def numbers(capture: Capture, text: str) -> list[int]:
    """The numbers of the events a filter selects."""
    return column(capture, "evt.num", text)


def tree(
    capture: Capture, at: int | None = None, text: str = ""
) -> dict[int, tuple[ProcessRow, int | None]]:
    """The processes by pid, each with its parent's pid."""
    rows = capture.processes(compiled(text), at)
    return {row.pid: (row, None if row.parent is None else rows[row.parent].pid) for row in rows}
