"""The capture helper at work: how it is started, what it says, how it is ended."""

import fcntl
import json
import os
import select
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scaptui.capture.helper import CAP_BPF, CAP_PERFMON, Helper

# A pipe of this size keeps the helper from waiting for us.
_PIPE: Final = 1 << 20
_NEEDED: Final = 1 << CAP_BPF | 1 << CAP_PERFMON
# sudo closes every other descriptor, so the helper's lines come this way.
_STATUS: Final = 2


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """What the helper is asked for.

    Attributes:
        snaplen: Bytes kept of what calls read and write.
        buffer: Bytes of all buffers together.
        duration: Seconds; None for no end.
        calls: Only these system calls; all when empty, and so below.
        pids: Only these processes.
        comms: Only threads of these names.
        uids: Only these users.
    """

    snaplen: int = 80
    buffer: int = 64 << 20
    duration: float | None = None
    exit_only: bool = False
    compat: str | None = None
    environment: bool = True
    switches: bool = False
    page_faults: bool = False
    calls: tuple[str, ...] = ()
    pids: tuple[str, ...] = ()
    comms: tuple[str, ...] = ()
    uids: tuple[str, ...] = ()

    def words(self, exclude: int) -> list[str]:
        """The helper's arguments; the process `exclude` is left out of the capture."""
        valued = {
            "--snaplen": str(self.snaplen),
            "--buffer": str(self.buffer),
            "--for": None if self.duration is None else f"{self.duration:.3f}",
            "--compat": self.compat,
            "--syscalls": ",".join(self.calls),
            "--pid": ",".join(self.pids),
            "--comm": ",".join(self.comms),
            "--uid": ",".join(self.uids),
            "--exclude-pid": str(exclude),
            "--status-fd": str(_STATUS),
        }
        switches = {
            "--exit-only": self.exit_only,
            "--no-env": not self.environment,
            "--switches": self.switches,
            "--page-faults": self.page_faults,
        }
        words = [f"{name}={value}" for name, value in valued.items() if value]
        return words + [name for name, wanted in switches.items() if wanted]


def prefix(helper: Helper) -> list[str] | None:
    """What goes before the helper to give it privileges; None when there is no way to."""
    capabilities = helper.answers.capabilities if helper.answers else 0
    if os.geteuid() == 0 or capabilities & _NEEDED == _NEEDED:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    # Without a terminal nobody could type a password.
    return [sudo, "--"] if _has_terminal() else [sudo, "-n", "--"]


class Probe:
    """A helper that was started. `stream` is the descriptor its capture comes through.

    Attributes:
        ready: Whether it has said that nothing is missed from now on.
        drops: Events lost so far.
        said: What it, or sudo, wrote beside its numbers.
    """

    def __init__(self, path: Path, before: list[str], options: ProbeOptions) -> None:
        self.ready = False
        self.drops = 0
        self.said: list[str] = []
        self._rest = b""
        self.stream, output = os.pipe()
        with suppress(OSError):  # a limit of the user's: the usual size serves, too
            fcntl.fcntl(output, fcntl.F_SETPIPE_SZ, _PIPE)
        try:
            self._process = subprocess.Popen(
                [*before, os.fspath(path), *options.words(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
            )
        finally:
            os.close(output)
        assert self._process.stderr is not None
        self._status = self._process.stderr.fileno()
        os.set_blocking(self._status, False)

    def listen(self, seconds: float = 0) -> None:
        """Take what it has said, waiting for it at most so long."""
        if not select.select([self._status], [], [], seconds)[0]:
            return
        with suppress(BlockingIOError):
            while piece := os.read(self._status, 1 << 16):
                *lines, self._rest = (self._rest + piece).split(b"\n")
                for line in lines:
                    self._hear(line.decode("utf-8", "replace"))
            self._process.wait()  # it has closed its end: there is no more to come

    def _hear(self, line: str) -> None:
        try:
            told = json.loads(line)
            self.ready = self.ready or told.get("ready") is True
            self.drops = sum(told.get("drops", [self.drops]))
        except (ValueError, AttributeError, TypeError):
            if line.strip():
                self.said.append(line.strip())

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> bool:
        """Ask it to write what it has and end; False when we may not, as root started it."""
        try:
            self._process.terminate()
        except PermissionError:
            return False
        return True

    def let_go(self) -> None:
        """Close our end of the stream; a helper that nobody reads ends by itself."""
        os.close(self.stream)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
