"""Slices for tests: made by the core, compared by what is printed of them."""

import random
import time
from pathlib import Path
from typing import Any, Final

from scaptui._core import Capture, Filter, SliceReport, fields
from scaptui.capture.opening import compile_filter
from scaptui.capture.slicing import ENDED, Slicing, Wanted
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from tests.core.asking import opened, printed

# Fields that a slice changes because it has fewer events.
_BY_PLACE: Final = ("evt.num", "evt.reltime", "evt.deltatime")
_NEEDS: Final = ("evt.arg", "evt.rawarg")
COMPARED: Final = tuple(
    row.name
    for row in fields()
    if row.argument != "required"
    and not (row.filter_only or row.print_only)
    and not row.name.startswith(_BY_PLACE)
) + tuple(f"evt.arg[{at}]" for at in range(6))
# Parts an event and its fields from what is printed in them.
_EVENT: Final = "\x1e"
_FIELD: Final = "\x1f"
_FORM: Final = "*" + _EVENT + _FIELD.join(f"%{name}" for name in COMPARED)


def compiled(text: str) -> Filter | None:
    return compile_filter(wire(understood(text).expression)) if text else None


def cut(capture: Capture, text: str, to: Path, **wanted: Any) -> SliceReport:
    """Write a slice of a capture that has been read."""
    slicing = Slicing(capture, Wanted(compiled(text), **wanted), str(to), replaces=True)
    while slicing.progress[0] not in ENDED:
        time.sleep(0.002)
    report = slicing.report()
    assert report is not None
    return report


def rows(capture: Capture, text: str = "") -> list[list[str]]:
    """Every field of every event that a filter selects."""
    out = printed(capture, _FORM, text, escape="raw").decode("utf-8", "surrogateescape")
    return [record.removesuffix("\n").split(_FIELD) for record in out.split(_EVENT)[1:]]


def unlike(before: list[list[str]], after: list[list[str]]) -> list[str]:
    """What is not the same in two lists of events, a line each."""
    assert len(before) == len(after)
    return [
        f"event {at} {name}: {old!r} became {new!r}"
        for at, (first, second) in enumerate(zip(before, after, strict=True))
        for name, old, new in zip(COMPARED, first, second, strict=True)
        if old != new
    ]


def lossless(path: Path, text: str, to: Path, **wanted: Any) -> SliceReport:
    """Cut a capture, and see that no field of any event is another one."""
    capture = opened(path)
    report = cut(capture, text, to, **wanted)
    if report.events:
        assert report.compared is not None
        told = report.compared.differences
        assert report.compared.equal == report.events, told
        assert not unlike(rows(capture, text), rows(opened(to))), text
    return report


class RandomFilters:
    """Filters over what a capture holds, others for another seed."""

    def __init__(self, capture: Capture, seed: int) -> None:
        self._random = random.Random(seed)
        self._events = capture.progress().events
        names = ("evt.type", "proc.name", "thread.tid", "fd.num", "fd.typechar", "evt.res")
        form = _EVENT + _FIELD.join(f"%{name}" for name in names)
        out = printed(capture, "*" + form, escape="raw").decode("utf-8", "replace")
        columns = zip(
            *(record.removesuffix("\n").split(_FIELD) for record in out.split(_EVENT)[1:]),
            strict=True,
        )
        self._values = {
            name: sorted({value for value in column if value.isprintable() and value[:1] != "<"})
            for name, column in zip(names, columns, strict=True)
        }

    def one(self) -> str:
        """The next one."""
        first, second = self._clause(), self._clause()
        forms = (
            f"{first}",
            f"{first} and {second}",
            f"({first}) or ({second})",
            f"not {first}",
        )
        return self._random.choice(forms)

    def _clause(self) -> str:
        name = self._random.choice([*self._values, "evt.num"])
        if name == "evt.num" or not self._values[name]:
            start = self._random.randint(1, self._events)
            stop = start + self._random.choice((0, 3, 50, 1000))
            return f"(evt.num>={start} and evt.num<={stop})"
        value = self._random.choice(self._values[name]).replace('"', "")
        return f'{name}="{value}"'
