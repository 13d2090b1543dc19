from datetime import UTC

import pytest

from scaptui.errors import Refused
from scaptui.views.format import counted, duration, moment, seconds, size, table, zone_named


def test_a_moment_has_all_nine_digits_and_its_zone() -> None:
    assert moment(1_506_127_469_900_617_765, UTC) == ("2017-09-23", "00:44:29.900617765", "UTC")


def test_a_moment_in_another_zone() -> None:
    berlin = zone_named("Europe/Berlin")
    assert moment(1_506_127_469_000_000_001, berlin)[1:] == ("02:44:29.000000001", "CEST")


def test_the_largest_time_a_capture_can_hold_is_a_date() -> None:
    assert moment(2**64 - 1, UTC) == ("2554-07-21", "23:34:33.709551615", "UTC")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "\0"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="no time zone"):
        zone_named(name)


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (1_500, "1.5 us"),
        (2_500_000, "2.5 ms"),
        (22_034_000_000, "22.03 s"),
    ],
)
def test_durations_take_the_unit_that_fits(ns: int, text: str) -> None:
    assert duration(ns) == text


def test_spans_are_exact() -> None:
    assert seconds(12_091_655_085) == "12.091655085 s"


@pytest.mark.parametrize(
    ("count", "text"), [(512, "512 B"), (8 << 20, "8.0 MiB"), (8_321_499_136, "7.8 GiB")]
)
def test_sizes_take_the_unit_that_fits(count: int, text: str) -> None:
    assert size(count) == text


def test_a_number_goes_with_its_noun() -> None:
    assert (counted(1, "event"), counted(9478, "event")) == ("1 event", "9,478 events")


def test_tables_line_up_as_text() -> None:
    assert table(["name", "n"], [["a", "1,000"], ["long name", "2"]], left={0}) == [
        "| name      |     n |",
        "|-----------|------:|",
        "| a         | 1,000 |",
        "| long name |     2 |",
    ]
