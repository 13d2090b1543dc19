"""`scaptui report`: a diagnosis as Markdown or JSON."""

import json
from datetime import tzinfo
from pathlib import Path
from typing import Final, NamedTuple

from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.commands import arguments
from scaptui.commands.reading import Asked, asked_for, tell_damage, tell_nothing
from scaptui.errors import Refused, Status
from scaptui.output import Output
from scaptui.views.format import zone_named
from scaptui.views.summary import report, summarise
from scaptui.views.units import Zone

KINDS: Final = ("summary", "crashes", "errors", "notes")
EXAMPLE: Final = """\
scaptui report crashes crash.scap.gz
scaptui report errors crash.scap.gz proc.name=nginx
scaptui report notes crash.scap.gz >notes.md
scaptui report summary crash.scap.gz
scaptui report summary crash.scap.gz container.id!=host --format json"""


def run(words: list[str]) -> Status:
    """Report on a capture."""
    parser = arguments.Parser(
        "report",
        "summary|crashes|errors|notes FILE... [FILTER]",
        "summary: facts of the header, span, events by type and process, containers, failures.\n"
        "crashes: programs and containers that were restarted or crashed, each run, how it ended\n"
        "and the likely cause with the events that show it. A filter chooses programs: those with\n"
        "events that it selects. Exit status 1 when nothing restarted or crashed.\n"
        "errors: failed calls in groups, those that tell most first, the usual noise last.\n"
        "notes: bookmarks with their events, notes, the time between them and the commands that\n"
        "print the events again. Exit status 1 without bookmarks.",
        EXAMPLE,
        KINDS,
    )
    parser.add_argument("kind", nargs="?", help="what to report: " + ", ".join(KINDS))
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, and a filter")
    parser.add_argument(
        "--format", choices=["markdown", "json"], default="markdown", help="default: markdown"
    )
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", help="as --format json"
    )
    arguments.add_filter(parser)
    arguments.add_notes(parser)
    arguments.add_zone(parser)
    options = parser.parse_intermixed_args(words)
    if options.kind not in KINDS:
        named = "no report named" if options.kind is None else f"no report {options.kind!r}"
        raise Refused(named, "reports are: " + ", ".join(KINDS))
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    zone = zone_named(options.zone)
    capture = open_capture(captures)  # the core reads while the filter language is loaded
    asked = asked_for(text, options.zone)
    read_all(capture)
    as_json = options.format == "json"
    if options.kind == "notes":
        kept = _Kept(captures, options.notes, Zone.named(options.zone))
        status = _notes(capture, asked, kept, as_json=as_json)
    else:
        told = {"crashes": _crashes, "errors": _errors, "summary": _summary}[options.kind]
        status = told(capture, asked, text, zone, as_json=as_json)
    tell_damage(capture)
    return status


def _summary(
    capture: Capture, asked: Asked, text: str | None, zone: tzinfo | None, *, as_json: bool
) -> Status:
    summary = summarise(capture, asked.compiled)
    out = Output.of_process()
    if as_json:
        out.line(json.dumps(summary, indent=1))
    else:
        out.lines(report(summary, text, zone))
    if summary["events"]["selected"]:
        return Status.MATCHED
    tell_nothing(capture, asked)
    return Status.NOTHING


def _crashes(
    capture: Capture, asked: Asked, text: str | None, zone: tzinfo | None, *, as_json: bool
) -> Status:
    from scaptui.views import crash_report
    from scaptui.views.crash_finding import crashes
    from scaptui.views.report_source import Source

    found = crashes(capture, asked.compiled)
    source = Source.of(capture)
    out = Output.of_process()
    if as_json:
        out.line(json.dumps(crash_report.as_data(found, source, text), indent=1))
    else:
        out.lines(crash_report.report(found, source, text, zone))
    return Status.MATCHED if found.programs else Status.NOTHING


def _errors(
    capture: Capture, asked: Asked, text: str | None, zone: tzinfo | None, *, as_json: bool
) -> Status:
    from scaptui.views import failure_report
    from scaptui.views.failures import ranked

    found = ranked(capture, asked.compiled)
    out = Output.of_process()
    if as_json:
        out.line(failure_report.as_data(found, text))
    else:
        out.lines(failure_report.report(capture, found, text, zone, "markdown"))
    if not found and not capture.count(asked.compiled):
        tell_nothing(capture, asked)
    return Status.MATCHED if found else Status.NOTHING


class _Kept(NamedTuple):
    """Where bookmarks are, and the zone of their times."""

    captures: list[str]
    notes: str
    zone: Zone


def _notes(capture: Capture, asked: Asked, kept: _Kept, *, as_json: bool) -> Status:
    from scaptui.capture.notes_places import home_of, named_home
    from scaptui.views import notes_report
    from scaptui.views.bookmark_page import marked_events, selected_of
    from scaptui.views.bookmarks import Bookmarks
    from scaptui.views.notebook import Notebook

    homes = [named_home(kept.notes)] if kept.notes else [home_of(file) for file in kept.captures]
    if kept.notes and not Path(kept.notes).exists():
        raise Refused(f"there is no file {kept.notes!r}", "--notes names a file of bookmarks")
    bookmarks = Bookmarks(capture, Notebook(homes))
    bookmarks.notebook.load()
    bookmarks.look()
    rows = marked_events(capture, bookmarks)
    if asked.compiled is not None:
        rows = selected_of(rows, capture, asked.compiled)
    noted = notes_report.Noted.of(capture, rows, kept.zone)
    out = Output.of_process()
    if as_json:
        out.line(json.dumps(notes_report.as_data(noted), indent=1))
    else:
        out.lines(notes_report.report(noted))
    return Status.MATCHED if rows else Status.NOTHING
