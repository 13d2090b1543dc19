"""The pane of the slice page: its fields, and the report."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.slice_form import TYPED, SliceForm
from scaptui.widgets.editing import EDITING
from scaptui.widgets.lines import LinesView


class SlicePane(LinesView, can_focus=True):
    """Goes from field to field; letters are typed into those that hold text."""

    DEFAULT_CSS = "SlicePane { height: 1fr; }"
    pane_name = "slice"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "write the slice; on the report open it", id="slice.write"),
        Binding("tab,down", "move(1)", "next field", id="slice.next"),
        Binding("shift+tab,up", "move(-1)", "previous field", id="slice.previous"),
        Binding("space", "choose", "choose", id="slice.choose"),
        Binding("O", "open", "open what was written", id="slice.open"),
        Binding("c", "copy", "copy the path of what was written", id="slice.copy"),
    ]

    class Changed(Message):
        """Something else is asked for."""

    class Moved(Message):
        """Another field has the keyboard."""

    class WriteWanted(Message):
        """The slice is to be written."""

    class OpenWanted(Message):
        """What was written is to be opened."""

    class CopyWanted(Message):
        """The path of what was written is wanted."""

    def __init__(self, model: SliceForm, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """The form, and what became of it."""
        lines, _ = self.model.lines(self.size.width, self.size.height)
        return lines

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """Letters are the text's while one is typed in, not other keys' of the screen."""
        return self.model.chosen in TYPED and bool(character and character.isprintable())

    def on_key(self, event: events.Key) -> None:
        """Typing and editing."""
        editor = self.model.editor
        if editor is None:
            return
        before = editor.text
        if event.key in EDITING:
            getattr(editor, EDITING[event.key])()
        elif event.is_printable and event.character:
            editor.insert(event.character)
        else:
            return
        event.stop()
        event.prevent_default()
        self._typed(changed=before != editor.text)

    def on_paste(self, event: events.Paste) -> None:
        """Text from the clipboard."""
        if (editor := self.model.editor) is not None:
            event.stop()
            editor.insert(event.text)
            self._typed()

    def action_move(self, by: int) -> None:
        """Go to another field."""
        self.model.move(by)
        self.redraw()
        self.post_message(self.Moved())

    def action_choose(self) -> None:
        """Turn what the field is about."""
        if self.model.choose():
            self._typed()

    def action_enter(self) -> None:
        """Write; on the report, open."""
        wants_open = self.model.chosen == "written"
        self.post_message(self.OpenWanted() if wants_open else self.WriteWanted())

    def action_open(self) -> None:
        """Open what was written."""
        self.post_message(self.OpenWanted())

    def action_copy(self) -> None:
        """Copy its path."""
        self.post_message(self.CopyWanted())

    def _typed(self, *, changed: bool = True) -> None:
        if changed:
            self.model.changed()
            self.post_message(self.Changed())
        self.redraw()
