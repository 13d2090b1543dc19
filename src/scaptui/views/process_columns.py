"""Rows of the process tree as lines: which columns a width has room for, and their cells."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, NamedTuple

from scaptui.views import units
from scaptui.views.cells import Line, Piece, Role, fit_end, fit_middle, glimpse, pad_left, pad_right
from scaptui.views.cells import width as cells_of
from scaptui.views.event_rows import ended_shortly
from scaptui.views.names import named
from scaptui.views.process_rows import Row
from scaptui.views.process_snapshot import Process, Snapshot, Sums
from scaptui.views.process_tree import ProcessTreeModel
from scaptui.views.units import Zone

NORMAL: Final = 80
WIDE: Final = 120
# From this width of the screen the pane of one process stands at the right.
WITH_PANE: Final = 150
PANE: Final = 34
GUTTER: Final = 3
# Cells kept for the number of folded descendants, so that names do not change with it.
_FOLDED: Final = 4
# No line of a screen is longer; arguments may be megabytes.
_LONGEST: Final = 2_048
_INTERPRETER: Final = re.compile(
    rb"(?:ba|da|z|k|fi|c|tc|a)?sh|python[\d.]*|perl[\d.]*|ruby[\d.]*|node|nodejs|php[\d.]*|lua[\d.]*"
)
_SCRIPT: Final = re.compile(rb"(\S+) ([^-\s]\S*)(.*)", re.DOTALL)


class Cell(NamedTuple):
    """What one cell of a row is made from."""

    process: Process
    sums: Sums
    zone: Zone
    containers: Mapping[bytes, str]


class Column(NamedTuple):
    """A column: its heading, cells (0 for all that is left), side, and what stands in it."""

    heading: str
    cells: int
    side: Literal["left", "right"]
    text: Callable[[Cell], tuple[str, Role]]


def columns(width: int, pid_cells: int) -> tuple[Column, ...]:
    """The columns a screen of this width has room for."""
    number: Role = "muted"

    def pid(cells: int) -> Column:
        return Column("PID", max(cells, pid_cells), "right", lambda c: (str(c.process.pid), number))

    def counted(heading: str, cells: int, of: Callable[[Sums], int]) -> Column:
        return Column(heading, cells, "right", lambda c: (count(of(c.sums), cells), "text"))

    def traffic(heading: str, cells: int, of: Callable[[Sums], int]) -> Column:
        return Column(heading, cells, "right", lambda c: (units.traffic(of(c.sums)), "text"))

    process = Column("PROCESS", 0, "left", lambda _: ("", "text"))
    end = Column("END", 8, "left", lambda c: (ended(c.process), ended_role(c.process)))
    if width < NORMAL:
        return pid(6), process, counted("FAIL", 4, lambda s: s.failed), end
    wide = width >= WIDE
    numbers = (
        counted("EVENTS", 7, lambda s: s.events),
        counted("FAIL", 5 if wide else 4, lambda s: s.failed),
        traffic("IN", 6 if wide else 5, lambda s: s.read_bytes),
        traffic("OUT", 6 if wide else 5, lambda s: s.written_bytes),
        Column("RSS", 6 if wide else 5, "right", lambda c: (_resident(c.process), "text")),
    )
    container = Column(
        "CONTAINER" if wide else "CONTNR",
        12 if wide else 8,
        "left",
        lambda c: (c.containers[c.process.container], "address"),
    )
    if not wide:
        return (pid(6), process, *numbers, end, container)
    started = Column("STARTED", 13, "right", lambda c: (_started(c), "muted"))
    return (pid(7), process, *numbers, started, end, container)


class TreeLines:
    """Lines of a tree at one width of the screen, `width` cells each."""

    def __init__(
        self, model: ProcessTreeModel, zone: Zone, screen_width: int, *, alone: bool = False
    ) -> None:
        self.model = model
        self.zone = zone
        self.screen_width = screen_width
        beside = screen_width >= WITH_PANE and not alone
        self.width = screen_width - PANE if beside else screen_width
        # Two blanks before the line between list and pane.
        self._used = self.width - 2 if beside else self.width
        self._snapshot: Snapshot | None = None
        self._columns: tuple[Column, ...] = ()
        self._containers: Mapping[bytes, str] = {}

    def columns(self, pid_cells: int) -> tuple[Column, ...]:
        """The columns there is room for; process ids have so many digits."""
        return columns(self.screen_width, pid_cells)

    def heading(self) -> Line:
        """Names of the columns; `▾` stands before the one that gives the order."""
        self._look_at_snapshot()
        pieces = [Piece(" " * GUTTER)]
        for place, column in enumerate(self._columns):
            cells = self._cells(column)
            text = (pad_left if column.side == "right" else pad_right)(column.heading, cells)
            is_sorted = column.heading == self.model.sort.column
            before = "" if place == 0 else " "
            if is_sorted and column.side == "right" and text.startswith(" "):
                text = text[: -len(column.heading) - 1] + "▾" + column.heading
            elif is_sorted:
                before = "▾"
            pieces.append(Piece(before + text, "heading", bold=True))
        return tuple(pieces)

    def row(self, index: int) -> Line:
        """One row with its gutter."""
        self._look_at_snapshot()
        row = self.model.rows[index]
        process = self.model.snapshot.processes[row.position]
        gutter = self._gutter(index, row, process)
        if row.quiet:
            blank = " " * self._cells(self._columns[0])
            return (*gutter, Piece(f"{blank} "), *self._quiet(index, row))
        cell = Cell(process, self.model.sums(row), self.zone, self._containers)
        pieces = list(gutter)
        for place, column in enumerate(self._columns):
            if place:
                pieces.append(Piece(" "))
            if column.cells:
                text, role = column.text(cell)
                fit = fit_middle if column.text is self._columns[-1].text else fit_end
                fitted = fit(text, column.cells)
                padded = (pad_left if column.side == "right" else pad_right)(fitted, column.cells)
                pieces.append(Piece(padded, _dead(role, process), bold=role == "failed"))
            else:
                pieces.extend(self._process(index, row, process))
        return tuple(pieces)

    def window(self) -> list[Line]:
        """The rows in sight."""
        return [self.row(index) for index in self.model.window()]

    def _look_at_snapshot(self) -> None:
        snapshot = self.model.snapshot
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            pid_cells = max((len(str(process.pid)) for process in snapshot.processes), default=0)
            self._columns = self.columns(pid_cells)
            last = self._columns[-1]
            self._containers = short_names({p.container for p in snapshot.processes}, last.cells)

    def _cells(self, column: Column) -> int:
        if column.cells:
            return column.cells
        others = sum(other.cells + 1 for other in self._columns if other is not column)
        return max(8, self._used - GUTTER - others)

    def _gutter(self, index: int, row: Row, process: Process) -> tuple[Piece, ...]:
        cursor = ">" if index == self.model.cursor else " "
        tag = Piece(" ") if row.quiet or process.thread not in self.model.tags else _TAG
        snapshot = self.model.snapshot
        if ended_badly(process):
            verdict = Piece("×", "failed", bold=True)
        elif row.position == snapshot.actor and snapshot.actor_failed:
            verdict = Piece("!", "failed")
        else:
            verdict = Piece(" ")
        return Piece(cursor), tag, verdict

    def _branch(self, index: int, row: Row, cells: int) -> str:
        # Half of the column is for the name, however deep the tree.
        lines = self.model.branch(index, max(1, cells // 4))
        if self.model.flat:
            return ""
        return lines + {"leaf": " " if lines else "", "open": "▾ ", "folded": "▸ "}[row.fold]

    def _quiet(self, index: int, row: Row) -> tuple[Piece, ...]:
        cells = self._used - GUTTER - self._cells(self._columns[0]) - 1
        branch = self._branch(index, row, self._process_cells())
        text = fit_end(f"{len(row.quiet):,} more, exit 0", cells - cells_of(branch))
        return Piece(branch, "muted"), Piece(text, "muted")

    def _process_cells(self) -> int:
        return next(self._cells(column) for column in self._columns if not column.cells)

    def _process(self, index: int, row: Row, process: Process) -> Iterable[Piece]:
        cells = self._process_cells()
        branch = self._branch(index, row, cells)
        room = cells - cells_of(branch)
        hidden = self.model.sums(row).descendants
        folded = f" +{hidden:,}" if row.fold == "folded" else ""
        kept = max(_FOLDED, len(folded)) if folded else 0
        name = fit_end(self._name(process, room - kept), room - kept)
        yield Piece(branch, "muted")
        yield Piece(name, "muted" if process.ended else "text")
        if folded:
            yield Piece(folded, "accent")
        yield Piece(" " * (room - cells_of(name) - len(folded)))

    def _name(self, process: Process, cells: int) -> str:
        if self.screen_width < WIDE:
            return program(process)
        whole = arguments(process)
        return whole if cells_of(whole) <= cells else _with_short_script(process)


_TAG: Final = Piece("●", "mark", bold=True)


def program(process: Process) -> str:
    """The program's name; of a script the interpreter's and the script's, without its folder."""
    script = _script(process)
    name = named(process.name)
    return f"{name} {glimpse(script[1].rpartition(b'/')[2])}" if script else name


