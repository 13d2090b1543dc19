"""The page of a view in the viewer: its rows, and the way down that led to it."""

from dataclasses import dataclass, field

from scaptui._core import Capture
from scaptui.errors import Refused
from scaptui.views.all_views import view_named
from scaptui.views.cells import (
    Line,
    Piece,
    fit_end,
    fit_middle,
    glimpse,
    left_and_right,
    line_width,
)
from scaptui.views.format import counted
from scaptui.views.units import Zone
from scaptui.views.view_columns import Form, View
from scaptui.views.view_layout import heading, layout, row_line, told, totals_line
from scaptui.views.view_query import (
    Cell,
    Order,
    Row,
    ViewQuery,
    ViewTable,
    clauses,
    joined,
    label,
    ordered_by,
    row_filter,
    usual_order,
)
from scaptui.views.view_search import ViewSearch
from scaptui.views.view_text import cell_text


@dataclass
class Level:
    """A view on the way down, as it was left.

    Attributes:
        view: The view.
        query: What was asked of the core for it.
        sort: The cell rows are sorted by.
        inverted: Whether the order is turned round.
        table: Its rows, None until there are some.
        cursor: The row under the cursor.
        top: The first row on the screen.
        chosen: Values of the keys of the row under the cursor: it stays on that row.
        step: What the row that led further down says, as a filter.
        label: How that row is called.
    """

    view: View
    query: ViewQuery
    sort: str
    inverted: bool = False
    table: ViewTable | None = None
    cursor: int = 0
    top: int = 0
    chosen: tuple[Cell, ...] | None = None
    step: str = ""
    label: str = ""
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        """The usual order."""
        self.order = usual_order(self.view)

    def take(self, table: ViewTable) -> None:
        """Show another table; the cursor stays on its row, and that where it is on the screen."""
        offset = self.cursor - self.top
        found = None if self.chosen is None else table.find(self.chosen)
        self.table = table
        if found is not None:
            self.cursor = found
            self.top = max(0, found - offset)
        self.cursor = max(0, min(self.cursor, len(table) - 1))


