"""Why a filter selects what it selects: each clause alone and together, and what there is instead.

`explain` asks a capture step by step and yields what is known so far, so that it can run beside
the screen; `views.why_page` draws it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from scaptui.escaping import decoded
from scaptui.filter.dialects import Dialect, NoForm, normalised, value_text
from scaptui.filter.expression import (
    All,
    Check,
    Exists,
    Expression,
    FieldRef,
    Set,
    Text,
    conjunction,
    conjuncts,
)
from scaptui.filter.nearest import nearest
from scaptui.filter.vocabulary import BYTES, TEXTS, FieldRow, kind_of_row
from scaptui.views.counts import Counts, field_text
from scaptui.views.nothing import FAMILIES
from scaptui.views.summary import Summary

# Values looked at of a field: enough to find the nearest ones and to count the others.
MOST_VALUES: Final = 500
# Where a name that a clause asks for may stand instead. The first are told even when it does not.
TOLD: Final = ("proc.cmdline", "evt.buffer", "proc.exepath", "fd.name")
TOLD_WHEN_FOUND: Final = ("proc.name", "container.name", "container.image", "proc.pname")
_SEARCHING: Final = ("eq", "in", "contains", "icontains", "startswith", "endswith")


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """One clause and what it does to the events.

    Attributes:
        expression: The clause.
        alone: Events it selects by itself.
        together: Events it selects with all clauses before it.
        present: Events that have its field; None when it is about more than one field.
        field: That field with its argument, else empty.
        nearest: Values most like the one asked for, with their events.
        values: Values that exist, most frequent first, among the events before this clause.
        alike: Calls that do the same as the one asked for and occur here.
    """

    expression: Expression
    alone: int
    together: int
    present: int | None = None
    field: str = ""
    nearest: tuple[tuple[bytes, int], ...] = ()
    values: tuple[tuple[bytes, int], ...] = ()
    alike: tuple[tuple[bytes, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A field that holds, or does not hold, the text a clause asks for.

    Attributes:
        field: The field.
        expression: What selects the events.
        count: How many they are.
        example: The value most of them have.
    """

    field: str
    expression: Expression
    count: int
    example: bytes = b""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known so far.

    Attributes:
        expression: The filter.
        total: Events of the file.
        selected: Events the filter selects.
        clauses: Its clauses in order.
        word: The text that was looked for elsewhere, empty when none was.
        elsewhere: Where it was looked for.
        remarks: What the file cannot tell, in sentences.
        done: Nothing more will come.
    """

    expression: Expression
    total: int
    selected: int
    clauses: tuple[ClauseCount, ...] = ()
    word: str = ""
    elsewhere: tuple[Occurrence, ...] = ()
    remarks: tuple[str, ...] = ()
    done: bool = False

    @property
    def first_to_empty(self) -> int | None:
        """The clause that brings the count to 0, counted from 0."""
        return next((at for at, row in enumerate(self.clauses) if row.together == 0), None)


def explain(
    expression: Expression,
    counts: Counts,
    fields: Mapping[str, FieldRow],
    summary: Callable[[], Summary] | None = None,
) -> Iterator[Explanation]:
    """Explain a filter, a little more with each step.

    `summary` counts all events of a file that was read to its end; it is only asked when nothing
    is selected, since it looks at every event.
    """
    known = Explanation(expression, counts.count(All()), counts.count(expression))
    before: Expression = All()
    for clause in conjuncts(expression):
        if isinstance(clause, All):
            continue
        row = _counted(clause, before, counts)
        known = replace(known, clauses=(*known.clauses, row))
        yield known
        before = conjunction((before, clause))
    at = known.first_to_empty
    whole = summary() if summary is not None and known.selected == 0 else None
    if at is not None:
        missing = known.clauses[at]
        missing = _with_values(missing, _before(expression, at, missing), counts)
        rows = (*known.clauses[:at], missing, *known.clauses[at + 1 :])
        known = replace(known, clauses=rows)
        yield known
        if missing.alone == 0:
            for found in _elsewhere(known, missing, counts, fields, whole):
                known = found
                yield known
    yield replace(known, remarks=tuple(_remarks(known, whole)), done=True)


def readable(expression: Expression) -> str:
    """An expression in sysdig's words, a text always in quotes."""
    match expression:
        case Check(left=FieldRef() as left, operator="eq", right=Text(value), quantifier=None):
            return f"{field_text(left)} = {value_text(value)}"
        case Check(left=FieldRef() as left, operator="contains", right=Text(value)):
            return f"{field_text(left)} contains {value_text(value)}"
    for dialect in (Dialect.SYSDIG, Dialect.WIRESHARK):
        try:
            return normalised(expression, dialect)
        except NoForm:
            continue
    return "(this clause)"


def with_value(clause: ClauseCount, value: bytes) -> Expression:
    """The clause with another value of its field."""
    inner = clause.expression
    assert isinstance(inner, Check)
    return Check(inner.left, "eq", Text(value))


