"""A stream as a page: pieces in order with time, way and size, and their bytes in a form.

A piece takes as many lines as its bytes need, so the cursor is on a line of a piece; lines are made
only for the pieces in sight.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Literal

from scaptui._core import Capture, Event
from scaptui.capture.streams import Stream, StreamPiece
from scaptui.views import stream_told
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    glimpse,
    left_and_right,
    line_width,
    pad_left,
    pad_right,
)
from scaptui.views.stream_form import FORMS, Form, data_lines
from scaptui.views.units import latency

Side = Literal["both", "out", "in"]

SIDES: Final[tuple[Side, ...]] = ("both", "out", "in")
# From so many cells on the two ways stand side by side.
BESIDE: Final = 120
# From so many cells on there is room for event and time.
_ROOMY: Final = 72
_ARROWS: Final = {"out": "───▸", "in": "◂───"}
_STREAMS: Final = {"out": "out ", "in": "err "}
# Bytes as they are typed, by their escapes.
_ESCAPE: Final = re.compile(rb"\\(r|n|t|\\|x[0-9A-Fa-f]{2})")
_ESCAPES: Final = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}
# Pieces whose lines are kept.
_KEPT: Final = 512


class StreamPage:
    """The model of the page.

    Attributes:
        stream: What is shown.
        form: How bytes are shown.
        side: Which way is shown; calls without data always are.
        cursor: Place among the shown pieces, and line of that piece.
    """

    def __init__(self, capture: Capture, stream: Stream, *, output: bool = False) -> None:
        self.stream = stream
        self.output = output
        self.form: Form = "text"
        self.side: Side = "both"
        self.cursor = (0, 0)
        self.sought = b""
        self._capture = capture
        self._top = (0, 0)
        self._width = 80
        self._shown: Sequence[int] = range(stream.count)
        self._lines: OrderedDict[tuple[int, Form, int, bytes], list[Line]] = OrderedDict()
        self._pieces: OrderedDict[int, StreamPiece] = OrderedDict()
        first = stream.pieces(0, 1)
        last = stream.pieces(max(0, stream.count - 1), stream.count)
        self._start = first[0].ts if first else 0
        self._stop = last[0].ts if last else 0
        self._nature = stream_told.nature(stream)
        marks = {n for end in stream.ends for n in (end.opened, end.closed) if n}
        times = {n: Event(capture, n).call.ts for n in marks}
        self.lasted = stream_told.lasted(stream, times, self._stop)

    # Where the cursor is

    @property
    def piece(self) -> StreamPiece | None:
        """The piece under the cursor."""
        at = self.cursor[0]
        return self._piece(self._shown[at]) if at < len(self._shown) else None

    @property
    def index(self) -> int:
        """The place of the piece under the cursor in the stream."""
        at = self.cursor[0]
        return self._shown[at] if at < len(self._shown) else 0

    def move(self, lines: int) -> None:
        """Go so many lines on, or back."""
        self.cursor = self._stepped(self.cursor, lines)

    def move_piece(self, by: int) -> None:
        """Go to the next piece, or to the one before."""
        self.cursor = (max(0, min(self.cursor[0] + by, len(self._shown) - 1)), 0)

    def first(self) -> None:
        """Go to the beginning."""
        self.cursor = (0, 0)

    def last(self) -> None:
        """Go to the end."""
        last = max(0, len(self._shown) - 1)
        self.cursor = (last, max(0, self._height(last) - 1))

    def go_to(self, event: int) -> None:
        """Go to the piece of an event, else to the last one before it."""
        low, high = 0, len(self._shown)
        while low < high:
            middle = (low + high) // 2
            if self._piece(self._shown[middle]).event <= event:
                low = middle + 1
            else:
                high = middle
        self.cursor = (max(0, low - 1), 0)

    # What is shown

    def next_form(self) -> None:
        """Text, hex, characters, and text again."""
        self.form = FORMS[(FORMS.index(self.form) + 1) % len(FORMS)]
        self.cursor = self._top = (self.cursor[0], 0)

    def next_side(self) -> None:
        """Both ways, what went out, what came in."""
        index = self.index
        self.show_side(SIDES[(SIDES.index(self.side) + 1) % len(SIDES)])
        at = next((at for at, piece in enumerate(self._shown) if piece >= index), 0)
        self.cursor = (at, 0)

    def show_side(self, side: Side) -> None:
        """Show this way alone, or both."""
        self.side = side
        if side == "both":
            self._shown = range(self.stream.count)
        else:
            other = 2 if side == "out" else 1
            self._shown = [at for at, way in enumerate(self.stream.ways) if way != other]
        self.cursor = self._top = (0, 0)

    def find(self, text: str, *, backward: bool = False, here: bool = False) -> str:
        r"""Go to the next piece that holds a text; `here` also where the cursor is.

        `\\r`, `\\n`, `\\t` and `\\xNN` in the text are the bytes they stand for. Goes on from the
        other end once; what to say about it.
        """
        self.sought = sought = _bytes_of(text)
        index = self.index
        if here and self.stream.matches(index, sought):
            self._show_found(index)
            return ""
        found, told = self._next(sought, index, backward=backward), ""
        if found is None:
            told = "on from the end" if backward else "on from the beginning"
            found = self._next(sought, self.stream.count if backward else -1, backward=backward)
        if found is None:
            return f"no {text!r} in captured bytes"
        self._show_found(found)
        return told

    def _next(self, sought: bytes, start: int, *, backward: bool) -> int | None:
        if start < 0:
            if self.stream.matches(0, sought) and 0 in self._shown:
                return 0
            start = 0
        found = self.stream.find(sought, start, backward=backward)
        while found is not None and found not in self._shown:
            found = self.stream.find(sought, found, backward=backward)
        return found

    def _show_found(self, index: int) -> None:
        at = self._shown.index(index)
        matched = [
            number
            for number, line in enumerate(self._piece_lines(at))
            if any(piece.role == "match" for piece in line)
        ]
        self.cursor = (at, matched[0] if matched else 0)

    def raw(self, side: Side) -> list[bytes]:
        """Captured bytes of the pieces of a side, in order."""
        wanted = {"both": (1, 2), "out": (1,), "in": (2,)}[side]
        return [self.stream.data(at) for at, way in enumerate(self.stream.ways) if way in wanted]

    def filter_line(self, filter_text: str, cells: int) -> Line:
        """Line 2: the filter, whose stream it is, and the other end."""
        whose, state, role = stream_told.both_ends(self.stream, output=self.output)
        told = (Piece(f"    {'of' if self.output else 'fd'}  ", "muted"), Piece(whose, "accent"))
        right: Line = (Piece(f"  {state}", role),)
        # Of a long filter as much as leaves room for whose it is.
        room = max(8, cells - line_width(told) - line_width(right) - 9)
        shown = fit_end(glimpse(filter_text), room) if filter_text else "none"
        return left_and_right((Piece(" filter  ", "muted"), Piece(shown), *told), right, cells)

    def nature_line(self, cells: int) -> Line:
        """Line 3: what it is, how long it was open, the form."""
        kind, name = self._nature
        form = self.form if self.side == "both" else f"{self.form}, {self._way_name(self.side)}"
        left: Line
        if self.output:
            left = (Piece(f" {self.stream.count:,} writes", "muted"),)
        else:
            left = (
                Piece(f" {kind}  ", "muted"),
                Piece(name, "address" if "→" in name else "path"),
                Piece(f"  {self.lasted}", "muted"),
            )
        return left_and_right(left, (Piece(f"  {form}", "accent"),), cells)

    def lines(self, cells: int, height: int) -> tuple[list[Line], int | None]:
        """Heading and lines for a size, and which of them the cursor is on."""
        if cells != self._width:
            self._width = cells
            self.cursor = (self.cursor[0], 0)
        if not self._shown:
            return [self._heading(cells), (Piece(" nothing was read or written"),)], None
        room = max(1, height - 1)
        self._scroll(room)
        found: list[Line] = [self._heading(cells)]
        selected = None
        at, skip = self._top
        while at < len(self._shown) and len(found) <= room:
            for number, line in enumerate(self._piece_lines(at)):
                if number < skip:
                    continue
                if (at, number) == self.cursor:
                    selected = len(found)
                    found.append((Piece(">", "accent"), *_without_first(line)))
                else:
                    found.append(line)
                if len(found) > room:
                    break
            at, skip = at + 1, 0
        return found, selected

    def all_lines(self, cells: int) -> list[Line]:
        """Heading and every line, for text."""
        self._width = cells
        lines = [self._heading(cells)]
        for at in range(len(self._shown)):
            lines += self._piece_lines(at)
        return lines

    def total_lines(self) -> list[Line]:
        """How much went each way, and how much of it is captured."""
        rows = stream_told.totals(self.stream, output=self.output)
        longest = max(len(name) for name, _ in rows)
        warned = ", all captured"
        return [
            (
                Piece(f" {name:<{longest}}  ", "muted"),
                Piece(text, "text" if warned in text or text == "nothing" else "warning"),
            )
            for name, text in rows
        ]

    def cursor_line(self) -> Line:
        """What is known of the piece under the cursor."""
        piece = self.piece
        if piece is None:
            return ()
        if piece.way:
            return stream_told.moved_line(piece, self.stream)
        return (Piece(f" {piece.call}  "), *stream_told.happened(piece))

    # Lines

    def _way_name(self, way: str) -> str:
        if self.output:
            return "stdout" if way == "out" else "stderr"
        if len(self.stream.ends) > 1:
            return f"to {stream_told.called(self.stream, 1 if way == 'out' else 0)}"
        return "written" if way == "out" else "read"

    def _heading(self, cells: int) -> Line:
        if cells < _ROOMY:
            return fit_line((Piece("  DIR    BYTES", "heading", bold=True),), cells)
        return fit_line((Piece("     EVENT   +TIME  DIR    BYTES", "heading", bold=True),), cells)

    def _head(self, piece: StreamPiece, cells: int) -> Line:
        """Event, time, way and size of a piece."""
        if cells < _ROOMY:
            start: Line = (Piece("  "),)
        else:
            time = latency(piece.ts - self._start) if piece.ts != self._start else "0"
            start = (Piece(f"  {piece.event:>8}{pad_left(time, 8)}  ", "muted"),)
        if not piece.way:
            return (*start, Piece(pad_right(piece.call, 12), "muted"), Piece("  "))
        arrow = (_STREAMS if self.output else _ARROWS)[piece.way]
        role: Role = "accent" if piece.way == "out" else "mark"
        return (*start, Piece(arrow, role), Piece(f"{piece.moved:>8,}", "text"), Piece("  "))

    def _piece_lines(self, at: int) -> list[Line]:
        index = self._shown[at]
        key = (index, self.form, self._width, self.sought)
        if key not in self._lines:
            self._lines[key] = self._make(index)
            while len(self._lines) > _KEPT:
                self._lines.popitem(last=False)
        return self._lines[key]

    def _make(self, index: int) -> list[Line]:
        cells, piece = self._width, self._piece(index)
        head = self._head(piece, cells)
        if not piece.way:
            return [fit_line((*head, *stream_told.happened(piece)), cells)]
        indent = 16 if cells < _ROOMY else 34
        shift = 0
        room = cells - indent
        if cells >= BESIDE:
            room = (cells - indent - 2) // 2
            shift = room + 2 if piece.way == "in" else 0
        data = self.stream.data(index)
        marks = self.stream.matches(index, self.sought) if self.sought else ()
        body = data_lines(data, piece.moved - piece.captured, piece.moved, self.form, room, marks)
        lines: list[Line] = []
        for number, line in enumerate(body):
            before = head if number == 0 else (Piece(" " * indent),)
            lines.append(fit_line((*before, Piece(" " * shift), *line), cells))
        return lines or [fit_line(head, cells)]

    def _piece(self, index: int) -> StreamPiece:
        if index not in self._pieces:
            start = max(0, index - 32)
            for place, piece in enumerate(self.stream.pieces(start, index + 96), start):
                self._pieces[place] = piece
            while len(self._pieces) > 8 * _KEPT:
                self._pieces.popitem(last=False)
        return self._pieces[index]

    def _height(self, at: int) -> int:
        return len(self._piece_lines(at)) if at < len(self._shown) else 0

    def _stepped(self, place: tuple[int, int], lines: int) -> tuple[int, int]:
        at, line = place
        while lines > 0:
            left = self._height(at) - 1 - line
            if lines <= left:
                return at, line + lines
            if at + 1 >= len(self._shown):
                return at, max(0, self._height(at) - 1)
            lines -= left + 1
            at, line = at + 1, 0
        while lines < 0:
            if -lines <= line:
                return at, line + lines
            if at == 0:
                return 0, 0
            lines += line + 1
            at, line = at - 1, self._height(at - 1) - 1
        return at, line

    def _scroll(self, room: int) -> None:
        """See to it that the cursor's line is among those shown; at the edge by a third."""
        if self.cursor < self._top:
            self._top = self._stepped(self.cursor, -(room // 3))
            return
        end = self._stepped(self._top, room - 1)
        if self.cursor > end:
            self._top = self._stepped(self.cursor, -(room - 1 - room // 3))


def _bytes_of(text: str) -> bytes:
    def byte(match: re.Match[bytes]) -> bytes:
        name = match[1]
        return _ESCAPES.get(name) or bytes.fromhex(name[1:].decode())

    return _ESCAPE.sub(byte, text.encode())


def _without_first(line: Line) -> Line:
    """A line without its first cell, which is blank."""
    return (line[0]._replace(text=line[0].text[1:]), *line[1:])
