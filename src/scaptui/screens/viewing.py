"""Work beside the screen of views: their rows while they grow, and how many each has."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from scaptui.capture.opening import Capture, compile_filter
from scaptui.errors import Refused
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from scaptui.screens.background import STEP_MS, Pace
from scaptui.views.view_columns import View
from scaptui.views.view_page import Level
from scaptui.views.view_query import ViewQuery, ViewTable, joined
from scaptui.views.view_search import ViewSearch

# How long the thread sleeps when the reader is not that far yet, in seconds.
_PAUSE: Final = 0.04


class Growing:
    """Steps a view; `grew` is called, on the thread, at a pace and at the end."""

    def __init__(self, level: Level, pace: Pace, grew: Callable[[Level, ViewTable], None]) -> None:
        self._level = level
        self._query = level.query
        self._pace = pace
        self._grew = grew
        self._looked = self._told = -1

    def step(self) -> bool:
        """Look at more events."""
        before = self._looked
        done = self._query.step(STEP_MS, yields=True)
        self._looked = self._query.looked
        if done or (self._looked != self._told and self._pace.due()):
            self._told = self._looked
            self._grew(self._level, self._query.table(self._level.order))
        elif self._looked == before:
            time.sleep(_PAUSE)
        return done


class Seeking:
    """Steps the search for a text; `ended` is called, on the thread, once it is over."""

    def __init__(self, search: ViewSearch, ended: Callable[[ViewSearch], None]) -> None:
        self._search = search
        self._ended = ended

    def step(self) -> bool:
        """Look at more rows."""
        if not self._search.step(STEP_MS):
            return False
        self._ended(self._search)
        return True


class Counting:
    """Counts the rows of one view after the other; `counted` is called, on the thread."""

    def __init__(
        self,
        capture: Capture,
        views: Iterator[View],
        scope: tuple[str, int | None],
        counted: Callable[[View, int], None],
    ) -> None:
        self._capture = capture
        self._views = views
        self._scope = scope
        self._counted = counted
        self._view: View | None = None
        self._query: ViewQuery | None = None

    def step(self) -> bool:
        """Look at more events for one of them; what has been read so far is enough."""
        if self._query is None or self._view is None:
            self._view = next(self._views, None)
            if self._view is None:
                return True
            try:
                if self._view.source == "latency":
                    self._counted(self._view, self._calls())
                    return False
                self._query = ViewQuery(self._capture, self._view, *self._scope)
            except Refused:
                self._query = None
            return False
        before = self._query.looked
        if self._query.step(STEP_MS, yields=True) or self._query.looked == before:
            self._counted(self._view, len(self._query.table(())))
            self._query = None
        return False

    def _calls(self) -> int:
        """Calls with a latency."""
        scope = joined((self._scope[0], "evt.dir=< and evt.latency>0"))
        return self._capture.count(compile_filter(wire(understood(scope).expression)))
