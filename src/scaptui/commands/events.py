"""`scaptui events`: the event types and their parameters."""

from scaptui.commands import arguments
from scaptui.errors import Status
from scaptui.output import Output, tell
from scaptui.views.reference import event_type_lines, find_event_types

EXAMPLE = """\
scaptui events open            types with "open" in their name
scaptui events 'epoll_*'       by a glob"""


def run(words: list[str]) -> Status:
    """List event types."""
    parser = arguments.Parser(
        "events",
        "[PATTERN]",
        "Lists event types: number, > enter or < exit, name, category, parameters (evt.arg.NAME).",
        EXAMPLE,
    )
    parser.add_argument("pattern", nargs="?", default="", help="a glob, or a part of the name")
    options = parser.parse_args(words)
    found = event_type_lines(find_event_types(options.pattern))
    Output.of_process().lines(found)
    if found:
        return Status.MATCHED
    from scaptui.filter.nearest import did_you_mean

    names = dict.fromkeys(row.name for row in find_event_types(""))
    meant = did_you_mean(options.pattern, names)
    tell(f"nothing matched: no event type is called like that; {meant}".rstrip("; "))
    return Status.NOTHING
