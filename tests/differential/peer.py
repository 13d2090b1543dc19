"""What Debian's sysdig says about a capture, and what we say, in the same shape."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scaptui._core import Capture
from tests.core.asking import printed

# Bytes that no value holds: they part events and fields whatever is printed between them.
_EVENT: Final = "\x1e"
_FIELD: Final = "\x1f"
ABSENT: Final = "<NA>"
# Of the bundled capture: sysdig passes over types of events that came later.
KNOWN_TO_SYSDIG: Final = "not evt.type in (pipe2, dup3)"

Row = dict[str, str]


def asks(sysdig: str, path: Path, fields: Sequence[str], text: str = "") -> list[Row]:
    """The fields of each event that sysdig selects. It must read to the end and not complain."""
    said = subprocess.run(
        [sysdig, "-r", str(path), "-p", _form(fields), *filter(None, [text])],
        capture_output=True,
        check=False,
        timeout=20,
        env={**os.environ, "TZ": "UTC"},
    )
    assert (said.returncode, said.stderr) == (0, b""), said.stderr
    return _rows(said.stdout, fields)


def answers(capture: Capture, fields: Sequence[str], text: str = "") -> list[Row]:
    """The same, said by us."""
    return _rows(printed(capture, _form(fields), text, escape="raw"), fields)


def _form(fields: Sequence[str]) -> str:
    return "*" + _EVENT + _FIELD.join(f"%{field}" for field in fields)


def _rows(out: bytes, fields: Sequence[str]) -> list[Row]:
    records = out.decode("utf-8", "surrogateescape").split(_EVENT)[1:]
    return [
        dict(zip(fields, record.removesuffix("\n").split(_FIELD), strict=True))
        for record in records
    ]
