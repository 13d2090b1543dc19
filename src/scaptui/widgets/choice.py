"""A line that offers a few things by one key each, where the cursor line stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line, Piece
from scaptui.widgets.keyboard import TakesKeyboard


class Choice(TakesKeyboard):
    """Hidden until `offer` is called; the next key is the answer."""

    DEFAULT_CSS = "Choice { display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q", "give_up", "as before", id="choice.cancel"),
    ]

    @dataclass
    class Chosen(Message):
        """A key was pressed, or Esc: then `key` is empty. `is_capital`: with Shift."""

        key: str
        is_capital: bool = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label = ""
        self._offered: tuple[tuple[str, str], ...] = ()
        self._hint = ""

    def offer(self, label: str, offered: Sequence[tuple[str, str]], hint: str = "") -> None:
        """Take the keyboard for one key of those offered; the first also answers Enter."""
        self._label, self._offered, self._hint = label, tuple(offered), hint
        self.take_keyboard()
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """The line."""
        pieces = [Piece(f" {self._label}", "accent")]
        for key, words in self._offered:
            pieces += [Piece(f"  {key}", "accent"), Piece(f" {words}")]
        return [(*pieces, Piece(f"  {self._hint}", "muted"))]

    def on_key(self, event: events.Key) -> None:
        """Take a key that is offered; others do nothing."""
        keys = [key for key, _ in self._offered]
        character = event.character or ""
        if event.key == "enter":
            character = keys[0]
        if event.key in {"escape", "ctrl+c", "q"}:
            return
        event.stop()
        event.prevent_default()
        if character.lower() in keys:
            self._answer(character.lower(), is_capital=character.isupper())

    def action_give_up(self) -> None:
        """Leave everything as it was."""
        self._answer("", is_capital=False)

    def _answer(self, key: str, *, is_capital: bool) -> None:
        self.close()
        self.post_message(self.Chosen(key, is_capital))
