"""What live tests need: a kernel that lets itself be recorded, and a way to look for leftovers."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.running import PROBE


@pytest.fixture(scope="session")
def kernel() -> None:
    """A kernel that can be recorded; where it refuses the test skips with its words."""
    if os.geteuid() != 0:
        pytest.skip("recording needs root")
    done = subprocess.run(
        [PROBE, "--for", "0.01"],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        pytest.skip(done.stderr.strip())


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[str]:
    """A process of a name of its own that reads a file ten times a second; gives the name."""
    name = f"busy{os.getpid() % 10**6}"
    program = tmp_path / name
    program.symlink_to(sys.executable)
    text = "import time\nwhile True:\n    open('/etc/hostname').close()\n    time.sleep(0.1)\n"
    process = subprocess.Popen([program, "-c", text])
    yield name
    process.kill()
    process.wait()


def helper_of(viewer: int) -> int:
    """The process that runs the helper of a viewer."""
    (found,) = [child.pid for child in psutil.Process(viewer).children() if runs_helper(child)]
    return found


def runs_helper(process: psutil.Process) -> bool:
    """Whether a process is the helper."""
    with suppress(psutil.Error, OSError):
        return PROBE.samefile(process.exe())
    return False


def ends(pid: int) -> bool:
    """Whether the helper of this number ends, within some seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or not runs_helper(psutil.Process(pid)):
            return True
        time.sleep(0.05)
    return False
