"""`scaptui check`: is a filter right, and how is it written in either dialect? Or a rule file."""

from typing import Final

from scaptui.commands import arguments
from scaptui.commands.reading import compiled
from scaptui.errors import Refused, Status
from scaptui.escaping import one_line
from scaptui.filter.core import understood
from scaptui.filter.dialects import Dialect, NoForm, normalised
from scaptui.filter.expression import Expression
from scaptui.output import Output
from scaptui.views import filter_zone

EXAMPLE: Final = """\
scaptui check 'proc.name == "nginx" && evt.failed == True'
scaptui check 'proc.name=nginx and evt.type in (open, openat)'
scaptui check --rules rules.yaml"""


def run(words: list[str]) -> Status:
    """Check a filter."""
    parser = arguments.Parser(
        "check",
        "FILTER",
        "Reads a filter and prints it in both dialects, or says what is wrong with it and where.\n"
        "With --rules the same for all conditions of rule files, as Falco has them.",
        EXAMPLE,
    )
    parser.add_argument("words", nargs="*", metavar="FILTER", help="the filter, joined by blanks")
    arguments.add_filter(parser)
    arguments.add_rules(parser, "check this file of rules, macros and lists in place of a filter")
    options = parser.parse_intermixed_args(words)
    text = options.filter if options.filter is not None else " ".join(options.words)
    if options.rules:
        if text.strip():
            raise Refused("both a filter and rules to check", "check them one after the other")
        return _check_rules(options.rules)
    if not text.strip():
        raise Refused("no filter given", "scaptui check 'proc.name = nginx' for example")
    filter_zone.settle(arguments.settled_zone())
    parsed = understood(text)
    compiled(parsed)
    out = Output.of_process()
    for name, dialect in (("sysdig", Dialect.SYSDIG), ("wireshark", Dialect.WIRESHARK)):
        out.line(f"{name:10} {_written(parsed.expression, dialect)}")
    for note in parsed.notes:
        out.line(one_line("note       " + ", ".join(filter(None, [note.message, note.hint]))))
    return Status.MATCHED


def _check_rules(paths: list[str]) -> Status:
    from scaptui.views.rule_set import counts, read_rule_files, told

    found = read_rule_files(paths)
    out = Output.of_process()
    for problem in found.problems:
        out.lines(told(problem))
    out.line(counts(found))
    return Status.REFUSED if found.errors else Status.MATCHED


def _written(expression: Expression, dialect: Dialect) -> str:
    try:
        return one_line(normalised(expression, dialect))
    except NoForm as reason:
        return f"(none: {one_line(str(reason))})"
