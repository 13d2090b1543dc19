"""The help page: keys of the pane that had the focus, and a search through those of all panes."""

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    left_and_right,
    line_width,
    pad_right,
    width,
)
from scaptui.views.help_keys import FOUND_ONLY, Key

GUTTER: Final = (
    (">", "cursor"),
    ("●", "bookmark"),
    ("!", "failed"),
    (":", "would block"),
    ("×", "ended badly"),
    ("=", "lost"),
    ("R", "a rule"),
    ("a-z", "a colour rule"),
)
# A second column has room from here, a third from there.
_TWO: Final = 72
_THREE: Final = 132
_PUSH: Final = 2
# Rows of the page on a screen of 24.
_ROWS: Final = 19
_FEWEST_CELLS: Final = 11


class HelpModel:
    """Keys of the pane that had the focus, and of all panes once something is typed."""

    def __init__(self, pane: str, keys: Iterable[Key], others: Iterable[Key] = ()) -> None:
        self.pane = pane
        self.keys = tuple(keys)
        self.others = tuple(others)
        self.typed = ""
        self.chosen = 0
        self.top = 0
        # As the palette does: every command in one list, whether or not something is typed.
        self.lists_everything = False

    @property
    def is_list(self) -> bool:
        """Whether lines are chosen from, rather than read."""
        return self.lists_everything or bool(self.typed)

    @property
    def found(self) -> tuple[Key, ...]:
        """Keys to show: of the pane, or those of any that contain what is typed."""
        if not self.is_list:
            return self.keys
        wanted = self.typed.lower()
        everything = dict.fromkeys((*self.keys, *self.others))
        if not wanted:
            return tuple(everything)
        in_keys = [k for k in everything if self.typed in k.shown.split()]
        in_words = [
            k
            for k in everything
            if k not in in_keys
            and wanted in f"{k.shown} {k.words} {k.group} {' '.join(k.commands)}".lower()
        ]
        return (*in_keys, *in_words)

    @property
    def choice(self) -> Key | None:
        """The line Enter runs; none while the page is only read."""
        found = self.found
        return found[min(self.chosen, len(found) - 1)] if self.is_list and found else None

    def type(self, text: str) -> None:
        """Search for more letters."""
        self.typed += "".join(c for c in text if c.isprintable())
        self.chosen = self.top = 0

    def delete(self) -> None:
        """Take the last letter back."""
        self.typed = self.typed[:-1]
        self.chosen = self.top = 0

    def clear(self) -> bool:
        """Take all letters back; False when there is none."""
        was, self.typed, self.chosen, self.top = self.typed, "", 0, 0
        return bool(was)

    def move(self, by: int, columns: int, rows: int) -> None:
        """Choose another line, or scroll while nothing is searched."""
        if self.is_list:
            self.chosen = max(0, min(self.chosen + by, len(self.found) - 1))
            if not self.top <= self.chosen < self.top + rows:
                self.top = max(0, self.chosen - rows + 1)
            return
        last = max(0, len(self._page(columns)) - rows)
        self.top = max(0, min(self.top + by, last))

    def heading(self, columns: int) -> Line:
        """Line 2: whose keys these are, and what is searched for."""
        count = len(dict.fromkeys((*self.keys, *self.others)))
        rest = f" {count} keys and commands" if columns >= _TWO else ""
        text = self.typed or f"type to search{rest}"
        role: Role = "text" if self.typed else "muted"
        left: Line = (
            Piece(" help for  "),
            Piece(pad_right("all of this page" if self.lists_everything else self.pane, 23)),
        )
        right: Line = (Piece("search ", "accent") if self.typed else Piece(""), Piece(text, role))
        return (*left, *right) if columns >= 60 else left_and_right(left[:1], right, columns)

    def lines(self, columns: int, rows: int) -> list[Line]:
        """What is below, in so many rows."""
        if self.is_list:
            return self._matches(columns)[self.top : self.top + rows]
        page = self._page(columns)
        below = len(page) - self.top - rows
        if below <= 0 or rows < 1:
            return page[self.top : self.top + max(0, rows)]
        more = (Piece(f" ↓ {below + 1} more rows", "accent"), Piece(", PgDn", "muted"))
        return [*page[self.top : self.top + rows - 1], more]

    def ending(self, columns: int) -> list[Line]:
        """The legend of the gutter, and where the rest is."""
        signs: list[Piece] = [Piece(" gutter ", "muted")]
        for sign, words in GUTTER:
            more = (Piece(f"  {sign}", "accent"), Piece(f" {words}", "muted"))
            if line_width((*signs, *more)) <= columns:
                signs += more
        right: Line = (Piece("Esc", "accent"), Piece(" closes this page   ", "muted"))
        if columns < _TWO:
            return [tuple(signs), left_and_right((Piece(" Ctrl+P", "accent"),), right, columns)]
        left: Line = (
            Piece(" Ctrl+P", "accent"),
            Piece(" lists its commands, ", "muted"),
            Piece(":", "accent"),
            Piece(" takes one by name", "muted"),
        )
        return [tuple(signs), left_and_right(left, right, columns)]

    def _matches(self, columns: int) -> list[Line]:
        found = self.found
        if not found:
            return [(Piece(f" no key or command of this page has {self.typed!r} in it", "muted"),)]
        lines: list[Line] = []
        cells = _key_cells(found)
        for at, key in enumerate(found):
            sign = ">" if at == min(self.chosen, len(found) - 1) else " "
            place = f"  {key.pane}" if key.pane and key.pane != self.pane else ""
            left: Line = (
                Piece(f"{sign}  "),
                Piece(pad_right(key.shown, cells), "accent"),
                Piece(key.words),
            )
            lines.append(left_and_right(left, (Piece(place, "muted"),), columns))
        return lines

    def _page(self, columns: int) -> list[Line]:
        groups: dict[str, list[Key]] = {}
        for key in self.keys:
            if key.group == FOUND_ONLY:
                continue
            groups.setdefault(key.group, []).append(key)
        wide = 3 if columns >= _THREE else 2 if columns >= _TWO else 1
        cells = columns // wide - 2 if wide > 1 else columns
        split = _split(list(groups.items()), wide, cells)
        # The last column may go to the edge; others may push what stands beside a long line.
        last = columns - cells * (len(split) - 1)
        rooms = [cells + _PUSH] * (len(split) - 1) + [last]
        drawn = [_column(column, room) for column, room in zip(split, rooms, strict=True)]
        return [fit_line(line, columns) for line in _beside(drawn, cells)]


