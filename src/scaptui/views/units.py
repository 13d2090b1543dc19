"""Numbers in the few cells a column has.

Reports have room for words (`views/format.py`); columns have five cells and no blanks.
"""

from datetime import tzinfo
from typing import Final, NamedTuple

from scaptui.views.format import NS, moment, zone_named

# Where each unit begins and how long it is: seconds go to 999, minutes and hours to 99.
_LATENCY: Final = (
    (360_000 * NS, 86_400 * NS, "d"),
    (6_000 * NS, 3_600 * NS, "h"),
    (1_000 * NS, 60 * NS, "m"),
    (NS, NS, "s"),
    (1_000_000, 1_000_000, "ms"),
    (1_000, 1_000, "us"),
    (0, 1, "ns"),
)
_TRAFFIC: Final = "kMGTPE"


class Zone(NamedTuple):
    """A time zone as the core knows it (by name) and as Python does (None is the local one)."""

    name: str
    rules: tzinfo | None

    @classmethod
    def named(cls, name: str) -> "Zone":
        """The zone for "local", "UTC" or an IANA name.

        Raises:
            Refused: no zone has this name.
        """
        return cls(name, zone_named(name))


def latency(ns: int) -> str:
    """A duration in at most five cells: 412ns 7.6us 104us 1.4ms 2.0s 17m."""
    sign, ns = "-" if ns < 0 else "", abs(ns)
    unit, name = next((unit, name) for start, unit, name in _LATENCY if ns >= start)
    return f"{sign}{ns if unit == 1 else _short(ns / unit)}{name}"


def traffic(count: int) -> str:
    """Bytes read or written, in thousands and at most four cells: 566 2.4k 91k 1.2M."""
    if count < 1_000:
        return str(count)
    amount, text = float(count), ""
    for unit in _TRAFFIC:
        amount /= 1_000
        text = f"{amount:.1f}" if amount < 9.95 else f"{amount:.0f}"
        if float(text) < 1_000:
            return text + unit
    return text + _TRAFFIC[-1]


def memory(kib: int) -> str:
    """Memory given in KiB, in 1024s and at most five cells: 4k 1.1M 10.3M 2.0G."""
    if kib < 1_000:
        return f"{kib}k" if kib else "0"
    amount = kib / 1_024
    for unit in "MGT":
        text = f"{amount:.1f}" if amount < 99.95 else f"{amount:.0f}"
        if float(text) < 1_000:
            return text + unit
        amount /= 1_024
    return f"{amount:.0f}P"


def counted(count: int) -> str:
    """A count with thousands separators, never shortened."""
    return f"{count:,}"


def share(part: int, whole: int) -> str:
    """A share with one decimal: 8.4%. Of nothing there is no share: blank."""
    return f"{100 * part / whole:.1f}%" if whole else ""


def clock(ns: int, zone: Zone, digits: int = 3) -> str:
    """Clock time of a time in ns since the epoch, with so many digits of the second (0 to 9)."""
    text = moment(ns, zone.rules)[1]
    return text[: 9 + digits] if digits else text[:8]


def date(ns: int, zone: Zone) -> str:
    """Date of a time in ns since the epoch: 2026-11-22."""
    return moment(ns, zone.rules)[0]


def zone_name(ns: int, zone: Zone) -> str:
    """How the zone is called at that time: UTC, CEST."""
    return moment(ns, zone.rules)[2]


def seconds(ns: int, digits: int = 3) -> str:
    """A span in seconds with so many digits, cut, not rounded: 9.112."""
    sign = "-" if ns < 0 else ""
    whole, rest = divmod(abs(ns), NS)
    return f"{sign}{whole:,}.{rest:09}"[: len(f"{sign}{whole:,}.") + digits]


def _short(amount: float) -> str:
    """One decimal below ten; from there none, and the rest is cut off as in times."""
    text = f"{amount:.1f}"
    return text if float(text) < 10 else str(max(10, int(amount)))
