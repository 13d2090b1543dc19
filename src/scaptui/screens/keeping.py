"""What a person keeps of the events: bookmarks, copies, exports."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, runtime_checkable

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.notes_places import home_of, named_home
from scaptui.capture.selecting import Call, Selection
from scaptui.errors import Refused
from scaptui.screens.asking_for_file import REPLACES, FileAsked
from scaptui.screens.background import Once
from scaptui.screens.copying import copy
from scaptui.screens.opened import Opened, with_saved
from scaptui.screens.panes import PanedScreen
from scaptui.views.bookmark import Bookmark
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.cells import Line, Piece, fit_end, glimpse, line_text, shown
from scaptui.views.event_line import event_line
from scaptui.views.file_names import capture_stem
from scaptui.views.notebook import Notebook
from scaptui.widgets.choice import Choice
from scaptui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from scaptui.screens.asking import PageLeft
    from scaptui.screens.filter_area import FilterArea
    from scaptui.views.colour_rules import Rule


@runtime_checkable
class HoldsUnsaved(Protocol):
    """An app that says at its end what could not be kept."""

    unsaved: Refused | None


_NO_VALUE: Final = "there is no value in this column, h l go to another"
_NO_FILE: Final = "the capture is no file that a command could name"
_NAME: Final = "bookmark"
_FILTER: Final = "saved filter"
_ANOTHER: Final = "another filter"
# Characters of an event's line that are copied.
_LONGEST_LINE: Final = 10_000
_COPIED: Final = (
    ("v", "value"),
    ("l", "line"),
    ("f", "filter"),
    ("p", "command"),
    ("e", "export rows"),
)


class KeepingScreen(PanedScreen):
    """Marks events, copies and exports; files are written beside the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mark", "mark, or unmark", id="events.mark"),
        Binding("M", "mark_named", "mark with a name", id="events.mark_named"),
        Binding("apostrophe,alt+9", "marks", "bookmarks", id="screen.marks"),
        Binding("u", "next_mark", "next mark", id="events.next_mark"),
        Binding("U", "next_mark(True)", "previous mark", id="events.previous_mark"),
        Binding("a", "note", "note on this event", id="events.note"),
        Binding("L", "colours", "colour rules on, off", id="events.rules"),
        Binding("alt+l", "edit_colours", "change colour rules", id="events.edit_rules"),
        Binding("S", "save_filter", "save the filter under a name", id="screen.save_filter"),
        Binding("ctrl+e", "export", "export the rows to a file", id="screen.export"),
    ]

    class MarksFound(Message):
        """Events of bookmarks were found, or bookmarks changed."""

    class KeepingRefused(Message):
        """Bookmarks could not be read or written."""

        def __init__(self, refused: Refused) -> None:
            super().__init__()
            self.refused = refused

    class Exported(Message):
        """A file of rows is written, or why not."""

        def __init__(self, told: str) -> None:
            super().__init__()
            self.told = told

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        homes = [home_of(file) for file in opened.sources]
        if opened.notes:
            homes = [named_home(opened.notes)] * max(1, len(homes))
        self.bookmarks = Bookmarks(self.capture, Notebook(homes))
        self._colours: tuple[Rule, ...] = ()
        # The filter that is to be saved, and a name that another one has.
        self._to_save = self._taken = ""
        self._asks_file = FileAsked(self._ask, self._export_to)

    def on_mount(self) -> None:
        """Read what was kept before."""
        self._work.give("notes", Once(lambda: self._look_at_notes(reads=True)))

    def on_unmount(self) -> None:
        """Nothing that was marked is lost."""
        self._work.drop("export")
        try:
            self.bookmarks.notebook.flush()
        except Refused as refused:
            if isinstance(self.app, HoldsUnsaved):
                self.app.unsaved = refused

    # Beside the screen

    def _look_at_notes(self, *, reads: bool = False) -> None:
        notebook = self.bookmarks.notebook
        try:
            if reads:
                notebook.load()
            notebook.flush()
        except Refused as refused:
            self._post(self.KeepingRefused(refused))
        self.bookmarks.look()
        self._post(self.MarksFound())

    def _grew(self, selection: Selection) -> None:
        if self.bookmarks.look():
            self._post(self.MarksFound())
        super()._grew(selection)

    def on_keeping_screen_marks_found(self) -> None:
        """Show them."""
        self._marks_changed(self.told)

    def on_keeping_screen_keeping_refused(self, message: KeepingRefused) -> None:
        """Say it, in place of what seemed to be done."""
        self._refused(message.refused)

    def on_keeping_screen_exported(self, message: Exported) -> None:
        """Tell where the rows are."""
        self._tell(message.told)

    @property
    def is_paused(self) -> bool:
        """Whether what comes by itself is not shown."""
        return False

    def action_slice(self) -> None:
        """Save events with all they need."""
        from scaptui.screens.slices import SliceAsked, SliceScreen

        read = self.capture.progress()
        asked = SliceAsked(
            capture=self.capture,
            selected=self.compiled,
            filter_text=self.filter_text,
            span=(read.first, read.events),
            zone=self.model.zone,
            first_line=self.first_line,
            filter_line=self.counts_line,
            sources=self._sources or (self._file.name,),
            bookmarks=self.bookmarks,
            newest=read.events if self.is_paused else None,
        )
        self.app.push_screen(SliceScreen(asked), self._left_page)

    def action_crashes(self) -> None:
        """Show what restarts or crashed."""
        from scaptui.screens.crashes import CrashesAsked, CrashesScreen

        asked = CrashesAsked(
            capture=self.capture,
            rows=self.model.selection,
            selected=self.compiled,
            filter_text=self.filter_text,
            zone=self.model.zone,
            first_line=self.first_line,
            strip=self.strip_at,
            sources=self._sources or (self._file.name,),
            bookmarks=self.bookmarks,
        )
        self.app.push_screen(CrashesScreen(asked), self._left_page)

    # Bookmarks

    def action_mark(self) -> None:
        """Mark the cursor's event, or take its mark away."""
        self._keep(self.bookmarks.toggle)

    def action_mark_named(self) -> None:
        """Ask for a name for the cursor's event."""
        call = self.model.current()
        if call is not None:
            mark = self.bookmarks.at(call.number)
            name = mark.name if mark else ""
            self._ask(_NAME, "mark as", "a word for it", name, enter="mark it")

    def action_next_mark(self, backward: bool = False) -> None:  # noqa: FBT001, FBT002 - of a binding
        """Go to the next marked event."""
        call = self.model.current()
        if call is None:
            return
        number = self.bookmarks.next(call.number, backward=backward)
        if number is None:
            where = "above" if backward else "below"
            has = "no bookmark" if self.bookmarks.numbers else "no bookmarks yet, m sets one; none"
            self._tell(f"{has} {where}")
        else:
            self._tell(self.model.goto_number(number))

    def action_marks(self) -> None:
        """Show the bookmarks."""
        self._show_bookmarks()

    def action_note(self) -> None:
        """Write a note on the cursor's event."""
        call = self.model.current()
        if call is None:
            return
        try:
            mark = self.bookmarks.at(call.number) or self.bookmarks.new(call.number)
        except Refused as refused:
            self._refused(refused)
        else:
            self._show_bookmarks(mark)

    def _show_bookmarks(self, annotated: Bookmark | None = None) -> None:
        from scaptui.screens.bookmarks import BookmarksAsked, BookmarksScreen

        call = self.model.current()
        asked = BookmarksAsked(
            capture=self.capture,
            bookmarks=self.bookmarks,
            filter_text=self.filter_text,
            at=None if call is None else call.number,
            zone=self.model.zone,
            first_line=self.first_line,
            annotated=annotated,
        )
        self.app.push_screen(BookmarksScreen(asked), self._left_bookmarks)

    async def _left_bookmarks(self, left: "PageLeft | None") -> None:
        # What was changed last on the page may not be written yet.
        self._work.give("notes", Once(self._look_at_notes))
        self._marks_changed("")
        if left is not None and left.at is not None and left.filter_text is None:
            self._reach(left.at)
        await self._left_page(left)

    def _reach(self, number: int) -> None:
        """Where the filter leaves the event out, show all events."""
        model = self.model
        if self.filter_text and model.selection.number(model.selection.row(number)) != number:
            self.apply("")

    def _keep(self, change: Callable[[int], str]) -> None:
        call = self.model.current()
        if call is None:
            return
        try:
            told = change(call.number)
        except Refused as refused:
            self._refused(refused)
            return
        self._marks_changed(told)
        self._work.give("notes", Once(self._look_at_notes))

    def _marks_changed(self, told: str) -> None:
        self.model.marks = self.bookmarks.roles
        self.marked_times = self.bookmarks.times
        self._tell(told)

    def _said_of(self, call: Call, width: int) -> Line:
        mark = self.bookmarks.at(call.number)
        if mark is None or not mark.line:
            return ()
        return (Piece(" ● ", "mark"), Piece(fit_end(glimpse(mark.line), width - 3)))

    # Copies

    def on_event_list_copy_asked(self) -> None:
        """Ask what of the row."""
        self.query_one("#cursor").display = False
        self.query_one(Choice).offer("copy", _COPIED, "capitals: to a file")

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        """Copy it."""
        self.query_one("#cursor").display = True
        call = self.model.current()
        if message.key == "e":
            self.action_export()
            return
        if call is None or not message.key:
            self._tell("")
        elif text := self._copied(call, message.key):
            self._tell(copy(self.app, text, self.size.width, to_file=message.is_capital))
        else:
            self._tell(_NO_FILE if message.key == "p" else _NO_VALUE)

    def _copied(self, call: Call, key: str) -> str:
        """What a key of the menu stands for, in the form that is safe to paste."""
        if key == "l":
            return event_line(self.capture, call.number, self.model.zone, _LONGEST_LINE)
        if key == "p":
            from scaptui.views.notes_report import command_for

            is_file = self._sources and "-" not in self._sources
            return command_for(self._sources, f"evt.num={call.number}") if is_file else ""
        value = self.model.value()
        if value is None:
            return ""
        if key == "v":
            return shown(value[1])
        from scaptui.screens.filter_area import with_clause

        return shown(with_clause("", *value, "replace"))

    # Saved filters

    def action_save_filter(self) -> None:
        """Ask for a name for the filter."""
        self._save_filter(self.filter_text)

    def on_filter_area_save_wanted(self, message: "FilterArea.SaveWanted") -> None:
        """Ask for a name for what is typed."""
        self._save_filter(message.text)

    def _save_filter(self, text: str) -> None:
        if not text:
            self._tell("there is no filter to save, f sets one")
            return
        self._to_save = text
        hint = "letters, digits, - and _; @NAME is the filter then"
        self._ask(_FILTER, "save filter as", hint, enter="save it")

    def _filter_named(self, name: str, *, replaces: bool) -> None:
        from scaptui.filter.saved import save, saved_filters

        try:
            own = saved_filters().get(name)
            if own is not None and own.is_own and not replaces:
                self._taken = name
                label = f"@{name} is another filter, replace it?"
                self._ask(_ANOTHER, label, "y or Esc", enter=REPLACES)
                return
            path = save(name, with_saved(self._to_save), replaces=replaces)
        except Refused as refused:
            self._refused(refused)
        else:
            self._tell(f"@{name} is this filter from now on, in {shown(str(path))}")

    # Colour rules

    def action_colours(self) -> None:
        """Colour rows by the rules, or no longer."""
        if self.model.colour_rules is not None:
            self.model.colour_rules = None
            self._tell("colour rules are off")
            return
        from scaptui.views.colour_rules import read_rules

        try:
            self._colour_by(self._colours or read_rules())
        except Refused as refused:
            self._refused(refused)

    def action_edit_colours(self) -> None:
        """Show the rules."""
        from scaptui.screens.colours import ColoursScreen
        from scaptui.views.colour_rules import read_rules

        try:
            rules = self._colours or read_rules()
        except Refused as refused:
            self._refused(refused)
            return
        self.app.push_screen(ColoursScreen(rules, self.first_line), self._colours_left)

    def _colours_left(self, rules: "tuple[Rule, ...] | None") -> None:
        if rules is not None:
            self._colour_by(rules)

    def _colour_by(self, rules: "tuple[Rule, ...]") -> None:
        from scaptui.views.colour_rules import ColourRules

        self.model.colour_rules = ColourRules(self.capture, rules)
        self._colours = rules
        self._tell(line_text(self.model.colour_rules.legend()).strip())

    # Rows to a file

    def action_export(self) -> None:
        """Ask for a file for the rows of the list."""
        rows = self.model.rows
        if not rows:
            self._tell("there are no rows to export")
            return
        first = self._sources[0] if self._sources else "-"
        label = f"export {rows:,} {'row' if rows == 1 else 'rows'} to"
        name = f"{capture_stem(first)}.csv"
        self._asks_file.begin(label, name, ".txt .csv .jsonl", enter="export them")

    def _export_to(self, path: Path, *, replaces: bool) -> None:
        from scaptui.screens.exporting import Exporting
        from scaptui.views.row_export import Rows, kind_of

        kind = kind_of(path)
        if kind is None:
            self._tell(f"{shown(path.name)}: how? names end in .txt, .csv or .jsonl")
            return
        model = self.model
        rows = Rows(model.selection, model.rows, model.columns, model.zone)
        told = lambda words: self._post(self.Exported(words))  # noqa: E731
        self._tell(f"writing {rows.number:,} rows")
        self._work.give("export", Exporting(rows, kind, path, told, replaces=replaces))

    # What is typed in the cursor line

    def _ask(self, purpose: str, label: str, hint: str, text: str = "", *, enter: str) -> None:
        self.query_one("#cursor").display = False
        self.query_one(Prompt).ask(purpose, label, hint, text, enter=enter)

    def _was_asked_by_keeping(self, answer: Prompt.Answered) -> bool:
        """Whether an answer was for something here; it is done then."""
        if answer.purpose == _NAME:
            self._tell("")
            if answer.text is not None:
                text = answer.text
                self._keep(lambda number: self.bookmarks.name(number, text))
            return True
        if answer.purpose in {_FILTER, _ANOTHER}:
            self._tell("")
            text = (answer.text or "").strip()
            if answer.purpose == _FILTER and text:
                self._filter_named(text.removeprefix("@"), replaces=False)
            elif text.lower() in {"y", "yes"}:
                self._filter_named(self._taken, replaces=True)
            return True
        return self._asks_file.takes(answer)
