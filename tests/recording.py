"""Recordings that tests make with the installed program."""

import os
import re
import signal
import subprocess
from pathlib import Path

from tests.running import SCAPTUI

READY = re.compile(
    r"ready     \d\d:\d\d:\d\d UTC, capturing (.*), snaplen (\d+), (\d+) MB of buffers"
)
SUMMARY = re.compile(
    r"(\S+)(?: to \S+)?(?: \(.*\))?  (?:in all )?([\d,]+) events?"
    r"(?: and ([\d,]+) for names)?, ([\d,]+) bytes, drops ([\d,]+), (complete|cut|incomplete)"
)
ENVIRONMENT = {**os.environ, "TZ": "UTC"}


class Recorder:
    """A recording under way."""

    def __init__(self, *words: str | Path, program: tuple[str, ...] = (str(SCAPTUI),)) -> None:
        self.process = subprocess.Popen(
            [*program, "record", *map(str, words)],
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            text=True,
            env=ENVIRONMENT,
        )
        self.lines: list[str] = []
        self.wait_for("ready")

    def wait_for(self, start: str) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(start):
                return
        raise AssertionError(self.lines)

    def end(self, by: int | None = signal.SIGTERM) -> int:
        if by is not None:
            self.process.send_signal(by)
        assert self.process.stderr is not None
        with self.process.stderr as said:
            self.lines += said.read().splitlines()
        return self.process.wait(20)

    def leave(self) -> None:
        """End one that a test did not get to end."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()

    @property
    def helper(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    @property
    def summary(self) -> tuple[str, ...]:
        found = SUMMARY.fullmatch(self.lines[-1])
        assert found, self.lines
        return found.groups("0")
