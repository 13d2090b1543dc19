"""The page of latencies as text."""

from pathlib import Path

import pytest

from scaptui.capture.opening import open_capture, read_all
from scaptui.views.cells import line_text, line_width
from scaptui.views.latency import legend, legend_within, shade_limits
from scaptui.views.latency_page import LatencyPage
from scaptui.views.units import Zone

LIMITS = (2, 6, 15, 40)


def test_the_legend_is_whole_where_it_has_room_and_says_less_where_not() -> None:
    whole = "· 1  ░ 2-5  ▒ 6-14  ▓ 15-39  █ 40 or more"
    assert legend(LIMITS) == legend_within(LIMITS, len(whole)) == whole
    assert legend_within(LIMITS, len(whole) - 1) == "· 1  ░ 2  ▒ 6  ▓ 15  █ 40+"
    assert legend_within(LIMITS, 20) == "·1 ░2 ▒6 ▓15 █40+"


@pytest.mark.parametrize("width", [60, 80, 160])
def test_every_shade_is_told_at_every_width(width: int, bundled: Path) -> None:
    capture = open_capture([str(bundled)])
    read_all(capture)
    page = LatencyPage(capture, "", Zone.named("UTC"))
    while not page.query.step(50):
        pass
    rows = page.query.rows()
    page.take(rows)
    line = page.cell_lines(width, 1)[0]
    assert line_width(line) <= width
    assert f"█{shade_limits(rows)[-1]:,}" in line_text(line).replace("█ ", "█")
    assert line_text(line).startswith(" cell ")
