"""The pane below the process tree: everything of one kind that is known of a process."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from scaptui.views.cells import Line, Piece, fit_line, line_width
from scaptui.widgets.lines import LinesView


class ProcessFacts(LinesView, can_focus=True):
    """A title and the lines there is room for; the others are scrolled to."""

    DEFAULT_CSS = "ProcessFacts { display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", "line down", id="list.down"),
        Binding("k,up", "scroll_by(-1)", "line up", id="list.up"),
        Binding("space,pagedown", "scroll_pages(1)", "page down", id="list.page_down"),
        Binding("b,pageup", "scroll_pages(-1)", "page up", id="list.page_up"),
        Binding("g,home", "scroll_pages(-1000000)", "first line", id="list.first"),
        Binding("G,end", "scroll_pages(1000000)", "last line", id="list.last"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = ""
        self._facts: Sequence[Line] = ()
        self._top = 0

    def tell(self, title: str, facts: Sequence[Line]) -> None:
        """Show these lines; of another title from the first on."""
        if title != self._title:
            self._top = 0
        self._title, self._facts = title, facts
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """The title, and the lines that are in sight."""
        rows = max(0, self.size.height - 1)
        self._top = max(0, min(self._top, len(self._facts) - rows))
        window = self._facts[self._top : self._top + rows]
        return [self._heading(len(window)), *window]

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines, as far as there are any."""
        self._top += lines
        self.redraw()

    def action_scroll_pages(self, pages: int) -> None:
        """Turn pages."""
        self.action_scroll_by(pages * max(1, self.size.height - 1))

    def _heading(self, rows: int) -> Line:
        state = f" {len(self._facts):,} "
        if len(self._facts) > rows:
            state = f" {self._top + 1:,} to {self._top + rows:,} of {len(self._facts):,} "
            if not self.has_focus:
                state += "· Tab, then j k "
        title = Piece(f" {self._title} ", "accent" if self.has_focus else "heading", bold=True)
        rule = "─" * max(1, self.size.width - line_width((title,)) - len(state) - 2)
        line = (Piece("─", "muted"), title, Piece(f"{rule}{state}─", "muted"))
        return fit_line(line, self.size.width)

    def _selection_changed(self) -> None:
        self.redraw()
