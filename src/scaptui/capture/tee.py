"""A stream on its way to the viewer: handed on byte for byte, and written to a file if wanted."""

import fcntl
import math
import os
import select
import threading
import time
from contextlib import suppress
from typing import Final

from scaptui.capture.making import unmade
from scaptui.errors import Refused

_PIECE: Final = 1 << 20
# How often it looks whether it is to end, in milliseconds.
_LOOK: Final = 50
# A stream that never pauses is not waited for longer than this at the end, in seconds.
_LONGEST_END: Final = 0.5


class Tee:
    """Hands a descriptor on as `stream`, through which the same bytes are read.

    A file that cannot be written any more ends the recording, not the stream.

    Attributes:
        stream: Descriptor the bytes come on again.
        path: The file, None without a recording.
        written: Bytes in the file.
        failure: Why the recording ended early; empty while all is well.
    """

    def __init__(self, source: int, path: str | None = None) -> None:
        """Begin. The source is this object's from now on.

        Raises:
            Refused: the file cannot be made; one that is there is never overwritten.
        """
        self.path = path
        self.written = 0
        self.failure = ""
        self._file = None if path is None else _made(path)
        self.stream, self._to = os.pipe()
        with suppress(OSError):  # the pipe is smaller then
            fcntl.fcntl(self._to, fcntl.F_SETPIPE_SZ, _PIECE)
        self._source = source
        self._ends_by = math.inf
        self._thread = threading.Thread(target=self._copy, name="scaptui-record", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Take what is there already, then close both ends: that ends the helper as well."""
        self._ends_by = min(self._ends_by, time.monotonic() + _LONGEST_END)

    def finish(self, seconds: float = 2.0) -> None:
        """End, and wait a moment for what is still on its way to the file."""
        self.end()
        self._thread.join(seconds)

    def _copy(self) -> None:
        is_read = True
        waits = select.poll()
        waits.register(self._source, select.POLLIN)
        while True:
            if time.monotonic() > self._ends_by:
                break
            if not waits.poll(_LOOK):
                if self._ends_by < math.inf:
                    break
                continue
            data = os.read(self._source, _PIECE)
            if not data:
                break
            if self._file is not None and not self.failure:
                self._record(self._file, data)
            if is_read:
                try:
                    _write(self._to, data)
                except OSError:
                    is_read = False
            if not is_read and (self._file is None or self.failure):
                break
        os.close(self._source)
        os.close(self._to)
        if self._file is not None:
            os.close(self._file)

    def _record(self, file: int, data: bytes) -> None:
        try:
            _write(file, data)
            self.written += len(data)
        except OSError as error:
            self.failure = error.strerror or "cannot be written"
            with suppress(OSError):
                os.ftruncate(file, self.written)


def _made(path: str) -> int:
    """A new file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except FileExistsError as error:
        raise Refused(f"there is a file {path!r} already", "name another one") from error
    except OSError as error:
        raise unmade("write", path, error) from error


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
