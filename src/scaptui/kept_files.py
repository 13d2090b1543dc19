"""Small files that several windows change: read whole, changed under a lock, replaced whole."""

import errno
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from scaptui.errors import Refused

# How long another window is waited for, in seconds.
_PATIENCE: Final = 2.0
_LOOK_AGAIN: Final = 0.02
_NOT_THERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})


def read_whole(path: Path, most: int) -> bytes | None:
    """What a file holds; None when there is none.

    Raises:
        Refused: it is a link, no regular file, larger than `most` bytes, or cannot be read.
    """
    named = repr(str(path))
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        if error.errno == errno.ELOOP:
            raise Refused(f"{named} is a link", "put the file itself there") from error
        raise Refused(f"cannot read {named}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise Refused(f"{named} is no regular file", "move it away")
    with os.fdopen(number, "rb") as file:
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise Refused(f"cannot read {named}: {error.strerror}") from error
    if len(data) > most:
        raise Refused(f"{named} is larger than {most:,} bytes", "move it away")
    return data


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Change files of a folder while no other window does.

    The folder itself is what is locked, so no lock is left behind by whoever was killed. File
    systems without such locks are written all the same.

    Raises:
        Refused: another program holds the lock for longer than a moment.
        OSError: there is no such folder, or it may not be looked at.
    """
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Refused(
                        f"another program has locked {str(folder)!r}", "close it, then try again"
                    ) from None
                time.sleep(_LOOK_AGAIN)
            except OSError:
                break
        yield
    finally:
        os.close(number)


def replace_whole(path: Path, data: bytes, mode: int) -> None:
    """Put a file in place of the one of this name, or of none: a reader sees all of either.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    # The kernel's names have 255 bytes: that of the file while it is written needs some of them.
    number, name = tempfile.mkstemp(prefix=".scaptui-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            os.fchmod(number, mode)
            file.write(data)
            file.flush()
            os.fsync(number)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
