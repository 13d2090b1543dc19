"""One line of text being typed, with the keys of a shell's prompt. No widget, only the text."""

import re
from typing import Final

_PART_AFTER: Final = re.compile(r"\W*\w*")


class LineEditor:
    """Text and a cursor, which is a position from 0 to the length of the text."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.cursor = len(text)
        self._killed = ""

    def set(self, text: str, cursor: int | None = None) -> None:
        """Replace everything; the cursor goes to its end unless told otherwise."""
        self.text = text
        self.move_to(len(text) if cursor is None else cursor)

    def insert(self, typed: str) -> None:
        """Put text in at the cursor. Line ends of pasted text become blanks."""
        plain = (" " if c in "\r\n\t" else c for c in typed if c.isprintable() or c in "\r\n\t")
        self.replace(self.cursor, self.cursor, "".join(plain))

    def replace(self, start: int, stop: int, text: str) -> None:
        """Put text in place of characters [start, stop); the cursor goes behind it."""
        self.text = self.text[:start] + text + self.text[stop:]
        self.move_to(start + len(text))

    def move_to(self, cursor: int) -> None:
        """Put the cursor somewhere."""
        self.cursor = max(0, min(cursor, len(self.text)))

    def left(self) -> None:
        """One character left."""
        self.move_to(self.cursor - 1)

    def right(self) -> None:
        """One character right."""
        self.move_to(self.cursor + 1)

    def word_left(self) -> None:
        """To the beginning of the word before the cursor."""
        at = self.cursor
        while at and not _is_part(self.text[at - 1]):
            at -= 1
        while at and _is_part(self.text[at - 1]):
            at -= 1
        self.move_to(at)

    def word_right(self) -> None:
        """Behind the word after the cursor."""
        found = _PART_AFTER.match(self.text, self.cursor)
        self.move_to(found.end() if found else len(self.text))

    def home(self) -> None:
        """To the beginning."""
        self.cursor = 0

    def end(self) -> None:
        """To the end."""
        self.cursor = len(self.text)

    def delete_left(self) -> None:
        """Take away the character before the cursor."""
        if self.cursor:
            self.replace(self.cursor - 1, self.cursor, "")

    def delete_right(self) -> None:
        """Take away the character at the cursor."""
        at = self.cursor
        self.text = self.text[:at] + self.text[at + 1 :]

    def kill_word(self) -> None:
        """Take away what is before the cursor up to a blank."""
        head = self.text[: self.cursor].rstrip()
        words = head.rsplit(maxsplit=1)
        self._kill(len(head) - len(words[-1]) if words else 0, self.cursor)

    def kill_to_start(self) -> None:
        """Take away everything before the cursor."""
        self._kill(0, self.cursor)

    def kill_to_end(self) -> None:
        """Take away everything behind the cursor."""
        self._kill(self.cursor, len(self.text))

    def yank(self) -> None:
        """Put in what was taken away last."""
        self.insert(self._killed)

    def _kill(self, start: int, stop: int) -> None:
        self._killed = self.text[start:stop] or self._killed
        self.text = self.text[:start] + self.text[stop:]
        self.move_to(start)


def _is_part(character: str) -> bool:
    return character.isalnum() or character == "_"
