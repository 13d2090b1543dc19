"""What programs did, grouped by what stays the same from run to run."""

import pytest

from scaptui._core import Doing, doings, failures, steps_of, steps_of_each, threads_like
from scaptui.demo.encoding import inet_address, inet_tuple
from tests.core.asking import compiled, opened
from tests.core.building import THREAD, Building

ALL = 2**32 - 1
LISTENER = ("10.0.0.2", 80)


def groups(found: list[Doing]) -> list[tuple[str, str, str, str, int]]:
    return [
        (each.program.decode(), each.call, each.about.decode(), each.error, each.count)
        for each in found
    ]


def test_ids_and_passing_ports_do_not_part_groups(building: Building) -> None:
    building.process(7, "app")
    building.process(8, "app")
    for tid, port in ((7, 40_000), (8, 40_001)):
        building.exit(tid, "openat", fd=3, dirfd=-100, name=f"/proc/{tid}/stat")
        building.exit(tid, "socket", fd=4, domain=2, type=1)
        ends = inet_tuple(("10.0.0.1", port), LISTENER)
        building.exit(tid, "connect", res=0, fd=4, tuple=ends)
        building.exit(tid, "sendto", res=1, fd=4, size=1, data=b"x")
    assert groups(doings(opened(building.close()), None)) == [
        ("app", "openat", "/proc/N/stat", "", 2),
        ("app", "socket", "socket", "", 2),
        ("app", "connect", "tcp to 10.0.0.2:80", "", 2),
        ("app", "sendto", "tcp to 10.0.0.2:80", "", 2),
    ]


def test_failures_are_told_by_what_was_asked_for(building: Building) -> None:
    building.process(7, "app", cwd="/srv/")
    building.exit(7, "openat", fd=-2, dirfd=-100, name="etc/app.conf")
    building.exit(7, "access", res=-13, name="/root/x", mode=4)
    building.exit(7, "socket", fd=4, domain=1, type=1)
    building.exit(7, "connect", res=-2, fd=4, addr=b"\x01/run/nscd/socket\0")
    building.exit(7, "read", res=-11, fd=9)
    building.exit(7, "openat", fd=3, dirfd=-100, name="/there")
    assert groups(failures(opened(building.close()), None)) == [
        ("app", "openat", "/srv/etc/app.conf", "ENOENT", 1),
        ("app", "access", "/root/x", "EACCES", 1),
        ("app", "connect", "/run/nscd/socket", "ENOENT", 1),
        ("app", "read", "", "EAGAIN", 1),
    ]


def test_an_address_that_refuses_is_told(building: Building) -> None:
    building.process(7, "app")
    building.exit(7, "socket", fd=4, domain=2, type=1)
    server = inet_address(*LISTENER)
    ends = inet_tuple(("10.0.0.1", 40_000), LISTENER)
    building.exit(7, "connect", res=-111, fd=4, tuple=ends, addr=server)
    (group,) = failures(opened(building.close()), None)
    assert (group.about, group.error) == (b"tcp to 10.0.0.2:80", "ECONNREFUSED")


def test_processes_and_their_ends_are_counted(building: Building) -> None:
    for tid in (7, 8, 9):
        building.process(tid, "app")
    for tid in (7, 8, 9):
        building.exit(tid, "openat", fd=-2, dirfd=-100, name="/usual")
    building.exit(7, "openat", fd=-2, dirfd=-100, name="/fatal")
    building.happens(7, "procexit", status=256)
    building.happens(8, "procexit", status=0)
    usual, fatal = failures(opened(building.close()), None)
    assert (usual.processes, usual.of_processes, usual.ended_badly, usual.went_well) == (3, 3, 1, 2)
    assert (fatal.processes, fatal.of_processes, fatal.ended_badly, fatal.went_well) == (1, 3, 1, 0)


def test_a_bad_end_much_later_is_not_blamed(building: Building) -> None:
    building.process(7, "app")
    building.exit(7, "openat", fd=-2, dirfd=-100, name="/x")
    building.now += 1_000_000_000
    building.happens(7, "procexit", status=256)
    (group,) = failures(opened(building.close()), None)
    assert group.ended_badly == 0


@pytest.mark.parametrize("text", ["proc.name=one", "evt.type=close", "evt.failed=true"])
def test_groups_of_a_filter_count_its_events(building: Building, text: str) -> None:
    building.process(7, "one")
    building.process(8, "two")
    for tid in (7, 8):
        for fd in range(3, 9):
            building.exit(tid, "openat", fd=fd, dirfd=-100, name=f"/{fd}")
            building.exit(tid, "close", res=-9 if fd == 4 else 0, fd=fd)
    capture = opened(building.close())
    found = doings(capture, compiled(text))
    assert sum(each.count for each in found) == capture.count(compiled(text)) > 0


def test_the_steps_of_a_thread_are_its_own(building: Building) -> None:
    building.process(7, "app")
    building.thread(8, pid=7, flags=THREAD)
    building.exit(7, "openat", fd=3, dirfd=-100, name="/x")
    building.exit(8, "write", res=2, fd=3, size=2, data=b"hi")
    building.exit(7, "read", res=-5, fd=3)
    building.exit(7, "read", res=5, fd=3, size=9, data=b"bytes")
    steps = steps_of(opened(building.close()), 1, 0, ALL)
    assert [(s.call, s.about, s.error, s.way, s.data) for s in steps] == [
        ("openat", b"/x", "", "", b""),
        ("read", b"/x", "EIO", "", b""),
        ("read", b"/x", "", "read", b"bytes"),
    ]


def test_the_steps_of_several_threads_are_found_together(building: Building) -> None:
    for tid in (7, 8, 9):
        building.process(tid, "app")
    for tid in (7, 8, 8, 8, 9):
        building.exit(tid, "close", res=0, fd=3)
    found = steps_of_each(opened(building.close()), [5, 1, 3, 1], 2)
    # Of event 3's thread there are too many.
    assert [[step.event for step in steps] for steps in found] == [[5], [1], [], [1]]


def test_steps_keep_to_a_range(building: Building) -> None:
    building.process(7, "app")
    for fd in range(3, 9):
        building.exit(7, "close", res=0, fd=fd)
    assert [s.event for s in steps_of(opened(building.close()), 1, 2, 4)] == [2, 3, 4]


def test_threads_of_a_program_are_found_by_its_name(building: Building) -> None:
    for tid, comm in ((7, "app"), (8, "app"), (9, "other")):
        building.process(tid, comm)
    for tid in (7, 8, 9):
        building.exit(tid, "close", res=0, fd=3)
        building.exit(tid, "close", res=0, fd=4)
    assert threads_like(opened(building.close()), 4) == [1, 3]
