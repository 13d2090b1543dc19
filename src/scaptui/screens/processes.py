"""The process tree as of the cursor's event, with what is known of the process under the cursor."""

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message

from scaptui.errors import Refused
from scaptui.screens.asking import PageLeft
from scaptui.screens.finding import FindingScreen
from scaptui.screens.keys import DROPS_FILTER, prompt_keys, told
from scaptui.screens.process_keys import PaneName, footer_keys
from scaptui.screens.process_work import Knowing, Taking, TreeAsked
from scaptui.views.arrangement import TALL
from scaptui.views.cells import Line, Piece, glimpse
from scaptui.views.format import NS
from scaptui.views.process_columns import PANE, WIDE, WITH_PANE
from scaptui.views.process_details import ProcessDetails
from scaptui.views.process_frame import (
    event_after_seconds,
    event_at_or_after,
    event_beside,
    lineage_line,
    moment_line,
    nowhere,
    quiet_line,
)
from scaptui.views.process_pane import Fact, ProcessPane
from scaptui.views.process_snapshot import Snapshot
from scaptui.views.process_tree import ProcessTreeModel
from scaptui.views.times import moment_named
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.process_facts import ProcessFacts
from scaptui.widgets.process_tree import Pane, ProcessTree
from scaptui.widgets.prompt import Prompt

# The tree keeps so many rows beside an open pane of files or environment.
_ROWS: Final = 6
# The core takes no number beyond.
_LAST_NUMBER: Final = 2**32 - 1
_EMPTY: Final = Snapshot(())


