"""What a recording says on standard error: when it is ready, how it goes, what is in the file."""

import time
from collections.abc import Iterable
from datetime import tzinfo
from pathlib import Path
from typing import Final, Literal

from scaptui.capture.probe import ProbeOptions
from scaptui.capture.recording import Files, Recorded
from scaptui.filter.pushed_down import PushedDown
from scaptui.output import tell
from scaptui.views.format import counted, moment

# How a recording ended: with all that happened, with a file that lacks its end, or without what
# happened before its end was asked for.
Ending = Literal["complete", "cut", "incomplete"]

_EACH: Final = 10.0


class Told:
    """The lines, with the clock that they go by and the zone of the time of day."""

    def __init__(self, duration: float | None, zone: tzinfo | None) -> None:
        self._began = time.monotonic()
        self._duration = duration
        self._zone = zone
        self._next = _EACH
        self._last = (0.0, 0)

    @property
    def elapsed(self) -> float:
        """Seconds since it was ready."""
        return time.monotonic() - self._began

    def ready(
        self,
        text: str | None,
        pushed: PushedDown,
        options: ProbeOptions,
        left: Iterable[str] = (),
    ) -> None:
        """Nothing is missed from now on. `left`: what the kernel does not decide of the filter."""
        _, clock, zone = moment(time.time_ns(), self._zone)
        what = text or "everything"
        what += "".join(f" of {words}" for words in options.words_for_people)
        if text and pushed.words:
            rest = "" if pushed.whole else ", the rest here"
            what += f" ({' and '.join(pushed.words)} in the kernel{rest})"
        tell(
            f"ready     {clock[:8]} {zone}, capturing {what}, snaplen {options.snaplen}, "
            f"{_megabytes(options.buffer)} of buffers"
        )
        for part in left:
            tell(f"not in the kernel: {part}")

    def progress(self, events: int, drops: int) -> None:
        """How it goes, when it is time to say so."""
        now = self.elapsed
        if now < self._next or (self._duration is not None and now >= self._duration + 1):
            return
        self._next += _EACH * ((now - self._next) // _EACH + 1)
        then, before = self._last
        self._last = (now, events)
        rate = round((events - before) / (now - then))
        tell(f"{_clock(now)}  {events:,} ev  {rate:,} ev/s  drops {drops:,}")

    def stopped(self, why: str) -> None:
        """It is over."""
        tell(f"stopped   {_clock(self.elapsed)}, {why}")

    def summary(self, files: Files | None, now: Recorded, drops: int, state: Ending) -> None:
        """What is in the files, or went to standard output."""
        name = "standard output" if files is None else _named(files)
        # Files that are gone count as well.
        of_all = "in all " if files is not None and len(files.names) < files.made else ""
        kept = f" and {now.state_only:,} for names" if now.state_only else ""
        # Of a compressed file the last events may not have got so far.
        most = "at most " if state == "cut" and files is not None and files.is_packed else ""
        told = f"{most}{counted(now.events, 'event')}{kept}, {counted(now.bytes, 'byte')}"
        tell(f"{name}  {of_all}{told}, drops {drops:,}, {state}")


def _named(files: Files) -> str:
    names = [Path(name).name for name in files.names]
    gone = files.made - len(names)
    kept = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    return kept + (f" ({gone:,} older ones removed)" if gone else "")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.0f} MB" if size >= 1 << 20 else f"{size / 1024:.0f} kB"
