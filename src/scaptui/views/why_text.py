"""The explanation of a filter as text, each filter it offers ready to paste into a shell."""

import re
import shlex
from typing import Final

from scaptui.escaping import one_line
from scaptui.filter.expression import Expression
from scaptui.views.cells import line_text
from scaptui.views.shell import file_word, shell_word
from scaptui.views.why import Explanation
from scaptui.views.why_layout import Layout, Target, written

COLUMNS: Final = 80
_INDENT: Final = " " * 9
# Of values in a row that are only a list, the first shows how to ask for one.
_EACH: Final = ("nearest", "does alike")
_CONTINUED: Final = 5
_UNSEEN: Final = re.compile(r"\\u\{([0-9a-f]+)\}")


def as_text(known: Explanation, named: str, columns: int = COLUMNS) -> list[str]:
    """The page as lines; `named` is how the capture is named in a command line."""
    layout = Layout(known, columns)
    lines = [f"{known.selected:,} of {known.total:,} events match {pasteable(known.expression)}"]
    offered: list[str] = []
    for at, line in enumerate(layout.lines):
        lines.append(line_text(line).rstrip())
        here = [target for target in layout.targets if target.line == at]
        offered += [_INDENT + pasteable(target.expression) for target in _offered(here, lines[-1])]
        if at + 1 not in layout.continued:
            lines += offered
            offered = []
    if layout.targets:
        lines += ["", f"What stands in quotes is a filter: scaptui print {_word(named)} 'FILTER'"]
    return lines


def pasteable(expression: Expression) -> str:
    """The filter as one word for a shell, nothing in it a terminal would obey."""
    return shlex.quote(_visible(written(expression))) if written(expression) else "''"


def _offered(targets: list[Target], text: str) -> list[Target]:
    if any(target.piece is None for target in targets) or text.strip().startswith(_EACH):
        return targets
    return targets[:1] if not text.startswith(" " * _CONTINUED) else []


def _visible(text: str) -> str:
    """What cannot be seen as bytes, an escape that the language reads in quotes."""
    return _UNSEEN.sub(lambda found: _bytes(int(found[1], 16)), one_line(text))


def _bytes(point: int) -> str:
    return "".join(f"\\x{byte:02x}" for byte in chr(point).encode("utf-8", "surrogatepass"))


def _word(name: str) -> str:
    return shell_word(file_word(name))
