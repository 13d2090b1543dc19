"""Enter and exit events of a call, also where some are missing."""

from scaptui.demo.process import AT_FDCWD, ENOENT, US
from tests.core.asking import column, lines, numbers, opened
from tests.core.building import Building


def _latencies(building: Building) -> list[int]:
    latencies: list[int] = column(opened(building.close()), "evt.latency")
    return latencies


def test_latency_is_the_time_between_enter_and_exit(building: Building) -> None:
    building.process(7)
    building.enter(7, "read", fd=3, size=9)
    building.now += 20 * US
    building.exit(7, "read", res=0, fd=3)
    assert _latencies(building) == [0, 21 * US]


def test_without_any_enter_event_latency_is_zero(building: Building) -> None:
    building.process(7)
    building.exit(7, "read", res=0, fd=3)
    building.exit(7, "read", res=0, fd=3)
    assert _latencies(building) == [0, 0]


def test_threads_are_paired_each_for_itself(building: Building) -> None:
    building.process(7)
    building.process(8)
    building.enter(7, "read", fd=3, size=9)
    building.enter(8, "nanosleep", interval=5)
    building.exit(7, "read", res=0, fd=3)
    building.exit(8, "nanosleep", res=0)
    assert _latencies(building) == [0, 0, 2 * US, 2 * US]


def test_a_call_whose_exit_is_lost_does_not_lengthen_the_next(building: Building) -> None:
    building.process(7)
    building.enter(7, "read", fd=3, size=9)
    building.now += 500 * US
    building.call(7, "close", res=0, fd=3)
    assert _latencies(building) == [0, 0, US]


def test_an_exit_whose_enter_is_lost_keeps_its_own_descriptor(building: Building) -> None:
    building.process(7)
    building.descriptor(7, 3, "file", "/three")
    building.descriptor(7, 4, "file", "/four")
    building.enter(7, "read", fd=3, size=9)
    building.exit(7, "write", res=1, fd=4, data=b"x", size=1)
    capture = opened(building.close())
    assert column(capture, "fd.name") == ["/three", "/four"]


def test_an_open_whose_enter_is_lost_does_not_take_another_calls_name(building: Building) -> None:
    building.process(7)
    building.enter(7, "openat", dirfd=AT_FDCWD, name="/lost", flags=1)
    building.enter(7, "close", fd=9)
    building.exit(7, "openat", fd=3, dirfd=AT_FDCWD, name="/found", flags=1)
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "fd.name", "evt.type=close and evt.dir=<") == ["/found"]


def test_a_failed_open_leaves_no_descriptor(building: Building) -> None:
    building.process(7)
    building.call(7, "openat", fd=ENOENT, dirfd=AT_FDCWD, name="/etc/nothing", flags=1)
    building.call(7, "read", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "fd.name", "evt.type=read and evt.dir=<") == [""]
    assert column(capture, "fd.name", "evt.type=openat and evt.dir=<") == ["/etc/nothing"]


class TestExitsOnly:
    """Current recorders write no enter events but those of a few calls, for their first bytes."""

    def test_the_enter_events_they_do_write_are_not_shown(self, building: Building) -> None:
        building.process(7)
        building.call(7, "openat", fd=3, dirfd=AT_FDCWD, name="/etc/hosts", flags=1)
        building.call(7, "execve", res=0, exe="sh", comm="sh", filename="/bin/sh")
        building.exit(7, "close", res=0, fd=3)
        capture = opened(building.close())
        assert lines(capture, "%evt.num%evt.dir%evt.type") == ["2<openat", "4<execve", "5<close"]

    def test_hidden_events_keep_their_numbers(self, building: Building) -> None:
        building.process(7)
        building.call(7, "openat", fd=3, dirfd=AT_FDCWD, name="/etc/hosts", flags=1)
        building.exit(7, "close", res=0, fd=3)
        capture = opened(building.close())
        assert numbers(capture, "evt.num >= 2") == [2, 3]
        assert (capture.progress().events, capture.progress().shown) == (3, 2)

    def test_no_call_is_taken_to_be_unfinished(self, building: Building) -> None:
        building.process(7)
        building.exit(7, "getcwd", res=2, path="/x")
        building.other_call(7, "getpid")
        capture = opened(building.close())
        assert column(capture, "evt.failed") == [False, None]  # a generic event tells no result

    def test_the_name_at_the_exit_is_enough(self, building: Building) -> None:
        building.process(7, cwd="/home")
        building.exit(7, "openat", fd=3, dirfd=AT_FDCWD, name="notes", flags=1)
        assert column(opened(building.close()), "fd.name") == ["/home/notes"]


class TestEntersToo:
    def test_all_enter_events_are_shown_once_a_call_proves_they_are_recorded(
        self, building: Building
    ) -> None:
        building.process(7)
        building.call(7, "openat", fd=3, dirfd=AT_FDCWD, name="/etc/hosts", flags=1)
        building.call(7, "close", res=0, fd=3)
        capture = opened(building.close())
        assert lines(capture, "%evt.dir%evt.type") == [">openat", "<openat", ">close", "<close"]

    def test_the_name_at_the_enter_event_wins(self, building: Building) -> None:
        # The program may have changed its memory meanwhile: the kernel used the first name.
        building.process(7)
        building.enter(7, "openat", dirfd=AT_FDCWD, name="/asked", flags=1)
        building.exit(7, "openat", fd=3, dirfd=AT_FDCWD, name="/changed", flags=1)
        building.call(7, "close", res=0, fd=3)
        capture = opened(building.close())
        assert column(capture, "fd.name", "evt.type=close") == ["/asked", "/asked"]

    def test_an_enter_event_has_not_failed(self, building: Building) -> None:
        building.process(7)
        building.call(7, "close", res=-9, fd=3)
        assert column(opened(building.close()), "evt.failed") == [False, True]
