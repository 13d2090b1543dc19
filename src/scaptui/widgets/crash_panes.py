"""Panes of the crash page: the runs, and the evidence of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.crash_page import CrashPage
from scaptui.widgets.rows_pane import RowsPane


class CrashPane(RowsPane):
    """A pane of the page; it moves one of the model's cursors."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "page(1)", "page down", id="list.page_down"),
        Binding("b", "page(-1)", "page up", id="list.page_up"),
    ]

    @dataclass
    class EventWanted(Message):
        """The list of events is wanted, with the cursor on this one."""

        event: int
        filter_text: str = ""

    def __init__(self, model: CrashPage, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model


class CrashRuns(CrashPane):
    """The runs."""

    pane_name = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "events", "events of the run, at its end", id="crashes.events"),
        Binding("g", "event", "its last event", id="crashes.event"),
    ]

    def step(self, by: int) -> None:
        """Move the cursor from run to run."""
        self.model.move(by)

    def rows_to(self, line: int) -> int:
        """How many runs; a program's own line is none."""
        return self.model.runs_to(line)

    def make_lines(self) -> Sequence[Line]:
        """Heading and rows."""
        lines, self._selected = self.model.list_lines(self.size.width, self.size.height)
        return lines

    def action_events(self) -> None:
        """Ask for the events of the run, with the cursor on the last."""
        self._ask(self.model.scope())

    def action_event(self) -> None:
        """Ask for the last event of the run among all others."""
        self._ask("")

    def _ask(self, scope: str) -> None:
        run = self.model.run
        if run is not None:
            told = self.model.evidence
            number = told[-1].event if told else 0
            self.post_message(self.EventWanted(number, scope))


class CrashEvidence(CrashPane):
    """What shows why a run ended."""

    pane_name = "evidence"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,g", "event", "this event", id="crashes.event"),
    ]

    def step(self, by: int) -> None:
        """Move the cursor from line to line."""
        self.model.move_line(by)

    def make_lines(self) -> Sequence[Line]:
        """Heading, cause and evidence."""
        width, height = self.size
        return self.model.evidence_lines(width, height, focused=self.has_focus)

    def _selection_changed(self) -> None:
        self.redraw()

    def action_event(self) -> None:
        """Ask for the event of the line."""
        chosen = self.model.chosen
        if chosen is not None:
            self.post_message(self.EventWanted(chosen.event))
