"""The page that compares: a question, its answer as rows, and what is told of the row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from scaptui.capture.opening import Capture
from scaptui.errors import Refused
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_middle,
    glimpse,
    left_and_right,
    pane_heading,
)
from scaptui.views.clauses import clause
from scaptui.views.difference_report import (
    as_data,
    odd_data,
    odd_report,
    odd_title,
    report,
    row_cells,
    thread_data,
    thread_name,
    thread_report,
    titles,
)
from scaptui.views.differences import PLACES, Alone, Difference, Differences, Side, differences
from scaptui.views.event_line import event_line
from scaptui.views.findings import Column, Finding, Findings
from scaptui.views.format import counted
from scaptui.views.found import parting_rows, thread_findings
from scaptui.views.odd_ones import Odd, odd_ones
from scaptui.views.sections import Written
from scaptui.views.threads import Against, against_all, against_one
from scaptui.views.units import Zone
from scaptui.views.view_query import joined

_COLUMNS: Final = (
    Column("FIRST", 8, right=True, wide=10, narrow=6),
    Column("SECOND", 8, right=True, wide=10, narrow=6),
    Column("PROC", 11, wide=16, narrow=8),
    Column("CALL", 11, wide=16, narrow=7),
    Column("ERROR", 9, "failed", wide=13, narrow=6),
    Column("ABOUT", 0, "path"),
)
_ROLES: Final[dict[str, Role]] = {
    "second": "warning", "first": "warning", "more": "accent", "fewer": "accent",
}  # fmt: skip
# Where the path of a call may stand.
_PATHS: Final = ("fd.name", "fs.path.name", "evt.arg.filename", "evt.arg.name", "evt.arg.path")
# Cells of a filter that stay in line 2.
_LEAST_FILTER: Final = 12
# Rows of a place that are shown; the report as JSON has all.
_SHOWN: Final = 500
_NOTHING: Final = "no difference: the same programs made the same calls, about as often"
_NONE_ODD: Final = (
    "no odd one: of no program did most processes or threads do the same and few did not. "
    "A compares what the filter selects, or another capture"
)


class Sides(NamedTuple):
    """What is in only one of two sides?"""

    first: Side
    second: Side


class OddOnes(NamedTuple):
    """What did few of many that are alike?"""

    side: Side


class Threads(NamedTuple):
    """Where does the thread of an event part from that of another, or from all alike?"""

    capture: Capture
    event: int
    base: int | None


Question = Sides | OddOnes | Threads


@dataclass(frozen=True)
class Comparison:
    """An answer.

    Attributes:
        question: What was asked.
        findings: Its rows.
        answer: The same as data.
        about: By the place of a row: the group it is about.
    """

    question: Question
    findings: Findings
    answer: Differences | Sequence[Odd] | Against | None = None
    about: Mapping[int, Difference | Alone] = field(default_factory=dict)

    @property
    def is_different(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings.rows)

    @property
    def captures(self) -> tuple[Capture, ...]:
        """What was compared, a capture once."""
        match self.question:
            case Sides(first, second):
                return tuple(dict.fromkeys((first.capture, second.capture)))
            case OddOnes(side):
                return (side.capture,)
            case Threads(capture, _, _):
                return (capture,)

    def side_of(self, at: int) -> Side | None:
        """The side whose events a row leads to; None for the capture of the page."""
        row = self.about.get(at)
        if row is None or not isinstance(self.question, Sides):
            return None
        return self.question[0 if row.where == "first" else 1]

    def told(self, at: int, zone: Zone, cells: int) -> list[Line]:
        """What both sides have of a row's group, below a heading."""
        row, question = self.about.get(at), self.question
        if (
            row is None
            or not isinstance(question, Sides)
            or not isinstance(self.answer, Differences)
        ):
            return []
        cell = row_cells(row)
        name = " ".join(filter(None, cell[2:6]))
        lines = [pane_heading(fit_end(glimpse(name), cells - 12), "", cells)]
        width = max(len(glimpse(side.name)) for side in question)
        width = min(width, cells // 3)
        program = cell[2]
        known = self.answer.programs.get(_program(row), (0, 0))
        for place, side in enumerate(question):
            count, first, last, of = _counts(row, place)
            if count:
                words = f"{counted(count, 'call')}{of}"
                words += f", events {first:,} to {last:,}" if last > first else ""
            elif known[place]:
                words = f"none among {counted(known[place], 'call')} of {program}"
            else:
                words = f"{program} made no call here"
            head = Piece(f" {fit_end(glimpse(side.name), width):{width}}  ", "muted")
            lines.append((head, Piece(glimpse(words))))
            line = event_line(side.capture, first, zone, cells) if count else ""
            lines.append((Piece(f" {' ' * width}  {line}", "text"),))
        return lines

    def written(self, name: str, how: Written) -> list[str]:
        """The answer as the command writes it, for a capture of this name."""
        match self.question, self.answer:
            case Sides() as sides, Differences() as found:
                return report(sides, found, how)
            case OddOnes(), list() as odd:
                return odd_report(name, odd, how)
            case Threads(), Against() as against:
                return thread_report(against, how)
        return []

    def data(self, name: str) -> str:
        """The answer as JSON."""
        match self.question, self.answer:
            case Sides() as sides, Differences() as found:
                return as_data(sides, found)
            case OddOnes(), list() as odd:
                return odd_data(name, odd)
            case Threads(), Against() as against:
                return thread_data(against)
        return ""


def answered(question: Question, goes_on: Callable[[], bool] = lambda: True) -> Comparison:
    """Look for the answer; it may take a second.

    Raises:
        Refused: two threads cannot be compared.
    """
    match question:
        case Sides(first, second):
            return _compared(question, differences(first, second))
        case OddOnes(side):
            odd = odd_ones(side.capture, side.selected, goes_on)
            return Comparison(question, _odd_findings(odd), odd)
        case Threads(capture, event, base):
            against = _against(capture, event, base)
            return Comparison(question, thread_findings(against), against)


def _against(capture: Capture, event: int, base: int | None) -> Against:
    for number in (event, base):
        if number is not None and not capture.shown_number(number):
            raise Refused(f"there is no event {number}", "scaptui print FILE shows their numbers")
    if base is not None:
        return against_one(capture, event, base)
    against = against_all(capture, event)
    if not against.others:
        raise Refused("no other thread of its program did nearly the same", "--base M names one")
    return against


def title_line(comparison: Comparison, filter_text: str, cells: int) -> Line:
    """Line 2: the filter of the list, what is compared, and how much differs."""
    filtered = glimpse(filter_text) if filter_text else "none"
    left = (Piece(" filter  ", "muted"), Piece(filtered))
    said = glimpse(comparison.findings.title)
    if isinstance(comparison.question, Sides):
        # Both names have the same room; their beginnings and ends tell files apart.
        kept = min(len(filtered), _LEAST_FILTER) + len(" filter    against , ") + len(said)
        room = max(6, (cells - kept) // 2)
        one, two = (fit_middle(glimpse(side.name), room) for side in comparison.question)
        said = f"{one} against {two}, {said}"
    return left_and_right(left, (Piece(f"  {said}", "accent"),), cells)


def narrowed(row: Difference | Alone, side: Side) -> list[str]:
    """Filters for the events of a row, the narrowest first; the last one never leaves out any."""
    from scaptui.filter.core import vocabulary

    fields = vocabulary()
    program = clause("proc.name", _program(row), fields)
    scope = side.filter_text
    if isinstance(row, Alone):
        return [joined((scope, program))]
    group = row.group
    if group.count == 1:
        return [f"evt.num={group.first}"]
    known = [program, clause("evt.type", group.call.encode(), fields)]
    known.append(
        clause("evt.res", group.error.encode(), fields) if group.error else "evt.failed=false"
    )
    wide = joined((scope, " and ".join(known)))
    if not group.about.startswith(b"/"):
        return [wide]
    paths = [clause(name, group.about, fields) for name in _PATHS]
    return [*(f"{wide} and {path}" for path in paths), wide]


def count_of(row: Difference | Alone) -> int:
    """Events that the row stands for, on the side it leads to."""
    return row.count if isinstance(row, Alone) else row.group.count


def _program(row: Difference | Alone) -> bytes:
    return row.program if isinstance(row, Alone) else row.group.program


def _counts(row: Difference | Alone, place: int) -> tuple[int, int, int, str]:
    """Calls, first and last event, and in how many processes, on one side."""
    if isinstance(row, Alone):
        if (row.where == "first") != (place == 0):
            return 0, 0, 0, ""
        last = max(group.last for group in row.groups)
        return row.count, row.first, last, f" of {counted(len(row.groups), 'kind')}"
    group = (row.one, row.two)[place]
    if group is None:
        return 0, 0, 0, ""
    of = counted(group.of_processes, "process", "processes")
    return group.count, group.first, group.last, f" in {group.processes:,} of {of}"


def _compared(question: Sides, found: Differences) -> Comparison:
    first, second = question
    rows: list[Finding] = []
    about: dict[int, Difference | Alone] = {}
    named = titles(first.name, second.name)
    for where in PLACES:
        groups = found.rows(where)
        if not groups:
            continue
        usual = f", {found.ratio:.2g} times is usual" if found.ratio != 1 else ""
        more = usual if where in ("more", "fewer") else ""
        rows.append(Finding((f"─ {named[where].lower()}{more}: {len(groups):,}",), _ROLES[where]))
        for row in groups[:_SHOWN]:
            about[len(rows)] = row
            cells = row_cells(row)
            rows.append(Finding(tuple(cells[:6]), event=int(cells[6]), told=_row_told(row)))
        if len(groups) > _SHOWN:
            rows.append(Finding((f"  and {len(groups) - _SHOWN:,} more, M saves all",), "muted"))
    title = f"{len(found.found):,} differ"
    return Comparison(question, Findings(title, rows, _COLUMNS, _NOTHING), found, about)


def _row_told(row: Difference | Alone) -> str:
    cells = row_cells(row)
    words = " ".join(filter(None, cells[2:6]))
    return f"{words}   {cells[0] or '0'} against {cells[1] or '0'}   first event {cells[6]}"


def _odd_findings(found: Sequence[Odd]) -> Findings:
    rows: list[Finding] = []
    for odd in found:
        rows.append(Finding((f"─ {odd_title(odd)}",), "warning"))
        parted = parting_rows(odd.parting, thread_name(odd.threads[0]), thread_name(odd.like))
        ours = {step.event for step in odd.parting.ours}
        for row in parted:
            thread = odd.threads[0] if row.event in ours else odd.like
            text = f"thread.tid={thread.tid}"
            told = f"Enter filters on {text}, g goes to event {row.event}"
            rows.append(replace(row, filter_text=text, told=told) if row.event else row)
    title = counted(len(found), "odd one")
    return Findings(title, rows, nothing=_NONE_ODD)
