"""A pane without keys: lines that a function makes for the width and height there is."""

from collections.abc import Callable, Sequence

from scaptui.views.cells import Line
from scaptui.widgets.lines import LinesView

Maker = Callable[[int, int], Sequence[Line]]


class MadeLines(LinesView):
    """Draws what its maker makes of (cells, lines)."""

    def __init__(self, make: Maker, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._make = make

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """The maker's lines."""
        return self._make(self.size.width, self.size.height)
