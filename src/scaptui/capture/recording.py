"""A recording on its way into files."""

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from scaptui._core import Filter, Recorded, Recorder, native_syscall_names
from scaptui.capture.making import taken, unmade
from scaptui.capture.opening import refusals
from scaptui.errors import Refused

__all__ = [
    "STDOUT",
    "Files",
    "Limits",
    "Recorded",
    "Recording",
    "check_packing",
    "native_syscall_names",
    "packing_of",
]

Packing = Literal["none", "gzip", "zstd"]

_PACKINGS: Final[dict[str, Packing]] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
_NOT_WRITTEN: Final = frozenset(
    (".lz4", ".bz2", ".xz", ".lzma", ".br", ".zip", ".7z", ".z", ".tgz")
)
# Where the number of a rotated file goes: before the suffix of its compression.
_NUMBERED: Final = re.compile(r"(.*?)(\.(?:gz|zst|zstd))?", re.DOTALL | re.IGNORECASE)
STDOUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Limits:
    """When a recording, or a file of it, is over; None for never.

    Attributes:
        events: Events in all.
        file_bytes: Bytes of a file.
        file_seconds: Seconds of a file.
        files: The newest files that are kept, 0 for all; None for one file.
    """

    events: int | None = None
    file_bytes: int | None = None
    file_seconds: float | None = None
    files: int | None = None


def packing_of(name: str) -> Packing:
    """How a file of this name is compressed."""
    return _PACKINGS.get(Path(name).suffix.lower(), "none")


def check_packing(name: str) -> None:
    """Refuse the name of a file that says it is compressed in a way we do not write.

    Raises:
        Refused: names the ways there are.
    """
    if Path(name).suffix.lower() in _NOT_WRITTEN:
        raise Refused(
            f"{name!r} would not be what its name says",
            "names in .gz and .zst are compressed so, others in no way",
        )


class Files:
    """The files that a recording makes, and takes away again when they are too many.

    Those that an earlier recording of the name left are counted with them: numbers go on after the
    highest.

    Attributes:
        names: Those that were made and are there, the oldest first.
        made: How many were made.
    """

    def __init__(self, name: str, keep: int | None) -> None:
        """Look for those that are there already, when `keep` says that there are several.

        Raises:
            Refused: the directory cannot be looked through.
        """
        self.names: list[str] = []
        self.made = 0
        self._name = name
        self._keep = keep
        parts = _NUMBERED.fullmatch(name)
        assert parts is not None
        self._stem, self._suffix = str(parts[1]), str(parts[2] or "")
        found = {} if keep is None else self._found()
        self._last = max(found, default=0)
        self._identities: dict[str, tuple[int, int]] = {}
        for number in sorted(found):
            with suppress(OSError):
                if stat.S_ISREG(os.lstat(found[number]).st_mode):
                    self._identities[found[number]] = _identity(found[number])
        self._left = list(self._identities)

    @property
    def is_packed(self) -> bool:
        """Whether they are compressed."""
        return packing_of(self._name) != "none"

    def next_name(self) -> str:
        """The name of the next one."""
        if self._keep is None:
            return self._name
        return f"{self._stem}{self._last + 1:04}{self._suffix}"

    def begun(self, name: str) -> None:
        """Count one that was made; the oldest go when there are too many."""
        self.made += 1
        self._last += 1
        self.names.append(name)
        self._identities[name] = _identity(name)
        while self._keep and len(self._left) + len(self.names) > self._keep:
            self._remove((self._left or self.names).pop(0))

    def _found(self) -> dict[int, str]:
        """Files of the name by their numbers."""
        file = Path(self._name)
        stem = re.escape(file.name.removesuffix(self._suffix))
        numbered = re.compile(rf"{stem}([0-9]{{4,}}){re.escape(self._suffix)}", re.DOTALL)
        try:
            matches = {path: numbered.fullmatch(path.name) for path in file.parent.iterdir()}
        except OSError as error:
            raise unmade("look for files of", self._name, error) from error
        return {int(match[1]): str(path) for path, match in matches.items() if match}

    def _remove(self, name: str) -> None:
        with suppress(OSError):
            # Another file of that name is not ours to remove.
            if _identity(name) == self._identities.pop(name):
                Path(name).unlink()


class Recording:
    """The stream of a helper on its way into files."""

    def __init__(
        self,
        stream: int,
        output: str,
        selected: Filter | None,
        limits: Limits,
        *,
        old_kinds: bool = False,
    ) -> None:
        self.files = Files(output, limits.files)
        self._limits = limits
        self._to_stdout = output == STDOUT
        with refusals():
            self._recorder = Recorder(
                stream,
                packing_of(output),
                selected,
                rotates=limits.files is not None,
                max_events=limits.events,
                old_kinds=old_kinds,
            )

    def begin_file(self) -> None:
        """Begin a file, and end the one before.

        Raises:
            Refused: it exists, or cannot be made.
        """
        name = None if self._to_stdout else self.files.next_name()
        try:
            self._recorder.begin(
                name, max_bytes=self._limits.file_bytes, max_seconds=self._limits.file_seconds
            )
        except FileExistsError as error:
            raise Refused(*taken(str(name))) from error
        except OSError as error:
            if name is None:
                why = (error.strerror or str(error)).lower()
                raise Refused(f"cannot write standard output: {why}") from error
            raise unmade("write", name, error) from error
        if name is not None:
            self.files.begun(name)

    def step(self, budget_ms: int) -> Recorded:
        """Take what comes, for at most so long."""
        return self._recorder.step(budget_ms)

    def finish(self) -> Recorded:
        """Write what waits and end the file."""
        return self._recorder.finish()


def _identity(name: str) -> tuple[int, int]:
    facts = os.lstat(name)
    return facts.st_dev, facts.st_ino
