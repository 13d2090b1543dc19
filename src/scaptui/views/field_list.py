"""The fields a filter can name, found by a part of their name or of what they mean."""

from typing import Final

from scaptui.filter.vocabulary import FieldRow, Vocabulary, usage
from scaptui.views.cells import Line, Piece, fit_end, left_and_right, pad_right
from scaptui.views.filter_choices import COMMON

_NAME: Final = 26
_TYPE: Final = 9


class FieldListModel:
    """Fields that contain what is typed, and one that is chosen."""

    def __init__(self, vocabulary: Vocabulary, typed: str = "") -> None:
        self._rows = [
            row
            for row in map(vocabulary.fields.get, vocabulary.names())
            if row and not row.print_only
        ]
        self.typed = typed if self._matching(typed) else ""
        self.chosen = 0
        self._top = 0

    @property
    def found(self) -> list[FieldRow]:
        """Fields to show: those whose name begins so, then by a part of it, then by meaning."""
        return self._matching(self.typed)

    @property
    def choice(self) -> FieldRow | None:
        """The field under the cursor."""
        found = self.found
        return found[min(self.chosen, len(found) - 1)] if found else None

    @property
    def chosen_text(self) -> str | None:
        """What is put into the filter: the name, up to an argument it needs."""
        row = self.choice
        if row is None:
            return None
        if row.argument != "required":
            return row.name
        return row.name + ("." if row.argument_form in ("dotted", "one-of") else "[")

    def type(self, text: str) -> None:
        """Search for more letters."""
        self.typed += "".join(c for c in text if c.isprintable())
        self.chosen = self._top = 0

    def delete(self) -> None:
        """Take the last letter back."""
        self.typed = self.typed[:-1]
        self.chosen = self._top = 0

    def clear(self) -> bool:
        """Take all letters back; False when there is none."""
        had, self.typed, self.chosen, self._top = bool(self.typed), "", 0, 0
        return had

    def move(self, by: int) -> None:
        """Choose another field."""
        self.chosen = max(0, min(self.chosen + by, len(self.found) - 1))

    def heading(self, columns: int) -> Line:
        """What is searched for, and how many fields there are."""
        count = f"{len(self.found):,} of {len(self._rows):,}"
        return left_and_right(
            (Piece(" fields  ", "accent"), Piece(self.typed), Piece(" ", "selection")),
            (Piece(count),),
            columns,
        )

    def lines(self, columns: int, rows: int) -> tuple[list[Line], int | None]:
        """So many rows around the chosen field, and its line."""
        found = self.found
        if not found:
            return [(Piece(f" no field has {self.typed!r} in its name or meaning", "muted"),)], None
        if not self._top <= self.chosen < self._top + rows:
            self._top = max(0, min(self.chosen - rows // 3, len(found) - rows))
        shown = found[self._top : self._top + rows]
        lines = [
            self._line(row, self._top + at == self.chosen, columns) for at, row in enumerate(shown)
        ]
        return lines, self.chosen - self._top

    def about_choice(self, columns: int) -> Line:
        """The cursor line: what the field means, as much of it as there is room for."""
        row = self.choice
        if row is None:
            return ()
        head = f" {usage(row)}  "
        room = max(0, columns - len(head))
        return (Piece(head, "accent"), Piece(fit_end(row.doc, room)))

    def _line(self, row: FieldRow, is_chosen: bool, columns: int) -> Line:  # noqa: FBT001
        doc = row.doc[:1].lower() + row.doc[1:] if row.doc[1:2].islower() else row.doc
        return (
            Piece(f"{'>' if is_chosen else ' '}  "),
            Piece(pad_right(row.name, _NAME) + " "),
            Piece(pad_right(row.kind, _TYPE), "muted"),
            Piece(fit_end(doc, max(0, columns - 4 - _NAME - _TYPE))),
        )

    def _matching(self, typed: str) -> list[FieldRow]:
        wanted = typed.lower()
        places = {name: place for place, name in enumerate(COMMON)}
        if not wanted:
            return sorted(self._rows, key=lambda row: places.get(row.name, len(places)))
        ranked = [
            (0 if row.name.startswith(wanted) else 1 if wanted in row.name else 2, at, row)
            for at, row in enumerate(self._rows)
            if wanted in row.name or wanted in row.doc.lower()
        ]
        return [row for _, _, row in sorted(ranked, key=lambda entry: entry[:2])]
