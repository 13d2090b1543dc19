"""`scaptui why`: why a filter selects nothing, clause by clause, and what there is instead."""

import json
from typing import Final

from scaptui.capture.opening import open_capture, read_all
from scaptui.commands import arguments
from scaptui.commands.reading import asked_for, tell_damage
from scaptui.errors import Refused, Status
from scaptui.output import Output

EXAMPLE: Final = """\
scaptui why crash.scap.gz 'proc.name == "nginx"'
scaptui why crash.scap.gz evt.type=openat and fd.name contains certs
scaptui why crash.scap.gz proc.name=nginx --format json"""


def run(words: list[str]) -> Status:
    """Explain a filter."""
    parser = arguments.Parser(
        "why",
        "FILE... FILTER",
        "How many events each clause of a filter selects, alone and with those before it; the\n"
        "values there are, where else a text stands, what was executed, what the file cannot\n"
        "tell. Each finding comes with the filter that shows it, quoted for a shell.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, and the filter")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="default: text")
    arguments.add_filter(parser)
    options = parser.parse_intermixed_args(words)
    captures, text = arguments.captures_and_filter(options.words, options.filter)
    if text is None or not text.strip():
        raise Refused("no filter to explain", "scaptui why FILE 'proc.name = nginx' for example")
    capture = open_capture(captures)  # the core reads while the filter language is loaded
    asked = asked_for(text)
    assert asked.expression is not None
    from scaptui.filter.core import vocabulary
    from scaptui.views.counts import CaptureCounts
    from scaptui.views.summary import summarise
    from scaptui.views.why import explain
    from scaptui.views.why_data import as_data
    from scaptui.views.why_text import as_text

    read_all(capture)
    steps = explain(
        asked.expression,
        CaptureCounts(capture),
        vocabulary().fields,
        lambda: summarise(capture, None),
    )
    *_, known = steps
    out = Output.of_process()
    if options.format == "json":
        out.line(json.dumps(as_data(known), indent=1))
    else:
        out.lines(as_text(known, captures[0]))
    tell_damage(capture)
    return Status.MATCHED if known.selected else Status.NOTHING
