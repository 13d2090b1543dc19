"""Explanations of filters on captures."""

from pathlib import Path

from scaptui.capture.opening import open_capture, read_all
from scaptui.filter.core import understood, vocabulary
from scaptui.views.cells import line_text
from scaptui.views.counts import CaptureCounts
from scaptui.views.summary import summarise
from scaptui.views.why import Explanation, explain
from scaptui.views.why_page import WhyModel


class Explaining:
    """A capture that has been read, and what is known of it."""

    def __init__(self, path: Path) -> None:
        self.capture = open_capture([str(path)])
        read_all(self.capture)
        self.counts = CaptureCounts(self.capture)

    def known(self, text: str) -> Explanation:
        """All that is known of a filter."""
        *_, known = self._steps(text)
        return known

    def page(self, text: str) -> WhyModel:
        """The page about a filter, all counts known."""
        model = WhyModel()
        for known in self._steps(text):
            model.show(known)
        while model.answer(self.counts):
            pass
        return model

    def _steps(self, text: str) -> list[Explanation]:
        expression, fields = understood(text).expression, vocabulary().fields
        whole = lambda: summarise(self.capture, None)  # noqa: E731
        return list(explain(expression, self.counts, fields, whole))


def drawn(model: WhyModel, columns: int = 80) -> list[str]:
    """The lines of a page."""
    return [line_text(line).rstrip() for line in model.lines(columns)[0]]
