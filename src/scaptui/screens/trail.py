"""What was left for the events shown now: filters, and pages one can come back to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual.screen import Screen

from scaptui.screens.asking import PageLeft

# Filters one can go back to.
_MOST: Final = 100
Back = Callable[[], Screen[PageLeft]]


@dataclass(frozen=True, slots=True)
class Left:
    """One step back.

    Attributes:
        filter_text: The filter of before.
        page: Makes the page anew that led from there to here; None for a filter alone.
    """

    filter_text: str
    page: Back | None = None


class Trail:
    """Steps back, the last one first."""

    def __init__(self) -> None:
        self._left: list[Left] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to go back to."""
        return not self._left

    def leave(self, filter_text: str, page: Back | None = None) -> None:
        """Remember what is left: a page, or where none led away from this filter, the filter."""
        last = self._left[-1] if self._left else None
        if page is None and last is not None and last.page and last.filter_text == filter_text:
            return
        self._left.append(Left(filter_text, page))
        del self._left[:-_MOST]

    def back(self, filter_text: str) -> Left | None:
        """What was there before, other than the filter that is there now."""
        while self._left:
            left = self._left.pop()
            if left.page is not None or left.filter_text != filter_text:
                return left
        return None
