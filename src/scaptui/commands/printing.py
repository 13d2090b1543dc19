"""`scaptui print`, and `scaptui -r FILE` as sysdig's users type it."""

import argparse
import re
from typing import Final

from scaptui.capture.opening import Capture, open_capture
from scaptui.commands import arguments, quantities
from scaptui.commands.reading import Asked, asked_for, tell_damage, tell_nothing
from scaptui.commands.sysdig_options import add_refusals
from scaptui.errors import Refused, Status
from scaptui.output import Output, tell
from scaptui.views.event_text import DEFAULT_LINE, NAMED_LINES, EventText, Form, Kind
from scaptui.views.format import counted

EXAMPLE: Final = """\
scaptui print crash.scap.gz 'proc.name=nginx and evt.failed=true'
scaptui print crash.scap.gz -p '%evt.time %proc.name %fd.name' evt.type=openat
scaptui print crash.scap.gz --fields evt.num,proc.name,evt.res --format csv -n 100
scaptui print crash.scap.gz --rules rules.yaml container.id!=host
gzip -dc crash.scap.gz | scaptui print - -t r"""
SYSDIG_EXAMPLE: Final = """\
scaptui -r crash.scap.gz proc.name=nginx
scaptui -r crash.scap.gz -p '%proc.name %fd.name' -n 10 evt.type=openat"""

_ESCAPES: Final = {"n": "\n", "t": "\t", "\\": "\\"}
KINDS: Final[dict[str, Kind]] = {"tsv": "tsv", "csv": "csv", "json": "jsonl"}


def run(words: list[str]) -> Status:
    """Print the events a filter selects."""
    parser = arguments.Parser(
        "print",
        "FILE... [FILTER] [OPTION...]",
        "Prints events as text. Words that name a readable file, or -, are captures; the others,\n"
        "joined by blanks, are the filter. Without a filter all events are printed.",
        EXAMPLE,
    )
    return _print(parser, words)


def run_as_sysdig(words: list[str]) -> Status:
    """Print events for options as sysdig has them, without a command."""
    parser = arguments.Parser(
        "",
        "-r FILE [OPTION...] [FILTER]",
        "Prints events as sysdig does; `scaptui print` is the same. `scaptui --help` lists all.",
        SYSDIG_EXAMPLE,
    )
    return _print(parser, words)


def _print(parser: arguments.Parser, words: list[str]) -> Status:
    _add_options(parser)
    options = parser.parse_intermixed_args(words)
    if options.read and options.filter is None and options.words:
        options.filter = " ".join(options.words)
        options.words = []
    captures, text = arguments.captures_and_filter([*options.read, *options.words], options.filter)
    form = _form(options)
    out = Output.of_process(raw=options.raw)
    # Opened first: the core reads while the filter language is loaded.
    capture = open_capture(captures)
    asked = asked_for(text, options.zone)
    if options.rules:
        return _print_matches(capture, asked, options, form, out)
    events = EventText(capture, asked.compiled, form, out.escape)
    wrote = 0
    while not events.done:
        with out.writing():
            wrote += events.write()
    tell_damage(capture)
    if events.matched:
        if not wrote:
            tell(
                f"note: {counted(events.matched, 'event')} selected, none of which has all fields "
                "of the format, start it with * to print <NA> for those that are missing"
            )
        return Status.MATCHED
    tell_nothing(capture, asked)
    return Status.NOTHING


def _print_matches(
    capture: Capture, asked: Asked, options: argparse.Namespace, form: Form, out: Output
) -> Status:
    """Print the events that rules match, and that the filter selects."""
    from scaptui.views.rule_set import compiled_rules, passed_over, read_rule_files
    from scaptui.views.rule_text import matches

    if form.kind != "line":
        raise Refused("--fields says what to print, and so do rules", "-p FORMAT goes with --rules")
    found = read_rule_files(options.rules)
    rules = compiled_rules(found, asked.expression)
    if sentence := passed_over(found):
        tell("note: " + sentence)
    # Without -p each rule says what is printed.
    lines = matches(capture, rules, form if options.line else form._replace(text=""), out.escape)
    matched = False
    for line in lines:
        matched = True
        out.write(line)
    tell_damage(capture)
    if not matched:
        tell("nothing matched: none of " + counted(len(rules), "rule"))
    return Status.MATCHED if matched else Status.NOTHING


def _add_options(parser: arguments.Parser) -> None:
    parser.add_argument("words", nargs="*", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument(
        "-r",
        "--read",
        metavar="FILE",
        action="append",
        default=[],
        help="a capture, as sysdig has it",
    )
    arguments.add_filter(parser)
    arguments.add_rules(
        parser,
        "only events that rules of this file match: number, time, priority, name and output of "
        "the rule, or -p in place of the output",
    )
    parser.add_argument(
        "-p",
        "--print",
        dest="line",
        metavar="FORMAT",
        help="a line of text with %%fields: '%%evt.num %%20proc.name %%fd.name'. A leading * "
        "prints <NA> for fields an event lacks; without it such events are left out. \\n and \\t "
        "are a new line and a tab. -pc and -pk "
        "are the default line with container or pod. Default: " + DEFAULT_LINE.replace("%", "%%"),
    )
    parser.add_argument("--fields", metavar="A,B,...", help="these fields instead of a line")
    parser.add_argument(
        "--format",
        choices=sorted(KINDS),
        help="how --fields are written (default: tsv; json: a line each)",
    )
    parser.add_argument(
        "-n",
        "--numevents",
        dest="limit",
        type=quantities.count,
        metavar="N",
        help="at most N events",
    )
    parser.add_argument(
        "-t",
        "--timetype",
        dest="time",
        choices=["h", "a", "r", "d", "D"],
        default="h",
        help="evt.outputtime: h time of day, a seconds since the epoch, r since the first event, "
        "d since the event before, D likewise since the one printed before (default: h)",
    )
    arguments.add_zone(parser)
    buffers = parser.add_mutually_exclusive_group()
    for flags, value, what in (
        (("-A", "--print-ascii"), "text", "payload as text, line ends kept"),
        (("-x", "--print-hex"), "hex", "payload in hexadecimal"),
        (("-X", "--print-hex-ascii"), "hexascii", "payload in hexadecimal and text"),
        (("-b", "--print-base64"), "base64", "payload in base64"),
    ):
        buffers.add_argument(*flags, dest="buffers", action="store_const", const=value, help=what)
    parser.set_defaults(buffers="dots")
    arguments.add_raw(parser)
    add_refusals(parser)


def _form(options: argparse.Namespace) -> Form:
    if options.fields is not None and options.line is not None:
        raise Refused("both -p and --fields say what to print", "leave one of them out")
    if options.fields is not None:
        names = [name.strip() for name in options.fields.split(",")]
        if not all(names):
            raise Refused("--fields has an empty name", "--fields evt.num,proc.name for example")
        text, kind = ",".join(names), KINDS[options.format or "tsv"]
    elif options.format is not None:
        raise Refused(
            f"--format {options.format} needs --fields", "--fields evt.num,proc.name for example"
        )
    else:
        text, kind = _line(options.line), "line"
    return Form(text, kind, options.time, options.zone, options.buffers, options.limit)


def _line(asked: str | None) -> str:
    if asked is None:
        return DEFAULT_LINE
    if asked in {"m", "mesos", "p"}:
        raise Refused(f"there is no line -p{asked}", "-pc has the container, -pk the pod")
    # As sysdig has it: any other backslash stays.
    unescaped = re.sub(r"\\([nt\\])", lambda found: _ESCAPES[found[1]], asked)
    return NAMED_LINES.get(asked, unescaped)
