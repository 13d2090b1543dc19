"""What the main screen shows, apart from drawing it: rows of a filter, searches, explanations."""

import gc
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.screen import Screen

from scaptui.capture.opening import Filter
from scaptui.capture.selecting import Selection, select_events
from scaptui.errors import Refused
from scaptui.screens.background import HOLD, Background, Once, Pace, Seeking, Selecting
from scaptui.screens.opened import Opened, compiled_filter
from scaptui.views.cells import Line
from scaptui.views.event_list import EventListModel, Sought
from scaptui.views.status import FileFacts
from scaptui.views.strip import Strip
from scaptui.widgets.event_list import EventList
from scaptui.widgets.footer import Footer
from scaptui.widgets.lines import LinesView

if TYPE_CHECKING:  # loaded when first needed: the filter language takes longer than the screen
    from scaptui.filter.expression import Expression
    from scaptui.screens.asking import PageLeft
    from scaptui.screens.filter_area import FilterArea
    from scaptui.screens.why_area import WhyArea
    from scaptui.widgets.why import WhyPage

# Filters one can go back to.
_MOST_BEFORE: Final = 100
# How often the screen changes by itself while a file is read, in seconds.
_PACE: Final = 0.5


class ShowingScreen(Screen[None]):
    """Owns the models of one capture and steps long work beside the screen."""

    class Grew(Message):
        """More of the capture was looked at for a selection."""

        def __init__(self, selection: Selection, strip: Strip, facts: FileFacts) -> None:
            super().__init__()
            self.selection = selection
            self.strip = strip
            self.facts = facts

        def can_replace(self, message: Message) -> bool:
            """The newest tells everything."""
            return isinstance(message, ShowingScreen.Grew)

    class Found(Message):
        """A search ended at a row, or at none."""

        def __init__(self, sought: Sought, row: int | None) -> None:
            super().__init__()
            self.sought = sought
            self.row = row

    class Counted(Message):
        """How many events a filter with a clause more would select."""

        def __init__(self, text: str, events: int) -> None:
            super().__init__()
            self.text = text
            self.events = events

    class Failed(Message):
        """The work beside the screen met a defect."""

        def __init__(self, error: BaseException) -> None:
            super().__init__()
            self.error = error

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self.capture = opened.capture
        self.filter_text = opened.filter_text
        self.compiled = opened.compiled
        # What is read while it is made has a number for a name.
        self._sources = opened.sources if opened.live is None else ("live",)
        self.model = EventListModel(
            self.capture, select_events(self.capture, opened.compiled), opened.zone
        )
        self.model.rule_marks = opened.rules
        # Made beside the screen: asking for them may have to wait for the reader.
        self._strip: Strip | None = None
        self._file = FileFacts.of(self.capture)
        self._sought: Sought | None = None
        self._counting = ""
        self._base: int | None = None
        self._before: list[str] = []
        self._filtering: FilterArea | None = None
        self._explaining: WhyArea | None = None
        self._expression: Expression | None = None
        # What the cursor line says for a pane that has the keyboard; None where it tells the event.
        self._typing: Line | None = None
        self._pace = Pace(_PACE)
        self._work = Background(lambda error: self._post(self.Failed(error)))

    @property
    def matched(self) -> bool:
        """Whether the filter selects anything."""
        return self.model.progress.events > 0

    # What the screen that draws does

    @abstractmethod
    def first_line(self, name: str, width: int) -> Line:
        """Line 1 of a screen of this name."""

    @abstractmethod
    def counts_line(self, width: int) -> Line:
        """Line 2: the filter, and what it selects."""

    @abstractmethod
    def strip_at(self, ts: int | None, width: int) -> Sequence[Line]:
        """The strip with the cursor's mark at a time."""

    @abstractmethod
    def _tell(self, told: str) -> None:
        """Say something in the cursor line until the next key, and draw what may have changed."""

    @abstractmethod
    def _redraw(self) -> None:
        """Draw what may have changed."""

    @abstractmethod
    def _place_panes(self) -> None:
        """Place the panes anew."""

    def key_comes(self) -> None:
        """A key is on its way to this screen or one above it: what else runs gives way."""
        self._work.hold()
        self.capture.pause(round(HOLD * 1000))

    def picture_made(self) -> None:
        """A picture is on its way to the terminal: go on with what gave way to it."""
        self.capture.pause(0)
        self._work.go_on()

    # Rows

    def apply(self, text: str) -> None:
        """Show what a filter selects; a mistake in it is told."""
        try:
            compiled = compiled_filter(text) if text else None
        except Refused as error:
            self._refused(error)
            return
        self._leave_filter()
        self.filter_text, self._expression = text, None
        self._show(compiled)

    def _leave_filter(self) -> None:
        """Remember the filter that is left, for going back to it."""
        self._before.append(self.filter_text)
        del self._before[:-_MOST_BEFORE]

    def action_filter_back(self) -> None:
        """Go back to the filter before this one."""
        while self._before and self._before[-1] == self.filter_text:
            self._before.pop()
        if not self._before:
            self._tell("there was no filter before this one")
            return
        self.apply(self._before.pop())
        self._before.pop()

    def _show(self, compiled: Filter | None) -> None:
        self.compiled = compiled
        self._replace(select_events(self.capture, compiled, calls=not self.model.raw))

    def _refused(self, error: Refused) -> None:
        self._tell("; ".join(filter(None, [error.message, error.hint])))

    def _replace(self, selection: Selection, *, raw: bool | None = None) -> None:
        self._drop_search()
        self._leave_why()
        # The first matches are there with the same picture.
        selection.step(3)
        self.model.replace(selection, raw=raw)
        self._select(selection)
        self._tell("")

    def _select(self, selection: Selection) -> None:
        self._work.give("select", Selecting(selection, self._pace, self._grew))

    def _grew(self, selection: Selection) -> None:
        """On the working thread: the strip looks at all events."""
        strip = Strip.of(self.capture, selection, self.size.width)
        self._post(self.Grew(selection, strip, FileFacts.of(self.capture)))
        self._work.hold()

    def _post(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    async def on_showing_screen_grew(self, message: Grew) -> None:
        """Show what was found meanwhile."""
        if message.selection is not self.model.selection:
            return
        self._strip, self._file = message.strip, message.facts
        self.model.refresh(message.strip.span)
        if self._filtering is not None:
            self._filtering.capture_grew()
        self._redraw()
        await self._explain_emptiness()

    async def _explain_emptiness(self) -> None:
        """Where a filter selects nothing, its explanation stands in place of the list."""
        found = self.model.progress
        # Where events were lost there are rows, too.
        is_empty = not (found.rows and found.events)
        if self.filter_text and found.done and is_empty and self._typing is None:
            await self._explain()

    def on_showing_screen_found(self, message: Found) -> None:
        """Go to where a search ended, unless another one was begun."""
        if message.sought is self._sought:
            self._sought = None
            self._tell(self.model.found(message.sought, message.row))

    def on_showing_screen_failed(self, message: Failed) -> None:
        """A defect beside the screen is a defect."""
        raise message.error

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

    # Counting

    @abstractmethod
    def tell_matches(self, events: int) -> None:
        """How many events would match with the clause that was asked about last."""

    def count_with(self, field: str, value: bytes) -> None:
        """Count beside the screen what the filter with a clause more would select."""
        from scaptui.screens.filter_area import with_clause

        self._counting = text = with_clause(self.filter_text, field, value, "and")

        def count() -> None:
            try:
                events = self.capture.count(compiled_filter(text))
            except Refused:
                return
            self._post(self.Counted(text, events))

        self._work.give("matches", Once(count))

    def on_showing_screen_counted(self, message: Counted) -> None:
        """Tell it, unless something else was asked about meanwhile."""
        if message.text == self._counting:
            self._counting = ""
            self.tell_matches(message.events)

    # The filter, and why

    async def action_filter(self) -> None:
        """Type a filter; what it selects so far is shown at once."""
        from scaptui.screens.filter_area import FilterArea

        if self._filtering is None:
            self._filtering = FilterArea(
                self.capture, self._work, self.filter_text, self.first_line, id="typing"
            )
            await self.mount(self._filtering, before="#strip")
            gc.freeze()  # the filter language is here to stay, too
        self._leave_why()
        self._typing, self.told = (), ""
        self.query_one("#filter").display = False
        self._place_panes()
        self._filtering.open(self.filter_text, self.size.height)

    async def on_filter_area_wanted(self, message: "FilterArea.Wanted") -> None:
        """Show what is typed so far, or what was applied."""
        from scaptui.screens.filter_area import compiled

        if message.text is not None:
            if message.text != self.filter_text:
                self._leave_filter()
            self.filter_text = message.text
            self._typing, self.model.note = None, ""
            self.query_one("#events", EventList).has_heading = True
            self.query_one("#filter").display = True
            self._place_panes()
            self.query_one("#events").focus()
        if message.expression != self._expression:
            self._expression = message.expression
            try:
                self._show(compiled(message.expression))
            except Refused as error:
                self._refused(error)
        # Counts that come while a filter is typed change nothing but the prompt.
        if message.text is not None:
            self._redraw()
            await self._explain_emptiness()

    def on_filter_area_changed(self, message: "FilterArea.Changed") -> None:
        """The prompt has other keys and says something else."""
        self._typing = message.cursor_line
        events = self.query_one("#events", EventList)
        before = self.model.note, events.has_heading
        self.model.note = "last valid filter" if message.is_wrong else ""
        # What is offered hangs over the titles of the list.
        events.has_heading = not message.is_offering
        if before != (self.model.note, events.has_heading):
            events.redraw()
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
        self._place_panes()
        self._explaining.explain(self.filter_text)

    def _leave_why(self) -> None:
        if self._explaining is not None and self._is_explaining:
            self._explaining.display = False
            self._explaining.leave()
            self._typing = None
            self._place_panes()

    @property
    def _is_explaining(self) -> bool:
        return self._explaining is not None and self._explaining.display

    def on_why_page_left(self) -> None:
        """Back to the list."""
        self._leave_why()

    def on_why_page_chosen(self, message: "WhyPage.Chosen") -> None:
        """Take the filter that was chosen on the page."""
        self._leave_why()
        self.apply(message.text)

    def on_why_page_event_asked(self, message: "WhyPage.EventAsked") -> None:
        """Go to an event among all."""
        self._leave_why()
        self.apply("")
        self._tell(self.model.goto_number(message.number))

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
            strip=self.strip_at,
        )
        self.app.push_screen(ProcessesScreen(asked), self._left_processes)

    def action_stream(self) -> None:
        """Show what went through the descriptor of the cursor's event."""
        call = self.model.current()
        if call is None:
            self._tell("there is no event here")
            return
        if call.fd is None or call.fd < 0:
            self._tell(f"{call.name} works on no descriptor; p leads to the streams of a process")
            return
        from scaptui.screens.stream import stream_screen
        from scaptui.views.streams import StreamWanted

        wanted = StreamWanted(call.number, call.fd)
        self.app.push_screen(stream_screen(self, wanted), self._left_processes)

    def action_errors(self) -> None:
        """Show failed calls in groups, those that tell most first."""
        from scaptui.screens.findings import errors_screen

        self.app.push_screen(errors_screen(self, self.compiled), self._left_processes)

    def action_base(self) -> None:
        """Mark the event whose thread others are compared with; with one marked, compare."""
        call = self.model.current()
        if call is None:
            self._tell("there is no event here")
        elif self._base is None:
            self._base = call.number
            self._tell(
                f"base is event {call.number}: B on another compares threads, B here with all alike"
            )
        else:
            from scaptui.screens.findings import parting_screen

            base, self._base = self._base, None
            self.app.push_screen(parting_screen(self, call.number, base), self._left_processes)

    async def _left_processes(self, left: "PageLeft | None") -> None:
        if left is None:
            return
        if left.filter_text is not None:
            self.apply(left.filter_text)
        # The filter of before may not have selected the event.
        if left.at is not None:
            self.model.goto_number(left.at)
        self._tell("")
        if left.then == "filter":
            await self.action_filter()
        elif left.then == "why":
            await self.action_why()
