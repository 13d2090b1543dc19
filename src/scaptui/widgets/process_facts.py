"""The pane below the process tree: everything of one kind that is known of a process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line, Piece, fit_line, line_width
from scaptui.views.process_pane import Fact
from scaptui.widgets.lines import LinesView

_FAR = 1_000_000


class ProcessFacts(LinesView, can_focus=True):
    """A title and the lines there is room for, one of them under the cursor."""

    pane_name = "files, environment"
    DEFAULT_CSS = "ProcessFacts { display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next line", id="list.down"),
        Binding("k,up", "move(-1)", "previous line", id="list.up"),
        Binding("space,pagedown,ctrl+f", "page(1)", "page down", id="list.page_down"),
        Binding("b,pageup,ctrl+b", "page(-1)", "page up", id="list.page_up"),
        Binding("g,home", f"move({-_FAR})", "first line", id="list.first"),
        Binding("G,end", f"move({_FAR})", "last line", id="list.last"),
        Binding("+,enter", "clause('and')", "filter on this value", id="list.and"),
        Binding("-", "clause('and not')", "filter it out", id="list.and_not"),
        Binding("|", "clause('or')", "or this value", id="list.or"),
        Binding('"', "clause('replace')", "filter on this value alone", id="list.replace"),
    ]

    @dataclass
    class ClauseWanted(Message):
        """The value under the cursor is to become part of the filter."""

        fact: Fact
        how: str

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = ""
        self._facts: Sequence[Fact] = ()
        self._cursor = 0
        self._top = 0

    @property
    def fact(self) -> Fact | None:
        """What is under the cursor."""
        return self._facts[self._cursor] if self._cursor < len(self._facts) else None

    def tell(self, title: str, facts: Sequence[Fact]) -> None:
        """Show these lines; of another title from the first on."""
        if title != self._title:
            self._top = self._cursor = 0
        self._title, self._facts = title, facts
        self._cursor = max(0, min(self._cursor, len(facts) - 1))
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """The title, and the lines that are in sight."""
        rows = max(1, self.size.height - 1)
        self._top = max(self._cursor - rows + 1, min(self._top, self._cursor))
        self._top = max(0, min(self._top, len(self._facts) - rows))
        window = [fact.line for fact in self._facts[self._top : self._top + rows]]
        at = self._cursor - self._top
        self._selected = 1 + at if window else None
        if window and self.has_focus:
            window[at] = _with_sign(window[at])
        return [self._heading(len(window)), *window]

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line that was clicked."""
        if event.y > 0:
            self.action_move(self._top + event.y - 1 - self._cursor)

    def action_move(self, lines: int) -> None:
        """Move the cursor, as far as there are lines."""
        self._cursor = max(0, min(self._cursor + lines, len(self._facts) - 1))
        self.redraw()
        self.post_message(self.Moved())

    def action_page(self, pages: int) -> None:
        """Turn pages."""
        self.action_move(pages * max(1, self.size.height - 1))

    def action_clause(self, how: str) -> None:
        """Ask for a clause of the value."""
        if self.fact is not None:
            self.post_message(self.ClauseWanted(self.fact, how))

    def _heading(self, rows: int) -> Line:
        state = f" {len(self._facts):,} "
        if len(self._facts) > rows:
            state = f" {self._top + 1:,} to {self._top + rows:,} of {len(self._facts):,} "
        if not self.has_focus:
            state += "· Tab goes there "
        title = Piece(f" {self._title} ", "accent" if self.has_focus else "heading", bold=True)
        rule = "─" * max(1, self.size.width - line_width((title,)) - len(state) - 2)
        line = (Piece("─", "muted"), title, Piece(f"{rule}{state}─", "muted"))
        return fit_line(line, self.size.width)

    def _selection_changed(self) -> None:
        self.redraw()


def _with_sign(line: Line) -> Line:
    first = line[0]
    return (first._replace(text=">" + first.text[1:]), *line[1:])
