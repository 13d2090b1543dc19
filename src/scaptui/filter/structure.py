"""From a flat row of brackets, connectives and tests to one expression.

`not` binds tightest, then `and`, `xor`, `or`. An operator-precedence parser with its own stack, so
that deep brackets cost no recursion.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from scaptui.errors import FilterError
from scaptui.filter.expression import (
    And,
    Expression,
    Not,
    Or,
    Xor,
    conjunction,
    disjunction,
    exclusive,
    negation,
)
from scaptui.filter.source import Span
from scaptui.filter.syntax import Symbol, TestNode
from scaptui.records import Record

# Deeper nesting is refused: no one means it, and later stages walk expressions by recursion.
DEEPEST: Final = 100
_BINDS: Final = {"(": 0, "or": 1, "xor": 2, "and": 3, "not": 4}
_JOINED: Final[dict[str, Callable[[Iterable[Expression], Span], Expression]]] = {
    "or": disjunction,
    "xor": exclusive,
    "and": conjunction,
}


class Mixed(Record):
    """`and` and `or` side by side without brackets: where, and the part that binds tighter."""

    span: Span
    tighter: Span


def assemble(
    items: Sequence[Symbol | TestNode], check: Callable[[TestNode], Expression]
) -> tuple[Expression, list[Mixed]]:
    """The expression of a row of items, and the places where brackets would make it clearer.

    Raises:
        FilterError: brackets do not match, or the expression is nested too deeply.
    """
    assembly = _Assembly(check)
    for item in items:
        assembly.take(item)
    return assembly.finish(), assembly.mixed


class _Operand:
    __slots__ = ("depth", "expression", "is_bracketed", "span")

    def __init__(
        self, expression: Expression, span: Span, depth: int, *, is_bracketed: bool = False
    ) -> None:
        self.expression = expression
        self.span = span
        self.depth = depth
        self.is_bracketed = is_bracketed


class _Assembly:
    def __init__(self, check: Callable[[TestNode], Expression]) -> None:
        self.check = check
        self.operands: list[_Operand] = []
        self.operators: list[Symbol] = []
        self.mixed: list[Mixed] = []

    def take(self, item: Symbol | TestNode) -> None:
        if isinstance(item, TestNode):
            expression = self.check(item)
            # A macro is one operand, whatever it consists of.
            operand = _Operand(expression, item.span, depth_of(expression), is_bracketed=True)
            self.operands.append(operand)
        elif item.word == ")":
            self._close(item)
        else:
            if item.word not in ("(", "not"):
                self._reduce(down_to=_BINDS[item.word] + 1)  # equals wait, to be joined in one go
            self.operators.append(item)

    def finish(self) -> Expression:
        self._reduce(down_to=1)
        if self.operators:
            span = self.operators[-1].span
            raise FilterError("the bracket opened here is never closed", span, 'add ")"')
        return self.operands[0].expression

    def _close(self, closing: Symbol) -> None:
        self._reduce(down_to=1)
        if not self.operators:
            raise FilterError("a bracket is closed that was never opened", closing.span)
        opening = self.operators.pop()
        operand = self.operands[-1]
        operand.span = opening.span.to(closing.span)
        operand.is_bracketed = True

    def _reduce(self, down_to: int) -> None:
        """Join what binds at least as tightly as this."""
        while self.operators and _BINDS[self.operators[-1].word] >= down_to:
            if self.operators[-1].word == "not":
                self._negate()
            else:
                self._join()

    def _negate(self) -> None:
        span = self.operators.pop().span.to(self.operands[-1].span)
        inner = self.operands.pop()
        negated = negation(inner.expression, span)
        cancels = isinstance(inner.expression, Not)
        self._push(negated, span, inner.depth - 1 if cancels else inner.depth + 1)

    def _join(self) -> None:
        """Join all operands between equal connectives at once: a long row is no deep tree."""
        word = self.operators[-1].word
        count = 1
        while self.operators and self.operators[-1].word == word:
            self.operators.pop()
            count += 1
        parts = self.operands[-count:]
        del self.operands[-count:]
        span = parts[0].span.to(parts[-1].span)
        if word == "or":
            tighter = [p for p in parts if isinstance(p.expression, And) and not p.is_bracketed]
            self.mixed.extend(Mixed(span, part.span) for part in tighter[:1])
        joined = _JOINED[word]((part.expression for part in parts), span)
        below = max(p.depth - isinstance(p.expression, type(joined)) for p in parts)
        self._push(joined, span, below + 1)

    def _push(self, expression: Expression, span: Span, depth: int) -> None:
        if depth > DEEPEST:
            raise FilterError(f"the filter is nested more than {DEEPEST} levels deep", span)
        self.operands.append(_Operand(expression, span, depth))


def depth_of(expression: Expression) -> int:
    """How many levels of not, and, or, xor lie over the deepest test."""
    match expression:
        case Not(inner):
            return 1 + depth_of(inner)
        case And(terms) | Or(terms) | Xor(terms):
            return 1 + max(depth_of(term) for term in terms)
        case _:
            return 0
