"""What `why` suggests: filters that are understood and select something."""

import os
from pathlib import Path

import pytest

from scaptui.capture.opening import open_capture, read_all
from scaptui.errors import FilterError
from scaptui.filter.core import understood, vocabulary
from scaptui.filter.expression import Expression
from scaptui.views.counts import CaptureCounts
from scaptui.views.why import explain
from scaptui.views.why_layout import Layout, written

CAPTURES = sorted(Path(os.environ.get("SCAPTUI_CAPTURES", "/nowhere")).glob("*.scap"))
# No capture has one of these; what suits a field is asked of it.
ABSENT = ("99999", "64999", "zzqq", "203.0.113.9", "203.0.113.9/32")
# Fields with several values in one event, and those whose values are written in their own way.
SPECIAL = (
    "fd.ip", "fd.port", "fd.net", "fd.proto", "fd.cnet", "fd.snet", "fd.cip", "fd.sport",
    "fd.types", "proc.apid", "proc.aname", "proc.aexe", "proc.aexepath", "proc.acmdline",
    "proc.aargs", "proc.aenv", "proc.fdusage", "evt.buflen", "user.uid",
)  # fmt: skip


def _asked(field: str) -> list[Expression]:
    """Filters on a field that select nothing, as far as its type allows them."""
    found = []
    for value in ABSENT:
        try:
            found.append(understood(f"{field}={value}").expression)
        except FilterError:
            continue
    return found


def _check(counts: CaptureCounts, field: str) -> int:
    suggested = 0
    for expression in _asked(field):
        *_, known = explain(expression, counts, {})
        for target in Layout(known, 80).targets:
            text = written(target.expression)
            assert counts.count(understood(text).expression), (field, text)
            suggested += 1
    return suggested


def _counts(path: Path) -> CaptureCounts:
    capture = open_capture([str(path)])
    read_all(capture)
    return CaptureCounts(capture)


def test_every_filter_that_is_suggested_selects_something(crashloop: Path) -> None:
    counts = _counts(crashloop)
    names = [name for name, row in vocabulary().fields.items() if row.argument != "required"]
    suggested = {name: _check(counts, name) for name in names}
    assert {name for name in SPECIAL if not suggested[name]} <= {"fd.types", "proc.fdusage"}


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_so_it_does_of_several_values_in_one_event_in_every_capture(path: Path) -> None:
    counts = _counts(path)
    for name in SPECIAL:
        _check(counts, name)


def test_a_field_of_both_ends_is_that_of_descriptors_with_ends(crashloop: Path) -> None:
    counts = _counts(crashloop)
    *_, known = explain(understood("fd.port=9").expression, counts, {})
    (clause,) = known.clauses
    assert clause.present == counts.count(understood("fd.port >= 0").expression) > 0
    assert all(value.isdigit() for value, _ in clause.values)
