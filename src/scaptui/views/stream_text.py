"""Streams as text and as JSON."""

import base64
import json
from typing import Final

from scaptui.capture.streams import ListedStream, StreamEnd
from scaptui.escaping import decoded, one_line
from scaptui.views.cells import Line, line_text
from scaptui.views.findings import Findings
from scaptui.views.stream_page import StreamPage
from scaptui.views.stream_told import both_ends

# Cells of a line of text: what is longer goes on in the next.
_CELLS: Final = 110


def as_text(page: StreamPage) -> list[str]:
    """Whose stream it is, its pieces, and the totals."""
    whose, state, _ = both_ends(page.stream, output=page.output)
    lines = [f"{whose}  {state}".rstrip(), _plain(page.nature_line(_CELLS - 20))]
    lines += [_plain(line, strip=False) for line in page.all_lines(_CELLS)]
    return [*lines, "", *(_plain(line) for line in page.total_lines())]


def as_data(page: StreamPage) -> str:
    """The same as JSON; captured bytes are base64, and text where they are UTF-8."""
    stream = page.stream
    pieces = []
    for at, piece in enumerate(stream.pieces(0, stream.count)):
        data = stream.data(at) if piece.way else b""
        pieces.append(
            {
                "event": piece.event,
                "ts_ns": piece.ts,
                "way": piece.way or None,
                "call": piece.call,
                "pid": piece.pid,
                "tid": piece.tid,
                "process": decoded(piece.comm),
                "fd": piece.fd,
                "end": piece.end,
                "error": piece.error or None,
                "moved": piece.moved,
                "captured": piece.captured,
                "mirror": piece.mirror or None,
                "data": base64.b64encode(data).decode("ascii") if piece.way else None,
                "text": _utf8(data) if piece.way else None,
            }
        )
    found = {
        "ends": [_end(end) for end in stream.ends],
        "shown": {"out": stream.shown[0], "in": stream.shown[1]},
        "pieces": pieces,
    }
    return json.dumps(found, indent=1)


def listed(streams: list[ListedStream]) -> list[str]:
    """The streams of a process, a line each; an event of each names it."""
    rows = [("EVENT", "FD", "CALLS", "KIND", "NAME")]
    rows += [
        (
            str(each.first),
            str(each.fd),
            f"{each.calls:,}",
            each.kind or "unknown",
            one_line(each.name) or "-",
        )
        for each in streams
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    one, two, three, four = widths
    return [
        f"{event:>{one}}  {fd:>{two}}  {calls:>{three}}  {kind:<{four}}  {name}"
        for event, fd, calls, kind, name in rows
    ]


def as_rows(findings: Findings) -> list[str]:
    """Rows of one cell each, as text."""
    cells = [row.cells[0] for row in findings.rows]
    return [findings.title, *(one_line(cell) for cell in cells)]


def _plain(line: Line, *, strip: bool = True) -> str:
    text = line_text(line).rstrip()
    return text.lstrip() if strip else text.removeprefix("  ")


def _end(end: StreamEnd) -> dict[str, object]:
    return {
        "process": decoded(end.comm),
        "pid": end.pid,
        "fd": end.fd,
        "threads": end.tids,
        "opened": end.opened or None,
        "closed": end.closed or None,
        "first": end.first,
        "last": end.last,
        "kind": end.kind,
        "name": decoded(end.name),
        "role": end.role or None,
        "protocol": end.l4 or None,
        "written": {"moved": end.written[0], "captured": end.written[1]},
        "read": {"moved": end.read[0], "captured": end.read[1]},
    }


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
