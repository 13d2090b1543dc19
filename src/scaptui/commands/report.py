"""`scaptui report`: a diagnosis as Markdown or JSON."""

import json
from typing import Final

from scaptui.capture.opening import open_capture, read_all
from scaptui.commands import arguments
from scaptui.commands.reading import asked_for, tell_damage, tell_nothing
from scaptui.errors import Refused, Status
from scaptui.output import Output
from scaptui.views.format import zone_named
from scaptui.views.summary import report, summarise

KINDS: Final = ("summary",)
EXAMPLE: Final = """\
scaptui report summary crash.scap.gz
scaptui report summary crash.scap.gz container.id!=host --format json"""


def run(words: list[str]) -> Status:
    """Report on a capture."""
    parser = arguments.Parser(
        "report",
        "summary FILE... [FILTER]",
        "Facts of the header, span, events by type and process, containers, failures.",
        EXAMPLE,
    )
    parser.add_argument("kind", nargs="?", help="what to report: summary")
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, and a filter")
    parser.add_argument(
        "--format", choices=["markdown", "json"], default="markdown", help="default: markdown"
    )
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", help="as --format json"
    )
    arguments.add_filter(parser)
    arguments.add_zone(parser)
    options = parser.parse_intermixed_args(words)
    if options.kind not in KINDS:
        named = "no report named" if options.kind is None else f"no report {options.kind!r}"
        raise Refused(named, "reports are: " + ", ".join(KINDS))
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    zone = zone_named(options.zone)
    asked = asked_for(text)
    capture = open_capture(captures)
    read_all(capture)
    summary = summarise(capture, asked.compiled)
    out = Output.of_process()
    if options.format == "json":
        out.line(json.dumps(summary, indent=1))
    else:
        out.lines(report(summary, text, zone))
    tell_damage(capture)
    if summary["events"]["selected"]:
        return Status.MATCHED
    tell_nothing(capture, asked)
    return Status.NOTHING
