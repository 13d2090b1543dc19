"""Writing rows to a file beside the screen, some at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path

from scaptui.new_file import NewFile
from scaptui.screens.asking_for_file import why_not_written
from scaptui.views.cells import shown
from scaptui.views.row_export import RowKind, Rows, exported


class Exporting:
    """A task that writes some rows a step; dropped before its end it leaves no file."""

    def __init__(
        self,
        rows: Rows,
        kind: RowKind,
        path: Path,
        told: Callable[[str], None],
        *,
        replaces: bool,
    ) -> None:
        self._rows = rows
        self._path = path
        self._told = told
        self._steps = self._write(kind, replaces=replaces)

    def step(self) -> bool:
        """Write some more."""
        try:
            next(self._steps)
        except StopIteration:
            self._told(f"{self._rows.number:,} rows written to {shown(str(self._path))}")
        except (OSError, ValueError) as error:
            self._told(why_not_written(self._path, error))
        else:
            return False
        return True

    def _write(self, kind: RowKind, *, replaces: bool) -> Iterator[None]:
        with NewFile(self._path, replaces=replaces) as new:
            for piece in exported(self._rows, kind):
                new.file.write(piece)
                yield
