"""Captured bytes into a file that the user names."""

import os
from collections.abc import Iterable
from pathlib import Path


def save_new(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a file that was not there, readable by its owner alone; how many bytes it has.

    Raises:
        FileExistsError: something has the name.
        OSError: it cannot be written; what was begun is gone again.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    number = os.open(path, flags, 0o600)
    written = 0
    try:
        with os.fdopen(number, "wb") as file:
            for piece in pieces:
                written += file.write(piece)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return written


def save_over(path: Path, pieces: Iterable[bytes]) -> int:
    """As `save_new`, in place of what has the name: that stays until all is written.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    written = save_new(beside, pieces)
    try:
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return written
