"""The bytes a call moved, as far as they were captured."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from scaptui.views.cells import Line
from scaptui.views.payload import FORMS, Dump, Form, Payload, payload_heading
from scaptui.widgets.lines import LinesView


class PayloadPane(LinesView, can_focus=True):
    """Draws a payload in one of its forms and scrolls in it."""

    pane_name = "bytes"
    DEFAULT_CSS = "PayloadPane { height: 7; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", "line down", id="bytes.down"),
        Binding("k,up", "scroll_by(-1)", "line up", id="bytes.up"),
        Binding("space,pagedown,ctrl+d", "scroll_page(1)", "page down", id="bytes.page_down"),
        Binding("b,pageup,ctrl+u", "scroll_page(-1)", "page up", id="bytes.page_up"),
        Binding("g,home", "scroll_by(-1000000000)", "first line", id="bytes.first"),
        Binding("G,end", "scroll_by(1000000000)", "last line", id="bytes.last"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.form: Form = FORMS[0]
        self._payload: Payload | None = None
        self._top = 0

    def set_payload(self, payload: Payload | None) -> None:
        """Show other bytes, from their beginning."""
        if payload != self._payload:
            self._payload, self._top = payload, 0
        self.redraw()

    def next_form(self) -> bool:
        """Show the bytes in the next form; False after the last one, and then it is the first."""
        at = (FORMS.index(self.form) + 1) % len(FORMS)
        self.form, self._top = FORMS[at], 0
        self.redraw()
        return at != 0

    def on_resize(self) -> None:
        """Lines for another size."""
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """Heading and as much of the dump as there is room for."""
        width, height = self.size
        heading = payload_heading(self._payload, width, focused=self.has_focus)
        if self._payload is None:
            return [heading]
        dump = Dump(self._payload, self.form, width)
        rows = max(1, height - 1)
        self._top = max(0, min(self._top, dump.rows - rows))
        return [heading, *dump.lines(self._top, self._top + rows)]

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines."""
        self._top = max(0, self._top + lines)
        self.redraw()

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.action_scroll_by(pages * max(1, self.size.height - 1))

    def _selection_changed(self) -> None:
        self.redraw()
