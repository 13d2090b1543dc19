"""Times and durations as people write them in a filter, to the nanosecond."""

from datetime import UTC, datetime
from typing import Final

from scaptui.views.format import NS, moment
from scaptui.views.units import Zone

_UNITS: Final = (("s", NS), ("ms", 1_000_000), ("us", 1_000))
_UTC: Final = "+0000"


def time_written(ns: int, zone: Zone) -> str:
    """A time in ns since the epoch with its zone's offset: 2017-09-23T00:44:37.5Z.

    Where the offset is not in whole minutes, the number.
    """
    offset = f"{datetime.fromtimestamp(ns // NS, UTC).astimezone(zone.rules):%z}"
    if len(offset) > len(_UTC):
        return str(ns)
    date, clock, _ = moment(ns, zone.rules)
    return f"{date}T{_short(clock)}{'Z' if offset == _UTC else offset}"


def duration_written(ns: int) -> str:
    """A duration in the unit that fits: 307.198458ms."""
    name, unit = next(((name, unit) for name, unit in _UNITS if ns >= unit), ("ns", 1))
    whole, rest = divmod(ns, unit)
    return _short(f"{whole}.{rest:0{len(str(unit)) - 1}}") + name


def span_filter(first: int, behind: int, zone: Zone) -> str:
    """The events from one time on, up to another."""
    begin, end = time_written(first, zone), time_written(behind, zone)
    return f"evt.rawtime>={begin} and evt.rawtime<{end}"


def _short(decimal: str) -> str:
    return decimal.rstrip("0").rstrip(".")
