"""The filter being typed: line 2, and below it what it means so far and what may come next."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.filter.expression import Expression
from scaptui.views.cells import Line, Piece, width
from scaptui.views.clauses import How
from scaptui.views.filter_lines import about_choice, draw, draw_typed, keys
from scaptui.views.filter_prompt import Answer, FilterPromptModel, Question
from scaptui.widgets.editing import EDITING
from scaptui.widgets.keyboard import TakesKeyboard

_EDITING = {
    **EDITING,
    "ctrl+f": "right",
    "ctrl+left": "word_left",
    "ctrl+right": "word_right",
}


class FilterBar(TakesKeyboard):
    """Edits a filter. Hidden until `open`; it is as high as what it has to say."""

    DEFAULT_CSS = "FilterBar { display: none; height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take", "take the suggestion", id="filter.take"),
        Binding("up", "choose(-1)", "choose, history", id="filter.previous"),
        Binding("down", "choose(1)", "choose, history", id="filter.next"),
        Binding("enter", "apply", "apply", id="filter.apply"),
        Binding("escape,ctrl+c", "cancel", "as before", id="filter.cancel"),
        Binding("ctrl+r", "history", "search the history", id="filter.history"),
        Binding("ctrl+t", "dialect", "other dialect", id="filter.dialect"),
        Binding("f1", "fields", "fields", id="filter.fields"),
        Binding("ctrl+s", "save", "save under a name", id="filter.save"),
    ]

    @dataclass
    class Changed(Message):
        """The text, the choice or a count changed.

        Attributes:
            bar: The sender: its keys and its cursor line changed, too.
            effective: What the list may show meanwhile.
        """

        bar: "FilterBar"
        effective: Expression

    @dataclass
    class Asked(Message):
        """Counts are wanted; the answers go to `answered`."""

        question: Question

    @dataclass
    class Submitted(Message):
        """A filter is to be applied."""

        text: str

    @dataclass
    class Cancelled(Message):
        """The filter from before stays."""

        text: str

    @dataclass
    class SaveAsked(Message):
        """The filter is to be kept under a name."""

        text: str

    @dataclass
    class FieldsAsked(Message):
        """The fields are to be shown, those that contain the word first."""

        word: str

    def __init__(self, model: FilterPromptModel, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model
        self._rows = 24
        # Whether the text was edited since it was understood, and since that was told.
        self._is_edited = self._has_news = False

    def open(self, text: str, rows: int = 24) -> None:
        """Take the keyboard, with this text, on a screen of so many rows."""
        self._rows = rows
        self.model.open(text)
        self.take_keyboard()
        self._changed()

    def add(self, clause: str, how: How) -> None:
        """Add a clause made of a value on the screen and apply the result."""
        self.model.add(clause, how)
        self.action_apply()

    def put_field(self, text: str | None) -> None:
        """Put a field of the page of fields in; None leaves the text as it is."""
        if text is not None:
            self.model.put_field(text)
        self.focus()
        self._changed()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Keys as they are now, with what they do."""
        return keys(self.model)

    @property
    def cursor_line(self) -> Line:
        """What the chosen row is."""
        return about_choice(self.model)

    def answered(self, answer: Answer) -> None:
        """Counts came; nothing is drawn when nobody looks."""
        self.model.answered(answer)
        # Otherwise they are drawn with what is typed.
        if self.display and not self._is_edited:
            self._draw()
            self.post_message(self.Changed(self, self.model.effective))

    def capture_grew(self) -> None:
        """More of the file was read: counts change."""
        self.model.capture_grew()
        if self.display:
            self._ask()

    def on_key(self, event: events.Key) -> None:
        """Typing and editing; other keys are bindings."""
        editor = self.model.editor
        if event.key in _EDITING:
            getattr(editor, _EDITING[event.key])()
        elif event.is_printable and event.character:
            editor.insert(event.character)
        else:
            self._catch_up()
            return
        event.stop()
        event.prevent_default()
        # What is typed is there with the next picture, what it means with the one after that.
        self._is_edited = self._has_news = True
        prompt, cursor = draw_typed(self.model, self._columns)
        self.show((with_cursor(prompt, cursor), *self.lines[1:]))
        self.call_after_refresh(self._understand)

    def _understand(self) -> None:
        if self._has_news and self.display:
            self._catch_up()
            self._changed()

    def _catch_up(self) -> None:
        if self._is_edited:
            self._is_edited = False
            self.model.edited()

    def on_paste(self, event: events.Paste) -> None:
        """Text from the clipboard; its line ends apply nothing."""
        event.stop()
        self._catch_up()
        self.model.type(event.text)
        self._changed()

    def on_resize(self) -> None:
        """More or less room."""
        if self.display:
            self._draw()

    def action_take(self) -> None:
        """Put in what is offered."""
        self.model.take()
        self._changed()

    def action_choose(self, by: int) -> None:
        """Go through what is offered, else through the history."""
        if by < 0:
            self.model.up()
        else:
            self.model.down()
        self._changed()

    def action_apply(self) -> None:
        """Apply the filter, or go to its mistake."""
        text = self.model.submit()
        if text is None:
            self._changed()
            return
        self.close()
        self.post_message(self.Submitted(text))

    def action_cancel(self) -> None:
        """Close what was opened last: a pop-up that was asked for, else the prompt."""
        if self.model.close_choices():
            self._changed()
        else:
            self.action_give_up()

    def action_give_up(self) -> None:
        """Close the prompt."""
        text = self.model.restore()
        self.close()
        self.post_message(self.Cancelled(text))

    def action_history(self) -> None:
        """Offer filters applied before."""
        self.model.search_history()
        self._changed()

    def action_dialect(self) -> None:
        """Say the same in the other dialect."""
        self.model.switch_dialect()
        self._changed()

    def action_save(self) -> None:
        """Ask for a name, for a filter that is right."""
        if self.model.reading.validity == "ok" and self.model.editor.text.strip():
            self.post_message(self.SaveAsked(self.model.editor.text.strip()))
        else:
            self.model.remark = "only a filter that is right can be saved"
            self._changed()

    def action_fields(self) -> None:
        """Show the fields."""
        reading = self.model.reading
        wants_field = reading.completion.wanted == "field"
        self.post_message(self.FieldsAsked(reading.word if wants_field else ""))

    def _changed(self) -> None:
        self._has_news = False
        self._draw()
        self._ask()
        self.post_message(self.Changed(self, self.model.effective))

    def _ask(self) -> None:
        question = self.model.question()
        if question is not None:
            self.post_message(self.Asked(question))

    @property
    def _columns(self) -> int:
        return max(20, self.size.width or self.app.size.width)

    def _draw(self) -> None:
        drawn = draw(self.model, self._columns, self._rows)
        prompt = with_cursor(drawn.lines[0], drawn.cursor)
        if len(drawn.lines) != len(self.lines):
            self.styles.height = len(drawn.lines)
        self.show((prompt, *drawn.lines[1:]))


def with_cursor(line: Line, column: int) -> Line:
    """The line with the cell at a column drawn as a cursor."""
    pieces: list[Piece] = []
    at = 0
    for piece in line:
        cells = width(piece.text)
        if not at <= column < at + cells:
            pieces.append(piece)
            at += cells
            continue
        place = 0
        while at + width(piece.text[: place + 1]) <= column:
            place += 1
        before, under, after = piece.text[:place], piece.text[place], piece.text[place + 1 :]
        pieces += [piece._replace(text=before)] if before else []
        pieces.append(Piece(under, "selection"))
        pieces += [piece._replace(text=after)] if after else []
        at += cells
    return tuple(pieces)
