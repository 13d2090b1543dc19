"""The odd one of many threads that did nearly the same."""

from pathlib import Path

import pytest

from scaptui.views.odd_ones import Odd, odd_ones
from tests.core.asking import compiled, opened
from tests.core.building import Building

THREADS = range(10, 20)


def odd(
    path: Path, lines: dict[int, bytes], *, failing: int = 0, comm: str = "worker"
) -> list[Odd]:
    """Workers that read a question and write an answer; some answer otherwise, one fails."""
    building = Building(path)
    for tid in THREADS:
        building.process(tid, comm)
        building.descriptor(tid, 4, "file", "/answers")
    for tid in THREADS:
        fd = -13 if tid == failing else 3
        building.exit(tid, "openat", fd=fd, dirfd=-100, name=f"/in/{tid}")
        building.exit(tid, "read", res=9, fd=4, size=99, data=b"GET /" + str(tid).encode() * 2)
        line = lines.get(tid, b"type: x")
        building.exit(tid, "write", res=len(line), fd=4, size=len(line), data=line)
        for fd in (4, 5, 6, 7):
            building.exit(tid, "close", res=0, fd=fd)
    return odd_ones(opened(building.close()), None)


def test_the_one_with_other_words_is_told_with_its_line(tmp_path: Path) -> None:
    (found,) = odd(tmp_path / "x", {14: b"x: type"})
    assert [thread.tid for thread in found.threads] == [14]
    assert (found.parting.kind, found.parting.our_line, found.parting.their_line) == (
        "data",
        b"x: type",
        b"type: x",
    )
    assert (found.alike, found.event) == (10, 31)


@pytest.mark.parametrize("tid", [10, 19])
def test_it_is_found_wherever_it_stands(tmp_path: Path, tid: int) -> None:
    (found,) = odd(tmp_path / "x", {tid: b"x: type"})
    assert found.threads[0].tid == tid


def test_another_outcome_is_odd_too(tmp_path: Path) -> None:
    (found,) = odd(tmp_path / "x", {}, failing=12)
    assert (found.parting.kind, found.threads[0].tid) == ("error", 12)


def test_what_many_do_is_not_odd(tmp_path: Path) -> None:
    assert odd(tmp_path / "x", {}) == []
    assert odd(tmp_path / "y", dict.fromkeys(range(10, 13), b"x: type")) == []


def test_numbers_are_alike(tmp_path: Path) -> None:
    assert odd(tmp_path / "x", {tid: b"took %d us" % tid for tid in THREADS}) == []


def test_a_filter_chooses_programs(tmp_path: Path) -> None:
    building = Building(tmp_path / "x")
    for tid in range(1, 6):
        building.process(tid, "a")
    for tid in range(1, 6):
        building.exit(tid, "openat", fd=-2 if tid == 3 else 3, dirfd=-100, name="/x")
        for fd in (4, 5, 6, 7):
            building.exit(tid, "close", res=0, fd=fd)
    capture = opened(building.close())
    assert len(odd_ones(capture, None)) == 1
    assert odd_ones(capture, compiled("proc.name=b")) == []


def test_looking_can_be_stopped(tmp_path: Path) -> None:
    building = Building(tmp_path / "x")
    building.process(1, "a")
    building.exit(1, "close", res=0, fd=3)
    assert odd_ones(opened(building.close()), None, lambda: False) == []
