"""Captures and compiled filters, with refusals as the command line words them."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from select import select

from scaptui._core import Capture, CoreError, Filter, Note
from scaptui.capture.indexes import usable
from scaptui.errors import Refused

__all__ = [
    "BUDGET_MS",
    "Capture",
    "Filter",
    "compile_filter",
    "damage",
    "give_way",
    "open_behind",
    "open_capture",
    "read_all",
    "refusals",
]

STDIN = 0

# How long one call into the core may take: Ctrl-C is answered between two of them.
BUDGET_MS = 100

# By how much threads that read are nicer than the one that draws.
_NICE = 10


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the core's refusals into ours."""
    try:
        yield
    except CoreError as error:
        raise Refused(*error.args) from error


def open_capture(paths: Sequence[str], *, follow: bool = False, keep: int | None = None) -> Capture:
    """Open a capture, or a set of rotated ones in order; `-` is standard input.

    With `follow` reading never ends: what is written to the last one later is read, too. With
    `keep` the oldest events go once they take so many bytes of memory. A single file of which
    there is an index (`capture.indexes`) is not read again.

    Raises:
        Refused: a path cannot be opened or is no capture.
    """
    if "-" in paths:
        # Its first bytes are waited for here, because Ctrl-C does not reach the core.
        select([STDIN], [], [])
    index = usable() if len(paths) == 1 and not follow and keep is None else None
    with refusals():
        return Capture(list(paths), follow=follow, keep=keep, index=index)


def open_behind(paths: Sequence[str], *, follow: bool = False, keep: int | None = None) -> Capture:
    """Open a capture for a screen: where cores are scarce, drawing goes before reading.

    Raises:
        Refused: a path cannot be opened or is no capture.
    """
    from concurrent.futures import ThreadPoolExecutor  # no command without a screen needs it

    # The core's threads are as nice as the thread that starts them, and none becomes less so.
    with ThreadPoolExecutor(1, initializer=give_way) as opener:
        return opener.submit(open_capture, paths, follow=follow, keep=keep).result()


def give_way() -> None:
    """Let this thread, and those it starts, run behind the others of this process."""
    if sys.platform == "linux":  # where it is the thread that becomes nicer, not the process
        os.nice(_NICE)


def compile_filter(wire: str) -> Filter:
    """A filter the core can apply, from the typed expression as JSON text.

    Raises:
        Refused: the expression names or compares what it cannot.
    """
    with refusals():
        return Filter(wire)


def read_all(capture: Capture) -> None:
    """Wait until the capture is read to its end."""
    while not capture.wait(BUDGET_MS).done:
        pass


def damage(notes: Sequence[Note]) -> list[str]:
    """What was damaged, unknown or passed over, a line each; many of a kind are told once.

    Places are those of the stream as it is when unpacked.
    """
    told: dict[str, list[Note]] = {}
    for note in notes:
        told.setdefault(note.kind, []).append(note)
    return [
        f"{group[0].text}, {_place(group[0])}"
        + (f" (and {len(group) - 1:,} more like this)" if len(group) > 1 else "")
        for group in told.values()
    ]


def _place(note: Note) -> str:
    # Such notes tell the byte of the packed file, too.
    is_packed = note.text.startswith("the compressed file")
    return f"at byte {note.offset:,}" + (" when unpacked" if is_packed else "")
