"""Numbers, sizes and times as options take them."""

import re
from argparse import ArgumentTypeError
from typing import Final

from scaptui.sizes import bytes_of

_TIME: Final = r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)(?:s|(?![\d.m])))?(?:(\d+)ms)?"
# Each of at most 16 rings takes a page of 64 kB.
_LEAST_BUFFER: Final = 1 << 20


def count(text: str) -> int:
    """A number of things, at least one; commas between thousands are fine.

    Raises:
        ArgumentTypeError: it is none.
    """
    digits = text.replace(",", "")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 2**63):
        raise ArgumentTypeError(f"{text!r} is no number of one or more")
    return int(digits)


def size(text: str) -> int:
    """Bytes: 500k, 100M, 2G, units of 1024.

    Raises:
        ArgumentTypeError: it is no size.
    """
    bytes_ = bytes_of(text)
    if bytes_ is None:
        raise ArgumentTypeError(f"{text!r} is no size, write it as 100M")
    return bytes_


def buffer(text: str) -> int:
    """Bytes of the buffers of all processors together.

    Raises:
        ArgumentTypeError: it is no size, or too small.
    """
    bytes_ = size(text)
    if bytes_ < _LEAST_BUFFER:
        raise ArgumentTypeError(f"{text!r} is too small for buffers, 1M is the least")
    return bytes_


def seconds(text: str) -> float:
    """A time in seconds: 30s, 0.5, 10m, 1h30m, 500ms.

    Raises:
        ArgumentTypeError: it is no time.
    """
    found = re.fullmatch(_TIME, text)
    parts = [float(part or 0) for part in found.groups()] if found and text else [0.0]
    total = sum(part * unit for part, unit in zip(parts, (3600, 60, 1, 0.001), strict=False))
    if total <= 0 or total > 10**9:
        raise ArgumentTypeError(f"{text!r} is no time, write it as 30s or 10m")
    return total
