"""What may follow at a cursor, as plain data for a filter prompt.

The text before the cursor is read with a stand-in word in place of the one being typed; where the
grammar puts that word says what is wanted there.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from scaptui.errors import FilterError
from scaptui.filter.expression import Call, FieldRef, Operand, Type, type_of
from scaptui.filter.functions import FUNCTIONS
from scaptui.filter.grammar import parse_items
from scaptui.filter.limits import check_limits
from scaptui.filter.operands import Operands
from scaptui.filter.operators import BY_SPELLING, OPERATORS
from scaptui.filter.quoting import quoted
from scaptui.filter.source import Span
from scaptui.filter.syntax import ListName, Name, Node, SetNode, TestNode, Word
from scaptui.filter.vocabulary import FieldRow, Vocabulary, usage

Wanted = Literal["field", "operator", "value", "list", "connective", "nothing"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that may stand at the cursor.

    Attributes:
        text: What to put in, quotes and brackets included.
        kind: What it is.
        doc: What it means; may be empty.
    """

    text: str
    kind: Literal["field", "function", "operator", "value", "connective"]
    doc: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand at a cursor.

    Attributes:
        replaces: The word being typed, which a suggestion takes the place of.
        wanted: What the grammar wants there.
        field: For a value: the field it belongs to, whose values in the capture may be offered too.
        argument: The argument of that field.
        suggestions: What fits the letters typed so far, the likeliest first.
    """

    replaces: Span
    wanted: Wanted
    field: FieldRow | None
    argument: str | None
    suggestions: tuple[Suggestion, ...]


# A word that no name, operator or value begins with, so that the grammar trips over it.
_STAND_IN: Final = "zzzz_here"
_ENDS_WORD: Final = frozenset("()\"',={}<>!~&|^")
_WORD_AFTER: Final = re.compile(r"[^\s()\"',={}<>!~&|^]*")
_SYMBOL_BEFORE: Final = re.compile(r"[=<>!~]+\Z")
_PIECE: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[\"'({)}]", re.DOTALL)
_CLOSING: Final = {"(": ")", "{": "}"}
_CONNECTIVES: Final = (
    Suggestion("and", "connective", "both"),
    Suggestion("or", "connective", "at least one"),
    Suggestion("xor", "connective", "one and not the other"),
)


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion:
    """What may stand at the cursor, a position in the text from 0.

    A text that is wrong before the cursor wants nothing.
    """
    before = text[: max(cursor, 0)]
    opening = _open_quote(before)
    if opening is not None:
        replaces = Span(opening, len(before))
        return _at(before[:opening], before[opening + 1 :], replaces, vocabulary)
    start = _word_start(before)
    after = _WORD_AFTER.match(text, len(before))
    replaces = Span(start, after.end() if after else len(before))
    return _at(before[:start], before[start:], replaces, vocabulary)


def _word_start(before: str) -> int:
    """Where the word begins that the text ends with."""
    start = len(before)
    while start and before[start - 1] not in _ENDS_WORD and not before[start - 1].isspace():
        start -= 1
    return start


def closing(text: str) -> str:
    """What closes the quote and the brackets that are open at the end of the text."""
    opening = _open_quote(text)
    if opening is None:
        return _closings(text)
    return text[opening] + _closings(text[:opening])


def _at(before: str, typed: str, replaces: Span, vocabulary: Vocabulary) -> Completion:
    """What may follow `before`, narrowed to what begins with `typed`."""
    wanted, test = _wanted(before)
    field: FieldRow | None = None
    argument: str | None = None
    offered: Iterable[Suggestion] = ()
    match wanted:
        case "field":
            offered = (*_fields(vocabulary), *_arguments(typed, vocabulary), *_functions())
        case "operator":
            operand = _left(test, vocabulary)
            offered = (*_operators(operand), *(_CONNECTIVES if before[-1:].isspace() else ()))
        case "connective":
            offered = _CONNECTIVES
        case "list":
            offered = (Suggestion("(", "value", "a list of values"),)
        case "value":
            operand = _left(test, vocabulary)
            if isinstance(operand, FieldRef):
                field, argument = operand.row, operand.argument
            offered = _values(operand, vocabulary)
    return Completion(replaces, wanted, field, argument, tuple(_fitting(offered, typed)))


def _open_quote(before: str) -> int | None:
    pieces = list(_PIECE.finditer(before))
    opened = [piece for piece in pieces if piece[0] in ("'", '"')]
    return opened[0].start() if opened else None


def _wanted(before: str) -> tuple[Wanted, TestNode | None]:
    """What the grammar wants behind the text, and the test it stands in."""
    symbol = _SYMBOL_BEFORE.search(before)
    if symbol and symbol[0] not in BY_SPELLING and symbol[0] != "!":
        return "nothing", None
    try:
        check_limits(before)
        items = parse_items(before + _STAND_IN + _closings(before))
    except FilterError as error:
        return _wanted_by(error, before)
    tests = [item for item in items if isinstance(item, TestNode) and _holds(item, len(before))]
    if not tests:
        return "nothing", None
    return _place_in(tests[-1], len(before)), tests[-1]


def _wanted_by(error: FilterError, before: str) -> tuple[Wanted, TestNode | None]:
    if error.span[0] != len(before):
        return "nothing", None
    match error.expected:
        case "operator":
            tests = [item for item in _items(before) if isinstance(item, TestNode)]
            return "operator", tests[-1] if tests else None
        case "connective":
            return "connective", None
        case "test" | "argument":
            return "field", None
        case _:
            return "nothing", None


def _items(before: str) -> Iterable[object]:
    try:
        return parse_items(before)
    except FilterError:
        return ()


def _closings(before: str) -> str:
    """What closes the brackets that are open at the end of the text."""
    opened: list[str] = []
    for piece in _PIECE.finditer(before):
        if piece[0] in _CLOSING:
            opened.append(_CLOSING[piece[0]])
        elif piece[0] in _CLOSING.values() and opened:
            opened.pop()
    return "".join(reversed(opened))


def _holds(test: TestNode, at: int) -> bool:
    return test.span.start <= at < test.span.stop


def _place_in(test: TestNode, at: int) -> Wanted:
    """What the stand-in at this place of a test stands for."""
    for comparison in test.comparisons:
        right = comparison.right
        if isinstance(right, SetNode) and any(item.span.start == at for item in right.items):
            return "value"
        if isinstance(right, Word) and right.span.start == at:
            return "value"
        if isinstance(right, ListName) and right.span.start == at:
            return "list"
    return "field"


def _left(test: TestNode | None, vocabulary: Vocabulary) -> Operand | None:
    """The operand on the left of the test's last operator, when it makes sense."""
    if test is None:
        return None
    node: Node = test.operand
    middle = test.comparisons[-2].right if len(test.comparisons) > 1 else None
    if isinstance(middle, Word):
        node = Name(middle.text, (), middle.span)
    try:
        return Operands(vocabulary, []).operand(node)
    except FilterError:
        return None


