"""Pictures as few bytes: only cells that changed since the last picture are written.

Textual writes every region that was asked to be drawn anew, whole, and names the full style of
every piece. Over a slow line that is the difference between following the cursor and waiting for
it. `Frames` remembers what the terminal shows, as curses does, and turns each of Textual's updates
into cursor moves, changed cells, and a scroll of a region when lines only moved.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style

# Not public, and the only way to see which cells an update is about; `Frames.wrap` passes on what
# it does not know, so a newer Textual costs bytes, not pictures.
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

# A cell: its character ("" behind a wide one) and how the terminal is told its style.
Cell = tuple[str, str]
Cells = list[Cell]

BLANK: Final[Cell] = (" ", "")
# Cells that did not change cost a byte each; moving the cursor over them costs more.
_GAP: Final = 8
# So many blanks cost more than telling the terminal to erase them and to go on behind them.
_BLANKS: Final = 12
# Underlined, reversed, struck through, underlined twice, with a line above.
_LINES_AND_REVERSE: Final = frozenset({4, 7, 9, 21, 53})


class Frames:
    """What the terminal shows, cell by cell."""

    def __init__(self, depth: int) -> None:
        self.system = ColorSystem.EIGHT_BIT if depth > 16 else ColorSystem.STANDARD
        self._rows: list[Cells] = []
        self._size = (0, 0)

    def forget(self) -> None:
        """The terminal may show anything now: draw all cells next time."""
        self._rows = []

    def wrap(self, update: CompositorUpdate, size: tuple[int, int]) -> CompositorUpdate:
        """The same update, written as changes only."""
        if isinstance(update, LayoutUpdate):
            strips: Iterable[tuple[int, int, Iterable[Segment]]] = (
                (y, update.region.x, [segment for strip in line for segment in strip])
                for y, line in enumerate(update.strips, update.region.y)
            )
        elif isinstance(update, ChopsUpdate):
            strips = _within(update)
        else:
            self.forget()
            return update
        return _Changes(self, strips, size)

    def changes(
        self, strips: Iterable[tuple[int, int, Iterable[Segment]]], size: tuple[int, int]
    ) -> str:
        """What to write so that the terminal shows these strips (line, column, segments) too."""
        width, height = size
        out: list[str] = []
        if size != self._size or len(self._rows) != height:
            self._size = size
            self._rows = [[BLANK] * width for _ in range(height)]
            out.append("\x1b[0m\x1b[2J")
        wanted: dict[int, Cells] = {}
        for y, x, segments in strips:
            if 0 <= y < height:
                row = wanted.get(y)
                if row is None:
                    row = wanted[y] = list(self._rows[y])
                self._put(row, x, segments)
        changed = {y: row for y, row in wanted.items() if row != self._rows[y]}
        moved = self._scrolled(changed)
        out.append(moved)
        for y, row in changed.items():
            self._line(out, y, self._rows[y], row)
            self._rows[y] = row
        return "".join(out)

    def _put(self, row: Cells, x: int, segments: Iterable[Segment]) -> None:
        width = len(row)
        for text, style, control in segments:
            if control:
                continue
            told = _told(style, self.system) if style is not None else ""
            # Blanks look the same in any colour.
            blank = (" ", told) if style is not None and _shows_blanks(style) else BLANK
            if not text.isprintable():
                # Models have escaped what was captured. Nothing that a terminal obeys leaves here.
                text = "".join(c if c.isprintable() else "?" for c in text)  # noqa: PLW2901
            if text.isascii():
                end = min(width, x + len(text))
                if end > x >= 0:
                    row[x:end] = [
                        blank if character == " " else (character, told)
                        for character in text[: end - x]
                    ]
                x += len(text)
                continue
            for character in text:
                cells = get_character_cell_size(character)
                if cells == 0:
                    continue
                if 0 <= x < width:
                    # Half of a wide character at the edge would push the line.
                    row[x] = (character if x + cells <= width else " ", told)
                    if cells == 2 and x + 1 < width:
                        row[x + 1] = ("", told)
                x += cells

    def _line(self, out: list[str], y: int, old: Cells, new: Cells) -> None:
        """The changed runs of one line; a blank tail is erased, not written."""
        width = len(new)
        tail = width
        while tail and new[tail - 1] == BLANK:
            tail -= 1
        x = 0
        while x < width:
            if new[x] == old[x]:
                x += 1
                continue
            if x >= tail:
                out.append(f"\x1b[{y + 1};{x + 1}H\x1b[K")
                return
            start, end, same = x, x + 1, 0
            while x < tail and same <= _GAP:
                if new[x] == old[x]:
                    same += 1
                else:
                    same, end = 0, x + 1
                x += 1
            while start > 0 and (new[start][0] == "" or old[start][0] == ""):
                start -= 1  # a wide character is written whole, or wholly overwritten
            while end < width and (new[end][0] == "" or old[end][0] == ""):
                end += 1
            out.append(f"\x1b[{y + 1};{start + 1}H")
            _run(out, new[start:end])
            x = end

    def _scrolled(self, changed: dict[int, Cells]) -> str:
        """Scroll a region when that brings at least four of the changed lines where they belong."""
        if len(changed) < 6:
            return ""
        top, bottom = min(changed), max(changed)
        best, gain = 0, 3
        places: dict[tuple[Cell, ...], int] = {}
        for y in range(top, bottom + 1):
            places.setdefault(tuple(self._rows[y]), y)
        votes: dict[int, int] = {}
        for y, row in changed.items():
            from_y = places.get(tuple(row))
            if from_y is not None and from_y != y and any(cell != BLANK for cell in row):
                votes[from_y - y] = votes.get(from_y - y, 0) + 1
        for by, count in votes.items():
            if count > gain:
                best, gain = by, count
        if not best:
            return ""
        # Only the lines that move: headings above and panes below stay where they are.
        sources = [
            y
            for y in range(top, bottom + 1)
            if top <= y + best <= bottom and changed.get(y, self._rows[y]) == self._rows[y + best]
        ]
        first, last = min(sources), max(sources)
        first, last = min(first, first + best), max(last, last + best)
        blank = [BLANK] * self._size[0]
        kept = self._rows[first : last + 1]
        if best > 0:
            kept = kept[best:] + [list(blank) for _ in range(best)]
            move = f"\x1b[{best}M"
        else:
            kept = [list(blank) for _ in range(-best)] + kept[:best]
            move = f"\x1b[{-best}L"
        wanted = {y: changed.get(y, self._rows[y]) for y in range(first, last + 1)}
        self._rows[first : last + 1] = kept
        for y, row in wanted.items():
            if row == self._rows[y]:
                changed.pop(y, None)
            else:
                changed[y] = row
        # Deleting and inserting lines inside a region: every terminal since the VT102 can.
        return f"\x1b[{first + 1};{last + 1}r\x1b[{first + 1}H{move}\x1b[r"


def _run(out: list[str], cells: Cells) -> None:
    """Neighbouring cells, from where the cursor is."""
    style, x, end = "", 0, len(cells)
    while x < end:
        cell = cells[x]
        if cell == BLANK:
            start = x
            while x < end and cells[x] == BLANK:
                x += 1
            if _shows(style):
                out.append("\x1b[0m")
                style = ""
            blanks = x - start
            # What is erased takes the background, which is none of ours here.
            erased = f"\x1b[{blanks}X" + (f"\x1b[{blanks}C" if x < end else "")
            out.append(erased if blanks >= _BLANKS else " " * blanks)
            continue
        character, told = cell
        if told != style:
            # A colour takes the place of a colour; anything else has to be ended first.
            alone = not style or (_is_colour(style) and _is_colour(told))
            out.append(f"\x1b[{told or '0'}m" if alone or not told else f"\x1b[0;{told}m")
            style = told
        out.append(character)
        x += 1
    if style:
        out.append("\x1b[0m")


@lru_cache(maxsize=512)
def _is_colour(told: str) -> bool:
    """Whether a style is a colour of the text and nothing else."""
    return bool(told) and all(30 <= number < 40 or 90 <= number < 98 for number in _numbers(told))


@lru_cache(maxsize=512)
def _shows(told: str) -> bool:
    """Whether blanks of a style, as it is told, are seen."""
    return any(
        number in _LINES_AND_REVERSE or 40 <= number < 50 or 100 <= number < 108
        for number in _numbers(told)
    )


def _numbers(told: str) -> Iterator[int]:
    """What a style sets, without the numbers of colours."""
    numbers = iter(told.split(";") if told else ())
    for number in numbers:
        yield int(number)
        if number in {"38", "48"}:
            for _ in range(1 if next(numbers, "") == "5" else 3):
                next(numbers, "")


@lru_cache(maxsize=512)
def _shows_blanks(style: Style) -> bool:
    """Whether blanks of a style are seen."""
    return bool(style.reverse or style.underline or style.strike or style.overline or style.bgcolor)


def _within(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The strips of an update that it is about.

    Beside them are some of what lies below panes that do not change.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    for y, start, stop in update.spans:
        spans.setdefault(y, []).append((start, stop))
    for y, wanted in spans.items():
        for x, strip in update.chops[y].items():
            if strip is not None and any(
                start < x + strip.cell_length and x < stop for start, stop in wanted
            ):
                yield y, x, strip


class _Changes(CompositorUpdate):
    """An update that writes changes only."""

    def __init__(
        self,
        frames: Frames,
        strips: Iterable[tuple[int, int, Iterable[Segment]]],
        size: tuple[int, int],
    ) -> None:
        self.frames = frames
        self.strips = strips
        self.size = size

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - Textual's signature
        """Terminal sequences of the changes."""
        return self.frames.changes(self.strips, self.size)


@lru_cache(maxsize=512)
def _told(style: Style, system: ColorSystem) -> str:
    """The numbers that tell a terminal this style, without ESC [ and m."""
    sequence = style.render("x", color_system=system)
    return sequence[2 : sequence.index("m")] if sequence.startswith("\x1b[") else ""
