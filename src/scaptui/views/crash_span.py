"""From which event to which a run goes."""

from scaptui._core import Capture
from scaptui.capture.opening import BUDGET_MS, Filter
from scaptui.capture.selecting import select_events
from scaptui.views.crashes import Run


def span_of(capture: Capture, run: Run, scope: Filter) -> tuple[int, int] | None:
    """Numbers of the first and the last event of a run among those that its scope selects.

    Pids come again: events of the scope before the run's start or after its end are of others.
    None where there is no event. A pass over the events, in the core.
    """
    selection = select_events(capture, scope, calls=False)
    while not selection.step(BUDGET_MS).done:
        pass
    rows = selection.progress().rows
    begin = 0 if run.started is None else selection.row_at(run.started)
    stop = rows if run.ended is None else selection.row_at(run.ended + 1)
    if begin >= stop:
        return None
    first, last = selection.number(begin), selection.number(stop - 1)
    if first is None or last is None:
        return None
    return first, last
