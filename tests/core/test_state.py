"""What is shown of events, users and connections, and what is not."""

import struct

import pytest

from scaptui.demo.encoding import inet_address, inet_tuple
from tests.core.asking import column, compiled, lines, numbers, opened
from tests.core.building import Building
from tests.core.containers import ID, cgroups

CLIENT, SERVER = ("10.0.0.1", 54886), ("10.0.0.2", 80)


def test_reports_of_the_recorder_itself_are_hidden_but_counted(building: Building) -> None:
    building.process(7)
    building.exit(7, "close", res=0, fd=3)
    building.happens(7, "procinfo", cpu_usr=1, cpu_sys=1)
    building.exit(7, "close", res=0, fd=4)
    capture = opened(building.close())
    assert column(capture, "evt.num") == [1, 3]
    assert (capture.progress().events, capture.progress().shown) == (3, 2)


def test_a_generic_event_is_named_after_its_call(building: Building) -> None:
    building.process(7)
    building.other_call(7, "getpid")
    capture = opened(building.close())
    assert column(capture, "evt.type") == ["getpid"]
    assert numbers(capture, "evt.type=getpid") == [1]


@pytest.mark.parametrize(
    ("result", "name"),
    [(-2, "ENOENT"), (-11, "EAGAIN"), (-115, "EINPROGRESS"), (-5000, "-5000")],
)
def test_every_negative_result_is_a_failure(building: Building, result: int, name: str) -> None:
    building.process(7)
    building.exit(7, "close", res=result, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%evt.failed %evt.res %evt.rawres") == [f"true {name} {result}"]


def test_a_clone_that_starts_a_child_has_not_failed(building: Building) -> None:
    building.process(7)
    building.clone(7, 8)
    assert column(opened(building.close()), "evt.res") == ["SUCCESS", "SUCCESS"]


def test_both_ends_of_a_connection_have_the_same_name(building: Building) -> None:
    building.process(7, "haproxy")
    building.process(8, "python")
    ends = inet_tuple(CLIENT, SERVER)
    building.exit(7, "socket", fd=3, domain=2, type=1, proto=6)
    building.exit(7, "connect", res=0, fd=3, tuple=ends, addr=inet_address(*SERVER))
    building.exit(8, "accept", fd=5, tuple=ends)
    capture = opened(building.close())
    assert column(capture, "fd.name", "fd.sport=80") == ["10.0.0.1:54886->10.0.0.2:80"] * 2


def test_the_one_who_accepts_is_the_server(building: Building) -> None:
    building.interface("10.0.0.2")
    building.process(8, "python")
    building.exit(8, "accept", fd=5, tuple=inet_tuple(CLIENT, SERVER))
    capture = opened(building.close())
    assert lines(capture, "%fd.is_server %fd.cip:%fd.cport %fd.sip:%fd.sport %fd.l4proto") == [
        "true 10.0.0.1:54886 10.0.0.2:80 tcp"
    ]


def test_a_test_of_either_end_finds_both(building: Building) -> None:
    building.process(8)
    building.exit(8, "accept", fd=5, tuple=inet_tuple(CLIENT, SERVER))
    capture = opened(building.close())
    for text in ("fd.ip=10.0.0.1", "fd.ip=10.0.0.2", "fd.port=80", "fd.net=10.0.0.0/30"):
        assert numbers(capture, text) == [1], text
    assert numbers(capture, "fd.ip!=10.0.0.1") == []
    assert numbers(capture, "fd.ip!=10.0.0.3") == [1]


def test_users_have_the_names_the_capture_gives_them(building: Building) -> None:
    building.user(1000, "ada")
    for tid, uid in ((7, 1000), (8, 1001), (9, 0)):
        building.process(tid, uid=uid)
    for tid in (7, 8, 9):
        building.exit(tid, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "user.name") == ["ada", "<NA>", "root"]


def test_a_user_of_a_container_is_not_the_hosts_user_of_that_number(building: Building) -> None:
    building.user(1000, "ada")
    building.process(7, uid=1000, cgroups=cgroups(f"/docker/{ID}"))
    building.process(8, uid=1000)
    building.happens(7, "useradded", uid=1000, gid=1000, name="eve", container_id=ID[:12])
    for tid in (7, 8):
        building.exit(tid, "close", res=0, fd=3)
    assert column(opened(building.close()), "user.name", "evt.type=close") == ["eve", "ada"]


def test_a_user_that_is_added_later_has_a_name_from_then_on(building: Building) -> None:
    building.process(7, uid=1000)
    building.exit(7, "close", res=0, fd=3)
    building.happens(7, "useradded", uid=1000, gid=1000, name="ada", home="/", shell="/bin/sh")
    building.exit(7, "close", res=0, fd=4)
    capture = opened(building.close())
    assert column(capture, "user.name", "evt.type=close") == ["<NA>", "ada"]


def test_a_relative_path_is_joined_with_the_directory_of_the_moment(building: Building) -> None:
    building.process(7, cwd="/home/ada/")
    building.exit(7, "open", fd=3, name="notes", flags=1)
    building.exit(7, "chdir", res=0, path="../eve")
    building.exit(7, "open", fd=4, name="./notes", flags=1)
    capture = opened(building.close())
    assert column(capture, "fd.name", "evt.type=open") == ["/home/ada/notes", "/home/eve/notes"]


def test_a_path_is_joined_with_the_directory_that_was_opened(building: Building) -> None:
    building.process(7)
    building.descriptor(7, 5, "directory", "/srv/www")
    building.exit(7, "openat", fd=3, dirfd=5, name="index.html", flags=1)
    assert column(opened(building.close()), "fd.name") == ["/srv/www/index.html"]


def test_the_summary_tells_shown_and_selected_apart(building: Building) -> None:
    building.process(7)
    for fd in (3, 4, 5):
        building.exit(7, "close", res=0, fd=fd)
    capture = opened(building.close())
    assert '"selected":1' in capture.summary(compiled("fd.num=4")).replace(" ", "")
    assert '"shown":3' in capture.summary(compiled("fd.num=4")).replace(" ", "")


def test_a_block_of_an_unknown_type_is_passed_over(building: Building) -> None:
    building.process(7)
    building.exit(7, "close", res=0, fd=3)
    path = building.close()
    unknown = struct.pack("<II", 0x7ABC, 16) + b"\0\0\0\0" + struct.pack("<I", 16)
    data = path.read_bytes()
    path.write_bytes(data[: -_event_length(data)] + unknown + data[-_event_length(data) :])
    assert column(opened(path), "evt.num") == [1]


def _event_length(data: bytes) -> int:
    """The length of the last block: it stands at its end."""
    (length,) = struct.unpack("<I", data[-4:])
    assert isinstance(length, int)
    return length
