"""A line to type in where the cursor line stands: find, go to."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Piece
from scaptui.views.line_editor import LineEditor
from scaptui.widgets.editing import EDITING
from scaptui.widgets.keyboard import TakesKeyboard


class Prompt(TakesKeyboard):
    """One line with a label. Hidden until `ask` is called."""

    DEFAULT_CSS = "Prompt { display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "take it", id="prompt.take"),
        Binding("escape,ctrl+c", "give_up", "as before", id="prompt.cancel"),
    ]

    @dataclass
    class Answered(Message):
        """Enter was pressed, or Esc: then `text` is None."""

        purpose: str
        text: str | None

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.purpose = ""
        self.enter = ""
        """What Enter does, for line 24."""
        self._label = ""
        self._hint = ""
        self._editor = LineEditor()

    def ask(self, purpose: str, label: str, hint: str, text: str = "", *, enter: str) -> None:
        """Take the keyboard until there is an answer; `enter` says what becomes of it."""
        self.purpose, self._label, self._hint, self.enter = purpose, label, hint, enter
        self._editor = LineEditor(text)
        self.take_keyboard()
        self._draw()

    def on_resize(self) -> None:
        """Show what there is room for; before it is first drawn it has no size."""
        if self.display:
            self._draw()

    def action_answer(self) -> None:
        """Take what was typed."""
        self._answer(self._editor.text)

    def action_give_up(self) -> None:
        """Leave everything as it was."""
        self._answer(None)

    def on_key(self, event: events.Key) -> None:
        """Typing and editing."""
        if event.key in EDITING:
            getattr(self._editor, EDITING[event.key])()
        elif event.is_printable and event.character:
            self._editor.insert(event.character)
        else:
            return
        event.stop()
        event.prevent_default()
        self._draw()

    def on_paste(self, event: events.Paste) -> None:
        """Text from the clipboard."""
        event.stop()
        self._editor.insert(event.text)
        self._draw()

    def _answer(self, text: str | None) -> None:
        self.close()
        self.post_message(self.Answered(self.purpose, text))

    def _draw(self) -> None:
        text, cursor = self._editor.text, self._editor.cursor
        # A long text scrolls so that its cursor stays in sight.
        # Hidden until now it has no size yet; it is as wide as the screen.
        room = max(8, (self.size.width or self.screen.size.width) - len(self._label) - 4)
        start = max(0, cursor - room)
        under = text[cursor : cursor + 1] or " "
        line = (
            Piece(f" {self._label} ", "accent"),
            Piece(text[start:cursor]),
            Piece(under, "selection"),
            Piece(text[cursor + 1 :]),
            Piece("  "),
            Piece(self._hint, "muted"),
        )
        self.show([line])
