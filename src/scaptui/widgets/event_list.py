"""The event list: its rows, and the keys that move in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from scaptui.views.cells import Line, Piece
from scaptui.views.event_list import EventListModel, What
from scaptui.views.status import explanation
from scaptui.widgets.lines import LinesView

# How long a single g waits for a second one.
_SECOND_G: Final = 0.6
_MOST_DIGITS: Final = 12


class EventList(LinesView, can_focus=True):
    """Draws the rows of its model, the heading first, and moves its cursor."""

    DEFAULT_CSS = "EventList { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next row", id="list.down"),
        Binding("k,up", "move(-1)", "previous row", id="list.up"),
        Binding("space,pagedown,ctrl+f", "page(1)", "page down", id="list.page_down"),
        Binding("b,pageup,ctrl+b", "page(-1)", "page up", id="list.page_up"),
        Binding("ctrl+d", "half_page(1)", "half a page down", id="list.half_down"),
        Binding("ctrl+u", "half_page(-1)", "half a page up", id="list.half_up"),
        # gg is no key of a terminal: on_key sees to it, and this is for the help page.
        Binding("gg,home", "first", "first row", id="list.first"),
        Binding("G,end", "last", "last row; 123G event 123", id="list.last"),
        Binding("l,right", "focus_column(1)", "next column", id="list.right"),
        Binding("h,left", "focus_column(-1)", "previous column", id="list.left"),
        Binding("e", "seek('failure')", "next failure", id="events.failure"),
        Binding("E", "seek('failure',True)", "previous failure", id="events.failure_back"),
        Binding("o", "seek('thread')", "next of the thread", id="events.thread"),
        Binding("O", "seek('thread',True)", "previous of the thread", id="events.thread_back"),
        Binding("r", "seek('fd')", "next on the descriptor", id="events.descriptor"),
        Binding("R", "seek('fd',True)", "previous on it", id="events.descriptor_back"),
        Binding("x", "partner", "enter or exit of the call", id="events.partner"),
        Binding("+", "clause('and')", "filter on this value", id="list.and"),
        Binding("-", "clause('and not')", "filter it out", id="list.and_not"),
        Binding("|", "clause('or')", "or this value", id="list.or"),
        Binding('"', "clause('replace')", "filter on this value alone", id="list.replace"),
        Binding("c", "copy", "copy", id="list.copy"),
        Binding("y", "explain", "explain call and error", id="list.explain"),
        Binding("d,f6", "dig", "filter on its process", id="events.dig"),
        Binding("enter", "open", "details", id="events.open"),
        Binding("t", "time", "next way to tell times", id="events.time"),
        Binding("T", "reference", "times count from here", id="events.reference"),
        Binding("F", "tail", "stay at the last row", id="events.tail"),
        Binding("D", "raw", "enter and exit on rows of their own", id="events.raw"),
        Binding("left_square_bracket", "back", "back to where you were", id="events.back"),
        Binding("right_square_bracket", "forward", "forward again", id="events.forward"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another event, or rows look different.

        Attributes:
            told: What to say; None keeps what is said.
        """

        told: str | None = ""

    @dataclass
    class Sought(Message):
        """The next event of some kind is wanted."""

        what: What
        backward: bool

    @dataclass
    class ClauseWanted(Message):
        """A value on the screen is to become part of the filter."""

        field: str
        value: bytes | None
        how: str

    class CopyAsked(Message):
        """Something of the row is to be copied."""

    @dataclass
    class RawWanted(Message):
        """Rows are to be calls, or events, whichever they are not now."""

    @dataclass
    class Opened(Message):
        """Enter: more about the row under the cursor."""

    def __init__(self, model: EventListModel, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model
        self.digits = ""
        self._first_g: Timer | None = None
        self._has_heading = True
        # What stands there while there is no row.
        self.when_empty = ""

    @property
    def has_heading(self) -> bool:
        """Whether the titles of the columns stand above the rows."""
        return self._has_heading

    @has_heading.setter
    def has_heading(self, has: bool) -> None:
        if has != self._has_heading:
            self._has_heading = has
            self._fit()

    def on_resize(self) -> None:
        """Rows for another size."""
        self._fit()
        self.post_message(self.Moved(None))

    def _fit(self) -> None:
        taken = 1 if self._has_heading else 0
        self.model.resize(self.size.width, max(1, self.size.height - taken))
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """Heading and rows as the model has them now."""
        rows = [row.line for row in self.model.lines()]
        if not rows and self.when_empty:
            rows = [(Piece(f" {self.when_empty}", "muted"),)]
        return [self.model.heading(), *rows] if self._has_heading else rows

    def on_key(self, event: events.Key) -> None:
        """Counts before a key, and gg."""
        character = event.character or ""
        if character.isdigit() and character.isascii() and (self.digits or character != "0"):
            self.digits = (self.digits + character)[:_MOST_DIGITS]
            self.post_message(self.Moved(f"{self.digits}  G goes to this event"))
            event.stop()
        elif event.key == "g":
            event.stop()
            if self._first_g is None:
                self._first_g = self.set_timer(_SECOND_G, self.action_first)
            else:
                self.action_first()
        elif event.key == "escape" and self.digits:
            event.stop()
            self.digits = ""
            self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        rows = self.model.lines()
        at = event.y - (1 if self._has_heading else 0)
        if 0 <= at < len(rows):
            row = rows[at].row
            if row is not None:
                self.model.select(row)
                self._moved()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three rows down."""
        event.stop()
        self.action_move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three rows up."""
        event.stop()
        self.action_move(-3)

    def action_move(self, rows: int) -> None:
        """Move by rows, so many times as was typed before."""
        self.model.move(rows * self._count())
        self._moved()

    def action_page(self, pages: int) -> None:
        """Turn pages."""
        self.model.page(pages * self._count())
        self._moved()

    def action_half_page(self, halves: int) -> None:
        """Turn half pages."""
        self.model.half_page(halves * self._count())
        self._moved()

    def action_first(self) -> None:
        """Go to the first row, or with a number before gg to that event."""
        if self._first_g is not None:
            self._first_g.stop()
            self._first_g = None
        if self.digits:
            self.action_last()
        else:
            self.model.home()
            self._moved()

    def action_last(self) -> None:
        """Go to the last row; with a number before to the event of that number."""
        if self.digits:
            self._moved(self.model.goto_number(self._count()))
        elif self.model.progress.done:
            self.model.end()
            self._moved()
        else:
            # While the file is read the last row is a moving one: stay with it.
            self.model.tail(on=True)
            self._moved()

    def action_focus_column(self, columns: int) -> None:
        """Focus another column, the one whose value + takes."""
        self.model.focus_by(columns * self._count())
        self._moved()

    def action_seek(self, what: What, backward: bool = False) -> None:  # noqa: FBT001, FBT002 - of a binding
        """Go to the next event of a kind."""
        self.digits = ""
        self.post_message(self.Sought(what, backward))

    def action_partner(self) -> None:
        """Go to the other half of the call."""
        self._moved(self.model.partner())

    def action_clause(self, how: str) -> None:
        """Filter on the value in the focused column."""
        value = self.model.value()
        if value is None:
            self._moved("there is no value in this column, h l go to another")
        else:
            self.post_message(self.ClauseWanted(*value, how))

    def action_copy(self) -> None:
        """Ask what to copy."""
        self.post_message(self.CopyAsked())

    def action_explain(self) -> None:
        """Tell what the call is for, and what its error says."""
        call = self.model.current()
        self._moved("" if call is None else explanation(call))

    def action_dig(self) -> None:
        """Filter on the process of the cursor's event."""
        call = self.model.current()
        if call is None or call.pid is None:
            self._moved("this event is of no process")
        else:
            self.post_message(self.ClauseWanted("proc.pid", str(call.pid).encode(), "and"))

    def action_open(self) -> None:
        """Show more about the row under the cursor."""
        self.post_message(self.Opened())

    def action_time(self) -> None:
        """Tell times in the next way."""
        self.model.cycle_time()
        self._moved()

    def action_reference(self) -> None:
        """Count times from the cursor's event."""
        self.model.set_reference()
        self._moved()

    def action_tail(self) -> None:
        """Stay at the last row, or stop that."""
        self.model.tail(on=not self.model.follow)
        self._moved()

    def action_raw(self) -> None:
        """One row a call, or one an event."""
        self.post_message(self.RawWanted())

    def action_back(self) -> None:
        """Go to where the cursor was before the last jump."""
        self._moved("" if self.model.back() else "nowhere to go back to")

    def action_forward(self) -> None:
        """Undo going back."""
        self._moved("" if self.model.forward() else "nowhere to go forward to")

    def _count(self) -> int:
        count, self.digits = int(self.digits or "1"), ""
        return count

    def _moved(self, told: str = "") -> None:
        self.digits = ""
        # To the screen at once, which draws the list with all that follows its cursor: were the
        # list drawn here and the message passed from pane to pane, a key would make two pictures.
        self.screen.post_message(self.Moved(told))
