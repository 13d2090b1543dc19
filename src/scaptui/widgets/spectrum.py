"""The pane of latencies over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line
from scaptui.views.latency_page import LatencyPage
from scaptui.widgets.lines import LinesView

Act = Literal["filter", "events", "call", "all", "longer", "shorter"]


class SpectrumPane(LinesView, can_focus=True):
    """Cells of time and latency, with a cursor and a box."""

    pane_name = "latency"
    DEFAULT_CSS = "SpectrumPane { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1, 0)", "later", id="list.down"),
        Binding("k,up", "move(-1, 0)", "earlier", id="list.up"),
        Binding("l,right", "move(0, 1)", "slower", id="list.right"),
        Binding("h,left", "move(0, -1)", "faster", id="list.left"),
        Binding("pagedown,ctrl+f", "move(10, 0)", "ten rows on", id="list.page_down"),
        Binding("pageup,ctrl+b", "move(-10, 0)", "ten rows back", id="list.page_up"),
        Binding("g,home", "move(-1000000000, 0)", "first row", id="list.first"),
        Binding("G,end", "move(1000000000, 0)", "last row", id="list.last"),
        Binding("space", "mark", "begin a box, forget it", id="latency.box"),
        Binding("enter", "act('filter')", "filter on the box", id="latency.filter"),
        Binding("d", "act('events')", "events of the box", id="latency.events"),
        Binding("c", "act('call')", "its commonest call alone", id="latency.call"),
        Binding("0", "act('all')", "all calls again", id="latency.all"),
        Binding("plus", "act('longer')", "longer rows", id="latency.longer"),
        Binding("minus", "act('shorter')", "shorter rows", id="latency.shorter"),
    ]

    class Moved(Message):
        """Another cell or box."""

    @dataclass
    class Wanted(Message):
        """Something is to be done."""

        act: Act

    def __init__(self, page: LatencyPage, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.page = page
        self._pressed: tuple[int, int] | None = None

    def on_resize(self) -> None:
        """Rows for another size."""
        self.redraw()

    def action_move(self, rows: int, columns: int) -> None:
        """Go to another cell."""
        self.page.move(rows, columns)
        self.post_message(self.Moved())

    def action_mark(self) -> None:
        """Begin a box here, or forget it."""
        self.page.mark()
        self.post_message(self.Moved())

    def action_act(self, act: Act) -> None:
        """Ask the screen."""
        self.post_message(self.Wanted(act))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The cursor goes there; a box may begin."""
        self._pressed = self.page.cell_at(event.x, event.y)
        if self._pressed is not None:
            self.page.draw_box(self._pressed, self._pressed)
            self.post_message(self.Moved())

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A box ends where the button is let go."""
        begin, end = self._pressed, self.page.cell_at(event.x, event.y)
        self._pressed = None
        if begin is not None and end is not None:
            self.page.draw_box(begin, end)
            self.post_message(self.Moved())

    def make_lines(self) -> Sequence[Line]:
        """Scale and rows."""
        return self.page.lines(self.size.width, self.size.height)
