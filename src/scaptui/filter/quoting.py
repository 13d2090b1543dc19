r"""Quoted strings: from text with escapes to bytes, and back.

The escapes of both dialects are accepted in both kinds of quotes: \b \f \n \r \t \/ \xHH of sysdig
and \a \v \NNN \uNNNN \UNNNNNNNN of C. Any other is an error, as it is in sysdig: a regular
expression in plain quotes whose backslashes are lost would match something else in silence.
"""

import re
from typing import Final

from scaptui.errors import FilterError
from scaptui.filter.source import Span

_ESCAPE: Final = (
    r"(?s)\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.)|$)"
)
_SIMPLE: Final = {
    "a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "\\": 92, "/": 47, '"': 34, "'": 39,
}  # fmt: skip
# What the printers write. Both dialects read these three; others differ.
_WRITTEN: Final = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}


def unescape(body: str, at: int) -> bytes:
    """The bytes a quoted string stands for: `body` between its quotes, from character `at` on.

    Raises:
        FilterError: an escape that neither dialect knows, or a character that has no encoding.
    """
    pieces: list[bytes] = []
    done = 0
    for found in re.finditer(_ESCAPE, body):
        pieces.append(encoded(body[done : found.start()], at + done))
        pieces.append(_meaning(found, at))
        done = found.end()
    pieces.append(encoded(body[done:], at + done))
    return b"".join(pieces)


def encoded(text: str, at: int) -> bytes:
    """Text as UTF-8; bytes of a command line that were no UTF-8 come back as they were.

    Raises:
        FilterError: half of a surrogate pair.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise FilterError(
            f"the character U+{ord(text[error.start]):04X} stands for nothing",
            Span(at + error.start, at + error.start + 1),
        ) from None


def quoted(value: bytes) -> str:
    """The value in double quotes, with escapes that both dialects read."""
    text = value.decode("utf-8", "surrogateescape")
    return '"' + "".join(_written(character) for character in text) + '"'


def _meaning(found: re.Match[str], at: int) -> bytes:
    byte, octal, short, long, simple = found.groups()
    if byte is not None:
        return bytes([int(byte, 16)])
    if octal is not None and int(octal, 8) < 256:
        return bytes([int(octal, 8)])
    point = int(short or long or "0", 16)
    if point and point < 0x110000 and not 0xD800 <= point < 0xE000:
        return chr(point).encode()
    if simple in _SIMPLE:
        return bytes([_SIMPLE[simple]])
    raise FilterError(
        f"the escape {found[0]!a} is unknown".replace("\\\\", "\\"),
        Span(at + found.start(), at + found.end()),
        'a backslash itself is \\\\, or put r before the quotes: r"..."',
    )


def _written(character: str) -> str:
    point = ord(character)
    if point in _WRITTEN:
        return _WRITTEN[point]
    if 0xDC80 <= point <= 0xDCFF:  # a byte that was no UTF-8
        return f"\\x{point - 0xDC00:02x}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode())
