"""Where the traceback of an internal error goes."""

import os
import sys
import time
import traceback

from scaptui.escaping import lines
from scaptui.state_files import write_state_file


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
        name = f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
        path = write_state_file(name, lines(text))
    except (OSError, RuntimeError) as failure:
        return f"no log, it cannot be written ({failure})"
    return str(path)
