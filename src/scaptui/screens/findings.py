"""Pages of findings: failed calls in groups, and requests from process to process."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.opening import Capture, Filter
from scaptui.errors import Refused
from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.background import Once
from scaptui.screens.frame import Frame
from scaptui.screens.keys import DROPS_FILTER, Keys, told
from scaptui.views.cells import Line, Piece
from scaptui.views.findings import Findings, FindingsPage
from scaptui.widgets.findings_pane import FindingsPane
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines

_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("findings.events", "its events"),
    ("findings.event", "to event"),
    ("screen.filter", "filter"),
    ("findings.close", "back"),
)
_OF_A_ROW: Final = ("findings.events", "findings.event")


def errors_screen(frame: Frame, selected: Filter | None) -> "FindingsScreen":
    """Failed calls in groups, those that tell most first."""

    def look(capture: Capture) -> Findings:
        from scaptui.views.failures import ranked
        from scaptui.views.found import failure_findings

        return failure_findings(ranked(capture, selected), frame.filter_text)

    return ErrorsScreen(frame, "errors", "ranking failed calls", look)


def request_screen(frame: Frame, event: int, fd: int | None) -> "FindingsScreen":
    """The request that a connection is part of, from process to process."""

    def look(capture: Capture) -> Findings:
        from scaptui.views.request import request_findings, request_of

        return request_findings(request_of(capture, event, fd))

    return FindingsScreen(frame, "request", "following the request", look)


class FindingsScreen(AskingScreen):
    """Joins the model of the page to its widgets."""

    AUTO_FOCUS = "#findings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,backspace", "close", "back to the events", id="findings.close"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
    ]

    class Found(Message):
        """All is known."""

        def __init__(self, findings: Findings, hint: str = "") -> None:
            super().__init__()
            self.findings = findings
            self.hint = hint

    def __init__(
        self,
        frame: Frame,
        name: str,
        doing: str,
        look: Callable[[Capture], Findings],
        kept: FindingsPage | None = None,
    ) -> None:
        super().__init__("" if kept else doing)
        self.frame = frame
        self._page_name = name
        self._find = look
        self._is_kept = kept is not None
        self.model = kept or FindingsPage(Findings(""))

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        pane = FindingsPane(id="findings")
        pane.pane_name = self._page_name
        pane.model = self.model
        yield pane
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Begin to look, unless the page was only left for a moment."""
        if not self._is_kept:
            self._work.give("findings", Once(self._look))
        self._work.start()

    def _look(self) -> None:
        try:
            self._post(self.Found(self._find(self.frame.capture)))
        except Refused as refused:
            self._post(self.Found(Findings("", nothing=str(refused)), refused.hint))

    def on_findings_screen_found(self, message: Found) -> None:
        """Show what was found."""
        read = self.frame.capture.progress().done
        self.told = message.hint or ("" if read else "so far: the capture is still being read")
        self.model = FindingsPage(message.findings)
        self.query_one(FindingsPane).model = self.model
        self._tell_keys()
        self._redraw_all()

    def on_rows_pane_moved(self) -> None:
        """Tell of the row the cursor is on now."""
        self.told = ""
        self._redraw_all()

    def on_findings_pane_event_wanted(self, message: FindingsPane.EventWanted) -> None:
        """Leave for events."""
        text = message.filter_text or ("" if self.frame.filter_text else None)
        self.dismiss(PageLeft(message.event, text, back=self._again))

    def _again(self) -> "FindingsScreen":
        name, doing = self._page_name, ""
        return type(self)(self.frame, name, doing, self._find, self.model)

    def action_close(self) -> None:
        """Back to the events."""
        self.dismiss(PageLeft(None))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self.dismiss(PageLeft(None, then="filter"))

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(FindingsPane).redraw()

    def _tell_keys(self) -> None:
        wanted = _KEYS
        if self.model.row is None:
            wanted = tuple(each for each in _KEYS if each[0] not in _OF_A_ROW)
        self.query_one(Footer).tell(told(self, wanted))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        first = self.frame.first_line(self._page_name, width)
        return [first, self.model.title_line(self.frame.filter_text, width)]

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {self.told}"),)]
        return [self.model.cursor_line(width)]


class ErrorsScreen(FindingsScreen):
    """Failed calls among the events of the filter."""

    BINDINGS: ClassVar[list[BindingType]] = [DROPS_FILTER]

    def action_drop_filter(self) -> None:
        """All failed calls."""
        self._drop_filter(self.frame.filter_text, "errors")
