"""The form of a slice: what it is to hold, where it goes, and what became of it."""

import re
from collections.abc import Sequence
from typing import Final, Literal

from scaptui.capture.opening import Filter
from scaptui.capture.recording import packing_of
from scaptui.capture.slicing import SliceReport, Wanted
from scaptui.errors import Refused
from scaptui.views.cells import Line, Piece, Role, fit_end, pad_right, pane_heading, shown
from scaptui.views.file_names import capture_stem
from scaptui.views.format import counted
from scaptui.views.line_editor import LineEditor
from scaptui.views.slice_text import outcome_lines, state_parts

Field = Literal[
    "filter",
    "first",
    "last",
    "marks",
    "around",
    "payload",
    "scrub",
    "blank",
    "notes",
    "file",
    "packing",
    "written",
]
# In the order in which Tab goes through them.
FIELDS: Final[tuple[Field, ...]] = (
    "filter",
    "first",
    "last",
    "around",
    "payload",
    "scrub",
    "blank",
    "file",
    "packing",
)
# Fields in which letters are typed.
TYPED: Final[frozenset[Field]] = frozenset({"first", "last", "around", "blank", "file"})
_LABELS: Final = 15
_SUFFIXES: Final = (("gzip", ".gz"), ("zstd", ".zst"), ("none", ""))
_PACKED: Final = re.compile(r"\.(gz|zst|zstd)$")
_AROUND: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ns|us|ms|s|events?|)")
_UNITS: Final = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
# Characters of a name that is made of a filter.
_NAME: Final = 24


