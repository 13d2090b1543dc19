"""Where the helper is started, and as what: here, through sudo, or on another host through ssh."""

import os
import shlex
from collections.abc import Sequence
from typing import Final

from scaptui.capture.helper import PROGRAM, Helper
from scaptui.capture.probe import ProbeOptions, prefix

# The process above the shell carries the stream: were its own calls recorded, each piece of the
# stream would make the next.
_REMOTE: Final = 'exec "$0" "$@" --exclude-pid "$PPID"'


def here(helper: Helper, options: ProbeOptions) -> list[str] | None:
    """The command that records this machine; None when nobody here may.

    With sudo it asks for a password on the terminal, if it has to.
    """
    before = prefix(helper)
    if before is None:
        return None
    return [*before, os.fspath(helper.path), *options.words(os.getpid())]


def there(
    host: str, ssh_options: Sequence[str], program: str | None, options: ProbeOptions
) -> list[str]:
    """The command that records another host through ssh; only the stream crosses."""
    remote = shlex.join(["sh", "-c", _REMOTE, program or PROGRAM, *options.words(0)])
    return ["ssh", "-T", *ssh_options, "--", host, remote]
