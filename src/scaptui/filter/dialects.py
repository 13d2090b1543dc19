"""A typed expression as text, in either dialect.

What is printed parses to the same expression. What a dialect cannot say is refused with a reason,
never printed as something near it.
"""

import re
from abc import ABC, abstractmethod
from enum import Enum
from typing import ClassVar, Final

from scaptui.filter.expression import (
    Address,
    All,
    And,
    Arith,
    Boolean,
    Call,
    Check,
    Double,
    Exists,
    Expression,
    FieldRef,
    Integer,
    Literal,
    Negate,
    Network,
    Not,
    Operand,
    Or,
    Range,
    Set,
    Slice,
    Text,
    Xor,
    type_of,
)
from scaptui.filter.functions import BY_NAME
from scaptui.filter.operators import BY_WIRE
from scaptui.filter.quoting import quoted
from scaptui.filter.vocabulary import ALIASES, BYTES, FieldRow


class Dialect(Enum):
    """A way to write filters."""

    SYSDIG = "sysdig"
    WIRESHARK = "wireshark"


class NoForm(Exception):
    """A dialect has no words for a part of a filter. The message says for what."""


def normalised(expression: Expression, dialect: Dialect) -> str:
    """The expression as text of a dialect.

    Raises:
        NoForm: the dialect cannot say it.
    """
    return _PRINTERS[dialect].whole(expression)


def value_text(value: bytes) -> str:
    """A captured text as both dialects can read it on the right side of an operator."""
    return quoted(value)


# Words that need no quotes in sysdig's dialect and cannot be taken for a field, a range or bytes.
_BARE: Final = re.compile(rb"[A-Za-z_/][A-Za-z0-9_/@%+-]*")
_TAKEN: Final = frozenset(
    (b"and", b"or", b"xor", b"not", b"in", b"exists", b"oneof", b"anyof", b"allof", b"val")
)


def _bare(value: bytes) -> str:
    return value.decode() if _BARE.fullmatch(value) and value not in _TAKEN else ""


class _Printer(ABC):
    """What both dialects share: the order of things, and where brackets are needed."""

    joints: ClassVar[dict[type, str]]
    empty: ClassVar[str] = ""

    def whole(self, expression: Expression) -> str:
        match expression:
            case All():
                return self.empty
            case Check() | Exists():
                return self.test(expression)
            case Not(inner):
                return self.negated(inner)
            case And(terms) | Or(terms) | Xor(terms):
                joint = self.joint(expression)
                return f" {joint} ".join(self.term(term) for term in terms)

    def term(self, expression: Expression) -> str:
        # Old sysdig refuses `and` beside `or` without brackets, so they are always written.
        if isinstance(expression, And | Or | Xor):
            return f"({self.whole(expression)})"
        return self.whole(expression)

    def joint(self, expression: And | Or | Xor) -> str:
        return self.joints[type(expression)]

    @abstractmethod
    def negated(self, inner: Expression) -> str: ...

    @abstractmethod
    def exists(self, operand: Operand) -> str: ...

    @abstractmethod
    def compared(self, test: Check) -> str: ...

    @abstractmethod
    def operand(self, operand: Operand) -> str: ...

    def test(self, test: Check | Exists) -> str:
        return self.exists(test.operand) if isinstance(test, Exists) else self.compared(test)

    def slice(self, operand: Slice) -> str:
        inner = operand.operand
        if isinstance(inner, FieldRef) and inner.argument is None and inner.row.argument != "none":
            raise NoForm(f"a part of {inner.name}, whose brackets hold its argument")
        parts = (f"{start}:{'' if length is None else length}" for start, length in operand.ranges)
        return f"{self.operand(inner)}[{','.join(parts)}]"


