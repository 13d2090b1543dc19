"""Finds what was restarted or crashed in a capture, and why."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from scaptui._core import Capture, Filter
from scaptui.views.crash_causes import NEAR, Case, likely_cause, stands_in
from scaptui.views.crash_evidence import Failure, Finder, Found
from scaptui.views.crash_happened import Happenings
from scaptui.views.crash_runs import Group, Life, Table, chosen_threads, groups, looked_at
from scaptui.views.crashes import Child, Crashes, Evidence, Program, Run, short_command

# Runs of one program whose evidence is looked for, the last ones. Of others the table tells how
# they ended.
MOST_RUNS: Final = 50
# Failed calls that a run keeps.
_FAILURES: Final = 12
# Bytes of a path that is looked for in output: shorter ones stand in any line.
_LEAST_NAME: Final = 2

Kinds = AbstractSet[tuple[str, str, bytes]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one run left."""

    life: Life
    found: Found
    children: tuple[Child, ...]
    happened: tuple[Evidence, ...]
    parent: int | None


def crashes(capture: Capture, selected: Filter | None = None) -> Crashes:
    """What was restarted or crashed in a capture that was read to its end.

    A filter chooses programs: those with events that it selects. What is told of their runs is
    about all of their events. Takes a pass over the process table and a few over the events,
    each in the core.
    """
    table = Table(capture)
    chosen = chosen_threads(capture, selected)
    looked = looked_at(table, chosen)
    found = groups(capture, table, chosen)
    if not found:
        return Crashes(looked=looked)
    lives = [life for group in found for life in group.lives[-MOST_RUNS:]]
    finder, happenings = Finder(capture, table, lives), Happenings(capture, table, lives)
    found_programs = (_program(table, finder, happenings, group) for group in found)
    return Crashes(tuple(found_programs), looked)


def _program(table: Table, finder: Finder, happenings: Happenings, group: Group) -> Program:
    seen = {
        life.root: _Seen(life, finder.found(life), *happenings.of(life), happenings.parent(life))
        for life in group.lives[-MOST_RUNS:]
    }
    kinds = _kinds(list(seen.values()), table)
    runs: list[Run] = []
    before: int | None = None
    for number, life in enumerate(group.lives, start=1):
        row = table.rows[life.root]
        gap = None
        if before is not None and row.started is not None and row.started >= before:
            gap = row.started - before
        runs.append(_run(table, finder, life, number, gap, seen.get(life.root), kinds))
        before = life.ended if life.ended is not None else before
    return Program(
        kind=group.kind, identity=group.identity, name=group.name,
        command=_common([run.command for run in runs]), runs=tuple(runs),
        is_hostname=group.is_hostname,
    )  # fmt: skip


def _run(
    table: Table,
    finder: Finder,
    life: Life,
    number: int,
    gap: int | None,
    seen: _Seen | None,
    kinds: tuple[Kinds, Kinds],
) -> Run:
    row, end = table.rows[life.root], table.ends[life.root]
    lives = not row.ended
    exit_event = finder.end(life)
    cause = None
    if seen is not None and not lives:
        everywhere, survived = kinds
        case = Case(
            end=end, exit=exit_event, pid=row.pid, found=seen.found, everywhere=everywhere,
            survived=survived,
        )  # fmt: skip
        cause = likely_cause(case)
    return Run(
        number=number,
        pid=row.pid,
        started=row.started,
        ended=life.ended,
        gap=gap,
        end=end,
        lives=lives,
        container=life.place.container.decode("utf-8", "backslashreplace") or "host",
        events=sum(table.rows[at].events for at in life.members),
        failed=sum(table.rows[at].failed for at in life.members),
        chain=finder.chain(life) if seen else (row.name,),
        command=short_command(row.cmdline or row.name),
        failures=_last(seen.found) if seen else (),
        said=tuple(seen.found.said) if seen else (),
        signals=tuple(seen.found.signals) if seen else (),
        exit=exit_event,
        cause=cause,
        thread=row.thread,
        parent=seen.parent if seen else None,
        children=seen.children if seen else (),
        happened=seen.happened if seen else (),
    )


def _last(found: Found) -> tuple[Evidence, ...]:
    """The last failures of a run, each with how often its kind was seen; and those output names."""
    told = [
        replace(
            each.last, times=each.times, processes=len(each.pids), is_named=_is_named(each, found)
        )
        for each in found.failures
    ]
    first = len(told) - _FAILURES
    return tuple(each for at, each in enumerate(told) if at >= first or each.is_named)


def _is_named(failure: Failure, found: Found) -> bool:
    """Whether the process that failed wrote right away what it failed at."""
    last = failure.last
    if len(last.about) <= _LEAST_NAME:
        return False
    return any(
        line.pid == last.pid
        and last.ts <= line.ts <= last.ts + NEAR
        and stands_in(last.about, line.about, whole=True)
        for line in found.said
    )


def _kinds(seen: list[_Seen], table: Table) -> tuple[Kinds, Kinds]:
    """Kinds of failure that all runs have that ended badly, and those that others have."""
    badly = [each for each in seen if table.ends[each.life.root].is_bad]
    others = [each for each in seen if not table.ends[each.life.root].is_bad]
    survived = frozenset(failure.kind for each in others for failure in each.found.failures)
    if len(badly) < 2:
        return frozenset(), survived
    kinds = [{failure.kind for failure in each.found.failures} for each in badly]
    return frozenset(set.intersection(*kinds)) - survived, survived


def _common(commands: list[bytes]) -> bytes:
    """The words that all command lines begin with."""
    split = [command.split(b" ") for command in commands]
    common: list[bytes] = []
    for words in zip(*split, strict=False):
        if len(set(words)) > 1:
            break
        common.append(words[0])
    return b" ".join(common)
