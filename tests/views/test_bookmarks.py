"""Which event a bookmark is: in the capture, in what is left of it, and once more was appended."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.capture.notes_places import home_of
from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.errors import Refused
from scaptui.views.bookmark import LONGEST_NOTE, Bookmark
from scaptui.views.bookmark_page import BookmarkPage, marked_events, span_time
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.cells import line_text
from scaptui.views.notebook import Notebook
from tests.core.building import Building
from tests.views.listing import UTC, read


def bookmarks_of(capture: Capture, *files: Path) -> Bookmarks:
    book = Notebook([home_of(str(file)) for file in files])
    book.load()
    found = Bookmarks(capture, book)
    found.look()
    return found


def test_m_sets_and_takes_away(crashloop: Path) -> None:
    marks = bookmarks_of(read(crashloop))
    assert marks.toggle(220) == "event 220 is marked"
    assert set(marks.numbers) == {220}
    assert marks.toggle(220) == "event 220 is no longer marked"
    assert set(marks.numbers) == set()


def test_next_and_previous(crashloop: Path) -> None:
    marks = bookmarks_of(read(crashloop))
    for number in (300, 100, 200):
        marks.toggle(number)
    assert [marks.next(150), marks.next(200), marks.next(300)] == [200, 300, None]
    assert [marks.next(number, backward=True) for number in (300, 150, 100)] == [200, 100, None]


def test_they_are_found_again_when_the_capture_is_opened_again(tmp_path: Path) -> None:
    path = repeated(tmp_path / "x.scap", 3)
    first = bookmarks_of(read(path), path)
    for number in (2, 5):
        first.toggle(number)
    first.notebook.flush()
    again = bookmarks_of(read(path), path)
    assert set(again.numbers) == {2, 5}
    assert again.roles == {2: "mark", 5: "mark"}


def test_events_that_agree_in_everything_are_told_apart_by_a_count(tmp_path: Path) -> None:
    path = repeated(tmp_path / "x.scap", 3, step=0)
    capture = read(path)
    marks = bookmarks_of(capture, path)
    alike = [number for number in range(1, 7) if capture.shown_number(number)]
    for number in alike:
        marks.toggle(number)
    marks.notebook.flush()
    assert set(bookmarks_of(read(path), path).numbers) == set(alike)
    assert {mark.key.nth for mark in marks.numbers.values()} == {0, 1, 2}


def test_they_stay_where_they_are_when_more_is_appended(tmp_path: Path) -> None:
    path = repeated(tmp_path / "x.scap", 3)
    marks = bookmarks_of(read(path), path)
    marks.toggle(4)
    marks.notebook.flush()
    more = repeated(tmp_path / "more.scap", 3, begin=100)
    with path.open("ab") as file:
        file.write(more.read_bytes())
    assert set(bookmarks_of(read(path), path).numbers) == {4}


def test_in_a_part_of_the_capture_they_are_on_the_same_events(tmp_path: Path) -> None:
    whole = repeated(tmp_path / "x.scap", 5)
    marks = bookmarks_of(read(whole), whole)
    for number in (2, 8):
        marks.toggle(number)
    marks.annotate(8, "the one")
    marks.notebook.flush()
    part = repeated(tmp_path / "part.scap", 2, begin=3)
    capture = read(part)
    here = Bookmarks(capture, marks.notebook)
    here.look()
    (number,) = here.numbers
    assert number != 8
    assert here.numbers[number].note == "the one"
    assert [mark.number for mark in here.missing()] == [2]


def test_of_several_files_each_keeps_its_own(tmp_path: Path) -> None:
    one = repeated(tmp_path / "x.scap0", 2)
    two = repeated(tmp_path / "x.scap1", 2, begin=50)
    capture = open_capture([str(one), str(two)])
    read_all(capture)
    marks = bookmarks_of(capture, one, two)
    last = capture.progress().events
    marks.toggle(2)
    marks.toggle(last)
    marks.notebook.flush()
    assert set(bookmarks_of(read(one), one).numbers) == {2}
    assert len(bookmarks_of(read(two), two).numbers) == 1
    assert set(bookmarks_of(capture, one, two).numbers) == {2, last}


def test_a_name_is_one_line_and_a_note_is_not_too_long(crashloop: Path) -> None:
    marks = bookmarks_of(read(crashloop))
    marks.name(220, " the\n\n cause ")
    assert marks.numbers[220].name == "the cause"
    with pytest.raises(Refused, match="at most 65,536"):
        marks.annotate(220, "x" * (LONGEST_NOTE + 1))
    marks.annotate(220, "one\ntwo\n\n")
    assert marks.numbers[220].note == "one\ntwo"
    assert marks.numbers[220].line == "the cause: one"


def test_the_page_of_the_gateway_error(real: Callable[[str], Path]) -> None:
    capture = read(real("502Error.scap"))
    marks = bookmarks_of(capture)
    told = {
        13382: "client asks GET /foo",
        13395: "passed on, :54886",
        13457: "the wrong header",
        13476: "200 OK arrives whole",
        13485: "and yet answers 502",
    }
    for number, note in told.items():
        marks.annotate(number, note)
    page = BookmarkPage(UTC)
    page.show(marked_events(capture, marks), 13485)
    lines, cursor = page.lines(80, 8)
    assert cursor == 5
    assert [line_text(line).rstrip() for line in lines] == [
        "     NUM TIME            PROC     CALL      RESULT     GAP  NOTE",
        "   13382 00:44:37.019928 haproxy  recvfrom  76              client asks GET /foo",
        "   13395 00:44:37.020126 haproxy  sendto    131      198us  passed on, :54886",
        "   13457 00:44:37.021297 python   sendto    26       1.2ms  the wrong header",
        "   13476 00:44:37.021722 haproxy  recvfrom  121      425us  200 OK arrives whole",
        ">  13485 00:44:37.021878 haproxy  sendto    204      156us  and yet answers 502",
    ]
    assert line_text(page.span_line(104)) == " first to last 1.95 ms, 104 events"


@pytest.mark.parametrize(
    ("ns", "words"),
    [(0, "0 ns"), (850, "850 ns"), (1_950_207, "1.95 ms"), (12_091_655_085, "12.09 s"),
     (-1_500, "-1.50 us")],
)  # fmt: skip
def test_a_span_in_words(ns: int, words: str) -> None:
    assert span_time(ns) == words


@pytest.mark.parametrize("cells", [40, 60, 80, 100, 140, 200])
def test_hostile_names_and_notes_are_inert_at_every_width(cells: int, crashloop: Path) -> None:
    capture = read(crashloop)
    marks = bookmarks_of(capture)
    hostile = "\x1b]52;c;eA==\x07[bold red]x[/] \u202egpj $(reboot)" + "A" * 1_000_000
    marks.toggle(220)
    mark = marks.numbers[220]
    keyed = mark.key._replace(type=hostile)
    marks.notebook.put(Bookmark(mark.key, 220, hostile, "cyan", hostile))
    marks.notebook.put(Bookmark(keyed, 7, hostile, "green", hostile))
    marks.look()
    page = BookmarkPage(UTC)
    page.show(marked_events(capture, marks))
    lines, _ = page.lines(cells, 10)
    assert len(lines) == 3
    for line in lines:
        text = line_text(line)
        assert len(text) == cells
        assert text.isprintable()


def repeated(path: Path, times: int, *, begin: int = 0, step: int = 1_000_000) -> Path:
    """A capture with calls of one thread, all alike but for their time."""
    building = Building(path)
    building.process(7, b"sh")
    for at in range(begin, begin + times):
        building.now = 1_000_000_000_000 + at * step
        building.enter(7, "setuid")
        building.exit(7, "setuid")
    return building.close()
