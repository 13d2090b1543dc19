"""Runs of programs: which processes are the lives of one container, pod or supervised program.

A run is what ends when one process ends. In containers that is the first process of the
container's pid namespace; elsewhere a process that its parent starts again and again with the same
command line but for the numbers in it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from scaptui._core import Capture, Filter
from scaptui.views.crash_queries import Rows
from scaptui.views.crashes import End, Kind, Looked, alike
from scaptui.views.process_snapshot import Process
from scaptui.views.processes import process_tree

# Deaths of a single process that nobody asked for.
FAULTS: Final = frozenset(
    {"SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGSYS", "SIGTRAP", "SIGKILL"}
)
_NAMED: Final = ("container.id", "container.name", "k8s.pod.uid", "k8s.pod.name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a process ran, as captured; empty where nothing tells."""

    container: bytes = b""
    container_name: bytes = b""
    pod: bytes = b""
    pod_name: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One run as the process table has it.

    Attributes:
        root: Position of the process whose end ends the run.
        members: Positions of it and all processes below it.
        ended: When it ended, ns since the epoch; None while it lives or when nothing tells.
        exit_event: Number of the event of its end.
        place: Where it ran.
    """

    root: int
    members: tuple[int, ...]
    ended: int | None
    exit_event: int | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lives of one program in order of time."""

    kind: Kind
    identity: bytes
    name: bytes
    lives: tuple[Life, ...]
    is_hostname: bool = False


class Table:
    """The processes of a capture, and who is below whom."""

    def __init__(self, capture: Capture) -> None:
        self.rows: Sequence[Process] = [
            Process.of(row) for row in process_tree(capture, None, None)
        ]
        self.ends = [End.of(row.ended) for row in self.rows]
        self._children: dict[int, list[int]] = defaultdict(list)
        self._by_pid: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, row in enumerate(self.rows):
            if row.parent is not None:
                self._children[row.parent].append(place)
            self._by_pid[row.pid].append((row.started or 0, place))
        for starts in self._by_pid.values():
            starts.sort()

    def owner(self, pid: int | None, ts: int) -> int | None:
        """Which process had a number at a time."""
        starts = self._by_pid.get(pid) if pid is not None else None
        if not starts:
            return None
        at = bisect_right(starts, (ts, len(self.rows)))
        return starts[max(0, at - 1)][1]

    def below(self, root: int) -> tuple[int, ...]:
        """A process and all below it, in drawing order."""
        found, waiting = [], [root]
        while waiting:
            place = waiting.pop()
            found.append(place)
            waiting.extend(reversed(self._children[place]))
        return tuple(found)

    def above(self, place: int) -> Iterator[int]:
        """The ancestors of a process, the parent first."""
        parent = self.rows[place].parent
        while parent is not None:
            yield parent
            parent = self.rows[parent].parent

    def is_first_in_container(self, place: int) -> bool:
        """Whether a container begins with this process.

        In a pid namespace of its own it is number 1 there, else its parent is outside.
        """
        row = self.rows[place]
        if not row.container:
            return False
        if row.vpid == 1 and row.pid != 1:
            return True
        outside = row.parent is None or self.rows[row.parent].container != row.container
        return outside and row.vpid in (row.pid, -1) and not self._wraps(place)

    def _wraps(self, place: int) -> bool:
        """Whether it only makes the namespace that another process is the first of."""
        return any(
            self.rows[child].vpid == 1 and self.rows[child].pid != 1
            for child in self.below(place)[1:]
        )


def chosen_threads(capture: Capture, selected: Filter | None) -> set[int] | None:
    """Threads of the processes with events that a filter selects; None for all, without one."""
    if selected is None:
        return None
    return {row.thread for row in process_tree(capture, selected, None) if row.events}


def looked_at(table: Table, chosen: set[int] | None) -> Looked:
    """What there was to look at: all processes, or the chosen ones."""
    places = [at for at, row in enumerate(table.rows) if chosen is None or row.thread in chosen]
    return Looked(
        processes=len(places),
        programs=len({table.rows[at].name for at in places}),
        ended=sum(bool(table.rows[at].ended) for at in places),
        badly=sum(table.ends[at].is_bad for at in places),
        is_chosen=chosen is not None,
    )


def groups(capture: Capture, table: Table, chosen: set[int] | None) -> list[Group]:
    """What was restarted or crashed; of chosen threads, the runs that one of them is part of."""
    firsts = [at for at in range(len(table.rows)) if table.is_first_in_container(at)]
    wrapping = {above for at in firsts for above in table.above(at)}
    again = _started_again(table, {*firsts, *wrapping})
    alone = [
        at
        for at, end in enumerate(table.ends)
        if end.signal in FAULTS and at not in wrapping and table.rows[at].started is not None
    ]
    lives = _lives(capture, table, {*firsts, *alone, *(at for same in again for at in same)})
    found = [*_containers(table, [lives[at] for at in firsts])]
    taken = {member for group in found for life in group.lives for member in life.members}
    for same in again:
        group = _supervised([lives[at] for at in same if at not in taken], table)
        if group is not None:
            found.append(group)
    for group in list(found):
        inside = {at for life in group.lives for at in life.members[1:]}
        found = [
            other
            for other in found
            if other is group or not all(life.root in inside for life in other.lives)
        ]
    taken = {member for group in found for life in group.lives for member in life.members}
    asked = _asked_for_it(capture, table, alone) if alone else set()
    found += [
        Group(kind=_kind(lives[at].place), identity=lives[at].place.container, name=b"",
              lives=(lives[at],))
        for at in alone
        if at not in taken and at not in asked
    ]  # fmt: skip
    found = [group for group in found if chosen is None or _touched(group, table, chosen)]
    return sorted(found, key=lambda group: table.rows[group.lives[0].root].started or 0)


