"""The page of bookmarks: a list of them, and the note of the one under the cursor."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message

from scaptui.capture.opening import Capture
from scaptui.errors import Refused
from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.asking_for_file import FileAsked
from scaptui.screens.background import Once
from scaptui.screens.copying import copy
from scaptui.screens.keys import Keys, prompt_keys, told
from scaptui.views.arrangement import WIDE
from scaptui.views.bookmark import Bookmark
from scaptui.views.bookmark_page import BookmarkPage, Marked, Span, marked_events
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.cells import Line, Piece, Role, fit_middle, shown
from scaptui.views.event_line import event_line
from scaptui.views.units import Zone
from scaptui.widgets.bookmark_panes import BookmarkList, NotePane
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.prompt import Prompt

_LIST_KEYS: Final[Keys] = (
    ("bookmarks.event", "go to event"),
    ("bookmarks.note", "note"),
    ("bookmarks.name", "name"),
    ("bookmarks.delete", "delete"),
    ("bookmarks.copy", "copy"),
    ("bookmarks.export", "export all"),
    ("screen.help", "help"),
    ("bookmarks.close", ""),
)
_NOTE_KEYS: Final[Keys] = (
    ("note.save", "save"),
    ("note.leave", "leave it"),
    ("screen.commands", "commands"),
)
# From so many lines on there is room for list and note below each other.
_BOTH: Final = 20
# Characters of an event's line that are copied.
_MOST_COPIED: Final = 10_000


@dataclass(frozen=True)
class BookmarksAsked:
    """The page that is wanted.

    Attributes:
        capture: The capture.
        bookmarks: Its bookmarks.
        filter_text: The filter of the list, empty for none.
        at: The event under the list's cursor.
        zone: The zone of all times.
        first_line: Line 1 for the screen's name and a width.
        annotated: The bookmark, of the event `at`, whose note is to be written at once; it is kept
            when the note is.
    """

    capture: Capture
    bookmarks: Bookmarks
    filter_text: str
    at: int | None
    zone: Zone
    first_line: Callable[[str, int], Line]
    annotated: Bookmark | None = None


class BookmarksScreen(AskingScreen):
    """Joins the model of the page to its widgets; bookmarks are written beside the screen."""

    AUTO_FOCUS = "#bookmarks"
    DEFAULT_CSS = """
    BookmarksScreen #pages { height: 1fr; width: 1fr; overflow: hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,apostrophe,alt+9", "close", "close", id="bookmarks.close"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("ctrl+c", "close", "close", id="screen.stop"),
    ]

    class Looked(Message):
        """The rows are known."""

        def __init__(self, rows: list[Marked], refused: Refused | None) -> None:
            super().__init__()
            self.rows = rows
            self.refused = refused

    class Counted(Message):
        """How many events lie in a span."""

        def __init__(self, span: Span, events: int) -> None:
            super().__init__()
            self.span = span
            self.events = events

    def __init__(self, asked: BookmarksAsked) -> None:
        super().__init__("")
        self.asked = asked
        self.model = BookmarkPage(asked.zone)
        self._begins_at = asked.at
        self._writes_note = asked.annotated is not None
        # The bookmark that is kept only when its note is.
        self._begun: dict[int, Bookmark] = {}
        if asked.annotated and asked.at is not None and asked.bookmarks.at(asked.at) is None:
            self._begun = {asked.at: asked.annotated}
        # The event whose note is in the pane, and the note that Esc once more drops.
        self._noted: int | None = None
        self._doubted: str | None = None
        self._base: Span | None = None
        self._counts: dict[tuple[int, int], int] = {}
        self._file = FileAsked(self._ask, self._export)

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        with Container(id="pages"):
            yield BookmarkList(self.model, id="bookmarks")
            yield MadeLines(lambda _, height: [(Piece("│", "muted"),)] * height, id="border")
            yield NotePane(id="note")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Prompt(id="prompt")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Read what is kept, and look up the events."""
        self.query_one("#border").styles.width = 1
        self._work.give("look", Once(lambda: self._look(reads=True)))
        self._work.start()

    def on_descendant_focus(self) -> None:
        """Where there is no room for both, the pane that has the keyboard is shown."""
        self._place()

    # Beside the screen

    def _look(self, *, reads: bool = False) -> None:
        bookmarks, refused = self.asked.bookmarks, None
        try:
            if bookmarks.notebook.has_changes:
                bookmarks.notebook.flush()
            elif reads:
                bookmarks.notebook.load()
        except Refused as error:
            refused = error
        bookmarks.look()
        rows = marked_events(self.asked.capture, bookmarks, self._begun)
        self._post(self.Looked(rows, refused))

    def _count(self, span: Span) -> None:
        from scaptui.screens.opened import compiled_filter

        events = self.asked.capture.count(compiled_filter(span.filter_text))
        self._post(self.Counted(span, events))

    def on_bookmarks_screen_looked(self, message: Looked) -> None:
        """Show them."""
        self.model.show(message.rows, self._begins_at)
        self._begins_at = None
        if message.refused is not None:
            self.told = "; ".join(filter(None, [message.refused.message, message.refused.hint]))
        self._moved()
        if self._writes_note:
            self._writes_note = False
            self.on_bookmark_list_wanted(BookmarkList.Wanted("note"))

    def on_bookmarks_screen_counted(self, message: Counted) -> None:
        """Tell it with the span."""
        self._counts[message.span.first, message.span.last] = message.events
        self._redraw_all()

    # The list

    def on_rows_pane_moved(self) -> None:
        """Another note."""
        self.told = ""
        self._moved()

    def on_bookmark_list_wanted(self, message: BookmarkList.Wanted) -> None:
        """Do it."""
        row = self.model.current
        if row is None:
            self._tell("no bookmarks yet, m sets one in the list of events")
            return
        match message.wish:
            case "event" if row.number is not None:
                self._leave(PageLeft(row.number))
            case "span" | "base" | "compare":
                self._use_span(message.wish)
            case "note" if row.number is not None:
                pane = self.query_one(NotePane)
                if not pane.editor.is_whole:
                    self._tell("this note is too long to be written here")
                self.set_focus(pane)
            case "name" if row.number is not None:
                hint = "a word for it, empty for none"
                self._ask("name", "name", hint, row.mark.name, enter="name it")
            case "delete":
                self._change(lambda: self.asked.bookmarks.forget(row.mark))
                self._tell("deleted, m in the list of events sets it again")
            case "copy":
                self._tell(copy(self.app, self._text_of(row), self.size.width))
            case "export":
                self._file.begin("write Markdown to", self._default_name())
            case _:
                self._tell("the event of this bookmark is not in this capture")

    def _use_span(self, wish: str) -> None:
        span = self.model.span()
        if span is None:
            self._tell("a span has two ends, Space measures from a bookmark")
        elif wish == "span":
            self._leave(PageLeft(span.first, span.filter_text))
        elif wish == "base":
            self._base = span
            self._tell(f"A compares another span with {span.name}")
        else:
            from scaptui.screens.comparing import compare_spans

            asked = self.asked
            page = compare_spans(asked, span.named, self._base.named if self._base else None)
            self._base = None
            self.app.push_screen(page, self._left_comparison)

    def _left_comparison(self, left: PageLeft | None) -> None:
        if left is not None and (left.at is not None or left.then):
            self._leave(left)

    def on_bookmark_list_colour_wanted(self, message: BookmarkList.ColourWanted) -> None:
        """Draw it in another colour."""
        row = self.model.current
        if row is not None and row.number is not None:
            number = row.number
            self._change(lambda: self.asked.bookmarks.colour(number, message.colour))

    # The note

    def on_note_pane_saved(self, message: NotePane.Saved) -> None:
        """Keep it, unless another window has changed it meanwhile."""
        number, pane = self._noted, self.query_one(NotePane)
        if number is None:
            return
        known = self.asked.bookmarks.at(number)
        if known is not None and known.note != pane.editor.saved.rstrip():
            pane.editor.saved = known.note
            self._tell("another window changed this note meanwhile, Ctrl+S once more takes yours")
            pane.redraw()
            return
        if self._change(lambda: self.asked.bookmarks.annotate(number, message.text)):
            pane.editor.saved = message.text.rstrip()
            self._begun = {}
            self._tell("")

    def on_note_pane_left(self) -> None:
        """The list; where there was no bookmark there is none now, so all is as before."""
        if self._begun:
            self.action_close()
        elif not self._keeps_note():
            row = self.model.current
            self.query_one(NotePane).editor.open(row.mark.note if row else "")
            self.set_focus(self.query_one("#bookmarks"))
            self._tell("")

    def on_note_pane_lost(self) -> None:
        """A click does not drop what was written; without that it leaves the note."""
        if self.query_one(NotePane).editor.has_changes:
            self._go_on_writing()
        elif self._begun:
            self._begun = {}
            self._work.give("look", Once(self._look))

    def _keeps_note(self) -> bool:
        """Whether a note is not saved; asked again, the same one is meant to be dropped."""
        editor = self.query_one(NotePane).editor
        if not editor.has_changes or editor.text == self._doubted:
            return False
        self._doubted = editor.text
        self._go_on_writing()
        return True

    def _go_on_writing(self) -> None:
        self.set_focus(self.query_one(NotePane))
        self._tell("not saved: Ctrl+S saves, Esc once more drops what was written")

    def on_note_pane_told(self, message: NotePane.Told) -> None:
        """Say it."""
        self._tell(message.told)

    # What is asked for in the cursor line

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Take a name for the bookmark, or for the file."""
        self.query_one("#cursor").display = True
        row = self.model.current
        self._tell("")
        if self._file.takes(message) or message.text is None or row is None:
            return
        if message.purpose == "name" and row.number is not None:
            number, name = row.number, message.text
            self._change(lambda: self.asked.bookmarks.name(number, name))

    # Leaving

    def action_close(self) -> None:
        """Back to the events."""
        self._leave(PageLeft(None))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self._leave(PageLeft(None, then="filter"))

    def holds_back(self) -> bool:
        """Whether there is a note that is not saved; it says so."""
        return self._keeps_note()

    def _leave(self, left: PageLeft) -> None:
        if not self._keeps_note():
            self.dismiss(left)

    # Within

    def _change(self, change: Callable[[], object]) -> bool:
        try:
            change()
        except Refused as refused:
            self._tell("; ".join(filter(None, [refused.message, refused.hint])))
            return False
        self.told = ""
        self._work.give("look", Once(self._look))
        return True

    def _moved(self) -> None:
        row, pane = self.model.current, self.query_one(NotePane)
        number = None if row is None else row.number
        if not pane.editor.has_changes:
            title = "" if row is None else f"note on {'-' if number is None else number}"
            note = row.mark.note if row else ""
            if title != pane.title or note.rstrip() != pane.editor.saved.rstrip():
                pane.editor.open(note)
            pane.title, self._noted = title, number
        elif number != self._noted:
            # The wheel moves in the list also while a note is written.
            self.model.show(self.model.rows, self._noted)
            row = self.model.current
            self._go_on_writing()
        pane.heading_state = self._state(row)
        span = self.model.span()
        if span is not None and (span.first, span.last) not in self._counts:
            self._work.give("count", Once(lambda: self._count(span)))
        self._place()
        self._redraw_all()

    def _state(self, row: Marked | None) -> tuple[str, Role]:
        if self.asked.bookmarks.notebook.unsaved is not None:
            return "not saved", "warning"
        colour = row.mark.colour if row is not None else "magenta"
        return ("" if colour == "magenta" else colour), "muted"

    def _text_of(self, row: Marked) -> str:
        note = "\n".join(shown(line) for line in row.mark.note.split("\n"))
        if row.number is None:
            return note
        line = event_line(self.asked.capture, row.number, self.asked.zone, _MOST_COPIED)
        return "\n".join(filter(None, [line, note]))

    def _default_name(self) -> str:
        place = self.asked.bookmarks.notebook.place
        name = place[0].name.removesuffix(".notes.json") if place else "capture"
        return f"{name}.notes.md"

    def _export(self, path: Path, *, replaces: bool) -> None:
        rows = list(self.model.rows)

        def made() -> Iterable[str]:
            from scaptui.views.notes_report import Noted, report

            return report(Noted.of(self.asked.capture, rows, self.asked.zone))

        self._write_beside(path, made, over=replaces)

    def _place(self) -> None:
        width, height = self.size
        note = isinstance(self.focused, NotePane)
        beside, both = width >= WIDE, height >= _BOTH
        pages = self.query_one("#pages")
        pages.styles.layout = "horizontal" if beside else "vertical"
        self.query_one("#border").display = beside
        self.query_one("#bookmarks").display = beside or both or not note
        self.query_one("#note").display = beside or both or note
        room = height - 4
        rows = "1fr"
        if both and not beside:
            rows = str(max(4, min(len(self.model.rows) + 3, room // 2)))
        self.query_one("#bookmarks").styles.height = rows
        self.query_one("#note").styles.width = max(51, width // 3) if beside else "1fr"

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(BookmarkList).redraw()
        self.query_one(NotePane).redraw()

    def _tell_keys(self) -> None:
        wanted = _NOTE_KEYS if isinstance(self.focused, NotePane) else _LIST_KEYS
        if isinstance(self.focused, Prompt):
            wanted = prompt_keys(self.focused)
        self.query_one(Footer).tell(told(self, wanted))

    def _kept(self) -> str:
        notebook = self.asked.bookmarks.notebook
        if notebook.refused is not None:
            return "not kept, see below"
        if notebook.unsaved is not None:
            return "not saved yet"
        place = notebook.place
        if place is None:
            return "kept until the viewer is closed"
        path, reason = place
        return f"kept in {shown(str(path) if reason else path.name)}"

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        first = self.asked.first_line("bookmarks", width)
        kept = fit_middle(self._kept(), max(8, width - 36))
        return [first, self.model.filter_line(self.asked.filter_text, kept, width)]

    def _cursor_lines(self, _width: int, _height: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {self.told}"),)]
        span = self.model.span()
        return [self.model.span_line(self._counts.get((span.first, span.last)) if span else None)]
