"""`scaptui diff`: what is in only one of two captures, or where two threads of one part."""

import argparse
import re
from pathlib import Path
from typing import Final

from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.capture.selecting import select_events
from scaptui.commands import arguments
from scaptui.commands.reading import asked_for, tell_damage, tell_nothing
from scaptui.errors import Refused, Status
from scaptui.output import Output
from scaptui.views.sections import Written

EXAMPLE: Final = """\
scaptui diff good.scap bad.scap
scaptui diff good.scap bad.scap proc.name=nginx --format json
scaptui diff crash.scap.gz --event 16090
scaptui diff crash.scap.gz --event 16090 --base 12021"""

# What stands alone beside a capture and has nothing of a test in it was meant as a file.
_NAME: Final = re.compile(r"[\w./~+-]+")


def run(words: list[str]) -> Status:
    """Compare."""
    parser = arguments.Parser(
        "diff",
        "FIRST SECOND [FILTER] | FILE --event N [--base M]",
        "Of two captures: what is only in one of them, by program, call, path or endpoint and\n"
        "error; process ids, ports and random names do not count. Of one: where the thread of\n"
        "event N parts from that of event M, or from all threads of its program that did nearly\n"
        "the same. Exit status 1 when there is no difference.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, and a filter")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--event", type=_number, metavar="N", help="the thread of event N")
    which.add_argument("--thread", type=_number, metavar="TID", help="the last thread TID")
    parser.add_argument("--base", type=_number, metavar="M", help="against the thread of event M")
    parser.add_argument(
        "--format", choices=["text", "markdown", "json"], default="text", help="default: text"
    )
    arguments.add_filter(parser)
    options = parser.parse_intermixed_args(words)
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    if options.event is None and options.thread is None:
        if options.base is not None:
            raise Refused("--base goes with --event or --thread", "two captures need neither")
        return _captures(captures, text, options.format)
    if len(captures) != 1 or text is not None:
        raise Refused("threads are compared within one capture", "scaptui diff FILE --event N")
    return _threads(captures[0], options)


def _captures(names: list[str], text: str | None, form: str) -> Status:
    if len(names) != 2:
        if len(names) == 1 and text is not None and _NAME.fullmatch(text):
            raise Refused(*arguments.why_unreadable(text))
        raise Refused(
            f"two captures are compared, not {len(names)}",
            "scaptui diff FIRST SECOND [FILTER]; --event N compares threads within one",
        )
    from scaptui.views import difference_report
    from scaptui.views.differences import differences

    asked = asked_for(text)
    first, second = (open_capture([name]) for name in names)
    for capture in (first, second):
        read_all(capture)
    found = differences(first, second, asked.compiled)
    told = _named(names)
    out = Output.of_process()
    if form == "json":
        out.line(difference_report.as_data(told, found, text))
    else:
        out.lines(difference_report.report(told, found, text, _how(form)))
    for capture in (first, second):
        tell_damage(capture)
    if not any(capture.count(asked.compiled) for capture in (first, second)):
        tell_nothing(second, asked)
    return Status.MATCHED if found else Status.NOTHING


def _threads(name: str, options: argparse.Namespace) -> Status:
    from scaptui.views import difference_report
    from scaptui.views.threads import against_all, against_one

    capture = open_capture([name])
    read_all(capture)
    event = options.event if options.event is not None else _last_of(capture, options.thread)
    for number in (event, options.base):
        if number is not None and not capture.shown_number(number):
            raise Refused(f"there is no event {number}", "scaptui print FILE shows their numbers")
    if options.base is not None:
        against = against_one(capture, event, options.base)
    else:
        against = against_all(capture, event)
        if not against.others:
            raise Refused(
                "no other thread of its program did nearly the same", "--base M names one"
            )
    out = Output.of_process()
    if options.format == "json":
        out.line(difference_report.thread_data(against))
    else:
        out.lines(difference_report.thread_report(against, _how(options.format)))
    tell_damage(capture)
    return Status.MATCHED if against.partings else Status.NOTHING


def _last_of(capture: Capture, tid: int) -> int:
    selection = select_events(capture, asked_for(f"thread.tid = {tid}").compiled, calls=False)
    while not (progress := selection.step(100)).done:
        pass
    number = selection.number(progress.rows - 1) if progress.rows else None
    if number is None:
        raise Refused(f"thread {tid} has no events", "scaptui view FILE processes lists processes")
    return number


def _how(form: str) -> Written:
    return "markdown" if form == "markdown" else "text"


def _named(names: list[str]) -> tuple[str, str]:
    """Names of files without their folders, where that tells them apart."""
    short = [Path(name).name for name in names]
    first, second = short if short[0] != short[1] else names
    return first, second


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)
