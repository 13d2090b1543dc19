"""What of a filter the kernel does not decide, and why: it is asked of what comes."""

from collections.abc import Collection, Iterator
from typing import Final

from scaptui.filter.expression import And, Check, Expression, FieldRef, Not, Or
from scaptui.filter.pushed_down import DECIDED, pushed_down

# A test of more characters is told by its beginning.
_LONGEST: Final = 40


def left_here(
    text: str, expression: Expression, calls: Collection[str], *, has_group: bool
) -> tuple[str, ...]:
    """Each part of a filter that the kernel does not decide, with the reason.

    `calls` are those this machine has, `has_group` says whether the helper is told of a control
    group for the containers and pods that the filter names.
    """
    return tuple(
        f"{_short(text, term)} ({reason})"
        for term in _terms(expression)
        if (reason := _reason(term, calls, has_group=has_group))
    )


def _terms(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, And):
        for term in expression.terms:
            yield from _terms(term)
    else:
        yield expression


def _reason(term: Expression, calls: Collection[str], *, has_group: bool) -> str:
    told = pushed_down(term, calls)
    if told.whole:
        return ""
    if told.groups:
        return "" if has_group else "no control group is known that holds it and not everything"
    if told.words:
        return "in part"
    match term:
        case Not():
            return "a negation"
        case Or():
            return "alternatives of several kinds"
        case Check(FieldRef(name=name, argument=None)) if name in DECIDED:
            return "only = and in, with plain values, are decided there"
        case _:
            return "the kernel does not know that"


def _short(text: str, term: Expression) -> str:
    said = " ".join(text[slice(*term.span)].split()) or "a part"
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
