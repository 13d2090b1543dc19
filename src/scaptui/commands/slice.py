"""`scaptui slice`: some events of a capture, with all they need, into a file of their own."""

import argparse
import os
import re
import time
from pathlib import Path
from typing import Final

from scaptui.capture.notes_places import home_of
from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.capture.recording import check_packing
from scaptui.capture.slicing import ENDED, SliceReport, Slicing, Wanted, exists, is_read
from scaptui.commands import arguments, quantities
from scaptui.commands.reading import asked_for, tell_damage, tell_nothing
from scaptui.errors import Refused, Status
from scaptui.output import Output, tell
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.format import NS, counted
from scaptui.views.notebook import Notebook
from scaptui.views.slice_notes import BLANKED, carried, notes_of, write_notes
from scaptui.views.slice_text import differences, is_whole, loss, outcome, state_words
from scaptui.views.times import moment_named
from scaptui.views.units import Zone

EXAMPLE: Final = """\
scaptui slice crash.scap.gz 'proc.name = nginx' -o nginx.scap.gz
scaptui slice crash.scap.gz evt.failed=true --around 10ms -o failures.scap.zst
scaptui slice crash.scap.gz --from 1100 --to 1166 --scrub --redact 'token=\\w+' -o part.scap"""

# How long one look at how far it has come takes: Ctrl-C is answered between two of them.
_LOOK: Final = 0.02
# From so many events on it is said how far it has come.
_LONG: Final = 500_000
_NEAR: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ns|us|ms|s)")
_UNITS: Final = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": NS}


def run(words: list[str]) -> Status:
    """Write a slice, open it again and compare it."""
    options = _options(words)
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    zone = Zone.named(options.zone)
    if is_read(options.output, captures):
        raise Refused(f"{options.output!r} is the capture that is read", "name another file")
    is_there = os.path.lexists(options.output)
    if is_there and (not options.force or Path(options.output).is_dir()):
        raise Refused(*exists(options.output))
    if options.notes and options.redact:
        raise Refused(BLANKED, "leave out --notes or --redact")
    if options.notes and os.path.lexists(notes_of(options.output)) and not options.force:
        raise Refused(*exists(notes_of(options.output)))
    capture = open_capture(captures)  # the core reads while the filter language is loaded
    asked = asked_for(text, options.zone)
    read_all(capture)
    first, last, times = _span(options, capture, zone)
    around_events, around_ns = options.around or (0, 0)
    bookmarks = _bookmarks(capture, captures) if options.notes else None
    wanted = Wanted(
        asked.compiled,
        first,
        last,
        times,
        around_events,
        around_ns,
        scrub=options.scrub,
        redact=options.redact,
        without_payload=options.no_payload,
        compat=bool(options.compat),
        marks=tuple(bookmarks.numbers) if bookmarks is not None else (),
    )
    slicing = Slicing(capture, wanted, options.output, replaces=options.force)
    report = _followed(slicing)
    tell_damage(capture)
    if not report.events:
        if (first, last, times) == (None, None, None):
            tell_nothing(capture, asked)
        else:
            tell("nothing matched between these two, so there is no file")
        return Status.NOTHING
    status = _tell(report, options.output)
    if bookmarks is not None:
        marks = carried(bookmarks, report)
        told = write_notes(options.output, marks, replaces=options.force)
        Output.of_process().line(f"{told}, {len(marks):,} of {len(bookmarks.notebook.marks):,}")
    return status


def _bookmarks(capture: Capture, captures: list[str]) -> Bookmarks:
    """The bookmarks kept beside the captures."""
    bookmarks = Bookmarks(capture, Notebook([home_of(file) for file in captures]))
    bookmarks.notebook.load()
    bookmarks.look()
    return bookmarks


