"""The command that is watched runs as who asked for it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from scaptui.capture.child import Child

_PROGRAM = """
import os, sys
from scaptui.capture.child import Child
from scaptui.errors import Refused
try:
    child = Child(sys.argv[2:], sys.argv[1])
except Refused as refused:
    print(refused.message)
    sys.exit()
print(child.go(), end="")
while child.poll() is None:
    pass
print(child.status)
"""


def run(output: str, *words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, output, *(words or ("id", "-u"))],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout


def test_it_writes_to_a_new_file_and_tells_its_status(tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert run(str(output)) == "0\n"
    assert output.read_text() == f"{os.getuid()}\n"
    assert run(str(output)) == f"{str(output)!r} exists already\n"
    assert output.read_text() == f"{os.getuid()}\n"


def test_it_writes_to_a_device_that_is_there() -> None:
    assert run(os.devnull) == "0\n"


def test_what_it_cannot_do_is_known_before_anything_begins(tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert run(str(output), "no-such-command") == (
        "cannot run 'no-such-command': there is no such command\n"
    )
    plain = str(Path(__file__))
    assert run(str(output), plain) == f"cannot run {plain!r}: it is not executable\n"
    missing = str(tmp_path / "none" / "output")
    assert run(missing) == f"cannot write {missing!r}: no such file or directory\n"
    assert list(tmp_path.iterdir()) == []


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_one_that_never_begins_leaves_no_file(tmp_path: Path) -> None:
    output = tmp_path / "output"
    child = Child(["true"], str(output))
    assert output.exists()
    assert child.stop() == 126
    assert not output.exists()


@pytest.mark.parametrize("groups", ["", "set -m; "])
def test_what_it_has_started_ends_with_it(tmp_path: Path, groups: str) -> None:
    """Also where a shell with job control gives each job a group of its own."""
    output = tmp_path / "output"
    child = Child(["bash", "-c", f"{groups}sleep 60 & echo $!; sleep 61"], str(output))
    assert child.go() == ""
    while not output.read_text().endswith("\n"):
        time.sleep(0.01)
    assert child.stop() == 128 + signal.SIGTERM
    assert not is_running(int(output.read_text()))


def test_what_it_left_behind_stays(tmp_path: Path) -> None:
    output = tmp_path / "output"
    child = Child(["sh", "-c", "sleep 60 & echo $!"], str(output))
    assert child.go() == ""
    while child.poll() is None:
        time.sleep(0.01)
    assert child.stop() == 0
    left = psutil.Process(int(output.read_text()))
    assert left.is_running()
    left.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_is_the_invoking_user_s() -> None:
    # That user may not write to a folder of root's.
    assert "permission denied" in run("/root/output", SUDO_UID="65534", SUDO_GID="65534")
