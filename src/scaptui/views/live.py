"""A capture that is being made: what it comes from, and what line 1 says of it."""

import json
from dataclasses import dataclass, field
from typing import Final

from scaptui._core import Capture
from scaptui.capture.child import Child
from scaptui.capture.followed import Followed, Numbers
from scaptui.capture.tee import Tee
from scaptui.views.cells import Line, Piece, fit_middle, glimpse, joined, left_and_right, line_width
from scaptui.views.units import Zone, clock, counted, date, traffic, zone_name

_WIDE: Final = 100
_HOST_CELLS: Final = 24
_HOST_LEAST: Final = 6


@dataclass(frozen=True, slots=True)
class Live:
    """Where the events come from while they are shown.

    Attributes:
        probe: The helper that records them.
        local: Whether it records this machine, with the process ids that /proc has here.
        pushed: What the kernel decides of the filter, in words; empty when it sends everything.
        left: What the kernel does not decide of it, each part with the reason.
        tee: The recording beside it, None without one.
        child: The command that is watched, None for the whole machine.
        command: The command in words.
        hidden: Processes of our own.
        keep: Memory for events in bytes, beyond which the oldest go.
    """

    probe: Followed
    local: bool = True
    pushed: str = ""
    left: tuple[str, ...] = ()
    tee: Tee | None = None
    child: Child | None = None
    command: str = ""
    hidden: frozenset[int] = field(default=frozenset())
    keep: int | None = None

    @property
    def stream(self) -> int:
        """The descriptor the capture is read from."""
        return self.probe.stream if self.tee is None else self.tee.stream


@dataclass(frozen=True, slots=True)
class LiveFacts:
    """What is known of a capture at one moment while it is made.

    Attributes:
        host: Name of the machine.
        span: Times of the oldest and the newest event that are kept, ns; None before the first.
        kept: Events that are kept.
        dropped_before: Whether older ones were let go to make room.
        rate: Events a second in the last interval; None before there was one.
        drops: Events lost.
        ended: How the helper ended, None while it runs.
        numbers: What the helper told of itself last.
        recorded: Bytes in the recording beside it; None without one.
        failure: Why that recording ended.
        left: Exit status of the command that is watched; None while it runs.
    """

    host: str
    span: tuple[int, int] | None = None
    kept: int = 0
    dropped_before: bool = False
    rate: float | None = None
    drops: int = 0
    ended: str | None = None
    numbers: Numbers | None = None
    recorded: int | None = None
    failure: str = ""
    left: int | None = None


class LiveWatch:
    """Looks at a capture that is being made; asked once an interval, on a thread of its own."""

    def __init__(self, capture: Capture, live: Live) -> None:
        self._capture = capture
        self._live = live
        self._events = 0
        self._at = 0.0

    def look(self, now: float) -> LiveFacts:
        """What is known at `now`, seconds of a clock that only goes on."""
        facts = json.loads(self._capture.facts())
        progress, live = self._capture.progress(), self._live
        machines = facts["machines"]
        passed = now - self._at
        rate = (progress.events - self._events) / passed if self._at and passed > 0 else None
        self._events, self._at = progress.events, now
        told = live.probe.numbers
        left = live.child.poll() if live.child else None
        if left is not None and live.tee is not None:
            live.probe.expect_end()
            live.tee.end()
        return LiveFacts(
            host=glimpse(machines[-1]["host"]) if machines else "",
            span=self._capture.span(),
            kept=progress.shown,
            dropped_before=progress.first > 1,
            rate=rate,
            drops=max(facts.get("dropped") or 0, told.drops if told else 0),
            # What is still in the pipe is read first.
            ended=live.probe.ended() if progress.done else None,
            numbers=told,
            recorded=live.tee.written if live.tee and live.tee.path is not None else None,
            failure=live.tee.failure if live.tee else "",
            left=left,
        )


