"""A pseudo-terminal that a program runs on, with the moment at which each of its bytes came."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import pyte

# A picture is whole when nothing follows it for so long. Longer than a program waits between the
# pieces of one picture, shorter than people wait between two keys.
QUIET: Final = 0.03
# A key that nothing answers for so long has no answer.
_LONGEST: Final = 1.0
_ENVIRONMENT: Final = {
    "TERM": "xterm-256color",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "SCAPTUI_INDEX": "off",  # what is measured is reading
}
# What the terminal of whoever measures says of itself.
_NOT_OURS: Final = frozenset({"NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "COLORFGBG"})
# A terminal of today is asked whether it can show a picture at once, and says yes.
_QUESTION: Final = b"\x1b[?2026$p"
_ANSWER: Final = b"\x1b[?2026;2$y"
_END: Final = b"\x1b[?2026l"


class NeverSeen(Exception):
    """What a program was to show did not come."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What came in one reading, and when, in seconds."""

    at: float
    data: bytes


Lines = Sequence[str]
Seen = Callable[[Lines], object]
"""What is looked for on the screen, as a function of its lines."""


class Terminal:
    """Runs a program and shows what a person would see.

    Pictures are worked out after bytes were timed, so that they cost the program no time.
    """

    def __init__(self, words: Sequence[str], size: tuple[int, int]) -> None:
        columns, lines = size
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        self._closed = False
        self.began = time.perf_counter()
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            os.execvpe(words[0], list(words), {**environment, **_ENVIRONMENT})
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._master)

    @property
    def text(self) -> Lines:
        """What the screen shows, line by line."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def waited(self) -> float:
        """Seconds the program's first thread, which draws, has waited for a core so far."""
        told = Path(f"/proc/{self._pid}/task/{self._pid}/schedstat").read_text(encoding="ascii")
        return int(told.split()[1]) / 1e9

    def press(self, keys: str, quiet: float = QUIET) -> list[Piece]:
        """Type, and take what comes until nothing does for so long."""
        self.write(keys)
        return self.take(quiet, least=_LONGEST)

    def write(self, keys: str) -> float:
        """Type; when that was."""
        began = time.perf_counter()
        os.write(self._master, keys.encode())
        return began

    def take(self, quiet: float, least: float = 0.0) -> list[Piece]:
        """What comes until nothing does for so long; the first is waited for at least so long."""
        pieces: list[Piece] = []
        wait = max(quiet, least)
        while select.select([self._master], [], [], wait)[0]:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:  # the other side has closed
                self._closed = True
                break
            pieces.append(Piece(time.perf_counter(), data))
            if _QUESTION in data:
                os.write(self._master, _ANSWER)
            wait = quiet
        return pieces

    def take_for(self, seconds: float) -> list[Piece]:
        """What comes in so many seconds."""
        until = time.perf_counter() + seconds
        pieces: list[Piece] = []
        while (left := until - time.perf_counter()) > 0:
            pieces += self.take(0.0, least=left)
        return pieces

    def show(self, pieces: Iterable[Piece]) -> None:
        """Let the screen show what came."""
        for piece in pieces:
            self._stream.feed(piece.data)

    def wait_for(self, seen: Seen, seconds: float = 60.0) -> Piece:
        """Wait until something is seen; the bytes that completed it.

        Raises:
            NeverSeen: it did not come.
        """
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and not self._closed:
            found: Piece | None = None
            for piece in self.take(0.0, least=0.1):
                self.show([piece])
                if found is None and seen(self.text):
                    found = piece
            if found is not None:
                return found
        raise NeverSeen("\n".join(self.text))

    def settle(self) -> None:
        """Wait until the screen rests."""
        while pieces := self.take(QUIET, least=0.5):
            self.show(pieces)

    def answer(self, key: str, lines: range) -> float | None:
        """Seconds from a key to the last byte of the first picture that changes these lines.

        None when none of them changes for long. The screen shows everything afterwards.
        """
        began = self.write(key)
        wait = _LONGEST
        while wait > 0:
            ended = self.end_of_change(self.take(QUIET, least=wait), lines)
            if ended is not None:
                return ended - began
            wait = began + _LONGEST - time.perf_counter()
        return None

    def end_of_change(self, pieces: Iterable[Piece], lines: range) -> float | None:
        """When the picture was whole that first changed these lines.

        A program that does not mark the ends of its pictures has one picture until it is quiet.
        """
        changed = ended = None
        before = self._cells(lines)
        for piece in pieces:
            self.show([piece])
            if ended is None and (now := self._cells(lines)) != before:
                before, changed = now, piece.at
            if ended is None and changed is not None and _END in piece.data:
                ended = piece.at
        return ended or changed

    def _cells(self, lines: range) -> list[dict[int, pyte.screens.Char]]:
        return [dict(self.screen.buffer[y]) for y in lines if y < self.screen.lines]


def size_of(pieces: Iterable[Piece]) -> int:
    """How many bytes these are."""
    return sum(len(piece.data) for piece in pieces)
