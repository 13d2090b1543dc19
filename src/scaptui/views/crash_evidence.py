"""What stands in a capture near the ends of runs: failed calls, output, signals, programs executed.

The core looks for all runs at once, one pass for each kind; here only the last rows before each
end are read, so what a long run did early costs nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from scaptui._core import Call, Capture, Event
from scaptui.views.crash_queries import Rows
from scaptui.views.crash_runs import Life, Table
from scaptui.views.crashes import Evidence, alike
from scaptui.views.names import UNKNOWN

# Rows of each kind that are looked at before the end of a run, and what is kept of them.
_LOOKED: Final = 500
_LINES: Final = 20
_SIGNALS: Final = 8
# Signals that tell of a child or a window, not of an end.
_IDLE: Final = frozenset({"SIGCHLD", "SIGWINCH", "SIGCONT", "SIGURG", "", "0"})
# Calls that would have had to wait, and errors that are answers.
_NO_FAILURE: Final = frozenset(
    {"EAGAIN", "EWOULDBLOCK", "EINPROGRESS", "EALREADY", "EINTR", "ECHILD", "ENOTTY"}
)
_DUPLICATES: Final = frozenset({"dup", "dup2", "dup3"})
_WRITES: Final = (
    "evt.is_io_write=true and evt.failed=false and (fd.num in (1, 2) or fd.name icontains log "
    "or fd.name endswith .err or fd.name=val(proc.stderr.name)) "
    "or evt.type in (dup2, dup3) and (evt.rawarg.oldfd=2 or evt.rawarg.newfd=1)"
)
_TO_STDERR: Final = "evt.type in (dup, dup2, dup3) and evt.rawarg.oldfd=2"
_STDERR: Final = 2
_RULES: Final = b"^~-=_* \t"
# What a path that the recorder could not read looks like.


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of one run; each list has the oldest first.

    Attributes:
        failures: Failed calls, each kind once as it last happened, with how often.
        said: Lines that were written.
        signals: Signals from or to one of its processes, or to its first.
        ran_later: Processes that executed a program after a failed try, with when, ns.
        ended_well: Pids that ended with status 0.
        ended_badly: Pids that ended otherwise, with their exit status; None after a signal.
    """

    failures: Sequence["Failure"] = ()
    said: Sequence[Evidence] = ()
    signals: Sequence[Evidence] = ()
    ran_later: Mapping[int, int]
    ended_well: Collection[int] = ()
    ended_badly: Mapping[int, int | None]


class Failure(NamedTuple):
    """A kind of failure within a run, as it last happened."""

    last: Evidence
    times: int
    pids: frozenset[int]
    names: frozenset[bytes]
    abouts: tuple[bytes, ...]

    @property
    def kind(self) -> tuple[str, str, bytes]:
        """What is the same in other runs."""
        return kind_of(self.last)


def kind_of(evidence: Evidence) -> tuple[str, str, bytes]:
    """What two failures have in common when they are the same failure."""
    about = evidence.about
    folder, _, name = about.rpartition(b"/")
    if evidence.call in _EXECUTIONS or (evidence.call in LOOKS and folder.endswith(b"bin")):
        about = name  # a search through PATH is one failure
    return evidence.call, evidence.error, alike(about)


_EXECUTIONS: Final = frozenset({"execve", "execveat"})
# Calls that only look whether something is there.
LOOKS: Final = frozenset(
    {"stat", "lstat", "newfstatat", "fstatat64", "statx", "access", "faccessat", "faccessat2",
     "readlink", "readlinkat"}
)  # fmt: skip


