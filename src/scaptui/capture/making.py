"""Why a file cannot be made, and what to do about it."""

import errno
from pathlib import Path

from scaptui.errors import Refused


def unmade(verb: str, name: str, error: OSError) -> Refused:
    """The refusal of a file of this name; `verb` is what was to be done with it."""
    why = (error.strerror or str(error)).split(" (os error")[0].lower()
    return Refused(f"cannot {verb} {name!r}: {why}", _hint(name, error.errno or _number(error)))


def taken(name: str) -> tuple[str, str]:
    """Message and hint about the name of a file that is to be new."""
    return f"{name!r} exists already", "name another file: this one is left as it is"


def check_folder(name: str) -> None:
    """Whether the directory of a file that is to be made is there.

    Raises:
        Refused: it is not, or is none.
    """
    folder = Path(name).parent
    if not folder.is_dir():
        code = errno.ENOTDIR if folder.exists() else errno.ENOENT
        raise Refused(f"cannot make {name!r}: {_why(folder, code)}", _hint(name, code))


def _number(error: OSError) -> int | None:
    """The number of an error of the core, which has only a kind."""
    match error:
        case FileNotFoundError():
            return errno.ENOENT
        case PermissionError():
            return errno.EACCES
        case _:
            return None


def _why(folder: Path, code: int) -> str:
    if code == errno.ENOTDIR:
        return f"{str(folder)!r} is no directory"
    return f"there is no directory {str(folder)!r}"


def _hint(name: str, code: int | None) -> str:
    folder = Path(name).parent
    match code:
        case errno.ENOENT:
            return f"make the directory {str(folder)!r} first, or name a file elsewhere"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"name a file in a directory you may write to: {str(folder)!r} is none"
        case errno.ENOSPC | errno.EDQUOT:
            return f"make room where {str(folder)!r} is, or name a file elsewhere"
        case _:
            return "name another file"
