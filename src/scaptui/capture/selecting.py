"""Selections: the events a filter selects, as rows that grow while a capture is read."""

from scaptui._core import Call, Capture, Filter, Selection

__all__ = ["Call", "Selection", "select_events"]


def select_events(capture: Capture, selected: Filter | None, *, calls: bool = True) -> Selection:
    """A selection that has looked at nothing yet. A row is a call, or every event is one.

    Where events were lost there is a row, too.
    """
    return Selection(capture, selected, calls=calls, losses=True)