class _Sysdig(_Printer):
    joints: ClassVar = {And: "and", Or: "or"}

    def joint(self, expression: And | Or | Xor) -> str:
        if isinstance(expression, Xor):
            raise NoForm("sysdig has no xor")
        return self.joints[type(expression)]

    def negated(self, inner: Expression) -> str:
        return f"not {self.term(inner)}"

    def exists(self, operand: Operand) -> str:
        return f"{self.operand(operand)} exists"

    def compared(self, test: Check) -> str:
        operator = BY_WIRE[test.operator]
        if not operator.sysdig:
            raise NoForm(f"sysdig has no operator {operator.wireshark}")
        if isinstance(test.left, Literal):
            raise NoForm("sysdig has no value on the left side")
        if test.operator in _ORDER and type_of(test.left).kind == "ip":
            raise NoForm("sysdig puts addresses in no order")
        left, right = self.operand(test.left), self.right(test)
        quantifier = f"{test.quantifier} " if test.quantifier else ""
        return f"{left} {operator.sysdig} {quantifier}{right}"

    def right(self, test: Check) -> str:
        right = test.right
        if isinstance(right, Set):
            return f"({', '.join(self.item(item, test) for item in right.items)})"
        if isinstance(right, FieldRef):
            return f"val({self.operand(right)})"
        if isinstance(right, Call):
            return self.operand(right)
        if isinstance(right, Slice | Arith | Negate):
            raise NoForm("sysdig computes nothing on the right side")
        return self.literal(right, test)

    def item(self, item: Literal | Range, test: Check) -> str:
        if isinstance(item, Range):
            raise NoForm("sysdig has no ranges in lists")
        return self.literal(item, test)

    def literal(self, literal: Literal, test: Check) -> str:
        match literal:
            case Text(value) if BY_WIRE[test.operator].right == "hex":
                return value.hex()
            case Text(value):
                return _bare(value) or quoted(value)
            case Integer(number):
                return str(number)
            case Boolean(truth):
                return "true" if truth else "false"
            case Double(number):
                if not number.is_integer() or abs(number) >= 2**53:
                    raise NoForm("sysdig compares with whole numbers only")
                return str(int(number))
            case Address(address):
                return str(address)
            case Network(network):
                if type_of(test.left).kind != "net":
                    raise NoForm("sysdig compares an address with an address only")
                return str(network)

    def operand(self, operand: Operand) -> str:
        match operand:
            case FieldRef(row, argument):
                if row.kind == "ip" and argument:
                    raise NoForm(f"sysdig has no {row.name}.{argument}")
                return _field(row, argument)
            case Call(function, arguments):
                return self.call(function, arguments)
            case Slice():
                raise NoForm("sysdig has no slices")
            case Arith() | Negate():
                raise NoForm("sysdig has no arithmetic")
            case Text(value):
                return quoted(value)
            case _:
                raise NoForm("sysdig has no such value in a function")

    def call(self, function: str, arguments: tuple[Operand, ...]) -> str:
        if not BY_NAME[function].sysdig:
            raise NoForm(f"sysdig has no {function}()")
        return _call(function, [self.argument(argument) for argument in arguments])

    def argument(self, argument: Operand) -> str:
        return str(argument.value) if isinstance(argument, Integer) else self.operand(argument)


