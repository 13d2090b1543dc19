"""The slice page: some events of the capture with all they need, into a file of their own."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.opening import Capture, Filter, open_behind
from scaptui.capture.slicing import ENDED, SliceReport, Slicing, Wanted, is_read
from scaptui.driver import has_clipboard
from scaptui.errors import Refused
from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.background import Once
from scaptui.screens.capture import CaptureScreen
from scaptui.screens.keys import Keys, told
from scaptui.screens.opened import Opened
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.cells import Line, Piece, fit_end, shown
from scaptui.views.format import counted
from scaptui.views.slice_form import SliceForm
from scaptui.views.slice_notes import carried, notes_of, write_notes
from scaptui.views.units import Zone
from scaptui.widgets.event_list import EventList
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.slice_form import SlicePane

# How often a look is taken at how far it has come, in seconds.
_LOOK: Final = 0.1
_FIELD_KEYS: Final[Keys] = (("slice.next", "next field"), ("slice.choose", "choose"))
_WRITTEN_KEYS: Final[Keys] = (("slice.open", "open it"), ("slice.copy", "copy path"))


@dataclass(frozen=True)
class SliceAsked:
    """What the page is about.

    Attributes:
        capture: The capture.
        selected: The filter, None for all events.
        filter_text: The same as text.
        span: Numbers of the first and the last event there is.
        zone: The zone of all times.
        first_line: Line 1 for the screen's name and a width.
        filter_line: Line 2 for a width.
        sources: Paths of the capture.
        bookmarks: Its bookmarks.
        between: Events from one number to another that the form begins with; None for all.
        newest: The last event there is for somebody who paused; None for all that come.
    """

    capture: Capture
    selected: Filter | None
    filter_text: str
    span: tuple[int, int]
    zone: Zone
    first_line: Callable[[str, int], Line]
    filter_line: Callable[[int], Line]
    sources: tuple[str, ...]
    bookmarks: Bookmarks
    between: tuple[int, int] | None = None
    newest: int | None = None


class SliceScreen(AskingScreen):
    """Joins the form to its pane; what is written is written beside the screen."""

    AUTO_FOCUS = "#form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "call it off, close", id="slice.close"),
        Binding("ctrl+c", "close", "call it off, close", id="screen.stop"),
    ]

    class Noted(Message):
        """The bookmarks of the slice are written, or why not."""

        def __init__(self, told: str) -> None:
            super().__init__()
            self.told = told

    def __init__(self, asked: SliceAsked) -> None:
        super().__init__("")
        self.asked = asked
        source = asked.sources[0] if asked.sources else ""
        self.model = SliceForm(
            source, asked.filter_text, asked.between or asked.span, sorted(asked.bookmarks.numbers)
        )
        self.model.whole = asked.between is None
        self._counting: Slicing | None = None
        self._writing: Slicing | None = None
        self._replaces_notes = self._carries = False

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield SlicePane(self.model, id="form")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Find out what it would be."""
        self._work.start()
        self._count()
        self.set_interval(_LOOK, self._look)

    def on_unmount(self) -> None:
        """Make nothing more."""
        super().on_unmount()
        for slicing in (self._counting, self._writing):
            if slicing is not None:
                slicing.call_off()

    def on_slice_pane_changed(self) -> None:
        """Count anew what it would be."""
        self.told = ""
        self._count()
        self._redraw_all()

    def on_slice_pane_moved(self) -> None:
        """Another field."""
        self.told = ""
        self._redraw_all()

    def on_slice_pane_write_wanted(self) -> None:
        """Write it, in place of a file only when told twice."""
        form, path = self.model, self.model.path
        if self._writing is not None:
            return
        try:
            wanted = self._wanted(path)
            names = [path, notes_of(path)] if form.carries else [path]
            taken = next((name for name in names if os.path.lexists(name)), "")
            if taken and form.asks != taken:
                form.asks, form.refused = taken, ""
                self._redraw_all()
                return
            form.asks = form.refused = form.noted = ""
            form.report = None
            self._replaces_notes, replaces = bool(taken), taken == path
            self._writing = Slicing(self.asked.capture, wanted, path, replaces=replaces)
            form.going_on = "choosing events"
            self._carries = form.carries
        except Refused as refused:
            self._refuse(refused)
        self._redraw_all()

    def _wanted(self, path: str) -> Wanted:
        if not path.strip():
            raise Refused("no file to write", "type its name")
        if is_read(path, list(self.asked.sources)):
            raise Refused(f"{path!r} is the capture that is read", "name another file")
        return self._chosen()

    def _chosen(self) -> Wanted:
        wanted = self.model.wanted(self.asked.selected)
        return wanted if wanted.last is not None else replace(wanted, last=self.asked.newest)

    def _refuse(self, refused: Refused) -> None:
        self.model.asks = ""
        self.model.refused = shown("; ".join(filter(None, [refused.message, refused.hint])))

    def on_slice_pane_open_wanted(self) -> None:
        """Show what was written in a viewer of its own, above this page."""
        if self.model.report is None:
            self._tell("nothing has been written yet")
            return
        try:
            capture = open_behind([self.model.written])
        except Refused as refused:
            self._tell(shown(refused.message))
            return
        opened = Opened(capture, "", None, self.asked.zone, sources=(self.model.written,))
        self.app.push_screen(SliceViewer(opened))

    def on_slice_pane_copy_wanted(self) -> None:
        """The path to the clipboard of the terminal."""
        if self.model.report is None:
            self._tell("nothing has been written yet")
            return
        path = os.path.abspath(self.model.written)  # noqa: PTH100 - links stay as they are
        if has_clipboard():
            self.app.copy_to_clipboard(shown(path))
            self._tell(f"copied {fit_end(shown(path), self.size.width - 8)}")
        else:
            self._tell(
                fit_end(f"the terminal has no clipboard: {shown(path)}", self.size.width - 1)
            )

    def action_close(self) -> None:
        """Call off what is written; else close the page."""
        if self._writing is not None:
            self._writing.call_off()
        elif self.model.asks:
            self.model.asks = ""
            self._redraw_all()
        else:
            self.dismiss(PageLeft(None))

    # Beside the screen

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.call_off()
        self._counting = None
        try:
            self._counting = Slicing(self.asked.capture, self._chosen())
        except Refused as refused:
            self._refuse(refused)

    def _look(self) -> None:
        """Take a look at both: they run on threads of the core."""
        if self._counting is not None and self._counting.progress[0] in ENDED:
            counting, self._counting = self._counting, None
            if (report := self._report_of(counting)) is not None:
                self.model.expected = report
                self._redraw_all()
        if self._writing is None:
            return
        stage, done, of = self._writing.progress
        if stage not in ENDED:
            share = f", {done:,} of {counted(of, 'event')}" if of else ""
            self.model.going_on = f"{stage}{share}"
            self._redraw_all()
            return
        writing, self._writing = self._writing, None
        self.model.going_on = ""
        report = self._report_of(writing)
        if report is None and not self.model.refused:
            self.model.refused = "called off, there is no file"
        elif report is not None and not report.events:
            self.model.refused = "there is no such event, so there is no file"
        elif report is not None:
            self.model.report, self.model.written = report, str(writing.path)
            self.model.chosen = "written"
            if self._carries:
                self._take_notes(report)
        self._redraw_all()

    def _take_notes(self, report: SliceReport) -> None:
        path, replaces = self.model.written, self._replaces_notes
        marks = carried(self.asked.bookmarks, report)

        def write() -> None:
            try:
                told = write_notes(path, marks, replaces=replaces)
            except Refused as refused:
                told = f"without bookmarks: {shown(refused.message)}"
            self._post(self.Noted(told))

        self._work.give("notes", Once(write))

    def on_slice_screen_noted(self, message: Noted) -> None:
        """Tell it with the report."""
        self.model.noted = message.told
        self._redraw_all()

    def _report_of(self, slicing: Slicing) -> SliceReport | None:
        try:
            return slicing.report()
        except Refused as refused:
            self._refuse(Refused(refused.message))
            return None

    # Drawing

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(SlicePane).redraw()
        self._tell_keys()

    def _tell_keys(self) -> None:
        self.query_one(Footer).tell(told(self, self._keys()))

    def _keys(self) -> Keys:
        """What the keys do now: on the report Enter opens, on a question it answers."""
        form = self.model
        close: Keys = (("slice.close", "close"), ("screen.help", ""))
        if self._writing is not None:
            return (("slice.close", "call it off"), ("screen.help", ""))
        if form.chosen == "written" and not form.asks:
            return (("slice.write slice.open", "open it"), _WRITTEN_KEYS[1], _FIELD_KEYS[0], *close)
        enter = "write over it" if form.asks else "write"
        written = _WRITTEN_KEYS if form.report is not None else ()
        return (("slice.write", enter), *_FIELD_KEYS, *written, *close)

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        return [self.asked.first_line("slice", width), self.asked.filter_line(width)]

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        return [(Piece(fit_end(f" {self.told}", width)),)] if self.told else [()]


class SliceViewer(CaptureScreen):
    """What was written, above the page that wrote it."""

    def action_close(self) -> None:
        """Leave a pane; at the list, back to the page."""
        if isinstance(self.focused, EventList) and self._zoomed is None:
            self._leave()
        else:
            super().action_give_up()

    def action_give_up(self) -> None:
        """Stop a search, leave a pane; at the list, back to the page."""
        is_at_rest = self._sought is None and not self.told
        if is_at_rest and isinstance(self.focused, EventList) and self._zoomed is None:
            self._leave()
        else:
            super().action_give_up()

    def _leave(self) -> None:
        self.capture.close()
        self.app.pop_screen()
