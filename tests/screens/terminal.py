"""The installed program on a terminal of our own: keys in, a picture and a count of bytes out."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

import pyte

# What the terminal of the tests, and pytest, say of themselves.
_NOT_OURS = {"NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "COLORFGBG"}
PROGRAM = [str(Path(sys.executable).with_name("scaptui"))]


class Terminal:
    """Runs a program on a pseudo-terminal and shows what a person would see."""

    def __init__(
        self,
        *words: str | Path,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        program: list[str] | None = None,
    ) -> None:
        self.columns, self.lines = size
        self.screen = pyte.Screen(self.columns, self.lines)
        self.stream = pyte.ByteStream(self.screen)
        self.received = b""
        self.status: int | None = None
        environment = {
            **{name: value for name, value in os.environ.items() if name not in _NOT_OURS},
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            **(env or {}),
        }
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            argv = [*(program or PROGRAM), *map(str, words)]
            os.execvpe(argv[0], argv, environment)
        self._resize()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)

    @property
    def text(self) -> list[str]:
        """What the screen shows, line by line."""
        return [line.rstrip() for line in self.screen.display]

    def keys(self, *keys: str) -> None:
        """Press keys; names of no key are typed as they are."""
        os.write(self.master, "".join(_KEYS.get(key, key) for key in keys).encode())

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, as dragging its corner does."""
        self.columns, self.lines = columns, lines
        self.screen.resize(lines, columns)
        self._resize()
        os.kill(self.pid, signal.SIGWINCH)

    def read(self, seconds: float = 0.05) -> int:
        """Take in what comes until nothing does for so long; how many bytes that were."""
        count = 0
        while select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:  # the other side has closed
                break
            if not data:
                break
            self.received += data
            self.stream.feed(data)
            count += len(data)
        return count

    def wait_for(self, seen: Callable[["Terminal"], bool] | str, seconds: float = 15) -> None:
        """Wait until something can be seen."""
        until = time.monotonic() + seconds
        while True:
            self.read(0.02)
            shown = "\n".join(self.text)
            if (seen in shown) if isinstance(seen, str) else seen(self):
                return
            if time.monotonic() > until:
                raise AssertionError(f"never seen: {seen!r}\n{shown}")

    def settle(self) -> None:
        """Wait until the screen rests."""
        while self.read(0.3):
            pass

    def wait(self, seconds: float = 10) -> int:
        """Wait for the end of the program; its status, negative for a signal."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.read(0.02)
                self.status = os.waitstatus_to_exitcode(status)
                return self.status
        raise AssertionError("it does not end\n" + "\n".join(self.text))

    def _resize(self) -> None:
        size = struct.pack("HHHH", self.lines, self.columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)


_KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "page_down": "\x1b[6~",
    "page_up": "\x1b[5~",
    "f9": "\x1b[20~",
    "ctrl+c": "\x03",
    "ctrl+d": "\x04",
    "ctrl+g": "\x07",
    "ctrl+l": "\x0c",
    "ctrl+u": "\x15",
    "ctrl+z": "\x1a",
    "backspace": "\x7f",
    "space": " ",
}
