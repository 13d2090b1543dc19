"""The page of latencies over time: a cursor among its cells, a box of them, what is in it."""

from collections.abc import Sequence

from scaptui._core import Capture
from scaptui.views.cells import Line, Piece, fit_end, fit_line, glimpse, pad_left, pad_right
from scaptui.views.format import NS, counted
from scaptui.views.latency import (
    STEPS,
    LatencyQuery,
    SpectrumRow,
    axis,
    legend_within,
    shade,
    shade_limits,
    time_digits,
)
from scaptui.views.names import named
from scaptui.views.unfiltered import none_among
from scaptui.views.units import Zone, clock, latency
from scaptui.views.view_columns import Column, Key, View
from scaptui.views.view_query import Row, ViewQuery, ViewTable, joined
from scaptui.views.written import duration_written, span_filter

# Programs and calls in a box.
CONTENTS = View(
    "in-the-box",
    "Which calls took so long?",
    "one per program and call",
    (Key("proc", "proc.name"), Key("call", "evt.type")),
    (
        Column("calls", "count"),
        Column("least", "min", "evt.latency", "latency"),
        Column("most", "max", "evt.latency", "latency"),
    ),
    ("calls",),
)
# Each call in a box, the longest first.
LONGEST = View(
    "longest-in-the-box",
    "Which call took longest?",
    "one per call",
    (Key("num", "evt.num", "id"),),
    (
        Column("took", "max", "evt.latency", "latency"),
        Column("proc", "last", "proc.name", "text"),
        Column("tid", "last", "thread.tid", "id"),
        Column("call", "last", "evt.type", "text"),
    ),
    ("took",),
)
# Boxes with more calls are not looked through for the longest one.
_MOST_CALLS = 100_000
_EMPTY: tuple[int, ...] = ()


# From so many cells on what is in the box stands at the right of all columns.
WITH_SIDE = 170
_SPECTRUM = 120


def spectrum_width(width: int) -> int:
    """Cells of the pane of latencies on a screen so wide."""
    return _SPECTRUM if width >= WITH_SIDE else width


def steps_per_decade(width: int) -> int:
    """How many columns a power of ten takes on a screen so wide."""
    return 12 if width >= 120 else 7 if width >= 76 else 4


