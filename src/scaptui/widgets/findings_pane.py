"""The pane of findings: rows that lead to events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.findings import Findings, FindingsPage
from scaptui.widgets.lines import LinesView


class FindingsPane(LinesView, can_focus=True):
    """Draws the model's rows and moves its cursor."""

    pane_name = "findings"
    DEFAULT_CSS = "FindingsPane { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next", id="list.down"),
        Binding("k,up", "move(-1)", "previous", id="list.up"),
        Binding("space,pagedown,ctrl+f", "page(1)", "page down", id="list.page_down"),
        Binding("b,pageup,ctrl+b", "page(-1)", "page up", id="list.page_up"),
        Binding("home", "move(-1000000000)", "first", id="list.first"),
        Binding("G,end", "move(1000000000)", "last", id="list.last"),
        Binding("enter", "events", "all its events", id="findings.events"),
        Binding("g", "event", "its first event among all", id="findings.event"),
    ]

    class Moved(Message):
        """The cursor is on another row."""

    @dataclass
    class EventWanted(Message):
        """An event is wanted, and the filter for those that are like it, empty for all events."""

        event: int
        filter_text: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = FindingsPage(Findings(""))

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """Heading and rows."""
        lines, self._selected = self.model.lines(self.size.width, self.size.height)
        return lines

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """On."""
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Back."""
        event.stop()
        self.action_move(-1)

    def action_move(self, by: int) -> None:
        """Go on, or back."""
        self.model.move(by)
        self.post_message(self.Moved())

    def action_page(self, pages: int) -> None:
        """Turn pages."""
        self.action_move(pages * max(1, self.size.height - 2))

    def action_events(self) -> None:
        """Ask for all events the row is about."""
        row = self.model.row
        if row is not None:
            self.post_message(self.EventWanted(row.event, row.filter_text))

    def action_event(self) -> None:
        """Ask for the first event among all others."""
        row = self.model.row
        if row is not None:
            self.post_message(self.EventWanted(row.event, ""))
