"""Which programs were executed, and which were looked for in vain and what that ended in."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from scaptui._core import Call
from scaptui.filter.core import understood
from scaptui.filter.dialects import value_text
from scaptui.filter.expression import Expression
from scaptui.views.counts import Evidence

# Calls looked at: programs that start programs all day have more, and the first tell enough.
MOST_CALLS: Final = 50_000
# Kinds of failed searches that are told.
FAILURES: Final = 2
# How long the calls of one kind may be looked for.
CALLS_MS: Final = 500
# What shells answer for a program they cannot execute.
NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127
_EXECS: Final = "evt.type in (execve, execveat)"


class End(NamedTuple):
    """A thread's end: its event, when in ns, and the wait status (None when it was not kept)."""

    number: int
    ts: int
    status: int | None


@dataclass(slots=True)
class Search:
    """What one thread tried in a row to execute a program, and how it went on.

    Attributes:
        name: The program, without directories.
        comm: Name of the thread that tried.
        error: Why the last attempt failed.
        numbers: The attempts' events.
        folders: The directories it was looked for in.
        started: When the thread's own program was executed, ns; None when that was not seen.
        found: The same program was executed after all.
        went_on: Another program was executed.
        end: The thread's end.
    """

    name: bytes
    tid: int
    comm: bytes
    error: str
    numbers: list[int] = field(default_factory=list)
    folders: set[bytes] = field(default_factory=set)
    started: int | None = None
    found: bool = False
    went_on: bool = False
    end: End | None = None

    @property
    def exit_status(self) -> int | None:
        """What it ended with, None when it was killed or no end was seen."""
        if self.end is None or self.end.status is None or self.end.status & 0x7F:
            return None
        return self.end.status >> 8 & 0xFF


@dataclass(frozen=True, slots=True)
class Failure:
    """Searches in vain of one kind.

    Attributes:
        searches: Each search, in order.
        of: Searches in vain by programs of the same name for the same name, however they ended.
        is_related: The name that was asked for stands in their command lines or containers.
        attempts: The filter that selects the attempts, and how many events those are.
        ends: The same for the ends; None when no end was seen.
        program: The command line of the first that searched.
        container: Its container.
        said: The event that begins what it wrote to its standard error, and the text.
    """

    searches: tuple[Search, ...]
    of: int
    is_related: bool
    attempts: tuple[Expression, int]
    ends: tuple[Expression, int] | None
    program: bytes
    container: bytes
    said: tuple[int, bytes] | None

    @property
    def first(self) -> Search:
        """The first of them."""
        return self.searches[0]


@dataclass(frozen=True, slots=True)
class Executions:
    """The executions of a capture, as far as they have to do with a name.

    Attributes:
        name: The program asked for, without directories.
        made: Calls that execute a program.
        succeeded: Those that did.
        executed: Events that executed the program asked for.
        under: What its threads are called then.
        is_whole: All calls of the file were looked at: what is not among them did not happen.
        failures: Programs looked for in vain: the one asked for first, then those it stands behind.
    """

    name: bytes
    made: int
    succeeded: int
    executed: tuple[int, ...]
    under: tuple[bytes, ...]
    is_whole: bool
    failures: tuple[Failure, ...]


def executions(word: bytes, counts: Evidence) -> Executions | None:
    """What was executed in place of a program; None when the capture is too large for that."""
    name = program_name(word)
    calls = counts.calls(understood(_EXECS).expression, MOST_CALLS, CALLS_MS)
    ends = counts.calls(understood("evt.type = procexit").expression, MOST_CALLS, CALLS_MS)
    if calls is None or ends is None:
        return None
    made = [call for call in calls if call.is_exit]
    ran = [call for call in made if not call.error]
    named = [call for call in ran if _base(call.path) == name]
    vain = [search for search in _searches(made, ends) if not search.found]
    return Executions(
        name,
        len(made),
        len(ran),
        tuple(call.number for call in named),
        tuple(dict.fromkeys(call.comm for call in named)),
        max(len(calls), len(ends)) < MOST_CALLS,
        tuple(_failures(name, vain, counts)),
    )


def program_name(word: bytes) -> bytes:
    """The program that a name, a path or the beginning of a command line is about."""
    return _base(word.split(b" ", 1)[0])


def program_line(comm: bytes, cmdline: bytes) -> bytes:
    """A command line as a person would write it: a script by its name, without its directory."""
    words = cmdline.split(b" ")
    if len(words) > 1 and words[0] == comm and _base(words[1]).startswith(comm):
        words = words[1:]
    return b" ".join((_base(words[0]), *words[1:]))


def _base(path: bytes | None) -> bytes:
    return (path or b"").rstrip(b"/").rpartition(b"/")[2]


