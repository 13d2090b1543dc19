"""The processes of a capture as of one event, with the sums a tree shows of its branches."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Final, NamedTuple

from scaptui._core import Call, Capture, Event, Filter, ProcessRow
from scaptui.capture.opening import refusals

# Calls that would have had to wait did not fail: their caller asks again.
_WOULD_BLOCK: Final = frozenset({"EAGAIN", "EWOULDBLOCK", "EINPROGRESS", "EALREADY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of the tree, as `ProcessRow` of the core has it.

    Attributes:
        pid: Its number on the host.
        stray: Whether it is a thread of which no process is known; `pid` is the thread's then.
        vpid: Its number inside its namespace, -1 when unknown.
        parent: Position of its parent in the tree, None for a root.
        ptid: The parent thread's number, also when it is in no table; 0 or less when unknown.
        name: Short name.
        cmdline: Name and arguments.
        user: User name, else number.
        container: Name, else id; empty on the host.
        events: Events of all its threads up to the moment.
        failed: Failed calls among them.
        ended: Empty while it lives, else "exit 1", "signal 11 SIGSEGV" or "gone".
        thread: Stays the same in every tree of the capture.
        started: ns since the epoch; None when it was there before the capture.
        read_bytes: Bytes that its selected calls read.
        written_bytes: Bytes its calls wrote.
        resident_kb: Memory as last told, KiB; 0 when nothing told.
        cpu: Percent of one processor, where it is sampled while recording; None elsewhere.
    """

    pid: int
    stray: bool = False
    vpid: int = -1
    parent: int | None = None
    ptid: int = 0
    name: bytes = b""
    cmdline: bytes = b""
    user: bytes = b""
    container: bytes = b""
    events: int = 0
    failed: int = 0
    ended: str = ""
    thread: int
    started: int | None = None
    read_bytes: int = 0
    written_bytes: int = 0
    resident_kb: int = 0
    cpu: float | None = None

    @classmethod
    def of(cls, row: ProcessRow) -> "Process":
        """The core's row, fetched once: every look at it makes new bytes."""
        return cls(**{name: getattr(row, name) for name in _FETCHED})


_FETCHED: Final = tuple(each.name for each in fields(Process) if each.name != "cpu")


@dataclass(slots=True)
class Sums:
    """Numbers of a process, or of a process and all below it."""

    events: int
    failed: int
    read_bytes: int
    written_bytes: int
    descendants: int = 0
    alive: int = 0
    cpu: float | None = None

    @classmethod
    def of(cls, process: Process) -> "Sums":
        """The process alone."""
        return cls(
            process.events,
            process.failed,
            process.read_bytes,
            process.written_bytes,
            alive=0 if process.ended else 1,
            cpu=process.cpu,
        )

    def add(self, child: "Sums") -> None:
        """Take in a child with all below it."""
        self.events += child.events
        self.failed += child.failed
        self.read_bytes += child.read_bytes
        self.written_bytes += child.written_bytes
        self.descendants += child.descendants + 1
        self.alive += child.alive
        if child.cpu is not None:
            self.cpu = (self.cpu or 0.0) + child.cpu


class Whose(NamedTuple):
    """A process by its number; a stray is a thread of which no process is known."""

    number: int | None
    is_stray: bool

    @classmethod
    def of(cls, call: Call) -> "Whose":
        """Whose event it is."""
        is_stray = call.pid is None or call.pid < 0
        return cls(call.tid if is_stray else call.pid, is_stray)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The process tree as of an event. It never changes: another moment is another snapshot.

    Attributes:
        processes: Parents before their children.
        at: Number of the event; None for the end of the capture.
        ts: Time of the event, ns since the epoch; None when there is none.
        begin: Time of the first event.
        actor: Position of the event's process.
        actor_failed: Whether the event is a call that failed.
        missing: Whose the event is, where the tree does not have them; else None.
        chosen: Whether a filter chose the events that are counted.
        children: Positions of each process' children, the oldest first.
        roots: Positions of processes whose parent is not in the tree.
        sums: Of each process with all below it.
    """

    processes: Sequence[Process]
    at: int | None = None
    ts: int | None = None
    begin: int | None = None
    actor: int | None = None
    actor_failed: bool = False
    missing: "Whose | None" = None
    chosen: bool = False
    children: Sequence[Sequence[int]] = field(init=False)
    roots: Sequence[int] = field(init=False)
    sums: Sequence[Sums] = field(init=False)
    positions: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        children: list[list[int]] = [[] for _ in self.processes]
        roots = []
        sums = [Sums.of(process) for process in self.processes]
        for position in range(len(self.processes) - 1, -1, -1):
            parent = self.processes[position].parent
            if parent is None:
                roots.append(position)
            else:
                children[parent].append(position)
                sums[parent].add(sums[position])
        for siblings in (roots, *children):
            siblings.reverse()
        set_once = object.__setattr__
        set_once(self, "children", children)
        set_once(self, "roots", roots)
        set_once(self, "sums", sums)
        threads = {process.thread: place for place, process in enumerate(self.processes)}
        set_once(self, "positions", threads)

    @property
    def alive(self) -> int:
        """How many processes had not ended."""
        return sum(1 for process in self.processes if not process.ended)

    @classmethod
    def take(cls, capture: Capture, selected: Filter | None, at: int | None) -> "Snapshot":
        """The tree as of event `at`, of the end for None. It may take as long as a filter.

        Raises:
            Refused: there is no such event.
        """
        with refusals():
            processes = [Process.of(row) for row in capture.processes(selected, at)]
            span = capture.span()
            begin = span[0] if span else None
            chosen = selected is not None
            if at is None:
                return cls(processes, None, span[1] if span else None, begin, chosen=chosen)
            call = Event(capture, at).call
        whose = Whose.of(call)
        actor = _process_of(processes, whose)
        missing = whose if actor is None else None
        failed = is_failure(call)
        return cls(processes, at, call.ts, begin, actor, failed, missing, chosen)


def is_failure(call: Call) -> bool:
    """Whether a call failed; one that would have had to wait did not."""
    return bool(call.errno) and call.error not in _WOULD_BLOCK


def _process_of(processes: Sequence[Process], whose: Whose) -> int | None:
    """The youngest process of that number: numbers are used again after processes ended."""
    found = [place for place, each in enumerate(processes) if Whose(each.pid, each.stray) == whose]
    return max(found, key=lambda place: processes[place].thread, default=None)
