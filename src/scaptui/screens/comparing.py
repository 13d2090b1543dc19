"""The page that compares: what is only in one of two captures, spans, runs or selections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.opening import Capture, open_behind, read_all
from scaptui.errors import Refused
from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.asking_for_file import FileAsked
from scaptui.screens.background import Once
from scaptui.screens.copying import copy
from scaptui.screens.frame import Frame
from scaptui.screens.keys import Keys, prompt_keys, told
from scaptui.screens.opened import compiled_filter, with_saved
from scaptui.views.cells import Line, Piece, fit_end, line_text, shown
from scaptui.views.comparison import (
    Comparison,
    OddOnes,
    Question,
    Sides,
    answered,
    count_of,
    narrowed,
    title_line,
)
from scaptui.views.differences import Side
from scaptui.views.file_names import capture_stem
from scaptui.views.findings import Finding, Findings, FindingsPage
from scaptui.views.units import Zone
from scaptui.widgets.findings_pane import FindingsPane
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.prompt import Prompt

_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("findings.events", "its events"),
    ("findings.event", "to event"),
    ("compare.against", "against"),
    ("compare.odd", "odd ones"),
    ("compare.swap", "swap"),
    ("compare.report", "report"),
    ("list.copy", "copy"),
    ("screen.filter", "filter"),
    ("compare.close", "back"),
)
_OF_A_ROW: Final = ("findings.events", "findings.event", "list.copy")
_AGAINST: Final = "against"
# Cells of a filter that names a side.
_NAME: Final = 32
# Seconds between looks whether the capture is read to its end.
_AGAIN: Final = 1.0
# Lines that tell of the row; below so many lines of the screen there is no room for them.
_TOLD: Final = 5
_TALL: Final = 20


@dataclass(frozen=True)
class CompareAsked:
    """The page that is wanted.

    Attributes:
        capture: The capture of the list below.
        question: What is asked first, None for what is usual.
        filter_text: The filter of that list.
        zone: The zone of all times.
        first_line: Line 1 for the screen's name and a width.
        sources: Names of the capture's files.
    """

    capture: Capture
    question: Question | None
    filter_text: str
    zone: Zone
    first_line: Callable[[str, int], Line]
    sources: tuple[str, ...] = ()

    @property
    def usual(self) -> Question:
        """What is asked where nothing is named: the filter's events against the rest, if any."""
        if not self.filter_text:
            return self.odd
        return against_rest(self.capture, self.filter_text)

    @property
    def odd(self) -> Question:
        """What few of many that are alike did."""
        return OddOnes(side(self.capture, self.filter_text))


def side(capture: Capture, filter_text: str, name: str = "") -> Side:
    """The events of a filter.

    Raises:
        Refused: the filter cannot be understood.
    """
    selected = compiled_filter(filter_text) if filter_text else None
    return Side(name or fit_end(filter_text, _NAME), capture, selected, filter_text)


def against_rest(capture: Capture, filter_text: str, name: str = "") -> Question:
    """The events of a filter against all others."""
    rest = side(capture, f"not ({filter_text})", "the rest")
    return Sides(rest, side(capture, filter_text, name))


class OfCapture(Frame, Protocol):
    """A page about one capture that tells times."""

    @property
    def zone(self) -> Zone:
        """The zone of all times."""


def compare_spans(
    frame: OfCapture, span: tuple[str, str], base: tuple[str, str] | None
) -> "CompareScreen":
    """The page over a page with this frame; spans are a name and a filter, no base is the rest."""
    capture = frame.capture
    name, text = span
    if base is None:
        question = against_rest(capture, text, name)
    else:
        question = Sides(side(capture, base[1], base[0]), side(capture, text, name))
    return CompareScreen(
        CompareAsked(capture, question, frame.filter_text, frame.zone, frame.first_line)
    )


