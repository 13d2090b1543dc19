"""Selections: the events a filter selects, as rows that grow while a capture is read."""

from scaptui._core import Capture, Event, Filter, Selection

__all__ = ["Event", "Selection", "event_numbered", "select_events"]


def select_events(capture: Capture, selected: Filter | None, *, calls: bool = True) -> Selection:
    """A selection that has looked at nothing yet. A row is a call, or every event is one."""
    return Selection(capture, selected, calls=calls)


def event_numbered(capture: Capture, number: int) -> Event:
    """Everything about the event of this number, which must have been read."""
    return Event(capture, number)
