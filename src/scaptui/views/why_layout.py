"""The lines of the page that explains a filter, and what on them can be a filter."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scaptui.filter.expression import And, Expression, Or, Xor, conjunction, conjuncts, disjunction
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    fit_middle,
    line_width,
    pad_left,
    pad_right,
    shown,
    width,
)
from scaptui.views.executed import Executions, Failure, program_line
from scaptui.views.units import counted, latency
from scaptui.views.why import ClauseCount, Explanation, with_value
from scaptui.views.why_findings import Finding, readable
from scaptui.views.why_places import TOLD, Occurrence
from scaptui.views.why_told import conclusion, ended, how_often, what_ran

# Columns: names, the last digit of counts, what is said of them, values behind their label.
_NAME: Final = 4
# Of alternatives each stands further in.
_PART: Final = 6
_OTHER: Final = 48
_COUNT: Final = 38
_SAID: Final = 49
_VALUES: Final = 16
# Values told of a field.
SHOWN: Final = 8
_WIDEST: Final = 40
_LOOKED_AT: Final = 400
_LABELS: Final = {"proc.name": "names here", "evt.type": "calls here"}
_NOT_FOUND: Final = {"fd.name": "no file of that name was opened"}
# How far before a match its example may begin with the line it stands in.
_NEAR: Final = 14


@dataclass(frozen=True, slots=True)
class Target:
    """Something on the page that can be a filter.

    Attributes:
        line: Where it stands.
        piece: Which piece of the line it is; None for the whole line.
        expression: The filter.
        section: Which part of the page it belongs to.
        event: The event that shows it, None without one.
    """

    line: int
    piece: int | None
    expression: Expression
    section: int
    event: int | None = None


class Layout:
    """Lines for a width, made once.

    Attributes:
        lines: The page.
        targets: What can be a filter, in order.
        evidence: The first event that shows what happened instead.
        continued: Lines with the rest of a text that the line before had no room for.
    """

    def __init__(self, known: Explanation | None, columns: int) -> None:
        self.lines: list[Line] = [()]
        self.targets: list[Target] = []
        self.evidence: int | None = None
        self.continued: set[int] = set()
        self._columns = columns
        self._section = 0
        if known is None:
            self.lines.append((Piece(" counting", "muted"),))
            return
        self._known = known
        for number, clause in enumerate(known.clauses):
            self._clause(number, clause)
        if known.findings:
            self._begin()
            for finding in known.findings:
                self._finding(finding)
        if known.elsewhere:
            self._begin()
            self.lines.append((Piece(f" {shown(_in_quotes(known.word))} {_where(known)}"),))
            self._elsewhere()
        if known.executed is not None and known.executed.made:
            self._begin()
            self._executed(known.executed)
        self._conclusion(conclusion(known))
        if not known.done:
            self.lines += [(), (Piece(" counting", "muted"),)]
        self.lines = [
            fit_line(line, columns) if line_width(line) > columns else line for line in self.lines
        ]

    def _begin(self) -> None:
        self.lines.append(())
        self._section += 1

    def _target(
        self, expression: Expression, piece: int | None = None, event: int | None = None
    ) -> None:
        """What stands in the line that comes next. In two places it is one for the cursor."""
        if all(target.expression != expression for target in self.targets):
            self.targets.append(Target(len(self.lines), piece, expression, self._section, event))

    def _clause(self, number: int, clause: ClauseCount) -> None:
        known, several = self._known, len(self._known.clauses) > 1
        is_first = known.first_to_empty == number and several
        if clause.alone and several:
            self._target(clause.expression)
        head = (
            Piece(pad_left(str(number + 1), 2)),
            Piece("×" if is_first else " ", "failed", bold=True),
            Piece(" "),
        )
        said = "any of these" if clause.parts else shown(readable(clause.expression))
        self._whole(head, said, clause.alone, _about(clause, several=several))
        for part, count in clause.parts:
            self._target(instead(known, part, number))
            self._whole((Piece(" " * _PART),), shown(readable(part)), count, "")
        label = _LABELS.get(clause.field, "values here") if clause.alone == 0 else "among these"
        nearest = tuple(pair for pair in clause.nearest[:SHOWN] if pair not in clause.alike)
        self._values(number, "nearest", nearest, len(nearest))
        alike = clause.alike[:SHOWN]
        self._values(number, "does alike", alike, len(alike))
        self._values(number, label, clause.values[:SHOWN], len(clause.values))

    def _whole(self, head: Line, name: str, count: int, about: str) -> None:
        """A row with its name whole; the count stands behind the last line of it."""
        indent = line_width(head)
        room = _room_beside(count, indent)
        *lines, last = [name] if width(name) <= room else _wrapped(name, self._columns - indent)
        if width(last) > room:
            lines, last = [*lines, last], ""
        for line in lines:
            self.lines.append((*head, Piece(line)))
            self.continued.add(len(self.lines))
            head = (Piece(" " * indent),)
        self.lines.append((*head, *_row(last, count, about, self._columns, indent)))

    def _values(
        self, number: int, label: str, values: Sequence[tuple[bytes, int]], of: int
    ) -> None:
        """Values with their counts, each of which can be chosen, over the lines they take."""
        clause = self._known.clauses[number]
        head = f"    {pad_right(label, _VALUES - _NAME)}"
        texts = {f"{_short(value)} {counted(count)}": value for value, count in values}
        rows = _filled(list(texts), self._columns - 4 - _VALUES)
        for last, row in enumerate(rows, 1 - len(rows)):
            pieces = [Piece(head)]
            for text in row:
                if len(pieces) > 1:
                    pieces.append(Piece(" · ", "muted"))
                if clause.test is not None:
                    self._target(
                        instead(self._known, with_value(clause, texts[text]), number), len(pieces)
                    )
                pieces.append(Piece(text, "accent"))
            self.lines.append(tuple(pieces))
            head = " " * _VALUES
            if last == 0 and of > len(values):
                more = f"{counted(of - len(values))} more"
                if line_width(self.lines[-1]) + 3 + len(more) <= self._columns:
                    self.lines[-1] = (*self.lines[-1], Piece(f" · {more}", "muted"))
                else:
                    self.lines.append((Piece(head), Piece(more, "muted")))

    def _finding(self, finding: Finding) -> None:
        for line in _wrapped(shown(finding.text), self._columns - 2):
            self.lines.append((Piece(f" {line}", "warning"),))
        if finding.expression is not None:
            self._target(finding.expression)
            self.lines.append(
                (Piece("    "), *_row(finding.label, finding.count, "", self._columns))
            )

    def _elsewhere(self) -> None:
        nowhere: list[Occurrence] = []
        for row in self._known.elsewhere:
            if row.count == 0 and not row.example:
                nowhere.append(row)
                continue
            if row.count:
                self._target(instead(self._known, row.expression))
            example = _in_lines(row.example) if row.field == "evt.buffer" else row.example
            said = "not counted, it takes too long"
            if row.count is not None:
                said = _example(example, self._known.word, self._columns - _SAID)
            self.lines.append((Piece("    "), *_row(row.field, row.count, said, self._columns)))
        nowhere.sort(key=lambda row: TOLD.index(row.field) if row.field in TOLD else len(TOLD))
        for at in range(0, len(nowhere), 2):
            pair = [row.field for row in nowhere[at : at + 2]]
            said = next((_NOT_FOUND[name] for name in pair if name in _NOT_FOUND), "")
            self.lines.append((Piece("    "), *_row(", ".join(pair), 0, said, self._columns)))

    def _executed(self, did: Executions) -> None:
        failures = [f for f in did.failures if f.is_related or f.first.name == did.name]
        for failure in failures:
            self._failure(failure)
        others = [failure for failure in did.failures if failure not in failures]
        if not failures:
            self.lines.append((Piece(" What was executed"),))
        said = (Piece("     and    " if failures else "    "), Piece(shown(what_ran(did)), "muted"))
        self.lines.append(said)
        for failure in others:
            self._tried(failure)

    def _failure(self, failure: Failure) -> None:
        """A search in vain with its end; the head stands for all of both."""
        first, runs = failure.first, len(failure.searches)
        head: Line = (Piece(" What ran instead"),)
        if first.name == self._known_name():
            head = (Piece(" How it was tried"),)
        if runs > 1:
            head = (*_at(head, _OTHER), Piece(f"{counted(runs)} times, the first of them:"))
        self.lines.append(head)
        both = [failure.attempts[0], *([failure.ends[0]] if failure.ends else [])]
        self._target(disjunction(both), event=first.numbers[-1])
        place = f"container {shown(failure.container)}, " if failure.container else ""
        program = fit_end(shown(program_line(first.comm, failure.program)), _OTHER - _NAME - 1)
        self.lines.append(
            (*_at((Piece(f"    {program}"),), _OTHER), Piece(f"{place}pid {first.tid}", "muted"))
        )
        self._tried(failure)
        if failure.said is not None:
            number, text = failure.said
            self.lines.append((*_event(number), Piece(f"stderr {shown(text)}", "warning")))
        if failure.ends is not None and first.end is not None:
            self._target(failure.ends[0], event=first.end.number)
        end = f"{shown(first.comm)} {ended(failure)}"
        if first.end is None:
            self.lines.append((Piece(" " * 11), Piece(end, "muted")))
            return
        if first.started is not None:
            end += f", {latency(first.end.ts - first.started)} after its exec"
        self.lines.append((*_event(first.end.number, "×"), Piece(end, "failed")))

    def _tried(self, failure: Failure) -> None:
        first = failure.first
        if self.evidence is None:
            self.evidence = first.numbers[-1]
        self._target(failure.attempts[0], event=first.numbers[0])
        line = (*_event(first.numbers[0], "!"), Piece(f"execve {shown(first.name)}", "failed"))
        self.lines.append((*_at(line, _OTHER), Piece(how_often(failure), "muted")))

    def _known_name(self) -> bytes:
        return b"" if self._known.executed is None else self._known.executed.name

    def _conclusion(self, sentences: list[str]) -> None:
        head = " So  "
        for line in _wrapped(" ".join(sentences), self._columns - len(head) - 1):
            self.lines.append((Piece(head, bold=True), Piece(line)))
            head = " " * len(head)


def instead(known: Explanation, expression: Expression, number: int | None = None) -> Expression:
    """The filter with this in place of the clause that fails, or of one by its number."""
    at = known.first_to_empty if number is None else number
    terms = list(conjuncts(known.expression))
    if at is None or at >= len(terms):
        return expression
    terms[at] = expression
    return conjunction(terms)


def written(expression: Expression) -> str:
    """A filter as it is put into the prompt."""
    if isinstance(expression, Or):
        return " or ".join(f"({written(term)})" for term in expression.terms)
    terms = [
        f"({readable(term)})" if isinstance(term, And | Or | Xor) else readable(term)
        for term in conjuncts(expression)
    ]
    return " and ".join(terms)


def _event(number: int, sign: str = " ") -> Line:
    """The beginning of a line about an event: its sign in the gutter and its number."""
    role: Role = "failed" if sign.strip() else "text"
    return (
        Piece("  "),
        Piece(sign, role, bold=True),
        Piece(f"{pad_left(str(number), 6)}  ", "muted"),
    )


def _at(line: Line, column: int) -> Line:
    return (*line, Piece(" " * max(1, column - line_width(line))))


def _wrapped(text: str, cells: int) -> list[str]:
    # Words are ASCII but for names; a line that is too wide is cut like any other.
    return textwrap.wrap(text, max(10, cells), break_on_hyphens=False)


def _short(value: bytes) -> str:
    """A value as one of several in a line; a command line can be a megabyte."""
    return fit_middle(shown(value[:_LOOKED_AT]), _WIDEST) or "(empty)"


def _filled(texts: list[str], cells: int) -> list[list[str]]:
    """Texts in their order over lines; what is left of a line takes the longest that fits."""
    rows: list[list[str]] = []
    left = list(texts)
    while left:
        row: list[str] = []
        room = cells
        while left:
            fitting = [text for text in left if width(text) <= room]
            if row and not fitting:
                break
            text = left[0] if not fitting or width(left[0]) <= room else max(fitting, key=width)
            left.remove(text)
            row.append(text)
            room -= width(text) + 3
        rows.append(row)
    return rows


def _room_beside(count: int | None, indent: int) -> int:
    """Cells of a name in front of its count."""
    return _COUNT - indent - width(_number(count)) - 1


def _number(count: int | None) -> str:
    return "?" if count is None else counted(count)


def _row(name: str, count: int | None, said: str, columns: int, indent: int = _NAME) -> Line:
    """A name, how many events it stands for, and what there is to say."""
    number, room = _number(count), _room_beside(count, indent)
    role: Role = "failed" if count == 0 else "text"
    return (
        Piece(pad_right(name, room) + " "),
        Piece(f"{number} event{'' if count == 1 else 's'}", role),
        Piece(" " * (4 if count != 1 else 5)),
        Piece(fit_end(said, max(0, columns - _SAID))),
    )


def _about(clause: ClauseCount, *, several: bool) -> str:
    present = "" if clause.present is None else f"{counted(clause.present)} have "
    if not several:
        return f"{present}the field" if present else ""
    together = f"{counted(clause.together)} together"
    return f"{together}, {present}it" if clause.alone == 0 and present else together


def _where(known: Explanation) -> str:
    """What the places that were looked at come to; only if all were counted it is nowhere."""
    if any(row.count or row.example for row in known.elsewhere):
        return "occurs elsewhere"
    if known.done and all(row.count == 0 for row in known.elsewhere):
        return "occurs nowhere else"
    return "was looked for elsewhere"


def _in_quotes(word: str) -> str:
    return f'"{word}"'


_WORD: Final = re.compile(r"\S+\s*\Z")
# Payload comes with a dot for each control character: one between words was a line's end.
_LINE_END: Final = re.compile(rb"(?<=[^\s.])\.(?=[^\s.])")


def _in_lines(payload: bytes) -> bytes:
    return _LINE_END.sub(b"\n", payload)


def _example(value: bytes, word: str, cells: int) -> str:
    """A value around the word it contains, from the beginning of a word to the end of one."""
    start = max(0, value.find(word.encode("utf-8", "surrogateescape")) - _LOOKED_AT)
    text = value[start : start + 3 * _LOOKED_AT].decode("utf-8", "replace")
    at = text.find(word)
    line = text.rfind("\n", 0, max(at, 0)) + 1
    start = line
    if at - line > _NEAR:
        before = _WORD.search(text, line, at)
        start = before.start() if before else at
    cut = text[start:].split("\n", 1)
    said = shown(cut[0])
    if width(said) <= cells and len(cut) == 1:
        return said
    words = said.split(" ")
    while len(words) > 1 and width(" ".join(words)) + 2 > cells:
        words.pop()
    whole = " ".join(words)
    return f"{whole} …" if width(whole) + 2 <= cells else fit_end(said, cells)
