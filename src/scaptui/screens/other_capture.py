"""The events of another capture, above a page that leads to them."""

from scaptui.screens.capture import CaptureScreen
from scaptui.screens.opened import Opened
from scaptui.widgets.event_list import EventList


class OtherCaptureScreen(CaptureScreen):
    """As the main screen; where that one ends the viewer, this one goes back to the page."""

    def __init__(self, opened: Opened, event: int) -> None:
        super().__init__(opened)
        self._begins_at = event

    def on_mount(self) -> None:
        """Begin at the event that was asked for."""
        self._tell(self.model.goto_number(self._begins_at))

    def action_filter_back(self) -> None:
        """Before the first filter there is the page."""
        if self._trail.is_empty:
            self.dismiss()
        else:
            super().action_filter_back()

    def action_close(self) -> None:
        """Leave a pane; at the list, go back."""
        if isinstance(self.focused, EventList) and self._zoomed is None:
            self.dismiss()
        else:
            self.action_give_up()

    def action_give_up(self) -> None:
        """Esc: stop what runs, leave a pane; where there is neither, go back."""
        is_idle = self._sought is None and self._zoomed is None
        if is_idle and isinstance(self.focused, EventList) and not self.focused.digits:
            self.dismiss()
        else:
            super().action_give_up()
