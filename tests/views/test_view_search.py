"""A text is found in the rows of a view, however many there are."""

from pathlib import Path

import pytest

from scaptui.capture.opening import open_capture
from scaptui.views.all_views import view_named
from scaptui.views.units import Zone
from scaptui.views.view_query import ViewQuery, ViewTable, ordered_by
from scaptui.views.view_search import ViewSearch
from tests.core.building import Building

_ROWS = 600


@pytest.fixture
def table(tmp_path: Path) -> ViewTable:
    """A row for each of many programs, in the order of their names."""
    building = Building(tmp_path / "many.scap")
    for pid in range(_ROWS):
        building.process(10 + pid, f"p{pid:03}")
    for pid in range(_ROWS):
        building.call(10 + pid, "read", fd=3, res=1, size=4_096, data=b"x")
    query = ViewQuery(open_capture([str(building.close())]), view_named("programs"))
    query.finish()
    return query.table(ordered_by(query.view, query.view.keys[0].name))


def found(table: ViewTable, text: str, start: int, *, backward: bool = False) -> tuple[str, str]:
    """How the search ended, and the program of the row."""
    search = ViewSearch(table, text, start, Zone.named("UTC"), backward=backward)
    while not search.step(0):
        pass
    at = table.find(search.keys) if search.keys else None
    name = None if at is None else table.rows(at, at + 1)[0].cells[0]
    return search.outcome, name.decode() if isinstance(name, bytes) else ""


@pytest.mark.parametrize("start", [0, 255, 256, 300, 598])
def test_every_row_is_found_from_every_row(table: ViewTable, start: int) -> None:
    for wanted in (0, 1, 254, 255, 256, 257, 511, 512, 598, 599):
        name = f"p{wanted:03}"
        on = "found" if wanted > start else "wrapped"
        back = "found" if wanted < start else "wrapped"
        assert found(table, name.upper(), start) == (on, name)
        assert found(table, name, start, backward=True) == (back, name)


def test_what_is_nowhere_is_not_found(table: ViewTable) -> None:
    assert found(table, "p600", 3) == ("", "")
