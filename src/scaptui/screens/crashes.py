"""The crash page: what restarts or crashed, each run, and why it ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from scaptui.capture.opening import Capture, Filter
from scaptui.errors import Refused
from scaptui.screens.asking import AskingScreen, PageLeft
from scaptui.screens.asking_for_file import FileAsked
from scaptui.screens.background import Once
from scaptui.screens.keys import DROPS_FILTER, Keys, prompt_keys, told
from scaptui.views.arrangement import TALL
from scaptui.views.bookmarks import Bookmarks
from scaptui.views.cells import Line, Piece
from scaptui.views.crash_finding import crashes
from scaptui.views.crash_lines import about_height
from scaptui.views.crash_page import CrashPage
from scaptui.views.crash_side import WITH_SIDE, evidence_width, side_lines
from scaptui.views.crash_span import span_of
from scaptui.views.crashes import Crashes, Run
from scaptui.views.file_names import capture_stem
from scaptui.views.process_frame import Rows
from scaptui.views.units import Zone
from scaptui.widgets.crash_panes import CrashEvidence, CrashPane, CrashRuns
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.prompt import Prompt

_RUN_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("crashes.events", "events"),
    ("crashes.event", "event"),
    ("crashes.output", "output"),
    ("crashes.tree", "tree"),
    ("crashes.slice", "slice"),
    ("crashes.report", "report"),
    ("crashes.pane", "evidence"),
    ("screen.filter", "filter"),
    ("crashes.close", "close"),
)
_EVIDENCE_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("crashes.event", "event"),
    ("crashes.pane", "runs"),
    ("crashes.output", "output"),
    ("crashes.tree", "tree"),
    ("crashes.slice", "slice"),
    ("crashes.report", "report"),
    ("screen.filter", "filter"),
    ("crashes.close", "close"),
)
# The same with more words, for wide screens.
_WHOLE_WORDS: Final = {
    "crashes.events": "events of the run",
    "crashes.event": "to event",
    "crashes.output": "whole output",
    "crashes.tree": "process tree at the end",
    "crashes.slice": "slice this run",
    "crashes.report": "report as Markdown",
}
_OF_A_RUN: Final = (
    "crashes.events", "crashes.event", "crashes.pane", "crashes.output", "crashes.tree",
    "crashes.slice",
)  # fmt: skip
_NO_RUN: Final = "there is no run here"


@dataclass(frozen=True)
class CrashesAsked:
    """The page that is wanted.

    Attributes:
        capture: The capture.
        rows: Rows of the selection that is shown, for the process tree.
        selected: The filter, None for all events; it chooses programs.
        filter_text: The same as text.
        zone: The zone of all times.
        first_line: Line 1 for the screen's name and a width.
        strip: The strip and its marks, for a time (ns) and a width.
        sources: Paths of the capture.
        bookmarks: Its bookmarks.
    """

    capture: Capture
    rows: Rows
    selected: Filter | None
    filter_text: str
    zone: Zone
    first_line: Callable[[str, int], Line]
    strip: Callable[[int | None, int], Sequence[Line]]
    sources: tuple[str, ...]
    bookmarks: Bookmarks


class CrashesScreen(AskingScreen):
    """Joins the model of the page to its widgets."""

    DEFAULT_CSS = """
    CrashesScreen #body { height: 1fr; width: 1fr; overflow: hidden; }
    CrashesScreen #evidence { width: 1fr; }
    CrashesScreen #side { height: 1fr; }
    """
    AUTO_FOCUS = "#runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,K", "close", "close", id="crashes.close"),
        Binding("tab,shift+tab", "other_pane", "runs or evidence", id="crashes.pane"),
        Binding("o", "output", "all it wrote to stdout and stderr", id="crashes.output"),
        Binding("p", "tree", "the process tree at its end", id="crashes.tree"),
        Binding("W", "slice", "save the events of the run", id="crashes.slice"),
        Binding("A", "compare", "compare with a run that lived", id="crashes.compare"),
        Binding("M", "report", "save the report as Markdown", id="crashes.report"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        DROPS_FILTER,
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
    ]

    class Found(Message):
        """All is known."""

        def __init__(self, found: Crashes) -> None:
            super().__init__()
            self.found = found

    class SpanFound(Message):
        """From which event to which a run goes, None where there is none."""

        def __init__(
            self, run: Run, scope: tuple[str, Filter], span: tuple[int, int] | None
        ) -> None:
            super().__init__()
            self.run = run
            self.scope = scope
            self.span = span

    def __init__(self, asked: CrashesAsked) -> None:
        super().__init__("looking for what restarts or crashed")
        self.asked = asked
        self._found: Crashes | None = None
        self.model = CrashPage(Crashes(), asked.zone, known=False)
        self._asks_file = FileAsked(self._ask, self._save_report)

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield MadeLines(lambda width, _: self.asked.strip(self._moment, width), id="strip")
        yield CrashRuns(self.model, id="runs")
        yield MadeLines(self._about_lines, id="about")
        with Horizontal(id="body"):
            yield CrashEvidence(self.model, id="evidence")
            yield MadeLines(self._side_lines, id="side")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Prompt(id="prompt")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Begin to look."""
        self._work.give("crashes", Once(self._look))
        self._work.start()

    def _look(self) -> None:
        try:
            self._post(self.Found(crashes(self.asked.capture, self.asked.selected)))
        except Refused as refused:
            self._post(self.Refusal(refused))

    def on_crashes_screen_found(self, message: Found) -> None:
        """Show what was found."""
        self.told = ""
        self._found = message.found
        self.model = CrashPage(message.found, self.asked.zone)
        for pane in self.query(CrashPane):
            pane.model = self.model
        self._place()
        self._tell_keys()
        self._redraw_all()

    def on_rows_pane_moved(self) -> None:
        """Tell of the run the cursor is on now."""
        self.told = ""
        self._redraw_all()

    def on_crash_pane_event_wanted(self, message: CrashPane.EventWanted) -> None:
        """Leave for an event, or for the events of a run."""
        text = message.filter_text or ("" if self.asked.filter_text else None)
        self.dismiss(PageLeft(message.event or None, text))

    def action_close(self) -> None:
        """Back to the events."""
        self.dismiss(PageLeft(None))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self.dismiss(PageLeft(None, then="filter"))

    def action_drop_filter(self) -> None:
        """All that restarts or crashed."""
        self._drop_filter(self.asked.filter_text, "crashes")

    def action_other_pane(self) -> None:
        """From the runs to the evidence, and back."""
        other = "#runs" if isinstance(self.focused, CrashEvidence) else "#evidence"
        self.query_one(other).focus()

    # Pages about the run, from which one comes back to this

    def action_output(self) -> None:
        """Show all that the run's processes wrote to stdout and stderr."""
        from scaptui.screens.stream import stream_screen
        from scaptui.views.streams import StreamWanted

        run = self.model.run
        if run is None:
            self._tell(_NO_RUN)
            return
        wanted = StreamWanted(thread=run.thread)
        self.app.push_screen(stream_screen(self.asked, wanted), self._left_output)

    def _left_output(self, left: PageLeft | None) -> None:
        if left is not None and (left.at is not None or left.then):
            self.dismiss(left)

    def action_tree(self) -> None:
        """Show the process tree as of the end of the run."""
        from scaptui.screens.process_work import TreeAsked
        from scaptui.screens.processes import ProcessesScreen

        run, asked = self.model.run, self.asked
        if run is None:
            self._tell(_NO_RUN)
            return
        tree = TreeAsked(
            capture=asked.capture,
            rows=asked.rows,
            selected=asked.selected,
            filter_text=asked.filter_text,
            at=None if run.exit is None else run.exit.event,
            zone=asked.zone,
            first_line=asked.first_line,
            strip=asked.strip,
        )
        self.app.push_screen(ProcessesScreen(tree), self._left_tree)

    def _left_tree(self, left: PageLeft | None) -> None:
        # The tree always tells its moment: without more it was only closed.
        if left is not None and (left.filter_text is not None or left.then):
            self.dismiss(left)

    def action_compare(self) -> None:
        """Compare the run with one of its program that lived or ended otherwise."""
        from scaptui.screens.comparing import compare_spans
        from scaptui.views.crash_partner import named_run, partner

        run, program = self.model.run, self.model.program
        if run is None or program is None:
            self._tell(_NO_RUN)
            return
        other = partner(program, run)
        if other is None:
            self._tell("this program has no other run: A in the list of events compares with more")
            return
        page = compare_spans(self.asked, named_run(run), named_run(other))
        self.app.push_screen(page, self._left_output)

    def action_slice(self) -> None:
        """Find the first and the last event of the run, to save what is between."""
        from scaptui.screens.opened import compiled_filter

        run, capture = self.model.run, self.asked.capture
        if run is None:
            self._tell(_NO_RUN)
            return
        text = self.model.scope()
        self._tell("looking for the events of the run")

        def look() -> None:
            try:
                scope = compiled_filter(text)
                span = span_of(capture, run, scope)
            except Refused as refused:
                self._post(self.Refusal(refused))
            else:
                self._post(self.SpanFound(run, (text, scope), span))

        self._work.give("span", Once(look))

    def on_crashes_screen_span_found(self, message: SpanFound) -> None:
        """Show the slice page, unless another run or page was chosen meanwhile."""
        from scaptui.screens.slices import SliceAsked, SliceScreen

        if message.run is not self.model.run or not self.is_current:
            return
        if message.span is None:
            self._tell("the capture has no event of this run")
            return
        self._tell("")
        asked = self.asked
        text, selected = message.scope
        read = asked.capture.progress()
        wanted = SliceAsked(
            capture=asked.capture,
            selected=selected,
            filter_text=text,
            span=(read.first, read.events),
            zone=asked.zone,
            first_line=asked.first_line,
            filter_line=lambda _: (Piece(" filter  ", "muted"), Piece(text)),
            sources=asked.sources,
            bookmarks=asked.bookmarks,
            between=message.span,
        )
        self.app.push_screen(SliceScreen(wanted))

    # The report

    def action_report(self) -> None:
        """Ask for a file for the report."""
        if self._found is None:
            self._tell("there is nothing to report yet")
            return
        source = self.asked.sources[0] if self.asked.sources else "-"
        name = f"{capture_stem(source)}-crashes.md"
        self._asks_file.begin("save report to", name, "Markdown", enter="save it")

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Save it where it was said."""
        self.query_one("#cursor").display = True
        self._asks_file.takes(message)

    def _save_report(self, path: Path, *, replaces: bool) -> None:
        from scaptui.views.crash_report import report
        from scaptui.views.report_source import Source

        found, asked = self._found, self.asked
        if found is None:
            return

        def made() -> list[str]:
            source = Source.of(asked.capture)
            return report(found, source, asked.filter_text or None, asked.zone.rules)

        self._write_beside(path, made, over=replaces)

    @property
    def _moment(self) -> int | None:
        run = self.model.run
        return None if run is None else run.ended

    def _place(self) -> None:
        height = self.size.height
        has_strip = height >= TALL
        self.query_one("#strip").display = has_strip
        width, side, about = self.size.width, self.query_one("#side"), self.query_one("#about")
        is_wide = width >= WITH_SIDE
        self.model.is_wide = is_wide
        above = about_height(width, roomy=has_strip) if is_wide and self.model.rows else 0
        about.display = side.display = above > 0
        about.styles.height = max(1, above)
        room = height - (6 if has_strip else 4) - above
        roomy = has_strip and is_wide
        rows = max(3, min(self.model.wanted_rows() + roomy, room // 2))
        self.query_one("#runs").styles.height = rows if self.model.rows else 1
        side.styles.width = width - evidence_width(width)

    def _redraw_all(self) -> None:
        super()._redraw_all()
        for pane in self.query(CrashPane):
            pane.redraw()

    def _tell_keys(self) -> None:
        keys = _RUN_KEYS
        if isinstance(self.focused, CrashEvidence):
            keys = _EVIDENCE_KEYS
        elif isinstance(self.focused, Prompt):
            keys = prompt_keys(self.focused)
        if not self.model.rows:
            keys = tuple(each for each in keys if each[0] not in _OF_A_RUN)
        if self.size.width >= WITH_SIDE:
            keys = tuple((name, _WHOLE_WORDS.get(name, words)) for name, words in keys)
        self.query_one(Footer).tell(told(self, keys))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        first = self.asked.first_line("crashes", width)
        return [first, self.model.filter_line(self.asked.filter_text, width)]

    def _about_lines(self, width: int, _: int) -> Sequence[Line]:
        return self.model.about_lines(width, focused=isinstance(self.focused, CrashEvidence))

    def _side_lines(self, width: int, height: int) -> Sequence[Line]:
        return side_lines(self.model.run, self.model.program, width, height)

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        if self.told:
            return [(Piece(f" {self.told}"),)]
        return [self.model.cursor_line(width)]
