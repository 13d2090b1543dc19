"""Asking for the name of a file to write; one that is there already is asked about by its name."""

from pathlib import Path
from typing import Final, Protocol

from scaptui.views.cells import fit_middle, shown
from scaptui.widgets.prompt import Prompt

_NAME: Final = "file"
_REPLACE: Final = "replace"
# What Enter does where something is there already.
REPLACES: Final = "replace it after y"


class Ask(Protocol):
    """Asks in a prompt."""

    def __call__(self, purpose: str, label: str, hint: str, text: str = "", *, enter: str) -> None:
        """As `Prompt.ask`."""


class Write(Protocol):
    """Writes a file."""

    def __call__(self, path: Path, *, replaces: bool) -> None:
        """Put it there, in place of one of this name where that is meant."""


class FileAsked:
    """Takes the answers of a prompt until there is a file to write.

    `write` gets the path and whether the file that is there is to be replaced.
    """

    def __init__(self, ask: Ask, write: Write) -> None:
        self._ask = ask
        self._write = write
        self._path = Path()

    def begin(self, label: str, default: str, hint: str = "", *, enter: str = "write it") -> None:
        """Ask for a name."""
        self._ask(_NAME, label, hint, default, enter=enter)

    def takes(self, answer: Prompt.Answered) -> bool:
        """Whether the answer was for this; then what it asked for is under way."""
        if answer.purpose not in {_NAME, _REPLACE}:
            return False
        text = (answer.text or "").strip()
        if answer.purpose == _NAME and text:
            self._named(text)
        elif text.lower() in {"y", "yes"}:
            self._write(self._path, replaces=True)
        return True

    def _named(self, text: str) -> None:
        try:
            self._path = Path(text).expanduser()
            exists = self._path.exists() or self._path.is_symlink()
        except (OSError, RuntimeError, ValueError):
            self._path, exists = Path(text), False
        if exists:
            label = f"{fit_middle(shown(str(self._path)), 40)} exists, replace it?"
            self._ask(_REPLACE, label, "y or Esc", enter=REPLACES)
        else:
            self._write(self._path, replaces=False)


def why_not_written(path: Path, error: Exception) -> str:
    """What to tell of a file that could not be written."""
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return f"{shown(str(path))} is not written: {shown(reason)}"
