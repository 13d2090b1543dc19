"""The list of colour rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.colour_page import ColourPage
from scaptui.widgets.lines import LinesView

What = Literal["name", "filter", "add"]

_FAR: Final = 10**6


class ColourList(LinesView, can_focus=True):
    """The rules; what is to be typed is asked for by the screen."""

    pane_name = "colours"
    DEFAULT_CSS = "ColourList { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next", id="list.down"),
        Binding("k,up", "move(-1)", "previous", id="list.up"),
        Binding("home", f"move(-{_FAR})", "first", id="list.first"),
        Binding("G,end", f"move({_FAR})", "last", id="list.last"),
        Binding("space", "change('toggle')", "on or off", id="colours.toggle"),
        Binding("J", "shift(1)", "further down", id="colours.down"),
        Binding("K", "shift(-1)", "further up", id="colours.up"),
        Binding("r", "change('next_role')", "next look", id="colours.role"),
        Binding("n", "ask('name')", "name", id="colours.name"),
        Binding("f,enter", "ask('filter')", "filter", id="colours.filter"),
        Binding("A", "ask('add')", "add one before it", id="colours.add"),
        Binding("d,delete", "change('remove')", "delete", id="colours.delete"),
    ]

    class Changed(Message):
        """The cursor is elsewhere, or rules changed."""

    @dataclass
    class Asked(Message):
        """Something is to be typed."""

        what: What

    def __init__(self, model: ColourPage, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model

    def make_lines(self) -> Sequence[Line]:
        """Heading and rows."""
        lines, self._selected = self.model.lines(self.size.width, self.size.height)
        return lines

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def action_move(self, by: int) -> None:
        """Go on, or back."""
        self.model.move(by)
        self.post_message(self.Changed())

    def action_shift(self, by: int) -> None:
        """Put the rule elsewhere."""
        self.model.shift(by)
        self.post_message(self.Changed())

    def action_change(self, how: Literal["toggle", "next_role", "remove"]) -> None:
        """Change the rule."""
        {
            "toggle": self.model.toggle,
            "next_role": self.model.next_role,
            "remove": self.model.remove,
        }[how]()
        self.post_message(self.Changed())

    def action_ask(self, what: What) -> None:
        """Ask for something to be typed."""
        self.post_message(self.Asked(what))
