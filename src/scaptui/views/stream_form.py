"""The captured bytes of a piece of a stream as lines of text, hex or characters.

No byte reaches a terminal as a control: text shows its number, the other forms a dot.
"""

from collections.abc import Sequence
from typing import Final, Literal

from scaptui import escaping
from scaptui.views.cells import Line, Piece, width

Form = Literal["text", "hex", "ascii"]

FORMS: Final[tuple[Form, ...]] = ("text", "hex", "ascii")
_EMPTY: Final = "(empty line)"


def data_lines(data: bytes, missing: int, moved: int, form: Form, room: int) -> list[Line]:
    """Lines of at most `room` cells, the last one telling what of the bytes is not captured."""
    lines: list[Line]
    if form == "text":
        lines = [line for text in _texts(data) for line in _wrapped(text, room)]
    elif form == "hex":
        lines = _hex(data, room)
    else:
        lines = _ascii(data, room)
    if missing:
        lines.append((Piece(f"… {missing:,} of {moved:,} bytes not captured", "warning"),))
    return lines


def _texts(data: bytes) -> Sequence[bytes]:
    """Lines of the data without their ends."""
    if not data:
        return []
    parts = data.split(b"\n")
    if not parts[-1]:
        parts.pop()
    return [part.removesuffix(b"\r") for part in parts]


def _wrapped(text: bytes, room: int) -> list[Line]:
    if not text:
        return [(Piece(_EMPTY, "muted"),)]
    shown = escaping.one_line(text)
    if width(shown) <= room:
        return [(Piece(shown),)]
    lines: list[Line] = []
    while shown:
        # No character is wider than two cells.
        taken = shown[:room] if shown.isascii() else _narrow(shown, room)
        lines.append((Piece(taken),))
        shown = shown[len(taken) :]
    return lines


def _narrow(text: str, room: int) -> str:
    used = 0
    for at, character in enumerate(text):
        used += width(character)
        if used > room:
            return text[: max(1, at)]
    return text


def _hex(data: bytes, room: int) -> list[Line]:
    # Offset, three cells a byte, a blank more in the middle and before the characters.
    count = next((count for count in (32, 16, 8) if 6 + 4 * count + 2 <= room), 4)
    lines: list[Line] = []
    for start in range(0, len(data), count):
        part = data[start : start + count]
        numbers = part.hex(" ")
        if len(part) > count // 2:
            middle = 3 * (count // 2)
            numbers = numbers[:middle] + " " + numbers[middle:]
        lines.append(
            (
                Piece(f"{start:04x}  ", "muted"),
                Piece(f"{numbers:<{3 * count}}  "),
                Piece(_dotted(part)),
            )
        )
    return lines


def _ascii(data: bytes, room: int) -> list[Line]:
    step = max(8, room // 8 * 8)
    return [(Piece(_dotted(data[start : start + step])),) for start in range(0, len(data), step)]


def _dotted(part: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
