"""A widget that is hidden until it asks for something, and then has the keyboard."""

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from scaptui.widgets.lines import LinesView


class TakesKeyboard(LinesView, can_focus=True):
    """Has the keyboard until there is an answer, then who had it before has it again.

    Tab leads nowhere else. When something else takes the keyboard, a click or a key that opens
    another prompt, this one is given up.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab,shift+tab", "stay", show=False)]

    _before: Widget | None = None

    @abstractmethod
    def action_give_up(self) -> None:
        """Leave everything as it was, and close."""

    def action_stay(self) -> None:
        """There is no other pane before this is answered."""

    def take_keyboard(self) -> None:
        """Be there, and get the next key."""
        if self.screen.focused is not self:
            self._before = self.screen.focused
        self.display = True
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide, and give the keyboard back unless something else took it."""
        screen, before = self.screen, self._before
        self.display, self._before = False, None
        if screen.focused in (None, self):
            is_there = before is not None and before.is_attached and before.display
            screen.set_focus(before if is_there else next(iter(screen.focus_chain), None))
        elif isinstance(before, TakesKeyboard):
            before.give_up_unless_asking()

    def on_blur(self) -> None:
        """Something else has the keyboard; where it is none, the terminal was left for a while."""
        if self.screen.focused is not None:
            self.give_up_unless_asking()

    def give_up_unless_asking(self) -> None:
        """End as by Esc, unless this has the keyboard, or a prompt that was opened from here."""
        taker = self.screen.focused
        asks = isinstance(taker, TakesKeyboard) and self in (taker, taker._before)
        if self.display and not asks:
            self.action_give_up()
