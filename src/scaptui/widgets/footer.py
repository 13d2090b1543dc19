"""Line 24: the keys of the pane that has the keyboard."""

from collections.abc import Sequence

from scaptui.views.cells import Line, Piece, line_width
from scaptui.widgets.lines import LinesView

# Never more, however wide the screen at which one would find them.
_MOST = 12
_FEW = 8
_WIDE = 100


class Footer(LinesView):
    """Keys and what they do, the most useful first. Those without room go, never the last."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._keys: tuple[tuple[str, str], ...] = ()

    def tell(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show these keys (key, what it does)."""
        self._keys = tuple(keys)
        self._draw()

    def on_resize(self) -> None:
        """There is more or less room."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        self.show([footer_line(self._keys, width, _MOST if width >= _WIDE else _FEW)])


def footer_line(keys: Sequence[tuple[str, str]], width: int, most: int) -> Line:
    """As many of the keys as fit, and the last one, which closes."""
    pieces: list[Piece] = []
    *first, last = keys or [("", "")]
    end = _key(*last)
    for key, words in first[: most - 1]:
        more = _key(key, words)
        if line_width((*pieces, *more, *end)) > width + 1:
            break
        pieces += more
    # The blank behind the last key is nobody's: eight keys may fill the line to its edge.
    return (*pieces, *end[:-1], end[-1]._replace(text=end[-1].text.rstrip()))


def _key(key: str, words: str) -> Line:
    return (Piece(" "), Piece(key, "accent"), Piece(f" {words} " if words else " ", "muted"))
