"""Cursor, window, jumps and times of the event list."""

from pathlib import Path

import pytest

from scaptui._core import Selection, Writer, event_types
from scaptui.capture.opening import Capture
from scaptui.errors import Refused
from scaptui.views.cells import line_text
from scaptui.views.event_list import EventListModel
from tests.views.listing import event_list, read, selected


@pytest.fixture(scope="module")
def capture(crashloop: Path) -> Capture:
    return read(crashloop)


def number(model: EventListModel) -> int:
    call = model.current()
    assert call is not None
    return call.number


def test_the_cursor_is_always_among_the_drawn_rows(capture: Capture) -> None:
    model = event_list(capture, height=7)
    for step in (1, 5, 40, -3, -60, 10_000, -1, -10_000):
        model.move(step)
        assert [row.row for row in model.lines() if row.is_cursor] == [model.cursor]


def test_at_the_edge_the_list_scrolls_by_a_third(capture: Capture) -> None:
    model = event_list(capture, height=9)
    model.move(8)
    assert model.top == 0
    model.move(1)
    assert model.top == 3
    model.move(-7)
    assert model.top == 0


def test_a_page_moves_window_and_cursor_together(capture: Capture) -> None:
    model = event_list(capture, height=10)
    model.move(4)
    model.page(1)
    assert (model.top, model.cursor) == (10, 14)
    model.page(-1)
    assert (model.top, model.cursor) == (0, 4)
    model.page(-1)
    assert model.cursor == 0


def test_the_last_page_is_full(capture: Capture) -> None:
    model = event_list(capture, height=10)
    model.end()
    assert (model.top, model.cursor) == (model.rows - 10, model.rows - 1)


def test_another_filter_leaves_the_cursor_on_its_event(capture: Capture) -> None:
    model = event_list(capture)
    model.goto_number(1442)
    offset = model.cursor - model.top
    model.replace(selected(capture, "evt.failed=true"))
    assert number(model) == 1442
    model.replace(selected(capture))
    assert (number(model), model.cursor - model.top) == (1442, offset)


def test_a_filter_taken_back_returns_to_the_event_it_had_hidden(capture: Capture) -> None:
    model = event_list(capture)
    model.goto_number(1444)
    model.replace(selected(capture, "evt.type=execve"))
    assert number(model) > 1444
    model.replace(selected(capture))
    assert number(model) == 1444


def test_an_empty_result_is_shown_as_such_and_taken_back(capture: Capture) -> None:
    model = event_list(capture)
    model.goto_number(1444)
    model.replace(selected(capture, "proc.name=nobody"))
    assert (model.lines(), model.current()) == ([], None)
    assert "no rows" in line_text(model.heading())
    assert not model.move(1)
    model.replace(selected(capture))
    assert number(model) == 1444


def test_until_a_new_selection_has_come_so_far_its_first_rows_are_shown(capture: Capture) -> None:
    model = event_list(capture)
    model.goto_number(1442)
    growing = Selection(capture, None)
    model.replace(growing)
    assert model.current() is None
    while not growing.step(1).done:
        pass
    model.refresh()
    assert number(model) == 1442


def test_a_number_of_no_row_goes_to_the_next_one_and_says_so(capture: Capture) -> None:
    model = event_list(capture)
    assert model.goto("1,442") == ""
    assert model.goto("1441") == "event 1,441 is not in this list, this is the next one"
    assert number(model) == 1442
    assert "there is no event" in model.goto("99999999999999999999")


def test_a_time_goes_to_the_first_row_from_then_on(capture: Capture) -> None:
    model = event_list(capture)
    model.goto("09:16:11.672")
    call = model.current()
    assert call is not None
    assert call.ts % 10**9 >= 672_000_000
    model.move(-1)
    call = model.current()
    assert call is not None
    assert call.ts % 10**9 < 672_000_000


def test_seconds_since_the_start_are_a_time(capture: Capture) -> None:
    model = event_list(capture)
    assert model.goto("+0") == ""
    assert model.cursor == 0
    assert model.goto("+99999") == "the capture ends before that time"