class CompareScreen(AskingScreen):
    """Joins the model of the page to its widgets."""

    DEFAULT_CSS = f"""
    CompareScreen #told {{ height: {_TOLD}; }}
    """
    AUTO_FOCUS = "#findings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,backspace", "close", "back", id="compare.close"),
        Binding("A", "against", "against a filter or a capture", id="compare.against"),
        Binding("x", "swap", "the other side first", id="compare.swap"),
        Binding("o", "odd", "the odd ones of many alike", id="compare.odd"),
        Binding("r", "look", "look again", id="compare.look"),
        Binding("M", "report", "save the report", id="compare.report"),
        Binding("c", "copy", "copy the row", id="list.copy"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
    ]

    class Found(Message):
        """The answer is known."""

        def __init__(self, comparison: Comparison, *, whole: bool) -> None:
            super().__init__()
            self.comparison = comparison
            self.whole = whole

    class Asked(Message):
        """Another question: its captures are open, its filters understood."""

        def __init__(self, question: Question) -> None:
            super().__init__()
            self.question = question

    class Narrowed(Message):
        """The filter that fits a row best is known."""

        def __init__(self, row: Finding, of: Side, text: str) -> None:
            super().__init__()
            self.row = row
            self.of = of
            self.text = text

    def __init__(
        self, asked: CompareAsked, kept: tuple[Comparison, FindingsPage] | None = None
    ) -> None:
        super().__init__("" if kept else "comparing")
        self.asked = asked
        self.question = asked.question or asked.usual
        self.comparison: Comparison | None = None
        self.model = FindingsPage(Findings(""))
        if kept is not None:
            self.comparison, self.model = kept
            self.question = self.comparison.question
        self._is_whole = kept is not None
        self._asks_file = FileAsked(self._ask, self._save_report)

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        pane = FindingsPane(id="findings")
        pane.pane_name = "diff"
        pane.model = self.model
        yield pane
        yield MadeLines(self._told_lines, id="told")
        yield from self._foot()

    def on_mount(self) -> None:
        """Begin to look, unless the page was only left for a moment."""
        self._work.start()
        if self.comparison is None:
            self.action_look()
        self.set_interval(_AGAIN, self._look_at_the_end)

    # Asking

    def action_look(self) -> None:
        """Look for the answer, of what has been read of the capture."""
        question = self.question
        self._is_whole = False

        def look() -> None:
            whole = self.asked.capture.progress().done
            try:
                if isinstance(question, Sides):
                    for each in question:
                        if each.capture is not self.asked.capture:
                            read_all(each.capture)
                found = answered(question, lambda: self.is_running and question is self.question)
            except Refused as refused:
                self._post(self.Refusal(refused))
            else:
                self._post(self.Found(found, whole=whole))

        self._tell("comparing")
        self._work.give("compare", Once(look))

    def _look_at_the_end(self) -> None:
        """What was found while the capture was read is looked for again once it is whole."""
        is_idle = not self._work.busy("compare")
        if not self._is_whole and is_idle and self.asked.capture.progress().done:
            self.action_look()

    def on_compare_screen_found(self, message: Found) -> None:
        """Show it, unless something else was asked meanwhile."""
        if message.comparison.question is not self.question:
            return
        self.comparison, self._is_whole = message.comparison, message.whole
        self.told = "" if message.whole else "so far: still being read, r looks again"
        self.model = FindingsPage(message.comparison.findings)
        self.query_one(FindingsPane).model = self.model
        self._place()
        self._tell_keys()
        self._redraw_all()

    def on_asking_screen_refusal(self, message: AskingScreen.Refusal) -> None:
        """Say what cannot be compared, and what can."""
        message.prevent_default()
        refused = message.refused
        self._is_whole = True
        if self.comparison is None:
            self.model = FindingsPage(Findings("", nothing=refused.message))
            self.query_one(FindingsPane).model = self.model
            self._tell(refused.hint)
        else:
            self._tell("; ".join(filter(None, [refused.message, refused.hint])))

    def on_compare_screen_asked(self, message: Asked) -> None:
        """Ask it."""
        self._ask_anew(message.question)

    def _ask_anew(self, question: Question) -> None:
        self.question = question
        self.action_look()

    def action_odd(self) -> None:
        """Ask what few of many that are alike did."""
        self._ask_anew(self.asked.odd)

    def action_swap(self) -> None:
        """Exchange the sides: what is only in the second is told first."""
        question = self.question
        if isinstance(question, Sides):
            self._ask_anew(Sides(question.second, question.first))
        else:
            self._tell("there are no two sides to exchange")

    def action_against(self) -> None:
        """Ask with what to compare."""
        if not self.asked.filter_text:
            hint = "a filter, or a capture's file; empty: the odd ones"
        else:
            hint = "a filter, or a capture's file; empty: the rest"
        self._ask(_AGAINST, "compare with", hint, enter="compare")

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Open what was named beside the screen."""
        self.query_one("#cursor").display = True
        self._tell("")
        if self._asks_file.takes(message) or message.text is None:
            return
        text = message.text.strip()

        def ask() -> None:
            try:
                question = self._named(text)
            except Refused as refused:
                self._post(self.Refusal(refused))
            else:
                self._post(self.Asked(question))

        self._work.give("ask", Once(ask))

    def _named(self, text: str) -> Question:
        """What a text asks for: nothing, a capture's file or a filter."""
        asked = self.asked
        if not text:
            return asked.usual
        path = Path(text)
        if path.is_file():
            here = asked.sources[0] if asked.sources else "this capture"
            ours = side(asked.capture, asked.filter_text, Path(here).name)
            other = side(open_behind([text]), asked.filter_text, path.name)
            return Sides(other, ours)
        text = with_saved(text)
        if not asked.filter_text:
            return against_rest(asked.capture, text)
        return Sides(side(asked.capture, text), side(asked.capture, asked.filter_text))

    # Leaving

    def on_rows_pane_moved(self) -> None:
        """Tell of the row the cursor is on now."""
        self.told = ""
        self._redraw_all()

    def on_findings_pane_event_wanted(self, message: FindingsPane.EventWanted) -> None:
        """Leave for an event, or for all events of the row."""
        row, place = self.model.row, self.model.place
        if row is None or place is None or self.comparison is None:
            return
        of = self.comparison.side_of(place)
        about = self.comparison.about.get(place)
        if of is None or about is None or not message.wants_all:
            self._leave(row.event, of, message.filter_text)
            return
        side_of, texts, count = of, narrowed(about, of), count_of(about)

        def narrow() -> None:
            text = texts[-1]
            for each in texts[:-1]:
                if side_of.capture.count(compiled_filter(each)) == count:
                    text = each
                    break
            self._post(self.Narrowed(row, side_of, text))

        self._work.give("narrow", Once(narrow))

    def on_compare_screen_narrowed(self, message: Narrowed) -> None:
        """Leave for the events, unless the cursor went on."""
        if message.row is self.model.row:
            self._leave(message.row.event, message.of, message.text)

    def _leave(self, event: int, of: Side | None, text: str) -> None:
        if of is not None and of.capture is not self.asked.capture:
            self._show_other(event, of, text)
            return
        filter_text = text or ("" if self.asked.filter_text else None)
        self.dismiss(PageLeft(event, filter_text, back=self._again()))

    def _show_other(self, event: int, of: Side, text: str) -> None:
        """The events of the other capture, above this page."""
        from scaptui.screens.opened import Opened
        from scaptui.screens.other_capture import OtherCaptureScreen

        selected = compiled_filter(text) if text else None
        opened = Opened(of.capture, text, selected, self.asked.zone)
        self.app.push_screen(OtherCaptureScreen(opened, event))

    def _again(self) -> "Callable[[], CompareScreen] | None":
        if self.comparison is None:
            return None
        asked, kept = self.asked, (self.comparison, self.model)
        return lambda: CompareScreen(asked, kept)

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(PageLeft(None))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self.dismiss(PageLeft(None, then="filter"))

    # Keeping

    def action_copy(self) -> None:
        """The row goes to the clipboard, with the events it is about."""
        row = self.model.row
        if row is None or self.model.place is None:
            return
        lines = [" ".join(filter(None, (shown(cell).strip() for cell in row.cells)))]
        if self.comparison is not None:
            cells = max(self.size.width, 200)
            told_lines = self.comparison.told(self.model.place, self.asked.zone, cells)[1:]
            lines += [line_text(line).rstrip() for line in told_lines]
        text = "\n".join(line for line in lines if line.strip())
        self._tell(copy(self.app, text, self.size.width))

    def action_report(self) -> None:
        """Ask for a file for the report."""
        if self.comparison is None:
            self._tell("there is nothing to report yet")
            return
        name = f"{capture_stem(self._source)}-diff.md"
        self._asks_file.begin("save report to", name, ".md .txt .json", enter="save it")

    def _save_report(self, path: Path, *, replaces: bool) -> None:
        comparison, name = self.comparison, Path(self._source).name
        if comparison is None:
            return

        def made() -> list[str]:
            if path.suffix == ".json":
                return [comparison.data(name)]
            return comparison.written(name, "text" if path.suffix == ".txt" else "markdown")

        self._write_beside(path, made, over=replaces)

    @property
    def _source(self) -> str:
        return self.asked.sources[0] if self.asked.sources else "-"

    # Drawing

    def _place(self) -> None:
        has_groups = self.comparison is not None and bool(self.comparison.about)
        self.query_one("#told").display = has_groups and self.size.height >= _TALL

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(FindingsPane).redraw()

    def _tell_keys(self) -> None:
        wanted = prompt_keys(self.focused) if isinstance(self.focused, Prompt) else _KEYS
        if self.model.row is None:
            wanted = tuple(each for each in wanted if each[0] not in _OF_A_ROW)
        self.query_one(Footer).tell(told(self, wanted))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        first = self.asked.first_line("diff", width)
        if self.comparison is None:
            return [first, self.model.title_line(self.asked.filter_text, width)]
        return [first, title_line(self.comparison, self.asked.filter_text, width)]

    def _told_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.comparison is None or self.model.place is None:
            return []
        return self.comparison.told(self.model.place, self.asked.zone, width)

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {fit_end(self.told, width - 1)}"),)]
        return [self.model.cursor_line(width)]
