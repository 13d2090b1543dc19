"""Why a filter selects what it selects: each clause alone and together, and what there is instead.

`explain` asks a capture step by step and yields what is known so far, so that it can run beside
the screen; `views.why_page` draws it.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from scaptui.escaping import decoded
from scaptui.filter.core import understood
from scaptui.filter.expression import (
    All,
    Check,
    Exists,
    Expression,
    FieldRef,
    Or,
    Set,
    Text,
    conjunction,
    conjuncts,
)
from scaptui.filter.nearest import nearest
from scaptui.filter.vocabulary import BYTES, TEXTS, FieldRow, kind_of_row
from scaptui.views.counts import Evidence, field_text
from scaptui.views.executed import Executions, executions, program_name
from scaptui.views.nothing import FAMILIES
from scaptui.views.summary import Summary
from scaptui.views.why_findings import Finding, absent, halves, not_told
from scaptui.views.why_places import Occurrence, in_tables, occurrences

# Values looked at of a field: enough to find the nearest ones and to count the others.
MOST_VALUES: Final = 500
# The kernel keeps so many characters of a thread's name.
NAME_LENGTH: Final = 15
_NAMES: Final = frozenset(("proc.name", "proc.pname", "proc.aname", "thread.name"))
# A text in one of these may be the name of a program.
_PROGRAMS: Final = _NAMES | {
    "proc.exe", "proc.exepath", "proc.cmdline", "proc.exeline", "proc.args", "proc.pexe",
    "proc.pexepath", "proc.pcmdline", "proc.aexe", "proc.aexepath", "proc.acmdline",
}  # fmt: skip
_OF_BOTH_ENDS: Final = frozenset(("fd.ip", "fd.net", "fd.port", "fd.proto"))
_SEARCHING: Final = ("eq", "in", "contains", "icontains", "startswith", "endswith")


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """One clause and what it does to the events.

    Attributes:
        expression: The clause.
        alone: Events it selects by itself.
        together: Events it selects with all clauses before it.
        test: The comparison it is about; alternatives of one field are one. None for others.
        present: Events that have its field; None when it is about more than one field.
        field: That field with its argument, else empty.
        nearest: Values most like the one asked for, with their events.
        values: Values that exist, most frequent first, among the events before this clause.
        alike: Calls that do the same as the one asked for and occur here.
        parts: Of alternatives each, with the events it selects by itself.
    """

    expression: Expression
    alone: int
    together: int
    test: Check | None = None
    present: int | None = None
    field: str = ""
    nearest: tuple[tuple[bytes, int], ...] = ()
    values: tuple[tuple[bytes, int], ...] = ()
    alike: tuple[tuple[bytes, int], ...] = ()
    parts: tuple[tuple[Expression, int], ...] = ()


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
        executed: What was executed in place of the program asked for.
        findings: What speaks against the filter, and what the file cannot tell.
        done: Nothing more will come.
    """

    expression: Expression
    total: int
    selected: int
    clauses: tuple[ClauseCount, ...] = ()
    word: str = ""
    elsewhere: tuple[Occurrence, ...] = ()
    executed: Executions | None = None
    findings: tuple[Finding, ...] = ()
    done: bool = False

    @property
    def first_to_empty(self) -> int | None:
        """The clause that brings the count to 0, counted from 0."""
        return next((at for at, row in enumerate(self.clauses) if row.together == 0), None)


# Yields what is known so far and returns what is known then.
Told = Generator[Explanation, None, Explanation]


