"""What a read or write moved, as far as it was captured: hex, ASCII or text.

The dump ends where the capture ends and says how much is missing. No byte of it reaches the
terminal as a control: a dot stands for it, or its number.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Literal

from scaptui import escaping
from scaptui.views.cells import Line, Piece, Role, crop_line, fit_line, pane_heading

Form = Literal["hex", "ascii", "text"]

FORMS: Final[tuple[Form, ...]] = ("hex", "ascii", "text")
_INDENT: Final = 3
_PER_LINE: Final = (32, 16, 8)
_PRINTABLE: Final = bytes(range(0x20, 0x7F))


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of an event that were captured, and how many its call moved."""

    data: bytes
    moved: int | None
    """None when the call failed or does not tell."""
    sought: bytes = b""
    """A text that was searched for: where it occurs is marked, whatever its case."""
    hits: frozenset[int] = field(init=False)
    """Offsets of the bytes that belong to an occurrence."""

    def __post_init__(self) -> None:
        """Find the occurrences once, not for each line."""
        object.__setattr__(self, "hits", _hits(self.data, self.sought))

    @property
    def missing(self) -> int:
        """Bytes that were moved and not captured."""
        return max(0, (self.moved or 0) - len(self.data))

    @property
    def extent(self) -> str:
        """How much of the payload exists, in words."""
        have = len(self.data)
        if self.missing:
            return f"{have:,} of {self.moved:,} captured, cut by snaplen"
        if not have:
            return "no bytes"
        count = f"{have:,} {'byte' if have == 1 else 'bytes'}"
        return f"{count}, whole" if self.moved else count


def payload_heading(payload: Payload | None, cells: int, *, focused: bool = False) -> Line:
    """The pane's first line; its state says how much there is to see."""
    extent = payload.extent if payload else "this event carries no bytes"
    role: Role = "warning" if payload and payload.missing else "muted"
    return pane_heading("bytes", extent, cells, focused=focused, role=role)


class Dump:
    """The lines of a payload in one form and width."""

    def __init__(self, payload: Payload, form: Form, cells: int) -> None:
        self._payload, self._form, self._cells = payload, form, cells
        self._ranges: Sequence[tuple[int, int]] | None = None
        self._step = _per_line(cells)
        if form == "ascii":
            self._step = max(8, (cells - _INDENT - 6) // 8 * 8)
        elif form == "text":
            self._ranges = list(_text_ranges(payload.data, max(8, cells - _INDENT - 6)))

    @property
    def rows(self) -> int:
        """Lines there are, with the one that says what is missing."""
        return self._dumped + (1 if self._payload.missing else 0)

    def lines(self, start: int, stop: int) -> list[Line]:
        """Lines [start, stop), each as wide as the pane."""
        found = [self._line(row) for row in range(max(0, start), min(stop, self._dumped))]
        if self._payload.missing and start <= self._dumped < stop:
            missing = Piece(f"… {self._payload.missing:,} bytes not captured", "warning")
            found.append((*self._offset(len(self._payload.data)), missing))
        return [fit_line(crop_line(line, self._cells), self._cells) for line in found]

    @property
    def _dumped(self) -> int:
        if self._ranges is not None:
            return len(self._ranges)
        return -(-len(self._payload.data) // self._step)

    def _offset(self, at: int) -> Line:
        digits = max(4, len(f"{len(self._payload.data):x}"))
        return (Piece(" " * _INDENT), Piece(f"{at:0{digits}x}  ", "muted"))

    def _line(self, row: int) -> Line:
        payload = self._payload
        first, last = row * self._step, min((row + 1) * self._step, len(payload.data))
        if self._ranges is not None:
            first, last = self._ranges[row]
        if self._form == "hex":
            pieces = _hex(payload, first, last, self._step)
        elif self._form == "ascii":
            pieces = _marked(payload, first, last, _visible)
        else:
            pieces = _text(payload, first, last)
        return (*self._offset(first), *pieces)


def _per_line(cells: int) -> int:
    """Bytes of a hex line: as many as fit, in steps that keep offsets readable."""
    for count in _PER_LINE:
        # Offset, two cells a byte with a blank, a second blank between eights, and the characters.
        if _INDENT + 6 + 3 * count - 1 + (count // 8 - 1) + 2 + count <= cells:
            return count
    return _PER_LINE[-1]


def _text_ranges(data: bytes, room: int) -> Iterator[tuple[int, int]]:
    """Lines of the text, and where one is too long, as much of it as surely fits."""
    for line in re.finditer(rb"[^\n]*\n|[^\n]+$", data):
        start, end = line.span()
        while start < end:
            stop = min(end, start + room)
            # No byte takes more than the four cells of its number.
            while stop - start > room // 4 and _most_cells(data[start:stop]) > room:
                stop = max(start + room // 4, stop - (stop - start) // 4)
            # Later bytes of a character go with its first.
            for _ in range(3):
                if start + 1 < stop < end and data[stop] & 0xC0 == 0x80:
                    stop -= 1
            yield start, stop
            start = stop


def _most_cells(data: bytes) -> int:
    text = data.removesuffix(b"\n")
    return len(text) + 3 * len(text.translate(None, _PRINTABLE))


def _visible(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else "."


def _hex(payload: Payload, first: int, last: int, count: int) -> list[Piece]:
    pieces: list[Piece] = []
    for at in range(first, first + count):
        if at > first:
            pieces.append(Piece("  " if (at - first) % 8 == 0 else " "))
        if at < last:
            hit: Role = "match" if at in payload.hits else "text"
            pieces.append(Piece(f"{payload.data[at]:02x}", hit))
        else:
            pieces.append(Piece("  "))
    return [*_joined(pieces), Piece("  "), *_marked(payload, first, last, _visible)]


def _text(payload: Payload, first: int, last: int) -> list[Piece]:
    """A line of text without its end; where a search hit, byte by byte."""
    line = payload.data[first:last]
    last = first + len(line.removesuffix(b"\n").removesuffix(b"\r"))
    if not any(at in payload.hits for at in range(first, last)):
        return [Piece(escaping.one_line(payload.data[first:last]))]
    return _marked(payload, first, last, lambda byte: escaping.one_line(bytes([byte])))


def _marked(payload: Payload, first: int, last: int, show: Callable[[int], str]) -> list[Piece]:
    """Bytes as characters, those of a search hit marked."""
    return _joined(
        [
            Piece(show(payload.data[at]), "match" if at in payload.hits else "text")
            for at in range(first, last)
        ]
    )


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one role as one piece."""
    groups = groupby(pieces, key=lambda piece: piece.role)
    return [Piece("".join(piece.text for piece in group), role) for role, group in groups]


def _hits(data: bytes, sought: bytes) -> frozenset[int]:
    if not sought:
        return frozenset()
    found = re.finditer(re.escape(sought), data, re.IGNORECASE)
    return frozenset(at for hit in found for at in range(*hit.span()))
