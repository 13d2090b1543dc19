"""What is told of one process, held to the bundled capture of a crash loop."""

from pathlib import Path

import pytest

from scaptui._core import Selection
from scaptui.capture.opening import Capture
from scaptui.views.cells import line_text, line_width
from scaptui.views.process_details import ProcessDetails, captured_words
from scaptui.views.process_frame import (
    event_after_seconds,
    event_beside,
    lineage_line,
    moment_line,
    quiet_line,
)
from scaptui.views.process_pane import ProcessPane, fit_path, fit_uid, rounded, spaced
from scaptui.views.process_snapshot import Snapshot
from scaptui.views.process_tree import ProcessTreeModel
from tests.views.listing import read, selected
from tests.views.trees import UTC, at, crash_loop, model_of, process, snapshot

S = 1_000_000_000


@pytest.fixture(scope="module")
def capture(crashloop: Path) -> Capture:
    return read(crashloop)


def first(capture: Capture, text: str) -> int:
    """The number of the first event a filter selects."""
    number = selected(capture, text).number(0)
    assert number is not None
    return number


def known(capture: Capture, event: int) -> ProcessDetails:
    """All that is known of an event's process as of the event."""
    tree = Snapshot.take(capture, None, event)
    assert tree.actor is not None
    details = ProcessDetails(capture, tree, tree.actor, UTC)
    while not details.step(8):
        pass
    return details


def text(details: ProcessDetails, cells: int = 33) -> list[str]:
    return [line_text(line).rstrip() for line in ProcessPane(details).pane(cells, 99)]


FAILED_OPEN = "evt.type=openat and evt.failed=true"


def test_the_process_of_a_failed_call_is_told_with_its_failure(capture: Capture) -> None:
    event = first(capture, FAILED_OPEN)
    lines = text(known(capture, event))
    assert any(line.endswith(f"ENOENT  {event}") for line in lines)
    assert any(line.startswith("  exe ") for line in lines)


def test_numbers_end_at_the_moment(capture: Capture) -> None:
    event = first(capture, FAILED_OPEN)
    before = known(capture, event)
    own = selected(capture, f"proc.pid={before.process.pid}")
    after = known(capture, own.number(own.row(event) + 2) or 0)
    assert [sum(t.number for t in d.calls.values()) for d in (before, after)] == [
        own.row(event) + 1,
        own.row(event) + 3,
    ]


def test_its_end_is_told_before_it_comes(capture: Capture) -> None:
    event = first(capture, FAILED_OPEN)
    details = known(capture, event)
    assert details.known.exit is not None
    assert details.known.exit.number > event
    assert any(line.startswith("  ends ") and " in " in line for line in text(details))


def test_no_line_is_wider_than_its_pane(capture: Capture) -> None:
    details = known(capture, first(capture, FAILED_OPEN))
    for cells in (33, 60):
        pane = ProcessPane(details)
        facts = [fact.line for fact in (*pane.files(cells), *pane.environment(cells))]
        for line in [*pane.pane(cells, 99), *facts]:
            assert line_width(line) <= cells


def test_before_any_step_the_tree_s_own_facts_are_there(capture: Capture) -> None:
    tree = Snapshot.take(capture, None, first(capture, FAILED_OPEN))
    assert tree.actor is not None
    lines = text(ProcessDetails(capture, tree, tree.actor, UTC))
    assert lines[0].split()[:2] == [
        tree.processes[tree.actor].name.decode(),
        str(tree.processes[tree.actor].pid),
    ]


def test_a_process_without_events_is_told_by_the_tree_alone(capture: Capture) -> None:
    lone = snapshot((0, process(4_000_000, "kthreadd")))
    details = ProcessDetails(capture, lone, 0, UTC)
    while not details.step(8):
        pass
    assert text(details)[0] == " kthreadd 4000000"


def test_the_summary_is_one_line_for_any_process(capture: Capture) -> None:
    details = known(capture, first(capture, FAILED_OPEN))
    line = line_text(ProcessPane(details).summary())
    assert "cwd /" in line
    assert line.endswith(" old")


# Moments


def test_steps_go_from_event_to_event_of_the_filter(capture: Capture) -> None:
    rows: Selection = selected(capture, "evt.failed=true")
    numbers = [rows.number(row) for row in range(3)]
    assert event_beside(rows, numbers[1] or 0, 1) == numbers[2]
    assert event_beside(rows, numbers[1] or 0, -1) == numbers[0]
    between = (numbers[1] or 0) + 1
    assert event_beside(rows, between, 1) == numbers[2]
    assert event_beside(rows, between, -1) == numbers[1]


