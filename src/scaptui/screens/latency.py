"""The screen of latencies over time."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.background import STEP_MS, Once, Pace
from scaptui.screens.keys import EVENTS_KEYS, Keys, told
from scaptui.screens.rest import Rest
from scaptui.views.cells import Line, Piece
from scaptui.views.latency import LatencyQuery, SpectrumRow
from scaptui.views.latency_page import LatencyPage, spectrum_width, steps_per_decade
from scaptui.views.view_query import Row, ViewQuery, ViewTable, joined, usual_order
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.spectrum import SpectrumPane

if TYPE_CHECKING:
    from scaptui.screens.views import ViewsAsked

_PACE: Final = 1.0
_PAUSE: Final = 0.04
# Lines about the box below the rows.
_BOX_LINES: Final = 6
_LOW: Final = 18
_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("latency.box", "box"),
    ("latency.filter", "filter on it"),
    ("latency.events", "events"),
    ("latency.longer latency.shorter", "row time"),
    ("latency.call", "one call"),
    ("latency.all", "all"),
    ("latency.close", "close"),
)


class _Counting:
    """Steps the counts; `grew` is called, on the thread, at a pace and at the end."""

    def __init__(self, screen: "LatencyScreen", query: LatencyQuery) -> None:
        self._screen = screen
        self._query = query
        self._pace = Pace(_PACE)
        self._told = -1

    def step(self) -> bool:
        before = self._query.looked
        done = self._query.step(STEP_MS, yields=True)
        if done or (self._query.looked != self._told and self._pace.due()):
            self._told = self._query.looked
            self._screen.grew(self._query)
        elif self._query.looked == before:
            time.sleep(_PAUSE)
        return done


class LatencyScreen(AskingScreen):
    """Joins the model of the page to its widgets."""

    DEFAULT_CSS = """
    LatencyScreen #box { height: 6; }
    LatencyScreen #body { height: 1fr; width: 1fr; overflow: hidden; }
    LatencyScreen #spectrum { width: 1fr; }
    LatencyScreen #side { height: 1fr; }
    """
    AUTO_FOCUS = "#spectrum"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"q,escape,backspace,{EVENTS_KEYS}", "close", "close", id="latency.close"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
    ]

    class Grew(Message):
        """There are other counts."""

        def __init__(self, query: LatencyQuery, rows: list[SpectrumRow]) -> None:
            super().__init__()
            self.query = query
            self.rows = rows

    class Filled(Message):
        """What is in a box is known."""

        def __init__(self, text: str, contents: ViewTable, longest: Row | None) -> None:
            super().__init__()
            self.text = text
            self.contents = contents
            self.longest = longest

    def __init__(self, asked: "ViewsAsked", page: LatencyPage) -> None:
        super().__init__("")
        self.asked = asked
        self.page = page
        self._rest = Rest(self, self._fill)

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        with Horizontal(id="body"):
            yield SpectrumPane(self.page, id="spectrum")
            yield MadeLines(self.page.side_lines, id="side")
        yield MadeLines(self.page.cell_lines, id="box")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Begin to count."""
        self._work.start()

    def _place(self) -> None:
        width, side = self.size.width, self.query_one("#side")
        side.display = spectrum_width(width) < width
        side.styles.width = max(1, width - spectrum_width(width))
        self.query_one("#box").display = not side.display
        self.query_one("#box").styles.height = _BOX_LINES if self.size.height >= _LOW else 1
        per_decade = steps_per_decade(width)
        if per_decade != self.page.query.per_decade:
            self.page.ask(per_decade=per_decade)
        self._count()

    def _tell_keys(self) -> None:
        self.query_one(Footer).tell(told(self, _KEYS))

    def _count(self) -> None:
        self._work.give("latency", _Counting(self, self.page.query))

    def grew(self, query: LatencyQuery) -> None:
        """On the working thread: hand on what was counted."""
        self._post(self.Grew(query, query.rows()))

    def on_latency_screen_grew(self, message: Grew) -> None:
        """Show it."""
        if message.query is self.page.query:
            self.page.take(message.rows)
            self._changed()

    def on_spectrum_pane_moved(self) -> None:
        """Tell of the box."""
        self.told = ""
        self._changed()

    def _changed(self) -> None:
        self.page.contents = self.page.longest = None
        self._redraw_all()
        self._rest.wait()

    def _fill(self) -> None:
        text = self.page.box_filter()
        query, longest = self.page.contents_query(), self.page.longest_query()

        def told(query: ViewQuery) -> ViewTable:
            while not query.step(STEP_MS) and query.looked < self.asked.capture.progress().events:
                pass
            return query.table(usual_order(query.view))

        def fill() -> None:
            contents = told(query)
            first = None if longest is None else next(iter(told(longest).rows(0, 1)), None)
            self._post(self.Filled(text, contents, first))

        self._work.give("box", Once(fill))

    def on_latency_screen_filled(self, message: Filled) -> None:
        """Show what is in the box, unless it is another by now."""
        if message.text == self.page.box_filter():
            self.page.contents, self.page.longest = message.contents, message.longest
            self._redraw_all()

    def on_spectrum_pane_wanted(self, message: SpectrumPane.Wanted) -> None:
        """Do something with the box, or with the rows."""
        page = self.page
        match message.act:
            case "events":
                text = joined((page.scope, page.box_filter()))
                again = lambda: LatencyScreen(self.asked, page)  # noqa: E731
                self.dismiss(PageLeft(None, text, back=again))
                return
            case "filter":
                page.narrow(page.box_filter())
            case "call":
                page.narrow(page.common_call())
            case "all":
                page.widen()
            case "longer" | "shorter":
                page.ask(step_ns=page.slower(1 if message.act == "longer" else -1))
        self._count()
        self._changed()

    def _changed_filter(self) -> str | None:
        text = self.page.filter_text
        return text if text != self.asked.filter_text else None

    def action_close(self) -> None:
        """Back, with the filter of the page."""
        self.dismiss(PageLeft(None, self._changed_filter()))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self.dismiss(PageLeft(None, self._changed_filter(), then="filter"))

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(SpectrumPane).redraw()

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        return [self.asked.first_line("latency", width), self.page.status_line(width)]

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {self.told}"),)]
        return [self.page.cursor_line(width)]
