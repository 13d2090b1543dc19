"""The event list: a window of rows over a selection that may still grow, and a cursor on an event.

Nothing here holds rows: what is visible is asked from the core, a window at a time. The cursor is
an *event*, not a position, so that it stays where it is when another filter replaces the selection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from scaptui._core import Call, Capture, Search, Selection, SelectionProgress
from scaptui.views.cells import Line, Piece, Role, fit_line
from scaptui.views.event_rows import (
    Column,
    ColumnSet,
    RowState,
    call_columns,
    chosen_columns,
    raw_columns,
    row_line,
)
from scaptui.views.times import TITLES, Origins, TimeMode, moment_named, next_mode, row_time
from scaptui.views.trail import Trail
from scaptui.views.units import Zone, counted, date

if TYPE_CHECKING:  # loaded when there are rules: with them comes the filter language
    from scaptui.views.colour_rules import ColourRules
    from scaptui.views.rule_marks import RuleMarks

Chosen = Sequence[tuple[str, int | None]]
"""Names of columns with their widths, None for what is left."""
What = Literal["failure", "thread", "fd", "text"]

# How far above the first visible row the previous row of a thread is looked for.
_LOOK_BACK: Final = 256
# Rows from which a window made lower shows what follows the cursor.
_CONTEXT: Final = 4
_NAMES: Final[dict[What, str]] = {
    "failure": "failure",
    "thread": "event of this thread",
    "fd": "event on this descriptor",
    "text": "event with this text",
}


class ListRow(NamedTuple):
    """A drawn row. `row` and `number` are None where a new date begins."""

    row: int | None
    number: int | None
    line: Line
    is_cursor: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """A search under way: step `search` on a worker, then give `EventListModel.found` its end."""

    search: Search
    what: What
    backward: bool
    start: int


class EventListModel:
    """Rows of a selection, seen through a window with a cursor.

    `refresh` takes in what the selection has found meanwhile; everything else answers from what was
    known then.
    """

    def __init__(
        self, capture: Capture, selection: Selection, zone: Zone, *, raw: bool = False
    ) -> None:
        self.capture = capture
        self.zone = zone
        self.marks: Mapping[int, Role] = {}
        """Bookmarked events by their numbers, with the role of their sign."""
        self.rule_marks: RuleMarks | None = None
        """Which events rules match; None without rules."""
        self.colour_rules: ColourRules | None = None
        """Rules that colour rows; None while they are off."""
        self.follow = False
        self.time_mode: TimeMode = "clock"
        self.focus = 0
        """Position of the focused column."""
        self._chosen: dict[bool, Chosen | None] = {}
        self.cells, self.height = 80, 1
        self.top = 0
        self.cursor = 0
        self.margin = 0
        """Blanks behind the heading, where a pane stands at the right."""
        self.note = ""
        """What the heading says in place of the cursor's row."""
        self._selection = selection
        self._raw = raw
        self._progress: SelectionProgress = selection.progress()
        self._event = 0
        """Number of the event under the cursor; 0 before there is one."""
        self._offset: int | None = None
        """Row of the window where the cursor is to stand in a new selection."""
        self._awaited: int | None = None
        self._reference: int | None = None
        self._trail = Trail()
        self._fetched: tuple[int, int, list[Call]] | None = None
        # Rows as they were drawn last: most keys change two of them.
        self._drawn: dict[tuple[int, RowState], Line] = {}
        self._drawn_for: tuple[list[Call], ColumnSet] | None = None
        self._span: tuple[int, int] | None = None

    # What is shown

    @property
    def selection(self) -> Selection:
        """The selection whose rows these are."""
        return self._selection

    @property
    def raw(self) -> bool:
        """Whether every event is a row, not every call."""
        return self._raw

    @property
    def rows(self) -> int:
        """Rows found so far."""
        return self._progress.rows

    @property
    def progress(self) -> SelectionProgress:
        """How far the selection had come at the last refresh."""
        return self._progress

    @property
    def settled(self) -> bool:
        """Whether the cursor has found its event in this selection."""
        return self._offset is None

    @property
    def awaited(self) -> int | None:
        """Number of an event to go to that has not been read yet."""
        return self._awaited

    @property
    def columns(self) -> ColumnSet:
        """Columns at the present width."""
        number = self._number_cells()
        title = TITLES[self.time_mode]
        if self.chosen is not None:
            return chosen_columns(self.chosen, self.cells, number, title)
        return (raw_columns if self._raw else call_columns)(self.cells, number, title)

    @property
    def chosen(self) -> Chosen | None:
        """Columns a person chose for rows of this kind; None for those of the list's width."""
        return self._chosen.get(self._raw)

    @chosen.setter
    def chosen(self, chosen: Chosen | None) -> None:
        self._chosen[self._raw] = chosen

    @property
    def focused(self) -> Column:
        """The focused column."""
        columns = self.columns.columns
        return columns[min(self.focus, len(columns) - 1)]

    def current(self) -> Call | None:
        """The call under the cursor."""
        found = self._calls(self.cursor, self.cursor + 1)
        return found[0] if found else None

    def value(self) -> tuple[str, bytes] | None:
        """Field and captured value of the focused column in the cursor's row; None without one."""
        return self.value_of(self.focused)

    def value_of(self, column: Column) -> tuple[str, bytes] | None:
        """Field and captured value that a column shows in the cursor's row; None without one."""
        call = self.current()
        if call is None or (column.part == "latency" and call.latency is None):
            return None
        fields = [column.field]
        if column.part == "info" and call.path:
            fields = ["fs.path.name", "fd.name"]
        elif column.part == "result" and call.exit_status is not None:
            fields = ["evt.arg.status"]
        texts = self._selection.texts(self.cursor, self.cursor + 1, fields, self.zone.name)
        for field, text in zip(fields, texts[0] if texts else [], strict=False):
            if text:
                return field, text
        return None

    def heading(self) -> Line:
        """Titles of the columns and where the cursor is among the rows."""
        columns = self.columns
        room = columns.width(columns.columns[-1]) - self.margin
        row, rows = counted(self.cursor + 1), counted(self.rows)
        if self.note:
            notes = [self.note]
        elif not self.rows:
            notes = ["no rows" if self._progress.done else "no rows yet"]
        elif self.follow:
            notes = ["tail"]
        else:
            notes = [f"row {row} of {rows}", f"{row} of {rows}", row]
        note = next((note for note in notes if len(note) <= room), notes[-1])
        return columns.heading(self.focus, note, self.margin)

    def lines(self) -> list[ListRow]:
        """The rows of the window, at most `height`."""
        columns = self.columns
        stop = min(self.rows, self.top + self.height)
        calls = self._calls(self.top, stop)
        texts: list[list[bytes | None]] = []
        if columns.fields:
            texts = self._selection.texts(self.top, stop, columns.fields, self.zone.name)
        times = self._times(calls, columns)
        ruled = self.rule_marks.among(calls) if self.rule_marks else frozenset()
        coloured: Mapping[int, tuple[str, Role]] = {}
        if self.colour_rules is not None:
            coloured = self.colour_rules.among([call.number for call in calls])
        drawn_for, self._drawn_for = self._drawn_for, (calls, columns)
        kept = self._drawn if drawn_for == self._drawn_for else {}
        self._drawn = {}
        shown: list[ListRow] = []
        day = self._day_above()
        for at, call in enumerate(calls):
            if day is not None and (today := date(call.ts, self.zone)) != day:
                day = today
                line = fit_line((Piece(f"        {today}", "muted", bold=True),), self.cells)
                shown.append(ListRow(None, None, line, is_cursor=False))
            row = self.top + at
            state = RowState(
                time=times[at],
                cursor=row == self.cursor,
                marked=self.marks.get(call.number),
                ruled=call.number in ruled,
                coloured=coloured.get(call.number),
                texts=tuple(texts[at]) if at < len(texts) else (),
            )
            line = kept.get((row, state)) or row_line(call, columns, state)
            self._drawn[row, state] = line
            shown.append(ListRow(row, call.number, line, is_cursor=row == self.cursor))
        return self._with_cursor(shown)

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

    def focus_by(self, columns: int) -> None:
        """Focus a column further left or right."""
        self.focus = max(0, min(self.focus + columns, len(self.columns.columns) - 1))

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

    # Times

    def cycle_time(self) -> str:
        """Show times in the next way; its title."""
        self.time_mode = next_mode(self.time_mode)
        if self.time_mode == "reference" and self._reference is None:
            self.time_mode = next_mode(self.time_mode)
        return TITLES[self.time_mode]

    def set_reference(self) -> bool:
        """Count times from the cursor's event; whether there is one."""
        call = self.current()
        if call is None:
            return False
        self._reference, self.time_mode = call.ts, "reference"
        return True

    # Within

    def _calls(self, start: int, stop: int) -> list[Call]:
        start, stop = max(0, start), min(stop, self.rows)
        if stop <= start:
            return []
        if self._fetched and self._fetched[0] <= start and stop <= self._fetched[1]:
            first, _, calls = self._fetched
            return calls[start - first : stop - first]
        calls = self._selection.calls(start, stop)
        if stop - start > 1:
            self._fetched = (start, start + len(calls), calls)
        return calls

    def _times(self, calls: list[Call], columns: ColumnSet) -> list[str]:
        cells = next((columns.width(c) for c in columns.columns if c.part == "time"), 0)
        if not cells:
            return [""] * len(calls)
        span = self._span
        start = span[0] if span else None
        previous: int | None = None
        threads: dict[int | None, int] = {}
        if self.time_mode in {"previous", "thread"}:
            reach = _LOOK_BACK if self.time_mode == "thread" else 1
            for call in self._selection.calls(max(0, self.top - reach), self.top):
                previous = call.ts
                threads[call.tid] = call.ts
        times: list[str] = []
        for call in calls:
            origins = Origins(start, self._reference, previous, threads.get(call.tid))
            times.append(row_time(call.ts, self.time_mode, origins, self.zone, cells))
            previous = call.ts
            threads[call.tid] = call.ts
        return times

    def _day_above(self) -> str | None:
        """The date before the window's first row; None where all is of one day."""
        span = self._span
        if span is None or date(span[0], self.zone) == date(span[1], self.zone):
            return None
        above = self._selection.calls(self.top - 1, self.top) if self.top else []
        return date(above[0].ts if above else span[0], self.zone)

    def _with_cursor(self, shown: list[ListRow]) -> list[ListRow]:
        """As many rows as fit. Where dates take rows, those above the cursor go first."""
        over = len(shown) - self.height
        if over <= 0:
            return shown
        cursor = next((at for at, row in enumerate(shown) if row.is_cursor), 0)
        first = max(0, min(over, cursor - self.height + 1))
        return shown[first : first + self.height]

    def _number_cells(self) -> int:
        """Digits the numbers of this capture take, also of what is not read yet."""
        progress = self.capture.progress()
        events = progress.events
        if progress.bytes_total and progress.bytes_read and not progress.done:
            events = max(events, events * progress.bytes_total // progress.bytes_read)
        return max(5, len(str(events)))

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
