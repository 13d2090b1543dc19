"""Times: styles, zones, and clocks that are set back."""

from datetime import UTC, datetime

import pytest

from scaptui.demo.process import SECOND, US
from tests.core.asking import column, lines, numbers, opened
from tests.core.building import START, Building

BACK = 3600 * SECOND


@pytest.fixture
def set_back(building: Building) -> Building:
    """A read during which the clock is set back by an hour, and a close."""
    building.process(7)
    building.enter(7, "read", fd=3, size=9)
    building.now -= BACK
    building.exit(7, "read", res=0, fd=3)
    building.exit(7, "close", res=0, fd=3)
    return building


def test_events_stay_in_the_order_of_the_file(set_back: Building) -> None:
    capture = opened(set_back.close())
    assert column(capture, "evt.rawtime") == [
        START + US,
        START - BACK + 2 * US,
        START - BACK + 3 * US,
    ]
    assert column(capture, "evt.num") == [1, 2, 3]


@pytest.mark.parametrize("field", ["evt.latency", "evt.deltatime", "evt.reltime"])
def test_no_time_between_events_is_negative_or_centuries_long(
    set_back: Building, field: str
) -> None:
    for value in lines(opened(set_back.close()), f"%{field}"):
        assert 0 <= int(value) < SECOND


@pytest.mark.parametrize("style", ["r", "d", "D"])
def test_printed_times_do_not_wrap_around(set_back: Building, style: str) -> None:
    for text in lines(opened(set_back.close()), "%evt.outputtime", time=style):
        assert 0 <= float(text) < 1


def test_state_follows_the_order_of_events_not_the_clock(building: Building) -> None:
    building.process(7)
    building.exit(7, "open", fd=3, name="/first", flags=1)
    building.now -= BACK
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "open", fd=3, name="/second", flags=1)
    building.exit(7, "read", res=0, fd=3)
    assert column(opened(building.close()), "fd.name") == ["/first", "/first", "/second", "/second"]


def test_the_summary_spans_the_whole_time(set_back: Building) -> None:
    capture = opened(set_back.close())
    assert '"first_ns"' in capture.summary(None)
    assert numbers(capture, f"evt.rawtime < {START}") == [2, 3]


@pytest.fixture
def three(building: Building) -> Building:
    """A call that takes a millisecond, then, a second later, an exit."""
    building.process(7)
    building.enter(7, "read", fd=3, size=9)
    building.now += 999 * US
    building.exit(7, "read", res=0, fd=3)
    building.now += SECOND - US
    building.exit(7, "close", res=0, fd=3)
    return building


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("h", ["22:13:20.000001000", "22:13:20.001001000", "22:13:21.001001000"]),
        ("a", ["1700000000.000001000", "1700000000.001001000", "1700000001.001001000"]),
        ("r", ["0.000000000", "0.001000000", "1.001000000"]),
        ("d", ["0.000000000", "0.001000000", "1.001000000"]),
        ("D", ["0.000000000", "0.001000000", "1.000000000"]),
    ],
)
def test_a_time_has_a_style(three: Building, style: str, expected: list[str]) -> None:
    assert lines(opened(three.close()), "%evt.outputtime", time=style) == expected


def test_delta_is_to_the_event_printed_before(three: Building) -> None:
    capture = opened(three.close())
    assert lines(capture, "%evt.outputtime", "evt.type=close or evt.dir=>", time="D") == [
        "0.000000000", "1.001000000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("UTC", "22:13:20.000001000"),
        ("Europe/Berlin", "23:13:20.000001000"),
        ("Asia/Kolkata", "03:43:20.000001000"),
        ("America/New_York", "17:13:20.000001000"),
    ],
)
def test_a_time_of_day_is_in_the_zone_asked_for(three: Building, zone: str, time: str) -> None:
    assert lines(opened(three.close()), "%evt.time", zone=zone, limit=1) == [time]


def test_a_zone_keeps_its_summer_time(building: Building) -> None:
    building.process(7)
    building.now = int(datetime(2023, 7, 1, 12, tzinfo=UTC).timestamp()) * SECOND
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%evt.datetime", zone="Europe/Berlin") == [
        "2023-07-01 14:00:00.000001000"
    ]


def test_iso_time_is_utc_in_every_zone(three: Building) -> None:
    capture = opened(three.close())
    assert lines(capture, "%evt.time.iso8601", zone="Asia/Kolkata", limit=1) == [
        "2023-11-14T22:13:20.000001000+0000"
    ]
