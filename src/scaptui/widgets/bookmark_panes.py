"""Panes of the page of bookmarks: the list, and the note of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.bookmark import COLOURS, Colour
from scaptui.views.bookmark_page import BookmarkPage
from scaptui.views.cells import Line, Piece, Role, pane_heading
from scaptui.views.note_editor import NoteEditor
from scaptui.widgets.editing import EDITING, MOVING
from scaptui.widgets.lines import LinesView
from scaptui.widgets.rows_pane import ModelPane

Wish = Literal["event", "span", "base", "compare", "note", "name", "delete", "copy", "export"]


class BookmarkList(ModelPane[BookmarkPage]):
    """The bookmarks; what is wanted of the one under the cursor is told to the screen."""

    pane_name = "bookmarks"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "wish('event')", "go to event", id="bookmarks.event"),
        Binding("a,tab", "wish('note')", "note", id="bookmarks.note"),
        Binding("n", "wish('name')", "name", id="bookmarks.name"),
        Binding("d,delete", "wish('delete')", "delete", id="bookmarks.delete"),
        Binding("c", "wish('copy')", "copy", id="bookmarks.copy"),
        Binding("M", "wish('export')", "export all", id="bookmarks.export"),
        Binding("space", "anchor", "measure from here", id="bookmarks.anchor"),
        Binding("s", "wish('span')", "events of the span", id="bookmarks.span"),
        Binding("A", "wish('compare')", "compare the span with the rest", id="bookmarks.compare"),
        Binding("B", "wish('base')", "compare others with this span", id="bookmarks.base"),
        *(
            Binding(str(place), f"colour('{colour}')", colour, id=f"bookmarks.{colour}")
            for place, colour in enumerate(COLOURS, 1)
        ),
    ]

    @dataclass
    class Wanted(Message):
        """Something is to be done with the bookmark under the cursor, or with all."""

        wish: Wish

    @dataclass
    class ColourWanted(Message):
        """The bookmark is to have another colour."""

        colour: Colour

    def action_anchor(self) -> None:
        """Measure from this bookmark."""
        self.model.drop_anchor()
        self.post_message(self.Moved())

    def action_wish(self, wish: Wish) -> None:
        """Tell what is wanted."""
        self.post_message(self.Wanted(wish))

    def action_colour(self, colour: Colour) -> None:
        """Ask for a colour."""
        self.post_message(self.ColourWanted(colour))


class NotePane(LinesView, can_focus=True):
    """The note; it takes what is typed once it has the keyboard."""

    pane_name = "note"
    DEFAULT_CSS = "NotePane { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", id="note.save"),
        Binding("escape,tab,shift+tab", "leave", "leave it", id="note.leave"),
        Binding("up", "vertical(-1)", "line up", id="note.up"),
        Binding("down", "vertical(1)", "line down", id="note.down"),
        Binding("pageup", "vertical(-10)", "page up", id="note.page_up"),
        Binding("pagedown", "vertical(10)", "page down", id="note.page_down"),
    ]

    @dataclass
    class Saved(Message):
        """The note is to be kept."""

        text: str

    class Left(Message):
        """The list is wanted again."""

    class Lost(Message):
        """Something else took the keyboard."""

    @dataclass
    class Told(Message):
        """Something is to be said."""

        told: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.editor = NoteEditor()
        self.title = ""
        self.heading_state: tuple[str, Role] = ("", "muted")

    def make_lines(self) -> Sequence[Line]:
        """Heading and text."""
        width, height = self.size
        if not self.title:
            return []
        state, role = self.heading_state
        if self.editor.has_changes:
            state, role = "not saved", "warning"
        heading = pane_heading(self.title, state, width, focused=self.has_focus, role=role)
        text = self.editor.lines(width - 2, max(1, height - 1), focused=self.has_focus)
        return [heading, *((Piece(" "), *line) for line in text)]

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def on_blur(self) -> None:
        """Tell of it, unless the terminal was left for a while."""
        if self.screen.focused is not None:
            self.post_message(self.Lost())

    def on_key(self, event: events.Key) -> None:
        """Typing and editing; other keys are bindings."""
        if event.key in MOVING or (event.key in EDITING and self.editor.is_whole):
            getattr(self.editor, EDITING[event.key])()
        elif event.key == "enter":
            self._insert("\n")
        elif event.is_printable and event.character:
            self._insert(event.character)
        else:
            return
        event.stop()
        event.prevent_default()
        self.redraw()

    def on_paste(self, event: events.Paste) -> None:
        """Text from the clipboard."""
        event.stop()
        self._insert(event.text)
        self.redraw()

    def action_save(self) -> None:
        """Ask for it to be kept."""
        if self.editor.is_whole:
            self.post_message(self.Saved(self.editor.text))

    def action_leave(self) -> None:
        """Ask for the list."""
        self.post_message(self.Left())

    def action_vertical(self, by: int) -> None:
        """Go up or down."""
        self.editor.vertical(by, self.size.width - 2)
        self.redraw()

    def _insert(self, text: str) -> None:
        if not self.editor.put(text):
            self.post_message(self.Told("a note has at most 65,536 characters: not put in"))

    def _selection_changed(self) -> None:
        self.redraw()
