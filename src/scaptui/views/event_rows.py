"""One row of the event list: its columns by the list's width, and what it says of a call."""

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from scaptui._core import Call
from scaptui.escaping import dotted
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    fit_middle_line,
    glimpse,
    line_width,
    pad_left,
    pad_right,
)
from scaptui.views.format import counted
from scaptui.views.names import named
from scaptui.views.units import latency, traffic

Part = Literal[
    "number",
    "time",
    "process",
    "tid",
    "container",
    "call",
    "latency",
    "result",
    "info",
    "arguments",
    "field",
]

GUTTER: Final = 3
_NUMBER: Final = 5
# Errors that say a call would have had to wait: EAGAIN, EALREADY, EINPROGRESS. `e` skips them.
_WOULD_BLOCK: Final = frozenset({11, 114, 115})
_UNKNOWN_FD: Final = "opened before capture"
# What a colour rule draws in its colour; what tells of failure keeps its own.
_COLOURED: Final[tuple[Role, ...]] = ("text", "path", "address")
_UNKNOWN_FD_SHORT: Final = "before capture"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `field` is what a clause made from its value tests."""

    part: Part
    title: str
    cells: int | None
    """Its width; None is what the others leave."""
    field: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """Columns as they stand in a list of so many cells."""

    columns: tuple[Column, ...]
    cells: int

    @property
    def fields(self) -> list[str]:
        """Fields whose text rows need from the core, in column order."""
        return [c.field for c in self.columns if c.part in {"field", "arguments"}]

    def width(self, column: Column) -> int:
        """Cells of a column; the open one gets what the others leave, and may get nothing."""
        if column.cells is not None:
            return column.cells
        fixed = sum(c.cells + 1 for c in self.columns if c.cells is not None)
        return max(0, self.cells - GUTTER - fixed)

    def heading(self, focus: int, note: str, margin: int = 0) -> Line:
        """The titles, the focused one accented, and a note at the right end.

        `margin` blanks follow the note where a pane stands beside the list.
        """
        pieces: list[Piece] = [Piece(" " * GUTTER)]
        for at, column in enumerate(self.columns):
            cells = self.width(column)
            title = (pad_left if column.right else pad_right)(column.title, cells)
            if cells and column is self.columns[-1]:
                title = column.title if len(column.title) <= cells else ""
            role: Role = "accent" if at == focus else "heading"
            pieces.append(Piece(title, role, bold=True))
            if column is not self.columns[-1]:
                pieces.append(Piece(" "))
        room = self.cells - margin
        line = tuple(pieces)
        noted = Piece(note, "heading", bold=True)
        if line_width(line) + 1 + len(note) > room and self.columns[-1].cells is None:
            # The note tells more than the title of the last column does.
            line = line[:-1]
        left = max(0, room - len(note))
        return fit_line((*fit_line(line, left), noted), self.cells)


@cache
def call_columns(cells: int, number_cells: int = _NUMBER, time_title: str = "TIME") -> ColumnSet:
    """Columns of a list with one row a call. Text columns never depend on what is in view."""
    wide = cells >= 100
    narrow = cells < 80
    columns = [Column("number", "NUM", number_cells, "evt.num", right=True)]
    if cells >= 60:
        columns.append(Column("time", time_title, 15 if wide else 9 if narrow else 12, "evt.time"))
    columns.append(Column("process", "PROC", 15 if wide else 8 if narrow else 9, "proc.name"))
    if cells >= 108:
        columns.append(Column("tid", "TID", 7, "thread.tid", right=True))
    if cells >= 132:
        columns.append(Column("container", "CONTAINER", 12, "container.id"))
    columns.append(Column("call", "CALL", 14 if wide else 9 if narrow else 10, "evt.type"))
    if not narrow:
        columns.append(Column("latency", "LAT", 6 if wide else 5, "evt.latency", right=True))
    columns.append(Column("result", "RESULT", 9 if wide else 7, "evt.res"))
    columns.append(Column("info", "INFO", None, "fd.name"))
    return ColumnSet(tuple(columns), cells)


@cache
def raw_columns(cells: int, number_cells: int = _NUMBER, time_title: str = "TIME") -> ColumnSet:
    """Columns of a list in which every event is a row, unless others were chosen."""
    narrow = cells < 80
    columns = [
        Column("number", "NUM", number_cells, "evt.num", right=True),
        Column("time", time_title, 9 if narrow else 15, "evt.time"),
        Column("field", "D", 1, "evt.dir"),
        Column("call", "CALL", 9 if narrow else 11, "evt.type"),
        Column("container", "CONTAINER", 11, "container.name"),
        Column("arguments", "ARGUMENTS", None, "evt.args"),
    ]
    if cells >= 108:
        columns.insert(2, Column("process", "PROC", 15, "proc.name"))
        columns.insert(3, Column("tid", "TID", 7, "thread.tid", right=True))
    elif narrow:
        del columns[4]
    return ColumnSet(tuple(columns), cells)


def chosen_columns(
    chosen: Sequence[tuple[str, int | None]],
    cells: int,
    number_cells: int = _NUMBER,
    time_title: str = "TIME",
) -> ColumnSet:
    """Columns a person chose: names with widths in order, None for what is left.

    A name is a field, or the list's own INFO or RESULT. The event number is always there.
    """
    columns = [Column("number", "NUM", number_cells, "evt.num", right=True)]
    for name, width in chosen:
        if name != "evt.num":
            known = _known(name)
            title = time_title if known.part == "time" else known.title
            columns.append(replace(known, title=title, cells=width))
    return ColumnSet(tuple(columns), cells)


def column_name(column: Column) -> str:
    """The name by which `chosen_columns` gives the column back."""
    if column.part in {"info", "result"}:
        return column.title
    return "container.name" if column.part == "container" else column.field


@cache
def _own_columns() -> dict[str, Column]:
    columns = (*call_columns(160).columns, *raw_columns(160).columns)
    return {column_name(column): column for column in columns}


def _known(name: str) -> Column:
    """The column of a name; fields the list has no column for are drawn as their text."""
    own = _own_columns().get(name)
    if own is None:
        return Column("field", name.upper(), None, name)
    return own


@dataclass(frozen=True, slots=True)
class RowState:
    """What a row shows that is no property of its event."""

    time: str
    cursor: bool = False
    marked: Role | None = None
    """The role of its bookmark's sign; None without one."""
    ruled: bool = False
    """A rule matches it."""
    coloured: tuple[str, Role] | None = None
    """Letter and role of the colour rule it is under; None without one."""
    texts: Sequence[bytes | None] = ()
    """Text of `ColumnSet.fields`, in their order."""


