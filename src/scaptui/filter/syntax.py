"""What the grammar finds in a text, before names are looked up and values are typed."""

from dataclasses import dataclass, field
from typing import Literal

from scaptui.filter.source import Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """A bracket, `not`, or a connective: `(` `)` `not` `and` `or` `xor`."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stands in square brackets behind a field or a function: an argument or a slice."""

    text: str
    is_quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A field, or the name of a macro when it has no dot."""

    name: str
    brackets: tuple[Bracket, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Word:
    """A value without quotes, or a number."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Listed(Word):
    """A value out of a named list: `at` is its position there. `span` is where the list is used."""

    list_name: str
    at: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """A value in quotes: its bytes. `quote` is the character, `r` for a raw string."""

    value: bytes
    quote: str
    span: Span


@dataclass(frozen=True, slots=True)
class CallNode:
    """A function, or `val`, with its arguments."""

    name: str
    arguments: tuple["Node | ListNode", ...]
    brackets: tuple[Bracket, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ListNode:
    """Several arguments in brackets, as `join` takes them."""

    items: tuple["Node | ListNode", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ArithNode:
    """Two operands with one of + - * / % & between them."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span
    depth: int


@dataclass(frozen=True, slots=True)
class NegateNode:
    """A minus before an operand."""

    operand: "Node"
    span: Span


Node = Name | Word | Quoted | CallNode | ArithNode | NegateNode


@dataclass(frozen=True, slots=True)
class RangeNode:
    """`low..high` in a set, both included."""

    low: Word | Quoted
    high: Word | Quoted
    span: Span


@dataclass(frozen=True, slots=True)
class SetNode:
    """A list on the right side: `(a, b)` or `{a, b, 1..5}`."""

    items: tuple[Word | Quoted | RangeNode, ...]
    is_braced: bool
    span: Span
    quantifier: Literal["oneof", "anyof", "allof"] | None = None


@dataclass(frozen=True, slots=True)
class ListName:
    """The name of a list, on the right of `in`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """An operator and what stands on its right."""

    operator: str
    is_negated: bool
    right: Node | SetNode | ListName
    span: Span


@dataclass(frozen=True, slots=True)
class TestNode:
    """One test: an operand alone, or with comparisons. `prefix` is `any` or `all`."""

    operand: Node
    comparisons: tuple[Comparison, ...]
    exists: bool
    span: Span
    prefix: Literal["any", "all", ""] = ""


@dataclass(frozen=True, slots=True)
class Items:
    """The whole text as a flat row of symbols and tests."""

    items: tuple[Symbol | TestNode, ...] = field(default=())
