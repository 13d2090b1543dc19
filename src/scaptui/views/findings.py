"""Findings as a page: rows under headings, each with the events that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    fit_middle,
    glimpse,
    left_and_right,
    pad_left,
    pad_right,
)

# From so many cells on columns have their wide widths, below so many their narrow ones.
_WIDE: Final = 100
_NARROW: Final = 72


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the page.

    Attributes:
        title: Its heading.
        cells: Its width, 0 for what is left.
        role: Of its cells.
        right: Whether cells stand right.
        wide: Its width on a wide screen, 0 for the same.
        narrow: Its width on a narrow one, likewise.
    """

    title: str
    cells: int
    role: Role = "text"
    right: bool = False
    wide: int = 0
    narrow: int = 0

    def width(self, cells: int) -> int:
        """Its width on a screen of so many cells."""
        other = self.wide if cells >= _WIDE else self.narrow if cells < _NARROW else 0
        return other or self.cells


@dataclass(frozen=True, slots=True)
class Finding:
    """A row; with one cell it takes the whole line.

    Attributes:
        cells: Text as captured.
        role: Of a whole line.
        event: The event to go to, 0 for a heading.
        filter_text: A filter for all events it is about, empty where that is the one event.
        told: What the cursor line says; text as captured.
    """

    cells: tuple[str | bytes, ...]
    role: Role = "text"
    event: int = 0
    filter_text: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found.

    Attributes:
        title: What it is about, for line 2; text as captured.
        rows: Rows and headings in order.
        columns: Columns of rows with several cells.
        nothing: What is said where there are no rows.
    """

    title: str
    rows: Sequence[Finding] = ()
    columns: Sequence[Column] = field(default_factory=tuple)
    nothing: str = ""


class FindingsPage:
    """The model of the page; its cursor is on a row that has an event."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self._targets = [at for at, row in enumerate(findings.rows) if row.event]
        self._place = 0
        self._top = 0

    @property
    def row(self) -> Finding | None:
        """The row under the cursor."""
        return None if self.place is None else self.findings.rows[self.place]

    @property
    def place(self) -> int | None:
        """Which of all rows it is."""
        return self._targets[self._place] if self._targets else None

    def rows_to(self, line: int) -> int:
        """How many rows from the cursor's to that on a line of the pane; 0 where none is."""
        at = self._top + line - 1
        return self._targets.index(at) - self._place if line > 0 and at in self._targets else 0

    def move(self, by: int) -> None:
        """Go so many rows on, or back."""
        self._place = max(0, min(self._place + by, len(self._targets) - 1))

    def lines(self, cells: int, height: int) -> tuple[list[Line], int | None]:
        """Heading and rows for a size, and which of them the cursor is on."""
        rows = self.findings.rows
        heading: Line = (Piece(self._heading(cells), "heading", bold=True),)
        if not self._targets:
            said = wrap(self.findings.nothing, max(1, cells - 2))
            return [heading, *((Piece(f" {line}"),) for line in said)], None
        room = max(1, height - 1)
        cursor = self._targets[self._place]
        # The heading of the first row belongs to it.
        first = 0 if self._place == 0 else cursor
        if first < self._top:
            self._top = max(0, first - room // 3)
        if cursor >= self._top + room:
            self._top = cursor - room + 1 + room // 3
        self._top = max(0, min(self._top, len(rows) - room))
        shown = [
            fit_line(self._line(row, cells, is_here=at == cursor), cells)
            for at, row in enumerate(rows[self._top : self._top + room], self._top)
        ]
        return [fit_line(heading, cells), *shown], 1 + cursor - self._top

    def title_line(self, filter_text: str, cells: int) -> Line:
        """Line 2: the filter, and what was found."""
        shown = glimpse(filter_text) if filter_text else "none"
        left = (Piece(" filter  ", "muted"), Piece(shown))
        return left_and_right(left, (Piece(f"  {glimpse(self.findings.title)}", "accent"),), cells)

    def cursor_line(self, cells: int) -> Line:
        """What is told of the row."""
        row = self.row
        if row is not None and not row.told:
            return (Piece(f" Enter goes to event {row.event}"),)
        return () if row is None else (Piece(f" {fit_middle(glimpse(row.told), cells - 1)}"),)

    def _heading(self, cells: int) -> str:
        return " ".join(
            pad_left(column.title, size) if column.right else pad_right(column.title, size)
            for column, size in self._sized(cells)
        )

    def _sized(self, cells: int) -> list[tuple[Column, int]]:
        columns = self.findings.columns
        sizes = [column.width(cells) for column in columns]
        rest = max(8, cells - sum(size + 1 for size in sizes) - 1)
        return [(column, size or rest) for column, size in zip(columns, sizes, strict=True)]

    def _line(self, row: Finding, cells: int, *, is_here: bool) -> Line:
        gutter = Piece(">" if is_here else " ", "accent")
        if len(row.cells) == 1:
            fit = fit_middle if row.event else fit_end
            return (gutter, Piece(fit(glimpse(row.cells[0]), cells - 1), row.role))
        pieces = [gutter]
        for (column, size), cell in zip(self._sized(cells), row.cells, strict=False):
            text = glimpse(cell)
            if column.cells == 0:
                text = fit_middle(text, size)
            fitted = pad_left(text, size) if column.right else pad_right(text, size)
            pieces.append(Piece(fitted[1:] if len(pieces) == 1 else fitted, column.role))
            pieces.append(Piece(" "))
        return tuple(pieces)
