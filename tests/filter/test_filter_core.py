"""The language over the core's own tables."""

import json

import pytest

pytest.importorskip("scaptui._core")
from scaptui import _core

if not hasattr(_core, "fields"):
    pytest.skip("the built core has no field table", allow_module_level=True)

from scaptui.errors import FilterError
from scaptui.filter.core import understood, vocabulary
from scaptui.filter.expression import Exists, FieldRef
from scaptui.filter.functions import FUNCTIONS, Function
from scaptui.filter.operators import OPERATORS
from scaptui.filter.vocabulary import ALIASES, KINDS
from scaptui.filter.wire import wire

ARGUMENTS = {"index": "1", "name": "x", "index-or-name": "1", "dotted": "res", "time": "1"}


def _wire_of(text: str) -> str:
    return wire(understood(text).expression)


@pytest.mark.parametrize("row", _core.fields(), ids=lambda row: str(row.name))
def test_every_field_can_be_asked_for(row: _core.Field) -> None:
    if row.print_only:
        pytest.skip("it is only shown")
    assert row.kind in KINDS
    argument = None
    text = row.name
    if row.argument == "required":
        argument = ARGUMENTS[row.argument_form]
        text += f"[{argument}]"
    parsed = understood(f"{text} exists")
    assert parsed.expression == Exists(FieldRef(row, argument))
    if hasattr(_core, "Filter"):
        assert _core.Filter(wire(parsed.expression)) is not None


def test_every_alias_names_a_field() -> None:
    assert [alias.field for alias in ALIASES if alias.field not in vocabulary().fields] == []


@pytest.mark.parametrize("name", ["open", "openat", "execve", "procexit", "switch", "futex"])
def test_calls_and_events_are_known(name: str) -> None:
    assert json.loads(_wire_of(f"evt.type={name}"))["test"]["right"] == {"value": {"text": name}}


def test_an_address_may_be_asked_for_by_version() -> None:
    assert json.loads(_wire_of("fd.cip.v4 == 10.0.0.0/8"))["test"]["left"] == {
        "field": "fd.cip",
        "arg": "v4",
    }


RIGHT_SIDES = {"value": "a", "text": "a", "pattern": "a", "hex": "00ff", "set": "(a, b)"}
LEFT_SIDES = {"text": "proc.name", "uint": "evt.num", "double": "evt.num", "ip": "fd.cip"}


def first_of(function: Function) -> str:
    return next(field for kind, field in LEFT_SIDES.items() if kind in function.takes)


@pytest.mark.skipif(not hasattr(_core, "Filter"), reason="the built core compiles no filters")
@pytest.mark.parametrize(
    "text",
    [
        *(
            f"{'evt.buffer' if op.right == 'hex' else 'proc.name'} {op.spellings[0]} "
            f"{RIGHT_SIDES[op.right]}"
            for op in OPERATORS
        ),
        *(
            f"{function.name}({', '.join([first_of(function)] * function.least)}) exists"
            for function in FUNCTIONS
        ),
        "proc.name contains oneof (a, b)",
        "fd.num in {1..5, 7}",
        "fd.cip in {10.0.0.1..10.0.0.9, ::1}",
        "fd.cip < 10.0.0.1",
        "evt.buffer matches x",
        "proc.name[-3:2,4:] == a",
        "evt.rawarg.res & 3",
        "-fd.num == 3 or {fd.num + 1} * 2 / 3 % 4 - 5 == fd.dev",
        'join(",", (proc.name, proc.pname)) = a',
        'getopt(proc.args, "c:")[c] = a',
        "all proc.aname != bash",
        r'evt.buffer contains "\x00\xff"',
        "fd.num=1 xor fd.num=2 xor fd.num=3",
        "",
    ],
)
def test_the_core_takes_all_that_the_language_says(text: str) -> None:
    assert _core.Filter(_wire_of(text)) is not None


def test_a_system_call_that_is_none_is_remarked() -> None:
    (note,) = understood("syscall.type=opennat").notes
    assert (note.message, note.hint) == (
        'syscall.type is not known to ever be "opennat"',
        "did you mean openat or openat2?",
    )
    assert understood("syscall.type=openat").notes == ()


def test_fields_that_cannot_be_compared_are_described_in_words() -> None:
    with pytest.raises(FilterError, match=r"num is a number and cannot be compared with"):
        understood("evt.num=val(proc.name)")
