"""What is sent to the terminal while nothing happens: nothing."""

import os
from pathlib import Path

from tests.core.building import Building
from tests.screens.terminal import Terminal

# In place of ssh: a helper that has told everything and has nothing more to tell.
_SSH = """#!/bin/sh
echo '{"ready":true}' >&2
cat "$STREAM"
exec sleep 60
"""


def test_nothing_is_sent_while_nothing_happens(tmp_path: Path) -> None:
    made = Building(tmp_path / "made.scap")
    made.machine("node7")
    made.process(10, "cat")
    for _ in range(50):
        made.call(10, "getcwd", path="/")
    ssh = tmp_path / "ssh"
    ssh.write_text(_SSH)
    ssh.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "STREAM": str(made.close()),
    }
    with Terminal("live", "--utc", "--ssh", "node7", env=environment) as terminal:
        terminal.wait_for(" 0 ev/s ")
        # Those at rest go after some intervals.
        terminal.wait_for(lambda t: not any(" cat " in line for line in t.text[5:13]))
        terminal.settle()
        assert terminal.read(3.0) == 0
        terminal.keys("k")
        assert terminal.read(0.3) > 0
        terminal.keys("q")
        assert terminal.wait() == 0
