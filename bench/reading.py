"""How fast captures are read, filtered and printed beside sysdig and gzip, as ratios of one run.

The table goes to standard output, what is going on to standard error. The status is 1 when a bar
is missed, 2 when nothing could be measured.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import captures, machine, tables
from scaptui import _core
from scaptui.filter.core import understood
from scaptui.filter.wire import wire

SCAPTUI: Final = str(Path(sys.executable).with_name("scaptui"))
DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "performance.md"
# Here begins what people found out and wrote down.
FOUND: Final = "## Where the time goes"
MATCHES_NOTHING: Final = "proc.name=no-such-program"
# How many numbers a slice spans, and the filter for that. Hidden events have numbers, too.
SLICES: Final = {
    "28 numbers": "evt.num > 1001000 and evt.num <= 1001028",
    "100,000 numbers": "evt.num > 1000000 and evt.num <= 1100000",
    "a million numbers": "evt.num > 500000 and evt.num <= 1500000",
}
# The zone is stated: without it sysdig asks the C library for it at each event.
ENVIRONMENT: Final = {**os.environ, "TZ": "UTC", "SCAPTUI_INDEX": "off"}


class Failed(Exception):
    """A program that is measured did not do what it was measured for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: what takes how long, beside what.

    Attributes:
        what: What we do.
        ours: Does it once; seconds.
        beside: The program that does the like.
        theirs: Runs that once; seconds.
        bar: The most the ratio may be.
    """

    what: str
    ours: Callable[[], float]
    beside: str
    theirs: Callable[[], float]
    bar: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Best seconds of both sides of a row."""

    row: Row
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """Our time by theirs."""
        return self.ours / self.theirs

    @property
    def bar(self) -> str:
        """The bar, and whether it is missed."""
        if self.row.bar is None:
            return ""
        return f"{self.row.bar:g}" + (" missed" if self.missed else "")

    @property
    def missed(self) -> bool:
        """Whether it takes longer than it may."""
        return self.row.bar is not None and self.ratio > self.row.bar


def command(*words: str, status: int = 0, index: Path | None = None) -> Callable[[], float]:
    """A program whose output nobody reads, as seconds on the wall; with a cache of indexes."""
    environment = dict(ENVIRONMENT)
    if index is not None:
        environment |= {"SCAPTUI_INDEX": "100G", "XDG_CACHE_HOME": str(index)}

    def run() -> float:
        began = time.perf_counter()
        done = subprocess.run(
            words,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            check=False,
        )
        took = time.perf_counter() - began
        if done.returncode != status:
            raise Failed(f"{' '.join(words)}: status {done.returncode} where {status} was expected")
        return took

    return run


class NewFilters:
    """Filters on a capture that is open and read, each new to it."""

    def __init__(self, path: str) -> None:
        self._capture = _core.Capture([path])
        while not self._capture.wait(1000).done:
            pass
        self._asked = 0

    def ask(self, text: str) -> Callable[[], float]:
        """A filter that matches nothing, typed anew at each turn; `{}` becomes a fresh word."""

        def run() -> float:
            self._asked += 1
            began = time.perf_counter()
            asked = understood(text.format(f"nowhere-{self._asked}"))
            compiled = _core.Filter(wire(asked.expression))
            printer = _core.Printer(self._capture, compiled, "*%evt.num")
            while not printer.done:
                printer.step(1000)
            took = time.perf_counter() - began
            if printer.matched:
                raise Failed(f"{text} matched {printer.matched}")
            return took

        return run


def rows(plain: str, packed: str, events: str) -> list[Row]:
    """What is compared on each capture; `events` is how many it has, in words."""
    always = [
        Row(f"read gzip, {events}",
            command(SCAPTUI, "print", packed, MATCHES_NOTHING, status=1),
            "gzip -dc", command("gzip", "-dc", packed), 0.5),
        open_again(plain, events),
    ]  # fmt: skip
    if not has_sysdig():
        return always
    return [
        *always,
        Row(f"read plain, {events}",
            command(SCAPTUI, "print", plain, MATCHES_NOTHING, status=1),
            "sysdig -r", command("sysdig", "-r", plain, MATCHES_NOTHING), 0.5),
    ]  # fmt: skip


def open_again(plain: str, events: str) -> Row:
    """Reading a capture that has an index, beside reading it."""
    cache = Path(plain).parent
    command(SCAPTUI, "index", plain, index=cache)()
    return Row(
        f"open again with an index, {events}",
        command(SCAPTUI, "print", plain, MATCHES_NOTHING, status=1, index=cache),
        "without one",
        command(SCAPTUI, "print", plain, MATCHES_NOTHING, status=1),
        0.5,
    )


def rows_of_one(plain: str, events: str) -> list[Row]:
    """What is compared on one capture only."""
    python = str(Path(sys.executable))
    always = [
        Row("start: --version", command(SCAPTUI, "--version"),
            "python -c pass", command(python, "-c", "pass")),
    ]  # fmt: skip
    if not has_sysdig():
        return always
    new = NewFilters(plain)
    columns, payload = "evt.failed=true and fd.name contains {}", "evt.buffer contains {}"
    return [
        *always,
        Row(f"print everything, {events}", command(SCAPTUI, "print", plain),
            "sysdig -r", command("sysdig", "-r", plain), 0.25),
        *slices(plain, events),
        Row("new filter on an open capture, columns", new.ask(columns),
            "sysdig -r", command("sysdig", "-r", plain, columns.format("nowhere")), 0.01),
        Row("new filter on an open capture, payload", new.ask(payload),
            "sysdig -r", command("sysdig", "-r", plain, payload.format("nowhere")), 0.2),
    ]  # fmt: skip