def explain(
    expression: Expression,
    counts: Evidence,
    fields: Mapping[str, FieldRow],
    summary: Callable[[], Summary] | None = None,
    *,
    looks_elsewhere: bool = True,
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
    for place, clause in enumerate([row.expression for row in known.clauses]):
        for part in clause.terms if isinstance(clause, Or) else ():
            row = known.clauses[place]
            known = _with(
                known, place, replace(row, parts=(*row.parts, (part, counts.count(part))))
            )
            yield known
    at = known.first_to_empty
    if at is not None:
        known = yield from _about_missing(known, at, counts)
    if at is not None and not known.clauses[at].alone:
        places = fields if looks_elsewhere else {}
        known = yield from _instead(known, known.clauses[at], counts, places)
        if known.executed is not None and summary is None:  # more may come
            known = replace(known, executed=replace(known.executed, is_whole=False))
    if at is not None and summary is not None:
        known = _from_summary(known, known.clauses[at], counts, fields, summary())
    yield replace(known, done=True)


def with_value(clause: ClauseCount, value: bytes) -> Expression:
    """The clause with another value of its field."""
    assert clause.test is not None
    return Check(clause.test.left, "eq", Text(value))


def texts_of(test: Expression | None) -> list[bytes]:
    """The texts a clause looks for; none when it is negated or compares otherwise."""
    if not isinstance(test, Check) or test.operator not in _SEARCHING:
        return []
    items = test.right.items if isinstance(test.right, Set) else (test.right,)
    return [item.value for item in items if isinstance(item, Text) and item.value]


def _counted(clause: Expression, before: Expression, counts: Evidence) -> ClauseCount:
    alone = counts.count(clause)
    is_first = isinstance(before, All)
    together = alone if is_first else counts.count(conjunction((before, clause)))
    test = _as_one(clause)
    row = ClauseCount(clause, alone, together, test if isinstance(test, Check) else None)
    match test:
        case Check(left=FieldRef() as field) | Exists(operand=FieldRef() as field):
            present = counts.count(_with_a_value(field))
            return replace(row, present=present, field=field_text(field))
        case _:
            return row


def _with(known: Explanation, at: int, row: ClauseCount) -> Explanation:
    return replace(known, clauses=(*known.clauses[:at], row, *known.clauses[at + 1 :]))


def _with_a_value(field: FieldRef) -> Expression:
    """Events with a value of a field; those of both ends exist also where there are no ends."""
    if field.name in _OF_BOTH_ENDS:
        return understood("fd.sip exists or fd.cip exists").expression
    return Exists(field)


def _as_one(clause: Expression) -> Expression:
    """Alternatives that are values of one field as one comparison with a list of them."""
    if not isinstance(clause, Or):
        return clause
    tests = [term for term in clause.terms if isinstance(term, Check) and term.operator == "eq"]
    values = tuple(test.right for test in tests if isinstance(test.right, Text))
    if len(values) < len(clause.terms) or any(test.left != tests[0].left for test in tests):
        return clause
    return Check(tests[0].left, "in", Set(values))


def _about_missing(known: Explanation, at: int, counts: Evidence) -> Told:
    """The values there are in place of the one asked for, and what contradicts the clause."""
    row, terms = known.clauses[at], [clause.expression for clause in known.clauses]
    # Of the file when the clause never holds.
    row = _with_values(row, All() if row.alone == 0 else conjunction(terms[:at]), counts)
    known = _with(known, at, row)
    yield known
    found: list[Finding] = [*_cut_names(row)]
    found += halves(terms, at, counts)
    # Of a half without the field that was said already.
    found += () if found else absent(terms, at, counts)
    return replace(known, findings=tuple(dict.fromkeys(found)))


def _with_values(clause: ClauseCount, among: Expression, counts: Evidence) -> ClauseCount:
    test = clause.test
    # Of payload every value is different.
    if test is None or not clause.field or _is_of(test, BYTES):
        return clause
    found = counts.values(clause.field, among, MOST_VALUES)
    asked = texts_of(test)
    by_text = {decoded(value): (value, count) for value, count in found}
    close = [name for text in asked for name in _close(decoded(text), by_text)]
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


def _close(word: str, names: Iterable[str]) -> list[str]:
    """Values that may be meant: what is left of a long name, a path's program, likely slips."""
    names = list(names)
    cut = [name for name in names if len(name) >= NAME_LENGTH and word.startswith(name)]
    base = decoded(program_name(word.encode("utf-8", "surrogateescape")))
    same = [name for name in names if name == base and name != word]
    return [*cut, *same, *nearest(word, names)]


def _cut_names(row: ClauseCount) -> Iterator[Finding]:
    """Names longer than the kernel keeps them."""
    if row.field in _NAMES and row.alone == 0:
        for text in texts_of(row.test):
            kept = next((pair for pair in row.nearest if pair[0] == text[:NAME_LENGTH]), None)
            if kept is not None and len(text) > NAME_LENGTH:
                expression = with_value(row, kept[0])
                said = f"the kernel keeps {NAME_LENGTH} characters of a name"
                yield Finding(said, "what is left of it", expression, kept[1])


def _is_of(test: Check, kinds: frozenset[str]) -> bool:
    return isinstance(test.left, FieldRef) and kind_of_row(test.left.row) in kinds


def _instead(
    known: Explanation, row: ClauseCount, counts: Evidence, fields: Mapping[str, FieldRow]
) -> Told:
    """Where the text stands that a clause never finds, and what was executed in its place."""
    asked = texts_of(row.test)
    is_text = row.test is not None and _is_of(row.test, TEXTS | BYTES)
    if not asked or not is_text or row.field in ("evt.type", "evt.res", "evt.dir"):
        return known
    known = replace(known, word=decoded(asked[0]))
    for found in occurrences(asked[0], row.field, counts, fields) if fields else ():
        known = replace(known, elsewhere=_sorted((*known.elsewhere, found)))
        yield known
    if row.field in _PROGRAMS and len(asked) == 1:
        known = replace(known, executed=executions(asked[0], counts))
    return known


def _sorted(rows: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    return tuple(sorted(rows, key=lambda row: -(row.count or 0)))


def _from_summary(
    known: Explanation,
    row: ClauseCount,
    counts: Evidence,
    fields: Mapping[str, FieldRow],
    whole: Summary,
) -> Explanation:
    told = not_told(row.field, is_missing=not row.alone, whole=whole, counts=counts)
    known = replace(known, findings=(*known.findings, *told))
    if known.word and row.alone == 0:
        seen = {place.field for place in known.elsewhere if place.count}
        tables = (p for p in in_tables(known.word, whole, fields) if p.field not in seen)
        known = replace(known, elsewhere=_sorted((*known.elsewhere, *tables)))
    return known
