"""The list of bookmarks: where each is, how far apart they are, and what is to be said of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from scaptui._core import Call, Capture, Event, Filter
from scaptui.capture.selecting import select_events
from scaptui.views.bookmark import ROLES, Bookmark
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.cells import (
    Line,
    Piece,
    fit_end,
    fit_line,
    glimpse,
    left_and_right,
    line_width,
    pad_left,
    pad_right,
)
from scaptui.views.event_rows import program, result
from scaptui.views.format import NS, counted
from scaptui.views.units import Zone, clock, latency

_NUMBER: Final = 5
_NARROW: Final = 80
_NOWHERE: Final = "not in this capture"
_AWAITED: Final = "not read yet"


@dataclass(frozen=True, slots=True)
class Marked:
    """A bookmark in the list. `number` and `call` are None where its event is not here."""

    mark: Bookmark
    number: int | None
    call: Call | None
    gap: int | None
    """Since the bookmark before, ns."""
    is_awaited: bool = False
    """Whether its event may still come: the capture is being read."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one marked event to another: both their numbers, and the time between, ns."""

    first: int
    last: int
    ns: int

    @property
    def filter_text(self) -> str:
        """A filter for both and all between."""
        return f"evt.num>={self.first} and evt.num<={self.last}"

    @property
    def name(self) -> str:
        """The span in words."""
        return f"events {self.first:,} to {self.last:,}"

    @property
    def named(self) -> tuple[str, str]:
        """The span in words, and its filter."""
        return self.name, self.filter_text

    @property
    def time(self) -> str:
        """The time in words: 1.95 ms."""
        return span_time(self.ns)


def span_time(ns: int) -> str:
    """A time between two bookmarks: 850 ns, 1.95 ms, 12.09 s; negative where clocks were set."""
    sign, ns = "-" if ns < 0 else "", abs(ns)
    for unit, name in ((NS, "s"), (1_000_000, "ms"), (1_000, "us")):
        if ns >= unit:
            return f"{sign}{ns / unit:,.2f} {name}"
    return f"{sign}{ns} ns"


def marked_events(
    capture: Capture, bookmarks: Bookmarks, begun: Mapping[int, Bookmark] | None = None
) -> list[Marked]:
    """All bookmarks in the order of their events, then those whose event is not here.

    `begun` are those of events that have none so far: they are being written.
    """
    found: list[Marked] = []
    before: int | None = None
    for number, mark in sorted({**(begun or {}), **bookmarks.numbers}.items()):
        gap = None if before is None else mark.key.ts - before
        found.append(Marked(mark, number, Event(capture, number).call, gap))
        before = mark.key.ts
    reads = not capture.progress().done
    missing = bookmarks.missing()
    return [*found, *(Marked(mark, None, None, None, is_awaited=reads) for mark in missing)]


def selected_of(rows: list[Marked], capture: Capture, selected: Filter) -> list[Marked]:
    """Those whose event a filter selects; the times between are between these."""
    selection = select_events(capture, selected, calls=False)
    while not selection.step(100).done:
        pass
    left: list[Marked] = []
    for row in rows:
        number = row.number
        if number is None or selection.number(selection.row(number)) != number:
            continue
        gap = row.mark.key.ts - left[-1].mark.key.ts if left else None
        left.append(replace(row, gap=gap))
    return left


