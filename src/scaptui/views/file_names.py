"""Names proposed for files that are about a capture."""

import re
from pathlib import PurePath
from typing import Final

_SCAP: Final = re.compile(r"\.scap\d*(\.\w+)?$")


def capture_stem(source: str) -> str:
    """The name of a capture without folder and endings; `capture` for standard input."""
    stem = _SCAP.sub("", PurePath(source).name)
    return stem if stem not in ("", "-") else "capture"
