"""A stream on its way to the viewer: handed on byte for byte, and recorded if wanted."""

import fcntl
import math
import os
import select
import threading
import time
from contextlib import suppress
from typing import Final

from scaptui.capture.recording import Limits, Recording

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
        written: Bytes recorded so far.
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
        self._file: int | None = None
        self._threads = [threading.Thread(target=self._copy, name="scaptui-tee", daemon=True)]
        if path is not None:
            self._file, recording = _begun(path)
            record = threading.Thread(
                target=self._record, args=(recording,), name="scaptui-record", daemon=True
            )
            self._threads.append(record)
            del recording  # it lets go of the stream when its thread does
        self.stream, self._to = _pipe()
        self._source = source
        self._ends_by = math.inf
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Take what is there already, then close both ends: that ends the helper as well."""
        self._ends_by = min(self._ends_by, time.monotonic() + _LONGEST_END)

    def finish(self, seconds: float = 2.0) -> None:
        """End, and wait a moment for what is still on its way to the file."""
        self.end()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _copy(self) -> None:
        is_read, is_recorded = True, self._file is not None
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
            is_recorded = is_recorded and _write(self._file, data)
            is_read = is_read and _write(self._to, data)
            if not is_read and not is_recorded:
                break
        os.close(self._source)
        os.close(self._to)
        if self._file is not None:
            os.close(self._file)

    def _record(self, recording: Recording) -> None:
        now = recording.step(_LOOK)
        while now.state == "running":
            self.written = now.bytes
            now = recording.step(_LOOK)
        self.failure = now.reason
        now = recording.finish()
        self.written = now.bytes
        self.failure = self.failure or now.reason


def _begun(path: str) -> tuple[int, Recording]:
    """A recording into a new file, and where to write what it is to hold."""
    read, write = _pipe()
    try:
        recording = Recording(read, path, None, Limits())
        recording.begin_file()
    except BaseException:
        os.close(write)
        raise
    finally:
        os.close(read)
    return write, recording


def _pipe() -> tuple[int, int]:
    read, write = os.pipe()
    with suppress(OSError):  # the pipe is smaller then
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, _PIECE)
    return read, write


def _write(descriptor: int | None, data: bytes) -> bool:
    """Write it all; whether there was somebody to read it."""
    if descriptor is None:
        return False
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError:
        return False
    return True
