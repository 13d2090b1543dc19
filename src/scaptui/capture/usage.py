"""What processes of this machine take of it: processor time and memory, sampled from /proc."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import psutil

# Inode of the first namespace of process ids, whatever the machine.
_FIRST_NAMESPACE: Final = "pid:[4026531836]"


class Share(NamedTuple):
    """What a process takes.

    Attributes:
        cpu: Percent of one processor since the last sample; None at the first.
        resident_kb: Memory, KiB.
    """

    cpu: float | None
    resident_kb: int


class Usage:
    """Samples processes by their ids. A process that is sampled twice in a row has a share."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[psutil.Process, float, float]] = {}

    def sample(self, pids: Iterable[int]) -> dict[int, Share]:
        """Shares of the processes that are there."""
        known: dict[int, tuple[psutil.Process, float, float]] = {}
        shares: dict[int, Share] = {}
        for pid in pids:
            with suppress(psutil.Error, OSError, ValueError):
                before = self._known.get(pid)
                process = before[0] if before and before[0].is_running() else psutil.Process(pid)
                with process.oneshot():
                    now, times = time.monotonic(), process.cpu_times()
                    resident = process.memory_info().rss // 1024
                taken = times.user + times.system
                cpu = None
                if before is not None and before[0] is process and now > before[2]:
                    cpu = max(0.0, 100 * (taken - before[1]) / (now - before[2]))
                known[pid] = (process, taken, now)
                shares[pid] = Share(cpu, resident)
        self._known = known
        return shares


def sees_host_processes() -> bool:
    """Whether ids in /proc are those that captures of this kernel have."""
    try:
        return os.fspath(Path("/proc/self/ns/pid").readlink()) == _FIRST_NAMESPACE
    except OSError:
        return False
