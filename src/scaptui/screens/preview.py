"""The view under the picker's cursor, beside the picker of a wide screen."""

from collections.abc import Callable, Sequence
from typing import Final

from scaptui.capture.opening import Capture
from scaptui.errors import Refused
from scaptui.screens.background import Pace
from scaptui.screens.viewing import Growing
from scaptui.views.arrangement import WIDE
from scaptui.views.cells import Line, Piece, fit_end, fit_line, pane_heading
from scaptui.views.units import Zone
from scaptui.views.view_columns import View
from scaptui.views.view_page import Level, ViewPage
from scaptui.views.view_query import ViewTable

# How often rows change by themselves, in seconds.
_PACE: Final = 1.0
# Cells of the picker beside it: of a hundred these, and never less than the other.
_SHARE: Final = 36
_LEAST: Final = 60


def picker_width(width: int) -> int:
    """Cells of the picker on a screen of so many."""
    return max(_LEAST, width * _SHARE // 100) if width >= WIDE else width


class Preview:
    """A view of what the picker is about, asked for once keys rest."""

    def __init__(self, capture: Capture, at: int | None, zone: Zone) -> None:
        self._capture = capture
        self._at = at
        self._zone = zone
        self._page: ViewPage | None = None
        self._view: View | None = None
        self._said = ""

    def ask(
        self, view: View | None, scope: str, grew: Callable[[Level, ViewTable], None]
    ) -> Growing | None:
        """What has to be done to show a view; None where there is nothing to do.

        `grew` is called on another thread.
        """
        self._view, self._page, self._said = view, None, ""
        if view is None:
            return None
        if view.source == "latency":
            self._said = "Enter draws the latencies of calls over time"
            return None
        page = ViewPage(self._capture, scope, self._at, self._zone)
        try:
            level = page.open(view)
        except Refused as refused:
            self._said = str(refused)
            return None
        self._page = page
        return Growing(level, Pace(_PACE), grew)

    def take(self, level: Level, table: ViewTable) -> bool:
        """Show these rows, unless another view was chosen meanwhile."""
        if self._page is None or self._page.level is not level:
            return False
        level.take(table)
        return True

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Heading and rows with a border, for a size."""
        border = Piece("│ ", "muted")
        inside = width - 2
        lines: list[Line] = []
        if self._view is not None:
            lines.append(pane_heading(self._view.title, self._view.question, inside))
        if self._page is not None:
            # The cursor is in the picker: none here.
            lines += [_without_cursor(line) for line in self._page.lines(inside, height - 1)[0]]
        elif self._said:
            lines.append((Piece(fit_end(f"   {self._said}", inside), "muted"),))
        lines += [()] * (height - len(lines))
        return [(border, *fit_line(line, inside)) for line in lines[:height]]


def _without_cursor(line: Line) -> Line:
    first = line[0] if line else Piece("")
    return (first._replace(text=" " + first.text[1:]), *line[1:]) if first.text[:1] == ">" else line
