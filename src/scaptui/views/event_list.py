"""The event list: moving and searching in a selection that may still grow.

The cursor is an *event*, not a position, so that it stays where it is when another filter replaces
the selection.
"""

from dataclasses import dataclass
from typing import Final, Literal

from scaptui._core import Capture, Search, Selection
from scaptui.views.event_window import EventWindow
from scaptui.views.times import moment_named
from scaptui.views.trail import Trail
from scaptui.views.units import Zone

What = Literal["failure", "thread", "fd", "text"]

# Rows from which a window made lower shows what follows the cursor.
_CONTEXT: Final = 4
_NAMES: Final[dict[What, str]] = {
    "failure": "failure",
    "thread": "event of this thread",
    "fd": "event on this descriptor",
    "text": "event with this text",
}


@dataclass(frozen=True, slots=True)
class Sought:
    """A search under way: step `search` on a worker, then give `EventListModel.found` its end."""

    search: Search
    what: What
    backward: bool
    start: int


class EventListModel(EventWindow):
    """Rows of a selection, seen through a window with a cursor.

    `refresh` takes in what the selection has found meanwhile; everything else answers from what was
    known then.
    """

    def __init__(
        self, capture: Capture, selection: Selection, zone: Zone, *, raw: bool = False
    ) -> None:
        super().__init__(capture, selection, zone, raw=raw)
        self._event = 0
        """Number of the event under the cursor; 0 before there is one."""
        self._offset: int | None = None
        """Row of the window where the cursor is to stand in a new selection."""
        self._awaited: int | None = None
        self._trail = Trail()

    @property
    def awaited(self) -> int | None:
        """Number of an event to go to that has not been read yet."""
        return self._awaited

    # What changes by itself

    def refresh(self, span: tuple[int, int] | None = None) -> bool:
        """Take in what the selection has found since; whether anything changed.

        `span` are the times of the capture as far as it is read, for who knows them already:
        asking for them may have to wait for the reader.
        """
        self._span = span or self.capture.span()
        before = (self._progress.looked, self._progress.rows, self._progress.done)
        self._progress = progress = self._selection.progress()
        changed = before != (progress.looked, progress.rows, progress.done)
        if changed:
            self._fetched = None
        if self._offset is not None:
            changed |= self._settle()
        elif self.follow:
            changed |= self._put(self.rows - 1)
        elif self._event:
            # Rows of calls that never returned come last, and may come above the cursor.
            row = self._selection.row(self._event)
            if row != self.cursor and row < self.rows:
                self.top = max(0, self.top + row - self.cursor)
                self.cursor = row
                changed = True
        elif self.rows:
            changed |= self._put(self.cursor)
        if self._awaited is not None and (self._reached(self._awaited) or progress.done):
            awaited, self._awaited = self._awaited, None
            changed |= self._jump(self._selection.row(awaited))
        return changed

    def replace(self, selection: Selection, *, raw: bool | None = None) -> None:
        """Show another selection. The cursor stays on its event, or goes to the next one there."""
        self._selection = selection
        self._raw = self._raw if raw is None else raw
        self._fetched = None
        if self._offset is None:
            self._offset = self.cursor - self.top
        self._progress = selection.progress()
        self.cursor = self.top = 0
        self.refresh(self._span)

    def resize(self, cells: int, height: int) -> None:
        """Give the window another size. The cursor stays in it."""
        height = max(1, height)
        # What follows the cursor's row is looked for next: one row of it stays in sight.
        below = 1 if _CONTEXT <= height < self.height else 0
        self.cells, self.height = cells, height
        self.top = max(0, min(self.top, self.cursor))
        if self.cursor + below >= self.top + self.height:
            self.top = self.cursor - self.height + 1 + below
        self._fill()

    # Moving

    def move(self, rows: int) -> bool:
        """Move the cursor by so many rows; whether it moved."""
        return self._put(self.cursor + rows)

    def page(self, pages: int) -> bool:
        """Turn pages: window and cursor move together."""
        return self._shift(pages * self.height)

    def half_page(self, halves: int) -> bool:
        """Turn half pages."""
        return self._shift(halves * max(1, self.height // 2))

    def home(self) -> bool:
        """Go to the first row."""
        return self._jump(0)

    def end(self) -> bool:
        """Go to the last row."""
        return self._jump(self.rows - 1)

    def select(self, row: int) -> bool:
        """Put the cursor on a row, as a click does; whether it moved."""
        return self._put(row)

    def goto(self, text: str) -> str:
        """Go to an event number or a time; what to tell, empty when all is said by the row.

        Raises:
            Refused: the text is neither.
        """
        text = text.strip()
        if text.replace(",", "").isdecimal():
            return self.goto_number(int(text.replace(",", "")))
        span = self.capture.span()
        if span is None:
            return "nothing has been read yet"
        call = self.current()
        at = moment_named(text, self.zone, span[0], call.ts if call else span[0])
        self.goto_time(at)
        if at < span[0]:
            return "the capture begins after that time"
        return "the capture ends before that time" if at > span[1] else ""

    def goto_time(self, ts: int) -> bool:
        """Go to the first row at or after a time, ns; whether the cursor moved."""
        return self._jump(self._selection.row_at(max(0, ts)))

    def goto_number(self, number: int) -> str:
        """Go to an event by its number, or wait for it; what to tell."""
        # Beyond 32 bits there is no event, and the core does not take the number.
        number = max(1, min(number, 2**32 - 1))
        if not self._reached(number) and not self._progress.done:
            self._awaited = number
            return f"event {number:,} has not been read yet, Esc stops waiting"
        row = self._selection.row(number)
        self._jump(row)
        if row >= self.rows:
            return f"there is no event {number:,}, this is the last one here"
        found = self._selection.number(row)
        if found == number:
            return ""
        return f"event {number:,} is not in this list, this is the next one"

    def stop_waiting(self) -> bool:
        """Wait no longer for an event; whether one was awaited."""
        waited, self._awaited = self._awaited is not None, None
        return waited

    def partner(self) -> str:
        """Go from enter to exit and back; what to tell when that is no row."""
        call = self.current()
        if call is None or call.partner is None:
            return "no other half of this call was recorded"
        row = self._selection.row(call.partner)
        if self._selection.number(row) == call.partner:
            self._jump(row)
            return ""
        if self._raw:
            return f"the other half, event {call.partner:,}, is not in this list"
        return f"one row a call: the other half is event {call.partner:,}, D shows both"

    def back(self) -> bool:
        """Go to where the cursor was before the last jump; whether there was such a place."""
        return self._revisit(self._trail.back(self._event))

    def forward(self) -> bool:
        """Undo `back`."""
        return self._revisit(self._trail.forward(self._event))

    def tail(self, *, on: bool) -> None:
        """Stay on the last row while rows come, or stop that. Any move up stops it, too."""
        self.follow = on
        if on:
            self._put(self.rows - 1)
            self.follow = True

    # Searching

    def seek(self, what: What, *, backward: bool = False, text: str = "") -> Sought | None:
        """A search from the cursor's row; None without rows."""
        if not self.rows or self.without(what):
            return None
        search = Search(self._selection, self.cursor, what=what, backward=backward, text=text)
        return Sought(search, what, backward, self.cursor)

    def without(self, what: What) -> str:
        """Why the cursor's row has nothing of this kind to look for; empty when it has."""
        call = self.current()
        if what == "fd" and call is not None and (call.fd is None or call.fd < 0):
            return "this call works on no descriptor"
        if what == "thread" and call is not None and call.tid is None:
            return "this event is of no thread"
        return ""

    def found(self, sought: Sought, row: int | None) -> str:
        """Go to the row that a search ended at; what to tell."""
        if row is not None:
            self._jump(row)
            return ""
        where = "above" if sought.backward else "below"
        return f"no {_NAMES[sought.what]} {where}"

    # Within

    def _reached(self, number: int) -> bool:
        return self._progress.looked >= number

    def _settle(self) -> bool:
        """Find the cursor's event in a new selection, as soon as that was looked at."""
        if not (self._progress.done or self._reached(self._event)):
            return False
        offset, self._offset = self._offset or 0, None
        event = self._event
        self.cursor = max(0, min(self._selection.row(event), self.rows - 1))
        self.top = max(0, self.cursor - offset)
        self._fill()
        # The event itself stays remembered: a filter without it may be taken back.
        self._event = event or (self._selection.number(self.cursor) or 0)
        return True

    def _put(self, row: int) -> bool:
        """Put the cursor on a row and scroll by a third of the window when it leaves it."""
        row = max(0, min(row, self.rows - 1))
        moved = row != self.cursor
        if row < self.cursor:
            self.follow = False
        third = max(1, self.height // 3)
        if row < self.top:
            self.top = max(0, min(row, self.top - third))
        elif row >= self.top + self.height:
            self.top = max(row - self.height + 1, self.top + third)
        self.cursor = row
        self._fill()
        self._remember()
        return moved

    def _jump(self, row: int) -> bool:
        """Put the cursor on a row anywhere; `[` comes back from there."""
        before = self._event
        row = max(0, min(row, self.rows - 1))
        inside = self.top <= row < self.top + self.height
        if row < self.cursor:
            self.follow = False
        moved = row != self.cursor
        if not inside:
            self.top = max(0, row - self.height // 3)
        self.cursor = row
        self._fill()
        self._remember()
        if moved and before:
            self._trail.leave(before)
        return moved

    def _shift(self, rows: int) -> bool:
        top = max(0, min(self.top + rows, self.rows - self.height))
        moved = top != self.top
        if rows < 0:
            self.follow = False
        offset = self.cursor - self.top
        if moved:
            self.top = top
            row = top + offset
        else:
            row = 0 if rows < 0 else self.rows - 1
        return self._put(row) or moved

    def _fill(self) -> None:
        """Leave no rows empty below the last one while there are some above the window."""
        self.top = max(0, min(self.top, self.rows - self.height))

    def _remember(self) -> None:
        if self.rows:
            # Most often it is in the window: asking the core may have to wait for the reader.
            call = self.current()
            self._event = call.number if call else 0
            self._offset = None

    def _revisit(self, event: int | None) -> bool:
        if event is None:
            return False
        row = max(0, min(self._selection.row(event), self.rows - 1))
        if not self.top <= row < self.top + self.height:
            self.top = max(0, row - self.height // 3)
        self.cursor = row
        self._fill()
        self._event = event
        return True
