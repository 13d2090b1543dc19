"""What happened after an event, told from the calls that follow it."""

from collections.abc import Sequence
from typing import Final

from scaptui._core import Ancestor, Call
from scaptui.escaping import dotted
from scaptui.views.event_rows import ending
from scaptui.views.names import named
from scaptui.views.units import latency

_MOST: Final = 4
_STDERR: Final = 2


def next_steps(call: Call, lineage: Sequence[Ancestor], following: Sequence[Call]) -> list[str]:
    """Up to four lines: what the process said and how it ended, and what its ancestors did then.

    `following` are calls after the event, in order; of those further away nothing is told.
    """
    family = {ancestor.pid for ancestor in lineage}
    told: list[str] = []
    ended: set[int] = set()
    said = False
    for at, later in enumerate(following):
        if later.pid is None or (later.pid != call.pid and later.pid not in family):
            continue
        who = named(later.comm)
        name = who if later.pid == call.pid else f"{who} {later.pid}"
        if later.exit_status is not None and later.tid == later.pid and later.pid not in ended:
            ended.add(later.pid)
            words = f"{name} {_ends(later.exit_status)}"
        elif _complains(later, call.pid) and not said:
            said = True
            words = f"{later.name} {later.fd}   {_sentence(following[at:], later.pid)}"
        elif later.signal and later.peer and later.name != "signaldeliver" and not later.errno:
            words = f"{name} sends {later.signal} to {later.peer[0]}"
        else:
            continue
        told.append(f"{'+' + latency(later.ts - call.ts):<8}{later.number:<7}{words}")
        if len(told) == _MOST:
            break
    return told


def _complains(call: Call, pid: int | None) -> bool:
    """Whether a process writes to its standard error."""
    return call.pid == pid and call.is_write and call.fd == _STDERR and bool(call.data)


def _sentence(calls: Sequence[Call], pid: int) -> str:
    """What a process writes to standard error up to the end of a line: often in several calls."""
    said = b""
    for call in calls:
        if _complains(call, pid):
            said += call.data or b""
            if b"\n" in said:
                break
    return dotted(said.partition(b"\n")[0])


def _ends(status: int) -> str:
    words = ending(status)
    return words.replace("exit", "exits") if words.startswith("exit") else f"dies by {words}"
