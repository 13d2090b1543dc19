"""The main screen: one capture, its filter, the list of events and what is under the cursor."""

import json
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType

from scaptui.capture.selecting import select_events
from scaptui.errors import Refused
from scaptui.screens.background import Once, Pace, Ruling
from scaptui.screens.copying import copy
from scaptui.screens.finding import find_hint
from scaptui.screens.keeping import KeepingScreen
from scaptui.screens.keys import alt_digit, opened_by_digits
from scaptui.screens.opened import Opened
from scaptui.screens.panes import FOLLOWING_CURSOR
from scaptui.views.cells import fit_middle, shown
from scaptui.views.column_chooser import ColumnChooser
from scaptui.views.status import FileFacts
from scaptui.views.strip import EDGE
from scaptui.widgets.columns import ColumnsPane
from scaptui.widgets.details import DetailsPane
from scaptui.widgets.event_list import EventList
from scaptui.widgets.lines import Themed
from scaptui.widgets.prompt import Prompt

if TYPE_CHECKING:  # loaded when first needed: with it comes the filter language
    from scaptui.views.comparison import Question

# Seconds between changes of the screen by itself, over a slow line.
_SLOW_PACE: Final = 1.0
_TWICE: Final = "Ctrl+C once more quits"


class CaptureScreen(KeepingScreen):
    """Joins the models of one capture to widgets."""

    AUTO_FOCUS = "#events"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("backspace", "filter_back", "the filter before", id="screen.filter_back"),
        Binding("w", "why", "why the filter selects what it does", id="screen.why"),
        Binding("p", "processes", "processes as of this event", id="screen.processes"),
        Binding("s,f5", "stream", "stream of its descriptor", id="screen.stream"),
        Binding("B", "base", "mark as base, then compare threads", id="screen.base"),
        Binding(
            f"exclamation_mark,{alt_digit(6)}",
            "errors",
            "failed calls, the telling ones first",
            id="screen.errors",
        ),
        Binding("v,f2", "views", "views: files, connections, errors ...", id="screen.views"),
        Binding("K", "crashes", "what restarts or crashed", id="screen.crashes"),
        Binding("A", "compare", "compare: selection, capture, odd ones", id="screen.compare"),
        Binding("W", "slice", "save events with all they need", id="screen.slice"),
        Binding("/", "find", "find in what is shown and in payload", id="screen.find"),
        Binding("n,f3", "find_next", "find the next", id="screen.find_next"),
        Binding("N", "find_next(True)", "find the previous", id="screen.find_previous"),
        # 123G is a key of the list: this is for the help page.
        Binding("ctrl+g,123G", "go_to", "go to a number or time", id="screen.go_to"),
        Binding("left_parenthesis", "begin_span", "begin a span of time here", id="screen.span"),
        Binding("right_parenthesis", "end_span", "end it: filter on it", id="screen.span_end"),
        Binding("i", "details", "open or close details", id="screen.details"),
        Binding("X", "payload", "open or close bytes", id="screen.payload"),
        Binding("C", "columns", "choose columns", id="screen.columns"),
        Binding("tab", "app.focus_next", "next pane", id="screen.pane"),
        Binding("shift+tab", "app.focus_previous", "previous pane", id="screen.pane_back"),
        Binding("z", "zoom", "this pane alone", id="screen.zoom"),
        Binding("q", "close", "close what is innermost, then quit", id="screen.close"),
        Binding("escape", "give_up", "stop what runs, close", id="screen.give_up"),
        Binding("ctrl+c", "stop", "stop searching or reading; twice quits", id="screen.stop"),
        *opened_by_digits(),
    ]

    # Where a span of time begins: a time in ns, a cell of the strip.
    _span_from: int | None = None
    _pressed: int | None = None

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._question = opened.question

    def on_mount(self) -> None:
        """Begin to read."""
        if isinstance(self.app, Themed) and self.app.terminal.low_bandwidth:
            self._pace = Pace(_SLOW_PACE)
        self._select(self.model.selection)
        if self._rules is not None:
            looked = lambda: self._post(self.RulesLooked())  # noqa: E731
            self._work.give("rules", Ruling(self._rules, Pace(self._pace.seconds), looked))
        self._work.start()
        self.call_after_refresh(self._tell_keys)
        if self._question is not None:
            self.call_after_refresh(self._compare, self._question)

    def on_unmount(self) -> None:
        """Leave nothing at work."""
        self._work.end()

    def on_resize(self, event: events.Resize) -> None:
        """Place the panes anew; the strip has other cells."""
        self._place(event.size.width, event.size.height)
        self.call_after_refresh(self._tell_keys)
        if self._strip is not None and not self._work.busy("select"):
            self._work.give("strip", Once(lambda: self._grew(self.model.selection)))

    def on_descendant_focus(self) -> None:
        """Line 24 tells the keys of the pane that has them."""
        self._tell_keys()

    # Keys of the list

    def on_event_list_moved(self, message: EventList.Moved) -> None:
        """Everything that follows the cursor."""
        if message.told is not None:
            self.told = message.told
        self._redraw(FOLLOWING_CURSOR, at_once=False)

    def on_event_list_sought(self, message: EventList.Sought) -> None:
        """Look for the next event of a kind."""
        if reason := self.model.without(message.what):
            self._tell(reason)
        else:
            self._seek(self.model.seek(message.what, backward=message.backward))

    def on_event_list_raw_wanted(self) -> None:
        """Rows are calls, or events."""
        raw = not self.model.raw
        self._replace(select_events(self.capture, self.compiled, calls=not raw), raw=raw)
        if raw and not json.loads(self.capture.facts())["has_enters"]:
            self._tell("this capture has no enter events, so a call has one row only")

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
        if self._unfolded != self.query_one("#details", DetailsPane).model.unfolded:
            self._place_panes()
        if not isinstance(self.focused, DetailsPane) or line is None:
            self._tell("")
            return
        self._tell(f"Enter filters on {line.field}={shown(line.value)}")
        self.count_with(line.field, line.value)

    def tell_matches(self, events: int) -> None:
        """How many events would match with the clause of the details' line."""
        pane = self.focused
        line = pane.model.chosen() if isinstance(pane, DetailsPane) else None
        if line is not None and self.told.startswith("Enter filters"):
            word = "event matches" if events == 1 else "events match"
            said = f"Enter filters on {line.field}={shown(line.value)}"
            room = self.size.width - 1
            tail = f"   {events:,} {word}"
            self._tell(fit_middle(said, room - len(tail)) + tail)

    def on_details_pane_copy_wanted(self, message: DetailsPane.CopyWanted) -> None:
        """A value of the details goes to the clipboard, in the form that is safe to paste."""
        self._tell(copy(self.app, shown(message.value), self.size.width))

    def on_details_pane_explain_wanted(self, message: DetailsPane.ExplainWanted) -> None:
        """Tell what the call is for."""
        self._tell(message.told)

    def on_event_list_opened(self) -> None:
        """Enter: go to the details of the row."""
        if not self._details_wanted():
            self.action_details()
        pane = self.query_one("#side")
        self.set_focus(pane if pane.display else self.query_one("#details"))

    # Columns

    async def action_columns(self) -> None:
        """Choose the columns of the list."""
        if self._choosing is None:
            self._choosing = ColumnsPane(ColumnChooser(self.model), id="columns")
            await self.query_one("#body").mount(self._choosing, after="#border")
            self._place_panes()
        self.set_focus(self._choosing)

    async def action_filter(self) -> None:
        """Type a filter; columns that are being chosen stay as they are."""
        await self.on_columns_pane_left()
        await super().action_filter()

    async def action_why(self) -> None:
        """Explain the filter; likewise."""
        await self.on_columns_pane_left()
        await super().action_why()

    def on_columns_pane_changed(self, message: ColumnsPane.Changed) -> None:
        """The list follows at once; the cursor line tells of the field."""
        self._typing = message.about
        self._redraw()

    def on_columns_pane_find_wanted(self) -> None:
        """Ask for a field to find."""
        self._ask("column", "find", "in names and descriptions of fields", enter="find it")

    async def on_columns_pane_left(self) -> None:
        """The list again."""
        if self._choosing is None:
            return
        choosing, self._choosing, self._typing = self._choosing, None, None
        self.set_focus(self.query_one("#events"))
        await choosing.remove()
        self._place_panes()

    # Searching

    def action_find(self) -> None:
        """Ask for a text to find."""
        hint = find_hint(self._text, "in rows and payload, any case")
        self._ask("find", "find", hint, enter="find it")

    def action_find_next(self, backward: bool = False) -> None:  # noqa: FBT001, FBT002 - of a binding
        """Find the text again."""
        if self._text:
            self._seek(self.model.seek("text", backward=backward, text=self._text))
        else:
            self.action_find()

    def action_go_to(self) -> None:
        """Ask for a number or a time to go to."""
        self._ask("go to", "go to", "a number, 08:43:25.2 or +9.1", enter="go there")

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Do what was asked for."""
        self.query_one("#cursor").display = True
        text = (message.text or "").strip()
        if self._was_asked_by_keeping(message):
            return
        if self._choosing is not None:
            if text:
                self._choosing.find(text)
            return
        if message.text == "" and message.purpose == "find" and self._text:
            self.action_find_next()
        elif not text:
            self._tell("")
        elif message.purpose == "find":
            self._text = text
            self._seek(self.model.seek("text", text=text))
        else:
            try:
                self._tell(self.model.goto(text))
            except Refused as error:
                self._refused(error)

    # Views

    def action_views(self, name: str = "") -> None:
        """Choose a view, or show that of a name."""
        from scaptui.screens.views import ViewsAsked, ViewsScreen
        from scaptui.views.all_views import view_named

        call = self.model.current()
        asked = ViewsAsked(
            capture=self.capture,
            name=self._file.name,
            filter_text=self.filter_text,
            at=None if call is None else call.number,
            view=view_named(name) if name else None,
            zone=self.model.zone,
            first_line=self.first_line,
            strip=self.strip_at,
        )
        self.app.push_screen(ViewsScreen(asked), self._left_page)

    # Comparing

    def action_compare(self) -> None:
        """Show what the selected events have that the rest has not; of all, the odd ones."""
        self._compare(None)

    def compare_threads(self, event: int, base: int) -> None:
        """Show where the threads of two events part; of one, from all alike."""
        from scaptui.views.comparison import Threads

        self._compare(Threads(self.capture, event, None if event == base else base))

    def _compare(self, question: "Question | None") -> None:
        from scaptui.screens.comparing import CompareAsked, CompareScreen

        asked = CompareAsked(
            capture=self.capture,
            question=question,
            filter_text=self.filter_text,
            zone=self.model.zone,
            first_line=self.first_line,
            sources=self._sources or (self._file.name,),
        )
        self.app.push_screen(CompareScreen(asked), self._left_page)

    # Spans of time

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A span may begin in the strip."""
        strip = self.query_one("#strip").region
        in_strip = strip.contains(event.screen_x, event.screen_y)
        self._pressed = event.screen_x if in_strip else None

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """It ends in another cell: filter on it. In the same cell: go to its time."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._strip is None:
            return
        cells = sorted((pressed - EDGE, event.screen_x - EDGE))
        first, behind = self._strip.start_of(cells[0]), self._strip.end_of(cells[1])
        if first is None or behind is None:
            return
        if cells[0] == cells[1]:
            self.model.goto_time(first)
            self._tell("")
        else:
            self._span(first, behind)

    def action_begin_span(self) -> None:
        """A span of time begins at the cursor."""
        if (call := self.model.current()) is not None:
            self._span_from = call.ts
            self._tell("a span begins here, ) ends it at another event")

    def action_end_span(self) -> None:
        """It ends at the cursor: filter on it."""
        call = self.model.current()
        if call is None or self._span_from is None:
            self._tell("( begins a span of time, ) ends it")
            return
        first, last = sorted((self._span_from, call.ts))
        self._span_from = None
        self._span(first, last + 1)

    def _span(self, first: int, behind: int) -> None:
        from scaptui.screens.filter_area import with_added
        from scaptui.views.written import span_filter

        added = span_filter(first, behind, self.model.zone)
        self.apply(with_added(self.filter_text, added, "and"))

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
            self._file = FileFacts.of(self.capture, stopped=True)
            self._tell("reading stopped, what was read stays")
        elif self.told == _TWICE:
            self.app.exit_viewer()  # type: ignore[attr-defined]
        else:
            self._tell(_TWICE)
