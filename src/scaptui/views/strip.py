"""Events over time in one line of bars, and below it marks: cursor, bad exits, bookmarks, losses.

The strip is always the whole file, so that a filter shows where its events lie.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeVar

from scaptui._core import Capture, Selection
from scaptui.views.cells import Line, Piece, Role, crop_line, fit_end
from scaptui.views.cells import width as cells_of

_Kind = TypeVar("_Kind")
_BARS: Final = " ▁▂▃▄▅▆▇█"
EDGE: Final = 1
"""Blank cells at either end of the line."""


@dataclass(frozen=True, slots=True)
class Strip:
    """What each cell of the strip holds. Made off the UI thread: it looks at all events."""

    counts: tuple[tuple[int, int, int], ...]
    """Shown events, selected ones and bad exits of each cell that has been read."""
    cells: int
    """Cells of the whole strip; more than `counts` has while the capture is read."""
    span: tuple[int, int] | None
    """Times the counts cover, ns."""
    losses: tuple[int, ...] = ()
    """When the recorder told that it lost events, ns."""

    @classmethod
    def of(cls, capture: Capture, selection: Selection, width: int) -> "Strip":
        """The strip of a screen so many cells wide, as far as the capture has been read."""
        cells = max(1, width - 2 * EDGE)
        progress = capture.progress()
        filled = cells
        if not progress.done and progress.bytes_total:
            # How much of the time is read is known by bytes only.
            filled = max(1, min(cells, cells * progress.bytes_read // progress.bytes_total))
        span = capture.span()
        losses = json.loads(capture.facts())["losses"]
        kept = tuple(ts for ts in losses if span is None or ts >= span[0])
        return cls(tuple(selection.strip(filled)), cells, span, kept)

    def cell(self, ts: int) -> int | None:
        """The cell of a time; None when it has none."""
        if self.span is None or not self.counts:
            return None
        first, last = self.span
        share = (ts - first) / max(1, last - first)
        return max(0, min(int(share * len(self.counts)), len(self.counts) - 1))

    def start_of(self, cell: int) -> int | None:
        """The time at which a cell begins, for going there; None when it has none."""
        if self.span is None or not 0 <= cell < len(self.counts):
            return None
        first, last = self.span
        return first + (last - first) * cell // len(self.counts)

    def end_of(self, cell: int) -> int | None:
        """The first time behind a cell; None when it has none."""
        if self.span is not None and cell == len(self.counts) - 1:
            return self.span[1] + 1
        return self.start_of(cell + 1)


# The cursor moves more often than the bars do.
@lru_cache(maxsize=2)
def bars(strip: Strip, note: str = "") -> Line:
    """The bars, those with selected events accented, and a note at the right end.

    Heights grow with the logarithm of the events: a burst must not hide everything else.
    """
    most = max((shown for shown, _, _ in strip.counts), default=0)
    cells: list[tuple[str, bool]] = [
        (_bar(shown, most), selected > 0) for shown, selected, _ in strip.counts
    ]
    pieces = [Piece(" " * EDGE)]
    pieces += [Piece(text, "accent" if hit else "muted", bold=hit) for text, hit in _runs(cells)]
    return _noted(tuple(pieces), note, strip.cells + 2 * EDGE)


def marks(
    strip: Strip,
    cursor: int | None,
    *,
    bookmarks: Iterable[int] = (),
    note: str = "",
) -> Line:
    """Marks below the bars, from times in ns. Where several meet the cursor comes first."""
    signs: dict[int, tuple[str, Role]] = {}
    placed: tuple[tuple[Iterable[int], str, Role], ...] = (
        (bookmarks, "●", "mark"),
        (strip.losses, "=", "warning"),
    )
    for times, sign, role in placed:
        for ts in times:
            if (cell := strip.cell(ts)) is not None:
                signs[cell] = (sign, role)
    for cell, (_, _, bad) in enumerate(strip.counts):
        if bad:
            signs[cell] = ("×", "failed")
    at = strip.cell(cursor) if cursor is not None else None
    if at is not None:
        signs[at] = ("▲", "accent")
    pieces = [Piece(" " * EDGE)]
    blank: tuple[str, Role] = (" ", "text")
    row = [signs.get(cell, blank) for cell in range(len(strip.counts))]
    pieces += [Piece(text, role) for text, role in _runs(row)]
    return _noted(tuple(pieces), note, strip.cells + 2 * EDGE)


def _bar(shown: int, most: int) -> str:
    if not shown:
        return _BARS[0]
    return _BARS[1 + int(7 * math.log1p(shown) / math.log1p(most))]


def _runs(cells: Sequence[tuple[str, _Kind]]) -> list[tuple[str, _Kind]]:
    """Neighbours of one kind as one text."""
    groups = groupby(cells, key=lambda cell: cell[1])
    return [("".join(text for text, _ in group), kind) for kind, group in groups]


def _noted(line: Line, note: str, width: int) -> Line:
    note = fit_end(note, width)
    return (*crop_line(line, width - cells_of(note)), Piece(note, "muted"))
