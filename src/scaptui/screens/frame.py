"""What a page knows of the frame around it, for pages that it leads to."""

from collections.abc import Callable
from typing import Protocol

from scaptui.capture.opening import Capture
from scaptui.views.cells import Line


class Frame(Protocol):
    """The capture, the filter, and line 1."""

    @property
    def capture(self) -> Capture:
        """The capture."""

    @property
    def filter_text(self) -> str:
        """The filter of the events."""

    @property
    def first_line(self) -> Callable[[str, int], Line]:
        """Line 1 for the screen's name and a width."""
