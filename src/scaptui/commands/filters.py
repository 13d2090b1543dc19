"""`scaptui filters`: the saved filters."""

from typing import Final

from scaptui.commands import arguments
from scaptui.errors import Status
from scaptui.escaping import one_line
from scaptui.filter.saved import filters_path, saved_filters
from scaptui.output import Output, tell

EXAMPLE: Final = """\
scaptui filters
scaptui filters net
scaptui print crash.scap.gz @failed and proc.name=nginx"""


def run(words: list[str]) -> Status:
    """List saved filters."""
    parser = arguments.Parser(
        "filters",
        "[PATTERN]",
        "Lists the saved filters whose name or text holds PATTERN. @NAME stands for one of them\n"
        "wherever a filter is typed. One's own are in filters.toml beside the settings: name =\n"
        '"filter" on a line; the viewer saves the filter it shows with S.',
        EXAMPLE,
    )
    parser.add_argument("pattern", nargs="?", default="", help="part of a name or of a filter")
    options = parser.parse_args(words)
    wanted = options.pattern.removeprefix("@").lower()
    found = [
        each
        for each in saved_filters().values()
        if wanted in each.name.lower() or wanted in each.text.lower()
    ]
    out = Output.of_process()
    for each in found:
        out.line(f"@{each.name}  {one_line(each.text)}")
        if each.doc:
            out.line(f"    {each.doc}")
    if not found:
        tell(f"nothing matched: one's own filters are kept in {filters_path()}")
    return Status.MATCHED if found else Status.NOTHING
