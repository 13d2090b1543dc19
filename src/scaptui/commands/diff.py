"""`scaptui diff`: what is in only one of two captures, spans or threads."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.capture.selecting import select_events
from scaptui.commands import arguments
from scaptui.commands.open import add_look, look, on_terminal, show
from scaptui.commands.reading import asked_for, tell_damage, tell_nothing
from scaptui.errors import Refused, Status
from scaptui.output import Output
from scaptui.views.differences import Side

if TYPE_CHECKING:  # loaded when it is asked: with it comes the filter language
    from scaptui.views.comparison import Question

EXAMPLE: Final = """\
scaptui diff good.scap bad.scap
scaptui diff good.scap bad.scap evt.failed=true --format json
scaptui diff crash.scap.gz 'evt.num<1170' --rest --format text
scaptui diff workers.scap --odd
scaptui diff crash.scap.gz --event 1262
scaptui diff crash.scap.gz --event 6163 --base 1262"""

# What stands alone beside a capture and has nothing of a test in it was meant as a file.
_NAME: Final = re.compile(r"[\w./~+-]+")


def run(words: list[str]) -> Status:
    """Compare."""
    parser = arguments.Parser(
        "diff",
        "FIRST SECOND [FILTER] | FILE FILTER --rest | FILE --odd | FILE --event N [--base M]",
        "Of two captures: what is only in one of them, or much more often in one, by program,\n"
        "call, path or endpoint and error; process ids, ports and random names do not count. Of\n"
        "one: what the events of a filter have that the others have not (--rest), or those of\n"
        "another filter (--against); what few threads did of many that are alike (--odd); where\n"
        "the thread of event N parts from that of event M, or from all threads of its program\n"
        "that did nearly the same. On a terminal the viewer shows it; with --format, or into a\n"
        "pipe, it is text. Exit status of the text: 1 when there is no difference.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, and a filter")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--event", type=_number, metavar="N", help="the thread of event N")
    which.add_argument("--thread", type=_number, metavar="TID", help="the last thread TID")
    which.add_argument(
        "--rest", action="store_true", help="selected events against all others of the capture"
    )
    which.add_argument("--against", metavar="FILTER", help="selected events against these")
    which.add_argument(
        "--odd", action="store_true", help="what few threads did of many that are alike"
    )
    parser.add_argument("--base", type=_number, metavar="M", help="against the thread of event M")
    parser.add_argument(
        "--format",
        choices=["text", "markdown", "json"],
        help="default: the viewer on a terminal, else text",
    )
    arguments.add_filter(parser)
    add_look(parser)
    options = parser.parse_intermixed_args(words)
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    if options.base is not None and options.event is None and options.thread is None:
        raise Refused("--base goes with --event or --thread", "two captures need neither")
    asks = _asked(captures, text, options)
    if options.format is None and on_terminal():
        *_, shown = captures
        return show([shown], _list_filter(text, options), look(options), sources=[shown], asks=asks)
    return _told(captures, asks, options.format or "text")


# What is asked of the last capture.
_Asks = Callable[[Capture], "Question"]


def _asked(captures: list[str], text: str | None, options: argparse.Namespace) -> _Asks:
    if options.event is not None or options.thread is not None:
        if len(captures) != 1 or text is not None:
            raise Refused("threads are compared within one capture", "scaptui diff FILE --event N")
        return lambda capture: _threads(capture, options)
    if options.odd or options.rest or options.against is not None:
        if len(captures) != 1:
            raise Refused("this is asked of one capture", "scaptui diff FIRST SECOND compares two")
        if text is None and not options.odd:
            raise Refused(
                "there is no filter to compare", "scaptui diff FILE proc.name=nginx --rest"
            )
        return _within(text or "", options)
    if len(captures) != 2:
        if len(captures) == 1 and text is not None and _NAME.fullmatch(text):
            raise Refused(*arguments.why_unreadable(text))
        raise Refused(
            f"two captures are compared, not {len(captures)}",
            "scaptui diff FIRST SECOND [FILTER]; --rest, --against, --odd and --event N compare"
            " within one",
        )
    asked = asked_for(text)
    first, second = _named(captures)
    other = open_capture([captures[0]])

    def two(capture: Capture) -> "Question":
        from scaptui.views.comparison import Sides

        return Sides(
            Side(first, other, asked.compiled, text or ""),
            Side(second, capture, asked.compiled, text or ""),
        )

    return two


def _within(text: str, options: argparse.Namespace) -> _Asks:
    """The question about one capture; its filters are understood before it is opened."""
    from scaptui.views.comparison import OddOnes, Sides

    against = "" if options.odd else options.against or f"not ({text})"
    ours, theirs = asked_for(text or None), asked_for(against or None)
    name = "the rest" if options.rest else against

    def within(capture: Capture) -> "Question":
        side = Side(text, capture, ours.compiled, text)
        if options.odd:
            return OddOnes(side)
        return Sides(Side(name, capture, theirs.compiled, against), side)

    return within


def _list_filter(text: str | None, options: argparse.Namespace) -> str | None:
    """The filter of the list below the page; what is not selected is compared, too."""
    return None if options.rest or options.against is not None else text


def _told(captures: list[str], asks: _Asks, form: str) -> Status:
    from scaptui.views.comparison import Sides, answered

    capture = open_capture([captures[-1]])
    read_all(capture)
    question = asks(capture)
    if isinstance(question, Sides):
        read_all(question.first.capture)
    comparison = answered(question)
    name = _named(captures)[1] if len(captures) == 2 else Path(captures[0]).name
    out = Output.of_process()
    if form == "json":
        out.line(comparison.data(name))
    else:
        out.lines(comparison.written(name, "markdown" if form == "markdown" else "text"))
    for each in comparison.captures:
        tell_damage(each)
    if not comparison.is_different:
        _tell_nothing(comparison.question)
    return Status.MATCHED if comparison.is_different else Status.NOTHING


def _tell_nothing(question: "Question") -> None:
    """Where a filter selects nothing of either side, that is the reason."""
    from scaptui.views.comparison import Sides

    if not isinstance(question, Sides):
        return
    if not any(side.capture.count(side.selected) for side in question):
        tell_nothing(question.second.capture, asked_for(question.second.filter_text or None))


def _threads(capture: Capture, options: argparse.Namespace) -> "Question":
    from scaptui.views.comparison import Threads

    if options.thread is not None:
        read_all(capture)
        event = _last_of(capture, options.thread)
    else:
        event = options.event
    return Threads(capture, event, options.base)


def _last_of(capture: Capture, tid: int) -> int:
    selection = select_events(capture, asked_for(f"thread.tid = {tid}").compiled, calls=False)
    while not (progress := selection.step(100)).done:
        pass
    number = selection.number(progress.rows - 1) if progress.rows else None
    if number is None:
        raise Refused(f"thread {tid} has no events", "scaptui view FILE processes lists processes")
    return number


def _named(names: list[str]) -> tuple[str, str]:
    """Names of files without their folders, where that tells them apart."""
    short = [Path(name).name for name in names]
    first, second = short if short[0] != short[1] else names
    return first, second


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)
