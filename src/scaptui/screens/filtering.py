"""The filter of the main screen: typed, taken back, and explained."""

import gc
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaptui.capture.opening import Filter
from scaptui.errors import Refused
from scaptui.screens.opened import Opened, compiled_filter
from scaptui.screens.showing import ShowingScreen
from scaptui.screens.trail import Trail
from scaptui.views.cells import Line
from scaptui.widgets.event_list import EventList
from scaptui.widgets.lines import LinesView

if TYPE_CHECKING:  # loaded when first needed: the filter language takes longer than the screen
    from scaptui.filter.expression import Expression
    from scaptui.screens.filter_area import FilterArea
    from scaptui.screens.why_area import WhyArea
    from scaptui.widgets.why import WhyPage


class FilteringScreen(ShowingScreen):
    """Joins the prompt of the filter and its explanation to the rows."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._trail = Trail()
        self._filtering: FilterArea | None = None
        self._explaining: WhyArea | None = None
        self._expression: Expression | None = None
        # What the cursor line says for a pane that has the keyboard; None where it tells the event.
        self._typing: Line | None = None
        # The keys of that pane.
        self._typing_keys: Sequence[tuple[str, str]] = ()

    def apply(self, text: str) -> None:
        """Show what a filter selects; a mistake in it is told."""
        try:
            compiled = compiled_filter(text) if text else None
        except Refused as error:
            self._refused(error)
            return
        self._leave_filter()
        self._take(text, compiled)

    def _take(self, text: str, compiled: Filter | None) -> None:
        self.filter_text, self._expression = text, None
        self._show(compiled)

    def _leave_filter(self) -> None:
        """Remember the filter that is left, for going back to it."""
        self._trail.leave(self.filter_text)

    async def _rows_came(self) -> None:
        if self._filtering is not None:
            self._filtering.capture_grew()
        await super()._rows_came()
        await self._explain_emptiness()

    def _leave_rows(self) -> None:
        self._leave_why()

    # Typing it

    async def action_filter(self) -> None:
        """Type a filter; what it selects so far is shown at once."""
        from scaptui.screens.filter_area import FilterArea

        if self._filtering is None:
            self._filtering = FilterArea(
                self.capture, self._work, self.filter_text, self.first_line, id="typing"
            )
            await self.mount(self._filtering, before="#strip")
            gc.freeze()  # the filter language is here to stay, too
            if not self.query("#filter"):
                return  # the viewer was closed meanwhile
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
        self._typing, self._typing_keys = message.cursor_line, message.keys
        events = self.query_one("#events", EventList)
        before = self.model.note, events.has_heading
        self.model.note = "last valid filter" if message.is_wrong else ""
        # What is offered hangs over the titles of the list.
        events.has_heading = not message.is_offering
        if before != (self.model.note, events.has_heading):
            events.redraw()
        self.query_one("#cursor", LinesView).redraw()
        self._tell_keys()

    # Why it selects what it selects

    async def action_why(self) -> None:
        """Explain the filter in place of the list."""
        if self.filter_text:
            await self._explain()
        else:
            self._tell("there is no filter to explain, f sets one")

    async def _explain_emptiness(self) -> None:
        """Where a filter selects nothing, its explanation stands in place of the list."""
        found = self.model.progress
        # Where events were lost there are rows, too.
        is_empty = not (found.rows and found.events)
        if self.filter_text and found.done and is_empty and self._typing is None:
            await self._explain()

    async def _explain(self) -> None:
        from scaptui.screens.why_area import WhyArea

        if self._explaining is None:
            self._explaining = WhyArea(self.capture, self._work, id="why")
            await self.query_one("#left").mount(self._explaining)
        self._explaining.display = True
        self._place_panes()
        self._explaining.explain(self.filter_text, self._limits)

    @property
    def _limits(self) -> str:
        """What the capture cannot hold, whatever the filter asks for; empty for one of all."""
        return ""

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
        self._typing_keys = message.page.keys
        self.query_one("#cursor", LinesView).redraw()
        self._tell_keys()
