"""Panes of the views' screen: the rows of a view, and the picker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.view_columns import ALT_DIGITS, View
from scaptui.views.view_page import ViewPage
from scaptui.views.view_picker import ViewPicker
from scaptui.widgets.lines import LinesView
from scaptui.widgets.rows_pane import ModelPane

Act = Literal["drill", "up", "events", "sort", "sort_back", "invert", "and", "and_not"]


class ViewRows(ModelPane[ViewPage]):
    """The rows of a view."""

    pane_name = "view"
    wheel = 3
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,ctrl+f,space", "page(1)", "page down", id="list.page_down"),
        Binding("pageup,ctrl+b,b", "page(-1)", "page up", id="list.page_up"),
        Binding("ctrl+d", "page(0.5)", "half a page down", id="list.half_down"),
        Binding("ctrl+u", "page(-0.5)", "half a page up", id="list.half_up"),
        Binding("g", "move(-1000000000)", "first", id="list.first"),
        Binding("enter", "act('drill')", "the view below, or the event", id="views.drill"),
        Binding("backspace", "act('up')", "up again", id="views.up"),
        Binding("d", "act('events')", "events behind the row", id="views.events"),
        Binding("greater_than_sign", "act('sort')", "sort by the next column", id="views.sort"),
        Binding("less_than_sign", "act('sort_back')", "by the one before", id="views.sort_back"),
        Binding("I", "act('invert')", "turn the order round", id="views.invert"),
        Binding("plus", "act('and')", "filter on this row", id="list.and"),
        Binding("minus", "act('and_not')", "filter this row out", id="list.and_not"),
    ]

    @dataclass
    class Wanted(Message):
        """Something is to be done with the row under the cursor."""

        act: Act

    def action_page(self, pages: float) -> None:
        """Turn pages, or half ones; the line of totals is none of them."""
        self.action_move(round(pages * max(2, self.size.height - 2)))

    def rows_to(self, line: int) -> int:
        """How many rows; the line of totals is none."""
        return self.model.rows_to(line)

    def action_act(self, act: Act) -> None:
        """Ask the screen."""
        self.post_message(self.Wanted(act))


class PickerPane(LinesView, can_focus=True):
    """The picker: letters search, digits take one of the first nine."""

    pane_name = "view picker"
    DEFAULT_CSS = "PickerPane { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", "next view", id="picker.down"),
        Binding("up", "move(-1)", "previous view", id="picker.up"),
        Binding("pagedown", "move(10)", "ten on", id="picker.page_down"),
        Binding("pageup", "move(-10)", "ten back", id="picker.page_up"),
        Binding("enter", "take", "open it", id="picker.take"),
        Binding("backspace", "delete", "take a letter back", id="picker.delete"),
        Binding("ctrl+u", "clear", "take all letters back", id="picker.clear"),
        Binding("escape", "leave", "as it was", id="picker.leave"),
    ]

    @dataclass
    class Taken(Message):
        """A view was chosen."""

        view: View

    class Left(Message):
        """None was."""

    class Changed(Message):
        """Other views are listed, or another is chosen."""

    def __init__(self, model: ViewPicker, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Choose the view that was clicked."""
        if by := self.model.rows_to(event.y):
            self.action_move(by)

    async def on_key(self, event: events.Key) -> None:
        """Letters search; a digit takes one of the first nine."""
        character = event.character or ""
        if not event.is_printable or len(character) != 1 or event.key in ALT_DIGITS.values():
            return
        if character in "123456789" and not self.model.typed:
            event.stop()
            if (view := self.model.nth(int(character))) is not None:
                self.post_message(self.Taken(view))
        elif character != "?" or self.model.typed:
            event.stop()
            self.model.type(character)
            self._changed()

    def action_move(self, by: int) -> None:
        """Choose another."""
        self.model.move(by)
        self._changed()

    def action_take(self) -> None:
        """Open the one that is chosen."""
        if (view := self.model.choice) is not None:
            self.post_message(self.Taken(view))

    def action_delete(self) -> None:
        """Take a letter back; where there is none, leave."""
        if self.model.delete():
            self._changed()
        else:
            self.action_leave()

    def action_clear(self) -> None:
        """Take all letters back."""
        self.model.clear()
        self._changed()

    def action_leave(self) -> None:
        """Choose none."""
        self.post_message(self.Left())

    def _changed(self) -> None:
        self.redraw()
        self.post_message(self.Changed())

    def make_lines(self) -> Sequence[Line]:
        """Prompt, list, description."""
        lines, self._selected = self.model.lines(self.size.width, self.size.height)
        return lines