_Group = tuple[str, list[Key]]


def _column(groups: Sequence[_Group], cells: int) -> list[Line]:
    lines: list[Line] = []
    keys = _key_cells([key for _, rows in groups for key in rows])
    for name, rows in groups:
        lines.append((Piece(f" {name}", bold=True),))
        for key in rows:
            words = fit_end(key.words, max(0, cells - 3 - keys))
            lines.append((Piece("   "), Piece(pad_right(key.shown, keys), "accent"), Piece(words)))
    return lines


def _key_cells(keys: Iterable[Key]) -> int:
    return max(_FEWEST_CELLS, *(width(key.shown) + 2 for key in keys), 0)


def _split(groups: Sequence[_Group], columns: int, cells: int) -> list[list[_Group]]:
    """Groups over columns, in order: without scrolling, with few words cut, as low as can be."""
    splits = [
        [list(groups[start:stop]) for start, stop in pairwise((0, *places, len(groups)))]
        for more in range(columns)
        for places in combinations(range(1, len(groups)), more)
    ]

    def cost(split: list[list[_Group]]) -> tuple[int, int, int]:
        height = max(sum(len(rows) + 1 for _, rows in column) for column in split)
        cut = sum(_cut_words(column, cells + _PUSH) for column in split[:-1])
        return (max(0, height - _ROWS), cut, height)

    return min(splits, key=cost) if groups else []


def _cut_words(groups: Sequence[_Group], cells: int) -> int:
    keys = _key_cells([key for _, rows in groups for key in rows])
    return sum(3 + keys + width(key.words) > cells for _, rows in groups for key in rows)


def _beside(columns: list[list[Line]], cells: int) -> list[Line]:
    lines: list[Line] = []
    for row in range(max((len(column) for column in columns), default=0)):
        pieces: list[Piece] = []
        for column in columns:
            line = column[row] if row < len(column) else ()
            pieces += line
            if column is not columns[-1]:
                pieces.append(Piece(" " * max(0, cells - line_width(line))))
        lines.append(tuple(pieces))
    return lines
