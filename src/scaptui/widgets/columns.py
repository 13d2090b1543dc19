"""The column chooser: the list above follows every change at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.column_chooser import ColumnChooser
from scaptui.widgets.lines import LinesView


class ColumnsPane(LinesView, can_focus=True):
    """Draws the rows of its model and changes the columns of the list."""

    pane_name = "columns"
    DEFAULT_CSS = "ColumnsPane { height: 9; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "on or off", id="columns.toggle"),
        Binding("j,down", "move(1)", "next field", id="columns.down"),
        Binding("k,up", "move(-1)", "previous field", id="columns.up"),
        Binding("pagedown,ctrl+d", "page(1)", "page down", id="columns.page_down"),
        Binding("pageup,ctrl+u", "page(-1)", "page up", id="columns.page_up"),
        Binding("J", "shift(1)", "further right", id="columns.right"),
        Binding("K", "shift(-1)", "further left", id="columns.left"),
        Binding("+", "widen(1)", "wider", id="columns.wider"),
        Binding("-", "widen(-1)", "narrower", id="columns.narrower"),
        Binding("/", "find", "find a field or its description", id="columns.find"),
        Binding("n", "find_next", "find the next", id="columns.find_next"),
        Binding("enter,C,q", "keep", "keep", id="columns.keep"),
        Binding("escape", "restore", "as before", id="columns.restore"),
    ]

    @dataclass
    class Changed(Message):
        """The columns, or the cursor, are others; `about` tells of the field under it."""

        about: Line

    class FindWanted(Message):
        """A text to find is to be asked for; it goes to `find`."""

    class Left(Message):
        """The chooser is done with; the columns are as they are to be."""

    def __init__(self, model: ColumnChooser, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model
        self._sought = ""

    def on_resize(self) -> None:
        """Rows for another size."""
        self.model.resize(self.size.width, max(1, self.size.height - 2))
        self._changed()

    def make_lines(self) -> Sequence[Line]:
        """Heading, titles and the rows in the window."""
        heading = self.model.heading(focused=self.has_focus)
        return [heading, self.model.titles(), *self.model.lines()]

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        self.action_move(self.model.top + event.y - 2 - self.model.cursor)

    def find(self, text: str) -> bool:
        """Go to the next field that has the text in its name or description."""
        self._sought = text
        found = self.model.find(text)
        self._changed()
        return found

    def action_move(self, rows: int) -> None:
        """Move by rows."""
        self.model.move(rows)
        self._changed()

    def action_page(self, pages: int) -> None:
        """Turn pages."""
        self.action_move(pages * self.model.height)

    def action_switch(self) -> None:
        """Show the field or hide it."""
        self.model.toggle()
        self._changed()

    def action_shift(self, places: int) -> None:
        """Put the column elsewhere."""
        self.model.shift(places)
        self._changed()

    def action_widen(self, cells: int) -> None:
        """Give the column more cells, or less."""
        self.model.widen(cells)
        self._changed()

    def action_find(self) -> None:
        """Ask for a text to find."""
        self.post_message(self.FindWanted())

    def action_find_next(self) -> None:
        """Find the text again."""
        if self._sought:
            self.find(self._sought)

    def action_keep(self) -> None:
        """Leave the columns as they are now."""
        self.post_message(self.Left())

    def action_restore(self) -> None:
        """Bring back the columns there were before."""
        self.model.restore()
        self.post_message(self.Left())

    def _changed(self) -> None:
        self.redraw()
        self.post_message(self.Changed(self.model.doc()))

    def _selection_changed(self) -> None:
        self.redraw()
