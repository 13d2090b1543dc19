"""Which rows the process tree has: its order, its folds, and what is left out."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final, Literal, NamedTuple

from scaptui.views.branches import Branches
from scaptui.views.process_snapshot import Process, Snapshot, Sums

# From so many runs of one program, those that ended well and started nothing share a line.
QUIET_RUNS: Final = 3
_MS: Final = 1_000_000
_NOBODY: Final = -1


class Key(NamedTuple):
    """What a row is about, in any snapshot of the capture.

    A row of quiet dead processes is known by its parent's thread.
    """

    kind: Literal["process", "quiet"]
    thread: int


class Row(NamedTuple):
    """One line of the tree.

    Attributes:
        key: What it is about.
        position: The process in the snapshot; of quiet dead ones the last.
        parent: The row above it in the tree.
        fold: Whether it hides what is below it.
        quiet: Positions of the quiet dead processes it stands for.
    """

    key: Key
    position: int
    parent: int | None
    fold: Literal["leaf", "open", "folded"]
    quiet: tuple[int, ...] = ()


class Sort(NamedTuple):
    """An order of siblings, and the column it is that of."""

    name: str
    column: str
    key: Callable[[Process, Sums], tuple[int | bytes, ...]]


# Ties go by age, then pid: processes that started in the same shown millisecond stand by pid.
SORTS: Final = (
    Sort("age", "", lambda process, _: _age(process)),
    Sort("events", "EVENTS", lambda process, sums: (-sums.events, *_age(process))),
    Sort("failures", "FAIL", lambda process, sums: (-sums.failed, *_age(process))),
    Sort("bytes read", "IN", lambda process, sums: (-sums.read_bytes, *_age(process))),
    Sort("bytes written", "OUT", lambda process, sums: (-sums.written_bytes, *_age(process))),
    Sort("memory", "RSS", lambda process, _: (-process.resident_kb, *_age(process))),
    Sort("name", "PROCESS", lambda process, _: (process.name, *_age(process))),
    Sort("pid", "PID", lambda process, _: (process.pid,)),
)


class ProcessRows:
    """Rows of a snapshot, in a tree or in one list."""

    sorts: ClassVar[Sequence[Sort]] = SORTS
    """Orders of siblings, in the order they are gone through."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.sort = self.sorts[0]
        self.flat = False
        self.ended_hidden = False
        self.only_user: bytes | None = None
        self.tags: set[int] = set()
        self.rows: Sequence[Row] = ()
        self._folds: dict[int, bool] = {}
        self._quiet_open: set[int] = set()
        self._all_open = False
        self._kept: frozenset[int] = frozenset()
        self._of_user: frozenset[int] = frozenset()
        self._branches = Branches(())

    def branch(self, index: int, levels: int) -> str:
        """Lines of the tree in front of a row, of at most so many levels."""
        return "" if self.flat else self._branches.before(index, levels)

    def sums(self, row: Row) -> Sums:
        """The row's numbers: of the process, and of all that its fold hides."""
        if row.fold == "folded" and not row.quiet:
            return self.snapshot.sums[row.position]
        return Sums.of(self.snapshot.processes[row.position])

    def lineage(self, position: int) -> list[Process]:
        """The process and its ancestors in the tree, the parent first."""
        line: list[Process] = []
        at: int | None = position
        while at is not None:
            process = self.snapshot.processes[at]
            line.append(process)
            at = process.parent
        return line

    def _take(self, snapshot: Snapshot) -> None:
        """Another moment; the rows are yet to be built."""
        self.snapshot = snapshot
        kept = []
        at = snapshot.actor
        while at is not None:
            kept.append(at)
            at = snapshot.processes[at].parent
        self._kept = frozenset(kept)
        self._find_user()

    def _find_user(self) -> None:
        """Which processes are shown for the user: their own, and what is above those."""
        found: set[int] = set()
        wanted = () if self.only_user is None else self.snapshot.processes
        for place, process in enumerate(wanted):
            at = place if process.user == self.only_user else None
            while at is not None and at not in found:
                found.add(at)
                at = self.snapshot.processes[at].parent
        self._of_user = frozenset(found)

    def _build(self) -> None:
        self.rows = list(self._flat_rows() if self.flat else self._tree_rows())
        self._branches = Branches([row.parent for row in self.rows])

    def _flat_rows(self) -> Iterator[Row]:
        processes = self.snapshot.processes
        shown = [place for place in range(len(processes)) if self._is_shown(place)]
        shown.sort(key=lambda place: self.sort.key(processes[place], Sums.of(processes[place])))
        for place in shown:
            yield Row(Key("process", processes[place].thread), place, None, "leaf")

    def _tree_rows(self) -> Iterator[Row]:
        # Captures may claim chains deeper than Python recurses: the stack is ours.
        above: list[tuple[tuple[int, ...], int | None]] = []
        self._put_siblings(above, self.snapshot.roots, _NOBODY, None)
        index = 0
        while above:
            group, parent = above.pop()
            position = group[-1]
            process = self.snapshot.processes[position]
            if len(group) > 1:
                thread = _NOBODY if process.parent is None else self._thread(process.parent)
                yield Row(Key("quiet", thread), position, parent, "folded", group)
            else:
                fold = self._fold_of(position)
                yield Row(Key("process", process.thread), position, parent, fold)
                if fold == "open":
                    children = self.snapshot.children[position]
                    self._put_siblings(above, children, process.thread, index)
            index += 1

    def _put_siblings(
        self,
        above: list[tuple[tuple[int, ...], int | None]],
        siblings: Sequence[int],
        thread: int,
        parent: int | None,
    ) -> None:
        """Put siblings on the stack, the first on top; the quiet dead as one group."""
        processes, sums = self.snapshot.processes, self.snapshot.sums
        shown = [place for place in siblings if self._is_shown(place)]
        shown.sort(key=lambda place: self.sort.key(processes[place], sums[place]))
        quiet = () if self._all_open or thread in self._quiet_open else self._quiet_among(shown)
        inside = frozenset(quiet)
        for place in reversed(shown):
            if place not in inside:
                above.append(((place,), parent))
            elif place == quiet[-1]:
                above.append((quiet, parent))

    def _quiet_among(self, siblings: Sequence[int]) -> tuple[int, ...]:
        """Leaves that ended well, of programs that ran often enough to be one line."""
        runs: dict[bytes, list[int]] = {}
        for place in siblings:
            process = self.snapshot.processes[place]
            is_told = place in self._kept or process.thread in self.tags
            if process.ended == "exit 0" and not self.snapshot.children[place] and not is_told:
                runs.setdefault(process.name, []).append(place)
        often = {place for run in runs.values() if len(run) >= QUIET_RUNS for place in run}
        return tuple(place for place in siblings if place in often)

    def _is_shown(self, position: int) -> bool:
        if self.only_user is not None and not self._is_of_user(position):
            return False
        if not self.ended_hidden or position in self._kept:
            return True
        return not self.snapshot.processes[position].ended or self.snapshot.sums[position].alive > 0

    def _is_of_user(self, position: int) -> bool:
        if self.flat:
            return self.snapshot.processes[position].user == self.only_user
        return position in self._of_user

    def _fold_of(self, position: int) -> Literal["leaf", "open", "folded"]:
        if not any(self._is_shown(child) for child in self.snapshot.children[position]):
            return "leaf"
        asked = self._folds.get(self._thread(position))
        if asked is None:
            asked = not self._all_open and self._is_top_of_the_dead(position)
        return "folded" if asked else "open"

    def _is_top_of_the_dead(self, position: int) -> bool:
        """Whether nothing lives from here on: what is below is whole once this is opened."""
        if position in self._kept or self.snapshot.sums[position].alive:
            return False
        parent = self.snapshot.processes[position].parent
        if parent is None:
            return len(self.snapshot.roots) > 1
        return parent in self._kept or self.snapshot.sums[parent].alive > 0

    def _thread(self, position: int) -> int:
        return self.snapshot.processes[position].thread


def key_of(snapshot: Snapshot, position: int | None) -> Key | None:
    """The key of a process's row; None for no process."""
    return None if position is None else Key("process", snapshot.processes[position].thread)


def _age(process: Process) -> tuple[int, int]:
    started = process.started
    return (-1 if started is None else started // _MS, process.pid)
