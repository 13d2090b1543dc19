"""The prompt in which a filter is typed, with the counts it asks for.

Loaded when it is first needed: the filter language takes longer to load than a screen to draw.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from scaptui.capture.opening import Capture, Filter, compile_filter
from scaptui.filter.core import vocabulary
from scaptui.filter.expression import All, Expression
from scaptui.filter.wire import wire
from scaptui.screens.background import Background, Streaming
from scaptui.screens.fields import FieldsScreen
from scaptui.views.cells import Line
from scaptui.views.clauses import HOWS, clause, extended, understood
from scaptui.views.counts import CaptureCounts
from scaptui.views.filter_history import FilterHistory
from scaptui.views.filter_prompt import Answer, FilterPromptModel, answers
from scaptui.widgets.filter_bar import FilterBar


class FilterArea(Vertical):
    """Holds the prompt. What is typed is shown as soon as it is a filter."""

    DEFAULT_CSS = "FilterArea { height: auto; width: 1fr; }"

    @dataclass
    class Wanted(Message):
        """The list is to show what an expression selects; `text` is None while it is typed."""

        expression: Expression
        text: str | None

    @dataclass
    class Changed(Message):
        """The prompt has other keys, another cursor line, and says something else."""

        keys: Sequence[tuple[str, str]]
        cursor_line: Line
        is_offering: bool
        is_wrong: bool

    @dataclass
    class SaveWanted(Message):
        """A filter is to be kept under a name."""

        text: str

    @dataclass
    class Answered(Message):
        """Counts for the prompt came."""

        answer: Answer

    def __init__(
        self,
        capture: Capture,
        work: Background,
        applied: str,
        first_line: Callable[[str, int], Line],
        *,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._work = work
        self._first_line = first_line
        self._counts = CaptureCounts(capture)
        model = FilterPromptModel(vocabulary(), FilterHistory.of_user(), applied)
        self._bar = FilterBar(model, id="bar")

    def compose(self) -> ComposeResult:
        """The prompt alone."""
        yield self._bar

    @property
    def is_open(self) -> bool:
        """Whether a filter is being typed."""
        return self._bar.display and self.is_mounted

    def open(self, text: str, rows: int) -> None:
        """Let the filter be typed, on a screen of so many rows."""
        self._bar.open(text, rows)

    def capture_grew(self) -> None:
        """Counts are asked for again."""
        if self.is_open:
            self._bar.capture_grew()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Show what is typed as far as it is a filter."""
        message.stop()
        bar = message.bar
        offering, wrong = bar.model.choices is not None, bar.model.reading.validity == "error"
        self.post_message(self.Changed(bar.keys, bar.cursor_line, offering, wrong))
        if self.is_open:
            self.post_message(self.Wanted(message.effective, None))

    def on_filter_bar_asked(self, message: FilterBar.Asked) -> None:
        """Count beside the screen."""
        message.stop()
        found = answers(message.question, self._counts)
        self._work.give("counts", Streaming(found, self._tell))

    def on_filter_area_answered(self, message: Answered) -> None:
        """Counts came."""
        message.stop()
        self._bar.answered(message.answer)

    def on_filter_bar_submitted(self, message: FilterBar.Submitted) -> None:
        """The filter is applied."""
        message.stop()
        self._left(message.text)

    def on_filter_bar_cancelled(self, message: FilterBar.Cancelled) -> None:
        """The filter of before is shown again."""
        message.stop()
        self._left(message.text)

    def on_filter_bar_save_asked(self, message: FilterBar.SaveAsked) -> None:
        """Keep it."""
        message.stop()
        self.post_message(self.SaveWanted(message.text))

    def on_filter_bar_fields_asked(self, message: FilterBar.FieldsAsked) -> None:
        """Show the fields; the one that is chosen goes into the filter."""
        message.stop()
        title = partial(self._first_line, "fields")
        self.app.push_screen(FieldsScreen(vocabulary(), message.word, title), self._bar.put_field)

    def _left(self, text: str) -> None:
        self._work.drop("counts")
        # Straight to the screen, so that the next key already finds the list.
        self.screen.post_message(self.Wanted(understood(text, vocabulary()) or All(), text))

    def _tell(self, answer: Answer) -> None:
        if self.is_running:
            self.post_message(self.Answered(answer))


def compiled(expression: Expression) -> Filter | None:
    """An expression as the core takes it.

    Raises:
        Refused: the core does not take it.
    """
    return None if isinstance(expression, All) else compile_filter(wire(expression))


def with_clause(text: str, field: str, value: bytes | None, how: str) -> str:
    """A filter's text with a clause made of a value on the screen."""
    return with_added(text, clause(field, value, vocabulary()), how)


def with_added(text: str, added: str, how: str) -> str:
    """A filter's text with a clause more."""
    way = next(known for known in HOWS if known == how)
    return extended(text, added, way, vocabulary())
