"""A helper for tests: it writes what it is given, at the pace it is given."""

import os
import signal
import struct
import sys
from pathlib import Path

from scaptui.capture.followed import Followed

READY = '{"ready":true}'
NUMBERS = (
    '{"seconds":2.000,"events":7,"bytes":900,"drops":[1180,4],"late":0,"buffer":0.2500,'
    '"cpu_seconds":0.100}'
)
_PROGRAM = """
import os, sys
fifo, *told = sys.argv[1:]
for line in told:
    print(line, file=sys.stderr, flush=True)
given = os.open(fifo, os.O_RDONLY)
while data := os.read(given, 65536):
    while data:
        data = data[os.write(1, data):]
"""


class StandIn:
    """What a helper would do, in steps: `give` bytes, `close`, `kill`."""

    def __init__(self, folder: Path, *told: str) -> None:
        fifo = folder / "given"
        os.mkfifo(fifo)
        self.said: list[str] = []
        words = [sys.executable, "-c", _PROGRAM, str(fifo), *(told or (READY,))]
        self.probe = Followed(words, self.said.append)
        self._to = os.open(fifo, os.O_WRONLY)

    def give(self, data: bytes) -> None:
        """The next bytes of the stream."""
        os.write(self._to, data)

    def close(self) -> None:
        """The stream ends."""
        if self._to >= 0:
            os.close(self._to)
            self._to = -1

    def kill(self) -> None:
        """Somebody kills the helper."""
        os.kill(self.probe.pid, signal.SIGKILL)


def blocks(stream: bytes) -> list[bytes]:
    """A capture's blocks, those of events one by one."""
    found = []
    while stream:
        (length,) = struct.unpack_from("<I", stream, 4)
        found.append(stream[:length])
        stream = stream[length:]
    return found
