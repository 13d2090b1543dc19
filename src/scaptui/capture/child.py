"""A command that is watched: made before the capture begins, run once it has begun."""

import os
import pwd
import shutil
import signal
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from scaptui.capture.invoking_user import become_invoking_user
from scaptui.capture.making import taken, unmade
from scaptui.errors import Refused

_NOT_FOUND = 127
_NOT_RUN = 126
# What the child tells before it waits; else it tells why it cannot.
_PREPARED = b"prepared"
_HINT = "the first word behind -- is the command, the others are its arguments"


class Child:
    """A process that waits for `go`, then executes the command.

    It has a session of its own, with all that it starts: it can neither read the viewer's terminal
    nor be stopped by it, and ends as a whole.

    Attributes:
        pid: Its number, known before it does anything.
        status: Exit status as shells count it (128 and the signal); None while it runs.
    """

    def __init__(self, argv: Sequence[str], output: str | None) -> None:
        """Make it. It runs as the invoking user, and writes to a new file, else to nowhere.

        Call it while the process has one thread. A file that was made goes again when the command
        does not begin.

        Raises:
            Refused: there is no such command, or the file cannot be made.
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
        self._waits = True
        told = os.read(failed, 4096)
        if told != _PREPARED:
            self.stop()
            raise Refused(*told.decode("utf-8", "replace").split("\n"))

    def go(self) -> str:
        """Let it execute the command; why it could not, empty when it could."""
        self._waits = False
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
        """End it and its session, politely first; its exit status.

        When it has ended by itself, what it left behind is meant to stay.
        """
        if self._waits:
            self._waits = False
            os.close(self._go)
            os.close(self._failed)
            os.waitpid(self.pid, 0)
            self.status = _NOT_RUN
        if self.poll() is None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                if self._is_there():
                    self._signal(number)
                until = time.monotonic() + 2
                while self._is_there() and time.monotonic() < until:
                    time.sleep(0.01)
        return 128 + signal.SIGKILL if self.status is None else self.status

    def _signal(self, number: int) -> None:
        own = [self.pid] if self.poll() is None else []
        for pid in {*own, *_session(self.pid)}:
            with suppress(OSError):
                os.kill(pid, number)

    def _is_there(self) -> bool:
        """Whether it runs, or another of its session."""
        return self.poll() is None or bool(_session(self.pid))


def _session(leader: int) -> list[int]:
    """Processes of a session that have not ended, whatever group a shell has put them into."""
    found = []
    for process in psutil.process_iter():
        with suppress(OSError, psutil.Error):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def _run(argv: Sequence[str], output: str | None, wait: int, fails: int) -> None:
    """In the child: never returns."""
    status = _NOT_RUN
    try:
        os.setsid()
        become_invoking_user()
        with suppress(KeyError):
            name = pwd.getpwuid(os.getuid()).pw_name
            os.environ.update(USER=name, LOGNAME=name)
        if shutil.which(argv[0]) is None:
            is_there = "/" in argv[0] and Path(argv[0]).exists()
            why = "it is not executable" if is_there else "there is no such command"
            raise Refused(f"cannot run {argv[0]!r}: {why}", _HINT)
        nowhere = os.open(os.devnull, os.O_RDWR)
        to = nowhere if output is None else _opened(output)
        os.write(fails, _PREPARED)
        if not os.read(wait, 1):  # the viewer is gone
            if output is not None and stat.S_ISREG(os.fstat(to).st_mode):
                Path(output).unlink()
            os._exit(status)
        for number, descriptor in enumerate((nowhere, to, to)):
            os.dup2(descriptor, number)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them
            signal.signal(number, signal.SIG_DFL)
        os.execvp(argv[0], list(argv))
    except Refused as refused:
        os.write(fails, f"{refused.message}\n{refused.hint or ''}".encode())
    except BaseException as error:  # noqa: BLE001 - whatever it is, the viewer is to know
        status = _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_RUN
        with suppress(OSError):
            os.write(fails, (getattr(error, "strerror", None) or str(error)).encode())
    os._exit(status)


def _opened(output: str) -> int:
    """A new file of our own, or a device that is there.

    Raises:
        Refused: it cannot be written.
    """
    try:
        with suppress(FileNotFoundError):
            if stat.S_ISCHR(os.lstat(output).st_mode):
                return os.open(output, os.O_WRONLY | os.O_NOCTTY | os.O_NOFOLLOW)
        return os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError as error:
        raise Refused(*taken(output)) from error
    except OSError as error:
        raise unmade("write", output, error) from error