class ViewPage:
    """Levels of views; the last one is shown."""

    def __init__(self, capture: Capture, filter_text: str, at: int | None, zone: Zone) -> None:
        self.filter_text = filter_text
        self.levels: list[Level] = []
        self._capture = capture
        self._at = at
        self.zone = zone
        # Rows drawn last.
        self._drawn = 0
        self.selected: int | None = None
        """How many events filter and way down select, None while it is not known."""

    @property
    def level(self) -> Level | None:
        """What is shown."""
        return self.levels[-1] if self.levels else None

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        level = self.level
        if level is None or level.table is None:
            return None
        return next(iter(level.table.rows(level.cursor, level.cursor + 1)), None)

    @property
    def scope(self) -> str:
        """The filter that filter and way down make up."""
        return joined((self.filter_text, *self.steps))

    @property
    def steps(self) -> tuple[str, ...]:
        """The way down as filters."""
        return tuple(level.step for level in self.levels[:-1])

    @property
    def way(self) -> str:
        """The way down, as line 2 tells it; empty at the top."""
        steps = (level for level in self.levels[:-1] if level.step)
        return " › ".join(f"{level.view.title} › {level.label}" for level in steps)

    # Going

    def open(self, view: View) -> Level:
        """Show a view of what is shown now, below it on the way."""
        if self.levels and self.levels[-1].view is view and not self.levels[-1].step:
            self.levels.pop()
        level = Level(view, ViewQuery(self._capture, view, self._scope(), self._at), view.sort[0])
        self.levels.append(level)
        self.selected = None
        return level

    def _scope(self) -> str:
        return joined((self.filter_text, *(level.step for level in self.levels)))

    def drill(self) -> Level | None:
        """Go down from the row under the cursor; None where there is no view below.

        Raises:
            Refused: what the row says is too long for a filter.
        """
        level, row = self.level, self.row
        if level is None or row is None or not level.view.drill:
            return None
        level.step = joined(clauses(level.view, row))
        level.label = told(label(level.view, row))
        try:
            return self.open(view_named(level.view.drill))
        except Refused:
            level.step = level.label = ""
            raise

    def up(self) -> bool:
        """Go back up; False at the top."""
        if len(self.levels) < 2:
            return False
        self.levels.pop()
        self.levels[-1].step = self.levels[-1].label = ""
        self.selected = None
        return True

    def refilter(self, text: str) -> None:
        """Ask anew with another filter, all levels of the way."""
        self.filter_text = text
        steps: list[str] = []
        for level in self.levels:
            scope = joined((text, *steps))
            level.query = ViewQuery(self._capture, level.view, scope, self._at)
            if level.step:
                steps.append(level.step)
        self.selected = None

    def events_filter(self) -> str:
        """The filter for the events behind the row under the cursor; empty without one."""
        level, row = self.level, self.row
        if level is None or row is None:
            return ""
        if level.view.is_list:
            return row_filter(level.view, row)
        return joined((self.scope, row_filter(level.view, row)))

    # Moving and sorting

    def move(self, by: int) -> None:
        """Go so many rows on, or back."""
        level = self.level
        if level is None or level.table is None:
            return
        level.cursor = max(0, min(level.cursor + by, len(level.table) - 1))
        row = self.row
        level.chosen = None if row is None else row.cells[: len(level.view.keys)]

    def search(self, text: str, *, backward: bool) -> ViewSearch | None:
        """A search in the rows there are now; None before there are any."""
        level = self.level
        if level is None or level.table is None:
            return None
        return ViewSearch(level.table, text, level.cursor, self.zone, backward=backward)

    def found(self, search: ViewSearch) -> None:
        """Go to the row that was found, wherever it stands by now."""
        level = self.level
        if level is None or level.table is None:
            return
        place = level.table.find(search.keys)
        if place is not None:
            self.move(place - level.cursor)

    def rows_to(self, line: int) -> int:
        """How many rows from the cursor's to that on a line of the pane; 0 where none is."""
        level = self.level
        return level.top + line - 1 - level.cursor if level and 0 < line <= self._drawn else 0

    def sort(self, by: int) -> Order | None:
        """Sort by the next cell that is shown, or by one before; the order that is wanted."""
        level = self.level
        if level is None:
            return None
        names = [level.view.cells[place].name for place in level.view.shown]
        here = names.index(level.sort) if level.sort in names else 0
        level.sort, level.inverted = names[(here + by) % len(names)], False
        return self._reorder(level)

    def invert(self) -> Order | None:
        """Turn the order round."""
        level = self.level
        if level is None:
            return None
        level.inverted = not level.inverted
        return self._reorder(level)

    def _reorder(self, level: Level) -> Order:
        level.order = ordered_by(level.view, level.sort, inverted=level.inverted)
        return level.order

    # Lines

    def lines(self, width: int, height: int) -> tuple[list[Line], int | None]:
        """Heading, rows and totals for a size, and which line the cursor is on."""
        level = self.level
        if level is None:
            return [], None
        descends = level.order[0][1]
        placed = layout(level.view, width, level.sort, level.table)
        lines = [heading(placed, level.sort, descends=descends)]
        self._drawn = 0
        table = level.table
        if table is None or not len(table):
            said = "looking" if table is None or not level.query.done else _nothing(level.view)
            return [*lines, (Piece(f"    {said}", "muted"),)], None
        has_totals = any(total is not None for total in table.totals) and not level.view.is_list
        shown = max(1, height - 1 - has_totals)
        if level.cursor < level.top:
            level.top = max(0, level.cursor - shown // 3)
        elif level.cursor >= level.top + shown:
            level.top = (
                level.cursor - shown + 1 + (shown // 3 if level.cursor < len(table) - 1 else 0)
            )
        level.top = max(0, min(level.top, len(table) - shown))
        rows = table.rows(level.top, level.top + shown)
        self._drawn = len(rows)
        for at, row in enumerate(rows, level.top):
            lines.append(row_line(placed, row, self.zone, is_here=at == level.cursor))
        if has_totals:
            lines.append(totals_line(placed, table.totals, len(rows), len(table), self.zone))
        return lines, 1 + level.cursor - level.top

    def filter_line(self, shown: int, width: int) -> Line:
        """Line 2: filter, way down, and how many of the events these select."""
        count = "" if self.selected is None else f"{self.selected:,} of {shown:,}"
        if not self.scope:
            count = f"all {shown:,}"
        left: list[Piece] = [Piece(" filter  ", "muted")]
        room = width - line_width(tuple(left)) - len(count) - 1
        way = self.way
        text = glimpse(self.filter_text) or "none"
        if way:
            kept = min(len(text), max(room // 2, room - len(way) - 8))
            left.append(Piece(fit_end(text, kept)))
            left.append(Piece("    in  ", "muted"))
            left.append(Piece(fit_middle(way, max(4, room - kept - 8)), "accent"))
        else:
            left.append(Piece(fit_end(text, room)))
        return left_and_right(tuple(left), (Piece(count),), width)

    def cursor_line(self, width: int) -> Line:
        """The row whole: its name, what had no room, and its events."""
        level, row = self.level, self.row
        if level is None or row is None:
            return ()
        placed = {each.place for each in layout(level.view, width, level.sort, level.table)}
        text = " " + told(label(level.view, row))
        for place, cell in enumerate(level.view.cells):
            value = row.cells[place]
            if place in placed or value is None or place < len(level.view.keys):
                continue
            text += f"   {cell.name} {self._told(cell.form, value)}"
        text += self._events(level.view, row)
        return (Piece(fit_end(text, width)),)

    def _told(self, form: Form, value: Cell) -> str:
        if isinstance(value, bytes):
            return told(value)
        return cell_text(form, value, self.zone)

    @staticmethod
    def _events(view: View, row: Row) -> str:
        if view.source != "events" or not row.first:
            return ""
        if row.first == row.last:
            return f"   event {row.first:,}"
        return f"   {counted(row.events, 'event')}, {row.first:,} to {row.last:,}"


def _nothing(view: View) -> str:
    if view.source == "requests":
        return "no HTTP request among these events, Backspace goes up"
    return f"no {view.title} among these events, Backspace goes up, v chooses another view"
