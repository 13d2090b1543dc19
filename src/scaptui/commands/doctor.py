"""`scaptui doctor`: can this host capture, and what mends it when it cannot?"""

import json
import os
import shutil
from typing import Final

from scaptui.capture import indexes
from scaptui.capture.host import look_around
from scaptui.capture.version import version
from scaptui.commands import arguments
from scaptui.errors import Status
from scaptui.escaping import one_line
from scaptui.output import STDERR, STDOUT, Output, is_terminal, tell
from scaptui.views.doctor import Line, diagnose, lines
from scaptui.views.format import counted, size

EXAMPLE: Final = """\
scaptui doctor                 each requirement, and the command that mends it
scaptui doctor --format json   the same for programs"""

_BOLD_RED: Final = "\x1b[1;31m"
_CYAN: Final = "\x1b[36m"
_PLAIN: Final = "\x1b[0m"


def run(words: list[str]) -> Status:
    """Say whether this host can capture."""
    parser = arguments.Parser(
        "doctor",
        "[--format json]",
        "Says for each thing a capture needs whether this host has it, and what mends it.\n"
        "Status 0: it can capture, 2: something is missing. Nothing is changed.",
        EXAMPLE,
    )
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")
    options = parser.parse_args(words)
    diagnosis = diagnose(look_around(version()))
    if options.format == "json":
        facts = diagnosis.as_json() | {"indexes": kept_as_json()}
        Output.of_process().line(json.dumps(facts, indent=1))
    else:
        out = Output.of_process()
        told = lines(diagnosis, _width(STDOUT))
        coloured = out.escape == "terminal" and not os.environ.get("NO_COLOR")
        out.lines([_coloured(line) if coloured else line.text for line in told] + ["", kept()])
    return Status.MATCHED if diagnosis.ready else Status.REFUSED


def kept_as_json() -> dict[str, str | int]:
    """Where indexes of captures are, how many, how large, and why no more are kept."""
    found = indexes.indexes()
    why = indexes.why_none()
    return {
        "folder": "" if why.startswith("there is no home") else str(indexes.folder()),
        "count": len(found),
        "bytes": sum(index.size for index in found),
        "most": 0 if why else indexes.limit(),
        "off": why,
    }


def kept() -> str:
    """The same as a sentence."""
    facts = kept_as_json()
    there = f"{counted(int(facts['count']), 'index', 'indexes')} of captures, " + size(
        int(facts["bytes"])
    )
    if facts["off"]:
        return one_line(f"{there}; no more are kept: {facts['off']}")
    return one_line(f"{there} of at most {size(int(facts['most']))}, in {facts['folder']}")


def refused_to_capture() -> Status | None:
    """Say why this host cannot capture, as a command does that would; None when it can.

    It is said on standard error: standard output may be where the capture or its events go.

    Call it before a capture begins, or when it could not: the terminal must not be taken over.
    """
    diagnosis = diagnose(look_around(version()))
    if diagnosis.ready:
        return None
    tell("\n".join(line.text for line in lines(diagnosis, _width(STDERR))))
    return Status.REFUSED


def _width(to: int) -> int | None:
    """Cells of the terminal; None for anything else: nothing is broken there."""
    return shutil.get_terminal_size().columns if is_terminal(to) else None


def _coloured(line: Line) -> str:
    if line.role == "missing":
        return line.text.replace("NO", f"{_BOLD_RED}NO{_PLAIN}", 1)
    return f"{_CYAN}{line.text}{_PLAIN}" if line.role == "command" else line.text
