"""The viewer on a machine at work: keys while events come, and bytes sent to the terminal.

Run as root: a loop makes system calls at a steady pace, `scaptui live` follows them. The table
goes to standard output. The status is 1 when a bar is missed, 2 when nothing could be measured.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bench import machine, tables
from bench.terminal import NeverSeen, Terminal, size_of
from bench.viewing import FILTER, SCAPTUI, SIZES, TYPED, Figure, Kind, Times, prepare, times

# A call is two events.
CALLS: Final = 100_000
EVENTS: Final = 2 * CALLS
LOOP: Final = """
import os, sys, time
due = time.perf_counter()
while True:
    for _ in range(int(sys.argv[1]) // 100):
        os.getppid()
    due += 0.01
    time.sleep(max(0.0, due - time.perf_counter()))
"""
# Rows of the list at 80x24: the processes above change by themselves.
LIST: Final = range(14, 22)
KINDS: Final = (
    Kind("cursor step", ("k",), "kkkkkkjjjjjj", LIST),
    Kind("page", ("k",), "bbbb    ", LIST),
    Kind("following, reading, and back", (), "kF", LIST),
    Kind("typing a filter", ("f",), [*TYPED, *("\x7f" * len(TYPED))], FILTER),
)
KEY_BAR: Final = 50
BYTES_BAR: Final = 20_000
SECONDS: Final = 10


@contextmanager
def at_work() -> Iterator[None]:
    """A process that makes its calls."""
    with subprocess.Popen([sys.executable, "-c", LOOP, str(CALLS)]) as loop:
        try:
            yield
        finally:
            loop.kill()


def following(size: tuple[int, int], *words: str) -> Terminal:
    """The viewer, some seconds after its start."""
    terminal = Terminal([SCAPTUI, "live", "--utc", *words], size)
    terminal.wait_for(lambda lines: " ev/s " in lines[0])
    terminal.show(terminal.take_for(3))
    return terminal


def rate(lines: Sequence[str]) -> int:
    """Events a second, as line 1 says."""
    words = lines[0].split()
    return int(words[words.index("ev/s") - 1].replace(",", ""))


def answering(rounds: int) -> Iterator[Figure]:
    """Keys while events come."""
    for kind in KINDS:
        with following(SIZES[0]) as terminal:
            prepare(terminal, kind)
            waited = terminal.waited
            found = [t for t, _ in zip(times(terminal, kind), range(rounds), strict=False)]
            each = Times(tuple(found), (terminal.waited - waited) * 1000 / len(found))
            yield Figure(kind.what, each.told, each.share(95), KEY_BAR, "ms")


def sending() -> Iterator[Figure]:
    """Bytes while the list follows."""
    for size in SIZES:
        with following(size) as terminal:
            began = time.perf_counter()
            pieces = terminal.take_for(SECONDS)
            sent = size_of(pieces) / (time.perf_counter() - began)
            terminal.show(pieces)
            what = f"following at {size[0]}x{size[1]}, {rate(terminal.text):,} events/s"
            bar = BYTES_BAR if size == SIZES[0] else None
            yield Figure(what, f"{sent:,.0f} bytes/s", sent, bar, "bytes/s")


def main() -> int:
    """Measure, print the table; the status says whether a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.following")
    parser.add_argument("--rounds", type=int, default=100, help="keys of each kind (100)")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.stderr.write("following is measured as root\n")
        return 2
    try:
        with at_work():
            figures = [*answering(options.rounds), *sending()]
    except NeverSeen as error:
        sys.stderr.write(f"never seen:\n{error}\n")
        return 2
    head = ["key, middle, 95th of 100, slowest", "", "at most"]
    lines = [head, *(figure.told for figure in figures)]
    sys.stdout.write(f"{machine.described()}\n\n{tables.table(lines)}\n")
    return 1 if any(figure.missed for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
