"""The pane of findings: rows that lead to events."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.findings import Findings, FindingsPage
from scaptui.widgets.rows_pane import ModelPane


class FindingsPane(ModelPane[FindingsPage]):
    """Draws the model's rows and moves its cursor."""

    pane_name = "findings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,pagedown,ctrl+f", "page(1)", "page down", id="list.page_down"),
        Binding("b,pageup,ctrl+b", "page(-1)", "page up", id="list.page_up"),
        Binding("enter", "events", "all its events", id="findings.events"),
        Binding("g", "event", "its first event among all", id="findings.event"),
    ]

    @dataclass
    class EventWanted(Message):
        """An event is wanted, and the filter for those that are like it, empty for all events.

        `wants_all` says that those like it were asked for.
        """

        event: int
        filter_text: str
        wants_all: bool = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(FindingsPage(Findings("")), id=id)

    def rows_to(self, line: int) -> int:
        """How many rows; headings are none."""
        return self.model.rows_to(line)

    def action_events(self) -> None:
        """Ask for all events the row is about."""
        row = self.model.row
        if row is not None:
            self.post_message(self.EventWanted(row.event, row.filter_text, wants_all=True))

    def action_event(self) -> None:
        """Ask for the first event among all others."""
        row = self.model.row
        if row is not None:
            self.post_message(self.EventWanted(row.event, ""))