def texts_of(test: Expression) -> list[bytes]:
    """The texts a clause looks for; none when it is negated or compares otherwise."""
    if not isinstance(test, Check) or test.operator not in _SEARCHING:
        return []
    items = test.right.items if isinstance(test.right, Set) else (test.right,)
    return [item.value for item in items if isinstance(item, Text) and item.value]


def _counted(clause: Expression, before: Expression, counts: Counts) -> ClauseCount:
    alone = counts.count(clause)
    is_first = isinstance(before, All)
    together = alone if is_first else counts.count(conjunction((before, clause)))
    field = _field_of(clause)
    if field is None:
        return ClauseCount(clause, alone, together)
    present = counts.count(Exists(field))
    return ClauseCount(clause, alone, together, present, field_text(field))


def _field_of(clause: Expression) -> FieldRef | None:
    match clause:
        case Check(left=FieldRef() as field) | Exists(operand=FieldRef() as field):
            return field
        case _:
            return None


def _before(expression: Expression, at: int, clause: ClauseCount) -> Expression:
    """The events whose values are worth telling: of the file when the clause never holds."""
    return All() if clause.alone == 0 else conjunction(conjuncts(expression)[:at])


def _with_values(clause: ClauseCount, among: Expression, counts: Counts) -> ClauseCount:
    test = clause.expression
    # Of payload every value is different.
    if not isinstance(test, Check) or not clause.field or _holds_payload(test):
        return clause
    found = counts.values(clause.field, among, MOST_VALUES)
    asked = texts_of(test)
    by_text = {decoded(value): (value, count) for value, count in found}
    close = [name for text in asked for name in nearest(decoded(text), by_text)]
    alike: tuple[tuple[bytes, int], ...] = ()
    if clause.field == "evt.type":
        family = {n for names in FAMILIES for t in asked if decoded(t) in names for n in names}
        alike = tuple((value, count) for value, count in found if decoded(value) in family)
    return replace(
        clause,
        nearest=tuple(by_text[name] for name in dict.fromkeys(close)),
        values=tuple(found),
        alike=alike,
    )


def _holds_payload(test: Check) -> bool:
    left = test.left
    return isinstance(left, FieldRef) and kind_of_row(left.row) in BYTES


def _elsewhere(
    known: Explanation,
    clause: ClauseCount,
    counts: Counts,
    fields: Mapping[str, FieldRow],
    whole: Summary | None,
) -> Iterator[Explanation]:
    """The same text in other fields, those that hold it first."""
    asked = texts_of(clause.expression)
    field = _field_of(clause.expression)
    is_text = field is not None and kind_of_row(field.row) in TEXTS | BYTES
    if not asked or not is_text or clause.field in ("evt.type", "evt.res", "evt.dir"):
        return
    known = replace(known, word=decoded(asked[0]))
    for name in (*TOLD, *TOLD_WHEN_FOUND):
        row = fields.get(name)
        if row is None or name == clause.field:
            continue
        test = Check(FieldRef(row), "contains", Text(asked[0]))
        count = counts.count(test)
        if count == 0 and name not in TOLD:
            continue
        example = counts.values(name, test, 1) if count else []
        found = Occurrence(name, test, count, example[0][0] if example else b"")
        known = replace(known, elsewhere=_sorted((*known.elsewhere, found)))
        yield known
    yield replace(known, elsewhere=_sorted((*known.elsewhere, *_tables(known, whole, fields))))


def _sorted(rows: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    return tuple(sorted(rows, key=lambda row: -row.count))


def _tables(
    known: Explanation, whole: Summary | None, fields: Mapping[str, FieldRow]
) -> Iterator[Occurrence]:
    """Containers that are called so and have no events: only the file's tables know them."""
    row = fields.get("container.id")
    if whole is None or row is None:
        return
    for name in ("image", "name"):
        for place in whole["containers"]:
            if known.word in place[name] and not place["events"]:
                test = Check(FieldRef(row), "eq", Text(place["id"].encode()))
                about = f"{place['id']} {place['name']}".encode("utf-8", "surrogateescape")
                yield Occurrence(f"container.{name}", test, 0, about)
                return


def _remarks(known: Explanation, whole: Summary | None) -> Iterator[str]:
    """What the file cannot tell."""
    if whole is None or known.selected:
        return
    at = known.first_to_empty
    missing = known.clauses[at] if at is not None else None
    names = {row["name"] for row in whole["types"]}
    is_program = missing is not None and missing.field.startswith("proc.") and not missing.alone
    if is_program and not names & {"execve", "execveat"}:
        yield "the file has no execve: what ran before it keeps the name it had"
    cut = whole["payload"]["cut"]
    if missing is not None and missing.field in ("evt.buffer", "evt.arg[data]") and cut:
        longest = whole["payload"]["longest"]
        yield f"{cut:,} buffers were cut by the recorder: only {longest:,} bytes were searched"
    if whole["dropped"]:
        yield f"events were lost while recording: told {whole['dropped']:,} times"