def _fields(vocabulary: Vocabulary) -> Iterable[Suggestion]:
    for name in vocabulary.names():
        row = vocabulary.fields[name]
        if not row.print_only:
            shown = usage(row) if row.argument == "required" else name
            text = name + "." if "." in shown.removeprefix(name) else name
            if row.argument == "required" and text == name:
                text += "["
            yield Suggestion(text, "field", row.doc)


def _arguments(typed: str, vocabulary: Vocabulary) -> Iterable[Suggestion]:
    """Names behind the dot of fields whose arguments are known words."""
    known: Mapping[str, Iterable[str]] = {
        "evt.arg": sorted(vocabulary.parameter_names),
        "evt.rawarg": sorted(vocabulary.parameter_names),
        "evt.type.is": vocabulary.event_names,
    }
    for field, names in known.items():
        row = vocabulary.fields.get(field)
        if row is not None and typed.startswith(field + "."):
            for name in names:
                yield Suggestion(f"{field}.{name}", "field", row.doc)


def _functions() -> Iterable[Suggestion]:
    for function in FUNCTIONS:
        for name in dict.fromkeys((function.sysdig, function.wireshark)):
            if name:
                yield Suggestion(name + "(", "function", function.doc)


def _operators(operand: Operand | None) -> Iterable[Suggestion]:
    given = Type("dynamic") if operand is None else type_of(operand)
    for operator in OPERATORS:
        fits = given.kind in operator.kinds and (operator.right == "set" or not given.is_list)
        if fits:
            yield Suggestion(operator.spellings[0], "operator", operator.doc)
    yield Suggestion("exists", "operator", "there is a value")
    yield Suggestion("not in", "operator", "is none of the list, or has no value")


def _values(operand: Operand | None, vocabulary: Vocabulary) -> Iterable[Suggestion]:
    if operand is None:
        return
    if isinstance(operand, FieldRef):
        words = vocabulary.values_of(operand.name)
        if words is not None:
            for word in words.words:
                plain = re.fullmatch(r"\w+|[<>]", word) is not None
                yield Suggestion(word if plain else quoted(word.encode()), "value", "")
    if isinstance(operand, FieldRef | Call) and type_of(operand).kind == "bool":
        yield Suggestion("true", "value", "")
        yield Suggestion("false", "value", "")


def _fitting(offered: Iterable[Suggestion], typed: str) -> list[Suggestion]:
    """Suggestions that begin with the letters, then those that have them further on."""
    wanted = typed.lower()
    ranked: list[tuple[int, int, Suggestion]] = []
    for position, suggestion in enumerate(offered):
        text = suggestion.text.lower().lstrip('"')
        if text.startswith(wanted):
            ranked.append((0, position, suggestion))
        elif "." + wanted in text:
            ranked.append((1, position, suggestion))
        elif len(wanted) > 1 and wanted in text:
            ranked.append((2, position, suggestion))
    return [suggestion for _, _, suggestion in sorted(ranked, key=lambda entry: entry[:2])]
