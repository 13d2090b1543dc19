"""What the capture helper is asked for, and what gives it its privileges."""

import os
import shutil
from dataclasses import dataclass
from typing import Final

from scaptui.capture.helper import CAP_BPF, CAP_PERFMON, Helper

_NEEDED: Final = 1 << CAP_BPF | 1 << CAP_PERFMON
# sudo closes every other descriptor, so the helper's lines come this way.
_STATUS: Final = 2


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """What the helper is asked for.

    Attributes:
        snaplen: Bytes kept of what calls read and write.
        buffer: Bytes of all buffers together.
        duration: Seconds; None for no end.
        calls: Only these system calls; all when empty, and so below.
        pids: Only these processes.
        follow: With these processes also those that they start.
        comms: Only threads of these names.
        uids: Only these users.
        cgroup: Only this control group, below /sys/fs/cgroup, and those in it.
        newest_cgroup: With this one, inode of the group after which all are asked for, too.
    """

    snaplen: int = 80
    buffer: int = 64 << 20
    duration: float | None = None
    exit_only: bool = False
    compat: str | None = None
    environment: bool = True
    switches: bool = False
    page_faults: bool = False
    calls: tuple[str, ...] = ()
    pids: tuple[str, ...] = ()
    comms: tuple[str, ...] = ()
    uids: tuple[str, ...] = ()
    follow: bool = False
    cgroup: str | None = None
    newest_cgroup: int | None = None

    @property
    def words_for_people(self) -> list[str]:
        """Which processes are asked for, beside what a filter says."""
        words = []
        if self.follow:
            one = len(self.pids) == 1
            what, starts = ("process", "it starts") if one else ("processes", "they start")
            words.append(f"{what} {','.join(self.pids)} and what {starts}")
        if self.cgroup is not None:
            new = "" if self.newest_cgroup is None else " and new ones"
            words.append(f"control group {self.cgroup}{new}")
        return words

    def words(self, exclude: int) -> list[str]:
        """The helper's arguments; the process `exclude` is left out of the capture."""
        valued = {
            "--snaplen": str(self.snaplen),
            "--buffer": str(self.buffer),
            "--for": None if self.duration is None else f"{self.duration:.3f}",
            "--compat": self.compat,
            "--syscalls": ",".join(self.calls),
            "--pid": ",".join(self.pids),
            "--comm": ",".join(self.comms),
            "--uid": ",".join(self.uids),
            "--cgroup": self.cgroup,
            "--newest-cgroup": None if self.newest_cgroup is None else str(self.newest_cgroup),
            "--exclude-pid": str(exclude),
            "--status-fd": str(_STATUS),
        }
        switches = {
            "--follow": self.follow,
            "--exit-only": self.exit_only,
            "--no-env": not self.environment,
            "--switches": self.switches,
            "--page-faults": self.page_faults,
        }
        words = [f"{name}={value}" for name, value in valued.items() if value]
        return words + [name for name, wanted in switches.items() if wanted]


def prefix(helper: Helper) -> list[str] | None:
    """What goes before the helper to give it privileges; None when there is no way to."""
    capabilities = helper.answers.capabilities if helper.answers else 0
    if os.geteuid() == 0 or capabilities & _NEEDED == _NEEDED:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    # Without a terminal nobody could type a password.
    return [sudo, "--"] if _has_terminal() else [sudo, "-n", "--"]


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
