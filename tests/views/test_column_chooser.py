"""The column chooser: what it offers, how the list follows, and that all can be undone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.views.cells import line_text, line_width
from scaptui.views.column_chooser import ColumnChooser
from scaptui.views.event_list import EventListModel
from tests.views.listing import event_list, read

Real = Callable[[str], Path]


@pytest.fixture
def listed(crashloop: Path) -> EventListModel:
    model = event_list(read(crashloop), raw=True)
    model.goto_number(1442)
    return model


def names(chooser: ColumnChooser) -> list[str]:
    return [name for name, _ in chooser.shown]


def heads(listed: EventListModel) -> list[str]:
    return [column.title for column in listed.columns.columns]


def test_rows_say_what_a_column_would_bring(real: Real) -> None:
    listed = event_list(read(real("502Error.scap")), "thread.tid=13969", raw=True)
    listed.goto_number(13390)
    chooser = ColumnChooser(listed)
    chooser.resize(80, 7)
    chooser.move(4)
    assert line_text(chooser.heading()).startswith("─ columns ──")
    assert " 6 of " in line_text(chooser.heading())
    assert line_text(chooser.titles()).rstrip() == (
        "   ON  FIELD                TYPE     WIDTH  HERE IN THE CURSOR'S ROW"
    )
    assert [line_text(line).rstrip() for line in chooser.lines()][:6] == [
        "   1   evt.num              number       5  13390",
        "   2   evt.time             time        15  00:44:37.020082980",
        "   3   evt.dir              text         1  <",
        "   4   evt.type             text        11  connect",
        ">  5   container.name       text        11  example2_lb_1",
        "   6   evt.args             text      rest  res=-115(EINPROGRESS) tuple=192.168…",
    ]
    assert line_text(chooser.doc()).startswith(" container.name  Container name;")


def test_the_list_follows_every_change(listed: EventListModel) -> None:
    chooser = ColumnChooser(listed)
    assert chooser.find("proc.exepath")
    chooser.toggle()
    assert names(chooser)[-2:] == ["proc.exepath", "evt.args"]
    assert "PROC.EXEPATH" in heads(listed)
    assert "/usr/sbin/n…" in line_text(listed.lines()[listed.cursor - listed.top].line)
    chooser.widen(-4)
    assert dict(chooser.shown)["proc.exepath"] == 8
    chooser.shift(-2)
    assert names(chooser).index("proc.exepath") == 3
    chooser.toggle()
    assert "PROC.EXEPATH" not in heads(listed)


def test_what_was_before_comes_back(listed: EventListModel) -> None:
    before = heads(listed)
    chooser = ColumnChooser(listed)
    chooser.move(2)
    chooser.toggle()
    assert heads(listed) != before
    chooser.restore()
    assert heads(listed) == before


def test_the_number_stays_and_stays_first(listed: EventListModel) -> None:
    chooser = ColumnChooser(listed)
    chooser.toggle()
    chooser.shift(1)
    chooser.move(1)
    chooser.shift(-1)
    assert names(chooser)[0] == "evt.num"


def test_the_list_keeps_its_own_columns_when_one_is_added(crashloop: Path) -> None:
    listed = event_list(read(crashloop))
    listed.goto_number(1442)
    before = line_text(listed.lines()[listed.cursor - listed.top].line)
    chooser = ColumnChooser(listed)
    chooser.find("proc.pname")
    chooser.toggle()
    chooser.toggle()
    assert line_text(listed.lines()[listed.cursor - listed.top].line) == before


@pytest.mark.parametrize("cells", [60, 80, 120])
def test_every_row_fills_its_cells(listed: EventListModel, cells: int) -> None:
    chooser = ColumnChooser(listed)
    chooser.resize(cells, 1_000)
    assert {line_width(line) for line in chooser.lines()} == {cells}
    assert len(chooser.lines()) > 200


def test_a_description_is_found_and_nothing_is_said_to_be_missing(listed: EventListModel) -> None:
    chooser = ColumnChooser(listed)
    assert chooser.find("working directory")
    assert not chooser.find("no field says this")
