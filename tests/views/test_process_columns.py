from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.escaping import one_line
from scaptui.views.cells import line_text, line_width
from scaptui.views.process_columns import (
    PANE,
    WITH_PANE,
    TreeLines,
    count,
    ended,
    program,
    short_names,
)
from tests.views.trees import UTC, crash_loop, drawn, model_of, process, snapshot


@pytest.mark.parametrize("width", [40, 60, 79, 80, 119, 120, 149, 150, 160, 250])
def test_every_line_fills_the_list_exactly(width: int) -> None:
    lines = TreeLines(model_of(crash_loop()), UTC, width)
    used = width - PANE - 2 if width >= WITH_PANE else width
    assert line_width(lines.heading()) == used
    for line in lines.window():
        assert line_width(line) <= used
        assert "more, exit 0" in line_text(line) or line_width(line) == used


@given(st.binary(max_size=80), st.binary(max_size=20), st.sampled_from([60, 80, 120, 160]))
def test_hostile_names_neither_push_columns_nor_reach_the_terminal(
    cmdline: bytes, container: bytes, width: int
) -> None:
    tree = snapshot(
        (0, process(1, "sh")),
        (1, process(2, "x", name=cmdline[:15], cmdline=cmdline, container=container)),
    )
    lines = TreeLines(model_of(tree), UTC, width)
    hostile = lines.row(1)
    assert line_width(hostile) == line_width(lines.row(0))
    assert one_line(line_text(hostile)) == line_text(hostile)


def test_narrow_screens_keep_what_failed_and_how_it_ended() -> None:
    model = model_of(snapshot((0, process(7, "cat /x", "exit 1", failed=3))))
    heading = line_text(TreeLines(model, UTC, 60).heading())
    assert heading.split() == ["PID", "PROCESS", "FAIL", "END"]
    assert drawn(model, 60)[0].split() == [">", "×", "7", "cat", "3", "exit", "1"]


def test_a_long_pid_is_never_cut() -> None:
    assert "4194304" in drawn(model_of(snapshot((0, process(4_194_304, "sh")))), 80)[0]


def test_the_sorted_column_has_a_sign() -> None:
    model = model_of(crash_loop())
    model.next_sort()
    model.next_sort()
    assert "▾FAIL" in line_text(TreeLines(model, UTC, 80).heading())


@pytest.mark.parametrize(
    ("cmdline", "shown"),
    [
        ("bash /srv/bin/run.sh one", "bash run.sh"),
        ("python3.11 -m http.server", "python3.11"),
        ("python3.11 /srv/app.py", "python3.11 app.py"),
        ("sh -c exec", "sh"),
        ("cat /etc/hosts", "cat"),
        ("bash", "bash"),
    ],
)
def test_of_scripts_the_name_tells_and_not_the_interpreter_alone(cmdline: str, shown: str) -> None:
    assert program(process(1, cmdline)) == shown


def test_arguments_stand_at_wide_screens_and_folders_of_scripts_go_first() -> None:
    fits = process(1, "bash /srv/bin/run.sh")
    long = process(2, "bash /srv/demo/of/a/long/path/bin/run.sh one two three")
    lines = drawn(model_of(snapshot((0, fits), (0, long))), 120)
    assert "bash /srv/bin/run.sh" in lines[0]
    assert "bash run.sh one two three" in lines[1]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("", ""),
        ("exit 3", "exit 3"),
        ("signal 11 SIGSEGV", "SIGSEGV"),
        ("signal 64", "signal 64"),
        ("gone", "gone"),
    ],
)
def test_how_a_process_ended_in_a_few_cells(told: str, shown: str) -> None:
    assert ended(process(1, "x", told)) == shown


def test_a_count_too_long_goes_to_the_next_unit() -> None:
    assert [count(n, 7) for n in (999, 217_994, 12_345_678)] == ["999", "217,994", "12M"]


def test_memory_that_nothing_told_is_not_zero() -> None:
    lines = drawn(model_of(snapshot((0, process(1, "sh", resident_kb=0)))))
    assert lines[0][57:62] == "    -"


def test_ids_that_begin_alike_are_shown_by_their_ends() -> None:
    short = short_names([b"1f2e3d4c5b6a", b"1f2e3d4ceed0", b"8bd8fad8d793", b""], 8)
    assert short == {
        b"1f2e3d4c5b6a": "1f2…5b6a",
        b"1f2e3d4ceed0": "1f2…eed0",
        b"8bd8fad8d793": "8bd8fad8",
        b"": "host",
    }


def test_ended_processes_are_muted_but_for_a_bad_end() -> None:
    model = model_of(snapshot((0, process(1, "cat", "exit 1"))))
    roles = {piece.text.strip(): piece.role for piece in TreeLines(model, UTC, 80).row(0)}
    assert (roles["×"], roles["exit 1"], roles["cat"]) == ("failed", "failed", "muted")


def test_a_name_of_a_megabyte_costs_no_more_than_a_line() -> None:
    huge = process(1, "sh", name=b"a" * 2**20, cmdline=b"b" * 2**20, container=b"c" * 2**20)
    model = model_of(snapshot((0, huge)))
    started = perf_counter()
    for width in (60, 80, 160):
        drawn(model, width)
    assert perf_counter() - started < 0.5
