"""Differences of two captures, and of two threads, as text, Markdown and JSON."""

import json
from collections.abc import Sequence
from typing import Final

from scaptui.capture.doings import Doing, Step
from scaptui.escaping import decoded
from scaptui.views.differences import PLACES, Difference, Where, counts
from scaptui.views.format import counted
from scaptui.views.parting import Parting
from scaptui.views.sections import Section, Written, written
from scaptui.views.threads import Against, Thread

_HEAD: Final = ("first", "second", "program", "call", "error", "about", "event")
_LEFT: Final = frozenset((2, 3, 4, 5))
# Groups of a place that are told to people; JSON has all.
_SHOWN: Final = 60
# Calls of a stretch that are told.
_CALLS: Final = 12


def report(
    names: tuple[str, str], found: Sequence[Difference], filter_text: str | None, how: Written
) -> list[str]:
    """What is in only one of two captures, a table a place."""
    first, second = names
    titles: dict[Where, str] = {
        "second": f"Only in {second}",
        "first": f"Only in {first}",
        "more": f"At least twice as often in {second}",
        "fewer": f"At most half as often in {second}",
    }
    many = counts(found)
    told = ", ".join(f"{titles[where].lower()}: {many[where]:,}" for where in PLACES)
    sections = []
    for where in PLACES:
        groups = [each for each in found if each.where == where]
        if groups:
            more = len(groups) - _SHOWN
            note = (f"the first {_SHOWN} of {len(groups):,}; JSON has all",) if more > 0 else ()
            rows = [_row(each) for each in groups[:_SHOWN]]
            sections.append(Section(titles[where], note, _HEAD, rows, _LEFT))
    if not found:
        told = "The same programs made the same calls, about as often."
    filtered = [f"Filter: {filter_text}"] if filter_text is not None else []
    return written(f"{first} against {second}", [told, *filtered], sections, how)


def as_data(names: tuple[str, str], found: Sequence[Difference], filter_text: str | None) -> str:
    """The same as JSON."""
    groups = [
        {
            "where": each.where,
            "program": decoded(each.group.program),
            "call": each.group.call,
            "about": decoded(each.group.about) or None,
            "error": each.group.error or None,
            "first": _side(each.one),
            "second": _side(each.two),
        }
        for each in found
    ]
    data = {"first": names[0], "second": names[1], "filter": filter_text, "differences": groups}
    return json.dumps(data, indent=1)


def thread_report(against: Against, how: Written) -> list[str]:
    """Where a thread parts from another, or from many."""
    ours = _thread(against.thread)
    whom = _whom(against)
    told = [
        f"{against.alike:,} calls agree." if against.is_pair else f"{whom} did nearly the same."
    ]
    sections = []
    for number, (parting, many) in enumerate(against.partings, 1):
        of = "" if against.is_pair else f", from {many:,} of {len(against.others):,}"
        sections.append(
            Section(f"{number}. {_title(parting)}{of}", tuple(_parted(parting, ours, whom)))
        )
    if not against.partings:
        told.append("They part nowhere.")
    return written(f"{ours} against {whom}", told, sections, how)


def thread_data(against: Against) -> str:
    """The same as JSON."""
    data = {
        "thread": _thread_data(against.thread),
        "others": [_thread_data(each) for each in against.others],
        "alike": against.alike,
        "partings": [
            {
                "kind": parting.kind,
                "from": many,
                "ours": [_step_data(step) for step in parting.ours],
                "theirs": [_step_data(step) for step in parting.theirs],
                "our_line": decoded(parting.our_line) or None,
                "their_line": decoded(parting.their_line) or None,
            }
            for parting, many in against.partings
        ],
    }
    return json.dumps(data, indent=1)


def step_text(step: Step) -> str:
    """A call in a line; captured text in it is not escaped yet."""
    about = f" {decoded(step.about)}" if step.about else ""
    error = f" {step.error}" if step.error else ""
    moved = f" {counted(step.moved, 'byte')}" if step.way else ""
    return f"{step.event}  {step.call}{about}{moved}{error}"


def _row(difference: Difference) -> list[str]:
    group = difference.group
    return [
        f"{difference.one.count:,}" if difference.one else "",
        f"{difference.two.count:,}" if difference.two else "",
        decoded(group.program),
        group.call,
        group.error,
        decoded(group.about),
        str(group.first),
    ]


def _side(group: Doing | None) -> dict[str, int] | None:
    if group is None:
        return None
    return {"count": group.count, "first": group.first, "last": group.last}


def _thread(thread: Thread) -> str:
    return f"{decoded(thread.comm)} {thread.tid}"


def _whom(against: Against) -> str:
    if against.is_pair:
        return _thread(against.others[0])
    return f"{len(against.others):,} other threads of {decoded(against.thread.comm)}"


def _title(parting: Parting) -> str:
    match parting.kind:
        case "data":
            return f"Other words in {parting.ours[0].call}"
        case "error":
            return f"Another outcome of {parting.ours[0].call}"
        case _:
            first = (parting.ours or parting.theirs)[0]
            return f"Other calls from {first.call} on"


def _parted(parting: Parting, ours: str, theirs: str) -> list[str]:
    if parting.kind == "data":
        return [
            f"{ours}: {step_text(parting.ours[0])}",
            f"  {decoded(parting.our_line)}",
            f"{theirs}: {step_text(parting.theirs[0])}",
            f"  {decoded(parting.their_line)}",
        ]
    lines = []
    for name, steps in ((ours, parting.ours), (theirs, parting.theirs)):
        if not steps:
            lines.append(f"{name}: none of these")
            continue
        lines.append(f"{name}:")
        lines += [f"  {step_text(step)}" for step in steps[:_CALLS]]
        if len(steps) > _CALLS:
            lines.append(f"  and {len(steps) - _CALLS:,} more")
    return lines


def _thread_data(thread: Thread) -> dict[str, object]:
    return {"program": decoded(thread.comm), "tid": thread.tid, "event": thread.event}


def _step_data(step: Step) -> dict[str, object]:
    return {
        "event": step.event,
        "call": step.call,
        "about": decoded(step.about) or None,
        "error": step.error or None,
        "moved": step.moved if step.way else None,
    }
