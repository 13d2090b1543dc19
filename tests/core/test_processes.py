"""The process tree as of an event."""

import json
from pathlib import Path

import pytest

from scaptui._core import Capture
from tests.core.asking import compiled, opened, tree
from tests.core.building import THREAD, Building
from tests.core.containers import DOCKER, ID, cgroups, metadata
from tests.running import Run

SIGSEGV = 11
SIGTERM = 15


@pytest.fixture
def shell(building: Building) -> Building:
    """A shell starts a cat (events 1 and 2), which works (3, 4: failed) and ends with 1 (5)."""
    building.user(1000, "ada")
    building.process(1, "init", ptid=0)
    building.process(6, "sh", ptid=1, uid=1000)
    building.clone(6, 7, "cat", uid=1000, args=["notes"])
    building.exit(7, "open", fd=3, name="/notes", flags=1)
    building.exit(7, "open", fd=-2, name="/more", flags=1)
    building.happens(7, "procexit", status=1 << 8, ret=1)
    building.exit(6, "close", res=0, fd=9)
    return building


@pytest.fixture
def ended(shell: Building) -> Capture:
    return opened(shell.close())


def test_children_stand_below_their_parents(ended: Capture) -> None:
    rows = ended.processes(None, None)
    assert [(row.depth, row.name) for row in rows] == [(0, b"init"), (1, b"sh"), (2, b"cat")]
    assert [row.parent for row in rows] == [None, 0, 1]


def test_a_row_says_who_it_is(ended: Capture) -> None:
    row, parent = tree(ended)[7]
    assert (row.cmdline, row.user, row.threads, parent) == (b"cat notes", b"ada", 1, 6)


def test_the_dead_stay_with_their_exit_status(ended: Capture) -> None:
    assert tree(ended)[7][0].ended == "exit 1"
    assert tree(ended)[6][0].ended == ""


def test_before_its_birth_a_process_is_not_there(shell: Building) -> None:
    shell.clone(6, 8, "late")
    capture = opened(shell.close())
    assert 8 in tree(capture)
    assert 8 not in tree(capture, at=6)
    assert 7 in tree(capture, at=6)


def test_before_its_death_a_process_lives(ended: Capture) -> None:
    assert tree(ended, at=4)[7][0].ended == ""
    assert tree(ended, at=5)[7][0].ended == "exit 1"


def test_bytes_are_those_of_selected_calls(building: Building) -> None:
    building.process(7, "cat")
    building.thread(8, 7)
    building.descriptor(7, 3, "file", "/in")
    building.descriptor(7, 4, "file", "/out")
    building.exit(7, "read", res=100, fd=3, size=999, data=b"x")
    building.exit(8, "read", res=20, fd=3, size=999, data=b"x")
    building.exit(7, "write", res=7, fd=4, size=7, data=b"y")
    building.exit(8, "write", res=5, fd=4, size=5, data=b"y")
    capture = opened(building.close())

    def moved(text: str, at: int | None = None) -> list[tuple[int, int]]:
        rows = capture.processes(compiled(text), at)
        return [(row.read_bytes, row.written_bytes) for row in rows]

    assert moved("") == [(120, 12)]
    assert moved("evt.type=write") == [(0, 12)]
    assert moved("thread.tid=8") == [(20, 5)]
    assert moved("thread.tid=8", at=3) == [(20, 0)]
    assert moved("evt.type exists") == moved("")


def test_a_thread_of_which_no_process_is_known_is_a_stray(building: Building) -> None:
    building.process(1, "init", ptid=0)
    building.exit(25_888, "close", res=0, fd=3)
    rows = opened(building.close()).processes(None, None)
    assert [(row.pid, row.stray) for row in rows] == [(1, False), (25_888, True)]


def test_events_are_counted_up_to_the_moment(ended: Capture) -> None:
    counts = [tree(ended, at=at)[7][0] for at in (2, 3, 4)]
    assert [(row.events, row.failed) for row in counts] == [(1, 0), (2, 0), (3, 1)]


