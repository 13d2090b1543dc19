"""Bookmarks with their events and notes, as Markdown and as data for JSON."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scaptui._core import Capture
from scaptui.escaping import code, markdown
from scaptui.views.bookmark_page import Marked, Span, span_time
from scaptui.views.cells import fit_end, shown
from scaptui.views.event_line import event_line
from scaptui.views.event_rows import program, result
from scaptui.views.format import counted, table
from scaptui.views.report_source import Json, Source, span_sentence
from scaptui.views.shell import file_word, shell_line
from scaptui.views.units import Zone, clock, latency

_LINE: Final = 200
_CELL: Final = 60
# What would begin a heading, a list, a rule or a table at the start of a line.
_BEGINS: Final = re.compile(r"^(\s*)([#+\-=~|:]|\d+[.)])")


@dataclass(frozen=True, slots=True)
class Noted:
    """Bookmarks and what is to be told with them.

    Attributes:
        rows: The bookmarks in the order of their events.
        lines: The event of each as text, empty where it is not here.
        span: From the first to the last; None with fewer than two.
        between: Events from the first to the last, both included.
        source: The capture.
        zone: The zone of all times.
    """

    rows: Sequence[Marked]
    lines: Sequence[str]
    span: Span | None
    between: int
    source: Source
    zone: Zone

    @classmethod
    def of(cls, capture: Capture, rows: Sequence[Marked], zone: Zone) -> "Noted":
        """Look up what is told of some bookmarks of a capture."""
        lines = ["" if row.number is None else event_line(capture, row.number, zone, _LINE)
                 for row in rows]  # fmt: skip
        here = [row for row in rows if row.number is not None]
        span, between = None, len(here)
        if len(here) > 1 and here[0].number and here[-1].number:
            first, last = here[0], here[-1]
            span = Span(here[0].number, here[-1].number, last.mark.key.ts - first.mark.key.ts)
            between = count_between(capture, span)
        return cls(rows, lines, span, between, Source.of(capture), zone)


def count_between(capture: Capture, span: Span) -> int:
    """Events from the first of a span to its last, both included."""
    from scaptui.capture.opening import compile_filter
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    return capture.count(compile_filter(wire(understood(span.filter_text).expression)))


def report(noted: Noted) -> list[str]:
    """Markdown that reads well as it is."""
    source, zone = noted.source, noted.zone
    lines = [
        f"# Notes on {markdown(' '.join(source.names))}",
        "",
        span_sentence(source, zone.rules),
        f"{counted(len(noted.rows), 'bookmark')}{_extent(noted)}.",
    ]
    if not noted.rows:
        return lines
    lines += ["", *_table(noted)]
    for row, line in zip(noted.rows, noted.lines, strict=True):
        lines += ["", *_section(row, line, source)]
    if noted.span is not None:
        command = command_for(source.names, noted.span.filter_text)
        lines += ["", "## From the first to the last", "", f"    {command}"]
    return lines


def as_data(noted: Noted) -> dict[str, Json]:
    """The same for JSON: times and spans in ns."""
    source = noted.source
    return {
        **source.data,
        "first_to_last_ns": noted.span.ns if noted.span else None,
        "first_to_last_events": noted.between if noted.span else None,
        "bookmarks": [
            {
                "event": row.number,
                "time": row.mark.key.ts,
                "gap": row.gap,
                "tid": row.mark.key.tid,
                "cpu": row.mark.key.cpu,
                "type": row.mark.key.type,
                "name": row.mark.name,
                "colour": row.mark.colour,
                "note": row.mark.note,
                "line": line or None,
                "command": _command(row, source) or None,
            }
            for row, line in zip(noted.rows, noted.lines, strict=True)
        ],
    }


def command_for(names: Sequence[str], filter_text: str) -> str:
    """The command that prints what a filter selects of some files."""
    files = [file_word(name) for name in names]
    return shell_line(["scaptui", "print", *files, "-f", filter_text])


def quoted_note(note: str) -> list[str]:
    """A note as a quotation that says what was written, whatever Markdown would make of it."""
    lines = []
    for line in note.strip("\n").split("\n"):
        text = _BEGINS.sub(r"\1\\\2", markdown(line)) if line.strip() else ""
        lines.append(f"> {text}".rstrip())
    return lines


def _extent(noted: Noted) -> str:
    missing = sum(row.number is None for row in noted.rows)
    told = f", {missing:,} not in this capture" if missing else ""
    if noted.span is None:
        return told
    return f"{told}; first to last {span_time(noted.span.ns)}, {counted(noted.between, 'event')}"


def _table(noted: Noted) -> list[str]:
    rows = []
    for row in noted.rows:
        call = row.call
        rows.append(
            [
                "" if row.number is None else str(row.number),
                clock(row.mark.key.ts, noted.zone, 6),
                "" if row.gap is None else latency(row.gap),
                "" if call is None else markdown(fit_end(program(call), _CELL)),
                markdown(fit_end(shown(row.mark.key.type), _CELL)),
                "" if call is None else markdown(result(call, 20).text),
                markdown(fit_end(shown(row.mark.line[: 4 * _CELL]), _CELL)),
            ]
        )
    head = ["event", "time", "gap", "program", "call", "result", "note"]
    return table(head, rows, left={1, 3, 4, 5, 6})


def _section(row: Marked, line: str, source: Source) -> list[str]:
    name = f": {markdown(row.mark.name)}" if row.mark.name else ""
    if row.number is None:
        key = row.mark.key
        what = f"{code(key.type)} of thread {key.tid} on cpu {key.cpu}"
        lines = [f"## Not in this capture{name}", "", f"{what}, event {row.mark.number} elsewhere."]
    else:
        lines = [f"## Event {row.number}{name}", "", f"    {line}"]
    if row.mark.note.strip():
        lines += ["", *quoted_note(row.mark.note)]
    if command := _command(row, source):
        lines += ["", f"    {command}"]
    return lines


def _command(row: Marked, source: Source) -> str:
    return "" if row.number is None else command_for(source.names, f"evt.num={row.number}")
