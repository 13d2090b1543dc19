"""The page of `scaptui doctor`, over the list of a live capture."""

import os
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.host import look_around
from scaptui.capture.version import version
from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.background import Once
from scaptui.screens.keys import Keys, told
from scaptui.views.cells import Line, Piece
from scaptui.views.doctor import Diagnosis, diagnose
from scaptui.views.doctor_page import DoctorPage
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.rows_pane import RowsPane

_LOOKING: Final = "looking at what this host can do"
_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("list.down list.up", "scroll"),
    ("doctor.again", "look again"),
    ("doctor.close", "back"),
)


class DoctorPane(RowsPane):
    """Draws the text and scrolls in it."""

    pane_name = "doctor"

    def __init__(self, model: DoctorPage, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model

    def make_lines(self) -> Sequence[Line]:
        """What fits."""
        return self.model.lines(self.size.width, self.size.height)

    def step(self, by: int) -> None:
        """Scroll."""
        self.model.move(by)
        self.redraw()


class DoctorScreen(AskingScreen):
    """Joins the model of the page to its widgets.

    `first_line` makes line 1 for the screen's name and a width; `look` asks the host, beside the
    screen, for it runs the helper.
    """

    AUTO_FOCUS = "#doctor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,backspace", "close", "back to the events", id="doctor.close"),
        Binding("r", "again", "look again", id="doctor.again"),
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
    ]

    class Found(Message):
        """All is known."""

        def __init__(self, diagnosis: Diagnosis) -> None:
            super().__init__()
            self.diagnosis = diagnosis

    def __init__(
        self,
        first_line: Callable[[str, int], Line],
        *,
        is_local: bool,
        look: Callable[[], Diagnosis] = lambda: diagnose(look_around(version())),
    ) -> None:
        super().__init__(_LOOKING)
        self._first_line = first_line
        self._is_local = is_local
        self._look_at_host = look
        self.model = DoctorPage(None, os.geteuid(), is_local=is_local)

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield DoctorPane(self.model, id="doctor")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Begin to look."""
        self._work.give("doctor", Once(self._look))
        self._work.start()

    def _place(self) -> None:
        self.call_after_refresh(self._redraw_all)

    def _look(self) -> None:
        self._post(self.Found(self._look_at_host()))

    def on_doctor_screen_found(self, message: Found) -> None:
        """Show what was found."""
        self.told = ""
        self.model = DoctorPage(message.diagnosis, os.geteuid(), is_local=self._is_local)
        self.query_one(DoctorPane).model = self.model
        self._redraw_all()
        # How many lines stand below is known once they are made.
        self.call_after_refresh(self._redraw_all)

    def on_rows_pane_moved(self) -> None:
        """Tell what stands below now."""
        self._redraw_all()

    def action_again(self) -> None:
        """Look again: what was missing may have been mended."""
        self._work.give("doctor", Once(self._look))
        self._tell(_LOOKING)

    def action_close(self) -> None:
        """Back to the events."""
        self.dismiss(PageLeft(None))

    def _redraw_all(self) -> None:
        self.query_one(DoctorPane).redraw()
        super()._redraw_all()

    def _tell_keys(self) -> None:
        self.query_one(Footer).tell(told(self, _KEYS))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        return [self._first_line("doctor", width), self.model.title_line(width)]

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {self.told}"),)]
        return [self.model.cursor_line(width)]
