"""From the text of a filter to a typed expression."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from scaptui.errors import FilterError
from scaptui.filter.check import Checker
from scaptui.filter.expression import All, Expression, clauses
from scaptui.filter.grammar import BLANK, parse_items
from scaptui.filter.limits import check_limits
from scaptui.filter.notes import Note
from scaptui.filter.source import Span
from scaptui.filter.structure import Mixed, assemble
from scaptui.filter.syntax import TestNode
from scaptui.filter.vocabulary import Vocabulary
from scaptui.records import Record

# Macros can multiply: each may use others more than once.
_MOST_TESTS: Final = 20_000
_NONE: Final[Mapping[str, object]] = MappingProxyType({})


class Parsed(Record):
    """A filter that was understood.

    Attributes:
        text: The filter as written.
        expression: What it means.
        notes: Where it may not mean what its author thinks.
    """

    text: str
    expression: Expression
    notes: tuple[Note, ...]


def parse(
    text: str,
    vocabulary: Vocabulary,
    *,
    lists: Mapping[str, Sequence[str]] | None = None,
    macros: Mapping[str, Expression] | None = None,
) -> Parsed:
    """Read a filter in sysdig's dialect, Wireshark's, or a mix. An empty text selects everything.

    Args:
        text: The filter.
        vocabulary: Fields and names it may use.
        lists: Named lists of values.
        macros: Named expressions.

    Raises:
        FilterError: says where, what was expected and what is nearest; `excerpt` shows the place.
    """
    try:
        check_limits(text)
        if not text.strip(BLANK):
            return Parsed(text, All(Span(0, len(text))), ())
        checker = Checker(vocabulary, lists or {}, macros or {})
        expression, mixed = assemble(parse_items(text), checker.test)
        if macros:
            _refuse_flood(expression, text)
        return Parsed(text, expression, (*checker.notes, *(_note(text, place) for place in mixed)))
    except FilterError as error:
        from scaptui.filter.excerpt import pointed

        error.excerpt = pointed(text, Span(*error.span))
        raise


def value_span(text: str, test: Span) -> Span:
    """Where the value of a test stands in a text that was understood; the test, without one."""
    for item in parse_items(text):
        if isinstance(item, TestNode) and item.comparisons and item.span == test:
            return item.comparisons[-1].right.span
    return test


def _refuse_flood(expression: Expression, text: str) -> None:
    count = sum(1 for _ in clauses(expression))
    if count > _MOST_TESTS:
        raise FilterError(
            f"the macros come to {count:,} tests, more than {_MOST_TESTS:,}", (0, len(text))
        )


def _note(text: str, mixed: Mixed) -> Note:
    tighter = text[mixed.tighter.start : mixed.tighter.stop]
    return Note(
        '"and" binds tighter than "or"',
        mixed.span,
        f"read as: ({tighter})" if len(tighter) <= 60 else "",
    )
