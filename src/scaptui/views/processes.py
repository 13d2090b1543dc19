"""The process tree as text, JSON or CSV."""

import json

from scaptui._core import Capture, Filter, ProcessRow
from scaptui.capture.opening import refusals
from scaptui.escaping import csv_cell, decoded, one_line
from scaptui.views.branches import Branches

COLUMNS = (
    "pid",
    "vpid",
    "parent",
    "name",
    "cmdline",
    "user",
    "container",
    "threads",
    "events",
    "failed",
    "ended",
)


def process_tree(capture: Capture, selected: Filter | None, at: int | None) -> list[ProcessRow]:
    """The processes in drawing order, as of event number `at`, or of the end."""
    with refusals():
        return capture.processes(selected, at)


def as_text(rows: list[ProcessRow]) -> list[str]:
    """A line a process, below its parent; dead ones stay, with how they ended."""
    head = ("PID", "EVENTS", "FAIL", "THR", "USER", "END", "CONTAINER", "PROCESS")
    branches = Branches([row.parent for row in rows])
    cells = [
        (
            str(row.pid),
            f"{row.events:,}",
            f"{row.failed:,}" if row.failed else "",
            str(row.threads) if row.threads > 1 else "",
            one_line(row.user),
            row.ended,
            one_line(row.container),
            _branch(branches, place) + one_line(row.cmdline or row.name),
        )
        for place, row in enumerate(rows)
    ]
    widths = [max(len(line[i]) for line in [head, *cells]) for i in range(len(head))]
    right = {0, 1, 2, 3}
    return [
        " ".join(
            f"{cell:>{width}}" if i in right else f"{cell:<{width}}"
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in [head, *cells]
    ]


def as_json(rows: list[ProcessRow]) -> str:
    """A list of objects; `parent` is the parent's position in the list, null for a root."""
    return json.dumps([dict(zip(COLUMNS, _values(row), strict=True)) for row in rows], indent=1)


def as_csv(rows: list[ProcessRow]) -> list[str]:
    """A line of names, then a line a process."""
    lines = [",".join(COLUMNS)]
    for row in rows:
        lines.append(
            ",".join("" if v is None else csv_cell(one_line(str(v))) for v in _values(row))
        )
    return lines


def _values(row: ProcessRow) -> tuple[int | str | None, ...]:
    return (
        row.pid,
        row.vpid,
        row.parent,
        decoded(row.name),
        decoded(row.cmdline),
        decoded(row.user),
        decoded(row.container),
        row.threads,
        row.events,
        row.failed,
        row.ended,
    )


def _branch(branches: Branches, place: int) -> str:
    lines = branches.before(place)
    return f"{lines} " if lines else ""
