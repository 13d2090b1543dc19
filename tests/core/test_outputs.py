"""Output of the printer: lines, tables, and how many."""

import csv
import io
import json

import pytest

from scaptui._core import Capture, CoreError, Printer
from tests.core.asking import column, lines, opened, printed
from tests.core.building import Building


@pytest.fixture
def five(building: Building) -> Capture:
    """Five closes, every second of which fails."""
    building.process(7, "cat")
    for fd in range(5):
        building.exit(7, "close", res=-9 if fd % 2 else 0, fd=fd)
    return opened(building.close())


def test_values_keep_their_types_in_json(five: Capture) -> None:
    row = printed(five, "evt.num,evt.failed,proc.name,fd.sport,evt.rawres", kind="jsonl", limit=2)
    assert json.loads(row.splitlines()[1]) == {
        "evt.num": 2, "evt.failed": True, "proc.name": "cat", "fd.sport": None, "evt.rawres": -9,
    }  # fmt: skip


def test_json_keeps_numbers_beyond_53_bits(building: Building) -> None:
    building.process(7, exe_ino=2**63 + 1)
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.exe_ino") == [2**63 + 1]


def test_several_values_are_a_list_in_json(building: Building) -> None:
    building.process(7)
    building.descriptor(7, 3, "file", "/a")
    building.descriptor(7, 4, "pipe")
    building.exit(7, "close", res=0, fd=3)
    assert sorted(column(opened(building.close()), "fd.types")[0]) == ["file", "pipe"]


@pytest.mark.parametrize("kind", ["tsv", "csv"])
def test_a_table_has_one_head(five: Capture, kind: str) -> None:
    text = printed(five, "evt.num,proc.name", kind=kind).decode()
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if kind == "tsv" else ","))
    assert rows[0] == ["evt.num", "proc.name"]
    assert [row[0] for row in rows[1:]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("kind", ["tsv", "csv"])
def test_a_table_of_nothing_still_has_its_head(five: Capture, kind: str) -> None:
    text = printed(five, "evt.num,proc.name", "evt.type=open", kind=kind).decode()
    assert text.splitlines() == ["evt.num\tproc.name" if kind == "tsv" else "evt.num,proc.name"]


def test_json_of_nothing_is_nothing(five: Capture) -> None:
    assert printed(five, "evt.num", "evt.type=open", kind="jsonl") == b""


def test_a_limit_counts_events_that_match(five: Capture) -> None:
    assert lines(five, "%evt.num", "evt.failed=true", limit=1) == ["2"]
    assert lines(five, "%evt.num", limit=3) == ["1", "2", "3"]
    assert len(lines(five, "%evt.num", limit=99)) == 5


def test_matches_are_counted_as_they_are_written(five: Capture) -> None:
    printer = Printer(five, None, "%evt.num", limit=4)
    while not printer.done:
        printer.step(100)
    assert printer.matched == 4


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("%evt.num", "1"),
        ("[%3evt.num]", "[1  ]"),
        ("[%2proc.name]", "[ca]"),
        ("%proc.name%evt.num", "cat1"),
        ("100%% %evt.num", "100% 1"),
        ("%evt.num.", "1."),
        ("%proc.name[x]", None),
    ],
)
def test_a_line_is_text_with_fields(five: Capture, form: str, line: str | None) -> None:
    if line is None:
        with pytest.raises(CoreError):
            printed(five, form)
    else:
        assert lines(five, form, limit=1) == [line]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("%proc.nam", "proc.nam"),
        ("%evt.arg", "evt.arg"),
        ("%evt.around[1]", "evt.around"),
        ("no field at all %", "%"),
    ],
)
def test_a_field_that_cannot_be_printed_is_refused(five: Capture, form: str, message: str) -> None:
    with pytest.raises(CoreError, match=message):
        Printer(five, None, form)


def test_fields_that_compare_both_ends_print_no_value(five: Capture) -> None:
    """As other readers print them: formats written for those keep working."""
    assert lines(five, "*%fd.ip|%fd.port|%fd.net", limit=1) == ["<NA>|<NA>|<NA>"]


def test_an_unknown_field_is_answered_with_the_nearest(five: Capture) -> None:
    with pytest.raises(CoreError) as refused:
        Printer(five, None, "%proc.nmae")
    assert "proc.name" in refused.value.args[1]


@pytest.mark.parametrize(
    "how",
    [{"kind": "xml"}, {"time": "x"}, {"zone": "Mars/Olympus"}, {"escape": "no"}, {"buffers": "no"}],
)
def test_a_manner_that_does_not_exist_is_refused(five: Capture, how: dict[str, str]) -> None:
    with pytest.raises(CoreError):
        printed(five, "evt.num", **how)
