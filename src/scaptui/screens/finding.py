"""A page in whose lines a text is found: asked for once, then the next and the one before."""

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType

from scaptui.screens.asking import AskingScreen
from scaptui.views.cells import fit_end, shown
from scaptui.widgets.prompt import Prompt

_PURPOSE = "find"
_MOST_SHOWN = 30


def find_hint(before: str, where: str) -> str:
    """What stands beside the prompt: where is looked, or what was looked for before."""
    return f"Enter alone finds {fit_end(shown(before), _MOST_SHOWN)} again" if before else where


class FindingScreen(AskingScreen):
    """Has the prompt for the text, and remembers it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "find", "find", id="screen.find"),
        Binding("n,f3", "find_next", "find the next", id="screen.find_next"),
        Binding("N", "find_next(True)", "find the previous", id="screen.find_previous"),
    ]
    # Where is looked, for the prompt.
    looks_in: ClassVar[str]

    _text = ""

    @abstractmethod
    def _find(self, text: str, *, backward: bool = False) -> None:
        """Go to the next place of a text, or the one before."""

    def _find_first(self, text: str) -> None:
        """Go to a place of a text that was asked for just now."""
        self._find(text)

    def action_find(self) -> None:
        """Ask for a text to find."""
        hint = find_hint(self._text, self.looks_in)
        self._ask(_PURPOSE, "find", hint, enter="find it")

    def action_find_next(self, backward: bool = False) -> None:  # noqa: FBT001, FBT002 - of a binding
        """Find the text again."""
        if self._text:
            self._find(self._text, backward=backward)
        else:
            self.action_find()

    def _finds(self, answer: Prompt.Answered) -> bool:
        """Whether an answer was the text to find; then it is looked for."""
        if answer.purpose != _PURPOSE:
            return False
        self._tell("")
        if answer.text:
            self._text = answer.text
            self._find_first(answer.text)
        elif answer.text is not None and self._text:
            self._find(self._text)
        return True