def of_no_process(process: Process) -> str:
    """What is to be said of a thread in no table."""
    return f"thread {process.pid} belongs to no known process" if process.stray else ""


def arguments(process: Process) -> str:
    """The program's name with its arguments."""
    return named((process.cmdline or process.name)[:_LONGEST])


def ended(process: Process) -> str:
    """How a process ended, in a few cells: `exit 1`, `SIGSEGV`, `gone`; empty while it lives."""
    return ended_shortly(process.ended)


def ended_badly(process: Process) -> bool:
    """Whether it ended with an error status or by a signal."""
    return process.ended not in ("", "exit 0", "gone")


def count(number: int, cells: int) -> str:
    """A count; one too long for its cells goes to the next unit."""
    text = units.counted(number)
    return text if len(text) <= cells else units.traffic(number)


def short_names(containers: Iterable[bytes], cells: int) -> dict[bytes, str]:
    """Names of containers in so many cells: their beginnings, or both ends where those are equal.

    Empty is the host.
    """
    names = {container: glimpse(container) if container else "host" for container in containers}
    beginnings: dict[str, int] = {}
    for name in names.values():
        beginnings[name[:cells]] = beginnings.get(name[:cells], 0) + 1
    return {
        container: name[:cells]
        if beginnings[name[:cells]] == 1 and _is_id(name)
        else fit_middle(name, cells)
        for container, name in names.items()
    }