class _Wireshark(_Printer):
    joints: ClassVar = {And: "&&", Or: "||", Xor: "xor"}

    def negated(self, inner: Expression) -> str:
        if isinstance(inner, Exists):
            return f"!{self.exists(inner.operand)}"
        if isinstance(inner, Check) and inner.operator == "in" and not self.of_versions(inner):
            return f"{self.operand(inner.left)} not in {self.right(inner)}"
        return f"!({self.whole(inner)})"

    def exists(self, operand: Operand) -> str:
        is_truth = isinstance(operand, Call) and type_of(operand).kind == "bool"
        if is_truth or isinstance(operand, Arith | Negate):
            raise NoForm(
                "Wireshark asks of what is computed whether it is true, not whether it exists"
            )
        return self.operand(operand)

    def compared(self, test: Check) -> str:
        operator = BY_WIRE[test.operator]
        if not operator.wireshark:
            raise NoForm(f"Wireshark has no operator {operator.sysdig}")
        if test.quantifier:
            raise NoForm(f"Wireshark has no {test.quantifier}")
        if whole := self.of_versions(test):
            return whole
        name = _in_seconds(test)
        left = name or self.operand(test.left)
        return f"{left} {operator.wireshark} {self.right(test)}"

    def of_versions(self, test: Check) -> str:
        """A comparison of an address with addresses, which Stratoshark has by version of IP.

        Empty where it is none. An address of the other version is unequal.
        """
        left, right = test.left, test.right
        if not isinstance(left, FieldRef) or left.row.kind != "ip" or left.argument:
            return ""
        by_version: dict[int, list[Literal | Range]] = {}
        for item in right.items if isinstance(right, Set) else (right,):
            if isinstance(item, Address | Network):
                by_version.setdefault(item.value.version, []).append(item)
        if not by_version:
            return ""
        positive = _POSITIVE.get(test.operator)
        parts = []
        for version, items in by_version.items():
            own = Set(tuple(items)) if isinstance(right, Set) else right
            field = FieldRef(left.row, f"v{version}")
            parts.append(self.compared(Check(field, positive or test.operator, own)))
        either = " || ".join(parts)
        if positive:
            return f"({self.operand(left)} && !({either}))"
        return either if len(parts) == 1 else f"({either})"

    def right(self, test: Check) -> str:
        right = test.right
        if isinstance(right, Set):
            if not right.items:
                raise NoForm("Wireshark has no empty set")
            return "{" + ", ".join(self.item(item, test) for item in right.items) + "}"
        if isinstance(right, FieldRef | Call | Slice | Arith | Negate):
            if test.operator == "in":
                raise NoForm("Wireshark's in takes a list only")
            return self.operand(right)
        return self.literal(right, test)

    def item(self, item: Literal | Range, test: Check) -> str:
        if isinstance(item, Range):
            return f"{self.literal(item.low, test)}..{self.literal(item.high, test)}"
        return self.literal(item, test)

    def literal(self, literal: Literal, test: Check) -> str:
        match literal:
            case Text(value):
                return self.text(value, test)
            case Integer(number) if _in_seconds(test):
                return f"{number // 10**9}.{number % 10**9:09}"
            case Boolean(truth):
                return "True" if truth else "False"
            case Address(value):
                return str(value)
            case Network(network):
                return str(network)
            case _:
                return str(literal.value)

    def text(self, value: bytes, test: Check) -> str:
        is_payload = type_of(test.left).kind in BYTES and test.operator != "matches"
        if is_payload and len(value) > 1 and not _is_readable(value):
            return value.hex(":")
        return quoted(value)

    def operand(self, operand: Operand) -> str:
        match operand:
            case FieldRef(row, argument):
                return _stratoshark(row, argument)
            case Call(function, arguments):
                return self.call(function, arguments)
            case Slice():
                return self.slice(operand)
            case Arith(operator, left, right):
                return f"{self.part(left)} {operator} {self.part(right)}"
            case Negate(inner):
                return f"-{self.part(inner)}"
            case Text(value):
                return quoted(value)
            case Boolean(value):
                return "True" if value else "False"
            case _:
                return str(operand.value)

    def part(self, operand: Operand) -> str:
        text = self.operand(operand)
        return f"{{{text}}}" if isinstance(operand, Arith | Negate) else text

    def call(self, function: str, arguments: tuple[Operand, ...]) -> str:
        name = BY_NAME[function].wireshark
        if not name:
            raise NoForm(f"Wireshark has no {function}()")
        return f"{name}({', '.join(self.operand(argument) for argument in arguments)})"


# What puts values in an order, and what is true of values that are not equal.
_ORDER: Final = frozenset(("lt", "le", "gt", "ge"))
_POSITIVE: Final = {"ne": "eq", "any_ne": "all_eq"}