def _options(words: list[str]) -> argparse.Namespace:
    parser = arguments.Parser(
        "slice",
        "FILE... [FILTER] -o OUT [OPTION...]",
        "Writes the events that a filter selects into a capture of their own, with exactly what\n"
        "readers need to know about them: processes, ancestors, descriptors, users, containers as\n"
        "of the first event, and what changes them later as events that are applied and not\n"
        "shown. The file is compressed after its name (.gz, .zst). It is opened again, every\n"
        "field of every event is compared with the original, and what is found is told.\n"
        "Exit status: 0 the slice is whole, 1 there is none because nothing matched, or it lost\n"
        "something and standard error says what, 2 refused. What --compat, --scrub, --redact and\n"
        "--no-payload leave out was asked for, and is not lost.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, and a filter")
    parser.add_argument("-o", "--output", metavar="OUT", help="the file to write")
    parser.add_argument(
        "--from", dest="first", metavar="N", help="begin with this event, or at this time"
    )
    parser.add_argument("--to", dest="last", metavar="N", help="end with this event or time")
    parser.add_argument(
        "--around",
        metavar="10ms|N",
        type=_near,
        help="also what happened within a time of each, or so many events before and after",
    )
    parser.add_argument(
        "--scrub",
        action="store_true",
        help="no other process than those with events and their ancestors, of ancestors no "
        "arguments and no environment, and no other user",
    )
    parser.add_argument(
        "--redact",
        metavar="REGEX",
        help="blank what matches in payload, arguments and names, at the same length",
    )
    parser.add_argument(
        "--no-payload", action="store_true", help="blank all that was read and written"
    )
    parser.add_argument(
        "--compat", choices=["0.29"], help="only what sysdig 0.29 can read, as events of its time"
    )
    parser.add_argument(
        "--notes",
        action="store_true",
        help="take along the bookmarks on events of the slice, in OUT.notes.json",
    )
    parser.add_argument("--force", action="store_true", help="take the place of a file")
    arguments.add_filter(parser)
    arguments.add_zone(parser)
    options = parser.parse_intermixed_args(words)
    if not options.output:
        raise Refused("no file to write", "-o OUT names it, .gz or .zst compresses it")
    if options.output == "-":
        raise Refused(
            "a slice is opened again, so it cannot go to standard output", "-o OUT names a file"
        )
    check_packing(options.output)
    return options


def _near(text: str) -> tuple[int, int]:
    """How many events, or ns, around each."""
    if found := _NEAR.fullmatch(text):
        return 0, round(float(found[1]) * _UNITS[found[2]])
    try:
        return quantities.count(text), 0
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time as 10ms and no number") from error


def _span(
    options: argparse.Namespace, capture: Capture, zone: Zone
) -> tuple[int | None, int | None, tuple[int, int] | None]:
    """First and last event number, and first and last time."""
    numbers: list[int | None] = []
    times: list[int | None] = []
    for text in (options.first, options.last):
        digits = (text or "").replace(",", "")
        is_number = digits.isascii() and digits.isdigit()
        numbers.append(min(int(digits), 2**32 - 1) if is_number else None)
        span = capture.span() or (0, 0)
        times.append(None if text is None or is_number else _time(text, zone, span))
    first, last = numbers
    since, until = times
    if since is None and until is None:
        return first, last, None
    return first, last, (since or 0, 2**64 - 1 if until is None else until)


def _time(text: str, zone: Zone, span: tuple[int, int]) -> int:
    return max(0, moment_named(text, zone, span[0], span[0]))


def _followed(slicing: Slicing) -> SliceReport:
    """Wait until it is made; say how far it is where that takes long."""
    said = ""
    try:
        while (progress := slicing.progress)[0] not in ENDED:
            stage, _, of = progress
            if of >= _LONG and stage != said:
                said = stage
                tell(f"{stage} {counted(of, 'event')}")
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        slicing.call_off()
        while slicing.progress[0] not in ENDED:
            time.sleep(_LOOK)
        raise
    report = slicing.report()
    assert report is not None
    return report


def _tell(report: SliceReport, name: str) -> Status:
    out = Output.of_process()
    hidden = f"and {counted(report.hidden, 'event')} that only change it" if report.hidden else ""
    out.line(f"state: {state_words(report)} {hidden}".rstrip())
    compared = report.compared
    told = [] if compared is None else differences(compared)
    out.lines([text for text, _ in outcome(report, name) if text not in told])
    if is_whole(report):
        return Status.MATCHED
    tell(f"not whole: {loss(report)}; other readers may see the same differences")
    for line in told:
        tell("note: " + line)
    return Status.NOTHING
