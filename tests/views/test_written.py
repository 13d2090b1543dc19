"""Times and durations in filters mean what they were made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.filter.core import understood
from scaptui.filter.expression import Check, Integer
from scaptui.views.units import Zone
from scaptui.views.written import duration_written, span_filter, time_written

START = 1_506_127_477_000_000_000


def meant(text: str) -> int:
    """The number a comparison is with."""
    check = understood(text).expression
    assert isinstance(check, Check)
    assert isinstance(check.right, Integer)
    return check.right.value


@given(st.integers(0, 2**63), st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "local"]))
def test_a_time_is_read_back_to_the_nanosecond(ns: int, zone: str) -> None:
    assert meant(f"evt.rawtime>={time_written(ns, Zone.named(zone))}") == ns


@given(st.integers(0, 2**60))
def test_a_duration_is_read_back_to_the_nanosecond(ns: int) -> None:
    assert meant(f"evt.latency>={duration_written(ns)}") == ns


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "evt.rawtime>=2017-09-23T00:44:37Z and evt.rawtime<2017-09-23T00:44:37.5Z"),
        (
            "Europe/Berlin",
            "evt.rawtime>=2017-09-23T02:44:37+0200 and evt.rawtime<2017-09-23T02:44:37.5+0200",
        ),
    ],
)
def test_a_span_has_the_zone_s_clock(zone: str, text: str) -> None:
    assert span_filter(START, START + 500_000_000, Zone.named(zone)) == text


def test_durations_have_the_unit_that_fits() -> None:
    assert [duration_written(ns) for ns in (0, 1, 1_500, 307_198_458, 2_000_000_000)] == [
        "0ns",
        "1ns",
        "1.5us",
        "307.198458ms",
        "2s",
    ]
