"""The page in place of the list that explains a filter."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.filter.expression import Expression
from scaptui.views.cells import Line
from scaptui.views.why import Explanation
from scaptui.views.why_page import WhyModel
from scaptui.widgets.lines import LinesView


class WhyPage(LinesView, can_focus=True):
    """Clause by clause, with a cursor over everything that can be a filter."""

    DEFAULT_CSS = "WhyPage { display: none; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", "use it", id="why.use"),
        Binding("j,down,l,right", "move(1)", "next", id="why.next"),
        Binding("k,up,h,left", "move(-1)", "previous", id="why.previous"),
        Binding("tab", "section", "next part", id="why.section"),
        Binding("g", "event", "go to the event", id="why.event"),
        Binding("home", "move(-1000)", "first", id="why.first"),
        Binding("end,G", "move(1000)", "last", id="why.last"),
        Binding("f,f4,backslash", "edit", "edit", id="why.edit"),
        Binding("backspace,w,escape,q", "leave", "list", id="why.leave"),
    ]

    @dataclass
    class Chosen(Message):
        """A filter is to be applied."""

        text: str

    @dataclass
    class Moved(Message):
        """The cursor is on something else: the cursor line changes."""

        page: "WhyPage"

    @dataclass
    class Asked(Message):
        """How many events a filter selects is wanted; the answer goes to `answered`."""

        expression: Expression

    @dataclass
    class EventAsked(Message):
        """The list is wanted at the event that shows what happened."""

        number: int

    class EditAsked(Message):
        """The filter is to be edited."""

    class Left(Message):
        """The list is wanted, empty as it may be."""

    def __init__(self, model: WhyModel | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model or WhyModel()
        self._top = 0

    def explained(self, explanation: Explanation) -> None:
        """Show what is known now."""
        self.model.show(explanation)
        self._changed()

    def answered(self, expression: Expression, count: int) -> None:
        """A count came."""
        self.model.answered(expression, count)
        self._changed()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Keys with what they do."""
        return self.model.keys()

    def cursor_line(self, columns: int) -> Line:
        """The filter Enter would apply, and what it would select."""
        return self.model.about_target(columns)

    def on_resize(self) -> None:
        """Lines for another size."""
        self._draw()

    def action_move(self, by: int) -> None:
        """Go to the next or a previous thing that can be a filter."""
        self.model.move(by)
        self._changed()

    def action_section(self) -> None:
        """Go to the next part of the page: the clauses, where the text occurs, what happened."""
        self.model.next_section()
        self._changed()

    def action_event(self) -> None:
        """Go to the event that shows it."""
        number = self.model.event
        if number is not None:
            self.post_message(self.EventAsked(number))

    def action_use(self) -> None:
        """Apply what the cursor is on."""
        text = self.model.chosen_filter
        if text is not None:
            self.post_message(self.Chosen(text))

    def action_edit(self) -> None:
        """Edit the filter."""
        self.post_message(self.EditAsked())

    def action_leave(self) -> None:
        """Back to the list."""
        self.post_message(self.Left())

    def _changed(self) -> None:
        self._draw()
        asked = self.model.question()
        if asked is not None:
            self.post_message(self.Asked(asked))
        self.post_message(self.Moved(self))

    def _draw(self) -> None:
        width, height = self.size
        if not width or not height:
            return
        lines, whole = self.model.lines(width)
        target = self.model.target
        at = target.line if target is not None else 0
        # The whole page when it fits, else a window that holds the cursor.
        self._top = min(self._top, max(0, len(lines) - height))
        if not self._top <= at < self._top + height:
            self._top = max(0, min(at - height // 3, len(lines) - height))
        window = lines[self._top : self._top + height]
        self.show(window, None if whole is None else whole - self._top)
