"""The help page, made from the bindings of the pane that had the focus: nothing is listed twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from scaptui.views.bookmark import COLOURS
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
from scaptui.views.view_table import VIEWS

# Names of keys as they stand on the page, where Textual's own differ.
_NAMES: Final = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "backslash": "\\",
    "slash": "/",
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "apostrophe": "'",
    "quotation_mark": '"',
    "vertical_line": "|",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "comma": ",",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "asterisk": "*",
}
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


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding of a pane.

    Attributes:
        command: Its id, by which settings and the palette name it.
        keys: Keys as Textual names them, the first the one to show.
        words: What they do.
    """

    command: str
    keys: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the page.

    Attributes:
        group: Under which heading it stands: move, this event, mark, …
        shown: The keys as people write them.
        words: What they do.
        commands: Ids of its bindings; Enter runs the first.
        pane: The pane it belongs to; empty for all.
    """

    group: str
    shown: str
    words: str
    commands: tuple[str, ...]
    pane: str = ""


# Which bindings share a line, under which heading, in which words. A line whose bindings the pane
# lacks is left out; a binding that stands in no line comes under OTHERS in its own words.
OTHERS: Final = "more"
# Lines that only a search shows: who reads the page knows them, or they are the same everywhere.
FOUND_ONLY: Final = ""
LINES: Final = (
    ("move", ("list.down", "list.up"), "a row"),
    ("move", ("details.down", "details.up"), "a line"),
    ("move", ("bytes.down", "bytes.up"), "a line"),
    ("move", ("columns.down", "columns.up"), "a field"),
    ("move", ("list.page_down", "list.page_up"), "a page"),
    ("move", ("details.page_down", "details.page_up"), "a page"),
    ("move", ("bytes.page_down", "bytes.page_up"), "a page"),
    ("move", ("columns.page_down", "columns.page_up"), "a page"),
    ("move", ("list.half_down", "list.half_up"), "half a page"),
    ("move", ("list.first", "list.last"), "first, last"),
    ("move", ("details.first", "details.last"), "first, last"),
    ("move", ("bytes.first", "bytes.last"), "first, last"),
    ("this column", ("columns.toggle",), "on or off"),
    ("this column", ("columns.right", "columns.left"), "further right, left"),
    ("this column", ("columns.wider", "columns.narrower"), "wider, narrower"),
    ("this column", ("columns.find", "columns.find_next"), "find a field, next"),
    ("this column", ("columns.keep", "columns.restore"), "keep, as before"),
    ("move", ("screen.go_to",), "number or time"),
    ("move", ("events.back", "events.forward"), "back, forward"),
    ("move", ("events.failure", "events.failure_back"), "next, previous failure"),
    ("move", ("events.thread", "events.thread_back"), "same thread"),
    ("move", ("events.descriptor", "events.descriptor_back"), "same descriptor"),
    ("move", ("screen.find", "screen.find_next", "screen.find_previous"), "find, next, previous"),
    ("move", ("tree.parent",), "the parent"),
    ("move", ("tree.event_back", "tree.event_on"), "event back, on"),
    ("move", ("tree.second_back", "tree.second_on"), "second back, on"),
    ("fold", ("details.unfold", "details.fold"), "all fields, fewer"),
    ("fold", ("tree.fold", "tree.unfold"), "fold, unfold"),
    ("fold", ("tree.toggle",), "one or the other"),
    ("fold", ("tree.all",), "unfold all"),
    ("mark", ("events.mark", "events.mark_named", "screen.marks"), "mark, named, list"),
    ("mark", ("events.next_mark", "events.previous_mark"), "next, previous mark"),
    ("mark", ("events.note",), "note"),
    ("mark", ("screen.slice",), "write a slice"),
    ("mark", ("tree.tag", "tree.untag"), "tag, take all tags off"),
    ("process", ("tree.scope",), "events of its subtree"),
    ("process", ("tree.or", "tree.replace"), "or these, only these"),
    ("process", ("tree.files", "tree.environment"), "files, environment"),
    ("process", ("tree.streams",), "its stdout and stderr"),
    ("move", ("stream.next_call", "stream.previous_call"), "next, previous call"),
    ("move", ("stream.next", "stream.previous"), "descriptor on, back"),
    ("this call", ("stream.event",), "its event among all"),
    ("show", ("stream.form",), "text, hex, characters"),
    ("show", ("stream.side",), "one side, or both"),
    ("show", ("stream.request",), "the request it is part of"),
    ("show", ("stream.save",), "save captured bytes"),
    ("show", ("stream.close",), "back"),
    (FOUND_ONLY, ("screen.span", "screen.span_end"), "begin a span of time, filter on it"),
    ("this value", ("list.and", "list.and_not"), "filter with, without"),
    ("this value", ("list.or", "list.replace"), "or it, only it"),
    ("this value", ("list.copy",), "copy it or its row"),
    ("this bookmark", ("bookmarks.event",), "to its event"),
    ("this bookmark", ("bookmarks.note", "bookmarks.name"), "note, name"),
    ("this bookmark", ("bookmarks.delete", "bookmarks.copy"), "delete, copy"),
    (
        "this bookmark",
        tuple(f"bookmarks.{colour}" for colour in COLOURS),
        "magenta, cyan, yellow, green, blue",
    ),
    ("between", ("bookmarks.anchor",), "measure from here"),
    ("between", ("bookmarks.span",), "the events of the span"),
    ("all", ("bookmarks.export",), "write them as Markdown"),
    ("this rule", ("colours.toggle",), "on or off"),
    ("this rule", ("colours.down", "colours.up"), "further down, up"),
    ("this rule", ("colours.role",), "next look"),
    ("this rule", ("colours.name", "colours.filter"), "name, filter"),
    ("this rule", ("colours.add", "colours.delete"), "add one, delete"),
    ("all", ("colours.save",), "keep them in a file"),
    ("this value", ("list.left", "list.right"), "column left, right"),
    ("this value", ("details.and", "details.and_not"), "filter with, without"),
    ("this value", ("details.or", "details.replace"), "or it, only it"),
    ("this value", ("details.copy",), "copy"),
    ("this event", ("events.open", "screen.details"), "details"),
    ("this event", ("screen.payload",), "bytes"),
    ("this event", ("screen.stream",), "stream of its descriptor"),
    ("this event", ("screen.processes",), "its process in the tree"),
    ("this event", ("events.dig",), "filter on its process"),
    ("this event", ("events.partner",), "from enter to exit and back"),
    ("this event", ("list.explain",), "explain call and error"),
    ("this event", ("details.explain",), "explain call and error"),
    ("show", ("screen.filter",), "filter"),
    ("show", ("screen.filter_back",), "the filter before"),
    ("show", ("screen.why",), "why the filter selects this"),
    ("show", ("events.time", "events.reference"), "time format, reference"),
    ("show", ("events.raw",), "one or two rows a call"),
    ("show", ("events.rules", "events.edit_rules"), "colour rules, change them"),
    ("show", ("screen.columns",), "columns"),
    ("show", ("events.tail", "screen.pause"), "follow the tail, pause"),
    ("show", ("tree.sort", "tree.flat"), "sort, tree or flat"),
    ("show", ("tree.ended", "tree.user"), "hide ended, one user"),
    ("show", ("tree.follow",), "follow the event"),
    ("show", ("screen.pane",), "next pane"),
    ("show", ("processes.pane",), "tree or pane below"),
    ("show", ("screen.zoom",), "this pane alone"),
    ("show", ("screen.close",), "close, then quit"),
    ("show", ("processes.close",), "close"),
    ("move", ("slice.next", "slice.previous"), "next, previous field"),
    ("this slice", ("slice.choose",), "choose"),
    ("this slice", ("slice.write",), "write it; on the report open it"),
    ("this slice", ("slice.open", "slice.copy"), "open it, copy its path"),
    ("show", ("slice.close",), "call it off, close"),
    ("this run", ("crashes.events",), "its events, at its end"),
    ("this run", ("crashes.event",), "this event among all"),
    ("this run", ("crashes.output",), "all it wrote to stdout, stderr"),
    ("this run", ("crashes.tree",), "the process tree at its end"),
    ("this run", ("crashes.slice",), "save its events"),
    ("show", ("crashes.report",), "save the report as Markdown"),
    ("show", ("crashes.pane",), "runs or evidence"),
    ("show", ("crashes.close",), "close"),
    ("move", ("picker.down", "picker.up"), "a view"),
    ("move", ("picker.page_down", "picker.page_up"), "ten views"),
    ("this row", ("views.drill",), "the view below, or its event"),
    ("this row", ("views.up",), "up again"),
    ("this row", ("views.events",), "the events behind it"),
    ("show", ("views.sort", "views.sort_back"), "sort by next, previous column"),
    ("show", ("views.invert",), "turn the order round"),
    ("show", ("screen.views",), "views"),
    ("show", ("views.close",), "close"),
    ("this box", ("latency.box",), "begin it, forget it"),
    ("this box", ("latency.filter",), "filter on it"),
    ("this box", ("latency.events",), "its events"),
    ("this box", ("latency.call",), "its commonest call alone"),
    ("show", ("latency.all",), "all calls again"),
    ("show", ("latency.longer", "latency.shorter"), "longer, shorter rows"),
    ("show", ("latency.close",), "close"),
    *(
        (FOUND_ONLY, (f"views.{view.name}",), f"view of {view.title}")
        for view in VIEWS
        if view.pane
    ),
    (FOUND_ONLY, ("screen.pane_back",), "previous pane"),
    ("mark", ("screen.base",), "base, compare threads"),
    ("this finding", ("findings.events",), "all its events"),
    ("this finding", ("findings.event",), "its first event among all"),
    ("show", ("findings.close",), "back"),
    ("show", ("doctor.again",), "look again"),
    ("show", ("doctor.close",), "back"),
    (FOUND_ONLY, ("live.doctor",), "doctor: whether this host can capture"),
    (FOUND_ONLY, ("screen.errors",), "failed calls, ranked"),
    (FOUND_ONLY, ("screen.crashes",), "what restarts or crashed"),
    (FOUND_ONLY, ("screen.export",), "rows to a file"),
    (FOUND_ONLY, ("screen.save_filter",), "give the filter a name"),
    (FOUND_ONLY, ("screen.help",), "help"),
    (FOUND_ONLY, ("screen.commands",), "every command"),
    (FOUND_ONLY, ("screen.stop", "screen.give_up"), "stop what runs"),
)
_KEY_CELLS: Final = 14


def page_keys(bindings: Iterable[Bound], pane: str = "") -> list[Key]:
    """The lines of the page for the bindings of a pane, in the order of the groups."""
    by_command = {bound.command: bound for bound in bindings if bound.command and bound.words}
    keys: list[Key] = []
    told: set[str] = set()
    for group, commands, words in LINES:
        present = [by_command[name] for name in commands if name in by_command]
        told.update(bound.command for bound in present)
        if len(present) == 1 and len(commands) > 1:
            keys.append(_key(group, present, present[0].words, pane))
        elif present:
            keys.append(_key(group, present, words, pane))
    left = [bound for name, bound in by_command.items() if name not in told]
    return [*keys, *(_key(OTHERS, [bound], bound.words, pane) for bound in left)]


def _key(group: str, bounds: Sequence[Bound], words: str, pane: str) -> Key:
    return Key(group, _keys(bounds), words, tuple(bound.command for bound in bounds), pane)


def _keys(bounds: Sequence[Bound]) -> str:
    """The first key of each binding, then their second ones as far as all of those have room."""
    shown = " ".join(key_name(bound.keys[0]) for bound in bounds if bound.keys)
    for place in range(1, max((len(bound.keys) for bound in bounds), default=0)):
        more = [key_name(bound.keys[place]) for bound in bounds if place < len(bound.keys)]
        longer = " ".join([shown, *more])
        if width(longer) > _KEY_CELLS:
            break
        shown = longer
    return shown


def key_name(key: str) -> str:
    """A key as people write it: Ctrl+D, PgUp, G."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    last = last or "+"
    named = _NAMES.get(last)
    if named is None:
        is_function = last[:1] == "f" and last[1:].isdigit()
        named = last.upper() if is_function or modifiers else last
    return "+".join([*(m.capitalize() for m in modifiers), named])


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
            Piece(pad_right("every command" if self.lists_everything else self.pane, 23)),
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
            Piece(" lists every command, ", "muted"),
            Piece(":", "accent"),
            Piece(" takes one by name", "muted"),
        )
        return [tuple(signs), left_and_right(left, right, columns)]

    def _matches(self, columns: int) -> list[Line]:
        found = self.found
        if not found:
            return [(Piece(f" no key or command has {self.typed!r} in it", "muted"),)]
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
