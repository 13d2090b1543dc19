"""Descriptors and threads whose numbers are used again."""

from tests.core.asking import column, lines, opened
from tests.core.building import THREAD, Building


def test_dup_shares_the_file_but_not_the_number(building: Building) -> None:
    building.process(7)
    building.exit(7, "open", fd=3, name="/etc/hosts", flags=1)
    building.exit(7, "dup2", res=9, oldfd=3, newfd=9)
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "read", res=0, fd=9)
    assert column(opened(building.close()), "fd.name")[-1] == "/etc/hosts"


def test_a_close_still_shows_what_it_closes(building: Building) -> None:
    building.process(7)
    building.exit(7, "open", fd=3, name="/etc/hosts", flags=1)
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "read", res=-9, fd=3)
    assert column(opened(building.close()), "fd.name") == ["/etc/hosts", "/etc/hosts", ""]


def test_a_number_used_again_within_microseconds_is_another_file(building: Building) -> None:
    building.process(7)
    for name in ("/a", "/b", "/c"):
        building.exit(7, "open", fd=3, name=name, flags=1)
        building.exit(7, "close", res=0, fd=3)
    names = column(opened(building.close()), "fd.name")
    assert names == ["/a", "/a", "/b", "/b", "/c", "/c"]


def test_an_open_replaces_a_descriptor_whose_close_was_lost(building: Building) -> None:
    building.process(7)
    building.exit(7, "open", fd=3, name="/old", flags=1)
    building.exit(7, "open", fd=3, name="/new", flags=1)
    building.exit(7, "read", res=0, fd=3)
    assert column(opened(building.close()), "fd.name")[-1] == "/new"


def test_threads_share_the_descriptors_of_their_process(building: Building) -> None:
    building.process(7, "python")
    building.thread(8, pid=7)
    building.exit(7, "open", fd=3, name="/shared", flags=1)
    building.exit(8, "read", res=0, fd=3)
    building.exit(8, "close", res=0, fd=3)
    building.exit(7, "read", res=-9, fd=3)
    assert column(opened(building.close()), "fd.name") == ["/shared", "/shared", "/shared", ""]


def test_a_child_has_copies_of_descriptors(building: Building) -> None:
    building.process(7)
    building.exit(7, "open", fd=3, name="/both", flags=1)
    building.clone(7, 8)
    building.exit(7, "close", res=0, fd=3)
    building.exit(8, "read", res=0, fd=3)
    assert column(opened(building.close()), "fd.name")[-1] == "/both"


def test_a_new_program_loses_descriptors_that_close_on_exec(building: Building) -> None:
    building.process(7)
    building.exit(7, "open", fd=3, name="/kept", flags=1)
    building.exit(7, "open", fd=4, name="/lost", flags=0x1001)
    building.exit(7, "execve", res=0, exe="sh", comm="sh", tid=7, pid=7)
    building.exit(7, "read", res=0, fd=3)
    building.exit(7, "read", res=0, fd=4)
    capture = opened(building.close())
    assert column(capture, "fd.name", "evt.type=read") == ["/kept", ""]


def test_a_thread_id_used_again_is_another_process(building: Building) -> None:
    building.process(1, "init", ptid=0)
    building.process(7, "old", ptid=1, cwd="/old")
    building.exit(7, "open", fd=3, name="/old/file", flags=1)
    building.happens(7, "procexit", status=0)
    building.clone(1, 7, "new")
    building.exit(7, "read", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%proc.name %thread.tid", "thread.tid=7") == [
        "old 7", "old 7", "new 7", "new 7",
    ]  # fmt: skip
    assert column(capture, "fd.name", "evt.type=read") == [""]


def test_the_exit_of_a_process_still_has_all_its_fields(building: Building) -> None:
    building.process(7, "cat", args=["notes"])
    building.happens(7, "procexit", status=256)
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "proc.cmdline") == ["cat notes", "<NA>"]


def test_a_thread_nobody_spoke_of_has_no_name(building: Building) -> None:
    building.exit(99, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "*%proc.name %proc.pid %thread.tid") == ["<NA> -1 99"]


def test_a_clone_makes_a_thread_of_the_same_process(building: Building) -> None:
    building.process(7, "java")
    building.exit(
        7, "clone", res=8, exe="java", comm="worker", flags=THREAD,
        tid=7, pid=7, vtid=7, vpid=7,
    )  # fmt: skip
    building.exit(8, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(
        capture, "%thread.tid %proc.pid %proc.nthreads %thread.ismain", "evt.type=close"
    ) == ["8 7 2 false"]
