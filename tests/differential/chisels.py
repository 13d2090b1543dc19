"""What Debian's sysdig answers with a chisel, and what our views do, in the same shape."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from scaptui._core import Capture
from scaptui.views.all_views import view_named
from scaptui.views.view_columns import View
from scaptui.views.view_query import ViewQuery, usual_order
from scaptui.views.view_text import as_data

_COLOUR: Final = re.compile(r"\x1b\[\d+m")


def chisel(sysdig: str, path: Path, name: str, *words: str) -> str:
    """What a chisel prints; the test is skipped where this build of sysdig crashes with it."""
    said = subprocess.run(
        [sysdig, *words, "-r", str(path), "-c", *name.split()],
        capture_output=True,
        check=False,
        timeout=20,
        env={**os.environ, "TZ": "UTC"},
    )
    if said.returncode < 0:
        pytest.skip(f"sysdig -c {name} on {path.name}: Segmentation fault, in Debian's own build")
    assert said.returncode == 0, said.stderr
    return _COLOUR.sub("", said.stdout.decode("utf-8", "surrogateescape"))


def table(sysdig: str, path: Path, name: str) -> dict[tuple[str, ...], int]:
    """The rows of a chisel that adds numbers up, by their keys."""
    said = json.loads(chisel(sysdig, path, name, "-j"))
    return {tuple(row[:-1]): round(row[-1]) for row in said["data"] or []}


def lines(sysdig: str, path: Path, name: str) -> list[str]:
    """The lines a chisel prints, without those of nothing but blanks."""
    return [line for line in chisel(sysdig, path, name).splitlines() if line.strip()]


def columns(widths: Sequence[int], rows: Sequence[str]) -> Iterator[list[str]]:
    """The cells of rows in columns of these widths; the last one goes to the end."""
    ends = [sum(widths[: at + 1]) for at in range(len(widths))]
    for row in rows:
        starts = [0, *ends]
        yield [row[s:e].strip() for s, e in zip(starts, [*ends, None], strict=True)]


def view_rows(
    capture: Capture, view: View, text: str = "", at: int | None = None
) -> list[dict[str, Any]]:
    """All rows of a view."""
    query = ViewQuery(capture, view, text, at)
    query.finish()
    return list(as_data(query.table(usual_order(view)), None))


def summed(
    capture: Capture, name: str, keys: Sequence[str], of: str, text: str = ""
) -> dict[tuple[str, ...], int]:
    """The rows of a view of ours that adds numbers up, by their keys; those with 0 left out."""
    found: dict[tuple[str, ...], int] = {}
    for row in view_rows(capture, view_named(name), text):
        number = row["in"] + row["out"] if (name, of) == ("files", "bytes") else row[of]
        if number:
            found[tuple("<NA>" if row[key] is None else str(row[key]) for key in keys)] = number
    return found
