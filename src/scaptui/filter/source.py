"""The text of a filter: places in it."""

from typing import Final, NamedTuple


class Span(NamedTuple):
    """Characters [start, stop) of a filter's text, counted from 0."""

    start: int
    stop: int

    def to(self, other: "Span") -> "Span":
        """From the beginning of this span to the end of the other."""
        return Span(self.start, other.stop)


NOWHERE: Final = Span(0, 0)
