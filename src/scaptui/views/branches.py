"""The lines of a tree in front of its names, for texts and screens alike."""

from collections.abc import Sequence
from typing import Final

# Levels drawn in front of a name. A capture may claim a chain of a hundred thousand processes.
LEVELS: Final = 48


class Branches:
    """Stems and elbows of the rows of a tree: `│ ├─`.

    `parents` holds the position of each row's parent, None for roots; parents stand before their
    children. Siblings of a row that follow it keep its branch open.
    """

    def __init__(self, parents: Sequence[int | None]) -> None:
        self._parents = parents
        last_child: dict[int, int] = {}
        for row, parent in enumerate(parents):
            if parent is not None:
                last_child[parent] = row
        self._last = frozenset(last_child.values())

    def before(self, row: int, levels: int = LEVELS) -> str:
        """What stands in front of a row's name, empty for roots.

        Two cells a level. When there are more than `levels`, the outer ones are one `…`.
        """
        parent = self._parents[row]
        if parent is None:
            return ""
        parts = ["└─" if row in self._last else "├─"]
        above = self._parents[parent]
        while above is not None:
            if len(parts) >= levels:
                parts.append("… ")
                break
            parts.append("  " if parent in self._last else "│ ")
            parent, above = above, self._parents[above]
        return "".join(reversed(parts))
