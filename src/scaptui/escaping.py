r"""Captured text is data, never terminal control: what may pass to a terminal, a pipe, a file.

Captures hold names that programs chose, so any byte can stand in them. Bytes that are no UTF-8 are
shown as `\xHH` everywhere but in raw output.
"""

import re
from functools import cache
from typing import Final

# Characters that reorder what stands beside them or cannot be seen: bidi controls, separators,
# fillers, tags. The core's terminal policy has the same ranges.
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"
)
# Patterns are compiled when something is first escaped; `re` keeps them.
_PIPE: Final = "[\x00-\x08\x0b-\x1f\x7f-\x9f\udc80-\udcff]"
# An underscore inside a word does nothing in Markdown, and names are full of them.
_MARKDOWN: Final = r"([\\`*\[\]<>|]|(?<![^\W_])_|_(?![^\W_]))"
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@cache
def _terminal() -> re.Pattern[str]:
    return re.compile(f"[\x00-\x1f\x7f-\x9f\udc80-\udcff{_INVISIBLE}]")


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is no UTF-8, as Python has it
        code -= 0xDC00
        return f"\\x{code:02x}"
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0xA0 else f"\\u{{{code:x}}}")


def decoded(captured: bytes) -> str:
    r"""Text of captured bytes; bytes that are no UTF-8 become `\xHH`."""
    return captured.decode("utf-8", "backslashreplace")


def one_line(text: str | bytes) -> str:
    """The text on one line: controls, C1, bidi and invisible characters are escaped."""
    return _terminal().sub(_escape, decoded(text) if isinstance(text, bytes) else text)


def dotted(payload: bytes) -> str:
    """Payload in one line: a dot for whatever is no visible character."""
    return _terminal().sub(".", payload.decode("utf-8", "replace")).replace("\ufffd", ".")


def lines(text: str) -> str:
    """As `one_line`, but line ends stay: for messages whose line structure is ours."""
    return "\n".join(one_line(line) for line in text.split("\n"))


def for_pipe(text: str) -> str:
    r"""Newline and tab stay; ESC, C1 and other controls become `\x1b` forms."""
    return re.sub(_PIPE, _escape, text)


def bytes_in_quotes(text: str) -> str:
    r"""Bytes that are no UTF-8 as `\xHH` also in quoted names, where Python writes `\udcHH`."""
    return re.sub(r"(?<!\\)\\udc([89a-f][0-9a-f])", r"\\x\1", text)


def markdown(text: str | bytes) -> str:
    """One line of text that Markdown shows as it is."""
    return re.sub(_MARKDOWN, r"\\\1", one_line(text))


def code(text: str | bytes) -> str:
    """One line as Markdown code, also in a table, whatever backquotes or bars it holds."""
    shown = one_line(text).replace("|", "\\|")
    fence = "`"
    while fence in shown:
        fence += "`"
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def csv_cell(text: str) -> str:
    """A CSV cell that a spreadsheet does not take for a formula."""
    if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _is_number(text):
        text = "'" + text
    if any(character in text for character in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", text) is not None
