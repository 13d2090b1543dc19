"""How the helper is started: by whom, with which options, here or on another host."""

import os
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scaptui.capture.helper import CAP_BPF, CAP_PERFMON, PROGRAM, Helper

# Lines about itself go where sudo and ssh carry them, too: to standard error.
_STATUS: Final = ("--status-fd", "2")
# The process above the shell carries the stream: were its own calls recorded, each piece of the
# stream would make the next.
_REMOTE: Final = 'exec "$0" --exclude-pid "$PPID" "$@"'


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be recorded, in the helper's own terms; None and False leave it its default.

    Attributes:
        snaplen: Bytes kept of what calls read and write.
        buffer: Memory of all buffers, as 64M.
        seconds: End after so long.
        exit_only: No enter events.
        no_env: No environments of running processes.
        pushed: Options that let the kernel decide a part of the filter.
    """

    snaplen: int | None = None
    buffer: str | None = None
    seconds: float | None = None
    exit_only: bool = False
    no_env: bool = False
    pushed: Sequence[str] = ()

    def options(self) -> list[str]:
        """The options of the helper."""
        words = [*_STATUS, *self.pushed]
        if self.snaplen is not None:
            words += ["--snaplen", str(self.snaplen)]
        if self.buffer is not None:
            words += ["--buffer", self.buffer]
        if self.seconds is not None:
            words += ["--for", f"{self.seconds:g}"]
        if self.exit_only:
            words.append("--exit-only")
        if self.no_env:
            words.append("--no-env")
        return words


def here(helper: Helper, wanted: Wanted) -> list[str] | None:
    """The command that records this machine; None when nobody here may.

    With sudo it asks for a password on the terminal, if it has to.
    """
    command = [os.fspath(helper.path), "--exclude-pid", str(os.getpid()), *wanted.options()]
    if may_capture(helper):
        return command
    if os.geteuid() == 0 or shutil.which("sudo") is None:
        return None
    return ["sudo", "--", *command]


def there(host: str, ssh_options: Sequence[str], program: str | None, wanted: Wanted) -> list[str]:
    """The command that records another host through ssh; only the stream crosses."""
    remote = shlex.join(["sh", "-c", _REMOTE, program or PROGRAM, *wanted.options()])
    return ["ssh", "-T", *ssh_options, "--", host, remote]


def may_capture(helper: Helper) -> bool:
    """Whether the helper can record when it is simply run."""
    answers = helper.answers
    if answers is None:
        return False
    needed = 1 << CAP_BPF | 1 << CAP_PERFMON
    tried = (answers.ring_buffer, answers.program, answers.tracepoint)
    return answers.capabilities & needed == needed and all(
        t is not None and t.worked for t in tried
    )
