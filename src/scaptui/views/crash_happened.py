"""What a run did besides failing: its start, the programs it executed, its first answer, its ends.

Three passes of the core for all runs at once, as in `crash_evidence`.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from scaptui._core import Call, Capture, Event
from scaptui.views.crash_queries import Rows
from scaptui.views.crash_runs import Life, Table
from scaptui.views.crashes import Child, Evidence, short_command

# Rows of each kind that are looked at for a run, and kinds of children that are kept.
_LOOKED: Final = 500
_FIRST: Final = 32
_CHILDREN: Final = 24
# Ends of processes in a run's last moments are told, ns.
_NEAR: Final = 100_000_000
_FORKS: Final = "evt.type in (clone, clone3, fork, vfork) and evt.rawres=0"
_EXECUTIONS: Final = "evt.type in (execve, execveat) and evt.rawres=0"
_ANSWER: Final = (
    "evt.is_io_write=true and evt.failed=false and fd.type in (ipv4, ipv6, unix) "
    "and evt.buffer startswith HTTP/1."
)


class Happenings:
    """What the processes of runs did, given all runs at once."""

    def __init__(self, capture: Capture, table: Table, lives: Iterable[Life]) -> None:
        self._capture, self._table = capture, table
        pids = {table.rows[at].pid for life in lives for at in life.members}
        self._ends = Rows(capture, "evt.type=procexit", pids)
        self._begins = Rows(capture, f"{_FORKS} or {_EXECUTIONS}", pids)
        self._answers = Rows(capture, _ANSWER, pids)

    def of(self, life: Life) -> tuple[tuple[Child, ...], tuple[Evidence, ...]]:
        """The children of a run, and what happened in it, the oldest first."""
        ends = self._ended(life)
        stays = self._stayed(life, ends)
        rows = self._table.rows
        told = [*self._start(life), *self._executed(life, stays), *self._answered(life)]
        for at, call in ends.items():
            end = self._table.ends[at]
            is_near = life.ended is not None and call.ts >= life.ended - _NEAR
            if at != life.root and (at in stays or end.is_bad) and is_near:
                told.append(
                    Evidence(
                        event=call.number, ts=call.ts, pid=rows[at].pid, name=rows[at].name,
                        kind="exit", error=end.signal, about=end.text.encode(),
                    )
                )  # fmt: skip
        return self._children(life, stays), tuple(sorted(told, key=lambda each: each.event))

    def parent(self, life: Life) -> int | None:
        """Pid of the parent whose program the run's process began with, where it did."""
        row = self._table.rows[life.root]
        if row.parent is None or life.exit_event is None:
            return None
        names = Event(self._capture, life.exit_event).names()
        above = self._table.rows[row.parent]
        if len(names) < 2 or names[0][1] == names[1][1] or above.name != names[0][1]:
            return None
        return above.pid

    def _mine(self, life: Life, calls: Iterable[Call]) -> Iterable[tuple[int, Call]]:
        members = frozenset(life.members)
        for call in calls:
            owner = self._table.owner(call.pid, call.ts)
            if owner in members and owner is not None:
                yield owner, call

    def _ended(self, life: Life) -> dict[int, Call]:
        started = self._table.rows[life.root].started
        calls = self._ends.between(started, life.ended, _LOOKED)
        return {at: call for at, call in self._mine(life, calls) if call.tid == call.pid}

    def _stayed(self, life: Life, ends: dict[int, Call]) -> frozenset[int]:
        """Members that lived at least half as long as the run."""
        rows, begin = self._table.rows, self._table.rows[life.root].started
        if begin is None or life.ended is None:
            return frozenset()
        least = (life.ended - begin) / 2
        stays = set()
        for at in life.members:
            started = rows[at].started
            until = ends[at].ts if at in ends else life.ended
            was_there = at in ends or not rows[at].ended
            if at != life.root and was_there and until - (started or begin) >= least:
                stays.add(at)
        return frozenset(stays)

    def _start(self, life: Life) -> list[Evidence]:
        row = self._table.rows[life.root]
        if row.started is None:
            return []
        first = self._begins.first(row.started, life.ended, _FIRST)
        for at, call in self._mine(life, first):
            if at == life.root and call.tid == call.pid and not call.name.startswith("exec"):
                return [
                    Evidence(
                        event=call.number, ts=call.ts, pid=row.pid, name=call.comm, kind="starts",
                        call=call.name, about=b"container" if life.place.container else b"process",
                    )
                ]  # fmt: skip
        return []

    def _executed(self, life: Life, stays: frozenset[int]) -> list[Evidence]:
        """The last program of the run's process and of each that stayed."""
        row = self._table.rows[life.root]
        calls = self._begins.first(row.started, life.ended, _LOOKED)
        last = {at: call for at, call in self._mine(life, calls) if call.name.startswith("exec")}
        found = []
        for at in (life.root, *stays):
            call = last.get(at)
            if call is not None:
                command = Event(self._capture, call.number).text("proc.cmdline") or call.comm
                found.append(
                    Evidence(
                        event=call.number, ts=call.ts, pid=call.pid or 0, name=call.comm,
                        kind="executes", call=call.name, about=short_command(command),
                    )
                )  # fmt: skip
        return found

    def _answered(self, life: Life) -> list[Evidence]:
        """The first answer of a server."""
        row = self._table.rows[life.root]
        for _, call in self._mine(life, self._answers.first(row.started, life.ended, _FIRST)):
            line = (call.data or b"").split(b"\r\n", 1)[0].split(b"\n", 1)[0]
            return [
                Evidence(
                    event=call.number, ts=call.ts, pid=call.pid or 0, name=call.comm,
                    kind="answers", call=call.name, about=line,
                )
            ]  # fmt: skip
        return []

    def _children(self, life: Life, stays: frozenset[int]) -> tuple[Child, ...]:
        rows = self._table.rows
        kept = [Child(name=rows[at].name, pid=rows[at].pid) for at in life.members if at in stays]
        others = Counter(
            rows[at].name for at in life.members if at not in stays and at != life.root
        )
        kept += [Child(name=name, times=times) for name, times in others.most_common(_CHILDREN)]
        return tuple(kept)
