"""The helper at work: it tells how it does all the while.

It writes a capture to its standard output, and lines of JSON about itself to standard error: that
is a descriptor which sudo and ssh carry, too.
"""

import fcntl
import json
import os
import select
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

# What may wait in the pipe, in bytes: an ordinary user's limit.
_PIPE: Final = 1 << 20
# How long a helper that was asked to end may take, in seconds.
_PATIENCE: Final = 2.0
_KEPT_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the helper tells of itself each second; numbers are those since its start.

    Attributes:
        seconds: Time it has recorded.
        events: Events it wrote.
        bytes: Bytes it wrote.
        drops: Events lost for want of room in a buffer, of all processors.
        late: Events that came too late for their place in the order.
        buffer: How full the fullest buffer was in the last second, from 0 to 1.
        cpu_seconds: Processor time it took.
        cpu: Share of one processor it took in the last second, from 0.
        end: Whether these are its last.
    """

    seconds: float = 0.0
    events: int = 0
    bytes: int = 0
    drops: int = 0
    late: int = 0
    buffer: float = 0.0
    cpu_seconds: float = 0.0
    cpu: float = 0.0
    end: bool = False

    @classmethod
    def parse(cls, line: str, before: "Numbers | None" = None) -> "Numbers | None":
        """The numbers of a line of JSON; None when it is none of this kind."""
        try:
            told = json.loads(line)
            seconds, cpu_seconds = float(told["seconds"]), float(told["cpu_seconds"])
            passed = seconds - (before.seconds if before else 0.0)
            taken = cpu_seconds - (before.cpu_seconds if before else 0.0)
            return cls(
                seconds,
                int(told["events"]),
                int(told["bytes"]),
                sum(map(int, told["drops"])),
                int(told["late"]),
                float(told["buffer"]),
                cpu_seconds,
                max(0.0, taken / passed) if passed > 0 else 0.0,
                bool(told.get("end")),
            )
        except (ValueError, KeyError, TypeError):
            return None


class Followed:
    """A helper that was started. `stream` is the descriptor its capture comes on.

    Attributes:
        pid: Number of the process that was started: the helper, or sudo or ssh before it.
        stream: Read this, and close it when it is not wanted any more: that ends the helper.
        numbers: What it told of itself last; None before that.
        said: What it wrote to standard error besides, the newest last.
    """

    def __init__(self, argv: Sequence[str], say: Callable[[str], None]) -> None:
        """Start it. `say` gets what it says before it is ready.

        Raises:
            OSError: the program cannot be run.
        """
        self.stream, write = os.pipe()
        with suppress(OSError):  # the pipe is smaller then
            fcntl.fcntl(self.stream, fcntl.F_SETPIPE_SZ, _PIPE)
        try:
            self._process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=write, stderr=subprocess.PIPE
            )
        except OSError:
            os.close(self.stream)
            raise
        finally:
            os.close(write)
        self.pid = self._process.pid
        self.numbers: Numbers | None = None
        self.said: deque[str] = deque(maxlen=_KEPT_LINES)
        self._say = say
        self._is_ready = False
        self._stopped = False
        self._rest = b""

    @property
    def is_ready(self) -> bool:
        """Whether it has said that nothing is missed from now on."""
        return self._is_ready

    @property
    def drops(self) -> int:
        """Events lost so far, as far as it has told."""
        return self.numbers.drops if self.numbers else 0

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def hear(self, seconds: float = 0) -> None:
        """Take what it tells, waiting for it at most so long; for those that do not `listen`."""
        said = self._process.stderr
        assert said is not None
        while not said.closed and select.select([said], [], [], seconds)[0]:
            if not self._read():
                self._process.wait()
            seconds = 0

    def wait_until_ready(self) -> bool:
        """Wait until nothing is missed any more; False when it ended instead.

        Ctrl-C goes to the helper as well, and comes out of here as `KeyboardInterrupt`.
        """
        while not self._is_ready and self._read():
            pass
        # The first bytes are waited for here: the core could not be interrupted.
        return self._is_ready and self._has_begun()

    def listen(self) -> None:
        """Hear, on a thread, what it tells from now on."""
        threading.Thread(target=self._listen, name="scaptui-probe", daemon=True).start()

    def ended(self) -> str | None:
        """How it ended, in a few words; empty for an end that was asked for, None while it runs."""
        status = self._process.poll()
        if status is None:
            return None
        if self._stopped or (self.numbers is not None and self.numbers.end):
            return ""
        if status < 0:
            with suppress(ValueError):
                return f"killed by {signal.Signals(-status).name}"
        if self.said:
            return self.said[-1].removeprefix("scaptui-probe: ")
        return f"ended with status {status}" if status else "ended"

    def expect_end(self) -> None:
        """An end that comes from now on was asked for."""
        self._stopped = True

    def ask_to_end(self) -> bool:
        """Ask it to write what it has and end; False when we may not, as root started it."""
        self._stopped = True
        try:
            self._process.terminate()
        except PermissionError:
            return False
        return True

    def stop(self) -> None:
        """Ask it to end, and wait for that a moment.

        What runs as another user cannot be asked: that ends when its stream is closed.
        """
        if not self.ask_to_end():
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)

    def _has_begun(self) -> bool:
        waits = select.poll()
        waits.register(self.stream, select.POLLIN)
        return any(happened & select.POLLIN for _, happened in waits.poll())

    def _listen(self) -> None:
        while self._read():
            pass

    def _read(self) -> bool:
        """Take in some of what it tells; False at the end."""
        assert self._process.stderr is not None
        data = os.read(self._process.stderr.fileno(), 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines, self._rest = [self._rest], b""
        for line in lines:
            self._take(line.decode("utf-8", "replace").rstrip("\r"))
        if not data:
            self._process.stderr.close()
        return bool(data)

    def _take(self, line: str) -> None:
        if line.startswith("{"):
            self._is_ready |= line == '{"ready":true}'
            self.numbers = Numbers.parse(line, self.numbers) or self.numbers
        elif line.strip():
            self.said.append(line.strip())
            if not self._is_ready:
                self._say(line)
