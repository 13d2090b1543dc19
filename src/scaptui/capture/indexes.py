"""Indexes: what reading a capture found out, kept so that it need not be read again.

They lie in the user's cache, which only the user can look into: an index holds names, arguments and
environments, as its capture does. The oldest go once all together have too many bytes.
"""

import errno
import os
import stat
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from scaptui._core import Capture, index_facts, write_index
from scaptui.errors import Refused
from scaptui.settings_file import setting
from scaptui.sizes import bytes_of
from scaptui.state_files import cache_directory

if TYPE_CHECKING:  # each capture that is opened asks for an index first, and few have one
    from pathlib import Path

VARIABLE: Final = "SCAPTUI_INDEX"
OFF: Final = "off"
LIMIT: Final = 4 << 30
HOW_TO_SAY: Final = 'it is "off" or the size of all together, such as "4G"'

# Captures with fewer events are read about as soon as their index.
WORTHWHILE: Final = 1_000_000
# Bytes of an index for an event, what is known about threads and descriptors included.
_OF_AN_EVENT: Final = 30
# What was begun and is not finished after so many seconds never will be.
_GIVEN_UP: Final = 3600


def folder(environment: Mapping[str, str] = os.environ) -> "Path":
    """Where indexes are; it may not exist yet.

    Raises:
        RuntimeError: there is no home directory.
    """
    from pathlib import Path

    return Path(_place(environment))


def _place(environment: Mapping[str, str]) -> str:
    return f"{cache_directory(environment)}/index"


def limit_of(text: str) -> int | None:
    """Bytes that all indexes may have, 0 for "off"; None when the text is neither."""
    if text.lower() == OFF:
        return 0
    size = text.strip()
    # A number alone is most likely meant in another unit than bytes.
    return None if size[-1:].isdecimal() else bytes_of(size)


def limit(environment: Mapping[str, str] = os.environ) -> int:
    """Bytes that all indexes may have, 0 when there are to be none.

    The environment comes before the settings. Settings with a mistake may say "off", so there is
    no index then; the viewer names the mistake.

    Raises:
        Refused: the environment says what cannot be understood.
    """
    return _decided(environment)[0]


def _decided(environment: Mapping[str, str]) -> tuple[int, str]:
    """The limit, and where it is 0 why."""
    if (bytes_ := _told(environment)) is not None:
        return bytes_, "" if bytes_ else f"{VARIABLE}={environment[VARIABLE]}"
    try:
        told = setting("index", environment)
    except (Refused, RuntimeError):
        return 0, "the settings cannot be read"
    bytes_ = LIMIT if told is None else limit_of(str(told))
    if bytes_ is None:
        return 0, f"index is {told!r} in the settings, {HOW_TO_SAY}"
    return bytes_, "" if bytes_ else "the settings say so"


def _told(environment: Mapping[str, str]) -> int | None:
    """The limit that the environment says, if it does."""
    if not (told := environment.get(VARIABLE)):
        return None
    bytes_ = limit_of(told)
    if bytes_ is None:
        raise Refused(f"{VARIABLE} is {told!r}", HOW_TO_SAY)
    return bytes_


def usable() -> str | None:
    """The folder in which captures that are opened have indexes; None when there is none to use.

    Raises:
        Refused: the environment says what cannot be understood.
    """
    if _told(os.environ) == 0:
        return None
    try:
        place = _place(os.environ)
        found = os.lstat(place)
    except (OSError, RuntimeError):
        return None
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return place if private and not found.st_mode & 0o077 and limit() else None


def keep(capture: Capture) -> int | None:
    """Write an index of a capture that has been read; how many bytes it has.

    None for what gets none: see `write_index`; also what alone would be more than all may be.

    Raises:
        OSError: it cannot be written, or the disk would be full.
        RuntimeError: there is no home directory.
        Refused: the environment says what cannot be understood.
    """
    most, needed = limit(), expected(capture)
    if needed > most:
        return None
    place = folder()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if usable() is None:
        raise PermissionError(errno.EPERM, "others may look into the folder", str(place))
    disk = os.statvfs(place)
    if disk.f_bavail * disk.f_frsize < 2 * needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))
    written = write_index(capture, str(place))
    if written is not None:
        make_room(most)
    return written


def expected(capture: Capture) -> int:
    """About how many bytes an index of a capture has, rather too many."""
    return capture.progress().events * _OF_AN_EVENT


def keep_behind(capture: Capture) -> threading.Thread:
    """Write an index once a capture is read, beside all else, where that saves time the next time.

    Where none can be written there is none: `scaptui doctor` says why.
    """

    def wait_and_keep() -> None:
        from scaptui.capture.opening import give_way

        give_way()
        while not capture.wait(1000).done:
            pass
        if capture.progress().events >= WORTHWHILE:
            with suppress(OSError, RuntimeError, Refused):
                keep(capture)

    thread = threading.Thread(target=wait_and_keep, name="scaptui-index", daemon=True)
    thread.start()
    return thread


class Index(NamedTuple):
    """An index that is there.

    Attributes:
        path: Where.
        size: Bytes.
        used: When it was used last, seconds since the epoch.
    """

    path: "Path"
    size: int
    used: float

    def told(self) -> "tuple[Path, int] | None":
        """The path of its capture and how many events it has; None when it is of no use."""
        try:
            return index_facts(str(self.path))
        except OSError:
            return None


def indexes() -> list[Index]:
    """All that are there, the one used last first."""
    found = [Index(path, s.st_size, s.st_mtime) for path, s in _files(".index")]
    return sorted(found, key=lambda index: index.used, reverse=True)


def clear() -> list[Index]:
    """Remove all; those that are gone.

    Raises:
        OSError: one cannot be removed.
    """
    gone = indexes()
    for index in gone:
        index.path.unlink(missing_ok=True)
    _clean(0)
    return gone


def make_room(most: int) -> None:
    """Remove those used longest ago until all together have at most so many bytes."""
    _clean(_GIVEN_UP)
    total = 0
    for index in indexes():
        total += index.size
        if total > most:
            with suppress(OSError):
                index.path.unlink()


def why_none() -> str:
    """Why no index could be written now, in a few words; empty when one could."""
    try:
        most, off = _decided(os.environ)
        place = folder()
    except Refused as error:
        return error.message
    except RuntimeError:
        return "there is no home directory"
    if not most:
        return off
    there = next(each for each in (place, *place.parents) if os.access(each, os.F_OK))
    if there == place and usable() is None:
        return "others may look into the folder"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{str(there)!r} cannot be written"


def _files(ending: str) -> "Iterator[tuple[Path, os.stat_result]]":
    try:
        paths = list(folder().iterdir())
    except (OSError, RuntimeError):
        return
    for path in paths:
        if path.name.endswith(ending):
            with suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode):
                    yield path, found


def _clean(seconds: float) -> None:
    """Remove what was begun so long ago and never finished."""
    for path, found in _files(".tmp"):
        if time.time() - found.st_mtime >= seconds:
            with suppress(OSError):
                path.unlink()