def row_line(call: Call, columns: ColumnSet, state: RowState) -> Line:
    """One event as a line of exactly the list's cells."""
    sign, role = verdict(call)
    pieces = [
        Piece(">" if state.cursor else " ", "accent"),
        _second_sign(state),
        Piece(sign, role, bold=sign == "×"),
    ]
    if call.is_dropped_marker:
        pieces.extend(_loss(call, columns, state.time))
        return _under_cursor(tuple(pieces), columns.cells, state)
    texts = iter(state.texts)
    for column in columns.columns:
        text = next(texts, None) if column.part in {"field", "arguments"} else None
        pieces.extend(_cell(call, column, columns.width(column), state.time, text))
        if column is not columns.columns[-1]:
            pieces.append(Piece(" "))
    if state.coloured is not None:
        role = state.coloured[1]
        pieces[GUTTER:] = [
            piece._replace(role=role) if piece.role in _COLOURED else piece
            for piece in pieces[GUTTER:]
        ]
    return _under_cursor(tuple(pieces), columns.cells, state)


def _second_sign(state: RowState) -> Piece:
    """What stands in the gutter beside the cursor: bookmark, rule, letter of the colour rule."""
    if state.marked:
        return Piece("●", state.marked)
    if state.ruled:
        return Piece("R", "mark")
    return Piece(*state.coloured) if state.coloured else Piece(" ")


def _under_cursor(line: Line, cells: int, state: RowState) -> Line:
    """The line in so many cells, selected when the cursor is on it."""
    fitted = fit_line(line, cells)
    if state.cursor:
        return tuple(piece._replace(role="selection") for piece in fitted)
    return fitted


def _loss(call: Call, columns: ColumnSet, time: str) -> Iterator[Piece]:
    """A loss at its place: it is of no thread and no call, so what is known stands in a row."""
    for column in columns.columns:
        if column.part not in {"number", "time"}:
            break
        cells = columns.width(column)
        yield Piece(pad_right(time if column.part == "time" else "", cells) + " ", "muted")
    yield Piece(info(call)[0].text, "warning")


def program(call: Call) -> str:
    """Name of the program; `?` of a thread that is in no table."""
    return named(call.comm)


def verdict(call: Call) -> tuple[str, Role]:
    """Sign of a row: `=` events lost, `×` ended badly, `:` would block, `!` failed, else blank."""
    if call.is_dropped_marker:
        return "=", "warning"
    if call.exit_status is not None:
        return ("×", "failed") if call.exit_status else (" ", "text")
    if not call.errno:
        return " ", "text"
    return (":", "warning") if call.errno in _WOULD_BLOCK else ("!", "failed")


def result(call: Call, cells: int) -> Piece:
    """What the call returned: a number, an error's name, how a process ended; blank without one."""
    if call.exit_status is not None:
        end = ending(call.exit_status)
        # A status is never cut: one too long stands for itself, as do signals.
        end = end if len(end) <= cells else end.removeprefix("exit ").removeprefix("SIG")
        return Piece(end, "failed" if call.exit_status else "text", bold=True)
    if call.error:
        return Piece(call.error, verdict(call)[1])
    if call.result is None:
        return Piece("")
    if call.result_is_address:
        return Piece(f"{call.result & (2**64 - 1):#x}")
    text = str(call.result)
    # A number is never cut: one too long goes to the next unit.
    return Piece(text if len(text) <= cells or call.result < 0 else traffic(call.result))


