"""How large and how deep a filter may be. Looked at before it is parsed."""

import re
from typing import Final

from scaptui.errors import FilterError
from scaptui.filter.source import Span

LONGEST: Final = 20_000
DEEPEST_BRACKETS: Final = 100
# Functions are parsed by recursion, at some thirty Python frames a level.
DEEPEST_FUNCTIONS: Final = 10

_PIECE: Final = r"(?as)\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(\w+)(\()?|([({)}])"
_NO_FUNCTIONS: Final = frozenset(("and", "or", "xor", "not", "in", "oneof", "anyof", "allof"))


def check_limits(text: str) -> None:
    """Refuse what is too long or nested too deeply to be parsed.

    Raises:
        FilterError: says which limit, and where it is passed.
    """
    if len(text) > LONGEST:
        raise FilterError(
            f"the filter has {len(text):,} characters, more than {LONGEST:,}",
            Span(LONGEST, LONGEST + 1),
        )
    if not {"(", "{"} & set(text):
        return
    open_brackets: list[bool] = []  # for each: whether it is a function's or a group's
    functions = 0
    for piece in re.finditer(_PIECE, text):
        name, opening, other = piece.groups()
        at = piece.end() - 1
        if opening or other in ("(", "{"):
            is_function = other == "{" or (opening and name not in _NO_FUNCTIONS)
            open_brackets.append(bool(is_function))
            functions += bool(is_function)
            _refuse_depth(len(open_brackets), DEEPEST_BRACKETS, "brackets", at)
            _refuse_depth(functions, DEEPEST_FUNCTIONS, "functions", at)
        elif other and open_brackets:
            functions -= open_brackets.pop()


def _refuse_depth(depth: int, most: int, what: str, at: int) -> None:
    if depth > most:
        raise FilterError(f"{what} are nested more than {most} levels deep", Span(at, at + 1))
