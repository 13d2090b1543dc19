"""Signals to processes of this machine, as far as the rights of who runs this go."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

from scaptui.errors import Refused

_HINT: Final = "TERM, KILL, HUP, INT, STOP, CONT, USR1 or a number"


def signal_named(text: str) -> signal.Signals:
    """The signal of a name, with or without SIG, or of a number.

    Raises:
        Refused: there is none.
    """
    name = text.strip().upper()
    with suppress(ValueError, KeyError):
        if name.isascii() and name.isdigit():
            return signal.Signals(int(name))
        return signal.Signals[name if name.startswith("SIG") else f"SIG{name}"]
    raise Refused(f"{text!r} is no signal", _HINT)


class Target:
    """A process that was chosen. Its number may soon be another's: only this process is reached.

    Attributes:
        pid: Its number.
        command: Its program without a path, and its arguments; the kernel's name for it where it
            has none.
    """

    def __init__(self, pid: int) -> None:
        """Choose it.

        Raises:
            Refused: it has ended.
        """
        self.pid = pid
        try:
            self._process = os.pidfd_open(pid)
        except OSError as error:
            raise Refused(f"process {pid} cannot be signalled: {_words(error)}") from error
        self.command = _command(pid)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, and let go of it.

        Raises:
            Refused: it has ended, or is another user's.
        """
        try:
            signal.pidfd_send_signal(self._process, number)
        except OSError as error:
            why = _words(error)
            raise Refused(f"{number.name} cannot be sent to process {self.pid}: {why}") from error
        finally:
            self.leave()

    def leave(self) -> None:
        """Let go of it."""
        if self._process >= 0:
            os.close(self._process)
            self._process = -1


def _command(pid: int) -> bytes:
    with suppress(OSError):
        folder = Path(f"/proc/{pid}")
        line = folder.joinpath("cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ")
        program, blank, rest = line.partition(b" ")
        line = program.rpartition(b"/")[2] + blank + rest
        return line or folder.joinpath("comm").read_bytes().strip()
    return b""


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
