"""A page that a terminal may be too small for."""

from collections.abc import Sequence

from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from scaptui.views.arrangement import LEAST_HEIGHT, LEAST_WIDTH, fits
from scaptui.views.cells import Line, Piece


class SizedScreen(Screen[ScreenResultType]):
    """Shows the pane `small` alone while there is no room for the rest."""

    DEFAULT_CSS = """
    SizedScreen #small { display: none; height: 1fr; }
    SizedScreen.small > * { display: none; }
    SizedScreen.small #small { display: block; }
    """

    # What had the keyboard while there was room.
    _held: Widget | None = None

    def _fit(self, width: int, height: int) -> None:
        """Show what there is room for; what had the keyboard has it again once it is shown."""
        is_small = not fits(width, height)
        if is_small and self._held is None:
            self._held = self.focused
        self.set_class(is_small, "small")
        if not is_small and self._held is not None:
            self.call_after_refresh(self._hold_again)

    def _hold_again(self) -> None:
        held, self._held = self._held, None
        if self.focused is None:
            self.set_focus(held)

    def _small_lines(self, _width: int, _height: int) -> Sequence[Line]:
        return [(Piece(f"scaptui needs {LEAST_WIDTH}x{LEAST_HEIGHT}", "warning"),)]
