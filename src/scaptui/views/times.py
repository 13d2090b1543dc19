"""Times of the event list: how rows show them, and what a person types to go to one."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

from scaptui.errors import Refused
from scaptui.views.format import NS
from scaptui.views.units import Zone, clock, date, seconds

TimeMode = Literal["clock", "local", "start", "reference", "previous", "thread"]

MODES: Final[tuple[TimeMode, ...]] = (
    "clock",
    "local",
    "start",
    "reference",
    "previous",
    "thread",
)
TITLES: Final[dict[TimeMode, str]] = {
    "clock": "TIME",
    "local": "LOCAL TIME",
    "start": "SINCE START",
    "reference": "SINCE REF",
    "previous": "SINCE PREV",
    "thread": "SAME THREAD",
}
_LOCAL: Final = Zone("local", None)
_TYPED: Final = re.compile(
    r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?", re.ASCII
)
_OFFSET: Final = re.compile(r"\+(\d{1,9})(?:\.(\d{1,9}))?\s*s?", re.ASCII)


class Origins(NamedTuple):
    """Times a row's time may be counted from, ns; None where there is none."""

    start: int | None
    reference: int | None
    previous: int | None
    thread: int | None


def next_mode(mode: TimeMode) -> TimeMode:
    """What `t` shows next."""
    return MODES[(MODES.index(mode) + 1) % len(MODES)]


def row_time(ts: int, mode: TimeMode, origins: Origins, zone: Zone, cells: int) -> str:
    """A row's time in a column of so many cells. Without an origin to count from it is `-`."""
    if mode in {"clock", "local"}:
        at = zone if mode == "clock" else _LOCAL
        # From 9 cells down the hour goes first: 43:25.222.
        return clock(ts, at, 3)[3:] if cells < 12 else clock(ts, at, 6 if cells >= 15 else 3)
    origin = {
        "start": origins.start,
        "reference": origins.reference,
        "previous": origins.previous,
        "thread": origins.thread,
    }[mode]
    if origin is None:
        return "-".rjust(cells)
    since = ts - origin
    sign = "+" if since >= 0 else ""
    texts = [f"{sign}{seconds(since, digits)}".rstrip(".") for digits in (6, 3, 0)]
    return next((text for text in texts if len(text) <= cells), texts[-1]).rjust(cells)


def moment_named(text: str, zone: Zone, start: int, near: int) -> int:
    """The time a person typed: 08:43:25, 2026-11-22 08:43:25.222, or +9.1 since the start.

    A clock time without a date is of the day of `near`. Digits left out are zeros.

    Raises:
        Refused: it is no time.
    """
    text = text.strip()
    if offset := _OFFSET.fullmatch(text):
        return start + int(offset[1]) * NS + _fraction(offset[2])
    typed = _TYPED.fullmatch(text)
    if typed is None:
        raise _no_time(text)
    day = typed[1] or date(near, zone)
    try:
        at = datetime.fromisoformat(f"{day}T{int(typed[2]):02}:{typed[3]}:{typed[4] or '00'}")
        # Without rules the zone is the machine's own.
        there = at.replace(tzinfo=zone.rules) if zone.rules else at.astimezone()
        since = there.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _no_time(text) from None
    return since // timedelta(seconds=1) * NS + _fraction(typed[5])


def _fraction(digits: str | None) -> int:
    return int((digits or "").ljust(9, "0"))


def _no_time(text: str) -> Refused:
    hint = "times are like 08:43:25, 2026-11-22 08:43:25.222 or +9.1 since the start"
    return Refused(f"{text!r} is no number of an event and no time", hint)
