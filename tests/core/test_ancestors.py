"""proc.aname and its kin: the processes above a process."""

import pytest

from scaptui._core import Capture
from tests.core.asking import column, lines, numbers, opened
from tests.core.building import Building


@pytest.fixture
def family(building: Building) -> Capture:
    """Init starts a shell, the shell a cat; each closes something, init first."""
    building.process(5, "init", ptid=0, exe="/sbin/init", exepath="/usr/lib/systemd/systemd")
    building.process(6, "bash", ptid=5, exe="-bash", args=["-l", "-i"])
    building.process(7, "cat", ptid=6, args=["notes"])
    for tid in (5, 6, 7):
        building.exit(tid, "close", res=0, fd=3)
    return opened(building.close())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("proc.aname[0]", "cat"),
        ("proc.aname[1]", "bash"),
        ("proc.aname[2]", "init"),
        ("proc.aname[3]", None),
        ("proc.apid[1]", 6),
        ("proc.apid[2]", 5),
        ("proc.aexe[1]", "-bash"),
        ("proc.aexepath[2]", "/usr/lib/systemd/systemd"),
        ("proc.acmdline[1]", "bash -l -i"),
        ("proc.aargs[1]", "-l -i"),
        ("proc.pname", "bash"),
        ("proc.ppid", 6),
        ("proc.pcmdline", "bash -l -i"),
    ],
)
def test_an_ancestor_is_named_by_its_distance(
    family: Capture, field: str, value: str | int | None
) -> None:
    assert column(family, field)[2] == value


def test_wireshark_writes_the_distance_behind_a_dot(family: Capture) -> None:
    assert numbers(family, 'proc.aname.2 == "init"') == [3]


def test_without_a_distance_all_ancestors_are_printed_nearest_first(family: Capture) -> None:
    assert lines(family, "%proc.aname", "proc.name=cat") == ["bash init"]


def test_without_a_distance_the_id_printed_is_that_of_the_process_itself(family: Capture) -> None:
    """As other readers print it, though a filter asks all ancestors."""
    assert lines(family, "%proc.apid|%proc.pid", "proc.name=cat") == ["7|7"]


def test_who_has_no_ancestors_has_none_to_print(family: Capture) -> None:
    assert column(family, "proc.aname", "proc.name=init") == [None]


def test_an_equality_holds_when_any_ancestor_satisfies_it(family: Capture) -> None:
    assert numbers(family, "proc.aname = init") == [2, 3]
    assert numbers(family, "proc.apid = 6") == [3]


def test_a_process_is_no_ancestor_of_itself(family: Capture) -> None:
    assert numbers(family, "proc.aname = cat") == []


def test_an_inequality_holds_when_any_ancestor_differs(family: Capture) -> None:
    assert numbers(family, "proc.aname != init") == [3]  # its shell differs
    assert numbers(family, "proc.aname != bash") == [2, 3]


def test_none_of_the_ancestors_is_asked_with_not(family: Capture) -> None:
    assert numbers(family, "not proc.aname = bash") == [1, 2]


def test_who_has_no_ancestors_satisfies_no_test_of_them(family: Capture) -> None:
    for text in ("proc.aname = init", "proc.aname != init", "proc.aname exists"):
        assert 1 not in numbers(family, text), text


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("proc.aname in (bash, zsh)", [3]),
        ("proc.aname startswith in", [2, 3]),
        ("proc.acmdline contains '-l'", [3]),
        ("proc.aexepath endswith systemd", [2, 3]),
        ("proc.apid < 6", [2, 3]),
        ("proc.apid > 5", [3]),
    ],
)
def test_every_operator_asks_any_ancestor(family: Capture, text: str, selected: list[int]) -> None:
    assert numbers(family, text) == selected


def test_a_thread_has_the_ancestors_of_its_process(building: Building) -> None:
    building.process(6, "bash")
    building.process(7, "java", ptid=6)
    building.thread(8, pid=7, comm="worker", ptid=6)
    building.exit(8, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.aname[1]") == ["bash"]


def test_ancestors_are_those_of_the_moment(building: Building) -> None:
    building.process(1, "init", ptid=0)
    building.process(6, "bash")
    building.process(7, "cat", ptid=6)
    building.exit(7, "close", res=0, fd=3)
    building.happens(6, "procexit", status=0, reaper_tid=1)
    building.exit(7, "close", res=0, fd=4)
    capture = opened(building.close())
    assert column(capture, "proc.pname", "evt.type=close") == ["bash", "init"]


def test_processes_that_claim_to_be_each_others_parents_do_no_harm(building: Building) -> None:
    building.process(6, "chicken", ptid=7)
    building.process(7, "egg", ptid=6)
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "proc.pname") == ["chicken"]
    assert numbers(capture, "proc.aname = chicken") == [1]
    assert column(capture, "proc.aname[9]") in ([None], ["chicken"], ["egg"])
