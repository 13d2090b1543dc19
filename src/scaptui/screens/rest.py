"""What is done when keys rest: drawing what would take too long, or too many bytes, for each."""

import time
from collections.abc import Callable
from typing import Final

from textual.message_pump import MessagePump

# Longer than a key that is held down takes to come again; people hardly notice it, in seconds.
_REST: Final = 0.04
# While keys keep coming it is done so often all the same.
_LONGEST: Final = 0.3


class Rest:
    """Does something once nobody asked to wait for a moment."""

    def __init__(self, pump: MessagePump, then: Callable[[], None]) -> None:
        self._pump = pump
        self._then = then
        self._due = 0.0
        self._latest = 0.0

    def wait(self) -> None:
        """Let a moment go by from now."""
        now = time.monotonic()
        self._due = now + _REST
        if not self._latest:
            self._latest = now + _LONGEST
            self._pump.set_timer(_REST, self._look)

    def _look(self) -> None:
        left = min(self._due, self._latest) - time.monotonic()
        if left > 0:
            self._pump.set_timer(left, self._look)
            return
        self._latest = 0.0
        self._then()
