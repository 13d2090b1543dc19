"""The bookmarks of a slice: those of its capture whose events it shows."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from scaptui.capture.notes_places import SUFFIX
from scaptui.capture.slicing import SliceReport, exists
from scaptui.errors import Refused
from scaptui.kept_files import locked, replace_whole
from scaptui.views.bookmark import Bookmark, encoded
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.cells import shown
from scaptui.views.format import counted

BLANKED: Final = "names and notes of bookmarks are not blanked"


def notes_of(path: str) -> str:
    """The file beside a slice where the viewer looks for its bookmarks."""
    return path + SUFFIX


def carried(bookmarks: Bookmarks, report: SliceReport) -> list[Bookmark]:
    """The bookmarks on events that a slice shows, as they are in it."""
    known = bookmarks.numbers
    return [
        replace(known[event], number=copy, key=known[event].key._replace(nth=nth))
        for event, copy, nth in report.marks
        if event in known and copy
    ]


def write_notes(path: str, marks: Sequence[Bookmark], *, replaces: bool) -> str:
    """Write the bookmarks of a slice beside it; what to tell. Without any there is no file.

    Raises:
        Refused: there is such a file already, or it cannot be written.
    """
    name = notes_of(path)
    if not marks:
        return "no bookmark falls inside"
    try:
        with locked(Path(name).absolute().parent):
            if os.path.lexists(name) and not replaces:
                raise Refused(*exists(name))
            mode = (Path(path).stat().st_mode & 0o644) | 0o600
            replace_whole(Path(name).absolute(), encoded(marks), mode)
    except OSError as error:
        raise Refused(f"cannot write {name!r}: {error.strerror}") from error
    return f"{shown(name)}, {counted(len(marks), 'bookmark')}"
