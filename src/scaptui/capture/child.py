"""A command that is watched: made before the capture begins, run once it has begun."""

import os
import pwd
import signal
import time
from collections.abc import Sequence
from contextlib import suppress

from scaptui.capture.invoking_user import become_invoking_user

_NOT_FOUND = 127
_NOT_RUN = 126


class Child:
    """A process that waits for `go`, then executes the command.

    It belongs to the viewer's group of processes, but has nothing of its terminal.

    Attributes:
        pid: Its number, known before it does anything.
        status: Exit status as shells count it (128 and the signal); None while it runs.
    """

    def __init__(self, argv: Sequence[str], output: str | None) -> None:
        """Make it. It runs as the invoking user, and writes to a new file, else to nowhere.

        Call it while the process has one thread.

        Raises:
            OSError: there is no such command, or the file cannot be made.
        """
        self.status: int | None = None
        wait, self._go = os.pipe()
        failed, fails = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._go)
            os.close(failed)
            _run(argv, output, wait, fails)
        os.close(wait)
        os.close(fails)
        self._failed = failed

    def go(self) -> str:
        """Let it execute the command; why it could not, empty when it could."""
        os.write(self._go, b"\n")
        os.close(self._go)
        told = b""
        while data := os.read(self._failed, 4096):
            told += data
        os.close(self._failed)
        return told.decode("utf-8", "replace")

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""
        if self.status is None:
            with suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    code = os.waitstatus_to_exitcode(status)
                    self.status = code if code >= 0 else 128 - code
        return self.status

    def stop(self) -> int:
        """End it, politely first; its exit status."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.poll() is not None:
                break
            with suppress(OSError):
                os.kill(self.pid, number)
            until = time.monotonic() + 2
            while self.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
        return 128 + signal.SIGKILL if self.status is None else self.status


def _run(argv: Sequence[str], output: str | None, wait: int, fails: int) -> None:
    """In the child: never returns."""
    status = _NOT_RUN
    try:
        if not os.read(wait, 1):
            os._exit(status)  # the viewer is gone
        become_invoking_user()
        with suppress(KeyError):
            name = pwd.getpwuid(os.getuid()).pw_name
            os.environ.update(USER=name, LOGNAME=name)
        nowhere = os.open(os.devnull, os.O_RDWR)
        to = nowhere
        if output is not None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            to = os.open(output, flags, 0o600)
        for number, descriptor in enumerate((nowhere, to, to)):
            os.dup2(descriptor, number)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them
            signal.signal(number, signal.SIG_DFL)
        os.execvp(argv[0], list(argv))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the viewer is to know
        status = _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_RUN
        with suppress(OSError):
            os.write(fails, (getattr(error, "strerror", None) or str(error)).encode())
    os._exit(status)
