"""A filter that has been understood: every field known, every value typed.

Nodes compare by meaning: where they stood in the text does not count. `conjunction`, `disjunction`,
`exclusive` and `negation` build them in the one form the parser gives too.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from typing import Literal as Choice

from scaptui.filter.functions import BY_NAME
from scaptui.filter.source import NOWHERE, Span
from scaptui.filter.vocabulary import FieldRow, Kind, kind_of_row
from scaptui.records import Record

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network


class Text(Record):
    """Text or bytes."""

    value: bytes


class Integer(Record):
    """A whole number from -2^63 to 2^64 - 1."""

    value: int


class Double(Record):
    """A finite floating point number."""

    value: float


class Boolean(Record):
    """True or false."""

    value: bool


class Address(Record):
    """An IP address."""

    value: "IPv4Address | IPv6Address"


class Network(Record):
    """All addresses that begin alike."""

    value: "IPv4Network | IPv6Network"


Literal = Text | Integer | Double | Boolean | Address | Network


class FieldRef(Record):
    """A field of the event, with its argument as text when it takes one."""

    row: FieldRow
    argument: str | None = None
    span: Span = NOWHERE

    _compared = ("name", "argument")

    @property
    def name(self) -> str:
        """How the field is written, without its argument."""
        return self.row.name


class Call(Record):
    """A function of operands."""

    function: str
    arguments: tuple["Operand", ...]


class Slice(Record):
    """Parts of a text or of bytes, one after the other: (start, length); None is the rest."""

    operand: "Operand"
    ranges: tuple[tuple[int, int | None], ...]


class Arith(Record):
    """Two numbers with one of + - * / % & between them."""

    operator: str
    left: "Operand"
    right: "Operand"


class Negate(Record):
    """A number with its sign changed."""

    operand: "Operand"


Operand = (
    FieldRef | Call | Slice | Arith | Negate | Text | Integer | Double | Boolean | Address | Network
)


class Range(Record):
    """Everything from low to high, both included."""

    low: Literal
    high: Literal


class Set(Record):
    """A list of values."""

    items: tuple[Literal | Range, ...]


class Check(Record, aside=("span",)):
    """One comparison. `operator` is a name of the operator table.

    With a quantifier the right side is a set, and it says how many of its elements must satisfy it.
    """

    left: Operand
    operator: str
    right: Operand | Set
    quantifier: Choice["oneof", "anyof", "allof"] | None = None
    span: Span = NOWHERE


class Exists(Record, aside=("span",)):
    """Whether there is a value at all."""

    operand: Operand
    span: Span = NOWHERE


class Not(Record, aside=("span",)):
    """True when the inner expression is false, be it for want of a value."""

    inner: "Expression"
    span: Span = NOWHERE


class And(Record, aside=("span",)):
    """All of two or more."""

    terms: tuple["Expression", ...]
    span: Span = NOWHERE


class Or(Record, aside=("span",)):
    """At least one of two or more."""

    terms: tuple["Expression", ...]
    span: Span = NOWHERE


class Xor(Record, aside=("span",)):
    """An odd number of two or more."""

    terms: tuple["Expression", ...]
    span: Span = NOWHERE


class All(Record, aside=("span",)):
    """Every event: the filter that says nothing."""

    span: Span = NOWHERE


Expression = Check | Exists | Not | And | Or | Xor | All


def conjunction(terms: Iterable[Expression], span: Span = NOWHERE) -> Expression:
    """All of the terms; those that are conjunctions themselves are taken apart."""
    parts = [part for term in terms for part in (term.terms if isinstance(term, And) else (term,))]
    parts = [part for part in parts if not isinstance(part, All)]
    if not parts:
        return All(span)
    return parts[0] if len(parts) == 1 else And(tuple(parts), span)


def disjunction(terms: Iterable[Expression], span: Span = NOWHERE) -> Expression:
    """At least one of the terms, of which there is one or more."""
    parts = [part for term in terms for part in (term.terms if isinstance(term, Or) else (term,))]
    return parts[0] if len(parts) == 1 else Or(tuple(parts), span)


def exclusive(terms: Iterable[Expression], span: Span = NOWHERE) -> Expression:
    """An odd number of the terms, of which there is one or more."""
    parts = [part for term in terms for part in (term.terms if isinstance(term, Xor) else (term,))]
    return parts[0] if len(parts) == 1 else Xor(tuple(parts), span)


def negation(inner: Expression, span: Span = NOWHERE) -> Expression:
    """The opposite; two negations cancel out."""
    return inner.inner if isinstance(inner, Not) else Not(inner, span)


class Clause(Record):
    """One single test of a filter.

    `is_negated` says whether an odd number of `not` stands over it.
    """

    expression: Check | Exists
    span: Span
    is_negated: bool


def clauses(expression: Expression) -> tuple[Clause, ...]:
    """The single tests of a filter, from left to right."""
    return tuple(_clauses(expression, is_negated=False))


def _clauses(expression: Expression, *, is_negated: bool) -> Iterator[Clause]:
    match expression:
        case Check() | Exists():
            yield Clause(expression, expression.span, is_negated)
        case Not(inner):
            yield from _clauses(inner, is_negated=not is_negated)
        case And(terms) | Or(terms) | Xor(terms):
            for term in terms:
                yield from _clauses(term, is_negated=is_negated)


def conjuncts(expression: Expression) -> tuple[Expression, ...]:
    """The parts that all have to hold, from left to right."""
    return expression.terms if isinstance(expression, And) else (expression,)


def span_of(expression: Expression) -> Span:
    """Where an expression stood in the text it was read from."""
    return expression.span


class Type(Record):
    """What an operand yields: values of a kind, several of them at once when `is_list`."""

    kind: Kind
    is_list: bool = False


def type_of(operand: Operand) -> Type:
    """What an operand yields."""
    match operand:
        case FieldRef(row, argument):
            return Type(kind_of_row(row), row.is_list and argument is None)
        case Call(function, arguments):
            return _type_of_call(function, arguments)
        case Slice(inner):
            return Type("bytes" if type_of(inner).kind == "bytes" else "text")
        case Arith(left=left, right=right):
            return Type(
                "double" if "double" in (type_of(left).kind, type_of(right).kind) else "int"
            )
        case Negate(inner):
            return Type("double" if type_of(inner).kind == "double" else "int")
        case Text():
            return Type("text")
        case Integer(value):
            return Type("int" if value < 0 else "uint")
        case Double():
            return Type("double")
        case Boolean():
            return Type("bool")
        case Address():
            return Type("ip")
        case Network():
            return Type("net")


def _type_of_call(function: str, arguments: tuple[Operand, ...]) -> Type:
    row = BY_NAME[function]
    types = [type_of(argument) for argument in arguments]
    if row.gives == "same":
        return Type("double" if any(t.kind == "double" for t in types) else "int")
    if function == "getopt":  # without an option it gives the letters of all
        return Type(row.gives, len(arguments) == 2)
    return Type(row.gives, row.lists == "each" and types[0].is_list)
