"""Why a filter selects what it selects: the page that explains it, with the work it needs."""

from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from scaptui.capture.opening import Capture
from scaptui.filter.core import vocabulary
from scaptui.filter.expression import All, Expression
from scaptui.screens.background import Background, Once, Streaming
from scaptui.views.clauses import understood
from scaptui.views.counts import CaptureCounts
from scaptui.views.summary import summarise
from scaptui.views.why import Explanation, explain
from scaptui.views.why_findings import Finding
from scaptui.widgets.why import WhyPage


class WhyArea(Vertical):
    """Holds the page in place of the list."""

    DEFAULT_CSS = "WhyArea { height: 1fr; width: 1fr; }"

    @dataclass
    class Changed(Message):
        """The page has other keys and another cursor line."""

        page: WhyPage

    @dataclass
    class Explained(Message):
        """More is known."""

        explanation: Explanation

    @dataclass
    class Counted(Message):
        """A count the page asked for came."""

        expression: Expression
        count: int

    def __init__(self, capture: Capture, work: Background, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._work = work
        self._capture = capture
        self._counts = CaptureCounts(capture)
        self.page = WhyPage(id="why-page")

    def compose(self) -> ComposeResult:
        """The page alone."""
        yield self.page

    def explain(self, text: str, limits: str = "") -> None:
        """Explain a filter, a little more with each step.

        `limits` is a sentence about what the capture cannot hold; empty where there is none.
        """
        expression = understood(text, vocabulary()) or All()
        self.page.display = True
        self.page.focus()
        # Tables of a file that is still being read are not whole.
        whole = (lambda: summarise(self._capture, None)) if self._capture.progress().done else None
        first = (Finding(limits),) if limits else ()
        steps = (
            replace(known, findings=first + known.findings)
            for known in explain(expression, self._counts, vocabulary().fields, whole)
        )
        self._work.give("why", Streaming(steps, lambda known: self._tell(self.Explained(known))))

    def leave(self) -> None:
        """Explain no more."""
        self._work.drop("why")
        self.page.display = False

    def on_why_area_explained(self, message: Explained) -> None:
        """Show it."""
        message.stop()
        self.page.explained(message.explanation)

    def on_why_area_counted(self, message: Counted) -> None:
        """Show it."""
        message.stop()
        self.page.answered(message.expression, message.count)

    def on_why_page_moved(self, message: WhyPage.Moved) -> None:
        """Pass it on; what a pane's parent made it send goes no further by itself."""
        message.stop()
        self.post_message(self.Changed(message.page))

    def on_why_page_asked(self, message: WhyPage.Asked) -> None:
        """Count beside the screen."""
        message.stop()

        def count() -> None:
            found = self._counts.count(message.expression)
            self._tell(self.Counted(message.expression, found))

        self._work.give("why-count", Once(count))

    def _tell(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)
