"""How a place in the text of a filter is shown under it."""

from typing import Final
from unicodedata import category, combining, east_asian_width

from scaptui.filter.source import Span

# What fits beside a prompt on a narrow terminal; longer filters show the part around the caret.
EXCERPT_COLUMNS: Final = 76
_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS: Final = "…"


def pointed(text: str, span: Span) -> str:
    """Two lines: the text with control characters replaced, and carets under the span.

    Columns are a terminal's: a wide character takes two. A long text is cut around the span.
    """
    shown = [_printable(character) for character in text]
    start, stop = min(span.start, len(shown)), min(max(span.stop, span.start + 1), len(shown))
    first, last = _window(shown, start)
    head = _ELLIPSIS if first else ""
    tail = _ELLIPSIS if last < len(shown) else ""
    before = columns(head + "".join(shown[first:start]))
    under = max(columns("".join(shown[start : min(stop, last)])), 1)
    return head + "".join(shown[first:last]) + tail + "\n" + " " * before + "^" * under


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if combining(character) or category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def _printable(character: str) -> str:
    if character < " ":
        return chr(0x2400 + ord(character))  # the pictures of C0 controls
    # Formats (bidi, zero width), C1 controls, lone surrogates, line separators.
    return _MARK if category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character


def _window(shown: list[str], middle: int) -> tuple[int, int]:
    if columns("".join(shown)) <= EXCERPT_COLUMNS:
        return 0, len(shown)
    first = _reach(shown, middle, step=-1, room=EXCERPT_COLUMNS // 2)
    last = _reach(shown, middle, step=1, room=EXCERPT_COLUMNS // 2)
    return first, last


def _reach(shown: list[str], at: int, step: int, room: int) -> int:
    while 0 <= at + min(step, 0) < len(shown):
        room -= _width(shown[at + min(step, 0)])
        if room <= 0:
            break
        at += step
    return at
