"""Where two threads part."""

from pathlib import Path

import pytest

from scaptui.capture.doings import steps_of
from scaptui.views.parting import Compared, compare
from tests.core.asking import opened
from tests.core.building import Building

ALL = 2**32 - 1
Deed = tuple[str, dict[str, int | bytes | str]]


def read(data: bytes, moved: int | None = None) -> Deed:
    return "read", {"res": len(data) if moved is None else moved, "fd": 3, "data": data}


def write(data: bytes, moved: int | None = None) -> Deed:
    return "write", {"res": len(data) if moved is None else moved, "fd": 3, "data": data}


def fails(path: str) -> Deed:
    return "access", {"res": -2, "name": path}


def works(path: str) -> Deed:
    return "access", {"res": 0, "name": path}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "two.scap"


def held(path: Path, ours: list[Deed], theirs: list[Deed]) -> Compared:
    """Process 7 did the first, process 8 the second."""
    building = Building(path)
    for tid in (7, 8):
        building.process(tid, "app")
        building.descriptor(tid, 3, "file", "/x")
    for tid, deeds in ((7, ours), (8, theirs)):
        for call, values in deeds:
            building.exit(tid, call, **values)
    capture = opened(building.close())
    first_of_8 = len(ours) + 1
    return compare(steps_of(capture, 1, 0, ALL), steps_of(capture, first_of_8, 0, ALL))


def test_threads_that_did_the_same_part_nowhere(path: Path) -> None:
    same = [works("/a"), read(b"in"), write(b"out")]
    compared = held(path, same, same)
    assert (compared.partings, compared.alike) == ((), 3)


def test_numbers_are_alike(path: Path) -> None:
    ours = [write(b"Date: 10:04:37 id=4711 port 40000\n")]
    theirs = [write(b"Date: 10:04:38 id=5 port 39999\n")]
    assert held(path, ours, theirs).partings == ()


def test_an_answer_may_name_what_was_asked_for(path: Path) -> None:
    ours = [read(b"GET /foo HTTP/1.1\r\n"), write(b"you asked for foo"), write(b"foo")]
    theirs = [read(b"GET /bar HTTP/1.1\r\n"), write(b"you asked for bar"), write(b"bar")]
    assert held(path, ours, theirs).partings == ()


def test_other_words_in_what_was_written_are_told_with_their_line(path: Path) -> None:
    ours = [read(b"GET /foo"), write(b"200 OK\r\ntext/plain: Content-type\r\n\r\nfoo")]
    theirs = [read(b"GET /bar"), write(b"200 OK\r\nContent-type: text/plain\r\n\r\nbar")]
    (parting,) = held(path, ours, theirs).partings
    assert parting.kind == "data"
    assert parting.our_line == b"text/plain: Content-type"
    assert parting.their_line == b"Content-type: text/plain"


def test_an_answer_that_names_something_else_is_told(path: Path) -> None:
    ours = [read(b"GET /foo"), write(b"here is bar")]
    theirs = [read(b"GET /bar"), write(b"here is bar")]
    assert held(path, ours, theirs).partings == ()
    ours = [read(b"GET /foo"), write(b"here is nothing")]
    (parting,) = held(path, ours, theirs).partings
    assert parting.our_line == b"here is nothing"


def test_what_was_not_captured_is_not_compared(path: Path) -> None:
    ours = [write(b"the same beginning and", moved=900)]
    theirs = [write(b"the same beginning", moved=700)]
    assert held(path, ours, theirs).partings == ()


def test_what_was_written_less_is_told(path: Path) -> None:
    (parting,) = held(path, [write(b"one\ntwo\n")], [write(b"one\n")]).partings
    assert parting.kind == "data"


def test_another_outcome_of_the_same_call_is_told(path: Path) -> None:
    ours = [works("/a"), fails("/b"), works("/c")]
    theirs = [works("/a"), works("/b"), works("/c")]
    compared = held(path, ours, theirs)
    (parting,) = compared.partings
    assert parting.kind == "error"
    assert (parting.ours[0].error, parting.theirs[0].error) == ("ENOENT", "")
    assert compared.alike == 2


def test_calls_of_one_alone_are_told_where_they_begin(path: Path) -> None:
    ours = [works("/a"), works("/extra"), works("/more"), *[works(f"/{n}") for n in "bcdef"]]
    theirs = [works("/a"), *[works(f"/{n}") for n in "bcdef"]]
    compared = held(path, ours, theirs)
    (parting,) = compared.partings
    assert parting.kind == "call"
    assert [step.about for step in parting.ours] == [b"/extra", b"/more"]
    assert parting.theirs == ()
    assert compared.alike == 6


def test_a_thread_that_ends_early_parts_at_its_end(path: Path) -> None:
    (parting,) = held(path, [works("/a")], [works("/a"), works("/b")]).partings
    assert (parting.ours, [step.about for step in parting.theirs]) == ((), [b"/b"])


def test_memory_and_locks_do_not_count(path: Path) -> None:
    ours: list[Deed] = [works("/a"), ("futex", {"res": 0}), ("brk", {"res": 1}), works("/b")]
    assert held(path, ours, [works("/a"), works("/b")]).partings == ()


def test_threads_with_nothing_in_common_are_told_apart(path: Path) -> None:
    ours = [works(f"/ours/{letter}") for letter in "abcdefgh" * 100]
    theirs = [fails(f"/theirs/{letter}") for letter in "abcdefgh" * 100]
    compared = held(path, ours, theirs)
    assert compared.alike == 0
    assert sum(len(parting.ours) for parting in compared.partings) == 800
    assert sum(len(parting.theirs) for parting in compared.partings) == 800
