"""The pane of a stream: its pieces, and the keys that move through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.stream_page import StreamPage
from scaptui.widgets.rows_pane import RowsPane


class StreamPane(RowsPane):
    """Draws what its model makes; without a model it is empty."""

    pane_name = "stream"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next line", id="list.down"),
        Binding("k,up", "move(-1)", "previous line", id="list.up"),
        Binding("space,pagedown,ctrl+f", "page(1)", "page down", id="list.page_down"),
        Binding("b,pageup,ctrl+b", "page(-1)", "page up", id="list.page_up"),
        Binding("home", "first", "first", id="list.first"),
        Binding("G,end", "last", "last", id="list.last"),
        Binding("l,right", "piece(1)", "next call", id="stream.next_call"),
        Binding("h,left", "piece(-1)", "previous call", id="stream.previous_call"),
        Binding("X", "form", "text, hex, characters", id="stream.form"),
        Binding("o", "side", "one side, or both", id="stream.side"),
        Binding("enter,g", "event", "this event among all", id="stream.event"),
    ]

    @dataclass
    class EventWanted(Message):
        """The list of events is wanted, with the cursor on this one."""

        event: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model: StreamPage | None = None

    def make_lines(self) -> Sequence[Line]:
        """Heading and lines as the model has them now."""
        if self.model is None:
            self._selected = None
            return []
        lines, self._selected = self.model.lines(self.size.width, self.size.height)
        return lines

    def step(self, by: int) -> None:
        """Go on, or back, by lines."""
        if self.model is not None:
            self.model.move(by)

    def action_first(self) -> None:
        """Go to the beginning."""
        if self.model is not None:
            self.model.first()
        self.post_message(self.Moved())

    def action_last(self) -> None:
        """Go to the end."""
        if self.model is not None:
            self.model.last()
        self.post_message(self.Moved())

    def action_piece(self, by: int) -> None:
        """Go to the next call, or the one before."""
        if self.model is not None:
            self.model.move_piece(by)
        self.post_message(self.Moved())

    def action_form(self) -> None:
        """Show bytes in the next form."""
        if self.model is not None:
            self.model.next_form()
        self.post_message(self.Moved())

    def action_side(self) -> None:
        """Show one side, the other, both."""
        if self.model is not None:
            self.model.next_side()
        self.post_message(self.Moved())

    def action_event(self) -> None:
        """Ask for the event of the call under the cursor."""
        piece = None if self.model is None else self.model.piece
        if piece is not None:
            self.post_message(self.EventWanted(piece.event))
