"""Captures in which a program is restarted, written event by event."""

from collections.abc import Callable
from pathlib import Path

from scaptui.capture.opening import compile_filter
from scaptui.demo.encoding import Value
from scaptui.demo.process import AT_FDCWD, SECOND
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from scaptui.views.crash_finding import crashes
from scaptui.views.crashes import Crashes
from tests.core.asking import opened
from tests.core.building import Building
from tests.core.containers import cgroups

MS = SECOND // 1_000
SUPERVISOR = 100
UID = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"

Work = Callable[[Building, int], None]


def host_loop(path: Path, work: Work, *statuses: int) -> Path:
    """A supervisor starts a program; it works, ends with a wait status, and is started again."""
    building = Building(path)
    building.process(1, "systemd", ptid=0)
    building.process(SUPERVISOR, "supervisord")
    for run, status in enumerate(statuses):
        pid = 200 + 10 * run
        building.clone(SUPERVISOR, pid, "supervisord")
        execute(building, pid, "app", "--serve")
        building.now += 500 * MS
        work(building, pid)
        end(building, pid, status)
        building.now += SECOND
    return building.close()


def pod_loop(path: Path, work: Work, status: int = 256, gaps: tuple[int, ...] = (10, 20)) -> Path:
    """A pod whose container is made anew after each end, and these waits in seconds."""
    building = Building(path)
    building.process(1, "systemd", ptid=0)
    building.process(SUPERVISOR, "containerd-shim")
    for run, gap in enumerate((*gaps, 0)):
        pid = 200 + 10 * run
        group = cgroups(f"/kubepods/burstable/pod{UID}/{run:x}" + "a" * 63)
        about = {"exe": "runc", "comm": "runc", "cgroups": group}
        building.exit(SUPERVISOR, "clone", res=pid, tid=SUPERVISOR, pid=SUPERVISOR, **about)
        building.exit(
            pid, "clone", res=0, tid=pid, pid=pid, ptid=SUPERVISOR, vtid=1, vpid=1, **about
        )
        execute(building, pid, "app", "--serve", cgroups=group)
        building.now += 500 * MS
        work(building, pid)
        end(building, pid, status)
        building.now += gap * SECOND
    return building.close()


def execute(building: Building, pid: int, comm: str, *args: str, **more: Value) -> None:
    """A process executes a program."""
    building.exit(
        pid, "execve", res=0, exe=comm, comm=comm, args=list(args), tid=pid, pid=pid,
        filename=f"/bin/{comm}", trusted_exepath=f"/bin/{comm}", **more,
    )  # fmt: skip


def fails_to_open(building: Building, pid: int, path: str, error: int = 2) -> None:
    """An open fails."""
    building.exit(pid, "openat", fd=-error, dirfd=AT_FDCWD, name=path)


def says(building: Building, pid: int, text: str | bytes, fd: int = 2) -> None:
    """Something is written."""
    data = text.encode() if isinstance(text, str) else text
    building.exit(pid, "write", res=len(data), fd=fd, size=len(data), data=data)


def end(building: Building, pid: int, status: int) -> None:
    """A process ends with a wait status: 256 is exit 1, 11 is a signal."""
    building.happens(pid, "procexit", status=status, ret=status >> 8, sig=status & 0x7F)


def found(path: Path, text: str = "") -> Crashes:
    """What is restarted in a capture."""
    selected = compile_filter(wire(understood(text).expression)) if text else None
    return crashes(opened(path), selected)
