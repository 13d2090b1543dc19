"""The language over the core's own tables."""

import json

import pytest

pytest.importorskip("scaptui._core")
from scaptui import _core

if not hasattr(_core, "fields"):
    pytest.skip("the built core has no field table", allow_module_level=True)

from scaptui.filter import wire_of
from scaptui.filter.core import understood, vocabulary
from scaptui.filter.expression import Exists, FieldRef
from scaptui.filter.vocabulary import ALIASES, KINDS
from scaptui.filter.wire import wire

ARGUMENTS = {"index": "1", "name": "x", "index-or-name": "1", "dotted": "res", "time": "1"}


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
    assert json.loads(wire_of(f"evt.type={name}"))["test"]["right"] == {"value": {"text": name}}


def test_an_address_may_be_asked_for_by_version() -> None:
    assert json.loads(wire_of("fd.cip.v4 == 10.0.0.0/8"))["test"]["left"] == {
        "field": "fd.cip",
        "arg": "v4",
    }
