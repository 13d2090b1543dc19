"""`scaptui report notes`."""

import json
from pathlib import Path

import pytest

from scaptui.capture.notes_places import home_of
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.notebook import Notebook
from tests.running import Run
from tests.views.listing import read


@pytest.fixture
def marked(crashloop: Path, tmp_path: Path) -> Path:
    """A capture with two bookmarks beside it."""
    path = tmp_path / "x.scap.gz"
    path.write_bytes(crashloop.read_bytes())
    marks = Bookmarks(read(path), Notebook([home_of(str(path))]))
    marks.annotate(220, "no key")
    marks.name(237, "end")
    marks.notebook.flush()
    return path


def test_markdown(scaptui: Run, marked: Path) -> None:
    result = scaptui("report", "notes", marked)
    assert result.status == 0
    assert result.lines[0] == "# Notes on x.scap.gz"
    assert "## Event 237: end" in result.lines
    assert "    scaptui print x.scap.gz -f evt.num=220" in result.lines


def test_the_commands_in_it_print_the_events(scaptui: Run, marked: Path) -> None:
    result = scaptui("print", marked, "-f", "evt.num=220")
    (line,) = result.lines
    assert f"    {line}" in scaptui("report", "notes", marked).lines


def test_json_and_a_filter(scaptui: Run, marked: Path) -> None:
    result = scaptui("report", "notes", marked, "--json", "evt.type=openat")
    (mark,) = json.loads(result.out)["bookmarks"]
    assert (mark["event"], mark["note"], mark["gap"]) == (220, "no key", None)


def test_without_bookmarks_the_status_is_1(scaptui: Run, crashloop: Path) -> None:
    result = scaptui("report", "notes", crashloop)
    assert result.status == 1
    assert result.lines[-1] == "0 bookmarks."


def test_bookmarks_of_another_file_are_named(scaptui: Run, marked: Path, crashloop: Path) -> None:
    notes = marked.with_name(marked.name + ".notes.json")
    result = scaptui("report", "notes", crashloop, "--notes", notes)
    assert "## Event 237: end" in result.lines
    result = scaptui("report", "notes", crashloop, "--notes", "/no/such")
    assert result.status == 2
    assert "there is no file '/no/such'" in result.err


def test_a_damaged_file_is_refused(scaptui: Run, marked: Path) -> None:
    notes = marked.with_name(marked.name + ".notes.json")
    notes.write_bytes(b"\x1b[2J")
    result = scaptui("report", "notes", marked)
    assert result.status == 2
    assert "is damaged: line 1" in result.err
    assert "\x1b" not in result.err
    assert notes.read_bytes() == b"\x1b[2J"
