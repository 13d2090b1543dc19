"""Everything about the event under the cursor, as lines that can become clauses.

Below an 80 cell list five lines tell what one asks first; unfolded, and in a pane of its own, there
are sections: the event, its process as of then, lineage, container, descriptors, every field.
"""

from collections.abc import Sequence

from scaptui._core import Call, Capture
from scaptui.views.cells import Line, pane_heading
from scaptui.views.detail_lines import DetailLine, folded_lines
from scaptui.views.detail_sections import field_lines, section_lines
from scaptui.views.facts import Facts
from scaptui.views.units import Zone


class DetailsModel:
    """The details pane: lines of one event, a cursor among those that can become clauses."""

    def __init__(self, capture: Capture, zone: Zone) -> None:
        self.capture, self.zone = capture, zone
        self.unfolded = False
        """Whether sections and all fields are shown where otherwise five lines are."""
        self.sections = False
        """Whether the pane stands beside the list and always shows sections."""
        self.brief = False
        """Whether event, process and lineage are all there is room for."""
        self.cells, self.height = 80, 5
        self.top = self.cursor = 0
        self._facts: Facts | None = None
        self._following: Sequence[Call] = ()
        self._lines: list[DetailLine] | None = None

    @property
    def number(self) -> int | None:
        """Number of the event shown."""
        return self._facts.number if self._facts else None

    @property
    def facts(self) -> Facts | None:
        """What is known of the event shown."""
        return self._facts

    @property
    def has_sections(self) -> bool:
        """Whether more is shown than five lines."""
        return self.sections or self.unfolded

    def show(
        self,
        number: int | None,
        following: Sequence[Call] = (),
        place_in_pod: tuple[int, int] | None = None,
    ) -> None:
        """Show another event. `following`: calls after it, for what happened next."""
        if number != self.number:
            self._facts = None if number is None else Facts(self.capture, number, self.zone)
            self.top = 0
        self._following = following
        if self._facts is not None:
            self._facts.place_in_pod = place_in_pod
        self._rebuild()

    def resize(self, cells: int, height: int) -> None:
        """Give the pane another size."""
        changed = cells != self.cells
        self.cells, self.height = cells, max(0, height)
        if changed:
            self._rebuild()

    def unfold(self, *, on: bool) -> bool:
        """Show all there is, or five lines; whether that changed."""
        changed, self.unfolded = on != self.unfolded, on
        self.top = 0
        self._rebuild()
        return changed

    def lines(self) -> list[DetailLine]:
        """All lines, also those beyond the window."""
        if self._lines is None:
            self._lines = self._made()
        return self._lines

    def visible(self, *, focused: bool = True) -> list[Line]:
        """Lines in the window; the cursor's has `>` and is selected when the pane has the focus."""
        shown_lines = self.lines()[self.top : self.top + self.height]
        found = []
        for at, detail in enumerate(shown_lines, self.top):
            line = detail.line
            if focused and at == self.cursor and detail.is_clause:
                first = line[0]._replace(text=">" + line[0].text[1:])
                line = tuple(p._replace(role="selection") for p in (first, *line[1:]))
            found.append(line)
        return found

    def heading(self, *, focused: bool = False) -> Line:
        """The first line of the pane below the list."""
        if self._facts is None:
            return pane_heading("event", "none here", self.cells, focused=focused)
        count = f"{len(self._facts.all_fields())} fields"
        return pane_heading(f"event {self._facts.number}", count, self.cells, focused=focused)

    def chosen(self) -> DetailLine | None:
        """The line under the cursor, when it can become a clause."""
        lines = self.lines()
        chosen = lines[self.cursor] if self.cursor < len(lines) else None
        return chosen if chosen is not None and chosen.is_clause else None

    def move(self, lines: int) -> bool:
        """Move the cursor by so many lines that can become clauses; whether it moved."""
        places = [at for at, line in enumerate(self.lines()) if line.is_clause]
        if not places:
            return False
        here = min(range(len(places)), key=lambda at: abs(places[at] - self.cursor))
        moved = places[max(0, min(here + lines, len(places) - 1))]
        changed, self.cursor = moved != self.cursor, moved
        self._scroll()
        return changed

    def select(self, line: int) -> bool:
        """Put the cursor on a line, when that can become a clause; whether it moved."""
        lines = self.lines()
        moved = 0 <= line < len(lines) and lines[line].is_clause and line != self.cursor
        if moved:
            self.cursor = line
        return moved

    def _scroll(self) -> None:
        third = max(1, self.height // 3)
        if self.cursor < self.top:
            self.top = max(0, min(self.cursor, self.top - third))
        elif self.cursor >= self.top + self.height:
            self.top = max(self.cursor - self.height + 1, self.top + third)

    def _rebuild(self) -> None:
        """Make the lines anew; the cursor stays on its field, or goes to the first there is."""
        field = self.chosen_field()
        self._lines = None
        places = [(at, line.field) for at, line in enumerate(self.lines()) if line.is_clause]
        # Among the sections and in the list of all fields a field may stand more than once.
        same = [at for at, name in places if name == field]
        first = places[0][0] if places else 0
        self.cursor = min(same, key=lambda at: abs(at - self.cursor), default=first)
        self._scroll()

    def chosen_field(self) -> str:
        """Name of the field under the cursor, empty without one."""
        lines = self._lines or []
        return lines[self.cursor].field if self.cursor < len(lines) else ""

    def _made(self) -> list[DetailLine]:
        facts = self._facts
        if facts is None:
            return []
        if not self.has_sections:
            return folded_lines(facts, self.cells)
        most = 3 if self.brief and not self.unfolded else None
        lines = section_lines(facts, self.cells, self._following, most=most)
        return [*lines, *field_lines(facts, self.cells)] if self.unfolded else lines
