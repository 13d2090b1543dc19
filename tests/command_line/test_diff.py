"""`scaptui diff` and `scaptui report errors` on captures that the suite makes."""

import json
from pathlib import Path

import pytest

from tests.core.building import Building
from tests.running import run_program
from tests.screens.terminal import Terminal


def server(path: Path, *, works: bool) -> Path:
    """A server that opens its database, or does not find it and ends."""
    building = Building(path)
    building.process(7, "server")
    for number in range(3):
        building.exit(7, "openat", fd=3, dirfd=-100, name=f"/etc/conf.d/{number}")
        building.exit(7, "close", res=0, fd=3)
    if works:
        building.exit(7, "openat", fd=3, dirfd=-100, name="/var/lib/db.sqlite")
    else:
        building.exit(7, "openat", fd=-2, dirfd=-100, name="/var/lib/db.sqlite")
        building.happens(7, "procexit", status=256)
    return building.close()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return server(tmp_path_factory.mktemp("good") / "good.scap", works=True)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return server(tmp_path_factory.mktemp("bad") / "bad.scap", works=False)


def test_what_is_only_in_the_second_is_told_first(good: Path, bad: Path) -> None:
    said = run_program("diff", good, bad)
    assert said.status == 0
    assert said.lines[0] == "good.scap against bad.scap"
    only = said.lines.index("Only in bad.scap")
    assert said.lines[only + 2].split() == [
        "1", "server", "openat", "ENOENT", "/var/lib/db.sqlite", "7",
    ]  # fmt: skip
    assert said.lines.index("Only in good.scap") > only


def test_the_same_capture_has_no_difference(good: Path) -> None:
    said = run_program("diff", good, good)
    assert said.status == 1
    assert "The same programs made the same calls" in said.out


def test_markdown_has_tables_and_json_has_counts(good: Path, bad: Path) -> None:
    said = run_program("diff", good, bad, "--format", "markdown")
    assert "## Only in bad.scap" in said.lines
    assert any(line.startswith("| first | second | program") for line in said.lines)
    data = json.loads(run_program("diff", good, bad, "--format", "json").out)
    first = data["differences"][0]
    assert (first["where"], first["about"], first["error"]) == (
        "second",
        "/var/lib/db.sqlite",
        "ENOENT",
    )
    assert (first["first"], first["second"]) == (None, {"count": 1, "first": 7, "last": 7})


def test_a_filter_chooses_what_is_compared(good: Path, bad: Path) -> None:
    assert run_program("diff", good, bad, "evt.type=close").status == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "two captures are compared, not 1"),
        (["proc.name=a"], "two captures are compared, not 1"),
        (["no-such.scapture"], "there is no file 'no-such.scapture'"),
        (["/"], "'/' is a directory, not a capture"),
        (["--base", "3"], "--base goes with --event or --thread"),
        (["--event", "99"], "there is no event 99"),
        (["--thread", "99"], "thread 99 has no events"),
        (["--event", "1"], "no other thread of its program did nearly the same"),
        (["--event", "1", "--base", "1"], "both events are of one thread and one descriptor"),
    ],
)
def test_what_cannot_be_compared_is_refused(good: Path, words: list[str], message: str) -> None:
    said = run_program("diff", good, *words)
    assert said.status == 2
    assert message in said.err


def test_errors_are_ranked_with_where_they_lead(bad: Path) -> None:
    said = run_program("report", "errors", bad)
    assert said.status == 0
    assert said.lines[:5] == [
        "# Failed calls in bad.scap",
        "",
        "1 failed call in 1 group.",
        "",
        "## Before a bad end",
    ]
    assert "/var/lib/db.sqlite" in said.out
    assert "scaptui print FILE 'evt.num=7'" in said.lines


def test_errors_as_json(bad: Path) -> None:
    (group,) = json.loads(run_program("report", "errors", bad, "--json").out)["groups"]
    assert (group["rank"], group["ended_badly"], group["filter"]) == (
        "before a bad end",
        1,
        "evt.num=7",
    )


def test_a_capture_without_failures_says_so(good: Path) -> None:
    said = run_program("report", "errors", good)
    assert (said.status, said.lines[2]) == (1, "0 failed calls in 0 groups.")


def test_selected_events_are_compared_with_the_rest(bad: Path) -> None:
    said = run_program("diff", bad, "evt.type=close", "--rest")
    assert said.status == 0
    assert said.lines[0] == "the rest against evt.type=close"
    assert "Only in evt.type=close" in said.lines
    assert "evt.type=close: evt.type=close" in said.lines


def test_selected_events_are_compared_with_others(bad: Path) -> None:
    said = run_program(
        "diff", bad, "evt.type=openat", "--against", "evt.type=close", "--format", "json"
    )
    data = json.loads(said.out)
    assert (data["first"], data["second"]) == ("evt.type=close", "evt.type=openat")
    assert data["filters"] == ["evt.type=close", "evt.type=openat"]
    assert {each["call"] for each in data["differences"] if each["where"] == "first"} == {"close"}


def test_the_odd_one_is_told_with_both_lines(workers: Path) -> None:
    said = run_program("diff", workers, "--odd")
    assert said.status == 0
    assert said.lines[0] == "The odd ones in workers.scap"
    assert "1. worker 13 of 6 alike: other words in write" in said.lines
    assert [line.strip() for line in said.lines if "type" in line] == ["x: type", "type: x"]
    (odd,) = json.loads(run_program("diff", workers, "--odd", "--format", "json").out)["odd"]
    assert (odd["threads"][0]["tid"], odd["alike"], odd["our_line"]) == (13, 6, "x: type")
    assert run_program("diff", workers, "--odd", "proc.name=other").status == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rest"], "there is no filter to compare"),
        (["--against", "evt.type=close"], "there is no filter to compare"),
        (["evt.type=close", "--against", "evt.tpe=x"], 'there is no field "evt.tpe"'),
        (["--event", "1", "evt.type=close"], "threads are compared within one capture"),
    ],
)
def test_what_is_missing_is_said(good: Path, words: list[str], message: str) -> None:
    said = run_program("diff", good, *words)
    assert said.status == 2
    assert message in said.err


def test_two_captures_have_no_rest(good: Path, bad: Path) -> None:
    assert "this is asked of one capture" in run_program("diff", good, bad, "--rest").err


def test_on_a_terminal_the_viewer_shows_it(good: Path, bad: Path) -> None:
    with Terminal("diff", good, bad) as terminal:
        terminal.wait_for("only in bad.scap")
        assert terminal.text[0].rstrip().endswith(" diff")
        terminal.settle()
        terminal.keys("q")
        terminal.wait_for(lambda t: t.text[0].rstrip().endswith(" events"))
        terminal.keys("q")
        assert terminal.wait() == 0
    with Terminal("diff", good, bad, "--format", "text") as terminal:
        assert terminal.wait() == 0
        assert "Only in bad.scap" in "\n".join(terminal.text)
