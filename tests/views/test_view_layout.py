"""Columns of views on screens of any width."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from scaptui.demo.encoding import inet_tuple
from scaptui.views.all_views import view_named
from scaptui.views.cells import line_text, line_width
from scaptui.views.units import Zone
from scaptui.views.view_columns import NUMBERS, View
from scaptui.views.view_layout import fit_address, heading, layout, row_line, totals_line
from scaptui.views.view_query import Cell, Row, ViewQuery, ViewTable, usual_order
from scaptui.views.view_table import VIEWS
from tests.core.asking import opened
from tests.core.building import Building

UTC = Zone.named("UTC")
TABLES = [view for view in VIEWS if view.source != "latency"]


def _row(view: View) -> Row:
    """A row of the widest values."""
    cells: list[Cell] = [
        2**63 - 1 if cell.form in NUMBERS and cell.form != "time" else b"x" * 2_000
        for cell in view.cells
    ]
    for at, cell in enumerate(view.cells):
        if cell.form == "time":
            cells[at] = 1_700_000_000_000_000_000
    return Row(tuple(cells), 3, 1, 9)


@pytest.mark.parametrize("view", TABLES, ids=lambda view: view.name)
def test_lines_fit_and_the_sorted_column_stays(view: View) -> None:
    for width in (60, 72, 80, 100, 132, 160, 200):
        for sort in (view.cells[place].name for place in view.shown):
            placed = layout(view, width, sort)
            assert sort in {each.cell.name for each in placed}
            for line in (
                heading(placed, sort, descends=True),
                row_line(placed, _row(view), UTC, is_here=True),
                totals_line(placed, [1] * len(view.cells), 3, 40_000, UTC),
            ):
                assert line_width(line) <= width, (width, sort)


def test_on_the_narrowest_screen_a_file_keeps_calls_and_failures() -> None:
    view = next(view for view in VIEWS if view.name == "files")
    names = [each.cell.name for each in layout(view, 60, "fail")]
    assert names[0] == "file"
    assert "fail" in names


def test_a_wide_screen_has_room_for_all() -> None:
    for view in TABLES:
        assert len(layout(view, 200, view.sort[0])) == len(view.shown), view.name


def test_a_count_that_is_too_long_goes_to_the_next_unit() -> None:
    view = next(view for view in VIEWS if view.name == "programs")
    placed = layout(view, 80, "events")
    row = Row((b"x", 1, 12_345_678, 0, 0, 0, 0), 3, 1, 9)
    text = "".join(piece.text for piece in row_line(placed, row, UTC, is_here=False))
    assert " 12M " in text
    assert "…" not in text


def connections(tmp_path: Path, ends: Sequence[tuple[str, int]], pid: int = 7) -> ViewTable:
    """The view of connections of a program to its own port 80."""
    building = Building(tmp_path / "connections.scap")
    building.process(pid, "curl")
    for fd, (host, port) in enumerate(ends, 3):
        building.exit(pid, "socket", fd=fd, domain=2, type=1)
        building.exit(pid, "connect", res=0, fd=fd, tuple=inet_tuple((host, port), (host, 80)))
    view = view_named("connections")
    query = ViewQuery(opened(building.close()), view)
    query.finish()
    return query.table(usual_order(view))


def drawn(table: ViewTable, width: int) -> list[str]:
    placed = layout(table.view, width, table.view.sort[0], table)
    rows = table.rows(0, len(table))
    return [line_text(row_line(placed, row, UTC, is_here=False)) for row in rows]


def test_columns_take_what_their_contents_need_and_the_name_of_the_row_the_rest(
    tmp_path: Path,
) -> None:
    table = connections(tmp_path, [("192.168.100.103", 54_000 + at) for at in range(3)])
    assert all("192.168.100.103:5400" in row and "->192.168.100.103:80 " in row
               for row in drawn(table, 80))  # fmt: skip
    placed = {each.cell.name: each.width for each in layout(table.view, 80, "bytes", table)}
    assert placed["ops"] == len("ops")
    assert placed["procs"] == len("procs")


def test_a_connection_that_is_cut_keeps_its_ports(tmp_path: Path) -> None:
    table = connections(tmp_path, [("192.168.100.103", 54_000 + at) for at in range(3)])
    rows = drawn(table, 50)
    assert len(set(rows)) == 3
    assert all(re.search(r"…\S*:5400\d->…?\S*:80 ", row) for row in rows), rows


def test_both_ends_of_an_address_lose_their_beginnings_evenly() -> None:
    text = "192.168.0.3:54716->192.168.0.2:80"
    assert fit_address(text, 33) == text
    assert fit_address(text, 30) == "…168.0.3:54716->192.168.0.2:80"
    assert fit_address(text, 20) == "….3:54716->…8.0.2:80"
    assert fit_address("[2001:db8::3]:1234", 10) == "[200…:1234"


def test_rows_that_are_not_on_the_screen_are_counted_whole() -> None:
    view = next(view for view in VIEWS if view.name == "processes")
    totals = [None if cell.name in {"name", "pid"} else 1 for cell in view.cells]
    for width, said in ((80, " 18 of 92 rows "), (200, " 18 of 92 rows shown ")):
        line = line_text(totals_line(layout(view, width, "events"), totals, 18, 92, UTC))
        assert said in line, line
