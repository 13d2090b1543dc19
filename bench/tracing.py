"""What tracing costs the traced: CPU time added per call, as a multiple of the untraced call.

The 10th percentile of interleaved chunks, the best of some rounds; calls on one cpu, the recorder
on another. Needs root. The status is 1 when a bar is missed, 2 when nothing could be measured.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import machine, tables

CALLS: Final = ("getppid", "read of 64 bytes", "open+close")
SOURCE: Final = Path(__file__).with_name("calls.c")
SECONDS: Final = 3.0
# A stop at each call takes so long that a chunk of a twentieth measures it as well.
STOPPED_CALLS: Final = "200"


class Failed(Exception):
    """A program that is measured did not start."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Something that traces.

    Attributes:
        name: What the table calls it.
        words: Its command line; none traces nothing.
        bars: The most it may add, as multiples of the untraced call, one for each call.
    """

    name: str
    words: Sequence[str] = ()
    bars: Sequence[float] = ()


def recorders(probe: str) -> list[Recorder]:
    """The probe in its kinds, then other tracers that only count, or print, calls."""
    others = [
        Recorder("strace -c", ("strace", "-f", "-qq", "-c", "-o", "/dev/null", "-p")),
        Recorder("perf trace", ("perf", "trace", "-a", "-o", "/dev/null")),
        Recorder("bpftrace", ("bpftrace", "-e", "tracepoint:raw_syscalls:sys_enter {@=count()}")),
    ]
    return [
        Recorder("everything", (probe,), (2.2, 2.9, 0.8)),
        Recorder("exits only", (probe, "--exit-only")),
        Recorder("another process asked for", (probe, "--pid", "1"), (1.4, 1.2, 0.4)),
        Recorder("another name asked for", (probe, "--comm", "no-such-name"), (1.4, 1.2, 0.4)),
        *others,
    ]


@contextlib.contextmanager
def running(words: Sequence[str]) -> Iterator[list[dict[str, object]]]:
    """The probe on cpu 1, once it is ready; gives what it says of itself, complete at the end."""
    read, write = os.pipe()
    words = ("taskset", "-c", "1", *words, "--status-fd", str(write))
    said: list[dict[str, object]] = []
    with (
        Path(os.devnull).open("wb") as out,
        subprocess.Popen(words, stdout=out, pass_fds=[write]) as started,
        os.fdopen(read) as status,
    ):
        os.close(write)
        if "ready" not in status.readline():
            raise Failed(" ".join(words))
        time.sleep(0.2)
        try:
            yield said
        finally:
            started.terminate()
            said.extend(json.loads(line) for line in status)


@contextlib.contextmanager
def other(words: Sequence[str]) -> Iterator[None]:
    """Another tracer, which does not say when it is ready."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        time.sleep(3)
        try:
            if started.poll() is not None:
                raise Failed(" ".join(words))
            yield
        finally:
            started.terminate()


def cost(calls: str, words: Sequence[str]) -> list[float]:
    """Nanoseconds a call takes, for each kind of call."""
    measured = (calls, "cost", "0")
    if not words:
        text = subprocess.check_output(measured, text=True)
    elif words[0] == "strace":
        traced = (*words[:-1], *measured, STOPPED_CALLS)
        text = subprocess.check_output(traced, text=True)
    elif words[0] in ("perf", "bpftrace"):
        with other(words):
            text = subprocess.check_output(measured, text=True)
    else:
        with running(words):
            text = subprocess.check_output(measured, text=True)
    return [float(line) for line in text.split()]


def throughput(calls: str, probe: str, folder: Path) -> tuple[float, int, float]:
    """Two loops on two cpus recorded to a file: calls/s, records lost, MB/s."""
    path = folder / "loops.scap"
    with running((probe, "-o", str(path), "--buffer", "64M")) as said:
        loops = [
            subprocess.Popen((calls, "loop", cpu, str(SECONDS)), stdout=subprocess.PIPE, text=True)
            for cpu in ("0", "1")
        ]
        done = sum(int(loop.communicate()[0]) for loop in loops)
    last = said[-1]
    lost = last["drops"]
    if not isinstance(lost, list):
        raise Failed("the probe does not say what it lost")
    size = path.stat().st_size
    path.unlink()
    return done / SECONDS, sum(lost), size / SECONDS / 1e6


def main() -> int:
    """Measure, print the table; the status says whether a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.tracing")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many (3)")
    parser.add_argument(
        "--probe", default=str(Path(sys.executable).with_name("scaptui-probe")), help="its path"
    )
    options = parser.parse_args()
    if os.geteuid() != 0 or (os.cpu_count() or 1) < 2 or shutil.which("taskset") is None:
        sys.stderr.write("tracing is measured as root, on two cpus, with taskset\n")
        return 2
    missed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calls = str(folder / "calls")
        subprocess.run(["cc", "-O2", "-o", calls, str(SOURCE)], check=True)
        best: dict[str, list[float]] = {}
        all_recorders = [Recorder("nothing"), *recorders(options.probe)]
        missing: dict[str, str] = {}
        for recorder in all_recorders:
            if recorder.words and shutil.which(recorder.words[0]) is None:
                missing[recorder.name] = "not installed"
        for _ in range(options.rounds):
            for recorder in all_recorders:
                if recorder.name in missing:
                    continue
                try:
                    found = cost(calls, recorder.words)
                except Failed as failed:
                    if not recorder.bars and recorder.words[0] != options.probe:
                        missing[recorder.name] = "does not run here"
                        continue
                    sys.stderr.write(f"{failed} did not start\n")
                    return 2
                before = best.get(recorder.name, found)
                best[recorder.name] = [min(pair) for pair in zip(found, before, strict=True)]
        bare = best["nothing"]
        lines = [["traced by", *CALLS, "bars"]]
        lines.append(["nothing, ns", *(f"{value:.0f}" for value in bare), ""])
        for recorder in all_recorders[1:]:
            if recorder.name in missing:
                lines.append([recorder.name, *("" for _ in CALLS), missing[recorder.name]])
                continue
            added = [
                (with_it - without) / without
                for with_it, without in zip(best[recorder.name], bare, strict=True)
            ]
            over = any(ratio > bar for ratio, bar in zip(added, recorder.bars, strict=False))
            missed |= over
            bars = ", ".join(f"{bar:g}" for bar in recorder.bars) + (" missed" if over else "")
            lines.append([recorder.name, *(f"+{ratio:.2f}" for ratio in added), bars])
        a_second, lost, rate = throughput(calls, options.probe, folder)
        missed |= lost > 0
    sys.stdout.write(f"{machine.described()}\n\n{tables.table(lines)}\n")
    sys.stdout.write(
        f"\nTwo loops on two cpus, recorded to a file with 64 MiB of buffers: "
        f"{a_second:,.0f} calls/s, {rate:.0f} MB/s, {lost} records lost"
        f"{' (bar: none) missed' if lost else ''}.\n"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