class ProcessesScreen(FindingScreen):
    """Joins the model of the tree to its widgets."""

    DEFAULT_CSS = """
    ProcessesScreen #body, ProcessesScreen #left { height: 1fr; width: 1fr; overflow: hidden; }
    ProcessesScreen #side { height: 1fr; }
    """
    AUTO_FOCUS = "#tree"
    looks_in = "in pid, program, arguments, user, container"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "close", "close what is innermost", id="processes.close"),
        Binding("tab,shift+tab", "other_pane", "tree or pane below", id="processes.pane"),
        Binding("z", "zoom", "this pane alone", id="screen.zoom"),
        Binding("ctrl+g", "go_to", "the tree at a number or time", id="screen.go_to"),
        Binding("f,f4,backslash", "leave_for('filter')", "filter", id="screen.filter"),
        DROPS_FILTER,
        Binding("w", "leave_for('why')", "why the filter selects this", id="screen.why"),
        Binding("ctrl+c", "interrupt", "twice quits", id="screen.stop"),
    ]

    class Taken(Message):
        """The tree of another moment is there."""

        def __init__(self, asked: int, snapshot: Snapshot) -> None:
            super().__init__()
            self.asked = asked
            self.snapshot = snapshot

    class Known(Message):
        """All is known of a process."""

        def __init__(self, details: ProcessDetails) -> None:
            super().__init__()
            self.details = details

    def __init__(self, asked: TreeAsked) -> None:
        super().__init__("reading the process tree")
        self.asked = asked
        self.model = ProcessTreeModel(_EMPTY)
        self._moments = 0
        self._at = asked.at
        self._ts = 0
        self._details: ProcessDetails | None = None
        self._below: Pane | None = None
        self._zoomed = False

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield MadeLines(
            lambda width, _: self.asked.strip(self.model.snapshot.ts, width), id="strip"
        )
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield ProcessTree(self.model, self.asked.zone, id="tree")
                yield ProcessFacts(id="below")
            yield MadeLines(self._side_lines, id="side")
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Prompt(id="prompt")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_mount(self) -> None:
        """Begin to ask."""
        self.query_one("#side").styles.width = PANE
        self._work.start()
        self._take(self.asked.at)

    # Work beside the screen

    def _take(self, at: int | None) -> None:
        """Ask for the tree at a moment. Answers to older questions are passed over."""
        self._moments += 1
        number = self._moments
        taking = Taking(
            self.asked, at, lambda tree: self._post(self.Taken(number, tree)), self._post_refusal
        )
        self._work.give("tree", taking)

    def _ask_details(self) -> None:
        row = self.model.row
        if row is None or row.quiet:
            self._details = None
            self._work.drop("details")
            return
        make = (self.asked.capture, self.model.snapshot, row.position, self.asked.zone)
        # What the tree knows is shown at once, by details that took no step.
        self._details = ProcessDetails(*make)
        knowing = Knowing(
            ProcessDetails(*make), lambda all_: self._post(self.Known(all_)), self._post_refusal
        )
        self._work.give("details", knowing)

    def _post_refusal(self, refused: Refused) -> None:
        self._post(self.Refusal(refused))

    def on_processes_screen_taken(self, message: Taken) -> None:
        """Show the moment that was asked for last."""
        if message.asked != self._moments:
            return
        self.told = ""
        self._at = message.snapshot.at
        self._ts = message.snapshot.ts or 0
        self.model.show(message.snapshot)
        self._ask_details()
        self._redraw_all()

    def on_processes_screen_known(self, message: Known) -> None:
        """Show what is known, when the cursor is still on that process at that moment."""
        shown = self._details
        if (
            shown is not None
            and message.details.process is shown.process
            and message.details.snapshot is self.model.snapshot
        ):
            self._details = message.details
            self._redraw_all()

    # What the tree asks for

    def on_process_tree_moved(self, message: ProcessTree.Moved) -> None:
        """Tell of the process the cursor is on now."""
        self.told = message.told
        row = self.model.row
        process = None if row is None else self.model.process
        if self._details is None or process is not self._details.process:
            self._ask_details()
        self._redraw_all()

    def on_process_tree_scope_wanted(self, message: ProcessTree.ScopeWanted) -> None:
        """Leave for the events of these processes."""
        from scaptui.screens.filter_area import with_added

        text = with_added(self.asked.filter_text, message.clause, message.how)
        self.dismiss(PageLeft(self._at, text))

    def on_process_tree_output_wanted(self, message: ProcessTree.OutputWanted) -> None:
        """Show what the processes wrote; from there one may leave for an event."""
        from scaptui.screens.stream import stream_screen
        from scaptui.views.streams import StreamWanted

        wanted = StreamWanted(thread=message.thread)
        self.app.push_screen(stream_screen(self.asked, wanted), self._left_stream)

    def _left_stream(self, left: PageLeft | None) -> None:
        if left is not None and (left.at is not None or left.then):
            self.dismiss(left)

    def on_process_facts_clause_wanted(self, message: ProcessFacts.ClauseWanted) -> None:
        """Leave for the events that have the value."""
        from scaptui.screens.filter_area import with_clause

        fact = message.fact
        if not fact.field:
            self._tell("there is no value to filter on")
            return
        text = with_clause(self.asked.filter_text, fact.field, fact.value, message.how)
        self.dismiss(PageLeft(self._at, text))

    def on_process_facts_moved(self) -> None:
        """The cursor line tells what Enter does."""
        self._tell("")

    def on_process_tree_moment_wanted(self, message: ProcessTree.MomentWanted) -> None:
        """Go to another event, or another second."""
        rows = self.asked.rows
        if message.seconds:
            # The next key counts from the second that was asked for, also before it is drawn.
            self._ts += message.seconds * NS
            found = event_after_seconds(rows, self._ts, 0)
        elif self._at is None:
            found = event_after_seconds(rows, self._ts, 0)
        else:
            found = event_beside(rows, self._at, message.events)
        if found is None or found == self._at:
            self._tell("no event there")
            return
        self._at = found
        self._take(found)

    def on_process_tree_pane_wanted(self, message: ProcessTree.PaneWanted) -> None:
        """Open a pane below the tree, or close it."""
        self._below = None if self._below == message.pane else message.pane
        self._place()
        self._redraw_all()

    def action_other_pane(self) -> None:
        """Give the keyboard to the pane below, or back to the tree."""
        below, tree = self.query_one(ProcessFacts), self.query_one(ProcessTree)
        self.set_focus(tree if below.has_focus or self._below is None else below)
        self._place()
        self._tell("")

    def action_zoom(self) -> None:
        """Show the focused pane alone, or all again."""
        self._zoomed = not self._zoomed
        self._place()
        self._redraw_all()

    def action_close(self) -> None:
        """Show all panes again, close the pane below, then the tree."""
        if self._zoomed:
            self.action_zoom()
        elif self._below is not None:
            self._below = None
            self.set_focus(self.query_one(ProcessTree))
            self._place()
            self._tell("")
        else:
            self.dismiss(PageLeft(self._at))

    def action_leave_for(self, then: Literal["filter", "why"]) -> None:
        """The filter, or its explanation, on the main screen."""
        self.dismiss(PageLeft(self._at, then=then))

    def action_drop_filter(self) -> None:
        """All processes, as of the same moment."""
        at = self.asked.capture.progress().events if self._at is None else self._at
        self._drop_filter(self.asked.filter_text, "processes", at)

    async def action_interrupt(self) -> None:
        """Once more quits."""
        self._tell("Ctrl+C once more quits")
        await self.run_action("app.interrupt")

    # Searching

    def _find(self, text: str, *, backward: bool = False) -> None:
        self.query_one(ProcessTree).find(text, -1 if backward else 1)

    def action_go_to(self) -> None:
        """Ask for a moment."""
        self._ask("go to", "go to", "a number, 08:43:25.2 or +9.1", enter="go there")

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Do what was asked for."""
        self.query_one("#cursor").display = True
        if self._finds(message):
            return
        if text := (message.text or "").strip():
            self._go_to(text)
        else:
            self._tell("")

    def _go_to(self, text: str) -> None:
        rows, number = self.asked.rows, text.replace(",", "")
        begin = self.model.snapshot.begin or 0
        try:
            found = (
                event_at_or_after(rows, min(int(number), _LAST_NUMBER))
                if number.isdecimal()
                else event_after_seconds(rows, moment_named(text, self.asked.zone, begin, begin), 0)
            )
        except Refused as refused:
            self._tell(" ".join(filter(None, (refused.message, refused.hint))))
            return
        if found is None:
            self._tell("no event there")
        else:
            self._take(found)

    # Drawing

    def _tell_keys(self) -> None:
        if isinstance(self.focused, Prompt):
            self.query_one(Footer).tell(told(self, prompt_keys(self.focused)))
            return
        pane: PaneName = "facts" if isinstance(self.focused, ProcessFacts) else "tree"
        found: dict[str, str] = {}
        for key, active in self.active_bindings.items():
            found.setdefault(active.binding.id or "", key)
        self.query_one(Footer).tell(footer_keys(pane, found, wide=self.size.width >= WIDE))

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(ProcessTree).redraw()
        if self._below is not None:
            self.query_one(ProcessFacts).tell(*self._facts(self._below))

    def _facts(self, kind: Pane) -> tuple[str, Sequence[Fact]]:
        if self._details is None:
            return kind, [Fact((Piece("   this line stands for several processes", "muted"),))]
        beside = PANE if self.query_one("#side").display else 0
        pane, width = ProcessPane(self._details), self.size.width - beside
        facts = pane.files(width) if kind == "files" else pane.environment(width)
        return f"{kind} of {pane.title}", facts

    def _below_height(self) -> int:
        left = self.size.height - (6 if self.size.height >= TALL else 4)
        return max(0, min(left // 2, left - 1 - _ROWS))

    def _place(self) -> None:
        width, height = self.size
        below, tree = self.query_one(ProcessFacts), self.query_one(ProcessTree)
        has_facts = below.has_focus and self._below is not None
        self.query_one("#strip").display = height >= TALL and not self._zoomed
        self.query_one("#side").display = width >= WITH_PANE and not self._zoomed
        tree.display = not (self._zoomed and has_facts)
        below.display = self._below is not None and (has_facts or not self._zoomed)
        below.styles.height = self._below_height() if tree.display else "1fr"

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        moment = moment_line(self.model, self.asked.filter_text, self.asked.zone, width)
        return [self._first_line(width), moment]

    def _first_line(self, width: int) -> Line:
        return self.asked.first_line("processes" if width >= WIDE else "procs", width)

    def _side_lines(self, width: int, height: int) -> Sequence[Line]:
        lines = ProcessPane(self._details).pane(width - 1, height) if self._details else []
        border = Piece("│", "muted")
        return [(border, *line) for line in lines] + [(border,)] * (height - len(lines))

    def _cursor_lines(self, width: int, _: int) -> Sequence[Line]:
        row = self.model.row
        fact = self.query_one(ProcessFacts).fact if isinstance(self.focused, ProcessFacts) else None
        if not self.told and fact is not None and fact.field:
            pieces = (Piece(" Enter", "accent"), Piece(" filters on ", "muted"))
            return [(*pieces, Piece(f"{fact.field}={glimpse(fact.value)}"))]
        if self.told or row is None:
            return [(Piece(f" {self.told or nowhere(self.model.snapshot)}"),)]
        if row.quiet:
            return [quiet_line(self.model, row.quiet)]
        if width >= WITH_PANE or self._details is None:
            return [lineage_line(self.model, row.position)]
        return [ProcessPane(self._details).summary()]
