"""How long calls take over time: a spectrogram as plain data, and as text."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scaptui._core import Capture, Filter, Spectrum
from scaptui.capture.opening import BUDGET_MS, compile_filter
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from scaptui.views.format import NS
from scaptui.views.units import Zone, clock, latency
from scaptui.views.view_query import joined

# Steps of time one can choose, ns.
STEPS: Final = tuple(
    factor * unit
    for unit in (1_000_000, 10_000_000, 100_000_000, NS, 10 * NS, 100 * NS, 1_000 * NS)
    for factor in (1, 2, 5)
)
# The first step of latency begins here, ns; what is shorter counts with it.
_FIRST: Final = 100
_DECADES: Final = 8
# Counts from which each shade is drawn, and the shades.
SHADES: Final = "·░▒▓█"
_QUANTILES: Final = (0.25, 0.55, 0.8, 0.95)


@dataclass(frozen=True, slots=True)
class SpectrumRow:
    """One step of time.

    Attributes:
        start: When it begins, ns since the epoch.
        counts: Calls by step of latency.
    """

    start: int
    counts: tuple[int, ...]


def bounds(per_decade: int) -> tuple[int, ...]:
    """Where steps of latency begin, ns: so many a power of ten, from the shortest on."""
    first = (0,)
    later = (round(_FIRST * 10 ** (at / per_decade)) for at in range(1, per_decade * _DECADES))
    return (*first, *later)


def step_for(span: tuple[int, int] | None, rows: int) -> int:
    """A step of time with which a span takes about so many rows, at least half."""
    length = 0 if span is None else span[1] - span[0]
    return next((step for step in STEPS if length // step < max(1, rows)), STEPS[-1])


class LatencyQuery:
    """Counts of the calls a filter selects. It grows while the capture is read."""

    def __init__(
        self,
        capture: Capture,
        filter_text: str = "",
        step_ns: int | None = None,
        per_decade: int = 7,
    ) -> None:
        self.step_ns = step_for(capture.span(), 20) if step_ns is None else step_ns
        self.bounds = bounds(per_decade)
        self.per_decade = per_decade
        self.text = joined(("evt.dir=<", filter_text))
        self.filter: Filter = compile_filter(wire(understood(self.text).expression))
        self.done = False
        self.looked = 0
        self._spectrum = Spectrum(capture, self.filter, self.step_ns, list(self.bounds))

    def step(self, budget_ms: int, *, yields: bool = False) -> bool:
        """Look at more events, at most so long; True when there are no more."""
        self.looked, self.done = self._spectrum.step(budget_ms, yields=yields)
        return self.done

    def finish(self) -> None:
        """Look at all events."""
        while not self.step(BUDGET_MS):
            pass

    def rows(self) -> list[SpectrumRow]:
        """Steps of time with calls in them, in order."""
        return [SpectrumRow(start, tuple(counts)) for start, counts in self._spectrum.rows()]

    def least(self, column: int) -> int:
        """Where a step of latency begins, ns; beyond the last: its end."""
        return self.bounds[column] if column < len(self.bounds) else 0


def shade_limits(rows: Sequence[SpectrumRow]) -> tuple[int, ...]:
    """Counts from which the second to the last shade are drawn, by how common counts are."""
    counts = sorted(count for row in rows for count in row.counts if count)
    limits: list[int] = []
    for share in _QUANTILES:
        limit = counts[int(share * (len(counts) - 1))] if counts else 0
        limits.append(max(limit, limits[-1] + 1 if limits else 2))
    return tuple(limits)


def shade(count: int, limits: Sequence[int]) -> str:
    """The character of a count; a blank for none."""
    return SHADES[bisect_right(limits, count)] if count else " "


def legend(limits: Sequence[int]) -> str:
    """What the shades stand for."""
    starts = (1, *limits)
    texts = []
    for at, start in enumerate(starts):
        if at == len(starts) - 1:
            texts.append(f"{SHADES[at]} {start:,} or more")
            continue
        end = starts[at + 1] - 1
        texts.append(f"{SHADES[at]} {start:,}" + (f"-{end:,}" if end > start else ""))
    return "  ".join(texts)


def legend_within(limits: Sequence[int], cells: int) -> str:
    """The same in so many cells: where there is no room, from which count on each shade stands."""
    starts = [f"{start:,}" for start in (1, *limits)]
    begins = list(zip(SHADES, starts, strict=True))
    forms = (
        legend(limits),
        "  ".join(f"{sign} {start}" for sign, start in begins) + "+",
        " ".join(f"{sign}{start}" for sign, start in begins) + "+",
    )
    return next((form for form in forms if len(form) <= cells), forms[-1])


def axis(per_decade: int, cells: int) -> str:
    """The scale above the columns: 1us 10us ... where each begins."""
    text = [" "] * cells
    end = 0
    for decade in range(1, _DECADES):
        label = latency(_FIRST * 10**decade).replace(".0", "")
        at = decade * per_decade
        if at >= end and at + len(label) <= cells:
            text[at : at + len(label)] = label
            end = at + len(label) + 1
    return "".join(text)


def as_text(query: LatencyQuery, most: int | None, zone: Zone) -> list[str]:
    """The scale, a line a step of time with the sum at its end, and the legend."""
    rows = query.rows()[:most]
    if not rows:
        return []
    limits = shade_limits(rows)
    cells = max(at + 1 for row in rows for at, count in enumerate(row.counts) if count)
    digits = time_digits(query.step_ns)
    lines = [" " * (9 + digits + bool(digits)) + axis(query.per_decade, cells)]
    for row in rows:
        shades = "".join(shade(count, limits) for count in row.counts[:cells])
        lines.append(f"{clock(row.start, zone, digits)} {shades} {sum(row.counts):,}")
    return [*(line.rstrip() for line in lines), legend(limits)]


def time_digits(step_ns: int) -> int:
    """Digits of the second that tell steps of time apart."""
    return 0 if step_ns >= NS else 3


def as_data(query: LatencyQuery) -> list[dict[str, int]]:
    """A row for each step of time and of latency that has calls; times in ns."""
    return [
        {"time": row.start, "step": query.step_ns, "latency": query.bounds[at], "calls": count}
        for row in query.rows()
        for at, count in enumerate(row.counts)
        if count
    ]
