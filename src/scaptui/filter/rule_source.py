"""A rule file as text: places in it, and where the characters of a YAML value stand."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import yaml

from scaptui.filter.excerpt import pointed
from scaptui.filter.source import Span

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
_ESCAPE: Final = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)", re.DOTALL)
# Escapes of double quotes that come to white space, or to nothing before the end of a line.
_BLANK_ESCAPES: Final = frozenset("tnvfr NL_P\n\r\t")


class Place(NamedTuple):
    """A line and a column of a file, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """As compilers write it."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Source:
    """The text of one file."""

    name: str
    text: str
    _lines: Sequence[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", self.text))]
        object.__setattr__(self, "_lines", starts)

    def place(self, at: int) -> Place:
        """Line and column of a character."""
        line = bisect_right(self._lines, at)
        return Place(self.name, line, at - self._lines[line - 1] + 1)

    def excerpt(self, start: int, stop: int) -> str:
        """The line of a place, with carets under what of it lies there."""
        line = bisect_right(self._lines, start)
        first = self._lines[line - 1]
        last = self._lines[line] if line < len(self._lines) else len(self.text)
        shown = self.text[first:last].rstrip()
        return pointed(shown, Span(start - first, max(min(stop - first, len(shown)), 0)))


@dataclass(frozen=True, slots=True)
class Written:
    """A text out of a file. `offsets` has where each of its characters stands, and its end."""

    text: str
    offsets: Sequence[int]
    source: Source

    def instead(self, text: str) -> "Written":
        """Another text, which stands where this one begins."""
        return Written(text, [self.offsets[0]] * (len(text) + 1), self.source)


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts that were put together, with a blank between them."""

    parts: tuple[Written, ...]

    @property
    def text(self) -> str:
        """The whole text."""
        return " ".join(part.text for part in self.parts)

    def located(self, span: tuple[int, int]) -> tuple[Source, int, int]:
        """The file that a span of the text came from, and where it begins and ends there."""
        start, stop = span
        for part in self.parts:
            if start <= len(part.text) or part is self.parts[-1]:
                start, stop = (min(at, len(part.text)) for at in (start, max(start, stop)))
                first = part.offsets[start]
                return part.source, first, max(part.offsets[max(stop - 1, start)] + 1, first + 1)
            start, stop = start - len(part.text) - 1, stop - len(part.text) - 1
        raise AssertionError(span)


def written(node: yaml.ScalarNode, source: Source) -> Written:
    """The value of a YAML scalar, of any style, with the places of its characters.

    Where they cannot be told apart, all stand where the scalar begins.
    """
    text: str = node.value
    begin = node.start_mark.index
    raw = source.text[begin : node.end_mark.index]
    properties = _PROPERTIES.match(raw)
    at = properties.end() if properties else 0
    places = [begin + at + offset for offset in _visible(raw[at:], node.style or "")]
    visible = sum(not character.isspace() for character in text)
    if len(places) < visible:
        return Written(text, [begin] * (len(text) + 1), source)
    offsets: list[int] = []
    ahead = iter(places)
    after = places[0] if places else begin
    for character in text:
        if character.isspace():
            offsets.append(after)
        else:
            after = next(ahead)
            offsets.append(after)
            after += 1
    return Written(text, [*offsets, after], source)


def _visible(raw: str, style: str) -> Iterator[int]:
    """Where the characters stand that are no white space, as the scalar is written."""
    if style in {"|", ">"}:
        first = raw.find("\n") + 1
        yield from (at for at in range(first, len(raw)) if not raw[at].isspace())
    elif style == "'":
        at = 1
        while at < len(raw) - 1:
            if not raw[at].isspace():
                yield at
            at += 2 if raw[at] == "'" else 1
    elif style == '"':
        yield from _visible_in_double_quotes(raw)
    else:
        yield from (at for at, character in enumerate(raw) if not character.isspace())


def _visible_in_double_quotes(raw: str) -> Iterator[int]:
    at = 1
    while at < len(raw) - 1:
        escape = _ESCAPE.match(raw, at)
        if escape is None:
            if not raw[at].isspace():
                yield at
            at += 1
        else:
            if escape[0][1] not in _BLANK_ESCAPES:
                yield at
            at = escape.end()