def _touched(group: Group, table: Table, chosen: set[int]) -> bool:
    return any(
        table.rows[member].thread in chosen for life in group.lives for member in life.members
    )


def _started_again(table: Table, but: set[int]) -> list[list[int]]:
    """Processes that one parent started more than once with the same command line."""
    same: dict[tuple[int, bytes, bytes], list[int]] = defaultdict(list)
    for at, row in enumerate(table.rows):
        if at not in but and row.parent is not None and row.started is not None:
            same[row.parent, row.name, alike(row.cmdline)].append(at)
    return [places for places in same.values() if len(places) > 1 and _mostly_bad(table, places)]


def _mostly_bad(table: Table, places: Sequence[int]) -> bool:
    """Whether at least two of the processes ended badly, and at least half of those that ended."""
    bad = sum(table.ends[at].is_bad for at in places)
    return bad >= 2 and 2 * bad >= sum(bool(table.rows[at].ended) for at in places)


def _lives(capture: Capture, table: Table, roots: set[int]) -> Mapping[int, Life]:
    """When and where the processes ended; the last program that was executed tells, too."""
    ended: dict[int, tuple[int, int]] = {}
    places: dict[int, Place] = {}
    if roots:
        pids = [table.rows[at].pid for at in roots]
        rows = Rows(capture, "evt.type in (procexit, execve, execveat)", pids)
        for call, texts in zip(rows.all(), rows.texts(_NAMED), strict=True):
            owner = table.owner(call.pid, call.ts)
            if owner not in roots or owner is None:
                continue
            if call.name == "procexit" and call.tid == call.pid:
                ended[owner] = (call.ts, call.number)
            container, container_name, pod, pod_name = (text or b"" for text in texts)
            places[owner] = Place(
                container=b"" if container == b"host" else container,
                container_name=b"" if container_name == b"host" else container_name,
                pod=pod,
                pod_name=pod_name,
            )
    lives = {}
    for at in roots:
        ts, number = ended.get(at, (None, None))
        lives[at] = Life(
            root=at,
            members=table.below(at),
            ended=ts,
            exit_event=number,
            place=places.get(at, Place(container=table.rows[at].container)),
        )
    return lives


def _containers(table: Table, lives: Iterable[Life]) -> Iterator[Group]:
    same: dict[tuple[bytes, bytes], list[Life]] = defaultdict(list)
    for life in lives:
        place, row = life.place, table.rows[life.root]
        identity = place.pod or place.container_name or place.container
        # A pod's containers have programs of their own; another container's program is its own.
        same[identity, alike(row.cmdline) if place.pod else b""].append(life)
    for each in same.values():
        each.sort(key=lambda life: table.rows[life.root].started or 0)
        is_bad = any(table.ends[life.root].is_bad for life in each)
        if is_bad or _starts_after_ends(each, table):
            place = each[-1].place
            yield Group(
                kind=_kind(place),
                identity=place.pod or place.container,
                name=(place.pod_name or _host_name(each[0], table)) if place.pod
                else place.container_name,
                lives=tuple(each),
                is_hostname=bool(place.pod and not place.pod_name),
            )  # fmt: skip


def _kind(place: Place) -> Kind:
    return "pod" if place.pod else "container" if place.container else "host"


def _host_name(life: Life, table: Table) -> bytes:
    """What `hostname NAME` called the machine that the run believed to be on."""
    for member in life.members:
        row = table.rows[member]
        words = row.cmdline.split()
        if row.name == b"hostname" and len(words) == 2 and row.ended == "exit 0":
            return words[1]
    return b""


def _supervised(lives: list[Life], table: Table) -> Group | None:
    """Lives one after the other whose most end badly; else it is no program that is restarted."""
    lives.sort(key=lambda life: table.rows[life.root].started or 0)
    if not _mostly_bad(table, [life.root for life in lives]) or not _starts_after_ends(
        lives, table
    ):
        return None
    place = lives[-1].place
    return Group(
        kind=_kind(place), identity=place.container, name=place.container_name, lives=tuple(lives)
    )


def _starts_after_ends(lives: Sequence[Life], table: Table) -> bool:
    return any(
        earlier.ended is not None and (table.rows[later.root].started or 0) >= earlier.ended
        for earlier, later in pairwise(lives)
    )


def _asked_for_it(capture: Capture, table: Table, alone: Sequence[int]) -> set[int]:
    """Processes that sent themselves the signal; `abort` does, too, but no one asks for that."""
    asked = set()
    pids = [table.rows[at].pid for at in alone]
    for call in Rows(capture, "evt.type in (kill, tkill, tgkill)", pids).all():
        owner = table.owner(call.pid, call.ts)
        peer = call.peer
        if owner is None or peer is None or call.signal != table.ends[owner].signal:
            continue
        if peer[0] in (call.pid, call.tid) and call.signal != "SIGABRT":
            asked.add(owner)
    return asked
