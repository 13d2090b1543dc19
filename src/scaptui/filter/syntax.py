"""What the grammar finds in a text, before names are looked up and values are typed."""

from typing import Literal

from scaptui.filter.source import Span
from scaptui.records import Record


class Symbol(Record):
    """A bracket, `not`, or a connective: `(` `)` `not` `and` `or` `xor`."""

    word: str
    span: Span


class Bracket(Record):
    """What stands in square brackets behind a field or a function: an argument or a slice."""

    text: str
    is_quoted: bool
    span: Span


class Name(Record):
    """A field, or the name of a macro when it has no dot."""

    name: str
    brackets: tuple[Bracket, ...]
    span: Span


class Word(Record):
    """A value without quotes, or a number."""

    text: str
    span: Span


class Listed(Word):
    """A value out of a named list: `at` is its position there. `span` is where the list is used."""

    list_name: str
    at: int


class Quoted(Record):
    """A value in quotes: its bytes. `quote` is the character, `r` for a raw string."""

    value: bytes
    quote: str
    span: Span


class CallNode(Record):
    """A function, or `val`, with its arguments."""

    name: str
    arguments: tuple["Node | ListNode", ...]
    brackets: tuple[Bracket, ...]
    span: Span


class ListNode(Record):
    """Several arguments in brackets, as `join` takes them."""

    items: tuple["Node | ListNode", ...]
    span: Span


class ArithNode(Record):
    """Two operands with one of + - * / % & between them."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span
    depth: int


class NegateNode(Record):
    """A minus before an operand."""

    operand: "Node"
    span: Span


Node = Name | Word | Quoted | CallNode | ArithNode | NegateNode


class RangeNode(Record):
    """`low..high` in a set, both included."""

    low: Word | Quoted
    high: Word | Quoted
    span: Span


class SetNode(Record):
    """A list on the right side: `(a, b)` or `{a, b, 1..5}`."""

    items: tuple[Word | Quoted | RangeNode, ...]
    is_braced: bool
    span: Span
    quantifier: Literal["oneof", "anyof", "allof"] | None = None


class ListName(Record):
    """The name of a list, on the right of `in`."""

    name: str
    span: Span


class Comparison(Record):
    """An operator and what stands on its right."""

    operator: str
    is_negated: bool
    right: Node | SetNode | ListName
    span: Span


class TestNode(Record):
    """One test: an operand alone, or with comparisons. `prefix` is `any` or `all`."""

    operand: Node
    comparisons: tuple[Comparison, ...]
    exists: bool
    span: Span
    prefix: Literal["any", "all", ""] = ""


class Items(Record):
    """The whole text as a flat row of symbols and tests."""

    items: tuple[Symbol | TestNode, ...] = ()
