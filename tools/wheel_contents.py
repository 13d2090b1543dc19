"""Does a wheel hold all that an installed scaptui needs? Usage: wheel_contents.py WHEEL."""

import os
import sys
import zipfile
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"
BUILT = ("scaptui/_core.abi3.so", "scaptui-probe")


def expected() -> list[str]:
    """What is built, and each file of the package; the themes are behind a link."""
    files = [
        Path(folder, name).relative_to(SOURCES).as_posix()
        for folder, _, names in os.walk(SOURCES / "scaptui", followlinks=True)
        for name in names
        if not name.endswith((".so", ".pyc"))
    ]
    return [*BUILT, *sorted(files)]


def main() -> int:
    """Print what is missing; the status says whether anything is."""
    names = zipfile.ZipFile(sys.argv[1]).namelist()
    missing = [name for name in expected() if not any(found.endswith(name) for found in names)]
    for name in missing:
        sys.stderr.write(f"the wheel lacks {name}\n")
    if "-abi3-" not in sys.argv[1]:
        sys.stderr.write("the wheel is not for all Python versions from 3.11 on\n")
        return 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
