"""The JSON form that the core compiles."""

import json

import pytest

from scaptui.filter.wire import wire
from tests.filter.table import read


def written(text: str) -> object:
    return json.loads(wire(read(text)))


NAME = {"field": "proc.name", "arg": None}
NUM = {"field": "fd.num", "arg": None}


def check(left: object, op: str, right: object) -> dict[str, object]:
    return {"test": {"left": left, "op": op, "right": right}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"all": True}),
        ("proc.name=nginx", check(NAME, "eq", {"value": {"text": "nginx"}})),
        ("fd.num>=-3", check(NUM, "ge", {"value": {"int": -3}})),
        ("fd.name exists", {"exists": {"field": "fd.name", "arg": None}}),
        ("not fd.name", {"not": {"exists": {"field": "fd.name", "arg": None}}}),
        (
            "proc.aname[2]=x",
            check({"field": "proc.aname", "arg": "2"}, "eq", {"value": {"text": "x"}}),
        ),
        (
            "evt.failed=true",
            check({"field": "evt.failed", "arg": None}, "eq", {"value": {"bool": True}}),
        ),
        ("fd.cip=::1", check({"field": "fd.cip", "arg": None}, "eq", {"value": {"ip": "::1"}})),
        (
            "fd.net=10.0.0.0/8",
            check({"field": "fd.net", "arg": None}, "eq", {"value": {"net": "10.0.0.0/8"}}),
        ),
        (
            "proc.fdusage>1.5",
            check({"field": "proc.fdusage", "arg": None}, "gt", {"value": {"double": 1.5}}),
        ),
        (
            "fd.num in (1, 3..5)",
            check(NUM, "in", {"set": [{"int": 1}, {"from": {"int": 3}, "to": {"int": 5}}]}),
        ),
        (
            "proc.name = tolower(proc.pname)",
            check(
                NAME, "eq",
                {"operand": {"call": "tolower", "args": [{"field": "proc.pname", "arg": None}]}},
            ),
        ),
        (
            "proc.name[0:2,4:]=ab",
            check({"slice": NAME, "ranges": [[0, 2], [4, None]]}, "eq", {"value": {"text": "ab"}}),
        ),
        (
            "fd.num & 3",
            check(
                {"arith": "&", "left": NUM, "right": {"literal": {"int": 3}}}, "ne",
                {"value": {"int": 0}},
            ),
        ),
        ("-fd.num == 3", check({"negate": NUM}, "eq", {"value": {"int": 3}})),
        (
            "evt.buffer bcontains 474554",
            check({"field": "evt.buffer", "arg": None}, "bcontains", {"value": {"hex": "474554"}}),
        ),
    ],
)  # fmt: skip
def test_each_form_is_written(text: str, expected: object) -> None:
    assert written(text) == expected


def test_connectives_hold_lists_and_xor_pairs() -> None:
    a, b, c = (check(NUM, "eq", {"value": {"int": n}}) for n in (1, 2, 3))
    assert written("fd.num=1 and fd.num=2 and fd.num=3") == {"and": [a, b, c]}
    assert written("fd.num=1 or fd.num=2") == {"or": [a, b]}
    assert written("fd.num=1 xor fd.num=2 xor fd.num=3") == {"xor": [a, {"xor": [b, c]}]}


def test_a_quantifier_stands_beside_its_set() -> None:
    assert written("proc.name contains anyof (a)") == {
        "test": {
            "left": NAME,
            "op": "contains",
            "right": {"set": [{"text": "a"}]},
            "quantifier": "anyof",
        }
    }


def test_text_that_json_cannot_carry_is_written_in_hex() -> None:
    assert written(r'proc.name="caf\xe9"') == check(NAME, "eq", {"value": {"hex": "636166e9"}})
    assert written("proc.name=café") == check(NAME, "eq", {"value": {"text": "café"}})


def test_a_long_row_of_xor_is_no_deep_tree() -> None:
    text = wire(read("fd.num=1" + " xor fd.num=1" * 999))
    deepest = depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    assert deepest < 40
