"""Bookmarks as they are kept in files, with those that are not written yet.

What is changed here is there at once and written later, beside the screen. What is written is the
*change*, to the file as it is then: another window may have changed others meanwhile.
"""

import errno
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from scaptui.capture.notes_places import Home, make_folder, mode_for
from scaptui.errors import Refused
from scaptui.kept_files import locked, read_whole, replace_whole
from scaptui.views.bookmark import Bookmark, Damaged, Key, decoded, encoded

_MOST_BYTES: Final = 16_000_000
# Errors by which a place says that it is none; the next one is tried.
_NO_PLACE: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR}
)


class Change(NamedTuple):
    """A bookmark as it is to be, or None for none."""

    key: Key
    mark: Bookmark | None


class Notebook:
    """The bookmarks of a capture, which may be of several files: each keeps those of its events.

    Without a home they last as long as the program.
    """

    def __init__(self, homes: Sequence[Home | None] = ()) -> None:
        self._homes = tuple(homes)
        self._lock = threading.Lock()
        self._marks: dict[Key, Bookmark] = {}
        self._home_of: dict[Key, int] = {}
        self._pending: list[tuple[int, Change]] = []
        self._writing = threading.Lock()
        self.refused: Refused | None = None
        """Why the files cannot be used; then nothing is written to them."""
        self.unsaved: Refused | None = None
        """Why the last changes are not in the files."""
        self._kept_in: dict[int, Path] = {}

    @property
    def marks(self) -> Mapping[Key, Bookmark]:
        """A copy of all of them."""
        with self._lock:
            return dict(self._marks)

    @property
    def has_changes(self) -> bool:
        """Whether something is not written yet."""
        return bool(self._pending)

    @property
    def place(self) -> tuple[Path, str] | None:
        """The file, and why it is not beside the capture; None when they are not kept."""
        home = next((home for home in self._homes if home is not None), None)
        if home is None:
            return None
        known = self._kept_in.get(self._homes.index(home), home.paths[0])
        moved = "" if known == home.paths[0] else "its folder cannot be written"
        return known, home.why_not_beside or moved

    def load(self) -> bool:
        """Read the files again; whether anything is different now.

        Raises:
            Refused: one of them is damaged or cannot be read: `refused` from now on.
        """
        with self._writing:
            try:
                found = self._read_all()
            except Refused as refused:
                self.refused = refused
                raise
            self.refused = None
            return self._take(found)

    def put(self, mark: Bookmark, home: int = 0) -> None:
        """Keep a bookmark, in place of the one with its key.

        Raises:
            Refused: the files cannot be used.
        """
        self._change(Change(mark.key, mark), home)

    def remove(self, key: Key) -> None:
        """Keep it no longer.

        Raises:
            Refused: the files cannot be used.
        """
        self._change(Change(key, None), 0)

    def flush(self) -> None:
        """Write what was changed.

        Raises:
            Refused: it cannot be written. It stays, and is written with what is changed next. Or
                a bookmark cannot be taken away, because it is in a file of somebody else's: then
                it is there again.
        """
        with self._writing:
            with self._lock:
                pending = list(self._pending)
            if not pending:
                return
            left: list[Refused] = []
            try:
                for at in sorted({at for at, _ in pending}):
                    changes = [change for of, change in pending if of == at]
                    left += self._write(at, changes)
                with self._lock:
                    del self._pending[: len(pending)]
                self._take(self._read_all())
                self.unsaved = None
            except Refused as refused:
                self.unsaved = refused
                raise
            if left:
                raise left[0]

    # Within

    def _change(self, change: Change, home: int) -> None:
        if self.refused is not None:
            raise self.refused
        with self._lock:
            at = self._home_of.setdefault(change.key, home)
            self._pending.append((at, change))
            _apply(self._marks, [change])

    def _read_all(self) -> dict[Key, tuple[int, Bookmark]]:
        found: dict[Key, tuple[int, Bookmark]] = {}
        for at, home in enumerate(self._homes):
            for path in home.paths if home is not None else ():
                for key, mark in _read(path).items():
                    found.setdefault(key, (at, mark))
        return found

    def _take(self, found: Mapping[Key, tuple[int, Bookmark]]) -> bool:
        with self._lock:
            before = self._marks
            marks = {key: mark for key, (_, mark) in found.items()}
            # What is of no file is nowhere but here.
            marks |= {key: mark for key, mark in before.items() if self._is_homeless(key)}
            _apply(marks, [change for _, change in self._pending])
            self._marks = marks
            self._home_of |= {key: at for key, (at, _) in found.items()}
            return marks != before

    def _is_homeless(self, key: Key) -> bool:
        at = self._home_of.get(key, 0)
        return at >= len(self._homes) or self._homes[at] is None

    def _write(self, at: int, changes: Sequence[Change]) -> list[Refused]:
        """Write to the first place that can be written; what stays in others all the same."""
        home = self._homes[at] if at < len(self._homes) else None
        if home is None:
            return []
        written: Path | None = None
        reason = ""
        for path in home.paths:
            try:
                make_folder(path)
                _rewrite(home, path, changes)
            except OSError as error:
                if error.errno not in _NO_PLACE:
                    raise Refused(f"cannot write {str(path)!r}: {error.strerror}") from error
                reason = reason or f"cannot write {str(path)!r}: {error.strerror}"
            else:
                written = path
                break
        if written is None:
            raise Refused(reason, "M in the list of bookmarks writes them as Markdown")
        self._kept_in[at] = written
        others = (path for path in home.paths if path != written and os.path.lexists(path))
        return [refused for path in others if (refused := _leave(home, path, changes))]


def _leave(home: Home, path: Path, changes: Sequence[Change]) -> Refused | None:
    """Take what was changed out of the other place, where it would come back from; why not."""
    reason = home.why_not_beside if path != home.paths[0] else ""
    if not reason:
        try:
            _rewrite(home, path, [Change(key, None) for key, _ in changes])
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            return None
    there = _read(path)
    if any(mark is None and key in there for key, mark in changes):
        return Refused(f"a bookmark stays in {str(path)!r}: {reason}")
    return None


def _apply(marks: dict[Key, Bookmark], changes: Iterable[Change]) -> None:
    for key, mark in changes:
        if mark is None:
            marks.pop(key, None)
        else:
            marks[key] = mark


def _read(path: Path) -> dict[Key, Bookmark]:
    data = read_whole(path, _MOST_BYTES)
    if data is None:
        return {}
    try:
        return {mark.key: mark for mark in decoded(data)}
    except Damaged as damage:
        raise Refused(
            f"{str(path)!r} is damaged: {damage}", "mend it or move it away; it is left as it is"
        ) from None


def _rewrite(home: Home, path: Path, changes: Sequence[Change]) -> None:
    with locked(path.parent):
        before = _read(path)
        after = dict(before)
        _apply(after, changes)
        if after != before:
            replace_whole(path, encoded(after.values()), mode_for(home, path))
