"""The process tree as text, JSON or CSV."""

import json

from scaptui._core import Capture, Filter, ProcessRow
from scaptui.capture.opening import refusals
from scaptui.escaping import csv_cell, decoded, one_line

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
    cells = [
        (
            str(row.pid),
            f"{row.events:,}",
            f"{row.failed:,}" if row.failed else "",
            str(row.threads) if row.threads > 1 else "",
            one_line(row.user),
            row.ended,
            one_line(row.container),
            tree + one_line(row.cmdline or row.name),
        )
        for row, tree in zip(rows, _branches(rows), strict=True)
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
        lines.append(",".join("" if v is None else csv_cell(str(v)) for v in _values(row)))
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


def _branches(rows: list[ProcessRow]) -> list[str]:
    """The lines of the tree in front of each row's name."""
    # A branch goes on below a row when a later row at its depth has the same parent. Walking
    # backwards, `open_below` holds the depths at which one was seen and not yet closed.
    open_below: set[int] = set()
    drawn = []
    for row in reversed(rows):
        open_below = {depth for depth in open_below if depth <= row.depth}
        drawn.append(_branch(row.depth, open_below))
        if row.depth:
            open_below.add(row.depth)
    return drawn[::-1]


def _branch(depth: int, open_below: set[int]) -> str:
    if not depth:
        return ""
    stems = "".join("│ " if level in open_below else "  " for level in range(1, depth))
    return stems + ("├─ " if depth in open_below else "└─ ")
