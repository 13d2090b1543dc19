"""What a filter prompt offers: values with their counts, or names with their meaning."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from scaptui.filter.completion import Completion
from scaptui.filter.saved import Saved
from scaptui.views.cells import shown

# Fields people ask for most, offered before a letter is typed.
COMMON: Final = (
    "proc.name",
    "evt.type",
    "evt.failed",
    "fd.name",
    "container.id",
    "evt.res",
    "proc.cmdline",
    "user.name",
    "evt.buffer",
    "evt.latency",
)
# Bytes of a value that are shown: a command line can be a megabyte.
_LOOKED_AT: Final = 200
Counted = list[tuple[bytes, int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be taken.

    Attributes:
        text: What is put in; a captured value is put into words of the language when it is taken.
        label: What is shown.
        doc: What it means; may be empty.
        here: Events with this value after the clauses before; None when not counted.
        file: Events with this value in the whole file; None when not counted.
        value: The captured value it stands for.
    """

    text: str
    label: str
    doc: str = ""
    here: int | None = None
    file: int | None = None
    value: bytes | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """All that is offered, the likeliest first.

    Attributes:
        title: What the choices are: a field's name, FIELD, OPERATOR, HISTORY.
        rows: The choices.
        counted: Whether they come with counts.
    """

    title: str
    rows: tuple[Choice, ...]
    counted: bool = False


def named(completion: Completion, word: str) -> Choices:
    """Fields, operators and connectives, with what they mean."""
    rows = [Choice(s.text, s.text, s.doc) for s in completion.suggestions]
    if completion.wanted == "field" and not word:
        places = {name: place for place, name in enumerate(COMMON)}
        rows.sort(key=lambda row: places.get(row.label, len(places)))
    return Choices(completion.wanted.upper(), tuple(rows))


def values(
    completion: Completion,
    word: str,
    here: Counted | None,
    file: Counted | None,
) -> Choices:
    """Values of a field: those that begin with the word first, then by their count here.

    While the counts are not known yet, or there are none, the words the language knows are offered.
    """
    field = completion.field
    if field is None:
        return Choices("VALUE", ())
    title = asked_field(completion).upper()
    if not file:
        rows = tuple(Choice(s.text, s.text, s.doc) for s in completion.suggestions)
        return Choices(title, rows)
    counted_here = dict(here or ())
    wanted = word.lower()

    def rank(row: tuple[bytes, int]) -> tuple[bool, int, bool, int, bytes]:
        value, count = row
        begins = value[:_LOOKED_AT].decode("utf-8", "replace").lower().startswith(wanted)
        among = counted_here.get(value, 0)
        return (not (begins and among), -among, not begins, -count, value)

    rows = tuple(
        Choice(
            "",
            shown(value[:_LOOKED_AT]),
            "",
            None if here is None else counted_here.get(value, 0),
            count,
            value,
        )
        for value, count in sorted(file, key=rank)
    )
    return Choices(title, rows, counted=True)


def history(entries: list[str]) -> Choices:
    """Filters applied before."""
    return Choices("HISTORY", tuple(Choice(entry, shown(entry)) for entry in entries))


def saved(filters: Iterable[Saved], word: str) -> Choices:
    """Saved filters whose name holds what is typed, those that begin with it first."""
    wanted = word.lower()
    found = [each for each in filters if wanted in each.name.lower()]
    found.sort(key=lambda each: not each.name.lower().startswith(wanted))
    rows = [Choice(each.text, "@" + each.name, each.doc or shown(each.text)) for each in found]
    return Choices("SAVED", tuple(rows))


def asked_field(completion: Completion) -> str:
    """The field whose value is typed, with its argument; empty when no value is."""
    field = completion.field
    if completion.wanted != "value" or field is None:
        return ""
    return field.name if completion.argument is None else f"{field.name}[{completion.argument}]"
