"""`scaptui fields`: the fields that filters and formats take."""

from scaptui.commands import arguments
from scaptui.errors import Refused, Status
from scaptui.output import Output, tell
from scaptui.views.reference import field_lines, fields_markdown, find_fields

EXAMPLE = """\
scaptui fields                 all fields
scaptui fields 'fd.*port'      by a glob on the name
scaptui fields latency         by a word in name or explanation"""


def run(words: list[str]) -> Status:
    """List fields."""
    parser = arguments.Parser("fields", "[PATTERN]", "Lists fields with type and meaning.", EXAMPLE)
    parser.add_argument("pattern", nargs="?", default="", help="a glob, or a word")
    parser.add_argument(
        "--markdown", action="store_true", help="all fields, as docs/fields.md has them"
    )
    options = parser.parse_args(words)
    out = Output.of_process()
    if options.markdown:
        if options.pattern:
            raise Refused("--markdown shows all fields", "leave the pattern out")
        out.write(fields_markdown().encode())
        return Status.MATCHED
    found = field_lines(find_fields(options.pattern))
    out.lines(found)
    if found:
        return Status.MATCHED
    from scaptui.filter.nearest import did_you_mean

    meant = did_you_mean(options.pattern, (field.name for field in find_fields("")))
    tell(f"nothing matched: no field is called or explained like that; {meant}".rstrip("; "))
    return Status.NOTHING
