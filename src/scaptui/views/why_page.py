"""The page that explains a filter: lines, and a cursor over everything that can be a filter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scaptui.filter.expression import And, Check, Expression, Or, Xor, conjunction, conjuncts
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    fit_middle,
    left_and_right,
    line_width,
    pad_left,
    pad_right,
    shown,
    width,
)
from scaptui.views.counts import Counts
from scaptui.views.units import counted
from scaptui.views.why import TOLD, ClauseCount, Explanation, Occurrence, readable, with_value

# Columns: names, the last digit of counts, what is said of them, values behind their label.
_NAME: Final = 4
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
    """

    line: int
    piece: int | None
    expression: Expression


class WhyModel:
    """The explanation of one filter, as far as it is known, with a cursor."""

    def __init__(self) -> None:
        self.explanation: Explanation | None = None
        self._at: Expression | None = None
        self._counts: dict[Expression, int] = {}

    def show(self, explanation: Explanation) -> None:
        """Show what is known now; the cursor stays on what it is on."""
        if self.explanation is None or explanation.expression != self.explanation.expression:
            self._at = None
        self.explanation = explanation
        single = len(explanation.clauses) == 1
        for clause in explanation.clauses:
            self._counts[clause.expression] = clause.alone
            if single and isinstance(clause.expression, Check):
                for value, count in (*clause.values, *clause.nearest):
                    self._counts[with_value(clause, value)] = count
        if single:
            self._counts.update({row.expression: row.count for row in explanation.elsewhere})

    def move(self, by: int) -> None:
        """The next or a previous thing that can be a filter."""
        targets = self._page(80)[1]
        if targets:
            at = max(0, min(self._position(targets) + by, len(targets) - 1))
            self._at = targets[at].expression

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        targets = self._page(80)[1]
        return targets[self._position(targets)] if targets else None

    @property
    def chosen_filter(self) -> str | None:
        """The filter Enter takes."""
        target = self.target
        return None if target is None else _written(target.expression)

    def question(self) -> Expression | None:
        """The filter under the cursor when its count is not known."""
        target = self.target
        if target is None or target.expression in self._counts:
            return None
        return target.expression

    def answered(self, expression: Expression, count: int) -> None:
        """How many events a filter would select."""
        self._counts[expression] = count

    def answer(self, counts: Counts) -> bool:
        """Answer the question, if there is one."""
        asked = self.question()
        if asked is not None:
            self.answered(asked, counts.count(asked))
        return asked is not None

    def lines(self, columns: int) -> tuple[list[Line], int | None]:
        """The page, and the line of the cursor when all of it is what Enter takes."""
        lines, targets = self._page(columns)
        if not targets:
            return lines, None
        target = targets[self._position(targets)]
        line = (Piece(">"), *_after_first_cell(lines[target.line]))
        at = len(line) if target.piece is None else target.piece + 1
        if at < len(line):  # a narrow screen may have cut it off
            line = (*line[:at], line[at]._replace(role="selection"), *line[at + 1 :])
        lines[target.line] = line
        return lines, target.line if target.piece is None else None

    def about_target(self, columns: int) -> Line:
        """The cursor line: the filter Enter would apply, and what it would select."""
        target = self.target
        if self.explanation is None or target is None:
            return ()
        count = self._counts.get(target.expression)
        total = counted(self.explanation.total)
        right = "counting" if count is None else f"{counted(count)} of {total} match"
        left: Line = (
            Piece(" Enter", "accent"),
            Piece(f"  filters on {shown(_written(target.expression))}"),
        )
        return left_and_right(left, (Piece("  "), Piece(right)), columns)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Keys of the page with what they do, the most useful first."""
        use = (("Enter", "use it"),) if self.target is not None else ()
        return (
            *use,
            ("p", "processes"),
            ("f", "edit"),
            ("Backspace", "list"),
            ("?", ""),
        )

    def _position(self, targets: Sequence[Target]) -> int:
        for at, target in enumerate(targets):
            if target.expression == self._at:
                return at
        return self._first(targets)

    def _first(self, targets: Sequence[Target]) -> int:
        """Where the cursor starts: on the best filter there is."""
        known = self.explanation
        assert known is not None
        row = known.clauses[known.first_to_empty] if known.first_to_empty is not None else None
        best = [with_value(row, value) for value, _ in (*row.nearest, *row.alike)] if row else []
        best += [found.expression for found in known.elsewhere if found.count]
        for at, target in enumerate(targets):
            if best and best[0] in conjuncts(target.expression):
                return at
        at = next((at for at, target in enumerate(targets) if target.piece is not None), 0)
        return at if known.selected == 0 else 0

    def _page(self, columns: int) -> tuple[list[Line], list[Target]]:
        known = self.explanation
        lines: list[Line] = [()]
        targets: list[Target] = []
        if known is None:
            return [(), (Piece(" counting", "muted"),)], targets
        for number, clause in enumerate(known.clauses):
            self._clause(known, number, clause, columns, lines, targets)
        if known.word:
            lines += [(), (Piece(f" {shown(_in_quotes(known.word))} occurs elsewhere"),)]
            self._elsewhere(known, columns, lines, targets)
        if known.remarks:
            lines.append(())
            lines += [(Piece(f" {remark}", "warning"),) for remark in known.remarks]
        if not known.done:
            lines += [(), (Piece(" counting", "muted"),)]
        cut = [fit_line(line, columns) if line_width(line) > columns else line for line in lines]
        return cut, targets

    def _clause(
        self,
        known: Explanation,
        number: int,
        clause: ClauseCount,
        columns: int,
        lines: list[Line],
        targets: list[Target],
    ) -> None:
        is_first = known.first_to_empty == number and len(known.clauses) > 1
        if clause.alone and len(known.clauses) > 1:
            targets.append(Target(len(lines), None, clause.expression))
        lines.append(
            (
                Piece(pad_left(str(number + 1), 2)),
                Piece("×" if is_first else " ", "failed", bold=True),
                Piece(" "),
                *_row(
                    shown(readable(clause.expression)),
                    clause.alone,
                    _about(clause, several=len(known.clauses) > 1),
                    columns,
                ),
            )
        )
        label = _LABELS.get(clause.field, "values here") if clause.alone == 0 else "among these"
        nearest = tuple(pair for pair in clause.nearest[:SHOWN] if pair not in clause.alike)
        _values(known, number, "nearest", nearest, len(nearest), columns, lines, targets)
        alike = clause.alike[:SHOWN]
        _values(known, number, "does alike", alike, len(alike), columns, lines, targets)
        _values(
            known, number, label, clause.values[:SHOWN], len(clause.values), columns, lines, targets
        )

    def _elsewhere(
        self, known: Explanation, columns: int, lines: list[Line], targets: list[Target]
    ) -> None:
        nowhere: list[Occurrence] = []
        for row in known.elsewhere:
            if not row.count and not row.example:
                nowhere.append(row)
                continue
            if row.count:
                instead = _instead(known, row.expression)
                targets.append(Target(len(lines), None, instead))
            example = _in_lines(row.example) if row.field == "evt.buffer" else row.example
            said = _example(example, known.word, columns - _SAID)
            lines.append((Piece("    "), *_row(row.field, row.count, said, columns)))
        nowhere.sort(key=lambda row: TOLD.index(row.field) if row.field in TOLD else len(TOLD))
        for at in range(0, len(nowhere), 2):
            pair = [row.field for row in nowhere[at : at + 2]]
            said = next((_NOT_FOUND[name] for name in pair if name in _NOT_FOUND), "")
            lines.append((Piece("    "), *_row(", ".join(pair), 0, said, columns)))


def _values(
    known: Explanation,
    number: int,
    label: str,
    values: Sequence[tuple[bytes, int]],
    of: int,
    columns: int,
    lines: list[Line],
    targets: list[Target],
) -> None:
    """Values with their counts, each of which can be chosen, over as many lines as they take."""
    clause = known.clauses[number]
    head = f"    {pad_right(label, _VALUES - _NAME)}"
    texts = {f"{_short(value)} {counted(count)}": value for value, count in values}
    rows = _filled(list(texts), columns - 4 - _VALUES)
    for last, row in enumerate(rows, 1 - len(rows)):
        pieces = [Piece(head)]
        for text in row:
            if len(pieces) > 1:
                pieces.append(Piece(" · ", "muted"))
            if isinstance(clause.expression, Check):
                expression = _instead(known, with_value(clause, texts[text]), number)
                # What stands in two places is one thing for the cursor.
                if all(target.expression != expression for target in targets):
                    targets.append(Target(len(lines), len(pieces), expression))
            pieces.append(Piece(text, "accent"))
        lines.append(tuple(pieces))
        head = " " * _VALUES
        if last == 0 and of > len(values):
            more = f"{counted(of - len(values))} more"
            if line_width(lines[-1]) + 3 + len(more) <= columns:
                lines[-1] = (*lines[-1], Piece(f" · {more}", "muted"))
            else:
                lines.append((Piece(head), Piece(more, "muted")))


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


def _row(name: str, count: int, said: str, columns: int) -> Line:
    """A name, how many events it stands for, and what there is to say."""
    number = counted(count)
    room = _COUNT - _NAME - width(number) - 1
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


def _instead(known: Explanation, expression: Expression, number: int | None = None) -> Expression:
    """The filter with this in place of the clause that fails, or of one by its number."""
    at = known.first_to_empty if number is None else number
    terms = list(conjuncts(known.expression))
    if at is None or at >= len(terms):
        return expression
    terms[at] = expression
    return conjunction(terms)


def _written(expression: Expression) -> str:
    """A filter as it is put into the prompt."""
    terms = [
        f"({readable(term)})" if isinstance(term, And | Or | Xor) else readable(term)
        for term in conjuncts(expression)
    ]
    return " and ".join(terms)


def _in_quotes(word: str) -> str:
    return f'"{word}"'


def _after_first_cell(line: Line) -> Line:
    """The line without its first cell, which the cursor takes."""
    first, *rest = line
    return (first._replace(text=first.text[1:]), *rest)


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
