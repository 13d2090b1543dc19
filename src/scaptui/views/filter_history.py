"""Filters that were applied, kept between runs in the user's state directory."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

from scaptui.state_files import state_directory

MOST: Final = 500
# A filter longer than this is a list pasted once; a file full of those is slow to read.
_LONGEST: Final = 4_000


class FilterHistory:
    """Filters, the newest last, each once. Without a path they last as long as the program."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.entries: list[str] = self._read()

    @classmethod
    def of_user(cls) -> "FilterHistory":
        """The history of this user; without a home directory one that is not kept."""
        try:
            return cls(state_directory() / "filters")
        except RuntimeError:
            return cls()

    def add(self, text: str) -> None:
        """Remember a filter. A history that cannot be written is only kept in memory."""
        text = text.strip()
        if not text or len(text) > _LONGEST or "\n" in text:
            return
        # Another window of the same user may have added some since.
        known = self._read() if self._path else self.entries
        self.entries = [*[entry for entry in known if entry != text][-MOST + 1 :], text]
        if self._path:
            with contextlib.suppress(OSError):
                self._write(self._path)

    def containing(self, typed: str) -> list[str]:
        """Filters that contain the text in any case, the newest first."""
        wanted = typed.lower()
        return [entry for entry in reversed(self.entries) if wanted in entry.lower()]

    def _read(self) -> list[str]:
        if self._path is None:
            return []
        try:
            lines = self._path.read_text("utf-8", "surrogateescape").splitlines()
        except OSError:
            return []
        return [line for line in lines if line.strip() and len(line) <= _LONGEST][-MOST:]

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Filters hold names of a customer's processes: the file is its owner's alone.
        number, name = tempfile.mkstemp(prefix=".filters-", dir=path.parent)
        try:
            with os.fdopen(number, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write("".join(entry + "\n" for entry in self.entries))
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
