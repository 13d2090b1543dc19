"""Keys of a line that is typed, as a shell's prompt has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MOVING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "left": "left",
        "ctrl+b": "left",
        "right": "right",
        "home": "home",
        "ctrl+a": "home",
        "end": "end",
        "ctrl+e": "end",
        "alt+b": "word_left",
        "alt+f": "word_right",
    }
)
"""Methods of `LineEditor` that move the cursor, by their keys."""
EDITING: Final[Mapping[str, str]] = MappingProxyType(
    {
        **MOVING,
        "backspace": "delete_left",
        "ctrl+h": "delete_left",
        "delete": "delete_right",
        "ctrl+d": "delete_right",
        "ctrl+w": "kill_word",
        "ctrl+u": "kill_to_start",
        "ctrl+k": "kill_to_end",
        "ctrl+y": "yank",
    }
)
"""All of them."""
