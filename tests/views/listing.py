"""Event lists over captures, as a person would have them on screen."""

from pathlib import Path

from scaptui.capture.opening import Capture, compile_filter, open_capture, read_all
from scaptui.capture.selecting import Selection, select_events
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from scaptui.views.cells import line_text
from scaptui.views.event_list import EventListModel
from scaptui.views.units import Zone

UTC = Zone.named("UTC")


def read(path: Path) -> Capture:
    """A capture, read to its end."""
    capture = open_capture([str(path)])
    read_all(capture)
    return capture


def selected(capture: Capture, text: str = "", *, calls: bool = True) -> Selection:
    """What a filter selects, all of it."""
    compiled = compile_filter(wire(understood(text).expression)) if text else None
    selection = select_events(capture, compiled, calls=calls)
    while not selection.step(100).done:
        pass
    return selection


def event_list(
    capture: Capture, text: str = "", *, cells: int = 80, height: int = 16, raw: bool = False
) -> EventListModel:
    """The list of what a filter selects, in a window of so many cells and rows."""
    model = EventListModel(capture, selected(capture, text, calls=not raw), UTC, raw=raw)
    model.resize(cells, height)
    model.refresh()
    return model


def rows_from(model: EventListModel, number: int, cursor: int) -> list[str]:
    """Texts of the window that begins at one event, with the cursor on another."""
    model.goto_number(cursor)
    model.top = model.selection.row(number)
    return [line_text(row.line).rstrip() for row in model.lines()]
