"""What a filter being typed says so far: right, unfinished or wrong, and what it means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from scaptui.errors import FilterError
from scaptui.filter.completion import Completion, closing, complete
from scaptui.filter.expression import All, And, Expression, Or, Xor
from scaptui.filter.nearest import nearest
from scaptui.filter.notes import Note
from scaptui.filter.parser import Parsed, parse
from scaptui.filter.source import Span
from scaptui.filter.vocabulary import Vocabulary

Validity = Literal["ok", "unfinished", "error"]

# Quoted strings, so that connectives inside of them do not count.
_JOINT: Final = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?P<joint>\b(?:and|or|xor)\b|&&|\|\||\^\^)""",
    re.IGNORECASE,
)
_ALTERNATIVE: Final = ("or", "||", "xor", "^^")
_LEADING: Final = re.compile(r"(?:\s|\(|!(?!=)|\bnot\b)*", re.IGNORECASE)
_WANTS: Final = {
    "field": "a field, or not",
    "operator": "an operator: = != contains in …",
    "value": "a value",
    "list": "a list in brackets",
    "connective": "and, or, or the end",
    "nothing": "",
}
# Letters in which a second guess may differ.
_FARTHEST: Final = 5
_VALUES: Final = {"evt.type": "a call or event name", "evt.dir": "> for enter, < for exit"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with a cursor, understood as far as it goes.

    Attributes:
        text: What was typed.
        validity: ok when it is a filter, unfinished when it can become one by typing on.
        expression: What it means when it is ok.
        before: What its complete clauses mean while it is unfinished or wrong.
        clauses: Its clauses at the top; None stands for the one that is not understood yet.
        here: What the clauses before the cursor select, for counts of what is typed now.
        completion: What may stand at the cursor.
        anchor: Where the clause under the cursor begins, in characters.
        error: What is wrong, or still missing.
        notes: Where it may mean something else than it seems.
    """

    text: str
    validity: Validity
    expression: Expression | None
    before: Expression
    clauses: tuple[Expression | None, ...]
    here: Expression
    completion: Completion
    anchor: int
    error: FilterError | None
    notes: tuple[Note, ...]

    @property
    def word(self) -> str:
        """The word being typed, without an opening quote."""
        typed = self.text[self.completion.replaces.start : self.completion.replaces.stop]
        return typed[1:] if typed[:1] in ('"', "'") else typed


# Each key asks about the same clauses again; reading a long filter takes milliseconds.
@lru_cache(maxsize=256)
def understood(text: str, vocabulary: Vocabulary) -> Parsed | FilterError:
    """What a text means as a filter, or why it means nothing."""
    try:
        return parse(text, vocabulary)
    except FilterError as error:
        return error


def read(text: str, cursor: int, vocabulary: Vocabulary) -> Reading:
    """Understand a text as far as it goes."""
    completion = complete(text, cursor, vocabulary)
    anchor, here = _around(text, completion.replaces.start, vocabulary)
    parsed = understood(text, vocabulary)
    if isinstance(parsed, FilterError):
        said = _still_to_come(text, parsed, vocabulary)
        is_typed = _continues(said, text, cursor, completion)
        before = _complete_part(text, said.span[0], vocabulary)
        return Reading(
            text,
            "unfinished" if is_typed else "error",
            None,
            before,
            (*_terms(before), None),
            here,
            completion,
            anchor,
            said,
            (),
        )
    expression = parsed.expression
    return Reading(
        text,
        "ok",
        expression,
        expression,
        _terms(expression),
        here,
        completion,
        anchor,
        None,
        parsed.notes,
    )


def wants(completion: Completion, vocabulary: Vocabulary) -> str:
    """What may come next, in words."""
    field = completion.field
    if completion.wanted != "value" or field is None:
        return _WANTS[completion.wanted]
    words = vocabulary.values_of(field.name)
    if field.name in _VALUES:
        return _VALUES[field.name]
    return f"a value of {field.name}" + (f", a {words.noun}" if words and not words.certain else "")


def similar(reading: Reading, vocabulary: Vocabulary, offered: int = 2) -> list[str]:
    """What the word that is wrong may have meant: fields for a field, values for a value."""
    if reading.error is None:
        return []
    start, stop = reading.error.span
    word = reading.text[start:stop].strip("\"'")
    place = complete(reading.text, start, vocabulary)
    if place.wanted == "value" and place.field is not None:
        words = vocabulary.values_of(place.field.name)
        candidates = list(words.words) if words else []
    elif place.wanted == "field":
        candidates = vocabulary.names()
    else:
        return []
    found = nearest(word, candidates, offered)
    if len(found) < offered:
        # A first guess may be wrong: a second one is worth a line, however far off.
        allowed = min(len(word) // 2, _FARTHEST)
        further = nearest(word, candidates, offered * 2, allowed=allowed)
        found += [name for name in further if name not in found]
    return found[:offered]


def _still_to_come(text: str, error: FilterError, vocabulary: Vocabulary) -> FilterError:
    """The error that stays when what is open gets closed: a bracket is closed last of all."""
    missing = closing(text)
    if not missing:
        return error
    inner = understood(text + missing, vocabulary)
    if isinstance(inner, FilterError) and inner.span[0] < len(text):
        return inner
    end = Span(len(text), len(text) + 1)
    return FilterError(f"unexpected end: {missing} is missing", end, f"add {missing}", "connective")


def _continues(error: FilterError, text: str, cursor: int, completion: Completion) -> bool:
    """Whether typing on at the cursor can mend the error."""
    start, stop = error.span
    if start >= len(text.rstrip()):
        return True
    replaces = completion.replaces
    is_here = replaces.start <= start and stop <= max(replaces.stop, cursor)
    return is_here and bool(completion.suggestions)


def _around(text: str, at: int, vocabulary: Vocabulary) -> tuple[int, Expression]:
    """Where the clause at a place begins, and what is selected before it."""
    joints = [joint for joint in _joints(text) if joint.stop <= at]
    if not joints:
        return _skip(text, 0, at), All()
    last = joints[-1]
    word = text[last.start : last.stop].lower()
    here = All() if word in _ALTERNATIVE else _complete_part(text, last.stop, vocabulary)
    return _skip(text, last.stop, at), here


def _skip(text: str, start: int, at: int) -> int:
    found = _LEADING.match(text, start)
    return min(found.end(), at) if found else start


def _complete_part(text: str, until: int, vocabulary: Vocabulary) -> Expression:
    """What the text means up to the last connective before a place where it can be understood."""
    for joint in reversed([joint for joint in _joints(text) if joint.stop <= until]):
        head = text[: joint.start]
        known = understood(head + closing(head), vocabulary)
        if isinstance(known, Parsed):
            return known.expression
    return All()


def _joints(text: str) -> Iterator[Span]:
    for found in _JOINT.finditer(text):
        if found["joint"]:
            yield Span(*found.span())


def _terms(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case All():
            return ()
        case And(terms) | Or(terms) | Xor(terms):
            return terms
        case _:
            return (expression,)
