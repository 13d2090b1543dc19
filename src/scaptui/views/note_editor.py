"""A note being written: several lines of text and a cursor. No widget, only the text."""

from functools import lru_cache
from typing import Final

from scaptui.views.bookmark import LONGEST_NOTE
from scaptui.views.cells import Line, Piece, shown, width
from scaptui.views.line_editor import LineEditor

_TAB: Final = "    "


class NoteEditor(LineEditor):
    """Text of several lines and a cursor, which is a position from 0 to the length of the text."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.open(text)

    def open(self, text: str) -> None:
        """Begin with a text, the cursor behind it."""
        self.is_whole = len(text) <= LONGEST_NOTE
        """Whether all of it can be edited; of a longer one only the beginning is shown."""
        self.saved = text
        self.set(text[:LONGEST_NOTE])
        self.top = 0

    @property
    def has_changes(self) -> bool:
        """Whether it is not as it was saved."""
        return self.is_whole and self.text.rstrip() != self.saved.rstrip()

    def put(self, typed: str) -> bool:
        """Put text in at the cursor, line ends and all; False when there is no room for it."""
        lines = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\t", _TAB)
        plain = "".join(c for c in lines if c.isprintable() or c == "\n")
        if not self.is_whole or len(self.text) + len(plain) > LONGEST_NOTE:
            return False
        self.replace(self.cursor, self.cursor, plain)
        return True

    def insert(self, typed: str) -> None:
        """As `put`."""
        self.put(typed)

    def home(self) -> None:
        """To the beginning of the line."""
        self.cursor = self.text.rfind("\n", 0, self.cursor) + 1

    def end(self) -> None:
        """To the end of the line."""
        at = self.text.find("\n", self.cursor)
        self.cursor = len(self.text) if at < 0 else at

    def kill_to_start(self) -> None:
        """Take away the line before the cursor."""
        stop = self.cursor
        self.home()
        self._kill(self.cursor, stop)

    def kill_to_end(self) -> None:
        """Take away the line behind the cursor."""
        start = self.cursor
        self.end()
        self._kill(start, self.cursor)

    def vertical(self, by: int, cells: int) -> None:
        """So many lines down, or up, as they are wrapped at so many cells."""
        lines = _wrapped(self.text, cells)
        at = _line_of(lines, self.cursor)
        column = width(self.text[lines[at][0] : self.cursor])
        start, stop = lines[max(0, min(at + by, len(lines) - 1))]
        self.cursor = start
        while self.cursor < stop and width(self.text[start : self.cursor + 1]) <= column:
            self.cursor += 1

    def lines(self, cells: int, height: int, *, focused: bool) -> list[Line]:
        """The lines in view, the cursor's cell reversed where the pane has the keyboard."""
        wrapped = _wrapped(self.text, max(1, cells))
        at = _line_of(wrapped, self.cursor)
        if not focused:
            self.top = 0
        elif not self.top <= at < self.top + height:
            self.top = max(0, at - height + 1) if at >= self.top else at
        drawn: list[Line] = []
        for place, (start, stop) in enumerate(wrapped[self.top : self.top + height], self.top):
            text = _visible(self.text[start:stop])
            if not (focused and place == at):
                drawn.append((Piece(text),))
                continue
            column = self.cursor - start
            under = text[column : column + 1] or " "
            pieces = (Piece(text[:column]), Piece(under, "selection"), Piece(text[column + 1 :]))
            drawn.append(tuple(piece for piece in pieces if piece.text))
        return drawn


def _visible(text: str) -> str:
    """The text, a dot for each character that a terminal would obey or not show."""
    if shown(text) == text:
        return text
    return "".join(c if shown(c) == c else "·" for c in text)


@lru_cache(maxsize=4)
def _wrapped(text: str, cells: int) -> list[tuple[int, int]]:
    """Where each line starts and stops, broken behind blanks where one is too wide."""
    lines: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        stop = start + len(paragraph)
        while True:
            end = _fitting(text, start, stop, cells)
            if end == stop:
                break
            blank = text.rfind(" ", start, end)
            end = blank + 1 if blank > start else end
            lines.append((start, end))
            start = end
        lines.append((start, stop))
        start = stop + 1
    return lines


def _fitting(text: str, start: int, stop: int, cells: int) -> int:
    """The end of the longest part from `start` that takes at most so many cells, at least one."""
    end = min(stop, start + cells)
    while end > start + 1 and width(_visible(text[start:end])) > cells:
        end -= 1
    return max(end, min(stop, start + 1))


def _line_of(lines: list[tuple[int, int]], cursor: int) -> int:
    """The last line that the cursor can stand in."""
    return max(at for at, (start, _) in enumerate(lines) if start <= cursor)
