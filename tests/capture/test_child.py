"""The command that is watched runs as who asked for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import os, sys
from scaptui.capture.child import Child
child = Child(["id", "-u"], sys.argv[1])
print(child.go(), end="")
while child.poll() is None:
    pass
print(child.status)
"""


def run(output: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, output],
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
    assert "File exists" in run(str(output))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_is_the_invoking_user_s() -> None:
    # That user may write neither to a folder of root's nor over a device.
    assert "Permission denied" in run("/root/output", SUDO_UID="65534", SUDO_GID="65534")
