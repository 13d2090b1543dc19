"""Failed calls in groups, those that tell most first and the usual noise last.

Most failures of a healthy machine mean nothing: a search that goes on in the next directory, a call
that would have to wait, a question that is answered with an error. What is left is ranked by how
seldom it is and by what came of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from scaptui.capture.doings import Doing, doings, failures
from scaptui.capture.opening import Capture, Filter
from scaptui.filter.core import vocabulary
from scaptui.views.clauses import clause
from scaptui.views.harmless import harmless

Rank = Literal["before a bad end", "once", "seldom", "usual", "waiting"]

RANKS: Final[tuple[Rank, ...]] = ("before a bad end", "once", "seldom", "usual", "waiting")
# What each rank means, for people.
MEANINGS: Final[dict[Rank, str]] = {
    "before a bad end": "a bad end within 250 ms, and none that did it ended well",
    "once": "happened once",
    "seldom": "in few processes, or few times",
    "usual": "in most processes of a program, in many programs, or on and on",
    "waiting": "the call would have had to wait, or goes on by itself",
}
_WAITING: Final = frozenset(
    (
        "EAGAIN", "EINPROGRESS", "EALREADY", "EINTR", "ERESTARTSYS", "ERESTARTNOINTR",
        "ERESTARTNOHAND", "ERESTART_RESTARTBLOCK",
    )
)  # fmt: skip
# Calls that end with ETIMEDOUT because someone wished to wait no longer.
_WAITS: Final = ("futex", "semtimedop", "mq_timed")
_EXECS: Final = ("execve", "execveat")
# What so many programs do is no one's fault.
_MANY_PROGRAMS: Final = 3
# From so many processes on a share of them tells something.
_SOME: Final = 3
_MOST: Final = 0.8
# What happens so often without a bad end is tolerated.
_OFTEN: Final = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """One group with its rank.

    Attributes:
        group: The group as the core counted it.
        rank: How much it tells.
        why: What made it usual, empty where its numbers say it.
    """

    group: Doing
    rank: Rank
    why: str = ""


def ranked(capture: Capture, selected: Filter | None) -> list[Failure]:
    """Groups of failed calls among selected events, those that tell most first."""
    all_doings = doings(capture, selected)
    return sorted(with_ranks(failures(capture, selected), all_doings), key=_order)


def with_ranks(failed: Iterable[Doing], all_doings: Iterable[Doing]) -> list[Failure]:
    """Groups that failed, each with its rank among all that was done."""
    found = _found_elsewhere(all_doings)
    return [Failure(group, *_rank(group, found)) for group in failed]


def events_of(failure: Failure) -> str:
    """A filter for the events of a group; names that were made general are left out."""
    group = failure.group
    if group.count == 1:
        return f"evt.num={group.first}"
    fields = vocabulary()
    values = {
        "proc.name": group.program,
        "evt.type": group.call.encode(),
        "evt.res": group.error.encode(),
    }
    return " and ".join(clause(field, value, fields) for field, value in values.items())


def _order(failure: Failure) -> tuple[int, int, int, int]:
    group, place = failure.group, RANKS.index(failure.rank)
    if failure.rank == "before a bad end":
        # What failed last stands nearest to the end.
        return place, -group.ended_badly, -group.last, group.first
    if failure.rank in ("usual", "waiting"):
        return place, -group.count, 0, group.first
    return place, group.count, group.processes, group.first


def _rank(group: Doing, found: frozenset[tuple[bytes, str, bytes]]) -> tuple[Rank, str]:
    if group.error in _WAITING or (group.error == "ETIMEDOUT" and group.call.startswith(_WAITS)):
        return "waiting", ""
    if why := _harmless(group, found):
        return "usual", why
    if group.ended_badly and not group.went_well:
        return "before a bad end", ""
    if group.processes >= _SOME and group.processes >= _MOST * group.of_processes:
        return "usual", f"in {group.processes:,} of {group.of_processes:,} processes"
    if group.count >= _OFTEN and not group.ended_badly:
        return "usual", "again and again, without harm"
    return ("once", "") if group.count == 1 else ("seldom", "")


def _harmless(group: Doing, found: frozenset[tuple[bytes, str, bytes]]) -> str:
    if why := harmless(group.call, group.error, group.about):
        return why
    if group.programs >= _MANY_PROGRAMS:
        return f"in {group.programs:,} programs"
    name = _name(group.about)
    if group.error in ("ENOENT", "ENOTDIR") and name:
        program = b"" if group.call in _EXECS else group.program
        if (program, _family(group.call), name) in found:
            return "found in another place"
    return ""


def _found_elsewhere(all_doings: Iterable[Doing]) -> frozenset[tuple[bytes, str, bytes]]:
    """Program, call and last part of paths that were found; of executions by whomever."""
    return frozenset(
        (b"" if each.call in _EXECS else each.program, _family(each.call), _name(each.about))
        for each in all_doings
        if not each.error and each.about.startswith(b"/")
    )


def _family(call: str) -> str:
    """Calls that ask for the same in several forms have one name."""
    if call in _EXECS:
        return "execve"
    if "stat" in call:
        return "stat"
    return "open" if call.startswith("open") else call


def _name(path: bytes) -> bytes:
    return path.rsplit(b"/", 1)[-1] if path.startswith(b"/") else b""
