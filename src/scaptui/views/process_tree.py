"""The process tree as a person looks at it: folds, order, cursor, tags."""

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


class ProcessTreeModel:
    """Rows of a snapshot, with a cursor that stays on its process whatever changes around it."""

    sorts: ClassVar[Sequence[Sort]] = SORTS
    """Orders of siblings, in the order they are gone through."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.sort = self.sorts[0]
        self.flat = False
        self.ended_hidden = False
        self.follows = False
        self.only_user: bytes | None = None
        self.tags: set[int] = set()
        self.rows: Sequence[Row] = ()
        self.cursor = 0
        self.top = 0
        self.height = 1
        self._folds: dict[int, bool] = {}
        self._quiet_open: set[int] = set()
        self._all_open = False
        self._kept: frozenset[int] = frozenset()
        self._of_user: frozenset[int] = frozenset()
        self._branches = Branches(())
        self._show(snapshot, _key_of(snapshot, snapshot.actor))

    # What is there

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def process(self) -> Process | None:
        """The process under the cursor; None on quiet dead ones."""
        row = self.row
        return None if row is None or row.quiet else self.snapshot.processes[row.position]

    def window(self) -> Iterator[int]:
        """The rows that are in sight."""
        return iter(range(self.top, min(len(self.rows), self.top + self.height)))

    def branch(self, index: int, levels: int) -> str:
        """Lines of the tree in front of a row, of at most so many levels."""
        return "" if self.flat else self._branches.before(index, levels)

    def sums(self, row: Row) -> Sums:
        """The row's numbers: of the process, and of all that its fold hides."""
        if row.fold == "folded" and not row.quiet:
            return self.snapshot.sums[row.position]
        return Sums.of(self.snapshot.processes[row.position])

    def of_user(self) -> list[Process]:
        """The processes that are counted: all, or those of the only user that is shown."""
        wanted = self.only_user
        return [p for p in self.snapshot.processes if wanted is None or p.user == wanted]

    def scope(self) -> list[int]:
        """Pids whose subtrees are meant: the tagged processes, else the one under the cursor."""
        tagged = [p.pid for p in self.snapshot.processes if p.thread in self.tags]
        if tagged:
            return sorted(set(tagged))
        return [self.process.pid] if self.process else []

    def scope_clause(self) -> str:
        """The filter of all events of the meant processes and their descendants."""
        return " or ".join(f"proc.pid={pid} or proc.apid={pid}" for pid in self.scope())

    def lineage(self, position: int) -> list[Process]:
        """The process and its ancestors in the tree, the parent first."""
        line: list[Process] = []
        at: int | None = position
        while at is not None:
            process = self.snapshot.processes[at]
            line.append(process)
            at = process.parent
        return line

    # Another moment

    def show(self, snapshot: Snapshot) -> None:
        """Another moment: the cursor stays on its process, or follows the event's."""
        row = self.row
        key = row.key if row else None
        if self.follows or key is None:
            key = _key_of(snapshot, snapshot.actor) or key
        self._show(snapshot, key)

    # The cursor

    def move(self, by: int) -> None:
        """Move by so many rows, as far as there are rows."""
        self.go_to(self.cursor + by)

    def go_to(self, index: int) -> None:
        """Move to a row, the nearest there is."""
        self.cursor = max(0, min(index, len(self.rows) - 1))
        self._bring_into_sight()

    def go_to_parent(self) -> None:
        """Move to the process above in the tree."""
        row = self.row
        if row is not None and row.parent is not None:
            self.go_to(row.parent)

    def go_to_process(self, position: int) -> None:
        """Move to a process, opening the folds it is under."""
        for ancestor in self.lineage(position)[1:]:
            self._folds[ancestor.thread] = False
        key = _key_of(self.snapshot, position)
        self._rebuild(key)
        row = self.row
        if row is not None and row.quiet:
            self._quiet_open.add(row.key.thread)
            self._rebuild(key)

    def find(self, text: str, by: int) -> Literal["", "found", "wrapped"]:
        """Go to the next process (the previous, by -1) that has the text in a cell of its row.

        What is folded is looked at, too, and opened. Behind the last process comes the first;
        whether there is one, and whether it stands on the other side.
        """
        if self.flat:
            order = [row.position for row in self.rows]
        else:
            order = [at for at in range(len(self.snapshot.processes)) if self._is_shown(at)]
        row, wanted = self.row, text.lower().encode()
        if row is None:
            return ""
        here, count = order.index(row.position), len(order)
        for step in range(1, count + 1):
            place = (here + step * by) % count
            if wanted in _text_of(self.snapshot.processes[order[place]]):
                self.go_to_process(order[place])
                return "found" if (place - here) * by > 0 else "wrapped"
        return ""

    def resize(self, height: int) -> None:
        """So many rows are in sight."""
        self.height = max(1, height)
        self._bring_into_sight()

    # Folds, order, what is left out

    def fold(self) -> None:
        """Fold what is below the cursor; on a leaf or a fold, go to the parent."""
        row = self.row
        if row is None:
            return
        if row.fold == "open":
            self._set_fold(row, folded=True)
        else:
            self.go_to_parent()

    def unfold(self) -> None:
        """Open the fold under the cursor; on an open one, go to its first child."""
        row = self.row
        if row is None:
            return
        if row.fold == "folded":
            self._set_fold(row, folded=False)
        elif row.fold == "open":
            self.move(1)

    def toggle_fold(self) -> None:
        """Fold or open what is below the cursor."""
        row = self.row
        if row is not None and row.fold != "leaf":
            self._set_fold(row, folded=row.fold == "open")

    def toggle_all(self) -> None:
        """Open every fold; once all are open, fold again what ended."""
        folded = any(row.fold == "folded" for row in self.rows)
        self._all_open = folded
        self._folds.clear()
        self._quiet_open.clear()
        self._rebuild()

    def toggle_tag(self) -> None:
        """Tag the process under the cursor, or take the tag off, and go on to the next."""
        process = self.process
        if process is not None:
            self.tags ^= {process.thread}
            self.move(1)

    def untag_all(self) -> None:
        """Take all tags off."""
        self.tags.clear()

    def next_sort(self) -> None:
        """The next order of siblings."""
        self.sort = self.sorts[(self.sorts.index(self.sort) + 1) % len(self.sorts)]
        self._rebuild()

    def toggle_flat(self) -> None:
        """All processes in one list, or the tree."""
        self.flat = not self.flat
        self._rebuild()

    def toggle_ended(self) -> None:
        """Leave out, or show again, the processes that ended."""
        self.ended_hidden = not self.ended_hidden
        self._rebuild()

    def toggle_user(self) -> None:
        """Show the processes of the cursor's user only, below their ancestors; or all again."""
        process = self.process
        if self.only_user is not None:
            self.only_user = None
        elif process is not None:
            self.only_user = process.user
        self._find_user()
        self._rebuild()

    def _set_fold(self, row: Row, *, folded: bool) -> None:
        if row.key.kind == "quiet":
            self._quiet_open.add(row.key.thread)
            self._rebuild(_key_of(self.snapshot, row.quiet[0]))
            return
        self._folds[row.key.thread] = folded
        if folded:
            # A fold closed and opened again shows its quiet dead as one line again.
            self._quiet_open.discard(row.key.thread)
        self._rebuild()

    # Building the rows

    def _show(self, snapshot: Snapshot, key: Key | None) -> None:
        self.snapshot = snapshot
        kept = []
        at = snapshot.actor
        while at is not None:
            kept.append(at)
            at = snapshot.processes[at].parent
        self._kept = frozenset(kept)
        self._find_user()
        self._rebuild(key)

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

    def _rebuild(self, key: Key | None = None) -> None:
        """Build the rows anew, with the cursor on `key`, else on what it is on."""
        if key is None and self.row is not None:
            key = self.row.key
        self.rows = list(self._flat_rows() if self.flat else self._tree_rows())
        self._branches = Branches([row.parent for row in self.rows])
        self.cursor = self._find(key)
        self._bring_into_sight()

    def _find(self, key: Key | None) -> int:
        """The row of a key, of the fold it is under, or the first."""
        if key is None:
            return 0
        index = {row.key: place for place, row in enumerate(self.rows)}
        if key in index:
            return index[key]
        position = self.snapshot.positions.get(key.thread)
        for place, row in enumerate(self.rows if position is not None else ()):
            if position in row.quiet:
                return place
        while position is not None:
            process = self.snapshot.processes[position]
            found = index.get(Key("process", process.thread))
            if found is not None:
                return found
            position = process.parent
        return min(self.cursor, max(0, len(self.rows) - 1))

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

    def _bring_into_sight(self) -> None:
        """Scroll by a third of the height when the cursor leaves it: fewer bytes, same place."""
        step = max(1, self.height // 3)
        last = max(0, len(self.rows) - self.height)
        if self.cursor < self.top:
            self.top = max(0, min(self.cursor, self.top - step))
        elif self.cursor >= self.top + self.height:
            self.top = max(self.cursor - self.height + 1, self.top + step)
        self.top = min(self.top, last)


def _key_of(snapshot: Snapshot, position: int | None) -> Key | None:
    return None if position is None else Key("process", snapshot.processes[position].thread)


def _age(process: Process) -> tuple[int, int]:
    started = process.started
    return (-1 if started is None else started // _MS, process.pid)


def _text_of(process: Process) -> bytes:
    """What a search looks through: number, program, arguments, user and container."""
    parts = (str(process.pid).encode(), process.name, process.cmdline, process.user)
    return b"\n".join((*parts, process.container, process.ended.encode())).lower()
