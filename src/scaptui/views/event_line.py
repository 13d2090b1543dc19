"""One event as the line that `scaptui print` writes, safe to show and to paste."""

from typing import Final

from scaptui._core import Capture, Event
from scaptui.escaping import one_line
from scaptui.views.units import Zone, clock

_LOOKED_AT: Final = 4_096


def event_line(capture: Capture, number: int, zone: Zone, most: int | None = None) -> str:
    """Number, time, cpu, program, thread, direction, type and arguments.

    Of a longer line than `most` characters the beginning, ending in three dots.
    """
    event = Event(capture, number)
    call = event.call
    info = event.text("evt.info") or b""
    if most is not None:
        info = info[:_LOOKED_AT]
    name = one_line(call.comm) or "<NA>"
    tid = "<NA>" if call.tid is None else str(call.tid)
    way = "<" if call.is_exit else ">"
    words = [str(number), clock(call.ts, zone, 9), str(call.cpu), name, f"({tid})", way]
    line = " ".join([*words, one_line(call.name), one_line(info)]).rstrip()
    return line if most is None or len(line) <= most else line[: most - 3] + "..."
