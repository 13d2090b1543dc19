"""Words for a shell, which takes each as one and obeys nothing in it."""

import os
import shlex
from collections.abc import Iterable

from scaptui.escaping import one_line


def shell_word(text: str) -> str:
    r"""The text as one word; what cannot be seen is written as bytes: $'\x1b'.

    Bytes of a file name that are no UTF-8 come as Python has them, as half of a pair.
    """
    if text and one_line(text) == text and text.isprintable():
        return shlex.quote(text)
    if not text:
        return "''"
    written = "".join(_written(character) for character in text)
    return f"$'{written}'"


def shell_line(words: Iterable[str]) -> str:
    """Words as a command line."""
    return " ".join(shell_word(word) for word in words)


def file_word(name: str) -> str:
    """The name of a file, which must not look like an option."""
    return f"./{name}" if name.startswith("-") and name != "-" else name


def _written(character: str) -> str:
    if character in "'\\":
        return "\\" + character
    if one_line(character) == character and character.isprintable():
        return character
    # Three digits always: what follows may be a digit of the text.
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(character))