@pytest.mark.parametrize("text", ["", "soon", "25:00:00", "12:61", "-3", "+", "²"])
def test_what_is_no_place_is_refused(capture: Capture, text: str) -> None:
    with pytest.raises(Refused):
        event_list(capture).goto(text)


def test_back_and_forward_follow_the_jumps(capture: Capture) -> None:
    model = event_list(capture)
    model.goto_number(1442)
    model.end()
    last = number(model)
    assert model.back()
    assert number(model) == 1442
    assert model.forward()
    assert number(model) == last
    assert not model.forward()


def test_the_next_failure_is_found_and_the_end_is_told(capture: Capture) -> None:
    model = event_list(capture)
    sought = model.seek("failure")
    assert sought is not None
    row = sought.search.step(1_000)
    assert model.found(sought, row) == ""
    assert number(model) == 30
    before = model.seek("failure", backward=True)
    assert before is not None
    assert model.found(before, before.search.step(1_000)) == "no failure above"


def test_x_goes_between_enter_and_exit_where_both_are_rows(capture: Capture) -> None:
    raw = event_list(capture, raw=True)
    raw.goto_number(1442)
    assert raw.partner() == ""
    assert number(raw) == 1441
    calls = event_list(capture)
    calls.goto_number(1442)
    assert "D shows both" in calls.partner()


def test_times_can_be_counted_from_elsewhere(capture: Capture) -> None:
    model = event_list(capture, height=3)
    titles = [model.cycle_time() for _ in range(5)]
    assert titles == ["LOCAL TIME", "SINCE START", "SINCE PREV", "SAME THREAD", "TIME"]
    model.goto_number(1442)
    assert model.set_reference()
    assert "SINCE REF" in line_text(model.heading())
    assert "+0.000000" in line_text(model.lines()[model.cursor - model.top].line)


def test_the_value_under_the_cursor_can_become_a_clause(capture: Capture) -> None:
    model = event_list(capture)
    model.goto_number(1442)
    values = {column.title: model.value_of(column) for column in model.columns.columns}
    assert values["PROC"] == ("proc.name", b"nginx")
    assert values["CALL"] == ("evt.type", b"openat")
    assert values["RESULT"] == ("evt.res", b"ENOENT")
    assert values["INFO"] is not None
    assert values["INFO"][1].endswith(b"tls.crt")


def test_following_stays_on_the_last_row_until_one_moves_up(capture: Capture) -> None:
    model = event_list(capture)
    model.tail(on=True)
    assert model.cursor == model.rows - 1
    assert "tail" in line_text(model.heading())
    model.move(-1)
    assert not model.follow


def test_a_new_date_has_a_row_of_its_own(tmp_path: Path) -> None:
    midnight = 1_795_305_600 * 10**9
    writer = Writer(str(tmp_path / "night.scap"))
    writer.machine(cpus=1, memory=1 << 30, host=b"h", boot_ns=0)
    close = next(t.id for t in event_types() if t.name == "close" and t.is_exit)
    for second in (-2, -1, 0, 1):
        writer.event(midnight + second * 10**9, 7, close, [bytes(8)])
    writer.close()
    model = event_list(read(tmp_path / "night.scap"), height=4)
    assert [row.number for row in model.lines()] == [1, 2, None, 3]
    assert line_text(model.lines()[2].line).strip() == "2026-11-22"
    model.end()
    assert [row.number for row in model.lines()] == [2, None, 3, 4]


def test_chosen_columns_keep_the_number(capture: Capture) -> None:
    model = event_list(capture, height=1)
    model.chosen = [("proc.name", 10), ("fd.num", 6), ("evt.args", None)]
    model.goto_number(1450)
    assert line_text(model.heading()).startswith("     NUM PROC       FD.NUM ARGUMENTS")
    assert line_text(model.lines()[0].line).startswith(">   1450 nginx      5      res=0")


def test_columns_are_chosen_for_each_kind_of_row(capture: Capture) -> None:
    model = event_list(capture)
    model.chosen = [("proc.name", 10), ("evt.args", None)]
    model.replace(selected(capture, calls=False), raw=True)
    assert model.chosen is None
    model.replace(selected(capture), raw=False)
    assert [column.title for column in model.columns.columns] == ["NUM", "PROC", "ARGUMENTS"]
