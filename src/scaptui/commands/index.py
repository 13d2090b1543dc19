"""`scaptui index`: keep what reading a capture finds out, list what is kept, remove it."""

import argparse
import json
import os
from pathlib import Path
from typing import Final

from scaptui.capture import indexes
from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.commands import arguments
from scaptui.commands.reading import tell_damage
from scaptui.errors import Refused, Status
from scaptui.escaping import one_line
from scaptui.output import Output, tell
from scaptui.views.format import NS, counted, moment, size, table, zone_named

EXAMPLE: Final = """\
scaptui index crash.scap.gz   keep what reading it finds out
scaptui index                 the indexes there are
scaptui index --clear         remove them"""


def run(words: list[str]) -> Status:
    """Write, list or remove indexes."""
    parser = arguments.Parser(
        "index",
        "[FILE...] [OPTION...]",
        "Keeps what reading a capture finds out, so that it need not be read again; the viewer\n"
        "does so by itself with captures of a million events and more. Without FILE it lists what\n"
        'is kept. index = "off" in the settings, or SCAPTUI_INDEX=off, turns it off; a size such\n'
        "as 4G says how much all indexes may have together.",
        EXAMPLE,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--clear", action="store_true", help="remove all indexes")
    options = parser.parse_args(words)
    if options.clear:
        if options.files:
            raise Refused("--clear removes all indexes", "leave the names of captures out")
        return _clear()
    if not options.files:
        return _list()
    captures, stray = arguments.captures_and_filter(options.files)
    if stray is not None:
        raise Refused(f"there is no file {stray!r}", "an index is of a whole capture")
    if not indexes.limit():
        raise Refused(f"no indexes are kept: {indexes.why_none()}", indexes.HOW_TO_SAY)
    done = [_write(path) for path in captures]
    return Status.MATCHED if all(done) else Status.NOTHING


def _write(path: str) -> bool:
    """Keep an index of one capture; whether there is one now."""
    capture = open_capture([path])
    before = Path(path).stat() if path != "-" else None
    read_all(capture)
    tell_damage(capture)
    try:
        written = indexes.keep(capture)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Refused(f"no index of {path!r} can be written: {reason}") from error
    if written is None and (why := _why_none(path, capture, before)):
        tell(f"no index of {path!r}: {why}")
        return False
    told = "has one already" if written is None else f"an index of {size(written)}"
    events = counted(capture.progress().shown, "event")
    Output.of_process().line(f"{one_line(path)}: {events}, {told}")
    return True


def _why_none(path: str, capture: Capture, before: os.stat_result | None) -> str:
    """Why none was written; empty when there is one."""
    if before is None:
        return "it is standard input, and only files have one"
    packing = json.loads(capture.facts())["files"][0]["compression"]
    if packing not in {"plain", "gzip"}:
        return f"it is packed with {packing}, and only plain and gzip files have one"
    now = Path(path).stat()
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return "it is being written to"
    if any(note.kind == "unreadable" for note in capture.notes()):
        return "it could not be read to its end"
    too_large = indexes.expected(capture) > indexes.limit()
    return "it would be larger than all may be together" if too_large else ""


def _list() -> Status:
    zone = zone_named(arguments.settled_zone())
    found = indexes.indexes()
    rows = []
    for index in found:
        told = index.told()
        name, events = ("of no use to this version", "") if told is None else _row(*told)
        date, clock, _ = moment(int(index.used) * NS, zone)
        rows.append([name, events, size(index.size), f"{date} {clock[:5]}"])
    if not found:
        tell(f"nothing matched: no indexes are kept in {_place()}")
        return Status.NOTHING
    out = Output.of_process()
    out.lines(table(["capture", "events", "size", "last used"], rows, left={0, 3}))
    return Status.MATCHED


def _row(path: os.PathLike[str], events: int) -> tuple[str, str]:
    return one_line(os.fspath(path)), f"{events:,}"


def _clear() -> Status:
    try:
        gone = indexes.clear()
    except OSError as error:
        raise Refused(f"an index cannot be removed: {error.strerror}") from error
    if not gone:
        tell(f"nothing matched: no indexes are kept in {_place()}")
        return Status.NOTHING
    freed = size(sum(index.size for index in gone))
    Output.of_process().line(f"{counted(len(gone), 'index', 'indexes')} removed, {freed}")
    return Status.MATCHED


def _place() -> str:
    try:
        return str(indexes.folder())
    except RuntimeError:
        return "a home directory, which there is not"
