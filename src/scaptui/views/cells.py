"""Lines as plain data: pieces of text with a role, measured in terminal cells.

Models say *what* a piece is (a path, a failure, a key) and widgets turn roles into colours, so what
is drawn can be tested as text and every theme reaches every cell. Lines are written in Unicode; an
ASCII screen translates finished lines with `in_ascii`, cell for cell.
"""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

# The library that places the cells also measures them: two opinions would shift columns.
from rich.cells import cell_len

from scaptui import escaping

Role = Literal[
    "text",
    "muted",
    "accent",
    "failed",
    "warning",
    "path",
    "address",
    "mark",
    "live",
    "match",
    "heading",
    "selection",
    "popup",
]

ELLIPSIS: Final = "…"
# Characters of either end of a long text that any line has room for.
_GLIMPSE: Final = 1_024
_ASCII: Final = str.maketrans(
    "…×●·‹›←→↑↓▲▸▾◂─│├└▏▁▂▃▄▅▆▇█░▒▓",
    "~x*.<><>^v^+-<-||'_.,:-=+*#:+%",
)


class Piece(NamedTuple):
    """Text of one role. It holds no control characters: captured text went through `shown`."""

    text: str
    role: Role = "text"
    bold: bool = False


Line = tuple[Piece, ...]


def width(text: str) -> int:
    """Cells the text takes on a terminal."""
    return len(text) if text.isascii() else cell_len(text)


def shown(captured: bytes | str) -> str:
    r"""Captured text as one line a terminal does not obey: controls as `\n` or `\x1b`.

    Bidi and invisible characters become `\u{202e}`, bytes that are no UTF-8 `\xff`.
    """
    return escaping.one_line(captured)


def glimpse(captured: bytes | str) -> str:
    """As `shown`, for what will be cut to a line: of a very long text only both ends.

    A name may be a megabyte, and measuring it for every frame would be felt.
    """
    if len(captured) <= 2 * _GLIMPSE:
        return shown(captured)
    return shown(captured[:_GLIMPSE]) + ELLIPSIS + shown(captured[-_GLIMPSE:])


def fit_end(text: str, cells: int) -> str:
    """The text, cut at its end with one `…` when it is wider than the cells."""
    if width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    return _start(text, cells - 1) + ELLIPSIS


def fit_middle(text: str, cells: int) -> str:
    """The text, cut in its middle with one `…`: of paths and addresses both ends tell."""
    if width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    left = (cells - 1) // 2
    return _start(text, left) + ELLIPSIS + _end(text, cells - 1 - left)


def fit_start(text: str, cells: int) -> str:
    """The text, cut at its beginning with one `…` when it is wider than the cells."""
    if width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    return ELLIPSIS + _end(text, cells - 1)


def pad_right(text: str, cells: int) -> str:
    """The text with blanks after it, cut at its end when it is too wide."""
    fitted = fit_end(text, cells)
    return fitted + " " * (cells - width(fitted))


def pad_left(text: str, cells: int) -> str:
    """The text with blanks before it, cut at its end when it is too wide."""
    fitted = fit_end(text, cells)
    return " " * (cells - width(fitted)) + fitted


def line_text(line: Line) -> str:
    """What a line reads, without its roles."""
    return "".join(piece.text for piece in line)


def line_width(line: Line) -> int:
    """Cells a line takes."""
    return sum(width(piece.text) for piece in line)


def fit_line(line: Line, cells: int) -> Line:
    """The line in exactly so many cells: cut at its end with `…`, or filled with blanks."""
    free = cells - line_width(line)
    if free > 0:
        return (*line, Piece(" " * free))
    return line if free == 0 else _cut(line, cells)


def crop_line(line: Line, cells: int) -> Line:
    """The line in exactly so many cells, cut without a sign: for bars and marks, no text."""
    taken = _take(line, cells)
    free = cells - line_width(taken)
    return (*taken, Piece(" " * free)) if free > 0 else taken


def fit_middle_line(line: Line, cells: int) -> Line:
    """The line, cut in its middle with one `…` when it is wider than the cells."""
    if line_width(line) <= cells:
        return line
    if cells <= 0:
        return ()
    left = (cells - 1) // 2
    start = _take(line, left)
    text = line_text(line)
    end = _end(text, cells - 1 - left)
    return (*start, Piece(ELLIPSIS), *_skip(line, len(text) - len(end)))


def left_and_right(left: Line, right: Line, cells: int) -> Line:
    """One line with a part at each end. The left part is cut to leave the right one whole."""
    room = max(0, cells - line_width(right))
    return fit_line((*fit_line(left, room), *right), cells)


def pane_heading(
    name: str, state: str, cells: int, *, focused: bool = False, role: Role = "muted"
) -> Line:
    """The line a pane begins with, its frame: `─ name ──── state ─` and a blank."""
    title = Piece(f" {name} ", "accent" if focused else "heading", bold=True)
    room = cells - 4 - line_width((title,))
    told = f" {fit_end(state, room - 2)} " if state and room > 2 else ""
    rule = "─" * max(0, room + 1 - width(told))
    ends = Piece("─", "muted")
    return fit_line((ends, title, Piece(rule, "muted"), Piece(told, role), ends), cells)


def joined(lines: Iterable[Line], between: str) -> Line:
    """Lines after each other as one, with a text between them."""
    pieces: list[Piece] = []
    for line in lines:
        if pieces:
            pieces.append(Piece(between))
        pieces.extend(line)
    return tuple(pieces)


def in_ascii(text: str) -> str:
    """The text in ASCII, cell for cell: our signs as their ASCII twins, anything else as `?`."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else "?" * width(c) for c in signs_in_ascii(text))


def signs_in_ascii(text: str) -> str:
    """The text with our signs as their ASCII twins; what was captured stays."""
    return text.translate(_ASCII)


def _cut(line: Line, cells: int) -> Line:
    pieces: list[Piece] = []
    for piece in line:
        room = cells - line_width(tuple(pieces))
        if width(piece.text) >= room:
            # There is more behind this piece, or it is too wide itself: either way it ends in `…`.
            text = _start(piece.text, room - 1)
            filled = text + " " * (room - 1 - width(text)) + ELLIPSIS if room > 0 else ""
            pieces.append(piece._replace(text=filled))
            break
        pieces.append(piece)
    return tuple(pieces)


def _take(line: Line, cells: int) -> Line:
    """The longest beginning of a line that takes at most so many cells."""
    pieces: list[Piece] = []
    for piece in line:
        text = _start(piece.text, cells)
        cells -= width(text)
        if text:
            pieces.append(piece._replace(text=text))
        if text != piece.text:
            break
    return tuple(pieces)


def _skip(line: Line, characters: int) -> Line:
    """The line without its first characters."""
    pieces: list[Piece] = []
    for piece in line:
        text = piece.text[characters:]
        characters = max(0, characters - len(piece.text))
        if text:
            pieces.append(piece._replace(text=text))
    return tuple(pieces)


def _start(text: str, cells: int) -> str:
    """The longest beginning that takes at most so many cells."""
    if text.isascii():
        return text[: max(0, cells)]
    used = 0
    for at, character in enumerate(text):
        used += width(character)
        if used > cells:
            return text[:at]
    return text


def _end(text: str, cells: int) -> str:
    """The longest ending that takes at most so many cells."""
    if text.isascii():
        return text[len(text) - cells :] if cells > 0 else ""
    used = 0
    for at in range(len(text), 0, -1):
        used += width(text[at - 1])
        if used > cells:
            return text[at:]
    return text