def _searches(calls: Sequence[Call], ends: Sequence[Call]) -> list[Search]:
    """Failed executions, those in a row for the same program together."""
    searches: list[Search] = []
    open_ones: dict[int, Search] = {}
    started: dict[int, int] = {}
    for call in calls:
        name, tid = _base(call.path), call.tid
        if tid is None or not name:
            continue
        search = open_ones.get(tid)
        if call.error:
            if search is None or search.name != name or search.comm != call.comm:
                search = Search(name, tid, call.comm, call.error, started=started.get(tid))
                open_ones[tid] = search
                searches.append(search)
            search.error = call.error
            search.numbers.append(call.number)
            search.folders.add((call.path or b"").rpartition(b"/")[0])
        else:
            started[tid] = call.ts
            if search is not None:
                search.found = search.name == name
                search.went_on = not search.found
                del open_ones[tid]
    _end(searches, ends)
    return searches


def _end(searches: Sequence[Search], ends: Sequence[Call]) -> None:
    """Tell each search that went nowhere how its thread ended."""
    by_thread: dict[int, list[End]] = {}
    for call in ends:
        if call.tid is not None:
            by_thread.setdefault(call.tid, []).append(End(call.number, call.ts, call.exit_status))
    for search in searches:
        if not search.found and not search.went_on:
            later = by_thread.get(search.tid, [])
            at = bisect_right(later, search.numbers[-1], key=lambda end: end.number)
            search.end = later[at] if at < len(later) else None


def _failures(name: bytes, vain: Sequence[Search], counts: Evidence) -> Iterator[Failure]:
    groups: dict[tuple[bytes, bytes, str, int | None], list[Search]] = {}
    for search in vain:
        key = (search.name, search.comm, search.error, search.exit_status)
        groups.setdefault(key, []).append(search)
    related = _related(name, counts) if vain else set()

    def rank(group: list[Search]) -> tuple[bool, bool, bool, int]:
        first = group[0]
        told = first.exit_status in (NOT_EXECUTABLE, NOT_FOUND)
        return first.name != name, not _is_in(group, related), not told, -len(group)

    for group in sorted(groups.values(), key=rank)[:FAILURES]:
        first = group[0]
        same = [s for s in vain if (s.name, s.comm) == (first.name, first.comm)]
        yield _failure(group, len(same), counts, is_related=_is_in(group, related))


def _related(name: bytes, counts: Evidence) -> set[int]:
    """Failed executions by processes in whose surroundings the name stands."""
    text = value_text(name)
    fields = ("proc.cmdline", "proc.acmdline", "container.name", "container.image")
    places = " or ".join(f"{field} contains {text}" for field in fields)
    asked = understood(f"{_EXECS} and evt.failed = true and ({places})").expression
    return {call.number for call in counts.calls(asked, MOST_CALLS, CALLS_MS) or ()}


def _is_in(group: Sequence[Search], numbers: set[int]) -> bool:
    return any(number in numbers for search in group for number in search.numbers)


def _failure(group: Sequence[Search], of: int, counts: Evidence, *, is_related: bool) -> Failure:
    first = group[0]
    who = f"proc.name = {value_text(first.comm)}"
    tried = f"{who} and {_EXECS} and evt.failed = true and ({_path_is(group)})"
    attempts = understood(tried).expression
    ends = None
    if first.exit_status is not None:
        ended = f"{who} and evt.type = procexit and evt.arg.ret = {first.exit_status}"
        found = understood(ended).expression
        if not counts.count(found):  # old captures hold the wait status alone
            ended = f"{who} and evt.type = procexit and evt.arg.status = {first.exit_status << 8}"
            found = understood(ended).expression
        ends = found, counts.count(found)
    return Failure(
        tuple(group),
        of,
        is_related,
        (attempts, counts.count(attempts)),
        ends,
        counts.text(first.numbers[-1], "proc.cmdline"),
        counts.text(first.numbers[-1], "container.id"),
        _said(first, counts),
    )


def _path_is(group: Sequence[Search]) -> str:
    name = group[0].name
    tests = []
    if any(search.folders - {b""} for search in group):
        tests.append(f"evt.arg.filename endswith {value_text(b'/' + name)}")
    if any(b"" in search.folders for search in group):
        tests.append(f"evt.rawarg.filename = {value_text(name)}")
    return " or ".join(tests)


def _said(search: Search, counts: Evidence) -> tuple[int, bytes] | None:
    """What the thread wrote to its standard error between its last attempt and its end."""
    if search.end is None:
        return None
    text = (
        f"evt.is_io_write = true and fd.num = 2 and thread.tid = {search.tid} "
        f"and evt.num > {search.numbers[-1]} and evt.num < {search.end.number}"
    )
    calls = counts.calls(understood(text).expression, 100, CALLS_MS) or []
    data = b"".join(call.data or b"" for call in calls).strip()
    return (calls[0].number, data) if data else None