def slices(plain: str, events: str) -> list[Row]:
    """Some events into a file of their own. Ours is also opened again and compared."""
    ours, theirs = f"{plain}.ours.scap", f"{plain}.theirs.scap"
    return [
        Row(f"slice of {what}, with the comparison, {events}",
            command(SCAPTUI, "slice", plain, text, "-o", ours, "--force"),
            "sysdig -r -w", command("sysdig", "-r", plain, "-w", theirs, text))
        for what, text in SLICES.items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Memory:
    """What an open capture holds: the resident memory of the process, bytes an event."""

    events: int
    resident: int
    bar: float = 40.0

    @property
    def of_an_event(self) -> float:
        """Bytes, the interpreter's own left out."""
        return self.resident / self.events

    @property
    def missed(self) -> bool:
        """Whether it is more than it may be."""
        return self.of_an_event > self.bar

    def line(self) -> str:
        """In words."""
        return (
            f"Memory of a process that has {self.events:,} events open, beside an interpreter's: "
            f"{self.resident / 1e6:,.0f} MB, {self.of_an_event:.1f} bytes an event"
            f" (bar: {self.bar:g}{' missed' if self.missed else ''})."
        )


OPENS: Final = """
import sys
from scaptui import _core
capture = _core.Capture(sys.argv[1:]) if sys.argv[1:] else None
while capture and not capture.wait(1000).done:
    pass
status = open("/proc/self/status").read()
print(capture.progress().events if capture else 0, status.split("VmHWM:")[1].split()[0])
"""


def memory(plain: str) -> Memory:
    """Opens a capture in a process of its own. The most it ever held counts."""

    def opened(*captures: str) -> tuple[int, int]:
        words = [sys.executable, "-c", OPENS, *captures]
        events, kilobytes = subprocess.check_output(words, text=True).split()
        return int(events), int(kilobytes) * 1024

    _, alone = opened()
    events, resident = opened(plain)
    return Memory(events, resident - alone)


def has_sysdig() -> bool:
    """Whether there is a peer to measure beside."""
    return shutil.which("sysdig") is not None


def best(row: Row, rounds: int) -> Measured:
    """The best of some rounds, both sides in turns, after one that warms the caches."""
    say(row.what)
    pairs = [(row.ours(), row.theirs()) for _ in range(rounds + 1)][1:]
    return Measured(row, min(ours for ours, _ in pairs), min(theirs for _, theirs in pairs))


def table(measured: list[Measured]) -> str:
    """The rows as a Markdown table that is also read well as it is."""
    cells = [["what", "scaptui", "beside", "takes", "ratio", "bar"]]
    cells += [
        [
            one.row.what,
            f"{one.ours:.3f} s",
            one.row.beside,
            f"{one.theirs:.3f} s",
            f"{one.ratio:.3f}" if one.ratio < 0.1 else f"{one.ratio:.2f}",
            one.bar,
        ]
        for one in measured
    ]
    return tables.table(cells)


def document(text: str, made_of: str, rounds: int) -> str:
    """docs/performance.md up to where what was found by profiling begins."""
    return f"""\
# Performance

Written by `make bench BENCH=--write`. Seconds on the wall, the best of {rounds} rounds in which
both sides take turns; files are in the page cache, output goes to /dev/null, TZ=UTC for all. A
ratio is scaptui's time by the other's, the bar the most it may be. "read" is `scaptui print FILE
{MATCHES_NOTHING}`: everything is read and can be asked for, nothing is printed.

{text}

- {time.strftime("%Y-%m-%d", time.gmtime())}, scaptui {_core.version()}
- {machine.described()}
- {made_of}

"""


def write(text: str) -> None:
    """Replace the measured part of the document; what is written below it stays."""
    old = DOCUMENT.read_text("utf-8") if DOCUMENT.is_file() else ""
    _, heading, found = old.partition(FOUND)
    DOCUMENT.write_text(text + heading + found, encoding="utf-8")


def say(text: str) -> None:
    """Tell whoever waits what is going on."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Build the captures, measure, print the table."""
    parser = argparse.ArgumentParser(prog="bench.reading", description=__doc__)
    parser.add_argument(
        "--events",
        type=int,
        nargs="+",
        default=[2_000_000, 10_000_000],
        help="captures of about so many; the first is also printed and filtered",
    )
    parser.add_argument("--rounds", type=int, default=5, help="the best of so many (default: 5)")
    parser.add_argument("--write", action="store_true", help="also write docs/performance.md")
    options = parser.parse_args()
    if not _core.optimised():
        say("the core is not optimised: its times would mean nothing; `make bench` builds it")
        return 2
    if not has_sysdig():
        say("sysdig is not installed: only gzip is compared with")
    measured: list[Measured] = []
    made: list[str] = []
    plain = Path()
    with tempfile.TemporaryDirectory(prefix="scaptui-bench-") as folder:
        try:
            for events in options.events:
                plain = Path(folder, f"{events}.scap")
                made_of = captures.build(plain, events)
                size = plain.stat().st_size
                made.append(f"{events:,} events: {made_of}, {size / 1e6:,.0f} MB")
                say(made[-1])
                number = f"{events / 1e6:g} million events"
                asked = rows(str(plain), f"{plain}.gz", number)
                if events == options.events[0]:
                    asked += rows_of_one(str(plain), number)
                measured += [best(row, options.rounds) for row in asked]
            held = memory(str(plain))
        except Failed as error:
            say(str(error))
            return 2
    text = f"{table(measured)}\n\n{held.line()}"
    print(text)
    if options.write:
        write(document(text, "; ".join(made), options.rounds))
    return int(any(one.missed for one in measured) or held.missed)


if __name__ == "__main__":
    sys.exit(main())
