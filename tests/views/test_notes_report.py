"""Bookmarks as Markdown: what was noted, the events, and commands that print them again."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.views.bookmark_page import Marked, marked_events
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.notebook import Notebook
from scaptui.views.notes_report import Noted, as_data, command_for, quoted_note, report
from scaptui.views.shell import shell_line, shell_word
from tests.screens.hostile import NAMES, hostile_capture
from tests.views.listing import UTC, read


def noted(path: Path, notes: dict[int, str]) -> Noted:
    capture = read(path)
    marks = Bookmarks(capture, Notebook())
    for number, note in notes.items():
        marks.annotate(number, note)
    return Noted.of(capture, marked_events(capture, marks), UTC)


def test_the_report_of_the_gateway_error(real: Callable[[str], Path]) -> None:
    path = real("502Error.scap")
    told = noted(path, {13457: "the wrong header\n\nname and value", 13485: "answers 502"})
    lines = report(told)
    assert lines[:4] == [
        "# Notes on 502Error.scap",
        "",
        "2017-09-23 00:44:29.900 to 00:44:41.992 UTC, 9,478 events, complete, drops 0.",
        "2 bookmarks; first to last 581.31 us, 29 events.",
    ]
    assert lines[5:9] == [
        "| event | time            |   gap | program | call   | result | note             |",
        "|------:|-----------------|------:|---------|--------|--------|------------------|",
        "| 13457 | 00:44:37.021297 |       | python  | sendto | 26     | the wrong header |",
        "| 13485 | 00:44:37.021878 | 581us | haproxy | sendto | 204    | answers 502      |",
    ]
    assert lines[10:20] == [
        "## Event 13457",
        "",
        "    13457 00:44:37.021297087 2 python (1020) < sendto res=26 "
        "data=text/plain: Content-type..",
        "",
        "> the wrong header",
        ">",
        "> name and value",
        "",
        "    scaptui print 502Error.scap -f evt.num=13457",
        "",
    ]
    assert lines[-1] == "    scaptui print 502Error.scap -f 'evt.num>=13457 and evt.num<=13485'"
    data = as_data(told)
    assert json.loads(json.dumps(data))["bookmarks"][1]["gap"] == 581_309
    assert data["first_to_last_events"] == 29


def test_without_bookmarks_it_says_so(crashloop: Path) -> None:
    assert report(noted(crashloop, {}))[-1] == "0 bookmarks."


@pytest.mark.parametrize("name", sorted(NAMES))
def test_hostile_text_is_inert_in_it(name: str, tmp_path: Path) -> None:
    hostile = NAMES[name].decode("utf-8", "replace")[:60_000]
    path = hostile_capture(tmp_path / "x.scap", NAMES[name])
    numbers = [row.number for row in marked_all(path) if row.number is not None]
    told = noted(path, dict.fromkeys(numbers, hostile + "\n# no heading\n1. no list\n<b>"))
    for line in report(told):
        assert line.isprintable()
        assert not line.startswith(("<", "- ", "# no", "1. no"))
    assert all(len(line) <= 200 for line in told.lines)
    assert json.dumps(as_data(told)).isascii()


def marked_all(path: Path) -> list[Marked]:
    capture = read(path)
    marks = Bookmarks(capture, Notebook())
    for number in range(1, capture.progress().events + 1):
        if capture.shown_number(number):
            marks.toggle(number)
    return marked_events(capture, marks)


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("# x", ["> \\# x"]),
        ("  - x", ["> \\- x"]),
        ("12) x", ["> \\12) x"]),
        ("a `b` <i>", ["> a \\`b\\` \\<i\\>"]),
        ("a\n\nb\n", ["> a", ">", "> b"]),
    ],
)
def test_a_note_stays_what_was_written(note: str, lines: list[str]) -> None:
    assert [line.replace(">   ", "> ") for line in quoted_note(note)] == lines


@given(st.binary(min_size=1, max_size=40).filter(lambda data: b"\0" not in data))
def test_a_word_is_one_word_to_a_shell(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    word = shell_word(text)
    assert word.isprintable()
    done = subprocess.run(
        ["bash", "-c", f"printf %s {word}"], capture_output=True, check=True, timeout=10
    )
    assert done.stdout == data


def test_words_that_look_like_options_are_files() -> None:
    words = shlex.split(command_for(["-x.scap", "$(reboot).scap"], "a=b"))
    assert words == ["scaptui", "print", "./-x.scap", "$(reboot).scap", "-f", "a=b"]
    assert shell_line([""]) == "''"
