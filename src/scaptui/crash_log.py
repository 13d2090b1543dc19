"""Where the traceback of an internal error goes."""

import os
import sys
import time
import traceback
from pathlib import Path

from scaptui.escaping import lines


def state_directory() -> Path:
    """The XDG state directory of scaptui; it may not exist yet."""
    base = os.environ.get("XDG_STATE_HOME", "")
    # The specification says that relative paths are to be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "state"
    return root / "scaptui"


def write_crash_log(error: BaseException) -> str:
    """Write the traceback to a file only its owner can read, and say where; on failure say that."""
    text = "".join(
        [
            f"scaptui internal error, {time.strftime('%Y-%m-%d %H:%M:%S %z')}\n",
            f"python {sys.version}\n",
            f"arguments {sys.argv[1:]!r}\n\n",
            *traceback.format_exception(error),
        ]
    )
    try:
        folder = state_directory()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as log:
            log.write(lines(text))
    except (OSError, RuntimeError) as failure:
        return f"no log, it cannot be written ({failure})"
    return str(path)
