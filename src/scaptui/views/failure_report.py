"""Failed calls in groups, as text, Markdown and JSON."""

import json
from collections.abc import Sequence
from datetime import tzinfo

from scaptui._core import Capture, Event
from scaptui.escaping import decoded
from scaptui.views.failures import MEANINGS, RANKS, Failure, events_of
from scaptui.views.format import counted, moment
from scaptui.views.report_source import Source
from scaptui.views.sections import Section, Written, written

_HEAD = ("count", "program", "call", "error", "about", "processes", "first", "time", "")
_LEFT = frozenset((1, 2, 3, 4, 7, 8))


def report(
    capture: Capture,
    found: Sequence[Failure],
    filter_text: str | None,
    zone: tzinfo | None,
    how: Written,
) -> list[str]:
    """A table for each rank, those that tell most first."""
    source = Source.of(capture)
    failed = sum(each.group.count for each in found)
    told = [f"{counted(failed, 'failed call')} in {counted(len(found), 'group')}."]
    if filter_text is not None:
        told.append(f"Filter: {filter_text}")
    sections = []
    for rank in RANKS:
        groups = [each for each in found if each.rank == rank]
        if groups:
            rows = [_row(capture, each, zone) for each in groups]
            sections.append(Section(rank.capitalize(), (MEANINGS[rank],), _HEAD, rows, _LEFT))
    if found:
        shown = [events_of(each) for each in found[:3]]
        sections.append(Section("Their events", tuple(f"scaptui print FILE '{e}'" for e in shown)))
    return written(f"Failed calls in {' '.join(source.names)}", told, sections, how)


def as_data(found: Sequence[Failure], filter_text: str | None) -> str:
    """The same as JSON."""
    groups = [
        {
            "rank": each.rank,
            "why": each.why or None,
            "program": decoded(each.group.program),
            "call": each.group.call,
            "error": each.group.error,
            "about": decoded(each.group.about) or None,
            "count": each.group.count,
            "processes": each.group.processes,
            "of_processes": each.group.of_processes,
            "ended_badly": each.group.ended_badly,
            "first": each.group.first,
            "last": each.group.last,
            "filter": events_of(each),
        }
        for each in found
    ]
    return json.dumps({"filter": filter_text, "groups": groups}, indent=1)


def _row(capture: Capture, failure: Failure, zone: tzinfo | None) -> list[str]:
    group = failure.group
    note = failure.why
    if group.ended_badly:
        note = f"{counted(group.ended_badly, 'bad end')} {note}".strip()
    return [
        f"{group.count:,}",
        decoded(group.program),
        group.call,
        group.error,
        decoded(group.about),
        f"{group.processes:,} of {group.of_processes:,}",
        str(group.first),
        moment(Event(capture, group.first).call.ts, zone)[1][:15],
        note,
    ]