class BookmarkPage:
    """Rows of bookmarks with a cursor, and an anchor from which a span is measured."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self.rows: list[Marked] = []
        self.cursor = 0
        self.top = 0
        self.anchor: int | None = None
        """Event number that a span begins at; None for that of the first bookmark."""

    @property
    def current(self) -> Marked | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def show(self, rows: list[Marked], at: int | None = None) -> None:
        """Show these; the cursor goes to an event, else stays with its bookmark."""
        known = self.current
        self.rows = rows
        here = [place for place, row in enumerate(rows) if row.number is not None]
        if at is not None and here:
            # The marked event nearest before the list's cursor, as it stands there.
            behind = [place for place in here if (rows[place].number or 0) <= at]
            self.cursor = behind[-1] if behind else here[0]
        elif known is not None:
            keys = [row.mark.key for row in rows]
            self.cursor = keys.index(known.mark.key) if known.mark.key in keys else self.cursor
        self.cursor = max(0, min(self.cursor, len(rows) - 1))

    def move(self, by: int) -> None:
        """Go so many rows on, or back."""
        self.cursor = max(0, min(self.cursor + by, len(self.rows) - 1))

    def drop_anchor(self) -> None:
        """Measure from the row under the cursor; there already: from the first again."""
        number = self.current.number if self.current else None
        self.anchor = None if self.anchor == number else number

    def span(self) -> Span | None:
        """From the anchor to the cursor, without one from the first bookmark to the last."""
        here = [row for row in self.rows if row.number is not None]
        if self.anchor is not None:
            ends = [row for row in here if row.number == self.anchor]
            if self.current is not None and self.current.number is not None:
                ends.append(self.current)
            here = sorted(ends, key=lambda row: row.number or 0)
        if len(here) < 2 or here[0].number is None or here[-1].number is None:
            return None
        ns = here[-1].mark.key.ts - here[0].mark.key.ts
        return Span(here[0].number, here[-1].number, ns)

    def span_line(self, events: int | None) -> Line:
        """What lies between, with how many events, once they are counted."""
        span = self.span()
        if span is None:
            return ()
        words = "first to last"
        if self.anchor is not None:
            words = f"{span.first} to {span.last}"
        count = "" if events is None else f", {counted(events, 'event')}"
        return (Piece(f" {words} {span.time}{count}", "muted"),)

    def lines(self, width: int, height: int) -> tuple[list[Line], int | None]:
        """Heading and rows for a size, and which of them the cursor is on."""
        if not self.rows:
            return [(Piece(" no bookmarks yet, m sets one in the list of events", "muted"),)], None
        rows = max(1, height - 1)
        if not self.top <= self.cursor < self.top + rows:
            third = max(1, rows // 3)
            self.top = self.cursor - third if self.cursor < self.top else self.cursor - rows + third
        self.top = max(0, min(self.top, len(self.rows) - rows))
        shown = self.rows[self.top : self.top + rows]
        lines = [self._heading(width)]
        lines += [
            self._row(row, width, is_here=self.top + at == self.cursor)
            for at, row in enumerate(shown)
        ]
        return lines, 1 + self.cursor - self.top

    def _cells(self, width: int) -> dict[str, int]:
        number = max(_NUMBER, *(len(str(row.number or 0)) for row in self.rows))
        if width < _NARROW:
            return {"NUM": number, "TIME": 12, "CALL": 9, "GAP": 6}
        cells = {"NUM": number, "TIME": 15, "PROC": 8, "CALL": 9, "RESULT": 7, "GAP": 6}
        return cells if width < 100 else {**cells, "PROC": 15, "CALL": 14, "RESULT": 9}

    def _heading(self, width: int) -> Line:
        cells = self._cells(width)
        titles = [
            (pad_left if title in {"NUM", "GAP"} else pad_right)(title, wide)
            for title, wide in cells.items()
        ]
        text = "   " + " ".join([*titles, " NOTE"])
        return fit_line((Piece(text, "heading", bold=True),), width)

    def _row(self, row: Marked, width: int, *, is_here: bool) -> Line:
        cells = self._cells(width)
        anchored = row.number is not None and row.number == self.anchor
        head = (
            Piece(">" if is_here else " ", "accent"),
            Piece(" "),
            Piece("▸" if anchored else " ", "accent"),
        )
        key = row.mark.key
        digits = 6 if cells["TIME"] >= 15 else 3
        texts: dict[str, Piece] = {
            "NUM": Piece("-" if row.number is None else str(row.number), ROLES[row.mark.colour]),
            "TIME": Piece(clock(key.ts, self._zone, digits), "muted"),
            "PROC": Piece("-" if row.call is None else program(row.call)),
            "CALL": Piece(glimpse(key.type)),
            "RESULT": Piece("") if row.call is None else result(row.call, cells.get("RESULT", 7)),
            "GAP": Piece("" if row.gap is None else latency(row.gap), "muted"),
        }
        pieces = list(head)
        for title, wide in cells.items():
            pad = pad_left if title in {"NUM", "GAP"} else pad_right
            pieces += [texts[title]._replace(text=pad(texts[title].text, wide)), Piece(" ")]
        line = glimpse(row.mark.line)
        if row.number is None:
            why = _AWAITED if row.is_awaited else _NOWHERE
            line = f"{why}; {line}" if line else why
        room = max(0, width - line_width(tuple(pieces)) - 1)
        pieces.append(Piece(" " + fit_end(line, room), "muted" if row.number is None else "text"))
        return fit_line(tuple(pieces), width)

    def filter_line(self, filter_text: str, kept: str, width: int) -> Line:
        """Line 2: the filter, where bookmarks are kept, how many there are."""
        right = counted(len(self.rows), "bookmark")
        room = width - len(" filter  ") - len(right) - len(kept) - 7
        text = fit_end(glimpse(filter_text) or "none", max(4, room))
        left: Line = (Piece(" filter  ", "muted"), Piece(text), Piece(f"    {kept}", "muted"))
        return left_and_right(left, (Piece(" " + right),), width)