_PRINTERS: Final = {Dialect.SYSDIG: _Sysdig(), Dialect.WIRESHARK: _Wireshark()}


def _is_readable(value: bytes) -> bool:
    return all(0x20 <= byte < 0x7F or byte in (9, 10, 13) for byte in value)


def _call(function: str, arguments: list[str]) -> str:
    if function == "join":
        return f"join({arguments[0]}, ({', '.join(arguments[1:])}))"
    if function == "getopt" and len(arguments) == 3:
        return f"getopt({', '.join(arguments[:2])})[{arguments[2][1:-1]}]"
    return f"{function}({', '.join(arguments)})"


_DOTTED: Final = re.compile(r"\w+(?:-\w+)*(?:\.\w+(?:-\w+)*)*", re.ASCII)
_IN_BRACKETS: Final = re.compile(r"[^\[\]\"'\s]+")


def _field(row: FieldRow, argument: str | None) -> str:
    """A field with its argument as sysdig writes it."""
    if argument is None:
        return row.name
    form = row.argument_form
    is_name = form == "index-or-name" and not argument.isdigit()
    if (form in ("dotted", "one-of") or is_name) and _DOTTED.fullmatch(argument):
        return f"{row.name}.{argument}"
    if _IN_BRACKETS.fullmatch(argument):
        return f"{row.name}[{argument}]"
    return f"{row.name}[{quoted(argument.encode())}]"


# Fields Stratoshark exports are those of these classes; others get the prefix.
_CLASSES: Final = ("evt", "proc", "thread", "fd", "user", "group", "container", "fs", "fdlist")
_HIDDEN: Final = re.compile(
    r"evt\.(?:time|rawtime|reltime|deltatime|datetime)(?:\..*)?|syslog\..*|syscall\.type|evt\.is_async|"
    r"evt\.is_syslog|evt\.count(?:\..*)?|proc\.cmdlenargs|proc\.ppid\.duration|proc\.ppid\.ts|"
    r"thread\.vm(?:size|rss)|evt\.num"
)
_NUMBERED: Final = {
    "evt.arg": range(32),
    **dict.fromkeys(("proc.aname", "proc.aexepath", "proc.apid", "proc.acmdline"), range(1, 16)),
}
_FRAME_NUMBER: Final = "evt.num"
_SECONDS: Final = {"evt.reltime": "frame.time_relative", "evt.deltatime": "frame.time_delta"}


def _stratoshark(row: FieldRow, argument: str | None) -> str:
    """A field as Stratoshark names it."""
    name = row.name
    if name == _FRAME_NUMBER:
        return next(alias.name for alias in ALIASES if alias.field == name)
    if row.filter_only or _HIDDEN.fullmatch(name):
        raise NoForm(f"Stratoshark has no {name}")
    if argument is not None:
        return _numbered(row, argument)
    if row.argument == "required" or (name in _NUMBERED and name != "evt.arg"):
        raise NoForm(f"Stratoshark has no {name} without a number")
    return name if name.partition(".")[0] in _CLASSES else f"falco.{name}"


def _numbered(row: FieldRow, argument: str) -> str:
    if row.kind == "ip":
        return f"{row.name}.{argument}"
    numbers = _NUMBERED.get(row.name, range(0))
    if argument.isdigit() and int(argument) in numbers:
        return f"{row.name}.{argument}"
    raise NoForm(f"Stratoshark has no {_field(row, argument)}")


def _in_seconds(test: Check) -> str:
    """Stratoshark's name of a time field that is compared with numbers alone, else empty."""
    is_time = isinstance(test.left, FieldRef) and test.left.argument is None
    items = test.right.items if isinstance(test.right, Set) else (test.right,)
    if not is_time or not all(isinstance(item, Integer | Range) for item in items):
        return ""
    assert isinstance(test.left, FieldRef)
    return _SECONDS.get(test.left.name, "")
