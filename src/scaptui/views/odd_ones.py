"""Which thread did what none that is like it did: of many alike, the odd one.

Threads of a program that made nearly the same calls are held against one of them that did what most
do. Where only few of them part, and in the same way, that is told.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from re import compile as pattern
from typing import Final

from scaptui._core import Capture, Filter
from scaptui.capture.doings import Step, doings, steps_of_each, threads_like
from scaptui.views.parting import UNEVEN, Kind, Parting, compare
from scaptui.views.threads import Thread, thread_of

# So many threads are alike, or none of them is odd.
_LEAST: Final = 4
# Threads of a program that are looked at, and steps of a thread.
_MOST: Final = 120
_STEPS: Final = 2_000
# What so small a share of those alike did is odd.
_FEW: Final = 0.1
# Threads of which one takes the measure are tried in turn.
_TRIES: Final = 3
# Threads of which a smaller share agrees did something else altogether.
_NEARLY: Final = 0.75
_ENDS: Final = frozenset(("procexit", "exit", "exit_group"))
KINDS: Final[tuple[Kind, ...]] = ("data", "error", "call")
_DIGITS: Final = pattern(rb"[0-9]+")


@dataclass(frozen=True, slots=True)
class Odd:
    """What few of many alike did.

    Attributes:
        threads: Those that did it, the first of the capture first.
        parting: How the first of them parts from `like`.
        like: One that did what most do.
        alike: How many were held against it, itself too.
    """

    threads: tuple[Thread, ...]
    parting: Parting
    like: Thread
    alike: int

    @property
    def event(self) -> int:
        """The event at which the first of the threads parts."""
        steps = self.parting.ours
        return steps[0].event if steps else self.threads[0].event


def odd_ones(
    capture: Capture, selected: Filter | None, goes_on: Callable[[], bool] = lambda: True
) -> list[Odd]:
    """Of all programs with selected events, what tells most first."""
    found: dict[tuple[int, int, Kind], Odd] = {}
    for event in _programs(capture, selected):
        if not goes_on():
            break
        for odd in _of_program(capture, threads_like(capture, event), goes_on):
            # A process that executed another program is among those of both.
            at = (odd.parting.ours or odd.parting.theirs)[0].event
            found.setdefault((odd.threads[0].tid, at, odd.parting.kind), odd)
    return sorted(found.values(), key=_order)


def _programs(capture: Capture, selected: Filter | None) -> Iterator[int]:
    """An event of each program that has enough processes or threads."""
    first: dict[bytes, int] = {}
    for each in doings(capture, selected):
        first.setdefault(each.program, each.first)
    yield from first.values()


def _of_program(
    capture: Capture, events: Sequence[int], goes_on: Callable[[], bool]
) -> Iterator[Odd]:
    if len(events) < _LEAST:
        return
    looked_at = list(events[:_MOST])
    of_each = steps_of_each(capture, looked_at, _STEPS)
    steps = {event: steps for event, steps in zip(looked_at, of_each, strict=True) if steps}
    if not goes_on():
        return
    shapes = {event: _shape(each) for event, each in steps.items()}
    for shape, many in Counter(shapes.values()).most_common(1):
        if many < _LEAST - 1:
            return
        measures = [event for event in steps if shapes[event] == shape]
        size = len(steps[measures[0]])
        near = {
            event: each for event, each in steps.items() if len(each) <= 2 * size <= 4 * len(each)
        }
        yield from _held(capture, near, measures)


def _held(capture: Capture, steps: dict[int, list[Step]], measures: Sequence[int]) -> Iterator[Odd]:
    for measure in measures[:_TRIES]:
        ways: dict[tuple[object, ...], list[tuple[int, Parting]]] = {}
        alike = 1
        for event, ours in steps.items():
            compared = compare(ours, steps[measure])
            said = sum(parting.kind == "data" for parting in compared.partings)
            if event == measure or compared.alike + said < _NEARLY * compared.of:
                continue
            alike += 1
            for parting in _seen_whole(compared.partings, ours):
                ways.setdefault(_way(parting), []).append((event, parting))
        if any(len(found) > alike / 2 for found in ways.values()):
            continue  # it is odd itself
        few = max(1, int(_FEW * alike)) if alike >= _LEAST else 0
        for found in ways.values():
            events = dict.fromkeys(event for event, _ in found)
            if len(events) <= few:
                threads = tuple(_named(capture, *each) for each in found)
                yield Odd(threads, found[0][1], thread_of(capture, measure), alike)
        return


def _seen_whole(partings: Sequence[Parting], ours: Sequence[Step]) -> Sequence[Parting]:
    """Partings but for what is missing at the end of a thread that still lives."""
    if partings and not partings[-1].ours and ours[-1].call not in _ENDS:
        return partings[:-1]
    return partings


def _named(capture: Capture, event: int, parting: Parting) -> Thread:
    """The thread as it was called when it parted: a process is named anew by what it executes."""
    return thread_of(capture, parting.ours[0].event if parting.ours else event)


def _shape(steps: Sequence[Step]) -> tuple[tuple[str, bytes, str], ...]:
    return tuple((s.call, s.about, s.error) for s in steps if s.call not in UNEVEN)


def _way(parting: Parting) -> tuple[object, ...]:
    """What partings have in common that are the same in two threads."""
    if parting.kind == "data":
        line = _DIGITS.sub(b"0", parting.our_line)
        return parting.kind, parting.ours[0].call, parting.ours[0].about, line
    return parting.kind, _shape(parting.ours), _shape(parting.theirs)


def _order(odd: Odd) -> tuple[int, int, int]:
    return KINDS.index(odd.parting.kind), len(odd.threads), odd.event
