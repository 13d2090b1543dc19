"""`scaptui stream`: what went through one descriptor, as text, hex, characters, bytes or JSON."""

import re
from argparse import ArgumentTypeError
from typing import Final, NamedTuple

from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.capture.selecting import select_events
from scaptui.capture.streams import ListedStream, Stream, output_of, stream_of, streams_of
from scaptui.commands import arguments
from scaptui.commands.reading import asked_for, tell_damage
from scaptui.errors import Refused, Status
from scaptui.output import Output, tell
from scaptui.views.format import counted
from scaptui.views.request import request_findings, request_of
from scaptui.views.stream_text import as_data, as_rows, as_text, listed

EXAMPLE: Final = """\
scaptui stream crash.scap.gz --event 1125
scaptui stream crash.scap.gz --fd 17709/2 --format hex
scaptui stream crash.scap.gz --process 17709
scaptui stream crash.scap.gz --output 17705 --side err
scaptui stream web.scap.gz --event 757 --request
scaptui stream crash.scap.gz --event 1125 --format raw --side out >bytes"""
_SIDES: Final = {
    "both": "both",
    "out": "out",
    "in": "in",
    "written": "out",
    "read": "in",
    "err": "in",
}


class _Descriptor(NamedTuple):
    pid: int
    fd: int


def run(words: list[str]) -> Status:
    """Print a stream."""
    parser = arguments.Parser(
        "stream",
        "FILE... --event N | --fd PID/FD | --process PID | --output PID",
        "What went through one descriptor, from its opening to its last close, by all threads\n"
        "and processes that shared it; with the other end, where that is captured too. Of bytes\n"
        "that both ends captured one copy is shown, and the totals say whose.\n"
        "A number that was used again is another stream: --at chooses which of them.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--event", type=_number, metavar="N", help="of the descriptor of event N")
    which.add_argument("--fd", type=_descriptor, metavar="PID/FD", help="of a process's number")
    which.add_argument(
        "--process", type=_number, metavar="PID", help="list the streams of a process"
    )
    which.add_argument(
        "--output",
        type=_number,
        metavar="PID",
        help="what a process and all below it wrote to stdout (out) and stderr (err)",
    )
    parser.add_argument("--at", type=_number, metavar="N", help="with --fd: as of event N")
    parser.add_argument(
        "--format",
        choices=["text", "hex", "ascii", "raw", "json"],
        default="text",
        help="raw is captured bytes as they are, for a file; default: text",
    )
    parser.add_argument(
        "--side",
        choices=sorted(_SIDES),
        default="both",
        help="what the named end wrote (out), what it read (in), or both; default: both",
    )
    parser.add_argument(
        "--request",
        action="store_true",
        help="follow the request that the connection is part of, from process to process",
    )
    options = parser.parse_intermixed_args(words)
    captures, text = arguments.captures_and_filter(options.words)
    if text is not None:
        raise Refused(
            f"there is no file {text!r}", "a stream is named by --event, --fd or --output"
        )
    if {options.event, options.fd, options.process, options.output} == {None}:
        raise Refused("no stream named", "--event N, --fd PID/FD, --process PID or --output PID")
    if options.at is not None and options.fd is None:
        raise Refused("--at goes with --fd", "--event N names the event itself")
    capture = open_capture(captures)
    read_all(capture)
    out = Output.of_process()
    if options.process is not None:
        out.lines(listed(streams_of(capture, _first_of(capture, options.process))))
        tell_damage(capture)
        return Status.MATCHED
    if options.request:
        if options.event is None:
            raise Refused("--request goes with --event", "name an event of the connection")
        out.lines(as_rows(request_findings(request_of(capture, options.event))))
        tell_damage(capture)
        return Status.MATCHED
    stream = _stream(capture, options.event, options.fd, options.at, options.output)
    _print(out, capture, stream, options.format, _SIDES[options.side], options.output is not None)
    tell_damage(capture)
    return Status.MATCHED if any(stream.ways) else Status.NOTHING


def _print(
    out: Output,
    capture: Capture,
    stream: Stream,
    form: str,
    side: str,
    output: bool,  # noqa: FBT001
) -> None:
    from scaptui.views.stream_page import StreamPage

    page = StreamPage(capture, stream, output=output)
    page.show_side(side)  # type: ignore[arg-type]
    if form == "raw":
        _print_raw(out, page.raw(side))  # type: ignore[arg-type]
    elif form == "json":
        out.line(as_data(page))
    else:
        page.form = form  # type: ignore[assignment]
        out.lines(as_text(page))


def _print_raw(out: Output, pieces: list[bytes]) -> None:
    if out.escape == "terminal":
        raise Refused(
            "raw bytes do not go to a terminal", "redirect them: scaptui stream ... >FILE"
        )
    for data in pieces:
        out.write(data)


def _stream(
    capture: Capture,
    event: int | None,
    named: _Descriptor | None,
    at: int | None,
    output: int | None,
) -> Stream:
    if event is not None:
        return stream_of(capture, event)
    if output is not None:
        return output_of(capture, _thread_of(capture, output))
    assert named is not None
    if at is not None:
        return stream_of(capture, _same_process(capture, named.pid, at), named.fd)
    lives = [
        each for each in streams_of(capture, _first_of(capture, named.pid)) if each.fd == named.fd
    ]
    if not lives:
        hint = f"scaptui stream FILE --process {named.pid} lists its streams"
        raise Refused(f"nothing went through descriptor {named.fd} of process {named.pid}", hint)
    if len(lives) > 1:
        _tell_lives(named, lives)
    return stream_of(capture, lives[-1].last, named.fd)


def _tell_lives(named: _Descriptor, lives: list[ListedStream]) -> None:
    others = ", ".join(str(each.first) for each in lives[:3])
    more = " ..." if len(lives) > 3 else ""
    tell(
        f"note: {named.pid}/{named.fd} stood for {counted(len(lives), 'stream')}; this is the "
        f"last. --at N chooses one by an event: {others}{more}"
    )


def _first_of(capture: Capture, pid: int) -> int:
    """An event of a process."""
    selection = select_events(capture, asked_for(f"proc.pid = {pid}").compiled, calls=False)
    while not selection.step(100).done:
        pass
    number = selection.number(0)
    if number is None:
        raise Refused(
            f"process {pid} has no events", "scaptui view FILE processes lists those that have"
        )
    return number


def _same_process(capture: Capture, pid: int, at: int) -> int:
    """The last event of a process up to an event, else its first."""
    selection = select_events(capture, asked_for(f"proc.pid = {pid}").compiled, calls=False)
    while not selection.step(100).done:
        pass
    row = selection.row(at)
    number = selection.number(row) if selection.number(row) == at else selection.number(row - 1)
    return number if row and number is not None else _first_of(capture, pid)


def _thread_of(capture: Capture, pid: int) -> int:
    for row in capture.processes(None, None):
        if row.pid == pid:
            return row.thread
    raise Refused(f"there is no process {pid}", "scaptui view FILE processes lists them")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) >= 2**32:
        raise ArgumentTypeError(f"{text!r} is no number")
    return int(text)


def _descriptor(text: str) -> _Descriptor:
    match = re.fullmatch(r"(\d{1,10})[/:](\d{1,10})", text, re.ASCII)
    if match is None:
        raise ArgumentTypeError(f"{text!r} names no descriptor; 1234/5 is number 5 of process 1234")
    return _Descriptor(int(match[1]), int(match[2]))
