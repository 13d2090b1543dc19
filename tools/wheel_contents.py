"""Does a wheel hold all that an installed scaptui needs? Usage: wheel_contents.py WHEEL."""

import sys
import zipfile

NEEDED = (
    "scaptui/__main__.py",
    "scaptui/_core.abi3.so",
    "scaptui/_core.pyi",
    "scaptui/py.typed",
    "scaptui/demo/crashloop.scap.gz",
    "scaptui-probe",
)


def main() -> int:
    """Print what is missing; the status says whether anything is."""
    names = zipfile.ZipFile(sys.argv[1]).namelist()
    missing = [name for name in NEEDED if not any(found.endswith(name) for found in names)]
    for name in missing:
        sys.stderr.write(f"the wheel lacks {name}\n")
    if "-abi3-" not in sys.argv[1]:
        sys.stderr.write("the wheel is not for all Python versions from 3.11 on\n")
        return 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
