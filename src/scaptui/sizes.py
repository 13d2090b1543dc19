"""Sizes as people write them."""

import re
from typing import Final

_SIZE: Final = r"(\d{1,15}(?:\.\d{1,15})?)\s*([kmgt]?)(?:i?b)?"
_SHIFTS: Final = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}


def bytes_of(text: str) -> int | None:
    """Bytes: 500k, 100M, 2.5G, units of 1024; None when it is no size of a byte or more."""
    found = re.fullmatch(_SIZE, text, re.IGNORECASE)
    return int(float(found[1]) * (1 << _SHIFTS[found[2].lower()])) or None if found else None
