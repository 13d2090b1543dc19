"""A typed expression as JSON text, the form the core compiles."""

import json
from collections.abc import Sequence

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
)

Json = bool | int | float | str | None | Sequence["Json"] | dict[str, "Json"]


def wire(expression: Expression) -> str:
    """The expression as JSON text."""
    return json.dumps(_expression(expression), separators=(",", ":"))


def _expression(expression: Expression) -> Json:
    match expression:
        case Check():
            return {"test": _test(expression)}
        case Exists(operand):
            return {"exists": _operand(operand)}
        case Not(inner):
            return {"not": _expression(inner)}
        case And(terms):
            return {"and": [_expression(term) for term in terms]}
        case Or(terms):
            return {"or": [_expression(term) for term in terms]}
        case Xor(terms):
            return _exclusive(terms)
        case All():
            return {"all": True}


def _exclusive(terms: Sequence[Expression]) -> Json:
    """Pairs, halved like a tournament: a long row must not become a deep tree."""
    if len(terms) == 1:
        return _expression(terms[0])
    half = len(terms) // 2
    return {"xor": [_exclusive(terms[:half]), _exclusive(terms[half:])]}


def _test(test: Check) -> Json:
    operator = test.operator
    if isinstance(test.left, FieldRef) and test.left.name == "evt.around":
        operator = "le"  # its value is the distance, which is to be so long at most
    written: dict[str, Json] = {"left": _operand(test.left), "op": operator}
    match test.right:
        case Set(items):
            written["right"] = {"set": [_item(item, test.operator) for item in items]}
        case Text() | Integer() | Double() | Boolean() | Address() | Network():
            written["right"] = {"value": _literal(test.right, test.operator)}
        case _:
            written["right"] = {"operand": _operand(test.right)}
    if test.quantifier:
        written["quantifier"] = test.quantifier
    return written


def _item(item: Literal | Range, operator: str) -> Json:
    if isinstance(item, Range):
        return {"from": _literal(item.low, operator), "to": _literal(item.high, operator)}
    return _literal(item, operator)


def _operand(operand: Operand) -> Json:
    match operand:
        case FieldRef(argument=argument, name=name):
            return {"field": name, "arg": argument}
        case Call(function, arguments):
            return {"call": function, "args": [_operand(argument) for argument in arguments]}
        case Slice(inner, ranges):
            return {"slice": _operand(inner), "ranges": [list(part) for part in ranges]}
        case Arith(operator, left, right):
            return {"arith": operator, "left": _operand(left), "right": _operand(right)}
        case Negate(inner):
            return {"negate": _operand(inner)}
        case _:
            return {"literal": _literal(operand)}


def _literal(literal: Literal, operator: str = "") -> Json:
    match literal:
        case Text(value):
            return _text(value, is_bytes=operator in ("bcontains", "bstartswith"))
        case Integer(value):
            return {"int": value}
        case Double(value):
            return {"double": value}
        case Boolean(value):
            return {"bool": value}
        case Address(address):
            return {"ip": str(address)}
        case Network(network):
            return {"net": str(network)}


def _text(value: bytes, *, is_bytes: bool) -> Json:
    if not is_bytes:
        try:
            return {"text": value.decode()}
        except UnicodeDecodeError:
            pass  # JSON text cannot carry it
    return {"hex": value.hex()}
