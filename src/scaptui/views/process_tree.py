"""The process tree as a person looks at it: folds, order, cursor, tags."""

from collections.abc import Iterator
from typing import Final, Literal

from scaptui.views.process_rows import Key, ProcessRows, Row, key_of
from scaptui.views.process_snapshot import Process, Snapshot, Whose

# Where the cursor is while the event is of nobody in the tree.
_NOWHERE: Final = -1


class ProcessTreeModel(ProcessRows):
    """Rows of a snapshot, with a cursor that stays on its process whatever changes around it."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self.follows = False
        self.cursor = 0
        self.top = 0
        self.height = 1
        self._show(snapshot, key_of(snapshot, snapshot.actor))

    # What is there

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def process(self) -> Process | None:
        """The process under the cursor; None on quiet dead ones."""
        row = self.row
        return None if row is None or row.quiet else self.snapshot.processes[row.position]

    def window(self) -> Iterator[int]:
        """The rows that are in sight."""
        return iter(range(self.top, min(len(self.rows), self.top + self.height)))

    def of_user(self) -> list[Process]:
        """The processes that are counted: all, or those of the only user that is shown."""
        wanted = self.only_user
        return [p for p in self.snapshot.processes if wanted is None or p.user == wanted]

    def scope(self) -> list[Whose]:
        """Whose subtrees are meant: the tagged processes, else the one under the cursor."""
        meant = [p for p in self.snapshot.processes if p.thread in self.tags]
        if not meant and self.process is not None:
            meant = [self.process]
        return sorted({Whose(process.pid, process.stray) for process in meant})

    def scope_clause(self) -> str:
        """The filter of all events of the meant processes and their descendants."""
        return " or ".join(
            f"thread.tid={number}" if is_stray else f"proc.pid={number} or proc.apid={number}"
            for number, is_stray in self.scope()
        )

    # Another moment

    def show(self, snapshot: Snapshot) -> None:
        """Another moment: the cursor stays on its process, or follows the event's."""
        row = self.row
        key = row.key if row else None
        if self.follows or key is None:
            key = key_of(snapshot, snapshot.actor) or (None if snapshot.missing else key)
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
        key = key_of(self.snapshot, position)
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
        # From nowhere on all rows are ahead.
        before = -1 if by > 0 else len(order)
        here, count = (before if row is None else order.index(row.position)), len(order)
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
            self._rebuild(key_of(self.snapshot, row.quiet[0]))
            return
        self._folds[row.key.thread] = folded
        if folded:
            # A fold closed and opened again shows its quiet dead as one line again.
            self._quiet_open.discard(row.key.thread)
        self._rebuild()

    # Building the rows

    def _show(self, snapshot: Snapshot, key: Key | None) -> None:
        self._take(snapshot)
        if key is None:
            self.cursor = _NOWHERE if snapshot.missing else 0
        self._rebuild(key)

    def _rebuild(self, key: Key | None = None) -> None:
        """Build the rows anew, with the cursor on `key`, else on what it is on."""
        if key is None and self.row is not None:
            key = self.row.key
        self._build()
        self.cursor = self._find(key)
        self._bring_into_sight()

    def _find(self, key: Key | None) -> int:
        """The row of a key, of the fold it is under, or the first."""
        if key is None:
            return self.cursor
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

    def _bring_into_sight(self) -> None:
        """Scroll by a third of the height when the cursor leaves it: fewer bytes, same place."""
        step = max(1, self.height // 3)
        last = max(0, len(self.rows) - self.height)
        if self.cursor < self.top:
            self.top = max(0, min(self.cursor, self.top - step))
        elif self.cursor >= self.top + self.height:
            self.top = max(self.cursor - self.height + 1, self.top + step)
        self.top = min(self.top, last)


def _text_of(process: Process) -> bytes:
    """What a search looks through: number, program, arguments, user and container."""
    parts = (str(process.pid).encode(), process.name, process.cmdline, process.user)
    return b"\n".join((*parts, process.container, process.ended.encode())).lower()
