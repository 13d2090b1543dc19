"""Choosing a view: names, questions and how many rows each has now."""

import shlex
from collections.abc import Sequence
from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    fit_end,
    glimpse,
    left_and_right,
    pad_left,
    pad_right,
)
from scaptui.views.shell import file_word, shell_word
from scaptui.views.view_columns import View
from scaptui.views.view_reference import entered, find_views, told
from scaptui.views.view_table import VIEWS

_NAME: Final = 16
_COUNT: Final = 9
# Lines of the description, with the rule above it.
_DESCRIPTION: Final = 9
# Below so many lines there is no room for it.
_TALL: Final = 16
_LABEL: Final = 14


class ViewPicker:
    """Views that match what is typed, one of them chosen."""

    def __init__(self, capture_name: str = "FILE", scope: str = "") -> None:
        self.typed = ""
        self.chosen = 0
        self.top = 0
        # Lines there was room for.
        self._drawn = 0
        self.counts: dict[str, int] = {}
        self._file = capture_name
        self._scope = scope

    @property
    def found(self) -> Sequence[View]:
        """What matches."""
        return find_views(self.typed)

    @property
    def choice(self) -> View | None:
        """The view that is chosen."""
        found = self.found
        return found[min(self.chosen, len(found) - 1)] if found else None

    def nth(self, number: int) -> View | None:
        """The view at a place of the list, from 1."""
        found = self.found
        return found[number - 1] if 0 < number <= len(found) else None

    def choose(self, view: View) -> None:
        """Put the cursor on a view, with nothing typed."""
        self.typed = ""
        self.chosen = self.found.index(view)

    def type(self, text: str) -> None:
        """Search for more letters."""
        self.typed += "".join(c for c in text if c.isprintable())
        self.chosen = self.top = 0

    def delete(self) -> bool:
        """Take the last letter back; False when there is none."""
        had, self.typed, self.chosen, self.top = bool(self.typed), self.typed[:-1], 0, 0
        return had

    def clear(self) -> None:
        """Take all letters back."""
        self.typed, self.chosen, self.top = "", 0, 0

    def move(self, by: int) -> None:
        """Choose another."""
        self.chosen = max(0, min(self.chosen + by, len(self.found) - 1))

    def rows_to(self, line: int) -> int:
        """How many views from the chosen one to that on a line; 0 where none is."""
        at = self.top + line - 1
        is_view = 0 < line <= self._drawn and at < len(self.found)
        return at - min(self.chosen, len(self.found) - 1) if is_view else 0

    def lines(self, width: int, height: int) -> tuple[list[Line], int | None]:
        """Prompt, list and description for a size, and which line is chosen."""
        found = self.found
        matching = f"{len(found)} of {len(VIEWS)} match {self.typed}" if self.typed else ""
        prompt: Line = (Piece(" view: ", "accent"), Piece(self.typed), Piece(" ", "selection"))
        lines = [
            left_and_right(prompt, (Piece(matching or f"{len(VIEWS)} views", "muted"),), width)
        ]
        described = _DESCRIPTION + 1 if height >= _TALL else 0
        self._drawn = room = max(1, height - 1 - described)
        self.top = max(0, min(self.top, self.chosen, len(found) - room))
        self.top = max(self.top, self.chosen - room + 1)
        if not found:
            return [*lines, (Piece("    no view is called or explained like that", "muted"),)], None
        for at, view in enumerate(found[self.top : self.top + room], self.top):
            lines.append(self._row(view, width, is_here=at == self.chosen))
        selected = 1 + min(self.chosen, len(found) - 1) - self.top
        lines += [()] * (1 + room - len(lines))
        if described and (choice := self.choice) is not None:
            lines.append((Piece(" " + "─" * (width - 2), "muted"),))
            lines += self._description(choice, width)
        return lines, selected

    def _row(self, view: View, width: int, *, is_here: bool) -> Line:
        count = self.counts.get(view.name)
        told = "" if count is None else f"{count:,}"
        room = width - 3 - _NAME - 1 - _COUNT
        return (
            Piece(">  " if is_here else "   "),
            *self._matched(pad_right(view.title, _NAME)),
            Piece(" " + pad_right(fit_end(view.question, room), room)),
            Piece(pad_left(told, _COUNT - 1), "muted"),
        )

    def _matched(self, title: str) -> list[Piece]:
        at = title.find(self.typed.lower()) if self.typed else -1
        if at < 0:
            return [Piece(title)]
        end = at + len(self.typed)
        return [Piece(title[:at]), Piece(title[at:end], "match"), Piece(title[end:])]

    def _description(self, view: View, width: int) -> list[Line]:
        scope = " " + glimpse(shlex.quote(self._scope)) if self._scope else ""
        facts = (
            ("question", view.question),
            ("rows", view.rows),
            ("columns", "  ".join(cell.name for cell in view.cells)),
            ("", ", ".join(dict.fromkeys(told(cell) for cell in view.columns[:4]))),
            ("sorted by", ", then ".join(view.sort)),
            ("Enter", entered(view)),
            ("filter", view.filter or "none of its own"),
            (
                "as text",
                f"scaptui view {glimpse(shell_word(file_word(self._file)))} {view.name}{scope}",
            ),
        )
        lines: list[Line] = [(Piece(f" {view.title}", bold=True),)]
        for name, text in facts:
            told_text = fit_end(text, width - _LABEL - 3)
            lines.append((Piece("   " + pad_right(name, _LABEL - 2), "muted"), Piece(told_text)))
        return lines[:_DESCRIPTION]
