"""Slices of a capture: files with some of its events, and with what these need."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scaptui._core import Capture, Filter, Slice, SliceComparison, SliceReport
from scaptui.capture.making import unmade
from scaptui.capture.opening import refusals
from scaptui.capture.recording import Packing, check_packing, packing_of
from scaptui.errors import Refused

__all__ = [
    "ENDED",
    "SliceComparison",
    "SliceReport",
    "Slicing",
    "Wanted",
    "is_read",
    "packing_of",
]

# Stages in which nothing more is done.
ENDED: Final = ("done", "called off", "failed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a slice is to hold.

    Attributes:
        selected: The filter, None for all events.
        first: The first event number that is looked at; None for that of the capture.
        last: The last event number that is looked at; None for that of the capture.
        times: First and last time that is looked at, ns since the epoch.
        around_events: So many events before and after each.
        around_ns: What happened so many ns before and after each.
        scrub: No process but those with events and their ancestors.
        redact: A regular expression; what matches it in payload and texts is blanked.
        without_payload: What was read and written is blanked.
        compat: Only what sysdig 0.29 can read.
        marks: Numbers of events; the report tells which of them are shown, and where.
    """

    selected: Filter | None = None
    first: int | None = None
    last: int | None = None
    times: tuple[int, int] | None = None
    around_events: int = 0
    around_ns: int = 0
    scrub: bool = False
    redact: str | None = None
    without_payload: bool = False
    compat: bool = False
    marks: tuple[int, ...] = ()


class Slicing:
    """A slice that is being made beside everything else; or, without a path, its size found out.

    Raises:
        Refused: what is to be blanked is no regular expression, or the file's name is refused.
    """

    def __init__(
        self,
        capture: Capture,
        wanted: Wanted,
        path: str | None = None,
        *,
        replaces: bool = False,
        packing: Packing | None = None,
    ) -> None:
        check_packing(path or "")
        self.path = path
        with refusals():
            self._slice = Slice(
                capture,
                wanted.selected,
                path,
                packing=packing or packing_of(path or ""),
                replaces=replaces,
                first=wanted.first,
                last=wanted.last,
                times=wanted.times,
                around_events=wanted.around_events,
                around_ns=wanted.around_ns,
                scrub=wanted.scrub,
                redact=wanted.redact,
                without_payload=wanted.without_payload,
                compat=wanted.compat,
                marks=wanted.marks,
            )

    @property
    def progress(self) -> tuple[str, int, int]:
        """What is being done, and how many events of how many."""
        return self._slice.progress()

    def report(self) -> SliceReport | None:
        """What became of it, once; None before it has ended and when it was called off.

        Raises:
            Refused: it could not be made.
        """
        try:
            return self._slice.report()
        except FileExistsError as error:
            raise Refused(*exists(str(self.path))) from error
        except OSError as error:
            raise unmade("make", str(self.path), error) from error

    def call_off(self) -> None:
        """Make it no more; what there is of it is deleted."""
        self._slice.call_off()


def exists(name: str) -> tuple[str, str]:
    """Message and hint about a name that is something's already."""
    if Path(name).is_dir():
        return f"{name!r} is a directory", "name a file in it"
    return f"{name!r} exists already", "--force takes its place, or name another file"


def is_read(path: str, captures: list[str]) -> bool:
    """Whether a file is one of the captures that are read."""
    for capture in captures:
        with suppress(OSError, ValueError):
            if os.path.samestat(os.stat(path), os.stat(capture)):  # noqa: PTH116 - also of names that are no paths
                return True
    return Path(path).absolute() in {Path(capture).absolute() for capture in captures}
