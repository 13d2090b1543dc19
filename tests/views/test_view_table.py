"""The table of views: every entry can be asked, and leads somewhere."""

from pathlib import Path

import pytest

from scaptui.capture.opening import open_capture, read_all
from scaptui.filter.core import understood, vocabulary
from scaptui.views.view_columns import View
from scaptui.views.view_query import ViewQuery, clauses, row_filter, usual_order
from scaptui.views.view_table import VIEWS

TABLES = [view for view in VIEWS if view.source != "latency"]


def _ids(view: View) -> str:
    return view.name


def test_names_and_keys_are_nobody_elses() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    panes = [view.pane for view in VIEWS if view.pane]
    assert len(set(panes)) == len(panes)


@pytest.mark.parametrize("view", VIEWS, ids=_ids)
def test_an_entry_speaks_of_what_there_is(view: View) -> None:
    names = [cell.name for cell in view.cells]
    assert len(set(names)) == len(names)
    assert set(view.sort) <= set(names)
    assert set(view.order) <= set(names)
    assert not view.drill or view.drill in {other.name for other in VIEWS}
    assert view.question.endswith("?")
    fields = {name.partition("[")[0] for cell in view.cells for name in cell.field.split("|")}
    known = vocabulary().fields
    assert all(field in known or field.startswith("evt.arg.") for field in fields - {""})
    for text in (view.filter, *(column.among for column in view.columns)):
        if text:
            assert not understood(text).notes


@pytest.mark.parametrize("view", TABLES, ids=_ids)
def test_the_events_behind_a_row_are_those_it_counts(view: View, bundled: Path) -> None:
    capture = open_capture([str(bundled)])
    read_all(capture)
    query = ViewQuery(capture, view)
    query.finish()
    rows = query.table(usual_order(view)).rows(0, 4)
    if view.source == "events":
        for row in rows:
            behind = ViewQuery(capture, view, row_filter(view, row))
            behind.finish()
            again = behind.table(usual_order(view)).rows(0, 2)
            assert [each.cells for each in again] == [row.cells]
            assert again[0].events == row.events
    for row in rows:
        for text in clauses(view, row):
            understood(text)
