"""The crash page: what restarts or crashed, each run, and why it ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.opening import Capture, Filter
from scaptui.errors import Refused
from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.background import Once
from scaptui.screens.keys import Keys, told
from scaptui.views.arrangement import TALL, fits
from scaptui.views.cells import Line, Piece
from scaptui.views.crash_finding import crashes
from scaptui.views.crash_page import CrashPage
from scaptui.views.crashes import Crashes
from scaptui.views.units import Zone
from scaptui.widgets.crash_panes import CrashEvidence, CrashPane, CrashRuns
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines

_RUN_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("crashes.events", "events of the run"),
    ("crashes.event", "to event"),
    ("crashes.pane", "evidence"),
    ("screen.filter", "filter"),
    ("crashes.close", "close"),
)
_EVIDENCE_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("crashes.event", "to event"),
    ("crashes.pane", "runs"),
    ("screen.filter", "filter"),
    ("crashes.close", "close"),
)
_OF_A_RUN: Final = ("crashes.events", "crashes.event", "crashes.pane")


@dataclass(frozen=True)
class CrashesAsked:
    """The page that is wanted.

    Attributes:
        capture: The capture.
        selected: The filter, None for all events; it chooses programs.
        filter_text: The same as text.
        zone: The zone of all times.
        first_line: Line 1 for the screen's name and a width.
        strip: The strip and its marks, for a time (ns) and a width.
    """

    capture: Capture
    selected: Filter | None
    filter_text: str
    zone: Zone
    first_line: Callable[[str, int], Line]
    strip: Callable[[int | None, int], Sequence[Line]]


class CrashesScreen(AskingScreen):
    """Joins the model of the page to its widgets."""

    AUTO_FOCUS = "#runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,K", "close", "close", id="crashes.close"),
        Binding("tab,shift+tab", "other_pane", "runs or evidence", id="crashes.pane"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
    ]

    class Found(Message):
        """All is known."""

        def __init__(self, found: Crashes) -> None:
            super().__init__()
            self.found = found

    def __init__(self, asked: CrashesAsked) -> None:
        super().__init__("looking for what restarts or crashed")
        self.asked = asked
        self.model = CrashPage(Crashes(), asked.zone, known=False)

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield MadeLines(lambda width, _: self.asked.strip(self._moment, width), id="strip")
        yield CrashRuns(self.model, id="runs")
        yield CrashEvidence(self.model, id="evidence")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Begin to look."""
        self._work.give("crashes", Once(self._look))
        self._work.start()

    def on_resize(self, event: events.Resize) -> None:
        """Places for another size."""
        self.set_class(not fits(*event.size), "small")
        self._place()
        self.call_after_refresh(self._tell_keys)

    def on_descendant_focus(self) -> None:
        """Other keys do something now."""
        self._tell_keys()

    def _look(self) -> None:
        try:
            self._post(self.Found(crashes(self.asked.capture, self.asked.selected)))
        except Refused as refused:
            self._post(self.Refusal(refused))

    def on_crashes_screen_found(self, message: Found) -> None:
        """Show what was found."""
        self.told = ""
        self.model = CrashPage(message.found, self.asked.zone)
        for pane in self.query(CrashPane):
            pane.model = self.model
        self._place()
        self._tell_keys()
        self._redraw_all()

    def on_rows_pane_moved(self) -> None:
        """Tell of the run the cursor is on now."""
        self.told = ""
        self._redraw_all()

    def on_crash_pane_event_wanted(self, message: CrashPane.EventWanted) -> None:
        """Leave for an event, or for the events of a run."""
        text = message.filter_text or ("" if self.asked.filter_text else None)
        self.dismiss(PageLeft(message.event or None, text))

    def action_close(self) -> None:
        """Back to the events."""
        self.dismiss(PageLeft(None))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self.dismiss(PageLeft(None, then="filter"))

    def action_other_pane(self) -> None:
        """From the runs to the evidence, and back."""
        other = "#runs" if isinstance(self.focused, CrashEvidence) else "#evidence"
        self.query_one(other).focus()

    @property
    def _moment(self) -> int | None:
        run = self.model.run
        return None if run is None else run.ended

    def _place(self) -> None:
        height = self.size.height
        has_strip = height >= TALL
        self.query_one("#strip").display = has_strip
        room = height - (6 if has_strip else 4)
        rows = max(3, min(self.model.wanted_rows(), room // 2))
        self.query_one("#runs").styles.height = rows if self.model.rows else 1

    def _redraw_all(self) -> None:
        super()._redraw_all()
        for pane in self.query(CrashPane):
            pane.redraw()

    def _tell_keys(self) -> None:
        wanted = _EVIDENCE_KEYS if isinstance(self.focused, CrashEvidence) else _RUN_KEYS
        if not self.model.rows:
            wanted = tuple(each for each in wanted if each[0] not in _OF_A_RUN)
        self.query_one(Footer).tell(told(self, wanted))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        first = self.asked.first_line("crashes", width)
        return [first, self.model.filter_line(self.asked.filter_text, width)]

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {self.told}"),)]
        return [self.model.cursor_line(width)]