def _is_id(name: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{12,}", name) is not None


def _script(process: Process) -> tuple[bytes, bytes, bytes] | None:
    """Name, script and what follows, of a process that interprets a script."""
    line = process.cmdline[:_LONGEST]
    if not _INTERPRETER.fullmatch(process.name) or not line.startswith(process.name + b" "):
        return None
    found = _SCRIPT.match(line)
    return (found[1], found[2], found[3]) if found else None


def _with_short_script(process: Process) -> str:
    """As `arguments`, with a script's name without its folder."""
    script = _script(process)
    if script is None:
        return arguments(process)
    return glimpse(script[0] + b" " + script[1].rpartition(b"/")[2] + script[2])


def ended_role(process: Process) -> Role:
    """Red for a bad end, quiet for a good one."""
    return "failed" if ended_badly(process) else "muted"


def _dead(role: Role, process: Process) -> Role:
    """Processes that ended are muted, but for what tells of them."""
    return "muted" if process.ended and role == "text" else role


def _resident(process: Process) -> str:
    # The kernel never tells 0 of a program that runs: nothing was told.
    return units.memory(process.resident_kb) if process.resident_kb else "-"


def _started(cell: Cell) -> str:
    started = cell.process.started
    return "before" if started is None else units.clock(started, cell.zone)
