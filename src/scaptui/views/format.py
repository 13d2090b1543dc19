"""Numbers, times and durations as people read them."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scaptui.errors import Refused

if TYPE_CHECKING:
    from datetime import tzinfo

NS: Final = 1_000_000_000


def zone_named(name: str) -> "tzinfo | None":
    """The zone for "local" (None, as `datetime.astimezone` takes it), "UTC" or an IANA name.

    Raises:
        Refused: no zone has this name.
    """
    if name == "local":
        return None
    if name.upper() == "UTC":
        from datetime import UTC

        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            f"there is no time zone {name!r}", "names are like Europe/Berlin; --utc for UTC"
        ) from None


def moment(ns: int, zone: "tzinfo | None") -> tuple[str, str, str]:
    """Date, time with nanoseconds, and zone of a time in ns since the epoch (unsigned 64 bit)."""
    whole, rest = divmod(ns, NS)
    date, clock, name = _second(whole, zone)
    return date, f"{clock}.{rest:09}", name


@lru_cache(maxsize=256)
def _second(seconds: int, zone: "tzinfo | None") -> tuple[str, str, str]:
    # Rows of a list are most often of few seconds.
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    return f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", f"{at:%Z}"


def seconds(ns: int) -> str:
    """A span to the nanosecond: 12.091655085 s."""
    sign = "-" if ns < 0 else ""
    whole, rest = divmod(abs(ns), NS)
    return f"{sign}{whole:,}.{rest:09} s"


def duration(ns: int) -> str:
    """A duration in the unit that fits: 850 ns, 1.23 ms, 22.03 s."""
    if ns < 1_000:
        return f"{ns} ns"
    if ns < 1_000_000:
        return f"{ns / 1_000:.3g} us"
    if ns < NS:
        return f"{ns / 1_000_000:.3g} ms"
    return f"{ns / NS:,.2f} s"


def size(count: int) -> str:
    """Bytes in the unit that fits: 512 B, 8.0 MiB."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} TiB"


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 event, 9,478 events."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def lost_events(count: int) -> str:
    """What is said of a capture whose recorder lost events, one or more."""
    return f"at least {counted(count, 'event was', 'events were')} lost while recording"


def table(head: list[str], rows: list[list[str]], *, left: set[int]) -> list[str]:
    """A Markdown table whose columns also stand under each other when read as text.

    `left` are the columns that stand left; numbers stand right. Cells are escaped by the caller.
    """
    widths = [max(3, *(len(row[i]) for row in [head, *rows])) for i in range(len(head))]

    def line(cells: list[str]) -> str:
        places = (
            f"{cell:<{width}}" if i in left else f"{cell:>{width}}"
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "| " + " | ".join(places) + " |"

    rule = "|".join(
        "-" * (width + 2) if i in left else "-" * (width + 1) + ":"
        for i, width in enumerate(widths)
    )
    return [line(head), f"|{rule}|", *(line(row) for row in rows)]