class Finder:
    """Finds the evidence of runs, given all of them at once."""

    def __init__(self, capture: Capture, table: Table, lives: Iterable[Life]) -> None:
        self._capture, self._table = capture, table
        pids = {table.rows[at].pid for life in lives for at in life.members}
        errors = ", ".join(sorted(_NO_FAILURE - {"EWOULDBLOCK"}))
        self._failures = Rows(capture, f"evt.failed=true and not evt.res in ({errors})", pids)
        self._writes = Rows(capture, _WRITES, pids)
        self._to_stderr = Rows(capture, _TO_STDERR, pids)
        self._executions = Rows(capture, "evt.type in (execve, execveat) and evt.rawres=0", pids)
        self._signals = Rows(capture, "evt.type in (kill, tkill, tgkill, signaldeliver)")

    def found(self, life: Life) -> Found:
        """What was found of one run."""
        table = self._table
        well, badly = [], {}
        for at in life.members:
            pid, end = table.rows[at].pid, table.ends[at]
            if end.is_bad:
                badly[pid] = end.status
            elif end.status == 0:
                well.append(pid)
        to_stderr = {call.number for call in self._of(self._to_stderr, life)}
        ran = {}
        for call in self._of(self._executions, life):
            ran[call.pid or 0] = call.ts
        return Found(
            failures=self._kinds(life),
            said=_lines(self._of(self._writes, life), to_stderr)[-_LINES:],
            signals=self._sent(life)[-_SIGNALS:],
            ran_later=ran,
            ended_well=frozenset(well),
            ended_badly=badly,
        )

    def end(self, life: Life) -> Evidence | None:
        """The end of a run."""
        row = self._table.rows[life.root]
        if life.ended is None or life.exit_event is None:
            return None
        return Evidence(
            event=life.exit_event, ts=life.ended, pid=row.pid, name=row.name, kind="exit",
            error=self._table.ends[life.root].signal,
            about=(self._table.ends[life.root].text).encode(),
        )  # fmt: skip

    def chain(self, life: Life) -> tuple[bytes, ...]:
        """The names that the process of a run had, one after the other."""
        if life.exit_event is None:
            return (self._table.rows[life.root].name,)
        names: list[bytes] = []
        for _, name in Event(self._capture, life.exit_event).names():
            if not names or names[-1] != name:
                names.append(name)
        return tuple(names)

    def _of(self, rows: Rows, life: Life, most: int = _LOOKED) -> Iterator[Call]:
        """The last calls of a run's processes."""
        members = frozenset(life.members)
        started = self._table.rows[life.root].started
        for call in rows.between(started, life.ended, most):
            if self._table.owner(call.pid, call.ts) in members:
                yield call

    def _kinds(self, life: Life) -> list[Failure]:
        kinds: dict[tuple[str, str, bytes], list[Evidence]] = {}
        for call in self._of(self._failures, life):
            failed = Evidence(
                event=call.number, ts=call.ts, pid=call.pid or 0, name=call.comm, kind="failed",
                call=call.name, error=call.error, about=self._about(call),
            )  # fmt: skip
            kinds.setdefault(kind_of(failed), []).append(failed)
        found = [
            Failure(
                last=each[-1],
                times=len(each),
                pids=frozenset(one.pid for one in each),
                names=frozenset(one.name for one in each),
                abouts=tuple(dict.fromkeys(one.about for one in each)),
            )
            for each in kinds.values()
        ]
        return sorted(found, key=lambda failure: failure.last.event)

    def _about(self, call: Call) -> bytes:
        """What a failed call was about: a path, the far end of a connection."""
        if call.name in _EXECUTIONS and call.partner is None:
            # Without the beginning of the call its path is in a parameter that not all files have.
            event = Event(self._capture, call.number)
            asked = event.text("evt.arg.filename") or b""
            return asked if asked not in UNKNOWN else event.text("evt.arg.exe") or b""
        if call.path:
            return call.path
        name = call.fd_name
        if call.name in {"bind", "connect"}:
            with_address = Event(self._capture, call.number).text("evt.arg.addr") or b""
            name = with_address or name
        return name.rpartition(b"->")[2]

    def _sent(self, life: Life) -> list[Evidence]:
        members = frozenset(life.members)
        root = self._table.rows[life.root]
        found = []
        for call in self._signals.between(root.started, life.ended, _LOOKED):
            peer = call.peer
            if peer is None or call.signal in _IDLE or call.errno:
                continue
            sender, target = call.pid or 0, peer[0]
            name, about = call.comm, peer[1]
            if call.name == "signaldeliver":
                # With whatever signal a process ends, the kernel ends its threads with SIGKILL.
                is_last = call.signal == "SIGKILL" and peer[0] <= 0
                ended_so = self._table.ends[life.root].signal == "SIGKILL"
                if call.pid != root.pid or (is_last and not ended_so):
                    continue
                sender, target, about = peer[0], root.pid, root.name
                name = peer[1] if sender > 0 else b"kernel"
            is_ours = self._table.owner(sender, call.ts) in members
            if is_ours or target == root.pid:
                found.append(
                    Evidence(
                        event=call.number, ts=call.ts, pid=sender, name=name, kind="signal",
                        call=call.name, error=call.signal, about=about, target=target,
                        is_own=self._is_child(target, sender, call.ts),
                    )
                )  # fmt: skip
        return found

    def _is_child(self, pid: int, parent: int, ts: int) -> bool:
        table = self._table
        at = table.owner(pid, ts)
        above = None if at is None else table.rows[at].parent
        return above is not None and above == table.owner(parent, ts)


def _lines(calls: Iterable[Call], to_stderr: Collection[int]) -> list[Evidence]:
    """Lines that were written, each told by the event of its first piece.

    `to_stderr` are the events that made a descriptor lead where stderr leads.
    """
    duplicates: set[tuple[int, int]] = set()
    open_lines: dict[tuple[int, str], tuple[Evidence, bytes, int]] = {}
    lines: list[Evidence] = []
    for call in calls:
        pid = call.pid or 0
        if call.name in _DUPLICATES:
            made = (pid, call.result or 0)
            (duplicates.add if call.number in to_stderr else duplicates.discard)(made)
            continue
        where = _where(call, duplicates)
        if not call.data or not where:
            continue
        piece = Evidence(
            event=call.number, ts=call.ts, pid=pid, name=call.comm, kind="said", call=where
        )
        first, text, size = open_lines.pop((pid, where), (piece, b"", 0))
        size += call.result or 0
        *whole, rest = (text + call.data).split(b"\n")
        for line in whole:
            lines.append(_said(first, line, size))
            first = piece
        if rest:
            open_lines[pid, where] = (first, rest, len(rest) if whole else size)
    lines += [_said(first, text, size) for first, text, size in open_lines.values()]
    # Interpreters underline what they quote: such lines say nothing.
    return sorted((line for line in lines if line.about.strip(_RULES)), key=lambda line: line.event)


def _said(first: Evidence, text: bytes, size: int) -> Evidence:
    return Evidence(
        event=first.event, ts=first.ts, pid=first.pid, name=first.name, kind="said",
        call=first.call, about=text.strip(), size=size,
    )  # fmt: skip


def _where(call: Call, duplicates: Collection[tuple[int, int]]) -> str:
    """Where something was written to; empty for what nobody keeps."""
    if call.fd == _STDERR or (call.pid or 0, call.fd) in duplicates:
        return "stderr"
    if call.fd == 1 and call.fd_kind != "file":
        return "stdout"
    if call.fd_name == b"/dev/null" or call.fd_name.startswith((b"/proc/", b"/sys/")):
        return ""
    name = call.fd_name.rpartition(b"/")[2].decode("utf-8", "backslashreplace")
    if call.fd_kind == "file":
        return name
    return "stderr" if call.fd_kind else ""