def ending(status: int) -> str:
    """A wait status in words: exit 1, SIGSEGV."""
    if number := status & 0x7F:
        try:
            return signal.Signals(number).name
        except ValueError:
            return f"SIG{number}"
    return f"exit {status >> 8 & 0xFF}"


def ended_shortly(ended: str) -> str:
    """How the core says that a process ended, in a few cells: SIGSEGV for `signal 11 SIGSEGV`."""
    words = ended.split()
    return words[2] if len(words) > 2 and words[0] == "signal" else ended


def _lost(call: Call) -> str:
    how_many = "events" if call.lost is None else counted(call.lost, "event")
    how_long = "" if call.lost_for is None else f" in {latency(call.lost_for)}"
    return f"{how_many} lost on cpu {call.cpu}{how_long}"


def info(call: Call) -> Line:
    """What a call is about: path, other end, signal, first bytes. Not cut."""
    if call.is_dropped_marker:
        return (Piece(_lost(call), "warning"),)
    if call.signal:
        return (Piece(_signal(call)),)
    if call.peer and call.peer[1]:
        return (Piece(f"→ {_thread(call.peer)}"),)
    if call.name in {"clone", "clone3", "fork", "vfork"} and call.result == 0 and call.is_exit:
        return (Piece("in the child"),)
    if call.path:
        target = (Piece(" → "), Piece(glimpse(call.target), "path")) if call.target else ()
        return (Piece(glimpse(call.path), "path"), *target)
    number = (Piece(f"{call.fd} "),) if call.fd is not None and call.fd >= 0 else ()
    if call.data:
        return (*number, Piece(dotted(call.data)))
    if call.data is not None and call.result == 0:
        return number
    if not number:
        return ()
    return (*number, _descriptor(call))


def other_end(call: Call) -> str:
    """The far end of a connection: `→ 192.168.0.2:80` as client, `←` as server; empty otherwise."""
    if "->" not in glimpse(call.fd_name) or call.fd_kind not in {"ipv4", "ipv6"}:
        return ""
    source, _, target = glimpse(call.fd_name).partition("->")
    return {"client": f"→ {target}", "server": f"← {source}"}.get(call.role, "")


def _descriptor(call: Call) -> Piece:
    name = glimpse(call.fd_name)
    if call.fd_kind == "unix":
        # Two kernel addresses stand before the path, and often there is no path.
        addresses, _, path = name.partition(" ")
        name = path if "->" in addresses else name
        return Piece(name, "path") if name else Piece("unix")
    if call.fd_kind in {"ipv4", "ipv6"}:
        return Piece(other_end(call) or name or call.fd_kind, "address")
    if not call.fd_kind and not name:
        return Piece(_UNKNOWN_FD, "muted")
    return Piece(name, "path" if name.startswith("/") else "text") if name else Piece(call.fd_kind)


def _signal(call: Call) -> str:
    if not call.peer:
        return call.signal
    arrow = "←" if call.name == "signaldeliver" else "→"
    return f"{call.signal} {arrow} {_thread(call.peer)}"


def _thread(peer: tuple[int, bytes]) -> str:
    tid, name = peer
    return f"{glimpse(name)} {tid}" if name else str(tid)


def _cell(call: Call, column: Column, cells: int, time: str, text: bytes | None) -> Line:
    match column.part:
        case "number":
            return (Piece(str(call.number).rjust(cells), "muted"),)
        case "time":
            return (Piece(pad_right(time, cells), "muted"),)
        case "process":
            return (Piece(pad_right("" if call.tid is None else program(call), cells)),)
        case "tid":
            return (Piece(pad_left("" if call.tid is None else str(call.tid), cells)),)
        case "container":
            return (Piece(pad_right(glimpse(call.container) or "host", cells), "address"),)
        case "call":
            return (Piece(pad_right(call.name, cells)),)
        case "latency":
            taken = "" if call.latency is None else latency(call.latency)
            return (Piece(pad_left(taken, cells), "muted"),)
        case "result":
            piece = result(call, cells)
            return (piece._replace(text=pad_right(piece.text, cells)),)
        case "info":
            return fit_middle_line(_short_of(info(call), cells), cells)
        case "arguments":
            return (Piece(fit_end(glimpse(text or b""), cells)),)
        case "field":
            return _field(column, cells, text)


def _short_of(line: Line, cells: int) -> Line:
    """Our own words are not cut in their middle: where they do not fit, shorter ones stand."""
    if line_width(line) > cells and line[-1].text == _UNKNOWN_FD:
        return (*line[:-1], line[-1]._replace(text=_UNKNOWN_FD_SHORT))
    return line


def _field(column: Column, cells: int, text: bytes | None) -> Line:
    muted = text is None or column.field == "evt.dir"
    pad = pad_left if column.right else pad_right
    # Absent is `-` in a column that a person asked for.
    return (
        Piece(pad("-" if text is None else glimpse(text), cells), "muted" if muted else "text"),
    )
