"""Failures and partings as findings: rows for the page, with where each leads."""

from collections.abc import Sequence

from scaptui.escaping import decoded
from scaptui.views.cells import Role
from scaptui.views.difference_report import parting_title, step_text, thread_name
from scaptui.views.failures import MEANINGS, RANKS, Failure, events_of
from scaptui.views.findings import Column, Finding, Findings
from scaptui.views.format import counted
from scaptui.views.names import named
from scaptui.views.parting import Parting
from scaptui.views.threads import Against
from scaptui.views.unfiltered import none_among

_FAILURES = (
    Column("COUNT", 8, right=True),
    Column("PROC", 10),
    Column("CALL", 11),
    Column("ERROR", 11, "failed"),
    Column("ABOUT", 0, "path"),
)
_CALLS = 40


def failure_findings(found: Sequence[Failure], filter_text: str) -> Findings:
    """Groups under their ranks, of the calls that a filter selects."""
    rows: list[Finding] = []
    for rank in RANKS:
        groups = [each for each in found if each.rank == rank]
        if groups:
            role: Role = "muted" if rank in ("usual", "waiting") else "warning"
            rows.append(Finding((f"─ {rank}: {MEANINGS[rank]}",), role))
            rows += [_failure(each) for each in groups]
    failed = sum(each.group.count for each in found)
    title = f"{counted(failed, 'failed call')} in {counted(len(found), 'group')}"
    return Findings(title, rows, _FAILURES, none_among("no call failed", filter_text))


def _failure(failure: Failure) -> Finding:
    group = failure.group
    of = counted(group.of_processes, "process", "processes")
    processes = f"in {group.processes:,} of {of}"
    told = [named(group.program), group.call, decoded(group.about), group.error, f" {processes}"]
    if group.ended_badly:
        told.append(f" {counted(group.ended_badly, 'bad end')} soon after")
    if failure.why and failure.why != processes:
        told.append(f" {failure.why}")
    return Finding(
        (f"{group.count:,}", named(group.program), group.call, group.error, group.about),
        event=group.first,
        filter_text=events_of(failure),
        told=" ".join(filter(None, told)),
    )


def thread_findings(against: Against) -> Findings:
    """Where a thread parts from others, with the calls that differ."""
    ours = thread_name(against.thread)
    if against.is_pair:
        whom = thread_name(against.others[0])
        title = f"{ours} against {whom}, {against.alike:,} calls agree"
    else:
        whom = f"{len(against.others):,} others"
        title = f"{ours} against {whom}"
    rows: list[Finding] = []
    for parting, many in against.partings:
        of = "" if against.is_pair else f", from {many:,} of {len(against.others):,}"
        rows.append(Finding((f"─ {parting_title(parting).lower()}{of}",), "warning"))
        rows += parting_rows(parting, ours, whom)
    return Findings(title, rows, nothing=f"they part nowhere, {against.alike:,} calls agree")


def parting_rows(parting: Parting, ours: str, whom: str) -> list[Finding]:
    """The calls that differ, of either."""
    if parting.kind == "data":
        mine, other = parting.ours[0], parting.theirs[0]
        return [
            Finding((f"  {ours}  {step_text(mine)}",), event=mine.event),
            Finding((b"    " + parting.our_line,), "failed"),
            Finding((f"  {whom}  {step_text(other)}",), event=other.event),
            Finding((b"    " + parting.their_line,)),
        ]
    rows: list[Finding] = []
    for name, steps in ((ours, parting.ours), (whom, parting.theirs)):
        state = "" if steps else ": none of these"
        rows.append(Finding((f"  {name}{state}",), "accent"))
        rows += [Finding((f"    {step_text(step)}",), event=step.event) for step in steps[:_CALLS]]
        if len(steps) > _CALLS:
            rows.append(Finding((f"    and {len(steps) - _CALLS:,} more",), "muted"))
    return rows
