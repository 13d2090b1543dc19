"""The main screen: one capture, its filter, the list of events and what is under the cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from scaptui.capture.opening import Capture, Filter
from scaptui.capture.selecting import Call, Selection, select_events
from scaptui.errors import Refused
from scaptui.screens.background import Background, Once, Pace, Seeking, Selecting
from scaptui.views.arrangement import (
    FRAME,
    LEAST_HEIGHT,
    LEAST_WIDTH,
    arrange,
    fits,
    opens_details,
    opens_payload,
)
from scaptui.views.cells import Line, Piece, shown
from scaptui.views.column_chooser import ColumnChooser
from scaptui.views.details import DetailsModel, Facts
from scaptui.views.event_list import EventListModel, Sought
from scaptui.views.help import key_name
from scaptui.views.payload import Payload
from scaptui.views.status import (
    Counts,
    CursorFacts,
    FileFacts,
    cursor_line,
    file_line,
    filter_line,
)
from scaptui.views.strip import Strip, bars, marks
from scaptui.views.units import Zone
from scaptui.widgets.columns import ColumnsPane
from scaptui.widgets.details import DetailsPane
from scaptui.widgets.event_list import EventList
from scaptui.widgets.footer import Footer
from scaptui.widgets.lines import LinesView, Themed
from scaptui.widgets.made import MadeLines
from scaptui.widgets.payload import PayloadPane
from scaptui.widgets.prompt import Prompt

if TYPE_CHECKING:  # loaded when first needed: the filter language takes longer than the screen
    from scaptui.filter.expression import Expression
    from scaptui.screens.filter_area import FilterArea
    from scaptui.screens.processes import TreeLeft
    from scaptui.screens.why_area import WhyArea
    from scaptui.widgets.why import WhyPage

# How often the screen changes by itself while a file is read, in seconds.
_PACE: Final = 0.5
_SLOW_PACE: Final = 1.0
_TWICE: Final = "Ctrl+C once more quits"
# Below so many lines one pane stands below the list, not two.
_TWO_PANES: Final = 24
# Calls after the event among which is looked for what happened next.
_FOLLOWING: Final = 200
# Keys of the list in line 24, the most useful first: bindings by their id, with short words.
_Keys = tuple[tuple[str, str], ...]
_LIST_KEYS: Final[_Keys] = (
    ("screen.help", "help"),
    ("screen.filter", "filter"),
    ("screen.find", "find"),
    ("events.failure", "failure"),
    ("events.thread", "thread"),
    ("screen.details", "details"),
    ("screen.processes", "process"),
    ("events.descriptor", "descriptor"),
    ("events.partner", "pair"),
    ("screen.payload", "bytes"),
    ("screen.why", "why"),
    ("events.raw", "raw rows"),
    ("events.time", "times"),
    ("screen.close", ""),
)

_DETAILS_KEYS: Final[_Keys] = (
    ("details.and", "and"),
    ("details.and_not", "not"),
    ("details.or", "or"),
    ("details.replace", "only"),
    ("details.unfold", "all fields"),
    ("screen.zoom", "alone"),
    ("screen.payload", "bytes"),
    ("screen.close", "list"),
)
_COLUMNS_KEYS: Final[_Keys] = (
    ("columns.toggle", "on/off"),
    ("columns.right", "right"),
    ("columns.left", "left"),
    ("columns.wider", "wider"),
    ("columns.narrower", "less"),
    ("columns.find", "find"),
    ("columns.keep", "keeps"),
    ("columns.restore", "as before"),
)
_PAYLOAD_KEYS: Final[_Keys] = (
    ("screen.payload", "hex, ascii, text"),
    ("bytes.page_down", "page"),
    ("screen.zoom", "alone"),
    ("screen.details", "details"),
    ("screen.close", "list"),
)


@dataclass(frozen=True)
class Opened:
    """A capture with what the command line says about how to show it.

    Attributes:
        capture: The capture; a thread of the core reads it.
        filter_text: The filter to begin with, empty for none.
        compiled: The same, compiled.
        zone: The zone of all times.
    """

    capture: Capture
    filter_text: str
    compiled: Filter | None
    zone: Zone

    @classmethod
    def of(cls, capture: Capture, filter_text: str | None, zone: str) -> "Opened":
        """Check the filter before the screen is touched.

        Raises:
            Refused: the filter cannot be understood, or no zone has this name.
        """
        compiled = compiled_filter(filter_text) if filter_text else None
        return cls(capture, filter_text or "", compiled, Zone.named(zone))


def compiled_filter(text: str) -> Filter:
    """A filter's text, compiled.

    Raises:
        Refused: it cannot be understood.
    """
    # Loading the language takes longer than reading a short capture.
    from scaptui.capture.opening import compile_filter
    from scaptui.filter.core import understood
    from scaptui.filter.wire import wire

    return compile_filter(wire(understood(text).expression))


class CaptureScreen(Screen[None]):
    """Joins the models of one capture to widgets, and steps long work beside them."""

    DEFAULT_CSS = """
    CaptureScreen { layout: vertical; overflow: hidden; }
    CaptureScreen #strip { height: 2; }
    CaptureScreen #body, CaptureScreen #left { height: 1fr; width: 1fr; overflow: hidden; }
    CaptureScreen #border { width: 1; height: 1fr; }
    CaptureScreen #side { height: 1fr; }
    CaptureScreen #small { display: none; height: 1fr; }
    CaptureScreen.small > * { display: none; }
    CaptureScreen.small #small { display: block; }
    """
    AUTO_FOCUS = "#events"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("w", "why", "why the filter selects what it does", id="screen.why"),
        Binding("p", "processes", "processes as of this event", id="screen.processes"),
        Binding("/", "find", "find in what is shown and in payload", id="screen.find"),
        Binding("n,f3", "find_next", "find the next", id="screen.find_next"),
        Binding("N", "find_next(True)", "find the previous", id="screen.find_previous"),
        Binding("ctrl+g", "go_to", "go to a number or time", id="screen.go_to"),
        Binding("i", "details", "open or close details", id="screen.details"),
        Binding("X", "payload", "open or close bytes", id="screen.payload"),
        Binding("C", "columns", "choose columns", id="screen.columns"),
        Binding("z", "zoom", "this pane alone", id="screen.zoom"),
        Binding("q", "close", "close what is innermost, then quit", id="screen.close"),
        Binding("escape", "give_up", "stop what runs, close", id="screen.give_up"),
        Binding("ctrl+c", "stop", "stop searching or reading; twice quits", id="screen.stop"),
    ]

    class Grew(Message):
        """More of the capture was looked at for a selection."""

        def __init__(self, selection: Selection, strip: Strip) -> None:
            super().__init__()
            self.selection = selection
            self.strip = strip

        def can_replace(self, message: Message) -> bool:
            """The newest tells everything."""
            return isinstance(message, CaptureScreen.Grew)

    class Found(Message):
        """A search ended at a row, or at none."""

        def __init__(self, sought: Sought, row: int | None) -> None:
            super().__init__()
            self.sought = sought
            self.row = row

    class Failed(Message):
        """The work beside the screen met a defect."""

        def __init__(self, error: BaseException) -> None:
            super().__init__()
            self.error = error

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self.opened = opened
        self.capture = opened.capture
        self.filter_text = opened.filter_text
        self.compiled = opened.compiled
        self.model = EventListModel(
            self.capture, select_events(self.capture, opened.compiled), opened.zone
        )
        self.told = ""
        self.stopped = False
        self._strip: Strip | None = None
        self._sought: Sought | None = None
        self._text = ""
        self._filtering: FilterArea | None = None
        self._explaining: WhyArea | None = None
        self._choosing: ColumnsPane | None = None
        self._expression: Expression | None = None
        self._typing: Line | None = None
        self._event: Facts | None = None
        self._zoomed: Widget | None = None
        self._wants_details: bool | None = None
        self._wants_payload: bool | None = None
        self._pace = Pace(_PACE)
        self._work = Background(lambda error: self._post(self.Failed(error)))

    @property
    def matched(self) -> bool:
        """Whether the filter selects anything."""
        return self.model.progress.events > 0

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield MadeLines(self._filter_lines, id="filter")
        yield MadeLines(self._strip_lines, id="strip")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield EventList(self.model, id="events")
                yield DetailsPane(DetailsModel(self.capture, self.model.zone), id="details")
                yield PayloadPane(id="payload")
            yield MadeLines(lambda _, height: [(Piece("│", "muted"),)] * height, id="border")
            yield DetailsPane(DetailsModel(self.capture, self.model.zone), side=True, id="side")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Prompt(id="prompt")
        yield Footer(id="footer")
        yield MadeLines(_too_small, id="small")

    def on_mount(self) -> None:
        """Begin to read."""
        if isinstance(self.app, Themed) and self.app.terminal.low_bandwidth:
            self._pace = Pace(_SLOW_PACE)
        self._select(self.model.selection)
        self._work.start()
        self.call_after_refresh(self._tell_keys)

    def on_unmount(self) -> None:
        """Leave nothing at work."""
        self._work.end()

    def on_resize(self, event: events.Resize) -> None:
        """Place the panes anew; the strip has other cells."""
        self._place(event.size.width, event.size.height)
        if self._strip is not None and not self._work.busy("select"):
            self._work.give("strip", Once(lambda: self._grew(self.model.selection)))

    def on_descendant_focus(self) -> None:
        """Line 24 tells the keys of the pane that has them."""
        if self._typing is None or self._choosing is not None:
            self._tell_keys()

    # What is shown

    def apply(self, text: str) -> None:
        """Show what a filter selects; a mistake in it is told."""
        try:
            compiled = compiled_filter(text) if text else None
        except Refused as error:
            self._refused(error)
            return
        self.filter_text = text
        self._show(compiled)

    def _show(self, compiled: Filter | None) -> None:
        self.compiled = compiled
        self._replace(select_events(self.capture, compiled, calls=not self.model.raw))

    def _refused(self, error: Refused) -> None:
        self._tell(" ".join(filter(None, [error.message, error.hint])))

    def _replace(self, selection: Selection, *, raw: bool | None = None) -> None:
        self._drop_search()
        self._leave_why()
        # The first matches are there with the same picture.
        selection.step(5)
        self.model.replace(selection, raw=raw)
        self._select(selection)
        self._tell("")

    def _select(self, selection: Selection) -> None:
        self._work.give("select", Selecting(selection, self._pace, self._grew))

    def _grew(self, selection: Selection) -> None:
        """On the working thread: the strip looks at all events."""
        self._post(self.Grew(selection, Strip.of(self.capture, selection, self.size.width)))

    def _post(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    async def on_capture_screen_grew(self, message: Grew) -> None:
        """Show what was found meanwhile."""
        if message.selection is not self.model.selection:
            return
        self._strip = message.strip
        self.model.refresh()
        if self._filtering is not None:
            self._filtering.capture_grew()
        self._redraw()
        await self._explain_emptiness()

    async def _explain_emptiness(self) -> None:
        """Where a filter selects nothing, its explanation stands in place of the list."""
        found = self.model.progress
        if self.filter_text and found.done and not found.rows and self._typing is None:
            await self._explain()

    def on_capture_screen_found(self, message: Found) -> None:
        """Go to where a search ended, unless another one was begun."""
        if message.sought is self._sought:
            self._sought = None
            self._tell(self.model.found(message.sought, message.row))

    def on_capture_screen_failed(self, message: Failed) -> None:
        """A defect beside the screen is a defect."""
        raise message.error

    # Keys of the list

    def on_event_list_moved(self, message: EventList.Moved) -> None:
        """Everything that follows the cursor."""
        self._tell(message.told)

    def on_event_list_sought(self, message: EventList.Sought) -> None:
        """Look for the next event of a kind."""
        self._seek(self.model.seek(message.what, backward=message.backward))

    def on_event_list_raw_wanted(self) -> None:
        """Rows are calls, or events."""
        raw = not self.model.raw
        self._replace(select_events(self.capture, self.compiled, calls=not raw), raw=raw)

    def on_event_list_clause_wanted(self, message: EventList.ClauseWanted) -> None:
        """A value becomes part of the filter."""
        from scaptui.screens.filter_area import with_clause

        self.apply(with_clause(self.filter_text, message.field, message.value, message.how))

    def on_details_pane_clause_wanted(self, message: DetailsPane.ClauseWanted) -> None:
        """A value of the details becomes part of the filter."""
        self.on_event_list_clause_wanted(
            EventList.ClauseWanted(message.field, message.value, message.how)
        )

    def on_details_pane_moved(self, message: DetailsPane.Moved) -> None:
        """Tell the clause that Enter would add."""
        line = message.line
        focused = isinstance(self.focused, DetailsPane)
        told = f"Enter filters on {line.field}={shown(line.value)}" if focused and line else ""
        self._tell(told)

    def on_event_list_opened(self) -> None:
        """Enter: go to the details of the row."""
        if not self._details_wanted():
            self.action_details()
        pane = self.query_one("#side")
        self.set_focus(pane if pane.display else self.query_one("#details"))

    # The filter, and why

    async def action_filter(self) -> None:
        """Type a filter; what it selects so far is shown at once."""
        from scaptui.screens.filter_area import FilterArea

        if self._filtering is None:
            self._filtering = FilterArea(self.capture, self._work, self.filter_text, id="typing")
            await self.mount(self._filtering, before="#strip")
        self._leave_why()
        self._typing = ()
        self.query_one("#filter").display = False
        self._place(self.size.width, self.size.height)
        self._filtering.open(self.filter_text, self.size.height)

    async def on_filter_area_wanted(self, message: "FilterArea.Wanted") -> None:
        """Show what is typed so far, or what was applied."""
        from scaptui.screens.filter_area import compiled

        if message.text is not None:
            self.filter_text = message.text
            self._typing = None
            self.query_one("#filter").display = True
            self._place(self.size.width, self.size.height)
            self.query_one("#events").focus()
        if message.expression != self._expression:
            self._expression = message.expression
            try:
                self._show(compiled(message.expression))
            except Refused as error:
                self._refused(error)
        self._redraw()
        if message.text is not None:
            await self._explain_emptiness()

    def on_filter_area_changed(self, message: "FilterArea.Changed") -> None:
        """The prompt has other keys and says something else."""
        self._typing = message.cursor_line
        self.query_one("#cursor", LinesView).redraw()
        self.query_one(Footer).tell(message.keys)

    async def action_why(self) -> None:
        """Explain the filter in place of the list."""
        if self.filter_text:
            await self._explain()
        else:
            self._tell("there is no filter to explain, f sets one")

    async def _explain(self) -> None:
        from scaptui.screens.why_area import WhyArea

        if self._explaining is None:
            self._explaining = WhyArea(self.capture, self._work, id="why")
            await self.query_one("#left").mount(self._explaining)
        self._explaining.display = True
        self._place(self.size.width, self.size.height)
        self._explaining.explain(self.filter_text)

    def _leave_why(self) -> None:
        if self._explaining is not None and self._is_explaining:
            self._explaining.display = False
            self._explaining.leave()
            self._typing = None
            self._replace_panes()

    def on_why_page_left(self) -> None:
        """Back to the list."""
        self._leave_why()

    def on_why_page_chosen(self, message: "WhyPage.Chosen") -> None:
        """Take the filter that was chosen on the page."""
        self._leave_why()
        self.apply(message.text)

    async def on_why_page_edit_asked(self) -> None:
        """Type at the filter."""
        await self.action_filter()

    def on_why_area_changed(self, message: "WhyArea.Changed") -> None:
        """The cursor line tells what Enter would do."""
        if not self._is_explaining:
            return
        self._typing = message.page.cursor_line(self.size.width)
        self.query_one("#cursor", LinesView).redraw()
        self.query_one(Footer).tell(message.page.keys)

    # Columns

    async def action_columns(self) -> None:
        """Choose the columns of the list."""
        if self._choosing is None:
            self._choosing = ColumnsPane(ColumnChooser(self.model), id="columns")
            await self.query_one("#left").mount(self._choosing, after="#events")
            self._place(self.size.width, self.size.height)
            self.set_focus(self._choosing)

    def on_columns_pane_changed(self, message: ColumnsPane.Changed) -> None:
        """The list follows at once; the cursor line tells of the field."""
        self._typing = message.about
        self._redraw()

    def on_columns_pane_find_wanted(self) -> None:
        """Ask for a field to find."""
        self._ask("column", "find", "in names and descriptions of fields")

    async def on_columns_pane_left(self) -> None:
        """The list again."""
        choosing, self._choosing, self._typing = self._choosing, None, None
        self.set_focus(self.query_one("#events"))
        if choosing is not None:
            await choosing.remove()
        self._replace_panes()

    # Processes

    def action_processes(self) -> None:
        """Show the process tree as of the cursor's event."""
        from scaptui.screens.processes import ProcessesScreen, TreeAsked

        call = self.model.current()
        asked = TreeAsked(
            capture=self.capture,
            rows=self.model.selection,
            selected=self.compiled,
            filter_text=self.filter_text,
            at=None if call is None else call.number,
            zone=self.model.zone,
            first_line=self.first_line,
            strip=self._strip_at,
        )
        self.app.push_screen(ProcessesScreen(asked), self._left_processes)

    def _left_processes(self, left: "TreeLeft | None") -> None:
        if left is None:
            return
        if left.at is not None:
            self.model.goto_number(left.at)
        if left.clause:
            from scaptui.screens.filter_area import with_added

            self.apply(with_added(self.filter_text, left.clause))
        self._tell("")

    # Searching

    def _seek(self, sought: Sought | None) -> None:
        self._drop_search()
        if sought is None:
            return
        self._sought = sought
        # Near ones are found with the same picture.
        row = sought.search.step(3)
        if row is not None or sought.search.done:
            self._sought = None
            self._tell(self.model.found(sought, row))
            return
        self._tell("searching, Esc stops")
        found = Seeking(sought, lambda of, row: self._post(self.Found(of, row)))
        self._work.give("search", found)

    def _drop_search(self) -> bool:
        self._work.drop("search")
        was, self._sought = self._sought is not None, None
        return was

    def action_find(self) -> None:
        """Ask for a text to find."""
        self._ask("find", "find", "in rows and payload, any case")

    def action_find_next(self, backward: bool = False) -> None:  # noqa: FBT001, FBT002 - of a binding
        """Find the text again."""
        if self._text:
            self._seek(self.model.seek("text", backward=backward, text=self._text))
        else:
            self.action_find()

    def action_go_to(self) -> None:
        """Ask for a number or a time to go to."""
        self._ask("go to", "go to", "a number, 08:43:25.2 or +9.1")

    def _ask(self, purpose: str, label: str, hint: str) -> None:
        self.query_one("#cursor").display = False
        self.query_one(Prompt).ask(purpose, label, hint)

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Do what was asked for."""
        self.query_one("#cursor").display = True
        text = (message.text or "").strip()
        self.set_focus(self._choosing or self.query_one("#events"))
        if self._choosing is not None:
            if text:
                self._choosing.find(text)
            return
        if not text:
            self._tell("")
        elif message.purpose == "find":
            self._text = text
            self._seek(self.model.seek("text", text=text))
        else:
            try:
                self._tell(self.model.goto(text))
            except Refused as error:
                self._refused(error)

    # Closing and stopping

    def action_give_up(self) -> None:
        """Esc: stop a search, wait no longer, leave a pane; never quit."""
        self.query_one(EventList).digits = ""
        if self._drop_search():
            self._tell("search stopped")
        elif self.model.stop_waiting():
            self._tell("")
        elif self._zoomed is not None:
            self.action_zoom()
        elif not isinstance(self.focused, EventList):
            self.query_one("#events").focus()
        else:
            self._tell("")

    def action_close(self) -> None:
        """Leave a pane; at the list, quit."""
        if isinstance(self.focused, EventList) and self._zoomed is None:
            self.app.exit_viewer()  # type: ignore[attr-defined]
        else:
            self.action_give_up()

    def action_stop(self) -> None:
        """Ctrl+C: stop the search, else the reading, else ask for a second one to quit."""
        if self._drop_search():
            self._tell("search stopped")
        elif not self.capture.progress().done and not self.stopped:
            self.capture.close()
            self.stopped = True
            self._tell("reading stopped, what was read stays")
        elif self.told == _TWICE:
            self.app.exit_viewer()  # type: ignore[attr-defined]
        else:
            self._tell(_TWICE)

    # Panes

    def action_details(self) -> None:
        """Open the details, or close them."""
        self._wants_details = not self._details_wanted()
        if self._wants_details and self.size.height < _TWO_PANES:
            self._wants_payload = False
        self._replace_panes()

    def action_payload(self) -> None:
        """Open the bytes, show them in the next form, close them."""
        if not self._payload_wanted():
            self._wants_payload = True
            if self.size.height < _TWO_PANES:
                self._wants_details = False
        elif not self.query_one(PayloadPane).next_form():
            self._wants_payload = False
        self._replace_panes()

    def action_zoom(self) -> None:
        """Show the focused pane alone, or all again."""
        self._zoomed = None if self._zoomed is not None else self.focused
        self._replace_panes()

    def _replace_panes(self) -> None:
        self._place(self.size.width, self.size.height)
        if self.focused is None or not self.focused.display:
            self.set_focus(self.query_one("#events"))
        self._redraw()

    def _details_wanted(self) -> bool:
        return opens_details(*self.size) if self._wants_details is None else self._wants_details

    def _payload_wanted(self) -> bool:
        return opens_payload(*self.size) if self._wants_payload is None else self._wants_payload

    def _place(self, width: int, height: int) -> None:
        self.set_class(not fits(width, height), "small")
        wants = (self._details_wanted(), self._payload_wanted())
        places = arrange(width, height, details=wants[0], payload=wants[1])
        there = {
            "strip": places.strip and self._typing is None and self._choosing is None,
            "events": not self._is_explaining,
            "details": bool(places.details) and self._choosing is None,
            "payload": bool(places.payload) and self._choosing is None,
            "side": bool(places.side),
        }
        if self._zoomed is not None:
            there = {name: self._zoomed.id == name for name in there}
        for name, is_shown in there.items():
            self.query_one(f"#{name}").display = is_shown
        if self._choosing is not None:
            # Two rows of the list stay on a low screen, half of the lines on others.
            self._choosing.styles.height = max(4, min(height // 2, height - FRAME - 3))
        alone = self._zoomed is not None
        self.query_one("#border").display = there["side"] and not alone
        self.query_one("#left").display = not (alone and there["side"])
        self.query_one("#details").styles.height = "1fr" if alone else places.details
        self.query_one("#payload").styles.height = "1fr" if alone else places.payload
        self.query_one("#side").styles.width = "1fr" if alone else max(0, places.side - 1)
        self.model.margin = 1 if there["side"] and not alone else 0

    @property
    def _is_explaining(self) -> bool:
        return self._explaining is not None and self._explaining.display

    # Drawing

    def _tell(self, told: str) -> None:
        """Say something in the cursor line until the next key, and draw what may have changed."""
        self.told = told
        self._redraw()

    def _redraw(self) -> None:
        payload = self.query_one(PayloadPane)
        if payload.display:
            payload.set_payload(self._payload_of_event())
        for pane in self.query(DetailsPane):
            if pane.display:
                pane.show_event(*self._event_and_following())
        for name in ("status", "filter", "strip", "events", "cursor"):
            widget = self.query_one(f"#{name}", LinesView)
            if widget.display:
                widget.redraw()

    def _tell_keys(self) -> None:
        keys: dict[str | None, str] = {}
        for key, active in self.active_bindings.items():
            keys.setdefault(active.binding.id, key_name(key))
        wanted: _Keys = _LIST_KEYS
        if isinstance(self.focused, DetailsPane):
            wanted = _DETAILS_KEYS
        elif isinstance(self.focused, PayloadPane):
            wanted = _PAYLOAD_KEYS
        elif isinstance(self.focused, ColumnsPane):
            wanted = _COLUMNS_KEYS
        told = [(keys[name], words) for name, words in wanted if name in keys]
        self.query_one(Footer).tell(told)

    def first_line(self, name: str, width: int) -> Line:
        """Line 1 of a screen of this name."""
        facts = FileFacts.of(self.capture, stopped=self.stopped)
        return file_line(facts, name, self.model.zone, width)

    def _status_lines(self, width: int, _height: int) -> Sequence[Line]:
        return [self.first_line("events · raw" if self.model.raw else "events", width)]

    def _filter_lines(self, width: int, _height: int) -> Sequence[Line]:
        found, read = self.model.progress, self.capture.progress()
        counts = Counts(found.events, read.shown, complete=found.done and read.done)
        return [filter_line(self.filter_text, counts, width)]

    def _strip_lines(self, width: int, _height: int) -> Sequence[Line]:
        call = self.model.current()
        return self._strip_at(call.ts if call else None, width)

    def _strip_at(self, ts: int | None, _width: int) -> Sequence[Line]:
        if self._strip is None:
            return []
        read = self.capture.progress()
        notes = ("", "")
        if not read.done:
            notes = (f"{read.shown:,} ev read", "Ctrl+C stops reading, keeps these")
        return [bars(self._strip, notes[0]), marks(self._strip, ts, note=notes[1])]

    def _facts(self, number: int) -> Facts:
        """What is known of an event, asked once while the cursor is on it."""
        if self._event is None or self._event.number != number:
            self._event = Facts(self.capture, number, self.model.zone)
        return self._event

    def _event_and_following(self) -> tuple[int | None, Sequence[Call]]:
        call, row = self.model.current(), self.model.cursor + 1
        return call and call.number, self.model.selection.calls(row, row + _FOLLOWING)

    def _payload_of_event(self) -> Payload | None:
        call = self.model.current()
        found = None if call is None else self._facts(call.number).event.payload()
        return None if found is None else Payload(*found, sought=self._text.encode())

    def _cursor_lines(self, width: int, _height: int) -> Sequence[Line]:
        if self._typing is not None:
            return [self._typing]
        call = self.model.current()
        if self.told or call is None:
            return [(Piece(" " + self.told),)]
        facts = self._facts(call.number)
        return [cursor_line(CursorFacts(call, facts.lineage, facts.arguments), width)]


def _too_small(_width: int, _height: int) -> Sequence[Line]:
    return [(Piece(f"scaptui needs {LEAST_WIDTH}x{LEAST_HEIGHT}", "warning"),)]
