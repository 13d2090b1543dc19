"""What the bench of the viewer makes of what comes out of a terminal; nothing here is timed."""

import sys
from pathlib import Path

import pytest

from bench import captures, tables, viewing
from bench.terminal import NeverSeen, Piece, Terminal, size_of
from bench.viewing import Figure, Kind, Times, Viewer

# Answers each key after a while in two pieces, of which the second changes the second line.
ECHO = """
import os, sys, time, tty
tty.setraw(0)
os.write(1, b"ready")
while (key := os.read(0, 1)) != b"q":
    os.write(1, b"\\x1b[1;1Hfirst ")
    time.sleep(0.01)
    os.write(1, b"\\x1b[2;1Hpressed " + key)
"""


@pytest.fixture
def echo() -> Terminal:
    return Terminal([sys.executable, "-c", ECHO], (40, 5))


def test_the_time_of_a_key_ends_with_the_last_change_of_the_lines(echo: Terminal) -> None:
    with echo:
        echo.wait_for(lambda lines: "ready" in lines[0])
        took = echo.answer("a", range(1, 2))
        assert took is not None
        assert took >= 0.01
        assert echo.text[:2] == ["first", "pressed a"]


def test_a_picture_ends_where_the_program_says_so(echo: Terminal) -> None:
    pieces = [
        Piece(1.0, b"\x1b[?2026h\x1b[4;1Helsewhere\x1b[?2026l"),
        Piece(2.0, b"\x1b[?2026h\x1b[2;1Hhere"),
        Piece(3.0, b"\x1b[3;1Hand there\x1b[?2026l"),
        Piece(4.0, b"\x1b[?2026h\x1b[2;1Hlater\x1b[?2026l"),
    ]
    with echo:
        assert echo.end_of_change(pieces, range(1, 2)) == 3.0
        assert echo.text[1:4] == ["later", "and there", "elsewhere"]


def test_a_key_that_changes_nothing_there_has_no_time(echo: Terminal) -> None:
    with echo:
        echo.wait_for(lambda lines: "ready" in lines[0])
        assert echo.answer("a", range(3, 4)) is None


def test_bytes_are_counted_as_they_come(echo: Terminal) -> None:
    with echo:
        echo.wait_for(lambda lines: "ready" in lines[0])
        assert size_of(echo.press("a", quiet=0.5)) == len("\x1b[1;1Hfirst \x1b[2;1Hpressed a")


def test_a_program_that_ended_is_not_waited_for() -> None:
    with Terminal(["true"], (40, 5)) as terminal, pytest.raises(NeverSeen):
        terminal.wait_for(lambda lines: lines[0])


def test_what_never_comes_is_told_with_the_screen(echo: Terminal) -> None:
    with echo, pytest.raises(NeverSeen, match="ready"):
        echo.wait_for(lambda lines: "steady" in lines[0], seconds=0.5)


def test_shares_of_times_are_those_of_the_slow_end() -> None:
    times = Times(tuple(float(time) for time in range(100, 0, -1)))
    assert (times.share(50), times.share(95), max(times.all)) == (51.0, 96.0, 100.0)
    assert times.told == "51.0, 96.0, 100.0 ms; 0.0 without a core"


def test_one_time_is_every_share() -> None:
    assert Times((7.0,), 1.5).told == "7.0, 7.0, 7.0 ms; 1.5 without a core"


@pytest.mark.parametrize(
    ("value", "bar", "told"),
    [(800, 800, "800 bytes"), (801, 800, "800 bytes missed"), (9, None, ""), (0, 0, "0 bytes")],
)
def test_a_figure_tells_whether_it_misses_its_bar(
    value: float, bar: float | None, told: str
) -> None:
    assert Figure("a step", f"{value}", value, bar, "bytes").told == ["a step", f"{value}", told]


def test_a_table_is_aligned() -> None:
    assert tables.table([["what", "bar"], ["a step", ""], ["x", "800"]]) == (
        "| what   | bar |\n| ------ | --- |\n| a step |     |\n| x      | 800 |"
    )


def test_keys_of_the_viewer_are_timed_on_a_real_capture(crashloop: Path) -> None:
    viewer = Viewer(str(crashloop))
    assert len(viewer.keys_afterwards(Kind("step", (), "jk"), 2).all) == 2
    typing = Kind("typing", ("f",), "proc", viewing.FILTER)
    assert len(viewer.keys_afterwards(typing, 2).all) == 2


def test_a_capture_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "KEPT", tmp_path)
    monkeypatch.delenv("SCAPTUI_CAPTURES", raising=False)
    path, made_of = viewing.kept_capture(10_000)
    written = path.stat().st_mtime_ns
    assert made_of == "the bundled capture 2 times"
    assert viewing.kept_capture(10_000) == (path, made_of)
    assert path.stat().st_mtime_ns == written
    assert captures.source() in path.name
