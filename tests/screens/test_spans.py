"""A span of time becomes a filter: from event to event, or over cells of the strip."""

from pathlib import Path

from scaptui.views.strip import EDGE, Strip
from tests.core.building import Building
from tests.screens.app import viewer


def _capture(path: Path) -> Path:
    building = Building(path)
    building.process(7)
    for _ in range(100):
        building.exit(7, "close", res=0, fd=3)
    return building.close()


async def test_parentheses_choose_a_span_from_event_to_event(tmp_path: Path) -> None:
    async with viewer(_capture(tmp_path / "span.scap")) as shown:
        await shown.press("j", "j", "left_parenthesis")
        assert "a span begins here" in shown.pane("cursor")[0]
        await shown.press("j", "j", "j", "right_parenthesis")
        assert "evt.rawtime>=2023-11-14T22:13:20.000003Z and" in shown.picture[1]
        assert "4 of 100" in shown.picture[1]
        await shown.press("right_parenthesis")
        assert "( begins a span of time" in shown.pane("cursor")[0]


async def test_cells_of_the_strip_are_a_span(tmp_path: Path) -> None:
    async with viewer(_capture(tmp_path / "span.scap")) as shown:
        await shown.pilot.mouse_down("#strip", offset=(EDGE, 0))
        await shown.pilot.mouse_up("#strip", offset=(EDGE + 38, 0))
        await shown.rest()
        assert "evt.rawtime>=" in shown.picture[1]
        assert "50 of 100" in shown.picture[1]


async def test_a_click_goes_to_the_time_of_a_cell(tmp_path: Path) -> None:
    async with viewer(_capture(tmp_path / "span.scap")) as shown:
        await shown.pilot.click("#strip", offset=(EDGE + 39, 0))
        await shown.rest()
        assert "filter  none" in shown.picture[1]
        assert "row 51 of 100" in "".join(shown.picture)


def test_the_last_cell_ends_behind_the_last_event() -> None:
    strip = Strip(((1, 1, 0),) * 10, 10, (100, 200))
    assert [strip.end_of(cell) for cell in (0, 8, 9, 10)] == [110, 190, 201, None]
