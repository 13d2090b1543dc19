"""What a view asks of the core, as plain data: keys, columns, and how their values read."""

from dataclasses import dataclass
from typing import Final, Literal

Aggregate = Literal["count", "failed", "sum", "min", "max", "distinct", "first", "last"]
Form = Literal["text", "path", "address", "count", "bytes", "memory", "latency", "time", "id"]
"""How values are shown: numbers stand right, `bytes` in 1000s, `memory` (bytes) in 1024s, `latency`
and `time` are ns, an `id` is a number that names something."""

# Keys by the digit typed with Alt: Textual reads them as what a Mac types then.
ALT_DIGITS: Final = {
    1: "inverted_exclamation_mark", 2: "trade_mark_sign", 3: "pound_sign", 4: "cent_sign",
    5: "infinity", 6: "section_sign", 7: "pilcrow_sign", 8: "bullet",
}  # fmt: skip
NUMBERS: frozenset[Form] = frozenset({"count", "bytes", "memory", "latency", "time", "id"})


@dataclass(frozen=True, slots=True)
class Key:
    """What rows are told apart by.

    Attributes:
        name: Its name in headings and in output.
        field: The field; others that stand in for it follow behind bars.
        form: How its values are shown.
        about: What it tells.
    """

    name: str
    field: str
    form: Form = "text"
    about: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The field and those that stand in for it."""
        return tuple(self.field.split("|"))


@dataclass(frozen=True, slots=True)
class Column:
    """What is told of a row.

    Attributes:
        name: Its name in headings and in output, and what --sort takes.
        aggregate: What of the row's events is told.
        field: Of which field, as for keys; empty where the aggregate needs none.
        form: How its values are shown.
        among: A filter: only those of the row's events count.
        about: What it tells.
    """

    name: str
    aggregate: Aggregate
    field: str = ""
    form: Form = "count"
    among: str = ""
    about: str = ""

    @property
    def descends(self) -> bool:
        """Whether the greatest come first when rows are put in its order."""
        return self.form in NUMBERS and self.form not in {"time", "id"}


Source = Literal["events", "threads", "descriptors", "sockets", "listening", "requests", "latency"]
"""Where rows come from: groups of events, what exists as of an event, HTTP requests, or calls by
time and latency."""


@dataclass(frozen=True, slots=True)
class View:
    """One question people ask of a capture.

    Attributes:
        name: How it is called on the command line.
        question: The question, a sentence.
        rows: What a row is, and which events count.
        keys: What rows are told apart by, the one that names the row first.
        columns: What is told of each.
        sort: Columns by whose order rows stand, the most important first.
        filter: Which events are looked at, besides those that the user's filter selects.
        drill: The view that Enter opens, with a clause for the row's keys; empty for its events.
        source: Where rows come from.
        order: The cells that text and screen show, in this order; all where empty.
        pane: The key Alt+digit that opens it, 0 for none.
    """

    name: str
    question: str
    rows: str
    keys: tuple[Key, ...]
    columns: tuple[Column, ...]
    sort: tuple[str, ...]
    filter: str = ""
    drill: str = ""
    source: Source = "events"
    order: tuple[str, ...] = ()
    pane: int = 0

    @property
    def title(self) -> str:
        """Its name as people read it."""
        return self.name.replace("-", " ")

    @property
    def is_list(self) -> bool:
        """Whether each event is a row of its own."""
        return self.keys[0].field == "evt.num"

    @property
    def is_of_moment(self) -> bool:
        """Whether its rows are what exists as of an event."""
        return self.source in {"threads", "descriptors", "sockets", "listening"}

    @property
    def cells(self) -> tuple[Key | Column, ...]:
        """Keys and columns in the order of a row's cells."""
        return (*self.keys, *self.columns)

    @property
    def shown(self) -> tuple[int, ...]:
        """The places of the cells that are shown, in the order in which they are."""
        names = self.order or tuple(cell.name for cell in self.cells)
        return tuple(self.place(name) for name in names)

    def place(self, name: str) -> int:
        """Where a key or column stands among a row's cells.

        Raises:
            KeyError: there is none of this name.
        """
        for at, cell in enumerate(self.cells):
            if cell.name == name:
                return at
        raise KeyError(name)
