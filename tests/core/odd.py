"""Captures that are odd in one way each."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from scaptui.demo.process import AT_FDCWD, SECOND
from tests.core.building import Building

Write = Callable[[Path], Path]
HOUR: Final = 3600 * SECOND
ARGUMENT: Final = "x" * 1023
LATIN: Final = b"caf\xe9\xff"  # no UTF-8


def lost_events(path: Path) -> Path:
    """The recorder lost events in the middle of a read, of a child's start, and of its end."""
    building = Building(path)
    building.process(7, "nginx")
    building.descriptor(7, 3, "file", "/var/log/nginx.log")
    building.call(7, "write", res=2, fd=3, size=2, data=b"ok")
    building.enter(7, "read", fd=3, size=9)
    building.happens(7, "drop", ratio=2)
    building.exit(7, "drop", ratio=1)
    building.now += SECOND
    building.exit(7, "write", res=1, fd=3, size=1, data=b"x")
    building.call(8, "write", res=1, fd=4, size=1, data=b"y")
    building.call(7, "close", res=0, fd=3)
    return building.close()


def clock_set_back(path: Path) -> Path:
    """The clock is set back by an hour during a call, and forward again later."""
    building = Building(path)
    building.process(7, "ntpd")
    building.call(7, "open", fd=3, name="/etc/adjtime", flags=1)
    building.enter(7, "read", fd=3, size=9)
    building.now -= HOUR
    building.exit(7, "read", res=-5, fd=3)
    building.call(7, "read", res=0, fd=3)
    building.now += HOUR
    building.call(7, "close", res=0, fd=3)
    return building.close()


def tids_used_again(path: Path) -> Path:
    """A number is three processes within microseconds."""
    building = Building(path)
    building.process(1, "init", ptid=0)
    for name in ("first", "second", "third"):
        building.clone(1, 7, name)
        building.exit(7, "open", fd=3, name=f"/{name}", flags=1)
        building.exit(7, "read", res=0, fd=3)
        building.happens(7, "procexit", status=256)
    return building.close()


def fds_used_again(path: Path) -> Path:
    """A descriptor is a file, a socket and a pipe within microseconds."""
    building = Building(path)
    building.process(7, "cat")
    building.exit(7, "open", fd=3, name="/etc/hosts", flags=1)
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "socket", fd=3, domain=1, type=1)
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "pipe", res=0, fd1=3, fd2=4)
    building.exit(7, "read", res=0, fd=3)
    return building.close()


def two_sections(path: Path) -> Path:
    """A file that begins again on another machine, with the same numbers."""
    data = b""
    for host, comm, user in (("alpha", "nginx", "ada"), ("beta", "redis", "eve")):
        building = Building(path)
        building.machine(host)
        building.user(1000, user)
        building.process(7, comm, uid=1000)
        building.exit(7, "open", fd=3, name=f"/{host}", flags=1)
        building.exit(7, "read", res=0, fd=3)
        data += building.close().read_bytes()
    path.write_bytes(data)
    return path


def long_arguments(path: Path) -> Path:
    """64 KiB of arguments."""
    building = Building(path)
    building.process(7, "sh")
    building.exit(
        7, "execve", res=0, exe="echo", comm="echo", tid=7, pid=7, args=[ARGUMENT] * 63 + ["end"]
    )
    building.exit(7, "close", res=0, fd=3)
    return building.close()


def names_of_any_bytes(path: Path) -> Path:
    """Names of a file, a process, its arguments and a user that are no UTF-8."""
    building = Building(path)
    building.user(1000, LATIN)
    building.process(7, LATIN, uid=1000, args=[LATIN])
    building.exit(7, "openat", fd=3, dirfd=AT_FDCWD, name=b"/" + LATIN, flags=1)
    building.exit(7, "write", res=6, fd=3, size=6, data=LATIN)
    return building.close()


def no_events(path: Path) -> Path:
    """Processes, and nothing that they did."""
    building = Building(path)
    building.process(7, "sleep")
    return building.close()


ODD: Final[dict[str, Write]] = {
    write.__name__: write
    for write in (
        lost_events, clock_set_back, tids_used_again, fds_used_again, two_sections,
        long_arguments, names_of_any_bytes, no_events,
    )
}  # fmt: skip
