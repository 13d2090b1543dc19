"""What of a filter the kernel can decide: system calls, processes, names, users, control groups.

The kernel only leaves out what the filter cannot select; the whole filter is asked again of what
comes. So a part that is not pushed down costs time, and one pushed down wrongly would lose events.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Final

from scaptui.filter.expression import (
    And,
    Check,
    Expression,
    FieldRef,
    Integer,
    Literal,
    Or,
    Range,
    Set,
    Text,
)

# The only events whose names differ from those of their system calls.
_CALLS: Final = {"pread": "pread64", "pwrite": "pwrite64", "prlimit": "prlimit64"}
# The recorder tells of these, whatever calls are asked for.
_ALWAYS: Final = frozenset({"procexit", "drop", "switch", "page_fault", "signaldeliver"})
_LONGEST_NAME: Final = 15
# Ids that stand in the paths of control groups.
_CONTAINER: Final = re.compile(rb"[0-9a-f]{12}")
_POD: Final = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")

# Fields that the kernel can decide by.
DECIDED: Final = frozenset(
    {
        "proc.pid",
        "user.uid",
        "proc.name",
        "container.id",
        "k8s.pod.uid",
        "k8s.pod.id",
        "evt.type",
        "syscall.type",
    }
)

Values = frozenset[str] | None
_Join = Callable[[Values, Values], Values]


@dataclass(frozen=True, slots=True)
class PushedDown:
    """What events must have, all of it, to be selected; None where that is not known.

    Attributes:
        calls: One of these system calls.
        pids: A thread of one of these processes, as digits.
        comms: A thread of one of these names.
        uids: One of these effective users, as digits.
        groups: A control group with one of these texts in its path.
        whole: Whether that is all the filter says.
    """

    calls: Values = None
    pids: Values = None
    comms: Values = None
    uids: Values = None
    groups: Values = None
    whole: bool = False

    @property
    def words(self) -> list[str]:
        """What it goes by, for people."""
        named = {"calls": self.calls, "processes": self.pids, "names": self.comms}
        return [name for name, values in {**named, "users": self.uids}.items() if values]


_KINDS: Final = tuple(field.name for field in fields(PushedDown) if field.name != "whole")


def pushed_down(expression: Expression, calls: Collection[str]) -> PushedDown:
    """The part of a filter that the kernel can decide. `calls` are those this machine has."""
    match expression:
        case And(terms):
            return reduce(_both, (pushed_down(term, calls) for term in terms))
        case Or(terms):
            return reduce(_either, (pushed_down(term, calls) for term in terms))
        case Check(FieldRef(name=name, argument=None), operator, right, quantifier=None):
            values = _values(operator, right)
            return PushedDown() if values is None else _test(name, values, calls)
        case _:
            return PushedDown()


def _both(left: PushedDown, right: PushedDown) -> PushedDown:
    def both(a: Values, b: Values) -> Values:
        # With nothing in common no event is selected at all: the kernel decides by one of them.
        return a if b is None else b if a is None else a & b or a

    return _joined(left, right, both, whole=left.whole and right.whole)


def _either(left: PushedDown, right: PushedDown) -> PushedDown:
    def either(a: Values, b: Values) -> Values:
        return None if a is None or b is None else a | b

    of_one_kind = len(left.words) == len(right.words) == 1 and left.words == right.words
    return _joined(left, right, either, whole=left.whole and right.whole and of_one_kind)


def _joined(left: PushedDown, right: PushedDown, join: _Join, *, whole: bool) -> PushedDown:
    joined = {kind: join(getattr(left, kind), getattr(right, kind)) for kind in _KINDS}
    return PushedDown(**joined, whole=whole)


def _values(operator: str, right: object) -> tuple[Literal, ...] | None:
    match operator, right:
        case "eq", Text() | Integer():
            return (right,)
        case "in", Set(items) if not any(isinstance(item, Range) for item in items):
            return tuple(item for item in items if not isinstance(item, Range))
        case _:
            return None


def _test(name: str, values: Iterable[Literal], calls: Collection[str]) -> PushedDown:
    match name:
        case "proc.pid":
            return _told(pids=_numbers(values))
        case "user.uid":
            return _told(uids=_numbers(values))
        case "proc.name":
            return _told(comms=_names(values))
        case "container.id":
            return replace(_told(groups=_texts(values, _CONTAINER)), whole=False)
        case "k8s.pod.uid" | "k8s.pod.id":
            return replace(_told(groups=_texts(values, _POD)), whole=False)
        case "evt.type" | "syscall.type":
            return _told(calls=_calls(values, calls))
        case _:
            return PushedDown()


def _told(**values: Values) -> PushedDown:
    # Nothing left is nothing told: an empty list would ask for everything.
    told = {kind: value or None for kind, value in values.items()}
    return PushedDown(**told, whole=any(told.values()))


def _numbers(values: Iterable[Literal]) -> Values:
    numbers = [value.value for value in values if isinstance(value, Integer)]
    return frozenset(str(number) for number in numbers if 0 <= number < 1 << 32)


def _texts(values: Iterable[Literal], form: re.Pattern[bytes]) -> Values:
    texts = [value.value if isinstance(value, Text) else b"" for value in values]
    # Other ids are names, or stand for no container: paths do not tell those.
    if not all(form.fullmatch(text) for text in texts):
        return None
    return frozenset(text.decode() for text in texts)


def _names(values: Iterable[Literal]) -> Values:
    names = set()
    for value in values:
        name = value.value if isinstance(value, Text) else b""
        if not name or b"," in name or b"\0" in name or not name.isascii():
            return None
        # The kernel keeps no longer ones: it is nobody's name.
        if len(name) <= _LONGEST_NAME:
            names.add(name.decode())
    return frozenset(names)


def _calls(values: Iterable[Literal], calls: Collection[str]) -> Values:
    found = set()
    for value in values:
        name = value.value.decode("utf-8", "replace") if isinstance(value, Text) else ""
        call = _CALLS.get(name, name)
        if call in calls:
            found.add(call)
        elif name not in _ALWAYS:
            return None
    return frozenset(found)
