"""Where a text stands that a clause asks for in vain: other fields, failed executions, tables."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from scaptui.filter.core import understood
from scaptui.filter.dialects import value_text
from scaptui.filter.expression import Check, Expression, FieldRef, Text
from scaptui.filter.vocabulary import FieldRow
from scaptui.views.counts import Evidence
from scaptui.views.summary import Summary

# Fields that are told even when they do not hold it.
TOLD: Final = ("proc.cmdline", "evt.buffer", "proc.exepath", "fd.name")
# Told when they hold it. What takes long comes last: it is left out when time is up.
_TOLD_WHEN_FOUND: Final = ("proc.name", "container.name", "container.image", "proc.pname")
# Where the arguments of a failed execution and the paths of calls that failed are found.
_FAILED_EXEC: Final = (
    "failed execve",
    "evt.type in (execve, execveat) and evt.failed = true "
    "and (evt.arg.filename contains {0} or evt.arg.args contains {0})",
    ("evt.arg.args", "evt.arg.filename"),
)
_FAILED_PATH: Final = (
    "failed, fs.path.name", "evt.failed = true and fs.path.name contains {0}", ("fs.path.name",),
)  # fmt: skip
# How long all of it may take, ms.
BUDGET_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place that holds, or does not hold, the text a clause asks for.

    Attributes:
        field: The field, or what stands for several.
        expression: What selects the events.
        count: How many they are; None when counting took too long.
        example: The value most of them have.
    """

    field: str
    expression: Expression
    count: int | None
    example: bytes = b""


def occurrences(
    word: bytes, beside: str, counts: Evidence, fields: Mapping[str, FieldRow]
) -> Iterator[Occurrence]:
    """The places of a text, one after the other; `beside` is the field that does not hold it."""
    until = time.monotonic() + BUDGET_MS / 1_000
    for name, test, examined in _places(word, beside, fields):
        left_ms = max(0.0, until - time.monotonic()) * 1_000
        count = counts.count_within(test, left_ms) if left_ms else None
        if count == 0 and name not in TOLD:
            continue
        examples = [counts.values(field, test, 1) for field in examined] if count else []
        values = [found[0][0] for found in examples if found]
        example = next((value for value in values if word in value), b"")
        yield Occurrence(name, test, count, example)


def _places(
    word: bytes, beside: str, fields: Mapping[str, FieldRow]
) -> Iterator[tuple[str, Expression, tuple[str, ...]]]:
    """Label, test, and the fields an example is taken from."""
    for name in (*TOLD, *_TOLD_WHEN_FOUND):
        row = fields.get(name)
        if row is not None and name != beside:
            yield name, Check(FieldRef(row), "contains", Text(word)), (name,)
    for label, text, examined in (_FAILED_EXEC, _FAILED_PATH):
        yield label, understood(text.format(value_text(word))).expression, examined


def in_tables(word: str, whole: Summary, fields: Mapping[str, FieldRow]) -> Iterator[Occurrence]:
    """A container that is called so and has no events: only the file's tables know it."""
    row = fields.get("container.id")
    if row is None:
        return
    for name in ("image", "name"):
        for place in whole["containers"]:
            if word in place[name] and not place["events"]:
                test = Check(FieldRef(row), "eq", Text(place["id"].encode()))
                about = f"{place['id']} {place['name']}".encode("utf-8", "surrogateescape")
                yield Occurrence(f"container.{name}", test, 0, about)
                return
