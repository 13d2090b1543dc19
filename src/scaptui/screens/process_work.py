"""What the page of processes is asked for, and how it is found out beside the screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scaptui.capture.opening import Capture, Filter
from scaptui.errors import Refused
from scaptui.screens.background import STEP_MS
from scaptui.views.cells import Line
from scaptui.views.process_details import ProcessDetails
from scaptui.views.process_frame import Rows
from scaptui.views.process_snapshot import Snapshot
from scaptui.views.units import Zone

# What stands around the tree is told by who opens it: line 1, and the strip with the moment's mark.
FirstLine = Callable[[str, int], Line]
Strip = Callable[[int | None, int], Sequence[Line]]


@dataclass(frozen=True)
class TreeAsked:
    """The tree that is wanted.

    Attributes:
        capture: The capture.
        rows: Rows of the selection that is shown, for steps from event to event.
        selected: The filter, None for all events.
        filter_text: The same as text.
        at: As of which event; None for the end.
        zone: The zone of all times.
        first_line: Line 1 for the screen's name and a width.
        strip: The strip and its marks, for the moment's time (ns) and a width.
    """

    capture: Capture
    rows: Rows
    selected: Filter | None
    filter_text: str
    at: int | None
    zone: Zone
    first_line: FirstLine
    strip: Strip


class Taking:
    """Takes the tree of a moment, in one step."""

    def __init__(
        self,
        asked: TreeAsked,
        at: int | None,
        taken: Callable[[Snapshot], None],
        refused: Callable[[Refused], None],
    ) -> None:
        self._asked = asked
        self._at = at
        self._taken = taken
        self._refused = refused

    def step(self) -> bool:
        """Take it."""
        try:
            snapshot = Snapshot.take(self._asked.capture, self._asked.selected, self._at)
        except Refused as refused:
            self._refused(refused)
        else:
            self._taken(snapshot)
        return True


class Knowing:
    """Steps what is to be known of a process, and tells it whole."""

    def __init__(
        self,
        details: ProcessDetails,
        known: Callable[[ProcessDetails], None],
        refused: Callable[[Refused], None],
    ) -> None:
        self._details = details
        self._known = known
        self._refused = refused

    def step(self) -> bool:
        """Find out more."""
        try:
            done = self._details.step(STEP_MS)
        except Refused as refused:
            self._refused(refused)
            return True
        if done:
            self._known(self._details)
        return done
