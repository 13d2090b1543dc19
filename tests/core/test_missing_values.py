"""What tests say of an event that has no value: false, each of them."""

import pytest

from scaptui._core import Capture
from tests.core.asking import column, lines, numbers, opened, printed
from tests.core.building import Building

WITH, WITHOUT = 1, 2


@pytest.fixture
def half(building: Building) -> Capture:
    """Event 1 has a descriptor with a name, event 2 has none."""
    building.process(7)
    building.exit(7, "open", fd=3, name="/etc/hosts", flags=1)
    building.exit(7, "nanosleep", res=0)
    return opened(building.close())


@pytest.mark.parametrize(
    "text",
    [
        "fd.name = /etc/hosts",
        "fd.name != /other",
        "fd.name contains etc",
        "fd.name glob *",
        "fd.name regex .*",
        "fd.name matches ''",
        "fd.name in (/etc/hosts)",
        "fd.name < /zzz",
        "fd.name pmatch (/etc)",
        "fd.num != 99",
        "fd.num >= 0",
        "fd.typechar = f",
        "fd.name exists",
        "fd.name",
        "len(fd.name) >= 0",
        "tolower(fd.name) != x",
    ],
)
def test_a_test_of_a_missing_value_is_false(half: Capture, text: str) -> None:
    assert numbers(half, text) == [WITH]


def test_an_inequality_of_a_missing_value_is_false_too(half: Capture) -> None:
    assert numbers(half, "fd.name != /etc/hosts") == []


@pytest.mark.parametrize("text", ["not fd.name = /etc/hosts", "!(fd.name == /etc/hosts)"])
def test_not_turns_false_into_true(half: Capture, text: str) -> None:
    assert numbers(half, text) == [WITHOUT]


def test_not_exists_finds_what_is_missing(half: Capture) -> None:
    assert numbers(half, "not fd.name exists") == [WITHOUT]


def test_not_in_is_the_negation_of_in(half: Capture) -> None:
    assert numbers(half, "fd.name not in (/etc/hosts)") == [WITHOUT]


def test_two_missing_values_are_not_equal(half: Capture) -> None:
    assert numbers(half, "fd.filename = val(fd.name)") == []


def test_a_line_without_a_star_leaves_events_out(half: Capture) -> None:
    assert lines(half, "%evt.num %fd.name") == ["1 /etc/hosts"]
    assert lines(half, "*%evt.num %fd.name") == ["1 /etc/hosts", "2 <NA>"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("tsv", "evt.num\tfd.name\n1\t/etc/hosts\n2\t<NA>\n"),
        ("csv", "evt.num,fd.name\n1,/etc/hosts\n2,<NA>\n"),
        ("jsonl", '{"evt.num":1,"fd.name":"/etc/hosts"}\n{"evt.num":2,"fd.name":null}\n'),
    ],
)
def test_a_table_says_what_is_missing(half: Capture, kind: str, text: str) -> None:
    assert printed(half, "evt.num,fd.name", kind=kind).decode() == text


def test_empty_text_is_not_missing(building: Building) -> None:
    building.process(7, args=[])
    building.exit(7, "nanosleep", res=0)
    capture = opened(building.close())
    assert numbers(capture, "proc.args exists and proc.args = ''") == [1]
    assert column(capture, "proc.args") == [""]


def test_some_fields_have_the_text_of_absence_as_their_value(building: Building) -> None:
    building.exit(99, "nanosleep", res=0)  # a thread nobody spoke of
    capture = opened(building.close())
    assert numbers(capture, "proc.name = '<NA>'") == [1]
    assert numbers(capture, "proc.name exists") == [1]
