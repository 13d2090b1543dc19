"""Where files of the one who runs scaptui are. Those left there can be read by nobody else."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # each capture that is opened asks for its index before anything needs paths
    from pathlib import Path


def config_directory(environment: Mapping[str, str] = os.environ) -> "Path":
    """The XDG configuration directory of scaptui; it may not exist.

    Raises:
        RuntimeError: there is no home directory.
    """
    from pathlib import Path

    return Path(_directory("XDG_CONFIG_HOME", ".config", environment))


def state_directory() -> "Path":
    """The XDG state directory of scaptui; it may not exist yet.

    Raises:
        RuntimeError: there is no home directory.
    """
    from pathlib import Path

    return Path(_directory("XDG_STATE_HOME", ".local/state", os.environ))


def cache_directory(environment: Mapping[str, str] = os.environ) -> str:
    """The XDG cache directory of scaptui; it may not exist yet.

    Raises:
        RuntimeError: there is no home directory.
    """
    return _directory("XDG_CACHE_HOME", ".cache", environment)


def _directory(variable: str, under_home: str, environment: Mapping[str, str]) -> str:
    root = environment.get(variable, "")
    # The specification says that relative paths are to be ignored.
    if not root.startswith("/"):
        home = os.path.expanduser("~")  # noqa: PTH111 - pathlib is not loaded for it
        if not home.startswith("/"):
            raise RuntimeError("there is no home directory")
        root = f"{home}/{under_home}"
    return f"{root}/scaptui"


def write_state_file(name: str, text: str) -> "Path":
    """Write a new file of this name; where it is.

    Raises:
        OSError: it cannot be written, or is there already.
        RuntimeError: there is no home directory.
    """
    folder = state_directory()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path
