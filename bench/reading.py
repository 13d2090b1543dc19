"""How long reading takes beside sysdig and gzip, as ratios in one run.

Usage: reading.py [CAPTURE] [--events N]. The capture is repeated to about N events.
"""

import argparse
import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scaptui import _core
from scaptui.demo import story

ROUNDS = 5
NOTHING = "proc.name=no-such-program"


def seconds(command: list[str]) -> float:
    """Wall seconds of a command whose output nobody reads."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def median(run: Callable[[], float]) -> float:
    """The median of some rounds, after one that warms the caches."""
    run()
    return statistics.median(run() for _ in range(ROUNDS))


def repeated(capture: Path, events: int, folder: Path) -> Path:
    """The capture several times over: concatenated sections, as readers take them."""
    data = capture.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    single = folder / "single.scap"
    single.write_bytes(data)
    count = _core.Capture([str(single)])
    while not count.wait(1000).done:
        pass
    times = max(1, round(events / max(1, count.progress().events)))
    big = folder / "big.scap"
    with big.open("wb") as file:
        for _ in range(times):
            file.write(data)
    print(f"{capture.name} x {times:,}: {big.stat().st_size:,} bytes")
    return big


def main() -> int:
    """Measure, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("capture", nargs="?", type=Path)
    parser.add_argument("--events", type=int, default=2_000_000)
    options = parser.parse_args()
    if not _core.optimised():
        print("the core is not optimised: its times mean nothing", file=sys.stderr)
        return 2
    scaptui = str(Path(sys.executable).with_name("scaptui"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        capture = options.capture
        if capture is None:
            capture = folder / "crashloop.scap"
            story.write_story(str(capture))
        big = repeated(capture, options.events, folder)
        packed = folder / "big.scap.gz"
        with big.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as file:
            shutil.copyfileobj(plain, file)
        ours = median(lambda: seconds([scaptui, "print", str(big), NOTHING]))
        ours_packed = median(lambda: seconds([scaptui, "print", str(packed), NOTHING]))
        gunzip = median(lambda: seconds(["gzip", "-dc", str(packed)]))
        print(f"plain: scaptui {ours:.2f} s")
        if shutil.which("sysdig"):
            theirs = median(lambda: seconds(["sysdig", "-r", str(big), NOTHING]))
            print(f"plain: sysdig {theirs:.2f} s, ratio {ours / theirs:.2f} (at most 1)")
        print(f"gzip:  scaptui {ours_packed:.2f} s")
        print(f"gzip:  gzip -dc {gunzip:.2f} s, ratio {ours_packed / gunzip:.2f} (at most 2)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
