"""Every view opens on every capture, as text, CSV and JSON."""

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest

from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.views import view_text
from scaptui.views.latency import LatencyQuery
from scaptui.views.units import Zone
from scaptui.views.view_columns import View
from scaptui.views.view_query import ViewQuery, ViewTable, usual_order
from scaptui.views.view_table import VIEWS
from tests.running import Run
from tests.screens.hostile import NAMES, hostile_capture

UTC = Zone.named("UTC")
TABLES = [view for view in VIEWS if view.source != "latency"]
HOSTILE = (*NAMES.values(), b"=cmd|'/c calc'!A1", b"$(reboot)`id`")


def _captures() -> list[Path]:
    folder = os.environ.get("SCAPTUI_CAPTURES")
    return sorted(Path(folder).glob("*.scap*")) if folder else []


def _opened(path: Path) -> Capture:
    capture = open_capture([str(path)])
    read_all(capture)
    return capture


def _table(capture: Capture, view: View) -> ViewTable:
    query = ViewQuery(capture, view)
    query.finish()
    return query.table(usual_order(view))


def test_every_view_opens_on_every_capture(bundled: Path) -> None:
    for path in (bundled, *_captures()):
        capture = _opened(path)
        for view in TABLES:
            table = _table(capture, view)
            rows = json.loads(view_text.as_json(table, None))
            assert len(rows) == len(table)
            names = [cell.name for cell in view.cells]
            assert all(list(row) == names for row in rows)
            assert len(list(view_text.as_csv(table, None))) == len(rows) + 1
            assert len(view_text.as_text(table, 5, UTC)) <= 7
        query = LatencyQuery(capture)
        query.finish()
        calls = capture.count(query.filter)
        assert sum(sum(row.counts) for row in query.rows()) <= calls


@pytest.mark.parametrize("name", [view.name for view in VIEWS])
def test_every_view_is_a_command(scaptui: Run, bundled: Path, name: str) -> None:
    said = scaptui("view", bundled, name, "-n", "5")
    assert said.status == (0 if said.lines else 1), said.err


def test_names_that_command_terminals_and_spreadsheets_are_inert(tmp_path: Path) -> None:
    capture = _opened(hostile_capture(tmp_path / "hostile.scap", *HOSTILE))
    for view in TABLES:
        table = _table(capture, view)
        lines = list(view_text.as_csv(table, None))
        shown = [*view_text.as_text(table, None, UTC), *lines, view_text.as_json(table, None)]
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", "\n".join(shown))
        for row in csv.reader(io.StringIO("\n".join(lines))):
            assert not any(cell.startswith("=") for cell in row)


def test_the_tree_of_hostile_processes_is_inert_as_csv(scaptui: Run, tmp_path: Path) -> None:
    path = hostile_capture(tmp_path / "hostile.scap", *HOSTILE)
    said = scaptui("view", path, "processes", "--format", "csv")
    assert said.status == 0
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", said.out)
