"""What speaks against a filter as it is: halves of calls that lack a field, absent values, cuts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scaptui.filter.core import understood
from scaptui.filter.dialects import Dialect, NoForm, normalised, value_text
from scaptui.filter.expression import (
    Check,
    Exists,
    Expression,
    FieldRef,
    Not,
    Text,
    conjunction,
)
from scaptui.views.counts import Counts, field_text
from scaptui.views.format import counted, lost_events
from scaptui.views.summary import Summary

# What stands for a clause that neither dialect can write.
NO_FORM: Final = "(this clause)"
_ENTER, _EXIT = b">", b"<"
_HALVES: Final = {_ENTER: "enter", _EXIT: "exit"}
_OTHER: Final = {_ENTER: _EXIT, _EXIT: _ENTER}
_PAYLOAD: Final = frozenset(("evt.buffer", "evt.arg[data]", "evt.arg.data"))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that explains the emptiness.

    Attributes:
        text: A sentence without its full stop; texts of the filter stand in it as they are.
        label: What the filter selects, in a few words.
        expression: The filter that shows it, None where there is none.
        count: Events that filter selects.
    """

    text: str
    label: str = ""
    expression: Expression | None = None
    count: int = 0


def readable(expression: Expression) -> str:
    """An expression in sysdig's words, a text always in quotes."""
    match expression:
        case Check(left=FieldRef() as left, operator="eq", right=Text(value), quantifier=None) if (
            left.argument is None
        ):
            return f"{field_text(left)} = {value_text(value)}"
        case Check(left=FieldRef() as left, operator="contains", right=Text(value)):
            return f"{field_text(left)} contains {value_text(value)}"
    for dialect in (Dialect.SYSDIG, Dialect.WIRESHARK):
        try:
            return normalised(expression, dialect)
        except NoForm:
            continue
    return NO_FORM


def half_asked(clause: Expression) -> bytes | None:
    """The half of calls a clause asks for: `>` or `<`."""
    match clause:
        case Check(left=FieldRef(name="evt.dir"), operator="eq", right=Text(value)):
            return value if value in _HALVES else None
    return None


def halves(terms: Sequence[Expression], at: int, counts: Counts) -> Iterator[Finding]:
    """Clauses of which one asks for enter or exit events and another for what those do not hold.

    `at` is the first clause that lets nothing pass.
    """
    for number in range(at + 1):
        asked = half_asked(terms[number])
        if asked is None:
            continue
        other = _OTHER[asked]
        turned = _turned(terms[number], other)
        changed = conjunction((*terms[:number], turned, *terms[number + 1 :]))
        if not counts.count(terms[number]):
            text = f"the file has no {_HALVES[asked]} events"
            if asked == _ENTER:
                text += ": its recorder wrote a call once, when it ended"
            yield Finding(text, f"with {_HALVES[other]} events", changed, counts.count(changed))
            continue
        for beside in range(at + 1):
            if beside != number and counts.count(terms[beside]):
                said = _only_on(terms[beside], terms[number], turned, counts)
                if said:
                    text = f"{said} on {_HALVES[other]} events only, but clause {number + 1} asks"
                    text += f" for {_HALVES[asked]} events"
                    label = f"with {_HALVES[other]} events"
                    yield Finding(text, label, changed, counts.count(changed))


def _turned(clause: Expression, value: bytes) -> Expression:
    assert isinstance(clause, Check)
    return Check(clause.left, clause.operator, Text(value), clause.quantifier, clause.span)


def _only_on(clause: Expression, half: Expression, other: Expression, counts: Counts) -> str:
    if counts.count(conjunction((clause, half))) or not counts.count(conjunction((clause, other))):
        return ""
    match clause:
        case Check(left=FieldRef() as field) | Exists(operand=FieldRef() as field):
            if not counts.count(conjunction((Exists(field), half))):
                return f"{field_text(field)} is"
    return f"{readable(clause)} holds"


def absent(terms: Sequence[Expression], at: int, counts: Counts) -> Iterator[Finding]:
    """A clause that asks for a different value of a field the events before it lack."""
    match terms[at]:
        case Check(left=FieldRef() as field, operator="ne" | "any_ne", right=right) as clause:
            before = conjunction(terms[:at])
            count = counts.count(before)
            without = count - counts.count(conjunction((before, Exists(field))))
            if not without:
                return
            equal = Not(Check(field, "eq", right, clause.quantifier))
            changed = conjunction((*terms[:at], equal, *terms[at + 1 :]))
            name = field_text(field)
            text = f"{without:,} of {counted(count, 'event')} before clause {at + 1} have no {name}"
            text += ", and != is false for them; not ... = is true"
            yield Finding(text, "with not ... =", changed, counts.count(changed))
        case Check(left=FieldRef() as field) if at:
            before = conjunction(terms[:at])
            if not counts.count(conjunction((before, Exists(field)))):
                name = field_text(field)
                text = f"no event that passes the clauses before has {name}"
                have = Exists(field)
                found = counts.count(have)
                yield Finding(text + ("" if found else ", nor has any other"))


def not_told(field: str, *, is_missing: bool, whole: Summary, counts: Counts) -> Iterator[Finding]:
    """What the file cannot tell about a field whose clause lets nothing pass."""
    names = {row["name"] for row in whole["types"]}
    if is_missing and field.startswith("proc.") and not names & {"execve", "execveat"}:
        yield Finding("the file has no execve: what ran before it keeps the name it had")
    cut, longest = whole["payload"]["cut"], whole["payload"]["longest"]
    if field in _PAYLOAD and cut:
        test = understood(f"evt.buffer exists and evt.rawres > {longest}").expression
        yield Finding(
            f"{counted(cut, 'buffer was', 'buffers were')} cut by the recorder: "
            f"only {longest:,} bytes were searched",
            "cut buffers",
            test,
            counts.count(test),
        )
    if whole["dropped"]:
        yield Finding(lost_events(whole["dropped"]))
