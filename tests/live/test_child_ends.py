"""A watched command ends with the viewer, whatever ends that."""

import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.running import SCAPTUI

pytestmark = [
    pytest.mark.usefixtures("kernel"),
    pytest.mark.probe,
    pytest.mark.xdist_group("record"),
]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_too(number: signal.Signals, tmp_path: Path) -> None:
    output = tmp_path / "pid"
    live = subprocess.Popen(
        [
            SCAPTUI,
            "live",
            "evt.type=bind",
            "--output",
            output,
            "--",
            "sh",
            "-c",
            "echo $$; sleep 60",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while not (output.exists() and output.read_text().endswith("\n")):
            assert time.monotonic() < until
            time.sleep(0.05)
        command = int(output.read_text())
        live.send_signal(number)
        assert live.wait(15) == -number
        assert not psutil.pid_exists(command)
    finally:
        live.kill()
        live.wait()
