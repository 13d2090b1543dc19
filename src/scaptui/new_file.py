"""A file that is written beside its name and takes it when it is whole."""

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO


class NewFile:
    """A file only its owner can read. What goes wrong leaves nothing behind.

    Raises:
        FileExistsError: there is a file of this name, and `replaces` is not set.
        OSError: it cannot be written.
    """

    def __init__(self, path: Path, *, replaces: bool = False) -> None:
        self.path = path
        self._replaces = replaces
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a directory", str(path))
        if not replaces and (path.exists() or path.is_symlink()):
            raise FileExistsError(errno.EEXIST, "it is there already", str(path))
        number, self._name = tempfile.mkstemp(prefix=".scaptui-", suffix=".tmp", dir=path.parent)
        self.file: IO[bytes] = os.fdopen(number, "wb")

    def __enter__(self) -> "NewFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.drop()

    def finish(self) -> None:
        """Give it its name."""
        try:
            self.file.close()
            if self._replaces:
                Path(self._name).replace(self.path)
            else:
                self._take_free_name()
        except OSError:
            self.drop()
            raise

    def drop(self) -> None:
        """Leave nothing."""
        with suppress(OSError):
            self.file.close()
        with suppress(OSError):
            Path(self._name).unlink()

    def _take_free_name(self) -> None:
        try:
            os.link(self._name, self.path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links: between this look and the next line is a moment.
            if self.path.exists():
                raise FileExistsError(errno.EEXIST, "it is there already", str(self.path)) from None
            Path(self._name).rename(self.path)
        else:
            Path(self._name).unlink()