class LatencyPage:
    """Cells of time and latency. Box and cursor are given in steps."""

    def __init__(self, capture: Capture, filter_text: str, zone: Zone, way: str = "") -> None:
        self.filter_text = filter_text
        """The filter, with what was chosen on the page."""
        self.zone = zone
        self._opened_with = filter_text
        self._way = way
        self.contents: ViewTable | None = None
        self.longest: Row | None = None
        self.row = self.column = 0
        self.top = 0
        self._begin = self._cells = 0
        self.anchor: tuple[int, int] | None = None
        self._capture = capture
        self._rows: dict[int, SpectrumRow] = {}
        self._first = self._last = 0
        self._limits = shade_limits(())
        self.query = self._query(None, 7)

    def _query(self, step_ns: int | None, per_decade: int) -> LatencyQuery:
        return LatencyQuery(self._capture, self.scope, step_ns, per_decade)

    @property
    def scope(self) -> str:
        """The filter, and the way down that led to the page."""
        return joined((self.filter_text, self._way))

    def narrow(self, added: str) -> None:
        """Ask anew with a filter that selects less."""
        self.filter_text = joined((self.filter_text, added))
        self.ask()

    def widen(self) -> None:
        """Ask anew with the filter the page was opened with; with that already, without any."""
        is_narrowed = self.filter_text != self._opened_with
        self.filter_text = self._opened_with if is_narrowed else ""
        self.ask()

    def ask(self, *, step_ns: int | None = None, per_decade: int | None = None) -> None:
        """Ask anew, with other steps or another filter."""
        was, moment = self.query, self._moment(self.row)
        share = self.column / was.per_decade
        self.query = self._query(step_ns or was.step_ns, per_decade or was.per_decade)
        self._rows, self.anchor, self.contents, self.longest = {}, None, None, None
        self._first = moment // self.query.step_ns
        self.row, self.top = 0, 0
        self.column = round(share * self.query.per_decade)

    def take(self, rows: Sequence[SpectrumRow]) -> None:
        """Show these rows; the cursor stays at its time."""
        moment = self._moment(self.row) if self._rows else None
        step = self.query.step_ns
        self._rows = {row.start // step: row for row in rows}
        self._first = min(self._rows, default=self._first)
        self._last = max(self._rows, default=self._first)
        self._limits = shade_limits(rows)
        if moment is not None:
            self.row = max(0, moment // step - self._first)
        elif rows:
            most = max(rows, key=lambda row: sum(row.counts))
            self.row = most.start // step - self._first
            self.column = max(range(len(most.counts)), key=most.counts.__getitem__)
        self.row = min(self.row, self.last)

    @property
    def last(self) -> int:
        """The last row."""
        return self._last - self._first

    @property
    def calls(self) -> int:
        """Calls with a latency."""
        return sum(sum(row.counts) for row in self._rows.values())

    def _moment(self, row: int) -> int:
        return (self._first + row) * self.query.step_ns

    def counts(self, row: int) -> tuple[int, ...]:
        """Calls of a row by step of latency."""
        found = self._rows.get(self._first + row)
        return _EMPTY if found is None else found.counts

    # Keys

    def move(self, rows: int, columns: int) -> None:
        """Go to another cell."""
        self.row = max(0, min(self.row + rows, self.last))
        self.column = max(0, min(self.column + columns, len(self.query.bounds) - 1))

    def mark(self) -> None:
        """Begin a box at the cursor, or forget it."""
        self.anchor = None if self.anchor is not None else (self.row, self.column)

    def slower(self, by: int) -> int:
        """The step of time before or behind this one."""
        at = STEPS.index(self.query.step_ns) + by
        return STEPS[max(0, min(at, len(STEPS) - 1))]

    def box(self) -> tuple[range, range]:
        """Rows and columns of the box; the cell under the cursor without one."""
        row, column = self.anchor or (self.row, self.column)
        rows, columns = sorted((row, self.row)), sorted((column, self.column))
        return range(rows[0], rows[1] + 1), range(columns[0], columns[1] + 1)

    def box_filter(self) -> str:
        """The calls in the box, as a filter."""
        rows, columns = self.box()
        tests = [
            "evt.dir=<",
            span_filter(self._moment(rows.start), self._moment(rows.stop), self.zone),
            f"evt.latency>={duration_written(max(1, self.query.least(columns.start)))}",
        ]
        if columns.stop < len(self.query.bounds):
            tests.append(f"evt.latency<{duration_written(self.query.least(columns.stop))}")
        return joined(tests)

    def contents_query(self) -> ViewQuery:
        """What tells the programs and calls of the box."""
        return ViewQuery(self._capture, CONTENTS, self._box_scope())

    def longest_query(self) -> ViewQuery | None:
        """What tells the longest call of the box; None where it has too many, or none."""
        if not 0 < self._box_calls() <= _MOST_CALLS:
            return None
        return ViewQuery(self._capture, LONGEST, self._box_scope())

    def _box_scope(self) -> str:
        return joined((self.scope, self.box_filter()))

    def _box_calls(self) -> int:
        rows, columns = self.box()
        return sum(sum(self.counts(row)[columns.start : columns.stop]) for row in rows)

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Row and column of the cell drawn there, in cells of the pane; None beside them."""
        row, column = self.top + y - 1, x - self._begin
        is_inside = 0 <= column < min(self._cells, len(self.query.bounds)) and y > 0
        return (row, column) if is_inside and row <= self.last else None

    def draw_box(self, begin: tuple[int, int], end: tuple[int, int]) -> None:
        """A box from one cell to another, where the cursor goes; of one cell none."""
        self.anchor = begin if begin != end else None
        self.row, self.column = end

    # Lines

    def lines(self, width: int, height: int) -> list[Line]:
        """Scale and rows for a size."""
        digits = time_digits(self.query.step_ns)
        begin = 9 + digits + bool(digits)
        cells = max(8, min(len(self.query.bounds), width - begin - 10))
        self._begin, self._cells = begin + 1, cells
        shown = max(1, height - 1)
        if self.row < self.top:
            self.top = max(0, self.row - shown // 3)
        elif self.row >= self.top + shown:
            self.top = min(self.row - shown // 2, self.last - shown + 1)
        self.top = max(0, min(self.top, self.last - shown + 1))
        lines: list[Line] = [
            (Piece(" " * (begin + 1)), Piece(axis(self.query.per_decade, cells), "muted"))
        ]
        if not self._rows:
            said = none_among("no call with a known latency", self.scope)
            said = said if self.query.done else "looking"
            return [*lines, (Piece(f"    {said}", "muted"),)]
        rows, columns = self.box()
        for row in range(self.top, min(self.top + shown, self.last + 1)):
            here = columns if row in rows else range(0)
            lines.append(self._row_line(row, here, cells, digits))
        return lines

    def _row_line(self, row: int, here: range, cells: int, digits: int) -> Line:
        counts = self.counts(row)
        sign = ">" if row == self.row else " "
        pieces = [Piece(f"{sign}{clock(self._moment(row), self.zone, digits)} ")]
        shades = [shade(count, self._limits) for count in (*counts, *[0] * cells)][:cells]
        for at, character in enumerate(shades):
            single = len(here) == 1 and self.anchor is None
            if at in here:
                pieces.append(Piece(character, "selection"))
            elif single and at == here.start - 1:
                pieces.append(Piece("[", "accent"))
            elif single and at == here.stop:
                pieces.append(Piece("]", "accent"))
            else:
                pieces.append(Piece(character, "accent" if character in "▓█" else "text"))
        total = sum(counts)
        pieces.append(Piece(f" {total:,}" if total else "", "muted"))
        return tuple(pieces)

    def cell_lines(self, width: int, height: int) -> list[Line]:
        """The box in words with the legend, and its programs and calls."""
        if not self._rows:
            return []
        said = self._box_words()
        told = legend_within(self._limits, width - len(said) - 3)
        # What the shades stand for is whole; should there be no room, it is the box that is cut.
        said = fit_end(said, width - len(told) - 3)
        lines: list[Line] = [(Piece(said), Piece(f"   {told}", "muted"))]
        return [*lines, *self._content_lines(max(0, height - 1))]

    def side_lines(self, width: int, height: int) -> list[Line]:
        """The same for a pane at the right, with a border."""
        border = Piece("│", "muted")
        lines: list[Line] = []
        if self._rows:
            lines = [
                (Piece(self._box_words()),),
                (Piece(f" {legend_within(self._limits, width - 2)}", "muted"),),
                (),
                *self._content_lines(max(0, height - 3)),
            ]
        lines += [()] * (height - len(lines))
        return [(border, *fit_line(line, width - 1)) for line in lines[:height]]

    def _box_words(self) -> str:
        rows, columns = self.box()
        digits = time_digits(self.query.step_ns)
        calls = self._box_calls()
        what = "cell" if len(rows) == len(columns) == 1 else "box"
        times = clock(self._moment(rows.start), self.zone, digits)
        if len(rows) > 1:
            times += f"-{clock(self._moment(rows.stop), self.zone, digits)}"
        return f" {what} {times}, {self._latencies(columns)}, {counted(calls, 'call')}"

    def _content_lines(self, room: int) -> list[Line]:
        """Programs and calls of the box, the commonest first."""
        lines: list[Line] = []
        table = self.contents
        for row in [] if table is None else table.rows(0, room):
            proc, call, count, least, most = row.cells
            took = _span(least, most)
            lines.append(
                (
                    Piece(
                        pad_left(f"{count or 0:,}" if not isinstance(count, bytes) else "", 8)
                        + "  "
                    ),
                    Piece(pad_right(named(proc if isinstance(proc, bytes) else b""), 16)),
                    Piece(pad_right(glimpse(call if isinstance(call, bytes) else b"?"), 18)),
                    Piece(took, "muted"),
                )
            )
        return lines

    def _latencies(self, columns: range) -> str:
        if columns.stop >= len(self.query.bounds):
            return f"{latency(self.query.least(columns.start))} or more"
        least, end = self.query.least(columns.start), self.query.least(columns.stop)
        return f"{latency(least)}-{latency(end)}"

    def _longest_words(self) -> str:
        if self.longest is None:
            return ""
        number, took, proc, tid, call = self.longest.cells
        if not (isinstance(number, int) and isinstance(took, int)):
            return ""
        name = named(proc if isinstance(proc, bytes) else b"")
        what = glimpse(call if isinstance(call, bytes) else b"?")
        thread = tid if isinstance(tid, int) else "?"
        calls = counted(self._box_calls(), "call")
        return f" {calls}, the longest {latency(took)} in {number}, {name} {thread} {what}  "

    def common_call(self) -> str:
        """A filter for the commonest call of the box, empty without one."""
        row = None if self.contents is None else next(iter(self.contents.rows(0, 1)), None)
        call = None if row is None else row.cells[1]
        return f"evt.type={call.decode()}" if isinstance(call, bytes) and call.isascii() else ""

    def status_line(self, width: int) -> Line:
        """Line 2: the filter and how many calls have a latency."""
        text = self.scope
        right = f"{self.calls:,} calls with a latency"
        room = width - len(" filter  ") - len(right) - 1
        shown = pad_right(fit_end(glimpse(text) or "none", room), room)
        return (Piece(" filter  ", "muted"), Piece(shown), Piece(f" {right}"))

    def cursor_line(self, width: int) -> Line:
        """The longest call of the box, how long a row is, and what ends a box."""
        step = self.query.step_ns
        length = f"{step // NS} s" if step >= NS else f"{step / 1e6:g} ms"
        # Line 24 tells what begins a box.
        hint = f" a row is {length}" + ("   Space ends the box" if self.anchor is not None else "")
        longest = fit_end(self._longest_words(), max(0, width - len(hint)))
        return (Piece(fit_end(longest + hint, width), "muted"),)


def _span(least: int | bytes | None, most: int | bytes | None) -> str:
    if not isinstance(least, int) or not isinstance(most, int):
        return ""
    return latency(least) if least == most else f"{latency(least)}-{latency(most)}"
