"""How fast the viewer answers keys and how many bytes it sends, on a capture of many events.

The installed program runs in a pseudo-terminal, keys go in, pictures are timed as they come out.
The table goes to standard output, what is going on to standard error. The status is 1 when a bar
is missed, 2 when nothing could be measured.
"""

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import captures, machine, tables
from bench.terminal import NeverSeen, Seen, Terminal, size_of
from scaptui import _core

SCAPTUI: Final = str(Path(sys.executable).with_name("scaptui"))
KEPT: Final = Path(__file__).parents[1] / ".bench"
SIZES: Final = ((80, 24), (200, 50))
# Lines 1 to 5 change by themselves while a capture is read: what a key does is seen below them,
# and what is typed in the line of the filter.
BODY: Final = range(5, 1000)
FILTER: Final = range(1, 2)
TYPED: Final = "proc.name=nginx and evt.type=open and fd.name contains log"
TEXT: Final = "nginx"
# The pace of a key that is held down, in seconds.
REPEAT: Final = 1 / 30


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, with the most it may be."""

    what: str
    shown: str
    value: float
    bar: float | None = None
    unit: str = ""

    @property
    def missed(self) -> bool:
        """Whether it is more than it may be."""
        return self.bar is not None and self.value > self.bar

    @property
    def told(self) -> list[str]:
        """Its line of the table."""
        bar = "" if self.bar is None else f"{self.bar:,g} {self.unit}".strip()
        return [self.what, self.shown, bar + (" missed" if self.missed else "")]


@dataclass(frozen=True, slots=True)
class Times:
    """Times between a key and the last byte of its picture, in ms.

    Attributes:
        all: Each of them.
        waited: How much of one, on the average, the thread that draws waited for a core.
    """

    all: tuple[float, ...]
    waited: float = 0.0

    def share(self, percent: float) -> float:
        """The time that so many per cent do not exceed."""
        ordered = sorted(self.all)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    @property
    def told(self) -> str:
        """The middle, the slow ones, the slowest, and what is the machine's part."""
        shares = f"{self.share(50):.1f}, {self.share(95):.1f}, {max(self.all):.1f} ms"
        return f"{shares}; {self.waited:.1f} without a core"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of key that is timed.

    Attributes:
        what: What it does.
        before: Keys that prepare for it.
        keys: The keys, one after the other; they begin anew after the last.
        lines: Where its picture is seen.
    """

    what: str
    before: Sequence[str]
    keys: Sequence[str]
    lines: range = BODY


# Keys in a row that change nothing.
FRUITLESS: Final = 20

KINDS: Final = (
    Kind("cursor step", (), "j"),
    Kind("page", (), " "),
    Kind("search hit", ("/", TEXT, "\r"), "n"),
    Kind("next failure", (), "e"),
    Kind("details and bytes open, step", ("i", "X"), "j"),
    Kind("typing a filter", ("f",), [*TYPED, *("\x7f" * len(TYPED))], FILTER),
)


def has_rows(lines: Sequence[str]) -> bool:
    """Whether rows of events are on the screen."""
    return any(line.startswith(">") for line in lines)


def is_read(lines: Sequence[str]) -> bool:
    """Whether the capture has been read."""
    return "complete" in lines[0]


@dataclass(frozen=True, slots=True)
class Viewer:
    """The program with a capture, opened anew for each measurement."""

    capture: str

    def start(self, size: tuple[int, int], seen: Seen) -> Terminal:
        """Open it and wait until something can be seen."""
        terminal = Terminal([SCAPTUI, "open", self.capture, "--utc"], size)
        terminal.wait_for(seen)
        return terminal

    def opened(self, size: tuple[int, int] = SIZES[0]) -> Terminal:
        """Open it and wait until all is read and the screen rests."""
        terminal = self.start(size, lambda lines: has_rows(lines) and is_read(lines))
        terminal.settle()
        return terminal

    def first_rows(self) -> float:
        """Seconds until the first rows are on the screen."""
        with Terminal([SCAPTUI, "open", self.capture, "--utc"], SIZES[0]) as terminal:
            return terminal.wait_for(has_rows).at - terminal.began

    def keys_while_reading(self, kind: Kind, wanted: int) -> Times:
        """Times of keys while the capture is read, for as many openings as that takes."""
        found: list[float] = []
        waited = 0.0
        for _ in range(wanted):
            with self.start(SIZES[0], has_rows) as terminal:
                prepare(terminal, kind)
                waited -= terminal.waited
                for took in times(terminal, kind):
                    if is_read(terminal.text):
                        break
                    found.append(took)
                waited += terminal.waited
            if len(found) >= wanted:
                return Times(tuple(found), waited * 1000 / len(found))
        raise NeverSeen(f"{kind.what}: too few keys while the capture was read")

    def keys_afterwards(self, kind: Kind, wanted: int) -> Times:
        """Times of keys when all has been read."""
        with self.opened() as terminal:
            prepare(terminal, kind)
            before = terminal.waited
            found = [took for took, _ in zip(times(terminal, kind), range(wanted), strict=False)]
            return Times(tuple(found), (terminal.waited - before) * 1000 / len(found))


def prepare(terminal: Terminal, kind: Kind) -> None:
    """Type what comes before the keys that are timed."""
    for keys in kind.before:
        terminal.show(terminal.press(keys))


def times(terminal: Terminal, kind: Kind) -> Iterator[float]:
    """Times of one key after the other, in ms; keys that change nothing do not count.

    Ends after so many of those in a row that nothing more is to be expected.
    """
    fruitless = 0
    for key in itertools.cycle(kind.keys):
        took = terminal.answer(key, kind.lines)
        if took is not None:
            fruitless = 0
            yield took * 1000
        elif (fruitless := fruitless + 1) == FRUITLESS:
            return


def measure(path: Path, rounds: int) -> list[Figure]:
    """Everything there is a bar for."""
    viewer = Viewer(str(path))
    return [
        *starting(viewer, rounds),
        *answering(viewer, rounds),
        *sending(viewer),
    ]


def starting(viewer: Viewer, rounds: int) -> list[Figure]:
    """First rows on the screen, and what it costs to import Textual, in turns."""
    say("first rows on the screen")
    pairs = [(viewer.first_rows(), importing_textual()) for _ in range(3 * rounds)]
    ours, textual = min(ours for ours, _ in pairs), min(textual for _, textual in pairs)
    return [
        Figure("import textual.app, in a process of its own", f"{textual:.3f} s", textual),
        Figure("first rows on the screen", f"{ours:.3f} s", ours),
        Figure("what that is more", f"{ours - textual:.3f} s", ours - textual, 0.3, "s"),
    ]


def importing_textual() -> float:
    """Seconds that a process takes that imports Textual and ends."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
    return time.perf_counter() - began


