"""Processes while they are recorded: what each did in the last interval."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from scaptui._core import Capture, Filter
from scaptui.capture.usage import Usage
from scaptui.views import units
from scaptui.views.process_columns import Cell, Column, TreeLines, count, ended, ended_role
from scaptui.views.process_rows import SORTS, Sort
from scaptui.views.process_snapshot import Process, Snapshot
from scaptui.views.process_tree import ProcessTreeModel

# Intervals for which a process that ended, or came to rest, is still shown.
LINGERING: Final = 3
# Below so many percent of a processor a process is at rest.
_AT_REST: Final = 0.05
# Processes at rest that are shown above one at work.
_ABOVE: Final = 2
_NARROW: Final = 64
_WITH_CONTAINER: Final = 100


class LiveProcesses:
    """Takes the tree of each interval. One thread asks."""

    def __init__(
        self, capture: Capture, usage: Usage | None, hidden: frozenset[int], child: int | None
    ) -> None:
        """`hidden` and what they started are left out, but for `child` and what that started."""
        self._capture = capture
        self._usage = usage
        self._hidden = hidden
        self._child = child
        self.everything = False
        """Whether processes at rest are shown, too."""
        self._marks: deque[int] = deque(maxlen=LINGERING)
        self._at = 0.0
        self._interval = 0
        self._active: dict[int, int] = {}

    def take(self, selected: Filter | None, now: float) -> Snapshot:
        """The tree of the interval that ends at `now`, seconds of a clock that only goes on."""
        since = self._marks[-1] if self._marks else 0
        lingering = self._marks[0] if self._marks else 0
        passed, self._at = now - self._at, now
        first = not self._marks
        self._marks.append(self._capture.progress().events)
        rows = self._capture.live_processes(selected, since, lingering)
        processes = [Process.of(row) for row in rows]
        shares = {}
        if self._usage is not None:
            alive = (process.pid for process in processes if not process.ended)
            shares = self._usage.sample(pid for pid in alive if pid > 0)
        self._interval += 1
        for place, process in enumerate(processes):
            share = shares.get(process.pid) if not process.ended else None
            # With a filter it is its events that are asked for.
            works = selected is None and share is not None and (share.cpu or 0) >= _AT_REST
            if process.events or works or (selected is None and process.ended):
                self._active[process.thread] = self._interval
            rate = _Rate(0 if first else passed)
            processes[place] = replace(
                process,
                events=rate(process.events),
                failed=rate(process.failed),
                read_bytes=rate(process.read_bytes),
                written_bytes=rate(process.written_bytes),
                resident_kb=share.resident_kb if share else process.resident_kb,
                cpu=share.cpu if share else None,
            )
        return Snapshot(self._shown(processes))

    def _shown(self, processes: Sequence[Process]) -> list[Process]:
        """Processes that did something lately, below their parents; ours are left out."""
        recently = self._interval - LINGERING
        self._active = {thread: at for thread, at in self._active.items() if at > recently}
        wanted: set[int] = set()
        hidden: set[int] = set()
        watched: set[int] = set()
        for place, process in enumerate(processes):
            if process.pid in self._hidden or (
                process.parent in hidden and process.pid != self._child
            ):
                hidden.add(place)
                continue
            if process.pid == self._child or process.parent in watched:
                watched.add(place)
            # What is watched is shown while it lives, at work or not.
            if self.everything or (place in watched and not process.ended):
                wanted.add(place)
            elif process.thread in self._active:
                wanted.update(_with_parents(processes, place, hidden))
        places: dict[int | None, int] = {}
        shown: list[Process] = []
        for place, process in enumerate(processes):
            if place in wanted:
                places[place] = len(shown)
                shown.append(replace(process, parent=places.get(process.parent)))
        return shown


def _with_parents(processes: Sequence[Process], place: int, hidden: set[int]) -> list[int]:
    """A process and the nearest above it: chains of those at rest would fill the pane."""
    found, at = [place], processes[place].parent
    while at is not None and len(found) <= _ABOVE:
        if at not in hidden:
            found.append(at)
        at = processes[at].parent
    return found


class _Rate:
    """Turns a count of an interval into one a second."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __call__(self, number: int) -> int:
        # What was there before the first interval is of no time at all.
        return round(number / self._seconds) if self._seconds > 0 else 0


def _renamed(sort: Sort) -> Sort:
    heading = {"EVENTS": "EV/S", "IN": "IN/S", "OUT": "OUT/S"}.get(sort.column, sort.column)
    return sort._replace(column=heading)


LIVE_SORTS: Final = (
    SORTS[0],
    Sort("%CPU", "%CPU", lambda process, sums: (-round(10 * (sums.cpu or 0)), process.pid)),
    *(_renamed(sort) for sort in SORTS[1:]),
)


class LiveTreeModel(ProcessTreeModel):
    """The tree with an order of its own for processor time."""

    sorts: ClassVar[Sequence[Sort]] = LIVE_SORTS


class LiveTreeLines(TreeLines):
    """Lines of the tree in columns of rates."""

    def columns(self, pid_cells: int) -> tuple[Column, ...]:
        """The columns there is room for; process ids have so many digits."""
        pid = Column("PID", max(6, pid_cells), "right", lambda c: (str(c.process.pid), "muted"))
        process = Column("PROCESS", 0, "left", lambda _: ("", "text"))
        rate = Column("EV/S", 5, "right", lambda c: (count(c.sums.events, 5), "text"))
        failed = Column("FAIL", 4, "right", lambda c: (count(c.sums.failed, 4), "text"))
        end = Column("END", 8, "left", lambda c: (ended(c.process), ended_role(c.process)))
        if self.screen_width < _NARROW:
            return pid, process, rate, failed, end
        shown = (
            pid,
            process,
            Column("%CPU", 5, "right", lambda c: (_cpu(c), "text")),
            Column("RSS", 5, "right", lambda c: (_resident(c.process), "text")),
            rate,
            failed,
            Column("IN/S", 5, "right", lambda c: (units.traffic(c.sums.read_bytes), "text")),
            Column("OUT/S", 5, "right", lambda c: (units.traffic(c.sums.written_bytes), "text")),
            end,
        )
        if self.screen_width < _WITH_CONTAINER:
            return shown
        container = Column(
            "CONTAINER", 12, "left", lambda c: (c.containers[c.process.container], "address")
        )
        return (*shown, container)


def _cpu(cell: Cell) -> str:
    """Percent of one processor, `-` where there is no sample, blank for a process that ended."""
    if cell.process.ended:
        return ""
    cpu = cell.sums.cpu
    return "-" if cpu is None else f"{cpu:.1f}" if cpu < 999.95 else f"{cpu:.0f}"


def _resident(process: Process) -> str:
    if process.ended:
        return ""
    return units.memory(process.resident_kb) if process.resident_kb else "-"
