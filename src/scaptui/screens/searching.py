"""A page of lines in which typing searches."""

from abc import abstractmethod
from typing import ClassVar, Protocol

from textual import events
from textual.screen import Screen, ScreenResultType


class Searched(Protocol):
    """Lines that a text chooses."""

    def type(self, text: str) -> None:
        """Search for more letters."""

    def delete(self) -> None:
        """Take the last letter back."""

    def clear(self) -> bool:
        """Take all letters back; False when there is none."""


class SearchingScreen(Screen[ScreenResultType]):
    """Hands what is typed to its model; no pane has the keyboard."""

    AUTO_FOCUS: ClassVar[str | None] = ""

    @property
    @abstractmethod
    def searched(self) -> Searched:
        """What is searched."""

    @abstractmethod
    def _draw(self) -> None:
        """Draw everything anew."""

    def on_mount(self) -> None:
        """Draw once the sizes are known."""
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw for another size."""
        self.call_after_refresh(self._draw)

    def on_key(self, event: events.Key) -> None:
        """Letters search."""
        if event.key == "backspace":
            self.searched.delete()
        elif event.key == "ctrl+u" and self.searched.clear():
            pass  # without letters it is a key that turns pages
        elif event.is_printable and event.character:
            self.searched.type(event.character)
        else:
            return
        event.stop()
        event.prevent_default()
        self._draw()
