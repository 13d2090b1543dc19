"""Where the bookmarks of a capture are kept."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scaptui.state_files import state_directory

SUFFIX: Final = ".notes.json"
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Home:
    """The places for the bookmarks of one file.

    Attributes:
        paths: Where they may be, the best first. Both are read, one is written.
        why_not_beside: Why they are not kept beside the capture; empty when they are.
    """

    paths: tuple[Path, ...]
    why_not_beside: str = ""


def home_of(capture: str) -> Home | None:
    """The places of a capture named on a command line; None for what is no file.

    Beside the capture, behind links to it; in the state directory where that folder may not be
    written. So it is for root with what belongs to somebody else: nobody finds files of root's in
    a folder of theirs, and none of their links leads root anywhere.
    """
    try:
        path = Path(capture).resolve()
        if capture == "-" or not path.is_file():
            return None
    except (OSError, RuntimeError, ValueError):
        return None
    beside = path.with_name(path.name + SUFFIX)
    reason = _why_not_beside(path, beside)
    try:
        away = state_directory() / "notes" / _away_name(path)
    except RuntimeError:  # there is no home directory
        return Home((beside,))
    if not reason:
        return Home((beside, away))
    return Home((away, beside) if os.access(beside, os.R_OK) else (away,), reason)


def named_home(notes: str) -> Home:
    """The place of bookmarks in a file that was named itself."""
    return Home((Path(notes).absolute(),))


def make_folder(path: Path) -> None:
    """Make the folder for bookmarks in the state directory, if that is where they are to go.

    Raises:
        OSError: it cannot be made.
    """
    if path.parent == state_directory() / "notes":
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def mode_for(home: Home, path: Path) -> int:
    """Permissions of a new file of bookmarks: as many may read it as the capture itself."""
    if path.name.endswith(SUFFIX) and path in home.paths:
        try:
            known = path if path.exists() else path.with_name(path.name.removesuffix(SUFFIX))
            return (known.stat().st_mode & 0o644) | 0o600
        except OSError:
            pass
    return 0o600


def _why_not_beside(capture: Path, beside: Path) -> str:
    try:
        folder = capture.parent.stat()
        owner = capture.stat().st_uid
        notes = beside.lstat() if os.path.lexists(beside) else None
    except OSError:
        return "its folder cannot be looked at"
    me = os.geteuid()
    if me == 0 and (owner, folder.st_uid) != (0, 0):
        return "the capture is somebody else's"
    if not os.access(capture.parent, os.W_OK):
        return "its folder is read-only"
    if notes is not None and notes.st_uid != me:
        # In a folder like /tmp nobody but its owner may put another file in its place.
        is_fixed = folder.st_mode & stat.S_ISVTX and folder.st_uid != me
        if is_fixed or not os.access(beside, os.R_OK):
            return "the bookmarks beside it are somebody else's"
    return ""


def _away_name(path: Path) -> str:
    # Two captures of one name in different folders are two captures.
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return f"{path.name[:_LONGEST]}-{digest}{SUFFIX}"