class SliceForm:
    """What is asked for, field by field, and the report once it is written.

    Attributes:
        chosen: The field that has the keyboard.
        whole: All events of the filter are wanted, not those between two.
        between_marks: Of these only those from the first bookmark to the last.
        takes_notes: Bookmarks are to be taken along.
        marks: Numbers of the events with bookmarks, ascending.
        report: What became of it, None before.
        expected: What it would be, None while that is not known.
        going_on: What is being done, empty when nothing is.
        refused: Why it could not be made, empty when it could.
        noted: What became of the bookmarks, empty when there is nothing to tell.
        asks: The name of a file whose place is to be taken once Enter says so again.
    """

    def __init__(
        self, source: str, filter_text: str, span: tuple[int, int], marks: Sequence[int] = ()
    ) -> None:
        self.chosen: Field = "filter"
        self.whole = True
        self.scrub = self.without_payload = self.between_marks = False
        self.takes_notes = True
        self.marks = tuple(marks)
        self.report: SliceReport | None = None
        self.expected: SliceReport | None = None
        self.noted = self.written = self.going_on = self.refused = self.asks = ""
        self._is_filtered = bool(filter_text)
        self._editors: dict[Field, LineEditor] = {
            "first": LineEditor(str(span[0])),
            "last": LineEditor(str(span[1])),
            "around": LineEditor("0 ms"),
            "blank": LineEditor(),
            "file": LineEditor(proposed_name(source, filter_text)),
        }

    @property
    def fields(self) -> Sequence[Field]:
        """The fields there are now."""
        fields = list(FIELDS)
        if len(self.marks) > 1:
            fields.insert(fields.index("last") + 1, "marks")
        if self.marks:
            fields.insert(fields.index("file"), "notes")
        return [*fields, "written"] if self.report is not None else fields

    @property
    def carries(self) -> bool:
        """Whether bookmarks are taken along: what is blanked may stand in a note, too."""
        return bool(self.marks) and self.takes_notes and not self._editors["blank"].text

    @property
    def editor(self) -> LineEditor | None:
        """The text of the field that has the keyboard, None of one without."""
        return self._editors.get(self.chosen)

    @property
    def path(self) -> str:
        """The file that is to be written."""
        return self._editors["file"].text

    def move(self, by: int) -> None:
        """Go to another field."""
        fields = self.fields
        self.chosen = fields[(fields.index(self.chosen) + by) % len(fields)]

    def choose(self) -> bool:
        """Turn what the field is about; whether it is such a field."""
        match self.chosen:
            case "filter":
                self.whole, self.between_marks = True, False
            case "first" | "last":
                self.whole = self.between_marks = False
            case "marks":
                self.whole, self.between_marks = False, True
            case "notes":
                self.takes_notes = not self.takes_notes
            case "payload":
                self.without_payload = not self.without_payload
            case "scrub":
                self.scrub = not self.scrub
            case "packing":
                self._next_packing()
            case _:
                return False
        return True

    def changed(self) -> None:
        """Something was typed or chosen: what is known of it is of before."""
        if self.chosen in {"first", "last"}:
            self.whole = self.between_marks = False
        self.expected, self.refused, self.asks = None, "", ""

    def wanted(self, selected: Filter | None) -> Wanted:
        """What is asked for.

        Raises:
            Refused: a number or time cannot be understood.
        """
        around_events, around_ns = self._around()
        first = last = None
        if self.between_marks:
            first, last = self.marks[0], self.marks[-1]
        elif not self.whole:
            first, last = self._number("first"), self._number("last")
        return Wanted(
            selected,
            first,
            last,
            around_events=around_events,
            around_ns=around_ns,
            scrub=self.scrub,
            redact=self._editors["blank"].text or None,
            without_payload=self.without_payload,
            marks=self.marks,
        )

    def lines(self, width: int, height: int) -> tuple[list[Line], int]:
        """The form and the report for a size, and the line of the field that has the keyboard.

        Where there is not room for all, what is around that field is shown, and the report.
        """
        form: list[Line] = []
        places: dict[Field, int] = {}
        for field, line in self._form():
            if field is not None:
                places.setdefault(field, len(form))
            form.append(line)
        told = self._told(width)
        room = max(1, height - len(told))
        place = places.get(self.chosen, len(form) - 1)
        top = max(0, min(place - room // 2, len(form) - room))
        shown_form = form[top : top + room]
        blank = max(0, height - len(shown_form) - len(told))
        gap: list[Line] = [()] * min(blank, 1)
        at = len(shown_form) + len(gap) if self.chosen == "written" else place - top
        return [*shown_form, *gap, *told], at

    def _form(self) -> list[tuple[Field | None, Line]]:
        count = "the events" if self.expected is None else f"the {self.expected.events:,} events"
        if self.expected is not None and self.expected.events == 1:
            count = "the 1 event"
        of = "of the filter" if self._is_filtered else "of the capture"
        between = (
            *self._label(""),
            Piece(_mark(not (self.whole or self.between_marks)) + " those from event "),
            *self._text("first"),
            Piece(" to event "),
            *self._text("last"),
        )
        payload = f"{_box(self.without_payload)} payload of reads and writes"
        scrub = f"{_box(self.scrub)} processes outside the slice, except ancestors"
        events = f"{_mark(self.whole)} {count} {of}"
        around = (*self._label("around it"), *self._text("around"), Piece(" before and after"))
        packing = packing_of(self.path)
        packings = "  ".join(f"{_mark(name == packing)} {name}" for name, _ in _SUFFIXES)
        rows: list[tuple[Field | None, Line]] = [
            ("filter", (*self._label("write"), self._piece("filter", events))),
            ("first", between),
            ("around", around),
            (None, (*self._label("state"), *self._state()[0])),
            (None, (*self._label(""), *self._state()[1])),
            ("payload", (*self._label("leave out"), self._piece("payload", payload))),
            ("scrub", (*self._label(""), self._piece("scrub", scrub))),
            ("blank", (*self._label("blank"), *self._text("blank"), *self._blank_hint())),
            ("file", (*self._label("file"), *self._text("file"))),
            ("packing", (*self._label("compress"), self._piece("packing", packings))),
            (None, (*self._label("size"), *self._size())),
        ]  # fmt: skip
        if len(self.marks) > 1:
            span = f"those from bookmark {self.marks[0]} to bookmark {self.marks[-1]}"
            text = f"{_mark(self.between_marks)} {span}"
            rows.insert(2, ("marks", (*self._label(""), self._piece("marks", text))))
        if self.marks:
            text = f"{_box(self.carries)} bookmarks, {self._inside()}"
            rows.insert(-3, ("notes", (*self._label("take along"), self._piece("notes", text))))
        return rows

    def _inside(self) -> str:
        if self._editors["blank"].text:
            return "not where texts are blanked: notes stay as they are"
        if self.expected is None:
            return f"{len(self.marks)} in all"
        return f"{len(self.expected.marks)} of {len(self.marks)} fall inside"

    def _label(self, text: str) -> Line:
        return (Piece(pad_right(f" {text}", _LABELS), "muted"),)

    def _piece(self, field: Field, text: str) -> Piece:
        return Piece(text, "selection" if field == self.chosen else "text")

    def _text(self, field: Field) -> Line:
        """A text, with the cursor in it where it has the keyboard."""
        editor = self._editors[field]
        if field != self.chosen:
            return (Piece(shown(editor.text) or "nothing", "text" if editor.text else "muted"),)
        text, at = editor.text, editor.cursor
        return (
            Piece(text[:at], "accent"),
            Piece(text[at : at + 1] or " ", "selection"),
            Piece(text[at + 1 :], "accent"),
        )

    def _blank_hint(self) -> Line:
        if self.chosen == "blank":
            return (Piece("  a regular expression, in payload and texts", "muted"),)
        return ()

    def _state(self) -> tuple[Line, Line]:
        if self.expected is None:
            return (Piece("as of the first event, and what changes it later"),), ()
        processes, descriptors, *others = state_parts(self.expected)
        first = f"as of the first event: {processes}, {descriptors},"
        hidden = counted(self.expected.hidden, "event")
        later = f"; {hidden} change it later" if self.expected.hidden else ""
        return (Piece(first),), (Piece(", ".join(others) + later),)

    def _size(self) -> Line:
        if self.expected is None:
            return (Piece("being counted", "muted"),)
        packed = ", before it is compressed" if packing_of(self.path) != "none" else ""
        return (Piece(f"about {_kilobytes(self.expected.unpacked)}{packed}", "muted"),)

    def _told(self, width: int) -> list[Line]:
        """The lower part: what is going on, why it was refused, or the report."""
        told: list[Line]
        if self.going_on:
            heading, told = "writing", [(Piece(f"   {self.going_on}, Esc calls it off"),)]
        elif self.asks:
            heading = "exists"
            text = f"   {fit_end(shown(self.asks), width - 44)} exists, Enter writes over it"
            told = [(Piece(text, "warning"),)]
        elif self.refused:
            heading = "not written"
            told = [(Piece(f"   {fit_end(self.refused, width - 3)}", "failed", bold=True),)]
        elif self.report is not None:
            heading, told = "written", outcome_lines(self.report, self.written, width)
            if self.noted:
                told.append((Piece(f"   {fit_end(self.noted, width - 3)}"),))
            keys = " Enter opens the slice, c copies its path"
            role: Role = "accent" if self.chosen == "written" else "muted"
            told = [*told, (Piece(keys, role),)]
        else:
            return []
        return [pane_heading(heading, "", width, focused=self.chosen == "written"), *told]

    def _around(self) -> tuple[int, int]:
        text = self._editors["around"].text.strip()
        found = _AROUND.fullmatch(text or "0")
        if found is None:
            raise Refused(f"{text!r} is neither a time nor a number of events", "as 10 ms, or 5")
        if found[2] in _UNITS:
            return 0, round(float(found[1]) * _UNITS[found[2]])
        return int(float(found[1])), 0

    def _number(self, field: Field) -> int:
        digits = self._editors[field].text.strip().replace(",", "")
        if not (digits.isascii() and digits.isdigit()):
            raise Refused(f"{digits!r} is no number of an event", "numbers are those of the list")
        return min(int(digits), 2**32 - 1)

    def _next_packing(self) -> None:
        editor = self._editors["file"]
        names = [name for name, _ in _SUFFIXES]
        after = (names.index(packing_of(editor.text)) + 1) % len(names)
        editor.set(_PACKED.sub("", editor.text) + _SUFFIXES[after][1])


def proposed_name(source: str, filter_text: str) -> str:
    """A name for the file of a slice: that of the capture with words of the filter, compressed."""
    words = re.findall(r"[A-Za-z0-9_]{2,}", filter_text)
    # The values of a filter tell more than its fields, which all look alike.
    known = {"and", "or", "not", "in", "contains", "evt", "proc", "fd", "container", "name", "type"}
    value = next((word for word in reversed(words) if word not in known), "slice")
    return f"{capture_stem(source)}-{value[:_NAME]}.scap.gz"


def _mark(on: bool) -> str:  # noqa: FBT001 - what it draws
    return "(x)" if on else "( )"


def _box(on: bool) -> str:  # noqa: FBT001 - what it draws
    return "[x]" if on else "[ ]"


def _kilobytes(size: int) -> str:
    if size < 10_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:,.1f} MB" if size >= 1_000_000 else f"{size // 1000} kB"
