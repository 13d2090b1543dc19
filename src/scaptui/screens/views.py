"""The views' screen: a picker, the rows of a view, the way down from one to the next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from scaptui.capture.opening import Capture
from scaptui.errors import Refused
from scaptui.screens.asking import PageLeft
from scaptui.screens.background import Once, Pace
from scaptui.screens.finding import FindingScreen
from scaptui.screens.keys import EVENTS_KEYS, Keys, opened_by_digits, prompt_keys, told
from scaptui.screens.latency import LatencyScreen
from scaptui.screens.opened import compiled_filter
from scaptui.screens.preview import Preview, picker_width
from scaptui.screens.rest import Rest
from scaptui.screens.viewing import Counting, Growing, Seeking
from scaptui.views.arrangement import TALL
from scaptui.views.cells import Line, Piece, shown
from scaptui.views.latency_page import LatencyPage
from scaptui.views.units import Zone
from scaptui.views.view_columns import View
from scaptui.views.view_page import Level, ViewPage
from scaptui.views.view_picker import ViewPicker
from scaptui.views.view_query import Order, ViewTable, clauses, joined
from scaptui.views.view_search import ViewSearch
from scaptui.views.view_table import VIEWS
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.prompt import Prompt
from scaptui.widgets.views import PickerPane, ViewRows

# How often rows change by themselves, in seconds.
_PACE: Final = 1.0
_ROW_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("views.drill", "down"),
    ("views.up", "up"),
    ("views.events", "events"),
    ("screen.find", "find"),
    ("views.sort views.sort_back", "sort"),
    ("screen.views", "views"),
    ("list.and list.and_not", "filter"),
    ("views.invert", "invert"),
    ("views.close", "close"),
)
_PICKING: Final = " type to search   1-9 the first nine   numbers: rows of this filter and way down"
_PICKER_KEYS: Final[Keys] = (
    ("picker.down picker.up", "choose"),
    ("picker.take", "open"),
    ("picker.leave", "as it was"),
)


@dataclass(frozen=True)
class ViewsAsked:
    """What the screen is opened on.

    Attributes:
        capture: The capture.
        name: How it is called.
        filter_text: The filter.
        at: The event under the cursor: views of what exists are as of it; None for the end.
        view: The view to begin with, None for the picker.
        zone: The zone of all times.
        first_line: Line 1 for the screen's name and a width.
        strip: The strip and its marks, for a time (ns) and a width.
    """

    capture: Capture
    name: str
    filter_text: str
    at: int | None
    view: View | None
    zone: Zone
    first_line: Callable[[str, int], Line]
    strip: Callable[[int | None, int], Sequence[Line]]


class ViewsScreen(FindingScreen):
    """Joins picker and page to their widgets."""

    DEFAULT_CSS = """
    ViewsScreen #picking { height: 1fr; width: 1fr; overflow: hidden; }
    ViewsScreen #preview { height: 1fr; width: 1fr; }
    """
    AUTO_FOCUS = ""
    looks_in = "in the cells of all rows, any case"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"q,escape,{EVENTS_KEYS}", "close", "close", id="views.close"),
        Binding("v,f2", "pick", "views", id="screen.views"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
        *opened_by_digits(),
    ]

    class Grew(Message):
        """A view has other rows."""

        def __init__(self, level: Level, table: ViewTable) -> None:
            super().__init__()
            self.level = level
            self.table = table

    class Previewed(Message):
        """The view beside the picker has other rows."""

        def __init__(self, level: Level, table: ViewTable) -> None:
            super().__init__()
            self.level = level
            self.table = table

    class Sought(Message):
        """The search for a text is over."""

        def __init__(self, level: Level, search: ViewSearch) -> None:
            super().__init__()
            self.level = level
            self.search = search

    class Counted(Message):
        """How many rows a view has, or how many events are selected where it is None."""

        def __init__(self, scope: str, view: View | None, count: int) -> None:
            super().__init__()
            self.scope = scope
            self.view = view
            self.count = count

    def __init__(self, asked: ViewsAsked, page: ViewPage | None = None) -> None:
        super().__init__("")
        self.asked = asked
        # A page that was left for events comes back as it was.
        self.page = page or ViewPage(asked.capture, asked.filter_text, asked.at, asked.zone)
        self.picker = ViewPicker(asked.name)
        self._preview = Preview(asked.capture, asked.at, asked.zone)
        self._rest = Rest(self, self._look_ahead)
        self._picks = page is None and asked.view is None

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield MadeLines(lambda width, _: self.asked.strip(None, width), id="strip")
        with Horizontal(id="picking"):
            yield PickerPane(self.picker, id="picker")
            yield MadeLines(self._preview.lines, id="preview")
        yield ViewRows(self.page, id="rows")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Prompt(id="prompt")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Show the view that was asked for, or the picker."""
        self._work.start()
        level = self.page.level
        if level is not None:
            self._show(level)
        elif self.asked.view is not None:
            self._open(self.asked.view)
        else:
            self.action_pick()

    def _place(self) -> None:
        self.query_one("#strip").display = self.size.height >= TALL
        width = self.size.width
        self.query_one("#picking").display = self._picks
        self.query_one("#picker").styles.width = picker_width(width)
        has_preview = self._picks and picker_width(width) < width
        if has_preview and not self.query_one("#preview").display:
            self._rest.wait()
        self.query_one("#preview").display = has_preview
        self.query_one("#rows").display = not self._picks
        self._redraw_all()

    def _change_pane(self) -> None:
        """The picker has the keyboard, or the rows, whichever is shown now."""
        self._place()
        self.set_focus(self.query_one("#picker" if self._picks else "#rows"))

    # Choosing

    def action_pick(self) -> None:
        """Choose a view of what is shown now."""
        self._picks = True
        scope = self.page.scope
        level = self.page.level
        self.picker = ViewPicker(self.asked.name, scope)
        if level is not None:
            self.picker.choose(level.view)
        pane = self.query_one(PickerPane)
        pane.model = self.picker
        counted = lambda view, count: self._post(self.Counted(scope, view, count))  # noqa: E731
        self._work.give(
            "counts", Counting(self.asked.capture, iter(VIEWS), (scope, self.asked.at), counted)
        )
        self._count_events()
        self._change_pane()
        self._rest.wait()

    def _look_ahead(self) -> None:
        """Show the view under the picker's cursor beside it, where there is room."""
        if not self._picks or not self.query_one("#preview").display:
            return
        previewed = lambda of, table: self._post(self.Previewed(of, table))  # noqa: E731
        task = self._preview.ask(self.picker.choice, self.page.scope, previewed)
        self._work.drop("preview")
        if task is not None:
            self._work.give("preview", task)
        self._redraw_all()

    def on_views_screen_previewed(self, message: Previewed) -> None:
        """Show its rows."""
        if self._preview.take(message.level, message.table):
            self._redraw_all()

    def on_picker_pane_taken(self, message: PickerPane.Taken) -> None:
        """Show the view that was chosen."""
        self._open(message.view)

    def on_picker_pane_left(self) -> None:
        """Back to what was shown."""
        self.action_close()

    def on_picker_pane_changed(self) -> None:
        """The cursor line is about another view, and so is what stands beside it."""
        self._tell("")
        self._rest.wait()

    def action_views(self, name: str) -> None:
        """Show a view of this name."""
        self._open(next(view for view in VIEWS if view.name == name))

    def _open(self, view: View) -> None:
        if view.source == "latency":
            page, asked = self.page, self.asked
            latency = LatencyPage(asked.capture, page.filter_text, asked.zone, joined(page.steps))
            self.app.push_screen(LatencyScreen(asked, latency), self._left_latency)
            return
        try:
            level = self.page.open(view)
        except Refused as refused:
            self._tell(str(refused))
            return
        self._show(level)

    def _left_latency(self, left: PageLeft | None) -> None:
        if left is None:
            return
        level = self.page.level
        if left.back or left.then or (level is None and not self._picks):
            self.dismiss(left)
            return
        text = self.asked.filter_text if left.filter_text is None else left.filter_text
        if text == self.page.filter_text:
            return
        self.page.refilter(text)
        if self._picks:
            self.action_pick()
        elif level is not None:
            self._show(level)

    def _show(self, level: Level) -> None:
        self._picks, self.told = False, ""
        self._work.drop("counts")
        self._work.drop("preview")
        self._work.drop("find")
        if level.table is None or not level.query.done:
            self._grow(level)
        self._count_events()
        self._change_pane()

    def _grow(self, level: Level) -> None:
        grew = lambda of, table: self._post(self.Grew(of, table))  # noqa: E731
        self._work.give("view", Growing(level, Pace(_PACE), grew))

    def on_views_screen_grew(self, message: Grew) -> None:
        """Show the rows there are now."""
        if message.level in self.page.levels:
            message.level.take(message.table)
            if message.level.query.done or self.page.selected is not None:
                self._count_events()
            self._redraw_all()

    def _count_events(self) -> None:
        scope = self.page.scope

        def count() -> None:
            selected = compiled_filter(scope) if scope else None
            self._post(self.Counted(scope, None, self.asked.capture.count(selected)))

        self._work.give("events", Once(count))

    def on_views_screen_counted(self, message: Counted) -> None:
        """Show a count, unless it is of another selection."""
        if message.scope != self.page.scope:
            return
        if message.view is None:
            self.page.selected = message.count
        else:
            self.picker.counts[message.view.name] = message.count
        self._redraw_all()

    # Rows

    def on_rows_pane_moved(self) -> None:
        """Tell of the row the cursor is on now."""
        self._tell("")

    def on_view_rows_wanted(self, message: ViewRows.Wanted) -> None:
        """Do something with the row under the cursor."""
        match message.act:
            case "drill":
                self._drill()
            case "up":
                self._up()
            case "events":
                self._leave(self.page.events_filter())
            case "sort" | "sort_back":
                self._reorder(self.page.sort(1 if message.act == "sort" else -1))
            case "invert":
                self._reorder(self.page.invert())
            case "and" | "and_not":
                self._refilter(message.act)

    def _drill(self) -> None:
        level, row = self.page.level, self.page.row
        if level is None or row is None:
            return
        if level.view.drill:
            try:
                below = self.page.drill()
            except Refused as refused:
                self._tell(str(refused))
                return
            if below is not None:
                self._show(below)
        elif level.view.is_list:
            self.dismiss(PageLeft(row.first, self._changed_filter(), back=self._again))
        else:
            self._leave(self.page.events_filter())

    def _up(self) -> None:
        level = self.page.level
        if self.page.up():
            self._show(self.page.levels[-1])
        elif level is not None:
            self.action_pick()

    def _leave(self, filter_text: str) -> None:
        row = self.page.row
        if row is not None and filter_text:
            self.dismiss(PageLeft(row.first or None, filter_text, back=self._again))

    def _again(self) -> "ViewsScreen":
        return ViewsScreen(self.asked, self.page)

    def _reorder(self, order: Order | None) -> None:
        level = self.page.level
        if level is None or level.table is None or order is None:
            return
        query = level.query

        def sort() -> None:
            self._post(self.Grew(level, query.table(order)))

        # The row under the cursor is not followed: who sorts wants to see the first ones.
        level.chosen, level.cursor, level.top = None, 0, 0
        self._work.give("sort", Once(sort))
        self._redraw_all()

    def _refilter(self, how: str) -> None:
        level, row = self.page.level, self.page.row
        if level is None or row is None:
            return
        said = joined(clauses(level.view, row))
        added = f"not ({said})" if how == "and_not" else said
        try:
            self.page.refilter(joined((self.page.filter_text, added)))
        except Refused as refused:
            self._tell(str(refused))
            return
        self._grow(level)
        self._count_events()
        self._redraw_all()

    # Searching

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters search in the picker by themselves."""
        if self._picks and action in {"find", "find_next"}:
            return False
        return super().check_action(action, parameters)

    def _find(self, text: str, *, backward: bool = False) -> None:
        level, search = self.page.level, self.page.search(text, backward=backward)
        if level is None or search is None:
            return
        ended = lambda search: self._post(self.Sought(level, search))  # noqa: E731
        self._tell(f"looking for {shown(text)}")
        self._work.give("find", Seeking(search, ended))

    def on_views_screen_sought(self, message: Sought) -> None:
        """Go to the row, unless another view is shown by now."""
        if message.level is not self.page.level:
            return
        self.page.found(message.search)
        self._tell(message.search.told)

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Look for what was typed."""
        self.query_one("#cursor").display = True
        self._finds(message)

    # Leaving

    def _changed_filter(self) -> str | None:
        text = self.page.filter_text
        return text if text != self.asked.filter_text else None

    def action_close(self) -> None:
        """Leave the picker; at the rows, back to the events."""
        if self._picks and self.page.level is not None:
            self._show(self.page.levels[-1])
        else:
            self.dismiss(PageLeft(None, self._changed_filter()))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self.dismiss(PageLeft(None, self._changed_filter(), then="filter"))

    # Drawing

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(PickerPane).redraw()
        self.query_one(ViewRows).redraw()

    def _tell_keys(self) -> None:
        wanted = _PICKER_KEYS if self._picks else _ROW_KEYS
        if isinstance(self.focused, Prompt):
            wanted = prompt_keys(self.focused)
        self.query_one(Footer).tell(told(self, wanted))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        level = self.page.level
        name = "views" if self._picks or level is None else level.view.title
        events = self.asked.capture.progress().shown
        return [self.asked.first_line(name, width), self.page.filter_line(events, width)]

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {self.told}"),)]
        if self._picks:
            return [(Piece(_PICKING, "muted"),)]
        return [self.page.cursor_line(width)]
