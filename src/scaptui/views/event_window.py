"""A window of rows of events as they are drawn: columns, values, times.

Nothing here holds rows: what is visible is asked from the core, a window at a time.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from scaptui._core import Call, Capture, Selection, SelectionProgress
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
from scaptui.views.times import TITLES, Origins, TimeMode, next_mode, row_time
from scaptui.views.units import Zone, counted, date

if TYPE_CHECKING:  # loaded when there are rules: with them comes the filter language
    from scaptui.views.colour_rules import ColourRules
    from scaptui.views.rule_marks import RuleMarks

Chosen = Sequence[tuple[str, int | None]]
"""Names of columns with their widths, None for what is left."""

# How far above the first visible row the previous row of a thread is looked for.
_LOOK_BACK: Final = 256


class ListRow(NamedTuple):
    """A drawn row. `row` and `number` are None where a new date begins."""

    row: int | None
    number: int | None
    line: Line
    is_cursor: bool


class EventWindow:
    """A window of rows of a selection, one of them under a cursor."""

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
        self._reference: int | None = None
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

    def focus_by(self, columns: int) -> None:
        """Focus a column further left or right."""
        self.focus = max(0, min(self.focus + columns, len(self.columns.columns) - 1))

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
