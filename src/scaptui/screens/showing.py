"""What the main screen shows, apart from drawing it: rows, searches, counts."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final

from textual.message import Message

from scaptui.capture.opening import Filter
from scaptui.capture.selecting import Selection, select_events
from scaptui.errors import Refused
from scaptui.screens.background import HOLD, Background, Once, Pace, Seeking, Selecting
from scaptui.screens.opened import Opened, compiled_filter
from scaptui.screens.sizing import SizedScreen
from scaptui.views.cells import Line
from scaptui.views.event_list import EventListModel, Sought
from scaptui.views.status import FileFacts
from scaptui.views.strip import Strip

# How often the screen changes by itself while a file is read, in seconds.
_PACE: Final = 0.5


class ShowingScreen(SizedScreen[None]):
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
    def _tell_keys(self) -> None:
        """Tell the keys of the pane that has them."""

    @abstractmethod
    def _place_panes(self) -> None:
        """Place the panes anew."""

    async def _rows_came(self) -> None:
        """Draw what came."""
        self._redraw()

    def _leave_rows(self) -> None:
        """Other rows are about to be shown: close what tells of these."""

    def key_comes(self) -> None:
        """A key is on its way to this screen or one above it: what else runs gives way."""
        self._work.hold()
        self.capture.pause(round(HOLD * 1000))

    def picture_made(self) -> None:
        """A picture is on its way to the terminal: go on with what gave way to it."""
        self.capture.pause(0)
        self._work.go_on()

    # Rows

    def _show(self, compiled: Filter | None) -> None:
        self.compiled = compiled
        self._replace(select_events(self.capture, compiled, calls=not self.model.raw))

    def _refused(self, error: Refused) -> None:
        self._tell("; ".join(filter(None, [error.message, error.hint])))

    def _replace(self, selection: Selection, *, raw: bool | None = None) -> None:
        self._drop_search()
        self._leave_rows()
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
        await self._rows_came()

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
