"""The widget under all others: it draws lines of pieces, and only those that changed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Final, Protocol, runtime_checkable

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from scaptui.theming import Palette, Terminal, load
from scaptui.views.cells import Line, Piece, fit_line, in_ascii

# Roles that keep their colour in the selected line: they tell of failure, not of kind.
_TELLING = ("failed", "warning", "mark", "match")


# What is asked to be drawn when it is not known yet which lines are to be.
_NOWHERE: Final = Region()


@runtime_checkable
class Themed(Protocol):
    """An app that says how roles look and what its terminal can show."""

    palette: Palette
    terminal: Terminal


class LinesView(Widget):
    """Draws a window of lines; who owns it says which with `show`.

    `selected` is the line (from 0) under the cursor, drawn reversed in the focused pane and
    underlined elsewhere.
    """

    DEFAULT_CSS = """
    LinesView { height: 1; width: 1fr; background: ansi_default; color: ansi_default; }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()
        self._selected: int | None = None
        self._stale = False
        # Whether lines were made that no picture was asked to show: then all are drawn.
        self._ahead = False
        # Lines as they were drawn last, with what their look depends on.
        self._strips: list[tuple[Line, Look, Strip]] = []
        self._now = self._bare = load("mono"), Terminal()

    @property
    def size(self) -> Size:
        """Cells and lines of the pane.

        Without borders and paddings they are known without a look at the layout; in the middle of a
        picture such a look would take panes that are about to be there for panes that were.
        """
        return self.outer_size

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines drawn now."""
        return self._lines

    @property
    def selected(self) -> int | None:
        """The line under the cursor."""
        return self._selected

    def show(self, lines: Sequence[Line], selected: int | None = None) -> None:
        """Draw these lines from now on. Lines that stay as they are cost nothing."""
        old, old_selected = self._lines, self._selected
        new = tuple(lines)
        if new == old and selected == old_selected:
            return
        self._lines, self._selected = new, selected
        changed = set(_differing(old, new))
        if selected != old_selected:
            changed.update(y for y in (selected, old_selected) if y is not None)
        self.refresh(*self._regions(sorted(changed)))

    def redraw(self) -> None:
        """Ask `make_lines` anew for the next picture: however many keys came, once."""
        self._stale = True
        self.refresh(_NOWHERE)

    def _regions(self, changed: Iterable[int]) -> Iterator[Region]:
        width = self.size.width
        return (Region(0, y, width, 1) for y in changed)

    # Not public: what Textual asks a widget for when it begins a picture.
    def _exchange_repaint_regions(self) -> Collection[Region]:
        regions = set(super()._exchange_repaint_regions())
        regions.discard(_NOWHERE)
        before = self._lines
        if self._stale:
            self._renew()
        if self._ahead:
            self._ahead = False
            regions.add(self.size.region)
        else:
            regions.update(self._regions(_differing(before, self._lines)))
        return regions

    def _renew(self) -> None:
        self._stale = False
        self._lines = tuple(self.make_lines())

    def make_lines(self) -> Sequence[Line]:
        """The lines of the next picture, for a widget that makes them of a model."""
        return self._lines

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the widget as Textual wants them."""
        if self._stale:
            self._renew()
            self._ahead = True
        self._now = self._look()
        # Lines without borders and paddings: what Textual keeps of such is not needed here.
        strips = [self.render_line(y) for y in crop.line_range]
        if crop.x or crop.width != self.size.width:
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """One line of the widget as Textual wants it."""
        palette, terminal = self._now
        line = self._lines[y] if y < len(self._lines) else ()
        cursor = "selection" if self.shows_focus else "elsewhere"
        look = (self.size.width, y == self._selected, cursor, terminal.ascii, _Styles(palette))
        if y < len(self._strips):
            known, looked, strip = self._strips[y]
            if known is line and looked == look:
                return strip
        strip = _strip(line, *look)
        if y < len(self._strips):
            self._strips[y] = (line, look, strip)
        elif y == len(self._strips):
            self._strips.append((line, look, strip))
        return strip

    @property
    def shows_focus(self) -> bool:
        """Whether the selected line is drawn as that of the focused pane."""
        return self.has_focus

    def on_focus(self) -> None:
        """The selected line looks different now."""
        self.refresh()
        self._selection_changed()

    def on_blur(self) -> None:
        """The selected line looks different now."""
        self.refresh()
        self._selection_changed()

    def _selection_changed(self) -> None:
        """What a pane does whose lines tell whether it has the focus."""

    def _look(self) -> tuple[Palette, Terminal]:
        app = self.app
        return (app.palette, app.terminal) if isinstance(app, Themed) else self._bare


def _differing(old: Sequence[Line], new: Sequence[Line]) -> Iterator[int]:
    """The places at which the lines are not the same."""
    for y, (before, now) in enumerate(zip_longest(old, new)):
        if before != now:
            yield y


class _Styles:
    """A palette as a cache key: its name stands for it."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette

    def __hash__(self) -> int:
        return hash(self.palette.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Styles) and other.palette is self.palette


Look = tuple[int, bool, str, bool, _Styles]
"""Cells, whether it is selected, the role of what is, ASCII alone, styles."""


@lru_cache(maxsize=1024)
def _strip(
    line: Line,
    width: int,
    selected: bool,  # noqa: FBT001 - a cached function takes what is hashed by position
    cursor: str,
    ascii_only: bool,  # noqa: FBT001
    styles: _Styles,
) -> Strip:
    segments: list[Segment] = []
    text, style = "", Style.null()
    pieces = fit_line(line, width)
    for at, piece in enumerate(pieces):
        piece_style = _style(piece, cursor, styles.palette, selected=selected)
        written = in_ascii(piece.text) if ascii_only else piece.text
        if not (written.strip(" ") or selected or _visible_blank(piece_style)):
            # Blanks look the same in any colour: one style in a row is fewer bytes.
            piece_style = Style.null() if at == len(pieces) - 1 or _visible_blank(style) else style
        if piece_style != style:
            if text:
                segments.append(Segment(text, style))
            text, style = written, piece_style
        else:
            text += written
    if text:
        segments.append(Segment(text, style))
    return Strip(segments, width)


def _style(piece: Piece, cursor: str, palette: Palette, *, selected: bool) -> Style:
    if not selected:
        role = cursor if piece.role == "selection" else piece.role
        return palette.style(role, bold=piece.bold)
    style = palette.style(cursor)
    if piece.role in _TELLING and piece.text.strip(" "):
        return style + palette.style(piece.role, bold=piece.bold)
    return style


def _visible_blank(style: Style) -> bool:
    return bool(style.reverse or style.underline or style.bgcolor)
