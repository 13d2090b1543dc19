"""A thread held against another one, or against all that did nearly the same."""

from dataclasses import dataclass
from typing import Final

from scaptui._core import Capture, Event
from scaptui.capture.doings import steps_of, threads_like
from scaptui.capture.streams import stream_of
from scaptui.errors import Refused
from scaptui.views.parting import Parting, compare

LAST: Final = 2**32 - 1
# Threads of a program that share so many of their calls did the same kind of work.
_NEARLY: Final = 0.5
# Threads that one is held against at most, the nearest in the capture.
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread.

    Attributes:
        tid: Its number.
        comm: Name of its program.
        event: An event of it.
    """

    tid: int
    comm: bytes
    event: int


@dataclass(frozen=True, slots=True)
class Against:
    """A thread and what it was held against.

    Attributes:
        thread: The thread.
        others: Those it was held against.
        partings: Where they part, in order, and how many of the others part there so.
        alike: Calls that agree with the other; with the nearest of many.
        is_pair: Whether the other was named, a single one.
    """

    thread: Thread
    others: tuple[Thread, ...]
    partings: tuple[tuple[Parting, int], ...]
    alike: int
    is_pair: bool = False


def thread_of(capture: Capture, event: int) -> Thread:
    """The thread of an event."""
    call = Event(capture, event).call
    return Thread(call.tid or 0, call.comm, event)


def against_one(capture: Capture, event: int, base: int) -> Against:
    """The threads of two events, over their lives.

    Two events of one thread are held against each other by what it did while their descriptors
    were open: a server that answers one request after another in a loop, for example.

    Raises:
        Refused: both events are of one thread and one descriptor.
    """
    thread, other = thread_of(capture, event), thread_of(capture, base)
    ours, theirs = (steps_of(capture, each, 0, LAST) for each in (event, base))
    if ours and theirs and ours[0].event == theirs[0].event:
        ours, theirs = (steps_of(capture, each, *_span(capture, each)) for each in (event, base))
        if ours and theirs and ours[0].event == theirs[0].event:
            raise Refused(
                "both events are of one thread and one descriptor",
                "take events of two threads, or of two connections of one",
            )
    compared = compare(ours, theirs)
    partings = tuple((parting, 1) for parting in compared.partings)
    return Against(thread, (other,), partings, compared.alike, is_pair=True)


def _span(capture: Capture, event: int) -> tuple[int, int]:
    """The first and the last event of the thread's end of an event's stream."""
    call = Event(capture, event).call
    if call.fd is None or call.fd < 0:
        raise Refused(
            "both events are of one thread, and one of them works on no descriptor",
            "take events of two threads, or of two connections of one",
        )
    ends = stream_of(capture, event, call.fd).ends
    own = next((end for end in ends if call.tid in end.tids), ends[0])
    return own.first, max(own.last, own.closed)


def against_all(capture: Capture, event: int) -> Against:
    """The thread of an event, and all of its program that did nearly the same."""
    ours = steps_of(capture, event, 0, LAST)
    like = sorted(threads_like(capture, event), key=lambda each: abs(each - event))
    others: list[Thread] = []
    found: dict[tuple[object, ...], list[Parting]] = {}
    best = 0
    for other in like[: _MOST + 1]:
        theirs = steps_of(capture, other, 0, LAST)
        if not ours or not theirs or theirs[0].event == ours[0].event:
            continue
        if len(theirs) > 3 * len(ours) or len(ours) > 3 * len(theirs):
            continue
        compared = compare(ours, theirs)
        if compared.alike < _NEARLY * min(len(ours), len(theirs)) / 2:
            continue
        best = max(best, compared.alike)
        others.append(thread_of(capture, other))
        for parting in compared.partings:
            found.setdefault(_place(parting), []).append(parting)
    partings = [(same[0], len(same)) for same in found.values()]
    # What parts from all of them tells most.
    partings.sort(key=lambda each: (-each[1], _event(each[0])))
    return Against(thread_of(capture, event), tuple(others), tuple(partings), best)


def _place(parting: Parting) -> tuple[object, ...]:
    return parting.kind, tuple(step.event for step in parting.ours), parting.our_line


def _event(parting: Parting) -> int:
    return parting.ours[0].event if parting.ours else LAST