def live_line(facts: LiveFacts, screen: str, zone: Zone, cells: int, *, paused: bool) -> Line:
    """Line 1: host, date, zone, clock, rate, what is kept, losses, the screen's name.

    The clock is that of the newest event: nothing is sent when nothing happens. It gives way in
    this order: the probe's own cost, the recording, the date, the middle of the host's name, what
    is kept, the clock.
    """
    between = "   " if cells >= _WIDE else "  "
    parts = _parts(facts, zone, paused=paused)
    room = cells - 1 - len(screen)
    for left_out in ("cost", "buffer", "recorded", "date"):
        if line_width(_line(parts, between)) > room:
            parts.pop(left_out, None)
    over = line_width(_line(parts, between)) - room
    if over > 0:
        host = parts["host"][0]
        least = max(_HOST_LEAST, line_width((host,)) - over)
        parts["host"] = (host._replace(text=fit_middle(host.text, least)),)
    for left_out in ("kept", "clock"):
        if line_width(_line(parts, between)) > room:
            parts.pop(left_out, None)
    return left_and_right(_line(parts, between), (Piece(" "), Piece(screen)), cells)


def _line(parts: dict[str, Line], between: str) -> Line:
    first, *rest = parts.values()
    return (Piece(" "), *first, Piece(" "), *joined(rest, between))


def _parts(facts: LiveFacts, zone: Zone, *, paused: bool) -> dict[str, Line]:
    parts: dict[str, Line] = {"state": (_state(facts, paused=paused),)}
    parts["host"] = (Piece(fit_middle(facts.host or "?", _HOST_CELLS), "muted"),)
    if facts.span:
        newest = facts.span[1]
        parts["date"] = (Piece(f"{date(newest, zone)} {zone_name(newest, zone)}", "muted"),)
        parts["clock"] = (Piece(clock(newest, zone, 0), "muted"),)
    if facts.rate is not None and facts.ended is None:
        parts["rate"] = (Piece(f"{counted(round(facts.rate))} ev/s"),)
    kept = f"kept {counted(facts.kept)}"
    if facts.dropped_before and facts.span:
        kept += f" since {clock(facts.span[0], zone, 0)}"
    parts["kept"] = (Piece(kept, "muted"),)
    lost = bool(facts.drops)
    parts["drops"] = (
        Piece(f"drops {counted(facts.drops)}", "warning" if lost else "muted", bold=lost),
    )
    if facts.failure:
        parts["failure"] = (Piece(f"not recorded: {facts.failure}", "warning"),)
    elif facts.recorded is not None:
        parts["recorded"] = (Piece(f"-w {traffic(facts.recorded)}", "muted"),)
    if facts.left is not None:
        role_of = "text" if facts.left == 0 else "failed"
        parts["left"] = (Piece(f"exit {facts.left}", "failed" if role_of == "failed" else "text"),)
    if facts.numbers is not None and facts.ended is None:
        parts["buffer"] = (Piece(f"buffers {facts.numbers.buffer:.0%}", "muted"),)
        parts["cost"] = (Piece(f"probe {facts.numbers.cpu:.0%} cpu", "muted"),)
    return parts


def _state(facts: LiveFacts, *, paused: bool) -> Piece:
    if facts.ended is None:
        return Piece("paused", "warning") if paused else Piece("live", "live", bold=True)
    if not facts.ended:
        return Piece("stopped", "muted")
    return Piece(f"probe {glimpse(facts.ended)}", "warning", bold=True)


def about_probe(facts: LiveFacts, live: Live) -> str:
    """How the helper does, in a sentence."""
    told = facts.numbers
    if told is None:
        return "the probe has told nothing of itself yet"
    parts = [
        f"probe {told.cpu:.1%} of a cpu, buffers {told.buffer:.1%} full",
        f"{counted(told.events)} ev, {traffic(told.bytes)}B in {told.seconds:.0f} s",
    ]
    if told.late:
        parts.append(f"{counted(told.late)} late")
    if live.pushed:
        parts.append(f"in the kernel: {live.pushed}")
    if live.left:
        parts.append(f"not in the kernel: {', '.join(live.left)}")
    return ", ".join(parts)


def sentences(*, is_over: bool, kept: int, is_filtered: bool, limits: str = "") -> tuple[str, str]:
    """What the panes of processes and of events say while they have no rows.

    `limits` says what alone is recorded, where the filter may ask for something else.
    """
    because = f": {limits}" if limits else ""
    if is_over:
        processes = "the capture is over: p shows the processes as of an event"
        if is_filtered and kept:
            return processes, f"no event is selected{because or ': w says why'}"
        return processes, "the capture is over, and nothing was recorded"
    processes = "no process was at work in the last second: a shows those at rest"
    return processes, (
        f"no event is selected yet{because}" if is_filtered else "no event has come yet"
    )
