"""Differences of two captures, and of two threads, as text, Markdown and JSON."""

import json
from collections.abc import Sequence
from typing import Final

from scaptui.capture.doings import Doing, Step
from scaptui.escaping import decoded
from scaptui.views.differences import PLACES, Alone, Difference, Differences, Side, Where
from scaptui.views.format import counted
from scaptui.views.odd_ones import Odd
from scaptui.views.parting import Parting
from scaptui.views.sections import Section, Written, written
from scaptui.views.threads import Against, Thread

_HEAD: Final = ("first", "second", "program", "call", "error", "about", "event")
_LEFT: Final = frozenset((2, 3, 4, 5))
# Groups of a place that are told to people; JSON has all.
_SHOWN: Final = 60
# Calls of a stretch that are told.
_CALLS: Final = 12


def titles(first: str, second: str) -> dict[Where, str]:
    """What each place is called between two sides."""
    return {
        "second": f"Only in {second}",
        "first": f"Only in {first}",
        "more": f"At least twice as often in {second}",
        "fewer": f"At most half as often in {second}",
    }


def report(sides: tuple[Side, Side], found: Differences, how: Written) -> list[str]:
    """What is in only one of two sides, a table a place."""
    first, second = (side.name for side in sides)
    named = titles(first, second)
    told = [", ".join(f"{named[where].lower()}: {found.count(where):,}" for where in PLACES)]
    sections = []
    for where in PLACES:
        rows = found.rows(where)
        if rows:
            more = len(rows) - _SHOWN
            note = (f"the first {_SHOWN} of {len(rows):,}; JSON has all",) if more > 0 else ()
            cells = [row_cells(each) for each in rows[:_SHOWN]]
            sections.append(Section(named[where], note, _HEAD, cells, _LEFT))
    if not found.found:
        told = ["The same programs made the same calls, about as often."]
    if found.ratio != 1:
        told.append(f"Most of it is {found.ratio:.2g} times as often in {second}.")
    if common := _common_filter(sides):
        told.append(f"Filter: {common}")
    else:
        told += [f"{side.name}: {side.filter_text}" for side in sides if side.filter_text]
    return written(f"{first} against {second}", told, sections, how)


def as_data(sides: tuple[Side, Side], found: Differences) -> str:
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
        for each in found.found
    ]
    first, second = sides
    data = {
        "first": first.name,
        "second": second.name,
        "filter": _common_filter(sides) or None,
        "filters": [side.filter_text or None for side in sides],
        "usual_ratio": found.ratio,
        "differences": groups,
    }
    return json.dumps(data, indent=1)


def _common_filter(sides: tuple[Side, Side]) -> str:
    first, second = (side.filter_text for side in sides)
    return first if first == second else ""


def row_cells(row: Difference | Alone) -> list[str]:
    """Both counts, program, call, error, what it was about, and the first event."""
    if isinstance(row, Alone):
        count = f"{row.count:,}"
        ones, twos = (count, "") if row.where == "first" else ("", count)
        kinds = counted(len(row.groups), "kind")
        return [ones, twos, decoded(row.program), "all", "", f"{kinds} of calls", str(row.first)]
    group = row.group
    return [
        f"{row.one.count:,}" if row.one else "",
        f"{row.two.count:,}" if row.two else "",
        decoded(group.program),
        group.call,
        group.error,
        decoded(group.about),
        str(group.first),
    ]


def thread_report(against: Against, how: Written) -> list[str]:
    """Where a thread parts from another, or from many."""
    ours = thread_name(against.thread)
    whom = _whom(against)
    told = [
        f"{against.alike:,} calls agree." if against.is_pair else f"{whom} did nearly the same."
    ]
    sections = []
    for number, (parting, many) in enumerate(against.partings, 1):
        of = "" if against.is_pair else f", from {many:,} of {len(against.others):,}"
        sections.append(
            Section(f"{number}. {parting_title(parting)}{of}", tuple(_parted(parting, ours, whom)))
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
            {"from": many, **_parting_data(parting)} for parting, many in against.partings
        ],
    }
    return json.dumps(data, indent=1)


def odd_report(name: str, found: Sequence[Odd], how: Written) -> list[str]:
    """What few of many alike did."""
    sections = []
    for number, odd in enumerate(found[:_SHOWN], 1):
        title = f"{number}. {odd_title(odd)}"
        parted = _parted(odd.parting, thread_name(odd.threads[0]), thread_name(odd.like))
        sections.append(Section(title, tuple(parted)))
    told = counted(len(found), "difference") + " among threads that did nearly the same."
    if len(found) > _SHOWN:
        told += f" The first {_SHOWN}; JSON has all."
    return written(f"The odd ones in {name}", [told], sections, how)


def odd_data(name: str, found: Sequence[Odd]) -> str:
    """The same as JSON."""
    data = {
        "capture": name,
        "odd": [
            {
                "threads": [_thread_data(each) for each in odd.threads],
                "like": _thread_data(odd.like),
                "alike": odd.alike,
                **_parting_data(odd.parting),
            }
            for odd in found
        ],
    }
    return json.dumps(data, indent=1)


def odd_title(odd: Odd) -> str:
    """Who did something else, and what it is."""
    who = thread_name(odd.threads[0])
    if len(odd.threads) > 1:
        who += f" and {len(odd.threads) - 1:,} more"
    return f"{who} of {odd.alike:,} alike: {parting_title(odd.parting).lower()}"


def step_text(step: Step) -> str:
    """A call in a line; captured text in it is not escaped yet."""
    about = f" {decoded(step.about)}" if step.about else ""
    error = f" {step.error}" if step.error else ""
    moved = f" {counted(step.moved, 'byte')}" if step.way else ""
    return f"{step.event}  {step.call}{about}{moved}{error}"


def _side(group: Doing | None) -> dict[str, int] | None:
    if group is None:
        return None
    return {"count": group.count, "first": group.first, "last": group.last}


def thread_name(thread: Thread) -> str:
    """A program and its thread."""
    return f"{decoded(thread.comm)} {thread.tid}"


def _whom(against: Against) -> str:
    if against.is_pair:
        return thread_name(against.others[0])
    return f"{len(against.others):,} other threads of {decoded(against.thread.comm)}"


def parting_title(parting: Parting) -> str:
    """In what they part."""
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


def _parting_data(parting: Parting) -> dict[str, object]:
    return {
        "kind": parting.kind,
        "ours": [_step_data(step) for step in parting.ours],
        "theirs": [_step_data(step) for step in parting.theirs],
        "our_line": decoded(parting.our_line) or None,
        "their_line": decoded(parting.their_line) or None,
    }


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
