"""`scaptui view`: a view of a capture as a table, JSON or CSV."""

import argparse
import json
from argparse import Namespace
from typing import Final

from scaptui.capture.opening import Capture, open_capture, read_all
from scaptui.commands import arguments, quantities
from scaptui.commands.reading import Asked, asked_for, tell_damage, tell_nothing
from scaptui.errors import Refused, Status
from scaptui.output import Output, draws_ascii_only
from scaptui.views import processes, view_text
from scaptui.views.all_views import NAMES, column_named, view_named
from scaptui.views.cells import signs_in_ascii
from scaptui.views.units import Zone
from scaptui.views.view_columns import View
from scaptui.views.view_query import Order, ViewQuery, ordered_by, usual_order
from scaptui.views.view_table import VIEWS

EXAMPLE: Final = """\
scaptui view crash.scap.gz files proc.name=nginx
scaptui view crash.scap.gz syscalls --sort time -n 10
scaptui view crash.scap.gz errors container.id!=host --format csv
scaptui view crash.scap.gz processes --at 1121"""


def run(words: list[str]) -> Status:
    """Show a view of a capture."""
    parser = arguments.Parser(
        "view",
        "FILE... VIEW [FILTER]",
        "Answers a question about a capture with a table; `scaptui views` lists the questions. A\n"
        "filter says which events count. processes is the process tree; dead ones stay, with exit\n"
        "status or signal; with --sort or -n it is a table like the others.",
        EXAMPLE,
        NAMES,
    )
    parser.add_argument("words", nargs="*", metavar="FILE", help="captures, the view, a filter")
    parser.add_argument(
        "--at",
        type=_number,
        metavar="N",
        help="what exists, or the tree: as of event N (default: the end)",
    )
    parser.add_argument(
        "-n", type=quantities.count, metavar="N", dest="most", help="the first N rows"
    )
    parser.add_argument(
        "--sort", metavar="COLUMN", help="rows by this column; +COLUMN turns it round"
    )
    parser.add_argument(
        "--format", choices=["text", "json", "csv"], default="text", help="default: text"
    )
    arguments.add_filter(parser)
    arguments.add_zone(parser)
    options = parser.parse_intermixed_args(words)
    files, name, rest = _split(options.words)
    view = view_named(name)
    is_tree = name == "processes" and options.sort is None and options.most is None
    if options.at is not None and not (is_tree or view.is_of_moment):
        raise Refused(*_counts_all(view))
    order = _order(view, options.sort)
    captures, text = arguments.captures_and_filter([*files, *rest], options.filter)
    zone = Zone.named(options.zone)
    capture = open_capture(captures)  # the core reads while the filter language is loaded
    asked = asked_for(text, options.zone)
    read_all(capture)
    if is_tree:
        found = _tree(capture, asked, options)
    elif view.source == "latency":
        found = _latency(capture, text or "", options, zone)
    else:
        query = ViewQuery(capture, view, text or "", options.at)
        found = _table(query, order, options, zone)
    tell_damage(capture)
    if found:
        return Status.MATCHED
    tell_nothing(capture, asked)
    return Status.NOTHING


def _tree(capture: Capture, asked: Asked, options: Namespace) -> bool:
    rows = processes.process_tree(capture, asked.compiled, options.at)
    out = Output.of_process()
    match options.format:
        case "json":
            out.line(processes.as_json(rows))
        case "csv":
            out.lines(processes.as_csv(rows))
        case _ if rows:
            out.lines(_drawn(processes.as_text(rows)))
    return bool(rows)


def _latency(capture: Capture, text: str, options: Namespace, zone: Zone) -> bool:
    from scaptui.views import latency

    query = latency.LatencyQuery(capture, text)
    query.finish()
    rows = latency.as_data(query)
    out = Output.of_process()
    match options.format:
        case "json":
            out.line(json.dumps(rows, indent=1))
        case "csv":
            out.line("time,step,latency,calls")
            out.lines([",".join(map(str, row.values())) for row in rows])
        case _:
            out.lines(_drawn(latency.as_text(query, options.most, zone)))
    return bool(rows)


def _table(query: ViewQuery, order: Order, options: Namespace, zone: Zone) -> bool:
    query.finish()
    table = query.table(order)
    out = Output.of_process()
    match options.format:
        case "json":
            out.line(view_text.as_json(table, options.most))
        case "csv":
            for line in view_text.as_csv(table, options.most):
                out.line(line)
        case _ if len(table):
            out.lines(_drawn(view_text.as_text(table, options.most, zone)))
    return len(table) > 0


def _order(view: View, asked: str | None) -> Order:
    """The order of the rows; a column with + in front is turned round."""
    if asked is None:
        return usual_order(view)
    name = asked.removeprefix("+")
    return ordered_by(view, column_named(view, name), inverted=name != asked)


def _counts_all(view: View) -> tuple[str, str]:
    """Why a view cannot be as of an event, and what can."""
    names = ", ".join(each.name for each in VIEWS if each.is_of_moment)
    if view.name == "processes":
        return (
            "--at is for the process tree, and --sort and -n make a table of it",
            "without them it is the tree as of that event; evt.num<=N in the filter ends a table",
        )
    return (
        f"--at is for what exists as of an event, and {view.name} counts what happened",
        f"evt.num<=N in the filter ends it there; {names} and the tree of processes take --at",
    )


def _drawn(lines: list[str]) -> list[str]:
    """Lines as the locale can show them: captured text stays."""
    return [signs_in_ascii(line) for line in lines] if draws_ascii_only() else lines


def _split(words: list[str]) -> tuple[list[str], str, list[str]]:
    """Words before the view's name, the name, and words behind it."""
    for i, word in enumerate(words[1:], start=1):
        if word in NAMES:
            return words[:i], word, words[i + 1 :]
    match words:
        case [first, *_] if first in NAMES:
            raise Refused("the view stands behind the file", "scaptui view FILE VIEW [FILTER]")
        case [_, second, *_]:
            view_named(second)
    raise Refused(
        "no view named", f"scaptui view FILE VIEW [FILTER]; views are: {', '.join(NAMES)}"
    )


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not an event number")
    return int(text)
