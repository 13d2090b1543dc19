import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.views.units import Zone, clock, date, latency, memory, seconds, share, traffic

UTC = Zone.named("UTC")
CRASH = 1_795_336_996_111_222_333


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0ns"),
        (412, "412ns"),
        (999, "999ns"),
        (7_642, "7.6us"),
        (9_960, "10us"),
        (104_900, "104us"),
        (999_700, "999us"),
        (1_404_000, "1.4ms"),
        (2_014_000_000, "2.0s"),
        (1_020 * 10**9, "17m"),
        (7_200 * 10**9, "2.0h"),
        (99 * 3_600 * 10**9, "99h"),
        (10**9 * 86_400 * 30, "30d"),
        (-2_600_000, "-2.6ms"),
    ],
)
def test_latency_goes_to_the_unit_that_fits(ns: int, text: str) -> None:
    assert latency(ns) == text


@given(st.integers(min_value=0, max_value=2**63))
def test_latency_fits_five_cells_for_27_years(ns: int) -> None:
    assert len(latency(ns)) <= (5 if ns < 86_400 * 10**13 else 7)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (566, "566"), (2_400, "2.4k"), (21_995, "22k"), (999_999, "1.0M")]
)
def test_traffic_counts_in_thousands(count: int, text: str) -> None:
    assert traffic(count) == text


@pytest.mark.parametrize(
    ("kib", "text"), [(0, "0"), (4, "4k"), (1_108, "1.1M"), (10_240, "10.0M"), (2 << 20, "2.0G")]
)
def test_memory_counts_in_1024s(kib: int, text: str) -> None:
    assert memory(kib) == text


@given(st.integers(min_value=0, max_value=2**60))
def test_traffic_and_memory_fit_their_columns(count: int) -> None:
    assert len(traffic(count)) <= 4
    assert len(memory(min(count, 2**50))) <= 5


def test_a_share_has_one_decimal_and_nothing_has_none() -> None:
    assert (share(3_267, 39_082), share(0, 5), share(0, 0)) == ("8.4%", "0.0%", "")


def test_clock_times_are_cut_to_their_digits() -> None:
    at = 1_506_127_469_900_617_765
    assert [clock(at, UTC, digits) for digits in (0, 3, 6, 9)] == [
        "00:44:29",
        "00:44:29.900",
        "00:44:29.900617",
        "00:44:29.900617765",
    ]
    assert date(at, UTC) == "2017-09-23"


def test_spans_are_cut_and_signed() -> None:
    assert (seconds(9_112_999_999), seconds(-2_600_000, 4)) == ("9.112", "-0.0026")
