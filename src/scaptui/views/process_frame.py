"""The lines around the process tree: which moment it shows, and what the cursor is on."""

from collections import Counter
from typing import Final, Protocol

from scaptui.views import units
from scaptui.views.cells import Line, Piece, fit_end, glimpse, left_and_right, line_width
from scaptui.views.format import NS, counted
from scaptui.views.names import named
from scaptui.views.process_columns import WIDE, of_no_process
from scaptui.views.process_snapshot import Process, Snapshot
from scaptui.views.process_tree import ProcessTreeModel
from scaptui.views.unfiltered import DROPS
from scaptui.views.units import Zone

# On wide screens the moment keeps its place under filters of up to so many cells.
_FILTER_CELLS: Final = 28
# The user whose processes alone are shown.
_USER_CELLS: Final = 16
# No screen has room for more.
_ANCESTORS: Final = 64


class Rows(Protocol):
    """Rows of events in order, as a `Selection` of the core has them."""

    def number(self, row: int) -> int | None:
        """Event number of a row."""

    def row(self, number: int) -> int:
        """The row of an event, else of the next one after it."""

    def row_at(self, ts: int) -> int:
        """The first row at or after a time."""


def moment_line(model: ProcessTreeModel, filter_text: str, zone: Zone, width: int) -> Line:
    """Line 2: the filter, as of which event, how many processes live and ended.

    The filter stays whole as long as giving up the offset, then the time, leaves room for it.
    """
    snapshot = model.snapshot
    counted_here = model.of_user()
    alive = sum(1 for process in counted_here if not process.ended)
    how = "hidden" if model.ended_hidden else "ended"
    counts = f"{alive:,} alive, {len(counted_here) - alive:,} {how}"
    if model.only_user is not None:
        counts = f"of {fit_end(glimpse(model.only_user) or '?', _USER_CELLS)}: {counts}"
    text = filter_text or "none"
    left = [Piece(" filter  ", "muted"), Piece(text)]
    if width >= WIDE:
        blank = max(0, _FILTER_CELLS - line_width(tuple(left)))
        left.append(Piece(" " * blank))
    room = width - len(counts) - 3
    moments = _moments(snapshot, zone, width)
    moment = next((m for m in moments if line_width((*left, *m)) <= room), moments[-1])
    kept = left_and_right(tuple(left), moment, min(room, line_width((*left, *moment))))
    return left_and_right(kept, (Piece(f"   {counts}"),), width)


def lineage_line(model: ProcessTreeModel, position: int) -> Line:
    """The process and its ancestors, and its numbers. A parent in no table has a `?`."""
    line = model.lineage(position)
    pieces = [Piece(" ")]
    for process in line[:_ANCESTORS]:
        if len(pieces) > 1:
            pieces.append(Piece(" ‹ ", "muted"))
        pieces.append(Piece(f"{process.pid} {named(process.name)}"))
    if line[0].stray:
        pieces.append(Piece(f"   {of_no_process(line[0])}", "warning"))
    root = line[-1]
    if root.ptid > 0:
        pieces += [Piece(" ‹ ", "muted"), Piece(unknown_parent(root), "muted")]
    return (*pieces, Piece("     "), Piece(_numbers(line[0]), "muted"))


def nowhere(snapshot: Snapshot) -> str:
    """Why the cursor is on no process."""
    missing = snapshot.missing
    if missing is None:
        said = f"no process has events that the filter selects: {DROPS}"
        return said if snapshot.chosen else "no process is known yet"
    event = f"of event {snapshot.at}"
    if missing.is_stray:
        return f"thread {missing.number} {event} belongs to no known process"
    return f"process {missing.number} {event} has no selected events: {DROPS}"


def unknown_parent(root: Process) -> str:
    """What is known of a parent that is in no table."""
    when = "before the capture" if root.started is None else "not in the capture"
    return f"{root.ptid} ? {when}"


def quiet_line(model: ProcessTreeModel, positions: tuple[int, ...]) -> Line:
    """Which programs the quiet dead ran."""
    names = Counter(named(model.snapshot.processes[place].name) for place in positions)
    runs = ", ".join(f"{name} {number:,}" for name, number in names.most_common())
    return (
        Piece(f" {counted(len(positions), 'process', 'processes')} ended with exit 0: {runs}   "),
        Piece("→", "accent"),
        Piece(" shows them", "muted"),
    )


def event_beside(rows: Rows, at: int, by: int) -> int | None:
    """The number of the event so many rows before or after event `at`, as far as there are rows."""
    row = rows.row(at)
    if by > 0 and rows.number(row) != at:
        by -= 1  # the row found is already behind the event
    return _number_near(rows, row + by)


def event_at_or_after(rows: Rows, number: int) -> int | None:
    """The event of that number, else the next one that is selected, else the last."""
    return _number_near(rows, rows.row(number))


def event_after_seconds(rows: Rows, ts: int, by: int) -> int | None:
    """The number of the first event so many seconds after a time; of the last at the end."""
    return _number_near(rows, rows.row_at(max(0, ts + by * NS)))


def _number_near(rows: Rows, row: int) -> int | None:
    found = rows.number(max(0, row))
    # Behind the last row stands its number's.
    return rows.number(row - 1) if found is None and row > 0 else found


def _moments(snapshot: Snapshot, zone: Zone, width: int) -> list[Line]:
    """As of which moment, from all that is known to the least."""
    gap = "   " if width >= WIDE else "  "
    event = "   as of the end" if snapshot.at is None else f"   as of event {snapshot.at}"
    if snapshot.ts is None:
        return [(Piece(event),)]
    time = gap + units.clock(snapshot.ts, zone, 9 if width >= WIDE else 6)
    short = gap + units.clock(snapshot.ts, zone, 3)
    whole = [(Piece(event), Piece(time)), (Piece(event), Piece(short)), (Piece(event),)]
    if snapshot.begin is not None:
        offset = f"{gap}{(snapshot.ts - snapshot.begin) / NS:+,.3f} s"
        whole.insert(0, (Piece(event), Piece(time), Piece(offset, "muted")))
    return [tuple(line) for line in whole]


def _numbers(process: Process) -> str:
    parts = [counted(process.events, "event"), counted(process.failed, "failure")]
    if process.read_bytes:
        parts.append(f"{counted(process.read_bytes, 'byte')} read")
    if process.written_bytes:
        parts.append(f"{counted(process.written_bytes, 'byte')} written")
    return ", ".join(parts)
