"""The file of settings, for commands that need one of them: `settings` knows and checks all."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from scaptui.errors import Refused
from scaptui.state_files import config_directory

if TYPE_CHECKING:
    from pathlib import Path

HOW_TO_WRITE: Final = "the file is TOML: key = value"


def settings_path(environment: Mapping[str, str] = os.environ) -> "Path":
    """Where the file is, if there is one.

    Raises:
        RuntimeError: there is no home directory.
    """
    return config_directory(environment) / "config.toml"


def read(path: "Path") -> str | None:
    """The text of the file, which may be a link to it; None when there is none to be seen.

    Raises:
        Refused: it cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except PermissionError as error:
        if not _can_be_seen(path):
            return None
        raise Refused(f"cannot read the settings {str(path)!r}: {error.strerror}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"cannot read the settings {str(path)!r}: {_reason(error)}") from error


def setting(name: str, environment: Mapping[str, str] = os.environ) -> object:
    """What the file says of one setting, unchecked; None when it says nothing or there is no file.

    Raises:
        Refused: it cannot be read, or is no TOML.
        RuntimeError: there is no home directory.
    """
    path = settings_path(environment)
    text = read(path)
    if text is None:
        return None
    from scaptui.toml_files import parsed  # most have no settings

    return parsed(text, str(path), HOW_TO_WRITE).get(name)


def _can_be_seen(path: "Path") -> bool:
    """Whether there is such a file; one in another's home, as after `su`, is nobody's settings."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _reason(error: Exception) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else "it is no UTF-8"
