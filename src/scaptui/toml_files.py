"""Tables that people write by hand."""

import tomllib
from pathlib import Path
from typing import Any, Final

from scaptui.errors import Refused
from scaptui.kept_files import read_whole

MOST_BYTES: Final = 1_000_000


def read_table(path: Path, hint: str) -> dict[str, Any] | None:
    """The table in a file; None when there is no file.

    Raises:
        Refused: it cannot be read or has a mistake; the message names file and line. `hint` says
            how it is to be written.
    """
    data = read_whole(path, MOST_BYTES)
    if data is None:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused(f"{path}: it is no UTF-8", "it is left as it is") from None
    return parsed(text, str(path), hint)


def parsed(text: str, name: str, hint: str) -> dict[str, Any]:
    """The table in the text of the file of this name.

    Raises:
        Refused: it is no TOML; the message names file and line. `hint` says how it is to be
            written.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = str(error) or "it is nested too deeply"
        raise Refused(f"{name}: {told[:1].lower()}{told[1:]}", hint) from None