def answering(viewer: Viewer, rounds: int) -> Iterator[Figure]:
    """Times between keys and pictures: the round with the best p95 of each kind."""
    phases: list[tuple[str, Callable[[Kind, int], Times], int]] = [
        ("while reading", viewer.keys_while_reading, 60),
        ("afterwards", viewer.keys_afterwards, 100),
    ]
    for phase, timed, wanted in phases:
        for kind in KINDS:
            what = f"key to picture, {kind.what}, {phase}: p50, p95, max"
            say(what)
            best = min((timed(kind, wanted) for _ in range(rounds)), key=lambda t: t.share(95))
            yield Figure(what, best.told, best.share(95), 20, "ms p95")


def sending(viewer: Viewer) -> Iterator[Figure]:
    """Bytes to the terminal."""
    for size, bars in zip(SIZES, (Bars(800, 6000), Bars(1500, 16000)), strict=True):
        name = f"{size[0]}x{size[1]}"
        say(f"bytes at {name}")
        with Terminal([SCAPTUI, "open", viewer.capture, "--utc"], size) as terminal:
            start = terminal.take(0.0, least=10)
            while not has_rows(terminal.text):
                terminal.show(start)
                start += terminal.take(0.05, least=1)
            yield count_figure(f"bytes until the first rows, {name}", size_of(start), None)
        with viewer.opened(size) as terminal:
            yield count_figure(
                f"bytes of an idle second, {name}", size_of(terminal.take_for(5)) / 5, 0
            )
            steps = [size_of(terminal.press(key)) for key in "jjjkkjjkjk"]
            yield count_figure(
                f"bytes of a cursor step, the most of 10, {name}", max(steps), bars.step
            )
            terminal.press(f"{size[1]}j")
            terminal.press("j")
            yield count_figure(
                f"bytes of a step while j is held at the edge, {name}",
                held(terminal, "j", 120) / 120,
                bars.step,
            )
            pages = [size_of(terminal.press(" ")) for _ in range(10)]
            yield count_figure(f"bytes of a page, the most of 10, {name}", max(pages), bars.page)
        if shutil.which("csysdig"):
            yield count_figure(
                f"bytes of csysdig's cursor step, {name}", csysdig(viewer.capture, size), None
            )


@dataclass(frozen=True, slots=True)
class Bars:
    """The most bytes there may be of a step and of a page."""

    step: int
    page: int


def count_figure(what: str, count: float, bar: float | None) -> Figure:
    """A number of bytes."""
    return Figure(what, f"{count:,.0f}", count, bar)


def held(terminal: Terminal, key: str, times_: int) -> int:
    """Bytes that come while a key is held down."""
    count = 0
    for _ in range(times_):
        terminal.write(key)
        count += size_of(terminal.take_for(REPEAT))
    return count + size_of(terminal.take(0.3))


def csysdig(capture: str, size: tuple[int, int]) -> float:
    """Bytes that csysdig sends for a step of its cursor, on the average of 10."""
    with Terminal(["csysdig", "-r", capture], size) as terminal:
        terminal.wait_for(lambda lines: "PID" in "\n".join(lines))
        while terminal.take(1.0):
            pass
        return sum(size_of(terminal.press("\x1b[B", quiet=0.2)) for _ in range(10)) / 10


def say(text: str) -> None:
    """Tell whoever waits what is going on."""
    print(text, file=sys.stderr, flush=True)


def kept_capture(events: int) -> tuple[Path, str]:
    """The capture of so many events, made when it is not there yet, and what it is made of."""
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{captures.source()}-{events}.scap"
    told = path.with_suffix(".txt")
    if not (path.exists() and told.exists()):
        say(f"making a capture of {events:,} events")
        told.write_text(captures.build_plain(path, events), encoding="utf-8")
    return path, told.read_text(encoding="utf-8")


def main() -> int:
    """Build the capture, measure, print the table."""
    parser = argparse.ArgumentParser(prog="bench.viewing", description=__doc__)
    parser.add_argument("--events", type=int, default=5_000_000, help="about so many")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many (default: 3)")
    options = parser.parse_args()
    if not _core.optimised():
        say("the core is not optimised: its times would mean nothing; `make bench` builds it")
        return 2
    path, made_of = kept_capture(options.events)
    size = path.stat().st_size
    load = os.getloadavg()[0]
    try:
        figures = measure(path, options.rounds)
    except NeverSeen as error:
        say(f"never seen on the screen; what was there:\n{error}")
        return 2
    print(tables.table([["what", "measured", "bar"], *(figure.told for figure in figures)]))
    print(f"\n{machine.described()}")
    print(f"{made_of}, {size / 1e6:,.0f} MB; load before: {load:.1f}")
    return int(any(figure.missed for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
