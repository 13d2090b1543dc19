"""Work beside the screen: one thread that takes small steps of whatever was asked for last.

Steps are at most a few milliseconds, so what is asked for next never waits long, and an answer
carries the number of its question, so that an old one is known when it arrives late.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from scaptui.capture.opening import give_way
from scaptui.capture.selecting import Selection
from scaptui.views.event_list import Sought

# Budget of one call into the core. The screen's own thread runs between two of them.
STEP_MS: Final = 4
# How long no step is taken after a key at most, in seconds: its picture asks the core, too.
HOLD: Final = 0.025
# How long the thread sleeps when the capture is still being read and nothing else is to do.
_PAUSE_MS: Final = 40
# How long, in seconds, where another task may have something to do.
_MOMENT: Final = 0.001

if TYPE_CHECKING:  # loaded when there are rules
    from scaptui.views.event_text import EventText
    from scaptui.views.rule_marks import RuleMarks

_Told = TypeVar("_Told")


class Task(Protocol):
    """Something that takes many steps."""

    def step(self) -> bool:
        """Do a little; True when there is no more to do for now."""


class Background:
    """Runs tasks by name, each a step in turn. A new task takes the place of one of its name.

    `failed` is called, on the thread, with what a step raised.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._tasks: dict[str, Task] = {}
        self._changed = threading.Condition()
        self._ended = False
        self._held_until = 0.0
        self._thread = threading.Thread(target=self._run, name="scaptui-work", daemon=True)

    def start(self) -> None:
        """Begin with the tasks given so far."""
        self._thread.start()

    def give(self, name: str, task: Task) -> None:
        """Put a task to work, in place of the one that has the name."""
        with self._changed:
            self._tasks[name] = task
            self._changed.notify()

    def drop(self, name: str) -> bool:
        """Forget a task; says whether there was one at work."""
        with self._changed:
            return self._tasks.pop(name, None) is not None

    def busy(self, name: str) -> bool:
        """Whether a task of this name is at work."""
        return name in self._tasks

    def hold(self, seconds: float = HOLD) -> None:
        """Take no step for a moment: the screen is about to ask the core."""
        self._held_until = time.monotonic() + seconds

    def go_on(self) -> None:
        """Take steps again: the picture is made."""
        with self._changed:
            self._held_until = 0.0
            self._changed.notify()

    def end(self) -> None:
        """Take no further step."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout=2)

    def _run(self) -> None:
        give_way()
        try:
            while True:
                with self._changed:
                    while not (self._tasks or self._ended):
                        self._changed.wait()
                    if self._ended:
                        return
                    tasks = list(self._tasks.items())
                for name, task in tasks:
                    with self._changed:
                        while (left := self._held_until - time.monotonic()) > 0:
                            if self._ended:
                                return
                            self._changed.wait(left)
                    if task.step():
                        with self._changed:
                            if self._tasks.get(name) is task:
                                del self._tasks[name]
        except BaseException as error:  # noqa: BLE001 - a panic of the core is no Exception
            self._failed(error)


class Once:
    """A task of one step."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function

    def step(self) -> bool:
        """Do it."""
        self._function()
        return True


class Streaming:
    """A task that hands on what an iterator yields, one a step."""

    def __init__(self, source: Iterator[_Told], tell: Callable[[_Told], object]) -> None:
        self._source = source
        self._tell = tell

    def step(self) -> bool:
        """Hand on the next."""
        for told in self._source:
            self._tell(told)
            return False
        return True


class Selecting:
    """Steps a selection; `grew` is called, on the thread, when there is something new to show.

    At once for the first rows and at the end, at a pace between.
    """

    def __init__(
        self, selection: Selection, pace: "Pace", grew: Callable[[Selection], None]
    ) -> None:
        self._selection = selection
        self._pace = pace
        self._grew = grew
        self._has_rows = False
        self._told = -1

    def step(self) -> bool:
        """Look at more events."""
        before = self._selection.progress().looked
        progress = self._selection.step(STEP_MS, yields=True)
        first = bool(progress.rows) and not self._has_rows
        self._has_rows = bool(progress.rows)
        if progress.done or first or (progress.looked != self._told and self._pace.due()):
            self._told = progress.looked
            self._grew(self._selection)
        elif progress.looked == before:
            time.sleep(_PAUSE_MS / 1000)  # the reader is not that far yet
        return progress.done


class Ruling:
    """Looks for events that rules match; `found` is called, on the thread, at a pace."""

    def __init__(self, rules: "RuleMarks", pace: "Pace", found: Callable[[], None]) -> None:
        self._rules = rules
        self._pace = pace
        self._found = found
        self._has_news = False

    def step(self) -> bool:
        """Look at more events for one of them."""
        is_done = self._rules.step(STEP_MS)
        self._has_news |= not self._rules.is_idle
        if is_done or (self._has_news and self._pace.due()):
            self._has_news = False
            self._found()
        elif self._rules.is_idle:
            # The reader is not that far yet, and the selection beside this waits for it longer.
            time.sleep(_MOMENT)
        return is_done


class Saying:
    """Steps a text of one line; `said` is called, on the thread, with it."""

    def __init__(self, make: Callable[[], "EventText"], said: Callable[[str], None]) -> None:
        self._make = make
        self._said = said
        self._text: EventText | None = None

    def step(self) -> bool:
        """Look for what it is about."""
        self._text = self._text or self._make()
        piece = self._text.step(STEP_MS)
        if not piece and not self._text.done:
            return False
        self._said(piece.decode("utf-8", "replace").rstrip("\n"))
        return True


class Seeking:
    """Steps a search; `found` is called, on the thread, with the row it ends at."""

    def __init__(self, sought: Sought, found: Callable[[Sought, int | None], None]) -> None:
        self._sought = sought
        self._found = found

    def step(self) -> bool:
        """Look at more rows."""
        row = self._sought.search.step(STEP_MS, yields=True)
        if row is None and not self._sought.search.done:
            return False
        self._found(self._sought, row)
        return True


class Pace:
    """Lets something happen at most so often."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._next = 0.0

    def due(self) -> bool:
        """Whether it may happen now; if so, not again too soon."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self.seconds
        return True
