"""syslog.*: what a program writes to /dev/log."""

import pytest

from tests.core.asking import column, lines, numbers, opened
from tests.core.building import Building, unix_tuple

LOG = 3
FIELDS = "facility", "facility.str", "severity", "severity.str", "message"


def _write(building: Building, data: bytes, result: int | None = None) -> None:
    building.process(7, "cron")
    building.descriptor(7, LOG, "unix", "/dev/log")
    size = len(data)
    building.exit(7, "write", res=size if result is None else result, fd=LOG, data=data, size=size)


def _told(building: Building) -> list[object]:
    capture = opened(building.close())
    return [column(capture, f"syslog.{name}")[0] for name in FIELDS]


def test_a_priority_holds_facility_and_severity(building: Building) -> None:
    _write(building, b"<134>backend is down")
    assert _told(building) == [16, "local0", 6, "info", "backend is down"]


def test_the_highest_priority_is_an_emergency_of_the_kernel(building: Building) -> None:
    _write(building, b"<0>panic")
    assert _told(building) == [0, "kern", 0, "emerg", "panic"]


@pytest.mark.parametrize("data", [b"no priority", b"<>empty", b"<12", b"<1x>text", b""])
def test_text_without_a_priority_is_no_syslog_message(building: Building, data: bytes) -> None:
    _write(building, data)
    assert _told(building) == [None] * len(FIELDS)


def test_a_write_that_fails_says_nothing(building: Building) -> None:
    _write(building, b"<134>lost", result=-11)
    assert _told(building) == [None] * len(FIELDS)


def test_a_write_to_another_file_is_no_syslog_message(building: Building) -> None:
    building.process(7, "cat")
    building.descriptor(7, LOG, "file", "/var/log/messages")
    building.exit(7, "write", res=9, fd=LOG, data=b"<134>text", size=9)
    assert _told(building) == [None] * len(FIELDS)


def test_a_read_of_the_log_socket_is_no_syslog_message(building: Building) -> None:
    building.process(7, "journald")
    building.descriptor(7, LOG, "unix", "/dev/log")
    building.exit(7, "read", res=9, fd=LOG, data=b"<134>text", size=9)
    assert _told(building) == [None] * len(FIELDS)


def test_a_socket_that_connects_to_dev_log_speaks_syslog(building: Building) -> None:
    building.process(7, "logger")
    building.exit(7, "socket", fd=LOG, domain=1, type=2, proto=0)
    building.exit(7, "connect", res=0, fd=LOG, tuple=unix_tuple("/dev/log"))
    building.exit(7, "sendto", res=7, fd=LOG, data=b"<13>one", size=7)
    capture = opened(building.close())
    assert lines(capture, "%syslog.facility.str %syslog.severity.str %syslog.message") == [
        "user notice one"
    ]


def test_severities_compare_as_numbers(building: Building) -> None:
    building.process(7, "cron")
    building.descriptor(7, LOG, "unix", "/dev/log")
    for priority in (b"<10>", b"<11>", b"<12>", b"<15>"):  # crit, err, warn and debug of user
        building.exit(7, "write", res=5, fd=LOG, data=priority + b"x", size=5)
    capture = opened(building.close())
    assert numbers(capture, "syslog.severity < 4") == [1, 2]
    assert numbers(capture, "syslog.severity.str in (warn, debug)") == [3, 4]


def test_only_messages_of_the_log_are_of_it(building: Building) -> None:
    _write(building, b"<134>text")
    building.exit(7, "close", res=0, fd=LOG)
    capture = opened(building.close())
    assert column(capture, "evt.is_syslog") == [True, False]
    assert numbers(capture, "syslog.message exists") == [1]
