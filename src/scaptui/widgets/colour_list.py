"""The list of colour rules."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.colour_page import ColourPage
from scaptui.widgets.rows_pane import ModelPane

What = Literal["name", "filter", "add"]


class ColourList(ModelPane[ColourPage]):
    """The rules; what is to be typed is asked for by the screen."""

    pane_name = "colours"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "change('toggle')", "on or off", id="colours.toggle"),
        Binding("J", "shift(1)", "further down", id="colours.down"),
        Binding("K", "shift(-1)", "further up", id="colours.up"),
        Binding("r", "change('next_role')", "next look", id="colours.role"),
        Binding("n", "ask('name')", "name", id="colours.name"),
        Binding("f,enter", "ask('filter')", "filter", id="colours.filter"),
        Binding("A", "ask('add')", "add one before it", id="colours.add"),
        Binding("d,delete", "change('remove')", "delete", id="colours.delete"),
    ]

    @dataclass
    class Asked(Message):
        """Something is to be typed."""

        what: What

    def action_shift(self, by: int) -> None:
        """Put the rule elsewhere."""
        self.model.shift(by)
        self.post_message(self.Moved())

    def action_change(self, how: Literal["toggle", "next_role", "remove"]) -> None:
        """Change the rule."""
        {
            "toggle": self.model.toggle,
            "next_role": self.model.next_role,
            "remove": self.model.remove,
        }[how]()
        self.post_message(self.Moved())

    def action_ask(self, what: What) -> None:
        """Ask for something to be typed."""
        self.post_message(self.Asked(what))
