"""Making a filter of what is seen: a field and a captured value become a clause of the text."""

from collections.abc import Callable
from typing import Final, Literal

from scaptui.errors import FilterError
from scaptui.filter.dialects import value_text
from scaptui.filter.expression import All, And, Check, Expression, Not, Or, Xor, conjuncts
from scaptui.filter.parser import parse
from scaptui.filter.vocabulary import Vocabulary

How = Literal["and", "and not", "or", "replace"]
# The language reads them as values where a value must stand; people do not.
_KEYWORDS: Final = frozenset((b"and", b"or", b"xor", b"not", b"in", b"exists"))
HOWS: Final[tuple[How, ...]] = ("and", "and not", "or", "replace")


def clause(field: str, value: bytes | None, vocabulary: Vocabulary) -> str:
    """The clause that selects events whose field has this value; None stands for absent.

    Quotes are written only where the language needs them.
    """
    if value is None:
        return f"not {field} exists"
    quoted = f"{field}={value_text(value)}"
    try:
        bare = f"{field}={value.decode()}"
    except UnicodeDecodeError:
        return quoted
    # What cannot be seen is written as an escape, and escapes need quotes.
    is_plain = bare.isprintable() and value.lower() not in _KEYWORDS
    return bare if is_plain and _same(bare, quoted, vocabulary) else quoted


def value_word(field: str, value: bytes, vocabulary: Vocabulary) -> str:
    """A captured value as it is written behind `field=`."""
    return clause(field, value, vocabulary).removeprefix(f"{field}=")


def extended(text: str, added: str, how: How, vocabulary: Vocabulary) -> str:
    """The filter with a clause more, in brackets where the clause would bind to a part of it.

    A clause that is there already is not added again. A filter that is wrong is replaced.
    """
    if how == "and not" and added.startswith("not "):
        how, added = "and", added.removeprefix("not ")
    known = understood(text, vocabulary)
    if how == "replace" or known is None or isinstance(known, All):
        return added if how != "and not" else f"not {_bound(added, vocabulary)}"
    added_meaning = understood(added, vocabulary)
    match how:
        case "or":
            if added_meaning is not None and added_meaning in _alternatives(known):
                return text
            return f"{_bracketed(text, known, And | Xor)} or {added}"
        case "and":
            if added_meaning is not None and added_meaning in conjuncts(known):
                return text
            return f"{_bracketed(text, known, Or | Xor)} and {_bound(added, vocabulary)}"
        case "and not":
            if added_meaning is not None and Not(added_meaning) in conjuncts(known):
                return text
            return f"{_bracketed(text, known, Or | Xor)} and not {_bound(added, vocabulary)}"


def understood(text: str, vocabulary: Vocabulary) -> Expression | None:
    """What a filter means, None when it is wrong."""
    try:
        return parse(text, vocabulary).expression
    except FilterError:
        return None


def short_name(text: str, vocabulary: Vocabulary) -> str:
    """A filter in a word, when it has one: the value of its only clause."""
    known = understood(text, vocabulary)
    if not isinstance(known, Check) or known.operator != "eq":
        return ""
    value = getattr(known.right, "value", b"")
    if isinstance(value, bytes):
        word = value.decode("utf-8", "backslashreplace")
        return word if word.isprintable() and " " not in word and len(word) <= 16 else ""
    return str(value).lower() if not isinstance(value, bool) else ""


def _same(bare: str, quoted: str, vocabulary: Vocabulary) -> bool:
    meaning: Callable[[str], Expression | None] = lambda text: understood(text, vocabulary)  # noqa: E731
    return meaning(bare) is not None and meaning(bare) == meaning(quoted)


def _alternatives(expression: Expression) -> tuple[Expression, ...]:
    return expression.terms if isinstance(expression, Or) else (expression,)


def _bracketed(text: str, expression: Expression, kinds: object) -> str:
    needs = isinstance(expression, kinds)  # type: ignore[arg-type]
    return f"({text.strip()})" if needs else text.strip()


def _bound(added: str, vocabulary: Vocabulary) -> str:
    expression = understood(added, vocabulary)
    return f"({added})" if isinstance(expression, And | Or | Xor) else added
