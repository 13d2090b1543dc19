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
from scaptui.filter import wire_of

SCAPTUI: Final = str(Path(sys.executable).with_name("scaptui"))
DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "performance.md"
MATCHES_NOTHING: Final = "proc.name=no-such-program"
# The zone is stated: without it sysdig asks the C library for it at each event.
ENVIRONMENT: Final = {**os.environ, "TZ": "UTC"}


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
        goal: What it is to become; nothing fails yet.
    """

    what: str
    ours: Callable[[], float]
    beside: str
    theirs: Callable[[], float]
    bar: float | None = None
    goal: float | None = None


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
        """The bar, and whether it is missed; one that is not owed yet stands in brackets."""
        if self.row.goal is not None:
            return f"({self.row.goal:g})"
        if self.row.bar is None:
            return ""
        return f"{self.row.bar:g}" + (" missed" if self.missed else "")

    @property
    def missed(self) -> bool:
        """Whether it takes longer than it may."""
        return self.row.bar is not None and self.ratio > self.row.bar


def command(*words: str, status: int = 0) -> Callable[[], float]:
    """A program whose output nobody reads, as seconds on the wall."""

    def run() -> float:
        began = time.perf_counter()
        done = subprocess.run(
            words,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
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
            compiled = _core.Filter(wire_of(text.format(f"nowhere-{self._asked}")))
            printer = _core.Printer(self._capture, compiled, "*%evt.num")
            while not printer.done:
                printer.step(1000)
            took = time.perf_counter() - began
            if printer.matched:
                raise Failed(f"{text} matched {printer.matched}")
            return took

        return run


def rows(plain: str, packed: str) -> list[Row]:
    """What is compared."""
    python = str(Path(sys.executable))
    always = [
        Row("start: --version", command(SCAPTUI, "--version"),
            "python -c pass", command(python, "-c", "pass")),
        Row("read gzip, filter that matches nothing",
            command(SCAPTUI, "print", packed, MATCHES_NOTHING, status=1),
            "gzip -dc", command("gzip", "-dc", packed), 2.0),
    ]  # fmt: skip
    if shutil.which("sysdig") is None:
        say("sysdig is not installed: only gzip is compared with")
        return always
    new = NewFilters(plain)
    columns, payload = "evt.failed=true and fd.name contains {}", "evt.buffer contains {}"
    return [
        *always,
        Row("read plain, filter that matches nothing",
            command(SCAPTUI, "print", plain, MATCHES_NOTHING, status=1),
            "sysdig -r", command("sysdig", "-r", plain, MATCHES_NOTHING), 1.0),
        Row("print everything", command(SCAPTUI, "print", plain),
            "sysdig -r", command("sysdig", "-r", plain), goal=0.25),
        Row("new filter on an open capture, columns", new.ask(columns),
            "sysdig -r", command("sysdig", "-r", plain, columns.format("nowhere")), goal=0.01),
        Row("new filter on an open capture, payload", new.ask(payload),
            "sysdig -r", command("sysdig", "-r", plain, payload.format("nowhere")), goal=0.2),
    ]  # fmt: skip


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


def document(text: str, made_of: str, size: int, rounds: int) -> str:
    """docs/performance.md."""
    return f"""\
# Performance

Written by `make bench BENCH=--write`. Seconds on the wall, the best of {rounds} rounds in which
both sides take turns; files are in the page cache, output goes to /dev/null, TZ=UTC for all. A
ratio is scaptui's time by the other's, the bar the most it may be, or in brackets is to become.

{text}

- {time.strftime("%Y-%m-%d", time.gmtime())}, scaptui {_core.version()}
- {machine.described()}
- Capture: {made_of}, {size / 1e6:,.0f} MB
"""


def say(text: str) -> None:
    """Tell whoever waits what is going on."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Build the captures, measure, print the table."""
    parser = argparse.ArgumentParser(prog="bench.reading", description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000, help="about so many")
    parser.add_argument("--rounds", type=int, default=5, help="the best of so many (default: 5)")
    parser.add_argument("--write", action="store_true", help="also write docs/performance.md")
    options = parser.parse_args()
    if not _core.optimised():
        say("the core is not optimised: its times would mean nothing; `make bench` builds it")
        return 2
    with tempfile.TemporaryDirectory(prefix="scaptui-bench-") as folder:
        plain = Path(folder, "big.scap")
        made_of = captures.build(plain, options.events)
        size = plain.stat().st_size
        say(f"{made_of}, {size / 1e6:,.0f} MB")
        try:
            measured = [best(row, options.rounds) for row in rows(str(plain), f"{plain}.gz")]
        except Failed as error:
            say(str(error))
            return 2
    text = table(measured)
    print(text)
    if options.write:
        DOCUMENT.write_text(document(text, made_of, size, options.rounds), encoding="utf-8")
    return int(any(one.missed for one in measured))


if __name__ == "__main__":
    sys.exit(main())
