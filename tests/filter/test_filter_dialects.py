"""Printed filters: they parse to what they were printed from, or are not printed at all."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaptui.filter.dialects import Dialect, NoForm, normalised, value_text
from scaptui.filter.expression import (
    Address,
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
    conjunction,
    disjunction,
    exclusive,
    negation,
    type_of,
)
from scaptui.filter.operators import BY_WIRE, QUANTIFIABLE
from scaptui.filter.vocabulary import Kind, argument_words
from tests.filter.table import BY_NAME, field, read


@pytest.mark.parametrize(
    ("text", "sysdig", "wireshark"),
    [
        ("proc.name=nginx", "proc.name = nginx", 'proc.name == "nginx"'),
        (
            "evt.failed=1 and not (fd.num=1 or fd.num=2)",
            "evt.failed = true and not (fd.num = 1 or fd.num = 2)",
            "evt.failed == True && !(fd.num == 1 || fd.num == 2)",
        ),
        (
            "fd.num=1 or fd.num=2 and fd.num=3",
            "fd.num = 1 or (fd.num = 2 and fd.num = 3)",
            "fd.num == 1 || (fd.num == 2 && fd.num == 3)",
        ),
        ("not fd.name", "not fd.name exists", "!fd.name"),
        (
            "proc.name not in {a, 'b c'}",
            'not proc.name in (a, "b c")',
            'proc.name not in {"a", "b c"}',
        ),
        ("proc.aname[2]=x", "proc.aname[2] = x", 'proc.aname.2 == "x"'),
        ("evt.num>=3", "evt.num >= 3", "frame.number >= 3"),
        ("evt.reltime>1", "evt.reltime > 1", "frame.time_relative > 0.000000001"),
        ("k8s.ns.name=x", "k8s.ns.name = x", 'falco.k8s.ns.name == "x"'),
        ("proc.name = val(proc.pname)", "proc.name = val(proc.pname)", "proc.name == proc.pname"),
        ("upper(proc.name)=A", "toupper(proc.name) = A", 'upper(proc.name) == "A"'),
        (
            'evt.buffer contains "a\\x00"',
            'evt.buffer contains "a\\x00"',
            "evt.buffer contains 61:00",
        ),
        ("fd.sport=https", "fd.sport = 443", "fd.sport == 443"),
        ("", "", ""),
    ],
)
def test_a_filter_is_printed_in_both_dialects(text: str, sysdig: str, wireshark: str) -> None:
    expression = read(text)
    assert normalised(expression, Dialect.SYSDIG) == sysdig
    assert normalised(expression, Dialect.WIRESHARK) == wireshark
    assert read(sysdig) == read(wireshark) == expression


@pytest.mark.parametrize(
    ("text", "wireshark"),
    [
        ("fd.cip=::1", "fd.cip.v6 == ::1"),
        ("fd.cip in (10.0.0.0/8, 1.2.3.4)", "fd.cip.v4 in {10.0.0.0/8, 1.2.3.4}"),
        ("fd.cip in (::1, 1.2.3.4)", "(fd.cip.v6 in {::1} || fd.cip.v4 in {1.2.3.4})"),
        ("not fd.cip in (::1)", "!(fd.cip.v6 in {::1})"),
        # An address of the other version is another one.
        ("fd.sip!=1.2.3.4", "(fd.sip && !(fd.sip.v4 == 1.2.3.4))"),
        ("fd.sip=fd.cip", "fd.sip == fd.cip"),
        ("fd.sip.v4!=1.2.3.4", "fd.sip.v4 != 1.2.3.4"),
    ],
)
def test_stratoshark_has_addresses_by_version(text: str, wireshark: str) -> None:
    assert normalised(read(text), Dialect.WIRESHARK) == wireshark


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fd.num=1 xor fd.num=2", "sysdig has no xor"),
        ("fd.name matches x", "sysdig has no operator matches"),
        ("fd.num in {1..2}", "sysdig has no ranges"),
        ("proc.name[0:2]=a", "sysdig has no slices"),
        ("fd.num & 1", "sysdig has no arithmetic"),
        ("abs(fd.num)=1", "sysdig has no abs()"),
        ("fd.cip.v4=1.2.3.4", "sysdig has no fd.cip.v4"),
        ("fd.cip < 10.0.0.0", "sysdig puts addresses in no order"),
        ("fd.cip=10.0.0.0/8", "sysdig compares an address with an address"),
        ("proc.fdusage>1.5", "sysdig compares with whole numbers"),
        ("'x' contains proc.name", "sysdig has no value on the left"),
    ],
)
def test_sysdig_has_no_words_for_it(text: str, reason: str) -> None:
    with pytest.raises(NoForm, match=reason.replace("(", r"\(").replace(")", r"\)")):
        normalised(read(text), Dialect.SYSDIG)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fd.name startswith x", "Wireshark has no operator startswith"),
        ("proc.name = oneof (a,b)", "Wireshark has no oneof"),
        ("basename(fd.name)=x", "Wireshark has no basename"),
        ("proc.env[HOME]=x", r"Stratoshark has no proc.env\[HOME\]"),
        ("evt.arg.fd=x", "Stratoshark has no evt.arg.fd"),
        ("evt.arg[32]=x", r"Stratoshark has no evt.arg\[32\]"),
        ("proc.aname=x", "Stratoshark has no proc.aname without a number"),
        ("fd.port=80", "Stratoshark has no fd.port"),
        ("evt.rawtime>5", "Stratoshark has no evt.rawtime"),
        ("evt.type in ()", "Wireshark has no empty set"),
        ("not fd.cip in ()", "Wireshark has no empty set"),
    ],
)
def test_wireshark_has_no_words_for_it(text: str, reason: str) -> None:
    with pytest.raises(NoForm, match=reason):
        normalised(read(text), Dialect.WIRESHARK)


@given(st.binary(min_size=1).filter(lambda value: 0 not in value))
def test_a_captured_text_can_always_be_asked_for(value: bytes) -> None:
    assert read(f"proc.name = {value_text(value)}") == Check(field("proc.name"), "eq", Text(value))


# Expressions as the parser could have built them.

TEXT = st.one_of(
    st.sampled_from([b"nginx", b"", b"and", b"a b", b"1..5", b"fd.num", b"10:20", b'"', b"\\"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(str.encode),
    st.binary(max_size=6).filter(lambda value: 0 not in value),
)  # fmt: skip
SIGNED = st.integers(-(2**63), 2**63 - 1)
UNSIGNED = st.integers(0, 2**64 - 1)
LITERALS: dict[Kind, st.SearchStrategy[Literal]] = {
    "text": TEXT.map(Text),
    "path": TEXT.map(Text),
    "bytes": st.binary(max_size=6).map(Text),
    "int": SIGNED.map(Integer),
    "uint": UNSIGNED.map(Integer),
    "port": st.integers(0, 65535).map(Integer),
    "time": UNSIGNED.map(Integer),
    "duration": UNSIGNED.map(Integer),
    "bool": st.booleans().map(Boolean),
    "double": st.floats(allow_nan=False, allow_infinity=False).map(Double),
    "ip": st.one_of(
        st.integers(0, 2**32 - 1).map(lambda n: Address(IPv4Address(n))),
        st.integers(0, 2**128 - 1).map(lambda n: Address(IPv6Address(n))),
        st.integers(0, 255).map(lambda n: Network(IPv4Network((n << 24, 8)))),
    ),
    "net": st.one_of(
        st.integers(0, 255).map(lambda n: Network(IPv4Network((n << 24, 8)))),
        st.integers(0, 255).map(lambda n: Network(IPv6Network((n << 120, 8)))),
    ),
    "dynamic": SIGNED.map(Integer) | TEXT.map(Text),
}
ARGUMENTS = {
    "index": st.integers(0, 40).map(str),
    "index-or-name": st.sampled_from(["0", "7", "open", "read"]),
    "name": st.sampled_from(["HOME", "a b", "x/y*", "com.x.y-z", "0:2"]),
    "dotted": st.sampled_from(["res", "cpu", "a.b"]),
    "time": UNSIGNED.map(str),
}
# Fields whose values are checked against a list of words get no values made up here.
NAMES = [name for name in BY_NAME if name not in ("evt.args", "evt.type", "evt.dir", "evt.around")]


@st.composite
def fields(draw: st.DrawFn) -> FieldRef:
    row = BY_NAME[draw(st.sampled_from(NAMES))]
    argument = None
    if row.argument == "required" or (row.argument == "optional" and draw(st.booleans())):
        is_word = row.argument_form == "one-of"
        words = st.sampled_from(argument_words(row))
        argument = draw(words if is_word else ARGUMENTS[row.argument_form])
    return FieldRef(row, argument)


@st.composite
def operands(draw: st.DrawFn) -> Operand:
    operand: Operand = draw(fields())
    assert isinstance(operand, FieldRef)
    given = type_of(operand)
    shape = draw(st.sampled_from(["field", "field", "call", "slice", "sum", "minus"]))
    is_number = given.kind in ("int", "uint", "duration", "port", "dynamic")
    is_text = given.kind in ("text", "path") and operand.row.transformable and not given.is_list
    if shape == "call" and is_text:
        name = draw(st.sampled_from(["tolower", "toupper", "len", "basename", "b64", "count"]))
        return Call(name, (operand,))
    if shape == "slice" and is_text:
        return Slice(operand, draw(SLICES))
    if shape == "sum" and is_number:
        right: Operand = draw(LITERALS["uint"] | st.just(operand))
        operator = draw(st.sampled_from("+-*/%&"))
        return (
            Arith(operator, Arith("*", operand, right), right)
            if draw(st.booleans())
            else Arith(operator, operand, Arith("+", operand, right))
        )
    if shape == "minus" and is_number:
        return Negate(operand)
    return operand


SLICES = st.lists(
    st.tuples(st.integers(-9, 9), st.none() | st.integers(1, 9)), min_size=1, max_size=3
).map(tuple)


@st.composite
def checks(draw: st.DrawFn) -> Expression:
    left = draw(operands())
    given = type_of(left)
    fitting = [op for op in BY_WIRE.values() if given.kind in op.kinds]
    operator = draw(
        st.sampled_from([op for op in fitting if op.right == "set" or not given.is_list])
    )
    values = LITERALS[given.kind]
    signed = SIGNED
    if isinstance(left, FieldRef) and left.row.bits < 64:
        signed = st.integers(-(1 << left.row.bits - 1), (1 << left.row.bits - 1) - 1)
        values = signed.map(Integer)
    if operator.right in ("text", "pattern") or operator.wire == "pmatch":
        values = LITERALS["bytes" if given.kind == "bytes" else "text"]
    if operator.right == "pattern":
        values = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(
            lambda text: Text(text.encode())
        )
    if given.kind == "ip" and operator.wire in ("lt", "le", "gt", "ge"):
        values = LITERALS["ip"].filter(lambda literal: isinstance(literal, Address))
    if operator.right == "hex":
        values = st.binary(min_size=1, max_size=6).map(Text)
    if operator.right == "set":
        items: st.SearchStrategy[Literal | Range] = values
        if given.kind == "int" and operator.wire != "pmatch":
            items |= st.tuples(signed, signed).map(
                lambda ends: Range(Integer(min(ends)), Integer(max(ends)))
            )
        return Check(left, operator.wire, Set(tuple(draw(st.lists(items, max_size=4)))))
    if operator.wire in QUANTIFIABLE and draw(st.integers(0, 4)) == 0:
        return Check(left, operator.wire, Set((draw(values), draw(values))), "anyof")
    return Check(left, operator.wire, draw(values))


LEAVES = checks() | operands().filter(lambda operand: not isinstance(operand, Arith | Negate)).map(
    Exists
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(negation),
        st.lists(inner, min_size=2, max_size=4).map(conjunction),
        st.lists(inner, min_size=2, max_size=4).map(disjunction),
        st.lists(inner, min_size=2, max_size=4).map(exclusive),
    ),
    max_leaves=6,
)


def as_read(expression: Expression, dialect: Dialect) -> Expression:
    """What is read of an expression: Stratoshark has addresses by version of IP."""
    match expression:
        case Not(inner):
            return negation(as_read(inner, dialect))
        case And(terms):
            return conjunction(as_read(term, dialect) for term in terms)
        case Or(terms):
            return disjunction(as_read(term, dialect) for term in terms)
        case Xor(terms):
            return exclusive(as_read(term, dialect) for term in terms)
        case Check(FieldRef(row, None) as field, operator, right) if (
            dialect is Dialect.WIRESHARK and row.kind == "ip"
        ):
            given = right.items if isinstance(right, Set) else (right,)
            items = [item for item in given if isinstance(item, Address | Network)]
            positive = {"ne": "eq", "any_ne": "all_eq"}.get(operator, operator)
            tests = []
            for version in dict.fromkeys(item.value.version for item in items):
                own = tuple(item for item in items if item.value.version == version)
                value: Operand | Set = Set(own) if isinstance(right, Set) else right
                tests.append(Check(FieldRef(row, f"v{version}"), positive, value))
            either = disjunction(tests)
            return (
                either if positive == operator else conjunction([Exists(field), negation(either)])
            )
        case _:
            return expression


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS, st.sampled_from(Dialect))
def test_what_is_printed_parses_to_the_same(expression: Expression, dialect: Dialect) -> None:
    with suppress(NoForm):
        assert read(normalised(expression, dialect)) == as_read(expression, dialect)


@settings(max_examples=400, deadline=None)
@given(checks(), st.sampled_from(Dialect))
def test_every_single_check_parses_to_the_same(expression: Expression, dialect: Dialect) -> None:
    with suppress(NoForm):
        assert read(normalised(expression, dialect)) == as_read(expression, dialect)