def test_beyond_the_last_event_the_tree_is_that_of_the_end(ended: Capture) -> None:
    names = [row.name for row in ended.processes(None, 10_000)]
    assert names == [row.name for row in ended.processes(None, None)]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (0, "exit 0"),
        (127 << 8, "exit 127"),
        (SIGTERM, "signal 15 SIGTERM"),
        (SIGSEGV | 0x80, "signal 11 SIGSEGV"),  # with a core dump
    ],
)
def test_an_end_is_told_as_the_shell_would(building: Building, status: int, text: str) -> None:
    building.process(7)
    building.happens(7, "procexit", status=status)
    assert tree(opened(building.close()))[7][0].ended == text


def test_a_process_is_shown_under_its_name_of_the_moment(building: Building) -> None:
    building.process(6, "sh")
    building.clone(6, 7, "sh")
    building.exit(7, "execve", res=0, exe="cat", comm="cat", tid=7, pid=7)
    capture = opened(building.close())
    assert [tree(capture, at=at)[7][0].name for at in (2, 3)] == [b"sh", b"cat"]


def test_orphans_move_to_their_reaper(building: Building) -> None:
    building.process(1, "init", ptid=0)
    building.process(6, "sh", ptid=1)
    building.process(7, "cat", ptid=6)
    building.exit(7, "close", res=0, fd=3)
    building.happens(6, "procexit", status=0, reaper_tid=1)
    building.exit(7, "close", res=0, fd=4)
    capture = opened(building.close())
    assert [tree(capture, at=at)[7][1] for at in (1, 3)] == [6, 1]


def test_threads_are_counted_with_their_process(building: Building) -> None:
    building.process(7, "java")
    building.thread(8, pid=7)
    building.exit(
        7, "clone", res=9, exe="java", comm="java", flags=THREAD,
        tid=7, pid=7, vtid=7, vpid=7,
    )  # fmt: skip
    for tid in (7, 8, 9):
        building.exit(tid, "close", res=0, fd=3)
    rows = tree(opened(building.close()))
    assert list(rows) == [7]
    assert (rows[7][0].threads, rows[7][0].events) == (3, 4)


def test_a_filter_keeps_matching_processes_and_their_ancestors(shell: Building) -> None:
    capture = opened(shell.close())
    rows = tree(capture, text="evt.type=open")
    assert list(rows) == [1, 6, 7]
    assert (rows[7][0].events, rows[6][0].events) == (2, 0)


def test_a_filter_leaves_out_who_did_nothing_of_it(building: Building) -> None:
    building.process(1, "init", ptid=0)
    building.process(6, "sh")
    building.process(7, "cat")
    building.exit(7, "close", res=0, fd=3)
    assert list(tree(opened(building.close()), text="evt.type=close")) == [1, 7]


def test_a_process_in_a_container_names_it(building: Building) -> None:
    building.process(7, "nginx", cgroups=cgroups(f"/docker/{ID}"))
    building.exit(7, "close", res=0, fd=3)
    building.happens(-1, "container", json=metadata(engine=DOCKER, name="web"))
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert [tree(capture, at=at)[7][0].container for at in (1, 3)] == [b"0123456789ab", b"web"]


def test_processes_that_claim_to_be_each_others_parents_are_all_there(building: Building) -> None:
    building.process(6, "chicken", ptid=7)
    building.process(7, "egg", ptid=6)
    building.exit(7, "close", res=0, fd=3)
    assert set(tree(opened(building.close()))) == {6, 7}


def test_the_command_shows_the_tree_as_of_an_event(shell: Building, scaptui: Run) -> None:
    path: Path = shell.close()
    ends = []
    for words in ((), ("--at", "4")):
        said = scaptui("view", path, "processes", *words, "--format", "json")
        assert said.status == 0
        ends.append({row["name"]: row["ended"] for row in json.loads(said.out)})
    assert ends == [{"init": "", "sh": "", "cat": "exit 1"}, {"init": "", "sh": "", "cat": ""}]
