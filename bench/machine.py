"""What a measurement was made on, in words that do not say whose machine it is."""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path


def described() -> str:
    """Processor, cores, memory, system and the versions that matter, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        _processor(),
        f"{len(os.sched_getaffinity(0))} cores",
        f"{memory:.0f} GiB",
        platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        f"Python {platform.python_version()}",
        _first_line("rustc", "--version"),
        _first_line("sysdig", "--version"),
        _first_line("gzip", "--version"),
    ]
    return ", ".join(filter(None, parts))


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _first_line(*words: str) -> str:
    if shutil.which(words[0]) is None:
        return ""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.partition("\n")[0].partition(" (")[0]
