"""The captured bytes of a piece of a stream as lines of text, hex or characters.

No byte reaches a terminal as a control: text shows its number, the other forms a dot.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from scaptui import escaping
from scaptui.views.cells import Line, Piece, Role, width

Form = Literal["text", "hex", "ascii"]
# From which to before which byte.
Mark = tuple[int, int]

FORMS: Final[tuple[Form, ...]] = ("text", "hex", "ascii")
_EMPTY: Final = "(empty line)"


def data_lines(
    data: bytes, missing: int, moved: int, form: Form, room: int, marks: Sequence[Mark] = ()
) -> list[Line]:
    """Lines of at most `room` cells, the last one telling what of the bytes is not captured.

    Bytes in `marks` have the role of a match.
    """
    lines: list[Line]
    if form == "text":
        lines = [line for start, stop in _texts(data) for line in _wrapped(
            [(escaping.one_line(data[a:b]), role) for a, b, role in _parts(start, stop, marks)],
            room,
        )]  # fmt: skip
    elif form == "hex":
        lines = _hex(data, room, marks)
    else:
        lines = _ascii(data, room, marks)
    if missing:
        lines.append((Piece(f"… {missing:,} of {moved:,} bytes not captured", "warning"),))
    return lines


def _texts(data: bytes) -> Iterator[Mark]:
    """Where lines of the data begin and stop, without their ends."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        stop = end if end >= 0 else len(data)
        yield start, stop - (end >= 0 and data[start:stop].endswith(b"\r"))
        start = stop + 1


def _parts(start: int, stop: int, marks: Sequence[Mark]) -> Iterator[tuple[int, int, Role]]:
    """What of bytes [start, stop) is a match and what is none, in order."""
    at = start
    for mark in marks:
        first, behind = max(mark[0], at), min(mark[1], stop)
        if first < behind:
            if at < first:
                yield at, first, "text"
            yield first, behind, "match"
            at = behind
    if at < stop:
        yield at, stop, "text"


def _wrapped(parts: Sequence[tuple[str, Role]], room: int) -> list[Line]:
    if not parts:
        return [(Piece(_EMPTY, "muted"),)]
    lines: list[list[Piece]] = [[]]
    left = room
    for text, role in parts:
        rest = text
        while rest:
            # No character is wider than two cells.
            taken = rest[:left] if rest.isascii() else _narrow(rest, left)
            if not taken and left == room:
                taken = rest[:1]
            if taken:
                lines[-1].append(Piece(taken, role))
                left -= width(taken)
                rest = rest[len(taken) :]
            if rest:
                lines.append([])
                left = room
    return [tuple(line) for line in lines]


def _narrow(text: str, room: int) -> str:
    used = 0
    for at, character in enumerate(text):
        used += width(character)
        if used > room:
            return text[:at]
    return text


def _hex(data: bytes, room: int, marks: Sequence[Mark]) -> list[Line]:
    # Offset, three cells a byte, a blank more in the middle and before the characters.
    count = next((count for count in (32, 16, 8) if 6 + 4 * count + 2 <= room), 4)
    lines: list[Line] = []
    for start in range(0, len(data), count):
        stop = min(start + count, len(data))
        numbers: list[Piece] = []
        for first, behind, role in _parts(start, stop, marks):
            text = data[first:behind].hex(" ")
            middle = start + count // 2 - first
            if 0 < middle < behind - first:
                text = f"{text[: 3 * middle]} {text[3 * middle :]}"
            # The blank behind a match is none of it.
            gap = "  " if behind == start + count // 2 and behind < stop else " "
            numbers += [Piece(text, role), Piece(gap)]
        cells = sum(len(piece.text) for piece in numbers)
        filled = Piece(" " * (3 * count + 2 - cells))
        lines.append((Piece(f"{start:04x}  ", "muted"), *numbers, filled,
                      *_characters(data, start, stop, marks)))  # fmt: skip
    return lines


def _ascii(data: bytes, room: int, marks: Sequence[Mark]) -> list[Line]:
    step = max(8, room // 8 * 8)
    starts = range(0, len(data), step)
    return [_characters(data, start, min(start + step, len(data)), marks) for start in starts]


def _characters(data: bytes, start: int, stop: int, marks: Sequence[Mark]) -> Line:
    return tuple(
        Piece(_dotted(data[first:behind]), role)
        for first, behind, role in _parts(start, stop, marks)
    )


def _dotted(part: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
