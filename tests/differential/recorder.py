"""Captures as the recorder of sysdig 0.29.3 writes them."""

from collections.abc import Sequence
from typing import Final

from scaptui._core import EventType, event_types
from tests.core.building import Building

# How many parameters the end of a call, or what is no call, has there. Later recorders add more.
_COUNTS: Final = {
    "syscall": 1, "open": 5, "close": 1, "read": 2, "write": 2, "socket": 1, "bind": 2,
    "connect": 2, "listen": 1, "sendto": 2, "recvfrom": 3, "shutdown": 1, "socketpair": 5,
    "sendmsg": 2, "recvmsg": 4, "creat": 4, "pipe": 4, "futex": 1, "stat": 2, "fstat": 1,
    "epoll_wait": 1, "poll": 2, "lseek": 1, "getcwd": 2, "chdir": 2, "fchdir": 1, "pread": 2,
    "pwrite": 2, "readv": 3, "writev": 2, "kill": 1, "nanosleep": 1, "timerfd_create": 1,
    "inotify_init": 1, "prlimit": 5, "fcntl": 1, "brk": 4, "mmap": 4, "munmap": 4, "rename": 3,
    "renameat": 5, "symlink": 3, "setresuid": 1, "setuid": 1, "setgid": 1, "clone": 20, "fork": 20,
    "vfork": 20, "execve": 20, "accept": 5, "access": 2, "setsid": 1, "mkdir": 2, "rmdir": 2,
    "unlink": 2, "unlinkat": 4, "mkdirat": 4, "openat": 6, "link": 3, "procexit": 4,
}  # fmt: skip
_DUP: Final = 125  # of today's two ways to write a dup, the one there was


_EXITS: Final = {
    row.name: row
    for row in event_types()
    if row.is_exit and (row.id == _DUP or (row.name in _COUNTS and not row.old))
}


class OldBuilding(Building):
    """A capture in event types and parameters that sysdig 0.29.3 knows."""

    exits = _EXITS

    def recorded(self, kind: EventType) -> Sequence[tuple[str, str]]:
        """Of an end of a call only what was written then; enter events have not changed."""
        if kind.is_exit or kind.name == "procexit":
            return kind.parameters[: _COUNTS.get(kind.name)]
        return kind.parameters
