"""The page that explains a filter: lines, and a cursor over everything that can be a filter."""

from collections.abc import Sequence

from scaptui.filter.expression import Expression, conjuncts
from scaptui.views.cells import Line, Piece, left_and_right, shown
from scaptui.views.counts import Counts
from scaptui.views.units import counted
from scaptui.views.why import Explanation, with_value
from scaptui.views.why_layout import Layout, Target, written


class WhyModel:
    """The explanation of one filter, as far as it is known, with a cursor."""

    def __init__(self) -> None:
        self.explanation: Explanation | None = None
        self._at: Expression | None = None
        self._counts: dict[Expression, int] = {}
        self._layouts: dict[int, Layout] = {}

    def show(self, explanation: Explanation) -> None:
        """Show what is known now; the cursor stays on what it is on."""
        if self.explanation is None or explanation.expression != self.explanation.expression:
            self._at = None
        self.explanation = explanation
        self._layouts.clear()
        single = len(explanation.clauses) == 1
        for clause in explanation.clauses:
            self._counts[clause.expression] = clause.alone
            if single and clause.test is not None:
                for value, count in (*clause.values, *clause.nearest):
                    self._counts[with_value(clause, value)] = count
        found = [(f.expression, f.count) for f in explanation.findings if f.expression is not None]
        if explanation.executed is not None:
            for failure in explanation.executed.failures:
                found += [failure.attempts, *([failure.ends] if failure.ends else [])]
        if single:
            found += explanation.clauses[0].parts
            found += [(r.expression, r.count) for r in explanation.elsewhere if r.count is not None]
        self._counts.update(found)

    def move(self, by: int) -> None:
        """The next or a previous thing that can be a filter."""
        targets = self._targets
        if targets:
            at = max(0, min(self._position(targets) + by, len(targets) - 1))
            self._at = targets[at].expression

    def next_section(self) -> None:
        """The first thing of the next part of the page, behind the last that of the first."""
        targets = self._targets
        if targets:
            here = targets[self._position(targets)].section
            later = (target for target in targets if target.section > here)
            self._at = next(later, targets[0]).expression

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        targets = self._targets
        return targets[self._position(targets)] if targets else None

    @property
    def event(self) -> int | None:
        """The event that shows what the cursor is on, else the first that tells what happened."""
        target = self.target
        shown_by = None if target is None else target.event
        return self._layout(80).evidence if shown_by is None else shown_by

    @property
    def chosen_filter(self) -> str | None:
        """The filter Enter takes."""
        target = self.target
        return None if target is None else written(target.expression)

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
        layout = self._layout(columns)
        lines, targets = list(layout.lines), layout.targets
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
            Piece(f"  filters on {shown(written(target.expression))}"),
        )
        return left_and_right(left, (Piece("  "), Piece(right)), columns)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Keys of the page with what they do, the most useful first."""
        use = (("Enter", "use it"),) if self.target is not None else ()
        event = self.event
        return (
            *use,
            *((("Tab", "what happened"),) if event is not None else ()),
            *((("g", f"to event {event}"),) if event is not None else ()),
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
        best = [f.expression for f in known.findings if f.expression is not None and f.count]
        best += [with_value(row, value) for value, _ in (*row.nearest, *row.alike)] if row else []
        best += [found.expression for found in known.elsewhere if found.count]
        for at, target in enumerate(targets):
            if best and best[0] in (target.expression, *conjuncts(target.expression)):
                return at
        at = next((at for at, target in enumerate(targets) if target.piece is not None), 0)
        return at if known.selected == 0 else 0

    def _layout(self, columns: int) -> Layout:
        if columns not in self._layouts:
            self._layouts.clear()
            self._layouts[80] = Layout(self.explanation, 80)
            self._layouts[columns] = Layout(self.explanation, columns)
        return self._layouts[columns]

    @property
    def _targets(self) -> list[Target]:
        return self._layout(80).targets


def _after_first_cell(line: Line) -> Line:
    """The line without its first cell, which the cursor takes."""
    first, *rest = line
    return (first._replace(text=first.text[1:]), *rest)
