"""Where files of the one who runs scaptui are. Those left there can be read by nobody else."""

import os
from collections.abc import Mapping
from pathlib import Path


def config_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """The XDG configuration directory of scaptui; it may not exist."""
    base = environment.get("XDG_CONFIG_HOME", "")
    # The specification says that relative paths are to be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".config"
    return root / "scaptui"


def state_directory() -> Path:
    """The XDG state directory of scaptui; it may not exist yet."""
    base = os.environ.get("XDG_STATE_HOME", "")
    # The specification says that relative paths are to be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "state"
    return root / "scaptui"


def write_state_file(name: str, text: str) -> Path:
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
