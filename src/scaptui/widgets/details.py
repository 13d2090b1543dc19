"""Details of the event under the list's cursor; each line can become a clause of the filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.selecting import Call
from scaptui.views.cells import Line
from scaptui.views.detail_lines import DetailLine
from scaptui.views.details import DetailsModel
from scaptui.views.status import explanation
from scaptui.widgets.lines import LinesView

# A pane at the side that is lower shows its first sections only.
_LOW: Final = 28


class DetailsPane(LinesView, can_focus=True):
    """Five lines below the list, or all sections; at the side all sections without a heading."""

    pane_name = "details"
    DEFAULT_CSS = "DetailsPane { height: 6; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next line", id="details.down"),
        Binding("k,up", "move(-1)", "previous line", id="details.up"),
        Binding("space,pagedown,ctrl+d", "page(1)", "page down", id="details.page_down"),
        Binding("b,pageup,ctrl+u", "page(-1)", "page up", id="details.page_up"),
        Binding("g,home", "move(-1000000)", "first line", id="details.first"),
        Binding("G,end", "move(1000000)", "last line", id="details.last"),
        Binding("l,right", "unfold(True)", "every field", id="details.unfold"),
        Binding("h,left", "unfold(False)", "five lines", id="details.fold"),
        Binding("+,enter", "clause('and')", "filter on this value", id="details.and"),
        Binding("-", "clause('and not')", "filter it out", id="details.and_not"),
        Binding("|", "clause('or')", "or this value", id="details.or"),
        Binding('"', "clause('replace')", "filter on this value alone", id="details.replace"),
        Binding("c", "copy", "copy", id="details.copy"),
        Binding("y", "explain", "explain call and error", id="details.explain"),
    ]

    @dataclass
    class ClauseWanted(Message):
        """A value of the details is to become part of the filter."""

        field: str
        value: bytes
        how: str

    @dataclass
    class CopyWanted(Message):
        """A captured value is to be copied."""

        value: bytes

    @dataclass
    class ExplainWanted(Message):
        """The call and its error are to be explained."""

        told: str

    @dataclass
    class Moved(Message):
        """The cursor is on another line, None when no line can become a clause."""

        line: DetailLine | None

    def __init__(self, model: DetailsModel, *, side: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model
        self.model.sections = side
        self._side = side

    def show_event(
        self,
        number: int | None,
        following: Sequence[Call],
        place_in_pod: tuple[int, int] | None = None,
    ) -> None:
        """Show another event; `following` are the calls after it."""
        self.model.show(number, following, place_in_pod)
        self.redraw()

    def on_resize(self) -> None:
        """Lines for another size."""
        width, height = self.size
        self.model.brief = self._side and height < _LOW
        self.model.resize(width, height if self._side else height - 1)
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """A heading below the list, and the window of the details."""
        lines = self.model.visible(focused=self.has_focus)
        return lines if self._side else [self.model.heading(focused=self.has_focus), *lines]

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line that was clicked."""
        event.stop()
        self.model.select(self.model.top + event.y - (0 if self._side else 1))
        self._moved()

    def action_move(self, lines: int) -> None:
        """Move the cursor among lines that can become clauses."""
        self.model.move(lines)
        self._moved()

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.action_move(pages * max(1, self.model.height))

    def action_unfold(self, unfolded: bool) -> None:  # noqa: FBT001 - of a binding
        """Show every field, or the five lines."""
        self.model.unfold(on=unfolded)
        self._moved()

    def action_clause(self, how: str) -> None:
        """Filter on the value of the line."""
        line = self.model.chosen()
        if line is not None:
            self.post_message(self.ClauseWanted(line.field, line.value, how))

    def action_copy(self) -> None:
        """Copy the value of the line."""
        line = self.model.chosen()
        if line is not None:
            self.post_message(self.CopyWanted(line.value))

    def action_explain(self) -> None:
        """Tell what the call is for, and what its error says."""
        if self.model.facts is not None:
            self.post_message(self.ExplainWanted(explanation(self.model.facts.call)))

    def _moved(self) -> None:
        self.redraw()
        self.post_message(self.Moved(self.model.chosen()))

    def _selection_changed(self) -> None:
        self._moved()
