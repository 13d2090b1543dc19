"""`scaptui view`: a view of a capture as a table, JSON or CSV."""

import argparse
from typing import Final

from scaptui.capture.opening import open_capture, read_all
from scaptui.commands import arguments
from scaptui.commands.reading import asked_for, tell_damage, tell_nothing
from scaptui.errors import Refused, Status
from scaptui.output import Output
from scaptui.views import processes

VIEWS: Final = ("processes",)
EXAMPLE: Final = """\
scaptui view crash.scap.gz processes
scaptui view crash.scap.gz processes container.id!=host
scaptui view crash.scap.gz processes --at 16090 --format json"""


def run(words: list[str]) -> Status:
    """Show a view of a capture."""
    parser = arguments.Parser(
        "view",
        "FILE... processes [FILTER]",
        "The process tree; dead processes stay, with exit status or signal. With a filter: those\n"
        "with selected events, their ancestors, and the counts of selected events only.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, the view, a filter")
    parser.add_argument(
        "--at", type=_number, metavar="N", help="as of event number N (default: the end)"
    )
    parser.add_argument(
        "--format", choices=["text", "json", "csv"], default="text", help="default: text"
    )
    arguments.add_filter(parser)
    options = parser.parse_intermixed_args(words)
    files, rest = _split(options.words)
    captures, text = arguments.captures_and_filter([*files, *rest], options.filter)
    asked = asked_for(text)
    capture = open_capture(captures)
    read_all(capture)
    rows = processes.process_tree(capture, asked.compiled, options.at)
    out = Output.of_process()
    match options.format:
        case "json":
            out.line(processes.as_json(rows))
        case "csv":
            out.lines(processes.as_csv(rows))
        case _ if rows:
            out.lines(processes.as_text(rows))
    tell_damage(capture)
    if rows:
        return Status.MATCHED
    tell_nothing(capture, asked)
    return Status.NOTHING


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Words before the view's name, and behind it."""
    for i, word in enumerate(words[1:], start=1):
        if word in VIEWS:
            return words[:i], words[i + 1 :]
    match words:
        case [first, *_] if first in VIEWS:
            what = "the view stands behind the file"
        case [_, second, *_]:
            what = f"there is no view {second!r}"
        case _:
            what = "no view named"
    raise Refused(what, f"scaptui view FILE VIEW [FILTER]; views are: {', '.join(VIEWS)}")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not an event number")
    return int(text)
