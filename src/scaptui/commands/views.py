"""`scaptui views`: the views there are."""

from typing import Final

from scaptui.commands import arguments
from scaptui.errors import Status
from scaptui.output import Output, tell
from scaptui.views.view_reference import find_views, view_lines, views_markdown

EXAMPLE: Final = """\
scaptui views                  all views
scaptui views file             by a word in name or question
scaptui view crash.scap.gz files container.id!=host"""


def run(words: list[str]) -> Status:
    """List views."""
    parser = arguments.Parser(
        "views", "[PATTERN]", "Lists views, the questions `scaptui view` answers.", EXAMPLE
    )
    parser.add_argument("pattern", nargs="?", default="", help="a word of a name or question")
    parser.add_argument(
        "--markdown", action="store_true", help="all views with columns, as docs/views.md has them"
    )
    options = parser.parse_args(words)
    out = Output.of_process()
    if options.markdown:
        out.write(views_markdown().encode())
        return Status.MATCHED
    found = find_views(options.pattern)
    out.lines(view_lines(found))
    if found:
        return Status.MATCHED
    tell("nothing matched: no view is called or explained like that; scaptui views lists all")
    return Status.NOTHING
