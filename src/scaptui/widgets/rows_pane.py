"""A pane with rows and a cursor: the keys and the wheel that move it."""

from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.widgets.lines import LinesView

_FAR = 10**9


class RowsPane(LinesView, can_focus=True):
    """Moves by rows; which rows they are, and what more its keys do, is for who inherits."""

    DEFAULT_CSS = "RowsPane { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next", id="list.down"),
        Binding("k,up", "move(-1)", "previous", id="list.up"),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="list.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="list.page_up"),
        Binding("home", f"move(-{_FAR})", "first", id="list.first"),
        Binding("G,end", f"move({_FAR})", "last", id="list.last"),
    ]

    # Rows that one notch of the wheel goes on.
    wheel: ClassVar[int] = 1

    class Moved(Message):
        """The cursor is somewhere else."""

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        if by := self.rows_to(event.y):
            self.action_move(by)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """On."""
        event.stop()
        self.action_move(self.wheel)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Back."""
        event.stop()
        self.action_move(-self.wheel)

    def action_move(self, by: int) -> None:
        """Go on, or back."""
        self.step(by)
        self.post_message(self.Moved())

    def action_page(self, pages: float) -> None:
        """Turn pages, or half ones."""
        self.action_move(round(pages * max(1, self.size.height - 1)))

    def step(self, by: int) -> None:
        """Move the pane's cursor."""
        raise NotImplementedError

    def rows_to(self, line: int) -> int:
        """How many rows from the cursor to a line of the pane; 0 where none is. Here all are."""
        if self._selected is None or not 0 < line < len(self._lines):
            return 0
        return line - self._selected


class RowsModel(Protocol):
    """Rows with a cursor, drawn for a size."""

    def lines(self, width: int, height: int) -> tuple[list[Line], int | None]:
        """The lines, and which of them the cursor is on."""

    def move(self, by: int) -> None:
        """Go so many rows on, or back."""


_Model = TypeVar("_Model", bound=RowsModel)


class ModelPane(RowsPane, Generic[_Model]):
    """Rows of a model that draws them and keeps their cursor."""

    def __init__(self, model: _Model, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model

    def make_lines(self) -> Sequence[Line]:
        """Heading and rows."""
        lines, self._selected = self.model.lines(self.size.width, self.size.height)
        return lines

    def step(self, by: int) -> None:
        """Go to another row."""
        self.model.move(by)