def test_steps_end_where_the_events_end(capture: Capture) -> None:
    rows = selected(capture)
    last = rows.number(rows.progress().rows - 1)
    assert event_beside(rows, last or 0, 1) == last
    assert event_after_seconds(rows, 2**62, 0) == last
    assert event_beside(rows, 0, -1) == rows.number(0)


def test_without_events_there_is_no_step(capture: Capture) -> None:
    rows = selected(capture, "proc.name=nobody")
    assert event_beside(rows, 5, 1) is None
    assert event_after_seconds(rows, 0, 1) is None


# The lines around


def moment(model: ProcessTreeModel, filter_text: str, width: int) -> str:
    return line_text(moment_line(model, filter_text, UTC, width))


def test_line_2_says_which_moment_and_who_lives() -> None:
    line = moment(model_of(crash_loop()), "", 80)
    assert line == (
        " filter  none   as of event 7  00:00:09.000000  +9.000 s        3 alive, 7 ended"
    )


def test_a_longer_filter_takes_the_offset_s_place_then_the_time_s() -> None:
    model = model_of(crash_loop())
    line = moment(model, "proc.name=nginx and evt.failed", 80)
    assert "proc.name=nginx and evt.failed   as of event 7" in line
    assert "+9" not in line
    assert len(line) == 80


def test_a_filter_too_long_ends_in_an_ellipsis_and_the_moment_stays() -> None:
    line = moment(model_of(crash_loop()), "proc.name=nginx or " * 9, 80)
    assert "…   as of event 7" in line
    assert line.endswith("3 alive, 7 ended")


def test_line_2_says_when_the_ended_are_hidden() -> None:
    model = model_of(crash_loop())
    model.toggle_ended()
    assert moment(model, "", 80).endswith("3 alive, 7 hidden")


def test_line_2_says_whose_processes_alone_are_shown() -> None:
    model = model_of(snapshot((0, process(1, "init", user=b"root")), (1, process(2, "sh"))))
    model.toggle_user()
    assert moment(model, "", 80).endswith("of root: 1 alive, 0 ended")


def test_a_parent_in_no_table_has_a_question_mark() -> None:
    model = model_of(snapshot((0, process(5, "sh", ptid=3, started=None))))
    assert line_text(lineage_line(model, 0)).startswith(" 5 sh ‹ 3 ? before the capture  ")


def test_nobody_is_invented_above_a_root_without_a_parent() -> None:
    model = model_of(snapshot((0, process(1, "init"))))
    assert "‹" not in line_text(lineage_line(model, 0))


def test_the_quiet_are_counted_by_program() -> None:
    model = model_of(crash_loop())
    at(model, 0)
    assert model.row is not None
    line = line_text(quiet_line(model, model.row.quiet))
    assert line.startswith(" 3 processes ended with exit 0: sleep 3 ")


# Words


@pytest.mark.parametrize(
    ("path", "cells", "short"),
    [
        ("/srv/demo/work/crash/ns1", 24, "/srv/demo/work/crash/ns1"),
        ("/srv/demo/work/crash/ns1", 23, "…/demo/work/crash/ns1"),
        ("/srv/averyveryverylongname", 10, "…/av…gname"),
        ("10.0.0.1:80->10.0.0.2:443", 11, "10.0.…2:443"),
    ],
)
def test_of_a_long_path_the_end_tells(path: str, cells: int, short: str) -> None:
    assert fit_path(path, cells) == short


def test_of_a_long_id_both_ends_tell() -> None:
    uid = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"
    assert fit_uid(uid, 26) == "3f2c9a1e…0a1b2c3d4e5f"
    assert len(fit_uid("x" * 64, 26)) == 26


@pytest.mark.parametrize(
    ("ns", "words"),
    [(59_900, "60 us"), (1_179_862, "1.2 ms"), (2_050 * 10**6, "2.0 s"), (0, "0 ns")],
)
def test_ages_are_rounded_and_have_a_blank(ns: int, words: str) -> None:
    assert spaced(rounded(ns)) == words


def test_a_variable_s_value_may_hold_blanks() -> None:
    assert captured_words(b"A=1 two PS1=\x1b[0m B=") == (b"A=1 two", b"PS1=\x1b[0m", b"B=")
