"""Where the cursor was: back and forward over the events one jumped between."""

from typing import Final

_MOST: Final = 200


class Trail:
    """Event numbers left behind by jumps, as a browser keeps pages."""

    def __init__(self) -> None:
        self._behind: list[int] = []
        self._ahead: list[int] = []

    def leave(self, event: int) -> None:
        """An event was left by a jump: `back` returns to it, and what lay ahead is forgotten."""
        if self._behind[-1:] != [event]:
            self._behind.append(event)
        del self._behind[:-_MOST]
        self._ahead.clear()

    def back(self, here: int) -> int | None:
        """The event to return to from here; None at the beginning."""
        return self._step(self._behind, self._ahead, here)

    def forward(self, here: int) -> int | None:
        """The event that `back` came from; None at the end."""
        return self._step(self._ahead, self._behind, here)

    @staticmethod
    def _step(source: list[int], other: list[int], here: int) -> int | None:
        if not source:
            return None
        other.append(here)
        return source.pop()
